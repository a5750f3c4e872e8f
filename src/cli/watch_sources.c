/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text.h"
#include "capture/transcript.h"
#include "claude_dirs.h"
#include "user_state.h"
#include "watcher.h"

enum { CLIPBOARD_MS = 5000, PROCESSES_MS = 10000 };

static bool always(const struct watch_settings *settings)
{
	(void)settings;
	return true;
}

/* --- transcripts -------------------------------------------------------------------------- */

static struct watch_tree *open_transcripts(const struct watch_settings *settings)
{
	_cleanup_(claude_dirs_release) struct claude_dirs dirs = { 0 };
	struct watch_tree_options options = {
		.deep = true, .suffix = ".jsonl", .by_polling = settings->by_polling
	};
	struct watch_tree *tree;
	char **tops;

	claude_dirs_find(&dirs);
	tops = xcalloc(dirs.count, sizeof *tops);
	for (size_t i = 0; i < dirs.count; i++)
		tops[i] = xasprintf("%s/projects", dirs.paths[i]);
	options.tops = (const char *const *)tops;
	options.count = dirs.count;
	tree = watch_tree_new(&options);
	for (size_t i = 0; i < dirs.count; i++)
		free(tops[i]);
	free(tops);
	return tree;
}

static void transcript_file(struct watch_seen *seen, const char *path)
{
	if (transcript_is_name(strrchr(path, '/') + 1))
		watch_paths_add(&seen->transcripts, path);
}

static void transcripts_lost(struct watch_seen *seen)
{
	watch_paths_add_all(&seen->transcripts);
}

/* --- answers of the API ------------------------------------------------------------------- */

static bool has_dir(const struct watch_settings *settings)
{
	return settings->dir != NULL;
}

static struct watch_tree *open_answers(const struct watch_settings *settings)
{
	const struct watch_tree_options options = { .tops = &settings->dir,
		.count = 1,
		.suffix = ".json",
		.by_polling = settings->by_polling };

	return watch_tree_new(&options);
}

static void answer_file(struct watch_seen *seen, const char *path)
{
	watch_paths_add(&seen->answers, path);
}

static void answers_lost(struct watch_seen *seen)
{
	watch_paths_add_all(&seen->answers);
}

/* --- requests ------------------------------------------------------------------------------ */

static struct watch_tree *open_requests(const struct watch_settings *settings)
{
	_cleanup_(strbuf_release) struct strbuf dir = STRBUF_INIT;
	struct watch_tree_options options = {
		.count = 1, .suffix = ".json", .by_polling = settings->by_polling
	};
	struct tt_error ignored = TT_ERROR_INIT;
	const char *top;

	if (user_state_path(&dir, &ignored) != TT_OK)
		return NULL;
	strbuf_addstr(&dir, "/requests");
	top = dir.buf;
	options.tops = &top;
	return watch_tree_new(&options);
}

static void request_file(struct watch_seen *seen, const char *path)
{
	(void)path;
	seen->requests = true;
}

static void requests_lost(struct watch_seen *seen)
{
	seen->requests = true;
}

/* --- the client's own figures ------------------------------------------------------------- */

static void poll_client(struct watcher *w, int64_t now)
{
	uint64_t stamp = watch_client_stamp();

	(void)now;
	if (stamp == w->client_stamp)
		return;
	w->client_stamp = stamp;
	w->seen.client_state = true;
	watcher_note(w, true);
}

static void describe_client(struct watch_source_status *out, const struct watcher *w)
{
	(void)w;
	out->where = ".claude.json";
}

/* --- the clipboard ------------------------------------------------------------------------- */

static bool wants_clipboard(const struct watch_settings *settings)
{
	return settings->clipboard;
}

static void poll_clipboard(struct watcher *w, int64_t now)
{
	if (now < w->clipboard_at)
		return;
	w->clipboard_at = now + CLIPBOARD_MS;
	w->seen.clipboard = true;
	watcher_note(w, false);
}

static void describe_clipboard(struct watch_source_status *out, const struct watcher *w)
{
	if (w->clipboard_problem.code != TT_OK)
		out->trouble = w->clipboard_problem.msg;
}

/* --- the client's processes ----------------------------------------------------------------- */

static bool wants_processes(const struct watch_settings *settings)
{
	return settings->processes;
}

/* Is one of its words the client?  Installed natively it is called claude; by npm, node
 * runs .../@anthropic-ai/claude-code/cli.js. */
static bool is_client(const char *words, size_t len)
{
	for (size_t at = 0, i = 0; at < len && i < 2; at += strlen(words + at) + 1, i++)
		if (strcmp(words + at, "claude") == 0 || text_ends_with(words + at, "/claude") ||
			strstr(words + at, "/claude-code/"))
			return true;
	return false;
}

/* -1 where there is no list of processes. */
static int64_t count_clients(void)
{
	DIR *dir = opendir("/proc");
	const struct dirent *entry;
	int64_t count = 0;

	if (!dir)
		return -1;
	while ((entry = readdir(dir))) {
		_autofree_ char *name = NULL;
		_autoclose_ int fd = -1;
		char words[512];
		ssize_t n;

		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		name = xasprintf("%s/cmdline", entry->d_name);
		fd = openat(dirfd(dir), name, O_RDONLY | O_CLOEXEC);
		n = fd < 0 ? 0 : read(fd, words, sizeof words - 1);
		if (n <= 0)
			continue;
		words[n] = '\0';
		count += is_client(words, (size_t)n);
	}
	(void)closedir(dir);
	return count;
}

/* One that has just begun or ended will have something to tell. */
static void poll_processes(struct watcher *w, int64_t now)
{
	int64_t count;

	if (now < w->processes_at)
		return;
	w->processes_at = now + PROCESSES_MS;
	count = count_clients();
	if (count == w->status.clients)
		return;
	w->status.clients = count;
	w->is_told = false;
	w->changed_at = now;
}

static void describe_processes(struct watch_source_status *out, const struct watcher *w)
{
	if (w->status.clients < 0)
		out->trouble = "this system does not list processes in /proc";
}

const struct watch_source watch_sources[] = {
	{ "transcripts", always, open_transcripts, transcript_file, transcripts_lost, NULL, NULL },
	{ "answers", has_dir, open_answers, answer_file, answers_lost, NULL, NULL },
	{ "requests", always, open_requests, request_file, requests_lost, NULL, NULL },
	{ "figures", always, NULL, NULL, NULL, poll_client, describe_client },
	{ "clipboard", wants_clipboard, NULL, NULL, NULL, poll_clipboard, describe_clipboard },
	{ "processes", wants_processes, NULL, NULL, NULL, poll_processes, describe_processes },
	{ 0 },
};
