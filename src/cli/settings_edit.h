/* SPDX-License-Identifier: MIT */
#ifndef CLI_SETTINGS_EDIT_H
#define CLI_SETTINGS_EDIT_H

#include <stdbool.h>

#include "base/error.h"
#include "base/strbuf.h"

/*
 * Claude Code's settings.json, as text: what is put in or taken out touches no
 * other byte, so that order, spacing and everything unknown stay as they were.
 *
 *	{"hooks":{"Stop":[{"hooks":[{"type":"command","command":"track-tokens hook"}]}]},
 *	 "statusLine":{"type":"command","command":"track-tokens statusline"}}
 */
struct settings_wish {
	const char *hook_command;	/* NULL: no hooks of ours */
	const char *statusline_command; /* NULL: no status line of ours; its user's own, if
					   there is one, is run by it with --then */
};

/* Before a command in settings that colleagues share: who does not have the program
 * must not see an error. */
#define SETTINGS_GUARD "! command -v track-tokens >/dev/null || "

/* The text with what is wished for, and nothing else of ours: a command that runs only
 * our program is ours, one that is composed of it and others is its user's and stays.
 * What stands as wished for is not moved.  An empty text is an empty object.  TT_EINPUT when it is
 * no JSON object, or holds something else where hooks belong: "line L, column C: ...". */
enum tt_code settings_edit(struct strbuf *out, const char *text, size_t len,
	const struct settings_wish *wish, struct tt_error *err);

struct settings_state {
	int hooks;	    /* events with a hook of ours, of the three */
	bool statusline;    /* ours */
	bool all_disabled;  /* disableAllHooks */
	char *hook_command; /* of ours; NULL: none.  The caller frees it */
};
enum tt_code settings_look(
	struct settings_state *out, const char *text, size_t len, struct tt_error *err);

enum { SETTINGS_EVENTS = 3 };
extern const char *const settings_events[SETTINGS_EVENTS]; /* "Stop", ... */

#endif
