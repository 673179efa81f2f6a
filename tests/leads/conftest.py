"""What several tests of `leads` share."""

import pytest

from leads import importing
from leads.importing import Options
from tests.factories import MONDAY


@pytest.fixture
def load(tmp_path, settings):
    """Import rows of text; keyword arguments are those of `Options` and `importing.run`."""
    settings.VAR_DIR = tmp_path / "var"

    def load(text, *, now=MONDAY, team="", source="", is_dry_run=False, **options):
        path = tmp_path / "leads.csv"
        path.write_text(text, encoding="utf-8")
        return importing.run(path, Options(**options), team=team, source=source, is_dry_run=is_dry_run, now=now)

    return load
