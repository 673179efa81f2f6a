"""Records into the database: people, leads, opt-outs; one transaction and a constant number of statements per batch."""

import datetime
import uuid
from dataclasses import dataclass, field

from django.db import transaction

from leads import bulk, consent, identity, stages, suppression
from leads.enums import Cause, Outcome, Purpose, Stage, SuppressionReason
from leads.importing import aliases, journal, privacy
from leads.models import (
    Company,
    Contact,
    DuplicatePair,
    ImportedRow,
    ImportRun,
    Lead,
    Source,
    StageChange,
    Team,
)

_STAGES = {"": Stage.LEAD, Outcome.WON: Stage.CUSTOMER, Outcome.LOST: Stage.DISQUALIFIED}
_PURPOSES = {"email": Purpose.EMAIL, "phone": Purpose.PHONE}


@dataclass
class Result:
    """What became of the records of one batch; `erased` are those whose person asked to be forgotten.

    `refused` are (record, reason) of what could not be written, such as a deal of somebody who is not known.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    erased: list = field(default_factory=list)
    refused: list = field(default_factory=list)
    taken: list = field(default_factory=list)


@dataclass(frozen=True)
class Context:
    """What all batches of one import share. `record` is the run that its journal belongs to, `run` that one's key."""

    source: Source
    team: Team | None
    run: uuid.UUID
    now: datetime.datetime
    record: ImportRun


def apply(records, context):
    """Write a batch. Applying it again writes nothing; it grants no consent without proof and lifts no suppression."""
    with transaction.atomic():
        result = Result()
        result.erased = _erased(records)
        gone = {id(record) for record in result.erased}
        result.taken = [record for record in records if id(record) not in gone]
        fresh = _fresh(result.taken, context)
        contacts, created, touched = _people(fresh, context)
        touched = touched | _opt_outs(fresh, contacts, context)
        touched = touched | _leads(fresh, contacts, context)
        touched = touched | privacy.heed(fresh, contacts, created=created, context=context)
        aliases.remember(fresh, contacts, context)
        _remember(fresh, contacts, context)
        _count(result, contacts, created, touched)
    return result


def _fresh(records, context):
    """The records that say something else than the same source's file has said of the same person before."""
    emails = [record.address.email for record in records if record.address]
    ids = [record.external_id for record in records if record.external_id]
    by_email = dict(Contact.objects.filter(email__among=emails).values_list("email", "pk"))
    system = identity.system_of(context.source)
    by_id = dict(Contact.objects.filter(source_system=system, external_id__among=ids).values_list("external_id", "pk"))
    people = {*by_email.values(), *by_id.values()}
    known = {(row.contact_id, row.digest) for row in _rows_about(people, context)}
    if not known:
        return records

    def contact_of(record):
        return by_email.get(record.address.email) if record.address else by_id.get(record.external_id)

    return [record for record in records if (contact_of(record), record.digest) not in known]


def _rows_about(contact_ids, context):
    """What this source has said of these contacts, oldest first.

    The source is compared here: asked for both, PostgreSQL walked through all rows of the source for each batch.
    """
    rows = ImportedRow.objects.filter(contact_id__among=contact_ids).order_by("id")
    return [row for row in rows if row.source_id == context.source.pk]


def _remember(records, contacts, context):
    """Keep what this run has said of these contacts instead of what earlier runs said."""
    people = {contact.pk for contact in contacts}
    earlier = [row for row in _rows_about(people, context) if row.run != context.run]
    said = {}
    for row in earlier:
        said.setdefault(row.contact_id, []).append([row.digest, str(row.run)])
    if said:
        journal.changed(
            context.record, "importedrow", [(pk, {"rows": rows}, {"rows": []}) for pk, rows in said.items()]
        )
        ImportedRow.objects.filter(pk__among=[row.pk for row in earlier]).delete()
    bulk.insert_values(
        ImportedRow,
        ("contact_id", "source_id", "digest", "run"),
        (
            (contact.pk, context.source.pk, record.digest, context.run)
            for record, contact in zip(records, contacts, strict=True)
        ),
        ignore_conflicts=True,
    )


