"""One Contact per person, one Company per employer.

A person is known by the normalised e-mail address, else by (source system, external id). If both point at two contacts the
e-mail wins and the pair is listed for review. A company is known by its domain (never a free-mail one), else by its exact
case-folded name.
"""

from dataclasses import dataclass, field

from django.db.models import F, Q
from django.utils.translation import gettext as _

from leads import addresses, bulk, history
from leads.attributes import Attributes
from leads.models import Company, Contact, DuplicatePair, Source, User

SYSTEM_LENGTH = 60


@dataclass(frozen=True)
class Claim:
    """Who somebody says an event or a row is about, and what it says about them."""

    address: addresses.Address | None = None
    source_system: str = ""
    external_id: str = ""
    source: Source | None = None
    by: User | None = None
    """The person who says so; None for a program."""
    attributes: Attributes = field(default_factory=Attributes)

    @property
    def external(self):
        """The key of a contact without an address; None when no external id is claimed."""
        return (self.source_system, self.external_id) if self.external_id else None

    @property
    def company_domain(self):
        """The employer's domain: the one that is claimed, else the address's; "" when neither says anything."""
        claimed = self.attributes.company.get("domain", "")
        if claimed and not addresses.is_free_mail(claimed):
            return claimed
        return self.address.company_domain if self.address else ""

    @property
    def company_name(self):
        return self.attributes.company.get("name", "")


def system_of(source):
    """The namespace of external ids that come from a source."""
    return source.name[:SYSTEM_LENGTH] if source else ""


def find(text):
    """The contact that an external id or an e-mail address names, in this order; None if nobody."""
    contact = Contact.objects.filter(external_id=text).order_by("id").first()
    if contact is None:
        try:
            contact = Contact.objects.filter(email=addresses.normalise(text)).first()
        except addresses.NotAnAddress:
            return None
    return contact


