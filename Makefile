# The commands of the README. `make run` and `make test` need Python 3.11+ and make, nothing else.
PYTHON ?= python3
PORT ?= 7860
N ?= 5000
KILLS ?= 200
BIN := .venv/bin

.PHONY: run test ask index fuzz crash

run: index
	$(BIN)/qa serve --index indexes/seeds --port $(PORT)

ask: index
	@$(BIN)/qa ask "$(Q)" --index indexes/seeds

index: .venv/installed
	@$(BIN)/qa index seeds --into indexes/seeds >&2

test: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest --numprocesses auto --dist worksteal

fuzz: .venv/installed-dev
	$(BIN)/python -m eval fuzz --count $(N)

crash: .venv/installed-dev
	PYTHONPATH=. $(BIN)/python tests/crash.py --kills $(KILLS)

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "qa needs Python 3.11 or newer: make PYTHON=python3.11")'
	$(PYTHON) -m venv .venv

.venv/installed: .venv/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check torch --constraint constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . --constraint constraints.txt
	@touch $@

.venv/installed-dev: .venv/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]' --constraint constraints.txt
	@touch $@
