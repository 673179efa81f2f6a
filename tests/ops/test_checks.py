"""`manage.py check --deploy`: what it refuses, asked of a real process with one setting spoilt."""

import os
import re
import secrets
import subprocess
import sys

import pytest

from tests.ops.installation import ROOT
from tests.ops.servers import redis_server
from tests.ops.test_settings import GOOD


def check(folder, **changes):
    """What `check --deploy` prints, and its status. `None` leaves a variable out."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LD_LIBRARY_PATH") if name in os.environ}
    environment = kept | GOOD | {"VORSPRUNG_VAR": str(folder)} | changes
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy"],
        cwd=ROOT,
        env={name: value for name, value in environment.items() if value is not None},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def ids(text):
    return set(re.findall(r"vorsprung\.\w\d+", text))


@pytest.fixture(scope="module")
def broker(tmp_path_factory):
    with redis_server(tmp_path_factory.mktemp("redis"), "--requirepass", "letters") as url:
        yield url


def test_a_good_installation_passes_without_a_word(tmp_path, broker):
    status, text = check(tmp_path, REDIS_URL=broker)

    assert (status, ids(text)) == (0, set())


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"VORSPRUNG_ENV": "embedded", "BASE_URL": "https://crm.example.com"}, "vorsprung.E001"),
        ({"VORSPRUNG_ENV": "embedded", "DEBUG": "1"}, "vorsprung.E002"),
        ({"VORSPRUNG_ENV": "embedded", "SECRET_KEY": "short"}, "vorsprung.E003"),
        ({"SECRET_KEY": "please-change-me-" + secrets.token_urlsafe(40)}, "vorsprung.E003"),
        ({"VORSPRUNG_ENV": "embedded", "BASE_URL": "http://crm.example.com"}, "vorsprung.E004"),
    ],
)
def test_what_is_only_fit_for_a_trial_is_an_error(tmp_path, broker, changes, found):
    status, text = check(tmp_path, REDIS_URL=broker, **changes)

    assert status == 1
    assert found in ids(text)


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"DATABASE_URL": "sqlite:////tmp/nowhere.sqlite3"}, "vorsprung.W005"),
        ({"REDIS_URL": None}, "vorsprung.W008"),
        ({"REDIS_URL": "redis://redis.invalid:6379/0"}, "vorsprung.W009"),
    ],
)
def test_what_is_unwise_is_a_warning(tmp_path, broker, changes, found):
    status, text = check(tmp_path, **{"REDIS_URL": broker} | changes)

    assert status == 0
    assert found in ids(text)


@pytest.mark.parametrize(
    ("options", "found", "sentence"),
    [
        (["--maxmemory-policy", "allkeys-lru"], "vorsprung.E006", "Redis throws messages away"),
        (["--appendonly", "no"], "vorsprung.E007", "Redis forgets messages in a crash"),
    ],
)
def test_a_broker_that_loses_messages_is_an_error(tmp_path, options, found, sentence):
    with redis_server(tmp_path, *options) as url:
        status, text = check(tmp_path / "var", REDIS_URL=url)

    assert status == 1
    assert ids(text) == {found}
    assert sentence in text


def test_a_broker_that_cannot_be_asked_is_said_without_its_password(tmp_path):
    status, text = check(tmp_path, REDIS_URL="redis://:hidden-word@127.0.0.1:1/0")

    assert (status, ids(text)) == (0, {"vorsprung.I010"})
    assert "127.0.0.1:1" in text
    assert "hidden-word" not in text
