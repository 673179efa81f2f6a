"""Where a request comes from."""

import ipaddress

from django.conf import settings


def address(request):
    """The address of whoever asks, as `PROXIES` of our own proxies tell it; None if it is unknown.

    Each proxy adds the address that it was asked from on the right of `X-Forwarded-For`; what stands further left is said by the
    client and believed by nobody. A request that did not pass all proxies counts as coming from where it was sent.
    """
    sender = _parsed(request.META.get("REMOTE_ADDR", ""))
    if not settings.PROXIES:
        return sender
    told = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if len(told) < settings.PROXIES:
        return sender
    return _parsed(told[-settings.PROXIES]) or sender


def _parsed(text):
    """The address in its one spelling, without the port that some proxies add; None for anything else."""
    # A zone such as %eth0 names a wire of this machine and does not fit into the column.
    text = text.strip().partition("%")[0]
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    return str(getattr(found, "ipv4_mapped", None) or found)
