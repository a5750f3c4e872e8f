/* SPDX-License-Identifier: MIT */
#include "capture/transcript.h"
#include "fuzz.h"
#include "model/entry.h"
#include "transcript_oracle.h"

/* What is found is written down, one line each, by the scanner's sink and by the
 * oracle; both must have written the same. */

static const char *shown(const char *text)
{
	return text ? text : "(none)";
}

static void write_usage(struct strbuf *out, const struct usage *u)
{
	for (int kind = 0; kind < USAGE_KINDS; kind++)
		strbuf_addf(out, " %lld", (long long)usage_get(u, kind));
}

static void write_response(void *ctx, const struct response *r, const char *holder)
{
	struct strbuf *out = ctx;

	strbuf_addf(out, "response %s|%s|%s|%s|%s|%s %lld %lld", r->key, shown(r->session),
		shown(holder), shown(r->model), shown(r->cwd), shown(r->git_branch),
		(long long)r->time.ms, (long long)r->last_time.ms);
	write_usage(out, &r->usage);
	strbuf_addf(out, " %lld %d%d%d%d%d%d\n", (long long)r->web_searches, r->is_copy,
		r->sidechain, r->fast, r->geo_us, r->is_split, r->is_part);
}

static void write_total(void *ctx, const struct cost_state *c)
{
	struct strbuf *out = ctx;

	strbuf_addf(out, "total %s %lld %lld %d\n", c->session, (long long)c->time.ms,
		(long long)c->cost_nano_usd, c->has_unknown_cost);
	for (size_t i = 0; i < c->count; i++) {
		strbuf_addf(out, "model %s %lld %lld", c->models[i].model,
			(long long)c->models[i].web_searches,
			(long long)c->models[i].cost_nano_usd);
		write_usage(out, &c->models[i].usage);
		strbuf_addch(out, '\n');
	}
}

static void write_worktree(void *ctx, const struct worktree_record *w)
{
	strbuf_addf(ctx, "worktree %s|%s|%s\n", w->path, shown(w->branch), shown(w->original_cwd));
}

/* --- the oracle ------------------------------------------------------------------ */

/* All that is known when it comes to a line. */
struct oracle {
	struct strbuf out;
	struct arena arena; /* of decoded texts */
	struct instant last_time;
	struct transcript_stats stats; /* but for the lines that are not JSON */
};

static const char *text_of(struct oracle *o, struct piece object, const char *name)
{
	_autofree_ char *text = oracle_text(oracle_get(object, name));

	return text ? arena_strdup(&o->arena, text) : NULL;
}

static const char *name_of(const char *text)
{
	return text && *text && strlen(text) <= 1024 ? text : NULL;
}

static const char *branch_of(const char *text)
{
	return text && strcmp(text, "HEAD") != 0 ? name_of(text) : NULL;
}

static const char *directory_of(const char *text)
{
	return text && *text == '/' && strlen(text) < 4096 ? text : NULL;
}

/* 0 for what is absent or null, -1 for what is no count. */
static int64_t count_of(struct piece object, const char *name)
{
	struct piece p = oracle_get(object, name);
	int64_t count;
	bool exact;

	if (!p.at || *p.at == 'n')
		return 0;
	if (!oracle_scaled(p, 0, &count, &exact) || !exact || count < 0 || count > USAGE_MAX)
		return -1;
	return count;
}

static int64_t cost_of(struct piece object, const char *name)
{
	struct piece p = oracle_get(object, name);
	int64_t cost;
	bool exact;

	if (!p.at || *p.at == 'n')
		return 0;
	return oracle_scaled(p, 9, &cost, &exact) && cost >= 0 ? cost : -1;
}

/* The six counters, by these names; false when one is none. */
static bool usage_of(
	struct usage *u, struct piece object, struct piece split, const char *const names[static 6])
{
	int64_t counts[6], all;

	for (int i = 0; i < 6; i++) {
		counts[i] = count_of(i < 4 ? object : split, names[i]);
		if (counts[i] < 0)
			return false;
	}
	all = counts[4] + counts[5];
	if (all < counts[3])
		all = counts[3];
	*u = (struct usage){ .input = counts[0],
		.output = counts[1],
		.cache_read = counts[2],
		.cache_write_5m = all - counts[5],
		.cache_write_1h = counts[5] };
	return true;
}

