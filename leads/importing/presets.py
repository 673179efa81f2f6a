"""What other programs call their columns: presets, by the headers of the vendors' own exports.

Headers in plain spelling (`targets.plain`). The first header of a target that a file has wins; what a preset does not know is
guessed as without one.
"""

from dataclasses import dataclass, field

from leads.enums import ImportKind
from leads.importing.targets import plain


@dataclass(frozen=True)
class Preset:
    """One program. `columns` maps kind → header → target; `won` and `lost` map headers to folded values.

    `sales` are columns that sales fill in during or after the talk. `sources` maps id columns to the source whose ids they
    hold, where a program has several kinds of ids.
    """

    name: str
    label: str
    columns: dict
    won: dict = field(default_factory=dict)
    lost: dict = field(default_factory=dict)
    sales: tuple = ()
    sources: dict = field(default_factory=dict)


_HUBSPOT = Preset(
    "hubspot",
    "HubSpot",
    {
        ImportKind.LEADS: {
            "record id": "external_id",
            "contact id": "external_id",
            "email": "email",
            "first name": "first_name",
            "last name": "last_name",
            "phone number": "phone",
            "mobile phone number": "phone",
            "job title": "job_title",
            "city": "city",
            "country region": "country",
            "company name": "company.name",
            "associated company": "company.name",
            "website url": "company.domain",
            "industry": "company.industry",
            "number of employees": "company.employees",
            "create date": "created_at",
            "close date": "closed_at",
            "preferred language": "language",
            "unsubscribed from all email": "opt_out.email",
            "contact owner": "skip",
            "associated company ids": "skip",
            "associated deal ids": "skip",
        },
        ImportKind.COMPANIES: {
            "record id": "skip",
            "company name": "company.name",
            "company domain name": "company.domain",
            "industry": "company.industry",
            "number of employees": "company.employees",
            "city": "company.city",
            "country region": "company.country",
            "company owner": "skip",
        },
        ImportKind.DEALS: {
            "record id": "deal_id",
            "deal id": "deal_id",
            "deal name": "name",
            "amount": "amount",
            "deal stage": "status",
            "close date": "closes_on",
            "create date": "created_at",
            "closed lost reason": "reason",
            "associated contact ids": "external_id@HubSpot",
            "associated contact emails": "email",
        },
    },
    won={"lifecycle stage": ["customer", "evangelist"]},
    lost={"lead status": ["unqualified", "bad timing"]},
    sales=("lead status", "lifecycle stage", "became a customer date", "last contacted", "number of times contacted"),
)

_SALESFORCE = Preset(
    "salesforce",
    "Salesforce",
    {
        ImportKind.LEADS: {
            "lead id": "external_id",
            "id": "external_id",
            "email": "email",
            "first name": "first_name",
            "last name": "last_name",
            "title": "job_title",
            "company account": "company.name",
            "company": "company.name",
            "phone": "phone",
            "mobile": "phone",
            "website": "company.domain",
            "industry": "company.industry",
            "no of employees": "company.employees",
            "city": "city",
            "country": "country",
            "create date": "created_at",
            "created date": "created_at",
            "converted date": "closed_at",
            "email opt out": "opt_out.email",
            "do not call": "opt_out.phone",
            "lead owner": "skip",
            "lead owner alias": "skip",
            "last modified date": "skip",
        },
        ImportKind.DEALS: {
            "opportunity id": "deal_id",
            "opportunity name": "name",
            "amount": "amount",
            "close date": "closes_on",
            "created date": "created_at",
            "stage": "status",
            "loss reason": "reason",
            "contact email": "email",
            "email": "email",
            "lead id": "external_id@Salesforce",
        },
    },
    won={"lead status": ["closed - converted"], "status": ["closed - converted"]},
    lost={
        "lead status": ["closed - not converted", "unqualified"],
        "status": ["closed - not converted", "unqualified"],
    },
    sales=("rating", "last activity"),
)

