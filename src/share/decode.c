/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json_reader.h"
#include "base/mem.h"
#include "internal.h"

/* Files lie where others may write: every value is checked.  Members and columns that
 * this version does not know are passed over. */
struct decoder {
	struct json_reader r;
	struct arena *arena;
	struct share_server *s;
	struct instant since;
	bool has_version, has_enough;
};

static struct instant read_time(struct decoder *d)
{
	const char *text = json_read_string(&d->r, d->arena);
	struct instant t = { 0 };

	if (text && !instant_parse(&t, text))
		json_reader_fail(&d->r, "this is not an RFC 3339 time");
	return t;
}

static int read_window(struct decoder *d)
{
	const char *name = json_read_string(&d->r, d->arena);

	for (int kind = 0; name && kind < WINDOW_KINDS; kind++)
		if (strcmp(name, share_window_names[kind]) == 0)
			return kind;
	json_reader_fail(&d->r, "there is no such window");
	return -1;
}

/* --- the members of the head -------------------------------------------------------- */

static void read_version(struct decoder *d)
{
	if (json_read_int(&d->r, 1, INT64_MAX) > SHARE_FORMAT)
		json_reader_fail(
			&d->r, "a newer version of track-tokens wrote this: update it here");
	d->has_version = true;
}

static void read_server(struct decoder *d)
{
	struct tt_error err = TT_ERROR_INIT;

	d->s->name = json_read_string(&d->r, d->arena);
	if (d->s->name && share_check_name(d->s->name, &err) != TT_OK)
		json_reader_fail(&d->r, "%s", err.msg);
}

static void read_installation(struct decoder *d)
{
	d->s->installation = json_read_string(&d->r, d->arena);
	if (d->s->installation && !entry_id_is_valid(d->s->installation))
		json_reader_fail(&d->r, "this is not a UUID");
}

static void read_lifetime(struct decoder *d)
{
	struct share_total *total = &d->s->lifetime;
	struct json_text key;

	json_enter_object(&d->r);
	while (json_next_key(&d->r, &key)) {
		int kind = 0;

		while (kind < USAGE_KINDS && !json_text_is(key, usage_names[kind]))
			kind++;
		if (kind < USAGE_KINDS)
			usage_set(&total->usage, kind, json_read_int(&d->r, 0, USAGE_MAX));
		else if (json_text_is(key, "requests"))
			total->requests = json_read_int(&d->r, 0, USAGE_MAX);
		else if (json_text_is(key, "messages"))
			total->messages = json_read_int(&d->r, 0, USAGE_MAX);
		else
			json_skip(&d->r);
	}
}

static void read_limit(struct decoder *d)
{
	struct window_report report = { .known = true };
	struct json_text key;
	int window = -1;

	json_enter_object(&d->r);
	while (json_next_key(&d->r, &key)) {
		if (json_text_is(key, "window")) {
			window = read_window(d);
		} else if (json_text_is(key, "used_permille")) {
			report.used_permille = (int32_t)json_read_int(&d->r, 0, INT32_MAX);
		} else if (json_text_is(key, "resets_at")) {
			report.resets_at = read_time(d);
			report.has_reset = true;
		} else if (json_text_is(key, "reported_at")) {
			report.reported_at = read_time(d);
		} else {
			json_skip(&d->r);
		}
	}
	if (window >= 0)
		d->s->reports[window] = report;
}

static void read_limits(struct decoder *d)
{
	json_enter_array(&d->r);
	while (json_next_element(&d->r))
		read_limit(d);
}

static struct window_reset read_reset(struct decoder *d)
{
	struct window_reset reset = { 0 };
	struct json_text key;

	json_enter_object(&d->r);
	while (json_next_key(&d->r, &key)) {
		if (json_text_is(key, "window"))
			reset.kind = (enum window_kind)read_window(d);
		else if (json_text_is(key, "time"))
			reset.time = read_time(d);
		else
			json_skip(&d->r);
	}
	return reset;
}

static void read_resets(struct decoder *d)
{
	struct window_reset *resets = arena_alloc(d->arena, SHARE_RESETS_MAX * sizeof *resets);
	size_t count = 0;

	json_enter_array(&d->r);
	while (json_next_element(&d->r)) {
		struct window_reset reset = read_reset(d);

		if (count == SHARE_RESETS_MAX) {
			json_reader_fail(&d->r, "there are too many resets");
			return;
		}
		resets[count++] = reset;
	}
	d->s->resets = resets;
	d->s->reset_count = count;
}

/* --- rows ------------------------------------------------------------------------------ */

static enum entry_kind read_kind(struct decoder *d)
{
	struct json_text raw = json_read_raw(&d->r);
	enum entry_kind kind = ENTRY_MEASURED;

