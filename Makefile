# Needs make and Python 3.11 or newer, nothing else: `make run`, `make test`. `make help` lists the rest.

PYTHON ?= python3
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
LOCK := pyproject.toml constraints.txt

.PHONY: help run test check bench clean
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

help:
	@echo "make run      install, make the sample programme on the first run, serve it on http://127.0.0.1:8000"
	@echo "make test     install and run the tests (TESTS=path runs some of them)"
	@echo "make check    ruff, mypy, the import rule, the house and its links"
	@echo "make bench    measure against the rivals, into benchmarks/latest.json (ONLY=name runs one)"
	@echo "make clean    remove the virtual environment and everything built; run/ with its data stays (rm -r run starts over)"

# The sample programme lives in run/ and nowhere else, whatever the caller's environment says.
run run/.sample-ready: export TAIZHANG_DATABASE = sqlite:///run/taizhang.db
run run/.sample-ready: export TAIZHANG_VAULT = sqlite:///run/vault.db
run run/.sample-ready: export TAIZHANG_FILES = run/files
run run/.sample-ready: export TAIZHANG_SIGNER = run/signer

run: .venv/.run run/.sample-ready
	@cat run/administrator.txt run/sample.txt
	$(BIN)/taizhang serve

# run/.sample-begun says that what lies in run/ is a sample of ours, not finished: it may be thrown away and made
# again. Its renaming to .sample-ready is the last step. A run/ without either is somebody's own and stays as it is.
run/.sample-ready: | .venv/.run
	@if [ -L run ] || { [ -e run ] && [ ! -e run/.sample-begun ] && [ -n "$$(ls -A run)" ]; }; then \
		echo "run/ exists and was not made by make run: move it away, then try again." >&2; exit 1; fi
	@mkdir -p run && touch run/.sample-begun && chmod 700 run
	@find run -mindepth 1 -not -path run/.sample-begun -delete
	$(BIN)/taizhang init --preset gansu --for-sample > run/administrator.txt
	$(BIN)/taizhang sample --persons 2000 --seed 1 > run/sample.txt
	$(BIN)/taizhang signer init > run/log-key.txt
	@mv run/.sample-begun run/.sample-ready

test: .venv/.test
	$(BIN)/pytest -n auto --dist loadfile $(TESTS)

check: .venv/.check
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy domain projections adapters http benchmarks
	PYTHONPATH=tests/.typing $(BIN)/lint-imports
	$(BIN)/pytest tests/test_house.py tests/test_links.py

bench: .venv/.bench
	$(BIN)/python -m benchmarks $(ONLY)

clean:
	rm -rf .venv build dist taizhang.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# One virtual environment, four stamps; a larger set contains the smaller ones, so it stamps them too.
.venv/.run: $(LOCK) | .venv/.made
	$(INSTALL) -e .
	@touch $@

.venv/.test: $(LOCK) | .venv/.made
	$(INSTALL) -e ".[test]"
	@touch .venv/.run $@

.venv/.check: $(LOCK) | .venv/.made
	$(INSTALL) -e ".[check]"
	@touch .venv/.run .venv/.test $@

.venv/.bench: $(LOCK) | .venv/.made
	$(INSTALL) -e ".[bench]"
	@touch .venv/.run .venv/.test $@

.venv/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; name it: make PYTHON=python3.12" >&2; exit 1; }
	[ -x $(BIN)/pip ] || $(PYTHON) -m venv --clear .venv
	@touch $@
