/* SPDX-License-Identifier: MIT */
#include "usage_report.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "base/text.h"

#define uthash_fatal(msg) mem_exhausted()
#include <uthash.h>

struct usage_group_node {
	struct usage_group group;
	UT_hash_handle hh;
};

struct project {
	int64_t id; /* in the index; -1: it has none there */
	const char *common_dir, *path, *name;
	bool is_wanted;
	struct project *next;
};

struct item {
	const struct project *project;
	const char *session; /* NULL: added by hand */
	const char *branch;  /* NULL unknown */
	struct rollup_cell cell;
};

/* A block of five hours: when it began, and when it was last used. */
struct block {
	struct instant begin, last;
};

/* A session in a group.  The index gives equal sessions as the same pointer. */
struct membership {
	const struct usage_group *group;
	const char *session;
};

struct reading {
	struct usage_rows *rows;
	const struct usage_query *query;
	struct project *projects, *last; /* the one that was asked for last */
	struct strbuf label, model;
	struct membership last_seen;
	struct block block;   /* the one that is under way */
	struct item *waiting; /* what was added by hand, in time; for blocks */
	size_t waiting_count, waiting_next;
};

static void reading_release(struct reading *r)
{
	strbuf_release(&r->label);
	strbuf_release(&r->model);
	free(r->waiting);
}

/* --- projects --------------------------------------------------------------------------- */

static bool is_wanted(const struct usage_query *q, const struct project *p)
{
	if (!q->project && !q->common_dir)
		return true;
	if (q->common_dir && strcmp(p->common_dir, q->common_dir) == 0)
		return true;
	return q->project && (strcmp(p->common_dir, q->project) == 0 ||
				     usage_project_is_called(p->path, p->name, q->project));
}

static struct project *add_project(
	struct reading *r, int64_t id, const char *common_dir, const char *name)
{
	struct arena *arena = &r->rows->arena;
	struct project *p = arena_alloc(arena, sizeof *p);

	*p = (struct project){ .id = id,
		.common_dir = arena_strdup(arena, common_dir),
		.name = name ? arena_strdup(arena, name) : NULL,
		.next = r->projects };
	p->path = usage_project_path(arena, p->common_dir);
	p->is_wanted = is_wanted(r->query, p);
	r->rows->any_project = r->rows->any_project || p->is_wanted;
	r->projects = p;
	return p;
}

static enum tt_code visit_repository(
	void *ctx, const struct repository_row *row, struct tt_error *err)
{
	(void)err;
	(void)add_project(ctx, row->id, row->common_dir, row->name);
	return TT_OK;
}

/* NULL: it was in none. */
static const struct project *find_project(struct reading *r, int64_t id)
{
	if (r->last && r->last->id == id)
		return r->last;
	for (struct project *p = r->projects; p; p = p->next)
		if (p->id == id)
			return r->last = p;
	return NULL;
}

static const struct project *find_project_at(struct reading *r, const char *common_dir)
{
	if (!common_dir)
		return NULL;
	for (struct project *p = r->projects; p; p = p->next)
		if (strcmp(p->common_dir, common_dir) == 0)
			return p;
	return add_project(r, -1, common_dir, NULL);
}

static bool project_counts(const struct reading *r, const struct project *p)
{
	return p ? p->is_wanted : !r->query->project && !r->query->common_dir;
}

/* --- what belongs to the report --------------------------------------------------------------- */

static const char *model_of(struct reading *r, const char *model)
{
	strbuf_reset(&r->model);
	if (model)
		prices_normalise(&r->model, model);
	return r->model.buf;
}

static bool counts(struct reading *r, const struct item *item)
{
	const struct usage_query *q = r->query;
	int32_t day = item->cell.day.number;

	if ((q->has_since && day < q->since.number) || (q->has_until && day > q->until.number) ||
		!project_counts(r, item->project))
		return false;
	if (q->branch && (!item->branch || strcmp(item->branch, q->branch) != 0))
		return false;
	if (q->session && (!item->session || !text_starts_with(item->session, q->session)))
		return false;
	return !q->model || strstr(model_of(r, item->cell.model), q->model);
}

