/* SPDX-License-Identifier: MIT */
#include "model/entry.h"

#include <inttypes.h>
#include <string.h>

#include <uuid/uuid.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/text.h"

/* --- kinds ------------------------------------------------------------ */

static const char *const kind_names[ENTRY_KINDS] = {
	"measured",
	"manual",
	"estimated",
	"context-reading",
	"auxiliary",
};

const char *entry_kind_name(enum entry_kind kind)
{
	return kind_names[kind];
}

bool entry_kind_parse(enum entry_kind *out, struct json_text text)
{
	for (int kind = 0; kind < ENTRY_KINDS; kind++)
		if (json_text_is(text, kind_names[kind])) {
			*out = (enum entry_kind)kind;
			return true;
		}
	return false;
}

/* --- counts ----------------------------------------------------------- */

int64_t entry_tokens(const struct entry *e)
{
	int64_t total;

	return usage_total(&total, &e->usage) ? total : INT64_MAX;
}

int64_t entry_counted_tokens(const struct entry *e)
{
	return e->is_void || e->kind == ENTRY_CONTEXT_READING ? 0 : entry_tokens(e);
}

/* --- checks ----------------------------------------------------------- */

static bool in_range(int64_t count)
{
	return count >= 0 && count <= USAGE_MAX;
}

static enum tt_code check_count(const char *name, int64_t count, struct tt_error *err)
{
	if (in_range(count))
		return TT_OK;
	return tt_fail(err, TT_EINPUT, "'%s' is %" PRId64 ", outside 0 to %" PRId64, name, count,
		USAGE_MAX);
}

static enum tt_code check_counts(const struct entry *e, struct tt_error *err)
{
	int64_t total;

	for (int kind = 0; kind < USAGE_KINDS; kind++)
		if (check_count(usage_names[kind], usage_get(&e->usage, kind), err) != TT_OK)
			return err->code;
	if (!usage_total(&total, &e->usage) || !in_range(total))
		return tt_fail(err, TT_EINPUT, "the kinds of tokens add up to more than %" PRId64,
			USAGE_MAX);
	if (check_count("revision", e->revision, err) != TT_OK ||
		check_count("requests", e->requests, err) != TT_OK ||
		check_count("web_searches", e->web_searches, err) != TT_OK)
		return err->code;
	return e->has_cost ? check_count("cost_nano_usd", e->cost_nano_usd, err) : TT_OK;
}

static enum tt_code check_text(const char *name, const char *text, size_t max, struct tt_error *err)
{
	size_t len;

	if (!text)
		return TT_OK;
	len = strlen(text);
	if (len > max)
		return tt_fail(err, TT_EINPUT, "'%s' has %zu bytes, more than %zu", name, len, max);
	if (!utf8_is_valid(text, len))
		return tt_fail(err, TT_EINPUT, "'%s' is not UTF-8", name);
	return TT_OK;
}

static enum tt_code check_texts(const struct entry *e, struct tt_error *err)
{
	const struct {
		const char *name, *text;
		size_t max;
	} texts[] = {
		{ "notes", e->notes, ENTRY_NOTES_MAX },
		{ "source", e->source, ENTRY_NAME_MAX },
		{ "model", e->model, ENTRY_NAME_MAX },
		{ "session_id", e->session_id, ENTRY_NAME_MAX },
		{ "commit", e->commit, ENTRY_NAME_MAX },
		{ "author", e->author, ENTRY_NAME_MAX },
		{ "host", e->host, ENTRY_NAME_MAX },
		{ "unknown members", e->unknown, ENTRY_UNKNOWN_MAX },
		{ "history", e->history, ENTRY_HISTORY_MAX },
	};

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (check_text(texts[i].name, texts[i].text, texts[i].max, err) != TT_OK)
			return err->code;
	return TT_OK;
}

bool entry_price_class_is_valid(const char *price_class)
{
	size_t len = strspn(price_class, "abcdefghijklmnopqrstuvwxyz0123456789+-");

	return len > 0 && len <= ENTRY_PRICE_CLASS_MAX && price_class[len] == '\0';
}

bool entry_time_is_valid(struct instant t)
{
	return t.ms >= 0 && t.ms < INT64_C(253402300800000);
}

static enum tt_code check_times(const struct entry *e, struct tt_error *err)
{
	if (!entry_time_is_valid(e->timestamp) ||
		(e->has_last_activity && !entry_time_is_valid(e->last_activity)) ||
		e->day.number < 0 || e->day.number > 2932896)
		return tt_fail(err, TT_EINPUT, "the time is outside the years 1970 to 9999");
	return TT_OK;
}

enum tt_code entry_check(const struct entry *e, struct tt_error *err)
{
	if (!entry_id_is_valid(e->id))
		return tt_fail(err, TT_EINPUT, "the id is not a UUID in lower case");
	if ((unsigned)e->kind >= ENTRY_KINDS)
		return tt_fail(err, TT_EINPUT, "the kind is unknown");
	if (!e->notes || !e->price_class)
		return tt_fail(err, TT_EINPUT, "the notes or the price class are missing");
	if (!entry_price_class_is_valid(e->price_class))
		return tt_fail(err, TT_EINPUT,
			"the price class is not made of lower-case words, digits and '+'");
	if (check_counts(e, err) != TT_OK || check_texts(e, err) != TT_OK)
		return err->code;
	return check_times(e, err);
}

/* --- identity --------------------------------------------------------- */

enum tt_code entry_new_id(char id[static ENTRY_ID_TEXT], struct tt_error *err)
{
	uuid_t uuid = { 0 };

	/* Not uuid_generate(): without a random source it falls back to the
	 * clock and the network address, in silence. */
	if (fs_random(uuid, sizeof uuid, err) != TT_OK)
		return tt_context(err, "making an entry id");
	uuid[6] = (unsigned char)((uuid[6] & 0x0f) | 0x40);
	uuid[8] = (unsigned char)((uuid[8] & 0x3f) | 0x80);
	uuid_unparse_lower(uuid, id);
	return TT_OK;
}

void entry_derived_id(char id[static ENTRY_ID_TEXT], const char *const *parts)
{
	/* A random UUID, fixed for ever: ids are stored. */
	static const uuid_t namespace = { 0x6f, 0x1d, 0x3c, 0x52, 0x8e, 0x0b, 0x4a, 0x97, 0xb1,
		0x64, 0x2c, 0xd9, 0x75, 0x30, 0xe8, 0x4d };
	_cleanup_(strbuf_release) struct strbuf name = STRBUF_INIT;
	uuid_t uuid = { 0 };

	for (; *parts; parts++)
		strbuf_addf(&name, "%zu:%s", strlen(*parts), *parts);
	uuid_generate_sha1(uuid, namespace, name.buf, name.len);
	uuid_unparse_lower(uuid, id);
}

bool entry_id_is_valid(const char *id)
{
	for (int i = 0; i < ENTRY_ID_TEXT - 1; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;
		bool hex = (id[i] >= '0' && id[i] <= '9') || (id[i] >= 'a' && id[i] <= 'f');

		if (dash ? id[i] != '-' : !hex)
			return false;
	}
	return id[ENTRY_ID_TEXT - 1] == '\0';
}
