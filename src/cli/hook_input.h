/* SPDX-License-Identifier: MIT */
#ifndef CLI_HOOK_INPUT_H
#define CLI_HOOK_INPUT_H

#include <stdint.h>

#include "base/error.h"
#include "base/strbuf.h"

/* What commands share that the client runs and waits for. */

/* Standard input to its end, or as much as comes within a second: a pipe that stays
 * open must not hold the client up.  TT_EINPUT when it is too long. */
enum tt_code hook_input_read(struct strbuf *out, struct tt_error *err);
/* Milliseconds that only run forward, also where tests stop the program's clock. */
int64_t hook_clock_ms(void);

/* Run `command` by sh with this input, and append what it prints within wait_ms;
 * then it is ended. */
void hook_run_command(
	struct strbuf *out, const char *command, const struct strbuf *input, int wait_ms);

#endif
