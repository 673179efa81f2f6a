"""Settings of the test suite: those of the product, in a folder of this run's own, quicker where nothing is lost by it.

Each xdist worker has its own database, queue and Redis database, so that no test meets what another one left.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

if "VORSPRUNG_TEST_DIR" not in os.environ:
    os.environ["VORSPRUNG_TEST_DIR"] = tempfile.mkdtemp(prefix="vorsprung-tests-")
    atexit.register(shutil.rmtree, os.environ["VORSPRUNG_TEST_DIR"], ignore_errors=True)

_worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
_folder = Path(os.environ["VORSPRUNG_TEST_DIR"]) / _worker
os.environ["VORSPRUNG_VAR"] = str(_folder)
if os.environ.get("REDIS_URL"):
    _redis = urlsplit(os.environ["REDIS_URL"])
    _number = 1 + int(_worker.removeprefix("gw")) if _worker.startswith("gw") else 0
    os.environ["REDIS_URL"] = _redis._replace(path=f"/{int(_redis.path.strip('/') or 0) + _number}").geturl()

from config.settings import *  # noqa: E402, F403 - the environment above must be set first
from config.settings import DATABASES, SQLITE, STORAGES  # noqa: E402

if SQLITE:
    # A file, not memory: threads and other processes see the same rows, under the same locks as in earnest.
    DATABASES["default"]["TEST"] = {"NAME": str(_folder / "test.sqlite3")}

# Nothing is collected before the tests, and hashing a password well takes most of a second.
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Tests of the limit set their own; the others ask as often as they like.
API_RATE = 1_000_000
