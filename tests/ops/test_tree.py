"""What the tree must not contain. One test per refusal, so that the message says what to do."""

import re

from tests.ops.installation import ROOT

APPS = ["config", "leads", "scoring", "nurturing"]
HAND_WRITTEN = {".py", ".html", ".css", ".js", ".toml", ".md", ".txt", ""}
SKIPPED = {".git", ".venv", "var", "build", "node_modules", "__pycache__", "staticfiles", ".hypothesis"}
LONGEST = 400


def files(*folders):
    """Hand-written files of the tree, without what is generated or installed."""
    for top in folders or (".",):
        for path in (ROOT / top).rglob("*"):
            inside = path.relative_to(ROOT)
            if (
                path.is_file()
                and not SKIPPED & set(inside.parts)
                and not any(part.endswith("_cache") for part in inside.parts)
            ):
                yield inside


def test_no_file_is_named_after_nothing():
    nameless = {"utils.py", "helpers.py", "common.py", "misc.py"}

    assert [path for path in files(*APPS, "tests") if path.name in nameless] == []


def test_no_file_is_too_long_to_read_at_once():
    long = {
        str(path): lines
        for path in files(*APPS, "tests", "templates", "static")
        if path.suffix in HAND_WRITTEN
        and "migrations" not in path.parts
        and (lines := len((ROOT / path).read_text(errors="replace").splitlines())) > LONGEST
    }

    assert long == {}


def test_nothing_points_at_one_persons_machine_or_registry():
    local = re.compile(
        r"/wor[k]/|/roo[t]/|/home/[a-z]+/|(?:extra-)?index-url[ =]|find-links[ =]|--trusted-host", re.IGNORECASE
    )
    found = [
        f"{path}: {match.group()}"
        for path in files()
        if path.suffix not in {".png", ".mo", ".ico", ".woff2", ".sqlite3", ".pyc", ".gz", ".br"}
        and path.name not in {"Makefile", "test_tree.py"}
        for match in [local.search((ROOT / path).read_text(errors="replace"))]
        if match
    ]

    assert found == []


def test_templates_bring_no_script_or_style_of_their_own():
    """The Content-Security-Policy refuses them; mail is another matter, there is no style sheet in it."""
    inline = re.compile(
        r"<script(?![^>]*\ssrc=)(?![^>]*application/json)|<style|\sstyle=|\son[a-z]+=[\"']|\shx-", re.IGNORECASE
    )
    tags = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}", re.DOTALL)
    found = [
        f"{path}: {match.group()}"
        for path in files("templates")
        if path.suffix in {".html", ".svg"} and "emails" not in path.parts
        for match in [inline.search(tags.sub("", (ROOT / path).read_text()))]
        if match
    ]

    assert found == []
