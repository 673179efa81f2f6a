"""Makes `.venv` and installs what a hash-locked requirements file names, if that has not been done already.

Run by the Makefile with the system's Python: `python3 config/bootstrap.py requirements.lock`. Standard library only, and no
syntax that an old Python could not read, so that it can say what is wrong.
"""

import hashlib
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
PACKAGES = ["config", "leads", "nurturing", "scoring"]


def main(lock):
    """Exit status: 0 when `.venv` has everything in the lock file, 1 with one clear sentence when it cannot."""
    if sys.version_info < (3, 11):
        return (
            "Vorsprung needs Python 3.11 or newer; this is %s. Try: make PYTHON=python3.12 …" % sys.version.split()[0]
        )
    stamp = os.path.join(VENV, lock + ".installed")
    wanted = _fingerprint(lock)
    # The development tools come with everything that runs, at the same versions.
    if _works() and wanted in (_read(stamp), _read(os.path.join(VENV, "requirements.lock.installed"))):
        return None
    try:
        import ensurepip  # noqa: F401, PLC0415 - Debian ships Python without it
        import venv  # noqa: PLC0415
    except ImportError:
        return "Python's venv module is missing. On Debian or Ubuntu: apt-get install python3-venv"
    if not _works():
        print("Making .venv …", flush=True)
        venv.create(VENV, clear=True, with_pip=True, symlinks=True)
    print("Installing %s …" % lock, flush=True)
    command = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    if subprocess.call(
        command + ["--require-hashes", "--requirement", os.path.join(ROOT, lock)], stdin=subprocess.DEVNULL
    ):
        return "Installing %s failed; pip has said why above." % lock
    # Python would do it at the first start, while somebody waits for the first page. It is no fault if it cannot.
    subprocess.call([PYTHON, "-m", "compileall", "-q"] + PACKAGES, cwd=ROOT, stdin=subprocess.DEVNULL)
    with open(stamp, "w") as file:
        file.write(wanted)
    if lock != "requirements.lock":
        with open(os.path.join(VENV, "requirements.lock.installed"), "w") as file:
            file.write(_fingerprint("requirements.lock"))
    return None


def _works():
    """Is there a usable Python with pip in .venv? One that was copied or moved, or lost its base, is not."""
    try:
        return subprocess.call([PYTHON, "-c", "import pip"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def _fingerprint(lock):
    with open(os.path.join(ROOT, lock), "rb") as file:
        return hashlib.sha256(file.read()).hexdigest() + " " + VENV


def _read(path):
    try:
        with open(path) as file:
            return file.read()
    except OSError:
        return ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