/* --- groups
 * --------------------------------------------------------------------------------------- */

static void add_day(struct strbuf *out, struct day day, size_t len)
{
	char text[DAY_TEXT];

	day_format(text, day);
	strbuf_add(out, text, len < strlen(text) ? len : strlen(text));
}

static void add_branch(struct strbuf *out, const struct reading *r, const struct item *item)
{
	if (!item->project && !item->branch) {
		strbuf_addstr(out, "(no repository)");
		return;
	}
	strbuf_addstr(out, item->branch ? item->branch : "(unknown branch)");
	if (!r->query->project && !r->query->common_dir)
		strbuf_addf(out, " (%s)",
			item->project ? usage_project_name(item->project->path) : "no repository");
}

enum { MONTH_LEN = 7, MINUTE_LEN = 16 };

static void add_block(struct strbuf *out, struct instant begin)
{
	char text[INSTANT_TEXT];

	instant_format_local(text, begin);
	strbuf_add(out, text, MINUTE_LEN);
}

static const char *label_of(struct reading *r, const struct item *item)
{
	struct strbuf *label = &r->label;

	strbuf_reset(label);
	switch (r->query->by) {
	case USAGE_BY_PROJECT:
		return item->project ? item->project->path : "(no repository)";
	case USAGE_BY_DAY:
		add_day(label, item->cell.day, DAY_TEXT);
		return label->buf;
	case USAGE_BY_WEEK:
		add_day(label, usage_week_of(item->cell.day, r->query->from_sunday), DAY_TEXT);
		return label->buf;
	case USAGE_BY_MONTH:
		add_day(label, item->cell.day, MONTH_LEN);
		return label->buf;
	case USAGE_BY_BRANCH:
		add_branch(label, r, item);
		return label->buf;
	case USAGE_BY_MODEL:
		return model_of(r, item->cell.model);
	case USAGE_BY_BLOCK:
		add_block(label, r->block.begin);
		return label->buf;
	default:
		return item->session ? item->session : USAGE_BY_HAND;
	}
}

/* The model as it was reported, behind the group. */
static const char *full_label_of(struct reading *r, const struct item *item)
{
	const char *label = label_of(r, item);

	if (!r->query->with_model)
		return label;
	if (label != r->label.buf) {
		strbuf_reset(&r->label);
		strbuf_addstr(&r->label, label);
	}
	strbuf_addf(&r->label, "%c%s", USAGE_MODEL_MARK, item->cell.model ? item->cell.model : "");
	return r->label.buf;
}

static struct usage_group *group_at(struct usage_rows *rows, const char *name, bool *is_new)
{
	size_t len = strlen(name);
	struct usage_group_node *node;

	HASH_FIND(hh, rows->groups, name, len, node);
	*is_new = !node;
	if (node)
		return &node->group;
	node = xcalloc(1, sizeof *node);
	node->group.name = arena_strdup(&rows->arena, name);
	HASH_ADD_KEYPTR(hh, rows->groups, node->group.name, len, node);
	return &node->group;
}

/* A session may go from branch to branch, and even from one project to another: it is
 * called by where it was last. */
static const struct usage_group *note_group(
	struct reading *r, const char *name, const struct item *item)
{
	bool is_new;
	struct usage_group *g = group_at(r->rows, name, &is_new);

	if (!is_new && (r->query->by != USAGE_BY_SESSION || item->cell.last.ms <= g->last.ms))
		return g;
	g->last = item->cell.last;
	if (r->query->by == USAGE_BY_PROJECT || r->query->by == USAGE_BY_BRANCH ||
		r->query->by == USAGE_BY_SESSION)
		g->project = item->project ? item->project->path : NULL;
	if (r->query->by == USAGE_BY_BRANCH || r->query->by == USAGE_BY_SESSION)
		g->branch = item->branch ? arena_strdup(&r->rows->arena, item->branch) : NULL;
	return g;
}

