/* SPDX-License-Identifier: MIT */
#include "capture/earlier.h"

#include <string.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "earlier_direct.h"

/* --- recognising ------------------------------------------------------ */

struct signs {
	bool branch, sessions, format_version; /* a ledger's */
	bool token_data, later_version;	       /* a wrapper's */
	bool git_branch, timestamp, aggregate; /* a direct record's */
};

/* Is this the metadata of an export that the earlier tracker did not write? */
static bool is_later_version(struct json_reader *r, struct arena *arena)
{
	const char *version = NULL;
	struct json_text key;

	if (json_peek(r) != JSON_OBJECT) {
		json_skip(r);
		return false;
	}
	json_enter_object(r);
	while (json_next_key(r, &key)) {
		if (json_text_is(key, "export_version") && json_peek(r) == JSON_STRING)
			version = json_read_string(r, arena);
		else
			json_skip(r);
	}
	return version && !text_starts_with(version, "1.");
}

static bool is_aggregate(struct json_reader *r, struct arena *arena)
{
	const char *notes = NULL;

	if (json_peek(r) == JSON_STRING)
		notes = json_read_string(r, arena);
	else
		json_skip(r);
	return notes && earlier_notes_are_aggregate(notes);
}

static void look_at(
	struct signs *signs, struct json_text key, struct json_reader *r, struct arena *arena)
{
	const struct {
		const char *name;
		bool *sign;
	} names[] = {
		{ "branch", &signs->branch },
		{ "sessions", &signs->sessions },
		{ "format_version", &signs->format_version },
		{ "token_data", &signs->token_data },
		{ "git_branch", &signs->git_branch },
		{ "timestamp", &signs->timestamp },
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (json_text_is(key, names[i].name))
			*names[i].sign = true;
	if (json_text_is(key, "export_metadata"))
		signs->later_version = is_later_version(r, arena);
	else if (json_text_is(key, "notes"))
		signs->aggregate = is_aggregate(r, arena);
	else
		json_skip(r);
}

enum earlier_format earlier_sniff(const char *text, size_t len)
{
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
	struct signs signs = { 0 };
	struct json_reader r;
	struct json_text key;

