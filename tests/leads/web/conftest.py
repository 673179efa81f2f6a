import pytest

from tests.factories import UserFactory


@pytest.fixture
def rita(db):
    return UserFactory(username="rita", first_name="Rita", last_name="Reimers")
