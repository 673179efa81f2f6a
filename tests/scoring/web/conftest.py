"""The people, the moment and the lead of the tests of the lead page."""

import pytest
from django.utils import timezone

from tests.factories import CompanyFactory, ContactFactory, LeadFactory, people


@pytest.fixture
def who(db):
    return people()


@pytest.fixture
def now(db):
    return timezone.now()


@pytest.fixture
def lead(who, now):
    company = CompanyFactory(name="Brennecke GmbH", employees=410, industry="Metal processing", country="DE")
    contact = ContactFactory(
        first_name="Miriam", last_name="Osterkamp", company=company, job_title="Head of production"
    )
    return LeadFactory(contact=contact, owner=who["rita"], created_at=now, stage_since=now)
