# The commands of Fristvagt. `make` alone lists them.

VENV := .venv
BIN := $(VENV)/bin
# by what is in them and not by their dates: sources of a new version may be older than the last setup
READY := $(VENV)/.ready-$(shell cat requirements.lock pyproject.toml | cksum | cut -d ' ' -f 1)
BENCH_READY := $(VENV)/.bench-ready
COMPILED := dist/compiled
# the first of these that is new enough; override with `make PYTHON=/path/to/python3.12 setup`
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$python" && break; done)
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
CASES ?= 400
DAYS ?= 60
SOAK_CASES ?= 1000
SOAK_DAYS ?= 730
BENCH_CASES ?= 1000 10000 100000
BENCH_ENGINE_CASES ?= 10000

.DEFAULT_GOAL := help
.PHONY: help setup demo pictures test test-flows test-others search soak figures faults test-compiled bench performance check wheel wheel-compiled sbom audit runtime-lock clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) ## make .venv with the locked versions and the command `fristvagt`

$(READY):
	@test -n "$(PYTHON)" || { echo "Fristvagt needs Python 3.11 or newer. Install it, or name it: make PYTHON=/path/to/python3 setup" >&2; exit 1; }
	@echo "Setting up $(VENV) with the locked versions; this takes a minute or two the first time."
	@test -x $(BIN)/python || "$(PYTHON)" -m venv $(VENV)
	@$(PIP) install --require-hashes --requirement requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@rm -f $(VENV)/.ready*
	@touch $@

demo: $(READY) ## live two months of an invented municipality; leaves mails and a page in demo/
	@$(BIN)/fristvagt demo --cases $(CASES) --days $(DAYS)

# two halves that take about as long, each with a PostgreSQL of its own: a test waits as much as it works
test: $(READY) ## run all tests, on SQLite and PostgreSQL; it says nothing until half of them are done
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=target test-flows test-others

test-flows: $(READY) ## the half of them that runs the flows
	@$(BIN)/python -m pytest tests/flow

test-others: $(READY) ## the other half: faults, single functions, and the examples in the code
	@$(BIN)/python -m pytest tests/faults tests/unit rules models notifications flows

search: $(READY) ## try what the tests say of all cases with new examples, and many more of them; takes an hour
	@$(BIN)/python -m pytest tests/unit tests/flow tests/faults -m hypothesis --hypothesis-profile searching --timeout 0

soak: $(READY) ## live two years of a thousand cases, day by day (SOAK_CASES, SOAK_DAYS)
	@$(BIN)/python -m pytest tests/faults/test_soak.py --soak $(SOAK_CASES) $(SOAK_DAYS) --figures tests/bench/results/soak.json

figures: $(READY) ## run the fault suite, and write what it cost into the README and docs/promises.md
	@$(BIN)/python -m pytest tests/faults --figures tests/faults/figures.json
	@$(BIN)/python -m tests.faults.promises

test-compiled: wheel-compiled ## run the unit tests on the compiled rules
	@$(BIN)/python -m pytest tests/bench/compiled.py tests/unit --override-ini "pythonpath=$(COMPILED)/unpacked ."

faults: $(READY) ## try the faults that need root, Postfix, a small disk; it says what is missing
	@$(BIN)/python -m pytest tests/faults_machine

bench: $(BENCH_READY) wheel-compiled ## measure the promised speeds, beside other engines
	@$(BIN)/python -m tests.bench.growth --cases $(BENCH_CASES)
	@$(BIN)/python -m tests.bench.engines --cases $(BENCH_ENGINE_CASES)
	@$(BIN)/python -m tests.bench.rules
	@$(BIN)/python -m tests.bench.mails

performance: $(BENCH_READY) ## write docs/performance.md anew from what was measured
	@$(BIN)/python -m tests.bench.report

$(BENCH_READY): $(READY) requirements-bench.lock
	@$(PIP) install --require-hashes --requirement requirements-bench.lock
	@touch $@

pictures: $(READY) ## draw the mails of docs/pictures anew; needs Chromium and requirements-bench.lock
	@$(BIN)/python -m tests.pictures

check: $(READY) ## lint, format, types, arrows, and the rule files against their schema
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/check-jsonschema --schemafile docs/rules.schema.json rules/standards/[0-9]*.yaml

wheel: $(READY) ## build the wheel into dist/
	@$(PIP) wheel --no-deps --no-build-isolation --wheel-dir dist .

# from an archive of the sources: compiled modules beside them would be imported in their place
wheel-compiled: $(READY) ## the same with what decides compiled; needs a C compiler
	@rm -rf $(COMPILED)
	@$(BIN)/python -m hatchling build --target sdist --directory $(COMPILED) >/dev/null
	@HATCH_BUILD_HOOK_ENABLE_MYPYC=true $(PIP) wheel --no-deps --no-build-isolation --wheel-dir $(COMPILED) $(COMPILED)/fristvagt-*.tar.gz
	@$(BIN)/python -m zipfile --extract $(COMPILED)/fristvagt-*.whl $(COMPILED)/unpacked

sbom: $(READY) ## list every library with version and licence in dist/sbom.json (CycloneDX)
	@mkdir -p dist
	@$(BIN)/cyclonedx-py environment --pyproject pyproject.toml --of JSON --output-reproducible -o dist/sbom.json $(BIN)/python

audit: $(READY) ## ask whether a locked version has a known vulnerability
	@$(BIN)/python .ci/audit.py requirements.lock

runtime-lock: $(READY) ## write deploy/requirements.lock: what a container needs of requirements.lock
	@$(BIN)/python deploy/runtime_lock.py

clean: ## remove what the commands above made
	rm -rf $(VENV) demo dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
