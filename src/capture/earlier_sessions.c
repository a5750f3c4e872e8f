/* SPDX-License-Identifier: MIT */
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/json_writer.h"
#include "base/mem.h"
#include "base/text.h"
#include "earlier_parts.h"
#include "lenient.h"

/* Sessions: the list that the session tracker exported, and the client's own file,
 * which knows the last session of each project. */

/* --- the exported list ---------------------------------------------------- */

static enum tt_code read_listed(
	struct earlier_reading *r, const struct json *item, struct tt_error *err)
{
	const char *started = json_text(json_get(item, "started_at"));
	struct earlier_usage u = { .what = EARLIER_SESSION,
		.tracker = EARLIER_SESSION_TRACKER,
		.kind = ENTRY_MEASURED,
		.source = "claude-usage-export.json",
		.session = json_text(json_get(item, "id")),
		.project = json_text(json_get(item, "project_path")) };

	if (!u.session || strlen(u.session) > ENTRY_NAME_MAX)
		return tt_fail(err, TT_EINPUT, "a session has no 'id'");
	if (text_starts_with(u.session, "placeholder-")) {
		r->skipped->rows++;
		return TT_OK;
	}
	if (!started || !instant_parse_naive(&u.time, started, true))
		return tt_fail(err, TT_EINPUT, "a session's 'started_at' is no time");
	if (earlier_count(&u.usage.input, item, "total_input_tokens", err) != TT_OK ||
		earlier_count(&u.usage.output, item, "total_output_tokens", err) != TT_OK)
		return err->code;
	u.key = u.session;
	return earlier_send(r, &u, err);
}

/* Its projects and days are sums of the sessions, of those that are not listed too:
 * of them nothing can be said session by session. */
enum tt_code earlier_read_session_list(struct earlier_reading *r, struct tt_error *err)
{
	_cleanup_(json_freep) struct json *root = NULL;
	const struct json *item;

	if (json_parse(&root, r->file->text, r->file->len, err) != TT_OK)
		return err->code;
	for (item = json_first(json_get(root, "recentSessions")); item; item = json_next(item))
		if (read_listed(r, item, err) != TT_OK)
			return err->code;
	return TT_OK;
}

/* --- the client's own file -------------------------------------------------- */

/* The client deletes its transcripts after as many days: a session that is in none and
 * has no time of its own ended before. */
#define KEPT_MS INT64_C(2592000000)
enum { MODELS_MAX = 100 };

struct model_row {
	const char *name;
	struct usage usage;
};

struct project {
	const char *path, *session;
	struct usage total;
	struct instant started;
	bool has_started;
	struct model_row models[MODELS_MAX];
	size_t count;
};

/* Whatever is no count is 0: the next version may write it otherwise. */
static int64_t lenient_count(struct json_reader *r)
{
	int64_t value;

	return lenient_decimal(r, 0, &value, NULL) && value >= 0 && value <= USAGE_MAX ? value : 0;
}

static void read_model_member(struct usage *u, struct json_text key, struct json_reader *r)
{
	if (json_text_is(key, "inputTokens"))
		u->input = lenient_count(r);
	else if (json_text_is(key, "outputTokens"))
		u->output = lenient_count(r);
	else if (json_text_is(key, "cacheReadInputTokens"))
		u->cache_read = lenient_count(r);
	else if (json_text_is(key, "cacheCreationInputTokens"))
		u->cache_write_5m = lenient_count(r);
	else
		json_skip(r);
}

static void read_models(struct project *p, struct json_reader *r, struct arena *arena)
{
	struct json_text key, member;

	p->count = 0;
	if (!lenient_object(r))
		return;
	while (json_next_key(r, &key)) {
		struct model_row row = { .name = arena_strndup(arena, key.at, key.len) };

		if (!lenient_object(r))
			continue;
		while (json_next_key(r, &member))
			read_model_member(&row.usage, member, r);
		if (p->count < MODELS_MAX && key.len <= ENTRY_NAME_MAX)
			p->models[p->count++] = row;
	}
}

static void read_started(struct project *p, struct json_reader *r)
{
	int64_t ms;

	p->has_started = lenient_decimal(r, 0, &ms, NULL) && ms > 0 &&
			 entry_time_is_valid((struct instant){ ms });
	if (p->has_started)
		p->started.ms = ms;
}

static void read_project_member(
	struct project *p, struct json_text key, struct json_reader *r, struct arena *arena)
{
	if (json_text_is(key, "lastSessionId"))
		p->session = lenient_text(r, arena);
	else if (json_text_is(key, "lastTotalInputTokens"))
		p->total.input = lenient_count(r);
	else if (json_text_is(key, "lastTotalOutputTokens"))
		p->total.output = lenient_count(r);
	else if (json_text_is(key, "lastTotalCacheReadInputTokens"))
		p->total.cache_read = lenient_count(r);
	else if (json_text_is(key, "lastTotalCacheCreationInputTokens"))
		p->total.cache_write_5m = lenient_count(r);
	else if (json_text_is(key, "lastStartTime"))
		read_started(p, r);
	else if (json_text_is(key, "lastModelUsage"))
		read_models(p, r, arena);
	else
		json_skip(r);
}

