/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/text.h"
#include "cli/record.h"
#include "exchange/export_file.h"

/* Exports are committed: not secret, and readable as git would make them. */
enum { EXPORT_MODE = 0644, EXPORT_DIR_MODE = 0755 };

void record_export_release(struct record_export *x)
{
	strbuf_release(&x->name);
	strbuf_release(&x->path);
}

static void configured_dir(struct strbuf *out, const struct vcs_repo *repo)
{
	if (!vcs_config_get(out, repo, "track-tokens.exportDir") || !out->len) {
		strbuf_reset(out);
		strbuf_addstr(out, "temp");
	}
}

bool record_export_dir(struct strbuf *out, const struct vcs_repo *repo)
{
	_cleanup_(strbuf_release) struct strbuf dir = STRBUF_INIT;
	const char *worktree = vcs_worktree(repo);

	configured_dir(&dir, repo);
	if (dir.buf[0] == '/')
		strbuf_addstr(out, dir.buf);
	else if (worktree)
		strbuf_addf(out, "%s/%s", worktree, dir.buf);
	else
		return false;
	return true;
}

/* An absolute directory is the user's own choice and must exist; one in the
 * worktree is made, following no symbolic link that a branch may bring. */
static enum tt_code open_export_dir(int *out, const struct vcs_repo *repo, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf dir = STRBUF_INIT;
	const char *worktree = vcs_worktree(repo);

	configured_dir(&dir, repo);
	if (dir.buf[0] == '/')
		return fs_open_dir(out, dir.buf, "", false, 0, err);
	if (!worktree)
		return tt_fail(err, TT_ENOTFOUND, "a bare repository has no worktree for it");
	return fs_open_dir(out, worktree, dir.buf, true, EXPORT_DIR_MODE, err);
}

/* --- content ------------------------------------------------------------ */

struct export_meta record_export_meta(const struct record *r, bool branch)
{
	return (struct export_meta){
		.exported_at = clock_now(),
		.exported_by = r->author.len ? r->author.buf : NULL,
		.repository = r->repository.len ? r->repository.buf : NULL,
		.branch = branch ? r->branch.buf : NULL,
		.commit = r->commit.len ? r->commit.buf : NULL,
		.tool_version = VERSION,
	};
}

/* Entry i of those to export: of all, or of the pending ones. */
static enum tt_code entry_at(
	struct entry *out, struct ledger *ledger, bool pending, size_t i, struct tt_error *err)
{
	size_t at = i;

	if (pending && ledger_find(ledger, ledger_pending_at(ledger, i)->id, &at, err) != TT_OK)
		return err->code;
	return ledger_entry(ledger, at, out, err);
}

/* The total comes before the entries in the file, so they are read twice. */
static enum tt_code add_entries(struct export_writer *w, struct ledger *ledger, bool pending,
	struct record_export *x, struct tt_error *err)
{
	size_t count = pending ? ledger_pending_count(ledger) : ledger_count(ledger);
	int64_t tokens = 0;
	struct entry e;

	for (size_t i = 0; i < count; i++) {
		if (entry_at(&e, ledger, pending, i, err) != TT_OK)
			return err->code;
		if (__builtin_add_overflow(tokens, entry_counted_tokens(&e), &tokens))
			return tt_fail(
				err, TT_EINPUT, "the tokens to export are too many to count");
	}
	export_branch(w, ledger_info(ledger)->branch, tokens);
	for (size_t i = 0; i < count; i++) {
		if (entry_at(&e, ledger, pending, i, err) != TT_OK)
			return err->code;
		export_entry(w, &e);
	}
	x->entries += count;
	x->tokens += tokens;
	return TT_OK;
}

enum tt_code record_export_all(struct export_writer *w, struct ledger *ledger,
	struct record_export *x, struct tt_error *err)
{
	return add_entries(w, ledger, false, x, err);
}

static enum tt_code encode_pending(
	struct strbuf *out, const struct record *r, struct record_export *x, struct tt_error *err)
{
	struct export_meta meta = record_export_meta(r, true);
	struct export_writer w = { 0 };

	export_begin(&w, out, &meta);
	if (add_entries(&w, r->ledger, true, x, err) != TT_OK)
		return err->code;
	export_end(&w);
	return TT_OK;
}

