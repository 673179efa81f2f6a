"""The log of changes: what every door leaves, and what was known at any moment."""

import random
import uuid
from datetime import timedelta

import pytest

from leads import byhand, conditions, contacts, fields, history, identity, intake, origins
from leads.addresses import parse
from leads.attributes import Attributes
from leads.models import Company, CustomField, FieldChange, ImportRun
from tests.factories import (
    MONDAY,
    CampaignFactory,
    CompanyFactory,
    ContactFactory,
    LeadFactory,
    ProductFactory,
    SourceFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def rita():
    return UserFactory(username="rita")


@pytest.fixture
def budget():
    return CustomField.objects.create(entity="contact", key="budget", label="Budget", type="number")


def told():
    """What the log holds: (field, old, new), in the order of writing."""
    return list(FieldChange.objects.order_by("id").values_list("field", "old", "new"))


# what the doors leave


def test_an_edit_leaves_a_row_per_changed_field_with_who_and_when(rita, budget):
    contact = ContactFactory(job_title="Engineer", city="Bonn", custom={"budget": 5})

    contacts.edit(
        contact,
        values={"job_title": "Head of IT", "city": "Bonn", "custom": {"budget": ""}},
        by=rita,
        now=MONDAY + HOUR,
    )

    assert told() == [("contact.custom.budget", 5, None), ("contact.job_title", "Engineer", "Head of IT")]
    change = FieldChange.objects.last()
    assert (change.contact, change.by, change.at) == (contact, rita, MONDAY + HOUR)


def test_a_blank_that_is_filled_later_is_a_change(rita):
    contact = ContactFactory(phone="")

    contacts.edit(contact, values={"phone": "0221 555"}, by=rita, now=MONDAY)

    assert told() == [("contact.phone", None, "0221 555")]


def test_an_edit_that_changes_nothing_leaves_nothing(rita):
    contacts.edit(ContactFactory(city="Bonn"), values={"city": "Bonn"}, by=rita, now=MONDAY)

    assert not FieldChange.objects.exists()


def test_an_edit_that_is_refused_leaves_nothing(rita):
    with pytest.raises(contacts.Invalid):
        contacts.edit(ContactFactory(), values={"city": "Bonn", "country": "Germany"}, by=rita, now=MONDAY)

    assert not FieldChange.objects.exists()


def test_a_new_address_is_logged_with_what_follows_from_it(rita):
    contacts.edit(ContactFactory(email="a@firma.example"), values={"email": "a@gmail.com"}, by=rita, now=MONDAY)

    assert told() == [
        ("contact.email", "a@firma.example", "a@gmail.com"),
        ("contact.email_domain", "firma.example", "gmail.com"),
        ("contact.is_free_mail", False, True),
    ]


def test_a_new_employer_is_logged_as_a_link(rita):
    old = CompanyFactory()
    contact = ContactFactory(company=old)

    contacts.edit(contact, values={"company": {"name": "Neue Firma"}}, by=rita, now=MONDAY)

    assert told() == [("contact.company", old.pk, Company.objects.get(name="Neue Firma").pk)]


def test_an_edit_of_a_company_is_logged(rita):
    company = CompanyFactory(employees=10)

    contacts.edit_company(company, values={"employees": 12, "website": "https://firma.example/"}, by=rita, now=MONDAY)

    assert told() == [("company.employees", 10, 12), ("company.website", None, "https://firma.example/")]
    assert {change.company for change in FieldChange.objects.all()} == {company}


def test_an_objection_to_profiling_is_logged_once(rita):
    contact = ContactFactory()

    contacts.set_do_not_profile(contact, value=True, by=rita, now=MONDAY)
    contacts.set_do_not_profile(contact, value=True, by=rita, now=MONDAY + HOUR)

    assert told() == [("contact.do_not_profile", False, True)]


def test_another_product_of_a_lead_is_logged_and_scored_again(rita):
    lead, product = LeadFactory(), ProductFactory()

    changed = origins.attribute(lead, values={"product": product, "campaign": None}, by=rita, now=MONDAY)

    assert (changed, lead.product) == (["product"], product)
    assert told() == [("lead.product", None, product.pk)]
    lead.contact.refresh_from_db()
    assert lead.contact.revision == 2


def test_what_an_event_says_about_a_known_person_is_logged_with_its_source():
    source = SourceFactory()
    contact = ContactFactory(email="a@gmail.com", source=source, job_title="Engineer")
    given = {"event_id": "1", "kind": "form", "occurred_at": MONDAY, "email": "a@gmail.com"}

    intake.record_batch([given | {"contact_fields": {"job_title": "CIO"}}], now=MONDAY, source=source)

    (change,) = FieldChange.objects.all()
    assert (change.contact, change.field, change.old, change.new) == (contact, "contact.job_title", "Engineer", "CIO")
    assert (change.source, change.by) == (source, None)


def test_first_values_leave_no_row():
    given = {"event_id": "1", "kind": "form", "occurred_at": MONDAY, "email": "a@firma.de"}

    intake.record(**given, now=MONDAY, contact_fields={"city": "Bonn", "company": {"name": "Firma", "employees": 7}})

    assert not FieldChange.objects.exists()


def test_a_value_that_is_said_twice_in_a_batch_is_one_change():
    source = SourceFactory()
    ContactFactory(email="a@gmail.com", source=source, city="Bonn")
    claims = [
        identity.Claim(address=parse("a@gmail.com"), source=source, attributes=Attributes(contact={"city": city}))
        for city in ("Köln", "Bonn", "Kiel")
    ]
    directory, run = identity.Directory(claims), uuid.uuid4()
    for claim in claims:
        directory.contact_for(claim)

    directory.save(now=MONDAY, run=run)

    assert told() == [("contact.city", "Bonn", "Kiel")]
    assert FieldChange.objects.get().run == run


def test_a_person_who_types_a_known_one_in_again_stands_in_the_log(rita):
    ContactFactory(email="a@gmail.com", phone="")

    byhand.enter(first_name="", last_name="", email="a@gmail.com", phone="0221 555", by=rita, now=MONDAY)

    assert FieldChange.objects.get(field="contact.phone").by == rita


def test_what_a_second_import_changes_is_logged_with_its_run_and_source(load):
    load("Id,Email,City\n1,a@gmail.com,Bonn\n2,b@gmail.com,Bonn\n")
    assert not FieldChange.objects.exists()

    load("Id,Email,City\n1,a@gmail.com,Kiel\n2,b@gmail.com,Bonn\n", now=MONDAY + HOUR)

    (change,) = FieldChange.objects.all()
    assert (change.field, change.old, change.new, change.at) == ("contact.city", "Bonn", "Kiel", MONDAY + HOUR)
    assert (change.run, change.source) == (ImportRun.objects.last().key, ImportRun.objects.last().source)


@pytest.mark.parametrize("count", [1, 3])
def test_a_batch_of_changes_is_one_statement(count, django_assert_num_queries):
    people = ContactFactory.create_batch(count, city="Bonn")
    edits = [history.Edit(person, history.values(person)) for person in people]
    for person in people:
        person.city, person.phone = "Kiel", "0431 555"

    with django_assert_num_queries(1):
        history.record(edits, now=MONDAY)

    assert FieldChange.objects.count() == 2 * count


def test_changes_go_with_the_person(rita):
    contact = ContactFactory(city="Bonn")
    contacts.edit(contact, values={"city": "Kiel"}, by=rita, now=MONDAY)

    contact.delete()

    assert not FieldChange.objects.exists()


# what was known then


def known(lead, at, name):
    return history.as_of([lead.pk], at)[name][0]


def test_a_value_is_the_one_before_the_next_change(rita):
    lead = LeadFactory(contact=ContactFactory(city="Bonn"))
    contacts.edit(lead.contact, values={"city": "Kiel"}, by=rita, now=MONDAY + HOUR)
    contacts.edit(lead.contact, values={"city": ""}, by=rita, now=MONDAY + 3 * HOUR)

    assert [known(lead, MONDAY + hours * HOUR, "contact.city") for hours in (0, 1, 2, 3, 4)] == [
        *("Bonn", "Bonn", "Kiel", "Kiel"),
        None,
    ]


def test_an_employer_of_then_has_its_values_of_then(rita):
    small, big = CompanyFactory(employees=5, domain=None), CompanyFactory(employees=900)
    lead = LeadFactory(contact=ContactFactory(company=small))
    contacts.edit_company(small, values={"employees": 6}, by=rita, now=MONDAY + HOUR)
    contacts.edit(lead.contact, values={"company": {"name": big.name}}, by=rita, now=MONDAY + 2 * HOUR)

    moments = [MONDAY, MONDAY + 1.5 * HOUR, MONDAY + 3 * HOUR]

    assert list(history.as_of([lead.pk] * 3, moments)["company.employees"]) == [5, 6, 900]


def test_where_a_lead_came_from_is_answered_as_conditions_call_it(rita):
    source, campaign, product = SourceFactory(), CampaignFactory(slug="fair"), ProductFactory(slug="flow")
    lead = LeadFactory(source=source, campaign=campaign, product=product)
    origins.attribute(lead, values={"source": None, "campaign": None, "product": None}, by=rita, now=MONDAY)
    names = ("lead.source", "lead.source_kind", "lead.campaign", "lead.product")

    before, after = history.as_of([lead.pk], MONDAY), history.as_of([lead.pk], MONDAY + HOUR)

    assert [before[name][0] for name in names] == ["Website", "website", "fair", "flow"]
    assert [after[name][0] for name in names] == [None] * 4


def test_two_leads_of_one_person_are_each_judged_at_their_own_moment(rita):
    contact = ContactFactory(city="Bonn")
    first = LeadFactory(contact=contact, stage="customer", outcome="won", closed_at=MONDAY)
    second = LeadFactory(contact=contact)
    contacts.edit(contact, values={"city": "Kiel"}, by=rita, now=MONDAY + HOUR)

    found = history.as_of([second.pk, first.pk], [MONDAY + 2 * HOUR, MONDAY])

    assert list(found["contact.city"]) == ["Kiel", "Bonn"]


def test_what_exists_no_more_is_blank():
    found = history.as_of([987_654], MONDAY)

    assert set(found) == set(fields.declared())
    assert all(list(column) == [None] for column in found.values())


def test_nobody_is_known_when_nobody_is_asked_for():
    assert all(len(column) == 0 for column in history.as_of([], MONDAY).values())


def test_contacts_and_companies_are_asked_for_by_themselves(rita):
    company = CompanyFactory(city="Bonn")
    contact = ContactFactory(company=company, city="Bonn")
    contacts.edit_company(company, values={"city": "Kiel"}, by=rita, now=MONDAY + HOUR)

    people = history.as_of([contact.pk], MONDAY, root="contact")
    firms = history.as_of([company.pk], MONDAY, root="company")

    assert (people["contact.city"][0], people["company.city"][0], firms["company.city"][0]) == ("Bonn", "Bonn", "Bonn")
    assert "contact.city" not in firms and "lead.source" not in people


def test_the_columns_are_what_conditions_are_judged_on(rita, budget):
    leads = [LeadFactory(contact=ContactFactory(custom={"budget": number})) for number in (5, 50)]
    contacts.edit(leads[0].contact, values={"custom": {"budget": 500}}, by=rita, now=MONDAY)
    declared = fields.declared()
    statement = {"field": "contact.custom.budget", "op": "gte", "value": 50}
    ids = [lead.pk for lead in leads]

    then = conditions.to_mask(statement, declared, history.as_of(ids, MONDAY))
    since = conditions.to_mask(statement, declared, history.as_of(ids, MONDAY + HOUR))

    assert (then.tolist(), since.tolist()) == ([False, True], [True, True])


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow(rita, count, django_assert_num_queries):
    leads = [LeadFactory(contact=ContactFactory(company=CompanyFactory())) for _ in range(count)]
    for lead in leads:
        contacts.edit(lead.contact, values={"city": "Kiel"}, by=rita, now=MONDAY)

    with django_assert_num_queries(11):
        history.as_of([lead.pk for lead in leads], MONDAY)


@pytest.mark.parametrize("seed", range(5))
def test_every_moment_is_remembered_as_it_was(rita, budget, seed):
    """The oracle: after each of many chance edits the world is written down, and later asked for again."""
    chance = random.Random(seed)
    firms = [CompanyFactory(domain=None, name=f"Firma {number}") for number in range(3)]
    leads = [LeadFactory(contact=ContactFactory(company=chance.choice([None, *firms]))) for _ in range(4)]
    products, ids = [None, *ProductFactory.create_batch(2)], [lead.pk for lead in leads]
    snapshots, now = [], MONDAY
    for _ in range(25):
        now += HOUR
        lead, firm = chance.choice(leads), chance.choice(firms)
        values = {
            "city": chance.choice(["", "Bonn", "Kiel"]),
            "custom": {"budget": chance.choice(["", 1, 2])},
            "company": {"name": chance.choice(["", *(firm.name for firm in firms)])},
        }
        chosen = {name: values[name] for name in chance.sample(sorted(values), k=chance.randint(0, 3))}
        contacts.edit(lead.contact, values=chosen, by=rita, now=now)
        contacts.edit_company(firm, values={"employees": chance.choice(["", 1, 20])}, by=rita, now=now)
        origins.attribute(lead, values={"product": chance.choice(products)}, by=rita, now=now)
        snapshots.append((now + HOUR / 2, _stored(ids)))

    for moment, snapshot in snapshots:
        found = history.as_of(ids, moment)
        assert {name: found[name].tolist() for name in snapshot} == snapshot


def _stored(ids):
    """The declared fields as they stand now, read by their ORM paths."""
    found = {}
    for name, item in fields.declared().items():
        rows = dict(LeadFactory._meta.model.objects.filter(pk__in=ids).values_list("pk", item.path))
        read = [(rows[pk] or {}).get(item.key) if item.key else rows[pk] for pk in ids]
        found[name] = [None if value == "" else value for value in read]
    return found
