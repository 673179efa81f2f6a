"""Lead forms, address books and web analytics, by the headers of their own exports."""

from leads.enums import ImportKind
from leads.importing.presets.preset import Preset

FACEBOOK = Preset(
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

GOOGLE = Preset(
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

GA4 = Preset(
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

MATOMO = Preset(
    "matomo",
    "Matomo",
    {
        ImportKind.INTERACTIONS: {
            "actiondetails type": "kind",
            "actiondetails timestamp": "occurred_at",
            "actiondetails url": "path",
            "actiondetails pagetitle": "asset",
            "userid": "person",
            "servertimestamp": "occurred_at",
        }
    },
)
