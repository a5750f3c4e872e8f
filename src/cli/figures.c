/* SPDX-License-Identifier: MIT */
#include "figures.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text.h"
#include "usage_json.h"

/* Text that people paste. */
enum { PASTE_MAX = 1024 * 1024 };

enum tt_code figures_read_stdin(struct strbuf *out, struct tt_error *err)
{
	char block[4096];
	size_t n;

	while ((n = fread(block, 1, sizeof block, stdin)) > 0) {
		strbuf_add(out, block, n);
		if (out->len > PASTE_MAX)
			return tt_fail(err, TT_EINPUT, "standard input is longer than %d bytes",
				PASTE_MAX);
	}
	if (ferror(stdin))
		return tt_fail_errno(err, "cannot read standard input");
	if (memchr(out->buf, '\0', out->len))
		return tt_fail(err, TT_EINPUT, "standard input is not text");
	return TT_OK;
}

/* --- counts ------------------------------------------------------------- */

static bool looks_like_count(const char *word)
{
	int64_t count;

	return text_parse_count(&count, word);
}

static enum tt_code parse_count(int64_t *out, const char *word, struct tt_error *err)
{
	const char *digits = word + (*word == '-');
	int64_t count;

	if (*word == '-' && looks_like_count(digits))
		return tt_fail(err, TT_EINPUT,
			"'%s' is negative: 'track-tokens amend' and 'remove' "
			"correct what was recorded",
			word);
	if (!text_parse_count(&count, word) || count > USAGE_MAX)
		return tt_fail(err, TT_EINPUT, "'%s' is not a token count%s", word,
			isdigit((unsigned char)*word) ? " from 1 to 9,007,199,254,740,991, such as "
							"54161, 54,161 or 54k"
						      : ", such as 54161, 54,161 or 54k");
	*out = count;
	return TT_OK;
}

/* --- "Token usage: 54161/200000; 145839 remaining" ---------------------- */

/* The digits and separators at text, as a count; *end is behind them. */
static bool take_count(int64_t *out, const char *text, const char **end)
{
	size_t len = strspn(text, "0123456789,._kKmM");
	_autofree_ char *word = NULL;

	while (len && strchr(",.", text[len - 1]))
		len--;
	word = xstrndup(text, len);
	*end = text + len;
	return text_parse_count(out, word);
}

static const char label[] = "token usage:";

/* The last such line counts: it is the newest of a pasted conversation. */
static enum tt_code read_message(struct figures *f, const char *text, struct tt_error *err)
{
	bool found = false;

	for (const char *at = text; (at = strcasestr(at, label));) {
		int64_t used, size;
		const char *end;

		at += strlen(label);
		at += strspn(at, " \t");
		if (!take_count(&used, at, &end) || *end != '/' ||
			!take_count(&size, end + 1, &end))
			continue;
		f->usage.unsplit = used;
		found = true;
	}
	if (!found)
		return tt_fail(err, TT_EINPUT,
			"no 'Token usage: 54161/200000; 145839 remaining' in the text");
	f->kind = ENTRY_CONTEXT_READING;
	f->source = "message";
	f->has_usage = true;
	return TT_OK;
}

static enum tt_code read_message_from(struct figures *f, const char *text, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf input = STRBUF_INIT;

	if (strcmp(text, "-") != 0)
		return read_message(f, text, err);
	if (figures_read_stdin(&input, err) != TT_OK)
		return err->code;
	return read_message(f, input.buf, err);
}

/* --- which form --------------------------------------------------------- */

static int64_t option_count(const struct figure_options *o, int kind)
{
	const int64_t counts[USAGE_KINDS] = { o->input, o->output, o->cache_read, o->cache_write_5m,
		o->cache_write_1h, -1 };

	return counts[kind];
}

static enum tt_code take_kinds(
	struct figures *f, const struct figure_options *o, struct tt_error *err)
{
	for (int kind = 0; kind < USAGE_KINDS; kind++) {
		int64_t count = option_count(o, kind);

		if (count < 0)
			continue;
		if (count > USAGE_MAX)
			return tt_fail(err, TT_EINPUT, "the %s tokens are more than can be counted",
				usage_names[kind]);
		usage_set(&f->usage, kind, count);
		f->split[kind] = true;
		f->by_kind = f->has_usage = true;
	}
	return TT_OK;
}

