/* SPDX-License-Identifier: MIT */
#include "import_target.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/trace.h"
#include "cli/record.h"
#include "import_outcome.h"

#include <unistd.h>

void target_release(struct target *t)
{
	store_close(t->store);
	strbuf_release(&t->url);
	strbuf_release(&t->shown);
	strbuf_release(&t->repository);
	strbuf_release(&t->branch);
	strbuf_release(&t->application);
}

/* --- database ----------------------------------------------------------------- */

static bool libpq_is_configured(void)
{
	return context_env("PGHOST") || context_env("PGHOSTADDR") || context_env("PGSERVICE") ||
	       context_env("PGDATABASE");
}

/* The default database lies in the worktree, in a directory that add or init
 * made, or that is made here. */
static enum tt_code default_database(struct strbuf *url, struct context *ctx, struct tt_error *err)
{
	struct tt_error none = TT_ERROR_INIT;
	const char *root = ".";
	_autoclose_ int dir = -1;

	if (context_open_repo(ctx, &none) == TT_OK && vcs_worktree(ctx->repo))
		root = vcs_worktree(ctx->repo);
	if (fs_open_dir(&dir, root, "token_metrics", true, 0700, err) != TT_OK)
		return err->code;
	strbuf_addf(url, "sqlite:%s/token_metrics/tokens.db", root);
	return TT_OK;
}

static const char *given_url(const struct target_options *o)
{
	static const char *const variables[] = { "IMPORT_TOKENS_DATABASE_URL", "DATABASE_URL" };

	if (o->in_memory)
		return "sqlite::memory:";
	if (o->db)
		return o->db;
	for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
		if (context_env(variables[i]))
			return context_env(variables[i]);
	return libpq_is_configured() ? "postgresql:" : NULL;
}

enum tt_code target_find_database(
	struct target *t, struct context *ctx, const struct target_options *o, struct tt_error *err)
{
	const char *url = given_url(o);
	bool ours = !url;

	if (url)
		strbuf_addstr(&t->url, url);
	else if (default_database(&t->url, ctx, err) != TT_OK)
		return err->code;
	if (ours)
		strbuf_addstr(&t->shown, "sqlite:token_metrics/tokens.db");
	else
		store_mask_url(&t->shown, t->url.buf);
	trace("database '%s'", t->shown.buf);
	outcome_mask_password(ctx, t->url.buf);
	return TT_OK;
}

/* --- repository and branch ------------------------------------------------------ */

/* "https://github.com" + "acme/app" -> "github.com/acme/app" */
static bool github_repository(struct strbuf *out)
{
	const char *name = context_env("GITHUB_REPOSITORY");
	const char *server = context_env("GITHUB_SERVER_URL");
	_autofree_ char *url = NULL;

	if (!name)
		return false;
	url = xasprintf("%s/%s", server ? server : "https://github.com", name);
	return vcs_canonical_url(out, url);
}

static void find_branch(struct target *t, struct context *ctx, const char *wanted)
{
	struct tt_error none = TT_ERROR_INIT;
	const char *head = context_env("GITHUB_HEAD_REF");

	if (wanted)
		strbuf_addstr(&t->branch, wanted);
	else if (head)
		strbuf_addstr(&t->branch, head);
	else if (context_open_repo(ctx, &none) == TT_OK)
		(void)record_branch(&t->branch, ctx->repo, NULL, &none);
}

enum tt_code target_find_repository(
	struct target *t, struct context *ctx, const struct target_options *o, struct tt_error *err)
{
	struct tt_error reason = TT_ERROR_INIT;

	find_branch(t, ctx, o->branch);
	if (o->repository) {
		if (!vcs_canonical_url(&t->repository, o->repository)) {
			strbuf_reset(&t->repository);
			strbuf_addstr(&t->repository, o->repository);
		}
		return TT_OK;
	}
	if (github_repository(&t->repository))
		return TT_OK;
	strbuf_reset(&t->repository);
	if (context_open_repo(ctx, &reason) == TT_OK &&
		vcs_repository_name(&t->repository, ctx->repo, &reason) == TT_OK)
		return TT_OK;
	return tt_fail(err, TT_ENOTFOUND,
		"cannot tell which repository this is (%s); name it: --repository "
		"github.com/acme/app",
		reason.msg);
}

/* --- opening ---------------------------------------------------------------------- */

static void notice(void *ctx, const char *message)
{
	context_note(ctx, "%s", message);
}

static bool migrates_by_itself(const struct target *t, const struct target_options *o)
{
	if (o->migrate)
		return strcmp(o->migrate, "auto") == 0;
	return strcmp(store_kind(t->store), "sqlite") == 0;
}

enum tt_code target_open(struct target *t, struct context *ctx, const struct target_options *o,
	bool create, struct tt_error *err)
{
	struct store_options options = { .insecure_tls = o->insecure_tls,
		.create = create,
		.notice = notice,
		.notice_ctx = ctx };
	const char *run = context_env("GITHUB_RUN_ID");
	int from, to;

	strbuf_addf(&t->application, "import-tokens/%s", VERSION);
	if (run)
		strbuf_addf(&t->application, " run=%s", run);
	options.application_name = t->application.buf;
	if (store_open(&t->store, t->url.buf, &options, err) != TT_OK)
		return err->code;
	if (create && migrates_by_itself(t, o) && store_migrate(t->store, &from, &to, err) != TT_OK)
		return err->code;
	return store_check_schema(t->store, err);
}
