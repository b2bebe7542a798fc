# Try, test and build the project. A fresh machine needs Python 3.11 or later and make.
#   make PYTHON=python3.12 test       another Python
#   make VENV=.venv312 test           another environment (a relative path without spaces)
#   make TEST_ARGS="-k wheel" test    some of the tests
#   make MUTATION_ARGS="causality.evidence.onset*" mutation     some of the mutants
#   make LOCK_ARGS=--upgrade lock     the newest releases that pyproject.toml allows

PYTHON ?= python3
VENV ?= .venv
TEST_ARGS ?=
MUTATION_ARGS ?=
LOCK_ARGS ?=

ifeq ($(OS),Windows_NT)
SCRIPTS := Scripts
else
SCRIPTS := bin
endif
BIN := $(VENV)/$(SCRIPTS)
INSTALL := $(BIN)/python -m pip --disable-pip-version-check install --quiet

MUTMUT := mutmut==3.8.1
UV := uv==0.13.9
LOCK_VENV := build/lock
COMPILE := $(LOCK_VENV)/$(SCRIPTS)/uv pip compile --quiet --universal --generate-hashes \
	--python-version 3.11 --custom-compile-command "make lock" $(LOCK_ARGS)

define CHECK_PYTHON
@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	echo 'Python 3.11 or later is needed and "$(PYTHON)" is not one;' \
	     'name another with: make PYTHON=/path/to/python3' >&2; exit 1; }
endef

.PHONY: help
help:  ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: demo
demo: $(VENV)/.run-time  ## Assess the published reference case and write its report
	@mkdir -p build
	$(BIN)/causality example lenalidomide > build/lenalidomide.yaml
	$(BIN)/causality assess build/lenalidomide.yaml
	$(BIN)/causality report build/lenalidomide.yaml -o build/lenalidomide.html
	$(BIN)/causality report build/lenalidomide.yaml -o build/lenalidomide.pdf
	@echo "The report of the reference case: $(CURDIR)/build/lenalidomide.html"
	@echo "The same to print and to file:    $(CURDIR)/build/lenalidomide.pdf"

.PHONY: test
test: $(VENV)/.development  ## Run the tests
	$(BIN)/python -m pytest -n auto --dist worksteal $(TEST_ARGS)

.PHONY: lint
lint: lint-format lint-ruff lint-mypy lint-pyright lint-imports  ## Check format, style, types and imports

.PHONY: lint-format
lint-format: $(VENV)/.development
	$(BIN)/ruff format --check .

.PHONY: lint-ruff
lint-ruff: $(VENV)/.development
	$(BIN)/ruff check .

.PHONY: lint-mypy
lint-mypy: $(VENV)/.development
	$(BIN)/mypy

.PHONY: lint-pyright
lint-pyright: $(VENV)/.development
	$(BIN)/basedpyright --pythonpath $(BIN)/python

.PHONY: lint-imports
lint-imports: $(VENV)/.development
	$(BIN)/lint-imports --no-logo

.PHONY: format
format: $(VENV)/.development  ## Format the code and mend what ruff can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: compile
compile: $(VENV)/.development  ## Compile the word catalogues, the knowledge and the algorithms
	$(BIN)/pybabel --quiet compile -d reports/locale -D causality
	$(BIN)/python -m causality.knowledge.compile
	$(BIN)/python -m causality.scoring.compile

.PHONY: bench
bench: $(VENV)/.run-time  ## Measure start-up, the scoring of tables and the reports
	$(BIN)/python tests/benchmarks/startup.py
	$(BIN)/python tests/benchmarks/batch.py
	$(BIN)/python tests/benchmarks/report.py

.PHONY: bench-e2b
bench-e2b: $(VENV)/.development  ## Measure the reading of ICSRs against bare lxml
	$(BIN)/python tests/benchmarks/e2b.py

.PHONY: bench-faers
bench-faers: $(VENV)/.run-time  ## Measure the scoring of a quarter of FAERS against reading its files
	$(BIN)/python tests/benchmarks/faers.py

.PHONY: mutation
mutation: $(VENV)/.development  ## Change the rules one by one and list the changes that no test notices (hours)
	$(INSTALL) $(MUTMUT)
	$(BIN)/mutmut run $(MUTATION_ARGS)
	$(BIN)/mutmut results

.PHONY: agreement-table
agreement-table: $(VENV)/.run-time  ## Write the tables of docs/agreement-of-algorithms.md again
	$(BIN)/python tests/benchmarks/agreement_of_algorithms.py

.PHONY: wheel
wheel: $(VENV)/.run-time  ## Build the wheel into dist/
	$(BIN)/python -m build --wheel --no-isolation --outdir dist .

.PHONY: lock
lock:  ## Write the lock files again from pyproject.toml
	$(CHECK_PYTHON)
	"$(PYTHON)" -m venv --clear $(LOCK_VENV)
	$(LOCK_VENV)/$(SCRIPTS)/python -m pip --disable-pip-version-check install --quiet $(UV)
	$(COMPILE) pyproject.toml --extra xml --extra pdf --extra docx -o requirements.lock
	$(COMPILE) --group build -c requirements.lock -o requirements-build.lock
	$(COMPILE) pyproject.toml --all-extras --group build --group lint --group test \
		-c requirements.lock -c requirements-build.lock -o requirements-dev.lock
	rm -rf $(LOCK_VENV)

.PHONY: clean
clean:  ## Remove everything that make made
	rm -rf $(VENV) build dist mutants .coverage .hypothesis .import_linter_cache .mypy_cache \
		.pytest_cache .ruff_cache
	find . -path './.venv*' -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +

# Stamps: each stands for a finished installation, so that the next make does not repeat it.

$(VENV)/.created:
	$(CHECK_PYTHON)
	"$(PYTHON)" -m venv $(VENV)
	@touch $@

$(VENV)/.run-time: requirements.lock requirements-build.lock pyproject.toml | $(VENV)/.created
	@echo 'Installing the run-time dependencies (about 370 MB) into $(VENV)'
	@$(INSTALL) --require-hashes -r requirements.lock -r requirements-build.lock
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q causality
	@touch $@

$(VENV)/.development: requirements-dev.lock $(VENV)/.run-time
	@echo 'Installing the development tools into $(VENV)'
	@$(INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@
