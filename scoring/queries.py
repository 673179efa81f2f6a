"""Chainable querysets of `scoring`; they import no models."""

from django.db.models import QuerySet

from leads.queries import team_scope


class ScorecardQuerySet(QuerySet):
    """Scorecards, narrowed by adjectives."""

    def live(self):
        """The one version that scores are computed with."""
        return self.filter(status="live")


class ScoreQuerySet(QuerySet):
    """Scores in board order."""

    def ranked(self):
        """Strongest first; ties by the lower lead id, so that the order is total."""
        return self.order_by("-score", "lead_id")


class TeamQuerySet(QuerySet):
    """Rows about the leads of one team, narrowed by adjectives."""

    def visible_to(self, user):
        """Those about leads which `user` may read."""
        scope = team_scope(user, team="team")
        return self if scope is None else self.filter(scope)
