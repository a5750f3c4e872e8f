/* SPDX-License-Identifier: MIT */
#include "watch_tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/inotify.h>
#endif

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "base/trace.h"

#define uthash_fatal(msg) mem_exhausted()
#include <uthash.h>

enum { DEPTH_MAX = 32, DIRECTORIES_MAX = 16384, EVENTS_BYTES = 16 * 1024 };

/* A directory that inotify watches. */
struct watched {
	int wd;
	char *path;
	UT_hash_handle hh;
};

/* What is remembered of a polled file: hashes, so that it is the same for all names. */
struct stamp {
	uint64_t path, content;
};

struct stamps {
	struct stamp *items;
	size_t count, alloc;
};

struct top {
	char *path;
	bool is_there;
	uint64_t device, inode; /* when it was last seen */
};

struct watch_tree {
	struct top *tops;
	size_t top_count;
	bool deep, by_polling, began;
	char *suffix;
	int fd; /* inotify's, or -1 */
	const char *refusal;
	struct watched *dirs;
	struct stamps known, seen; /* known: sorted by path */
	bool has_moved;		   /* a watched directory has gone, or goes by another name */
	bool is_overflow;	   /* of inotify's queue: it lost events */
};

/* --- what is there ---------------------------------------------------------------------- */

/* What to do with what a walk finds. */
struct walk {
	struct watch_tree *tree;
	const struct watch_sink *sink; /* NULL: nobody is told */
	struct strbuf path;
};

static bool enter_directory(struct watch_tree *tree, const char *path);
static void see_file(const struct walk *w, int dirfd, const char *name);
static void walk(struct walk *w, int fd, int depth);

static bool is_directory(int dirfd, const struct dirent *entry)
{
	struct stat st;

	if (entry->d_type != DT_UNKNOWN)
		return entry->d_type == DT_DIR;
	return fstatat(dirfd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode);
}

static void see(struct walk *w, int dirfd, const struct dirent *entry, int depth)
{
	int fd;

	if (!is_directory(dirfd, entry)) {
		if (text_ends_with(entry->d_name, w->tree->suffix))
			see_file(w, dirfd, entry->d_name);
		return;
	}
	if (!w->tree->deep || depth == DEPTH_MAX)
		return;
	fd = openat(dirfd, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0)
		walk(w, fd, depth + 1);
}

/* Watched before it is read, so that what comes meanwhile is told. */
static void walk(struct walk *w, int fd, int depth)
{
	size_t len = w->path.len;
	const struct dirent *entry;
	DIR *dir;

	if (!enter_directory(w->tree, w->path.buf) || !(dir = fdopendir(fd))) {
		(void)close(fd);
		return;
	}
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		strbuf_addf(&w->path, "/%s", entry->d_name);
		see(w, dirfd(dir), entry, depth);
		strbuf_setlen(&w->path, len);
	}
	(void)closedir(dir);
}

static void walk_below(struct watch_tree *tree, const char *path, const struct watch_sink *sink)
{
	struct walk w = { .tree = tree, .sink = sink, .path = STRBUF_INIT };
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return;
	strbuf_addstr(&w.path, path);
	walk(&w, fd, 0);
	strbuf_release(&w.path);
}

/* --- polling ---------------------------------------------------------------------------- */

static int compare_stamps(const void *a, const void *b)
{
	const struct stamp *x = a, *y = b;

	return x->path < y->path ? -1 : x->path > y->path;
}

static void add_stamp(struct stamps *to, struct stamp stamp)
{
	if (to->count == to->alloc) {
		to->alloc = to->alloc ? 2 * to->alloc : 64;
		to->items = xreallocarray(to->items, to->alloc, sizeof *to->items);
	}
	to->items[to->count++] = stamp;
}

/* Remember it for the next time; is it as it was? */
static bool is_known(struct watch_tree *tree, const char *path, const struct stat *st)
{
	const uint64_t content[] = { (uint64_t)st->st_size, (uint64_t)st->st_mtim.tv_sec,
		(uint64_t)st->st_mtim.tv_nsec, (uint64_t)st->st_ino };
	const struct stamp stamp = { text_hash(path, strlen(path), 0),
		text_hash(content, sizeof content, 0) };
	const struct stamps *known = &tree->known;
	const struct stamp *before = known->count ? bsearch(&stamp, known->items, known->count,
							    sizeof stamp, compare_stamps)
						  : NULL;

	add_stamp(&tree->seen, stamp);
	return before && before->content == stamp.content;
}

