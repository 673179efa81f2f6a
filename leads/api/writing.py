"""Every writing operation but events: read and check the body, do the work once, answer.

The work and the answer kept for its idempotency key are one transaction; whatever is refused has changed nothing.
"""

import hashlib
import json

from django.db import IntegrityError, OperationalError, connection, transaction
from django.http import JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja.errors import HttpError
from pydantic import ValidationError

from leads import hints, idempotency
from leads.api import bodies, problems
from leads.api.keys import Key

MOST_ITEMS = 500
ATTEMPTS = 3
_VOLATILE = frozenset({"score", "band", "last_activity_at", "last_activity_kind"})
"""What moves by itself; an editor need not hear of it."""

BODIES = {}
"""The schemas of bodies by name, for the OpenAPI document: operations read them themselves."""

_IDEMPOTENCY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": idempotency.LONGEST, "pattern": "^[ -~]+$"},
    "description": "Yours, unique per write. The same request under the same key within 24 hours is answered as before.",
}
_IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "schema": {"type": "string"},
    "description": "The ETag that you have read. If the record has changed since, the answer is 412.",
}


def writes(scope, body, response, *, status=200, is_change=False):
    """Arguments of a router for an operation that writes: `body` is its schema, `response` what it answers with `status`."""
    BODIES[body.__name__] = body
    statuses = (status,) if isinstance(status, int) else status
    return {
        "auth": Key(scope, is_counted=True),
        "response": {**dict.fromkeys(statuses, response), **(problems.CHANGE if is_change else problems.WRITE)},
        "openapi_extra": {
            "parameters": [_IDEMPOTENCY, *([_IF_MATCH] if is_change else [])],
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{body.__name__}"}}},
            },
        },
    }


def reads(scope, response, *, is_list=False):
    """Arguments of a router for an operation that reads."""
    return {
        "auth": Key(scope, is_counted=True),
        "response": {200: response, **(problems.READ if is_list else problems.ONE)},
    }


def once(request, schema, act, *, is_bulk=False, place=""):
    """The answer of `act(given, now=…)`, which returns a status and a schema; done at most once per idempotency key.

    `given` is the body, checked against `schema`. `place` is where a person's fields stand in it, with {} for a number.
    """
    now = timezone.now()
    given = _body(request, schema, is_bulk=is_bulk)
    token = request.headers.get("Idempotency-Key")
    claim = None
    try:
        if token is not None:
            asked = idempotency.digest(request.method, request.get_full_path(), request.body)
            claim = idempotency.claim(request.auth, key=token, digest=asked, now=now)
            if claim.status is not None:
                return answer(claim.body, status=claim.status, is_repeated=True)
        try:
            status, body = _done(act, given, claim, now=now)
        except BaseException:
            if claim is not None:
                idempotency.give_back(claim)
            raise
    except problems.DOMAIN as error:
        raise problems.translated(error, place=place) from error
    return answer(body, status=status)


def each(items, act, *, place="items.{}."):
    """What `act` makes of each item; a refusal names the item."""
    results = []
    for number, item in enumerate(items):
        try:
            results.append(act(item))
        except problems.DOMAIN as error:
            raise problems.translated(error, place=place.format(number)) from error
    return results


def answer(body, *, status=200, is_repeated=False):
    """JSON; a single record carries its ETag."""
    response = JsonResponse(body, status=status)
    if "id" in body:
        response["ETag"] = etag(body)
    if is_repeated:
        response["Idempotency-Replayed"] = "true"
    return response


def shown(out):
    """The answer that reads one record."""
    return answer(out.model_dump(mode="json"))


def listed(schema, **values):
    """The answer that reads one page, written like single records."""
    return JsonResponse(schema.model_validate(values).model_dump(mode="json"))


def etag(body):
    """The version of a record as programs see it, without what moves by itself."""
    steady = {name: value for name, value in body.items() if name not in _VOLATILE}
    text = json.dumps(steady, sort_keys=True, separators=(",", ":"))
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def check_unchanged(request, out):
    """412 if the request names a version of the record and `out`, read under a lock, is another one."""
    wanted = request.headers.get("If-Match")
    if wanted is None or wanted.strip() == "*":
        return
    if etag(out.model_dump(mode="json")) not in [text.strip() for text in wanted.split(",")]:
        raise HttpError(412, _("Somebody has changed this record meanwhile. Read it again."))


def _done(act, given, claim, *, now):
    """The status and body that `act` leads to, in one transaction, again if another writer was in the way."""
    nested = connection.in_atomic_block
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with transaction.atomic():
                status, out = act(given, now=now)
                body = out.model_dump(mode="json")
                if claim is not None:
                    idempotency.keep(claim, status=status, body=body)
                hints.rescore()
                return status, body
        except (IntegrityError, OperationalError) as error:
            if attempt == ATTEMPTS or (nested and isinstance(error, OperationalError)):
                raise
    raise AssertionError("unreachable")


def _body(request, schema, *, is_bulk):
    limits = {"max_bytes": bodies.BATCH_BYTES, "max_keys": bodies.BATCH_KEYS} if is_bulk else {}
    body = bodies.read_object(request, **limits)
    _check_texts(body)
    if is_bulk and isinstance(body.get("items"), list) and len(body["items"]) > MOST_ITEMS:
        raise HttpError(413, _("At most %(limit)d items at once.") % {"limit": MOST_ITEMS})
    try:
        # As JSON, where a time is a text, so that nothing else need be lenient.
        return schema.model_validate_json(json.dumps(body))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        raise problems.Refused(".".join(map(str, first["loc"])), first["msg"]) from error


def _check_texts(value):
    if isinstance(value, str):
        if not value.isascii() or "\0" in value:
            try:
                value.encode()
            except UnicodeEncodeError:
                raise _unstorable() from None
            if "\0" in value:
                raise _unstorable()
    elif isinstance(value, dict):
        for name, item in value.items():
            _check_texts(name)
            _check_texts(item)
    elif isinstance(value, list):
        for item in value:
            _check_texts(item)


def _unstorable():
    return HttpError(400, _("The body has characters that cannot be stored: NUL, or half of a surrogate pair."))
