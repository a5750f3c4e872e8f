/* SPDX-License-Identifier: MIT */
#include "import_inputs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/text.h"
#include "capture/earlier.h"
#include "exchange/export_file.h"
#include "vcs/blobs.h"

enum { MANY_FILES = 200 };

void inputs_release(struct inputs *in)
{
	for (size_t i = 0; i < in->dir_count; i++)
		if (in->dirs[i].fd >= 0)
			(void)close(in->dirs[i].fd);
	free(in->dirs);
	free(in->items);
	arena_release(&in->arena);
}

/* --- collecting ----------------------------------------------------------- */

static size_t add_dir(struct inputs *in, int fd)
{
	in->dirs = xreallocarray(in->dirs, in->dir_count + 1, sizeof *in->dirs);
	in->dirs[in->dir_count].fd = fd;
	return in->dir_count++;
}

static void add_file(struct inputs *in, size_t dir, const char *name, const char *shown)
{
	if (in->count == in->alloc) {
		in->alloc = in->alloc ? in->alloc * 2 : 64;
		in->items = xreallocarray(in->items, in->alloc, sizeof *in->items);
	}
	in->items[in->count++] = (struct input){ .dir = dir,
		.name = arena_strdup(&in->arena, name),
		.shown = arena_strdup(&in->arena, shown) };
}

static int compare_inputs(const void *a, const void *b)
{
	return strcmp(((const struct input *)a)->name, ((const struct input *)b)->name);
}

static enum tt_code list_dir(struct inputs *in, int fd, const char *shown, struct tt_error *err)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	DIR *dir = copy >= 0 ? fdopendir(copy) : NULL;
	size_t first = in->count, index = add_dir(in, fd);
	const struct dirent *item;

	if (!dir) {
		if (copy >= 0)
			(void)close(copy);
		return tt_fail_errno(err, "cannot list '%s'", shown);
	}
	while ((item = readdir(dir)) != NULL) {
		_autofree_ char *path = xasprintf("%s/%s", shown, item->d_name);

		if (item->d_name[0] != '.' && text_ends_with(item->d_name, ".json"))
			add_file(in, index, item->d_name, path);
	}
	(void)closedir(dir);
	if (in->count > first)
		qsort(in->items + first, in->count - first, sizeof *in->items, compare_inputs);
	return TT_OK;
}

enum tt_code inputs_add_path(struct inputs *in, const char *path, struct tt_error *err)
{
	_autofree_ char *trimmed = xstrdup(path);
	size_t len = strlen(trimmed);
	struct stat st;
	int fd;

	while (len > 1 && trimmed[len - 1] == '/')
		trimmed[--len] = '\0';
	if (lstat(trimmed, &st) != 0)
		return errno == ENOENT ? tt_fail(err, TT_ENOTFOUND, "'%s' does not exist", trimmed)
				       : tt_fail_errno(err, "cannot look at '%s'", trimmed);
	if (!S_ISDIR(st.st_mode)) {
		add_file(in, add_dir(in, AT_FDCWD), trimmed, trimmed);
		return TT_OK;
	}
	fd = open(trimmed, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return tt_fail_errno(err, "cannot open the directory '%s'", trimmed);
	return list_dir(in, fd, trimmed, err);
}

enum tt_code inputs_add_default(
	struct inputs *in, const char *root, const char *relative, struct tt_error *err)
{
	struct tt_error reason = TT_ERROR_INIT;
	int fd = -1;

	if (relative[0] == '/')
		return fs_exists(AT_FDCWD, relative) ? inputs_add_path(in, relative, err) : TT_OK;
	if (fs_open_dir(&fd, root, relative, false, 0, &reason) != TT_OK) {
		if (reason.code == TT_ENOTFOUND)
			return TT_OK;
		*err = reason;
		return err->code;
	}
	return list_dir(in, fd, relative, err);
}

static enum tt_code add_blob(void *ctx, const char *path, const char *id, struct tt_error *err)
{
	struct inputs *in = ctx;

	(void)err;
	if (!text_ends_with(path, ".json"))
		return TT_OK;
	add_file(in, 0, id, path);
	in->items[in->count - 1].is_blob = true;
	return TT_OK;
}

enum tt_code inputs_add_commits(struct inputs *in, const struct vcs_repo *repo, const char *range,
	const char *directory, struct tt_error *err)
{
	in->repo = repo;
	return vcs_blobs_added(repo, range, directory, add_blob, in, err);
}

/* --- reading ---------------------------------------------------------------- */

static enum tt_code load(struct strbuf *text, const struct inputs *in, const struct input *item,
	struct tt_error *err)
{
	strbuf_reset(text);
	if (item->is_blob)
		return vcs_blob_read(text, in->repo, item->name, EXPORT_SIZE_MAX, err);
	return fs_read(text, in->dirs[item->dir].fd, item->name, EXPORT_SIZE_MAX, item->shown, err);
}

/* The reader of what the text holds; sink NULL: only validate. */
static enum tt_code read_text(
	const struct strbuf *text, const struct entry_sink *sink, struct tt_error *err)
{
	if (export_sniff(text->buf, text->len))
		return export_read(text->buf, text->len, sink, err);
	return earlier_read(text->buf, text->len, false, sink, err);
}

static enum tt_code count_entry(
	void *ctx, const char *branch, const struct entry *e, struct tt_error *err)
{
	(void)branch, (void)e, (void)err;
	++*(int64_t *)ctx;
	return TT_OK;
}

static void judge(
	struct inputs *in, struct input *item, enum report_verdict verdict, const char *reason)
{
	_autofree_ char *visible = text_visible(reason);

