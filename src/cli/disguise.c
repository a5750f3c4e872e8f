/* SPDX-License-Identifier: MIT */
#include "disguise.h"

#include <ctype.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text.h"

/* --- paths ---------------------------------------------------------------- */

static bool is_below(const char *path, const char *dir)
{
	size_t len = dir ? strlen(dir) : 0;

	return len > 1 && strncmp(path, dir, len) == 0 && (path[len] == '/' || !path[len]);
}

static bool is_of_the_system(const char *part, size_t len)
{
	static const char *const parts[] = { "bin", "dev", "etc", "home", "lib", "lib64", "media",
		"mnt", "nix", "opt", "private", "proc", "root", "run", "sbin", "snap", "srv", "tmp",
		"usr", "Users", "var" };

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (strlen(parts[i]) == len && strncmp(parts[i], part, len) == 0)
			return true;
	return false;
}

static void add_path(struct strbuf *out, const struct disguise *d, const char *path)
{
	size_t len;

	if (is_below(path, d->home)) {
		strbuf_addstr(out, path[strlen(d->home)] ? "~/..." : "~");
		return;
	}
	path += strspn(path, "/~");
	len = strcspn(path, "/");
	if (is_of_the_system(path, len))
		strbuf_addf(out, "/%.*s%s", (int)len, path, path[len] ? "/..." : "");
	else
		strbuf_addstr(out, "/...");
}

/* --- words and quotes -------------------------------------------------------- */

static bool is_command(const char *text)
{
	static const char *const starts[] = { "track-tokens ", "import-tokens ", "git ", "make " };

	for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
		if (text_starts_with(text, starts[i]))
			return true;
	return false;
}

/* Whatever can be told from its own form; false: it is a name. */
static bool add_by_form(struct strbuf *out, const struct disguise *d, const char *text)
{
	const char *scheme = strstr(text, "://");

	if (scheme)
		strbuf_addf(out, "%.*s://...", (int)(scheme - text), text);
	else if (strchr(text, '@'))
		strbuf_addstr(out, "<...>");
	else if (*text == '/' || text_starts_with(text, "~/"))
		add_path(out, d, text);
	else
		return false;
	return true;
}

static void add_quoted(struct strbuf *out, const struct disguise *d, const char *text)
{
	strbuf_addch(out, '\'');
	if (is_command(text) && !strpbrk(text, "/@"))
		strbuf_addstr(out, text);
	else if (!add_by_form(out, d, text))
		strbuf_addstr(out, d->names ? text : "...");
	strbuf_addch(out, '\'');
}

static void add_word(struct strbuf *out, const struct disguise *d, const char *text)
{
	size_t before = strcspn(text, "/~@"), skip = strspn(text, "(");

	strbuf_add(out, text, skip);
	text += skip;
	if (add_by_form(out, d, text))
		return;
	/* "file=/home/..." */
	if (before > skip && text[before - skip] == '/' &&
		!isalnum((unsigned char)text[before - skip - 1])) {
		strbuf_add(out, text, before - skip);
		add_path(out, d, text + before - skip);
	} else if (strchr(text, '/') && !d->names) {
		strbuf_addstr(out, "...");
	} else {
		strbuf_addstr(out, text);
	}
}

/* Where the quote that opens at text ends, or NULL: an apostrophe has a letter
 * behind it. */
static const char *find_close(const char *text)
{
	for (const char *p = strchr(text + 1, '\''); p; p = strchr(p + 1, '\''))
		if (!isalnum((unsigned char)p[1]))
			return p;
	return NULL;
}

static const char *find_word_end(const char *text)
{
	const char *end = text;

	while (*end && *end != ' ' &&
		(*end != '\'' || (end > text && isalnum((unsigned char)end[-1]))))
		end++;
	return end;
}

void disguise_add(struct strbuf *out, const struct disguise *d, const char *line)
{
	while (*line) {
		const char *end = *line == '\'' ? find_close(line) : find_word_end(line);
		_autofree_ char *part = NULL;

		if (!end) {
			strbuf_addstr(out, "...");
			return;
		}
		if (*line == '\'') {
			part = xstrndup(line + 1, (size_t)(end - line - 1));
			add_quoted(out, d, part);
			end++;
		} else if (end == line) {
			strbuf_addch(out, ' ');
			end++;
		} else {
			part = xstrndup(line, (size_t)(end - line));
			add_word(out, d, part);
		}
		line = end;
	}
}
