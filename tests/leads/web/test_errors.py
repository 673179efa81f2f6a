import re

import pytest
from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path

from leads.web import errors

pytestmark = pytest.mark.urls(__name__)


def _raise(error):
    def view(request):
        raise error

    return view


def _broken(request):
    return HttpResponse(1 / 0)


handler400 = "leads.web.errors.bad_request"
handler403 = "leads.web.errors.forbidden"
handler404 = "leads.web.errors.not_found"
handler500 = "leads.web.errors.server_error"
urlpatterns = [
    path("", include("leads.web.urls")),
    path("bad/", _raise(BadRequest("the stack"))),
    path("secret/", _raise(PermissionDenied("the reason"))),
    path("large/", _raise(RequestDataTooBig("the size"))),
    path("broken/", _broken),
]


@pytest.fixture
def visitor():
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(
    "address, status", [("/bad/", 400), ("/secret/", 403), ("/nowhere/", 404), ("/large/", 413), ("/broken/", 500)]
)
def test_an_error_page_carries_the_reference_of_its_answer_and_no_secret(visitor, address, status):
    response = visitor.get(address)

    page = response.content.decode()
    assert response.status_code == status
    assert response["X-Request-ID"] in page
    assert page.count("<h1>") == 1
    assert not re.search(r"Traceback|ZeroDivision|the stack|the reason|the size", page)


def test_error_pages_need_no_database(visitor):
    # without the db mark any query would raise
    response = visitor.get("/nowhere/", headers={"cookie": "sessionid=abc"})

    assert response.status_code == 404


def test_error_pages_speak_the_language_of_the_browser(visitor):
    response = visitor.get("/nowhere/", headers={"accept-language": "de"})

    assert '<html lang="de">' in response.content.decode()


def test_a_broken_error_page_still_says_the_reference(visitor, monkeypatch):
    monkeypatch.setattr(errors, "render_to_string", _raise(RuntimeError()))

    response = visitor.get("/broken/")

    assert response.status_code == 500
    assert response["X-Request-ID"] in response.content.decode()


def test_an_old_form_offers_to_open_the_page_again():
    response = Client(enforce_csrf_checks=True).post("/login/", {"username": "rita"})

    assert response.status_code == 403
    assert 'href="/login/"' in response.content.decode()


def test_ids_from_outside_are_not_taken_over(visitor):
    response = visitor.get("/healthz/live", headers={"x-request-id": "evil"})

    assert re.fullmatch(r"[0-9A-F]{4}-[0-9A-F]{4}", response["X-Request-ID"])
