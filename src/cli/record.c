/* SPDX-License-Identifier: MIT */
#include "cli/record.h"

#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/trace.h"

enum { LOCK_WAIT_MS = 10000 };

struct ledger_place record_place(const struct vcs_repo *repo)
{
	const char *worktree = vcs_main_worktree(repo);

	return (struct ledger_place){
		.root = worktree ? worktree : vcs_common_dir(repo),
		.relative =
			worktree ? "token_metrics/local_tracking" : "track-tokens/local_tracking",
		.shared = vcs_is_shared(repo),
	};
}

/* --- the branch --------------------------------------------------------- */

static bool has_control(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			return true;
	return false;
}

static enum tt_code check_branch(const char *name, struct tt_error *err)
{
	size_t len = strlen(name);

	if (len == 0)
		return tt_fail(err, TT_EINPUT, "the branch name is empty");
	if (len > ENTRY_NAME_MAX)
		return tt_fail(
			err, TT_EINPUT, "the branch name is longer than %d bytes", ENTRY_NAME_MAX);
	if (!utf8_is_valid(name, len))
		return tt_fail(err, TT_EINPUT,
			"the branch name '%s' is not valid UTF-8: name one with --branch", name);
	if (has_control(name))
		return tt_fail(err, TT_EINPUT, "the branch name '%s' has control characters", name);
	return TT_OK;
}

enum tt_code record_branch(
	struct strbuf *out, const struct vcs_repo *repo, const char *wanted, struct tt_error *err)
{
	static const char *const sources[] = { "HEAD names it", "HEAD of an unfinished rebase",
		"the CI system names it", "HEAD is detached" };
	_cleanup_(strbuf_release) struct strbuf name = STRBUF_INIT;
	enum vcs_branch_source source = VCS_BRANCH_HEAD;

	if (wanted)
		strbuf_addstr(&name, wanted);
	else if (vcs_branch(&name, &source, repo, context_env, err) != TT_OK)
		return err->code;
	if (check_branch(name.buf, err) != TT_OK)
		return err->code;
	trace("branch '%s': %s", name.buf, wanted ? "named on the command line" : sources[source]);
	strbuf_addstr(out, name.buf);
	return TT_OK;
}

/* --- who records -------------------------------------------------------- */

/* Stands for a name without showing it, the same on every machine. */
static void add_pseudonym(struct strbuf *out, const char *what, const char *name)
{
	char id[ENTRY_ID_TEXT];

	entry_derived_id(id, (const char *const[]){ what, name, NULL });
	strbuf_addstr(out, id);
}

static void add_host(struct strbuf *out)
{
	char name[256];

	if (gethostname(name, sizeof name) != 0)
		return;
	name[sizeof name - 1] = '\0';
	strbuf_addstr(out, name);
}

enum tt_code record_identify(struct strbuf *author, struct strbuf *host,
	const struct vcs_repo *repo, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf how = STRBUF_INIT, email = STRBUF_INIT,
						name = STRBUF_INIT;
	bool hashed;

	if (!vcs_config_get(&how, repo, "track-tokens.author"))
		strbuf_addstr(&how, "email");
	if (strcmp(how.buf, "none") == 0)
		return TT_OK;
	hashed = strcmp(how.buf, "hash") == 0;
	if (!hashed && strcmp(how.buf, "email") != 0)
		return tt_fail(err, TT_EINPUT,
			"track-tokens.author is '%s': it can be email, hash or none", how.buf);
	add_host(&name);
	if (vcs_author_email(&email, repo, context_env) && hashed)
		add_pseudonym(author, "author", email.buf);
	else
		strbuf_addstr(author, email.buf);
	if (hashed && name.len)
		add_pseudonym(host, "host", name.buf);
	else
		strbuf_addstr(host, name.buf);
	return TT_OK;
}

enum tt_code record_open(
	struct record *out, const struct context *ctx, const char *branch, struct tt_error *err)
{
	_cleanup_(record_release) struct record r = RECORD_INIT;
	struct tt_error unknown = TT_ERROR_INIT;
	struct instant time;

	if (record_branch(&r.branch, ctx->repo, branch, err) != TT_OK ||
		record_identify(&r.author, &r.host, ctx->repo, err) != TT_OK)
		return err->code;
	if (!vcs_remote_name(&r.repository, ctx->repo))
		strbuf_reset(&r.repository);
	if (vcs_head_commit(&r.commit, &time, ctx->repo, &unknown) != TT_OK)
		strbuf_reset(&r.commit);
	r.repo = ctx->repo;
	r.place = record_place(ctx->repo);
	*out = r;
	r = (struct record)RECORD_INIT;
	return TT_OK;
}

/* Without a remote the name is that of the first commit: the ledger remembers
 * it, since finding it means walking the whole history. */
static void name_by_history(struct record *r)
{
	const char *known = ledger_info(r->ledger)->repository;
	struct tt_error unknown = TT_ERROR_INIT;

	if (known)
		strbuf_addstr(&r->repository, known);
	else if (vcs_repository_name(&r->repository, r->repo, &unknown) == TT_OK)
		ledger_name_repository(r->ledger, r->repository.buf);
}

enum tt_code record_lock(struct record *r, struct tt_error *err)
{
	return record_lock_within(r, LOCK_WAIT_MS, err);
}

enum tt_code record_lock_within(struct record *r, int wait_ms, struct tt_error *err)
{
	if (ledger_lock(&r->ledger, &r->place, r->branch.buf,
		    r->repository.len ? r->repository.buf : NULL, wait_ms, err) != TT_OK)
		return err->code;
	if (!r->repository.len)
		name_by_history(r);
	return TT_OK;
}

enum tt_code record_find(
	struct entry *out, const struct record *r, const char *prefix, struct tt_error *err)
{
	size_t i;

	if (ledger_find(r->ledger, prefix, &i, err) != TT_OK)
		return tt_context(err, "branch '%s'", r->branch.buf);
	return ledger_entry(r->ledger, i, out, err);
}

void record_release(struct record *r)
{
	ledger_free(r->ledger);
	strbuf_release(&r->branch);
	strbuf_release(&r->repository);
	strbuf_release(&r->commit);
	strbuf_release(&r->author);
	strbuf_release(&r->host);
}

void record_sign(const struct record *r, struct entry *e)
{
	e->commit = r->commit.len ? r->commit.buf : NULL;
	e->author = r->author.len ? r->author.buf : NULL;
	e->host = r->host.len ? r->host.buf : NULL;
}
