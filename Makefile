# track-tokens and import-tokens.  `make help` lists what can be made.
B       ?= release
OUT     := build/$(B)
VERSION := $(shell cat VERSION)

prefix  ?= $(or $(PREFIX),/usr/local)
bindir  ?= $(prefix)/bin
mandir  ?= $(prefix)/share/man
datadir ?= $(prefix)/share

PKGS     := libgit2 libcjson uuid smartcols
DB_PKGS  := sqlite3 libpq
CFLAGS   ?= -O2 -g
WARN     := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
            -Wformat=2 -Wvla -Wundef -Wwrite-strings $(if $(WERROR),-Werror)
HARDEN   := -D_FORTIFY_SOURCE=2 -fstack-protector-strong
MODE_release := $(HARDEN)
MODE_debug   := -Og -fno-omit-frame-pointer
MODE_asan    := -O1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
MODE_cov     := -O0 --coverage
override CPPFLAGS += -D_GNU_SOURCE -Iinclude -DVERSION='"$(VERSION)"' \
            $(shell pkg-config --cflags $(PKGS) $(DB_PKGS) 2>/dev/null)
ALL_CFLAGS = -std=gnu11 -fPIE $(WARN) $(CFLAGS) $(MODE_$(B)) -ffile-prefix-map=$(CURDIR)=.
ifeq ($(shell uname -s),Linux)
ALL_LDFLAGS = -pie -Wl,--as-needed -Wl,-z,relro,-z,now $(LDFLAGS)
# see the end of src/cli/track_tokens.c
NO_CERTIFICATES = -Wl,--export-dynamic-symbol=mbedtls_x509_crt_parse_file
else
ALL_LDFLAGS = $(LDFLAGS)
endif
LIBS     = $(shell pkg-config --libs $(PKGS)) $(LDLIBS)
DB_LIBS  = $(shell pkg-config --libs $(DB_PKGS))

EMBED    := $(sort $(shell find src/store/sql -name '*.sql')) token_metrics/prices.json \
            $(sort $(wildcard githooks/*)) $(wildcard .github/workflows/token-metrics.yml)
LIB_SRC  := $(filter-out src/cli/%,$(sort $(shell find src -name '*.c')))
MAINS    := src/cli/track_tokens.c src/cli/import_tokens.c
CLI_SRC  := $(filter-out $(MAINS),$(sort $(wildcard src/cli/*.c)))
obj       = $(patsubst %.c,$(OUT)/%.o,$(1))

BINS     := $(OUT)/bin/track-tokens $(OUT)/bin/import-tokens
UNIT     := $(patsubst tests/unit/%.c,$(OUT)/tests/%,$(sort $(wildcard tests/unit/test_*.c)))

all: $(BINS) ## build both programs into build/release/bin

$(OUT)/libtokens.a: $(call obj,$(LIB_SRC)) $(OUT)/embedded_files.o
	rm -f $@ && $(AR) rcsD $@ $^

$(OUT)/libcli.a: $(call obj,$(CLI_SRC))
	rm -f $@ && $(AR) rcsD $@ $^

$(OUT)/embedded_files.c: $(EMBED) ci/embed.sh Makefile
	@mkdir -p $(@D)
	sh ci/embed.sh $(EMBED) >$@

$(OUT)/embedded_files.o: $(OUT)/embedded_files.c
	$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -c -o $@ $<

# track-tokens runs in hooks: it must not load libpq.
$(OUT)/bin/track-tokens: $(OUT)/src/cli/track_tokens.o $(OUT)/libcli.a $(OUT)/libtokens.a
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) $(NO_CERTIFICATES) -o $@ $^ $(LIBS)

$(OUT)/bin/import-tokens: $(OUT)/src/cli/import_tokens.o $(OUT)/libcli.a $(OUT)/libtokens.a
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(LIBS) $(DB_LIBS)

$(OUT)/tests/%: $(OUT)/tests/unit/%.o $(OUT)/libcli.a $(OUT)/libtokens.a
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(LIBS) $(DB_LIBS) -lcmocka

# Programs that tests use: build/release/support/store_tool from tests/support/store_tool.c.
$(OUT)/support/%: $(OUT)/tests/support/%.o $(OUT)/libcli.a $(OUT)/libtokens.a
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(LIBS) $(DB_LIBS)

$(OUT)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

unit: $(UNIT) ## build and run the unit tests
	@set -e; for t in $(UNIT); do $$t; done

clean: ## remove everything that was built
	rm -rf build

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

-include tests/fuzz/fuzz.mk
-include $(shell find $(OUT) -name '*.d' 2>/dev/null)
.PHONY: all unit clean help
.SECONDARY:
.DELETE_ON_ERROR:
