# Everything here sets itself up: a fresh machine needs Python 3.11 or newer and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO := $(CURDIR)/.demo
S3ECS := S3ECS_LOCAL_DIR=$(DEMO) PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/s3ecs --local

.PHONY: check format lint types test demo bench clean

$(VENV)/.ready: pyproject.toml
	$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("s3ecs needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

## check: what has to be true of every commit
check: format lint types test

format: $(VENV)/.ready
	$(BIN)/ruff format --check --quiet .

lint: $(VENV)/.ready
	$(BIN)/ruff check --quiet .

types: $(VENV)/.ready
	$(BIN)/mypy

test: $(VENV)/.ready
	$(BIN)/python -m pytest

## demo: a file lands in a bucket, a program runs with its key, without an AWS account
demo: $(VENV)/.ready
	$(S3ECS) up --yes
	$(S3ECS) test-upload target/test.csv
	$(S3ECS) test-upload hoge/test.csv --expect-none
	$(S3ECS) status
	$(S3ECS) down --yes --delete-data --confirm go-batch
	$(S3ECS) local stop

## bench: speed, as ratios and counts
bench: $(VENV)/.ready
	$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV) $(DEMO) .mypy_cache .ruff_cache .pytest_cache .hypothesis
