# Rapport: `make run` starts it, `make test` proves it. `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help run install install-dev test test-full check types rules format bench docs lock clean assets

help: ## Show what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | \
		awk -F '\t' '{printf "  make %-12s %s\n", $$1, $$2}'

run: install ## Start everything in one process on http://127.0.0.1:8000 (Ctrl-C stops it)
	@RAPPORT_LOG_LEVEL=$${RAPPORT_LOG_LEVEL:-WARNING} exec $(BIN)/crm run --all

install: $(VENV)/.installed assets ## Make .venv from requirements.lock, and take what pages need from npm

install-dev: ## Add what tests and checks need
	@$(MAKE) -j2 --no-print-directory $(VENV)/.installed-dev assets

assets: $(VENV)/.installed
	@scripts/build-assets $(BIN)/python

test: check ## Check, then run the tests on a real RabbitMQ and PostgreSQL
	@scripts/run-tests $(BIN)/python

test-full: check ## The tests and the long figures
	@scripts/run-tests --long $(BIN)/python

check: install-dev ## Lint, format, types, import rules and rules of the house
	@$(MAKE) -j2 --no-print-directory types rules

types:
	@$(BIN)/mypy

rules:
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports
	@$(BIN)/python -m pytest -q tests/architecture

format: install-dev ## Put code into the house's form
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: install-dev ## Print the figures of bench/ as ratios
	@$(BIN)/python -m bench

docs: install-dev ## Write the reference documents from the code
	@$(BIN)/python -m tests.docs.reference

lock: install-dev ## Renew the lock files from requirements*.in and package.json
	@$(BIN)/pip-compile $(COMPILE) -o requirements.lock requirements.in
	@$(BIN)/pip-compile $(COMPILE) -o requirements-dev.lock requirements-dev.in
	@cd gateway/pages && npm install --package-lock-only --omit-lockfile-registry-resolved --silent

clean: ## Remove what was built; data in .rapport stays
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis *.egg-info
	@rm -rf gateway/pages/static/vendor gateway/pages/static/tests

COMPILE := --quiet --generate-hashes --strip-extras --allow-unsafe --no-header \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host

$(VENV)/bin/python:
	@scripts/make-venv $(PYTHON) $(VENV)

$(VENV)/.installed: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing what Rapport needs into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	@echo "Installing what tests and checks need into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --no-compile --require-hashes -r requirements-dev.lock
	@touch $@