	json_reader_init(&r, text, len);
	if (json_peek(&r) != JSON_OBJECT)
		return EARLIER_NONE;
	json_enter_object(&r);
	while (json_next_key(&r, &key))
		look_at(&signs, key, &r, &arena);
	if (signs.token_data)
		return signs.later_version ? EARLIER_NONE : EARLIER_EXPORT;
	if (signs.git_branch && signs.timestamp)
		return signs.aggregate ? EARLIER_AGGREGATE : EARLIER_DIRECT;
	if (signs.branch && signs.sessions && !signs.format_version)
		return EARLIER_LEDGER;
	return EARLIER_NONE;
}

const char *earlier_format_name(enum earlier_format format)
{
	static const char *const names[] = {
		[EARLIER_NONE] = "not a file of the earlier tracker",
		[EARLIER_LEDGER] = "ledger of format 1",
		[EARLIER_EXPORT] = "export of version 1.0",
		[EARLIER_DIRECT] = "direct record of format 1",
		[EARLIER_AGGREGATE] = "sum of a ledger of format 1",
	};

	return names[format];
}

/* --- reading ---------------------------------------------------------- */

struct importer {
	const struct entry_sink *sink; /* NULL: only validate */
	enum tt_code sink_code;	       /* what the sink answered */
	struct tt_error *err;
	bool local, aggregates; /* read as local time; send aggregates too */
	struct entry_v1_seen *seen;
	int64_t sum;	      /* of all sessions: at most USAGE_MAX, as in exports of today */
	struct arena names;   /* of the document */
	struct arena strings; /* of one session */
};

static void send(
	struct importer *im, struct json_reader *r, const char *branch, const struct entry *e)
{
	if (!im->sink)
		return;
	im->sink_code = im->sink->entry(im->sink->ctx, branch, e, im->err);
	if (im->sink_code != TT_OK)
		r->failed = true; /* stop here: im->err already says why */
}

static void read_session(struct importer *im, struct json_reader *r, const char *branch)
{
	struct tt_error err = TT_ERROR_INIT;
	struct entry_v1 v1;
	struct entry e;
	const char *start;

	(void)json_peek(r);
	start = r->at;
	entry_v1_decode(r, &im->strings, &v1);
	if (r->failed)
		return;
	r->value = start;
	if (entry_from_v1(&e, &v1, branch, entry_v1_ordinal(&im->seen, &v1), im->local, &err) !=
		TT_OK)
		json_reader_fail(r, "%s", err.msg);
	else if ((im->sum += entry_tokens(&e)) > USAGE_MAX)
		json_reader_fail(
			r, "the sessions add up to more than %lld tokens", (long long)USAGE_MAX);
	else
		send(im, r, branch, &e);
}

static void read_sessions(struct importer *im, struct json_reader *r, const char *branch)
{
	json_enter_array(r);
	while (json_next_element(r)) {
		arena_reset(&im->strings);
		read_session(im, r, branch);
	}
}

static const char *read_branch(struct importer *im, struct json_reader *r, bool again)
{
	const char *branch;

	if (again) {
		json_reader_fail(r, "'branch' appears twice");
		return NULL;
	}
	branch = json_read_string(r, &im->names);
	if (!r->failed && (branch[0] == '\0' || strlen(branch) > ENTRY_NAME_MAX))
		json_reader_fail(r, "'branch' is empty or has more than %d bytes", ENTRY_NAME_MAX);
	return branch;
}

/* A ledger.  Its sessions are passed, and read by a copy of the reader when
 * the branch is known: the branch may come after them. */
static void read_ledger(struct importer *im, struct json_reader *r)
{
	struct json_reader sessions = { 0 };
	const char *branch = NULL, *start;
	struct json_text key;

	(void)json_peek(r);
	start = r->at;
	json_enter_object(r);
	while (json_next_key(r, &key)) {
		if (json_text_is(key, "branch")) {
			branch = read_branch(im, r, branch != NULL);
		} else if (json_text_is(key, "sessions")) {
			if (sessions.start)
				json_reader_fail(r, "'sessions' appears twice");
			sessions = *r;
			json_skip(r);
		} else {
			json_skip(r);
		}
	}
	if (r->failed)
		return;
	r->value = start;
	if (!branch || !sessions.start) {
		json_reader_fail(r, "the ledger has no '%s'", branch ? "sessions" : "branch");
		return;
	}
	read_sessions(im, &sessions, branch);
	r->failed = sessions.failed;
	r->error = sessions.error;
}

static void read_wrapper(struct importer *im, struct json_reader *r)
{
	struct json_text key;
	bool found = false;

	json_enter_object(r);
	while (json_next_key(r, &key)) {
		if (!json_text_is(key, "token_data")) {
			json_skip(r);
			continue;
		}
		if (found)
			json_reader_fail(r, "'token_data' appears twice");
		found = true;
		read_ledger(im, r);
	}
}

static void read_direct(struct importer *im, struct json_reader *r, enum earlier_format format)
{
	const char *branch;
	struct entry e;

	earlier_direct_decode(r, &im->names, im->local, &e, &branch);
	if (!r->failed && (format == EARLIER_DIRECT || im->aggregates))
		send(im, r, branch, &e);
}

static void read_document(struct importer *im, struct json_reader *r, enum earlier_format format)
{
	switch (format) {
	case EARLIER_LEDGER:
		read_ledger(im, r);
		break;
	case EARLIER_EXPORT:
		read_wrapper(im, r);
		break;
	case EARLIER_DIRECT:
	case EARLIER_AGGREGATE:
		read_direct(im, r, format);
		break;
	case EARLIER_NONE:
		json_reader_fail(r, "%s", earlier_format_name(format));
	}
}

static enum tt_code read_text(
	struct importer *im, const char *text, size_t len, struct tt_error *err)
{
	struct json_reader r;

	json_reader_init(&r, text, len);
	read_document(im, &r, earlier_sniff(text, len));
	json_reader_end(&r);
	entry_v1_seen_freep(&im->seen);
	arena_release(&im->names);
	arena_release(&im->strings);
	if (im->sink_code != TT_OK)
		return im->sink_code;
	return json_reader_error(&r, err);
}

enum tt_code earlier_read(const char *text, size_t len, bool local, const struct entry_sink *sink,
	struct tt_error *err)
{
	struct importer im = { .sink = sink, .err = err, .local = local };

	return read_text(&im, text, len, err);
}

enum tt_code earlier_read_aggregate(const char *text, size_t len, bool local,
	const struct entry_sink *sink, struct tt_error *err)
{
	struct importer im = { .sink = sink, .err = err, .local = local, .aggregates = true };

	return read_text(&im, text, len, err);
}
