/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/text.h"
#include "claude_dirs.h"
#include "cli/record.h"
#include "move_in.h"

/* A database of snapshots may be large; anything else is small. */
#define SIZE_MAX_BYTES ((size_t)512 * 1024 * 1024)

void moving_release(struct moving *m)
{
	for (size_t i = 0; i < m->count; i++)
		strbuf_release(&m->files[i].kept);
	free(m->files);
	free(m->entries);
	free(m->usages);
	free(m->verdicts);
	arena_release(&m->arena);
}

void move_skip(struct move_file *file, const char *why, int64_t count)
{
	if (count == 0)
		return;
	for (size_t i = 0; i < file->skip_count; i++)
		if (strcmp(file->skips[i].why, why) == 0) {
			file->skips[i].count += count;
			return;
		}
	if (file->skip_count < MOVE_SKIPS_MAX)
		file->skips[file->skip_count++] = (struct move_skip){ why, count };
}

bool move_has_sessions(const struct moving *m)
{
	for (size_t i = 0; i < m->usage_count; i++)
		if (m->usages[i].session)
			return true;
	return false;
}

/* --- what a file holds ------------------------------------------------------ */

static const char *keep(struct moving *m, const char *text)
{
	return text ? arena_strdup(&m->arena, text) : NULL;
}

static enum tt_code add_entry(
	void *ctx, const char *branch, const struct entry *e, struct tt_error *err)
{
	struct moving *m = ctx;
	struct move_entry *item;

	(void)err;
	if (m->entry_count == m->entry_alloc) {
		m->entry_alloc = m->entry_alloc ? 2 * m->entry_alloc : 64;
		m->entries = xreallocarray(m->entries, m->entry_alloc, sizeof *m->entries);
	}
	item = &m->entries[m->entry_count++];
	*item = (struct move_entry){ m->reading, keep(m, branch), *e, false };
	item->entry.source = keep(m, e->source);
	item->entry.model = keep(m, e->model);
	item->entry.notes = keep(m, e->notes);
	item->entry.commit = keep(m, e->commit);
	return TT_OK;
}

static enum tt_code add_usage(void *ctx, const struct earlier_usage *u, struct tt_error *err)
{
	struct moving *m = ctx;
	struct earlier_usage *item;

	(void)err;
	if (m->usage_count == m->usage_alloc) {
		m->usage_alloc = m->usage_alloc ? 2 * m->usage_alloc : 64;
		m->usages = xreallocarray(m->usages, m->usage_alloc, sizeof *m->usages);
	}
	item = &m->usages[m->usage_count++];
	*item = *u;
	item->source = keep(m, u->source);
	item->key = keep(m, u->key);
	item->model = keep(m, u->model);
	item->session = keep(m, u->session);
	item->project = keep(m, u->project);
	item->server = keep(m, u->server);
	item->file = m->reading;
	return TT_OK;
}

/* What was given before a failure goes again: a file is taken whole or not at all. */
static enum tt_code read_text(
	struct moving *m, struct move_file *file, const struct strbuf *text, struct tt_error *err)
{
	const struct earlier_file given = { text->buf, text->len, file->written };
	const struct earlier_file_sink sink = { { m, add_entry }, add_usage, m };
	size_t entries = m->entry_count, usages = m->usage_count;
	struct earlier_file_skipped skipped = { 0 };

	if (earlier_file_read(&skipped, &given, &sink, err) != TT_OK) {
		m->entry_count = entries;
		m->usage_count = usages;
		return err->code;
	}
	file->found = (int64_t)(m->entry_count - entries + m->usage_count - usages);
	move_skip(file, "cut off or malformed", skipped.lines);
	move_skip(file, "placeholders and sums of others", skipped.rows);
	file->read_skips = file->skip_count;
	return TT_OK;
}

/* Of the client's own file only the figures are kept. */
static enum tt_code keep_content(struct move_file *file, const struct strbuf *bytes,
	const struct strbuf *text, struct tt_error *err)
{
	if (file->format == EARLIER_FILE_CLIENT)
		return earlier_client_extract(&file->kept, text->buf, text->len, err);
	strbuf_add(&file->kept, bytes->buf, bytes->len);
	return TT_OK;
}

