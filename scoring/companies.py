"""What the leads of a company say together: its score is the highest of its open leads, and never an input of a rule."""

from datetime import timedelta

from django.db.models import Count, Max, Q

from leads.models import Lead

ACTIVE = timedelta(days=30)


def figures(company_ids, *, user, now):
    """Company id → {best, open, active, contacts} of the leads that `user` sees. One query.

    `best` is the company score (None without a score), `open` the number of open leads, `active` that of contacts with
    activity in the last 30 days, `contacts` that of contacts with a lead.
    """
    is_open = Q(closed_at__isnull=True)
    rows = (
        Lead.objects.visible_to(user)
        .filter(contact__company_id__in=company_ids)
        .order_by()
        .values("contact__company_id")
        .annotate(
            best=Max("score__score", filter=is_open),
            open=Count("pk", filter=is_open),
            active=Count("contact_id", filter=Q(last_activity_at__gte=now - ACTIVE), distinct=True),
            contacts=Count("contact_id", distinct=True),
        )
    )
    found = {pk: {"best": None, "open": 0, "active": 0, "contacts": 0} for pk in company_ids}
    for row in rows:
        found[row.pop("contact__company_id")] = row
    return found
