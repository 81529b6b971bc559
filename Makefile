# gridplan: every target is one line of `make help`.
SHELL := /bin/bash
# The distribution's own Python where there is one: built with profiles, it is a quarter quicker than one that pyenv builds.
PYTHON ?= $(firstword $(wildcard /usr/bin/python3.13 /usr/bin/python3.12 /usr/bin/python3.11) python3)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PORT ?= 8000
PYTEST_ARGS ?=
BOTH_CORES := -n 2 --dist loadfile --no-loadscope-reorder
.DEFAULT_GOAL := help
.PHONY: help install lint types test test-postgres check bench bench-planning bench-extras bench-books bench-ground bench-field bench-service soak demo scale-demo serve lock screenshots browser clean

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

install: $(STAMP)  ## make .venv, install the locked packages, build the front-end assets

# Two steps: pip refuses an editable project together with --require-hashes, and build isolation would fetch Node again.
$(STAMP): requirements.lock pyproject.toml package-lock.json hatch_build.py
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || python3 -m venv --clear $(VENV) || { rm -rf $(VENV); echo "需要 Python ≥ 3.11 与 venv（Debian：apt-get install python3-venv）/ Python >= 3.11 with venv is needed"; exit 1; }
	@$(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python ≥ 3.11 is needed / 需要 Python ≥ 3.11"; exit 1; }
	@if command -v uv >/dev/null; then VIRTUAL_ENV=$(VENV) uv pip install -q --require-hashes -r requirements.lock && VIRTUAL_ENV=$(VENV) uv pip install -q --no-deps --no-build-isolation -e .; \
	else $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock && $(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .; fi
	@echo "正在编译求解器（只此一次，约一分钟）/ compiling the solver, once, about a minute"; $(BIN)/python -m gridplan.routing.warm
	@touch $(STAMP)

lint: $(STAMP)  ## ruff: style and common faults
	$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: $(STAMP)  ## mypy --strict
	$(BIN)/mypy

browser: $(STAMP)
	@$(BIN)/python -m tests.browser.setup

test: $(STAMP) browser  ## every test, the browser ones included
	$(BIN)/python -m pytest $(BOTH_CORES) $(PYTEST_ARGS)

test-postgres: $(STAMP)  ## the tests that use a database, on a private PostgreSQL 15 with PostGIS; installs Debian's packages
	@$(BIN)/python -m tests.postgres
	$(BIN)/python -m pytest $(BOTH_CORES) --database postgres tests/store tests/jobs tests/services $(PYTEST_ARGS)

check: lint types test  ## lint, types and tests

bench: $(STAMP)  ## print speed tables (never a test)
	$(BIN)/python -m tests.bench

bench-planning: $(STAMP)  ## plans against OR-Tools, PyVRP and VROOM at equal CPU seconds; resumes
	$(BIN)/python -m tests.bench.planning --json $(or $(OUT),docs/bench/planning.jsonl) $(ARGS)

bench-books: $(STAMP)  ## coverage of 100,000 sites as of any time, reports in four formats; resumes
	$(BIN)/python -m tests.bench.books --json $(or $(OUT),docs/bench/books.jsonl) $(ARGS)

bench-extras: $(STAMP)  ## the promises beside the table of peers: the rule by team, replans, gaps, whole folders; resumes
	$(BIN)/python -m tests.bench.extras --json $(or $(OUT),docs/bench/extras.jsonl) $(ARGS)

bench-ground: $(STAMP)  ## addresses, screening, grids and roads: figures beside their targets; resumes
	$(BIN)/python -m tests.bench.ground --json $(or $(OUT),docs/bench/ground.jsonl) $(ARGS)

bench-field: $(STAMP) browser  ## phones without network: 500 results through cuts and closed tabs, first load on 3G
	$(BIN)/python -m tests.bench.field --json $(or $(OUT),docs/bench/field.jsonl) $(ARGS)

bench-service: $(STAMP)  ## pages, a thousand inspectors, kills of servers and workers: figures beside their targets; resumes
	$(BIN)/python -m tests.bench.service --json $(or $(OUT),docs/bench/service.jsonl) $(ARGS)

soak: $(STAMP)  ## the kills and the load of bench-service alone, once more
	$(BIN)/python -m tests.bench.service --only kill-workers,kill-server,load --again --json $(or $(OUT),docs/bench/service.jsonl) $(ARGS)

demo: $(STAMP)  ## invent a district, plan it, serve it on http://127.0.0.1:$(PORT)
	$(BIN)/python -m web.demo --port $(PORT)

scale-demo: $(STAMP)  ## many machines on one: Redis, PostgreSQL, two workers, granian; 20 invented districts planned side by side
	$(BIN)/python -m tests.scale_demo $(ARGS)

serve: $(STAMP)  ## serve the database named by GRIDPLAN_DB (default var/gridplan.db)
	$(BIN)/python -m web --port $(PORT)

screenshots: $(STAMP) browser  ## make the README's pictures anew
	$(BIN)/python -m tests.browser.screenshots

lock: $(STAMP)  ## resolve the dependencies anew into requirements.lock
	uv pip compile pyproject.toml --extra web --extra dev --extra bench --extra online --extra postgres --extra scale --extra report --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header -o requirements.lock

clean:  ## remove what was made, the environment too
	rm -rf $(VENV) node_modules gridplan/maps/vendor tests/browser/vendor geodata/demo geodata/demo.truth.csv var out
