/* SPDX-License-Identifier: MIT */
#include "monitor_data.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "cli/price_table.h"
#include "hook_input.h"
#include "index/usage_index.h"
#include "monitor_deltas.h"
#include "plan_state.h"
#include "usage_report.h"
#include "user_state.h"

enum {
	RECENT_MS = 15 * 60 * 1000, /* the last answers, and how fast tokens go */
	PLAN_MS = 10000,	    /* what the status line reports does not tell of itself */
	INDEX_WAIT_MS = 200,
};

struct project {
	int64_t id;
	const char *path;
	bool is_wanted;
};

/* What was read of the index: thrown away as a whole. */
struct recent {
	struct arena arena;
	struct project *projects;
	size_t project_count, project_alloc;
	struct monitor_change *answers; /* the oldest first */
	size_t count, alloc;
	const char *session, *path, *branch; /* of the last one */
	struct rollup *totals;
};

struct monitor_data {
	const struct context *ctx;
	const char *project;	  /* as it was asked for; or NULL */
	struct strbuf common_dir; /* of it, or "" */
	struct prices *prices;
	struct usage_index *index;
	dev_t device; /* of the index that is open */
	ino_t inode;
	int64_t version;
	struct instant newest; /* answer that is known; 0 none */
	struct recent recent;
	struct monitor_deltas deltas;
	struct plan_state plan;
	int64_t plan_at;
	struct monitor_rate rate;
	struct instant now;
};

static void recent_release(struct recent *r)
{
	rollup_free(r->totals);
	free(r->projects);
	free(r->answers);
	arena_release(&r->arena);
	*r = (struct recent){ 0 };
}

/* --- projects ------------------------------------------------------------------------ */

/* "app" is a name even where there is a directory of that name; "./app" is a path. */
static void find_project(struct monitor_data *d)
{
	_cleanup_(vcs_closep) struct vcs_repo *repo = NULL;
	struct tt_error none = TT_ERROR_INIT;

	if (d->project && (strchr(d->project, '/') || *d->project == '.') &&
		vcs_open(&repo, d->project, &none) == TT_OK)
		strbuf_addstr(&d->common_dir, vcs_common_dir(repo));
}

struct reading {
	struct monitor_data *data;
	struct recent *recent;
};

static bool is_wanted(
	const struct monitor_data *d, const struct repository_row *row, const char *path)
{
	return !d->project || strcmp(row->common_dir, d->common_dir.buf) == 0 ||
	       usage_project_is_called(path, row->name, d->project);
}

static enum tt_code take_repository(
	void *ctx, const struct repository_row *row, struct tt_error *err)
{
	struct reading *reading = ctx;
	struct recent *r = reading->recent;
	const char *path = usage_project_path(&r->arena, row->common_dir);

	(void)err;
	if (r->project_count == r->project_alloc) {
		r->project_alloc = r->project_alloc ? 2 * r->project_alloc : 16;
		r->projects = xreallocarray(r->projects, r->project_alloc, sizeof *r->projects);
	}
	r->projects[r->project_count++] = (struct project){ row->id, arena_strdup(&r->arena, path),
		is_wanted(reading->data, row, path) };
	return TT_OK;
}

/* NULL path: in none. */
static struct project project_of(const struct reading *reading, int64_t id)
{
	const struct recent *r = reading->recent;

	for (size_t i = 0; i < r->project_count; i++)
		if (r->projects[i].id == id)
			return r->projects[i];
	return (struct project){ .is_wanted = !reading->data->project };
}

/* --- the last answers ------------------------------------------------------------------- */

static void add_answer(struct recent *r, const struct monitor_change *answer)
{
	if (r->count == r->alloc) {
		r->alloc = r->alloc ? 2 * r->alloc : 64;
		r->answers = xreallocarray(r->answers, r->alloc, sizeof *r->answers);
	}
	r->answers[r->count++] = *answer;
}

static void note_session(struct recent *r, const struct usage_row *row, const char *path)
{
	const char *branch = row->placement.branch;

	if (!row->response.session)
		return;
	if (!r->session || strcmp(r->session, row->response.session) != 0)
		r->session = arena_strdup(&r->arena, row->response.session);
	r->path = path;
	if (!branch || !r->branch || strcmp(r->branch, branch) != 0)
		r->branch = branch ? arena_strdup(&r->arena, branch) : NULL;
}

static enum tt_code take_answer(void *ctx, const struct usage_row *row, struct tt_error *err)
{
	struct reading *reading = ctx;
	struct monitor_data *d = reading->data;
	const struct project project = project_of(reading, row->placement.repository);
	struct monitor_change answer = { .time = row->response.time,
		.project = project.path,
		.usage = response_counted(&row->response) };

