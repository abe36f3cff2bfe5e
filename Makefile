# One command to see the product, one to check it. `make` alone prints this help.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
# A newer pip than the one that Python brings is not needed, and asking for it would need the network.
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
export PORT

.DEFAULT_GOAL := help
.PHONY: help run reset test lint bench lock vendor clean

help: ## Show the commands
	@awk -F':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.venv/made:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed (set PYTHON=python3.x)")'
	$(PYTHON) -m venv .venv
	@touch $@

.venv/run: .venv/made requirements-run.lock pyproject.toml
	@echo "Installing the locked packages of the product into .venv (about a minute the first time) ..." >&2
	$(PIP) install --require-hashes --only-binary :all: -r requirements-run.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev: .venv/run requirements-dev.lock
	@echo "Installing the locked tools for development into .venv ..." >&2
	$(PIP) install --require-hashes --only-binary :all: -r requirements-dev.lock
	@touch $@

run: .venv/run ## Start the product with its demo data on http://127.0.0.1:$PORT (8000)
	@$(BIN)/tsunagi serve --demo

reset: .venv/run ## Throw the demo data away; the next `make run` starts anew
	@$(BIN)/tsunagi reset --demo

test: .venv/dev ## Lint, types, import contracts and all tests, on both databases
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python scripts/check.py

lint: .venv/dev ## Lint, format check, types and import contracts only
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python scripts/check.py --lint

bench: .venv/dev ## Run one benchmark, JSON out: make bench BENCH=pages
	@$(BIN)/python -m bench $(BENCH)

lock: .venv/dev ## Resolve the dependencies anew into the two lock files
	@scripts/lock

vendor: ## Fetch the vendored browser files again (needs npm)
	@$(PYTHON) scripts/vendor.py

clean: ## Remove the environment and the caches, never data
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
