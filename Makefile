# make lab    opens the notebooks in JupyterLab
# make test   runs all tests
# make bench  measures
# make deck   builds the slides of all notebooks in both languages
# Each creates .venv from requirements.lock first, if it is missing or older.

PYTHON ?= python3
BIN := .venv/bin
NOTEBOOKS := $(wildcard notebooks/*.ipynb)
TABLES := $(notdir $(basename $(wildcard hanbin_data/data/*.csv)))
FOLDER ?= notebooks
AS_ROOT := $(if $(filter 0,$(shell id -u)),--allow-root)
# Without a display, a browser in the terminal would cover the address that is printed.
NO_DISPLAY := $(if $(filter Linux,$(shell uname)),$(if $(DISPLAY)$(WAYLAND_DISPLAY)$(BROWSER),,--no-browser))

.DELETE_ON_ERROR:
.PHONY: lab test test-lowest test-newest mutate bench notebooks docs lock check deck validate

.venv/ready: requirements.lock pyproject.toml lab-settings.json
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	mkdir -p .venv/share/jupyter/lab/settings
	cp lab-settings.json .venv/share/jupyter/lab/settings/overrides.json
	touch $@

lab: .venv/ready
	exec $(BIN)/jupyter lab --ip=127.0.0.1 --LabApp.extension_manager=readonly \
		$(AS_ROOT) $(NO_DISPLAY) $(LAB_OPTIONS) "$(FOLDER)"

test: .venv/ready
	$(BIN)/python -m pytest tests
	$(BIN)/python -m pytest --nbval --nbval-current-env notebooks
	$(MAKE) check

# The same with the lowest versions that pyproject.toml allows, and with the newest there are.
# Stored outputs belong to the locked versions, so here the notebooks only have to run.
RESOLUTION_lowest := lowest-direct
RESOLUTION_newest := highest

test-lowest test-newest: test-%: .venv/ready
	$(BIN)/uv venv --quiet --clear --seed --python $(BIN)/python .venv-$*
	$(BIN)/uv pip install --quiet --python .venv-$*/bin/python --resolution $(RESOLUTION_$*) -e '.[notebooks,test]'
	mkdir -p .venv-$*/share/jupyter/lab/settings
	cp lab-settings.json .venv-$*/share/jupyter/lab/settings/overrides.json
	.venv-$*/bin/python -m pytest -m "not locked" tests
	.venv-$*/bin/python -m pytest --nbval-lax --nbval-current-env notebooks

# Changes each cell and each literal number in turn; lists what no test noticed. Takes long.
mutate: .venv/ready
	$(BIN)/python tests/mutate.py

# Ratios of medians, into both READMEs; for an idle machine. Takes a quarter of an hour.
bench: .venv/ready
	$(BIN)/python benchmarks/bench.py

check: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

notebooks: .venv/ready
	$(BIN)/python -m hanbin_data.notebooks $(NOTEBOOKS)

docs: .venv/ready
	$(BIN)/python docs/build.py
	$(BIN)/python docs/describe.py

# The formats' own validators live apart: cffconvert needs a jsonschema that neither
# frictionless nor JupyterLab accepts, and none of them is needed for the tests.
.venv-validators/%/ready: docs/validators/%.lock
	$(PYTHON) -m venv --clear $(@D)
	$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	touch $@

validate: .venv-validators/data/ready .venv-validators/citation/ready
	.venv-validators/data/bin/frictionless validate hanbin_data/data/datapackage.json
	.venv-validators/data/bin/mlcroissant validate --jsonld docs/croissant.json
	for table in $(TABLES); do .venv-validators/data/bin/mlcroissant load --num_records 1000 \
		--jsonld docs/croissant.json --record_set $$table >/dev/null 2>&1 || exit 1; done
	.venv-validators/citation/bin/cffconvert --validate --infile CITATION.cff

deck: .venv/ready
	mkdir -p slides
	$(BIN)/hanbin-data deck $(NOTEBOOKS) -o slides/hanbin-en.pptx --lang en
	$(BIN)/hanbin-data deck $(NOTEBOOKS) -o slides/hanbin-zh.pptx --lang zh

lock: .venv/ready
	$(BIN)/uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 \
		--generate-hashes --no-header --no-annotate --upgrade --quiet --output-file requirements.lock
	for kind in data citation; do $(BIN)/uv pip compile docs/validators/$$kind.in --universal \
		--python-version 3.11 --generate-hashes --no-header --no-annotate --upgrade --quiet \
		--output-file docs/validators/$$kind.lock || exit 1; done
