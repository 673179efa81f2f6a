"""Browser tests: Debian's Chromium against a live server.

Fixtures: `page` (fails on any console message), `console`, `sign_in`, `look` (light and dark, desk and phone), `check` (axe,
headings, width, targets). Without Chromium the tests are skipped and the summary says so; with VORSPRUNG_REQUIRE_BROWSER=1
they fail instead.
"""

import os
import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as django_settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test import Client, testcases

# Playwright's synchronous interface runs an event loop in this thread; the ORM is used between its calls, never inside.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

CHROMIUM = shutil.which(os.environ.get("VORSPRUNG_CHROMIUM", "chromium"))
REQUIRED = os.environ.get("VORSPRUNG_REQUIRE_BROWSER") == "1"
MISSING = "Chromium was not found: browser tests did not run (on Debian: apt-get install chromium)"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOKS = {
    "light": ("light", 1440, 900),
    "dark": ("dark", 1440, 900),
    "phone": ("light", 390, 844),
    "phone-dark": ("dark", 390, 844),
}
# What a finger has to hit on a phone; links inside sentences are excepted (WCAG 2.5.8), hidden helpers too.
SMALL_TARGETS = """() => [...document.querySelectorAll("button, .btn, select, input:not([type=hidden]), .tabbar a, summary.btn")]
  .filter((element) => {
    const box = (element.closest("label") ?? element.closest(".checkline") ?? element).getBoundingClientRect();
    return element.checkVisibility() && box.width > 1 && box.height > 1 && (box.height < 43.5 || box.width < 24);
  })
  .map((element) => element.outerHTML.slice(0, 120))"""


def pytest_terminal_summary(terminalreporter):
    if not CHROMIUM:
        terminalreporter.write_line(MISSING, yellow=True)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    if not CHROMIUM:
        (pytest.fail if REQUIRED else pytest.skip)(MISSING)
    flags = (
        "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync "
        "--no-first-run --disable-default-apps --disable-dev-shm-usage"
    )
    return browser_type_launch_args | {"executable_path": CHROMIUM, "args": flags.split()}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return browser_context_args | {
        "locale": "en-GB",
        "timezone_id": "Europe/Berlin",
        "viewport": {"width": 1440, "height": 900},
        "reduced_motion": "reduce",
    }


@pytest.fixture(scope="session")
def served_from_the_tree():
    """pytest-django knows `staticfiles` only by its own name and would serve an empty folder instead."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(testcases, "_StaticFilesHandler", StaticFilesHandler)
        yield


@pytest.fixture(scope="session")
def live_server(served_from_the_tree, live_server):
    return live_server


class Console:
    """What the browser's console said. Anything at all fails the test, unless it was announced by `expect`."""

    def __init__(self):
        self.said = []
        self.expected = []

    def expect(self, text):
        """A message that contains `text` is part of the test, such as the 404 of a page that must be missing."""
        self.expected.append(text)

    def listen(self, context):
        """Hear all pages of this browser context."""
        context.on("console", lambda message: self.said.append(f"{message.type}: {message.text} ({message.page.url})"))
        context.on("weberror", lambda error: self.said.append(f"error: {error.error}"))

    def unexpected(self):
        return [line for line in self.said if not any(text in line for text in self.expected)]


@pytest.fixture
def console(context):
    log = Console()
    log.listen(context)
    yield log
    assert log.unexpected() == []


@pytest.fixture
def page(console, context, live_server):
    """A page on which `goto("/help/")` means the live server; any message on its console fails the test."""
    context.set_default_timeout(10_000)
    page = context.new_page()
    goto = page.goto
    page.goto = lambda path, **kwargs: goto(live_server.url + path if path.startswith("/") else path, **kwargs)
    return page


@pytest.fixture
def sign_in(context, live_server):
    """`sign_in(rita)`: the browser is signed in as this person from here on, without the form."""

    def do(user):
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        value = client.cookies[django_settings.SESSION_COOKIE_NAME].value
        context.add_cookies(
            [{"name": django_settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url, "httpOnly": True}]
        )
        return user

    return do


@pytest.fixture(params=LOOKS)
def look(request, page):
    """The test runs four times: light and dark, at a desk and on a phone. Returns the name of the look."""
    scheme, width, height = LOOKS[request.param]
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": height})
    return request.param


@pytest.fixture
def check():
    """`check(page)`: no axe violation, one h1, no sideways scrolling, and on a phone targets of 44 px."""

    def do(page):
        answer = Axe().run(page, options={"runOnly": RULES}).response
        found = [
            f"{violation['id']}: {node['html'][:140]} – {node['failureSummary']}"
            for violation in answer["violations"]
            for node in violation["nodes"]
        ]
        assert found == []
        assert page.locator("h1").count() == 1
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
        if page.viewport_size["width"] <= 760:
            assert page.evaluate(SMALL_TARGETS) == []

    return do
