/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text.h"
#include "internal.h"

enum { SHORT_ID = 7 };

typedef const char *(*environment_fn)(const char *name);

static const char *without_prefix(const char *ref)
{
	static const char heads[] = "refs/heads/";

	return text_starts_with(ref, heads) ? ref + sizeof heads - 1 : ref;
}

static bool is_object_id(const char *text)
{
	size_t len = strlen(text);

	for (const char *p = text; *p; p++)
		if (!isxdigit((unsigned char)*p))
			return false;
	return len == 40 || len == 64;
}

static bool head_by_libgit2(struct strbuf *out, const struct vcs_repo *repo)
{
	git_reference *head = NULL;
	const char *target;

	if (!repo->git || git_reference_lookup(&head, repo->git, "HEAD") != 0)
		return false;
	target = git_reference_symbolic_target(head);
	if (target)
		strbuf_addstr(out, without_prefix(target));
	git_reference_free(head);
	return target != NULL;
}

/* A reftable repository keeps this name in HEAD for those who look there. */
static bool is_placeholder(const char *ref)
{
	return strcmp(ref, "refs/heads/.invalid") == 0;
}

/* The line in HEAD, or what git says instead of it: "ref: <name>" or an id. */
static bool head_by_file(struct strbuf *out, const struct vcs_repo *repo)
{
	static const char *const ask[] = { "symbolic-ref", "-q", "HEAD", NULL };
	_cleanup_(strbuf_release) struct strbuf line = STRBUF_INIT;
	const char *ref;

	if (!vcs_first_line(&line, repo->git_dir, "HEAD") || !text_starts_with(line.buf, "ref:"))
		return false;
	ref = line.buf + strlen("ref:");
	ref += strspn(ref, " \t");
	if (!is_placeholder(ref)) {
		strbuf_addstr(out, without_prefix(ref));
		return true;
	}
	strbuf_reset(&line);
	if (!vcs_run_git(&line, repo, ask))
		return false;
	strbuf_setlen(&line, strcspn(line.buf, "\n"));
	strbuf_addstr(out, without_prefix(line.buf));
	return line.len > 0;
}

/* The branch that an unfinished rebase will return to. */
static bool branch_by_rebase(struct strbuf *out, const struct vcs_repo *repo)
{
	static const char *const files[] = { "rebase-merge/head-name", "rebase-apply/head-name" };

	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		_cleanup_(strbuf_release) struct strbuf line = STRBUF_INIT;

		if (vcs_first_line(&line, repo->git_dir, files[i]) &&
			text_starts_with(line.buf, "refs/heads/")) {
			strbuf_addstr(out, without_prefix(line.buf));
			return true;
		}
	}
	return false;
}

static const char *variable(environment_fn look_up, const char *name)
{
	const char *value = look_up(name);

	return value && *value ? value : NULL;
}

static const char *github_branch(environment_fn look_up)
{
	const char *head = variable(look_up, "GITHUB_HEAD_REF"); /* pull requests only */
	const char *type = variable(look_up, "GITHUB_REF_TYPE");

	if (head)
		return head;
	return type && strcmp(type, "branch") == 0 ? variable(look_up, "GITHUB_REF_NAME") : NULL;
}

static const char *gitlab_branch(environment_fn look_up)
{
	const char *source = variable(look_up, "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME");

	if (source)
		return source;
	return variable(look_up, "CI_COMMIT_TAG") ? NULL : variable(look_up, "CI_COMMIT_REF_NAME");
}

static const char *bitbucket_branch(environment_fn look_up)
{
	return variable(look_up, "BITBUCKET_BRANCH");
}

static const char *azure_branch(environment_fn look_up)
{
	const char *source = variable(look_up, "SYSTEM_PULLREQUEST_SOURCEBRANCH");
	const char *built = variable(look_up, "BUILD_SOURCEBRANCH");

	if (source)
		return without_prefix(source);
	/* It is also "refs/tags/..." or "refs/pull/...", which name no branch. */
	return built && text_starts_with(built, "refs/heads/") ? without_prefix(built) : NULL;
}

static bool branch_by_ci(struct strbuf *out, environment_fn look_up)
{
	static const char *(*const systems[])(
		environment_fn) = { github_branch, gitlab_branch, bitbucket_branch, azure_branch };

	for (size_t i = 0; look_up && i < sizeof systems / sizeof *systems; i++) {
		const char *name = systems[i](look_up);

		if (name) {
			strbuf_addstr(out, name);
			return true;
		}
	}
	return false;
}

static enum tt_code detached_name(
	struct strbuf *out, const struct vcs_repo *repo, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf id = STRBUF_INIT;

	if (vcs_head_commit(&id, NULL, repo, err) != TT_OK) {
		strbuf_reset(&id);
		if (!vcs_first_line(&id, repo->git_dir, "HEAD") || !is_object_id(id.buf))
			return tt_context(err, "cannot tell the branch");
	}
	strbuf_addf(out, "HEAD@%.*s", SHORT_ID, id.buf);
	return TT_OK;
}

enum tt_code vcs_branch(struct strbuf *out, enum vcs_branch_source *source,
	const struct vcs_repo *repo, environment_fn getenv_fn, struct tt_error *err)
{
	if (head_by_libgit2(out, repo) || head_by_file(out, repo))
		*source = VCS_BRANCH_HEAD;
	else if (branch_by_rebase(out, repo))
		*source = VCS_BRANCH_REBASE;
	else if (branch_by_ci(out, getenv_fn))
		*source = VCS_BRANCH_CI;
	else if (detached_name(out, repo, err) != TT_OK)
		return err->code;
	else
		*source = VCS_BRANCH_DETACHED;
	return TT_OK;
}
