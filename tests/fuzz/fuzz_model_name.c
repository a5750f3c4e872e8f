/* SPDX-License-Identifier: MIT */
#include "fuzz.h"
#include "model/prices.h"

/* The canonical name of a canonical name is itself. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_autofree_ char *model = input_text(data, size);
	_cleanup_(strbuf_release) struct strbuf once = STRBUF_INIT, twice = STRBUF_INIT;

	prices_normalise(&once, model);
	prices_normalise(&twice, once.buf);
	must(strcmp(once.buf, twice.buf) == 0);
	return 0;
}
