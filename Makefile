# `make` on a fresh machine builds the site; `make help` lists the rest. A person's choices come on the command line:
# make CONTENT=my-content OUTPUT=my-site

CONTENT = content
OUTPUT = public
FROM =
Q =
EXPLAIN =
PORT = 8000
BROWSER = yes
PYTHON =

# Recipes read these from their environment, so that a name may hold spaces and quotes.
export CONTENT OUTPUT FROM Q PORT PYTHON

# A choice that was made on the command line, as it is typed again; the shell puts in the value.
given = $(if $(filter command,$(origin $(1))), $(1)='$$$(1)')

SITE_BUILDER = .venv/bin/site-builder
ENVIRONMENT = .venv/.installed
DEVELOPMENT = .venv/.installed-dev
JAVASCRIPT = node_modules/.package-lock.json
# Node comes with the development packages: systems have it too old or not at all.
NPM = PATH="$(CURDIR)/.venv/bin:$$PATH" npm

# An environment whose Python went away is made anew.
ifneq ($(shell .venv/bin/python -c 'print("works")' 2>/dev/null),works)
.PHONY: $(ENVIRONMENT) $(DEVELOPMENT)
endif

.DEFAULT_GOAL := build
.DELETE_ON_ERROR:
.PHONY: build serve ingest record search test lint types layers javascript pytest format bench lock clean help

build: $(ENVIRONMENT) ## Build CONTENT (content) into OUTPUT (public) and check it
	@summary=$$($(SITE_BUILDER) build --content "$$CONTENT" --output "$$OUTPUT") && \
	$(SITE_BUILDER) check "$$OUTPUT" --content "$$CONTENT" && \
	printf '%s\n' "$$summary, or run: make serve$(call given,CONTENT)$(call given,OUTPUT)"

serve: $(ENVIRONMENT) ## Show the site at PORT (8000), rebuilt and reloaded while you edit
	@$(SITE_BUILDER) serve --content "$$CONTENT" --output "$$OUTPUT" --port "$$PORT"

ingest: $(ENVIRONMENT) ## Take in a dump or a folder of dumps: make ingest FROM=PATH
	@test -n "$$FROM" || { echo 'Say from where: make ingest FROM=path/to/dump.txt' >&2; exit 2; }
	@$(SITE_BUILDER) ingest "$$FROM" --content "$$CONTENT"

record: $(ENVIRONMENT) ## Promise the addresses of papers that you put into CONTENT by hand
	@$(SITE_BUILDER) record --content "$$CONTENT"

search: $(ENVIRONMENT) ## Search the papers of CONTENT: make search Q="token pruning", with EXPLAIN=yes telling why
	@test -n "$$Q" || { echo 'Say for what: make search Q="token pruning"' >&2; exit 2; }
	@$(SITE_BUILDER) search --content "$$CONTENT" $(if $(filter yes,$(EXPLAIN)),--explain) -- "$$Q"

test: lint types layers javascript pytest ## Run the whole gate; BROWSER=no leaves the browser out

lint: $(DEVELOPMENT)
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .

types: $(DEVELOPMENT)
	.venv/bin/mypy

layers: $(DEVELOPMENT)
	.venv/bin/lint-imports

javascript: $(JAVASCRIPT)
	$(NPM) run --silent lint
	$(NPM) run --silent types
	$(NPM) test --silent

ifeq ($(BROWSER),no)
pytest: $(DEVELOPMENT) $(JAVASCRIPT)
	@echo 'BROWSER=no: the tests that need a browser are left out.'
	.venv/bin/pytest -m 'not browser'
else
pytest: $(DEVELOPMENT) $(JAVASCRIPT)
	@tools/chromium.sh
	.venv/bin/pytest
endif

format: $(DEVELOPMENT) ## Lay out the Python code
	.venv/bin/ruff check --fix-only .
	.venv/bin/ruff format .

bench: $(ENVIRONMENT) ## Measure builds of 484 and of 5,000 papers, and what Hugo takes where it is
	.venv/bin/python -m bench.scale --content content

lock: ## Pin the newest releases of what we depend on (needs uv)
	uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		pyproject.toml -o requirements.txt
	uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		pyproject.toml --extra cluster --extra compress --group dev -c requirements.txt -o requirements-dev.txt
	uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		bench/requirements.in -o bench/requirements.txt

clean: ## Remove everything that make made: public/, the cache, the environments
	rm -rf public .cache .venv node_modules dist test-results
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(ENVIRONMENT): requirements.txt tools/environment.sh
	@tools/environment.sh requirements.txt
	@touch $@

$(DEVELOPMENT): requirements-dev.txt requirements.txt tools/environment.sh
	@tools/environment.sh requirements-dev.txt
	@touch $(ENVIRONMENT) $@

$(JAVASCRIPT): package.json package-lock.json $(DEVELOPMENT)
	$(NPM) ci --no-fund --no-audit --loglevel=error
	@touch $@
