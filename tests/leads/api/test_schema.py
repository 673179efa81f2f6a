"""Schemathesis asks every operation what its document allows, and what it does not: with an own key, a foreign one, and none.

The number of questions is bounded and every run asks the same ones.
"""

import json
import re

import pytest
import schemathesis
from django.core import signals
from django.core.serializers.json import DjangoJSONEncoder
from django.db import close_old_connections, transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from config.api import api
from config.wsgi import application
from leads import apikeys
from tests.access.world import World

pytestmark = pytest.mark.django_db

EXAMPLES = 6
"""Of each kind for every operation; each is asked with three keys."""
# What a body means goes beyond its schema: an address that is none is refused.
LEFT_OUT = [positive_data_acceptance]
_REFUSED = {400, 403, 404, 409, 413, 415, 422}

DOCUMENT = json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/v1/"), cls=DjangoJSONEncoder))
for item in DOCUMENT["paths"].values():
    for described in item.values():
        # The keys are ours to choose: what is asked for is neither guessed nor left out by chance.
        del described["security"]
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)
SCHEMA.app = application
OPERATIONS = [found.ok() for found in SCHEMA.get_all_operations()]


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """Made once for all operations: every request is rolled back by itself, and the whole at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = World()
        scopes = apikeys.Scope.values
        made.foreign_key = apikeys.create(
            name="Foreign", scopes=scopes, source=made.source, team=made.south, now=timezone.now()
        )[1]
        # The application is called as a web server calls it, which would end the connection with the request.
        for signal in (signals.request_started, signals.request_finished):
            signal.disconnect(close_old_connections)
        yield made
        for signal in (signals.request_started, signals.request_finished):
            signal.connect(close_old_connections)
        transaction.set_rollback(True)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_every_answer_is_one_that_the_document_declares(world, operation):
    about = {name: world.own[name] for name in re.findall(r"{(\w+_id)}", operation.path)}
    bounded = settings(
        max_examples=2 * EXAMPLES, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip

    @bounded
    @given(case=st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in GenerationMode)))
    def ask(case):
        is_allowed = case.meta.generation.mode == GenerationMode.POSITIVE
        if is_allowed:
            # An id that exists takes the place of one that chance has made up.
            case.path_parameters |= about
        own, foreign, nobody = (_asked(case, key) for key in (world.key, world.foreign_key, None))
        for answer in (own, foreign, nobody):
            case.validate_response(answer, excluded_checks=LEFT_OUT)
        assert nobody.status_code in (401, 404)
        if is_allowed:
            assert nobody.status_code == 401
            assert not about or foreign.status_code in _REFUSED

    ask()


def _asked(case, key):
    """One request, rolled back."""
    with transaction.atomic():
        answer = case.call(headers={"Authorization": f"Bearer {key}"} if key else {})
        transaction.set_rollback(True)
    return answer
