"""Undo, first half: records that an import created are removed, unless somebody has worked with them since."""

from django.db.models import Case, F, Q, When
from django.utils.translation import gettext_lazy as _

from leads import cycles, identity
from leads.enums import Cause, ConsentState, EntryVerb, NotificationKind, Purpose
from leads.importing import journal
from leads.models import (
    Action,
    Campaign,
    Company,
    ConsentEvent,
    Contact,
    ContactAlias,
    CustomField,
    Deal,
    FieldChange,
    FollowUp,
    ImportedRow,
    ImportRun,
    Interaction,
    Lead,
    Note,
    Notification,
    Product,
    Source,
    StageChange,
    Visitor,
)

REASONS = {
    "edited": _("Somebody has edited it since."),
    "worked": _("Somebody has worked on it since."),
    "interactions": _("This person has been in touch since."),
    "used": _("Other records need it."),
    "other_import": _("Another import names it as well."),
    "objected": _("This person objected: that is never forgotten."),
    "changed": _("It has another value by now."),
    "taken": _("Its old value belongs to another record by now."),
}
"""Why undo left something alone."""

_BY_PEOPLE = (Cause.PERSON, Cause.API, Cause.UNDO)


def remove(run, model, entry, tally):
    """Remove the records of a block that nobody has worked with since; name the others."""
    name, ids = entry.model, entry.after["ids"]
    found = list(model.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk", flat=True))
    later = run.entries.filter(model=name, verb=EntryVerb.CHANGED, object_id__in=found)
    stays = _touched(run, model, found, {**entry.after, "stamps": _newest_stamps(entry, later)})
    for pk in found:
        if pk in stays:
            tally.keep(name, pk, stays[pk])
    goes = [pk for pk in found if pk not in stays]
    if model is Interaction:
        _remove_interactions(goes)
    else:
        model.objects.filter(pk__in=goes).delete()
    tally.remove(name, len(goes))
    # What the run changed in records of its own came and went with them.
    later.delete()


def _remove_interactions(ids):
    """Also, leads tell again what else was done last and first, and their people are scored again."""
    interactions = Interaction.objects.filter(pk__in=ids)
    people = set(interactions.values_list("contact_id", flat=True)) - {None}
    interactions.delete()
    cycles.refresh_activity(people)
    cycles.refresh_touches(people)
    identity.raise_revision(people)


def forget(run):
    """Forget what the run's file has said, so that it may be imported again. Returns whether there was anything."""
    ContactAlias.objects.filter(run=run.key).delete()
    return bool(ImportedRow.objects.filter(run=run.key).delete()[0])


def _newest_stamps(entry, later):
    stamps = dict(entry.after.get("stamps", {}))
    for pk, after in later.order_by("id").values_list("object_id", "after"):
        stamps[str(pk)] = after.get("stamp")
    return stamps


def _touched(run, model, ids, after):
    """Id → reason of the records that must stay. A constant number of queries."""
    reasons = {}
    name = model._meta.model_name
    for reason, found in _FINDERS[name](run, ids) if name in _FINDERS else ():
        for pk in found:
            reasons.setdefault(pk, reason)
    if name in journal.STAMPED:
        for text, stamp in journal.stamps(name, ids).items():
            if after["stamps"].get(text) not in (None, stamp):
                reasons.setdefault(int(text), "edited")
    return reasons


def _ids(queryset, column):
    return queryset.values_list(column, flat=True)


def _leads(run, ids):
    others = ~Q(run=run.key) | Q(run__isnull=True)
    yield "worked", _ids(Note.objects.filter(lead__in=ids), "lead_id")
    yield "worked", _ids(FollowUp.objects.filter(lead__in=ids), "lead_id")
    yield "worked", _ids(Action.objects.filter(lead__in=ids), "lead_id")
    yield "worked", _ids(Deal.objects.filter(lead__in=ids), "lead_id")
    yield "worked", _ids(Lead.tags.through.objects.filter(lead__in=ids), "lead_id")
    moves = StageChange.objects.filter(others, lead__in=ids)
    yield "worked", _ids(moves.filter(Q(by__isnull=False) | Q(cause__in=_BY_PEOPLE)), "lead_id")
    yield "other_import", _ids(moves.filter(is_imported=True), "lead_id")
    # A program that gives a lead to somebody leaves no action, but tells them.
    told = Notification.objects.filter(lead__in=ids, kind=NotificationKind.LEAD_ASSIGNED)
    yield "worked", _ids(told, "lead_id")
    yield "edited", _ids(FieldChange.objects.filter(others, lead__in=ids), "lead_id")
    # Whoever has corrected what is known about the person works here; without a lead, reps would not find it again.
    edits = FieldChange.objects.filter(others, contact__leads__in=ids, source__isnull=True, at__gt=run.started_at)
    yield "edited", _ids(Lead.objects.filter(pk__in=ids, contact__in=edits.values("contact")), "pk")
    yield "interactions", _ids(Lead.objects.filter(pk__in=ids, contact__interactions__isnull=False).distinct(), "pk")


def _contacts(run, ids):
    yield "used", _ids(Lead.objects.filter(contact__in=ids), "contact_id")
    yield "interactions", _ids(Interaction.objects.filter(contact__in=ids).order_by().distinct(), "contact_id")
    yield "interactions", _ids(Visitor.objects.filter(contact__in=ids), "contact_id")
    said = ConsentEvent.objects.filter(contact__in=ids)
    mine = Q(proof__import=str(run.key))
    yield (
        "interactions",
        [
            pk
            for pk, is_mine in said.values_list("contact_id", Case(When(mine, then=True), default=False))
            if not is_mine
        ],
    )
    withdrawn = said.filter(state=ConsentState.WITHDRAWN)
    # A withdrawn address lives on as a suppression; of a number there is no other trace than this.
    yield "objected", _ids(withdrawn.filter(Q(purpose=Purpose.PHONE) | Q(contact__email__isnull=True)), "contact_id")
    yield "objected", _ids(Contact.objects.filter(pk__in=ids, do_not_profile=True), "pk")
    yield "other_import", _ids(ImportedRow.objects.filter(contact__in=ids).exclude(run=run.key), "contact_id")
    yield "edited", _ids(Contact.objects.filter(pk__in=ids).exclude(updated_at=F("created_at")), "pk")


def _companies(run, ids):
    yield "used", _ids(Contact.objects.filter(company__in=ids), "company_id")
    yield "edited", _ids(FieldChange.objects.filter(company__in=ids).exclude(run=run.key), "company_id")


def _custom_fields(run, ids):
    for custom in CustomField.objects.filter(pk__in=ids):
        owner = Contact if custom.entity == "contact" else Company
        if owner.objects.filter(custom__has_key=custom.key).exists():
            yield "used", [custom.pk]


def _origins(model):
    """For what others only point at: whether any record does, in whichever app."""

    def find(run, ids):
        for relation in model._meta.related_objects:
            rows = relation.related_model._default_manager.filter(**{f"{relation.field.name}__in": ids})
            if relation.related_model is ImportRun:
                rows = rows.exclude(pk=run.pk)
            if relation.related_model is ImportedRow:
                rows = rows.exclude(run=run.key)
            yield "used", _ids(rows.order_by().distinct(), f"{relation.field.name}_id")

    return find


_FINDERS = {
    "lead": _leads,
    "contact": _contacts,
    "company": _companies,
    "customfield": _custom_fields,
    **{model._meta.model_name: _origins(model) for model in (Campaign, Product, Source)},
}
"""Model → (reason, ids that must stay for it) pairs."""
