/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text.h"
#include "transcript_line.h"
#include "transcript_marks.h"

enum { BUFFER = 512 * 1024 };

/* --- whole lines in memory ---------------------------------------------------------- */

struct reading {
	const struct transcript_sink *sink;
	struct transcript_stats *stats;
	struct instant *last_time;
	struct arena arena; /* of one line */
};

static const char *line_start(const char *from, const char *at)
{
	const char *newline = memrchr(from, '\n', (size_t)(at - from));

	return newline ? newline + 1 : from;
}

/* text ends with a newline, or is one line without. */
static void take_lines(struct reading *r, const char *text, const char *end)
{
	const char *p = text;

	for (;;) {
		const char *mark = transcript_next_mark(p, end, &r->stats->lines), *line, *stop;

		if (mark == end)
			break;
		line = line_start(p, mark);
		stop = memchr(mark, '\n', (size_t)(end - mark));
		if (!stop)
			stop = end;
		transcript_take_line(
			line, (size_t)(stop - line), r->last_time, r->sink, r->stats, &r->arena);
		if (stop == end)
			break;
		r->stats->lines++;
		p = stop + 1;
	}
}

void transcript_scan_text(const char *text, size_t len, struct instant *last_time,
	const struct transcript_sink *sink, struct transcript_stats *stats)
{
	struct reading r = { sink, stats, last_time, ARENA_INIT };

	take_lines(&r, text, text + len);
	stats->bytes += (int64_t)len;
	if (len && text[len - 1] != '\n')
		stats->lines++;
	arena_release(&r.arena);
}

/* --- a file ------------------------------------------------------------------------------ */

struct stream {
	int fd;
	const char *path;
	char *buf;
	size_t have, size; /* bytes in buf; its size */
	int64_t offset;	   /* in the file, of buf[0] */
	bool skipping;	   /* inside a line that is too long */
	/* What was read before the position: of this the hash is made, and not of what
	 * stands there by now, which may be another file's. */
	char tail[TRANSCRIPT_TAIL];
	size_t tail_len;
};

static void stream_release(struct stream *s)
{
	closep(&s->fd);
	free(s->buf);
}

static enum tt_code refuse(
	const struct stream *s, struct tt_error *err, enum tt_code code, const char *why)
{
	_autofree_ char *shown = text_visible(s->path);

	return tt_fail(err, code, "'%s' is %s", shown, why);
}

static enum tt_code fail_reading(const struct stream *s, struct tt_error *err)
{
	int reason = errno;
	_autofree_ char *shown = text_visible(s->path);

	errno = reason;
	return tt_fail_errno(err, "cannot read '%s'", shown);
}

