"""Commands whose faults are one line on standard error and exit status 2, as scripts want them."""

import os
import sys
from functools import partial

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, ProgrammingError
from django.utils.translation import gettext


class OneLineCommand(BaseCommand):
    """A command that names in one line what is wrong, without the usage and without a traceback."""

    def create_parser(self, prog_name, subcommand, **kwargs):
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.error = partial(_fail, parser)
        return parser

    def execute(self, *args, **options):
        try:
            return super().execute(*args, **options)
        except (OperationalError, ProgrammingError) as fault:
            message = gettext("The database does not answer as it should (%(fault)s). Is it reachable and migrated?")
            raise wrong(message % {"fault": _one_line(fault)}) from fault
        except BrokenPipeError:
            # The reader of a pipe has enough; what Python still holds back must not fail at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return None


def wrong(message):
    """The error to raise for a wrong argument, and for whatever else keeps the command from its work."""
    return CommandError(_one_line(message), returncode=2)


def _one_line(message):
    return " ".join(str(message).split())


def _fail(parser, message):
    if not parser.called_from_command_line:
        raise wrong(message)
    parser.exit(2, f"{parser.prog}: {_one_line(message)}\n")
