"""Commands whose faults are one line on standard error and exit status 2, as scripts want them."""

from functools import partial

from django.core.management.base import BaseCommand, CommandError


class OneLineCommand(BaseCommand):
    """A command that names what is wrong with its arguments in one line, without the usage."""

    def create_parser(self, prog_name, subcommand, **kwargs):
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.error = partial(_fail, parser)
        return parser


def wrong(message):
    """The error to raise for a wrong argument."""
    return CommandError(" ".join(str(message).split()), returncode=2)


def _fail(parser, message):
    if not parser.called_from_command_line:
        raise wrong(message)
    parser.exit(2, f"{parser.prog}: {' '.join(message.split())}\n")
