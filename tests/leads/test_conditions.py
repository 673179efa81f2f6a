"""The condition language: what it accepts, what it means, and that both evaluators mean the same."""

import datetime

import numpy as np
import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leads import conditions, fields
from leads.conditions import Field, Invalid
from leads.enums import Entity, FieldType
from leads.models import Company, Contact, CustomField
from tests.factories import MONDAY

CUSTOM = [
    CustomField(entity=Entity.CONTACT, key="budget", label="Budget", type=FieldType.NUMBER),
    CustomField(entity=Entity.CONTACT, key="segment", label="Segment", type=FieldType.CHOICE),
    CustomField(entity=Entity.CONTACT, key="remark", label="Remark", type=FieldType.TEXT),
    CustomField(entity=Entity.CONTACT, key="agreed", label="Agreed", type=FieldType.BOOLEAN),
    CustomField(entity=Entity.CONTACT, key="met_on", label="Met on", type=FieldType.DATE),
]
FIELDS = fields.builtin(root="contact") | fields.custom(CUSTOM, root="contact")
COLUMNS = {
    "contact.is_free_mail": lambda c: c.is_free_mail,
    "contact.job_title": lambda c: c.job_title,
    "contact.country": lambda c: c.country,
    "company.name": lambda c: c.company and c.company.name,
    "company.industry": lambda c: c.company and c.company.industry,
    "company.employees": lambda c: c.company and c.company.employees,
    "company.domain": lambda c: c.company and c.company.domain,
    **{f"contact.custom.{item.key}": (lambda c, key=item.key: c.custom.get(key)) for item in CUSTOM},
}


def leaf(field, op, value=None):
    return {"field": field, "op": op} | ({} if value is None else {"value": value})


def holds(condition, **values):
    """Whether the condition holds for one row with these values of number `n` and text `t`."""
    declared = {"n": Field("n", "number", "N"), "t": Field("t", "text", "T"), "d": Field("d", "date", "D")}
    columns = {name: np.array([values.get(name)], dtype=object) for name in declared}
    return bool(conditions.to_mask(condition, declared, columns)[0])


# -- what both evaluators mean -------------------------------------------------------------------------------------

words = st.one_of(
    st.sampled_from(["a", "A", "MÜNCHEN", "münchen", "Straße", "STRASSE", "ẞ", "İ", "ı", "K", "50%", "a_b", "\\", "%"]),
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=6),
)
numbers = st.one_of(
    st.integers(-3, 3), st.floats(-1e9, 1e9, allow_subnormal=False).map(conditions.clean_number), st.just(0.1)
)
days = st.dates(datetime.date(2019, 12, 30), datetime.date(2020, 1, 3)).map(str)
anything = st.one_of(st.none(), words, st.just(""), numbers, st.booleans(), days)
rows = st.builds(
    lambda company, **contact: (company, contact),
    company=st.none()
    | st.fixed_dictionaries(
        {
            "name": words,
            "industry": words | st.just(""),
            "employees": st.none() | st.integers(0, 5),
            "domain": st.none() | st.sampled_from(["a.de", "b.de"]),
        }
    ),
    is_free_mail=st.booleans(),
    job_title=words | st.just(""),
    country=st.sampled_from(["", "DE", "AT"]),
    custom=st.fixed_dictionaries({}, optional={item.key: anything for item in CUSTOM}),
)


def values_for(field):
    if field.type == "number":
        return numbers
    if field.type == "date":
        return days
    if field.type == "boolean":
        return st.booleans()
    return words.filter(str.strip) | st.sampled_from(["de", "AT"])


@st.composite
def leaves(draw):
    field = FIELDS[draw(st.sampled_from(sorted(COLUMNS)))]
    op = draw(st.sampled_from(conditions.operators(field)))
    if op in ("is_blank", "is_not_blank", "is_true", "is_false"):
        return leaf(field.name, op)
    one = values_for(field)
    if op in ("in", "not_in"):
        return leaf(field.name, op, draw(st.lists(one, min_size=1, max_size=3)))
    if op == "between":
        return leaf(field.name, op, sorted(draw(st.tuples(one, one))))
    return leaf(field.name, op, draw(one))


def groups(children):
    return st.builds(
        lambda group, items: {group: items},
        st.sampled_from(["all", "any", "none"]),
        st.lists(children, min_size=1, max_size=3),
    )


trees = st.recursive(leaves(), groups, max_leaves=6)


def store(row, number):
    company, contact = row
    if company is not None:
        domain = company["domain"] and f"{number}.{company['domain']}"
        company = Company(**company | {"domain": domain, "name": f"{number} {company['name']}"}, created_at=MONDAY)
        company.save()
    contact = Contact(company=company, created_at=MONDAY, updated_at=MONDAY, **contact)
    contact.save()
    return contact


