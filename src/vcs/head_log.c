/* SPDX-License-Identifier: MIT */
#include "vcs/head_log.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/text.h"
#include "internal.h"

enum {
	LOG_MAX = 256 * 1024 * 1024,
	PACKED_MAX = 64 * 1024 * 1024,
	SHORT_ID = 7,
	MS = 1000,
};

static const char heads[] = "refs/heads/";

/* What HEAD was from one line of the log on. */
struct event {
	int64_t seconds;
	char *branch; /* NULL: see from_id */
	char *id;     /* the commit, when it is detached */
	bool is_switch;
};

struct head_log {
	struct event *events; /* in the order of the file */
	size_t count, alloc;
	char *before;		/* the branch before the first event; NULL unknown */
	bool reaches_back;	/* `before` holds for all time before (an unborn branch) */
	char *head;		/* the branch of HEAD now; NULL when detached */
	char *head_id;		/* the commit, when detached; or NULL */
	char *packed;		/* packed-refs, or NULL */
	const char *common_dir; /* borrowed while loading; NULL: names are not checked */
};

void head_log_free(struct head_log *log)
{
	if (!log)
		return;
	for (size_t i = 0; i < log->count; i++) {
		free(log->events[i].branch);
		free(log->events[i].id);
	}
	free(log->events);
	free(log->before);
	free(log->head);
	free(log->head_id);
	free(log->packed);
	free(log);
}

void head_log_freep(struct head_log **log)
{
	head_log_free(*log);
}

/* --- branch, or something else? ------------------------------------------------- */

static bool is_hex(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!isxdigit((unsigned char)text[i]))
			return false;
	return true;
}

static bool is_packed(const char *packed, const char *ref)
{
	size_t len = strlen(ref);

	for (const char *at = packed; at && (at = strstr(at, ref)); at += len)
		if (at > packed && at[-1] == ' ' && (at[len] == '\n' || at[len] == '\0'))
			return true;
	return false;
}

static bool ref_exists(const struct head_log *log, const char *space, const char *name)
{
	_autofree_ char *ref = xasprintf("refs/%s/%s", space, name);
	_autofree_ char *path = xasprintf("%s/%s", log->common_dir, ref);
	struct stat st;

	return (lstat(path, &st) == 0 && !S_ISDIR(st.st_mode)) || is_packed(log->packed, ref);
}

/* `git checkout` takes a branch of that name before anything else.  What is
 * neither a branch nor a tag any more was a branch, unless it could not be. */
static bool is_branch(const struct head_log *log, const char *name)
{
	size_t len = strlen(name);

	if (!len || strcmp(name, "HEAD") == 0 || strpbrk(name, "~^:?*[\\ ") || strstr(name, "@{"))
		return false;
	if ((len == 40 || len == 64) && is_hex(name, len))
		return false;
	if (!log->common_dir)
		return true;
	if (ref_exists(log, "heads", name))
		return true;
	if (ref_exists(log, "tags", name) || ref_exists(log, "remotes", name))
		return false;
	return !(len >= 4 && len < 40 && is_hex(name, len));
}

/* --- lines ------------------------------------------------------------------------ */

struct log_line {
	char *new_id, *message;
	bool from_nothing; /* the old id is all zeros */
	int64_t seconds;
};

/* "<old> <new> name <mail> <seconds> <zone>\t<message>"; line is cut up. */
static bool parse_line(struct log_line *out, char *line)
{
	char *tab = strchr(line, '\t'), *angle, *end;
	size_t old_len = strcspn(line, " ");

	if (line[old_len] != ' ' || !is_hex(line, old_len) || old_len < 40)
		return false;
	out->from_nothing = strspn(line, "0") == old_len;
	out->new_id = line + old_len + 1;
	if (tab)
		*tab = '\0';
	out->message = tab ? tab + 1 : line + strlen(line);
	if (strcspn(out->new_id, " ") != old_len || !is_hex(out->new_id, old_len))
		return false;
	angle = strrchr(out->new_id, '>');
	if (!angle)
		return false;
	out->new_id[old_len] = '\0';
	out->seconds = strtoll(angle + 1, &end, 10);
	return end != angle + 1 && out->seconds >= 0 && out->seconds < INT64_MAX / MS;
}

/* --- what a line says of the branch -------------------------------------------------- */

enum move { MOVE_NONE, MOVE_TO_BRANCH, MOVE_DETACHED };

/* The name behind the last `word` of the text, as far as it goes. */
static const char *behind(const char *text, const char *word)
{
	const char *at = strstr(text, word);

	return at ? at + strlen(word) : NULL;
}

/* "checkout: moving from A to B".  Names have no spaces, but expressions may:
 * the last " to " counts. */
