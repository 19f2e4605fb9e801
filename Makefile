# What a newcomer needs is `make run` and `make test`; `make help` lists the rest.
# Only Python 3.11 or later, make and a package registry within pip's reach are asked for.

# The first interpreter that is recent enough; PYTHON=... chooses another.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$p"; break; }; done)

VENV := .venv
BIN := $(VENV)/bin
WITH_PIP := -m pip --quiet --disable-pip-version-check --no-input
PIP := $(BIN)/python $(WITH_PIP)
ROOMS := workflows domain projections adapters api

# Two workers, each test file whole on one of them: what a file sets up once is set up once. In the order of
# tests/conftest.py, the longest first.
PYTEST_ARGS ?= -n 2 --dist loadfile --no-loadscope-reorder

# A stamp says which lock an environment was made from: as long as it is newer
# than the lock and pyproject.toml, a second run has nothing to do.
RUNTIME := $(VENV)/.stamp-runtime
DEV := $(VENV)/.stamp-dev

# What is only measured against never meets what runs or what is built.
BENCH_VENV := .venv-bench
BENCH_PIP := $(BENCH_VENV)/bin/python $(WITH_PIP)
BENCH := $(BENCH_VENV)/.stamp-bench

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory
.PHONY: help setup run test fuzz audit lint types layers check browser pictures texts bench bench-large lock clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' $(firstword $(MAKEFILE_LIST)) | while IFS='|' read -r name what; do \
		printf '  make %-11s %s\n' "$$name" "$$what"; done

setup: $(DEV) ## the environment in .venv, from the hashed lock, with the tools of development

run: $(RUNTIME) ## set up, fill an empty database with the demonstration, serve it on this machine
	@exec $(BIN)/filrouge serve --demo

# The tests start some hundreds of processes: what one has compiled, the next need not.
test: export PYTHONDONTWRITEBYTECODE :=
test: check browser ## everything that must hold: style, types, layers, tests
	@$(BIN)/python -m pytest $(PYTEST_ARGS)

fuzz: $(DEV) ## send what nobody would think of to the API and to every form (MINUTES=10, SEED=, ON=sqlite, WHAT=forms)
	@$(BIN)/python -m tests.fuzz --minutes $(or $(MINUTES),10) $(if $(SEED),--seed $(SEED)) $(if $(ON),--on $(ON)) \
		$(if $(WHAT),--what $(WHAT))

# The pages are tested in Debian's Chromium, without its windows where that is packaged. Where none is there and it may be
# installed, it is; where it may not, the tests of the pages in a browser are left out, and say so (with CI=true they
# fail instead).
BROWSERS := chromium-headless-shell chromium chromium-browser google-chrome
browser:
	@found() { for name in $(BROWSERS); do command -v "$$name" && return; done; return 1; }; \
	found >/dev/null || { \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
			echo "installing Chromium, in which the pages are tested"; \
			get() { apt-get -qq install --yes --no-install-recommends "$$1"; }; \
			{ get chromium-headless-shell || { apt-get -qq update && get chromium-headless-shell; } || get chromium; } \
				>/dev/null 2>&1 || true; \
		fi; \
	}; \
	found >/dev/null || \
		echo "NO CHROMIUM: the tests of the pages in a browser will not be run" \
			"(Debian: apt-get install chromium-headless-shell)" >&2

pictures: $(DEV) browser ## every page as an image, as wide as a desk and as a telephone, in build/screenshots
	@PICTURES=build/screenshots $(BIN)/python -m pytest -q tests/browser/test_accessibility.py

check: lint types layers

lint: $(DEV) ## style only
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@echo "style ok"

types: $(DEV) ## types only
	@$(BIN)/mypy --no-error-summary
	@echo "types ok"

layers: $(DEV) ## layers only
	@said=$$($(BIN)/lint-imports --no-logo) || { echo "$$said"; exit 1; }
	@echo "layers ok"

