/* SPDX-License-Identifier: MIT */
#ifndef CLI_WATCH_TREE_H
#define CLI_WATCH_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strbuf.h"

/*
 * Directories whose files come and grow: which of them have, told by inotify where there
 * is one, else by looking at all of them (polling).
 *
 *	watch_tree_new -> watch_tree_look, now and then -> watch_tree_free
 *
 * Directories may be missing, go away, be made anew or replaced: they are found again.
 * Where the system refuses to watch (its limit is reached) the tree is polled.  What it
 * keeps in memory is bounded by what is there now.
 */
struct watch_tree;

struct watch_tree_options {
	const char *const *tops;
	size_t count;
	bool deep;	    /* directories below them, too */
	const char *suffix; /* of the names that matter */
	bool by_polling;    /* never inotify: for file systems that other machines write */
};
/* The strings are copied. */
struct watch_tree *watch_tree_new(const struct watch_tree_options *options);
void watch_tree_free(struct watch_tree *tree); /* NULL is fine */

struct watch_sink {
	void *ctx;
	void (*file)(void *ctx, const char *path); /* it is new, or has changed; told often */
	void (*lost)(void *ctx);		   /* any of them may have */
};
/* Report what has changed.  The first time: all files that are there. */
void watch_tree_look(struct watch_tree *tree, const struct watch_sink *sink);
/* Try inotify again where it was refused before. */
void watch_tree_retry(struct watch_tree *tree);

/* Readable when there is something to look at; -1 when it is polled. */
int watch_tree_fd(const struct watch_tree *tree);
/* Is any of them there? */
bool watch_tree_is_there(const struct watch_tree *tree);
/* Why it is polled though nobody asked for that; or NULL. */
const char *watch_tree_refusal(const struct watch_tree *tree);
size_t watch_tree_directories(const struct watch_tree *tree); /* that are watched */
/* The tops that are there, with commas between them; else the first. */
void watch_tree_add_places(struct strbuf *out, const struct watch_tree *tree);

#endif
