/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <string.h>

#include "base/text.h"
#include "model/prices.h"

/* Ids of before the "claude-<family>-<major>-<minor>" scheme. */
static const struct alias {
	const char *name, *canonical;
} aliases[] = {
	{ "claude-4-opus", "claude-opus-4-0" },
	{ "claude-4-sonnet", "claude-sonnet-4-0" },
	{ "claude-opus-4", "claude-opus-4-0" },
	{ "claude-sonnet-4", "claude-sonnet-4-0" },
};

/* A piece of the name, without copying. */
struct span {
	const char *at;
	size_t len;
};

static bool has_suffix(struct span s, const char *suffix)
{
	size_t len = strlen(suffix);

	return s.len > len && memcmp(s.at + s.len - len, suffix, len) == 0;
}

static size_t digits_at_end(struct span s)
{
	size_t count = 0;

	while (count < s.len && isdigit((unsigned char)s.at[s.len - 1 - count]))
		count++;
	return count;
}

/* "us.anthropic.claude-x", "bedrock/eu.anthropic.claude-x", an ARN's last
 * part, "vertex_ai/claude-x": what is left begins with "claude-". */
static struct span without_provider(const char *model)
{
	const char *slash = strrchr(model, '/');
	const char *name = slash ? slash + 1 : model;
	const char *rest = name, *vendor;

	for (; (vendor = strstr(rest, "anthropic.")) != NULL; rest = vendor + 1)
		if (vendor == name || vendor[-1] == '.')
			name = vendor + strlen("anthropic.");
	return (struct span){ name, strlen(name) };
}

/* Length of a version suffix of Bedrock, "-v1" or "-v1:0"; 0 none. */
static size_t version_length(struct span s)
{
	size_t minor = digits_at_end(s), major;

	if (minor && s.len > minor && s.at[s.len - minor - 1] == ':') {
		s.len -= minor + 1;
		major = digits_at_end(s);
		minor++;
	} else {
		major = minor;
		minor = 0;
	}
	if (!major || s.len < major + 2 || memcmp(s.at + s.len - major - 2, "-v", 2) != 0)
		return 0;
	return minor + major + 2;
}

/* Length of "-20251101" or "@20251101"; 0 none. */
static size_t date_length(struct span s)
{
	if (digits_at_end(s) != 8 || s.len < 9)
		return 0;
	return s.at[s.len - 9] == '-' || s.at[s.len - 9] == '@' ? 9 : 0;
}

static size_t suffix_length(struct span s)
{
	static const char *const words[] = { "[1m]", "-thinking", "-latest", "@latest",
		"@default" };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (has_suffix(s, words[i]))
			return strlen(words[i]);
	return date_length(s) ? date_length(s) : version_length(s);
}

/* "claude-opus-4.5" is how some gateways write it. */
static void add_dashed(struct strbuf *out, struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		bool within = i > 0 && i + 1 < s.len;

		if (s.at[i] == '.' && within && isdigit((unsigned char)s.at[i - 1]) &&
			isdigit((unsigned char)s.at[i + 1]))
			strbuf_addch(out, '-');
		else
			strbuf_addch(out, s.at[i]);
	}
}

static void replace_alias(struct strbuf *out, size_t from)
{
	for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++) {
		if (strcmp(out->buf + from, aliases[i].name) != 0)
			continue;
		strbuf_setlen(out, from);
		strbuf_addstr(out, aliases[i].canonical);
		return;
	}
}

void prices_normalise(struct strbuf *out, const char *model)
{
	struct span name = without_provider(model);
	size_t from = out->len, cut;

	/* What the suffixes of other vendors mean is not ours to say. */
	if (!text_starts_with(name.at, "claude-")) {
		strbuf_addstr(out, model);
		return;
	}
	/* Before the suffixes: "claude-opus-4.20251101" has one, too. */
	add_dashed(out, name);
	name.at = out->buf + from;
	while ((cut = suffix_length(name)) > 0 && cut < name.len)
		name.len -= cut;
	strbuf_setlen(out, from + name.len);
	replace_alias(out, from);
}