static enum tt_code open_file(struct stream *s, struct stat *st, struct tt_error *err)
{
	s->fd = open(s->path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (s->fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return refuse(s, err, TT_ENOTFOUND, "gone");
	if (s->fd < 0 && errno == ELOOP)
		return refuse(s, err, TT_EINPUT, "a symbolic link");
	if (s->fd < 0 || fstat(s->fd, st) != 0)
		return fail_reading(s, err);
	return S_ISREG(st->st_mode) ? TT_OK : refuse(s, err, TT_EINPUT, "not a regular file");
}

/* Bytes from the file at a place; fewer at its end. */
static ssize_t read_at(int fd, char *to, size_t len, int64_t at)
{
	size_t done = 0;

	while (done < len) {
		ssize_t n = pread(fd, to + done, len - done, (off_t)(at + (int64_t)done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		done += (size_t)n;
	}
	return (ssize_t)done;
}

/* Is what stands before the position what was read there?  Then it is the tail. */
static bool is_continued(
	struct stream *s, const struct transcript_position *position, const struct stat *st)
{
	int64_t from = position->offset > TRANSCRIPT_TAIL ? position->offset - TRANSCRIPT_TAIL : 0;
	size_t len;

	if (position->offset < 0 || st->st_size < position->offset)
		return false;
	len = (size_t)(position->offset - from);
	if (read_at(s->fd, s->tail, len, from) != (ssize_t)len ||
		text_hash(s->tail, len, 0) != position->tail_hash)
		return false;
	s->tail_len = len;
	return true;
}

static void add_to_tail(struct stream *s, const char *bytes, size_t len)
{
	size_t keep;

	if (len > TRANSCRIPT_TAIL) {
		bytes += len - TRANSCRIPT_TAIL;
		len = TRANSCRIPT_TAIL;
	}
	keep = s->tail_len < TRANSCRIPT_TAIL - len ? s->tail_len : TRANSCRIPT_TAIL - len;
	memmove(s->tail, s->tail + s->tail_len - keep, keep);
	memcpy(s->tail + keep, bytes, len);
	s->tail_len = keep + len;
}

static void drop(struct stream *s, size_t len)
{
	memmove(s->buf, s->buf + len, s->have - len);
	s->have -= len;
	s->offset += (int64_t)len;
}

/* Everything before this place in the buffer was taken. */
static void advance(struct stream *s, struct transcript_position *position, size_t taken)
{
	add_to_tail(s, s->buf, taken);
	drop(s, taken);
	position->offset = s->offset;
}

static void resize(struct stream *s, size_t size)
{
	s->size = size;
	s->buf = xrealloc(s->buf, size);
}

/* Pass over the beginning of a line that is too long; its last bytes may become
 * the tail. */
static void give_up(struct stream *s)
{
	s->skipping = true;
	if (s->have > TRANSCRIPT_TAIL)
		drop(s, s->have - TRANSCRIPT_TAIL);
}

/* A full buffer holds no whole line; a long line needs its room no longer than it
 * is there. */
static void make_room(struct stream *s)
{
	if (s->have == s->size && s->size < TRANSCRIPT_LINE_MAX)
		resize(s, 2 * s->size);
	else if (s->have == s->size)
		give_up(s);
	else if (s->size > BUFFER && s->have < BUFFER)
		resize(s, BUFFER);
}

/* What the buffer holds of whole lines. */
static void take_buffer(struct stream *s, struct reading *r, struct transcript_position *position)
{
	char *newline;

	if (s->skipping) {
		newline = memchr(s->buf, '\n', s->have);
		if (!newline) {
			give_up(s);
			return;
		}
		s->skipping = false;
		r->stats->lines++;
		r->stats->skipped[SKIP_TOO_LONG]++;
		advance(s, position, (size_t)(newline + 1 - s->buf));
	}
	newline = memrchr(s->buf, '\n', s->have);
	if (!newline)
		return;
	take_lines(r, s->buf, newline + 1);
	advance(s, position, (size_t)(newline + 1 - s->buf));
}

/* A last line without its end: its writer may be at it still, so it is read again
 * the next time, which changes nothing.  Only what is whole by now counts. */
static void take_unfinished(struct stream *s, struct reading *r)
{
	struct transcript_stats ignored = { 0 };
	struct instant last_time = *r->last_time;

	if (!s->skipping && s->have)
		transcript_scan_text(s->buf, s->have, &last_time, r->sink, &ignored);
}

static enum tt_code read_stream(struct stream *s, struct reading *r,
	struct transcript_position *position, struct tt_error *err)
{
	for (;;) {
		ssize_t n;

		make_room(s);
		n = read_at(
			s->fd, s->buf + s->have, s->size - s->have, s->offset + (int64_t)s->have);
		if (n < 0)
			return fail_reading(s, err);
		if (n == 0) {
			take_unfinished(s, r);
			return TT_OK;
		}
		r->stats->bytes += n;
		if (r->sink->progress)
			r->sink->progress(r->sink->ctx, n);
		s->have += (size_t)n;
		take_buffer(s, r, position);
	}
}

enum tt_code transcript_scan(const char *path, struct transcript_position *position,
	bool *rewritten, const struct transcript_sink *sink, struct transcript_stats *stats,
	struct tt_error *err)
{
	_cleanup_(stream_release) struct stream s = { .fd = -1, .path = path };
	struct reading r = { sink, stats, &position->last_time, ARENA_INIT };
	struct stat st;
	enum tt_code code = open_file(&s, &st, err);

	if (code != TT_OK)
		return code;
	*rewritten = position->offset != 0 && !is_continued(&s, position, &st);
	if (*rewritten)
		*position = (struct transcript_position){ 0 };
	s.offset = position->offset;
	s.size = BUFFER;
	s.buf = xmalloc(s.size);
	code = read_stream(&s, &r, position, err);
	position->tail_hash = text_hash(s.tail, s.tail_len, 0);
	arena_release(&r.arena);
	return code;
}
