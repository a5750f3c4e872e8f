/* SPDX-License-Identifier: MIT */
#include "user_log.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/instant.h"
#include "base/mem.h"
#include "base/text.h"
#include "user_state.h"

#define LOG_FILE "track-tokens.log"
#define OLD_LOG_FILE "track-tokens.log.1"

/* A line is cut: one that is larger than a page may be torn by another's. */
enum { LOG_MAX = 256 * 1024, LINE_MAX_BYTES = 4000 };

const char *const user_log_names[USER_LOG_LEVELS] = { "error", "warning", "info", "debug" };
static enum user_log_level kept = USER_LOG_INFO;

bool user_log_parse_level(enum user_log_level *out, const char *text)
{
	for (int i = 0; i < USER_LOG_LEVELS; i++) {
		if (strcmp(text, user_log_names[i]) == 0) {
			*out = (enum user_log_level)i;
			return true;
		}
	}
	return false;
}

void user_log_set_level(enum user_log_level level)
{
	kept = level;
}

/* --- writing -------------------------------------------------------------- */

static int open_log(int dirfd)
{
	int flags = O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;

	return openat(dirfd, LOG_FILE, flags, 0600);
}

static bool is_full(int dirfd)
{
	struct stat st;

	return fstatat(dirfd, LOG_FILE, &st, AT_SYMLINK_NOFOLLOW) == 0 && st.st_size > LOG_MAX;
}

/* Of two that find it full, the second must not rename the first's new log over
 * the old one: the lock is on the directory, and the size is asked again. */
static void rotate(int dirfd)
{
	if (!is_full(dirfd) || (flock(dirfd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK))
		return;
	if (is_full(dirfd))
		(void)renameat(dirfd, LOG_FILE, dirfd, OLD_LOG_FILE);
	(void)flock(dirfd, LOCK_UN);
}

/* One write: lines of several processes do not mix. */
static void append(int dirfd, const struct strbuf *line)
{
	_autoclose_ int fd = open_log(dirfd);

	if (fd >= 0 && write(fd, line->buf, line->len) < 0)
		return; /* there is nobody to tell */
}

static void write_line(enum user_log_level level, const char *message)
{
	_cleanup_(user_state_close) struct user_state state = USER_STATE_INIT;
	_cleanup_(strbuf_release) struct strbuf line = STRBUF_INIT;
	struct tt_error ignored = TT_ERROR_INIT;
	char time[INSTANT_TEXT];

	if (user_state_open(&state, level <= USER_LOG_WARNING, &ignored) != TT_OK)
		return;
	rotate(state.dirfd);
	instant_format(time, clock_now());
	strbuf_addf(&line, "%s %s ", time, user_log_names[level]);
	text_add_visible(&line, message);
	if (line.len > LINE_MAX_BYTES)
		strbuf_setlen(&line, LINE_MAX_BYTES);
	strbuf_addch(&line, '\n');
	append(state.dirfd, &line);
}

/* What writing a line does itself must not be traced into the log. */
void user_log(enum user_log_level level, const char *fmt, ...)
{
	static _Thread_local bool writing;
	_autofree_ char *message = NULL;
	va_list ap;

	if (level > kept || writing)
		return;
	va_start(ap, fmt);
	if (vasprintf(&message, fmt, ap) < 0)
		mem_exhausted();
	va_end(ap);
	writing = true;
	write_line(level, message);
	writing = false;
}

/* --- reading -------------------------------------------------------------- */

/* Whatever does not say that it is none. */
static bool is_trouble(const char *line)
{
	const char *level = line + strcspn(line, " \n");

	return !text_starts_with(level, " info ") && !text_starts_with(level, " debug ");
}

/* Append the wanted lines of text, but for the first `skip`; how many there are. */
static int add_lines(struct strbuf *out, const char *text, bool trouble_only, int skip)
{
	int found = 0;

	for (size_t len; *text; text += len) {
		len = strcspn(text, "\n");
		len += text[len] == '\n';
		if (trouble_only && !is_trouble(text))
			continue;
		if (found++ >= skip)
			strbuf_add(out, text, len);
	}
	return found;
}

static void read_last(struct strbuf *out, int lines, bool trouble_only)
{
	_cleanup_(user_state_close) struct user_state state = USER_STATE_INIT;
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	struct tt_error ignored = TT_ERROR_INIT;
	int found;

	if (user_state_open(&state, false, &ignored) != TT_OK ||
		fs_read(&text, state.dirfd, LOG_FILE, 4 * (size_t)LOG_MAX, LOG_FILE, &ignored) !=
			TT_OK)
		return;
	found = add_lines(out, text.buf, trouble_only, INT_MAX);
	(void)add_lines(out, text.buf, trouble_only, found > lines ? found - lines : 0);
}

void user_log_read_trouble(struct strbuf *out, int lines)
{
	read_last(out, lines, true);
}

void user_log_read(struct strbuf *out, int lines)
{
	read_last(out, lines, false);
}