static bool parse_checkout(const char *message, char **from, const char **to)
{
	const char *at = behind(message, "checkout: moving from "), *last = NULL;

	for (const char *p = at; p && (p = strstr(p, " to ")); p += 4)
		last = p;
	if (at != message + strlen("checkout: moving from ") || !last)
		return false;
	*from = xstrndup(at, (size_t)(last - at));
	*to = last + 4;
	return true;
}

/* "rebase (finish): returning to refs/heads/B", also "pull --rebase (finish): ..."
 * and elder forms. */
static const char *parse_return(const char *message)
{
	const char *to;

	if (!text_starts_with(message, "rebase") && !text_starts_with(message, "pull"))
		return NULL;
	to = behind(message, "returning to ");
	return to && text_starts_with(to, heads) ? to + strlen(heads) : NULL;
}

static const char *parse_rename(const char *message)
{
	const char *to;

	if (!text_starts_with(message, "Branch: renamed "))
		return NULL;
	to = behind(message, " to ");
	return to && text_starts_with(to, heads) ? to + strlen(heads) : NULL;
}

/* --- building the log -------------------------------------------------------------------- */

static struct event *add_event(struct head_log *log, const struct log_line *line)
{
	if (log->count == log->alloc) {
		log->alloc = log->alloc ? 2 * log->alloc : 64;
		log->events = xreallocarray(log->events, log->alloc, sizeof *log->events);
	}
	log->events[log->count] = (struct event){ .seconds = line->seconds };
	return &log->events[log->count++];
}

static const struct event *last_event(const struct head_log *log)
{
	return log->count ? &log->events[log->count - 1] : NULL;
}

/* HEAD stays where it was: on the branch, or detached at another commit. */
static void add_stay(struct head_log *log, const struct log_line *line)
{
	const struct event *last = last_event(log);
	bool detached = last && !last->branch && last->id;
	char *branch = last && last->branch ? xstrdup(last->branch) : NULL;
	struct event *event = add_event(log, line);

	event->branch = branch;
	if (detached)
		event->id = xstrdup(line->new_id);
}

static void add_move(struct head_log *log, const struct log_line *line, const char *to)
{
	const struct event *last = last_event(log);
	bool branch = is_branch(log, to);
	bool same = last && last->branch && branch && strcmp(last->branch, to) == 0;
	struct event *event = add_event(log, line);

	event->is_switch = !same;
	if (branch)
		event->branch = xstrdup(to);
	else
		event->id = xstrdup(line->new_id);
}

/* Nothing in the log said so far which branch it was: now this is known. */
static void tell_earlier(struct head_log *log, const char *branch)
{
	log->before = xstrdup(branch);
	for (size_t i = 0; i < log->count; i++)
		log->events[i].branch = xstrdup(branch);
}

static bool is_untold(const struct head_log *log)
{
	const struct event *last = last_event(log);

	return !log->before && (!last || (!last->branch && !last->id));
}

static void take_line(struct head_log *log, const struct log_line *line)
{
	const char *to, *renamed = parse_rename(line->message), *back = parse_return(line->message);
	char *from = NULL;

	if (!log->count && line->from_nothing &&
		text_starts_with(line->message, "commit (initial)"))
		log->reaches_back = true;
	if (parse_checkout(line->message, &from, &to)) {
		if (is_untold(log) && is_branch(log, from))
			tell_earlier(log, from);
		add_move(log, line, to);
	} else if (renamed || back) {
		add_move(log, line, renamed ? renamed : back);
	} else {
		/* also while a branch is rebased: it is that branch's work */
		add_stay(log, line);
	}
	free(from);
}

/*
 * Times may run backwards (a clock that was set, GIT_COMMITTER_DATE).  The order
 * of the file is what happened; so no event counts as later than one behind it,
 * unless it is alone in being early: then that one is the liar.
 */
static void straighten_times(struct head_log *log)
{
	for (size_t i = 1; i + 1 < log->count; i++) {
		int64_t before = log->events[i - 1].seconds, after = log->events[i + 1].seconds;
		int64_t *here = &log->events[i].seconds;

		if (before <= after && (*here < before || *here > after))
			*here = *here < before ? before : after;
	}
	for (size_t i = log->count; i-- > 1;)
		if (log->events[i - 1].seconds > log->events[i].seconds)
			log->events[i - 1].seconds = log->events[i].seconds;
}

static void take_log(struct head_log *log, const char *text, size_t len)
{
	const char *end = text + len;

	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		size_t n = (size_t)((newline ? newline : end) - text);
		_autofree_ char *copy = xstrndup(text, n);
		struct log_line line;

		if (parse_line(&line, copy))
			take_line(log, &line);
		text += n + 1;
	}
	straighten_times(log);
}

