# Every chore of the project. `make` alone prints them.
# Each line after `##` is what a person reads there.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# What set-up brought comes before what the machine has.
export PATH := $(CURDIR)/.venv/bin:$(CURDIR)/node_modules/.bin:$(PATH)

PACKAGES := schemas client_sync server tools tests

# How many processes share the tests, a file at a time; `pytest` alone uses one.
TEST_PROCESSES ?= 2

.PHONY: help setup run test lint style types contracts bench lab clean \
        fmt tests-ts tests-py vectors messages screenshots lock browsers

# Every chore works on a fresh clone; where all is there, set-up takes a fraction of a second.
lint style types contracts fmt tests-ts tests-py lab vectors messages: setup

help:
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

setup: ## bring Python and npm packages, compile messages, build the phone app and the desk pages
	@tools/setup.sh

run: setup ## start relay, phone app and desk on this machine (DEMO=1: with a demonstration desk)
	@exec python -m server up $(if $(filter 1,$(DEMO)),--demo)

test: setup lint tests-ts tests-py ## set up, check everything that needs no run, then run every test

lint: style types contracts ## style, types and import contracts, Python and TypeScript

bench: setup ## measure intake, opening and sealing beside yardsticks, in one table
	@python -m tests.bench

lab: setup ## run the link laboratory (LAB="L0 W30" SUBJECTS=tocsin SEEDS=5 JOBS=8 QUICK=1 FRESH=1)
	@python -m tools.lab $(LAB) $(if $(SUBJECTS),--subjects $(SUBJECTS)) $(if $(SEEDS),--seeds $(SEEDS)) \
	  $(if $(JOBS),--jobs $(JOBS)) $(if $(filter 1,$(QUICK)),--quick) $(if $(filter 1,$(FRESH)),--fresh)

clean: ## remove what was built and installed here; var/, which may hold reports, stays
	@rm -rf .venv node_modules .stamps .cache .ruff_cache .hypothesis build test-results \
	  client_sync/phone/dist server/desk/static/dist
	@find schemas client_sync server tools tests -name __pycache__ -type d -prune -exec rm -rf {} +

fmt: ## format Python and TypeScript
	@ruff check --quiet --fix-only . ; ruff format --quiet . ; biome check --colors=off --write --log-level=warn .

style: ## ruff and biome
	@ruff check --quiet .
	@ruff format --quiet --check .
	@biome ci --colors=off --error-on-warnings --log-level=warn .

types: ## mypy strict and tsc strict
	@mypy --no-error-summary
	@node tools/check_types.mjs

contracts: ## who may import whom
	@lint-imports --no-logo --cache-dir .cache/importlinter

tests-ts: ## TypeScript tests
	@node tools/run_ts_tests.mjs

tests-py: ## Python tests: unit, vectors, fuzz, faults, privacy, contract, browser
	@pytest -n $(TEST_PROCESSES) --dist loadfile

vectors: ## make the test vectors anew; the difference should be empty
	@python -m tools.make_vectors

messages: ## gather the sentences of desk and phone into translations/, then compile them
	@python -m tools.extract_messages
	@python -m tools.compile_messages

screenshots: setup ## take the pictures in docs/ anew
	@python -m tools.take_screenshots

lock: ## pin requirements/*.in anew, with hashes
	@tools/lock.sh

browsers: ## try again to install the browsers that the browser tests drive
	@rm -f .stamps/*-tried ; tools/setup.sh
