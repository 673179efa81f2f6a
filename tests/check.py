"""`make check`: everything that can be said about the code without running it. All checks run; any that fails fails the whole."""

import os
import secrets
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
APPS = ["config", "leads", "scoring", "nurturing"]
MANAGE = [sys.executable, "manage.py"]


def checks():
    """(what is checked, command, additional environment)"""
    production = {
        "VORSPRUNG_ENV": "production",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "ALLOWED_HOSTS": "crm.example.com",
        "BASE_URL": "https://crm.example.com",
        "EMAIL_URL": "smtp+tls://vorsprung:secret@127.0.0.1:1",
        "DATABASE_URL": "postgres://vorsprung@127.0.0.1:1/vorsprung",
        "REDIS_URL": "redis://127.0.0.1:1/0",
    }
    return [
        ("code style", [BIN / "ruff", "check", "--no-cache", "."], {}),
        ("format", [BIN / "ruff", "format", "--no-cache", "--check", "."], {}),
        ("templates", [BIN / "djlint", "--lint", "--quiet", "templates"], {}),
        ("types", [BIN / "mypy"], {}),
        ("imports", [BIN / "lint-imports", "--no-cache"], {}),
        ("security", [BIN / "bandit", "--quiet", "--configfile", "pyproject.toml", "--recursive", *APPS], {}),
        ("migrations", [*MANAGE, "makemigrations", "--check", "--dry-run"], {}),
        ("production settings", [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"], production),
        ("translations", [sys.executable, "tests/translations.py", "--check"], {}),
    ]


def main():
    """Exit status: 0 if every check is content, else 1."""
    failed = []
    with tempfile.TemporaryDirectory(prefix="vorsprung-check-") as folder:
        base = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
        base |= {"VORSPRUNG_VAR": folder, "MYPY_CACHE_DIR": str(Path(folder) / "mypy"), "NO_COLOR": "1"}
        for name, command, additional in checks():
            started = time.monotonic()
            done = subprocess.run(
                [str(part) for part in command],
                cwd=ROOT,
                env=base | additional,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )
            verdict = "FAILED" if done.returncode else "ok"
            print(f"{name:<20} {verdict:<6} {time.monotonic() - started:5.1f} s", flush=True)
            if done.returncode:
                failed.append(name)
                print(done.stdout, flush=True)
    print(
        f"{len(checks()) - len(failed)} checks passed, {len(failed)} failed{': ' if failed else ''}{', '.join(failed)}"
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
