/* SPDX-License-Identifier: MIT */
#include "model/entry.h"

#include <string.h>

#include "base/text.h"

/*
 * Stored, and compared between machines and releases: what is hashed here, and
 * how, never changes.  A field that joins later is hashed only when it differs
 * from its default.
 */
static uint64_t add_text(uint64_t hash, const char *text)
{
	/* Not known is not the same as empty: no text of ours has this byte. */
	return text ? text_hash(text, strlen(text), hash) : text_hash("\xff", 1, hash);
}

static uint64_t add_numbers(uint64_t hash, const int64_t *numbers, size_t count)
{
	unsigned char bytes[8 * 16];

	for (size_t i = 0; i < 8 * count; i++)
		bytes[i] = (unsigned char)((uint64_t)numbers[i / 8] >> (8 * (i % 8)));
	return text_hash(bytes, 8 * count, hash);
}

int64_t entry_hash(const struct entry *e)
{
	const int64_t numbers[] = {
		e->timestamp.ms,
		e->day.number,
		e->usage.input,
		e->usage.output,
		e->usage.cache_read,
		e->usage.cache_write_5m,
		e->usage.cache_write_1h,
		e->usage.unsplit,
		e->requests,
		e->web_searches,
		e->has_last_activity ? e->last_activity.ms : -1,
		e->has_cost ? e->cost_nano_usd : -1,
		e->is_void,
	};
	const char *const texts[] = { entry_kind_name(e->kind), e->source, e->model, e->price_class,
		e->session_id, e->notes, e->commit, e->author, e->host, e->unknown };
	uint64_t hash = add_numbers(0, numbers, sizeof numbers / sizeof *numbers);

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		hash = add_text(hash, texts[i]);
	return (int64_t)hash;
}
