"""What people are told."""

from leads.models import Notification


def tell(user, *, kind, now, lead=None, payload=None):
    """Leave one notification for a person."""
    return Notification.objects.create(user=user, kind=kind, lead=lead, payload=payload or {}, created_at=now)


def tell_many(pairs, *, kind, now):
    """Leave one notification for each (user id, lead id)."""
    Notification.objects.bulk_create(
        [Notification(user_id=user_id, lead_id=lead_id, kind=kind, created_at=now) for user_id, lead_id in pairs],
        batch_size=500,
    )


def unread(user):
    """What the person has not read yet, newest first."""
    return (
        Notification.objects.filter(user=user, read_at__isnull=True)
        .select_related("lead__contact")
        .order_by("-created_at", "-id")
    )


def mark_read(user, *, now, ids=None):
    """Mark the person's notifications as read: all, or those in `ids`. Returns how many were unread."""
    rows = Notification.objects.filter(user=user, read_at__isnull=True)
    return (rows if ids is None else rows.filter(pk__in=ids)).update(read_at=now)