	(void)err;
	if (!project.is_wanted)
		return TT_OK;
	note_session(reading->recent, row, project.path);
	answer.session = row->response.session ? reading->recent->session : "";
	(void)usage_total(&answer.tokens, &answer.usage);
	prices_cost(&answer.cost, d->prices, row->response.model, row->placement.price_class,
		row->placement.day, &answer.usage, row->response.web_searches);
	if (answer.time.ms > d->newest.ms)
		d->newest = answer.time;
	monitor_deltas_take(&d->deltas, row->response.key, &answer);
	if (answer.tokens)
		add_answer(reading->recent, &answer);
	return TT_OK;
}

static enum tt_code note_newest(void *ctx, const struct usage_entry *e, struct tt_error *err)
{
	struct reading *reading = ctx;

	(void)err;
	if (project_of(reading, e->repository).is_wanted && e->last.ms > reading->data->newest.ms)
		reading->data->newest = e->last;
	return TT_OK;
}

/* Once: from then on the answers themselves tell. */
static enum tt_code find_newest(struct reading *reading, struct tt_error *err)
{
	struct monitor_data *d = reading->data;
	struct usage_filter filter = { .any_order = true, .since = { d->now.ms - WINDOW_WEEK_MS } };

	if (d->newest.ms)
		return TT_OK;
	if (usage_index_entries(d->index, &filter, note_newest, reading, err) != TT_OK)
		return err->code;
	filter.since.ms = 0;
	if (d->newest.ms)
		return TT_OK;
	return usage_index_entries(d->index, &filter, note_newest, reading, err);
}

static enum tt_code read_answers(struct reading *reading, struct tt_error *err)
{
	struct monitor_data *d = reading->data;
	struct usage_filter filter = { .since = d->now };

	if (find_newest(reading, err) != TT_OK)
		return err->code;
	if (!d->newest.ms)
		return TT_OK;
	if (d->newest.ms < filter.since.ms)
		filter.since = d->newest;
	filter.since.ms -= RECENT_MS;
	return usage_index_responses(d->index, &filter, take_answer, reading, err);
}

/* --- the session -------------------------------------------------------------------------- */

static enum tt_code take_entry(void *ctx, const struct usage_entry *e, struct tt_error *err)
{
	struct rollup *totals = ctx;
	const struct rollup_cell cell = { .branch = e->branch ? e->branch : "",
		.model = e->model,
		.price_class = e->price_class,
		.kind = e->kind,
		.day = e->day,
		.usage = e->usage,
		.web_searches = e->web_searches,
		.requests = e->requests,
		.sessions = 1,
		.first = e->first,
		.last = e->last };

	return rollup_add_cell(totals, &cell, err);
}

static enum tt_code read_session(struct reading *reading, struct tt_error *err)
{
	struct recent *r = reading->recent;
	const struct usage_filter filter = { .session = r->session, .any_order = true };

	if (!r->session)
		return TT_OK;
	r->totals = rollup_new(reading->data->prices);
	if (usage_index_entries(reading->data->index, &filter, take_entry, r->totals, err) != TT_OK)
		return err->code;
	rollup_finish(r->totals);
	return TT_OK;
}

/* --- a look ----------------------------------------------------------------------------------- */

static enum tt_code read_all(struct reading *reading, struct tt_error *err)
{
	struct usage_index *index = reading->data->index;

	if (usage_index_begin(index, err) != TT_OK ||
		usage_index_repositories(index, take_repository, reading, err) != TT_OK ||
		read_answers(reading, err) != TT_OK || read_session(reading, err) != TT_OK)
		return err->code;
	return usage_index_commit(index, err);
}

static void close_index(struct monitor_data *d)
{
	usage_index_close(d->index);
	d->index = NULL;
	d->version = -1;
}

void monitor_data_rest(struct monitor_data *data)
{
	close_index(data);
}

static enum tt_code read_anew(struct monitor_data *d, struct tt_error *err)
{
	struct recent recent = { 0 };
	struct reading reading = { .data = d, .recent = &recent };

	monitor_deltas_begin(&d->deltas);
	if (read_all(&reading, err) != TT_OK) {
		monitor_deltas_undo(&d->deltas);
		recent_release(&recent);
		close_index(d);
		return err->code;
	}
	monitor_deltas_end(&d->deltas);
	recent_release(&d->recent);
	d->recent = recent;
	return TT_OK;
}

