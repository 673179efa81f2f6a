"""The lead before and the lead after in the order of the board, so that one can work through it without going back."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from leads.models import Lead
from scoring.models import Score

COUNTED = 999
"""Beyond this rank the place is not counted: it would cost more than it says."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a lead stands among the open leads that the viewer sees. `rank` is None beyond `COUNTED` and without a score."""

    rank: int | None
    previous: int | None
    next: int | None


def place(lead, score, *, user, now):
    """The place of an open lead among those that are not snoozed, as the board shows them. Three queries."""
    if score is None:
        return Place(None, None, None)
    visible = Lead.objects.visible_to(user).open().awake(now).filter(pk=OuterRef("lead_id"))
    ranked = Score.objects.filter(Exists(visible))
    # The first condition says nothing new, but it is the one that the index can begin at.
    behind = Q(score__lte=score.score) & (Q(score__lt=score.score) | Q(score=score.score, lead_id__gt=lead.pk))
    ahead = Q(score__gte=score.score) & (Q(score__gt=score.score) | Q(score=score.score, lead_id__lt=lead.pk))
    before = ranked.filter(ahead)
    rank = before.order_by()[: COUNTED + 1].count() + 1
    return Place(
        rank=rank if rank <= COUNTED else None,
        previous=before.order_by("score", "-lead_id").values_list("lead_id", flat=True).first(),
        next=ranked.filter(behind).ranked().values_list("lead_id", flat=True).first(),
    )
