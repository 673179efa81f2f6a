import pytest
from django.urls import reverse

from leads.enums import InteractionKind
from leads.models import CustomField, Interaction, Signal
from tests.factories import InteractionFactory, people

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def maja(client):
    """The marketer, signed in."""
    found = people()["maja"]
    client.force_login(found)
    return found


def _fields(**values):
    empty = {"asset": "", "path": "", "product": "", "campaign": "", "needs": ""}
    return empty | {"key": "roi", "name": "ROI calculator", "kind": InteractionKind.PAGE_VIEW} | values


def test_a_new_signal_reads_past_interactions_anew(client):
    seen = InteractionFactory(kind=InteractionKind.PAGE_VIEW, path="/roi")
    revision = seen.contact.revision

    page = client.post(reverse("admin:leads_signal_add"), _fields(path="/roi"), follow=True)

    assert Interaction.objects.get().signal == Signal.objects.get(key="roi")
    seen.contact.refresh_from_db()
    assert seen.contact.revision > revision
    assert "1 past interaction is read differently now" in page.text


def test_a_signal_that_the_live_scorecard_counts_is_not_deleted(client):
    signal = Signal.objects.get(key="whitepaper")

    answer = client.post(reverse("admin:leads_signal_delete", args=[signal.pk]), {"post": "yes"})

    assert answer.status_code == 403
    assert Signal.objects.filter(pk=signal.pk).exists()


def test_an_unused_signal_is_deleted(client):
    signal = Signal.objects.get(key="call")

    client.post(reverse("admin:leads_signal_delete", args=[signal.pk]), {"post": "yes"})

    assert not Signal.objects.filter(pk=signal.pk).exists()


def test_the_list_says_how_many_live_rules_count_a_signal(client):
    page = client.get(reverse("admin:leads_signal_changelist"), {"q": "whitepaper"})

    (signal,) = page.context["cl"].result_list
    assert signal.live_rules == 1


def _custom(**values):
    return {
        "entity": "contact", "key": "budget", "label": "Budget", "type": "number", "known_at": "intake", "choices": "",
    } | values  # fmt: skip


def test_a_custom_field_is_declared_and_its_type_stays(client):
    client.post(reverse("admin:leads_customfield_add"), _custom())
    field = CustomField.objects.get()

    client.post(reverse("admin:leads_customfield_change", args=[field.pk]), _custom(label="Yearly budget", type="text"))

    field.refresh_from_db()
    assert (field.label, field.type) == ("Yearly budget", "number")


@pytest.mark.parametrize("values", [{"key": "Budget!"}, {"type": "choice"}, {"label": ""}])
def test_a_faulty_custom_field_is_not_declared(client, values):
    page = client.post(reverse("admin:leads_customfield_add"), _custom(**values))

    assert page.status_code == 200
    assert not CustomField.objects.exists()


def test_choices_are_written_one_per_line(client):
    client.post(reverse("admin:leads_customfield_add"), _custom(type="choice", choices="small\n large \nsmall\n"))

    assert CustomField.objects.get().choices == ["small", "large"]
