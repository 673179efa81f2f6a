"""The demo as somebody starts it: seeded, with its own database and port, web server, workers and clock, and gone afterwards."""

from contextlib import contextmanager

from tests.ops.installation import free_port, installed
from tests.ops.waiting import until


@contextmanager
def demo(folder, *, leads):
    """A demo without live events of its own; `url` answers. Somebody may take the free port first: then another."""
    with installed(folder, migrated=False) as installation:
        while installation.url is None:
            port = free_port()
            installation.start("demo", "--leads", str(leads), "--quiet", "--port", str(port))
            until(
                lambda: installation.process.poll() is not None or "Ready." in installation.said(),
                seconds=240,
                log=installation.log,
            )
            if installation.process.poll() is None:
                installation.url = f"http://127.0.0.1:{port}"
            else:
                assert "Cannot listen" in installation.said(), installation.said()
        yield installation
