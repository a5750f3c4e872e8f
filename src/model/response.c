/* SPDX-License-Identifier: MIT */
#include "model/response.h"

#include "model/transcript.h"

const char *const transcript_skip_names[TRANSCRIPT_SKIPS] = { "invalid JSON", "too long",
	"without an id", "bad count", "without a time", "synthetic" };

const char *branch_reason_name(enum branch_reason reason)
{
	switch (reason) {
	case BRANCH_BY_REFLOG:
		return "reflog";
	case BRANCH_BY_RECORD:
		return "record";
	case BRANCH_BY_SIGHTING:
		return "hook";
	case BRANCH_BY_HEAD:
		return "head";
	case BRANCH_UNKNOWN:
		break;
	}
	return "unknown";
}

bool response_is_better_witness(const struct response *a, const struct response *b)
{
	if (a->is_copy != b->is_copy)
		return b->is_copy;
	if (a->sidechain != b->sidechain)
		return b->sidechain;
	if (a->time.ms == 0 || b->time.ms == 0)
		return a->time.ms != 0 && b->time.ms == 0;
	return a->time.ms < b->time.ms;
}

static int64_t greater(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* Cache writes as a whole, and of these the long-lived: a line that does not tell
 * how long must not add to one that does. */
static void take_greater_writes(struct usage *into, const struct usage *from)
{
	int64_t written = greater(into->cache_write_5m + into->cache_write_1h,
		from->cache_write_5m + from->cache_write_1h);

	into->cache_write_1h = greater(into->cache_write_1h, from->cache_write_1h);
	into->cache_write_5m = written - into->cache_write_1h;
}

static void take_greater_counts(struct response *into, const struct response *from)
{
	struct usage *u = &into->usage;

	u->input = greater(u->input, from->usage.input);
	u->output = greater(u->output, from->usage.output);
	u->cache_read = greater(u->cache_read, from->usage.cache_read);
	u->unsplit = greater(u->unsplit, from->usage.unsplit);
	take_greater_writes(u, &from->usage);
	into->web_searches = greater(into->web_searches, from->web_searches);
}

static void take_if_unknown(const char **into, const char *from)
{
	if (!*into)
		*into = from;
}

/* What the best witness says, as far as it says anything.  A copy names the branch of
 * its fork: nothing to one that was there. */
static void take_place(struct response *into, const struct response *from)
{
	take_if_unknown(&into->session, from->session);
	take_if_unknown(&into->model, from->model);
	take_if_unknown(&into->cwd, from->cwd);
	if (into->is_copy || !from->is_copy)
		take_if_unknown(&into->git_branch, from->git_branch);
}

static void take_witness(struct response *into, const struct response *from)
{
	struct response other = *into;

	into->session = from->session;
	into->model = from->model;
	into->cwd = from->cwd;
	into->git_branch = from->git_branch;
	into->time = from->time;
	into->is_copy = from->is_copy;
	into->sidechain = from->sidechain;
	take_place(into, &other);
}

void response_merge(struct response *into, const struct response *from)
{
	if (from->last_time.ms > into->last_time.ms)
		into->last_time = from->last_time;
	if (response_is_better_witness(from, into))
		take_witness(into, from);
	else
		take_place(into, from);
	take_greater_counts(into, from);
	into->fast = into->fast || from->fast;
	into->geo_us = into->geo_us || from->geo_us;
	into->is_split = into->is_split || from->is_split;
	into->is_part = into->is_part || from->is_part;
	into->ends_turn = into->ends_turn || from->ends_turn;
}

struct usage response_counted(const struct response *r)
{
	static const struct usage nothing;

	return r->is_split ? nothing : r->usage;
}

int64_t response_requests(const struct response *r)
{
	return r->is_part ? 0 : 1;
}

int64_t response_messages(const struct response *r)
{
	return r->ends_turn && !r->sidechain;
}

/* The least prompt that any model's table calls long: most prompts are below it, and
 * need no name looked up. */
static int64_t least_long_prompt(const struct prices *prices)
{
	int64_t least = INT64_MAX;

	for (size_t i = 0; i < prices->count; i++)
		if (prices->rows[i].has_long && prices->rows[i].long_over < least)
			least = prices->rows[i].long_over;
	return least;
}

static bool is_long_prompt(const struct response *r, const struct prices *prices, struct day day)
{
	const struct usage *u = &r->usage;
	int64_t prompt = u->input + u->cache_read + u->cache_write_5m + u->cache_write_1h;
	const struct price_row *row;

	if (!r->model || prompt <= least_long_prompt(prices))
		return false;
	row = prices_find(prices, r->model, day);
	return row && row->has_long && prompt > row->long_over;
}

void response_price_class(
	struct strbuf *out, const struct response *r, const struct prices *prices, struct day day)
{
	bool long_prompt = is_long_prompt(r, prices, day);
	size_t before = out->len;

	if (r->fast)
		strbuf_addstr(out, "fast");
	if (r->geo_us)
		strbuf_addstr(out, out->len > before ? "+us" : "us");
	if (long_prompt)
		strbuf_addstr(out, out->len > before ? "+long" : "long");
	if (out->len == before)
		strbuf_addstr(out, "standard");
}
