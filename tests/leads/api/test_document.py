"""The OpenAPI document and its page."""

import pytest

DOCUMENT, DOCS = "/api/v1/openapi.json", "/api/v1/docs"


def test_the_document_names_every_operation_with_its_answers(client):
    paths = client.get(DOCUMENT).json()["paths"]

    declared = {
        (path, method): set(operation["responses"])
        for path, item in paths.items()
        for method, operation in item.items()
    }
    assert declared == {
        ("/api/v1/events", "post"): {"202", "400", "401", "403", "413", "415", "422"},
        ("/api/v1/events/batch", "post"): {"202", "400", "401", "403", "413", "415", "422"},
        ("/api/v1/leads", "get"): {"200", "401", "403", "422"},
        ("/api/v1/leads/{lead_id}", "get"): {"200", "401", "403", "404", "422"},
        ("/api/v1/leads/{lead_id}/score", "get"): {"200", "401", "403", "404", "422"},
    }


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
def test_the_page_loads_only_our_own_files(client):
    response = client.get(DOCS)

    assert response.status_code == 200
    assert b"cdn." not in response.content
    assert b"<style" not in response.content
    assert "script-src 'self'" in response["Content-Security-Policy"]
