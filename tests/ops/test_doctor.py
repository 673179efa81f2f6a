"""`manage.py doctor`: each test breaks one thing for real and reads the sentence."""

import datetime
import io
import json
import os
import re
import signal

import pytest
from celery import current_app
from django.core.management import call_command
from django.utils import timezone

from config import heartbeats, queues
from config.diagnosis import machine
from leads.enums import ImportState, Role
from leads.models import ImportRun, User
from scoring.models import Scorecard
from tests.factories import ContactFactory, UserFactory
from tests.ops.installation import free_port, installed
from tests.ops.servers import redis_server
from tests.ops.waiting import until

HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def healthy(db, tmp_path, settings):
    """Everything is well, as far as one process can arrange it."""
    settings.VAR_DIR = tmp_path / "var"
    settings.VAR_DIR.mkdir()
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()
    (settings.STATIC_ROOT / "staticfiles.json").write_text('{"paths": {"a.css": "a.1.css"}}')
    (settings.STATIC_ROOT / "a.1.css").touch()
    settings.QUEUE_DIR = settings.VAR_DIR / "queue"
    UserFactory(username="anton", role=Role.ADMINISTRATOR)
    with current_app.connection_for_write() as connection, connection.channel() as channel:
        for queue in queues.NAMES:
            channel.queue_purge(queue)  # what other tests have left there
    for queue in queues.NAMES:
        heartbeats.beat(queue, now=timezone.now())
    (settings.VAR_DIR / "last_backup").write_text(json.dumps({"at": timezone.now().isoformat()}))


@pytest.fixture
def redis_broker(tmp_path, settings):
    """A Redis that only the doctor asks; the queues of this process stay where they are."""
    with redis_server(tmp_path) as url:
        settings.REDIS_URL = url
        yield url


def examine(*arguments):
    """Exit status and findings by check."""
    out = io.StringIO()
    status = 0
    try:
        call_command("doctor", "--json", *arguments, stdout=out)
    except SystemExit as error:
        status = error.code
    body = json.loads(out.getvalue())
    assert body["problems"] == sum(finding["state"] == "problem" for finding in body["findings"])
    return status, {finding["check"]: finding for finding in body["findings"]}


def only_problem(*arguments):
    """The one thing that is wrong: what it says and what to do."""
    status, found = examine(*arguments)
    problems = [finding for finding in found.values() if finding["state"] == "problem"]
    assert (status, len(problems)) == (1, 1), problems
    assert problems[0]["do"]
    return problems[0]["check"], problems[0]["says"]


def test_a_healthy_installation_has_no_problem(healthy, redis_broker):
    status, found = examine()

    assert status == 0, [finding for finding in found.values() if finding["state"] == "problem"]
    assert len(found) >= 18


def test_a_stopped_redis_is_named_with_its_address(healthy, settings):
    settings.REDIS_URL = f"redis://:hidden-word@127.0.0.1:{free_port()}/0"

    check, says = only_problem()

    assert check == "broker"
    assert says.startswith("Redis does not answer at 127.0.0.1:")
    assert "hidden-word" not in says


def test_a_redis_that_evicts(healthy, tmp_path, settings):
    with redis_server(tmp_path, "--maxmemory-policy", "allkeys-lru") as settings.REDIS_URL:
        assert only_problem() == (
            "broker-eviction",
            "Redis throws messages away when its memory is full (maxmemory-policy allkeys-lru).",
        )


def test_a_redis_without_an_append_only_file(healthy, tmp_path, settings):
    with redis_server(tmp_path, "--appendonly", "no") as settings.REDIS_URL:
        assert only_problem() == ("broker-file", "Redis forgets messages in a crash: it has no append-only file.")


def test_a_broker_folder_that_cannot_be_written(healthy, settings):
    settings.REDIS_URL = ""
    settings.QUEUE_DIR.write_text("a file stands in the way")

    check, says = only_problem()

    assert check == "broker"
    assert says.endswith("cannot be written.")