static void take_head(struct head_log *log, const char *head)
{
	size_t len = strcspn(head, "\r\n");
	_autofree_ char *line = xstrndup(head, len);
	const char *ref;

	if (!text_starts_with(line, "ref:")) {
		if ((len == 40 || len == 64) && is_hex(line, len))
			log->head_id = steal(&line);
		return;
	}
	ref = line + strlen("ref:");
	ref += strspn(ref, " \t");
	/* in a reftable repository this stands for those who look into the file */
	if (text_starts_with(ref, heads) && strcmp(ref, "refs/heads/.invalid") != 0)
		log->head = xstrdup(ref + strlen(heads));
}

/* Never a switch in the log: it was HEAD's branch all along. */
static void fill_from_head(struct head_log *log)
{
	if (is_untold(log) && log->count && log->head)
		tell_earlier(log, log->head);
}

/* HEAD is detached while a branch is rebased, and will return to it. */
static void take_rebase(struct head_log *log, const char *git_dir)
{
	static const char *const files[] = { "rebase-merge/head-name", "rebase-apply/head-name" };

	for (size_t i = 0; !log->head && i < sizeof files / sizeof *files; i++) {
		_cleanup_(strbuf_release) struct strbuf line = STRBUF_INIT;

		if (vcs_first_line(&line, git_dir, files[i]) && text_starts_with(line.buf, heads))
			log->head = xstrdup(line.buf + strlen(heads));
	}
}

static void build(
	struct head_log *log, const char *git_dir, const char *text, size_t len, const char *head)
{
	take_head(log, head);
	if (git_dir && !log->head)
		take_rebase(log, git_dir);
	take_log(log, text, len);
	fill_from_head(log);
}

struct head_log *head_log_parse(const char *text, size_t len, const char *head)
{
	struct head_log *log = xcalloc(1, sizeof *log);

	build(log, NULL, text, len, head);
	return log;
}

enum tt_code head_log_load(
	struct head_log **out, const char *git_dir, const char *common_dir, struct tt_error *err)
{
	struct head_log *log = xcalloc(1, sizeof *log);
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT, packed = STRBUF_INIT,
						head = STRBUF_INIT;
	_autofree_ char *log_path = vcs_path_join(git_dir, "logs/HEAD");
	_autofree_ char *packed_path = vcs_path_join(common_dir, "packed-refs");
	struct tt_error absent = TT_ERROR_INIT;

	(void)err; /* what cannot be read is not known */
	(void)fs_read(&text, AT_FDCWD, log_path, LOG_MAX, log_path, &absent);
	(void)fs_read(&packed, AT_FDCWD, packed_path, PACKED_MAX, packed_path, &absent);
	(void)vcs_first_line(&head, git_dir, "HEAD");
	log->packed = packed.len ? strbuf_detach(&packed) : NULL;
	log->common_dir = common_dir;
	build(log, git_dir, text.buf, text.len, head.buf);
	log->common_dir = NULL;
	*out = log;
	return TT_OK;
}

/* --- answers ---------------------------------------------------------------------------- */

static bool add_place(struct strbuf *out, const char *branch, const char *id)
{
	if (branch)
		strbuf_addstr(out, branch);
	else if (id)
		strbuf_addf(out, "HEAD@%.*s", SHORT_ID, id);
	return branch || id;
}

/* The number of events at or before that second. */
static size_t events_until(const struct head_log *log, int64_t seconds)
{
	size_t low = 0, high = log->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (log->events[middle].seconds <= seconds)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

enum head_answer head_log_branch(struct strbuf *out, const struct head_log *log, struct instant t)
{
	int64_t seconds = t.ms / MS;
	size_t n = events_until(log, seconds);
	const struct event *at;

	if (!log->count)
		return add_place(out, log->head, log->head_id) ? HEAD_UNLOGGED : HEAD_UNKNOWN;
	if (n == 0)
		return log->reaches_back && add_place(out, log->before, NULL) ? HEAD_CERTAIN
									      : HEAD_UNKNOWN;
	at = &log->events[n - 1];
	if (!add_place(out, at->branch, at->id))
		return HEAD_UNKNOWN;
	for (; n > 0 && log->events[n - 1].seconds == seconds; n--)
		if (log->events[n - 1].is_switch)
			return HEAD_SWITCHING;
	return HEAD_CERTAIN;
}

bool vcs_location_branch(struct strbuf *out, const struct vcs_location *location)
{
	_cleanup_(head_log_freep) struct head_log *log = xcalloc(1, sizeof *log);
	_cleanup_(strbuf_release) struct strbuf head = STRBUF_INIT;

	if (!vcs_first_line(&head, location->git_dir.buf, "HEAD"))
		return false;
	build(log, location->git_dir.buf, "", 0, head.buf);
	return add_place(out, log->head, log->head_id);
}
