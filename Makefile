# track-tokens and import-tokens.  `make help` lists what can be made.
B       ?= release
OUT     := build/$(B)
VERSION := $(shell cat VERSION)

prefix  ?= $(or $(PREFIX),/usr/local)
bindir  ?= $(prefix)/bin
mandir  ?= $(prefix)/share/man
datadir ?= $(prefix)/share

PKGS     := libgit2 libcjson sqlite3 uuid smartcols
DB_PKGS  := libpq
CFLAGS   ?= -O2 -g
WARN     := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
            -Wformat=2 -Wvla -Wundef -Wwrite-strings $(if $(WERROR),-Werror)
HARDEN   := -D_FORTIFY_SOURCE=2 -fstack-protector-strong
# Nothing unwinds this stack at run time, and what is not called is left out.
SMALL    := -ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables
MODE_release := $(HARDEN) $(SMALL)
MODE_debug   := -Og -fno-omit-frame-pointer
MODE_asan    := -O1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
MODE_cov     := -O0 --coverage
override CPPFLAGS += -D_GNU_SOURCE -Iinclude -DVERSION='"$(VERSION)"' \
            $(shell pkg-config --cflags $(PKGS) $(DB_PKGS) 2>/dev/null)
ALL_CFLAGS = -std=gnu11 -fPIE -pthread $(WARN) $(CFLAGS) $(MODE_$(B)) $(COLD) -ffile-prefix-map=$(CURDIR)=.
ifeq ($(shell uname -s),Linux)
ALL_LDFLAGS = -pie -Wl,--as-needed -Wl,--gc-sections -Wl,-z,relro,-z,now $(LDFLAGS)
# see the end of src/cli/track_tokens.c
NO_CERTIFICATES = -Wl,--export-dynamic-symbol=mbedtls_x509_crt_parse_file
else
ALL_LDFLAGS = $(LDFLAGS)
endif
LIBS     = $(shell pkg-config --libs $(PKGS)) $(LDLIBS)
DB_LIBS  = $(shell pkg-config --libs $(DB_PKGS))

