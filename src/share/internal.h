/* SPDX-License-Identifier: MIT */
#ifndef SHARE_INTERNAL_H
#define SHARE_INTERNAL_H

#include "share/share.h"

/* What the modules of this layer share. */

enum { SHARE_FORMAT = 1, SHARE_ID_DIGITS = 8 };

extern const char *const share_window_names[WINDOW_KINDS];

/* The whole file. */
void share_encode(struct strbuf *out, const struct share_server *s);
/* Are two files the same but for the time of publication?  Of the layout above. */
bool share_says_the_same(const struct strbuf *a, const struct strbuf *b);

/* Without rows from before `since`.  TT_EINPUT: it is none, or a newer version's.  What out
 * points to lies in the arena. */
enum tt_code share_decode(struct share_server *out, struct arena *arena, struct json_text text,
	struct instant since, struct tt_error *err);

/*
 * The files of a directory, one behind the other: a head, the name, and then the text,
 * or why it could not be read.
 */
struct share_frame {
	size_t name_len, text_len;
	bool is_problem;
};

#endif