/* A session has an entry for each branch, day and model: it counts once in a group.
 * What was added by hand is a session of its own. */
static bool is_new_session(struct reading *r, const struct usage_group *group, const char *session)
{
	const struct membership in_group = { group, session }, in_all = { NULL, session };

	if (!session) {
		r->rows->sessions++;
		return true;
	}
	if (group == r->last_seen.group && session == r->last_seen.session)
		return false;
	r->last_seen = in_group;
	if (text_set_add(&r->rows->seen, (const char *)&in_all, sizeof in_all))
		r->rows->sessions++;
	return text_set_add(&r->rows->seen, (const char *)&in_group, sizeof in_group);
}

#define BLOCK_MS INT64_C(18000000)
#define HOUR_MS INT64_C(3600000)

static void enter_block(struct reading *r, struct instant t)
{
	struct block *b = &r->block;

	if (r->query->by != USAGE_BY_BLOCK)
		return;
	if (t.ms - b->begin.ms > BLOCK_MS || t.ms - b->last.ms > BLOCK_MS)
		b->begin.ms = t.ms - t.ms % HOUR_MS;
	b->last = t;
}

static void send_again(struct usage *u)
{
	u->input += u->cache_read + u->cache_write_5m + u->cache_write_1h;
	u->cache_read = u->cache_write_5m = u->cache_write_1h = 0;
}

static enum tt_code add_item(struct reading *r, struct item *item, struct tt_error *err)
{
	const struct usage_group *group;

	enter_block(r, item->cell.first);
	if (!counts(r, item))
		return TT_OK;
	item->cell.branch = full_label_of(r, item);
	if (r->query->without_cache)
		send_again(&item->cell.usage);
	group = note_group(r, item->cell.branch, item);
	item->cell.sessions = is_new_session(r, group, item->session);
	return rollup_add_cell(r->rows->totals, &item->cell, err);
}

/* --- reading
 * ------------------------------------------------------------------------------------------ */

static enum tt_code add_entry(void *ctx, const struct usage_entry *e, struct tt_error *err)
{
	struct reading *r = ctx;
	struct item item = {
		.project = find_project(r, e->repository),
		.session = e->session,
		.branch = e->branch,
		.cell = { .model = e->model,
			.price_class = e->price_class,
			.kind = e->kind,
			.day = e->day,
			.usage = e->usage,
			.web_searches = e->web_searches,
			.requests = e->requests,
			.first = e->first,
			.last = e->last },
	};

	return add_item(r, &item, err);
}

/* --- blocks: what was added by hand waits until the answers have come so far --- */

static const char *keep(struct reading *r, const char *text)
{
	return text ? arena_strdup(&r->rows->arena, text) : NULL;
}

static void keep_waiting(struct reading *r, const struct item *item)
{
	struct item *to;

	if (r->waiting_count % 64 == 0)
		r->waiting = xreallocarray(r->waiting, r->waiting_count + 64, sizeof *r->waiting);
	to = &r->waiting[r->waiting_count++];
	*to = *item;
	to->branch = keep(r, item->branch);
	to->cell.model = keep(r, item->cell.model);
}

static enum tt_code add_waiting(struct reading *r, struct instant until, struct tt_error *err)
{
	while (r->waiting_next < r->waiting_count &&
		r->waiting[r->waiting_next].cell.first.ms <= until.ms)
		if (add_item(r, &r->waiting[r->waiting_next++], err) != TT_OK)
			return err->code;
	return TT_OK;
}

