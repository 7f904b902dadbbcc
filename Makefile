# The commands of the README. `make run` and `make test` need Python 3.11+ and make, nothing else.
PYTHON ?= python3
PORT ?= 7860
N ?= 5000
KILLS ?= 200
BIN := .venv/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
INSTALL = $(BIN)/python -m pip install --disable-pip-version-check --no-compile --constraint constraints.txt
# What pip itself does on one core: compiled at its first import, a package may print warnings. Some templates cannot be
# compiled. A third of all that comes is tests, and models of which one or two are ever loaded: they are left out.
COMPILE = $(BIN)/python -W ignore -m compileall -qq -j 0 -x '[\\/](tests|transformers[\\/]models)[\\/]' .venv || true

.PHONY: run test ask index docs bundle coverage fuzz crash

run: index
	@echo 'The page stays open until Ctrl+C. For the qa command, in another terminal: . $(BIN)/activate'
	$(BIN)/qa serve --index indexes/seeds --port $(PORT)

# The question goes by the environment: neither make nor the shell may run what somebody writes in it.
unexport Q
ask: export QUESTION := $(value Q)
ask: index
	@$(BIN)/qa ask --index indexes/seeds -- "$$QUESTION"

index: .venv/installed
	@$(BIN)/qa index seeds --into indexes/seeds >&2

test: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest --numprocesses auto --dist worksteal

docs: .venv/installed-dev
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

# All that an installation without a network needs, for machines of this kind and this version of Python.
bundle: .venv/installed
	rm -rf build/qa-offline build/qa-offline.zip
	$(BIN)/python -m pip wheel --disable-pip-version-check --constraint constraints.txt --wheel-dir build/qa-offline/wheels .
	cp deploy/INSTALL.txt LICENSE build/qa-offline
	cd build && ../$(BIN)/python -m zipfile --create qa-offline.zip qa-offline

coverage: .venv/installed-dev
	$(BIN)/coverage run -m pytest --numprocesses auto --dist worksteal
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

fuzz: .venv/installed-dev
	$(BIN)/python -m eval fuzz --count $(N)

crash: .venv/installed-dev
	PYTHONPATH=. $(BIN)/python tests/crash.py --kills $(KILLS)

.venv/created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "qa needs Python 3.11 or newer: make PYTHON=python3.11")'
	$(PYTHON) -m venv .venv
	@touch $@

.venv/installed: .venv/created pyproject.toml constraints.txt
	@echo 'Setting up .venv. The first time, fetching packages takes some minutes.'
	$(INSTALL) torch
	$(INSTALL) --editable .
	@$(COMPILE)
	@touch $@

.venv/installed-dev: .venv/installed
	$(INSTALL) --editable '.[dev]'
	@$(COMPILE)
	@touch $@
