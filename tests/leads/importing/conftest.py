"""Commands that import, as scripts call them."""

import io
import json

import pytest
from django.core.management import call_command


@pytest.fixture
def command(tmp_path, settings):
    """Run an import command on a text; returns its JSON report."""
    settings.VAR_DIR = tmp_path / "var"

    def command(name, text, *options, file="export.csv"):
        path = tmp_path / file
        path.write_text(text, encoding="utf-8")
        out = io.StringIO()
        call_command(name, str(path), *options, "--json", stdout=out)
        return json.loads(out.getvalue().splitlines()[-1])

    return command


@pytest.fixture
def people(command):
    """Three people with open leads: c1 ada, c2 ben, c3 cleo."""
    command(
        "import_leads",
        "Record ID,Email,Create Date\nc1,ada@berg.example,2026-01-01\nc2,ben@cox.example,2026-01-01\n"
        "c3,cleo@dahl.example,2026-01-01\n",
        "--source",
        "CRM",
    )
