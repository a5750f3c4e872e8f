# Fuzzing: `make fuzz` looks for new faults, `make fuzz-replay` runs the inputs
# that are kept.  A target is a file fuzz_<name>.c.
FUZZ_SECS   ?= 10
FUZZ_CC     ?= clang-14
FUZZ_NAMES  := $(patsubst tests/fuzz/fuzz_%.c,%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
FUZZ_ONLY   ?= $(FUZZ_NAMES)
MODE_fuzz   := -O1 -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address,undefined \
               -fno-sanitize-recover=all

fuzz: ## fuzz every parser and escaper, FUZZ_SECS=10 seconds each (FUZZ_ONLY=name)
	@sh ci/deps.sh fuzz
	@$(MAKE) --no-print-directory B=fuzz CC=$(FUZZ_CC) fuzz-run

fuzz-replay: ## run the fuzz targets on the kept inputs, with sanitizers
	@$(MAKE) --no-print-directory B=asan fuzz-replay-run

fuzz-run: $(FUZZ_ONLY:%=$(OUT)/fuzz/%)
	@for t in $(FUZZ_ONLY); do \
		mkdir -p $(OUT)/corpus/$$t tests/fuzz/regressions/$$t && \
		echo "fuzz $$t" && \
		$(OUT)/fuzz/$$t -max_total_time=$(FUZZ_SECS) -timeout=5 -rss_limit_mb=1024 \
			-max_len=8192 -dict=tests/fuzz/json.dict -verbosity=0 \
			-artifact_prefix=$(OUT)/corpus/$$t- \
			$(OUT)/corpus/$$t tests/fuzz/corpus/$$t tests/fuzz/regressions/$$t || exit 1; \
	done

fuzz-replay-run: $(FUZZ_NAMES:%=$(OUT)/fuzz/replay-%)
	@for t in $(FUZZ_NAMES); do \
		$(OUT)/fuzz/replay-$$t tests/fuzz/corpus/$$t tests/fuzz/regressions/$$t || exit 1; \
	done

$(OUT)/fuzz/replay-%: $(OUT)/tests/fuzz/fuzz_%.o $(OUT)/tests/fuzz/replay.o $(OUT)/libcli.a \
                      $(OUT)/libtokens.a
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(LIBS) $(DB_LIBS)

$(OUT)/fuzz/%: $(OUT)/tests/fuzz/fuzz_%.o $(OUT)/libcli.a $(OUT)/libtokens.a
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CFLAGS) -fsanitize=fuzzer $(ALL_LDFLAGS) -o $@ $^ $(LIBS) $(DB_LIBS)

.PHONY: fuzz fuzz-replay fuzz-run fuzz-replay-run
