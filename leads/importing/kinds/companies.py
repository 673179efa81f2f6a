"""Companies by themselves: known by their domain, else by their name."""

from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext

from leads import identity
from leads.attributes import Attributes
from leads.enums import Entity
from leads.importing import applying, interpreting, journal, targets
from leads.importing.interpreting import Rejected
from leads.models import Company

_ALSO = {
    "company.name": ("name",),
    "company.country": ("country", "country region", "billing country", "land"),
    "company.city": ("city", "billing city", "stadt", "ort"),
}
"""What is said of the company where a row is about nobody else."""
TARGETS = {
    target.name: replace(target, headers=(*target.headers, *_ALSO.get(target.name, ())))
    for target in targets.TARGETS.values()
    if target.group in ("company", "skip")
}
ID = "company.name"
CUSTOM = Entity.COMPANY


def missing(mapping):
    """Why the file cannot be imported like that, or ""."""
    if mapping.target("company.name") or mapping.target("company.domain"):
        return ""
    return gettext("No column identifies a company: name one with --map COLUMN=company.name or COLUMN=company.domain.")


class Interpreter(interpreting.Interpreter):
    """Rows as attributes of companies."""

    def read(self, record):
        """Fill a record from its row, about its company alone. Raises `Rejected`."""
        self.fill(record)
        said = record.attributes.company
        if not said.get("name") and not said.get("domain"):
            raise Rejected(gettext("The row has neither a name nor a domain of a company."))


def apply(records, context):
    """Write a batch: new companies, and what was blank about known ones. Applying it again writes nothing."""
    result = applying.Result()
    with transaction.atomic():
        claims = [identity.Claim(source=context.source, attributes=_said(record)) for record in records]
        directory = identity.Directory(claims)
        seen, companies = set(), []
        for claim in claims:
            companies.append(directory.describe(claim))
        known = {company.pk for company in companies if company.pk}
        changing = set(directory.changing_companies)
        with journal.watching(context.record, Company, sorted(changing)):
            directory.save(now=context.now, run=context.run)
        new = sorted({company.pk for company in companies} - known)
        journal.created(context.record, "company", new)
        for company in companies:
            if company.pk in seen or company.pk in known - changing:
                result.unchanged += 1
            elif company.pk in changing:
                result.updated += 1
            else:
                result.created += 1
            seen.add(company.pk)
    result.taken = records
    return result


def _said(record):
    said = record.attributes
    return Attributes(company=said.company, company_custom=said.company_custom)