/* It may not be there yet, and another may have taken its place. */
static enum tt_code keep_open(struct monitor_data *d, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf dir = STRBUF_INIT, path = STRBUF_INIT;
	struct stat st;

	if (user_state_path(&dir, err) != TT_OK)
		return err->code;
	strbuf_addf(&path, "%s/usage.db", dir.buf);
	if (stat(path.buf, &st) != 0) {
		close_index(d);
		return TT_OK;
	}
	if (d->index && st.st_dev == d->device && st.st_ino == d->inode)
		return TT_OK;
	close_index(d);
	if (usage_index_open(&d->index, dir.buf, false, INDEX_WAIT_MS, NULL, err) != TT_OK) {
		d->index = NULL;
		return err->code;
	}
	d->device = st.st_dev;
	d->inode = st.st_ino;
	return TT_OK;
}

static enum tt_code read_when_changed(struct monitor_data *d, bool *changed, struct tt_error *err)
{
	int64_t version;

	d->deltas.count = 0;
	if (keep_open(d, err) != TT_OK)
		return err->code;
	if (!d->index) {
		d->deltas.any_before = true; /* whatever comes is new */
		return TT_OK;
	}
	if (usage_index_version(d->index, &version, err) != TT_OK)
		return err->code;
	if (version == d->version)
		return TT_OK;
	if (read_anew(d, err) != TT_OK)
		return err->code;
	d->version = version;
	*changed = true;
	return TT_OK;
}

/* Between two readings time goes on. */
static enum tt_code look_at_plan(struct monitor_data *d, bool changed, struct tt_error *err)
{
	int64_t at = hook_clock_ms();
	struct plan_state plan;

	if (!changed && d->plan_at && at < d->plan_at + PLAN_MS) {
		d->plan.input.now = d->now;
		windows_read(&d->plan.windows, &d->plan.input);
		return TT_OK;
	}
	if (plan_state_read(&plan, d->ctx, err) != TT_OK) {
		plan_state_release(&plan);
		return err->code;
	}
	plan_state_release(&d->plan);
	d->plan = plan;
	if (d->plan.input.plan)
		d->plan.input.plan = &d->plan.config.plan;
	d->plan_at = at;
	return TT_OK;
}

static void measure_rate(struct monitor_data *d)
{
	const struct recent *r = &d->recent;

	d->rate = (struct monitor_rate){ .span_ms = RECENT_MS };
	for (size_t i = r->count; i > 0; i--) {
		if (r->answers[i - 1].time.ms <= d->now.ms - RECENT_MS)
			break;
		d->rate.tokens += r->answers[i - 1].tokens;
		cost_add(&d->rate.cost, &r->answers[i - 1].cost);
	}
}

enum tt_code monitor_data_look(struct monitor_data *data, struct tt_error *err)
{
	bool changed = false;
	struct tt_error problem = TT_ERROR_INIT;
	enum tt_code code;

	data->now = clock_now();
	code = read_when_changed(data, &changed, err);
	if (look_at_plan(data, changed, code == TT_OK ? err : &problem) != TT_OK && code == TT_OK)
		code = err->code;
	measure_rate(data);
	return code;
}

/* --- for the writers ------------------------------------------------------------------------- */

struct monitor_view monitor_data_view(const struct monitor_data *data)
{
	const struct recent *r = &data->recent;

	return (struct monitor_view){
		.now = data->now,
		.scope = data->project,
		.session = r->session,
		.project = r->path,
		.branch = r->branch,
		.totals = r->totals,
		.rate = data->rate,
		.windows = data->plan_at ? &data->plan.windows : NULL,
		.changes = r->answers,
		.change_count = r->count,
	};
}

const struct monitor_change *monitor_data_deltas(const struct monitor_data *data, size_t *count)
{
	*count = data->deltas.count;
	return data->deltas.items;
}

enum tt_code monitor_data_new(struct monitor_data **out, const struct context *ctx,
	const char *project, struct tt_error *err)
{
	_cleanup_(monitor_data_freep) struct monitor_data *d = xcalloc(1, sizeof *d);

	d->ctx = ctx;
	d->project = project;
	d->common_dir = (struct strbuf)STRBUF_INIT;
	d->version = -1;
	if (price_table_load(&d->prices, ctx, NULL, err) != TT_OK)
		return err->code;
	find_project(d);
	*out = steal(&d);
	return TT_OK;
}

void monitor_data_free(struct monitor_data *data)
{
	if (!data)
		return;
	close_index(data);
	recent_release(&data->recent);
	monitor_deltas_release(&data->deltas);
	plan_state_release(&data->plan);
	prices_free(data->prices);
	strbuf_release(&data->common_dir);
	free(data);
}

void monitor_data_freep(struct monitor_data **data)
{
	monitor_data_free(*data);
}