static enum tt_code read_file(struct moving *m, struct move_file *file, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf bytes = STRBUF_INIT, text = STRBUF_INIT;
	struct stat st;

	if (fs_read(&bytes, AT_FDCWD, file->path, SIZE_MAX_BYTES, file->shown, err) != TT_OK)
		return err->code;
	if (stat(file->path, &st) == 0)
		file->written.ms = (int64_t)st.st_mtim.tv_sec * 1000 + st.st_mtim.tv_nsec / 1000000;
	if (earlier_file_is_database(bytes.buf, bytes.len))
		strbuf_add(&text, bytes.buf, bytes.len);
	else if (earlier_text_decode(&text, bytes.buf, bytes.len, err) != TT_OK)
		return err->code;
	file->format = earlier_file_sniff(text.buf, text.len);
	if (file->format == EARLIER_FILE_PRESENT)
		return TT_OK;
	if (earlier_file_refusal(file->format))
		return read_text(m, file, &text, err);
	if (keep_content(file, &bytes, &text, err) != TT_OK)
		return err->code;
	return read_text(m, file, &text, err);
}

/* --- files ---------------------------------------------------------------------- */

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool is_listed(const struct moving *m, const char *path)
{
	for (size_t i = 0; i < m->count; i++)
		if (strcmp(m->files[i].path, path) == 0)
			return true;
	return false;
}

static struct move_file *new_file(struct moving *m, const char *path, const char *shown)
{
	struct move_file *file;

	if (m->count == m->alloc) {
		m->alloc = m->alloc ? 2 * m->alloc : 16;
		m->files = xreallocarray(m->files, m->alloc, sizeof *m->files);
	}
	file = &m->files[m->count];
	*file = (struct move_file){ .kept = STRBUF_INIT };
	file->path = keep(m, path);
	file->shown = keep(m, shown);
	file->name = last_part(file->path);
	m->reading = m->count++;
	return file;
}

static void drop_last(struct moving *m)
{
	strbuf_release(&m->files[--m->count].kept);
}

/* optional: only when it is there. */
static struct move_file *add_path(
	struct moving *m, const char *path, const char *shown, bool optional)
{
	_autofree_ char *real = realpath(path, NULL);
	struct tt_error problem = TT_ERROR_INIT;
	struct move_file *file;

	if ((!real && optional) || is_listed(m, real ? real : path))
		return NULL;
	file = new_file(m, real ? real : path, shown);
	if (read_file(m, file, &problem) != TT_OK)
		file->refused = keep(m, problem.msg);
	return file;
}

void move_add_file(struct moving *m, const char *path)
{
	(void)add_path(m, path, path, false);
}

/* --- where they were kept ---------------------------------------------------------- */

/* "~/.claude/usage-tracking.json", "data/tokens.db". */
static void show_path(struct strbuf *out, const char *path)
{
	_cleanup_(strbuf_release) struct strbuf home = STRBUF_INIT;
	_autofree_ char *here = getcwd(NULL, 0);
	size_t len = here ? strlen(here) : 0;

	if (len > 1 && strncmp(path, here, len) == 0 && path[len] == '/')
		strbuf_addstr(out, path + len + 1);
	else if (user_home(&home) && home.len > 1 && strncmp(path, home.buf, home.len) == 0 &&
		 path[home.len] == '/')
		strbuf_addf(out, "~%s", path + home.len);
	else
		strbuf_addstr(out, path);
}

static bool is_nobodys(const struct move_file *file)
{
	return file->format == EARLIER_FILE_PRESENT ||
	       (file->refused && file->format == EARLIER_FILE_UNKNOWN &&
		       strcmp(file->refused, earlier_file_refusal(EARLIER_FILE_UNKNOWN)) == 0);
}

/* A file of that name may be anybody's: what no tracker wrote is left out. */
static void try_path(struct moving *m, const char *path)
{
	_cleanup_(strbuf_release) struct strbuf shown = STRBUF_INIT;
	struct move_file *file;

	show_path(&shown, path);
	file = add_path(m, path, shown.buf, true);
	if (file && is_nobodys(file))
		drop_last(m);
}

