/* SPDX-License-Identifier: MIT */
#include "cli/options.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text.h"
#include "suggest.h"

/* What getopt_long returns for the long option of row i: beyond every letter. */
enum { LONG_BASE = 256, OPERAND = 1 };

/* Two tables and the structs that they fill, seen as one list. */
struct parser {
	const struct option_row *rows[2];
	void *values[2];
	struct option *longs;
	struct strbuf letters;
};

static const struct option_row *row_at(const struct parser *p, size_t i, int *table)
{
	for (int t = 0; t < 2; t++) {
		for (const struct option_row *row = p->rows[t]; row && row->name; row++) {
			if (i-- == 0) {
				*table = t;
				return row;
			}
		}
	}
	return NULL;
}

static int argument_of(enum option_type type)
{
	if (type == OPTION_FLAG)
		return no_argument;
	return type == OPTION_OPTIONAL_TEXT ? optional_argument : required_argument;
}

/* The row that row i stands for: itself, or, for an alias, the one that fills
 * the same value.  getopt_long must see them as one, or "--colo" would be short
 * for two options. */
static size_t original_of(const struct parser *p, size_t i)
{
	int table, other;
	const struct option_row *alias = row_at(p, i, &table), *row;

	for (size_t j = 0; alias->hidden && (row = row_at(p, j, &other)); j++)
		if (other == table && row->offset == alias->offset && row->type == alias->type)
			return j;
	return i;
}

/* In the form that getopt_long wants.  "-": operands are given in order, since
 * sorting argv would need to know that "-5" is one; ":": a missing argument is
 * told from an unknown option. */
static void parser_init(struct parser *p, char **argv)
{
	const struct option_row *row;
	size_t n = 0;
	int table;

	while (row_at(p, n, &table))
		n++;
	p->longs = xcalloc(n + 1, sizeof *p->longs);
	strbuf_addstr(&p->letters, "-:");
	for (size_t i = 0; i < n; i++) {
		int argument;

		row = row_at(p, i, &table);
		argument = argument_of(row->type);
		p->longs[i] = (struct option){ row->name, argument, NULL,
			LONG_BASE + (int)original_of(p, i) };
		if (row->letter) {
			strbuf_addch(&p->letters, row->letter);
			for (int colons = 0; colons < argument; colons++)
				strbuf_addch(&p->letters, ':');
		}
	}
	opterr = 0;
#ifdef __APPLE__
	optreset = 1;
	optind = 1;
#else
	optind = 0;
#endif
	/* One call without arguments forgets the state of an earlier parse. */
	(void)getopt_long(1, argv, p->letters.buf, p->longs, NULL);
}

static void parser_release(struct parser *p)
{
	free(p->longs);
	strbuf_release(&p->letters);
}

static bool is_negative_number(const char *word)
{
	return word && word[0] == '-' && isdigit((unsigned char)word[1]);
}

/* The next option as getopt_long gives it; OPERAND with *operand set; -1 at the
 * end of options. */
static int parser_next(struct parser *p, int argc, char **argv, char **operand)
{
	int code;

	if (optind < argc && is_negative_number(argv[optind])) {
		*operand = argv[optind++];
		return OPERAND;
	}
	code = getopt_long(argc, argv, p->letters.buf, p->longs, NULL);
	if (code == OPERAND)
		*operand = optarg;
	return code;
}

static const struct option_row *parser_row(const struct parser *p, int code, int *table)
{
	const struct option_row *row;

	if (code >= LONG_BASE)
		return row_at(p, (size_t)(code - LONG_BASE), table);
	for (size_t i = 0; (row = row_at(p, i, table)); i++)
		if (row->letter == code)
			return row;
	return NULL;
}

/* --- what is wrong ------------------------------------------------------ */

/* A long option that getopt_long does not take, with what follows "--". */
static enum tt_code refuse_long(const struct parser *p, const char *word, struct tt_error *err)
{
	size_t len = strcspn(word, "="), matches = 0;
	_autofree_ char *name = xstrndup(word, len);
	struct suggestion s = SUGGESTION_INIT(name);
	_cleanup_(strbuf_release) struct strbuf names = STRBUF_INIT;

	for (const struct option *o = p->longs; o->name; o++) {
		if (strcmp(o->name, name) == 0)
			return tt_fail(err, TT_EUSAGE, "option '--%s' takes no value", name);
		suggest(&s, o->name);
		if (text_starts_with(o->name, name)) {
			strbuf_addf(&names, "%s'--%s'", matches++ ? ", " : "", o->name);
		}
	}
	if (matches == 1)
		return tt_fail(err, TT_EUSAGE, "option %s takes no value", names.buf);
	if (matches > 1)
		return tt_fail(
			err, TT_EUSAGE, "option '--%s' is short for any of %s", name, names.buf);
	if (s.best)
		return tt_fail(err, TT_EUSAGE, "unknown option '--%s': did you mean '--%s'?", name,
			s.best);
	return tt_fail(err, TT_EUSAGE, "unknown option '--%s'", name);
}

