/* SPDX-License-Identifier: MIT */
#include "report/escape.h"

#include <stdbool.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

enum { CELL_CHARACTERS = 64 };

/* --- Markdown -------------------------------------------------------------- */

/* One line of visible, valid UTF-8; returns its number of characters. */
static size_t add_line(struct strbuf *out, const char *text)
{
	_cleanup_(strbuf_release) struct strbuf line = STRBUF_INIT;
	size_t from = out->len, count = 0;

	strbuf_addstr(&line, text);
	for (char *at = line.buf; *at; at++)
		if (*at == '\n' || *at == '\r' || *at == '\t')
			*at = ' ';
	text_add_visible(out, line.buf);
	for (const char *at = out->buf + from; *at; at++)
		count += (*at & 0xc0) != 0x80;
	return count;
}

static const char *skip_characters(const char *text, size_t count)
{
	while (count-- > 0)
		text += utf8_sequence(text, strlen(text));
	return text;
}

/* Both ends of a long name tell more than its first half. */
static void cut_in_the_middle(struct strbuf *text, size_t count, size_t most)
{
	size_t head = most / 2, tail = most - head - 1;
	struct strbuf cut = STRBUF_INIT;

	if (count <= most)
		return;
	strbuf_add(&cut, text->buf, (size_t)(skip_characters(text->buf, head) - text->buf));
	strbuf_addstr(&cut, "\xe2\x80\xa6"); /* U+2026 */
	strbuf_addstr(&cut, skip_characters(text->buf, count - tail));
	strbuf_release(text);
	*text = cut;
}

static size_t longest_run_of_backticks(const char *text)
{
	size_t longest = 0;

	while (*text) {
		size_t run = strspn(text, "`");

		if (run > longest)
			longest = run;
		text += run + strcspn(text + run, "`");
	}
	return longest;
}

static bool needs_padding(const struct strbuf *text)
{
	char first = text->buf[0], last = text->buf[text->len - 1];

	return first == '`' || last == '`' || first == ' ' || last == ' ';
}

/* A fence longer than any run inside cannot be closed from inside.  In a
 * table, "|" ends the cell even within code, unless it is escaped. */
static void add_code_span(struct strbuf *out, const struct strbuf *text, bool in_table)
{
	size_t fence = longest_run_of_backticks(text->buf) + 1;
	bool pad = needs_padding(text);

	for (size_t i = 0; i < fence; i++)
		strbuf_addch(out, '`');
	if (pad)
		strbuf_addch(out, ' ');
	for (const char *at = text->buf; *at; at++) {
		if (*at == '|' && in_table)
			strbuf_addch(out, '\\');
		strbuf_addch(out, *at);
	}
	if (pad)
		strbuf_addch(out, ' ');
	for (size_t i = 0; i < fence; i++)
		strbuf_addch(out, '`');
}

void escape_markdown_cell(struct strbuf *out, const char *text)
{
	_cleanup_(strbuf_release) struct strbuf clean = STRBUF_INIT;
	size_t count = add_line(&clean, text);

	if (!count)
		return;
	cut_in_the_middle(&clean, count, CELL_CHARACTERS);
	add_code_span(out, &clean, true);
}

void escape_markdown_code(struct strbuf *out, const char *text)
{
	_cleanup_(strbuf_release) struct strbuf clean = STRBUF_INIT;

	if (add_line(&clean, text))
		add_code_span(out, &clean, false);
}

/* --- CSV -------------------------------------------------------------------- */

/* A spreadsheet runs a field that begins like a formula, even a quoted one. */
static bool looks_like_a_formula(const char *text)
{
	return *text && strchr("=+-@", *text);
}

void escape_csv(struct strbuf *out, const char *text)
{
	_cleanup_(strbuf_release) struct strbuf clean = STRBUF_INIT;
	bool formula = looks_like_a_formula(text);

	text_add_visible(&clean, text);
	if (!formula && !clean.buf[strcspn(clean.buf, ",\"")]) {
		strbuf_add(out, clean.buf, clean.len);
		return;
	}
	strbuf_addstr(out, formula ? "\"'" : "\"");
	for (const char *at = clean.buf; *at; at++) {
		if (*at == '"')
			strbuf_addch(out, '"');
		strbuf_addch(out, *at);
	}
	strbuf_addch(out, '"');
}

/* --- GitHub ------------------------------------------------------------------ */

static void add_percent(struct strbuf *out, const char *text, const char *special)
{
	while (*text) {
		size_t plain = strcspn(text, special);
		struct strbuf piece = STRBUF_INIT;

		strbuf_add(&piece, text, plain);
		text_add_visible(out, piece.buf);
		strbuf_release(&piece);
		text += plain;
		if (*text)
			strbuf_addf(out, "%%%02X", (unsigned char)*text++);
	}
}

void escape_workflow_data(struct strbuf *out, const char *text)
{
	add_percent(out, text, "%\r\n");
}

void escape_workflow_property(struct strbuf *out, const char *text)
{
	add_percent(out, text, "%\r\n:,");
}

void escape_github_output(
	struct strbuf *out, const char *name, const char *text, const char random[static 33])
{
	_cleanup_(strbuf_release) struct strbuf delimiter = STRBUF_INIT;

	strbuf_addf(&delimiter, "tt_%s", random);
	while (strstr(text, delimiter.buf))
		strbuf_addch(&delimiter, '_');
	strbuf_addf(out, "%s<<%s\n%s\n%s\n", name, delimiter.buf, text, delimiter.buf);
}

/* --- HTML --------------------------------------------------------------------- */

static const char *html_entity(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

void escape_html(struct strbuf *out, const char *text)
{
	_cleanup_(strbuf_release) struct strbuf clean = STRBUF_INIT;

	(void)add_line(&clean, text);
	for (const char *at = clean.buf; *at; at++) {
		const char *entity = html_entity(*at);

		if (entity)
			strbuf_addstr(out, entity);
		else
			strbuf_addch(out, *at);
	}
}

/* --- metrics -------------------------------------------------------------------- */

void escape_metrics_label(struct strbuf *out, const char *text)
{
	_cleanup_(strbuf_release) struct strbuf clean = STRBUF_INIT;

	text_add_visible(&clean, text);
	for (const char *at = clean.buf; *at; at++) {
		if (*at == '"' || *at == '\\')
			strbuf_addch(out, '\\');
		strbuf_addch(out, *at);
	}
}
