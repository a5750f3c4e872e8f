/* SPDX-License-Identifier: MIT */
#ifndef CLI_SETUP_H
#define CLI_SETUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "vcs/repo.h"

/*
 * What `init` makes and `deinit` takes back: a list of things, each at a path
 * below one of two places.
 *
 * What init is about to make is recorded first, in <git dir>/track-tokens/
 * init.json: so whoever dies on the way leaves nothing that deinit does not
 * know, and the next init completes the work.  Things that were there before
 * are never recorded.
 *
 *	setup_lock -> setup_load -> setup_add, setup_look -> setup_save
 *	-> setup_make (or setup_take_back ..., setup_forget)
 */
enum setup_kind {
	SETUP_DIRECTORY,
	SETUP_FILE,
	SETUP_LINES,  /* lines at the end of a file that is its user's */
	SETUP_HOOK,   /* the git hook: see git_hook.h */
	SETUP_CLAUDE, /* hooks of the client: see claude_settings.h; path is the scope */
};

enum setup_base {
	SETUP_WORKTREE, /* the worktree in which init is run */
	SETUP_LEDGER,	/* where the ledgers are: the main worktree, or a bare git directory */
};

struct setup_item {
	enum setup_kind kind;
	enum setup_base base;
	char *path;    /* relative */
	char *text;    /* of a file or of lines; "" in what setup_load gives of a file */
	uint64_t hash; /* of the text */
	mode_t mode;
};

struct setup_list {
	struct setup_item *items;
	size_t count;
};
#define SETUP_LIST_INIT \
	{               \
		0       \
	}

void setup_release(struct setup_list *list);
void setup_add(struct setup_list *list, enum setup_kind kind, enum setup_base base,
	const char *path, const char *text, mode_t mode);
const struct setup_item *setup_find(const struct setup_list *list, const struct setup_item *like);

/* One at a time in a repository; TT_EBUSY when another one is at it. */
enum tt_code setup_lock(int *out, const struct vcs_repo *repo, struct tt_error *err);

/* The record; none is an empty list.  setup_save(empty list) removes it. */
enum tt_code setup_load(struct setup_list *out, const struct vcs_repo *repo, struct tt_error *err);
enum tt_code setup_save(
	const struct setup_list *made, const struct vcs_repo *repo, struct tt_error *err);

enum setup_state {
	SETUP_THERE, /* as it should be */
	SETUP_MISSING,
	SETUP_EARLIER, /* as an earlier version of init made it: may be replaced */
	SETUP_CHANGED, /* there, with other content: the user's */
};
/* made: the record of this item, or NULL. */
enum tt_code setup_look(enum setup_state *out, const struct setup_item *item,
	const struct setup_item *made, const struct vcs_repo *repo, struct tt_error *err);
enum tt_code setup_make(
	const struct setup_item *item, const struct vcs_repo *repo, struct tt_error *err);

enum setup_outcome {
	SETUP_TAKEN,
	SETUP_GONE, /* somebody else has removed it */
	SETUP_LEFT, /* it was changed since, or the directory is in use */
};
/* Remove a recorded item unless it was changed since; `dry` only says what
 * would become of it. */
enum tt_code setup_take_back(enum setup_outcome *out, const struct setup_item *item,
	const struct vcs_repo *repo, bool dry, struct tt_error *err);

/* The ledger directory with the .gitignore that keeps it out of commits, as
 * items. */
void setup_add_ledger_dir(struct setup_list *list, const struct vcs_repo *repo);

#endif
