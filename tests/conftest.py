"""What holds for every test: nobody but this machine is reached, and tests that need something rare say so when it is missing."""

import os
import socket

import pytest
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
