# `make run` and `make test` do all there is to set up; `make help` lists the rest.

BUILD    ?= build
PREFIX   ?= /usr/local
CFLAGS   ?= -O2 -g
SANITIZE ?=

PYTHON    := /usr/bin/python3
PYTEST    := $(PYTHON) -m pytest -q -rs -n 4 -p no:cacheprovider
LIBRARIES := libmicrohttpd libcjson sqlite3 gnutls libpcre2-8 yaml-0.1

# These flags, where the compiler knows them.
if_known = $(shell $(CC) -Werror $(1) -fsyntax-only -x c /dev/null 2>/dev/null && echo $(1))

# What holds in every build. Hardening is on unless the sanitizers take its place.
STANDARD := -std=c11 -D_GNU_SOURCE -Wall -Wextra -Wpedantic -Wvla -Walloca -Werror -I. -pthread -fPIE
# The same sources make the same program, whatever folder they are in.
STANDARD += -ffile-prefix-map=$(CURDIR)=.
ifeq ($(SANITIZE),)
HARDENING := -fstack-protector-strong $(call if_known,-fstack-clash-protection) \
             $(if $(filter -O0,$(CFLAGS)),,-D_FORTIFY_SOURCE=2)
LINKING   := -pie -Wl,-z,relro,-z,now,-z,noexecstack
else
HARDENING := -fsanitize=$(SANITIZE) -fno-omit-frame-pointer -fno-sanitize-recover=all -DARENA_PLAIN_MALLOC -DWITHOUT_FENCE
LINKING   := -pie -fsanitize=$(SANITIZE)
endif

# Only asked for once the packages are there; := would ask too early, = would ask for every file.
PKG_CFLAGS = $(eval PKG_CFLAGS := $$(shell pkg-config --cflags $(LIBRARIES)))$(PKG_CFLAGS)
PKG_LIBS   = $(eval PKG_LIBS := $$(shell pkg-config --libs $(LIBRARIES)) -lm)$(PKG_LIBS)

