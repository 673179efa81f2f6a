"""How tests bring a lead about and read its page."""

import re
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from leads.models import Contact, Signal
from scoring import rescoring
from scoring.models import Score
from tests.factories import InteractionFactory


def did(lead, key, *, days_ago=0, **values):
    signal = Signal.objects.get(key=key)
    at = timezone.now() - timedelta(days=days_ago)
    Contact.objects.filter(pk=lead.contact_id).update(revision=lead.contact.revision + 1)
    lead.contact.refresh_from_db()
    return InteractionFactory(
        contact=lead.contact, signal=signal, kind=signal.kind, occurred_at=at, day=timezone.localdate(at), **values
    )


def scored(*leads):
    rescoring.rescore_all_stale(now=timezone.now())
    return [Score.objects.get(lead=lead) for lead in leads]


def read(client, user, lead, query=""):
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client.get(reverse("lead", args=[lead.pk]) + query)


def text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))
