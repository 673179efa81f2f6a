"""Which signal an interaction is."""

import pytest

from leads import intake, signals
from leads.models import Interaction, Signal
from tests.factories import MONDAY, CampaignFactory, ContactFactory, InteractionFactory, ProductFactory, SignalFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_shipped_signals():
    Signal.objects.all().delete()


def matched(**facts):
    found = signals.Matcher(Signal.objects.all()).match(signals.Facts(**{"kind": "page_view"} | facts))
    return found.key if found else None


def test_specificity_is_asset_path_longest_prefix_product_campaign_kind():
    product, campaign = ProductFactory(), CampaignFactory()
    for key, fields in {
        "kind": {},
        "campaign": {"campaign": campaign},
        "product": {"product": product},
        "short": {"path": "/docs", "is_prefix": True},
        "long": {"path": "/docs/prices", "is_prefix": True},
        "exact": {"path": "/docs/prices/2026"},
        "asset": {"asset": "Price list"},
    }.items():
        SignalFactory(key=key, kind="page_view", **fields)
    everything = {"product_id": product.pk, "campaign_id": campaign.pk}

    assert matched(asset="price LIST", path="/docs/prices/2026", **everything) == "asset"
    assert matched(path="/docs/prices/2026", **everything) == "exact"
    assert matched(path="/docs/prices/2025", **everything) == "long"
    assert matched(path="/docs/other", **everything) == "short"
    assert matched(path="/docsother", **everything) == "product"
    assert matched(campaign_id=campaign.pk) == "campaign"
    assert matched() == "kind"
    assert matched(kind="form") is None


def test_every_field_that_is_set_must_match():
    SignalFactory(key="both", kind="page_view", path="/docs", product=ProductFactory(slug="crm"))

    assert matched(path="/docs") is None


def test_the_lower_id_wins_a_tie():
    SignalFactory(key="first", kind="page_view")
    SignalFactory(key="second", kind="page_view")

    assert matched() == "first"


@pytest.mark.parametrize("path", ["/pricing", "/pricing/", "/Pricing", "https://firma.de/pricing?utm_source=x#top"])
def test_paths_are_compared_without_host_query_case_and_end(path):
    SignalFactory(key="pricing", kind="page_view", path="/pricing/")

    assert matched(path=path) == "pricing"


def test_the_root_as_prefix_is_every_page():
    SignalFactory(key="site", kind="page_view", path="/", is_prefix=True)

    assert matched(path="/a/b") == "site"
    assert matched(path="/") == "site"


def test_a_new_signal_takes_over_past_interactions_and_raises_their_contacts():
    general = SignalFactory(key="any", kind="page_view")
    mine, other = ContactFactory(), ContactFactory()
    InteractionFactory(event_id="hit", contact=mine, kind="page_view", path="/pricing", signal=general)
    InteractionFactory(event_id="miss", contact=other, kind="page_view", path="/jobs", signal=general)

    count = signals.save(Signal(key="pricing", name="Pricing", kind="page_view", path="/pricing"), now=MONDAY)

    assert count == 1
    assert Interaction.objects.get(event_id="hit").signal.key == "pricing"
    assert Interaction.objects.get(event_id="miss").signal == general
    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.revision, other.revision) == (2, 1)


def test_a_changed_signal_gives_up_what_it_no_longer_is():
    general = SignalFactory(key="any", kind="page_view")
    pricing = SignalFactory(key="pricing", kind="page_view", path="/pricing")
    InteractionFactory(event_id="was", kind="page_view", path="/pricing", signal=pricing)
    InteractionFactory(event_id="is", kind="page_view", path="/prices", signal=general)

    pricing.path = "/prices"
    signals.save(pricing, now=MONDAY)

    assert Interaction.objects.get(event_id="was").signal == general
    assert Interaction.objects.get(event_id="is").signal == pricing


def test_a_deleted_signal_leaves_its_interactions_to_the_next_one():
    general = SignalFactory(key="any", kind="page_view")
    pricing = SignalFactory(key="pricing", kind="page_view", path="/pricing")
    interaction = InteractionFactory(kind="page_view", path="/pricing", signal=pricing)

    signals.delete(pricing, now=MONDAY)

    interaction.refresh_from_db()
    interaction.contact.refresh_from_db()
    assert (interaction.signal, interaction.contact.revision) == (general, 2)


def test_matching_at_intake_and_later_agree():
    SignalFactory(key="any", kind="page_view")
    SignalFactory(key="pricing", kind="page_view", path="/pricing", is_prefix=True)
    paths = ["/pricing", "/pricing/eu", "/jobs", ""]
    for number, path in enumerate(paths):
        intake.record(
            event_id=str(number), kind="page_view", occurred_at=MONDAY, now=MONDAY, email="a@firma.de", path=path
        )
    before = list(Interaction.objects.order_by("id").values_list("signal__key", flat=True))
    Interaction.objects.update(signal=None)

    for signal in Signal.objects.all():
        signals.save(signal, now=MONDAY)

    assert list(Interaction.objects.order_by("id").values_list("signal__key", flat=True)) == before