GENERATE := server/aws/model/generate.c
SOURCES  := $(sort $(filter-out $(GENERATE),$(shell find base store fixtures server -name '*.c')))
OBJECTS  := $(SOURCES:%.c=$(BUILD)/%.o) $(BUILD)/generated/model_tables.o
# everything but main, for whoever brings a main of his own
PARTS    := $(filter-out $(BUILD)/server/main.o,$(OBJECTS))
UNIT     := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/unit/test_*.c))
# preloaded into servers whose calls are to fail
FAILING  := $(BUILD)/tests/faults/failing.so
BENCH    := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/bench/*.c))
FUZZ     := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/fuzz/fuzz_*.c))
# what the fuzz targets share; their clock stands still
FUZZED   := $(patsubst %.c,$(BUILD)/%.o,$(filter-out tests/fuzz/fuzz_%,$(wildcard tests/fuzz/*.c))) \
            $(filter-out $(BUILD)/base/machine_clock.o,$(PARTS))
# the manual page and the completions, and what makes them
GENERATOR := $(patsubst %.c,$(BUILD)/%.o,$(wildcard packaging/*.c))
PACKAGED := $(patsubst %.in,$(BUILD)/%,$(wildcard packaging/*.in))
# all C that is written by hand, for what looks at sources
HOUSE    := base store fixtures server $(wildcard packaging tests/unit tests/bench tests/faults tests/fuzz)
ALL_C    := $(sort $(shell find $(HOUSE) -name '*.c'))
HEADERS  := $(sort $(shell find $(HOUSE) -name '*.h'))
TIDY     := $(ALL_C:%.c=$(BUILD)/lint/%.tidy)

# A word for each command; V=1 shows the commands whole.
V ?= 0
say = $(if $(filter 0,$(V)),@printf '  %-9s%s\n' $(1) $@;)
compile = $(CC) $(STANDARD) $(HARDENING) $(CFLAGS) $(PKG_CFLAGS) -MMD -MP
# As many at once as there are processors, unless make was told -j itself.
parallel = $(MAKE) --no-print-directory $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(shell nproc))

.PHONY: all help
.DELETE_ON_ERROR:

all: build

help:
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 26

# ---- building ----

.PHONY: build deps run

build: deps ## build/awsconfig-mock
	+@$(parallel) $(BUILD)/awsconfig-mock

deps: ## install what building needs and is missing (Debian, Ubuntu)
	@.ci/deps build

$(BUILD)/awsconfig-mock: $(OBJECTS)
	$(call say,link) $(CC) $(LINKING) -pthread -o $@ $^ $(PKG_LIBS)

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,cc) $(compile) -c -o $@ $<

# what .incbin takes in, which -MMD does not see
$(BUILD)/store/migration.o: $(wildcard store/*.sql)

$(BUILD)/server/control/console.o: $(wildcard server/console/*)
$(BUILD)/server/control/health.o: server/control/openapi.json

# the service model: from its description to tables
$(BUILD)/generate-model: $(GENERATE) $(BUILD)/base/file.o
	@mkdir -p $(@D)
	$(call say,cc) $(compile) $(LINKING) -o $@ $(filter %.c %.o,$^) $(PKG_LIBS)

$(BUILD)/generated/model_tables.c: server/aws/model/config-2014-11-12.json $(BUILD)/generate-model
	@mkdir -p $(@D)
	$(call say,generate) $(BUILD)/generate-model $< > $@

$(BUILD)/generated/%.o: $(BUILD)/generated/%.c
	$(call say,cc) $(compile) -c -o $@ $<

run: build ## serve the sample world fixtures/demo.json on 127.0.0.1:4566
	$(BUILD)/awsconfig-mock --fixture fixtures/demo.json

# ---- trusting a change ----

.PHONY: test compiled unit api test-sdks examples faults kill console lint tidy fmt

test: ## everything needed to trust a change, under 10 minutes on 2 cores
	@.ci/deps build test lint
	+@$(parallel) compiled
	@$(MAKE) --no-print-directory unit
	@$(MAKE) --no-print-directory lint
	@$(MAKE) --no-print-directory api

compiled: $(BUILD)/awsconfig-mock $(PACKAGED) $(UNIT) $(BENCH) $(FAILING)

unit: $(UNIT) ## the C unit tests
	@for test in $(UNIT); do echo "$$test"; $$test || exit 1; done

$(BUILD)/tests/unit/%: tests/unit/%.c $(PARTS)
	@mkdir -p $(@D)
	$(call say,cc) $(compile) $(LINKING) -o $@ $(filter %.c %.o,$^) $(PKG_LIBS) -lcmocka

# the file that npm writes when it is through
from_npm = tests/$(1)/node_modules/.package-lock.json

api: $(BUILD)/awsconfig-mock $(FAILING) $(call from_npm,clients) packaged ## the tests against the running server, with the real clients
	AWSCONFIG_MOCK=$(abspath $(BUILD)/awsconfig-mock) $(PYTEST) tests

# A venv, as Testcontainers is in no Debian.
examples: $(BUILD)/awsconfig-mock $(call from_npm,clients) ## docs/examples that take more than Debian's packages: Go, Testcontainers
	@.ci/deps build test examples
	@$(PYTHON) -m venv --system-site-packages $(BUILD)/examples
	@$(BUILD)/examples/bin/pip install --quiet --requirement docs/examples/testcontainers/requirements.txt || \
	    echo "Testcontainers could not be had: what wants it will be skipped."
	EXAMPLES_FROM_REGISTRIES=1 AWSCONFIG_MOCK=$(abspath $(BUILD)/awsconfig-mock) \
	    $(BUILD)/examples/bin/python -m pytest -q -rs -p no:cacheprovider tests/docs/test_examples.py

test-sdks: $(BUILD)/awsconfig-mock ## the same scenario in seven SDKs of AWS's, and Terraform
	@.ci/deps build test sdks
	@SDKS_BUILD=$(abspath $(BUILD))/sdks tests/sdks/prepare
	SDKS_BUILD=$(abspath $(BUILD))/sdks AWSCONFIG_MOCK=$(abspath $(BUILD)/awsconfig-mock) \
	    $(PYTEST) -n 0 tests/sdks/matrix.py tests/sdks/terraform.py

$(FAILING): tests/faults/failing.c
	@mkdir -p $(@D)
	$(call say,cc) $(CC) $(STANDARD) $(CFLAGS) -fPIC -fno-builtin -MMD -MP -shared -o $@ $<

faults: $(BUILD)/awsconfig-mock $(FAILING) ## each allocation and file call of each request fails in turn
	@.ci/deps build test
	FAULTS=every AWSCONFIG_MOCK=$(abspath $(BUILD)/awsconfig-mock) $(PYTEST) tests/faults

CYCLES ?= 300
kill: $(BUILD)/awsconfig-mock ## kill -9 under parallel writes, CYCLES times
	@.ci/deps build test
	KILL_CYCLES=$(CYCLES) AWSCONFIG_MOCK=$(abspath $(BUILD)/awsconfig-mock) $(PYTEST) -n 0 -s tests/faults/test_kill.py

console: $(BUILD)/awsconfig-mock $(call from_npm,console) ## the console's tests alone, in Chromium
	@.ci/deps build test console
	AWSCONFIG_MOCK=$(abspath $(BUILD)/awsconfig-mock) $(PYTEST) tests/console

# The lock files name no registry: npm's own settings do.
$(call from_npm,%): tests/%/package-lock.json
	@if command -v npm >/dev/null; then cd tests/$* && npm ci --no-audit --no-fund --loglevel=error; \
	else echo "There is no npm here: the tests that want it will be skipped."; fi

lint: ## formatting, clang-tidy, both compilers, and who may include whom
	@.ci/deps build test lint
	+@MAKE="$(MAKE)" BUILD="$(BUILD)" PYTHON="$(PYTHON)" tests/lint/run $(ALL_C) $(HEADERS)

tidy: $(TIDY)

# A stamp for each source, so that only what changed is looked at again; its .d names the headers.
$(BUILD)/lint/%.tidy: %.c .clang-tidy
	@mkdir -p $(@D)
	$(call say,tidy) clang-tidy --quiet $< -- $(STANDARD) $(PKG_CFLAGS) > $(@:.tidy=.log) 2>&1 || \
	    { grep -v 'warnings* generated' $(@:.tidy=.log); exit 1; }
	@clang $(STANDARD) $(PKG_CFLAGS) -MM -MP -MT $@ -MF $(@:.tidy=.d) $< && touch $@

fmt: ## format the C sources
	clang-format -i $(ALL_C) $(HEADERS)

# ---- what takes longer ----

.PHONY: bench instructions fuzz fuzz-regression fuzz-coverage fuzzers soak

bench: build ## what a request costs, beside the limit
	@.ci/deps build test slow
	+@$(parallel) $(BENCH)
	$(PYTHON) tests/bench/run $(BUILD)

$(BUILD)/tests/bench/%: tests/bench/%.c
	@mkdir -p $(@D)
	$(call say,cc) $(compile) $(LINKING) -o $@ $< $(PKG_LIBS)

instructions: build ## instructions a request, beside the committed figures
	@.ci/deps build test slow
	+@$(parallel) $(BENCH)
	$(PYTHON) tests/bench/instructions $(BUILD)

# SECONDS=N: each target so long. Targets and what they find stay in $(BUILD)/fuzz.
SECONDS ?= 30
FUZZ_CC ?= clang
with_fuzzer = $(MAKE) BUILD=$(BUILD)/fuzz CC="$(FUZZ_CC)" SANITIZE=address,undefined,fuzzer-no-link fuzzers
with_counts = LLVM_PROFILE_FILE=$(BUILD)/fuzz/coverage/generate-model.profraw $(MAKE) BUILD=$(BUILD)/fuzz/coverage \
    CC="$(FUZZ_CC)" SANITIZE=fuzzer-no-link fuzzers CFLAGS="-O1 -g -fprofile-instr-generate -fcoverage-mapping"

fuzz: ## feed what the fuzzer makes up to every target, SECONDS=30 each
	@.ci/deps build fuzz
	+@$(with_fuzzer)
	BUILD=$(BUILD)/fuzz tests/fuzz/run search $(SECONDS)

fuzz-regression: ## replay the fuzzer's corpora and every input that ever broke something
	@.ci/deps build fuzz
	+@$(with_fuzzer)
	BUILD=$(BUILD)/fuzz tests/fuzz/run replay

fuzz-coverage: ## how much of each folder the corpora reach, and what was found beside them
	@.ci/deps build fuzz
	+@$(with_counts)
	BUILD=$(BUILD)/fuzz tests/fuzz/run coverage

.SECONDARY: $(FUZZED)
fuzzers:
	+@$(parallel) $(FUZZ)

$(BUILD)/tests/fuzz/world.o: tests/fuzz/world.json

$(BUILD)/tests/fuzz/fuzz_%: tests/fuzz/fuzz_%.c $(FUZZED)
	@mkdir -p $(@D)
	$(call say,cc) $(compile) $(LINKING) -fsanitize=fuzzer -o $@ $(filter %.c %.o,$^) $(PKG_LIBS)

MINUTES ?= 10
soak: build ## clients ask for everything for MINUTES=10: level memory, nothing left open, nothing lost
	$(PYTHON) tests/soak/run --seconds $$(($(MINUTES) * 60)) $(if $(SANITIZE),--any-size) $(BUILD)/awsconfig-mock

# ---- packaging ----

.PHONY: packaged install uninstall deb packages release-check clean

ZSH ?= share/zsh/site-functions

# what is installed: from where, and below PREFIX to where
INSTALLED := $(BUILD)/awsconfig-mock:bin/awsconfig-mock \
    $(BUILD)/packaging/awsconfig-mock.1:share/man/man1/awsconfig-mock.1 \
    $(BUILD)/packaging/completion.bash:share/bash-completion/completions/awsconfig-mock \
    $(BUILD)/packaging/completion.zsh:$(ZSH)/_awsconfig-mock \
    $(BUILD)/packaging/completion.fish:share/fish/vendor_completions.d/awsconfig-mock.fish \
    LICENSE:share/doc/awsconfig-mock/LICENSE CHANGELOG.md:share/doc/awsconfig-mock/CHANGELOG.md \
    $(foreach world,$(shell find fixtures -name '*.json'),$(world):share/awsconfig-mock/$(world))

packaged: $(PACKAGED)

# the manual page and the shells' completions: frames, filled from the table of options
$(BUILD)/packaging/generate: $(GENERATOR) $(BUILD)/server/option_table.o
	$(call say,link) $(CC) $(LINKING) -o $@ $^

$(BUILD)/packaging/%: packaging/%.in $(BUILD)/packaging/generate
	$(call say,generate) $(BUILD)/packaging/generate $< > $@

install: build ## into DESTDIR and PREFIX: the program, its manual page, completions and the sample worlds
	+@$(parallel) packaged
	@set -e; for pair in $(INSTALLED); do \
	    mode=644; case $$pair in *:bin/*) mode=755;; esac; \
	    install -D -m $$mode "$${pair%%:*}" "$(DESTDIR)$(PREFIX)/$${pair#*:}"; done

uninstall: ## remove what install put there
	rm -f $(foreach pair,$(INSTALLED),$(DESTDIR)$(PREFIX)/$(lastword $(subst :, ,$(pair))))
	rm -rf $(addprefix $(DESTDIR)$(PREFIX)/share/,awsconfig-mock doc/awsconfig-mock)

deb: ## a Debian package, build/deb/*.deb
	@.ci/deps build package
	@packaging/build-deb $(BUILD)/deb

packages: $(BUILD)/awsconfig-mock packaged ## the tests of all that, in all three shells, and of the Debian package
	@.ci/deps build test package
	AWSCONFIG_MOCK=$(abspath $(BUILD)/awsconfig-mock) $(PYTEST) tests/packaging
	tests/packaging/deb

release-check: ## whether this tree can go out under its version; all of .ci/run
	@packaging/release-check

clean: ## remove what was built
	rm -rf $(BUILD)

-include $(OBJECTS:.o=.d) $(GENERATOR:.o=.d) $(UNIT:=.d) $(BENCH:=.d) $(FAILING:.so=.d) $(FUZZ:=.d) $(FUZZED:.o=.d) \
    $(BUILD)/generate-model.d $(TIDY:.tidy=.d)