/* Counts at the front of the operands: how many were taken, in *used. */
static enum tt_code take_operands(
	struct figures *f, int argc, char **argv, int *used, struct tt_error *err)
{
	if (argc == 0)
		return TT_OK;
	if (argc > 1 && looks_like_count(argv[1])) {
		*used = 2;
		if (parse_count(&f->usage.input, argv[0], err) != TT_OK ||
			parse_count(&f->usage.output, argv[1], err) != TT_OK)
			return err->code;
	} else {
		*used = 1;
		if (parse_count(&f->usage.unsplit, argv[0], err) != TT_OK)
			return err->code;
	}
	f->has_usage = true;
	return TT_OK;
}

static enum tt_code take_usage(struct figures *f, struct arena *arena,
	const struct figure_options *o, int argc, char **argv, int *used, struct tt_error *err)
{
	bool pasted = argc > 0 && (strcmp(argv[0], "-") == 0 || strcasestr(argv[0], label));
	int sources;

	if (take_kinds(f, o, err) != TT_OK)
		return err->code;
	sources = f->by_kind + (o->from_message != NULL) + (o->usage_json != NULL) + pasted;
	if (sources > 1)
		return tt_fail(err, TT_EUSAGE, "the figures are given in more than one way");
	*used = pasted;
	if (pasted || o->from_message)
		return read_message_from(f, pasted ? argv[0] : o->from_message, err);
	if (o->usage_json)
		return usage_json_read(f, arena, o->usage_json, err);
	if (f->by_kind && argc > 0 && looks_like_count(argv[0]))
		return tt_fail(err, TT_EUSAGE,
			"'%s' beside --input and the like: give a total or the kinds, "
			"and a note that is a number with -m",
			argv[0]);
	return f->by_kind ? TT_OK : take_operands(f, argc, argv, used, err);
}

/* --- notes and time ----------------------------------------------------- */

static enum tt_code take_notes(struct figures *f, struct arena *arena, const char *message,
	int argc, char **argv, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf notes = STRBUF_INIT;

	if (message && argc > 0)
		return tt_fail(
			err, TT_EUSAGE, "the note is given twice: with -m, and as '%s'", argv[0]);
	for (int i = 0; i < argc; i++)
		strbuf_addf(&notes, "%s%s", i ? " " : "", argv[i]);
	if (message)
		strbuf_addstr(&notes, message);
	if (!utf8_is_valid(notes.buf, notes.len))
		return tt_fail(err, TT_EINPUT, "the note is not valid UTF-8");
	if (message || argc > 0)
		f->notes = arena_strndup(arena, notes.buf, notes.len);
	return TT_OK;
}

static enum tt_code take_date(struct figures *f, const char *text, struct tt_error *err)
{
	struct instant now = clock_now();
	struct day today = instant_local_day(now);

	if (!text)
		return TT_OK;
	if (day_parse(&f->day, text)) {
		f->when = f->day.number == today.number ? now : day_noon(f->day);
	} else if (instant_parse(&f->when, text)) {
		f->day = instant_local_day(f->when);
	} else {
		return tt_fail(err, TT_EINPUT,
			"'%s' is neither a day (2026-11-23) nor a time (2026-11-23T09:30:00Z)",
			text);
	}
	if (f->when.ms > now.ms)
		return tt_fail(err, TT_EINPUT, "'%s' is in the future", text);
	f->has_when = true;
	return TT_OK;
}

static enum tt_code check_usage(const struct figures *f, struct tt_error *err)
{
	int64_t total;

	if (!f->has_usage)
		return TT_OK;
	if (!usage_total(&total, &f->usage) || total > USAGE_MAX)
		return tt_fail(err, TT_EINPUT, "the tokens are more than can be counted");
	if (total == 0 && !f->by_kind)
		return tt_fail(err, TT_EINPUT, "0 tokens: there is nothing to record");
	return TT_OK;
}

enum tt_code figures_read(struct figures *out, struct arena *arena,
	const struct figure_options *options, int argc, char **argv, struct tt_error *err)
{
	struct figures f = { .kind = ENTRY_MANUAL, .source = "manual" };
	int used = 0;

	if (take_usage(&f, arena, options, argc, argv, &used, err) != TT_OK ||
		take_notes(&f, arena, options->message, argc - used, argv + used, err) != TT_OK ||
		take_date(&f, options->date, err) != TT_OK || check_usage(&f, err) != TT_OK)
		return err->code;
	if (options->model)
		f.model = options->model;
	if (f.model && (!*f.model || !utf8_is_valid(f.model, strlen(f.model))))
		return tt_fail(err, TT_EINPUT, "'%s' is no name of a model", f.model);
	*out = f;
	return TT_OK;
}