/* A name that comes twice would be two parts with one id. */
static bool is_repeated(const struct project *p, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (strcmp(p->models[i].name, p->models[j].name) == 0)
			return true;
	return false;
}

static enum tt_code send_models(const struct earlier_reading *r, const struct project *p,
	const struct earlier_usage *total, struct tt_error *err)
{
	for (size_t i = 0; i < p->count; i++) {
		_autofree_ char *key = xasprintf("%s|model|%s", p->session, p->models[i].name);
		struct earlier_usage u = *total;

		if (is_repeated(p, i))
			continue;
		u.what = EARLIER_SESSION_PART;
		u.key = key;
		u.usage = p->models[i].usage;
		u.model = p->models[i].name;
		if (earlier_send(r, &u, err) != TT_OK)
			return err->code;
	}
	return TT_OK;
}

static enum tt_code send_project(
	const struct earlier_reading *r, const struct project *p, struct tt_error *err)
{
	struct instant written = r->file->written;
	struct earlier_usage u = { .what = EARLIER_SESSION,
		.tracker = EARLIER_SESSION_TRACKER,
		.kind = ENTRY_MEASURED,
		.source = ".claude.json",
		.session = p->session,
		.key = p->session,
		.project = p->path,
		.usage = p->total };

	if (!p->session || !*p->session || strlen(p->session) > ENTRY_NAME_MAX)
		return TT_OK;
	u.time = p->has_started
			 ? p->started
			 : (struct instant){ written.ms > KEPT_MS ? written.ms - KEPT_MS : 0 };
	if (earlier_send(r, &u, err) != TT_OK)
		return err->code;
	return send_models(r, p, &u, err);
}

/* Call fn for each project of the document. */
typedef enum tt_code (*project_visit)(
	void *ctx, struct json_text path, struct json_reader *r, struct tt_error *err);

static enum tt_code each_project(
	const char *text, size_t len, project_visit fn, void *ctx, struct tt_error *err)
{
	enum tt_code code = TT_OK;
	struct json_reader r;
	struct json_text key;

	json_reader_init(&r, text, len);
	r.lenient = true;
	json_enter_object(&r);
	while (json_next_key(&r, &key)) {
		if (!json_text_is(key, "projects") || !lenient_object(&r)) {
			if (!json_text_is(key, "projects"))
				json_skip(&r);
			continue;
		}
		while (code == TT_OK && json_next_key(&r, &key))
			code = fn(ctx, key, &r, err);
		if (code != TT_OK)
			return code;
	}
	json_reader_end(&r);
	return json_reader_error(&r, err);
}

static enum tt_code read_project(
	void *ctx, struct json_text path, struct json_reader *r, struct tt_error *err)
{
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
	struct project p = { .path = NULL };
	struct json_text key;

	if (!lenient_object(r))
		return TT_OK;
	p.path = arena_strndup(&arena, path.at, path.len);
	while (json_next_key(r, &key))
		read_project_member(&p, key, r, &arena);
	return r->failed ? TT_OK : send_project(ctx, &p, err);
}

enum tt_code earlier_read_client(struct earlier_reading *r, struct tt_error *err)
{
	return each_project(r->file->text, r->file->len, read_project, r, err);
}

/* --- what may be kept of it ---------------------------------------------------- */

static void copy_key(struct json_writer *w, struct json_text key)
{
	if (w->comma)
		strbuf_addch(w->out, ',');
	strbuf_addch(w->out, '"');
	strbuf_add(w->out, key.at, key.len);
	strbuf_addstr(w->out, "\":");
	w->comma = false;
}

/* Nothing else: prompts and accounts have no place in a copy. */
static bool is_wanted(struct json_text key)
{
	static const char *const names[] = { "lastSessionId", "lastTotalInputTokens",
		"lastTotalOutputTokens", "lastTotalCacheReadInputTokens",
		"lastTotalCacheCreationInputTokens", "lastStartTime", "lastModelUsage" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (json_text_is(key, names[i]))
			return true;
	return false;
}

static enum tt_code copy_project(
	void *ctx, struct json_text path, struct json_reader *r, struct tt_error *err)
{
	struct json_writer *w = ctx;
	struct json_text key;

	(void)err;
	copy_key(w, path);
	json_open(w, '{');
	if (lenient_object(r))
		while (json_next_key(r, &key)) {
			struct json_text value = json_read_raw(r);

			if (r->failed || !is_wanted(key))
				continue;
			copy_key(w, key);
			json_raw(w, value.at, value.len);
		}
	json_close(w, '}');
	return TT_OK;
}

enum tt_code earlier_client_extract(
	struct strbuf *out, const char *text, size_t len, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf copy = STRBUF_INIT;
	struct json_writer w = { .out = &copy };

	json_open(&w, '{');
	json_key(&w, "projects");
	json_open(&w, '{');
	if (each_project(text, len, copy_project, &w, err) != TT_OK)
		return err->code;
	json_close(&w, '}');
	json_close(&w, '}');
	strbuf_add(out, copy.buf, copy.len);
	return TT_OK;
}
