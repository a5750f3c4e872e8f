/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "base/cleanup.h"
#include "base/json_reader.h"
#include "base/mem.h"
#include "base/text.h"
#include "internal.h"

/*
 * Two ways to read a ledger.
 *
 * The quick one trusts the lines unseen when the checksum in the header is
 * theirs: then they are, byte for byte, what this program wrote.  The thorough
 * one decodes and checks every entry and derives the totals anew; it takes any
 * layout, edits by hand, and format 1.
 */
struct header {
	int64_t format; /* -1: not said */
	const char *branch, *repository;
	int64_t total_tokens, session_count; /* -1: not said */
	const char *checksum;
	const char *created_text, *updated_text;
	struct json_text sessions; /* where the array lies; at NULL: none seen */
	struct strbuf unknown;
};

static void header_release(struct header *h)
{
	strbuf_release(&h->unknown);
}

/* --- the header ---------------------------------------------------------- */

static void read_pending(struct json_reader *r, struct ledger *l)
{
	struct json_text key;

	json_enter_array(r);
	while (json_next_element(r)) {
		const char *id = NULL, *file = NULL;
		int64_t revision = -1;

		json_enter_object(r);
		while (json_next_key(r, &key)) {
			if (json_text_is(key, "id"))
				id = json_read_string(r, &l->arena);
			else if (json_text_is(key, "revision"))
				revision = json_read_int(r, 0, INT64_MAX);
			else if (json_text_is(key, "file"))
				file = json_read_string_or_null(r, &l->arena);
			else
				json_skip(r);
		}
		if (r->failed)
			return;
		if (!id || !entry_id_is_valid(id) || revision < 0)
			json_reader_fail(r, "a 'pending' item needs an id and a revision");
		else
			ledger_add_pending(l, id, revision, file);
	}
}

static void keep_unknown(struct json_reader *r, struct json_text key, struct strbuf *unknown)
{
	struct json_text value = json_read_raw(r);

	if (r->failed)
		return;
	strbuf_addch(unknown, '"');
	strbuf_add(unknown, key.at, key.len);
	strbuf_addstr(unknown, "\":");
	strbuf_add(unknown, value.at, value.len);
	strbuf_addch(unknown, ',');
}

/* What is derived, or always null, is passed without keeping it. */
static bool is_derived(struct json_text key)
{
	return json_text_is(key, "total_cost_nano_usd");
}

static void read_member(
	struct json_reader *r, struct json_text key, struct header *h, struct ledger *l)
{
	if (json_text_is(key, "format_version"))
		h->format = json_read_int(r, 1, INT32_MAX);
	else if (json_text_is(key, "branch"))
		h->branch = json_read_string(r, &l->arena);
	else if (json_text_is(key, "repository"))
		h->repository = json_read_string_or_null(r, &l->arena);
	else if (json_text_is(key, "total_tokens"))
		h->total_tokens = json_read_int(r, 0, USAGE_MAX);
	else if (json_text_is(key, "session_count"))
		h->session_count = json_read_int(r, 0, INT64_MAX);
	else if (json_text_is(key, "sessions_checksum"))
		h->checksum = json_read_string(r, &l->arena);
	else if (json_text_is(key, "created_at"))
		h->created_text = json_read_string_or_null(r, &l->arena);
	else if (json_text_is(key, "last_updated"))
		h->updated_text = json_read_string_or_null(r, &l->arena);
	else if (json_text_is(key, "pending"))
		read_pending(r, l);
	else if (is_derived(key))
		json_skip(r);
	else
		keep_unknown(r, key, &h->unknown);
}

static struct header header_new(void)
{
	return (struct header){
		.format = -1, .total_tokens = -1, .session_count = -1, .unknown = STRBUF_INIT
	};
}

static enum tt_code read_time(
	struct instant *out, const char *name, const char *text, bool naive, struct tt_error *err)
{
	bool ok =
		!text || (naive ? instant_parse_naive(out, text, false) : instant_parse(out, text));

	if (ok)
		return TT_OK;
	return tt_fail(err, TT_EINPUT, "'%s' is not a time like 2026-11-23T09:00:00Z", name);
}

