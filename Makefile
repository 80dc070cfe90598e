# The commands of qbench. Needed beforehand: Python 3.11, git, make.
#   make verify        decide every claim            make test      run every test
#   PIP_ARGS="..."     passed to pip, for example to name an index with a CPU build of torch
#   PYTHON=python3.12  another interpreter

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
STORE ?= $(or $(QBENCH_STORE),.qbench/results.sqlite)
TIER ?= standard
PYTEST_ARGS ?=

# Thread pools of one: thread counts change bits, and two pools in one process cost more than they give.
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1
export MKL_NUM_THREADS := 1

.DEFAULT_GOAL := help
.PHONY: help install install-dev verify test browser lint types bench-quick bench history peers bands verdicts rule soak nightly clean

help: ## List the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

# The stamps make a second call install nothing; a changed pyproject or constraints file installs again.
$(VENV)/.runtime: pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 is needed: install it, or name it with PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --quiet $(PIP_ARGS) --constraint constraints.txt --upgrade pip
	$(PIP) install --quiet $(PIP_ARGS) --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime
	$(PIP) install --quiet $(PIP_ARGS) --constraint constraints.txt --group dev
	@touch $@

install: $(VENV)/.runtime ## Make .venv and install qbench with the pinned constraints
install-dev: $(VENV)/.dev ## The same, with what tests, lint and types need

verify: $(VENV)/.runtime ## Decide every claim at tier standard; the report goes to report/
	$(BIN)/qbench verify --tier $(TIER) --store $(STORE) --report report

test: $(VENV)/.dev ## Run every test: units, properties, proofs, oracles, claims at tier fast, benchmarks once
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile $(PYTEST_ARGS)
	$(MAKE) --no-print-directory bench-quick

browser: $(VENV)/.dev ## Open the report in headless Chromium: links, overflow, contrast; pictures go to report/screenshots
	QBENCH_STORE=$(STORE) $(BIN)/qbench report --out report
	QBENCH_SITE=report QBENCH_SCREENSHOTS=report/screenshots $(BIN)/python -m pytest tests/browser
	$(BIN)/python -m pytest tests/browser

lint: $(VENV)/.dev ## Ruff, its formatter, and the floors of the house
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo

types: $(VENV)/.dev ## The strict type checker
	$(BIN)/mypy

bench-quick: $(VENV)/.dev ## Run every benchmark once, saving nothing
	ASV_PYTHONPATH= $(BIN)/python -m tests.benchmarks.quick

bench: $(VENV)/.dev ## Measure this commit into the performance history below .asv
	$(BIN)/asv machine --yes
	$(BIN)/asv run HEAD^!

history: $(VENV)/.dev ## Publish the performance history measured so far and serve it on a local page
	$(BIN)/asv publish
	$(BIN)/asv preview

peers: $(VENV)/.dev ## Compare values and times with the engines a user would pick instead; writes the README's table
	mkdir -p .benchmarks
	$(BIN)/python -m pytest tests/peers --benchmark-enable --benchmark-json=.benchmarks/peers.json
	$(BIN)/python -m tests.peers.table .benchmarks/peers.json README.md

bands: $(VENV)/.runtime ## Write reproductions/bands.lock, after a reason for what moved stands in CHANGELOG.md
	$(BIN)/python -m qbench.evidence.bands_lock

verdicts: $(VENV)/.runtime ## Write the verdicts on record into the README
	$(BIN)/python -m qbench.evidence.verdict_table README.md

rule: $(VENV)/.runtime ## Measure the verdict rule on synthetic claims; prints the table in docs/rule.md
	$(BIN)/python -m qbench.evidence.calibration

soak: $(VENV)/.dev ## Every fault that a run must survive, twenty times each; prints the table in docs/survival.md
	QBENCH_SOAK=20 $(BIN)/python -m pytest tests/survival

nightly: $(VENV)/.dev ## Many more hypothesis examples, and every claim at tier standard
	HYPOTHESIS_PROFILE=nightly $(BIN)/python -m pytest --numprocesses 2 --dist loadfile --qbench-tier standard

clean: ## Remove .venv, the store, reports and caches
	rm -rf $(VENV) .qbench report build dist .asv .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