_PIPEDRIVE = Preset(
    "pipedrive",
    "Pipedrive",
    {
        ImportKind.LEADS: {
            "person id": "external_id",
            "person name": "full_name",
            "person first name": "first_name",
            "person last name": "last_name",
            "person email work": "email",
            "person email": "email",
            "person email home": "email",
            "person email other": "email",
            "person phone work": "phone",
            "person phone": "phone",
            "person phone mobile": "phone",
            "organization name": "company.name",
            "person organization": "company.name",
            "person job title": "job_title",
            "person person created": "created_at",
            "lead lead created": "created_at",
            "deal deal created": "created_at",
            "deal won time": "closed_at",
            "person marketing status": "skip",
            "person owner": "skip",
            "deal title": "skip",
            "deal value": "skip",
            "deal id": "skip",
            "deal owner": "skip",
            "deal currency of value": "skip",
        },
        ImportKind.DEALS: {
            "deal id": "deal_id",
            "deal title": "name",
            "deal value": "amount",
            "deal status": "status",
            "deal expected close date": "expected_on",
            "deal deal closed on": "closed_on",
            "deal won time": "closed_on",
            "deal lost time": "closed_on",
            "deal lost reason": "reason",
            "deal deal created": "created_at",
            "deal product name": "product",
            "person id": "external_id@Pipedrive",
            "person email work": "email",
            "person email": "email",
        },
    },
    won={"deal status": ["won"]},
    lost={"deal status": ["lost", "deleted"]},
    sales=("deal stage", "deal probability", "deal lost reason", "person done activities", "person last activity date"),
)

_ZOHO = Preset(
    "zoho",
    "Zoho",
    {
        ImportKind.LEADS: {
            "leadid": "external_id",
            "lead id": "external_id",
            "contactid": "external_id",
            "contact id": "external_id",
            "record id": "external_id",
            "email": "email",
            "first name": "first_name",
            "last name": "last_name",
            "lead name": "full_name",
            "title": "job_title",
            "company": "company.name",
            "account name": "company.name",
            "phone": "phone",
            "mobile": "phone",
            "website": "company.domain",
            "industry": "company.industry",
            "no of employees": "company.employees",
            "city": "city",
            "country": "country",
            "mailing city": "city",
            "mailing country": "country",
            "created time": "created_at",
            "email opt out": "opt_out.email",
            "lead owner": "skip",
            "contact owner": "skip",
            "lead owner id": "skip",
            "contact owner id": "skip",
            "account id": "skip",
            "month created time1": "skip",
        },
        ImportKind.COMPANIES: {
            "accountid": "skip",
            "account id": "skip",
            "record id": "skip",
            "account name": "company.name",
            "website": "company.domain",
            "industry": "company.industry",
            "employees": "company.employees",
            "billing city": "company.city",
            "billing country": "company.country",
            "account owner": "skip",
            "account owner id": "skip",
        },
        ImportKind.DEALS: {
            "potentialid": "deal_id",
            "deal id": "deal_id",
            "record id": "deal_id",
            "potential name": "name",
            "deal name": "name",
            "amount": "amount",
            "stage": "status",
            "closing date": "closes_on",
            "created time": "created_at",
            "reason for loss": "reason",
            "leadid": "external_id@Zoho Leads",
            "contactid": "external_id@Zoho Contacts",
            "contact id": "external_id@Zoho Contacts",
        },
        ImportKind.INTERACTIONS: {
            "taskid": "event_id",
            "callid": "event_id",
            "eventid": "event_id",
            "record id": "event_id",
            "call start time": "occurred_at",
            "start datetime": "occurred_at",
            "subject": "asset",
            "contactid": "external_id@Zoho Contacts",
            "leadid": "external_id@Zoho Leads",
        },
        ImportKind.FOLLOW_UPS: {
            "taskid": "follow_up_id",
            "subject": "note",
            "due date": "due_at",
            "status": "status",
            "created time": "created_at",
            "contactid": "external_id@Zoho Contacts",
            "leadid": "external_id@Zoho Leads",
        },
        ImportKind.CAMPAIGNS: {
            "campaignid": "skip",
            "campaign name": "name",
            "start date": "starts_on",
            "end date": "ends_on",
            "actual cost": "cost",
            "budgeted cost": "skip",
            "expected revenue": "skip",
        },
    },
    lost={"lead status": ["junk lead", "lost lead", "not qualified"]},
    sales=("converted", "lead status"),
    sources={
        "contactid": "Zoho Contacts",
        "contact id": "Zoho Contacts",
        "leadid": "Zoho Leads",
        "lead id": "Zoho Leads",
        "lead name": "Zoho Leads",
        "contact name": "Zoho Contacts",
    },
)

