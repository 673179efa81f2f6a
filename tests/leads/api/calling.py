"""Calling the API as a program does."""

import json

from django.test import Client
from django.utils import timezone

from leads import apikeys
from leads.models import ApiKey
from tests.factories import SourceFactory

ROOT = "/api/v1"


class Program:
    """A program with a key, by default one that has every scope and no team."""

    def __init__(self, *scopes, **changes):
        given = {"name": "Shop", "source": SourceFactory(), "now": timezone.now()} | changes
        self.row, self.key = apikeys.create(**given, scopes=scopes or apikeys.Scope.values)
        self._client = Client(raise_request_exception=True)

    def get(self, path, **query):
        return self._client.get(ROOT + path, query, HTTP_AUTHORIZATION=f"Bearer {self.key}")

    def send(self, method, path, body, **headers):
        """Headers by their names in lower case, with underscores: `if_match`, `idempotency_key`."""
        if not isinstance(body, str | bytes):
            body = json.dumps(body)
        extra = {f"HTTP_{name.upper()}": value for name, value in headers.items()}
        return self._client.generic(
            method, ROOT + path, body, "application/json", HTTP_AUTHORIZATION=f"Bearer {self.key}", **extra
        )

    def post(self, path, body, **headers):
        return self.send("POST", path, body, **headers)

    def patch(self, path, body, **headers):
        return self.send("PATCH", path, body, **headers)

    @property
    def stored(self):
        return ApiKey.objects.get(pk=self.row.pk)
