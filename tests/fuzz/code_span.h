/* SPDX-License-Identifier: MIT */
#ifndef TESTS_CODE_SPAN_H
#define TESTS_CODE_SPAN_H

#include "fuzz.h"

/* A code span by CommonMark 0.30, section 6.1: it ends at the first run of
 * backticks that is as long as the first one.  Nothing may leave it early.
 * Returns the text within, which the caller frees. */
static inline char *take_code_span(const char *markdown)
{
	size_t fence = strspn(markdown, "`"), len = strlen(markdown);
	const char *at = markdown + fence;

	must(fence > 0 && len > 2 * fence);
	for (;;) {
		size_t run;

		at += strcspn(at, "`");
		run = strspn(at, "`");
		must(run > 0);
		if (run == fence)
			break;
		at += run;
	}
	must(at[fence] == '\0');
	return xstrndup(markdown + fence, len - 2 * fence);
}

#endif