def test_a_scorecard_that_was_withdrawn(healthy):
    Scorecard.objects.live().update(status="retired")

    assert only_problem() == ("scorecard", "No scorecard is live: no lead gets a score.")


def test_nobody_who_can_let_others_in(healthy):
    User.objects.update(is_active=False)

    assert only_problem() == ("administrator", "There is no administrator.")


def test_leads_that_wait_too_long_for_their_score(healthy):
    ContactFactory(updated_at=timezone.now() - HOUR)

    assert only_problem() == ("scoring", "1 lead waits for its score, the longest for 60 minutes.")


def test_an_import_that_failed(healthy):
    ImportRun.objects.create(name="old.csv", state=ImportState.FAILED, started_at=timezone.now())

    assert only_problem() == ("imports", "1 import has failed.")


def test_a_clock_that_is_an_hour_ahead(healthy, time_machine):
    for queue in queues.NAMES:
        heartbeats.beat(queue, now=timezone.now() + HOUR)
    time_machine.move_to(timezone.now() + HOUR)

    check, says = only_problem()

    assert check == "clock"
    assert re.search(r"are 36\d\d seconds apart", says)


def test_the_clock_of_the_installation_stands_still(healthy):
    for queue in queues.NAMES:
        heartbeats.beat(queue, now=timezone.now() - HOUR)

    check, says = only_problem()

    assert check == "clock-ticks"
    assert says.startswith("The clock does not tick: the queue live has seen no sign of life for 60 minutes")


def test_a_folder_that_is_missing(healthy, settings):
    settings.VAR_DIR = settings.VAR_DIR / "gone"

    check, says = only_problem()

    assert check == "folder"
    assert "gone cannot be written: No such file or directory." in says


def test_a_disk_that_is_nearly_full(healthy, monkeypatch):
    monkeypatch.setattr(machine, "ROOM", 10**12)

    check, says = only_problem()

    assert check == "disk"
    assert says.startswith("The disk is nearly full: ")


