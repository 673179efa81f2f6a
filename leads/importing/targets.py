"""What a column may be mapped to, and by which headers other programs call it."""

import re
from dataclasses import dataclass

from leads.enums import FieldType


@dataclass(frozen=True)
class Target:
    """A place that a column's values go to. `group` is contact, company, person, lead, opt_out or consent.

    `reads` says how its cells are read (`cells`); `headers` are what it is called, in plain spelling, the best first.
    """

    name: str
    group: str
    attribute: str
    type: str = FieldType.TEXT
    limit: int = 200
    headers: tuple = ()
    reads: str = "text"

    @property
    def is_repeatable(self):
        """Several columns may go there."""
        return self.group in ("skip", "opt_out", "consent", "link")


_ALL = (
    Target(
        "external_id",
        "lead",
        "external_id",
        limit=120,
        headers=(
            "external id",
            "record id",
            "lead id",
            "leadid",
            "contact id",
            "contactid",
            "lead number",
            "customer id",
            "kundennummer",
            "mql id",
            "prospect id",
            "person id",
            "id",
        ),
        reads="id",
    ),
    Target(
        "email",
        "contact",
        "email",
        limit=320,
        headers=(
            "email",
            "e mail",
            "mail",
            "email address",
            "e mail address",
            "e mail adresse",
            "emailadresse",
            "mailadresse",
            "e mail 1 value",
            "person email",
            "person email work",
            "work email",
            "business email",
            "primary email",
            "geschäftliche e mail",
        ),
        reads="email",
    ),
    Target(
        "first_name", "contact", "first_name", limit=120, headers=("first name", "firstname", "given name", "vorname")
    ),
    Target(
        "last_name",
        "contact",
        "last_name",
        limit=120,
        headers=("last name", "lastname", "surname", "family name", "nachname", "familienname"),
    ),
    Target(
        "full_name",
        "person",
        "full_name",
        limit=240,
        headers=("full name", "fullname", "name", "contact name", "person name", "contact", "ansprechpartner"),
        reads="names",
    ),
    Target(
        "phone",
        "contact",
        "phone",
        limit=40,
        headers=(
            "phone",
            "phone number",
            "telephone",
            "telefon",
            "telefonnummer",
            "mobile",
            "mobile phone",
            "mobil",
            "handy",
            "person phone",
            "phone 1 value",
        ),
        reads="phone",
    ),
    Target(
        "job_title",
        "contact",
        "job_title",
        limit=160,
        headers=("job title", "jobtitle", "title", "position", "berufsbezeichnung", "funktion", "organization 1 title"),
    ),
    Target("language", "contact", "language", headers=("language", "preferred language", "sprache"), reads="language"),
    Target(
        "country", "contact", "country", headers=("country", "country region", "land", "country code"), reads="country"
    ),
    Target("city", "contact", "city", limit=120, headers=("city", "town", "stadt", "ort")),
    Target(
        "company.name",
        "company",
        "name",
        limit=200,
        headers=(
            "company",
            "company name",
            "company account",
            "organization",
            "organisation",
            "organization name",
            "firma",
            "unternehmen",
            "account",
            "account name",
            "organization 1 name",
            "firmenname",
            "employer",
        ),
    ),
    Target(
        "company.domain",
        "company",
        "domain",
        limit=500,
        headers=("website", "website url", "company domain", "company domain name", "domain", "homepage", "webseite"),
        reads="domain",
    ),
    Target("company.industry", "company", "industry", limit=120, headers=("industry", "branche", "sector")),
    Target(
        "company.employees",
        "company",
        "employees",
        FieldType.NUMBER,
        headers=(
            "employees",
            "number of employees",
            "no of employees",
            "company size",
            "mitarbeiter",
            "mitarbeiterzahl",
            "anzahl mitarbeiter",
            "employee count",
            "headcount",
        ),
        reads="employees",
    ),
    Target("company.country", "company", "country", headers=("company country", "account country"), reads="country"),
    Target("company.city", "company", "city", limit=120, headers=("company city", "account city")),
    Target(
        "created_at",
        "lead",
        "created_at",
        FieldType.DATE,
        headers=(
            "created",
            "created at",
            "created time",
            "create date",
            "created date",
            "creation date",
            "date created",
            "first contact date",
            "erstellt",
            "erstellt am",
            "angelegt am",
            "lead created",
        ),
        reads="past",
    ),
    Target(
        "closed_at",
        "lead",
        "closed_at",
        FieldType.DATE,
        headers=("closed", "closed at", "close date", "closed date", "won date", "abgeschlossen am", "converted date"),
        reads="past",
    ),
    Target(
        "opt_out.email",
        "opt_out",
        "email",
        FieldType.BOOLEAN,
        headers=(
            "do not email",
            "do not e mail",
            "do not mail",
            "email opt out",
            "e mail opt out",
            "opted out of email",
            "has opted out of email",
            "hasoptedoutofemail",
            "unsubscribed",
            "unsubscribed from all email",
            "opt out",
            "do not contact",
            "optout",
            "abgemeldet",
            "keine e mails",
            "keine e mail",
            "newsletter abgemeldet",
            "werbesperre",
        ),
        reads="flag",
    ),
    Target(
        "opt_out.phone",
        "opt_out",
        "phone",
        FieldType.BOOLEAN,
        headers=("do not call", "do not phone", "phone opt out", "donotcall", "nicht anrufen", "keine anrufe"),
        reads="flag",
    ),
    Target(
        "consent.email",
        "consent",
        "email",
        FieldType.BOOLEAN,
        headers=(
            "email opt in",
            "e mail opt in",
            "newsletter opt in",
            "marketing consent",
            "email consent",
            "opt in",
            "consent",
            "einwilligung e mail",
            "einwilligung",
        ),
        reads="flag",
    ),
    Target(
        "consent.phone",
        "consent",
        "phone",
        FieldType.BOOLEAN,
        headers=("phone opt in", "phone consent", "call opt in", "einwilligung telefon"),
        reads="flag",
    ),
    Target("skip", "skip", "skip", headers=("import line", "import reason")),
)
TARGETS = {target.name: target for target in _ALL}


def plain(header):
    """A header as it is compared: “E-Mail*” and “email_” are “e mail” and “email”."""
    return " ".join(re.sub(r"[\W_]+", " ", header.casefold()).split())
