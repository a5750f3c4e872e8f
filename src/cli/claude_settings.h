/* SPDX-License-Identifier: MIT */
#ifndef CLI_CLAUDE_SETTINGS_H
#define CLI_CLAUDE_SETTINGS_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "settings_edit.h"
#include "vcs/repo.h"

/*
 * The files in which Claude Code looks for hooks and a status line, and putting ours
 * in or taking it out.
 *
 *	claude_settings_read -> claude_settings_install or claude_settings_uninstall
 *	-> claude_settings_release
 *
 * Before the first change the file is kept as "<file>.before-track-tokens"; taking
 * ours out of an otherwise unchanged file restores it byte for byte.  A symbolic link
 * stays one: the file that it points to is changed.  Nothing is written when the file
 * is no JSON, or was changed by somebody else in the meantime.
 */
enum claude_scope {
	CLAUDE_LOCAL,	/* <worktree>/.claude/settings.local.json: for me, here */
	CLAUDE_PROJECT, /* <worktree>/.claude/settings.json: for everybody, committed */
	CLAUDE_USER,	/* <config>/settings.json: for me, everywhere */
};
enum { CLAUDE_SCOPES = 3 };
extern const char *const claude_scope_names[CLAUDE_SCOPES]; /* "local", ... */
bool claude_scope_parse(enum claude_scope *out, const char *word);

struct claude_settings {
	enum claude_scope scope;
	struct strbuf shown; /* the path as the client names it */
	struct strbuf path;  /* the file itself, behind links */
	struct strbuf text;  /* as it is; "" when there is none */
	bool exists;
	mode_t mode;
};
#define CLAUDE_SETTINGS_INIT                                                   \
	{                                                                      \
		.shown = STRBUF_INIT, .path = STRBUF_INIT, .text = STRBUF_INIT \
	}

/* repo may be NULL for CLAUDE_USER.  TT_ENOTFOUND: the scope has no place (no
 * worktree, no home). */
enum tt_code claude_settings_read(struct claude_settings *out, enum claude_scope scope,
	const struct vcs_repo *repo, struct tt_error *err);
void claude_settings_release(struct claude_settings *s);

/* The file with our hooks (and status line) in it; the same text when they are in. */
enum tt_code claude_settings_wanted(
	struct strbuf *out, const struct claude_settings *s, bool statusline, struct tt_error *err);
enum tt_code claude_settings_install(
	struct claude_settings *s, const struct strbuf *wanted, struct tt_error *err);
/* *changed: there was something of ours.  dry: only say so. */
enum tt_code claude_settings_uninstall(
	struct claude_settings *s, bool dry, bool *changed, struct tt_error *err);

/* Are our hooks in any of the files that the client reads in this repository? */
bool claude_settings_have_hooks(const struct vcs_repo *repo);

/* git must not commit what is only mine: add the local settings, and the kept file beside
 * those of the project, to info/exclude when nothing else ignores them; and take that
 * line out again. */
enum tt_code claude_settings_hide(
	enum claude_scope scope, const struct vcs_repo *repo, struct tt_error *err);
enum tt_code claude_settings_unhide(
	enum claude_scope scope, const struct vcs_repo *repo, struct tt_error *err);

#endif