class Directory:
    """The contacts and companies of one batch of claims, read with three queries and written with few more.

    `contact_for` answers from memory and notes what is new or changed; `save` writes it. Use it inside one transaction.
    """

    def __init__(self, claims):
        self._by_email, self._by_external = {}, {}
        self._companies, self._by_domain, self._by_name = {}, {}, {}
        self._new_contacts, self._new_companies = [], []
        self._changed_contacts, self._changed_companies = {}, {}
        self._pairs = {}
        self._read(claims)

    def contact_for(self, claim, *, contact=None):
        """The one contact of this claim, perhaps not saved yet, with its attributes applied. `contact` overrides the claim."""
        if contact is None:
            contact = self._identify(claim)
        else:
            self._index_contact(contact)
        self._apply(contact, claim)
        return contact

    def company_for(self, claim):
        """The claimed employer, perhaps not saved yet; None if the claim names none."""
        domain, name = claim.company_domain, claim.company_name
        company = self._by_domain.get(domain) or self._by_name.get(name.casefold() if name else None)
        if company is not None and domain and company.domain != domain:
            # Found by name: it gets its domain now, unless it is another company that has one of its own.
            if company.domain is None:
                self._change_company(company, claim, domain=domain)
            else:
                company = None
        if company is None:
            if not domain and not name:
                return None
            company = Company(name=name or domain, domain=domain or None)
            self._new_companies.append(company)
        self._index_company(company)
        return company

    def describe(self, claim):
        """The company that a claim is about, perhaps not saved yet, with what was blank about it filled; None if it names none."""
        company = self.company_for(claim)
        if company is not None:
            self._describe(company, claim, replace=False)
        return company

    def save(self, *, now, run=None):
        """Write what is new and what has changed, with the log of changes and the revision of changed contacts; returns their ids.

        `run` is the key of the import that says all this.
        """
        for company in self._new_companies:
            company.created_at = now
            company.fold()
        bulk.insert(self._new_companies)
        for contact in self._new_contacts:
            contact.company = contact.company  # picks up the key that a new company has only now
            contact.created_at = contact.updated_at = now
            contact.fold()
        bulk.insert(self._new_contacts)
        self._save_companies()
        self._save_contacts(now)
        changed = [*self._changed_contacts.values(), *self._changed_companies.values()]
        history.record((change.edit for change in changed), now=now, run=run)
        DuplicatePair.objects.bulk_create(
            [
                DuplicatePair(kept=kept, other=other, reason=reason, created_at=now)
                for kept, other, reason in self._pairs.values()
            ],
            ignore_conflicts=True,
        )
        return self._raise_revisions()

    @property
    def created_ids(self):
        """Ids of the contacts that `save` has created."""
        return {contact.pk for contact in self._new_contacts}

    @property
    def created_company_ids(self):
        """Ids of the companies that `save` has created."""
        return {company.pk for company in self._new_companies}

    @property
    def changing_contacts(self):
        """Ids of known contacts that `save` overwrites."""
        return list(self._changed_contacts)

    @property
    def changing_companies(self):
        """Ids of known companies that `save` overwrites."""
        return list(self._changed_companies)

    @property
    def has_pairs(self):
        """Whether there are two contacts that somebody should look at."""
        return bool(self._pairs)

    # reading

    def _read(self, claims):
        emails = {claim.address.email for claim in claims if claim.address}
        wanted = Q(email__among=emails) if emails else Q()
        systems = {}
        for claim in claims:
            if claim.external:
                systems.setdefault(claim.source_system, set()).add(claim.external_id)
        for system, ids in systems.items():
            wanted |= Q(source_system=system, external_id__among=ids)
        if wanted:
            for contact in Contact.objects.filter(wanted).select_related("company"):
                self._index_contact(contact)
        domains = {claim.company_domain for claim in claims} - {""}
        names = {claim.company_name.casefold() for claim in claims} - {""}
        wanted = Q(domain__among=domains) if domains else Q()
        if names:
            wanted |= Q(name_folded__among=names)
        if wanted:
            for company in Company.objects.filter(wanted).order_by("id"):
                self._index_company(self._companies.setdefault(company.pk, company))

    def _index_contact(self, contact):
        if contact.company is not None and contact.company.pk is not None:
            # One object per company, so that what one colleague brings is seen by the next.
            contact.company = self._companies.setdefault(contact.company.pk, contact.company)
            self._index_company(contact.company)
        if contact.email:
            self._by_email[contact.email] = contact
        if contact.external_id:
            self._by_external[contact.source_system, contact.external_id] = contact

    def _index_company(self, company):
        if company.domain:
            self._by_domain[company.domain] = company
        self._by_name.setdefault(company.name.casefold(), company)

    # who is it

    def _identify(self, claim):
        by_email = self._by_email.get(claim.address.email) if claim.address else None
        by_external = self._by_external.get(claim.external) if claim.external else None
        if by_email is None and by_external is None:
            return self._new_contact(claim)
        if by_email is None:
            if claim.address is None:
                return by_external
            if by_external.email is None:
                self._set_address(by_external, claim)
                return by_external
            # The id belongs to somebody with another address: the address decides, a person looks at the pair.
            by_email = self._new_contact(claim)
        if by_external is not None and by_external is not by_email:
            self._pairs[id(by_email), id(by_external)] = (
                by_email,
                by_external,
                _("An event named the address of one and the external id of the other."),
            )
        elif claim.external and not by_email.external_id:
            self._change(by_email, claim, source_system=claim.source_system, external_id=claim.external_id)
            self._index_contact(by_email)
        return by_email

    def _new_contact(self, claim):
        contact = Contact(source=claim.source)
        if claim.external and claim.external not in self._by_external:
            contact.source_system, contact.external_id = claim.external
        self._new_contacts.append(contact)
        if claim.address:
            self._set_address(contact, claim)
        self._index_contact(contact)
        return contact

    def _set_address(self, contact, claim):
        address = claim.address
        self._change(
            contact,
            claim,
            email=address.email,
            email_domain=address.domain,
            is_free_mail=address.is_free_mail,
            is_disposable=address.is_disposable,
        )
        self._index_contact(contact)

    # what is said about them

    def _apply(self, contact, claim):
        """Fill blanks; replace what stands only if the claim comes from the source that the contact came from."""
        owns = claim.source is not None and contact.source_id == claim.source.pk
        said = claim.attributes
        self._change(contact, claim, **_news(contact, said.contact, replace=owns))
        custom = _merged(contact.custom, said.contact_custom, replace=owns)
        if custom != contact.custom:
            self._change(contact, claim, custom=custom)
        names_company = bool(claim.company_name or said.company.get("domain"))
        # An address alone does not move somebody who already has an employer.
        company = self.company_for(claim) if names_company or contact.company is None else contact.company
        if company is None:
            return
        if contact.company is not company and (contact.company is None or owns):
            self._change(contact, claim, company=company)
        if contact.company is company:
            self._describe(company, claim, replace=owns)

    def _describe(self, company, claim, *, replace):
        said = claim.attributes
        news = dict(said.company)
        news.pop("domain", None)
        name = news.pop("name", "")
        if name and name != company.name and (company.name == company.domain or (replace and company.domain)):
            # A domain was only a stand-in; without a domain the name is the identity and stays.
            self._change_company(company, claim, name=name)
        self._change_company(company, claim, **_news(company, news, replace=replace))
        custom = _merged(company.custom, said.company_custom, replace=replace)
        if custom != company.custom:
            self._change_company(company, claim, custom=custom)

    # remembering and writing

    def _change(self, contact, claim, **values):
        _set(contact, values, self._changed_contacts, claim)

    def _change_company(self, company, claim, **values):
        _set(company, values, self._changed_companies, claim)

    def _save_companies(self):
        for fields, companies in _grouped(self._changed_companies):
            for company in companies:
                company.fold()
            folded = {f"{name}_folded" for name in fields & {"name", "industry", "city", "custom"}}
            Company.objects.bulk_update(companies, sorted(fields | folded))

    def _save_contacts(self, now):
        for fields, contacts in _grouped(self._changed_contacts):
            for contact in contacts:
                contact.company = contact.company
                contact.updated_at = now
                contact.fold()
            folded = {f"{name}_folded" for name in fields & {"job_title", "city", "custom"}}
            if fields & {"first_name", "last_name"}:
                folded.add("name_folded")
            Contact.objects.bulk_update(contacts, sorted(fields | folded | {"updated_at"}))

    def _raise_revisions(self):
        touched = set(self._changed_contacts)
        if self._changed_companies:
            # A company is part of what is known about each of its people.
            touched |= (
                set(Contact.objects.filter(company_id__in=self._changed_companies).values_list("id", flat=True))
                - self.created_ids
            )
        raise_revision(touched)
        return touched