static enum tt_code refuse(const struct parser *p, char **argv, struct tt_error *err)
{
	const char *word = argv[optind - 1];

	if (text_starts_with(word, "--") && (optopt == 0 || optopt >= LONG_BASE))
		return refuse_long(p, word + 2, err);
	return tt_fail(err, TT_EUSAGE, "unknown option '-%c'", optopt);
}

static enum tt_code refuse_missing(const struct parser *p, struct tt_error *err)
{
	int table;
	const struct option_row *row = parser_row(p, optopt, &table);

	return tt_fail(err, TT_EUSAGE, "option '--%s' needs a value (%s)", row->name,
		row->argument ? row->argument : "TEXT");
}

/* --- values ------------------------------------------------------------- */

static bool is_one_of(const char *word, const char *list)
{
	size_t len = strlen(word);

	for (; *list; list += strcspn(list, "|"), list += *list == '|')
		if (len == strcspn(list, "|") && strncmp(word, list, len) == 0)
			return true;
	return false;
}

static bool parse_int(int64_t *out, const char *text)
{
	long long value;
	char *end;

	if (!isdigit((unsigned char)*text))
		return false;
	errno = 0;
	value = strtoll(text, &end, 10);
	if (errno || *end)
		return false;
	*out = value;
	return true;
}

static enum tt_code store(
	const struct option_row *row, void *values, const char *text, struct tt_error *err)
{
	void *to = (char *)values + row->offset;

	switch (row->type) {
	case OPTION_FLAG:
		*(bool *)to = true;
		return TT_OK;
	case OPTION_COUNT:
		if (!text_parse_count(to, text))
			return tt_fail(err, TT_EUSAGE,
				"option '--%s': '%s' is not a token count, such as 54161, 54,161 "
				"or 54k",
				row->name, text);
		return TT_OK;
	case OPTION_INT:
		if (!parse_int(to, text))
			return tt_fail(err, TT_EUSAGE, "option '--%s': '%s' is not a whole number",
				row->name, text);
		return TT_OK;
	case OPTION_WORD:
		if (!is_one_of(text, row->argument))
			return tt_fail(err, TT_EUSAGE, "option '--%s': '%s' is not one of %s",
				row->name, text, row->argument);
		break;
	case OPTION_TEXT:
	case OPTION_OPTIONAL_TEXT:
		break;
	}
	*(const char **)to = text ? text : "";
	return TT_OK;
}

static enum tt_code take(const struct parser *p, int code, char **argv, struct tt_error *err)
{
	const struct option_row *row;
	int table;

	if (code == '?')
		return refuse(p, argv, err);
	if (code == ':')
		return refuse_missing(p, err);
	row = parser_row(p, code, &table);
	return store(row, p->values[table], optarg, err);
}

enum tt_code options_parse(const struct option_row *rows, void *values,
	const struct option_row *common, void *common_values, int argc, char **argv, int *operands,
	struct tt_error *err)
{
	_cleanup_(parser_release) struct parser p = { { rows, common }, { values, common_values },
		NULL, STRBUF_INIT };
	_autofree_ char **found = xcalloc((size_t)argc + 1, sizeof *found);
	char *operand = NULL;
	int n = 0, code;

	parser_init(&p, argv);
	while ((code = parser_next(&p, argc, argv, &operand)) != -1) {
		if (code == OPERAND)
			found[n++] = operand;
		else if (take(&p, code, argv, err) != TT_OK)
			return err->code;
	}
	while (optind < argc)
		found[n++] = argv[optind++];
	memcpy(argv + 1, found, (size_t)n * sizeof *found);
	argv[1 + n] = NULL;
	*operands = n;
	return TT_OK;
}

int options_find_operand(
	const struct option_row *rows, const struct option_row *common, int argc, char **argv)
{
	_cleanup_(parser_release) struct parser p = { { rows, common }, { NULL, NULL }, NULL,
		STRBUF_INIT };
	char *operand = NULL;
	int code;

	parser_init(&p, argv);
	while ((code = parser_next(&p, argc, argv, &operand)) != -1)
		if (code == OPERAND)
			return optind - 1;
	return optind < argc ? optind : 0;
}
