"""Whatever keeps a command from its work is one line and exit status 2, in the language of the installation."""

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.utils import translation

from leads.management import oneline
from scoring.models import Scorecard
from tests.factories import LeadFactory

pytestmark = pytest.mark.django_db
COMMANDS = [
    ["create_api_key", "--name", "Shop", "--scope", "leads:read"],
    ["export_leads"],
    ["explain", "1"],
    ["rescore"],
    ["bench", "tick"],
    ["import_leads", "leads.csv"],
]


def fault(*arguments):
    """The one line that a command ends with."""
    with pytest.raises(CommandError) as caught:
        call_command(*arguments)
    assert caught.value.returncode == 2
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_a_database_that_does_not_answer_is_named(command, monkeypatch):
    def down(*args, **options):
        raise OperationalError("connection refused\n\tIs the server running?")

    monkeypatch.setattr(oneline.BaseCommand, "execute", down)

    assert fault(*command) == (
        "The database does not answer as it should (connection refused Is the server running?)."
        " Is it reachable and migrated?"
    )


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_an_unknown_option_is_named(command):
    assert "--bogus" in fault(*command, "--bogus")


def test_without_a_live_scorecard_nothing_is_scored():
    LeadFactory()
    Scorecard.objects.update(status="draft")

    assert fault("rescore", "--all") == "There is no live scorecard. Publish one first."


def test_faults_are_said_in_the_language_of_the_installation():
    with translation.override("de"):
        assert "Team" in fault("create_api_key", "--name", "x", "--scope", "leads:read", "--team", "Nirgends")
        assert "there is no" not in fault(
            "create_api_key", "--name", "x", "--scope", "leads:read", "--team", "Nirgends"
        )
        assert "No lead has" not in fault("explain", "nobody@firma.example")
        assert "there is no" not in fault("export_leads", "--columns", "password")
