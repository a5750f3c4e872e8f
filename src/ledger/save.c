/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/json_writer.h"
#include "base/mem.h"
#include "base/text.h"
#include "internal.h"
#include "model/branch_file.h"

/* --- writing ----------------------------------------------------------------- */

static void put_time(struct json_writer *w, const char *key, struct instant t)
{
	char text[INSTANT_TEXT];

	instant_format(text, t);
	json_put_string(w, key, text);
}

static void put_pending(struct json_writer *w, const struct ledger *l)
{
	json_key(w, "pending");
	json_open(w, '[');
	for (size_t i = 0; i < l->pending_count; i++) {
		json_open(w, '{');
		json_put_string(w, "id", l->pending[i].id);
		json_put_int(w, "revision", l->pending[i].revision);
		json_put_string(w, "file", l->pending[i].file);
		json_close(w, '}');
	}
	json_close(w, ']');
}

/* Two lines, up to and including the bracket that opens the sessions. */
static void put_header(struct strbuf *out, struct ledger *l)
{
	struct json_writer w = { .out = out };
	char checksum[17];

	json_open(&w, '{');
	json_put_int(&w, "format_version", 2);
	json_put_string(&w, "repository", l->info.repository);
	json_put_string(&w, "branch", l->info.branch);
	json_put_int(&w, "total_tokens", l->info.total_tokens);
	json_put_null(&w, "total_cost_nano_usd");
	strbuf_addstr(out, ",\n ");
	w.comma = false;
	put_time(&w, "created_at", l->info.created_at);
	put_time(&w, "last_updated", l->info.last_updated);
	json_put_int(&w, "session_count", l->info.sessions);
	(void)snprintf(checksum, sizeof checksum, "%016" PRIx64, ledger_checksum(l));
	json_put_string(&w, "sessions_checksum", checksum);
	put_pending(&w, l);
	strbuf_addch(out, ',');
	if (l->unknown)
		strbuf_addstr(out, l->unknown);
	strbuf_addstr(out, "\"sessions\":[\n");
}

/* The new file in pieces: what did not change is written from where it was read. */
struct pieces {
	struct fs_part *items;
	size_t count, alloc;
};

static void pieces_release(struct pieces *p)
{
	free(p->items);
}

static void add_piece(struct pieces *p, const char *data, size_t len)
{
	struct fs_part *last = p->count ? &p->items[p->count - 1] : NULL;

	if (last && last->data + last->len == data) {
		last->len += len;
		return;
	}
	if (p->count == p->alloc) {
		p->alloc = p->alloc ? p->alloc * 2 : 16;
		p->items = xreallocarray(p->items, p->alloc, sizeof *p->items);
	}
	p->items[p->count++] = (struct fs_part){ data, len };
}

/* Where b follows a in the text that was read, so does the separator. */
static const char *separator(const struct ledger_line *a, const struct ledger_line *b)
{
	const char *end = a->at + a->len;

	return b->at == end + 2 && memcmp(end, ",\n", 2) == 0 ? end : ",\n";
}

static void put_lines(struct pieces *out, const struct ledger *l)
{
	for (size_t i = 0; i < l->count; i++) {
		add_piece(out, l->lines[i].at, l->lines[i].len);
		if (i + 1 < l->count)
			add_piece(out, separator(&l->lines[i], &l->lines[i + 1]), 2);
	}
	add_piece(out, l->count ? "\n]}\n" : "]}\n", l->count ? 4 : 3);
}

/* Keep a file of format 1 as it was, under the first free or identical of
 * "<file>.v1", "<file>.v1.2", ... */
static enum tt_code keep_format_1(const struct ledger *l, struct tt_error *err)
{
	for (int n = 1;; n++) {
		_autofree_ char *name =
			n == 1 ? xasprintf("%s.v1", l->name) : xasprintf("%s.v1.%d", l->name, n);
		_cleanup_(strbuf_release) struct strbuf there = STRBUF_INIT;
		struct tt_error ignored = TT_ERROR_INIT;

		if (!fs_exists(l->dirfd, name))
			return fs_create(l->dirfd, name, l->text.buf, l->text.len,
				ledger_file_mode(l), name, err);
		if (fs_read(&there, l->dirfd, name, LEDGER_SIZE_MAX, name, &ignored) == TT_OK &&
			there.len == l->text.len && memcmp(there.buf, l->text.buf, there.len) == 0)
			return TT_OK;
	}
}

static void stamp(struct ledger_info *info)
{
	struct instant now = clock_now();

	if (info->format == 0)
		info->created_at = now;
	if (now.ms > info->last_updated.ms)
		info->last_updated = now;
}

