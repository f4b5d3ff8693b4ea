# Everything runs from a fresh clone: `make demo`, `make test`. Only git, make, python3 and python3-venv are needed.

SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
JOBS ?= 2
# Several processes share the tests, file by file (tests/together.py); JOBS=0: one process runs them all.
SHARED := -n $(JOBS) --dist loadgroup --no-loadscope-reorder
export UV_PROJECT_ENVIRONMENT := .venv

.PHONY: setup system lint test test-fast matrix kill-matrix presses demo pictures bench bench-tools run wheel upgrade clean

# The virtual environment with what uv.lock says; uv itself comes from PyPI where it is missing.
setup: .venv/ready

.venv/ready: pyproject.toml uv.lock
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv sync --locked --inexact
	touch $@

# The Debian packages that lab and tests call: installed by root, named to everybody else.
system: setup
	.ci/system-packages

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: system lint
	$(BIN)/pytest $(SHARED)

# Without servers and without a browser: what one runs while writing.
test-fast: lint
	$(BIN)/pytest $(SHARED) -m "not server and not browser"

# Every fault at every change of every plan, tried again and given up; `make test` takes a fixed choice of it.
matrix: system
	MATRIX=all $(BIN)/pytest $(SHARED) tests/server/matrix

# The bot killed at every commit of a whole case and of each order of a hosting, before it and after it; `make test` takes a
# few plays on each database.
kill-matrix: system
	KILL=all $(BIN)/pytest -s tests/stories/kills

# What each task costs in presses and messages, counted anew and written into docs/presses.md.
presses: setup
	RENEW_PAGES=1 DATABASES=sqlite $(BIN)/pytest -q tests/unit/conversation/test_presses_per_task.py

demo: system
	$(BIN)/layanan demo

# The pictures of documents and guides anew, from the screens as they are (root; an emoji font: fonts-noto-color-emoji).
pictures: system
	$(BIN)/python -m tests.pictures

bench: system bench-tools
	$(BIN)/python -m tests.bench

# What it measures ours against, beside a shell script.
bench-tools: setup
	$(BIN)/uv sync --locked --inexact --group bench

run: setup
	$(BIN)/layanan run

# What an office installs (docs/operations.md): the program, what it needs by version and hash, its settings, the documents.
DIST ?= dist
wheel: setup
	rm -rf $(DIST)
	$(BIN)/uv build --quiet --wheel --out-dir $(DIST)
	$(BIN)/uv export --quiet --locked --no-dev --no-emit-project --extra postgresql --extra signing --output-file $(DIST)/requirements.txt
	cp .env.example $(DIST)/env.example
	cp -r docs $(DIST)/docs

# An office of the release before is upgraded and taken back, by the commands of docs/operations.md; FROM: its commit or tag.
FROM ?= 1a373c9
upgrade: system
	$(BIN)/python -m tests.upgrade $(FROM)

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache dist