EMBED    := $(sort $(shell find src/store/sql src/index/sql -name '*.sql')) token_metrics/prices.json \
            $(sort $(wildcard githooks/*)) $(wildcard .github/workflows/token-metrics.yml)
LIB_SRC  := $(filter-out src/cli/%,$(sort $(shell find src -name '*.c')))
COMPAT   := $(sort $(wildcard token_metrics/compat/*))
GRAFANA  := $(sort $(wildcard token_metrics/grafana/*))
MAINS    := src/cli/track_tokens.c src/cli/import_tokens.c
CLI_SRC  := $(filter-out $(MAINS),$(sort $(wildcard src/cli/*.c)))
obj       = $(patsubst %.c,$(OUT)/%.o,$(1))

BINS     := $(OUT)/bin/track-tokens $(OUT)/bin/import-tokens
COMPLETIONS := $(foreach p,track-tokens import-tokens,bash-completion/completions/$(p) \
            zsh/site-functions/_$(p) fish/vendor_completions.d/$(p).fish)
UNIT     := $(patsubst tests/unit/%.c,$(OUT)/tests/%,$(sort $(wildcard tests/unit/test_*.c)))
SUPPORT  := $(patsubst tests/support/%.c,$(OUT)/support/%,$(sort $(wildcard tests/support/*.c)))

# Commands and reports do little and say much: for them small is fast.
$(OUT)/src/cli/%.o $(OUT)/src/report/%.o: COLD := -Os

# V=1 shows the commands.
Q        := $(if $(V),,@)
say       = $(if $(V),,@echo "  $(1)	$(2:$(CURDIR)/%=%)")

all: $(BINS) ## build both programs into build/release/bin

$(OUT)/libtokens.a: $(call obj,$(LIB_SRC)) $(OUT)/embedded_files.o
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcsD $@ $^

$(OUT)/libcli.a: $(call obj,$(CLI_SRC))
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcsD $@ $^

$(OUT)/embedded_files.c: $(EMBED) ci/embed.sh Makefile
	@mkdir -p $(@D)
	$(call say,EMBED,$@)
	$(Q)sh ci/embed.sh $(EMBED) >$@

$(OUT)/embedded_files.o: $(OUT)/embedded_files.c
	$(call say,CC,$@)
	$(Q)$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -c -o $@ $<

# track-tokens runs in hooks: it must not load libpq.
$(OUT)/bin/track-tokens: $(OUT)/src/cli/track_tokens.o $(OUT)/libcli.a $(OUT)/libtokens.a
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) $(NO_CERTIFICATES) -o $@ $^ $(LIBS)

$(OUT)/bin/import-tokens: $(OUT)/src/cli/import_tokens.o $(OUT)/libcli.a $(OUT)/libtokens.a
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(LIBS) $(DB_LIBS)

$(OUT)/tests/%: $(OUT)/tests/unit/%.o $(OUT)/libcli.a $(OUT)/libtokens.a
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(LIBS) $(DB_LIBS) -lcmocka

# Programs that tests use: build/release/support/store_tool from tests/support/store_tool.c.
$(OUT)/support/%: $(OUT)/tests/support/%.o $(OUT)/libcli.a $(OUT)/libtokens.a
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(LIBS) $(DB_LIBS)

$(OUT)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

unit: $(UNIT) ## build and run the unit tests
	@set -e; for t in $(UNIT); do $$t; done

# The packages come first, in a make of their own: this one may have been read
# by a machine that had none of them.
check: ## install what the tests need, then run every test and check
	@sh ci/deps.sh test
	@$(MAKE) --no-print-directory -j2 check-built

check-built: $(BINS) $(UNIT) $(SUPPORT) $(CHECK_DEPS)
	@sh ci/check.sh $(OUT)

check-long: check ## check, then every test with sanitizers, and a minute of fuzzing per target
	@$(MAKE) --no-print-directory -j2 B=asan LINT=0 check-built
	@$(MAKE) --no-print-directory fuzz FUZZ_SECS=60

check-client: $(BINS) ## only the tests with the real Claude Code client (from npm)
	@BUILD_DIR=$(OUT) prove --exec sh --ext .sh tests/cli/t19*.sh

lint: ## static checks: format, layers, headers, shell, manuals, docs, analysers
	@sh ci/deps.sh test
	@$(MAKE) --no-print-directory -j2 all
	@BUILD_DIR=$(OUT) sh ci/lint.sh

golden: $(BINS) $(UNIT) $(SUPPORT) ## rewrite the expected outputs; read the diff before you keep it
	@set -e; for t in $(UNIT); do UPDATE_GOLDEN=1 $$t >/dev/null; done
	@UPDATE_GOLDEN=1 BUILD_DIR=$(OUT) prove --exec sh --ext .sh -j2 tests/cli >/dev/null

coverage: ## line coverage of the whole test suite
	@sh ci/deps.sh coverage
	@$(MAKE) --no-print-directory -j2 B=cov CFLAGS=-g check-built LINT=0
	@gcovr -r . --object-directory build/cov --filter src/ --print-summary | tail -40

bench: all $(SUPPORT) ## measure the ratios that the README quotes
	@sh tests/bench/run.sh $(OUT)

quickstart: ## install what is missing, build, and run the main job once
	@sh ci/deps.sh build
	@$(MAKE) --no-print-directory -j2 all
	@sh ci/quickstart.sh $(OUT)

install: all ## install programs, manuals and completions (PREFIX, DESTDIR)
	install -d $(DESTDIR)$(bindir) $(DESTDIR)$(mandir)/man1 $(DESTDIR)$(mandir)/man5
	install -m 755 $(BINS) $(DESTDIR)$(bindir)
	install -m 644 $(wildcard src/man/*.1) $(DESTDIR)$(mandir)/man1
	install -m 644 $(wildcard src/man/*.5) $(DESTDIR)$(mandir)/man5
	install -d $(DESTDIR)$(datadir)/track-tokens/compat
	install -m 644 $(filter %.bat %.md %.ps1,$(COMPAT)) $(DESTDIR)$(datadir)/track-tokens/compat
	install -m 755 $(filter-out %.bat %.md %.ps1,$(COMPAT)) $(DESTDIR)$(datadir)/track-tokens/compat
	install -d $(DESTDIR)$(datadir)/track-tokens/grafana
	install -m 644 $(GRAFANA) $(DESTDIR)$(datadir)/track-tokens/grafana
	install -d $(addprefix $(DESTDIR)$(datadir)/,$(dir $(COMPLETIONS)))
	for p in track-tokens import-tokens; do \
		$(OUT)/bin/$$p completion bash >$(DESTDIR)$(datadir)/bash-completion/completions/$$p && \
		$(OUT)/bin/$$p completion zsh >$(DESTDIR)$(datadir)/zsh/site-functions/_$$p && \
		$(OUT)/bin/$$p completion fish >$(DESTDIR)$(datadir)/fish/vendor_completions.d/$$p.fish \
		|| exit 1; done

uninstall: ## remove what install installed
	rm -f $(addprefix $(DESTDIR)$(bindir)/,$(notdir $(BINS)))
	rm -f $(addprefix $(DESTDIR)$(mandir)/man1/,$(notdir $(wildcard src/man/*.1)))
	rm -f $(addprefix $(DESTDIR)$(mandir)/man5/,$(notdir $(wildcard src/man/*.5)))
	rm -f $(addprefix $(DESTDIR)$(datadir)/,$(COMPLETIONS))
	rm -f $(addprefix $(DESTDIR)$(datadir)/track-tokens/compat/,$(notdir $(COMPAT)))
	rm -f $(addprefix $(DESTDIR)$(datadir)/track-tokens/grafana/,$(notdir $(GRAFANA)))

dist: ## a reproducible tarball of HEAD, and its checksum
	git archive --format=tar --prefix=track-tokens-$(VERSION)/ HEAD | \
		gzip -9n >track-tokens-$(VERSION).tar.gz
	sha256sum track-tokens-$(VERSION).tar.gz

clean: ## remove everything that was built
	rm -rf build

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

-include tests/fuzz/fuzz.mk tests/faults/faults.mk
-include $(shell find $(OUT) -name '*.d' 2>/dev/null)
.PHONY: all unit check check-built check-client check-long lint golden coverage bench quickstart install \
        uninstall dist clean help
.SECONDARY:
.DELETE_ON_ERROR:
