/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "internal.h"

static void reflog_freep(git_reflog **log)
{
	git_reflog_free(*log);
}
static void reference_freep(git_reference **ref)
{
	git_reference_free(*ref);
}

static void add_id(struct strbuf *out, const git_oid *oid)
{
	char hex[GIT_OID_HEXSZ + 1];

	strbuf_addf(out, "%s\n", git_oid_tostr(hex, sizeof hex, oid));
}

/* The log of the branch, so that visits to others are not in it, or of a
 * detached HEAD. */
static bool read_log(git_reflog **out, git_repository *git)
{
	_cleanup_(reference_freep) git_reference *head = NULL;
	const char *name = "HEAD";

	if (git_reference_lookup(&head, git, "HEAD") == 0 && git_reference_symbolic_target(head))
		name = git_reference_symbolic_target(head);
	return git_reflog_read(out, git, name) == 0;
}

bool vcs_recent_heads(struct strbuf *out, const struct vcs_repo *repo)
{
	_cleanup_(reflog_freep) git_reflog *log = NULL;
	_cleanup_(strbuf_release) struct strbuf head = STRBUF_INIT;
	struct tt_error ignored = TT_ERROR_INIT;

	if (vcs_head_commit(&head, NULL, repo, &ignored) != TT_OK)
		return false;
	strbuf_addf(out, "%s\n", head.buf);
	if (!repo->git || !read_log(&log, repo->git))
		return true;
	for (size_t i = 0; i < git_reflog_entrycount(log); i++) {
		const git_reflog_entry *entry = git_reflog_entry_byindex(log, i);
		const char *message = git_reflog_entry_message(entry);

		if (i > 0)
			add_id(out, git_reflog_entry_id_new(entry));
		/* "commit: ...", "commit (amend): ...", "commit (initial): ..." */
		if (message && text_starts_with(message, "commit"))
			break;
	}
	return true;
}
