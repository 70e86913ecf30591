# make demo: train a singer encoder on voices that belong to nobody
# make test: run all tests
# make lint: check style and layers
# make attack: a few broken inputs, and a run that is killed
# make docs: build the documentation into site/, and check its links
# make package: build the package, install it, and use it elsewhere
# All set up what they need in .venv, once.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/installed
INSTALLED_DOCS := $(VENV)/installed_docs

# Threads that wait do not spin, and so leave the core to whoever works
export OMP_WAIT_POLICY ?= PASSIVE

.PHONY: demo test attack lint docs package clean

demo: $(INSTALLED)
	$(BIN)/python recipes/Synthetic/pretrain.py hparams/pretrain_demo.yaml

# A process of one thread for each core; who is done takes over from others
test: $(INSTALLED)
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses auto --dist worksteal

# Processes watched from outside, one after the other: not among the tests
attack: $(INSTALLED)
	OMP_NUM_THREADS=1 $(BIN)/python benchmarks/fuzz.py --inputs=120 --seed=0 --keep=build/fuzz
	OMP_NUM_THREADS=1 $(BIN)/python benchmarks/kills.py --kills=1 --only=export

lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache

docs: $(INSTALLED_DOCS)
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

package: $(INSTALLED)
	$(BIN)/python .ci/package.py

clean:
	rm -rf .venv* build site *.egg-info .pytest_cache .ruff_cache

$(INSTALLED): setup.py
	$(PYTHON) -c "import sys; (3, 10) <= sys.version_info < (3, 15) or sys.exit('Python 3.10 to 3.14 is needed, this is %d.%d: make PYTHON=python3.12 ...' % sys.version_info[:2])"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --editable ".[dev]"
	touch $@

$(INSTALLED_DOCS): $(INSTALLED)
	$(BIN)/pip install --editable ".[docs]"
	touch $@
