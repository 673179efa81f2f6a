import re

import pytest
from django.contrib.messages import get_messages
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from leads import demo_people
from leads.enums import Role
from leads.models import User
from leads.web.accounts import PasswordResetView
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


def sign_in(client, username="rita", password=PASSWORD, to="/profile/", **extra):
    return client.post(f"/login/?next={to}", {"username": username, "password": password, "next": to}, **extra)


def test_signing_in_leads_to_the_page_asked_for(client, rita):
    response = sign_in(client, to="/help/")

    assert response.status_code == 302
    assert response["Location"] == "/help/"


def test_signing_in_never_leads_to_another_site(client, rita, settings):
    settings.LOGIN_REDIRECT_URL = "profile"

    response = sign_in(client, to="https://evil.example/")

    assert response["Location"] == "/profile/"


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(client, rita):
    wrong = sign_in(client, "rita", "not-this-one").content.decode()
    unknown = sign_in(client, "nobody", "not-this-one").content.decode()

    assert anonymous(wrong, "rita") == anonymous(unknown, "nobody")
    assert "Name and password do not match" in wrong


def anonymous(page, name):
    """The page without what differs by chance: tokens and the name that was typed in."""
    return re.sub(r'(value|data-hx-headers)=(["\']).*?\2', "", page).replace(name, "")


def test_an_inactive_person_gets_the_answer_of_an_unknown_one(client, rita):
    User.objects.filter(pk=rita.pk).update(is_active=False)

    page = sign_in(client).content.decode()

    assert "Name and password do not match" in page


@pytest.mark.parametrize("name", ["rita", "nobody"])
def test_many_wrong_passwords_lock_out_for_a_while(client, rita, settings, name):
    for _attempt in range(settings.AXES_FAILURE_LIMIT):
        response = sign_in(client, name, "not-this-one")

    assert response.status_code == 429
    assert response["Retry-After"] == "900"
    assert "Wait 15 minutes" in response.content.decode()


def test_a_lockout_holds_for_the_right_password_too(client, rita, settings):
    for _attempt in range(settings.AXES_FAILURE_LIMIT):
        sign_in(client, "rita", "not-this-one")

    response = sign_in(client)

    assert response.status_code == 429


def test_a_lockout_at_one_address_does_not_keep_the_owner_out_elsewhere(client, rita, settings):
    for _attempt in range(settings.AXES_FAILURE_LIMIT):
        sign_in(client, "rita", "not-this-one", REMOTE_ADDR="203.0.113.7")

    response = sign_in(client, REMOTE_ADDR="203.0.113.8")

    assert response.status_code == 302


def test_signing_out_needs_a_press_on_a_button(client, rita):
    client.force_login(rita)

    assert client.get("/logout/").status_code == 405
    assert client.post("/logout/").status_code == 302
    assert client.get("/profile/").status_code == 302


def test_a_stranger_is_sent_to_sign_in_and_back(client):
    response = client.get("/profile/")

    assert response["Location"] == "/login/?next=/profile/"


def test_the_demo_shows_one_button_per_person_that_signs_in(client, rita, settings):
    settings.VORSPRUNG_DEMO = True
    settings.LOGIN_REDIRECT_URL = "profile"
    rita.set_password(demo_people.PEOPLE[0].password)
    rita.save()

    page = client.get("/login/").content.decode()
    response = sign_in(client, "rita", demo_people.PEOPLE[0].password)

    assert page.count('name="password" value=') == 1
    assert "Rita Reimers" in page
    assert response.status_code == 302


def test_no_button_and_no_password_outside_the_demo(client, rita, settings):
    settings.VORSPRUNG_DEMO = False

    page = client.get("/login/").content.decode()

    assert "Rita Reimers" not in page
    assert demo_people.PEOPLE[0].password not in page


def test_known_and_unknown_addresses_get_the_same_reset_answer(client, rita):
    known = client.post("/password/reset/", {"email": rita.email})
    unknown = client.post("/password/reset/", {"email": "nobody@vorsprung.example"})

    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert [message.to for message in mail.outbox] == [[rita.email]]


def test_the_reset_mail_goes_out_after_the_answer(rf, rita, settings):
    request = rf.post("/password/reset/", {"email": rita.email})
    request._dont_enforce_csrf_checks = True
    response = PasswordResetView.as_view()(request)

    assert mail.outbox == []
    response.close()
    assert len(mail.outbox) == 1


def test_the_reset_link_begins_with_the_configured_address(client, rita, settings):
    settings.BASE_URL = "https://crm.example"
    settings.ALLOWED_HOSTS = ["*"]

    client.post("/password/reset/", {"email": rita.email}, HTTP_HOST="evil.example")

    assert "https://crm.example/password/reset/" in mail.outbox[0].body
    assert "evil" not in mail.outbox[0].body + str(mail.outbox[0].alternatives)


