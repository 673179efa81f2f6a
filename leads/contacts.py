"""Edits of contacts and companies by people. What programs say about them comes in through `intake` instead."""

from urllib.parse import urlsplit

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from leads import addresses, attributes, history, identity
from leads.attributes import Invalid
from leads.enums import Entity
from leads.models import Company, Contact, CustomField

WEBSITE_LENGTH = 500


class Conflict(Exception):
    """Somebody else has changed the record since it was shown."""


def edit(contact, *, values, by, now, shown=None):
    """Change what is known about a person; returns the names of the fields that changed.

    `values` has any of first_name, last_name, email, phone, job_title, language, country, city, company `{name, domain}` and
    custom `{key: value}`; a blank clears the field. Raises `Invalid` naming the field, and `Conflict` if `shown`, the
    `updated_at` that the editor saw, is no longer the contact's.
    """
    with transaction.atomic():
        # Nothing is joined: after a wait for the lock PostgreSQL reads the locked row anew, but not the rows beside it.
        row = Contact.objects.select_for_update().get(pk=contact.pk)
        _check_unchanged(row, shown)
        changes = _contact_changes(row, dict(values), by=by, now=now)
        changed = _write(row, changes, by=by, now=now)
        if changed:
            identity.raise_revision([row.pk])
    contact.refresh_from_db()
    return changed


def edit_company(company, *, values, by, now):
    """Change what is known about a company, for which all its contacts are scored again; returns the changed fields.

    `values` has any of name, domain, website, industry, employees, country, city and custom. Raises `Invalid`.
    """
    with transaction.atomic():
        row = Company.objects.select_for_update().get(pk=company.pk)
        changes = _company_changes(row, dict(values))
        changed = _write(row, changes, by=by, now=now)
        if changed:
            identity.raise_revision(list(row.contacts.values_list("id", flat=True)))
    company.refresh_from_db()
    return changed


def set_do_not_profile(contact, *, value, by, now):
    """Stop or allow profiling of a person (GDPR Article 21). Their score goes or comes back at the next tick."""
    with transaction.atomic():
        row = Contact.objects.select_for_update().get(pk=contact.pk)
        changed = _write(row, {"do_not_profile": value}, by=by, now=now)
        if changed:
            identity.raise_revision([row.pk])
    contact.refresh_from_db()
    return bool(changed)


def _check_unchanged(row, shown):
    if shown is not None and row.updated_at != shown:
        raise Conflict(_("Somebody else has changed this contact meanwhile. Look at it again before you save."))


def _contact_changes(row, values, *, by, now):
    changes = {}
    if "email" in values:
        changes |= _address_changes(row, values.pop("email"))
    link = values.pop("company", None)
    said = attributes.parse(values, declared=_declared(), prefix="")
    changes |= said.contact
    if said.contact_custom:
        changes["custom"] = _merged(row.custom, said.contact_custom)
    if link is not None:
        changes["company"] = _company(link, email=changes.get("email", row.email), by=by, now=now)
    return changes


def _address_changes(row, text):
    if not text:
        if not row.external_id:
            raise Invalid("email", _("Without an external id a contact needs an e-mail address."))
        return {"email": None, "email_domain": "", "is_free_mail": False, "is_disposable": False}
    try:
        address = addresses.parse(text)
    except addresses.NotAnAddress as error:
        raise Invalid("email", str(error)) from error
    if Contact.objects.filter(email=address.email).exclude(pk=row.pk).exists():
        raise Invalid("email", _("Another contact has this e-mail address."))
    return {
        "email": address.email,
        "email_domain": address.domain,
        "is_free_mail": address.is_free_mail,
        "is_disposable": address.is_disposable,
    }


def _company(link, *, email, by, now):
    """The company that the editor named, made if it is new; None for a blank name and domain."""
    said = attributes.parse_company(link, declared={}, prefix="company").company
    if not said.get("name") and not said.get("domain"):
        return None
    found = attributes.Attributes(company={key: said[key] for key in ("name", "domain") if said.get(key)})
    if not found.company.get("domain") and email:
        domain = addresses.parse(email).company_domain
        namesake = Company.objects.filter(name_folded=found.company["name"].casefold()).order_by("id").first()
        if namesake is not None:
            return namesake
        if domain and not Company.objects.filter(domain=domain).exists():
            found.company["domain"] = domain
    claim = identity.Claim(by=by, attributes=found)
    directory = identity.Directory([claim])
    company = directory.company_for(claim)
    directory.save(now=now)
    return company


def _company_changes(row, values):
    website = values.pop("website", None)
    said = attributes.parse_company(values, declared=_declared())
    changes = said.company
    if "name" in changes and not changes["name"]:
        raise Invalid("name", _("A company needs a name."))
    if "domain" in changes:
        changes["domain"] = changes["domain"] or None
        if changes["domain"] and addresses.is_free_mail(changes["domain"]):
            raise Invalid("domain", _("This domain hands out addresses to everybody."))
        if changes["domain"] and Company.objects.filter(domain=changes["domain"]).exclude(pk=row.pk).exists():
            raise Invalid("domain", _("Another company has this domain."))
    if website is not None:
        changes["website"] = safe_url(website, name="website")
    if said.company_custom:
        changes["custom"] = _merged(row.custom, said.company_custom)
    return changes


def safe_url(text, *, name):
    """A web address that can be shown as a link: http or https with a host, or "". Raises `Invalid`."""
    text = (text or "").strip()
    if not text:
        return ""
    try:
        parts = urlsplit(text)
    except ValueError as error:
        raise Invalid(name, _("This is not a web address.")) from error
    if parts.scheme not in ("http", "https") or not parts.hostname or len(text) > WEBSITE_LENGTH or " " in text:
        raise Invalid(name, _("This is not a web address."))
    return text


def _declared():
    return {(Entity(item.entity), item.key): item for item in CustomField.objects.all()}


def _merged(custom, values):
    merged = custom | values
    return {key: value for key, value in merged.items() if value is not None}


def _write(row, changes, *, by, now):
    changed = [name for name, value in changes.items() if getattr(row, name) != value]
    edit = history.Edit(row, history.values(row), by=by)
    for name in changed:
        setattr(row, name, changes[name])
    if not changed:
        return []
    if isinstance(row, Contact):
        row.updated_at = now
    try:
        with transaction.atomic():
            row.save()
            history.record([edit], now=now)
    except IntegrityError as error:
        raise Invalid(changed[0], _("Another record has this value already.")) from error
    return changed
