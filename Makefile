# Everything a person or a machine does with this repository. `make help` lists it.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

HOST ?= 127.0.0.1
PORT ?= 8000
TEST_WORKERS ?= 3
TESTS ?= tests

VENV := .venv
BIN := $(VENV)/bin
LINT := tools/openapi-lint
SPECIFICATION := openapi/openapi.json
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq --no-input

# The first Python that is new enough; PYTHON=/path/to/python overrules it.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && \
	echo "$$python" && break; done)

.PHONY: help
help: ## list what make can do
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

# ---------------------------------------------------------------- set-up

# Stamps carry what .venv was made from; each is redone when its source is newer.
$(VENV)/.runtime: requirements.lock requirements-build.lock
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; PYTHON=/path/to/python names one" >&2; exit 1; }
	@echo "making $(VENV) from the lock (about half a minute with a warm package cache)"
	@"$(PYTHON)" -m venv --clear $(VENV) || { echo "this Python cannot make a virtual environment (on Debian: python3-venv)" >&2; exit 1; }
	@$(PIP) install --require-hashes -r requirements.lock -r requirements-build.lock
	@touch $@

$(VENV)/.installed: $(VENV)/.runtime pyproject.toml app/__init__.py
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m app.prognosis.engine.compiled
	@touch $@

$(VENV)/.tested: $(VENV)/.installed requirements-dev.lock
	@echo "adding the development tools from the lock"
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

.PHONY: install
install: $(VENV)/.installed ## make .venv with what the service needs

.PHONY: develop
develop: $(VENV)/.tested ## the same with the development tools

# ---------------------------------------------------------------- run

.PHONY: run
run: install ## set up, fill the embedded database with the demo, serve on HOST:PORT
	@PROGNOSIS_PUBLIC_URL="$${PROGNOSIS_PUBLIC_URL:-http://$(HOST):$(PORT)}"; export PROGNOSIS_PUBLIC_URL; \
	$(BIN)/prognosis migrate && $(BIN)/prognosis demo && \
	exec $(BIN)/prognosis serve --host $(HOST) --port $(PORT)

# ---------------------------------------------------------------- test

.PHONY: test
test: develop ## every test but the long sweeps, PostgreSQL included (TESTS=path for some)
	@$(BIN)/python -m pytest -n $(TEST_WORKERS) $(TESTS)

.PHONY: soak
soak: develop ## the long sweeps
	@$(BIN)/python -m pytest -n $(TEST_WORKERS) -m soak $(TESTS)

.PHONY: bench
bench: develop ## requests per second beside a bare twin
	@$(BIN)/python -m benchmarks

.PHONY: bench-fits
bench-fits: develop ## the fit beside R, lifelines and others (needs R with its package survival)
	@$(BIN)/python -m benchmarks.fits

.PHONY: bench-messages
bench-messages: develop ## HL7 v2 over MLLP beside a bare receiver of python-hl7
	@$(BIN)/python -m benchmarks.messages

.PHONY: bench-refits
bench-refits: develop ## refits of up to a million stored patients beside R and lifelines (needs R)
	@$(BIN)/python -m benchmarks.end_to_end

# ---------------------------------------------------------------- check

# The tests come last, so that their summary is what is read.
.PHONY: check
check: lint types imports docstrings openapi-drift openapi-lint image ## all that must hold before a commit
	@$(MAKE) --no-print-directory test

.PHONY: format
format: develop ## rewrite the sources as the formatter wants them
	@$(BIN)/ruff check --fix --select I --quiet .
	@$(BIN)/ruff format .

.PHONY: lint
lint: develop
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .

.PHONY: types
types: develop
	@$(BIN)/mypy

.PHONY: imports
imports: develop
	@$(BIN)/lint-imports --no-cache

.PHONY: docstrings
docstrings: develop
	@$(BIN)/numpydoc lint $$(find app/prognosis -name '*.py')
	@echo "docstrings of app/prognosis: as numpydoc wants them"