enum tt_code ledger_save(struct ledger *l, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf header = STRBUF_INIT;
	_cleanup_(pieces_release) struct pieces out = { 0 };
	struct ledger_info before = l->info;

	if (l->lock < 0)
		return tt_fail(err, TT_EBUG, "the ledger is not locked");
	if (l->info.format == 1 && keep_format_1(l, err) != TT_OK)
		return tt_context(err, "keeping the old ledger");
	stamp(&l->info);
	put_header(&header, l);
	add_piece(&out, header.buf, header.len);
	put_lines(&out, l);
	if (fs_replace_parts(l->dirfd, l->name, out.items, out.count, ledger_file_mode(l),
		    l->info.path, err) != TT_OK) {
		l->info = before;
		return err->code;
	}
	l->info.format = 2;
	return TT_OK;
}

/* --- archive ------------------------------------------------------------------ */

enum tt_code ledger_archive(
	struct ledger *l, struct instant now, char **archived, struct tt_error *err)
{
	_autofree_ char *relative = xasprintf("%s/archive", l->place.relative);
	_autoclose_ int dir = -1;
	char when[INSTANT_TEXT];

	if (l->lock < 0)
		return tt_fail(err, TT_EBUG, "the ledger is not locked");
	if (fs_open_dir(&dir, l->place.root, relative, true, ledger_dir_mode(&l->place), err) !=
		TT_OK)
		return err->code;
	instant_format_stamp(when, now);
	for (int n = 1;; n++) {
		int stem = (int)(strlen(l->name) - strlen(".json"));
		_autofree_ char *name =
			n == 1 ? xasprintf("%.*s_%s.json", stem, l->name, when)
			       : xasprintf("%.*s_%s_%d.json", stem, l->name, when, n);
		_autofree_ char *path = xasprintf("%s/%s/%s", l->place.root, relative, name);

		if (fs_rename_new(l->dirfd, l->name, dir, name, path, err) == TT_OK) {
			const char *branch = l->info.branch, *repository = l->info.repository;

			ledger_forget(l);
			l->info.branch = branch;
			l->info.repository = repository;
			*archived = steal(&path);
			return TT_OK;
		}
		if (err->code != TT_EBUSY)
			return err->code;
	}
}

/* --- all branches --------------------------------------------------------------- */

struct names {
	char **items;
	size_t count;
};

static void names_release(struct names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->items[i]);
	free(names->items);
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static enum tt_code list_ledgers(
	struct names *out, const struct ledger_place *place, struct tt_error *err)
{
	const struct dirent *item;
	int fd = -1;
	DIR *dir;

	if (fs_open_dir(&fd, place->root, place->relative, false, 0, err) != TT_OK)
		return err->code;
	dir = fdopendir(fd);
	if (!dir) {
		(void)close(fd);
		return tt_fail_errno(err, "cannot list '%s/%s'", place->root, place->relative);
	}
	while ((item = readdir(dir)) != NULL) {
		if (!branch_file_is_ledger(item->d_name))
			continue;
		out->items = xreallocarray(out->items, out->count + 1, sizeof *out->items);
		out->items[out->count++] = xstrdup(item->d_name);
	}
	(void)closedir(dir);
	if (out->count)
		qsort(out->items, out->count, sizeof *out->items, compare_names);
	return TT_OK;
}

static enum tt_code visit_one(const struct ledger_place *place, const char *name, ledger_visit fn,
	void *ctx, struct tt_error *err)
{
	_cleanup_(ledger_freep) struct ledger *l = ledger_new();
	struct tt_error problem = TT_ERROR_INIT;

	if (ledger_enter(l, place, false, err) != TT_OK)
		return err->code;
	ledger_set_name(l, name);
	if (ledger_load(l, &problem) == TT_OK)
		return fn(ctx, l, l->info.path, NULL, err);
	/* Archived or reset while we were walking. */
	if (problem.code == TT_ENOTFOUND)
		return TT_OK;
	return fn(ctx, NULL, l->info.path, &problem, err);
}

enum tt_code ledger_each(
	const struct ledger_place *place, ledger_visit fn, void *ctx, struct tt_error *err)
{
	_cleanup_(names_release) struct names names = { 0 };
	struct tt_error reason = TT_ERROR_INIT;

	if (list_ledgers(&names, place, &reason) != TT_OK) {
		if (reason.code == TT_ENOTFOUND)
			return TT_OK;
		*err = reason;
		return err->code;
	}
	for (size_t i = 0; i < names.count; i++)
		if (visit_one(place, names.items[i], fn, ctx, err) != TT_OK)
			return err->code;
	return TT_OK;
}