static bool message_usage(struct usage *u, struct piece usage)
{
	static const char *const names[] = { "input_tokens", "output_tokens",
		"cache_read_input_tokens", "cache_creation_input_tokens",
		"ephemeral_5m_input_tokens", "ephemeral_1h_input_tokens" };

	return usage_of(u, usage, oracle_get(usage, "cache_creation"), names);
}

static bool is_true(struct piece p)
{
	return oracle_is(p, 't');
}

static bool is_word(const char *text, const char *word)
{
	return text && strcmp(text, word) == 0;
}

/* A call inside an answer: how it counts. */
struct call {
	const char *type, *model;
	struct usage usage;
	bool good;
};

static struct call call_of(struct oracle *o, struct piece element)
{
	struct call call = { .type = text_of(o, element, "type") };

	call.model = name_of(text_of(o, element, "model"));
	call.good = message_usage(&call.usage, element);
	if (!is_word(call.type, "message") && !is_word(call.type, "advisor_message") &&
		!is_word(call.type, "compaction"))
		call.type = NULL;
	return call;
}

/* Goes through the calls: false when a count of one is none; *parts says that those
 * of type message are the whole. */
static bool check_calls(
	struct oracle *o, struct piece calls, const struct usage *whole, bool *parts)
{
	struct piece key, element;
	struct usage sum = { 0 };
	int messages = 0, all = 0;
	const char *at;

	*parts = false;
	if (!oracle_is(calls, '['))
		return true;
	for (at = calls.at + 1; oracle_next(calls, &at, &key, &element);) {
		struct call call = call_of(o, element);

		if (++all > 1000)
			return false;
		if (!call.type)
			continue;
		if (!call.good)
			return false;
		if (!is_word(call.type, "message"))
			continue;
		messages++;
		for (int kind = 0; kind < USAGE_KINDS; kind++)
			usage_set(&sum, kind, usage_get(&sum, kind) + usage_get(&call.usage, kind));
	}
	*parts = messages >= 2;
	for (int kind = 0; kind < USAGE_KINDS; kind++)
		*parts = *parts && usage_get(&sum, kind) == usage_get(whole, kind);
	return true;
}

static void tell_calls(
	struct oracle *o, struct piece calls, const struct response *whole, const char *holder)
{
	struct piece key, element;
	const char *at;
	int i = 0;

	if (!oracle_is(calls, '['))
		return;
	for (at = calls.at + 1; oracle_next(calls, &at, &key, &element); i++) {
		struct call call = call_of(o, element);
		struct response r = *whole;
		_autofree_ char *name = xasprintf("%s#%d", whole->key, i);

		r.is_part = is_word(call.type, "message");
		if (!call.type || (r.is_part && !whole->is_split))
			continue;
		r.key = name;
		r.usage = call.usage;
		r.web_searches = 0;
		r.is_split = false;
		if (call.model)
			r.model = call.model;
		write_response(&o->out, &r, holder);
	}
}

static const char *key_of(
	struct oracle *o, struct piece line, struct piece envelope, struct piece message)
{
	const char *const keys[] = { text_of(o, message, "id"), text_of(o, envelope, "requestId"),
		text_of(o, envelope, "uuid"), text_of(o, line, "requestId"),
		text_of(o, line, "uuid") };

	for (int i = 0; i < 5; i++)
		if (name_of(keys[i]))
			return keys[i];
	return NULL;
}