static enum tt_code add_event(void *ctx, const struct usage_event *e, struct tt_error *err)
{
	struct reading *r = ctx;
	struct item item = {
		.project = find_project_at(r, e->repository),
		.branch = e->branch,
		.cell = { .model = e->model,
			.price_class = "standard",
			.kind = e->kind,
			.day = instant_local_day(e->time),
			.usage = e->usage,
			.requests = e->requests,
			.first = e->time,
			.last = e->time },
	};

	if (e->is_void)
		return TT_OK;
	if (r->query->by != USAGE_BY_BLOCK)
		return add_item(r, &item, err);
	keep_waiting(r, &item);
	return TT_OK;
}

/* Blocks are made of single answers, in the order of time; so is a day of another zone. */
static enum tt_code add_response(void *ctx, const struct usage_row *row, struct tt_error *err)
{
	struct reading *r = ctx;
	const struct response *a = &row->response;
	struct item item = {
		.project = find_project(r, row->placement.repository),
		.session = a->session,
		.branch = row->placement.branch,
		.cell = { .model = a->model,
			.price_class = row->placement.price_class,
			.kind = row->kind,
			.day = r->query->by_time ? instant_local_day(a->time) : row->placement.day,
			.usage = response_counted(a),
			.web_searches = a->web_searches,
			.requests = response_requests(a),
			.first = a->time,
			.last = a->time },
	};

	if (add_waiting(r, a->time, err) != TT_OK)
		return err->code;
	return add_item(r, &item, err);
}

static enum tt_code read_answers(struct reading *r, struct usage_index *index, struct tt_error *err)
{
	const struct usage_filter filter = { .unsorted = r->query->by != USAGE_BY_BLOCK,
		.since = r->query->has_since ? day_moment(r->query->since, 0)
					     : (struct instant){ 0 } };
	const struct instant end = { INT64_MAX };

	if (usage_index_events(index, filter.since, add_event, r, err) != TT_OK ||
		usage_index_responses(index, &filter, add_response, r, err) != TT_OK)
		return err->code;
	return add_waiting(r, end, err);
}

static enum tt_code read_entries(struct reading *r, struct usage_index *index, struct tt_error *err)
{
	const struct usage_filter filter = { .filled = true,
		.unsorted = true,
		.has_since_day = r->query->has_since,
		.since_day = r->query->since,
		.has_until_day = r->query->has_until,
		.until_day = r->query->until };
	const struct instant ever = { 0 };

	if (usage_index_entries(index, &filter, add_entry, r, err) != TT_OK)
		return err->code;
	return usage_index_events(index, ever, add_event, r, err);
}

enum tt_code usage_rows_read(struct usage_rows *out, struct usage_index *index,
	const struct usage_query *query, struct tt_error *err)
{
	_cleanup_(reading_release) struct reading r = {
		.rows = out, .query = query, .label = STRBUF_INIT, .model = STRBUF_INIT
	};

	*out = (struct usage_rows){ .totals = rollup_new(query->prices) };
	if (usage_index_repositories(index, visit_repository, &r, err) != TT_OK)
		return err->code;
	if (query->by == USAGE_BY_BLOCK || query->by_time ? read_answers(&r, index, err) != TT_OK
							  : read_entries(&r, index, err) != TT_OK)
		return err->code;
	rollup_finish(out->totals);
	return TT_OK;
}

const struct usage_group *usage_rows_find(const struct usage_rows *rows, const char *name)
{
	struct usage_group_node *node;

	HASH_FIND(hh, rows->groups, name, strlen(name), node);
	return node ? &node->group : NULL;
}

void usage_rows_release(struct usage_rows *rows)
{
	struct usage_group_node *node, *next;

	HASH_ITER (hh, rows->groups, node, next) {
		HASH_DEL(rows->groups, node);
		free(node);
	}
	text_set_release(&rows->seen);
	rollup_free(rows->totals);
	arena_release(&rows->arena);
	*rows = (struct usage_rows)USAGE_ROWS_INIT;
}
