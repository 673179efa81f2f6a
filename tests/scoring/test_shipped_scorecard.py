"""What a migrated database knows at once."""

import pytest

from leads import conditions, fields
from leads.models import Contact
from scoring.models import Rule, Scorecard
from tests.factories import LeadFactory

pytestmark = pytest.mark.django_db


def _holding(key, job_title):
    lead = LeadFactory(contact__job_title=job_title)
    rule = Rule.objects.get(scorecard__status="live", key=key)
    found = conditions.to_q(rule.condition, fields.declared(root="contact"))
    return Contact.objects.filter(found, pk=lead.contact_id).exists()


@pytest.mark.parametrize("title", ["CTO", "cto & founder", "Managing Director", "Leiterin Einkauf", "Geschäftsführer"])
def test_decision_makers_are_known_by_their_title(title):
    assert _holding("decides", title)


@pytest.mark.parametrize("title", ["Sales coordinator", "Product owner", "Constructor", ""])
def test_short_words_inside_others_make_no_decision_maker(title):
    assert not _holding("decides", title)


@pytest.mark.parametrize(
    ("title", "is_student"), [("Intern", True), ("Werkstudentin", True), ("International sales", False)]
)
def test_interns_are_told_from_international_people(title, is_student):
    assert _holding("student", title) is is_student


def test_the_points_are_those_that_were_asked_for():
    points = dict(Scorecard.objects.live().get().rules.values_list("key", "points"))

    assert points["whitepaper"] == 10
    assert points["email-open"] == 2
    assert all(points[key] < 0 for key in ("free-mail", "careers-page", "unsubscribe", "hard-bounce", "competitor"))
