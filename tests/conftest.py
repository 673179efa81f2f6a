"""What holds for every test: nobody but this machine is reached, and tests that need something rare say so when it is missing."""

import importlib
import os
import socket

import pytest
from django.apps import apps
from django.test import TransactionTestCase
from django.utils import timezone, translation
from xdist.scheduler import LoadFileScheduling

LOOPBACK = ("127.", "::1", "localhost")


@pytest.fixture(autouse=True)
def only_this_machine(monkeypatch):
    """A test that talks to anybody but this machine fails at once and says to whom."""
    connect = socket.socket.connect

    def guarded(self, address):
        if isinstance(address, tuple) and not str(address[0]).startswith(LOOPBACK):
            raise AssertionError(f"A test tried to reach {address[0]}, port {address[1]}.")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def nobody_has_looked_yet():
    """No test inherits the language or time zone of the last page that another one looked at."""
    translation.deactivate()
    timezone.deactivate()


@pytest.fixture(scope="session", autouse=True)
def shipped_data_survives():
    """Tests with real commits empty all tables afterwards; what migrations ship is put back at once."""
    empty = TransactionTestCase._fixture_teardown
    ship = importlib.import_module("scoring.migrations.0002_default_scorecard").ship

    def emptied(case):
        empty(case)
        ship(apps, None)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", emptied)
        yield


class FilesAndBrowser(LoadFileScheduling):
    """Each file runs in one process, and all browser tests in the same: two Chromiums on two cores only wait for each other.

    (xdist's own groups, `--dist loadgroup`, do nothing with pytest 9.2: its node ids cannot be marked any more.)
    """

    def _split_scope(self, nodeid):
        path = nodeid.partition("::")[0]
        return "browser" if "/browser/" in path else path


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    return FilesAndBrowser(config, log)


def pytest_collection_modifyitems(items):
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.browser)


def pytest_runtest_setup(item):
    """Tests of services run where services are: under `make test-services`."""
    if item.get_closest_marker("services") and not os.environ.get("REDIS_URL"):
        reason = "needs PostgreSQL and Redis: run `make test-services`"
        if os.environ.get("VORSPRUNG_REQUIRE_SERVICES") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
