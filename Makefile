# make run | make test do all there is to set up; `make help` lists the rest.

BUILD    ?= build
PREFIX   ?= /usr/local
CFLAGS   ?= -O2 -g
SANITIZE ?=
SECONDS  ?= 30

PYTHON   := /usr/bin/python3
LIBRARIES := libmicrohttpd libcjson sqlite3 gnutls libpcre2-8 yaml-0.1

# What holds in every build. Hardening is on unless the sanitizers take its place.
STANDARD := -std=c11 -D_GNU_SOURCE -Wall -Wextra -Wpedantic -Werror -I. -MMD -MP -pthread -fPIE
ifeq ($(SANITIZE),)
HARDENING := -fstack-protector-strong -D_FORTIFY_SOURCE=2
LINKING   := -pie -Wl,-z,relro,-z,now
else
HARDENING := -fsanitize=$(SANITIZE) -fno-omit-frame-pointer -fno-sanitize-recover=all -DARENA_PLAIN_MALLOC
LINKING   := -pie -fsanitize=$(SANITIZE)
endif
# only asked for once the packages are there; := would ask too early, = would ask for every file
PKG_CFLAGS = $(eval PKG_CFLAGS := $$(shell pkg-config --cflags $(LIBRARIES)))$(PKG_CFLAGS)
PKG_LIBS   = $(eval PKG_LIBS := $$(shell pkg-config --libs $(LIBRARIES)) -lm)$(PKG_LIBS)

SOURCES := $(sort $(filter-out server/aws/model/generate.c,$(shell find base store fixtures server -name '*.c')))
HEADERS := $(shell find base store fixtures server -name '*.h')
OBJECTS := $(SOURCES:%.c=$(BUILD)/%.o) $(BUILD)/generated/model_tables.o
# everything but main, for whoever brings a main of his own
PARTS   := $(filter-out $(BUILD)/server/main.o,$(OBJECTS))
UNIT    := $(patsubst tests/unit/%.c,$(BUILD)/tests/unit/%,$(wildcard tests/unit/test_*.c))

# a word a command; V=1 shows the commands whole
V ?= 0
say = $(if $(filter 0,$(V)),@printf '  %-8s%s\n' $(1) $@;)

.PHONY: all build deps run test unit api clients lint fmt bench install clean help
.DELETE_ON_ERROR:

all: build

help:
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile | expand -t 18

# ---- building ----

build: deps ## build/awsconfig-mock
	@$(MAKE) --no-print-directory $(BUILD)/awsconfig-mock

deps: ## install what building needs and is missing (Debian, Ubuntu)
	@.ci/deps build

$(BUILD)/awsconfig-mock: $(OBJECTS)
	$(call say,link) $(CC) $(LINKING) -pthread -o $@ $^ $(PKG_LIBS)

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,cc) $(CC) $(STANDARD) $(HARDENING) $(CFLAGS) $(PKG_CFLAGS) -c -o $@ $<

# what .incbin takes in, which -MMD does not see
$(BUILD)/store/migration.o: store/schema.sql

# the service model: from its description to tables
$(BUILD)/generate-model: server/aws/model/generate.c $(BUILD)/base/file.o
	@mkdir -p $(@D)
	$(call say,cc) $(CC) $(STANDARD) $(HARDENING) $(CFLAGS) $(PKG_CFLAGS) $(LINKING) -o $@ $^ $(PKG_LIBS)

$(BUILD)/generated/model_tables.c: server/aws/model/config-2014-11-12.json $(BUILD)/generate-model
	@mkdir -p $(@D)
	$(call say,generate) $(BUILD)/generate-model $< > $@

$(BUILD)/generated/%.o: $(BUILD)/generated/%.c
	$(call say,cc) $(CC) $(STANDARD) $(HARDENING) $(CFLAGS) $(PKG_CFLAGS) -c -o $@ $<

run: build ## serve the sample world fixtures/demo.json on 127.0.0.1:4566
	$(BUILD)/awsconfig-mock --fixture fixtures/demo.json

# ---- trusting a change ----

test: ## everything needed to trust a change, under 10 minutes on 2 cores
	@.ci/deps build test
	@$(MAKE) --no-print-directory $(BUILD)/awsconfig-mock
	@$(MAKE) --no-print-directory unit lint api

unit: $(UNIT) ## the C unit tests
	@for test in $(UNIT); do echo "$$test"; CMOCKA_MESSAGE_OUTPUT=stdout $$test || exit 1; done

$(BUILD)/tests/unit/%: tests/unit/%.c $(PARTS)
	@mkdir -p $(@D)
	$(call say,cc) $(CC) $(STANDARD) $(HARDENING) $(CFLAGS) $(PKG_CFLAGS) $(LINKING) -o $@ $(filter %.c %.o,$^) $(PKG_LIBS) -lcmocka

api: $(BUILD)/awsconfig-mock tests/clients/node_modules ## the tests against the running server, with the real clients
	AWSCONFIG_MOCK=$(abspath $(BUILD)/awsconfig-mock) $(PYTHON) -m pytest -q -n 4 -p no:cacheprovider tests

# npm writes no registry into the lock file, see .npmrc
tests/clients/node_modules: tests/clients/package-lock.json
	cd tests/clients && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

lint: ## formatting, clang-tidy, both compilers, and who may include whom
	@.ci/deps build lint
	@tests/lint/run $(SOURCES) server/aws/model/generate.c $(HEADERS) $(wildcard tests/unit/*.c)

fmt: ## format the C sources
	clang-format -i $(SOURCES) server/aws/model/generate.c $(HEADERS) $(wildcard tests/unit/*.c)

# ---- the rest ----

install: build ## into DESTDIR and PREFIX
	install -D -m 755 $(BUILD)/awsconfig-mock $(DESTDIR)$(PREFIX)/bin/awsconfig-mock

clean: ## remove what was built
	rm -rf build

-include $(OBJECTS:.o=.d) $(UNIT:=.d)
