# The front door: make help. Everything it calls is idempotent.
PORT ?= 8000
HOST ?= 127.0.0.1
DATA_DIR ?= ./data
UV ?= uv
OCR ?=
export DATA_DIR OCR
BIN := .venv/bin

# What is compiled is kept, whatever the environment says: to rewrite the asserts of all tests takes a third of a test process's start.
unexport PYTHONDONTWRITEBYTECODE

.NOTPARALLEL:
.DEFAULT_GOAL := help
.PHONY: help setup run test quick lint types bench described diagram image bundle roots sbom lock clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## set up all that the program and its tests need, and stop there
	@bash docker/setup.sh test

run: ## set up what is missing, then serve the sample office (PORT=8000 HOST=127.0.0.1 DATA_DIR=./data; OCR=yes: reads scans too, 400 MB)
	@bash docker/setup.sh run
	@$(BIN)/gongkai demo
	@exec $(BIN)/gongkai serve --host $(HOST) --port $(PORT)

test: setup lint types ## set up what is missing, then check the code and run all tests
	@$(BIN)/python -m pytest

quick: ## while you work, a minute or so (100 s of processor on two cores): ruff, the law, all stories, the JSON API and a sample of the stories over it; on SQLite
	@$(BIN)/ruff check .
	@$(BIN)/python -m pytest -m "not slow and not postgres" tests/workflow tests/db tests/api tests/test_*.py

lint: ## ruff, and the directions of imports
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports

types: ## mypy, strict
	@$(BIN)/mypy

bench: ## the speed figures, one program after the other
	@for program in tests/bench/bench_*.py; do echo "== $$program"; $(BIN)/python -m $$(basename -s .py $$program | sed 's/^/tests.bench./') || exit 1; done

described: ## the JSON API against its own description, by schemathesis: twelve thousand requests, some minutes
	@$(BIN)/python -m tests.described

diagram: ## draw the procedure into README.md from its table, the rooms into CONTRIBUTING.md from the imports
	@$(BIN)/python -m tests.diagram

image: ## the Dockerfile without an engine: its steps in a clean folder, then its command and health check
	@$(BIN)/python -m tests.docker_steps

bundle: ## one file that installs the program on a machine without a network, of this Debian release (docker/bundle.sh)
	@bash docker/bundle.sh

roots: ## both commands of the README in bare Debian 12 and 13, with their minutes (as root, with debootstrap)
	@bash docker/roots.sh

sbom: ## what the program is made of, with licences and digests, as CycloneDX JSON: make -s sbom >sbom.json
	@$(BIN)/python -m tests.sbom

lock: ## renew the lock files from pyproject.toml (needs uv)
	@$(UV) pip compile $(LOCKING) --extra install pyproject.toml -o requirements.lock
	@$(UV) pip compile $(LOCKING) --extra install --extra ocr -c requirements.lock pyproject.toml -o docker/ocr.lock
	@$(UV) pip compile $(LOCKING) --extra install --extra sign -c requirements.lock pyproject.toml -o requirements-sign.lock
	@$(UV) pip compile $(LOCKING) --extra install --extra sign --extra test -c requirements-sign.lock pyproject.toml -o requirements-test.lock

# --no-header, --no-annotate: no address and no machine's path gets into the files. Wheels only.
LOCKING := --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --only-binary :all:

clean: ## remove what the set-up and the tools made (never data/)
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis letters/fonts api/pages/shared/static/vendor tests/vendor
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