	if (raw.at &&
		(raw.len < 2 || raw.at[0] != '"' ||
			!entry_kind_parse(&kind, (struct json_text){ raw.at + 1, raw.len - 2 }) ||
			kind == ENTRY_CONTEXT_READING))
		json_reader_fail(&d->r, "there is no such kind of usage");
	return kind;
}

/* The next columns of the row, which must be there. */
static void read_counts(struct decoder *d, int64_t *out, size_t count)
{
	if (json_read_ints(&d->r, out, count, 0, USAGE_MAX) == count)
		return;
	json_reader_fail(&d->r, "a row is too short");
	memset(out, 0, count * sizeof *out);
}

static void pass_row(struct decoder *d)
{
	while (json_next_element(&d->r))
		json_skip(&d->r);
}

/* False: it is too old. */
static bool read_row(struct decoder *d, struct window_event *row)
{
	int64_t counts[USAGE_KINDS + 2];

	*row = (struct window_event){ 0 };
	json_enter_array(&d->r);
	read_counts(d, &row->time.ms, 1);
	if (!entry_time_is_valid(row->time))
		json_reader_fail(&d->r, "this is no time that can be");
	if (row->time.ms < d->since.ms) {
		pass_row(d);
		return false;
	}
	row->kind = json_next_element(&d->r) ? read_kind(d) : ENTRY_MEASURED;
	read_counts(d, counts, USAGE_KINDS + 2);
	for (int kind = 0; kind < USAGE_KINDS; kind++)
		usage_set(&row->usage, kind, counts[kind]);
	row->requests = counts[USAGE_KINDS];
	row->messages = counts[USAGE_KINDS + 1];
	pass_row(d);
	return true;
}

/* '[1,"manual",0,0,0,0,0,0,0,0],' */
enum { ROW_LEAST = 29 };

/* As many as the rest of the text can hold; memory that no row is written to costs
 * nothing. */
static size_t most_rows(const struct decoder *d)
{
	size_t most = (size_t)(d->r.end - d->r.at) / ROW_LEAST + 1;

	return most < SHARE_ROWS_MAX ? most : SHARE_ROWS_MAX;
}

static void read_rows(struct decoder *d)
{
	size_t count = 0, most = most_rows(d);
	struct window_event *rows;

	d->has_enough = d->since.ms == SHARE_NO_ROWS.ms; /* they are the last, and most of it */
	if (d->has_enough)
		return;
	rows = arena_alloc(d->arena, most * sizeof *rows);
	json_enter_array(&d->r);
	while (json_next_element(&d->r)) {
		if (count == most) {
			json_reader_fail(&d->r, "there are too many rows");
			return;
		}
		count += read_row(d, &rows[count]);
		if (d->r.failed)
			return;
	}
	d->s->rows = rows;
	d->s->row_count = count;
}

/* --- the file ---------------------------------------------------------------------------- */

static void read_published_at(struct decoder *d)
{
	d->s->published_at = read_time(d);
}

static void read_last_activity(struct decoder *d)
{
	d->s->last_activity = read_time(d);
}

static void read_member(struct decoder *d, struct json_text key)
{
	static const struct {
		const char *name;
		void (*read)(struct decoder *d);
	} members[] = {
		{ "format_version", read_version },
		{ "published_at", read_published_at },
		{ "server", read_server },
		{ "installation", read_installation },
		{ "last_activity", read_last_activity },
		{ "lifetime", read_lifetime },
		{ "limits", read_limits },
		{ "resets", read_resets },
		{ "rows", read_rows },
	};

	for (size_t i = 0; i < sizeof members / sizeof *members; i++)
		if (json_text_is(key, members[i].name)) {
			members[i].read(d);
			return;
		}
	json_skip(&d->r);
}

static enum tt_code check(const struct decoder *d, struct tt_error *err)
{
	if (json_reader_error(&d->r, err) != TT_OK)
		return err->code;
	if (!d->has_version || !d->s->name || !d->s->installation || !d->s->published_at.ms)
		return tt_fail(err, TT_EINPUT, "it is not a file of a server of track-tokens");
	return TT_OK;
}

enum tt_code share_decode(struct share_server *out, struct arena *arena, struct json_text text,
	struct instant since, struct tt_error *err)
{
	struct share_server s = { 0 };
	struct decoder d = { .arena = arena, .s = &s, .since = since };
	struct json_text key;

	json_reader_init(&d.r, text.at, text.len);
	json_enter_object(&d.r);
	while (!d.has_enough && json_next_key(&d.r, &key))
		read_member(&d, key);
	if (!d.has_enough)
		json_reader_end(&d.r);
	if (check(&d, err) != TT_OK)
		return err->code;
	*out = s;
	return TT_OK;
}