.PHONY: openapi
openapi: install ## write the OpenAPI document anew
	@$(BIN)/prognosis openapi > $(VENV)/openapi.json
	@mkdir -p $(dir $(SPECIFICATION))
	@cp $(VENV)/openapi.json $(SPECIFICATION)

.PHONY: openapi-drift
openapi-drift: install
	@$(BIN)/prognosis openapi > $(VENV)/openapi.json
	@diff -u $(SPECIFICATION) $(VENV)/openapi.json || { echo "the OpenAPI document is stale; make openapi" >&2; exit 1; }
	@echo "$(SPECIFICATION): as the service describes itself"

$(LINT)/node_modules/.installed: $(LINT)/package.json $(LINT)/package-lock.json
	@command -v npm >/dev/null || { echo "make check needs Node.js and npm to lint the OpenAPI document; make test does not" >&2; exit 1; }
	@npm ci --prefix $(LINT) --ignore-scripts --no-audit --no-fund --silent
	@touch $@

.PHONY: openapi-lint
openapi-lint: $(LINT)/node_modules/.installed
	@$(LINT)/node_modules/.bin/spectral lint --ruleset $(LINT)/spectral.yaml --fail-severity error $(SPECIFICATION)
	@REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true \
		$(LINT)/node_modules/.bin/redocly lint --config $(LINT)/redocly.yaml $(SPECIFICATION)

.PHONY: image
image: install ## go through the Dockerfile's build in a clean directory, without Docker
	@$(BIN)/python docker/rehearse.py

# ---------------------------------------------------------------- scan

# Tools of others, which no test needs: each set in an environment of its own, from its own lock.
.venv-%/.installed: requirements-%.lock
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; PYTHON=/path/to/python names one" >&2; exit 1; }
	@"$(PYTHON)" -m venv --clear $(dir $@)
	@$(dir $@)bin/python -m pip --disable-pip-version-check -qq --no-input install --require-hashes -r $<
	@touch $@

.PHONY: scan
scan: develop .venv-scan/.installed sbom ## bandit, our own rules, pinned versions, secrets; writes the SBOM
	@.venv-scan/bin/bandit --quiet --recursive --severity-level medium app migrations docker tools --exclude ./tools/openapi-lint
	@$(BIN)/python -m pytest -q tests/test_rules.py

.PHONY: sbom
sbom: .venv-scan/.installed ## write what the service is made of to dist/sbom.cdx.json (CycloneDX)
	@mkdir -p dist
	@.venv-scan/bin/cyclonedx-py requirements requirements.lock --pyproject pyproject.toml \
		--output-reproducible --of JSON -o dist/sbom.cdx.json 2>/dev/null
	@echo "dist/sbom.cdx.json: what the service is made of"

.PHONY: audit
audit: .venv-scan/.installed ## ask PyPI for published weaknesses of what is pinned (needs the internet)
	@.venv-scan/bin/pip-audit --require-hashes --disable-pip --strict -r requirements.lock

.PHONY: mutants
mutants: develop ## change what decides, one place at a time, and count what the tests notice (AREA=name)
	@$(BIN)/python -m tests.mutants --jobs $(TEST_WORKERS) $(AREA)

.PHONY: attack
attack: develop .venv-attack/.installed ## sqlmap and wapiti against a server of their own
	@PATH="$(CURDIR)/.venv-attack/bin:$$PATH" $(BIN)/python -m tools.attack

# ---------------------------------------------------------------- lock

.PHONY: lock
lock: develop ## resolve the dependencies anew (UPGRADE=--upgrade takes newer versions)
	@sh tools/lock.sh $(UPGRADE)

.PHONY: clean
clean: ## remove what make made; var/ and its database stay
	@rm -rf $(VENV) .venv-scan .venv-attack dist $(LINT)/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
