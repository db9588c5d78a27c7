# The words people type; CI types the same. `make help` lists them.
# Defaults can be given on the command line: make annotate INPUT=folder NER=name
SHELL := /bin/bash
.DEFAULT_GOAL := help

PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
# Doccano 1.8.4 needs pandas 1.5, which has no wheels past Python 3.11; the pins are of 3.11.
DOCCANO_BASE_PYTHON ?= $(shell for p in python3.11 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null && echo $$p && break; done)
INPUT ?= seeds
NER ?= embedded
# HOST counts only where it is typed: some shells have one in their environment.
ORDER ?= received
TAWSIM := .venv/bin/tawsim
# A password is in it, and arguments are in the list of processes, for everybody to read.
ifeq ($(origin DATABASE_URL),command line)
$(error Write DATABASE_URL before make, not after it: what comes after is in the list of processes)
endif
# What is found in others' releases from one day to the next fails `check`, not the tests.
define check_code
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/pytest tests/test_imports.py
endef
# Two processes of a thread each, a file of tests in one of them: much of a test is waiting for a
# server. Ray, which wants the machine for itself, comes after.
define run_tests
	OMP_NUM_THREADS=1 TAWSIM_DOCCANO_PYTHON=$(abspath $(DOCCANO_PYTHON)) .venv/bin/pytest --numprocesses 2 --dist loadfile --ignore tests/test_engines.py
	.venv/bin/pytest tests/test_engines.py
endef
# A file that is none of a pinned release is refused. The pins are closed: what they would need
# besides is missing, which `pip check` tells.
PINNED := install --quiet --no-deps --no-build-isolation --require-hashes
# Where torch comes from; empty: where pip finds it. make setup TORCH_INDEX=https://download.pytorch.org/whl/cpu
TORCH_INDEX ?=
define install_pinned
	@$(1)/bin/pip $(PINNED) -r requirements/build.txt
	@$(1)/bin/pip $(PINNED) -r requirements/$(2).txt
endef
define check_closed
	@$(1)/bin/pip check | grep -v 'No broken requirements found'; exit $${PIPESTATUS[0]}
endef
define pin
	uv pip compile --quiet --python-version 3.11 --python-platform linux --generate-hashes \
		--no-annotate --custom-compile-command 'make pins' --no-emit-package pip --no-emit-package torch \
		$(if $(UPGRADE),--upgrade-package '$(UPGRADE)') --constraints requirements/torch.txt \
		$(foreach file,$(3),--constraints requirements/$(file).txt \
			$$(sed -n 's/^\([^ =]*\)==.*/--no-emit-package \1/p' requirements/$(file).txt)) \
		--output-file requirements/$(1).txt $(2) >/dev/null
endef
# A Doccano 1.8.4 environment made elsewhere can be named instead: DOCCANO_PYTHON=/path/to/bin/python
DOCCANO_PYTHON ?= .venv-doccano/bin/python
DOCCANO := $(if $(filter .venv-doccano/%,$(DOCCANO_PYTHON)),.venv-doccano/.installed)
# A Doccano that others run needs none here (docs/annotate.md).
TEAM := $(DOCCANO_URL)$(wildcard .tawsim/team.toml)

.PHONY: help setup annotate status collect agree adjudicate release diff report publish archive verify password backup restore stop check test test-long fuzz bench pins clean

help: ## list these words
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 20

setup: .venv/.installed $(DOCCANO) ## make both virtual environments: make setup [TORCH_INDEX=address]
	@echo "Ready. Next: make annotate"

annotate: .venv/.installed $(if $(TEAM),,$(DOCCANO)) ## open the documents for people: [DATABASE_URL=postgres://…] make annotate [ANNOTATORS="salma omar"] [OVERLAP=2] [HOST=name]
	@$(TAWSIM) annotate --input '$(INPUT)' --ner '$(NER)' --order '$(ORDER)' --doccano-python '$(DOCCANO_PYTHON)' $(if $(ANNOTATORS),--annotators $(foreach name,$(ANNOTATORS),'$(name)')) $(if $(OVERLAP),--overlap '$(OVERLAP)') $(if $(findstring command line,$(origin HOST)),--host '$(HOST)')

collect: .venv/.installed ## bring confirmed corrections into annotations/
	@$(TAWSIM) collect --input '$(INPUT)'

status: .venv/.installed ## show how far each annotator has come
	@$(TAWSIM) status --input '$(INPUT)'

agree: .venv/.installed ## measure how far annotators agree, with each other and with the machine
	@$(TAWSIM) agree --input '$(INPUT)'

adjudicate: .venv/.installed $(DOCCANO) ## one record from several: make adjudicate [ACCEPT=unanimous|majority] [AUTHORS=show]
	@$(TAWSIM) adjudicate --input '$(INPUT)' --doccano-python '$(DOCCANO_PYTHON)' --accept '$(or $(ACCEPT),unanimous)' $(if $(filter show,$(AUTHORS)),--show-authors)

release: .venv/.installed ## build a dataset: make release VERSION=0.1.0 [FROM=adjudicated|human|machine|a01]
	@test -n "$(VERSION)" || { echo "Say which: make release VERSION=0.1.0" >&2; exit 2; }
	@$(TAWSIM) release '$(VERSION)' --input '$(INPUT)' --ner '$(NER)' $(if $(FROM),--from '$(FROM)')

diff: .venv/.installed ## say what changed: make diff OLD=0.1.0 NEW=0.2.0
	@test -n "$(OLD)" -a -n "$(NEW)" || { echo "Say which: make diff OLD=0.1.0 NEW=0.2.0" >&2; exit 2; }
	@$(TAWSIM) diff '$(OLD)' '$(NEW)'

