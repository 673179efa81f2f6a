"""What the rail of every page counts."""

from functools import cache

from django.utils import timezone

from leads import followups, notifications


def counts(request):
    """`overdue`, the viewer's overdue follow-ups, and `unread`, their unread notifications.

    Both are functions, which templates call: only a page that shows the rail asks the database, at most once for each. Pages of
    the admin and parts of pages have no rail. A view that knows a number already gives its own.
    """
    user = getattr(request, "user", None)
    if user is None:
        return {}

    @cache
    def overdue():
        return followups.count_overdue(user, now=timezone.now()) if user.is_authenticated else 0

    @cache
    def unread():
        return notifications.count_unread(user) if user.is_authenticated else 0

    return {"overdue": overdue, "unread": unread}
