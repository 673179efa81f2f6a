"""A lead that a person types in."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from leads import addresses, attributes, identity, intake
from leads.enums import Cause, Role
from leads.models import Lead, StageChange

AGAIN = timedelta(minutes=1)
"""The same person entered by the same user within this time is a second press of the button."""


class Invalid(Exception):
    """What is wrong with the form: `errors` maps field to message."""

    def __init__(self, errors):
        super().__init__(" ".join(errors.values()))
        self.errors = errors


class Known(Exception):
    """The person has an open lead already: `lead`, which the user may see. Nothing was changed."""

    def __init__(self, lead):
        super().__init__(gettext("This person has an open lead already."))
        self.lead = lead


def enter(
    *, first_name, last_name, email, by, now, company="", phone="", job_title="", source=None, product=None, team=None
):
    """Open a lead of this person, who is created if unknown; returns the lead.

    What is known about the person already stays. The team is `team`, else the source's, which `by` must see. A lead that `by`
    has entered within `AGAIN` is returned as it is. Raises `Invalid`, and `Known` if there is another open lead.
    """
    if team is None and source is not None and not _may_see_team(by, source.team_id):
        # The lead would be out of sight as soon as it is saved.
        raise Invalid({"team": gettext("This source belongs to another team. Choose a team of yours for this lead.")})
    try:
        address = addresses.parse(email)
    except addresses.NotAnAddress as error:
        raise Invalid({"email": str(error)}) from error
    given = {"first_name": first_name, "last_name": last_name, "phone": phone, "job_title": job_title}
    try:
        said = attributes.parse(given | ({"company": {"name": company}} if company else {}), declared={}, prefix="")
    except attributes.Invalid as error:
        raise Invalid({error.field.removesuffix(".name"): error.message}) from error
    entered = _just_entered(address, by=by, now=now)
    if entered is not None:
        return entered
    try:
        with transaction.atomic():
            _refuse_known(address, by=by)
            claim = identity.Claim(address=address, source=source, by=by, attributes=said)
            directory = identity.Directory([claim])
            contact = directory.contact_for(claim)
            directory.save(now=now)
            lead = intake.open_lead(contact, now=now, source=source, product=product, cause=Cause.PERSON, by=by)
            if team is not None and lead.team_id != team.pk:
                Lead.objects.filter(pk=lead.pk).update(team=team)
                lead.team = team
    except IntegrityError as error:
        entered = _just_entered(address, by=by, now=now)
        if entered is not None:
            return entered
        raise Invalid({"email": gettext("Somebody has just added this person. Try again.")}) from error
    return lead


def _may_see_team(user, team_id):
    return team_id is None or user.role == Role.ADMINISTRATOR or team_id in user.team_ids


def _just_entered(address, *, by, now):
    """The open lead of this address that `by` entered a moment ago, or None."""
    opened = StageChange.objects.filter(by=by, cause=Cause.PERSON, from_stage="", at__gt=now - AGAIN)
    known = Lead.objects.visible_to(by).open().filter(contact__email=address.email, stage_changes__in=opened)
    return known.select_related("contact").first()


def _refuse_known(address, *, by):
    lead = Lead.objects.open().filter(contact__email=address.email).first()
    if lead is None:
        return
    if Lead.objects.visible_to(by).filter(pk=lead.pk).exists():
        raise Known(lead)
    # Whose lead it is stays with the other team.
    raise Invalid({"email": gettext("This person cannot be added here. Ask your manager.")})
