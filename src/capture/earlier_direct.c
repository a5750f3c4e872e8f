/* SPDX-License-Identifier: MIT */
#include "earlier_direct.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "capture/earlier.h"

#define DIRECT_SOURCE "format-1-direct"

struct direct {
	const char *timestamp, *branch, *commit, *model, *notes, *source;
	int64_t prompt, completion, total; /* -1: absent */
};

/* The members that matter; the rest (endpoint) is passed over. */
static const struct member {
	const char *name;
	bool is_count;
	size_t offset;
} members[] = {
	{ "timestamp", false, offsetof(struct direct, timestamp) },
	{ "created_at", false, offsetof(struct direct, timestamp) },
	{ "git_branch", false, offsetof(struct direct, branch) },
	{ "commit_sha", false, offsetof(struct direct, commit) },
	{ "model_name", false, offsetof(struct direct, model) },
	{ "notes", false, offsetof(struct direct, notes) },
	{ "source", false, offsetof(struct direct, source) },
	{ "prompt_tokens", true, offsetof(struct direct, prompt) },
	{ "completion_tokens", true, offsetof(struct direct, completion) },
	{ "total_tokens", true, offsetof(struct direct, total) },
};
enum { MEMBERS = sizeof members / sizeof *members };

bool earlier_notes_are_aggregate(const char *notes)
{
	return text_starts_with(notes, "Accumulated from ");
}

bool earlier_is_aggregate(const struct entry *e)
{
	return strcmp(e->source, DIRECT_SOURCE) == 0 && earlier_notes_are_aggregate(e->notes);
}

static int find_member(struct json_text key)
{
	for (int n = 0; n < MEMBERS; n++)
		if (json_text_is(key, members[n].name))
			return n;
	return -1;
}

static void read_member(
	struct json_reader *r, struct arena *arena, struct direct *d, const struct member *m)
{
	char *field = (char *)d + m->offset;

	if (!m->is_count)
		*(const char **)field = json_read_string_or_null(r, arena);
	else if (!json_read_null(r))
		*(int64_t *)field = json_read_int(r, 0, USAGE_MAX);
}

static void read_members(struct json_reader *r, struct arena *arena, struct direct *d)
{
	struct json_text key;
	unsigned seen = 0;

	json_enter_object(r);
	while (json_next_key(r, &key)) {
		int n = find_member(key);

		if (n < 0) {
			json_skip(r);
		} else if (seen & 1u << n) {
			json_reader_fail(r, "'%s' appears twice", members[n].name);
		} else {
			seen |= 1u << n;
			read_member(r, arena, d, &members[n]);
		}
	}
}

/* What the record counts: both parts, or at least their sum. */
static bool take_tokens(struct json_reader *r, struct entry *e, const struct direct *d)
{
	if (d->prompt < 0 && d->completion < 0 && d->total >= 0) {
		e->usage.unsplit = d->total;
		return true;
	}
	if (d->prompt < 0 || d->completion < 0) {
		json_reader_fail(r, "the record lacks 'prompt_tokens' or 'completion_tokens'");
		return false;
	}
	if (d->total >= 0 && d->total != d->prompt + d->completion) {
		json_reader_fail(r,
			"'total_tokens' is %" PRId64 ", but its two parts add up to %" PRId64,
			d->total, d->prompt + d->completion);
		return false;
	}
	e->usage.input = d->prompt;
	e->usage.output = d->completion;
	return true;
}

/* Sums of ledgers, and what the tracker took from a conversation, were totals: it wrote
 * four fifths of them down as input. */
static bool is_split_invented(const struct direct *d)
{
	int64_t total = d->prompt + d->completion;
	bool was_total = (d->notes && earlier_notes_are_aggregate(d->notes)) ||
			 (d->source && (strcmp(d->source, "auto-tracked") == 0 ||
					       strcmp(d->source, "manual-entry") == 0));

	return was_total && d->prompt >= 0 && d->prompt == total * 4 / 5;
}

static void derive_id(struct entry *e, const struct direct *d)
{
	char prompt[24], completion[24], unsplit[24];
	const char *const parts[] = { DIRECT_SOURCE, d->timestamp, d->branch,
		d->model ? d->model : "", prompt, completion, unsplit, NULL };

	(void)snprintf(prompt, sizeof prompt, "%" PRId64, e->usage.input);
	(void)snprintf(completion, sizeof completion, "%" PRId64, e->usage.output);
	(void)snprintf(unsplit, sizeof unsplit, "%" PRId64, e->usage.unsplit);
	entry_derived_id(e->id, parts);
}

static void convert(struct json_reader *r, const struct direct *d, bool local, struct entry *e)
{
	struct tt_error err = TT_ERROR_INIT;

	if (!take_tokens(r, e, d))
		return;
	if (entry_set_earlier_time(e, d->timestamp, local, &err) != TT_OK) {
		json_reader_fail(r, "%s", err.msg);
		return;
	}
	e->kind = ENTRY_MANUAL;
	e->source = DIRECT_SOURCE;
	e->model = d->model;
	e->commit = d->commit;
	e->notes = d->notes ? d->notes : "";
	derive_id(e, d); /* before: the same as it was ever imported by */
	if (is_split_invented(d))
		e->usage = (struct usage){ .unsplit = d->prompt + d->completion };
	if (entry_check(e, &err) != TT_OK)
		json_reader_fail(r, "%s", err.msg);
}

void earlier_direct_decode(struct json_reader *r, struct arena *arena, bool local,
	struct entry *out, const char **branch)
{
	struct direct d = { .prompt = -1, .completion = -1, .total = -1 };
	struct entry e = ENTRY_INIT;
	const char *start;

	(void)json_peek(r);
	start = r->at;
	read_members(r, arena, &d);
	if (r->failed)
		return;
	r->value = start;
	if (!d.branch || d.branch[0] == '\0' || strlen(d.branch) > ENTRY_NAME_MAX)
		json_reader_fail(r, "the record has no 'git_branch', or one of more than %d bytes",
			ENTRY_NAME_MAX);
	else if (!d.timestamp)
		json_reader_fail(r, "the record has no 'timestamp'");
	else
		convert(r, &d, local, &e);
	if (r->failed)
		return;
	*out = e;
	*branch = d.branch;
}
