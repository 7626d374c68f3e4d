# Every target makes .venv if it is missing, and uses it. Nothing else needs to be installed but Python 3.11 or newer.
.PHONY: help setup demo demo-oracle test test-containers check lock bench scale clean

DEMO ?= demo
DEMO_ORACLE ?= demo-oracle
TEST_WORKERS ?= auto

help:  ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST)

setup: .venv/.ready  ## make .venv with everything in it

.venv/.ready: requirements.lock pyproject.toml adapters/csv/pyproject.toml adapters/oracle/pyproject.toml scripts/setup
	@sh scripts/setup

demo: setup  ## run the main job on an example company; ends by naming the report
	@rm -rf "$(DEMO)"
	@.venv/bin/erp-ar demo --dir "$(DEMO)"

demo-oracle: setup  ## run the main job against a stand-in for Oracle; ends by naming the report
	@rm -rf "$(DEMO_ORACLE)"
	@.venv/bin/python scripts/demo_oracle.py "$(DEMO_ORACLE)"

test: setup  ## run the tests; what a test needs and the machine lacks is skipped and named
	@.venv/bin/python -m pytest -n $(TEST_WORKERS) --dist worksteal $(TESTS)

test-containers: setup  ## run the tests of databases on containers: Oracle and PostgreSQL, where a Docker engine answers
	@.venv/bin/python -m pytest -n 2 --oracle=container --postgresql=container -m "oracle or postgresql" $(TESTS)

check: setup  ## lint, formatting, types
	@sh scripts/check

lock: setup  ## pin every package anew from the pyproject.toml files
	@sh scripts/lock

bench: setup  ## time snapshot to plan against bare SQL; see benchmarks/README.md
	@.venv/bin/python benchmarks/snapshot_to_plan.py

scale: setup  ## ten million schedules: sync, queries, changes, a year's replay; takes half an hour
	@.venv/bin/python benchmarks/scale.py

clean:  ## remove what the targets made
	rm -rf .venv "$(DEMO)" "$(DEMO_ORACLE)" .pytest_cache .mypy_cache .ruff_cache .hypothesis
