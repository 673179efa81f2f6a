import pytest

from tests.factories import UserFactory


@pytest.fixture(autouse=True)
def quick_and_plain(settings):
    """Pages link style sheets by their plain names (no collectstatic before the tests), and hashing a password is cheap."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.fixture
def rita(db):
    return UserFactory(username="rita", first_name="Rita", last_name="Reimers")
