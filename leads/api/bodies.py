"""Reading a JSON body that a stranger has sent: every limit holds before anything is built from it."""

import json
import math
import re

from django.http import UnreadablePostError
from django.utils.translation import gettext as _
from ninja.errors import HttpError

from leads import cleaning

SINGLE_BYTES = 1024 * 1024
BATCH_BYTES = 2 * 1024 * 1024
BATCH_KEYS = 100_000

# Also a string that never ends, up to the end, and without ever going back: else an attacker's megabyte takes hours.
_STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
_NESTING = bytes(set(range(256)) - set(b"[]{}"))
_LONGEST_INTEGER = 20


def read_object(request, *, max_bytes=SINGLE_BYTES, max_keys=cleaning.MAX_KEYS):
    """The JSON object in the body.

    Raises `HttpError`: 415 for another content type, 413 if it is too big, 400 if it is not UTF-8, no JSON, nested deeper than
    32, has more than `max_keys` keys, numbers that are not finite or integers beyond 20 digits, or is not an object.
    """
    if request.content_type != "application/json":
        raise HttpError(415, _("Send the body as application/json."))
    _check_size(request, max_bytes)
    try:
        body = request.body
    except UnreadablePostError as error:
        raise HttpError(400, _("The body could not be read.")) from error
    if len(body) > max_bytes:
        raise _too_big(max_bytes)
    _check_shape(body, max_keys)
    try:
        found = json.loads(body.decode("utf-8"), parse_constant=_no_constant, parse_float=_finite, parse_int=_short)
    except UnicodeDecodeError as error:
        raise HttpError(400, _("The body is not UTF-8.")) from error
    except (ValueError, RecursionError) as error:
        raise HttpError(400, _("The body is not valid JSON.")) from error
    if not isinstance(found, dict):
        raise HttpError(400, _("The body must be a JSON object."))
    return found


def _check_size(request, max_bytes):
    """By the declared length, so that what is too big is not even read."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isascii() or not length.isdigit():
        raise HttpError(400, _("The Content-Length is not valid."))
    if len(length) > 18 or int(length) > max_bytes:
        raise _too_big(max_bytes)


def _too_big(max_bytes):
    return HttpError(413, _("The body is larger than %(limit)d bytes.") % {"limit": max_bytes})


def _check_shape(body, max_keys):
    """Depth and number of keys, counted outside of strings without parsing anything."""
    bare = _STRINGS.sub(b"", body)
    if bare.count(b":") > max_keys:
        raise HttpError(400, _("The body has more than %(limit)d keys.") % {"limit": max_keys})
    depth = 0
    for character in bare.translate(None, _NESTING):
        depth += 1 if character in b"[{" else -1
        if depth > cleaning.MAX_DEPTH:
            raise HttpError(400, _("The body is nested deeper than %(limit)d.") % {"limit": cleaning.MAX_DEPTH})


def _no_constant(text):
    raise ValueError(text)


def _finite(text):
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text[:20])
    return value


def _short(text):
    if len(text) > _LONGEST_INTEGER:
        raise ValueError(text[:20])
    return int(text)
