"""Words that people stick on leads."""

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext

from leads.models import Lead, Tag

LONGEST = 60


class Invalid(Exception):
    """This word cannot be a tag. The message says why to the user."""


def known_to(user):
    """The tags on leads that `user` may read, by name: what other teams write on theirs is not for them."""
    stuck = Lead.objects.visible_to(user).filter(tags=OuterRef("pk"))
    return Tag.objects.filter(Exists(stuck)).order_by("name")


def add(lead, *, name, by, now):
    """Stick a tag on a lead; its name is matched without regard to case. Doing it twice does nothing. Raises `Invalid`."""
    name = " ".join(name.replace("\0", "").split())
    if not name:
        raise Invalid(gettext("The tag is empty."))
    if len(name) > LONGEST:
        raise Invalid(gettext("A tag has at most %(count)d characters.") % {"count": LONGEST})
    # Folded in Python: SQLite does not find MÜNCHEN by münchen. Tags are few.
    known = {tag.name.casefold(): tag for tag in Tag.objects.order_by("-id")}
    tag = known.get(name.casefold()) or Tag.objects.get_or_create(name=name)[0]
    lead.tags.add(tag)
    return tag


def remove(lead, *, tag, by, now):
    """Take a tag off a lead. A tag that is on no lead any more disappears."""
    lead.tags.remove(tag)
    Tag.objects.filter(pk=tag.pk, leads__isnull=True).delete()
