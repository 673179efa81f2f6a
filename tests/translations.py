"""Translations: `python tests/translations.py` brings them up to date, `--check` says whether they are.

Collecting needs gettext's xgettext; compiling does not. Without gettext the check still compares the compiled files.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ["config", "leads", "scoring", "nurturing", "templates", "locale"]
LANGUAGES = ["de"]


def main(arguments):
    """Exit status: 0 when everything is up to date (afterwards, or already with --check), else 1 and the reasons."""
    if "--check" not in arguments:
        _collect(ROOT)
        for language in LANGUAGES:
            path = _path(ROOT, language)
            polib.pofile(str(path)).save_as_mofile(str(path.with_suffix(".mo")))
        return 0
    faults = [fault for language in LANGUAGES for fault in [*_stale_texts(language), *_stale_compiled(language)]]
    for fault in faults:
        print(fault)
    if faults:
        print("Run: make translations (needs gettext), then translate what is new.")
    return 1 if faults else 0


def _collect(folder):
    command = [sys.executable, "-m", "django", "makemessages", "--add-location", "file", "--no-wrap", "--no-obsolete"]
    for language in LANGUAGES:
        command += ["--locale", language]
    subprocess.run(
        [*command, "--ignore", "tests/*", "--ignore", ".venv/*"], cwd=folder, check=True, stdout=subprocess.DEVNULL
    )


def _stale_texts(language):
    path = _path(ROOT, language)
    if not path.exists():
        return [f"{path.relative_to(ROOT)} is missing."]
    entries = polib.pofile(str(path))
    open_entries = [entry for entry in entries if not entry.obsolete and (not entry.translated() or entry.fuzzy)]
    faults = [f"{language}: not translated: {entry.msgid!r}" for entry in open_entries]
    if not shutil.which("xgettext"):
        print("xgettext (gettext) was not found: texts in the source are not compared.")
        return faults
    with tempfile.TemporaryDirectory(prefix="vorsprung-texts-") as folder:
        for source in SOURCES:
            shutil.copytree(ROOT / source, Path(folder) / source, ignore=shutil.ignore_patterns("__pycache__"))
        _collect(folder)
        wanted = _keys(polib.pofile(str(_path(Path(folder), language))))
    present = _keys(entries)
    faults += [f"{language}: not collected: {text!r}" for _, text in sorted(wanted - present)]
    return faults + [f"{language}: no longer used: {text!r}" for _, text in sorted(present - wanted)]


def _stale_compiled(language):
    path = _path(ROOT, language)
    compiled = path.with_suffix(".mo")
    if not path.exists():
        return []
    if not compiled.exists():
        return [f"{compiled.relative_to(ROOT)} is missing."]
    if compiled.read_bytes() != polib.pofile(str(path)).to_binary():
        return [f"{compiled.relative_to(ROOT)} is not what {path.name} compiles to."]
    return []


def _keys(entries):
    return {(entry.msgctxt or "", entry.msgid) for entry in entries if not entry.obsolete}


def _path(root, language):
    return root / "locale" / language / "LC_MESSAGES" / "django.po"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