def _count(result, contacts, created, touched):
    seen = set()
    result.unchanged = len(result.taken) - len(contacts)
    for contact in contacts:
        if contact.pk in created and contact.pk not in seen:
            result.created += 1
        elif contact.pk in touched or contact.pk in created:
            result.updated += 1
        else:
            result.unchanged += 1
        seen.add(contact.pk)


def _erased(records):
    """Records of people who were erased: an import must not bring them back."""
    asked = {record.address.email for record in records if record.address}
    emails = suppression.suppressed(asked, reason=SuppressionReason.ERASED)
    return [record for record in records if record.address and record.address.email in emails]


def _people(records, context):
    """(contact of each record, ids that are new, ids that have changed)."""
    claims = [
        identity.Claim(
            address=record.address,
            source_system=identity.system_of(context.source) if record.external_id else "",
            external_id=record.external_id,
            source=context.source,
            attributes=record.attributes,
        )
        for record in records
    ]
    directory = identity.Directory(claims)
    contacts = [directory.contact_for(claim) for claim in claims]
    with (
        journal.watching(context.record, Contact, directory.changing_contacts),
        journal.watching(context.record, Company, directory.changing_companies),
    ):
        touched = directory.save(now=context.now, run=context.run)
    journal.created(context.record, "contact", sorted(directory.created_ids))
    journal.created(context.record, "company", sorted(directory.created_company_ids))
    if directory.has_pairs:
        pairs = DuplicatePair.objects.filter(created_at=context.now, kept__in=contacts)
        journal.created(context.record, "duplicatepair", sorted(pairs.values_list("pk", flat=True)))
    return contacts, directory.created_ids, touched


def _opt_outs(records, contacts, context):
    """Opt-outs become withdrawals and, where there is an address, suppressions. Returns the contacts that changed."""
    touched = set()
    by_purpose = {}
    for record, contact in zip(records, contacts, strict=True):
        for kind in record.opt_outs:
            by_purpose.setdefault(kind, {})[contact.pk] = contact
    for kind, people in sorted(by_purpose.items()):
        added = consent.withdraw_all(
            list(people),
            purpose=_PURPOSES[kind],
            now=context.now,
            source=context.source,
            proof={"import": str(context.run)},
        )
        touched |= {event.contact_id for event in added}
        if kind == "email":
            reasons = {contact.email: SuppressionReason.OPT_OUT for contact in people.values() if contact.email}
            suppression.add_all(reasons, now=context.now, source=context.source)
    return touched


def _leads(records, contacts, context):
    """One lead per record's contact: opened, opened and closed, or closed. Returns the contacts that changed."""
    known = {}
    ids = [contact.pk for contact in contacts]
    for lead in Lead.objects.filter(contact_id__among=ids).order_by("id"):
        known.setdefault(lead.contact_id, []).append(lead)
    new, to_close, to_correct = [], {}, {}
    for record, contact in zip(records, contacts, strict=True):
        cycles = known.setdefault(contact.pk, [])
        open_lead = next((lead for lead in cycles if lead.is_open), None)
        if open_lead is not None:
            if record.outcome:
                to_close[contact.pk] = (open_lead, record)
        elif not cycles or not (record.outcome or _is_ours(cycles, context)):
            new.append(_lead(record, contact, context))
            cycles.append(new[-1])
        elif record.outcome and record.outcome != cycles[-1].outcome and _is_ours(cycles[-1:], context):
            to_correct[contact.pk] = (cycles[-1], record)
    _open(new, context)
    journal.created(context.record, "lead", [lead.pk for lead in new])
    closed = _close([pair for pair in to_close.values() if pair[0].pk is not None], context)
    # A second row in one batch about a lead that the first row has just opened.
    for lead, record in to_close.values():
        if lead.pk is not None and lead.pk not in closed and lead in new:
            closed |= _close([(lead, record)], context)
    corrected = _correct(list(to_correct.values()), context)
    return {lead.contact_id for lead in new} | closed | corrected