@pytest.mark.django_db
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(population=st.lists(rows, min_size=1, max_size=5), condition=trees)
def test_the_database_and_arrays_give_the_same_answer(population, condition):
    conditions.validate(condition, FIELDS)
    with transaction.atomic():
        contacts = [store(row, number) for number, row in enumerate(population)]
        columns = {name: np.array([get(c) for c in contacts], dtype=object) for name, get in COLUMNS.items()}

        found = set(Contact.objects.filter(conditions.to_q(condition, FIELDS)).values_list("id", flat=True))
        mask = conditions.to_mask(condition, FIELDS, columns)

        transaction.set_rollback(True)
    assert found == {contact.id for contact, is_in in zip(contacts, mask, strict=True) if is_in}


@pytest.mark.django_db
@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(population=st.lists(rows, min_size=1, max_size=4), condition=trees)
def test_a_negation_takes_exactly_those_that_are_left(population, condition):
    with transaction.atomic():
        everybody = {store(row, number).id for number, row in enumerate(population)}

        inside = set(Contact.objects.filter(conditions.to_q(condition, FIELDS)).values_list("id", flat=True))
        negation = conditions.to_q({"none": [condition]}, FIELDS)
        outside = set(Contact.objects.filter(negation).values_list("id", flat=True))

        transaction.set_rollback(True)
    assert inside | outside == everybody
    assert not inside & outside


@pytest.mark.parametrize(
    "condition",
    [leaf("t", "is_not", "x"), leaf("n", "not_in", [1]), {"none": [leaf("n", "gte", 1)]}, leaf("t", "is_blank")],
)
def test_negations_include_blanks(condition):
    assert holds(condition, n=None, t="")


@pytest.mark.parametrize(
    "condition", [leaf("n", "lt", 5), leaf("t", "contains", "a"), leaf("d", "before", "2030-01-01")]
)
def test_a_comparison_with_a_blank_is_false(condition):
    assert not holds(condition, n=None, t=None, d=None)


def test_text_is_found_whatever_its_case():
    assert holds(leaf("t", "is", "münchen"), t="MÜNCHEN")
    assert holds(leaf("t", "contains", "STRASSE"), t="Hauptstraße 1")


@pytest.mark.parametrize("stored", ["5", True, datetime.date(2026, 1, 5)])
def test_a_value_of_another_type_counts_as_blank(stored):
    assert holds(leaf("n", "is_blank"), n=stored)
    assert not holds(leaf("n", "gte", 1), n=stored)


def test_between_includes_both_ends():
    condition = leaf("d", "between", ["2026-01-01", "2026-01-31"])

    answers = [holds(condition, d=day) for day in ("2025-12-31", "2026-01-01", "2026-01-31", "2026-02-01")]

    assert answers == [False, True, True, False]


def test_arrays_of_numbers_dates_and_flags_are_taken_as_they_are():
    declared = {"n": Field("n", "number", "N"), "d": Field("d", "date", "D"), "b": Field("b", "boolean", "B")}
    columns = {
        "n": np.array([1.0, np.nan, 300.0]),
        "d": np.array(["2026-01-01", "NaT", "2026-03-01"], dtype="datetime64[D]"),
        "b": np.array([True, False, True]),
    }

    mask = conditions.to_mask(
        {"all": [leaf("n", "gte", 200), leaf("d", "after", "2026-02-01"), leaf("b", "is_true")]}, declared, columns
    )

    assert mask.tolist() == [False, False, True]


@pytest.mark.parametrize("empty", [None, {}])
@pytest.mark.django_db
def test_no_condition_holds_for_everybody(empty):
    contact = store((None, {}), 1)

    assert Contact.objects.filter(conditions.to_q(empty, FIELDS)).get() == contact
    assert conditions.to_mask(empty, FIELDS, {}, size=3).tolist() == [True] * 3


@pytest.mark.django_db
def test_a_field_that_was_removed_is_blank_everywhere():
    contact = store((None, {}), 1)
    gone = leaf("contact.custom.gone", "gte", 3)

    assert not Contact.objects.filter(conditions.to_q(gone, FIELDS)).exists()
    assert Contact.objects.filter(conditions.to_q({"none": [gone]}, FIELDS)).get() == contact
    assert conditions.to_mask(gone, FIELDS, {}, size=2).tolist() == [False, False]


