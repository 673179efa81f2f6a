import pytest
from playwright.sync_api import expect

from leads import demo_people
from leads.enums import Role
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def rita(transactional_db):
    return UserFactory(username="rita", first_name="Rita", last_name="Reimers")


@pytest.fixture
def maja(transactional_db):
    return UserFactory(username="maja", first_name="Maja", last_name="Krüger", role=Role.MARKETER)


def test_pages_for_strangers_are_accessible_and_silent(page, look, check, console):
    console.expect("404")

    for path in ["/login/", "/password/reset/", "/password/reset/sent/", "/password/reset/MQ/set-x/", "/missing/"]:
        page.goto(path)
        check(page)


def test_pages_of_a_person_are_accessible_and_silent(page, look, check, sign_in, maja):
    sign_in(maja)

    for path in ["/help/", "/profile/", "/password/change/"]:
        page.goto(path)
        check(page)


def test_the_demo_page_signs_in_with_one_press(page, look, check, rita, settings):
    settings.VORSPRUNG_DEMO = True
    settings.LOGIN_REDIRECT_URL = "profile"
    rita.set_password(demo_people.PEOPLE[0].password)
    rita.save()

    page.goto("/login/")
    check(page)
    page.get_by_role("button", name="Rita Reimers").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Profile")


def test_signing_in_by_keyboard_and_out_again(page, rita):
    page.goto("/login/?next=/help/")
    page.keyboard.type("rita")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Help")

    page.get_by_role("button", name="Sign out").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_a_wrong_password_is_said_beside_the_form(page, check, rita):
    page.goto("/login/")
    page.get_by_label("Name").fill("rita")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()

    expect(page.get_by_role("alert")).to_contain_text("do not match")
    check(page)


def test_saving_the_profile_says_so_and_the_message_can_be_dismissed(page, sign_in, rita):
    sign_in(rita)
    page.goto("/profile/")
    page.get_by_label("First name").fill("Margarita")
    page.get_by_role("button", name="Save profile").click()

    toast = page.get_by_role("status").get_by_text("Profile saved.")
    expect(toast).to_be_visible()
    page.get_by_role("button", name="Dismiss").click()

    expect(toast).to_have_count(0)


def test_keys_open_help_unless_the_viewer_switched_them_off(page, sign_in, rita):
    sign_in(rita)
    page.goto("/profile/")
    page.locator("main").press("?")
    expect(page.get_by_role("heading", level=1)).to_have_text("Help")

    rita.shortcuts_enabled = False
    rita.save()
    page.goto("/profile/")
    page.locator("main").press("?")

    expect(page.get_by_role("heading", level=1)).to_have_text("Profile")


def test_keys_typed_into_a_field_stay_there(page, sign_in, rita):
    sign_in(rita)
    page.goto("/profile/")
    page.get_by_label("First name").fill("")
    page.get_by_label("First name").type("a?j")

    expect(page.get_by_label("First name")).to_have_value("a?j")
    expect(page.get_by_role("heading", level=1)).to_have_text("Profile")


def test_the_skip_link_is_the_first_stop(page, sign_in, rita):
    sign_in(rita)
    page.goto("/help/")
    page.keyboard.press("Tab")

    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    expect(page.get_by_role("link", name="Skip to content")).to_be_in_viewport()


def test_everything_works_without_script(browser, live_server, rita):
    context = browser.new_context(java_script_enabled=False, locale="en-GB")
    page = context.new_page()

    page.goto(f"{live_server.url}/login/?next=/profile/")
    page.get_by_label("Name").fill("rita")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("First name").fill("Margarita")
    page.get_by_role("button", name="Save profile").click()

    expect(page.get_by_text("Profile saved.")).to_be_visible()
    expect(page.get_by_role("button", name="Dismiss")).to_have_count(0)
    context.close()


def test_icons_come_from_one_sprite_that_is_fetched_once(page, sign_in, maja):
    fetched = []
    page.on("request", lambda request: fetched.append(request.url) if "/icons/" in request.url else None)
    sign_in(maja)
    page.goto("/help/")
    page.wait_for_load_state("networkidle")

    assert len(fetched) == 1
    assert page.locator("use").first.evaluate("node => node.getBBox().width") > 0
