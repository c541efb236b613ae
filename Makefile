# Two commands for a fresh machine: `make demo` and `make test`. They need python3, python3-venv and make.

PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/installed
export PYTHONDONTWRITEBYTECODE = # kept, whatever the machine's default is: compiling the tests takes a quarter of a minute a process

.PHONY: demo test test-thorough test-crash judges lint audit locked lock types format bench dist single deb reference docs clean

demo: $(STAMP)
	@$(BIN)/python -m announce_sandbox.demo $(if $(KEEP),--keep)

# Each process gets a run of tests that belong together, so that what a file or a suite starts is started once. There is
# one more than cores: a third of the time a test waits for a server, a time limit or another process.
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
PYTEST := $(BIN)/python -m pytest --numprocesses=$(WORKERS) --dist=worksteal

# Before each commit. What costs most for what it finds is left to `make test-thorough`: see tests/thorough.toml.
test: $(STAMP)-test judges lint types reference
	$(PYTEST) -m 'not thorough'

# The rest of the tests; both together are all of them.
test-thorough: $(STAMP)-test judges
	$(PYTEST) -m thorough

# Every system call of a run is killed at, and every one on the ledger fails; the other two draw a sample of these.
test-crash: $(STAMP)-test
	CRASH=all $(PYTEST) tests/crash

# Judges with environments of their own: circuit-maintenance-parser pins an icalendar older than ours, others are npm's.
judges: .venv/judges/installed .venv/judges/subscribers/installed .venv/judges/taplo/installed .venv/judges/ansible/installed

lint: $(STAMP)-test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive publisher channels/announce_channels
	$(BIN)/zizmor --quiet --offline .github/workflows

# Known faults of what is installed: it asks a service on the internet, so `make test` does without.
audit: $(STAMP)-test
	$(PYTHON) -m venv .venv/audit
	.venv/audit/bin/pip install --quiet --disable-pip-version-check 'pip-audit>=2.10'
	.venv/audit/bin/pip-audit --path $$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))') --skip-editable

# An environment of exactly the releases that locked.txt names, each file held against its hash. No address stands in it:
# where they come from is pip's own setting.
locked:
	$(PYTHON) -m venv .venv/locked
	.venv/locked/bin/pip install --quiet --disable-pip-version-check --require-hashes --no-deps --requirement locked.txt
	.venv/locked/bin/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index .

# Name the newest releases that pyproject.toml allows, for every system and version of Python.
lock: $(STAMP)
	$(PYTHON) -m venv .venv/lock
	.venv/lock/bin/pip install --quiet --disable-pip-version-check 'uv>=0.9'
	.venv/lock/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --extra test --generate-hashes \
	    --no-emit-index-url --no-annotate --no-header pyproject.toml --output-file locked.txt

types: $(STAMP)-test
	$(BIN)/mypy

format: $(STAMP)-test
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(STAMP)-test
	$(BIN)/python -m benchmarks

# What is released: a wheel and an sdist.
DIST ?= dist

dist: $(STAMP)-test reference
	rm -rf $(DIST)
	$(BIN)/python -m hatchling build --directory $(DIST)

# The manual page and docs/commands.md, out of the command line itself.
reference: $(STAMP)
	$(BIN)/python docs/make.py

# The documentation as a site, in build/site; a page that is in no menu stops it.
docs: reference
	$(PYTHON) -m venv .venv/docs
	.venv/docs/bin/pip install --quiet --disable-pip-version-check 'mkdocs-material>=9.7'
	NO_MKDOCS_2_WARNING=1 .venv/docs/bin/mkdocs build --quiet --strict

# One file with everything in it, for a machine without internet whose Python has the same version as this one (3.11).
single: dist
	$(PYTHON) -m venv .venv/packing
	.venv/packing/bin/pip install --quiet --disable-pip-version-check 'shiv>=1.0.8'
	.venv/packing/bin/shiv --quiet --compressed --reproducible --console-script announce --python '/usr/bin/env python3' \
	    --output-file $(DIST)/announce-$$($(BIN)/python -c 'import sys; print(sys.implementation.cache_tag)').pyz $(DIST)/*.whl

# A Debian package around that file, for the Debian whose Python built it; with the manual page and bash's completion.
deb: single
	rm -rf build/deb
	install -D --mode=755 $(DIST)/announce-*.pyz build/deb/usr/bin/announce
	install -D --mode=644 docs/announce.1 build/deb/usr/share/man/man1/announce.1
	gzip -9n build/deb/usr/share/man/man1/announce.1
	mkdir -p build/deb/DEBIAN build/deb/usr/share/bash-completion/completions
	$(BIN)/announce completion bash > build/deb/usr/share/bash-completion/completions/announce
	$(BIN)/python -c "$$CONTROL" > build/deb/DEBIAN/control
	dpkg-deb --root-owner-group --build build/deb $(DIST)

define CONTROL
import subprocess, sys
from importlib.metadata import metadata
one, (major, minor) = metadata("announce-publisher"), sys.version_info[:2]
processor = subprocess.run(["dpkg", "--print-architecture"], capture_output=True, text=True, check=True).stdout.strip()
print(f"Package: announce-publisher\nVersion: {one['Version']}\nArchitecture: {processor}\nSection: net\nPriority: optional")
print(f"Maintainer: announce <root@localhost>\nDepends: python3 (>= {major}.{minor}), python3 (<< {major}.{minor + 1})")
print(f"Description: {one['Summary']}\n One file with all it needs inside: Debian has its libraries in other versions, or not at all.")
endef
export CONTROL

clean:
	rm -rf .venv dist build demo

# An editable install: the checkout is what runs.
$(STAMP): pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(STAMP)-test: $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@

# What cannot be had is tried again the next time; the tests say which judge is missing, and under CI=true they fail.
.venv/judges/installed: | $(STAMP)
	@$(PYTHON) -m venv .venv/judges/maintnote
	-@.venv/judges/maintnote/bin/pip install --quiet --disable-pip-version-check 'circuit-maintenance-parser==2.12.0' \
	    && npm install --prefix .venv/judges/npm --silent --no-audit --no-fund --ignore-scripts \
	        ical.js@2.2.1 axe-core@4 puppeteer-core@25 vnu-jar@26 \
	    && touch $@

# Programs that subscribe as customers do: a calendar in a terminal, mail from feeds, a WebSub hub with its worker.
.venv/judges/subscribers/installed: | $(STAMP)
	@$(PYTHON) -m venv .venv/judges/subscribers
	-@.venv/judges/subscribers/bin/pip install --quiet --disable-pip-version-check \
	        'khal==0.14.1' 'vdirsyncer==0.21.0' 'rss2email==3.14' 'Flask-WebSub==0.4.1' 'celery==5.7.0' \
	    && touch $@

# What editors check a TOML file with.
.venv/judges/taplo/installed: | $(STAMP)
	@$(PYTHON) -m venv .venv/judges/taplo
	-@.venv/judges/taplo/bin/pip install --quiet --disable-pip-version-check 'taplo==0.9.3' && touch $@

# Runs the playbook of docs/gate.md.
.venv/judges/ansible/installed: | $(STAMP)
	@$(PYTHON) -m venv .venv/judges/ansible
	-@.venv/judges/ansible/bin/pip install --quiet --disable-pip-version-check 'ansible-core>=2.19,<2.20' && touch $@
