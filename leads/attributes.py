"""What may be said about a contact and its company, field by field: an allow-list with types and limits.

Everything that writes attributes from outside or by a person's hand goes through `parse`, so no field can be set that is not
named here, and a value has one spelling whoever brought it.
"""

import re
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from leads import addresses, cleaning, customfields
from leads.enums import Entity, FieldType

CONTACT_LIMITS = {"first_name": 120, "last_name": 120, "phone": 40, "job_title": 160, "city": 120}
COMPANY_LIMITS = {"name": 200, "industry": 120, "city": 120}
CUSTOM_TEXT_LIMIT = 500
MAX_EMPLOYEES = 10_000_000
MAX_NUMBER = 1e15

_COUNTRY = re.compile(r"[A-Za-z]{2}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,4})?")


class Invalid(ValueError):
    """One field cannot be taken; `field` names it as the caller wrote it."""

    def __init__(self, field, message):
        super().__init__(message)
        self.field = field
        self.message = message


@dataclass
class Attributes:
    """Cleaned values by field name; fields that were not given are absent, given blanks are `""` or `None`."""

    contact: dict = field(default_factory=dict)
    contact_custom: dict = field(default_factory=dict)
    company: dict = field(default_factory=dict)
    company_custom: dict = field(default_factory=dict)
    notices: list = field(default_factory=list)


def parse(given, *, declared, prefix="contact"):
    """`Attributes` from `{first_name: …, company: {…}, custom: {…}}`.

    `declared` maps (entity, key) to `CustomField`. Raises `Invalid` naming the field, also for one that does not exist.
    """
    found = Attributes()
    for key, value in _object(given, prefix).items():
        name = f"{prefix}.{key}" if prefix else str(key)
        if key == "company":
            _company(found, value, declared=declared, prefix=name)
        elif key == "custom":
            found.contact_custom.update(_custom(found, value, entity=Entity.CONTACT, declared=declared, prefix=name))
        elif key in CONTACT_LIMITS:
            found.contact[key] = _text(found, value, name=name, limit=CONTACT_LIMITS[key])
        elif key == "country":
            found.contact[key] = country(value, name=name)
        elif key == "language":
            found.contact[key] = language(value, name=name)
        else:
            raise Invalid(name, _("There is no such field."))
    return found


def parse_company(given, *, declared, prefix=""):
    """`Attributes` of a company alone, from `{name: …, domain: …, custom: {…}}`. Raises `Invalid` like `parse`."""
    found = Attributes()
    _company(found, given, declared=declared, prefix=prefix)
    return found


def _company(found, given, *, declared, prefix):
    for key, value in _object(given, prefix).items():
        name = f"{prefix}.{key}" if prefix else str(key)
        if key in COMPANY_LIMITS:
            found.company[key] = _text(found, value, name=name, limit=COMPANY_LIMITS[key])
        elif key == "domain":
            found.company[key] = domain(value, name=name)
        elif key == "employees":
            found.company[key] = employees(value, name=name)
        elif key == "country":
            found.company[key] = country(value, name=name)
        elif key == "custom":
            found.company_custom.update(_custom(found, value, entity=Entity.COMPANY, declared=declared, prefix=name))
        else:
            raise Invalid(name, _("There is no such field."))


def _object(given, name):
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise Invalid(name, _("This must be an object."))
    return given


def _text(found, value, *, name, limit):
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Invalid(name, _("This must be a text."))
    cleaned, was_cut = cleaning.cut(value, limit)
    if was_cut:
        found.notices.append(_("%(field)s was cut to %(limit)d characters.") % {"field": name, "limit": limit})
    return cleaned


def country(value, *, name):
    """The ISO code in capitals, or ""."""
    if value in (None, ""):
        return ""
    if not isinstance(value, str) or not _COUNTRY.fullmatch(value.strip()):
        raise Invalid(name, _("Use the two-letter country code, such as DE."))
    return value.strip().upper()


def language(value, *, name):
    """The language code in small letters, or ""."""
    if value in (None, ""):
        return ""
    code = value.strip().lower().replace("_", "-") if isinstance(value, str) else ""
    if len(code) > 8 or not _LANGUAGE.fullmatch(code):
        raise Invalid(name, _("Use the language code, such as de."))
    return code


def domain(value, *, name):
    """The registrable domain, or ""."""
    if value in (None, ""):
        return ""
    found = addresses.company_domain(value) if isinstance(value, str) else ""
    if not found:
        raise Invalid(name, _("This is not a domain."))
    return found


def employees(value, *, name):
    """A whole number of people, or `None`."""
    if value in (None, ""):
        return None
    found = number(value, name=name, is_whole=True)
    if found != int(found) or not 0 <= found <= MAX_EMPLOYEES:
        raise Invalid(name, _("This must be a whole number from 0 to 10,000,000."))
    return int(found)


def number(value, *, name, is_whole=False):
    """A finite number, whole ones as int. A text is read as imports read it: `12,5` and `1.234,5` are German."""
    if isinstance(value, str):
        try:
            value = customfields.number(value.strip(), is_whole=is_whole)
        except customfields.NotConvertible as error:
            raise Invalid(name, _("This must be a number.")) from error
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= MAX_NUMBER:
        raise Invalid(name, _("This must be a number."))
    return int(value) if value == int(value) else value


def _custom(found, given, *, entity, declared, prefix):
    values = {}
    for key, value in _object(given, prefix).items():
        name = f"{prefix}.{key}"
        if (entity, key) not in declared:
            raise Invalid(name, _("There is no such field."))
        values[key] = custom_value(found, declared[entity, key], value, name=name)
    return values


def custom_value(found, custom_field, value, *, name):
    """The typed value of a custom field; blanks of every kind are `None`. Dates are ISO texts, as JSON wants."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if custom_field.type == FieldType.NUMBER:
        return number(value, name=name)
    if custom_field.type == FieldType.BOOLEAN:
        return _boolean(value, name=name)
    if custom_field.type == FieldType.DATE:
        return _date(value, name=name)
    cleaned = _text(found, value, name=name, limit=CUSTOM_TEXT_LIMIT)
    if custom_field.type == FieldType.CHOICE and cleaned not in custom_field.choices:
        raise Invalid(name, _("This is none of the choices."))
    return cleaned or None


def _boolean(value, *, name):
    if isinstance(value, bool):
        return value
    try:
        return customfields.boolean(str(value).strip())
    except customfields.NotConvertible as error:
        raise Invalid(name, _("This must be yes or no.")) from error


def _date(value, *, name):
    if isinstance(value, date):
        return value.isoformat()[:10]
    try:
        return customfields.moment(str(value).strip())[0].isoformat()
    except customfields.NotConvertible as error:
        raise Invalid(name, _("This must be a date such as 2026-12-31.")) from error