/* envelope: the line itself, or what a progress record wraps. */
static void judge_usage(struct oracle *o, struct piece line, struct piece envelope, bool inner)
{
	struct piece message = oracle_get(envelope, "message");
	struct piece usage = oracle_get(message, "usage"), calls = oracle_get(usage, "iterations");
	const char *model = text_of(o, message, "model"), *when = text_of(o, envelope, "timestamp");
	const char *holder = name_of(text_of(o, line, "sessionId"));
	const char *owner = name_of(text_of(o, line, "requestSessionId"));
	struct response r = {
		.key = key_of(o, line, envelope, message),
		.session = owner ? owner : holder,
		.model = name_of(model),
		.cwd = directory_of(text_of(o, line, "cwd")),
		.git_branch = branch_of(text_of(o, line, "gitBranch")),
		.is_copy = owner && holder && strcmp(owner, holder) != 0,
		.sidechain = inner || is_true(oracle_get(line, "isSidechain")),
		.fast = is_word(text_of(o, usage, "speed"), "fast"),
		.geo_us = is_word(text_of(o, usage, "inference_geo"), "us"),
		.web_searches =
			count_of(oracle_get(usage, "server_tool_use"), "web_search_requests"),
	};
	bool good = message_usage(&r.usage, usage) && r.web_searches >= 0;
	int64_t tokens = 0;

	good = check_calls(o, calls, &r.usage, &r.is_split) && good;
	must(!good || usage_total(&tokens, &r.usage));
	if (good && tokens == 0 &&
		(is_word(model, "<synthetic>") || is_true(oracle_get(line, "isApiErrorMessage")))) {
		o->stats.skipped[SKIP_SYNTHETIC]++;
		return;
	}
	if (!good || !r.key) {
		o->stats.skipped[good ? SKIP_NO_KEY : SKIP_BAD_COUNT]++;
		return;
	}
	if (!when)
		when = text_of(o, line, "timestamp");
	r.time = o->last_time;
	if (when && instant_parse(&r.time, when) && !entry_time_is_valid(r.time))
		r.time = o->last_time;
	if (r.time.ms == 0) {
		o->stats.skipped[SKIP_NO_TIME]++;
		return;
	}
	if (r.time.ms > o->last_time.ms)
		o->last_time = r.time;
	r.last_time = r.time;
	o->stats.usages++;
	write_response(&o->out, &r, holder ? holder : r.session);
	tell_calls(o, calls, &r, holder ? holder : r.session);
}

/* One model of a total, into the place of its name; false when a figure is none. */
static bool judge_model(struct oracle *o, struct cost_state *c, struct model_total *models,
	struct piece key, struct piece value)
{
	static const char *const names[] = { "inputTokens", "outputTokens", "cacheReadInputTokens",
		"cacheCreationInputTokens", "cacheCreationEphemeral5mInputTokens",
		"cacheCreationEphemeral1hInputTokens" };
	_autofree_ char *name = oracle_decode(key.at, key.end);
	struct model_total m = { .model = arena_strdup(&o->arena, name) };
	size_t i;

	if (!name_of(name) || c->count == 1000)
		return false;
	for (i = 0; i < c->count && strcmp(models[i].model, name) != 0; i++)
		;
	c->count += i == c->count;
	m.web_searches = count_of(value, "webSearchRequests");
	m.cost_nano_usd = cost_of(value, "costUSD");
	if (!usage_of(&m.usage, value, value, names) || m.web_searches < 0)
		m.cost_nano_usd = -1;
	models[i] = m;
	return true;
}

static int64_t ms_of(struct piece object, const char *name)
{
	struct instant t;
	bool exact;

	return oracle_scaled(oracle_get(object, name), 0, &t.ms, &exact) && entry_time_is_valid(t)
		       ? t.ms
		       : 0;
}

static void judge_total(struct oracle *o, struct piece line)
{
	struct piece usage = oracle_get(line, "modelUsage"), key, value;
	struct model_total *models = arena_alloc(&o->arena, 1000 * sizeof *models);
	struct cost_state c = {
		.session = name_of(text_of(o, line, "sessionId")),
		.time = o->last_time,
		.cost_nano_usd = cost_of(line, "totalCostUSD"),
		.has_unknown_cost = is_true(oracle_get(line, "hasUnknownModelCost")),
		.models = models,
	};
	bool good = c.cost_nano_usd >= 0;
	const char *at;

	if (!oracle_is(usage, '{'))
		return;
	for (at = usage.at + 1; oracle_next(usage, &at, &key, &value);)
		good = judge_model(o, &c, models, key, value) && good;
	for (size_t i = 0; i < c.count; i++)
		good = good && models[i].cost_nano_usd >= 0;
	if (c.time.ms == 0)
		c.time.ms = ms_of(line, "startTime") + ms_of(line, "totalDuration");
	if (!good)
		o->stats.skipped[SKIP_BAD_COUNT]++;
	else if (!c.session)
		o->stats.skipped[SKIP_NO_KEY]++;
	else if (c.time.ms == 0 || !entry_time_is_valid(c.time))
		o->stats.skipped[SKIP_NO_TIME]++;
	else
		write_total(&o->out, &c);
}

