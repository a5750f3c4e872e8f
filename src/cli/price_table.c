/* SPDX-License-Identifier: MIT */
#include "cli/price_table.h"

#include <fcntl.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/text.h"

enum { TABLE_MAX = 16 * 1024 * 1024 };

bool price_table_configured(struct strbuf *out, const struct context *ctx)
{
	_cleanup_(strbuf_release) struct strbuf value = STRBUF_INIT;
	const char *home = context_env("HOME"), *root;

	if (!ctx->repo || !vcs_config_get(&value, ctx->repo, "track-tokens.prices") || !value.len)
		return false;
	root = vcs_worktree(ctx->repo) ? vcs_worktree(ctx->repo) : vcs_common_dir(ctx->repo);
	if (text_starts_with(value.buf, "~/") && home)
		strbuf_addf(out, "%s%s", home, value.buf + 1);
	else if (value.buf[0] == '/')
		strbuf_addstr(out, value.buf);
	else
		strbuf_addf(out, "%s/%s", root, value.buf);
	return true;
}

static enum tt_code load_file(struct prices **out, const char *file, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;

	if (fs_read(&text, AT_FDCWD, file, TABLE_MAX, file, err) != TT_OK)
		return tt_context(err, "cannot read the price table");
	if (prices_parse(out, text.buf, text.len, err) != TT_OK)
		return tt_context(err, "the price table '%s'", file);
	return TT_OK;
}

enum tt_code price_table_load(
	struct prices **out, const struct context *ctx, const char *file, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf configured = STRBUF_INIT;

	if (file)
		return load_file(out, file, err);
	if (price_table_configured(&configured, ctx))
		return load_file(out, configured.buf, err);
	return prices_builtin(out, err);
}
