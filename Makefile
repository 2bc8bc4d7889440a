# The only switchboard of the house. `make help` lists the switches.

PYTHON ?= $(shell command -v python3.11 || command -v python3 || echo python3)
BIN := .venv/bin
WORKERS ?= 2
TESTS ?=
CHECK := env DJANGO_SETTINGS_MODULE=tests.settings $(BIN)/python -W ignore::RuntimeWarning

.DEFAULT_GOAL := help
.PHONY: help demo demo-reset test check fix bench verifier where locks ready ready-demo ready-test \
	check-format check-lint check-types check-contracts check-templates check-migrations \
	check-frontend check-law

help: ## List the switches.
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 20

demo: ready-demo ## Prepare everything and serve the demonstration province (Ctrl-C stops it).
	@exec $(BIN)/python -m machinery.demo

demo-reset: ready-demo ## Throw the demonstration's data away; the next `make demo` starts over.
	@$(BIN)/python -m machinery.demo reset

test: ready-test ## Run every test: rules, database, architecture, journeys in a browser.
	@$(BIN)/pytest -n $(WORKERS) $(TESTS)

check: ready ## Format, lint, types, contracts, templates, migrations, front end: the fast part.
	@$(MAKE) --no-print-directory --jobs=2 --output-sync check-types check-format check-lint \
		check-contracts check-templates check-migrations check-frontend check-law

fix: ready ## Format the code and repair what can be repaired by itself.
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format --quiet .
	@$(BIN)/python -m kit.law_index

bench: ready ## Measure the pages of a school with a full year of marks.
	@$(BIN)/python -m benchmarks

verifier: ready ## Build the verifiers that need no server: khue-verify.pyz and khue-verify.html.
	@$(BIN)/python -m machinery.verifier

where: ## Find a rule by its official term: make where ĐTBmcn
	@test -n "$(WORD)" || { echo "Type a word: make where ĐTBmcn"; exit 2; }
	@grep -rniF --include='*.py' --include='*.md' --exclude-dir=tests -e "$(WORD)" docs khue kit \
		|| { echo "No rule and no glossary line speaks of $(WORD)."; exit 1; }

locks: ready ## Pin the newest allowed versions in requirements/*.txt.
	@for name in bootstrap base dev; do \
		$(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --no-emit-index-url \
			--python-version 3.11 -o requirements/$$name.txt requirements/$$name.in || exit 1; \
	done

ready:
	@$(PYTHON) machinery/prepare.py check

ready-demo:
	@$(PYTHON) machinery/prepare.py demo

ready-test:
	@$(PYTHON) machinery/prepare.py test

check-format:
	@$(BIN)/ruff format --check --quiet . || { echo "Not formatted; type: make fix"; exit 1; }

check-lint:
	@$(BIN)/ruff check --quiet .

check-types:
	@$(BIN)/mypy

check-contracts:
	@$(BIN)/lint-imports --no-cache

check-templates:
	@$(BIN)/djlint --lint --quiet khue frontend/templates

check-migrations:
	@$(CHECK) manage.py makemigrations --check --dry-run

check-frontend:
	@$(BIN)/python machinery/prepare.py frontend

check-law:
	@$(BIN)/python -m kit.law_index --check

# The words after `where` are what to look for, not things to make.
ifeq (where,$(firstword $(MAKECMDGOALS)))
WORD := $(wordlist 2,$(words $(MAKECMDGOALS)),$(MAKECMDGOALS))
ifneq ($(WORD),)
.PHONY: $(WORD)
$(WORD): ; @:
endif
endif
