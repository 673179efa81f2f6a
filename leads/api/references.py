"""Products and campaigns, which bodies name by their keys."""

from django.utils.translation import gettext as _

from leads.api.problems import Refused
from leads.models import Campaign, Product

_MODELS = {"product": Product, "campaign": Campaign}


def resolved(items, *, place="", without=("contact",)):
    """What each item says, as a dictionary, with products and campaigns instead of their keys. Two queries at most.

    `place` is where the items stand in the body, with {} for a number. Raises `Refused` for a key that is not known.
    """
    said = [{name: value for name, value in item.given().items() if name not in without} for item in items]
    for name, model in _MODELS.items():
        keys = {values[name].lower() for values in said if values.get(name)}
        known = {row.slug: row for row in model.objects.filter(slug__in=keys)} if keys else {}
        for number, values in enumerate(said):
            if values.get(name):
                if values[name].lower() not in known:
                    raise Refused(place.format(number) + name, _("This key is not known."))
                values[name] = known[values[name].lower()]
    return said
