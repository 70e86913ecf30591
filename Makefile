# make demo: train a singer encoder on the embedded corpus
# make test: run all tests
# Both set up what they need in .venv, once.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/installed

.PHONY: demo test lint clean

demo: $(INSTALLED)
	$(BIN)/python recipes/ssl/train.py hparams/contrastive_vc.yaml

test: $(INSTALLED)
	$(BIN)/python -m pytest

lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

clean:
	rm -rf $(VENV) build *.egg-info .pytest_cache .ruff_cache

$(INSTALLED): setup.py
	$(PYTHON) -c "import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 10) <= v <= (3, 12) else 'Python 3.10, 3.11 or 3.12 is needed, this is %d.%d: make PYTHON=python3.11 ...' % v)"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --editable ".[dev]"
	touch $@
