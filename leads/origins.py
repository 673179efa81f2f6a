"""Where leads come from: sources, campaigns and products as the marketer keeps them."""

import re

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from leads import cleaning, cycles, history, identity
from leads.attributes import Invalid
from leads.models import Contact, Interaction, Lead, Product, Source

ATTRIBUTES = ("source", "campaign", "product")

_KEY = re.compile(r"[a-z0-9_-]{1,60}")


def save_source(source):
    """Store a source. Rules may speak of its name and kind, so its open leads are scored again if one has changed."""
    with transaction.atomic():
        before = Source.objects.filter(pk=source.pk).values("name", "kind").first() if source.pk else None
        source.save()
        if before and before != {"name": source.name, "kind": source.kind}:
            of_source = Lead.objects.open().filter(source=source).values("contact")
            Contact.objects.filter(pk__in=of_source).update(revision=F("revision") + 1)


def attribute(lead, *, values, by, now):
    """Say anew where a lead came from and what it is about; returns the names of what changed. The team stays.

    `values` has any of source, campaign and product, None for nothing. The lead is scored again.
    """
    with transaction.atomic():
        row = cycles.locked(lead)
        edit = history.Edit(row, history.values(row), by=by)
        changed = [name for name in ATTRIBUTES if name in values and getattr(row, name) != values[name]]
        if changed:
            for name in changed:
                setattr(row, name, values[name])
            row.save(update_fields=changed)
            history.record([edit], now=now)
            identity.raise_revision([row.contact_id])
    lead.refresh_from_db(fields=ATTRIBUTES)
    return changed


def save_product(*, key, name, is_active):
    """Store a product under its key, which stays; returns it. Raises `Invalid`."""
    name = cleaning.text(name)
    if not _KEY.fullmatch(key):
        raise Invalid("key", _("A key has at most 60 small letters, digits, hyphens and underscores."))
    if not name:
        raise Invalid("name", _("This is missing."))
    if Product.objects.filter(name=name).exclude(slug=key).exists():
        raise Invalid("name", _("Another product has this name."))
    return Product.objects.update_or_create(slug=key, defaults={"name": name, "is_active": is_active})[0]


def names_external_ids(source):
    """The source's name is the namespace of external ids that came with it, so it must not change any more."""
    return Contact.objects.filter(source_system=source.name).exclude(external_id="").exists()


def is_used(thing):
    """Something refers to this source, campaign or product, so that it must stay."""
    name = thing._meta.model_name
    if Lead.objects.filter(**{name: thing}).exists() or Interaction.objects.filter(**{name: thing}).exists():
        return True
    return any(
        relation.related_model.objects.filter(**{relation.field.name: thing}).exists()
        for relation in thing._meta.related_objects
        if not relation.many_to_many
    )
