# What the fault tests preload: build/release/faults/oomshim.so, slowshim.so.
ifeq ($(shell uname -s),Linux)
check-built: $(OUT)/faults/oomshim.so $(OUT)/faults/slowshim.so
endif

$(OUT)/faults/%.so: tests/faults/%.c
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) -std=gnu11 -O2 -Wall -Wextra -fPIC -shared -o $@ $<
