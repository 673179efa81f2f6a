"""The files that put an installation on a machine: they agree with each other and with the settings, and what they start, starts."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.ops.installation import ROOT, free_port, installed
from tests.ops.waiting import until

COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES = COMPOSE["services"]
PROCFILE = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines())
DOCKERFILE = (ROOT / "Dockerfile").read_text()
ENV = (ROOT / ".env.example").read_text()


def settings_read():
    return set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', (ROOT / "config" / "settings.py").read_text()))


def settings_explained():
    """Name → whether a sentence stands above it."""
    lines = ENV.splitlines()
    found = {}
    for number, line in enumerate(lines):
        if match := re.match(r"#?([A-Z_]+)=", line):
            found[match.group(1)] = lines[number - 1].startswith("# ") and len(lines[number - 1]) > 10
    return found


def test_every_setting_has_a_sentence_and_nothing_else_does():
    only_compose = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "compose.yaml").read_text())) - settings_read()

    assert set(settings_explained()) == settings_read() | only_compose
    assert [name for name, has_sentence in settings_explained().items() if not has_sentence] == []


def test_the_example_can_be_read_by_a_shell():
    done = subprocess.run(
        ["sh", "-euc", "set -a; . ./.env.example; set +a; env"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )

    assert "VORSPRUNG_ENV=production" in done.stdout.splitlines()


def test_compose_has_no_password_of_its_own_and_fails_without_one():
    for name, service in SERVICES.items():
        for variable, value in service.get("environment", {}).items():
            if re.search("PASSWORD|SECRET|AUTH|_URL", variable) and variable != "BASE_URL":
                assert ":?" in value, f"{name}: {variable} would be empty instead of refused"


def test_compose_runs_what_the_procfile_runs():
    def plain(command):
        command = re.sub(r"\$\{(HOST|PORT):-[^}]*\}|0\.0\.0\.0|\b8000\b", "…", command)
        return shlex.split(command.replace("VORSPRUNG_DB_POOL=1 ", ""))

    for name, command in PROCFILE.items():
        assert plain(SERVICES[name]["command"]) == plain(command), name
    assert set(SERVICES) == {*PROCFILE, "migrate", "postgres", "redis"}
    assert str(SERVICES["web"]["environment"]["VORSPRUNG_DB_POOL"]) == "1"


def test_every_service_comes_back_and_waits_for_what_it_needs():
    for name, service in SERVICES.items():
        assert service["restart"] == ("on-failure" if name == "migrate" else "unless-stopped"), name
        if name in PROCFILE:
            assert service["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}, name
    for name in ("postgres", "redis"):
        assert service_checks(name), name
    assert "HEALTHCHECK" in DOCKERFILE


def service_checks(name):
    return SERVICES[name]["healthcheck"]["test"]


def test_redis_keeps_messages():
    command = SERVICES["redis"]["command"]

    assert "--appendonly yes" in command
    assert "--maxmemory-policy noeviction" in command
    assert "redis:/data" in SERVICES["redis"]["volumes"]


def test_the_image_copies_every_app_installs_by_hash_and_runs_as_nobody_special():
    copied = set(re.findall(r"^COPY (?:--\S+ )?(\S+) ", DOCKERFILE, re.MULTILINE))
    allowed = set(re.findall(r"^!(\S+)", (ROOT / ".dockerignore").read_text(), re.MULTILINE))
    needed = {
        "config",
        "leads",
        "scoring",
        "nurturing",
        "static",
        "templates",
        "locale",
        "manage.py",
        "requirements.lock",
    }

    assert needed <= copied
    assert allowed == needed
    assert "--require-hashes" in DOCKERFILE
    assert DOCKERFILE.rindex("USER vorsprung") < DOCKERFILE.rindex("CMD")


def test_what_the_procfile_starts_does_its_work(tmp_path):
    """Web server, three workers and the clock, started by a shell: a heartbeat arrives through each queue."""
    port = free_port()
    with installed(tmp_path) as installation:
        bin_folder = Path(sys.executable).parent
        installation.environment |= {
            "PORT": str(port),
            "PATH": f"{bin_folder}:{os.environ['PATH']}",
            "LOG_LEVEL": "INFO",
        }
        installation.manage("collectstatic", "--no-input", "--verbosity", "0")
        processes = []
        try:
            with installation.log.open("wb") as sink:
                for command in PROCFILE.values():
                    processes.append(
                        subprocess.Popen(
                            ["sh", "-c", command],
                            cwd=ROOT,
                            env=installation.environment,
                            stdin=subprocess.DEVNULL,
                            stdout=sink,
                            stderr=sink,
                        )
                    )
            installation.url = f"http://127.0.0.1:{port}"
            until(lambda: installation.get("/healthz/ready") == (200, ready()), log=installation.log)
            for queue in ("live", "bulk", "mail"):
                series = f'vorsprung_heartbeat_age_seconds{{queue="{queue}"}}'
                until(lambda series=series: series in installation.get("/metrics")[1], log=installation.log)

            assert [process.poll() for process in processes] == [None] * len(PROCFILE)
            probe = [sys.executable, "config/probe.py", str(port)]
            assert subprocess.run(probe, cwd=ROOT, env={}, check=False, timeout=60).returncode == 0
        finally:
            for process in processes:
                process.terminate()
            installation.stop()
            for process in processes:
                process.wait(60)


def ready():
    return '{"status": "ok", "parts": {"database": "ok", "migrations": "ok", "queue": "ok"}}'


def test_the_probe_says_so_when_nobody_answers():
    done = subprocess.run([sys.executable, "config/probe.py", str(free_port())], cwd=ROOT, check=False, timeout=60)

    assert done.returncode == 1


@pytest.mark.parametrize("name", ["Dockerfile", "compose.yaml", "Procfile", ".env.example"])
def test_no_machine_of_somebodys_is_named(name):
    assert not re.search(r"(?<!\d)(?:10|172|192)\.\d+\.\d+\.\d+", (ROOT / name).read_text())