static void try_in(struct moving *m, const char *dir, const char *name)
{
	_autofree_ char *path = xasprintf("%s/%s", dir, name);

	try_path(m, path);
}

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

/* The paths of what lies in `dir`, hidden things left out, in the order of names. */
static void list_directory(struct names *out, const char *dir, const char *suffix)
{
	DIR *list = opendir(dir);
	const struct dirent *item;

	while (list && (item = readdir(list)) != NULL) {
		if (item->d_name[0] == '.' || !text_ends_with(item->d_name, suffix))
			continue;
		out->items = xreallocarray(out->items, out->count + 1, sizeof *out->items);
		out->items[out->count++] = xasprintf("%s/%s", dir, item->d_name);
	}
	if (list)
		(void)closedir(list);
	if (out->count)
		qsort(out->items, out->count, sizeof *out->items, compare_names);
}

static void try_each(struct moving *m, const char *dir, const char *suffix)
{
	_cleanup_(names_release) struct names names = { 0 };

	list_directory(&names, dir, suffix);
	for (size_t i = 0; i < names.count; i++)
		try_path(m, names.items[i]);
}

/* What the trackers kept in the directory where they were run. */
static void try_directory(struct moving *m, const char *dir)
{
	static const char *const names[] = { "token_usage.json", "token_update_request.json",
		"claude_usage.log", "token_monitor.log", "data/tokens.db",
		"claude-usage-export.json" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		try_in(m, dir, names[i]);
}

static void try_repository(struct moving *m)
{
	const struct vcs_repo *repo = m->ctx->repo;
	struct ledger_place place;

	if (!repo)
		return;
	place = record_place(repo);
	_autofree_ char *ledgers = xasprintf("%s/%s", place.root, place.relative);
	try_each(m, ledgers, ".json");
	if (!vcs_worktree(repo))
		return;
	_autofree_ char *exports = xasprintf("%s/temp", vcs_worktree(repo));
	try_directory(m, vcs_worktree(repo));
	try_each(m, exports, ".json");
}

static void try_client_dir(struct moving *m, const char *dir)
{
	static const char *const names[] = { "usage-tracking.json", "token-usage.log",
		"hook-tracking.log", ".claude.json" };
	_autofree_ char *backups = xasprintf("%s/backups", dir);

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		try_in(m, dir, names[i]);
	try_each(m, backups, ".json");
}

void move_add_known_places(struct moving *m)
{
	_cleanup_(strbuf_release) struct strbuf home = STRBUF_INIT;
	_autofree_ char *here = getcwd(NULL, 0);
	struct claude_dirs dirs;

	if (here)
		try_directory(m, here);
	try_repository(m);
	claude_dirs_find(&dirs);
	for (size_t i = 0; i < dirs.count; i++)
		try_client_dir(m, dirs.paths[i]);
	claude_dirs_release(&dirs);
	try_path(m, "/mnt/fileshare/claude-sync/usage-tracking.json");
	if (user_home(&home))
		try_in(m, home.buf, ".claude.json");
}

/* --- what was moved in before ----------------------------------------------------------- */

/* One that cannot be read any more has lost its say: what came of it stays. */
static void add_backup(struct moving *m, const char *path)
{
	size_t entries = m->entry_count, usages = m->usage_count;
	struct move_file *file = add_path(m, path, path, true);

	if (!file)
		return;
	file->is_backup = true;
	if (!file->refused && !earlier_file_has_branches(file->format))
		return;
	m->entry_count = entries;
	m->usage_count = usages;
	drop_last(m);
}

void move_add_backups(struct moving *m, const struct user_state *state)
{
	_autofree_ char *dir = xasprintf("%s/migrated", state->dir.buf);
	_cleanup_(names_release) struct names names = { 0 };

	list_directory(&names, dir, "");
	for (size_t i = 0; i < names.count; i++)
		add_backup(m, names.items[i]);
}
