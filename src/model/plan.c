/* SPDX-License-Identifier: MIT */
#include "model/plan.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/text.h"

const char *const limit_source_names[] = { "none", "assumed", "configured", "reported" };

#define ASSUMED(n)                                     \
	{                                              \
		.amount = (n), .source = LIMIT_ASSUMED \
	}
#define UNKNOWN                      \
	{                            \
		.source = LIMIT_NONE \
	}

/* Tokens, then messages; five hours, then the week. */
static const struct plan plans[] = {
	{ "pro", "Pro", { { ASSUMED(100000), ASSUMED(45) }, { UNKNOWN, ASSUMED(1440) } },
		{ 0, 0 } },
	{ "max5x", "Max 5x", { { ASSUMED(500000), ASSUMED(225) }, { UNKNOWN, ASSUMED(5040) } },
		{ 0, 0 } },
	{ "max20x", "Max 20x", { { ASSUMED(220000), ASSUMED(900) }, { UNKNOWN, ASSUMED(8640) } },
		{ 0, 0 } },
	{ "custom", "Custom", { { UNKNOWN, UNKNOWN }, { UNKNOWN, UNKNOWN } }, { 0, 0 } },
};

static const struct {
	const char *alias, *name;
} aliases[] = {
	{ "max", "max5x" },
	{ "max5", "max5x" },
	{ "max20", "max20x" },
};

const struct plan *plan_at(size_t index)
{
	return index < sizeof plans / sizeof *plans ? &plans[index] : NULL;
}

static const struct plan *find_exact(const char *name)
{
	for (size_t i = 0; i < sizeof plans / sizeof *plans; i++)
		if (strcmp(plans[i].name, name) == 0)
			return &plans[i];
	return NULL;
}

/* Lower case, without what only separates words. */
static void add_folded(struct strbuf *out, const char *name)
{
	for (; *name; name++)
		if (!strchr(" _-", *name))
			strbuf_addch(out, (char)tolower((unsigned char)*name));
}

const struct plan *plan_find(const char *name)
{
	_cleanup_(strbuf_release) struct strbuf folded = STRBUF_INIT;
	const char *key;

	add_folded(&folded, name);
	key = folded.buf;
	if (text_starts_with(key, "default"))
		key += strlen("default");
	if (text_starts_with(key, "claude"))
		key += strlen("claude");
	for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
		if (strcmp(aliases[i].alias, key) == 0)
			return find_exact(aliases[i].name);
	return find_exact(key);
}

void plan_set_limit(struct plan *plan, enum window_kind kind, enum limit_unit unit, int64_t amount)
{
	plan->limits[kind][unit] = (struct plan_limit){
		.amount = amount > 0 ? amount : 0,
		.source = amount > 0 ? LIMIT_CONFIGURED : LIMIT_NONE,
	};
}

/* --- the beginning of the week ------------------------------------------------ */

static const char *const weekdays[] = { "monday", "tuesday", "wednesday", "thursday", "friday",
	"saturday", "sunday" };

static int find_weekday(const char *text, size_t len)
{
	for (int i = 0; i < 7; i++)
		if ((len == 3 || len == strlen(weekdays[i])) &&
			strncasecmp(weekdays[i], text, len) == 0)
			return i;
	return -1;
}

static bool digits(const char *text, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (text[i] < '0' || text[i] > '9')
			return false;
	return true;
}

/* Exactly "hh:mm"; -1 otherwise. */
static int parse_minute(const char *text)
{
	int hour, minute;

	if (strlen(text) != 5 || text[2] != ':' || !digits(text, 2) || !digits(text + 3, 2))
		return -1;
	hour = (text[0] - '0') * 10 + text[1] - '0';
	minute = (text[3] - '0') * 10 + text[4] - '0';
	return hour < 24 && minute < 60 ? hour * 60 + minute : -1;
}

bool week_begin_parse(struct week_begin *out, const char *text)
{
	size_t len = strcspn(text, " ");
	struct week_begin week = { .weekday = find_weekday(text, len) };

	if (text[len])
		week.minute = parse_minute(text + len + 1);
	if (week.weekday < 0 || week.minute < 0)
		return false;
	*out = week;
	return true;
}

void week_begin_add(struct strbuf *out, struct week_begin week)
{
	strbuf_addf(
		out, "%s %02d:%02d", weekdays[week.weekday], week.minute / 60, week.minute % 60);
}
