"""Two marketers save at once: one wins, the other is told."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from scoring import scorecards
from scoring.models import Scorecard
from tests.factories import MONDAY

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


def _save(points):
    try:
        return scorecards.save_weights({"rules": {"whitepaper": {"points": points}}}, by=None, now=MONDAY, based_on=1)
    except scorecards.Conflict as conflict:
        return conflict
    finally:
        connection.close()


def test_one_of_two_saves_goes_live_and_the_other_is_told():
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(_save, (12, 14)))

    assert [type(answer) for answer in answers].count(scorecards.Conflict) == 1
    assert list(Scorecard.objects.order_by("version").values_list("version", "status")) == [(1, "retired"), (2, "live")]
