"""A manager reads the conversion report and clicks through to the leads."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from leads.enums import Stage
from tests.factories import people
from tests.scoring.reports.histories import lead

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def test_a_manager_reads_the_report_and_opens_the_leads_behind_a_figure(page, sign_in, transactional_db):
    who = people()
    for days in (3, 5, 7):
        lead((Stage.MQL, days), created_at=timezone.now() - timedelta(days=30))
    won = lead((Stage.MQL, 2), (Stage.SQL, 4), created_at=timezone.now() - timedelta(days=30))
    sign_in(who["mona"])

    page.goto("/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Conversion").click()
    funnel = page.get_by_role("region", name="Table: How far leads came")
    row = funnel.get_by_role("row").filter(has=page.get_by_role("rowheader", name="SQL", exact=True))
    row.get_by_role("link", name="1", exact=True).first.click()

    expect(page.get_by_role("heading", level=1)).to_have_text("1 lead")
    page.get_by_role("link", name=won.contact.display_name).click()
    expect(page).to_have_url(re.compile(reverse("lead", args=[won.pk]) + "$"))