def _is_ours(cycles, context):
    """One of these leads came from an import of the same source: the row speaks of that one."""
    return any(lead.import_row is not None and lead.source_id == context.source.pk for lead in cycles)


def _lead(record, contact, context):
    opened_at = record.created_at or context.now
    closed_at = None
    if record.outcome:
        closed_at = record.closed_at or max(opened_at, context.now)
    lead = Lead(
        contact=contact,
        team=context.team,
        source=context.source,
        stage=_STAGES[record.outcome],
        stage_since=closed_at or opened_at,
        outcome=record.outcome,
        closed_at=closed_at,
        is_undated=record.created_at is None,
        import_row=record.number,
        created_at=opened_at,
    )
    lead.is_close_dated = record.closed_at is not None
    return lead


def _open(leads, context):
    bulk.insert(leads)
    common = (Cause.IMPORT, context.run, True)
    changes = ((*change, *common) for lead in leads for change in _first_changes(lead))
    names = ("lead_id", "from_stage", "to_stage", "at", "is_dated", "cause", "run", "is_imported")
    bulk.insert_values(StageChange, names, changes)


def _first_changes(lead):
    """How the lead came to where it is: by its first stage if that is dated, else at once."""
    if lead.is_open or lead.is_undated:
        is_dated = not lead.is_undated and lead.is_open
        yield lead.pk, "", lead.stage, lead.stage_since, is_dated
        return
    yield lead.pk, "", Stage.LEAD, lead.created_at, True
    yield lead.pk, Stage.LEAD, lead.stage, lead.stage_since, lead.is_close_dated


def _close(pairs, context):
    """Close open leads by the door that everybody uses. Returns the contacts whose lead moved."""
    moved = set()
    for outcome in Outcome:
        chosen = {lead.pk: (lead, record) for lead, record in pairs if record.outcome == outcome}
        if not chosen:
            continue
        with journal.watching(context.record, Lead, chosen):
            ids = stages.move_many(chosen, to=_STAGES[outcome], cause=Cause.IMPORT, now=context.now, run=context.run)
            StageChange.objects.filter(lead_id__in=ids, run=context.run, at=context.now).update(
                is_imported=True, is_dated=False
            )
            dated = [lead for lead, record in (chosen[pk] for pk in ids) if record.closed_at]
            for lead in dated:
                lead.closed_at = max(chosen[lead.pk][1].closed_at, lead.created_at)
            Lead.objects.bulk_update(dated, ["closed_at"])
        moved |= {chosen[pk][0].contact_id for pk in ids}
    return moved


def _correct(pairs, context):
    """Change the outcome of leads whose last move was an import's. What a person decided stays."""
    if not pairs:
        return set()
    newest = {}
    for change in StageChange.objects.filter(lead__in=[lead for lead, _record in pairs]).order_by("at", "id"):
        newest[change.lead_id] = change
    chosen = [(lead, record) for lead, record in pairs if lead.pk in newest and newest[lead.pk].is_imported]
    changes = []
    for lead, record in chosen:
        stage = _STAGES[record.outcome]
        changes.append(
            StageChange(
                lead=lead,
                from_stage=lead.stage,
                to_stage=stage,
                at=context.now,
                cause=Cause.IMPORT,
                run=context.run,
                is_imported=True,
                is_dated=False,
            )
        )
        lead.stage, lead.outcome, lead.stage_since = stage, record.outcome, context.now
    with journal.watching(context.record, Lead, [lead.pk for lead, _record in chosen]):
        Lead.objects.bulk_update([lead for lead, _record in chosen], ["stage", "outcome", "stage_since"])
    bulk.insert(changes)
    contacts = {lead.contact_id for lead, _record in chosen}
    identity.raise_revision(contacts)
    return contacts
