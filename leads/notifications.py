"""What people are told."""

from leads.models import Lead, Notification

SHOWN = 100


def tell(user, *, kind, now, lead=None, payload=None):
    """Leave one notification for a person."""
    return Notification.objects.create(user=user, kind=kind, lead=lead, payload=payload or {}, created_at=now)


def tell_many(pairs, *, kind, now):
    """Leave one notification for each (user id, lead id)."""
    Notification.objects.bulk_create(
        [Notification(user_id=user_id, lead_id=lead_id, kind=kind, created_at=now) for user_id, lead_id in pairs],
        batch_size=500,
    )


def latest(user):
    """The latest `SHOWN` notifications of a person, newest first, each with `shown_lead`. Two queries.

    `shown_lead` is the lead with its contact, or None if the person may not see it any more.
    """
    found = list(Notification.objects.filter(user=user).order_by("-created_at", "-id")[:SHOWN])
    ids = {notification.lead_id for notification in found} - {None}
    visible = Lead.objects.visible_to(user).select_related("contact__company").in_bulk(ids)
    for notification in found:
        notification.shown_lead = visible.get(notification.lead_id)
    return found


def count_unread(user):
    """How many notifications the person has not read yet."""
    return Notification.objects.filter(user=user, read_at__isnull=True).count()


def mark_read(user, *, now, ids=None):
    """Mark the person's notifications as read: all, or those in `ids`. Returns how many were unread."""
    rows = Notification.objects.filter(user=user, read_at__isnull=True)
    return (rows if ids is None else rows.filter(pk__in=ids)).update(read_at=now)