def test_a_mail_server_that_is_down(healthy, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()

    check, says = only_problem()

    assert check == "mail"
    assert says.endswith("does not take our connection: Connection refused.")


def test_static_files_that_were_never_collected(healthy, settings):
    (settings.STATIC_ROOT / "staticfiles.json").unlink()

    check, says = only_problem()

    assert check == "static"
    assert says.startswith("The static files have not been collected")


def test_a_static_file_that_is_gone(healthy, settings):
    (settings.STATIC_ROOT / "a.1.css").unlink()

    assert only_problem() == ("static", "Static files are missing, such as a.1.css.")


def test_a_secret_that_can_be_guessed(healthy, settings):
    settings.SECRET_KEY = "insecure"

    check, says = only_problem()

    assert check == "secret"
    assert says.startswith("SECRET_KEY is short or a placeholder")


def test_a_secret_that_others_can_read(healthy, settings):
    path = settings.VAR_DIR / "secret_key"
    path.write_text("x")
    path.chmod(0o644)

    check, says = only_problem()

    assert check == "secret"
    assert says.startswith("Others on this machine can read ")


def test_debug_is_on(healthy, settings):
    settings.DEBUG = True

    assert only_problem()[0] == "mode"


def test_an_address_that_is_not_served(healthy, settings):
    settings.BASE_URL = "https://crm.example.com"

    check, says = only_problem()

    assert check == "address"
    assert says.startswith("Links in mail lead to crm.example.com, but ALLOWED_HOSTS does not contain it")


def test_a_backup_that_is_too_old(healthy, settings):
    at = timezone.now() - 72 * HOUR
    (settings.VAR_DIR / "last_backup").write_text(json.dumps({"at": at.isoformat()}))

    assert only_problem() == ("backup", "The last backup is 72 hours old.")


def test_no_backup_is_worth_knowing_but_no_fault(healthy, settings):
    (settings.VAR_DIR / "last_backup").unlink()

    status, found = examine()

    assert status == 0
    assert found["backup"]["state"] == "notice"


def test_it_speaks_german(healthy, settings):
    settings.BASE_URL = "https://crm.example.com"

    assert "ALLOWED_HOSTS" in only_problem("--lang", "de")[1]
    assert "Links in E-Mails" in only_problem("--lang", "de")[1]


def test_a_database_without_tables(tmp_path):
    with installed(tmp_path, migrated=False) as installation:
        done = installation.manage("doctor", check=False)

    assert done.returncode == 1
    assert "migrations of this version." in done.stdout
    assert "→ Run: manage.py migrate" in done.stdout
    assert done.stderr == ""


def test_a_database_of_a_newer_version(tmp_path):
    with installed(tmp_path) as installation:
        record = (
            "from django.db.migrations.recorder import MigrationRecorder as R; from django.db import connection as c;"
            "R(c).record_applied('leads', '9999_from_the_future')"
        )
        installation.manage("shell", "--command", record)
        done = installation.manage("doctor", check=False)

    assert done.returncode == 1
    assert "newer version of Vorsprung: it knows leads.9999_from_the_future." in done.stdout


def test_a_database_that_is_not_there(tmp_path):
    with installed(tmp_path, migrated=False) as installation:
        here = installation.environment["DATABASE_URL"].startswith("sqlite")
        broken = f"sqlite:///{tmp_path}/no/such/db" if here else f"postgres://x@127.0.0.1:{free_port()}/x"
        served = installation.environment | {"DATABASE_URL": broken}
        installation.environment, kept = served, installation.environment
        done = installation.manage("doctor", check=False)
        installation.environment = kept

    assert done.returncode == 1
    assert "The database does not answer: " in done.stdout
    assert "DATABASE_URL" in done.stdout
    assert done.stdout.count("PROBLEM  The database") == 1
    assert done.stderr == ""


def test_wrong_usage_is_status_2(tmp_path):
    with installed(tmp_path, migrated=False) as installation:
        done = installation.manage("doctor", "--lang", "fr", check=False)

    assert done.returncode == 2
    assert "--lang" in done.stderr


def test_settings_that_production_refuses_are_one_line(tmp_path):
    with installed(tmp_path, migrated=False) as installation:
        installation.environment["VORSPRUNG_ENV"] = "production"
        done = installation.manage("doctor", check=False)

    assert done.returncode == 1
    assert done.stderr.startswith("Vorsprung cannot start: Set SECRET_KEY to at least 50 random characters")
    assert done.stderr.count("\n") == 1


def test_a_worker_that_died(tmp_path):
    """The worker of the ticks is stopped for real: its queue fills, and the doctor names it."""
    with installed(tmp_path) as installation:
        installation.serve()
        until(lambda: heart(installation, "live"), log=installation.log)
        for pid in installation.processes():
            if "live@" in command(pid):
                os.kill(pid, signal.SIGSTOP)  # a death would be mended by the parent
        aged = (
            "from config.models import Heartbeat as H; from django.utils import timezone as t; import datetime as d;"
            "H.objects.filter(queue='live').update(at=t.now() - d.timedelta(minutes=7))"
        )
        installation.manage("shell", "--command", aged)
        until(lambda: waiting(installation, "live"), log=installation.log)
        done = installation.manage("doctor", check=False)

    assert "The queue live has seen no sign of life for 7 minutes, and " in done.stdout
    assert "→ Start it: celery -A config worker --queues live" in done.stdout


def heart(installation, queue):
    return f'vorsprung_heartbeat_age_seconds{{queue="{queue}"}}' in installation.get("/metrics")[1]


def waiting(installation, queue):
    return f'vorsprung_queue_messages{{queue="{queue}"}} 0.0' not in installation.get("/metrics")[1]


def command(pid):
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return file.read().replace(b"\0", b" ").decode()
    except OSError:
        return ""
