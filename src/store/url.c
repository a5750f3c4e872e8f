/* SPDX-License-Identifier: MIT */
#include "url.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "store/store.h"

/* A part of a text, borrowed. */
struct span {
	const char *at;
	size_t len;
};

static const char blanks[] = " \t\r\n";

/* --- where secrets are -------------------------------------------------- */

static const char *last_at_sign(const char *from, const char *end)
{
	const char *found = NULL;

	for (const char *p = from; p < end; p++)
		if (*p == '@')
			found = p;
	return found;
}

/* Between the first ':' behind the scheme and the last '@': too much rather
 * than too little, since the password may hold any character unencoded. */
static struct span user_password(const char *url)
{
	for (const char *scheme = strstr(url, "://"); scheme; scheme = strstr(scheme + 1, "://")) {
		const char *from = scheme + 3;
		const char *at = last_at_sign(from, from + strcspn(from, blanks));
		const char *colon = at ? memchr(from, ':', (size_t)(at - from)) : NULL;

		if (colon)
			return (struct span){ colon + 1, (size_t)(at - colon - 1) };
	}
	return (struct span){ NULL, 0 };
}

static bool follows_separator(const char *text, const char *word)
{
	return word == text || strchr("?&\"' \t\r\n", word[-1]) != NULL;
}

/* What stands behind "password", if that is "=", with or without blanks. */
static const char *value_of(const char *behind)
{
	behind += strspn(behind, blanks);
	if (*behind != '=')
		return NULL;
	return behind + 1 + strspn(behind + 1, blanks);
}

/* A value as libpq reads it: in quotes, where a backslash takes the next
 * character as it is, or up to a blank. */
static size_t value_length(const char *value)
{
	size_t n = 1;

	if (*value != '\'')
		return strcspn(value, "& \t\r\n");
	while (value[n] && value[n] != '\'')
		n += value[n] == '\\' && value[n + 1] ? 2 : 1;
	return value[n] ? n + 1 : n;
}

/* The next value of a parameter or keyword "...password=" from `text` on. */
static struct span param_password(const char *start, const char *text)
{
	static const char *const names[] = { "password", "sslpassword" };
	struct span found = { NULL, 0 };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		for (const char *p = strstr(text, names[i]); p; p = strstr(p + 1, names[i])) {
			const char *value = value_of(p + strlen(names[i]));

			if (!value || !follows_separator(start, p) ||
				(found.at && found.at <= value))
				continue;
			found.at = value;
			found.len = value_length(value);
		}
	return found;
}

/* --- masking ------------------------------------------------------------ */

static void add_with_masked_params(struct strbuf *out, const char *text)
{
	const char *at = text;

	for (;;) {
		struct span secret = param_password(text, at);

		if (!secret.at)
			break;
		strbuf_add(out, at, (size_t)(secret.at - at));
		strbuf_addstr(out, "***");
		at = secret.at + secret.len;
	}
	strbuf_addstr(out, at);
}

void store_mask_url(struct strbuf *out, const char *url)
{
	_cleanup_(strbuf_release) struct strbuf half = STRBUF_INIT;
	struct span secret;

	for (; (secret = user_password(url)).at; url = secret.at + secret.len) {
		strbuf_add(&half, url, (size_t)(secret.at - url));
		strbuf_addstr(&half, "***");
	}
	strbuf_addstr(&half, url);
	add_with_masked_params(out, half.buf);
}

void url_hide(struct strbuf *text, const char *secret)
{
	size_t len = strlen(secret);
	struct strbuf hidden = STRBUF_INIT;
	const char *at = text->buf, *found;

	if (len < 3)
		return;
	while ((found = strstr(at, secret))) {
		strbuf_add(&hidden, at, (size_t)(found - at));
		strbuf_addstr(&hidden, "***");
		at = found + len;
	}
	strbuf_addstr(&hidden, at);
	strbuf_release(text);
	*text = hidden;
}

/* --- reading the password ----------------------------------------------- */

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static void add_decoded(struct strbuf *out, struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		bool escape = text.at[i] == '%' && i + 2 < text.len &&
			      hex_value(text.at[i + 1]) >= 0 && hex_value(text.at[i + 2]) >= 0;

		if (!escape) {
			strbuf_addch(out, text.at[i]);
			continue;
		}
		strbuf_addch(
			out, (char)(hex_value(text.at[i + 1]) * 16 + hex_value(text.at[i + 2])));
		i += 2;
	}
}

bool store_url_password(struct strbuf *raw, struct strbuf *decoded, const char *url)
{
	struct span secret = user_password(url);

	if (!secret.at)
		secret = param_password(url, url);
	if (!secret.at || secret.len == 0)
		return false;
	strbuf_add(raw, secret.at, secret.len);
	add_decoded(decoded, secret);
	return true;
}

enum tt_code url_check_password(const char *url, struct tt_error *err)
{
	struct span secret = user_password(url);
	const char *bad;

	if (!secret.at)
		return TT_OK;
	bad = strpbrk(secret.at, "@/?#");
	if (!bad || bad >= secret.at + secret.len)
		return TT_OK;
	/* "postgresql://host:5432/db?user=a@b": that '@' ends no password. */
	if (*bad != '@' && strspn(secret.at, "0123456789,:") == (size_t)(bad - secret.at))
		return TT_OK;
	return tt_fail(err, TT_EUSAGE,
		"the password in the database URL holds '%c': write it as '%%%02X'", *bad,
		(unsigned)*bad);
}

/* --- parameters of other clients ---------------------------------------- */

static bool is_foreign(struct span param)
{
	static const char *const names[] = { "schema", "pgbouncer" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		size_t len = strlen(names[i]);

		if (param.len >= len && memcmp(param.at, names[i], len) == 0 &&
			(param.len == len || param.at[len] == '='))
			return true;
	}
	return false;
}

void url_strip_foreign_params(struct strbuf *out, struct strbuf *left_out, const char *url)
{
	const char *query = strchr(url, '?');
	char separator = '?';

	strbuf_add(out, url, query ? (size_t)(query - url) : strlen(url));
	while (query && *query) {
		struct span param = { query + 1, strcspn(query + 1, "&") };

		query = param.at + param.len;
		if (is_foreign(param)) {
			strbuf_addstr(left_out, left_out->len ? ", " : "");
			strbuf_add(left_out, param.at, strcspn(param.at, "=&"));
			continue;
		}
		strbuf_addch(out, separator);
		strbuf_add(out, param.at, param.len);
		separator = '&';
	}
}
