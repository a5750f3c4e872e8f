/* SPDX-License-Identifier: MIT */
#include "../../src/cli/figures.h"
#include "fuzz.h"

/* Text pasted for `add --from-message`, and the same text typed as words: what
 * is understood can be counted, and only a reading comes from a message. */
static void check(const struct figure_options *options, int argc, char **argv)
{
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
	struct figures f;
	struct tt_error err;
	int64_t total;

	if (figures_read(&f, &arena, options, argc, argv, &err) != TT_OK)
		return;
	must(usage_total(&total, &f.usage));
	must(total > 0 && total <= USAGE_MAX);
	must(!options->from_message || f.kind == ENTRY_CONTEXT_READING);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_autofree_ char *text = input_text(data, size);
	_autofree_ char *first = xstrdup(text);
	struct figure_options message = FIGURE_OPTIONS_INIT, none = FIGURE_OPTIONS_INIT;
	char *words[3] = { first };
	int count = 1;

	if (strcmp(text, "-") == 0)
		return 0;
	message.from_message = text;
	check(&message, 0, words);
	for (char *space = strchr(first, ' '); space && count < 3; space = strchr(space, ' ')) {
		*space++ = '\0';
		words[count++] = space;
	}
	if (strcmp(words[0], "-") != 0)
		check(&none, count, words);
	return 0;
}
