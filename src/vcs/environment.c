/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "internal.h"

/*
 * Configuration that git hands to its hooks in the environment, which libgit2
 * does not read: GIT_CONFIG_PARAMETERS (from `git -c`) and GIT_CONFIG_COUNT.
 */

/* Append the word in single quotes at *at (git's quoting: a quote inside is
 * '\'' and an exclamation mark '\!') and pass it; false where there is none. */
static bool take_quoted(struct strbuf *out, const char **at)
{
	const char *p = *at;

	if (*p != '\'')
		return false;
	for (;;) {
		for (p++; *p && *p != '\''; p++)
			strbuf_addch(out, *p);
		if (!*p)
			return false;
		p++;
		if (p[0] != '\\' || !p[1] || p[2] != '\'')
			break;
		strbuf_addch(out, p[1]);
		p += 2;
	}
	*at = p;
	return true;
}

/* 'key'='value', or as older versions write it 'key=value'.  No value is true. */
static bool take_setting(struct strbuf *key, struct strbuf *value, const char **at)
{
	const char *equals;

	if (!take_quoted(key, at))
		return false;
	if (**at == '=') {
		++*at;
		if (!take_quoted(value, at))
			strbuf_addstr(value, "true");
		return true;
	}
	equals = strchr(key->buf, '=');
	strbuf_addstr(value, equals ? equals + 1 : "true");
	if (equals)
		strbuf_setlen(key, (size_t)(equals - key->buf));
	return true;
}

static char *find_parameter(const char *name)
{
	_cleanup_(strbuf_release) struct strbuf key = STRBUF_INIT;
	_cleanup_(strbuf_release) struct strbuf value = STRBUF_INIT;
	_autofree_ char *last = NULL;
	const char *at = getenv("GIT_CONFIG_PARAMETERS");

	while (at && take_setting(&key, &value, &at)) {
		if (strcasecmp(key.buf, name) == 0) {
			free(last);
			last = xstrdup(value.buf);
		}
		strbuf_reset(&key);
		strbuf_reset(&value);
		at += strspn(at, " ");
	}
	return steal(&last);
}

static char *find_counted(const char *name)
{
	const char *text = getenv("GIT_CONFIG_COUNT");
	long count = text ? strtol(text, NULL, 10) : 0;
	const char *last = NULL;

	for (long i = 0; i < count && i < 10000; i++) {
		_autofree_ char *key_name = xasprintf("GIT_CONFIG_KEY_%ld", i);
		_autofree_ char *value_name = xasprintf("GIT_CONFIG_VALUE_%ld", i);
		const char *key = getenv(key_name), *value = getenv(value_name);

		if (key && value && strcasecmp(key, name) == 0)
			last = value;
	}
	return last ? xstrdup(last) : NULL;
}

char *vcs_environment_value(const char *key)
{
	char *value = find_parameter(key);

	return value ? value : find_counted(key);
}
