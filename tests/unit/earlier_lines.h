/* SPDX-License-Identifier: MIT */
#ifndef TESTS_UNIT_EARLIER_LINES_H
#define TESTS_UNIT_EARLIER_LINES_H

#include "base/cleanup.h"
#include "capture/earlier_file.h"

#include "capture/earlier_file.h"

/* --- what a file gives, a line for each thing -------------------------------- */

static enum tt_code add_entry(
	void *ctx, const char *branch, const struct entry *e, struct tt_error *err)
{
	char time[INSTANT_TEXT];

	instant_format(time, e->timestamp);
	strbuf_addf(ctx, "%s %s r%d %s %d/%d/%d %s %s\n", branch, time, (int)e->revision, e->source,
		(int)e->usage.input, (int)e->usage.output, (int)e->usage.unsplit,
		e->model ? e->model : "-", e->notes);
	return entry_check(e, err);
}

static void add_instant(struct strbuf *out, struct instant t)
{
	char text[INSTANT_TEXT];

	instant_format(text, t);
	strbuf_addf(out, " %s", text);
}

/* "event manual key time input/output/read/write/unsplit requests messages ..." */
static enum tt_code add_usage(void *ctx, const struct earlier_usage *u, struct tt_error *err)
{
	static const char *const whats[] = { "event", "echo", "request", "window", "session",
		"part" };
	struct strbuf *out = ctx;

	(void)err;
	strbuf_addf(out, "%s %s %s", whats[u->what], entry_kind_name(u->kind), u->key);
	add_instant(out, u->time);
	if (u->what == EARLIER_WINDOW) {
		add_instant(out, u->from);
		add_instant(out, u->until);
	}
	strbuf_addf(out, " %d/%d/%d/%d/%d r%d m%d", (int)u->usage.input, (int)u->usage.output,
		(int)u->usage.cache_read, (int)u->usage.cache_write_5m, (int)u->usage.unsplit,
		(int)u->requests, (int)u->messages);
	if (u->model)
		strbuf_addf(out, " model=%s", u->model);
	if (u->project)
		strbuf_addf(out, " project=%s", u->project);
	if (u->server)
		strbuf_addf(out, " server=%s", u->server);
	strbuf_addch(out, '\n');
	return TT_OK;
}

static enum tt_code read_bytes(struct strbuf *out, const char *bytes, size_t len,
	struct earlier_file_skipped *skipped, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	const struct earlier_file_sink sink = { { out, add_entry }, add_usage, out };
	struct earlier_file file = { .written = { 1764000000000 } };

	if (earlier_file_is_database(bytes, len))
		strbuf_add(&text, bytes, len);
	else if (earlier_text_decode(&text, bytes, len, err) != TT_OK)
		return err->code;
	file.text = text.buf;
	file.len = text.len;
	return earlier_file_read(skipped, &file, &sink, err);
}

#endif