def raise_revision(contact_ids):
    """Tell scoring that something about these contacts has moved. One statement; it also locks their rows on PostgreSQL."""
    if contact_ids:
        Contact.objects.filter(pk__among=contact_ids).update(revision=F("revision") + 1)


@dataclass(slots=True)
class _Changed:
    """A stored record that has been given other values, and the names of their columns."""

    edit: history.Edit
    columns: set = field(default_factory=set)


def _set(row, values, changed, claim):
    if values and row.pk is not None:
        change = changed.get(row.pk)
        if change is None:
            edit = history.Edit(row, history.values(row), by=claim.by, source=claim.source)
            change = changed[row.pk] = _Changed(edit)
        change.columns.update(values)
    for name, value in values.items():
        setattr(row, name, value)


def _news(row, values, *, replace):
    """Those of the values that are not blank and differ from what stands (where nothing stands, unless `replace`)."""
    return {
        name: value
        for name, value in values.items()
        if value not in ("", None) and value != getattr(row, name) and (replace or getattr(row, name) in ("", None))
    }


def _merged(custom, values, *, replace):
    news = {
        key: value for key, value in values.items() if value is not None and (replace or custom.get(key) in ("", None))
    }
    return {**custom, **news}


def _grouped(changed):
    """Changed rows in groups with the same changed fields, in a stable order, so that only those columns are written."""
    groups = {}
    for pk in sorted(changed):
        change = changed[pk]
        groups.setdefault(frozenset(change.columns), []).append(change.edit.record)
    return groups.items()
