/* SPDX-License-Identifier: MIT */
#ifndef CLI_GIT_HOOK_H
#define CLI_GIT_HOOK_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "vcs/repo.h"

/*
 * A hook of a repository: who keeps it, what is there, and putting ours in or
 * taking it out.
 *
 *	git_hook_read -> (git_hook_install or git_hook_uninstall) -> git_hook_release
 *
 * A hook that was there is kept as "<hook>.pre-track-tokens", and ours runs it
 * first.  Whoever dies on the way leaves the old hook or the new one in force,
 * and the next run completes the work.  The caller holds setup_lock.
 */
enum hook_keeper {
	HOOK_BY_GIT,	  /* a file of our own where git looks for it */
	HOOK_BY_HUSKY,	  /* a line in .husky/pre-commit, which is its user's */
	HOOK_BY_LEFTHOOK, /* these three: we only say what to add, and where */
	HOOK_BY_PRE_COMMIT,
	HOOK_BY_OUTSIDER, /* core.hooksPath lies outside the repository */
};

enum hook_state {
	HOOK_ABSENT,
	HOOK_CURRENT,  /* ours, exactly as install would write it */
	HOOK_OUTDATED, /* ours, of another version or for another program path */
	HOOK_FOREIGN,
};

struct git_hook {
	const char *name; /* one of the names below */
	enum hook_keeper keeper;
	enum hook_state state;
	bool kept;		   /* there is a hook that ours runs first */
	struct strbuf root, below; /* the directory: a place in the repository, and the rest */
	struct strbuf path;	   /* of the hook, for messages */
	struct strbuf content;	   /* as it is */
	struct strbuf wanted;	   /* as install writes it */
	mode_t mode;
};
#define GIT_HOOK_INIT                                                           \
	{                                                                       \
		.root = STRBUF_INIT, .below = STRBUF_INIT, .path = STRBUF_INIT, \
		.content = STRBUF_INIT, .wanted = STRBUF_INIT                   \
	}

/* The reminder, and the one that writes trailers into the message. */
#define GIT_HOOK_REMINDER "pre-commit"
#define GIT_HOOK_TRAILERS "prepare-commit-msg"
enum tt_code git_hook_read(
	struct git_hook *out, const char *name, const struct vcs_repo *repo, struct tt_error *err);
void git_hook_release(struct git_hook *hook);
/* "<name>.pre-track-tokens": the hook that ours runs first. */
void git_hook_add_kept_name(struct strbuf *out, const struct git_hook *hook);

/* Only these two change anything.  Neither does when there is nothing to do. */
enum tt_code git_hook_install(struct git_hook *hook, struct tt_error *err);
enum tt_code git_hook_uninstall(struct git_hook *hook, struct tt_error *err);

/* Can install write it?  Otherwise git_hook_advice says what to add where. */
bool git_hook_is_writable(const struct git_hook *hook);
void git_hook_add_advice(struct strbuf *out, const struct git_hook *hook);
const char *git_hook_keeper_name(const struct git_hook *hook);

/* Where this program lies, for a hook that is run with a bare PATH; false when
 * the system does not tell. */
bool git_hook_program_path(struct strbuf *out);

#endif
