"""The embedded default needs nothing; production refuses to start with what is only fit for a trial."""

import os
import secrets
import stat
import subprocess
import sys

import pytest

from tests.ops.installation import ROOT

GOOD = {
    "VORSPRUNG_ENV": "production",
    "SECRET_KEY": secrets.token_urlsafe(64),
    "ALLOWED_HOSTS": "crm.example.com",
    "BASE_URL": "https://crm.example.com",
    "EMAIL_URL": "smtp+tls://somebody:secret@127.0.0.1:1",
    "DATABASE_URL": "postgres://somebody@127.0.0.1:1/nothing",
    "REDIS_URL": "redis://127.0.0.1:1/0",
}


def ask(expression, folder, environment):
    """What Python answers with these variables and nothing else in the environment but the folder."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LD_LIBRARY_PATH") if name in os.environ}
    script = f"from config import settings; print({expression})"
    return subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=kept | {"VORSPRUNG_VAR": str(folder)} | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def test_no_variable_is_needed(tmp_path):
    done = ask(
        "settings.DATABASES['default']['ENGINE'], settings.DEBUG, settings.CELERY_BROKER_TRANSPORT", tmp_path, {}
    )

    assert (done.stdout, done.stderr) == ("django.db.backends.sqlite3 False config.transport:Transport\n", "")


def test_the_secret_of_an_installation_is_made_once_and_is_its_owners_only(tmp_path):
    first = ask("settings.SECRET_KEY", tmp_path, {}).stdout
    second = ask("settings.SECRET_KEY", tmp_path, {}).stdout

    assert len(first) > 50
    assert first == second
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_two_installations_do_not_share_a_secret(tmp_path):
    assert (
        ask("settings.SECRET_KEY", tmp_path / "a", {}).stdout != ask("settings.SECRET_KEY", tmp_path / "b", {}).stdout
    )


def test_addresses_are_suppressed_under_the_newest_key_and_found_under_all(tmp_path):
    new, old = secrets.token_urlsafe(64), secrets.token_urlsafe(64)

    several = ask("settings.SUPPRESSION_KEYS", tmp_path, GOOD | {"SUPPRESSION_KEY": f"{new},{old}"}).stdout
    none = ask("settings.SUPPRESSION_KEYS == [settings.SECRET_KEY]", tmp_path, GOOD).stdout

    assert several.strip() == str([new, old, GOOD["SECRET_KEY"]])
    assert none == "True\n"


def test_production_starts_with_good_settings(tmp_path):
    done = ask("settings.DEBUG, settings.SESSION_COOKIE_SECURE", tmp_path, GOOD)

    assert (done.stdout, done.stderr) == ("False True\n", "")


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [("BASE_URL", "Set BASE_URL to the https address"), ("EMAIL_URL", "Set EMAIL_URL to your mail server")],
)
def test_production_does_not_guess_what_only_its_administrator_knows(tmp_path, missing, sentence):
    done = ask("settings.DEBUG", tmp_path, {name: value for name, value in GOOD.items() if name != missing})

    assert done.returncode != 0
    assert sentence in done.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"DEBUG": "1"}, "DEBUG must be off when VORSPRUNG_ENV=production."),
        ({"SECRET_KEY": ""}, "Set SECRET_KEY to at least 50 random characters"),
        ({"SECRET_KEY": "short"}, "Set SECRET_KEY to at least 50 random characters"),
        ({"SECRET_KEY": "x" * 60}, "Set SECRET_KEY to at least 50 random characters"),
        ({"SUPPRESSION_KEY": "short"}, "Each SUPPRESSION_KEY needs at least 50 random characters"),
        ({"SUPPRESSION_KEY": "x" * 60}, "Each SUPPRESSION_KEY needs at least 50 random characters"),
        ({"ALLOWED_HOSTS": ""}, "Set ALLOWED_HOSTS to the names"),
        ({"ALLOWED_HOSTS": "*"}, "Set ALLOWED_HOSTS to the names"),
        ({"DATABASE_URL": ""}, "Set DATABASE_URL"),
        ({"BASE_URL": ""}, "Set BASE_URL to the https address"),
        ({"BASE_URL": "http://crm.example.com"}, "Set BASE_URL to the https address"),
        ({"BASE_URL": "https://"}, "Set BASE_URL to the https address"),
        ({"EMAIL_URL": "consolemail://"}, "Set EMAIL_URL to your mail server"),
        ({"VORSPRUNG_PROXIES": "-1"}, "VORSPRUNG_PROXIES is the number"),
        ({"VORSPRUNG_CURRENCY": "Euro"}, "VORSPRUNG_CURRENCY is the code"),
        ({"VORSPRUNG_DEMO": "1"}, "VORSPRUNG_DEMO"),
        ({"VORSPRUNG_ENV": "produktion"}, "VORSPRUNG_ENV is 'embedded' or 'production'"),
    ],
)
def test_production_refuses_what_is_only_fit_for_a_trial(tmp_path, change, sentence):
    done = ask("settings.DEBUG", tmp_path, GOOD | change)

    assert done.returncode != 0
    assert sentence in done.stderr.splitlines()[-1]
