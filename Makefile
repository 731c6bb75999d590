# What there is to do here. `make` alone lists it.
#
# Every target that needs the environment makes it first (.venv, at the versions of the lock).

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/sh

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
# Tests and examples are checked as well as the package itself.
CODE := src tests scripts examples $(wildcard benchmarks)

# Hundreds of processes are started by the tests and the demonstration; where this is set, as in many
# containers, each of them would compile all of doorlicht again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup demo test lint types unit long explore format bench bench-quick lock docs picture build clean

help: ## List what there is to do
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(READY) ## Put everything into .venv (again, when the lock has changed)

$(READY): requirements.lock pyproject.toml scripts/setup.sh
	@PYTHON="$(PYTHON)" scripts/setup.sh
	@touch $@

demo: $(READY) ## Tell the inquiry of the example ministry, and say where the documents are
	@scripts/demo.sh

# Side by side: the checks of types keep one core busy, and leave the others idle.
test: $(READY) ## Everything that must hold: lint, floors, types, tests
	@$(MAKE) --no-print-directory -j 3 lint types unit

# One process more than there are cores: some tests wait for processes that they started.
unit: $(READY) ## The tests alone, on all cores
	@$(BIN)/pytest -m "not long" -n $$(($$(getconf _NPROCESSORS_ONLN) + 1)) --maxprocesses 8 --dist worksteal

long: $(READY) ## The few tests that take too long for every run; before a release
	@$(BIN)/pytest -n logical --maxprocesses 8 -m long

explore: $(READY) ## The tests of properties, with many newly drawn examples (takes long)
	@HYPOTHESIS_PROFILE=explore $(BIN)/pytest -n logical --maxprocesses 8 -m hypothesis

lint: $(READY) ## Form, spelling, and who may import whom
	@$(BIN)/ruff check $(CODE)
	@$(BIN)/ruff format --check $(CODE)
	@$(BIN)/codespell src docs *.md
	@$(BIN)/lint-imports

types: $(READY) ## Types of src, strictly
	@$(BIN)/basedpyright

format: $(READY) ## Lay out the code, and mend what can be mended
	@$(BIN)/ruff check --fix $(CODE)
	@$(BIN)/ruff format $(CODE)

lock: $(READY) ## Resolve the dependencies anew and write requirements.lock
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
		--all-extras --group dev pyproject.toml -o requirements.lock --no-header --no-annotate \
		$(LOCK_FLAGS)

docs: $(READY) ## Write the pages of docs/ that follow from code and data
	@$(BIN)/python scripts/write_reference.py

picture: $(READY) ## Take the pictures of the reports for the README (needs chromium)
	@$(BIN)/python scripts/take_screenshot.py

bench: $(READY) long ## Accuracy and speed, everything, after the longest tests (takes long)
	@$(BIN)/python -m benchmarks.run

bench-quick: $(READY) ## Accuracy, and speed on small files
	@$(BIN)/python -m benchmarks.run accuracy speed --quick

build: $(READY) ## Make the sdist and the wheel, in dist/
	@rm -rf dist
	@$(BIN)/uv build --no-build-isolation --python $(BIN)/python

clean: ## Remove what was made here, and nothing else
	@rm -rf $(VENV) out dist build .bench .pytest_cache .ruff_cache .hypothesis
	@find src tests scripts examples -name __pycache__ -type d -prune -exec rm -rf {} +
