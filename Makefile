# Everything runs through .venv, which config/local/bootstrap.sh brings. `make` alone lists what there is.
PYTHON := .venv/bin/python
BOOTSTRAP := @sh config/local/bootstrap.sh
.DEFAULT_GOAL := help
.PHONY: help run test check bench search-quality siege mutate-permissions format schema docker-dry-run clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' $(MAKEFILE_LIST) | expand -t 20

run: ## the whole product on this machine; PORT=, DATABASE_URL=, ELASTICSEARCH_URL=, SEARCH=elasticsearch
	$(BOOTSTRAP)
	@exec $(PYTHON) -m config.local.run

test: ## all tests with real services; ARGS= goes to pytest, such as ARGS="-k search"
	$(BOOTSTRAP)
	@$(PYTHON) -m pytest -n 2 --dist worksteal $(ARGS)

check: ## layout, lint, types, imports between rooms, settings, migrations, openapi.yaml, security
	$(BOOTSTRAP)
	@$(PYTHON) -m config.local.check

siege: ## machines that try to find a leak or a loss, for 25 minutes; ARGS= as tests/siege/README.md says
	$(BOOTSTRAP)
	@$(PYTHON) -m tests.siege $(ARGS)

mutate-permissions: ## is every clause of the rules held by a test? ARGS="--sample 100" for some of them
	$(BOOTSTRAP)
	@$(PYTHON) -m tests.mutation $(ARGS)

bench: ## what requests cost, on generated communities; ARGS= goes to bench, such as ARGS="5 --keep"
	$(BOOTSTRAP)
	@$(PYTHON) -m bench $(ARGS)

search-quality: ## how good search results are, by judged queries; ARGS="--queries tuning" tells of each query
	$(BOOTSTRAP)
	@$(PYTHON) -m tests.quality $(ARGS)

format: ## lay the code out and mend what ruff can mend
	$(BOOTSTRAP)
	@.venv/bin/ruff format
	@.venv/bin/ruff check --fix

schema: ## write openapi.yaml anew
	$(BOOTSTRAP)
	@DATABASE_URL=postgresql:/// SECRET_KEY=unused $(PYTHON) -m config.local.schema

docker-dry-run: ## try the Dockerfile's steps, in order, in a clean folder (no container engine needed)
	$(BOOTSTRAP)
	@$(PYTHON) -m config.local.try_dockerfile

clean: ## remove what was made here: .venv, the local database with its data, search nodes, caches
	rm -rf .venv .local .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
