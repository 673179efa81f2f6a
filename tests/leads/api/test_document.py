"""The OpenAPI document and its page."""

import re
from html import unescape

import pytest

from leads.api import writing
from leads.api.schemas import BatchIn, EventIn
from leads.apikeys import Scope

KEYED = {
    "leads": "lead_id",
    "contacts": "contact_id",
    "companies": "company_id",
    "deals": "deal_id",
    "follow-ups": "follow_up_id",
    "notes": "note_id",
}
DOCUMENT, DOCS = "/api/v1/openapi.json", "/api/v1/docs"


def test_the_document_names_every_operation_with_its_answers(client):
    paths = client.get(DOCUMENT).json()["paths"]

    answers = {
        (path.removeprefix("/api/v1"), method): set(operation["responses"])
        for path, item in paths.items()
        for method, operation in item.items()
    }
    events = {"202", "400", "401", "403", "413", "415", "422"}
    lists = {"200", "401", "403", "422", "429"}
    one = lists | {"404"}
    write = one | {"400", "409", "413", "415"}
    change = write | {"412"}
    expected = {
        ("/events", "post"): events,
        ("/events/batch", "post"): events,
        ("/leads/{lead_id}/score", "get"): one,
        ("/leads/{lead_id}/stage", "post"): change,
        ("/leads/stage", "post"): write,
        ("/deals/{deal_id}/win", "post"): change,
        ("/deals/{deal_id}/lose", "post"): change,
        ("/products", "get"): lists,
        ("/products/{key}", "get"): one,
        ("/products/{key}", "put"): change | {"201"},
    }
    for name, key in KEYED.items():
        adds = {"201"} if name in ("follow-ups", "notes") else {"200", "201"}
        expected[f"/{name}", "get"] = lists
        expected[f"/{name}", "post"] = write - {"200"} | adds
        expected[f"/{name}/bulk", "post"] = write
        expected[f"/{name}/{{{key}}}", "get"] = one
        if name != "notes":
            expected[f"/{name}/{{{key}}}", "patch"] = change
    assert answers == expected


def test_every_operation_names_the_one_scope_that_it_asks_for(client):
    document = client.get(DOCUMENT).json()

    named = set()
    for path, item in document["paths"].items():
        resource = path.removeprefix("/api/v1/").partition("/")[0]
        for method, operation in item.items():
            scope = f"{resource}:{'read' if method == 'get' else 'write'}"
            assert operation["security"] == [{"Key": [scope]}]
            named.add(scope)
    assert named == set(Scope.values)


def test_every_write_but_events_may_carry_a_key_and_every_change_a_version(client):
    for path, item in client.get(DOCUMENT).json()["paths"].items():
        for method, operation in item.items():
            headers = {one["name"] for one in operation.get("parameters", []) if one["in"] == "header"}
            is_write = method != "get" and "/events" not in path
            assert ("Idempotency-Key" in headers) == is_write
            assert ("If-Match" in headers) == ("412" in operation["responses"])


def test_every_reference_in_the_document_leads_somewhere(client):
    document = client.get(DOCUMENT).json()

    def references(value):
        if isinstance(value, dict):
            for key, item in value.items():
                yield from [item] if key == "$ref" else references(item)
        elif isinstance(value, list):
            for item in value:
                yield from references(item)

    known = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert set(references(document)) <= known


@pytest.mark.django_db
def test_the_page_says_everything_that_the_document_says(client):
    document, page = client.get(DOCUMENT).json(), unescape(client.get(DOCS).content.decode())

    operations = [
        (method, path, operation) for path, item in document["paths"].items() for method, operation in item.items()
    ]
    assert page.count("<details") == len(operations)
    for method, path, operation in operations:
        section = page.partition(f'id="{operation["operationId"]}"')[2].partition("</details>")[0]
        said = [method.upper(), path, operation["summary"], operation["security"][0]["Key"][0], "curl"]
        said += [parameter["name"] for parameter in operation.get("parameters", [])]
        said += [status for status in operation["responses"] if status >= "400"]
        if "requestBody" in operation:
            name = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
            said += document["components"]["schemas"][name]["properties"]
        assert [words for words in said if words not in section] == [], operation["operationId"]


@pytest.mark.django_db
def test_the_example_of_an_operation_is_a_request_that_fits(client):
    """Every body on the page is JSON that its schema takes."""
    document, page = client.get(DOCUMENT).json(), unescape(client.get(DOCS).content.decode())

    bodies = re.findall(r"-d '(.*?)'</code>", page, re.DOTALL)
    writes = [one for item in document["paths"].values() for one in item.values() if "requestBody" in one]
    assert len(bodies) == len(writes)
    for body, operation in zip(bodies, writes, strict=True):
        name = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        (writing.BODIES | {"EventIn": EventIn, "BatchIn": BatchIn})[name].model_validate_json(body)


@pytest.mark.django_db
def test_the_frame_of_the_page_is_german_for_a_german(client):
    page = client.get(DOCS, headers={"Accept-Language": "de"}).content.decode()

    assert '<html lang="de">' in page
    assert "Die API" in page
    assert '<h2 id="leads" lang="en">Leads</h2>' in page


@pytest.mark.django_db
def test_the_page_loads_only_our_own_files(client):
    response = client.get(DOCS)

    assert response.status_code == 200
    assert b"cdn." not in response.content
    assert b"<style" not in response.content
    assert "script-src 'self'" in response["Content-Security-Policy"]
