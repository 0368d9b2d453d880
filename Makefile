# The doors of the project. Each target installs what it needs into .venv and does so only once.
#
#   make demo     analyse samples/cvm-failure, print the verdict and the report's path
#   make test     install everything and run the tests; says first which system packages `make tools` will install
#   AUTOPATH_INSTALLED=1 make test   the same tests, against the installed wheel instead of the tree
#   make tools    install the system packages that the tests and the lab need (Debian, as root), or say which are missing
#   make check    format, lint, types, import contracts
#   make bench    that no regular expression takes the square of a text; what floods and bombs cost, and twice as large ones,
#                 into docs/robustness.md; how a run grows with its evidence, into docs/scale.md; how fast, beside cat, tcpdump,
#                 tshark and others, into docs/performance.md
#   make accuracy how right: thousands of simulated tests, random faults and recordings against their truth (some minutes)
#   make wordings  how well other wordings of the logs are read: every voice tells every test, into docs/wordings.md
#   make compare-study  how often comparisons of runs are wrong: simulated histories, into docs/comparison.md (some minutes)
#   make matrix   every sample and scenario, each of its files removed or spoilt: no all-clear, no blame (10 min)
#   make labs     how right of real kernels: 100 labs with random options by seed (half an hour; Linux and root), into docs/labs.md
#   make history  what a history bears: writers that are killed, a million rows (some minutes), into docs/history.md
#   make fuzz     every parser on mutated bytes, for FUZZ_S seconds (3600), into docs/robustness.md
#   make otava    our change points in samples/history beside those of Apache Otava
#   make kills    500 runs that are killed, and what is left (half an hour), into docs/robustness.md
#   make batch-study  200 tests in one go, their workers killed 100 times: processes and Dask, into docs/batch.md (10 min)
#   make mutated  every sample, log and setting cut and mutated, each analysed within limits (hours), into docs/robustness.md
#   make mutants  what the tests hold: small changes of correlate, measure and judge that a test must notice (an hour)
#   make site      the documentation as a site, into build/site, and the man pages, into docs/man
#   make picture   the picture of a report in README, by Chromium
#   make wheels    the wheel of this platform, tried in an empty environment; those of others where ziglang is installed
#   make release   source, wheels, SBOM and checksums of a release, in dist/
#   make s3       evidence on S3, from moto's server, which is installed beside (.venv-moto)
#   make samples  render reports/ from samples/
#   make recordings  make samples/ again, in the lab (Linux and root) and by the simulator

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
PROJECT := pyproject.toml constraints.txt
TOOLS := tshark tcpdump chromium lua5.2 lua5.4 qpdf zsh fish
# what WeasyPrint loads, a font for it, and what reads its PDF; a server for the tests of the history; what shows man pages
LIBRARIES := libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core poppler-utils postgresql man-db
# what `autopath lab` needs, which the tests run (`autopath lab doctor` says what each is for)
LAB := iproute2 util-linux procps net-tools ethtool nftables iputils-arping iputils-ping openssh-server openssh-client rpcbind nfs-ganesha nfs-ganesha-vfs libnfs13

.PHONY: demo s3 test check format bench accuracy wordings compare-study matrix labs history fuzz kills mutated mutants batch-study otava site picture wheels release samples recordings tools clean
.DEFAULT_GOAL := demo

demo: $(VENV)/.run
	@$(BIN)/autopath analyze samples/cvm-failure --log-timezone UTC

test: $(VENV)/.check tools
	$(BIN)/python $(if $(AUTOPATH_INSTALLED),.ci/installed.py,-m pytest) -n auto --dist loadgroup $(PYTEST)

s3: $(VENV)/.check
	test -x .venv-moto/bin/moto_server || { $(PYTHON) -m venv .venv-moto && .venv-moto/bin/python -m pip --disable-pip-version-check --quiet install 'moto[s3,server]==5.2.1'; }
	AUTOPATH_MOTO=.venv-moto/bin/moto_server $(BIN)/python -m pytest -q tests/ingest/files/remote/test_cloud.py

check: $(VENV)/.check
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.check
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

