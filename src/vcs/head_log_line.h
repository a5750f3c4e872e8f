/* SPDX-License-Identifier: MIT */
#ifndef VCS_HEAD_LOG_LINE_H
#define VCS_HEAD_LOG_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * One line of HEAD's log: "<old> <new> <name> <mail> <seconds> <zone>\t<message>",
 * and what its message says of the branch.
 */
enum head_move {
	HEAD_STAYS,   /* commit, merge, reset ...: the branch is as before */
	HEAD_LEAVES,  /* checkout: from one place (NULL: not told) to another */
	HEAD_REBASES, /* detached, until it returns to a branch */
	HEAD_RETURNS, /* a rebase has ended: on branch `to` */
	HEAD_RENAMED, /* the branch `from` is called `to` now */
};

struct head_line {
	const char *old_id, *new_id; /* hex; these strings lie in the line */
	int64_t seconds;
	enum head_move move;
	/* Of a checkout: `from` is the name of a branch or an object id, `to` what
	 * was asked for: a branch, a tag, an expression.  Else names of branches. */
	const char *from, *to;
	bool from_nothing; /* the old id is all zeros */
	bool is_first;	   /* the first commit of a branch */
	bool is_explained; /* the message is one that git writes where HEAD stays */
};

/* Cuts the line up; false when it is none. */
bool head_line_parse(struct head_line *out, char *line);

bool head_line_is_object_id(const char *text);

#endif