/* Move what the header says to the ledger. */
static enum tt_code adopt_header(struct ledger *l, struct header *h, struct tt_error *err)
{
	bool naive = l->info.format == 1;

	if (!h->branch)
		return tt_fail(err, TT_EINPUT, "it has no 'branch': this is not a ledger");
	if (read_time(&l->info.created_at, "created_at", h->created_text, naive, err) != TT_OK ||
		read_time(&l->info.last_updated, "last_updated", h->updated_text, naive, err) !=
			TT_OK)
		return err->code;
	l->info.branch = h->branch;
	l->info.repository = h->repository;
	if (h->unknown.len)
		l->unknown = arena_strndup(&l->arena, h->unknown.buf, h->unknown.len);
	return TT_OK;
}

/* --- the quick way -------------------------------------------------------- */

/* Split the text behind `"sessions":` into lines, if it has our layout. */
static bool split_lines(struct ledger *l, const char *at, const char *end)
{
	static const char closing[] = "]}\n";

	if (end - at < 2 || memcmp(at, "[\n", 2) != 0)
		return false;
	at += 2;
	while (end - at > 3) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		size_t len;
		bool last;

		if (!newline || newline - at <= LINE_START || memcmp(at, "{\"id\":\"", 7) != 0)
			return false;
		last = newline[-1] != ',';
		len = (size_t)(newline - at) - (last ? 0 : 1);
		if (last != (end - newline == 4))
			return false;
		ledger_add_line(l, at, len);
		at = newline + 1;
	}
	return end - at == 3 && memcmp(at, closing, 3) == 0;
}

static bool checksum_matches(struct ledger *l, const char *text)
{
	char want[17];

	(void)snprintf(want, sizeof want, "%016" PRIx64, ledger_checksum(l));
	return text && strcmp(text, want) == 0;
}

/* False when anything is not exactly ours; the thorough way then says why. */
static bool parse_quickly(struct ledger *l)
{
	_cleanup_(header_release) struct header h = header_new();
	struct tt_error ignored = TT_ERROR_INIT;
	struct json_text key;
	struct json_reader r;

	json_reader_init(&r, l->text.buf, l->text.len);
	json_enter_object(&r);
	while (json_next_key(&r, &key)) {
		if (json_text_is(key, "sessions"))
			break;
		read_member(&r, key, &h, l);
	}
	if (r.failed || h.format != 2 || h.total_tokens < 0 || h.session_count < 0 ||
		r.at == r.end || !split_lines(l, r.at, r.end))
		return false;
	l->info.total_tokens = h.total_tokens;
	l->info.sessions = h.session_count;
	l->info.format = 2;
	return checksum_matches(l, h.checksum) && adopt_header(l, &h, &ignored) == TT_OK;
}

/* --- the thorough way ----------------------------------------------------- */

/* Ids seen so far, to refuse one that stands twice. */
struct seen_id {
	char id[ENTRY_ID_TEXT];
	UT_hash_handle hh;
};

static void seen_freep(struct seen_id **seen)
{
	struct seen_id *item, *next;

	HASH_ITER (hh, *seen, item, next) {
		HASH_DEL(*seen, item);
		free(item);
	}
}

static bool see(struct seen_id **seen, const char *id)
{
	struct seen_id *found;

	HASH_FIND_STR(*seen, id, found);
	if (found)
		return false;
	found = xcalloc(1, sizeof *found);
	memcpy(found->id, id, ENTRY_ID_TEXT);
	HASH_ADD_STR(*seen, id, found);
	return true;
}

int ledger_counts_as_session(const struct entry *e)
{
	return !e->is_void && e->kind != ENTRY_CONTEXT_READING;
}

/* Add an entry that was read: its line, and its part of the totals. */
static void take_entry(
	struct json_reader *r, struct ledger *l, struct seen_id **seen, const struct entry *e)
{
	_cleanup_(strbuf_release) struct strbuf line = STRBUF_INIT;

	if (!see(seen, e->id)) {
		json_reader_fail(r, "the id '%s' stands there twice", e->id);
		return;
	}
	if (l->info.total_tokens + entry_counted_tokens(e) > USAGE_MAX) {
		json_reader_fail(r, "the tokens add up to more than %" PRId64, USAGE_MAX);
		return;
	}
	l->info.total_tokens += entry_counted_tokens(e);
	l->info.sessions += ledger_counts_as_session(e);
	entry_encode(&line, e, ENTRY_FORM_LEDGER);
	ledger_add_line(l, arena_strndup(&l->arena, line.buf, line.len), line.len);
}

