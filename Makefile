# Everything somebody needs: `make demo` to look at Vorsprung, `make test` and `make check` before a commit.

PYTHON ?= python3
PORT ?= 8000
# Tests to run and options for pytest, such as: make test ARGS="tests/scoring -k decay"
ARGS ?=
# Two processes: what the smallest machine we care about has.
JOBS ?= 2

BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest

.PHONY: help setup tools demo test test-services check bench lock translations
.DEFAULT_GOAL := help

help:
	@sed -n 's/^## //p' Makefile

## make demo [PORT=8000]   a believable company to click through: seeds it once, then serves it until Ctrl-C
demo: setup
	@$(BIN)/python manage.py demo --port $(PORT)

## make setup              .venv with what Vorsprung needs to run, exactly as locked
setup:
	@command -v $(PYTHON) >/dev/null || { echo "There is no $(PYTHON). Install Python 3.11 or newer, or name it: make PYTHON=…" >&2; exit 1; }
	@$(PYTHON) config/bootstrap.py requirements.lock

tools: setup
	@$(PYTHON) config/bootstrap.py requirements-dev.lock

## make test [ARGS=…]      the test suite on SQLite
test: tools
	@env -u DATABASE_URL -u REDIS_URL -u VORSPRUNG_REQUIRE_SERVICES $(PYTEST) -n $(JOBS) $(ARGS)

## make test-services      the test suite on PostgreSQL and Redis, which are started for it unless DATABASE_URL/REDIS_URL name some
test-services: tools
	@$(BIN)/python tests/services.py $(PYTEST) -n $(JOBS) $(ARGS)

## make check              everything that can be said about the code without running it
check: tools
	@$(BIN)/python tests/check.py

## make bench NAME=rescore [ARGS=…]  a benchmark, as a ratio to a bare lower bound measured in the same run
bench: setup
	@$(BIN)/python manage.py bench $(NAME) $(ARGS)

## make translations       collect texts into locale/*/LC_MESSAGES/django.po (needs gettext) and compile them
translations: tools
	@$(BIN)/python tests/translations.py

## make lock               write requirements.lock and requirements-dev.lock anew from pyproject.toml
lock: tools
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
		--custom-compile-command "make lock" --output-file requirements.lock pyproject.toml
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
		--custom-compile-command "make lock" --constraint requirements.lock --group dev \
		--output-file requirements-dev.lock pyproject.toml
