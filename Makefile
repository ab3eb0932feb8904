# Presswatch: `make` lists what there is.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help install demo run test test-servers servers-up servers-down servers-installed check format translations lint types layers wheel-check deploy-check sbom bench clean

help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(INSTALLED) ## create .venv with the pinned dependencies

$(INSTALLED): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Presswatch needs Python 3.11 or newer: make PYTHON=/path/to/python3.11")'
	@echo "Installing Presswatch into $(VENV) …"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -q --disable-pip-version-check 'pip>=25.1' -c constraints.txt
	@$(BIN)/python -m pip install -q -c constraints.txt -e '.[all]' --group dev
	@touch $@
	@echo "Done. The command is $(BIN)/presswatch; make demo shows it at work."

demo: $(INSTALLED) ## the whole product on sample outlets, offline (ARGS="…" goes to the command)
	@$(BIN)/presswatch demo $(ARGS)

run: $(INSTALLED) ## the whole product in one process (ARGS="…" goes to the command)
	@$(BIN)/presswatch run $(ARGS)

test: $(INSTALLED) ## everything that needs no server to be fetched
	@$(BIN)/python -m pytest -q -n auto --dist worksteal -m "not servers" $(ARGS)

test-servers: servers-installed ## fetch and start real servers (2 GB come down once), run what needs them, stop them
	@$(BIN)/python -m tests.servers with $(BIN)/python -m pytest -q -m servers $(ARGS)

servers-up: servers-installed ## real Kafka, Elasticsearch, OpenSearch, PostgreSQL here, without Docker; settings in .servers/env
	@$(BIN)/python -m tests.servers up

servers-down: servers-installed ## stop them
	@$(BIN)/python -m tests.servers down

servers-installed: $(INSTALLED)
	@$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt --group servers

lint: $(INSTALLED)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(INSTALLED)
	$(BIN)/mypy

layers: $(INSTALLED)
	$(BIN)/lint-imports

check: lint types layers test wheel-check deploy-check ## the one gate: format, lint, types, layers, tests, wheel, deployment

deploy-check: $(INSTALLED) ## Compose, hadolint, Helm, promtool, amtool and Grafana's queries read the deployment; a tool that is missing is named
	@$(BIN)/python -m tests.deploy.check

wheel-check: $(INSTALLED) ## the built wheel runs the demo from an empty environment
	@tests/wheel_check.sh $(BIN)/python

sbom: $(INSTALLED) ## what an installation consists of, as CycloneDX, into dist/
	@tools/sbom.sh $(BIN)/python dist/presswatch.cdx.json

format: $(INSTALLED) ## format and sort imports
	$(BIN)/ruff check --fix-only -q .
	$(BIN)/ruff format .

translations: $(INSTALLED) ## bring the catalogues of the pages up to date with their texts
	@$(BIN)/python -m tools.catalogues

bench: $(INSTALLED) ## measure this machine
	$(BIN)/presswatch bench stream
	$(BIN)/presswatch bench extract
	$(BIN)/presswatch bench enrich
	$(BIN)/presswatch bench search
	$(BIN)/presswatch bench match
	$(BIN)/presswatch bench pipeline

clean: ## remove what was built and cached, keep the data folder
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find services shared tests -name __pycache__ -prune -exec rm -rf {} +
