"""The fields of contacts, companies and leads that conditions, mappings and exports may speak of."""

from django.utils.translation import gettext_lazy as _

from leads.conditions import Field
from leads.enums import Entity, KnownAt, SourceKind
from leads.models import CustomField

# Where the three kinds of facts lie, seen from the model that is filtered.
_PREFIXES = {
    "lead": {"lead": "", "contact": "contact__", "company": "contact__company__"},
    "contact": {"contact": "", "company": "company__"},
    "company": {"company": ""},
}

_DECLARED = (
    # name, type, label, column, folded column, spelling of the stored value
    ("contact.email", "text", _("E-mail address"), "email", "", "lower"),
    ("contact.email_domain", "text", _("E-mail domain"), "email_domain", "", "folded"),
    (
        "contact.is_free_mail",
        "boolean",
        _("Free-mail address"),
        "is_free_mail",
        "",
        "folded",
    ),
    (
        "contact.is_disposable",
        "boolean",
        _("Throw-away address"),
        "is_disposable",
        "",
        "folded",
    ),
    ("contact.phone", "text", _("Phone"), "phone", "", "exact"),
    (
        "contact.job_title",
        "text",
        _("Job title"),
        "job_title",
        "job_title_folded",
        "folded",
    ),
    ("contact.language", "text", _("Language"), "language", "", "lower"),
    ("contact.country", "text", _("Country"), "country", "", "upper"),
    ("contact.city", "text", _("City"), "city", "city_folded", "folded"),
    ("company.name", "text", _("Company"), "name", "name_folded", "folded"),
    ("company.domain", "text", _("Company domain"), "domain", "", "folded"),
    (
        "company.industry",
        "text",
        _("Industry"),
        "industry",
        "industry_folded",
        "folded",
    ),
    ("company.employees", "number", _("Employees"), "employees", "", "folded"),
    ("company.country", "text", _("Country of the company"), "country", "", "upper"),
    ("company.city", "text", _("City of the company"), "city", "city_folded", "folded"),
    ("lead.source", "text", _("Source"), "source__name", "", "exact"),
    ("lead.source_kind", "choice", _("Kind of source"), "source__kind", "", "lower"),
    ("lead.campaign", "text", _("Campaign"), "campaign__slug", "", "lower"),
    ("lead.product", "text", _("Product"), "product__slug", "", "lower"),
)
_CHOICES = {"lead.source_kind": tuple(SourceKind.values)}


def declared(*, root="lead"):
    """All fields as name → `Field`, with ORM paths seen from `root` (lead, contact or company).

    Reads the custom fields: one query.
    """
    return builtin(root=root) | custom(CustomField.objects.order_by("entity", "key"), root=root)


def builtin(*, root="lead"):
    """The fields that every installation has. No query."""
    prefixes = _PREFIXES[root]
    found = {}
    for name, type_, label, column, folded, case in _DECLARED:
        entity = name.partition(".")[0]
        if entity not in prefixes:
            continue
        prefix = prefixes[entity]
        found[name] = Field(
            name=name,
            type=type_,
            label=label,
            path=prefix + column,
            folded_path=prefix + folded if folded else "",
            known_at=KnownAt.INTAKE.value,
            choices=_CHOICES.get(name, ()),
            case=case,
        )
    return found


def custom(custom_fields, *, root="lead"):
    """The fields that these `CustomField`s declare, named like `contact.custom.budget`."""
    prefixes = _PREFIXES[root]
    return {
        field.name: field for field in (_custom(item, prefixes) for item in custom_fields if item.entity in prefixes)
    }


def custom_name(entity, key):
    """The name of a custom field in conditions."""
    return f"{entity}.custom.{key}"


def _custom(item, prefixes):
    prefix = prefixes[Entity(item.entity).value]
    return Field(
        name=custom_name(item.entity, item.key),
        type=item.type,
        label=item.label,
        path=f"{prefix}custom",
        folded_path=f"{prefix}custom_folded",
        key=item.key,
        known_at=item.known_at,
        choices=tuple(item.choices),
    )
