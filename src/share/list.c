/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text.h"
#include "internal.h"

/* --- taking it apart ---------------------------------------------------------------------- */

static void parse_problem(struct share_list *list, const char *file, const char *reason)
{
	size_t size = (list->problem_count + 1) * sizeof *list->problems;

	list->problems = xrealloc(list->problems, size);
	list->problems[list->problem_count++] =
		(struct share_problem){ arena_strdup(&list->arena, file),
			arena_strdup(&list->arena, reason) };
}

/* A copy of a file is not another server. */
static enum tt_code check_file_name(
	const struct share_server *s, const char *file, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf expected = STRBUF_INIT;

	share_add_file_name(&expected, s->name, s->installation);
	if (strcmp(expected.buf, file) == 0)
		return TT_OK;
	return tt_fail(err, TT_EINPUT, "it is a copy of '%s'", expected.buf);
}

static void parse_file(
	struct share_list *list, const char *file, struct json_text text, struct instant since)
{
	struct tt_error err = TT_ERROR_INIT;
	struct share_server s;

	if (share_decode(&s, &list->arena, text, since, &err) != TT_OK ||
		check_file_name(&s, file, &err) != TT_OK) {
		parse_problem(list, file, err.msg);
		return;
	}
	list->servers = xreallocarray(list->servers, list->count + 1, sizeof *list->servers);
	list->servers[list->count++] = s;
}

/* False: the bytes end too early. */
static bool parse_frame(
	struct share_list *list, const char **at, const char *end, struct instant since)
{
	_autofree_ char *name = NULL, *reason = NULL;
	struct share_frame frame;
	const char *text;

	if ((size_t)(end - *at) < sizeof frame)
		return false;
	memcpy(&frame, *at, sizeof frame);
	*at += sizeof frame;
	if ((size_t)(end - *at) < frame.name_len ||
		(size_t)(end - *at) - frame.name_len < frame.text_len)
		return false;
	name = xstrndup(*at, frame.name_len);
	text = *at + frame.name_len;
	*at = text + frame.text_len;
	if (!frame.is_problem) {
		parse_file(list, name, (struct json_text){ text, frame.text_len }, since);
		return true;
	}
	reason = xstrndup(text, frame.text_len);
	parse_problem(list, name, reason);
	return true;
}

/* --- what they are to one another ----------------------------------------------------------- */

static int by_installation(const void *a, const void *b)
{
	const struct share_server *x = a, *y = b;
	int order = strcmp(x->installation, y->installation);

	if (order)
		return order;
	if (x->published_at.ms != y->published_at.ms)
		return x->published_at.ms > y->published_at.ms ? -1 : 1;
	return strcmp(x->name, y->name);
}

static int by_name(const void *a, const void *b)
{
	const struct share_server *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	return order ? order : strcmp(x->installation, y->installation);
}

static void say_superseded(
	struct share_list *list, const struct share_server *old, const struct share_server *new)
{
	_cleanup_(strbuf_release) struct strbuf file = STRBUF_INIT;
	_autofree_ char *name = text_visible(new->name), *reason = NULL;

	share_add_file_name(&file, old->name, old->installation);
	reason =
		xasprintf("it is of the same installation as '%s', which is newer and counts; when "
			  "one is a copy of the other, remove share.json from the state directory "
			  "of one of them",
			name);
	parse_problem(list, file.buf, reason);
}

/* Of each installation the newest. */
static void keep_newest(struct share_list *list)
{
	size_t kept = 0;

	if (list->count)
		qsort(list->servers, list->count, sizeof *list->servers, by_installation);
	for (size_t i = 0; i < list->count; i++) {
		const struct share_server *last = kept ? &list->servers[kept - 1] : NULL;

		if (last && strcmp(last->installation, list->servers[i].installation) == 0)
			say_superseded(list, &list->servers[i], last);
		else
			list->servers[kept++] = list->servers[i];
	}
	list->count = kept;
}

static bool has_name_of(const struct share_list *list, size_t i, size_t j)
{
	return j < list->count && strcmp(list->servers[i].name, list->servers[j].name) == 0;
}

static void label(struct share_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		struct share_server *s = &list->servers[i];
		struct window_event *rows = (struct window_event *)s->rows;
		_autofree_ char *text = NULL;

		s->label = s->name;
		s->name_is_claimed_twice =
			has_name_of(list, i, i + 1) || (i && has_name_of(list, i, i - 1));
		if (s->name_is_claimed_twice) {
			text = xasprintf("%s~%.*s", s->name, SHARE_ID_DIGITS, s->installation);
			s->label = arena_strdup(&list->arena, text);
		}
		for (size_t row = 0; row < s->row_count; row++)
			rows[row].server = s->label;
	}
}

enum tt_code share_parse(struct share_list *out, struct json_text fetched, struct instant since,
	struct tt_error *err)
{
	struct share_list list = SHARE_LIST_INIT;
	const char *at = fetched.at, *end = at + fetched.len;

	while (at < end)
		if (!parse_frame(&list, &at, end, since)) {
			share_list_release(&list);
			return tt_fail(err, TT_EIO, "what the servers published was cut off");
		}
	keep_newest(&list);
	if (list.count)
		qsort(list.servers, list.count, sizeof *list.servers, by_name);
	label(&list);
	*out = list;
	return TT_OK;
}

void share_list_release(struct share_list *list)
{
	arena_release(&list->arena);
	free(list->servers);
	free(list->problems);
	*list = (struct share_list)SHARE_LIST_INIT;
}
