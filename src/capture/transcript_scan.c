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
};

static void stream_release(struct stream *s)
{
	closep(&s->fd);
	free(s->buf);
}

static enum tt_code open_file(struct stream *s, struct stat *st, struct tt_error *err)
{
	_autofree_ char *shown = text_visible(s->path);

	s->fd = open(s->path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (s->fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return tt_fail(err, TT_ENOTFOUND, "'%s' is gone", shown);
	if (s->fd < 0 && errno == ELOOP)
		return tt_fail(err, TT_EINPUT, "'%s' is a symbolic link", shown);
	if (s->fd < 0 || fstat(s->fd, st) != 0)
		return tt_fail_errno(err, "cannot read '%s'", shown);
	if (!S_ISREG(st->st_mode))
		return tt_fail(err, TT_EINPUT, "'%s' is not a regular file", shown);
	return TT_OK;
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

static uint64_t tail_hash(const char *before, size_t len)
{
	size_t from = len > TRANSCRIPT_TAIL ? len - TRANSCRIPT_TAIL : 0;

	return text_hash(before + from, len - from, 0);
}

/* Is what stands before the position what was read there? */
static bool is_continued(
	const struct stream *s, const struct transcript_position *position, const struct stat *st)
{
	char tail[TRANSCRIPT_TAIL];
	int64_t from = position->offset > TRANSCRIPT_TAIL ? position->offset - TRANSCRIPT_TAIL : 0;
	size_t len = (size_t)(position->offset - from);

	return st->st_size >= position->offset && read_at(s->fd, tail, len, from) == (ssize_t)len &&
	       text_hash(tail, len, 0) == position->tail_hash;
}

/* Move what was taken out of the buffer; the tail of it is hashed. */
static void advance(struct stream *s, struct transcript_position *position, size_t taken)
{
	position->offset = s->offset + (int64_t)taken;
	memmove(s->buf, s->buf + taken, s->have - taken);
	s->have -= taken;
	s->offset += (int64_t)taken;
}

/* The buffer holds no whole line: make room for more of it, or give it up. */
static void make_room(struct stream *s, struct transcript_stats *stats)
{
	if (s->have < s->size)
		return;
	if (s->size < TRANSCRIPT_LINE_MAX) {
		s->size *= 2;
		s->buf = xrealloc(s->buf, s->size);
		return;
	}
	if (!s->skipping)
		stats->skipped[SKIP_TOO_LONG]++;
	s->skipping = true;
	s->offset += (int64_t)s->have;
	s->have = 0;
}

/* What the buffer holds of whole lines. */
static void take_buffer(struct stream *s, struct reading *r, struct transcript_position *position)
{
	char *newline;

	if (s->skipping) {
		newline = memchr(s->buf, '\n', s->have);
		if (!newline) {
			s->offset += (int64_t)s->have;
			s->have = 0;
			return;
		}
		s->skipping = false;
		r->stats->lines++;
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
	_autofree_ char *shown = text_visible(s->path);

	for (;;) {
		ssize_t n;

		make_room(s, r->stats);
		n = read_at(
			s->fd, s->buf + s->have, s->size - s->have, s->offset + (int64_t)s->have);
		if (n < 0)
			return tt_fail_errno(err, "cannot read '%s'", shown);
		if (n == 0) {
			take_unfinished(s, r);
			return TT_OK;
		}
		r->stats->bytes += n;
		s->have += (size_t)n;
		take_buffer(s, r, position);
	}
}

/* The bytes before the new position, for the next time. */
static void remember_tail(const struct stream *s, struct transcript_position *position)
{
	char tail[TRANSCRIPT_TAIL];
	int64_t from = position->offset > TRANSCRIPT_TAIL ? position->offset - TRANSCRIPT_TAIL : 0;
	ssize_t len = read_at(s->fd, tail, (size_t)(position->offset - from), from);

	position->tail_hash = tail_hash(tail, len > 0 ? (size_t)len : 0);
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
	*rewritten = position->offset > 0 && !is_continued(&s, position, &st);
	if (*rewritten)
		*position = (struct transcript_position){ 0 };
	s.offset = position->offset;
	s.size = BUFFER;
	s.buf = xmalloc(s.size);
	code = read_stream(&s, &r, position, err);
	remember_tail(&s, position);
	arena_release(&r.arena);
	return code;
}
