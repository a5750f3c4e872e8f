/* SPDX-License-Identifier: MIT */
#include "model/entry.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <uthash.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text.h"

/* --- reading ---------------------------------------------------------- */

static const char *read_notes(struct json_reader *r, struct arena *arena)
{
	const char *notes = json_read_string_or_null(r, arena);

	if (notes && strlen(notes) > ENTRY_NOTES_MAX)
		json_reader_fail(r, "'notes' has more than %d bytes", ENTRY_NOTES_MAX);
	return notes ? notes : "";
}

void entry_v1_decode(struct json_reader *r, struct arena *arena, struct entry_v1 *out)
{
	struct entry_v1 v1 = { .tokens = -1, .notes = "" };
	struct json_text key;

	json_enter_object(r);
	while (json_next_key(r, &key)) {
		if (json_text_is(key, "timestamp"))
			v1.timestamp = json_read_string(r, arena);
		else if (json_text_is(key, "tokens"))
			v1.tokens = json_read_int(r, 0, USAGE_MAX);
		else if (json_text_is(key, "notes"))
			v1.notes = read_notes(r, arena);
		else
			json_skip(r);
	}
	if (!r->failed && !v1.timestamp)
		json_reader_fail(r, "a session has no 'timestamp'");
	if (!r->failed && v1.tokens < 0)
		json_reader_fail(r, "a session has no 'tokens'");
	if (!r->failed)
		*out = v1;
}

/* --- conversion ------------------------------------------------------- */

enum tt_code entry_set_earlier_time(
	struct entry *e, const char *timestamp, bool local, struct tt_error *err)
{
	char date[DAY_TEXT];
	bool zoned = instant_parse(&e->timestamp, timestamp);

	(void)snprintf(date, sizeof date, "%.10s", timestamp);
	if ((!zoned && !instant_parse_naive(&e->timestamp, timestamp, !local)) ||
		!entry_time_is_valid(e->timestamp) || !day_parse(&e->day, date)) {
		_autofree_ char *shown = text_visible_short(timestamp, 64);

		return tt_fail(
			err, TT_EINPUT, "'%s' is not a time like 2026-11-23T09:00:00", shown);
	}
	e->revision = zoned || local ? 1 : 0;
	return TT_OK;
}

enum tt_code entry_from_v1(struct entry *out, const struct entry_v1 *v1, const char *branch,
	int ordinal, bool local, struct tt_error *err)
{
	struct entry e = ENTRY_INIT;
	char tokens[24], nth[24];
	const char *const parts[] = { "format-1", branch, v1->timestamp, tokens, v1->notes, nth,
		NULL };

	if (entry_set_earlier_time(&e, v1->timestamp, local, err) != TT_OK)
		return err->code;
	(void)snprintf(tokens, sizeof tokens, "%" PRId64, v1->tokens);
	(void)snprintf(nth, sizeof nth, "%d", ordinal);
	entry_derived_id(e.id, parts);
	e.kind = ENTRY_MANUAL;
	e.source = "format-1";
	e.usage.unsplit = v1->tokens;
	e.notes = v1->notes;
	if (entry_check(&e, err) != TT_OK)
		return err->code;
	*out = e;
	return TT_OK;
}

/* --- repeated sessions ------------------------------------------------ */

/* Two sessions whose hashes collide would only get an ordinal they do not
 * need, and always the same one. */
struct entry_v1_seen {
	uint64_t hash;
	int count;
	UT_hash_handle hh;
};

static uint64_t hash_v1(const struct entry_v1 *v1)
{
	uint64_t hash = text_hash(v1->timestamp, strlen(v1->timestamp), (uint64_t)v1->tokens);

	return text_hash(v1->notes, strlen(v1->notes), hash);
}

int entry_v1_ordinal(struct entry_v1_seen **seen, const struct entry_v1 *v1)
{
	uint64_t hash = hash_v1(v1);
	struct entry_v1_seen *found;

	HASH_FIND(hh, *seen, &hash, sizeof hash, found);
	if (found)
		return ++found->count;
	found = xcalloc(1, sizeof *found);
	found->hash = hash;
	HASH_ADD(hh, *seen, hash, sizeof found->hash, found);
	return 0;
}

void entry_v1_seen_freep(struct entry_v1_seen **seen)
{
	struct entry_v1_seen *item, *next;

	HASH_ITER (hh, *seen, item, next) {
		HASH_DEL(*seen, item);
		free(item);
	}
}