/* Both arrays are used again: an idle watcher allocates nothing. */
static void keep_seen(struct watch_tree *tree)
{
	struct stamps before = tree->known;

	if (tree->seen.count)
		qsort(tree->seen.items, tree->seen.count, sizeof *tree->seen.items, compare_stamps);
	tree->known = tree->seen;
	tree->seen = before;
	tree->seen.count = 0;
}

static void see_file(const struct walk *w, int dirfd, const char *name)
{
	struct stat st;

	if (w->tree->fd < 0 && (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
				       !S_ISREG(st.st_mode) || is_known(w->tree, w->path.buf, &st)))
		return;
	if (w->sink)
		w->sink->file(w->sink->ctx, w->path.buf);
}

static void look_at_all(struct watch_tree *tree, const struct watch_sink *sink)
{
	for (size_t i = 0; i < tree->top_count; i++)
		walk_below(tree, tree->tops[i].path, sink);
	if (tree->fd < 0)
		keep_seen(tree);
}

/* --- inotify ---------------------------------------------------------------------------- */

static void forget_directories(struct watch_tree *tree)
{
	struct watched *dir, *next;

	HASH_ITER (hh, tree->dirs, dir, next) {
		HASH_DEL(tree->dirs, dir);
		free(dir->path);
		free(dir);
	}
}

static void stop_watching(struct watch_tree *tree)
{
	if (tree->fd >= 0)
		(void)close(tree->fd);
	tree->fd = -1;
	forget_directories(tree);
}

#ifdef __linux__
static void start_watching(struct watch_tree *tree)
{
	stop_watching(tree);
	tree->refusal = NULL;
	tree->has_moved = tree->is_overflow = false;
	if (tree->by_polling)
		return;
	tree->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (tree->fd < 0)
		tree->refusal = "the system allows no more inotify instances";
}

static void refuse(struct watch_tree *tree, const char *why)
{
	trace("polling '%s': %s", tree->tops[0].path, why);
	stop_watching(tree);
	tree->refusal = why;
}

/* A directory that has gone meanwhile is none; false: pass it over. */
static bool enter_directory(struct watch_tree *tree, const char *path)
{
	const uint32_t mask = IN_MODIFY | IN_CREATE | IN_MOVED_TO | IN_MOVE_SELF | IN_DELETE_SELF |
			      IN_ONLYDIR | IN_EXCL_UNLINK;
	struct watched *dir;
	int wd;

	if (tree->fd < 0)
		return true;
	wd = inotify_add_watch(tree->fd, path, mask);
	if (wd < 0 && (errno == ENOENT || errno == ENOTDIR || errno == EACCES))
		return false;
	if (wd < 0 || HASH_COUNT(tree->dirs) >= DIRECTORIES_MAX) {
		refuse(tree, "the system watches no more directories "
			     "(fs.inotify.max_user_watches)");
		return false;
	}
	HASH_FIND_INT(tree->dirs, &wd, dir);
	if (dir) {
		free(dir->path);
	} else {
		dir = xcalloc(1, sizeof *dir);
		dir->wd = wd;
		HASH_ADD_INT(tree->dirs, wd, dir);
	}
	dir->path = xstrdup(path);
	return true;
}

static bool is_top(const struct watch_tree *tree, const char *path)
{
	for (size_t i = 0; i < tree->top_count; i++)
		if (strcmp(tree->tops[i].path, path) == 0)
			return true;
	return false;
}

static void take_event(
	struct watch_tree *tree, const struct inotify_event *event, const struct watch_sink *sink)
{
	struct watched *dir;

	tree->is_overflow |= (event->mask & IN_Q_OVERFLOW) != 0;
	HASH_FIND_INT(tree->dirs, &event->wd, dir);
	if (!dir)
		return;
	if (event->mask & IN_IGNORED) {
		tree->has_moved |= is_top(tree, dir->path);
		HASH_DEL(tree->dirs, dir);
		free(dir->path);
		free(dir);
	} else if (event->mask & (IN_MOVE_SELF | IN_UNMOUNT)) {
		tree->has_moved = true;
	} else if (event->len && event->name[0] != '.') {
		_autofree_ char *path = xasprintf("%s/%s", dir->path, event->name);

		if (!(event->mask & IN_ISDIR)) {
			if (text_ends_with(path, tree->suffix))
				sink->file(sink->ctx, path);
		} else if (tree->deep && (event->mask & (IN_CREATE | IN_MOVED_TO))) {
			walk_below(tree, path, sink);
		}
	}
}