def test_the_names_of_all_fields_are_gathered():
    condition = {"all": [leaf("a", "is_blank"), {"any": [leaf("b", "is_blank"), {"none": [leaf("c", "is_blank")]}]}]}

    assert conditions.field_names(condition) == {"a", "b", "c"}
    assert conditions.field_names(None) == set()


# -- what is refused -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("condition", "path", "part"),
    [
        ([], "", "must be an object"),
        ("x", "", "must be an object"),
        ({"all": []}, "", "needs a list"),
        ({"all": "x"}, "", "needs a list"),
        ({"all": [leaf("company.employees", "gte", 1)], "any": []}, "", "exactly one"),
        (leaf("contact.shoe_size", "is", 1), "field", "no field “contact.shoe_size”"),
        ({"field": ["x"], "op": "is"}, "field", "no field"),
        (leaf("company.employees", "contains", 1), "op", "cannot be compared by “contains”"),
        (leaf("contact.country", "starts_with", "D"), "op", "Possible: is, is_not"),
        ({"field": "company.employees", "op": {}}, "op", "cannot be compared"),
        (leaf("company.employees", "gte", "many"), "value", "Employees: A number is needed, not “many”"),
        (leaf("company.employees", "gte", True), "value", "A number is needed"),
        (leaf("company.employees", "gte", float("nan")), "value", "too large"),
        (leaf("company.employees", "gte", 10**400), "value", "too large"),
        (leaf("company.employees", "gte"), "value", "missing"),
        (leaf("company.employees", "between", [1]), "value", "two values"),
        (leaf("company.employees", "between", [2, 1]), "value", "must not be greater"),
        (leaf("company.employees", "in", []), "value", "list of values"),
        (leaf("company.employees", "is_blank", 1), "value", "takes no value"),
        (leaf("company.name", "is", " "), "value", "empty"),
        (leaf("company.name", "is", "a\0"), "value", "cannot be stored"),
        (leaf("company.name", "is", "\ud800"), "value", "cannot be stored"),
        (leaf("company.name", "is", "x" * 201), "value", "too long"),
        (leaf("contact.custom.met_on", "before", "31.12.2026"), "value", "A date such as"),
        (leaf("contact.custom.met_on", "before", "2026-02-30"), "value", "A date such as"),
        (leaf("contact.is_free_mail", "is", 1), "value", "Yes or no"),
        (leaf("company.name", "is", "x") | {"extra": 1}, "", "“extra” is not part"),
    ],
)
def test_what_is_wrong_is_named(condition, path, part):
    with pytest.raises(Invalid) as caught:
        conditions.validate(condition, FIELDS)

    assert caught.value.path == path
    assert part in caught.value.message


def test_the_place_of_a_fault_is_named():
    condition = {"all": [leaf("company.employees", "gte", 1), {"any": [leaf("company.name", "is", 5)]}]}

    with pytest.raises(Invalid) as caught:
        conditions.validate(condition, FIELDS)

    assert caught.value.path == "all.1.any.0.value"
    assert caught.value.message.startswith("Statement 2.1: Company: A text is needed")


def test_depth_and_size_have_limits():
    deep, deeper = leaf("company.name", "is", "x"), leaf("company.name", "is", "x")
    for _ in range(8):
        deep = {"all": [deep]}
    for _ in range(9):
        deeper = {"all": [deeper]}
    wide = {"all": [{"any": [leaf("company.name", "is", "x")] * 150}] * 2}

    conditions.validate(deep, FIELDS)
    with pytest.raises(Invalid, match="at most 8 deep"):
        conditions.validate(deeper, FIELDS)
    with pytest.raises(Invalid, match="at most 200 statements"):
        conditions.validate(wide, FIELDS)


@given(
    st.recursive(
        st.none() | st.text() | st.integers() | st.floats(),
        lambda x: (
            st.lists(x)
            | st.dictionaries(st.sampled_from(["all", "any", "none", "field", "op", "value"]) | st.text(), x)
        ),
        max_leaves=20,
    )
)
@settings(max_examples=200, deadline=None)
def test_no_input_breaks_the_validation(condition):
    try:
        conditions.validate(condition, FIELDS)
    except Invalid as fault:
        assert fault.message


# -- in words ------------------------------------------------------------------------------------------------------


def test_a_condition_reads_as_a_phrase():
    condition = {
        "all": [
            leaf("company.employees", "gte", 200),
            {"any": [leaf("contact.country", "is", "DE"), leaf("contact.is_free_mail", "is_false")]},
            {"none": [leaf("company.industry", "is_blank")]},
        ]
    }

    phrase = conditions.describe(condition, FIELDS)

    assert phrase == (
        "Employees at least 200 and (Country is DE or Free-mail address: no) and not (Industry is missing)"
    )