	item->verdict = verdict;
	item->reason = arena_strdup(&in->arena, visible);
}

/* What is wrong with a text that no reader knows. */
static void reject_unknown(struct inputs *in, struct input *item, const struct strbuf *text)
{
	struct tt_error err = TT_ERROR_INIT;
	struct json_reader r;

	json_reader_init(&r, text->buf, text->len);
	json_skip(&r);
	json_reader_end(&r);
	if (json_reader_error(&r, &err) == TT_OK)
		(void)tt_fail(&err, TT_EINPUT, "it is JSON, but no export of track-tokens");
	judge(in, item, REPORT_REJECTED, err.msg);
}

static void validate(struct inputs *in, struct input *item, struct strbuf *text)
{
	const struct entry_sink counter = { &item->entries, count_entry };
	struct tt_error err = TT_ERROR_INIT;
	enum earlier_format format;

	if (load(text, in, item, &err) != TT_OK) {
		judge(in, item, REPORT_REJECTED, err.msg);
		return;
	}
	sha256_hex(item->sha256, text->buf, text->len);
	item->fingerprint = text_hash(text->buf, text->len, 0);
	format = export_sniff(text->buf, text->len) ? EARLIER_NONE
						    : earlier_sniff(text->buf, text->len);
	if (format == EARLIER_AGGREGATE)
		judge(in, item, REPORT_SKIPPED,
			"it sums up a ledger whose sessions are imported one by one");
	else if (format == EARLIER_NONE && !export_sniff(text->buf, text->len))
		reject_unknown(in, item, text);
	else if (read_text(text, &counter, &err) != TT_OK)
		judge(in, item, REPORT_REJECTED, err.msg);
	else
		item->verdict = REPORT_IMPORTED;
	if (item->verdict != REPORT_IMPORTED)
		item->entries = 0;
}

/* Long work shows where it is, on a terminal only. */
static void progress(const struct inputs *in, const char *doing, size_t done)
{
	const struct context *ctx = in->ctx;

	if (!ctx || !ctx->err_is_terminal || ctx->common.quiet || in->count < MANY_FILES)
		return;
	if (done == in->count)
		(void)fputs("\r\033[K", stderr);
	else if (done % (MANY_FILES / 4) == 0)
		(void)fprintf(stderr, "\r%s: file %zu of %zu\033[K", doing, done, in->count);
}

void inputs_validate(const struct context *ctx, struct inputs *in)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;

	in->ctx = ctx;
	for (size_t i = 0; i < in->count; i++) {
		validate(in, &in->items[i], &text);
		progress(in, "checking", i + 1);
	}
}

size_t inputs_with(const struct inputs *in, enum report_verdict verdict)
{
	size_t n = 0;

	for (size_t i = 0; i < in->count; i++)
		n += in->items[i].verdict == verdict;
	return n;
}

/* --- sending ------------------------------------------------------------------ */

/* Load a file and make sure that it is the one that was validated. */
static enum tt_code load_same(struct strbuf *text, const struct inputs *in,
	const struct input *item, struct tt_error *err)
{
	if (load(text, in, item, err) != TT_OK)
		return err->code;
	if (text_hash(text->buf, text->len, 0) != item->fingerprint)
		return tt_fail(err, TT_EFAILED, "'%s' changed while it was imported; run it again",
			item->shown);
	return TT_OK;
}

enum tt_code inputs_replay(void *inputs, const struct entry_sink *sink, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	const struct inputs *in = inputs;

	for (size_t i = 0; i < in->count; i++) {
		const struct input *item = &in->items[i];

		progress(in, "importing", i + 1);
		if (item->verdict != REPORT_IMPORTED)
			continue;
		if (load_same(&text, in, item, err) != TT_OK ||
			read_text(&text, sink, err) != TT_OK)
			return err->code;
	}
	return TT_OK;
}

enum tt_code inputs_clean(struct inputs *in, size_t *removed, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;

	*removed = 0;
	for (size_t i = 0; i < in->count; i++) {
		const struct input *item = &in->items[i];

		if (item->verdict != REPORT_IMPORTED || item->is_blob)
			continue;
		if (load_same(&text, in, item, err) != TT_OK ||
			fs_remove(in->dirs[item->dir].fd, item->name, item->shown, err) != TT_OK)
			return err->code;
		++*removed;
	}
	return TT_OK;
}
