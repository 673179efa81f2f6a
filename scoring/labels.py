"""Shipped names in the viewer's language. Names that a marketer typed are shown as typed."""

from collections import Counter

from django.utils.translation import gettext, gettext_noop

SHIPPED = (
    gettext_noop("Standard"),
    gettext_noop("As shipped"),
    gettext_noop("Demo requested"),
    gettext_noop("Quote requested"),
    gettext_noop("Contact requested"),
    gettext_noop("Form sent"),
    gettext_noop("Whitepaper downloaded"),
    gettext_noop("Video watched"),
    gettext_noop("Webinar attended"),
    gettext_noop("Newsletter subscribed"),
    gettext_noop("Preference chosen"),
    gettext_noop("Social media interaction"),
    gettext_noop("Chat"),
    gettext_noop("Call"),
    gettext_noop("Meeting held"),
    gettext_noop("E-mail answered"),
    gettext_noop("E-mail link clicked"),
    gettext_noop("E-mail opened"),
    gettext_noop("Pricing page viewed"),
    gettext_noop("Product page viewed"),
    gettext_noop("Blog read"),
    gettext_noop("Careers page viewed"),
    gettext_noop("Other page viewed"),
    gettext_noop("Unsubscribed"),
    gettext_noop("E-mail bounced"),
    gettext_noop("200 staff or more"),
    gettext_noop("50 to 199 staff"),
    gettext_noop("10 to 49 staff"),
    gettext_noop("Decision-maker"),
    gettext_noop("Buyer or manager"),
    gettext_noop("Target industry"),
    gettext_noop("Germany, Austria, Switzerland"),
    gettext_noop("Phone number known"),
    gettext_noop("Free-mail address"),
    gettext_noop("Throw-away address"),
    gettext_noop("Student, intern or applicant"),
    gettext_noop("Competitor"),
)
_SHIPPED = frozenset(SHIPPED)


def shown(name):
    """`name` translated if it was shipped with the product, else unchanged."""
    return gettext(name) if name in _SHIPPED else name


def shown_apart(signals):
    """Signal id → name; of signals that share one, the path or asset behind it tells them apart."""
    signals = list(signals)
    names = {signal.pk: shown(signal.name) for signal in signals}
    often = Counter(names.values())
    for signal in signals:
        mark = signal.path or signal.asset
        if often[names[signal.pk]] > 1 and mark:
            names[signal.pk] = f"{names[signal.pk]} ({mark})"
    return names