static void take_events(struct watch_tree *tree, const struct watch_sink *sink)
{
	char events[EVENTS_BYTES] __attribute__((aligned(__alignof__(struct inotify_event))));
	ssize_t n;

	while (tree->fd >= 0 && (n = read(tree->fd, events, sizeof events)) > 0) {
		const struct inotify_event *event;

		for (const char *at = events; at < events + n && tree->fd >= 0;
			at += sizeof *event + event->len) {
			event = (const struct inotify_event *)(const void *)at;
			take_event(tree, event, sink);
		}
	}
}
#else
static void start_watching(struct watch_tree *tree)
{
	stop_watching(tree);
}

static bool enter_directory(struct watch_tree *tree, const char *path)
{
	(void)tree;
	(void)path;
	return true;
}

static void take_events(struct watch_tree *tree, const struct watch_sink *sink)
{
	(void)tree;
	(void)sink;
}
#endif

/* --- both -------------------------------------------------------------------------------- */

/* Has one of the tops come, gone, or been replaced since it was last seen? */
static bool tops_have_changed(struct watch_tree *tree)
{
	bool changed = false;

	for (size_t i = 0; i < tree->top_count; i++) {
		struct top *top = &tree->tops[i], now = { .path = top->path };
		struct stat st;

		if (stat(top->path, &st) == 0 && S_ISDIR(st.st_mode)) {
			now.is_there = true;
			now.device = (uint64_t)st.st_dev;
			now.inode = (uint64_t)st.st_ino;
		}
		changed |= now.is_there != top->is_there || now.device != top->device ||
			   now.inode != top->inode;
		*top = now;
	}
	return changed;
}

/* From the beginning: what there is by now cannot be told from what has changed. */
static void begin(struct watch_tree *tree, const struct watch_sink *sink)
{
	(void)tops_have_changed(tree);
	start_watching(tree);
	look_at_all(tree, NULL);
	/* The walk itself found that the system refuses: it is not complete. */
	if (tree->refusal)
		look_at_all(tree, NULL);
	sink->lost(sink->ctx);
	tree->began = true;
}

void watch_tree_look(struct watch_tree *tree, const struct watch_sink *sink)
{
	bool was_watched = tree->fd >= 0;

	if (tops_have_changed(tree) || !tree->began) {
		begin(tree, sink);
		return;
	}
	if (!was_watched) {
		look_at_all(tree, sink);
		return;
	}
	take_events(tree, sink);
	if (tree->has_moved || tree->is_overflow || tree->fd < 0)
		begin(tree, sink);
}

struct watch_tree *watch_tree_new(const struct watch_tree_options *options)
{
	struct watch_tree *tree = xcalloc(1, sizeof *tree);

	tree->fd = -1;
	tree->deep = options->deep;
	tree->by_polling = options->by_polling;
	tree->suffix = xstrdup(options->suffix);
	tree->tops = xcalloc(options->count, sizeof *tree->tops);
	tree->top_count = options->count;
	for (size_t i = 0; i < options->count; i++)
		tree->tops[i].path = xstrdup(options->tops[i]);
	return tree;
}

void watch_tree_free(struct watch_tree *tree)
{
	if (!tree)
		return;
	stop_watching(tree);
	for (size_t i = 0; i < tree->top_count; i++)
		free(tree->tops[i].path);
	free(tree->tops);
	free(tree->suffix);
	free(tree->known.items);
	free(tree->seen.items);
	free(tree);
}

void watch_tree_retry(struct watch_tree *tree)
{
	if (tree->refusal)
		tree->began = false;
}

int watch_tree_fd(const struct watch_tree *tree)
{
	return tree->fd;
}

bool watch_tree_is_there(const struct watch_tree *tree)
{
	bool any = false;

	for (size_t i = 0; i < tree->top_count; i++)
		any |= tree->tops[i].is_there;
	return any;
}

const char *watch_tree_refusal(const struct watch_tree *tree)
{
	return tree->refusal;
}

size_t watch_tree_directories(const struct watch_tree *tree)
{
	return HASH_COUNT(tree->dirs);
}

void watch_tree_add_places(struct strbuf *out, const struct watch_tree *tree)
{
	bool any = watch_tree_is_there(tree);
	const char *before = "";

	for (size_t i = 0; i < tree->top_count; i++) {
		if (any ? !tree->tops[i].is_there : i > 0)
			continue;
		strbuf_addf(out, "%s%s", before, tree->tops[i].path);
		before = ", ";
	}
}
