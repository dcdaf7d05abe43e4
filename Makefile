# The one door: make run, make test, make check, make eval, make train.
PYTHON  ?= python3.11
VENV    := .venv
BIN     := $(VENV)/bin
CASE    ?= corpus/specimen/case
OUT     ?= out
MINUTES ?= 10
SEED    ?= 1
CASES   ?= corpus/specimen
PACKAGES := preaudit rules_kg corpus models tests
SYSTEM  := bubblewrap libseccomp2 libgl1 libglib2.0-0 fonts-arphic-uming fonts-arphic-ukai fonts-wqy-zenhei fonts-wqy-microhei fonts-liberation
# For training alone: faces that papers are set in, and which characters the standard has.
TRAINING := fonts-noto-cjk unicode-data

export OMP_NUM_THREADS ?= 2

.PHONY: help setup system run test check eval families hostile fuzz bench mutants notebooks train format clean

help:  ## What this door opens
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(VENV)/.ready  ## Packages, fonts and weights; safe to repeat

$(VENV)/.ready: pyproject.toml constraints.txt
	@command -v $(PYTHON) >/dev/null || { echo "preaudit needs Python 3.11 (set PYTHON=...)" >&2; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
	$(MAKE) --no-print-directory system
	$(BIN)/python -m preaudit.weights
	@touch $@

system:
	@missing=""; for package in $(SYSTEM) $(ALSO); do dpkg -s $$package >/dev/null 2>&1 || missing="$$missing $$package"; done; \
	if [ -n "$$missing" ]; then \
	  as_root=""; [ "$$(id -u)" = 0 ] || as_root=sudo; \
	  echo "installing$$missing"; \
	  $$as_root apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$as_root apt-get install -y -qq $$missing >/dev/null; \
	fi

run: setup  ## Pre-review a case (CASE=folder or ZIP; the bundled specimen by default)
	@$(BIN)/preaudit check $(CASE) -o $(OUT); code=$$?; [ $$code -le 3 ] && [ $$code -ne 2 ] || exit $$code

test: setup  ## All tests
	$(BIN)/python -m pytest -q -n 2 --dist loadfile

check: setup  ## Format, lint, types, architecture, rules
	$(BIN)/ruff format --check $(PACKAGES)
	$(BIN)/ruff check $(PACKAGES)
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/preaudit rules lint

eval: setup  ## Score cases with truth (CASES=folder), reading, marks and unseen layouts on synthetic pages (SEED=1)
	$(BIN)/python -m models.evaluation $(CASES)
	$(BIN)/python -m models.evaluation.reading --seed $(SEED) $(if $(LICENCES),--licences $(LICENCES))
	$(BIN)/python -m models.evaluation.marks $(if $(SEALS),--real $(SEALS))
	$(BIN)/python -m models.evaluation.masked --seed $(SEED)
	$(BIN)/python -m models.evaluation.unseen
	$(if $(LICENCES),$(BIN)/python -m models.evaluation.licence_fields $(LICENCES))

hostile: setup  ## Open files made to break us (HOSTILE=folder of files)
	$(BIN)/python -m models.evaluation.hostile $(HOSTILE)

fuzz: setup  ## Open changed files of every kind (MINUTES=10 of processor time, SEED=1)
	$(BIN)/python tests/fuzz/run.py --minutes $(MINUTES) --seed $(SEED)

bench: setup  ## Read pages in turn with PaddleOCR's pipeline, judge cases beside other rule engines (LICENCES=folder of real ones)
	$(BIN)/python -m models.evaluation.bench $(if $(LICENCES),--licences $(LICENCES))
	$(BIN)/python -m models.evaluation.rules_race

families: setup  ## Measure each layout family with models trained on the others (takes long)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[train]"
	$(BIN)/python -m models.evaluation.left_out

mutants: setup  ## Change the evaluator in hundreds of ways in a copy; tests have to notice (takes long)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[mutation]"
	rm -rf out/mutants && mkdir -p out/mutants && git archive HEAD | tar -x -C out/mutants
	cd out/mutants && export PATH="$(CURDIR)/$(BIN):$$PATH" PYTHONPATH=. \
	&& cosmic-ray init .ci/mutants.toml mutants.sqlite && cr-filter-operators mutants.sqlite .ci/mutants.toml \
	&& cosmic-ray exec .ci/mutants.toml mutants.sqlite && cr-report mutants.sqlite --no-show-pending | tail -4

notebooks: setup  ## Run the notebooks; they land in OUT with their pictures
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[notebooks]"
	test -f out/unseen.json || $(BIN)/python -m models.evaluation.unseen
	$(BIN)/python -m nbconvert --to html --execute --output-dir $(OUT)/notebooks notebooks/*.ipynb

train: setup  ## Train our models again from their seeds
	$(MAKE) --no-print-directory system ALSO="$(TRAINING)"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[train]"
	$(BIN)/python -m models.training

format:
	$(BIN)/ruff format $(PACKAGES)
	$(BIN)/ruff check --fix $(PACKAGES)

clean:
	rm -rf $(OUT) build .mypy_cache .ruff_cache .pytest_cache
