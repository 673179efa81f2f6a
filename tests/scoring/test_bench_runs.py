"""Every benchmark runs to its end on an engine of its own, at sizes at which its figures say nothing."""

import json
import os
import subprocess
import sys

import pytest

from tests.ops.installation import ROOT

KEYS = {"name", "bound_seconds", "ours_seconds", "ratio", "iqr", "pairs", "verdict", "machine"}
_RUN = """
import json, django
django.setup()
from scoring.bench import {name}, measuring
measuring.PAIRS = 1
print(json.dumps({name}.run(leads=60, interactions=300{more})))
"""


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("rescore", ""),
        ("tick", ""),
        ("report", ""),
        ("board", ", requests=1"),
        ("latency", ", samples=2"),
        ("imports", ""),
    ],
)
def test_it_runs_to_its_end_and_reports_as_agreed(name, more, tmp_path):
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings", "VORSPRUNG_VAR": str(tmp_path)}
    if not environment.get("DATABASE_URL", "").startswith("postgres"):
        environment["DATABASE_URL"] = f"sqlite:///{tmp_path / 'unused.sqlite3'}"

    done = subprocess.run(
        [sys.executable, "-c", _RUN.format(name=name, more=more)],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=200, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert found.keys() >= KEYS
    assert found["name"] in (name, name.removesuffix("s"))
    assert found["verdict"] in ("pass", "fail", "inconclusive")
    assert not found.get("wrong")
