"""German is a first language of the product: its catalogue is complete and compiled, and no page falls back to English."""

import re
from html.parser import HTMLParser

import polib
import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.demo import seeding, world
from leads.models import Lead, User
from tests.access import matrix
from tests.access.test_matrix import addresses
from tests.access.world import World
from tests.translations import LANGUAGES, ROOT

# One process makes the world, once.
pytestmark = pytest.mark.xdist_group("translations")

PLACEHOLDER = re.compile(r"%\(\w+\)[.\d]*[a-z]|%%|%s|\{\w*\}|</?\w+[^>]*>")

# Words that English text can hardly do without, and that no German text and none of our product's terms contain.
ENGLISH = frozenset(
    """the of and or with without from your you yours they them this that these is are were been has have had can cannot could
    may might must not no none by until since before after yesterday today tomorrow days ago weeks months least most first
    next previous new old owner stage search save saved cancel delete edit add added remove change changed choose select
    show hide help settings profile user users language country city company contact contacts phone source product campaign
    rule rules points when where why how what who whose nobody nothing somebody everybody please required enter yes open
    closed won lost rejected accepted snoozed due done sign January February March May June July October December Monday
    Tuesday Wednesday Thursday Friday Saturday Sunday created updated occurred received valid""".casefold().split()
)
# What people of the test and of the demo have written, and how English the jobs of German companies are called.
NAMES = ("Tag of North", "Tag of South", "Shoe size", "Safety weeks", "Pages of each product speak for it")
TITLES = tuple(title for level in world.TITLES.values() for forms in level for title in forms)
# Time zones have the names of their places; job titles are looked for in English too.
AS_IS = re.compile(r", \d\d:\d\d$|^Position enthält ")

ADDRESS = re.compile(r"/api/[\w/{}-]*")

# Addresses without a name lead on to one that has a line of its own.
LINES = [
    line
    for line in matrix.lines()
    if line.method == "GET" and line.verdicts["admin"] != "deny" and "/" not in line.address
]


@pytest.fixture(params=LANGUAGES)
def catalogue(request):
    """The path of one language's texts, without its ending."""
    return ROOT / "locale" / request.param / "LC_MESSAGES" / "django"


def test_every_text_is_translated_and_none_is_doubtful_or_left_over(catalogue):
    texts = polib.pofile(str(catalogue.with_suffix(".po")))

    assert [entry.msgid for entry in texts if entry.obsolete] == []
    assert [entry.msgid for entry in texts if entry.fuzzy] == []
    assert [entry.msgid for entry in texts if not entry.translated()] == []


def test_a_translation_has_the_placeholders_and_tags_of_its_text(catalogue):
    texts = polib.pofile(str(catalogue.with_suffix(".po")))

    differing = [
        (source, translated)
        for entry in texts
        for source, translated in _pairs(entry)
        if sorted(PLACEHOLDER.findall(source)) != sorted(PLACEHOLDER.findall(translated))
    ]

    assert differing == []


def test_a_translation_begins_and_ends_with_the_spaces_of_its_text(catalogue):
    texts = polib.pofile(str(catalogue.with_suffix(".po")))

    differing = [
        (source, translated)
        for entry in texts
        for source, translated in _pairs(entry)
        if _margins(source) != _margins(translated)
    ]

    assert differing == []


def test_the_compiled_texts_are_those_of_the_source(catalogue):
    compiled = polib.pofile(str(catalogue.with_suffix(".po"))).to_binary()

    assert catalogue.with_suffix(".mo").read_bytes() == compiled


@pytest.fixture(scope="module")
def readers(django_db_setup, django_db_blocker):
    """A small demo company and the objects of the access matrix, read by people who have chosen German."""
    with django_db_blocker.unblock(), transaction.atomic():
        seeding.seed(leads=12, seed=1, now=timezone.now())
        world = World()
        User.objects.update(language="de")
        yield world
        transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.parametrize("line", LINES, ids=str)
def test_no_address_shows_english_to_a_german_user(readers, line):
    arguments = readers.arguments(line.address, addresses()[line.address], readers.own)

    found = english(readers, "admin", reverse(line.address, kwargs=arguments), readers.data(line.address, readers.own))

    assert found == []


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["rep", "manager", "marketer"])
def test_no_page_of_the_work_of_a_day_shows_english_to_a_german_user(readers, role):
    leads = Lead.objects.visible_to(readers.users[role]).filter(score__isnull=False)
    views = ["mine", "mql", "quiet"]
    paths = [f"{reverse('board')}?view={view}&panel=1" for view in views]
    paths += [reverse("lead", args=[pk]) for pk in leads.order_by("-score__score").values_list("pk", flat=True)[:6]]

    found = {path: english(readers, role, path) for path in [*paths, reverse("followups") + "?whose=team"]}

    assert {path: words for path, words in found.items() if words} == {}


def english(world, role, path, data=None):
    """The texts of a page that have an English word in them, but for what people have written."""
    client = Client(headers={"accept-language": "de"})
    client.force_login(world.users[role])
    response = client.get(path, data, follow=True)
    if response.streaming or not response["Content-Type"].startswith("text/html"):
        return []
    page = _Page()
    page.feed(response.content.decode())
    return [text for text in page.texts if any(_is_english(word) for word in re.findall(r"[\w-]+", _own(text)))]


def _is_english(word):
    return word.casefold() in ENGLISH and not (word.isupper() and len(word) > 1)


def _own(text):
    if AS_IS.search(text):
        return ""
    for name in NAMES + TITLES:
        text = text.replace(name, "")
    return ADDRESS.sub("", text)


class _Page(HTMLParser):
    """Collects what a page shows or reads out, but for code and for elements that say that they are in English."""

    SILENT = ("script", "style", "code", "pre", "textarea", "bdi", "kbd")
    SPOKEN = ("title", "aria-label", "placeholder", "data-none", "data-one", "data-many")

    def __init__(self):
        super().__init__()
        self.texts, self._silence = [], 0
        self._foreign = []  # the tags of that name that are open inside the outermost English element, itself first

    def handle_starttag(self, tag, attrs):
        self._silence += tag in self.SILENT
        if self._foreign[:1] == [tag] or (not self._foreign and dict(attrs).get("lang") == "en"):
            self._foreign.append(tag)
        if self._foreign:
            return
        self.texts += [value for name, value in attrs if name in self.SPOKEN and value]

    def handle_endtag(self, tag):
        self._silence -= tag in self.SILENT
        if self._foreign[:1] == [tag]:
            self._foreign.pop()

    def handle_data(self, data):
        if not self._silence and not self._foreign and data.strip():
            self.texts.append(data.strip())


def _pairs(entry):
    """Each English form of an entry with the German one that stands for it."""
    if not entry.msgid_plural:
        return [(entry.msgid, entry.msgstr)]
    return [(entry.msgid, entry.msgstr_plural[0]), (entry.msgid_plural, entry.msgstr_plural[1])]


def _margins(text):
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
