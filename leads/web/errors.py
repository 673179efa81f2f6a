"""Error pages. They need no database, and tell nothing but what happened, what is safe, and the id of the request."""

import logging

from django.core.exceptions import RequestDataTooBig
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

log = logging.getLogger(__name__)


def bad_request(request, exception=None):
    """400, or 413 if the request was too large."""
    if isinstance(exception, RequestDataTooBig):
        return _page(request, 413)
    return _page(request, 400)


def forbidden(request, exception=None):
    """403: the page exists, but not for this person."""
    return _page(request, 403)


def not_found(request, exception=None):
    """404, the same for what is missing and for what somebody may not see."""
    return _page(request, 404)


def too_many_requests(request, *, minutes=None):
    """429: somebody tried too often; `minutes` until it works again, if known."""
    response = _page(request, 429, minutes=minutes)
    if minutes:
        response["Retry-After"] = str(minutes * 60)
    return response


def server_error(request):
    """500: the fault is ours. If even its page cannot be drawn, a line of text still carries the reference."""
    try:
        return _page(request, 500)
    except Exception:
        log.exception("the error page itself failed")
        return HttpResponse(
            f"Error 500, reference {reference(request)}", status=500, content_type="text/plain; charset=utf-8"
        )


def csrf_failure(request, reason=""):
    """403 for a form that was too old or came from elsewhere, with a way to try again."""
    log.warning("CSRF check failed: %r", reason)
    return _page(
        request,
        403,
        detail=_("This form was open for too long, or cookies are switched off. Nothing was changed."),
        again=request.path,
    )


def _page(request, status, **context):
    # without the request, so that no context processor asks the database who is there
    body = render_to_string(f"{status}.html", {"status": status, "reference": reference(request), **context})
    return HttpResponse(body, status=status)


def reference(request):
    """The id of this request, as the person reads it out to whoever helps."""
    return getattr(request, "request_id", "")
