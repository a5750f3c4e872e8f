/* SPDX-License-Identifier: MIT */
#ifndef CLI_USAGE_JSON_H
#define CLI_USAGE_JSON_H

#include "figures.h"

/* At most PASTE_MAX bytes of standard input, text only. */
enum tt_code figures_read_stdin(struct strbuf *out, struct tt_error *err);

/*
 * The usage object of an API answer, from a file or ("-") standard input; also
 * the whole answer ({"model":...,"usage":{...}}), or a line of a transcript
 * ({"message":{...}}).  Its input_tokens exclude the cache, as ours do.
 */
enum tt_code usage_json_read(
	struct figures *f, struct arena *arena, const char *file, struct tt_error *err);

#endif
