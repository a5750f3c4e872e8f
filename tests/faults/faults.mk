# What the fault tests preload: build/release/faults/oomshim.so, slowshim.so, fastshim.so.
ifeq ($(shell uname -s),Linux)
check-built: $(addprefix $(OUT)/faults/,oomshim.so slowshim.so fastshim.so)
endif

$(OUT)/faults/%.so: tests/faults/%.c
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) -std=gnu11 -O2 -Wall -Wextra -fPIC -shared -o $@ $<
