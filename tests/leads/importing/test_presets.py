"""`import_leads --preset`: the headers that vendors document, with invented people."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from leads import suppression
from leads.enums import KnownAt
from leads.models import Contact, CustomField, Lead

pytestmark = pytest.mark.django_db


@pytest.fixture
def load(tmp_path, settings):
    settings.VAR_DIR = tmp_path / "var"

    def load(text, *options, encoding="utf-8"):
        path = tmp_path / "export.csv"
        path.write_text(text, encoding=encoding)
        out = io.StringIO()
        call_command("import_leads", str(path), *options, "--json", stdout=out)
        return json.loads(out.getvalue().splitlines()[-1])

    return load


def counted(found):
    assert found["rows"] == found["created"] + found["updated"] + found["rejected"]
    return {name: found[name] for name in ("rows", "created", "rejected", "won", "lost", "open")}


HUBSPOT = """\
Record ID,First Name,Last Name,Email,Phone Number,Contact owner,Lead Status,Create Date,Lifecycle Stage,Original Source,\
Country/Region,Job Title,Company Name,Unsubscribed from all email,Associated Company IDs
101,Ada,Berg,ada@berg.example,+49 30 1,Rita,New,2026-01-05 09:30,Lead,Organic Search,Germany,Head of IT,Berg AG,false,7;8
102,Ben,Cox,ben@cox.example,,Rita,Open,2026-01-06 10:00,Customer,Paid Search,Austria,CTO,Cox Ltd,false,9
103,Cleo,Dahl,cleo@dahl.example,,Ralf,Unqualified,2026-01-07 11:00,Lead,Direct,France,Buyer,Dahl SA,true,
104,Dan,Eck,dan@eck.example,,,,2026-01-08 12:00,Subscriber,Offline,Italy,,Eck Srl,,
105,Eva,Falk,,,,,2026-01-09 13:00,Opportunity,Offline,Spain,,Falk SA,,
"""


def test_hubspot(load):
    found = load(HUBSPOT, "--preset", "hubspot")

    assert counted(found) == {"rows": 5, "created": 5, "rejected": 0, "won": 1, "lost": 1, "open": 3}
    ada = Contact.objects.select_related("company", "source").get(external_id="101")
    assert (ada.email, ada.first_name, ada.country, ada.job_title) == ("ada@berg.example", "Ada", "DE", "Head of IT")
    assert (ada.company.name, ada.source.name) == ("Berg AG", "HubSpot")
    assert Lead.objects.get(contact=ada).created_at.isoformat() == "2026-01-05T08:30:00+00:00"
    assert suppression.is_suppressed("cleo@dahl.example")
    assert ada.custom == {"original_source": "Organic Search"}


SALESFORCE = """\
"Lead Owner","First Name","Last Name","Title","Company / Account","Lead Source","Rating","Street","Email","Lead Status",\
"Create Date","Email Opt Out"
"Rita","Ada","Berg","CEO","Berg AG","Web","Hot","A-Str. 1","ada@berg.example","Open - Not Contacted","1/14/2026","0"
"Rita","Ben","Cox","CTO","Cox Ltd","Phone","Warm","B Rd 2","ben@cox.example","Working - Contacted","2/3/2026","0"
"Ralf","Cleo","Dahl","CFO","Dahl SA","Web","Cold","Rue C 3","cleo@dahl.example","Closed - Converted","2/28/2026","0"
"Ralf","Dan","Eck","COO","Eck Srl","Other","","Via D 4","dan@eck.example","Closed - Not Converted","3/1/2026","1"
"","Eva","Falk","","Falk SA","Web","","","eva@falk.example","Open - Not Contacted","3/9/2026","0"
"","Finn","Gade","","Gade","Web","","","","Open - Not Contacted","3/9/2026","0"
"""


def test_salesforce(load):
    found = load(SALESFORCE, "--preset", "salesforce")

    assert counted(found) == {"rows": 6, "created": 5, "rejected": 1, "won": 1, "lost": 1, "open": 3}
    assert found["reasons"] == {"The row has neither an e-mail address nor an id.": 1}
    ben = Contact.objects.get(email="ben@cox.example")
    assert (ben.job_title, ben.company.name, ben.custom["lead_source"]) == ("CTO", "Cox Ltd", "Phone")
    assert Lead.objects.get(contact=ben).created_at.date().isoformat() == "2026-02-02"
    assert suppression.is_suppressed("dan@eck.example")
    assert CustomField.objects.get(key="rating").known_at == KnownAt.SALES


PIPEDRIVE = """\
Person - ID,Person - Name,Person - Email (Work),Person - Phone (Work),Organization - Name,Deal - Title,Deal - Value,\
Deal - Status,Deal - Deal created,Person - Label
1,Ada Berg,ada@berg.example,+49 30 1,Berg AG,Scanner,1200,Open,46027.5,Hot lead
2,Ben Cox,ben@cox.example,,Cox Ltd,Printer,800,Won,46028,Customer
3,Cleo Dahl,cleo@dahl.example,,Dahl SA,Scanner,1200,Lost,46029.25,Hot lead
4,Dan Eck,dan@eck.example,,Eck Srl,Cable,10,Open,46030,Hot lead
5,Eva Falk,eva@falk.example,,Falk SA,Cable,10,Open,46031,Customer
"""


def test_pipedrive_with_excels_serial_dates(load):
    found = load(PIPEDRIVE, "--preset", "pipedrive")

    assert counted(found) == {"rows": 5, "created": 5, "rejected": 0, "won": 1, "lost": 1, "open": 3}
    ada = Contact.objects.get(external_id="1")
    assert (ada.first_name, ada.last_name, ada.phone, ada.company.name) == ("Ada", "Berg", "+49 30 1", "Berg AG")
    assert Lead.objects.get(contact=ada).created_at.isoformat() == "2026-01-05T11:00:00+00:00"
    assert ada.custom == {"person_label": "Hot lead"}


ZOHO = """\
Record Id,Lead Owner,First Name,Last Name,Company,Email,Phone,Mobile,Website,Lead Source,Lead Status,Industry,\
No. of Employees,Created Time,Email Opt Out
zcrm_1,Rita,Ada,Berg,Berg AG,ada@berg.example,,+49 1,www.berg.example,Web,Contacted,Chemie,120,"15 Apr, 2021 00:03:00",No
zcrm_2,Rita,Ben,Cox,Cox Ltd,ben@cox.example,,,cox.example,Web,Junk Lead,Food,12,"16 Apr, 2021 10:03:00",No
zcrm_3,Ralf,Cleo,Dahl,Dahl SA,cleo@dahl.example,,,,Chat,Lost Lead,Food,,"17 Apr, 2021 10:03:00",Yes
zcrm_4,Ralf,Dan,Eck,Eck Srl,dan@eck.example,,,,Chat,Not Contacted,Food,,"18 Apr, 2021 10:03:00",No
zcrm_5,,Eva,Falk,Falk SA,,,,,Chat,Pre Qualified,Food,,"19 Apr, 2021 10:03:00",No
"""


def test_zoho(load):
    found = load(ZOHO, "--preset", "zoho")

    assert counted(found) == {"rows": 5, "created": 5, "rejected": 0, "won": 0, "lost": 2, "open": 3}
    ada = Contact.objects.select_related("company").get(external_id="zcrm_1")
    assert (ada.phone, ada.company.employees, ada.company.industry) == ("+49 1", 120, "Chemie")
    assert Lead.objects.get(contact=ada).created_at.isoformat() == "2021-04-14T22:03:00+00:00"
    assert ada.source_system == "Zoho"


def test_the_ids_of_zohos_leads_and_contacts_are_kept_apart(load):
    load("LEADID,Last Name,Email\n7,Berg,ada@berg.example\n", "--preset", "zoho")
    load("CONTACTID,Last Name,Email\n7,Cox,ben@cox.example\n", "--preset", "zoho")

    assert dict(Contact.objects.values_list("source_system", "email")) == {
        "Zoho Leads": "ada@berg.example",
        "Zoho Contacts": "ben@cox.example",
    }


LEADSQUARED = """\
Prospect ID,Lead Number,First Name,Last Name,Email Address,Phone Number,Lead Origin,Lead Source,Do Not Email,Do Not Call,\
Converted,Lead Stage,Created On,City,Tags
p-1,1,Ada,Berg,ada@berg.example,1,API,Google,No,No,1,Customer,2026-01-05 09:30:00,Mumbai,Hot
p-2,2,Ben,Cox,ben@cox.example,2,API,Google,Yes,No,0,Prospect,2026-01-06 09:30:00,Select,Cold
p-3,3,Cleo,Dahl,cleo@dahl.example,3,Form,Direct,No,Yes,0,Prospect,2026-01-07 09:30:00,Pune,Cold
p-4,4,Dan,Eck,dan@eck.example,4,Form,Direct,No,No,0,Prospect,2026-01-08 09:30:00,Pune,Hot
p-5,5,Eva,Falk,,5,Form,Direct,No,No,1,Customer,2026-01-09 09:30:00,Pune,Hot
"""


def test_leadsquared(load):
    found = load(LEADSQUARED, "--preset", "leadsquared")

    assert counted(found) == {"rows": 5, "created": 5, "rejected": 0, "won": 2, "lost": 3, "open": 0}
    ben = Contact.objects.get(external_id="p-2")
    assert (ben.city, ben.phone) == ("", "2")
    assert suppression.is_suppressed("ben@cox.example")
    assert CustomField.objects.get(key="tags").known_at == KnownAt.SALES


FACEBOOK = "\t".join(
    [
        "id",
        "created_time",
        "ad_id",
        "ad_name",
        "form_id",
        "form_name",
        "is_organic",
        "platform",
        "full_name",
        "email",
        "phone_number",
        "job_title",
    ]
) + "".join(
    f"\nl:{n}\t2026-03-0{n}T10:00:00-0500\tag:1\tSpring\tf:1\tGet a quote\tfalse\tfb\t{name}\t{email}\tp:+4930{n}\tBuyer"
    for n, (name, email) in enumerate(
        [
            ("Ada Berg", "ada@berg.example"),
            ("Ben Cox", "ben@cox.example"),
            ("Cleo Dahl", "cleo@dahl.example"),
            ("Dan Eck", "dan@eck.example"),
            ("Eva Falk", "<test lead: dummy data for email>"),
        ],
        start=1,
    )
)


def test_facebooks_lead_form_in_utf_16(load):
    found = load(FACEBOOK, "--preset", "facebook", encoding="utf-16")

    assert counted(found) == {"rows": 5, "created": 4, "rejected": 1, "won": 0, "lost": 0, "open": 4}
    ada = Contact.objects.get(external_id="l:1")
    assert (ada.first_name, ada.last_name, ada.phone) == ("Ada", "Berg", "+49301")
    assert Lead.objects.get(contact=ada).created_at.isoformat() == "2026-03-01T15:00:00+00:00"
    assert ada.custom == {"ad_name": "Spring", "form_name": "Get a quote", "is_organic": False, "platform": "fb"}


GOOGLE = """\
Name,Given Name,Family Name,Notes,Group Membership,E-mail 1 - Type,E-mail 1 - Value,Phone 1 - Type,Phone 1 - Value,\
Organization 1 - Name,Organization 1 - Title
Ada Berg,Ada,Berg,private,* myContacts,Work,ada@berg.example,Mobile,+49 30 1,Berg AG,CEO
Ben Cox,Ben,Cox,,* myContacts,Work,ben@cox.example ::: ben@home.example,,,Cox Ltd,CTO
Cleo Dahl,Cleo,Dahl,,* myContacts,,cleo@dahl.example,,,,
Dan Eck,Dan,Eck,,* myContacts,,dan@eck.example,,,,
Eva Falk,Eva,Falk,,* myContacts,,,Mobile,+49 30 5,,
"""


def test_google_contacts(load):
    found = load(GOOGLE, "--preset", "google")

    assert counted(found) == {"rows": 5, "created": 4, "rejected": 1, "won": 0, "lost": 0, "open": 4}
    assert set(Contact.objects.values_list("email", "company__name", "first_name")) == {
        ("ada@berg.example", "Berg AG", "Ada"),
        ("ben@cox.example", "Cox Ltd", "Ben"),
        ("cleo@dahl.example", "dahl.example", "Cleo"),
        ("dan@eck.example", "eck.example", "Dan"),
    }


def test_google_contacts_without_an_address_may_get_an_id_of_what_they_say(load):
    first = load(GOOGLE, "--preset", "google", "--hash-id")
    second = load(GOOGLE, "--preset", "google", "--hash-id")

    assert (first["created"], first["rejected"]) == (5, 0)
    assert (second["created"], second["updated"], second["rejected"]) == (0, 5, 0)


def test_what_is_mapped_by_hand_beats_the_preset(load):
    load(GOOGLE, "--preset", "google", "--map", "Notes=contact.custom.notes", "--map", "Organization 1 - Title=skip")

    ada = Contact.objects.get(email="ada@berg.example")
    assert (ada.job_title, ada.custom["notes"]) == ("", "private")


@pytest.mark.parametrize(
    ("options", "part"),
    [(["--preset", "bogus"], "hubspot"), (["--preset", "pipedrive"], "does not look like an export of Pipedrive")],
)
def test_a_preset_that_does_not_fit_is_said_so(load, options, part):
    with pytest.raises(CommandError, match=part):
        load(HUBSPOT, *options)
