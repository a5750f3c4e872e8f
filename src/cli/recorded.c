/* SPDX-License-Identifier: MIT */
#include "recorded.h"

#include <inttypes.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "user_log.h"

const char *glyph(const struct context *ctx, const char *picture)
{
	return ctx->style.glyphs == REPORT_UTF8 ? picture : "";
}

static void add_json(struct strbuf *out, const struct recorded *what)
{
	const struct ledger_info *info = ledger_info(what->record->ledger);
	struct json_writer w = { .out = out };

	json_open(&w, '{');
	json_put_int(&w, "version", 1);
	json_key(&w, what->verb);
	json_open(&w, '{');
	json_put_string(&w, "id", what->entry->id);
	json_put_int(&w, "revision", what->entry->revision);
	json_put_string(&w, "kind", entry_kind_name(what->entry->kind));
	json_put_int(&w, "tokens", entry_tokens(what->entry));
	json_close(&w, '}');
	json_put_string(&w, "branch", what->record->branch.buf);
	json_put_int(&w, "total_tokens", info->total_tokens);
	json_put_int(&w, "sessions", info->sessions);
	json_put_string(&w, "export",
		what->export_ && what->export_->name.len ? what->export_->path.buf : NULL);
	json_close(&w, '}');
	strbuf_addch(out, '\n');
}

static void add_text(struct strbuf *out, const struct context *ctx, const struct recorded *what)
{
	const struct ledger_info *info = ledger_info(what->record->ledger);

	strbuf_addf(out, "%s%s\n", glyph(ctx, "✅ "), what->sentence);
	strbuf_addf(out, "%sTotal accumulated: ", glyph(ctx, "📊 "));
	text_add_count(out, info->total_tokens);
	strbuf_addf(out, " tokens\n%sBranch: ", glyph(ctx, "🌳 "));
	text_add_visible(out, what->record->branch.buf);
	strbuf_addf(out, "\n%sSessions tracked: ", glyph(ctx, "📝 "));
	text_add_count(out, info->sessions);
	strbuf_addch(out, '\n');
	if (what->export_ && what->export_->name.len)
		strbuf_addf(out, "\n%sAuto-exported to: %s\n", glyph(ctx, "💾 "),
			what->export_->name.buf);
}

void recorded_show(const struct context *ctx, const struct recorded *what)
{
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;

	if (ctx->common.json)
		add_json(&out, what);
	else
		add_text(&out, ctx, what);
	(void)fwrite(out.buf, 1, out.len, ctx->out);
	user_log(USER_LOG_INFO, "%s %" PRId64 " tokens on '%s'", what->verb,
		entry_tokens(what->entry), what->record->branch.buf);
}
