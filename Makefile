.DEFAULT_GOAL := help
.PHONY: help install demo test test-long test-spark coverage test-lowest test-newest fuzz check lint types docs messages

PYTHON ?= python3
# The newest Python that all of constraints.txt has wheels for.
PYTHON_NEWEST ?= python3.14
BIN := .venv/bin
HERE := $(CURDIR)/$(BIN)
INSTALL := pip install --quiet --disable-pip-version-check
PIP := $(BIN)/$(INSTALL) --constraint constraints.txt --editable
SUITE := pytest --numprocesses 2 --dist loadfile -m 'not long and not spark'

# Two cores are enough; threads that spin while they wait would take them from each other.
export OMP_NUM_THREADS ?= 2
export OMP_WAIT_POLICY ?= passive

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: .venv/installed  ## make .venv with everything that winprob needs

demo: .venv/installed  ## simulate a company, train, register and serve on 127.0.0.1:8000
	$(BIN)/winprob demo

test: .venv/tested  ## run the suite, but for the long guarantees
	$(BIN)/$(SUITE)

coverage: .venv/tested  ## the suite, and how much of the code it runs
	$(BIN)/$(SUITE) --cov

test-lowest: build/lowest/installed  ## the suite with the lowest versions that pyproject.toml allows
	build/lowest/bin/$(SUITE)

test-newest: build/newest/installed  ## the suite on the newest Python: PYTHON_NEWEST, python3.14 if left out
	build/newest/bin/$(SUITE)

test-long: .venv/tested  ## run the long guarantees: corruptions at random, real commands, servers and registries
	$(BIN)/pytest --numprocesses 2 --dist loadfile -m long tests

test-spark: .venv/tested  ## the registered model in Spark; needs Java, and 500 MB for Spark
	$(BIN)/pytest -m spark tests

fuzz: .venv/tested  ## the properties alone, on examples drawn anew each time and made small where one fails
	HYPOTHESIS_PROFILE=fuzz $(BIN)/pytest --numprocesses 2 -m hypothesis tests

check: lint types docs  ## all checks but the suite

lint: .venv/checked  ## style, form, and the one direction of imports
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/python .ci/messages.py --check
	$(BIN)/python .ci/tree.py
	cd build/tree && $(HERE)/lint-imports --config ../../pyproject.toml

types: .venv/checked  ## static types
	$(BIN)/python .ci/tree.py
	cd build/tree && $(HERE)/mypy --config-file ../../pyproject.toml

# The docstring of a feature is its definition, that of a verb its help, which users read: they have their own form.
docs: .venv/checked .venv/documented  ## form of the docstrings, and the site of docs/ in build/site, tutorial run
	$(BIN)/numpydoc lint --config . $$(git ls-files 'features/*.py' 'models/*.py' 'training/*.py' 'serving/*.py' ':!features/families') \
		winprob/console.py winprob/csv_rows.py winprob/dask_engine.py winprob/forecaster.py winprob/loading.py winprob/options.py winprob/scored_history.py winprob/table_file.py winprob/terminal.py
	$(BIN)/python .ci/tree.py
	$(BIN)/mkdocs build --strict

messages: .venv/installed  ## bring the catalogues of texts for people up to date with the code
	$(BIN)/python .ci/messages.py

.venv/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(PIP) '.[training,serving]'
	@$(BIN)/python -c 'import lightgbm' || { echo 'LightGBM needs the OpenMP runtime: apt-get install libgomp1'; exit 1; }
	@touch $@

.venv/tested: .venv/installed
	$(PIP) '.[training,serving,dask,test]'
	@touch $@

.venv/checked: .venv/installed
	$(PIP) '.[training,serving,dask,check]'
	@touch $@

.venv/documented: .venv/installed
	$(PIP) '.[training,serving,docs]'
	@touch $@

build/lowest/installed: pyproject.toml constraints.txt .ci/lowest.py .ci/lowest.txt
	$(PYTHON) -m venv --clear build/lowest
	$(PYTHON) .ci/lowest.py > build/lowest/pins.txt
	build/lowest/bin/$(INSTALL) --constraint build/lowest/pins.txt --editable '.[training,serving,dask,test]'
	@touch $@

build/newest/installed: pyproject.toml constraints.txt
	@command -v $(PYTHON_NEWEST) >/dev/null || { echo 'no $(PYTHON_NEWEST): install it, or set PYTHON_NEWEST'; exit 1; }
	$(PYTHON_NEWEST) -m venv --clear build/newest
	build/newest/bin/$(INSTALL) --constraint constraints.txt --editable '.[training,serving,dask,test]'
	@touch $@