def test_the_reset_link_sets_a_password_once(client, rita):
    client.post("/password/reset/", {"email": rita.email})
    link = re.search(r"http://[^/]+(/password/reset/\S+)", mail.outbox[0].body)[1]
    page = client.get(link, follow=True)
    new = {"new_password1": "quite-another-horse", "new_password2": "quite-another-horse"}
    response = client.post(page.redirect_chain[-1][0], new)

    assert response["Location"] == reverse("password_reset_complete")
    assert sign_in(client, password="quite-another-horse").status_code == 302
    assert "no longer works" in client.get(link, follow=True).content.decode()


def test_the_reset_mail_speaks_the_language_of_its_reader(client, rita):
    User.objects.filter(pk=rita.pk).update(language="de")

    client.post("/password/reset/", {"email": rita.email}, HTTP_ACCEPT_LANGUAGE="en")

    assert '<html lang="de">' in mail.outbox[0].alternatives[0].content


def profile_data(**changed):
    return {"first_name": "Rita", "last_name": "Reimers", "email": "rita@vorsprung.example", "language": "de"} | changed


def test_the_profile_keeps_language_zone_and_shortcuts(client, rita):
    client.force_login(rita)

    response = client.post("/profile/", profile_data(time_zone="America/New_York"))

    rita.refresh_from_db()
    assert response.status_code == 302
    assert (rita.language, rita.time_zone, rita.shortcuts_enabled) == ("de", "America/New_York", False)


def test_the_next_page_is_in_the_chosen_language_without_keys(client, rita):
    client.force_login(rita)
    client.post("/profile/", profile_data())

    page = client.get("/help/", HTTP_ACCEPT_LANGUAGE="en").content.decode()

    assert '<html lang="de">' in page
    assert 'data-shortcuts="off"' in page


def test_the_sign_in_page_keeps_the_language_after_signing_out(client, rita):
    client.force_login(rita)
    client.post("/profile/", profile_data())
    client.post("/logout/")

    page = client.get("/login/", HTTP_ACCEPT_LANGUAGE="en").content.decode()

    assert '<html lang="de">' in page


def test_a_stranger_chooses_the_language_of_the_sign_in_page(client):
    client.post("/language/", {"language": "de", "next": "/login/"})

    page = client.get("/login/", HTTP_ACCEPT_LANGUAGE="en").content.decode()

    assert '<html lang="de">' in page


@pytest.mark.parametrize("field, value", [("time_zone", "Mars/Olympus"), ("language", "tlh"), ("email", "")])
def test_the_profile_refuses_what_it_cannot_keep(client, rita, field, value):
    client.force_login(rita)

    response = client.post("/profile/", profile_data(**{field: value}))

    assert response.status_code == 422
    assert "Not saved." in response.content.decode()


def test_nobody_promotes_themselves_in_the_profile(client, rita):
    client.force_login(rita)

    client.post("/profile/", profile_data(role=Role.ADMINISTRATOR, is_superuser="on", username="root"))

    rita.refresh_from_db()
    assert (rita.role, rita.is_superuser, rita.username) == (Role.REP, False, "rita")


def test_a_new_password_ends_other_sessions_and_says_so(client, rita, client_elsewhere):
    client.force_login(rita)
    client_elsewhere.force_login(rita)
    data = {"old_password": PASSWORD, "new_password1": "quite-another-horse", "new_password2": "quite-another-horse"}

    response = client.post("/password/change/", data)

    assert [str(message) for message in get_messages(response.wsgi_request)] == [
        "Password changed. You are signed out everywhere else."
    ]
    assert client.get("/profile/").status_code == 200
    assert client_elsewhere.get("/profile/").status_code == 302


@pytest.fixture
def client_elsewhere():
    return Client()


@pytest.mark.parametrize("role, sees", [(Role.REP, False), (Role.MARKETER, True), (Role.ADMINISTRATOR, True)])
def test_only_those_who_configure_are_shown_the_way_to_the_admin(client, role, sees):
    client.force_login(UserFactory(username="somebody", role=role))

    page = client.get("/help/").content.decode()

    assert ('href="/admin/"' in page) == sees


def test_times_are_shown_in_the_zone_of_the_viewer(client, rita):
    User.objects.filter(pk=rita.pk).update(time_zone="Nowhere/Land")
    client.force_login(rita)

    response = client.get("/help/")

    assert response.status_code == 200


def test_createsuperuser_makes_somebody_who_can_enter_the_admin(client):
    call_command("createsuperuser", "--noinput", username="first", email="first@firma.example")
    first = User.objects.get(username="first")

    client.force_login(first)

    assert first.role == Role.ADMINISTRATOR
    assert client.get(reverse("admin:index")).status_code == 200
