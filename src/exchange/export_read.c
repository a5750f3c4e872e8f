/* SPDX-License-Identifier: MIT */
#include "exchange/export_file.h"

#include <string.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/text.h"

/*
 * A member may only be understood after a later one: token_data after the
 * version, sessions after the branch.  One that comes too early is passed, and
 * read afterwards by a copy of the reader that was taken before it.  What we
 * write comes in order, and is read once.
 */
struct importer {
	const struct entry_sink *sink; /* NULL: only validate */
	enum tt_code sink_code;	       /* what the sink answered */
	struct tt_error *err;
	struct arena names;   /* of the document */
	struct arena strings; /* of one entry */
};

/* One element of token_data. */
struct section {
	const char *branch;
	bool has_total;
	int64_t total, sum;
	unsigned seen;
	struct json_reader sessions; /* where they begin */
};

enum { SEEN_BRANCH = 1, SEEN_TOTAL = 2, SEEN_SESSIONS = 4, SEEN_METADATA = 8, SEEN_DATA = 16 };

/* Note that a member was there; false (and failed) when it was before. */
static bool once(struct json_reader *r, unsigned *seen, unsigned bit, const char *name)
{
	if (*seen & bit)
		json_reader_fail(r, "'%s' appears twice", name);
	*seen |= bit;
	return !r->failed;
}

/* --- sessions --------------------------------------------------------- */

static void send(
	struct importer *im, struct json_reader *r, const char *branch, const struct entry *e)
{
	if (!im->sink)
		return;
	im->sink_code = im->sink->entry(im->sink->ctx, branch, e, im->err);
	if (im->sink_code != TT_OK)
		r->failed = true; /* stop here: im->err already says why */
}

static void read_sessions(struct importer *im, struct json_reader *r, struct section *s)
{
	json_enter_array(r);
	while (json_next_element(r)) {
		struct entry e;

		arena_reset(&im->strings);
		entry_decode(r, &im->strings, &e);
		if (r->failed)
			return;
		if (__builtin_add_overflow(s->sum, entry_counted_tokens(&e), &s->sum) ||
			s->sum > USAGE_MAX) {
			json_reader_fail(r, "the sessions add up to more than %lld tokens",
				(long long)USAGE_MAX);
			return;
		}
		send(im, r, s->branch, &e);
	}
}

static void read_branch(struct importer *im, struct json_reader *r, struct section *s)
{
	const char *branch;

	if (!once(r, &s->seen, SEEN_BRANCH, "branch"))
		return;
	branch = json_read_string(r, &im->names);
	if (!r->failed && (branch[0] == '\0' || strlen(branch) > ENTRY_NAME_MAX))
		json_reader_fail(r, "'branch' is empty or has more than %d bytes", ENTRY_NAME_MAX);
	s->branch = branch;
}

static void read_total(struct json_reader *r, struct section *s)
{
	if (!once(r, &s->seen, SEEN_TOTAL, "total_tokens"))
		return;
	if (json_read_null(r))
		return;
	s->total = json_read_int(r, 0, USAGE_MAX);
	s->has_total = true;
}

/* Read the sessions now, if their branch is known, or note where they are. */
static void meet_sessions(struct importer *im, struct json_reader *r, struct section *s)
{
	if (!once(r, &s->seen, SEEN_SESSIONS, "sessions"))
		return;
	if (s->branch) {
		read_sessions(im, r, s);
		return;
	}
	s->sessions = *r;
	json_skip(r);
}

static void finish_section(struct importer *im, struct json_reader *r, struct section *s)
{
	if (!s->branch)
		json_reader_fail(r, "token_data has no 'branch'");
	else if (!(s->seen & SEEN_SESSIONS))
		json_reader_fail(r, "token_data has no 'sessions'");
	if (r->failed)
		return;
	if (s->sessions.start) {
		read_sessions(im, &s->sessions, s);
		r->failed = s->sessions.failed;
		r->error = s->sessions.error;
	}
	if (!r->failed && s->has_total && s->total != s->sum)
		json_reader_fail(r, "'total_tokens' is %lld, but the sessions add up to %lld",
			(long long)s->total, (long long)s->sum);
}