bench: $(VENV)/.run
	@$(BIN)/python -m bench.patterns
	@$(BIN)/python -m bench.limits
	@$(BIN)/python -m bench.scale
	@$(BIN)/python -m bench.speed

accuracy: $(VENV)/.check
	@$(BIN)/python -m bench.accuracy

wordings: $(VENV)/.check
	@$(BIN)/python -m bench.wordings

compare-study: $(VENV)/.check
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python -m bench.compare_study

matrix: $(VENV)/.check
	@AUTOPATH_MATRIX=whole $(BIN)/python -m pytest -q -n auto --dist load tests/acceptance/test_matrix.py

labs: $(VENV)/.check tools
	@$(BIN)/python -m bench.labs

history: $(VENV)/.check
	@$(BIN)/python -m bench.history

fuzz: $(VENV)/.check
	@$(PIP) install -c constraints.txt --no-build-isolation -e '.[fuzz]'
	@$(BIN)/python -m bench.fuzz

# Otava pins an older numpy, so it has an environment of its own
otava: $(VENV)/.check
	@test -x .venv-otava/bin/otava || { $(PYTHON) -m venv .venv-otava && .venv-otava/bin/python -m pip --disable-pip-version-check --quiet install -r bench/otava/requirements.txt; }
	@$(BIN)/python -m bench.otava .venv-otava/bin/otava

kills: $(VENV)/.check
	@$(BIN)/python -m bench.kills --kills 360 --imports 40 --comparisons 100 --page

batch-study: $(VENV)/.check
	@$(BIN)/python -m bench.batch --page

mutated: $(VENV)/.check
	@$(BIN)/python -m bench.mutated

mutants: $(VENV)/.check
	@$(BIN)/python -m bench.mutants

site: $(VENV)/.check
	@$(BIN)/python -m manual

picture: $(VENV)/.check
	@$(BIN)/python -m manual.picture

wheels: $(VENV)/.check
	@$(BIN)/python .ci/wheels.py

release: $(VENV)/.check
	@$(PIP) install -c constraints.txt --no-build-isolation -e '.[release]'
	@$(BIN)/python .ci/release.py

samples: $(VENV)/.run
	@$(BIN)/python samples/render.py

recordings: $(VENV)/.run tools
	@$(BIN)/python samples/record.py

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "make: $(PYTHON) is older than Python 3.11; name another: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "make: $(PYTHON) can make no virtual environment; on Debian: apt-get install python3-venv" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@touch $@

# hatchling comes first and from the constraints too, so that the build needs nothing else
$(VENV)/.run: $(VENV)/.made $(PROJECT)
	@echo "installing autopath into $(VENV) ..."
	@$(PIP) install -c constraints.txt hatchling editables
	@$(PIP) install -c constraints.txt --no-build-isolation -e '.[build]'
	@$(BIN)/python -m compileall -q analyzer
	@$(BIN)/python -m analyzer.ingest.capture.compiled.machine_code || echo "make: large captures will be read slowly" >&2
	@touch $@

$(VENV)/.check: $(VENV)/.run
	@echo "installing what checks and tests need into $(VENV) ..."
	@$(PIP) install -c constraints.txt --no-build-isolation -e '.[check]'
	@touch $@

# tshark is the oracle of the capture tests, chromium looks at the reports, lua compiles evidence.lua, qpdf checks the PDF,
# zsh and fish complete commands; libraries and the lab's packages by dpkg, as these have no command or another
tools:
	@missing=; for tool in $(TOOLS); do command -v $$tool >/dev/null || missing="$$missing $$tool"; done; \
	if command -v dpkg >/dev/null; then for package in $(LIBRARIES) $(LAB); do dpkg -s $$package >/dev/null 2>&1 || missing="$$missing $$package"; done; fi; \
	if [ -z "$$missing" ]; then echo "the system packages that tests and lab need are installed"; exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "about to install these system packages with apt-get:$$missing"; \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	else \
	  echo "make: not installed:$$missing; tests that need them are skipped (on Debian, as root: make tools)" >&2; \
	fi

clean:
	rm -rf $(VENV) .venv-* .fuzz .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
