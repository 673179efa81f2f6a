"""Short news for the viewer, shown as a toast on this or the next page."""

from django.contrib import messages
from django.utils.http import url_has_allowed_host_and_scheme


def done(request, text, *, undo=None):
    """Say that something is done. `undo` is a path of this site to which a button "Undo" posts."""
    if undo is not None and not url_has_allowed_host_and_scheme(undo, allowed_hosts=None):
        raise ValueError("undo must be a path of this site")
    tags = f"undo:{undo}" if undo else ""
    waiting = messages.get_messages(request)
    # A second press of a button says the same again: once is enough.
    is_said = any((message.message, message.extra_tags) == (text, tags) for message in waiting)
    waiting.used = False
    if not is_said:
        messages.success(request, text, extra_tags=tags)


def failed(request, text):
    """Say that nothing was changed, and why. Stays until it is dismissed."""
    messages.error(request, text)