size_t record_pending(const struct vcs_repo *repo, const struct ledger *ledger)
{
	_cleanup_(strbuf_release) struct strbuf path = STRBUF_INIT;
	size_t count = ledger_pending_count(ledger), waiting = 0, dir;
	bool has_dir = record_export_dir(&path, repo);

	for (dir = path.len; count-- > 0; strbuf_setlen(&path, dir)) {
		const char *file = ledger_pending_at(ledger, count)->file;

		strbuf_addf(&path, "/%s", file ? file : "");
		waiting += !file || !has_dir || !fs_exists(AT_FDCWD, path.buf);
	}
	return waiting;
}

/* --- the order of writes ------------------------------------------------ */

/* Forget what an earlier run exported. */
static void confirm_written(struct ledger *ledger, int dir)
{
	const char *last = NULL;
	bool written = false;

	/* From the end, where taking one out moves no other. */
	for (size_t i = ledger_pending_count(ledger); i-- > 0;) {
		const char *file = ledger_pending_at(ledger, i)->file;

		if (file && (!last || strcmp(file, last) != 0)) {
			last = file;
			written = fs_exists(dir, file);
		}
		if (file && written)
			ledger_confirm(ledger, i);
	}
}

static enum tt_code plan(struct strbuf *name, struct record *r, struct tt_error *err)
{
	uint32_t nonce;

	if (fs_random(&nonce, sizeof nonce, err) != TT_OK)
		return err->code;
	export_file_name(name, r->branch.buf, clock_now(), nonce);
	ledger_plan_export(r->ledger, name->buf);
	return TT_OK;
}

static void warn_if_ignored(const struct context *ctx, const char *path)
{
	if (vcs_is_ignored(ctx->repo, path))
		context_warn(ctx,
			"git ignores '%s': exports that are not committed are never imported; "
			"'track-tokens init' shows the fix",
			path);
}

/* Everything is in the ledger already: what goes wrong here is no failure. */
static void write_export(const struct context *ctx, const struct record *r, struct record_export *x,
	int dir, const struct strbuf *name)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;

	(void)record_export_dir(&x->path, ctx->repo);
	strbuf_addf(&x->path, "/%s", name->buf);
	if (encode_pending(&text, r, x, &x->problem) != TT_OK ||
		fs_create(dir, name->buf, text.buf, text.len, EXPORT_MODE, x->path.buf,
			&x->problem) != TT_OK)
		return;
	strbuf_addstr(&x->name, name->buf);
	warn_if_ignored(ctx, x->path.buf);
}

static enum tt_code save_and_export(
	const struct context *ctx, struct record *r, struct record_export *x, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf name = STRBUF_INIT;
	_autoclose_ int dir = -1;

	if (open_export_dir(&dir, ctx->repo, &x->problem) == TT_OK) {
		confirm_written(r->ledger, dir);
		if (ledger_pending_count(r->ledger) && plan(&name, r, err) != TT_OK)
			return err->code;
	}
	if (ledger_save(r->ledger, err) != TT_OK)
		return err->code;
	if (name.len)
		write_export(ctx, r, x, dir, &name);
	return TT_OK;
}

enum tt_code record_save(
	const struct context *ctx, struct record *r, struct record_export *x, struct tt_error *err)
{
	if ((x ? save_and_export(ctx, r, x, err) : ledger_save(r->ledger, err)) != TT_OK)
		return err->code;
	context_detail(ctx, "saved '%s'", ledger_info(r->ledger)->path);
	if (x && x->problem.code != TT_OK)
		context_warn(ctx,
			"recorded, but not exported: %s; it will be part of the next export",
			x->problem.msg);
	return TT_OK;
}

enum tt_code record_export_pending(
	const struct context *ctx, struct record *r, struct record_export *x, struct tt_error *err)
{
	if (record_lock(r, err) != TT_OK)
		return err->code;
	if (ledger_pending_count(r->ledger) == 0)
		return TT_OK;
	if (save_and_export(ctx, r, x, err) != TT_OK)
		return err->code;
	if (x->problem.code == TT_OK)
		return TT_OK;
	return tt_fail(err, x->problem.code, "nothing was exported: %s", x->problem.msg);
}