static void judge_worktree(struct oracle *o, struct piece line)
{
	struct piece session = oracle_get(line, "worktreeSession");
	struct worktree_record w = { directory_of(text_of(o, session, "worktreePath")),
		branch_of(text_of(o, session, "worktreeBranch")),
		directory_of(text_of(o, session, "originalCwd")) };

	if (w.path)
		write_worktree(&o->out, &w);
}

/* Nobody writes the type of a record with escapes: such lines may be passed over. */
static bool is_type(struct oracle *o, struct piece line, const char *type)
{
	return is_word(text_of(o, line, "type"), type) &&
	       memmem(line.at, (size_t)(line.end - line.at), "-state\"", 7);
}

static void judge_line(struct oracle *o, const char *from, const char *end)
{
	struct piece line = oracle_line(from, end);
	struct piece wrapped = oracle_get(oracle_get(line, "data"), "message");

	arena_reset(&o->arena);
	if (!line.at)
		return;
	if (is_type(o, line, "cost-state"))
		judge_total(o, line);
	else if (is_type(o, line, "worktree-state"))
		judge_worktree(o, line);
	else if (oracle_is(oracle_get(oracle_get(line, "message"), "usage"), '{'))
		judge_usage(o, line, line, false);
	else if (oracle_is(oracle_get(oracle_get(wrapped, "message"), "usage"), '{'))
		judge_usage(o, line, wrapped, true);
}

static void judge(struct oracle *o, const char *p, const char *end)
{
	while (p < end) {
		const char *newline = memchr(p, '\n', (size_t)(end - p));

		judge_line(o, p, newline ? newline : end);
		o->stats.lines++;
		p = newline ? newline + 1 : end;
	}
}

/* --- the target ------------------------------------------------------------------- */

/* In two halves, cut behind a line, as when a file has grown in between. */
static void scan(struct strbuf *out, struct transcript_stats *stats, const char *text, size_t len)
{
	const struct transcript_sink sink = {
		.ctx = out,
		.response = write_response,
		.cost_state = write_total,
		.worktree = write_worktree,
	};
	const char *middle = memrchr(text, '\n', len / 2);
	size_t first = middle ? (size_t)(middle + 1 - text) : 0;
	struct instant last_time = { 0 };

	transcript_scan_text(text, first, &last_time, &sink, stats);
	transcript_scan_text(text + first, len - first, &last_time, &sink, stats);
}

/* The scanner finds exactly what a plain reader of JSON finds, line by line. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(strbuf_release) struct strbuf found = STRBUF_INIT;
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
	/* of its own size, so that reading beyond it is noticed */
	_autofree_ char *text = memcpy(xmalloc(size + 1), data, size);
	struct transcript_stats stats = { 0 };
	struct oracle o = { .out = STRBUF_INIT };
	struct tt_error err = TT_ERROR_INIT;
	struct response r;

	text = xrealloc(text, size ? size : 1);
	scan(&found, &stats, text, size);
	judge(&o, text, text + size);
	if (strcmp(found.buf, o.out.buf) != 0)
		(void)fprintf(stderr, "scanner:\n%s\noracle:\n%s\n", found.buf, o.out.buf);
	must(strcmp(found.buf, o.out.buf) == 0);
	must(stats.lines == o.stats.lines);
	must(stats.bytes == (int64_t)size);
	must(stats.usages == o.stats.usages);
	for (int i = SKIP_NO_KEY; i < TRANSCRIPT_SKIPS; i++)
		must(stats.skipped[i] == o.stats.skipped[i]);
	if (transcript_read_response(&r, &arena, text, size, &err) != TT_OK)
		must(err.code == TT_EINPUT && is_harmless(err.msg));
	strbuf_release(&o.out);
	arena_release(&o.arena);
	return 0;
}
