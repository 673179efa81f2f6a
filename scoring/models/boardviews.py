"""What people have saved of the board's filters and order."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class BoardView(models.Model):
    """An address of the board under a name. Whoever opens it sees their own leads through it."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="board_views")
    name = models.CharField(_("name"), max_length=40)
    query = models.CharField(max_length=1000, blank=True)
    """Filters, view and order as in the address, without what is left at its default; in one fixed order."""
    team = models.ForeignKey(
        "leads.Team", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("shared with")
    )
    is_start = models.BooleanField(_("start view"), default=False)
    """The board opens with it for its owner."""
    created_at = models.DateTimeField(editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("saved view"), _("saved views")
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="board_view_name"),
            models.UniqueConstraint(fields=["owner"], condition=models.Q(is_start=True), name="board_view_one_start"),
        ]

    def __str__(self):
        return self.name
