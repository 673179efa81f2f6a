"""The small scripts, on a page of rows made for them: keys, menus, live rows, toasts."""

import pytest
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template import RequestContext, Template
from django.urls import include, path
from playwright.sync_api import expect

from leads.web import notices
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls(__name__)]

ROW = """<tr data-lead="{id}" data-score="{score}" data-rev="{score}"><td><input type="checkbox" aria-label="Select {id}"></td>
<th scope="row"><a data-open href="/rows/{id}/">Lead {id}</a></th><td class="n">{score}</td>
<td><form method="post" action="/rows/{id}/accept/">{csrf}<button data-key="a">Accept {id}</button></form></td>
<td><details class="menu"><summary class="btn" data-key="r">Reject {id}</summary>
<div class="pop"><button>No need {id}</button></div></details></td></tr>"""
PAGE = """{% extends "base.html" %}{% block title %}Rows{% endblock %}{% block content %}<h1>Rows</h1>
<div data-live="/rows/live/" data-live-every="0.3"></div><p data-live-note>Nothing moved</p>
<table class="table"><caption>Rows</caption>
<thead><tr><td></td><th scope="col">Lead</th><th scope="col">Score</th><td></td><td></td></tr></thead>
<tbody data-live-rows>{{ rows|safe }}</tbody></table>{% endblock %}"""


class Answer:
    """What the server says when the page asks again."""

    rows = ()
    note = ""
    accepted = ""


def _csrf(request):
    return Template("{% csrf_token %}").render(RequestContext(request))


def _rows(request, rows):
    return "".join(ROW.format(id=number, score=score, csrf=_csrf(request)) for number, score in rows)


def page_of_rows(request):
    rows = _rows(request, [(1, 90), (2, 70), (3, 50)])
    return HttpResponse(Template(PAGE).render(RequestContext(request, {"rows": rows})))


def live_rows(request):
    if not Answer.rows and not Answer.note:
        return HttpResponse(status=204)
    note = f"<p data-live-note>{Answer.note}</p>" if Answer.note else ""
    return HttpResponse(f"<table><tbody>{_rows(request, Answer.rows)}</tbody></table>{note}")


def accept(request, number):
    Answer.accepted = number
    notices.done(request, f"Lead {number} accepted.", undo=f"/rows/{number}/undo/")
    return redirect("/rows/")


def undo(request, number):
    Answer.accepted = ""
    notices.done(request, f"Lead {number} is an MQL again.")
    return redirect("/rows/")


urlpatterns = [
    path("", include("leads.web.urls")),
    path("rows/", page_of_rows),
    path("rows/live/", live_rows),
    path("rows/<int:number>/accept/", accept),
    path("rows/<int:number>/undo/", undo),
]


@pytest.fixture
def rows(page, sign_in, transactional_db):
    Answer.rows, Answer.note, Answer.accepted = (), "", ""
    sign_in(UserFactory(username="rita"))
    page.goto("/rows/")
    return page


def row(page, number):
    return page.locator(f'[data-lead="{number}"]')


def test_j_and_k_move_the_cursor_and_take_the_focus_along(rows):
    for key in "jjk":
        rows.keyboard.press(key)

    assert rows.locator(".cursor").get_attribute("data-lead") == "1"
    expect(row(rows, 1).get_by_role("link")).to_be_focused()


def test_a_accepts_the_lead_under_the_cursor_and_u_takes_it_back(rows):
    rows.keyboard.press("j")
    rows.keyboard.press("j")
    rows.keyboard.press("a")
    expect(rows.get_by_text("Lead 2 accepted.")).to_be_visible()
    assert Answer.accepted == 2

    rows.keyboard.press("u")

    expect(rows.get_by_text("Lead 2 is an MQL again.")).to_be_visible()
    assert Answer.accepted == ""


def test_without_a_cursor_a_accepts_nothing(rows):
    rows.keyboard.press("a")
    rows.wait_for_timeout(200)

    assert Answer.accepted == ""


def test_r_opens_the_menu_and_escape_gives_the_focus_back(rows):
    rows.keyboard.press("j")
    rows.keyboard.press("r")
    expect(rows.get_by_role("button", name="No need 1")).to_be_focused()

    rows.keyboard.press("Escape")

    expect(rows.get_by_role("button", name="No need 1")).to_be_hidden()
    expect(row(rows, 1).locator("summary")).to_be_focused()


def test_only_one_menu_is_open_and_a_press_outside_closes_it(rows):
    row(rows, 1).locator("summary").click()
    row(rows, 3).locator("summary").click()
    assert rows.locator("details[open]").count() == 1

    rows.get_by_role("heading", level=1).click()

    assert rows.locator("details[open]").count() == 0


def test_a_changed_row_is_replaced_where_it_stands(rows):
    rows.keyboard.press("j")
    row(rows, 1).get_by_role("checkbox").check()

    Answer.rows = [(3, 99), (1, 20)]

    expect(row(rows, 1).locator(".n")).to_have_text("20")
    expect(row(rows, 3).locator(".n")).to_have_text("99")
    assert rows.locator("[data-lead]").evaluate_all("rows => rows.map(row => row.dataset.lead)") == ["1", "2", "3"]
    expect(row(rows, 1).get_by_role("checkbox")).to_be_checked()
    assert rows.locator(".cursor").get_attribute("data-lead") == "1"


def test_a_new_row_stands_last(rows):
    Answer.rows = [(9, 95)]

    expect(rows.locator("[data-lead]").last.locator("a")).to_have_text("Lead 9")


def test_a_row_with_an_open_menu_waits(rows):
    row(rows, 1).locator("summary").click()
    Answer.rows = [(1, 20), (2, 30)]
    expect(row(rows, 2).locator(".n")).to_have_text("30")
    expect(row(rows, 1).locator(".n")).to_have_text("90")

    rows.keyboard.press("Escape")
    rows.get_by_role("heading", level=1).click()

    expect(row(rows, 1).locator(".n")).to_have_text("20")


def test_the_note_says_what_moved(rows):
    Answer.note = "3 leads moved"

    expect(rows.get_by_text("3 leads moved")).to_be_visible()
