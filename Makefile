# Everything here sets itself up: a fresh machine needs Python 3.11 or newer and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# Tests and benchmarks start the command hundreds of times: as its users do, they compile it once.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: check format lint types test sweep demo bench clean

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
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

## sweep: every promise of docs/promises.md held whole, a figure each; takes hours, WHAT=kills runs one
sweep: $(VENV)/.ready
	$(BIN)/python -m tests.sweep $(WHAT)

## demo: a file lands in a bucket, a program runs with its key, without an AWS account
demo: export S3ECS_LOCAL_DIR := $(CURDIR)/.demo
demo: export PATH := $(CURDIR)/$(BIN):$(PATH)
demo: $(VENV)/.ready
	s3ecs --local up --yes
	s3ecs --local test-upload target/test.csv
	s3ecs --local test-upload hoge/test.csv --expect-none
	s3ecs --local status
	s3ecs --local down --yes --delete-data --confirm go-batch
	s3ecs local stop

## bench: speed, as ratios and counts; WHAT=memory measures the embedded AWS's memory, which takes eight minutes
bench: $(VENV)/.ready
	$(BIN)/python -m benchmarks $(WHAT)

clean:
	rm -rf $(VENV) .demo .mypy_cache .ruff_cache .pytest_cache .hypothesis