static void read_sessions(struct json_reader *r, struct ledger *l)
{
	_cleanup_(seen_freep) struct seen_id *seen = NULL;
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;

	json_enter_array(r);
	while (json_next_element(r)) {
		struct entry e;

		entry_decode(r, &arena, &e);
		if (!r->failed)
			take_entry(r, l, &seen, &e);
		arena_reset(&arena);
	}
}

/* Format 1: every entry becomes pending, since nothing says what was exported. */
static void read_sessions_v1(struct json_reader *r, struct ledger *l, const char *branch)
{
	_cleanup_(seen_freep) struct seen_id *seen = NULL;
	_cleanup_(entry_v1_seen_freep) struct entry_v1_seen *same = NULL;
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;

	json_enter_array(r);
	while (json_next_element(r)) {
		struct tt_error problem = TT_ERROR_INIT;
		struct entry_v1 v1;
		struct entry e;

		entry_v1_decode(r, &arena, &v1);
		if (r->failed)
			return;
		if (entry_from_v1(&e, &v1, branch, entry_v1_ordinal(&same, &v1), true, &problem) !=
			TT_OK) {
			json_reader_fail(r, "%s", problem.msg);
			return;
		}
		take_entry(r, l, &seen, &e);
		ledger_add_pending(l, e.id, e.revision, NULL);
		arena_reset(&arena);
	}
}

/* The sessions may stand before the header members they depend on. */
static void read_sessions_at(struct ledger *l, const struct header *h, struct json_reader *r)
{
	r->at = h->sessions.at;
	if (l->info.format == 1)
		read_sessions_v1(r, l, h->branch);
	else
		read_sessions(r, l);
}

static void drop_stale_pending(struct ledger *l)
{
	for (size_t i = l->pending_count; i-- > 0;) {
		size_t at = 0;

		while (at < l->count && memcmp(l->lines[at].at + LINE_ID_OFFSET, l->pending[i].id,
						ENTRY_ID_TEXT - 1) != 0)
			at++;
		if (at == l->count)
			ledger_confirm(l, i);
	}
}

static enum tt_code check_format(struct ledger *l, struct header *h, struct tt_error *err)
{
	if (h->format > 2)
		return tt_fail(err, TT_EINPUT,
			"format_version %" PRId64
			" was written by a newer track-tokens; upgrade this "
			"one",
			h->format);
	if (!h->sessions.at)
		return tt_fail(err, TT_EINPUT, "it has no 'sessions': this is not a ledger");
	l->info.format = h->format == 2 ? 2 : 1;
	return adopt_header(l, h, err);
}

static enum tt_code parse_thoroughly(struct ledger *l, struct tt_error *err)
{
	_cleanup_(header_release) struct header h = header_new();
	struct json_text key;
	struct json_reader r, sessions;

	json_reader_init(&r, l->text.buf, l->text.len);
	json_enter_object(&r);
	sessions = r;
	while (json_next_key(&r, &key)) {
		if (json_text_is(key, "sessions")) {
			if (h.sessions.at)
				json_reader_fail(&r, "'sessions' appears twice");
			h.sessions = json_read_raw(&r);
		} else {
			read_member(&r, key, &h, l);
		}
	}
	json_reader_end(&r);
	if (json_reader_error(&r, err) != TT_OK || check_format(l, &h, err) != TT_OK)
		return err->code;
	read_sessions_at(l, &h, &sessions);
	if (json_reader_error(&sessions, err) != TT_OK)
		return err->code;
	if (l->info.format != 1)
		drop_stale_pending(l);
	return TT_OK;
}

enum tt_code ledger_parse(struct ledger *l, struct tt_error *err)
{
	struct strbuf text;

	if (parse_quickly(l))
		return TT_OK;
	/* Forget what the quick way found, but not the text. */
	text = l->text;
	l->text = (struct strbuf)STRBUF_INIT;
	ledger_forget(l);
	l->text = text;
	return parse_thoroughly(l, err);
}