texts: $(DEV) ## bring the catalogues of the pages' texts up to the code, and list what is not translated
	@$(BIN)/python -m tests.support.catalogues

bench: $(BENCH) ## the figures that were promised, measured against others (ROWS="rebuild peers": only those)
	@$(BENCH_VENV)/bin/python -m tests.bench $(ROWS)

bench-large: $(BENCH) ## a rebuild of 10 million events against one of a million (EVENTS=, ON=postgresql, PAIRS=)
	@$(BENCH_VENV)/bin/python -m tests.bench.large $(if $(EVENTS),--events $(EVENTS)) $(if $(ON),--on $(ON)) \
		$(if $(PAIRS),--pairs $(PAIRS))

# ---------------------------------------------------------------- environments

$(VENV)/pyvenv.cfg $(BENCH_VENV)/pyvenv.cfg:
	@if [ -z "$(PYTHON)" ]; then echo "Fil Rouge needs Python 3.11 or later (none found; PYTHON=... names one)" >&2; exit 1; fi
	@echo "making $(@D) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv --clear $(@D)

$(RUNTIME): requirements.txt pyproject.toml $(VENV)/pyvenv.cfg
	@echo "installing what Fil Rouge runs on"
	@$(PIP) install --require-hashes --requirement requirements.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV): requirements-dev.txt requirements.txt pyproject.toml $(VENV)/pyvenv.cfg
	@echo "installing what Fil Rouge runs on and is built with"
	@$(PIP) install --require-hashes --requirement requirements-dev.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $(RUNTIME) $@

$(BENCH): requirements-bench.txt pyproject.toml $(BENCH_VENV)/pyvenv.cfg
	@echo "installing what Fil Rouge runs on and is measured against"
	@$(BENCH_PIP) install --require-hashes --requirement requirements-bench.txt
	@$(BENCH_PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

# ---------------------------------------------------------------- locks

# UPGRADE=1 moves to the newest versions; without it only what pyproject.toml asks for changes.
COMPILE = "$$tools/bin/uv" pip compile pyproject.toml --quiet --universal --python-version 3.11 \
	--generate-hashes --no-header --no-config --no-emit-index-url --no-emit-find-links $(if $(UPGRADE),--upgrade)

lock: ## write the three requirements files anew from pyproject.toml (UPGRADE=1: newest)
	@tools=$$(mktemp -d) && trap 'rm -rf "$$tools"' EXIT && \
	$(PYTHON) -m venv "$$tools" && \
	"$$tools/bin/python" -m pip --quiet --disable-pip-version-check install uv && \
	$(COMPILE) --extra build --output-file requirements.txt >/dev/null && \
	$(COMPILE) --extra build --extra parquet --extra test --constraint requirements.txt \
		--output-file requirements-dev.txt >/dev/null && \
	$(COMPILE) --extra build --extra bench --constraint requirements-dev.txt \
		--output-file requirements-bench.txt >/dev/null && \
	echo "locks written"

# Error 1: an advisory is known. Error 3: whoever was asked serves none, and nothing is known. SERVICE=osv asks elsewhere.
audit: $(DEV) ## whether advisories are known against what is locked, by pip-audit in an environment of its own (SERVICE=osv)
	@tools=$$(mktemp -d) && trap 'rm -rf "$$tools"' EXIT && \
	$(PYTHON) -m venv "$$tools" && \
	"$$tools/bin/python" $(WITH_PIP) install pip-audit && \
	$(BIN)/python -m tests.support.audit "$$tools/bin/pip-audit" requirements.txt requirements-dev.txt \
		requirements-bench.txt $(if $(SERVICE),--service $(SERVICE))

clean: ## remove the environments and everything the tools wrote (no data)
	@rm -rf $(VENV) $(BENCH_VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find $(ROOMS) tests -name __pycache__ -type d -prune -exec rm -rf {} +
