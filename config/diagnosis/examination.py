"""One look at every part. What hangs on a broken part is not asked: it would only repeat the fault in other words."""

from django.utils.translation import gettext as _

from config.diagnosis import database, machine, messages, wiring
from config.diagnosis.findings import PROBLEM, problem

FIRST = (database.answers, messages.answers)
"""What others hang on."""
ALONE = (wiring.secret, wiring.mode, wiring.addresses, wiring.static_files, wiring.mail, machine.folder, machine.space)
WITH_DATABASE = (database.clock, database.migrations)
WITH_TABLES = (wiring.scorecard, wiring.administrator, messages.backlog)
WITH_BROKER = (messages.keeping,)
WITH_BOTH = (messages.workers,)


def examine(*, now):
    """All findings, in the order in which one would look. Nothing is changed."""
    has_database, has_broker = [], []
    for look, answering in zip(FIRST, (has_database, has_broker), strict=True):
        answering.extend(_look(look, now))
    found = [*has_database, *has_broker]
    reaches = not _faulty(has_database)
    has_tables = False
    if reaches:
        facts = [finding for look in WITH_DATABASE for finding in _look(look, now)]
        has_tables = not any(finding.check == "migrations" and finding.state == PROBLEM for finding in facts)
        found += facts
    looks = [*(WITH_TABLES if has_tables else ())]
    if not _faulty(has_broker):
        looks += [*WITH_BROKER, *(WITH_BOTH if has_tables else ())]
    looks += [*ALONE, machine.backup]
    return found + [finding for look in looks for finding in _look(look, now)]


def _faulty(findings):
    return any(finding.state == PROBLEM for finding in findings)


def _look(look, now):
    """The findings of one look. One that fails in a way nobody thought of is a finding too."""
    try:
        return list(look(now=now))
    except Exception as error:  # noqa: BLE001 - the doctor must be able to examine what is broken
        name = look.__name__.replace("_", "-")
        says = _("This could not be examined (%(error)s).") % {"error": type(error).__name__}
        return [problem(name, says, _("Look into the log, or run it again with --traceback."))]
