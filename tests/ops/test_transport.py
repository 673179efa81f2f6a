"""The embedded broker: messages are whole or absent, one reader each, and a broken one stops nothing."""

import json
import multiprocessing
import os
import subprocess
import sys
import time
from queue import Empty

import pytest
from kombu import Connection

from tests.ops.waiting import until

OPTIONS = {"polling_interval": 0.01}


def connect(folder):
    return Connection(
        "vorsprung://", transport="config.transport:Transport", transport_options={**OPTIONS, "folder": str(folder)}
    )


@pytest.fixture
def queue(tmp_path):
    with connect(tmp_path) as connection, connection.SimpleQueue("live") as queue:
        yield queue


def test_messages_come_back_in_the_order_in_which_they_were_put(queue):
    for number in range(20):
        queue.put({"number": number})

    got = [queue.get(block=False).payload["number"] for _ in range(20)]

    assert got == list(range(20))


def test_a_message_is_delivered_to_its_own_queue_only(tmp_path, queue):
    queue.put({"for": "live"})

    with connect(tmp_path) as other, other.SimpleQueue("bulk") as bulk, pytest.raises(Empty):
        bulk.get(block=False)

    assert queue.qsize() == 1


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"\xff\xfe\x00", b"[]", b"null", b'{"body": 5, "properties": {}}', b"[" * 200_000],
    ids=["zero bytes", "half written", "not text", "a list", "null", "wrong shape", "too deep"],
)
def test_an_unreadable_message_is_set_aside_and_the_next_one_delivered(tmp_path, queue, caplog, content):
    (tmp_path / "0000_first.live.msg").write_bytes(content)
    queue.put({"after": "the broken one"})

    payload = queue.get(block=False).payload

    assert payload == {"after": "the broken one"}
    assert (tmp_path / "broken" / "0000_first.live.msg").read_bytes() == content
    assert "Set aside an unreadable message" in caplog.text


def test_a_folder_in_place_of_a_message_stops_nothing(tmp_path, queue):
    (tmp_path / "0000_first.live.msg").mkdir()
    queue.put({"after": "the folder"})

    assert queue.get(block=False).payload == {"after": "the folder"}


def test_an_unfinished_message_is_not_seen(tmp_path, queue):
    (tmp_path / ".0000_first.live.msg.tmp").write_bytes(b'{"body"')

    assert queue.qsize() == 0
    with pytest.raises(Empty):
        queue.get(block=False)


def test_a_purge_empties_one_queue(tmp_path, queue):
    with connect(tmp_path) as other, other.SimpleQueue("bulk") as bulk:
        queue.put({})
        queue.put({})
        bulk.put({})

        assert queue.clear() == 2
        assert (queue.qsize(), bulk.qsize()) == (0, 1)


def _put_many(folder, start, count):
    with connect(folder) as connection, connection.SimpleQueue("live") as queue:
        for number in range(start, start + count):
            queue.put({"number": number, "padding": "x" * 5_000})


def _get_many(folder, results, stop):
    got = []
    with connect(folder) as connection, connection.SimpleQueue("live") as queue:
        while True:
            ended = stop.is_set()
            try:
                message = queue.get(block=False)
            except Empty:
                if ended:
                    break
                time.sleep(0.005)
                continue
            message.ack()
            got.append(message.payload["number"])
    results.put(got)


def test_several_writers_and_readers_lose_and_double_nothing(tmp_path):
    context = multiprocessing.get_context("spawn")
    results, stop = context.Queue(), context.Event()
    readers = [context.Process(target=_get_many, args=(tmp_path, results, stop), daemon=True) for _ in range(3)]
    writers = [context.Process(target=_put_many, args=(tmp_path, 300 * n, 300), daemon=True) for n in range(3)]

    for process in readers + writers:
        process.start()
    for writer in writers:
        writer.join(60)
    stop.set()
    got = [number for _ in readers for number in results.get(timeout=60)]
    for reader in readers:
        reader.join(60)

    assert sorted(got) == list(range(900))
    assert not list(tmp_path.glob("*.msg"))
    assert not (tmp_path / "broken").exists()


def test_a_real_worker_survives_broken_messages_and_runs_the_good_one(tmp_path):
    folder, output, log = tmp_path / "queue", tmp_path / "output", tmp_path / "log"
    folder.mkdir()
    environment = {**os.environ, "PARCEL_FOLDER": str(folder), "PARCEL_OUTPUT": str(output)}
    (folder / "0000_zero.live.msg").touch()
    (folder / "0001_garbage.live.msg").write_bytes(os.urandom(300))
    (folder / "0002_no_task.live.msg").write_text(
        json.dumps(
            {"body": "e30=", "properties": {"delivery_tag": "1", "body_encoding": "base64", "delivery_info": {}}}
        )
    )
    command = [sys.executable, "-m", "celery", "-A", "tests.ops.parcel"]
    with log.open("wb") as sink:
        worker = subprocess.Popen(
            [*command, "worker", "-Q", "live", "-P", "solo"],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=sink,
        )
    try:
        subprocess.run(
            [*command, "call", "parcel.deliver", "--queue", "live", "--kwargs", '{"line": "arrived"}'],
            env=environment,
            stdin=subprocess.DEVNULL,
            check=True,
            timeout=60,
        )
        until(output.exists, log=log)

        assert output.read_text() == "arrived\n"
        assert worker.poll() is None
        assert sorted(path.name for path in (folder / "broken").iterdir()) == [
            "0000_zero.live.msg",
            "0001_garbage.live.msg",
        ]
    finally:
        worker.kill()
        worker.wait()