_LEADSQUARED = Preset(
    "leadsquared",
    "LeadSquared",
    {
        ImportKind.LEADS: {
            "prospect id": "external_id",
            "lead number": "external_id",
            "email": "email",
            "email address": "email",
            "first name": "first_name",
            "last name": "last_name",
            "phone number": "phone",
            "mobile number": "phone",
            "company": "company.name",
            "website": "company.domain",
            "job title": "job_title",
            "city": "city",
            "country": "country",
            "created on": "created_at",
            "do not email": "opt_out.email",
            "do not call": "opt_out.phone",
            "owner": "skip",
        }
    },
    won={"converted": ["1", "yes", "true"], "lead stage": ["customer", "converted", "enrolled"]},
    lost={"converted": ["0", "no", "false"], "lead stage": ["disqualified", "invalid", "lost"]},
    sales=(
        "tags",
        "lead quality",
        "lead profile",
        "last activity",
        "last notable activity",
        "lead score",
        "lead stage",
    ),
)

_FACEBOOK = Preset(
    "facebook",
    "Facebook",
    {
        ImportKind.LEADS: {
            "id": "external_id",
            "email": "email",
            "full name": "full_name",
            "first name": "first_name",
            "last name": "last_name",
            "phone number": "phone",
            "job title": "job_title",
            "company name": "company.name",
            "city": "city",
            "country": "country",
            "created time": "created_at",
            "ad id": "skip",
            "adset id": "skip",
            "campaign id": "skip",
            "form id": "skip",
        }
    },
)

_GOOGLE = Preset(
    "google",
    "Google",
    {
        ImportKind.LEADS: {
            "e mail 1 value": "email",
            "e mail 2 value": "email",
            "given name": "first_name",
            "first name": "first_name",
            "family name": "last_name",
            "last name": "last_name",
            "name": "full_name",
            "phone 1 value": "phone",
            "organization 1 name": "company.name",
            "organization name": "company.name",
            "organization 1 title": "job_title",
            "organization title": "job_title",
            "address 1 city": "city",
            "address 1 country": "country",
            "website 1 value": "company.domain",
            "photo": "skip",
            "birthday": "skip",
            "notes": "skip",
            "group membership": "skip",
            "labels": "skip",
        }
    },
)

_GA4 = Preset(
    "ga4",
    "Google Analytics",
    {
        ImportKind.INTERACTIONS: {
            "event name": "kind",
            "event timestamp": "occurred_at",
            "event date": "occurred_at",
            "user id": "external_id",
            "event params page location": "path",
            "page location": "path",
            "event params page title": "asset",
            "page title": "asset",
            "event params campaign": "campaign",
        }
    },
)

_MATOMO = Preset(
    "matomo",
    "Matomo",
    {
        ImportKind.INTERACTIONS: {
            "actiondetails idpageview": "event_id",
            "actiondetails type": "kind",
            "actiondetails timestamp": "occurred_at",
            "actiondetails url": "path",
            "actiondetails pagetitle": "asset",
            "userid": "person",
            "serverTimestamp": "occurred_at",
        }
    },
)

_ALL = {
    preset.name: preset
    for preset in (
        _HUBSPOT, _SALESFORCE, _PIPEDRIVE, _ZOHO, _LEADSQUARED, _FACEBOOK, _GOOGLE, _GA4, _MATOMO,
    )
}  # fmt: skip


def find(name):
    """The preset of that name, or None."""
    return _ALL.get(name.strip().casefold())


def names(kind):
    """The names of the presets that know this kind."""
    return [preset.name for preset in _ALL.values() if kind in preset.columns]


def source_of(name, header):
    """The source that rows come from if nobody named one: it is the namespace of their ids."""
    preset = find(name)
    if preset is None:
        return ""
    there = {plain(column) for column in header}
    return next((source for column, source in preset.sources.items() if column in there), preset.label)
