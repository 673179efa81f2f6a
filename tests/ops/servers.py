"""A Redis of a test's own, to be broken at will."""

import shutil
import subprocess
import time
from contextlib import contextmanager

import pytest
import redis

from tests.ops.installation import free_port


@contextmanager
def redis_server(folder, *options, port=None):
    """The address of a Redis that keeps messages, unless the options say otherwise; killed at the end."""
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    if not program:
        pytest.skip("needs redis-server (on Debian: apt-get install redis-server)")
    port = port or free_port()
    command = [program, "--bind", "127.0.0.1", "--port", str(port), "--dir", str(folder), "--save", ""]
    command += ["--appendonly", "yes", "--maxmemory-policy", "noeviction", *options]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        password = options[options.index("--requirepass") + 1] if "--requirepass" in options else ""
        url = f"redis://{f':{password}@' if password else ''}127.0.0.1:{port}/0"
        _wait(url)
        yield url
    finally:
        process.kill()
        process.wait(30)


def _wait(url):
    for _ in range(300):
        try:
            with redis.Redis.from_url(url) as client:
                client.ping()
            return
        except redis.ConnectionError:
            time.sleep(0.1)
    raise AssertionError(f"Redis does not answer at {url}.")