report: .venv/.installed ## one page to look at: make report [VERSION=0.1.0]
	@$(TAWSIM) report --input '$(INPUT)' --ner '$(NER)' $(if $(VERSION),--version '$(VERSION)')

publish: .venv/.installed ## show what would go to the Hub: make publish REPO=org/name [VERSION=0.1.0] [WITH_TEXT=yes]; to send it: YES=yes
	@test -n "$(REPO)" || { echo "Say where: make publish REPO=organisation/name" >&2; exit 2; }
	@$(TAWSIM) publish '$(REPO)' $(if $(VERSION),--version '$(VERSION)') $(if $(filter yes,$(WITH_TEXT)),--with-text) $(if $(filter yes,$(YES)),--push)

archive: .venv/.installed ## build a bag for an archive: make archive VERSION=0.1.0 [WITH_TEXT=yes]
	@test -n "$(VERSION)" || { echo "Say which: make archive VERSION=0.1.0" >&2; exit 2; }
	@$(TAWSIM) archive '$(VERSION)' $(if $(filter yes,$(WITH_TEXT)),--with-text)

verify: .venv/.installed ## check a bag and name what is damaged: make verify FOLDER=build/archive/0.1.0
	@test -n "$(FOLDER)" || { echo "Say which: make verify FOLDER=build/archive/0.1.0" >&2; exit 2; }
	@$(TAWSIM) verify '$(FOLDER)'

password: .venv/.installed ## show the annotators' names and passwords
	@$(TAWSIM) password

backup: .venv/.installed ## back up the annotation server's state
	@$(TAWSIM) backup

restore: .venv/.installed ## go back to a backup: make restore BACKUP=.tawsim/backups/…
	@$(TAWSIM) restore $(if $(BACKUP),'$(BACKUP)')

stop: .venv/.installed ## stop the annotation server; nothing is lost
	@$(TAWSIM) stop

check: .venv/.tested ## format, lint, types, import rules, known vulnerabilities
	$(check_code)
	.venv/bin/python -m tests.audit

test: .venv/.tested $(DOCCANO) ## format, lint, types, and all tests, with a real Doccano
	$(check_code)
	$(run_tests)

test-long: export HYPOTHESIS_PROFILE := long
test-long: check $(DOCCANO) fuzz ## the same with twenty times as many generated cases and kills, and fuzzing
	$(run_tests)

fuzz: .venv/.tested ## try input that coverage guides: make fuzz [EXECUTIONS=20000] for each target; Linux
	.venv/bin/pip $(PINNED) -r requirements/fuzz.txt
	.venv/bin/python -m tests.fuzz '$(or $(EXECUTIONS),20000)'

bench: .venv/.benched $(DOCCANO) ## measure speed and memory beside other tools: make bench [PARTS="server texts"]; BENCH_LONG=1 more
	TAWSIM_DOCCANO_PYTHON=$(abspath $(DOCCANO_PYTHON)) .venv/bin/python -m tests.bench $(PARTS)

pins: ## choose and hash the releases of requirements/ anew, with uv: make pins [UPGRADE=name]
	@command -v uv >/dev/null || { echo "make pins needs uv. Install it in an environment of its own: pip install uv" >&2; exit 2; }
	$(call pin,build,requirements/build.in)
	$(call pin,run,--extra doccano pyproject.toml,build)
	$(call pin,test,--extra test pyproject.toml,build run)
	$(call pin,bench,--extra bench pyproject.toml,build run)
	$(call pin,fuzz,--extra fuzz pyproject.toml,build run)
	$(call pin,doccano,requirements/doccano.in,build)

clean: ## remove build/; never .tawsim/ (work not yet collected) nor annotations/
	rm -rf build
	@echo "build/ is gone. Next: make annotate or make release makes it again."

.venv/.installed: pyproject.toml requirements/build.txt requirements/run.txt requirements/torch.txt
	@test -n "$(PYTHON)" || { echo "No Python 3.11 or newer found. Install one, or say which: make setup PYTHON=/path/to/python" >&2; exit 2; }
	@echo "Setting up tawsim in .venv, once; some minutes. · تجهيز البيئة مرة واحدة، دقائق معدودة."
	@$(PYTHON) -m venv .venv
	$(call install_pinned,.venv,run)
	@.venv/bin/pip install --quiet $(if $(TORCH_INDEX),--index-url '$(TORCH_INDEX)') -r requirements/torch.txt
	@.venv/bin/pip install --quiet --no-deps --no-build-isolation -e .
	$(call check_closed,.venv)
	@touch $@

.venv/.tested: .venv/.installed requirements/test.txt
	.venv/bin/pip $(PINNED) -r requirements/test.txt
	@touch $@

.venv/.benched: .venv/.tested requirements/bench.txt
	@.venv/bin/pip $(PINNED) -r requirements/bench.txt
	@touch $@

.venv-doccano/.installed: requirements/build.txt requirements/doccano.txt
	@test -n "$(DOCCANO_BASE_PYTHON)" || { echo "Doccano 1.8.4 runs on Python 3.11 at most, is tested on 3.11, and no 3.11 was found. Install python3.11 (Debian and Ubuntu: apt install python3.11 python3.11-venv), or say which: make setup DOCCANO_BASE_PYTHON=/path/to/python3.11; or use a Doccano 1.8.4 installed elsewhere: make annotate DOCCANO_PYTHON=/path/to/its/bin/python. A release needs no Doccano: make release VERSION=0.1.0" >&2; exit 2; }
	@echo "Setting up Doccano in .venv-doccano, once; some minutes. · تجهيز دوكانو مرة واحدة."
	@$(DOCCANO_BASE_PYTHON) -m venv .venv-doccano
	$(call install_pinned,.venv-doccano,doccano)
	$(call check_closed,.venv-doccano)
	@touch $@
