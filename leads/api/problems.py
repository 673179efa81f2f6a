"""What a request was refused for, and the one place that turns refusals of the domain into answers."""

from django.utils.translation import gettext as _
from ninja.errors import HttpError

from leads import actions, assignment, attributes, byprogram, contacts, deals, followups, idempotency, notes, stages
from leads.api.schemas import Problem, Refusal

READ = {401: Problem, 403: Problem, 422: Refusal, 429: Problem}
"""What every reading operation may answer instead of what was asked for."""
ONE = READ | {404: Problem}
WRITE = READ | {400: Problem, 404: Problem, 409: Problem, 413: Problem, 415: Problem}
CHANGE = WRITE | {412: Problem}


class Refused(HttpError):
    """422: one field cannot be taken."""

    def __init__(self, field, message):
        super().__init__(422, f"{field}: {message}" if field else message)
        self.field = field


class TooMany(HttpError):
    """429: this key has asked too often; `wait` is the number of seconds until it may ask again."""

    def __init__(self, wait):
        super().__init__(429, _("Too many requests. Try again in %(count)d seconds.") % {"count": wait})
        self.wait = wait


def missing():
    """404, the same for what is missing and for what the key may not see."""
    return HttpError(404, _("There is no such record."))


_CONFLICTS = (
    actions.NotAllowed,
    assignment.NotAllowed,
    byprogram.Closed,
    byprogram.Elsewhere,
    contacts.Conflict,
    deals.Conflict,
    deals.NotAllowed,
    idempotency.InProgress,
    idempotency.Overtaken,
    stages.NotAllowed,
)
DOMAIN = (
    *_CONFLICTS,
    attributes.Invalid,
    byprogram.BadItem,
    byprogram.Missing,
    deals.Invalid,
    followups.Invalid,
    idempotency.Mismatch,
    idempotency.NotAKey,
    notes.Invalid,
)
"""Everything that `translated` knows."""


def translated(error, *, place=""):
    """The `HttpError` for a refusal of the domain; `place` stands before the name of the field, with {} for a number."""
    if isinstance(error, _CONFLICTS):
        return HttpError(409, str(error))
    if isinstance(error, byprogram.Missing):
        return missing()
    if isinstance(error, byprogram.BadItem):
        return Refused(place.format(error.number) + error.error.field, error.error.message)
    if isinstance(error, attributes.Invalid):
        return Refused(place + error.field, error.message)
    if isinstance(error, deals.Invalid | followups.Invalid):
        field, message = next(iter(error.errors.items()))
        return Refused(place + field, message)
    if isinstance(error, notes.Invalid):
        return Refused(place + "text", str(error))
    return HttpError(400 if isinstance(error, idempotency.NotAKey) else 422, str(error))
