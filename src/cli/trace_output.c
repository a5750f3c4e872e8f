/* SPDX-License-Identifier: MIT */
#include "trace_output.h"

#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "base/trace.h"
#include "cli/command.h"
#include "user_log.h"

static struct {
	const char *program;
	struct timespec started;
	int fd; /* of the file, or -1 */
	bool on_terminal, in_log;
} to = { .fd = -1 };

static int64_t elapsed_us(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)(now.tv_sec - to.started.tv_sec) * 1000000 +
	       (now.tv_nsec - to.started.tv_nsec) / 1000;
}

/* One write each: the lines of programs that trace to the same place do not mix. */
static void write_to(int fd, const struct strbuf *line)
{
	if (write(fd, line->buf, line->len) < 0)
		return; /* there is nobody to tell */
}

static void listen(const char *text)
{
	_cleanup_(strbuf_release) struct strbuf line = STRBUF_INIT;
	int64_t us = elapsed_us();

	if (to.in_log)
		user_log(USER_LOG_DEBUG, "%s[%d] %" PRId64 ".%03" PRId64 " ms: %s", to.program,
			(int)getpid(), us / 1000, us % 1000, text);
	if (!to.on_terminal && to.fd < 0)
		return;
	strbuf_addf(&line, "%s[%d] %" PRId64 ".%03" PRId64 " ms: ", to.program, (int)getpid(),
		us / 1000, us % 1000);
	text_add_visible(&line, text);
	strbuf_addch(&line, '\n');
	if (to.on_terminal)
		write_to(STDERR_FILENO, &line);
	if (to.fd >= 0)
		write_to(to.fd, &line);
}

static void open_file(const struct context *ctx, const char *path)
{
	int flags = O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;

	to.fd = open(path, flags, 0600);
	if (to.fd < 0)
		context_warn(ctx, "TRACK_TOKENS_TRACE: cannot write '%s'", path);
}

static void read_environment(const struct context *ctx)
{
	const char *where = context_env("TRACK_TOKENS_TRACE"),
		   *level = context_env("TRACK_TOKENS_LOG");
	enum user_log_level wanted;

	if (where && *where == '/')
		open_file(ctx, where);
	else if (where && strcmp(where, "1") == 0)
		to.on_terminal = true;
	else if (where && strcmp(where, "0") != 0)
		context_warn(ctx, "TRACK_TOKENS_TRACE is '%s': it can be 0, 1 or an absolute path",
			where);
	if (level && user_log_parse_level(&wanted, level)) {
		user_log_set_level(wanted);
		to.in_log = wanted == USER_LOG_DEBUG;
	} else if (level) {
		context_warn(ctx,
			"TRACK_TOKENS_LOG is '%s': it can be error, warning, info or debug", level);
	}
}

static void begin_listening(void)
{
	if (to.on_terminal || to.in_log || to.fd >= 0)
		trace_to(listen);
}

void trace_output_begin(const struct context *ctx)
{
	to.program = ctx->program->name;
	(void)clock_gettime(CLOCK_MONOTONIC, &to.started);
	read_environment(ctx);
	begin_listening();
}

void trace_output_verbose(const struct context *ctx)
{
	if (ctx->common.verbose && !ctx->common.quiet)
		to.on_terminal = true;
	begin_listening();
}

void trace_output_end(int exit_status)
{
	trace("exit status %d", exit_status);
	trace_to(NULL);
	if (to.fd >= 0)
		(void)close(to.fd);
	to.fd = -1;
}