static void read_section(struct importer *im, struct json_reader *r)
{
	struct section s = { 0 };
	struct json_text key;
	const char *start;

	(void)json_peek(r);
	start = r->at;
	json_enter_object(r);
	while (json_next_key(r, &key)) {
		if (json_text_is(key, "branch"))
			read_branch(im, r, &s);
		else if (json_text_is(key, "total_tokens"))
			read_total(r, &s);
		else if (json_text_is(key, "sessions"))
			meet_sessions(im, r, &s);
		else
			json_skip(r);
	}
	if (r->failed)
		return;
	r->value = start;
	finish_section(im, r, &s);
}

/* --- the document ----------------------------------------------------- */

static void check_version(struct json_reader *r, const char *version)
{
	_autofree_ char *shown = text_visible_short(version, 32);

	if (text_starts_with(version, "2."))
		return;
	json_reader_fail(r,
		"export_version '%s' cannot be read, only '" EXPORT_VERSION
		"': update import-tokens, or export again with this version of track-tokens",
		shown);
}

static void read_metadata(struct importer *im, struct json_reader *r)
{
	const char *version = NULL;
	struct json_text key;
	unsigned seen = 0;
	const char *start;

	(void)json_peek(r);
	start = r->at;
	json_enter_object(r);
	while (json_next_key(r, &key)) {
		if (!json_text_is(key, "export_version")) {
			json_skip(r);
		} else if (once(r, &seen, 1, "export_version")) {
			version = json_read_string(r, &im->names);
			if (version)
				check_version(r, version);
		}
	}
	if (r->failed)
		return;
	r->value = start;
	if (!version)
		json_reader_fail(r, "export_metadata has no 'export_version'");
}

static void read_data(struct importer *im, struct json_reader *r)
{
	if (json_peek(r) != JSON_ARRAY) {
		read_section(im, r);
		return;
	}
	json_enter_array(r);
	while (json_next_element(r))
		read_section(im, r);
}

static void read_document(struct importer *im, struct json_reader *r)
{
	struct json_reader data = { 0 };
	struct json_text key;
	unsigned seen = 0;

	json_enter_object(r);
	while (json_next_key(r, &key)) {
		if (json_text_is(key, "export_metadata")) {
			if (once(r, &seen, SEEN_METADATA, "export_metadata"))
				read_metadata(im, r);
		} else if (json_text_is(key, "token_data")) {
			if (!once(r, &seen, SEEN_DATA, "token_data"))
				return;
			if (seen & SEEN_METADATA) {
				read_data(im, r);
			} else {
				data = *r;
				json_skip(r);
			}
		} else {
			json_skip(r);
		}
	}
	json_reader_end(r);
	r->value = r->start;
	if (!(seen & SEEN_METADATA))
		json_reader_fail(r, "the document has no 'export_metadata'");
	else if (!(seen & SEEN_DATA))
		json_reader_fail(r, "the document has no 'token_data'");
	if (r->failed || !data.start)
		return;
	read_data(im, &data);
	*r = data;
}

enum tt_code export_read(
	const char *text, size_t len, const struct entry_sink *sink, struct tt_error *err)
{
	struct importer im = { .sink = sink, .err = err };
	struct json_reader r;

	json_reader_init(&r, text, len);
	read_document(&im, &r);
	arena_release(&im.names);
	arena_release(&im.strings);
	if (im.sink_code != TT_OK)
		return im.sink_code;
	return json_reader_error(&r, err);
}

/* --- recognising ------------------------------------------------------ */

/* Is the version in this object another than the earlier tracker's 1.x? */
static bool metadata_is_ours(struct json_reader *r)
{
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
	const char *version = NULL;
	struct json_text key;

	if (json_peek(r) != JSON_OBJECT)
		return false;
	json_enter_object(r);
	while (!version && json_next_key(r, &key)) {
		if (json_text_is(key, "export_version") && json_peek(r) == JSON_STRING)
			version = json_read_string(r, &arena);
		else
			json_skip(r);
	}
	return version && !text_starts_with(version, "1.");
}

bool export_sniff(const char *text, size_t len)
{
	struct json_reader r;
	struct json_text key;

	json_reader_init(&r, text, len);
	if (json_peek(&r) != JSON_OBJECT)
		return false;
	json_enter_object(&r);
	while (json_next_key(&r, &key)) {
		if (json_text_is(key, "export_metadata"))
			return metadata_is_ours(&r);
		json_skip(&r);
	}
	return false;
}
