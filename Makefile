# Everything runs in .venv, which any target sets up on first use. `make help` lists the targets.
PYTHON ?= python3
A ?= a7_sequence_modeling
ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
else
BIN := .venv/bin
endif
RUN := $(BIN)/python -m autograder
PYTEST := $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

.PHONY: help setup check watch submit clean

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' Makefile | column -t -s '|'

setup:
	@command -v $(PYTHON) >/dev/null || { echo "No $(PYTHON) here: install Python 3.10 or later, or name one: make PYTHON=/path/to/python …" >&2; exit 2; }
	@$(PYTHON) autograder/bootstrap.py

# `check` and `submit` end with 1 while something is not right yet; to make that is no error.
check: setup  ## the visible checks on templates/$(A): make check [A=assignment] [ONLY="LSTMCell loop"] [ALL=1]
	@$(RUN) check $(A) $(foreach name,$(ONLY),--only $(name)) $(if $(ALL),--all) || [ $$? -eq 1 ]

watch: setup  ## the next thing after every save, until you press q: make watch [A=assignment] [ONLY=LSTMCell] [ALL=1]
	@$(RUN) check $(A) $(foreach name,$(ONLY),--only $(name)) $(if $(ALL),--all) --watch

submit: setup  ## the file to upload, if all that is asked for is there: make submit [A=assignment] [NAME=your-id]
	@$(RUN) submit $(A) $(if $(NAME),--name $(NAME)) || [ $$? -eq 1 ]

clean:
	rm -rf .venv build dist

# ---- for instructors: a handout has what is above this line ----
DEMO := a7_sequence_modeling A7-LOOP-01 forged_answer

.PHONY: demo zip handout templates audit calibrate test thorough lint bench proof lock

demo: setup  ## see it work: three verdicts, a Gradescope zip, and a grading through that zip
	@$(BIN)/python -m autograder.demo $(DEMO)

zip: setup  ## the Gradescope autograder: make zip A=assignment
	@$(RUN) zip $(A)

handout: setup  ## what students download, without anything hidden: make handout [A="assignment …"]
	@$(RUN) handout $(if $(filter command line,$(origin A)),$(A))

templates: setup  ## templates/ from solutions/
	@$(RUN) templates

audit: setup  ## every check against mistakes, mutants, alternatives and attacks: make audit [A=assignment]
	@$(RUN) audit $(if $(filter command line,$(origin A)),$(A)) --mutants --hostile 21000 --json build/audit.json --html build/audit.html

calibrate: setup  ## the thresholds of checks that train, over many seeds: make calibrate A=assignment
	@$(RUN) calibrate $(A)

# Tests start hundreds of interpreters: a module is compiled once, not in each.
test thorough: export PYTHONDONTWRITEBYTECODE :=
test thorough: export PYTHONUTF8 := 1
test: setup  ## every test of the project
	@$(PYTEST) tests/harness

thorough: setup  ## the tests that take too long for make test
	@$(PYTEST) --thorough tests/harness

lint: setup  ## style and types
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/mypy && $(BIN)/mypy --explicit-package-bases tests/visible tests/hidden

bench: setup  ## what checking costs (docs/figures.md), as ratios measured in one run
	@$(BIN)/python benchmarks/run.py

proof: setup  ## docs/proof.md, what the verdicts are worth: hours, and it goes on where it was stopped
	@$(BIN)/python benchmarks/proof.py

COMPILE = uv pip compile pyproject.toml --universal --python-version 3.10 --no-header --no-annotate
NO_CUDA = grep -vE '^(nvidia|cuda|triton)'
lock:  ## both lock files anew from pyproject.toml (needs uv); torch's CUDA packages are left to its own wheel
	echo torch==2.13.0 | $(COMPILE) --all-extras --constraint - | $(NO_CUDA) > requirements.lock
	echo setuptools | $(COMPILE) --constraint requirements.lock - | $(NO_CUDA) > autograder/handout/given/requirements.lock
