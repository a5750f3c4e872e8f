/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cli/command.h"
#include "hook_input.h"
#include "monitor_data.h"
#include "monitor_feed.h"
#include "terminal.h"

enum { UNLIMITED = -1 };
struct monitor_options {
	const char *project;
	int64_t interval, duration;
	bool plain, no_sync;
};
static const struct monitor_options monitor_defaults = { .interval = 1000, .duration = UNLIMITED };

static const struct option_row monitor_rows[] = {
	{ "project", 'p', OPTION_TEXT, "NAME",
		"only this one: its path, its directory or its remote",
		offsetof(struct monitor_options, project), false },
	{ "interval", 'i', OPTION_INT, "MS", "how often to look (1000)",
		offsetof(struct monitor_options, interval), false },
	{ "duration", 0, OPTION_INT, "SECONDS", "end after so long; 0: after one look",
		offsetof(struct monitor_options, duration), false },
	{ "monitor-time", 0, OPTION_INT, "SECONDS", "--duration",
		offsetof(struct monitor_options, duration), true },
	{ "plain", 0, OPTION_FLAG, NULL, "write a paragraph for each change, one below the other",
		offsetof(struct monitor_options, plain), false },
	{ "no-sync", 0, OPTION_FLAG, NULL, "take nothing from the transcripts, only look",
		offsetof(struct monitor_options, no_sync), false },
	{ 0 },
};

enum {
	INTERVAL_MIN = 100,
	INTERVAL_MAX = 3600 * 1000,
	DURATION_MAX = 366 * 24 * 3600,
	PATIENCE_MS = 10000, /* for what is new, before lines begin */
};

struct monitor {
	struct context *ctx;
	const struct monitor_options *options;
	struct monitor_data *data;
	struct monitor_feed feed;
	bool has_feed, on_screen, is_over, has_begun;
	int64_t began_at, look_at;
	struct tt_error trouble; /* of the last look */
};

static void monitor_release(struct monitor *m)
{
	if (m->on_screen)
		terminal_give_back();
	if (m->has_feed)
		monitor_feed_close(&m->feed);
	monitor_data_free(m->data);
}

static const char *note_of(const struct monitor *m)
{
	if (m->trouble.code != TT_OK)
		return m->trouble.msg;
	if (!m->has_feed || m->feed.trouble.code == TT_OK)
		return NULL;
	return m->feed.trouble.code == TT_EBUSY ? "another command is reading the transcripts"
						: m->feed.trouble.msg;
}

/* --- on the screen --------------------------------------------------------------------- */

static void draw(struct monitor *m)
{
	_cleanup_(strbuf_release) struct strbuf frame = STRBUF_INIT;
	struct monitor_view view = monitor_data_view(m->data);
	struct report_style style = m->ctx->style;
	int lines;

	view.note = note_of(m);
	terminal_size(&style.width, &lines);
	report_monitor_frame(&frame, &view, &style, lines);
	if (!terminal_draw(&frame))
		m->is_over = true;
}

static void take_keys(struct monitor *m)
{
	char keys[64];
	ssize_t n = read(STDIN_FILENO, keys, sizeof keys);

	if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN))
		m->is_over = true;
	for (ssize_t i = 0; i < n; i++)
		if (keys[i] == 'q' || keys[i] == 'Q')
			m->is_over = true;
}

/* --- in lines ------------------------------------------------------------------------------ */

/* Whoever read them may have seen enough. */
static void write_out(struct monitor *m, const struct strbuf *text)
{
	(void)fwrite(text->buf, 1, text->len, m->ctx->out);
	if (fflush(m->ctx->out) == 0)
		return;
	if (errno == EPIPE)
		clearerr(m->ctx->out);
	m->is_over = true;
}

static void begin_lines(struct monitor *m)
{
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;
	const struct monitor_view view = monitor_data_view(m->data);

	report_monitor_session(&out, &view, &m->ctx->style);
	report_monitor_polling(&out, m->options->interval);
	write_out(m, &out);
	m->has_begun = true;
}

static void write_changes(struct monitor *m)
{
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;
	size_t count;
	const struct monitor_change *changes = monitor_data_deltas(m->data, &count);

	for (size_t i = 0; i < count; i++)
		report_monitor_change(&out, &changes[i], &m->ctx->style);
	if (out.len)
		write_out(m, &out);
}

static void write_lines(struct monitor *m)
{
	if (m->has_begun)
		write_changes(m);
	else
		begin_lines(m);
}

/* --- the loop -------------------------------------------------------------------------------- */

/* Told when it is new. */
static void note_trouble(struct monitor *m, const struct tt_error *problem)
{
	if (problem->code != TT_OK && !m->on_screen && strcmp(m->trouble.msg, problem->msg) != 0)
		context_warn(m->ctx, "%s", problem->msg);
	m->trouble = *problem;
}

static void look(struct monitor *m, int64_t now)
{
	struct tt_error problem = TT_ERROR_INIT;

	m->look_at = now + m->options->interval;
	(void)monitor_data_look(m->data, &problem);
	note_trouble(m, &problem);
	if (m->on_screen)
		draw(m);
	else
		write_lines(m);
}

/* Lines begin with everything that is there, so that it is not told as a change. */
static bool waits_for_feed(const struct monitor *m, int64_t now)
{
	return m->has_feed && !m->on_screen && !m->has_begun && now < m->began_at + PATIENCE_MS &&
	       !monitor_feed_is_idle(&m->feed);
}

static int64_t end_of(const struct monitor *m)
{
	return m->options->duration == UNLIMITED ? INT64_MAX
						 : m->began_at + m->options->duration * 1000;
}

static void step(struct monitor *m)
{
	int64_t now = hook_clock_ms();

	if (m->has_feed && monitor_feed_step(&m->feed, now))
		m->look_at = now;
	if (waits_for_feed(m, now))
		return;
	if (now >= m->look_at)
		look(m, now);
	if (now >= end_of(m))
		m->is_over = true;
}

static int wait_ms(const struct monitor *m)
{
	int64_t now = hook_clock_ms(), until = m->look_at, end = end_of(m);
	int64_t due = m->has_feed ? monitor_feed_due(&m->feed) : INT64_MAX;

	if (waits_for_feed(m, now))
		until = m->began_at + PATIENCE_MS;
	else if (end < until)
		until = end;
	if (due < until)
		until = due;
	return until > now ? (int)(until - now) : 0;
}

static void wait_for_something(struct monitor *m)
{
	struct pollfd fds[2 + MONITOR_FEED_FDS] = { { .fd = -1 }, { .fd = -1 } };
	nfds_t count = 2;

	if (m->on_screen) {
		fds[0] = (struct pollfd){ .fd = terminal_fd(), .events = POLLIN };
		if (isatty(STDIN_FILENO))
			fds[1] = (struct pollfd){ .fd = STDIN_FILENO, .events = POLLIN };
	}
	if (m->has_feed)
		count += monitor_feed_fds(&m->feed, fds + 2);
	if (poll(fds, count, wait_ms(m)) <= 0)
		return;
	if (fds[1].revents)
		take_keys(m);
	if (fds[0].revents) {
		terminal_refresh();
		draw(m);
	}
}

static void rest(void *data)
{
	monitor_data_rest(data);
}

static void begin(struct monitor *m)
{
	_cleanup_(strbuf_release) struct strbuf banner = STRBUF_INIT;

	m->began_at = m->look_at = hook_clock_ms();
	m->on_screen = !m->options->plain && terminal_can_be_taken() && terminal_take();
	m->has_feed = !m->options->no_sync;
	if (m->has_feed)
		monitor_feed_open(&m->feed, m->ctx, rest, m->data);
	if (m->on_screen)
		return;
	report_monitor_banner(&banner, &m->ctx->style);
	write_out(m, &banner);
}

/* --- the command ----------------------------------------------------------------------------- */

static enum tt_code check_options(
	const struct context *ctx, const struct monitor_options *o, struct tt_error *err)
{
	if (ctx->common.json)
		return tt_fail(err, TT_EUSAGE,
			"monitor writes no JSON: 'track-tokens report session ID --json' does");
	if (o->interval < INTERVAL_MIN || o->interval > INTERVAL_MAX)
		return tt_fail(err, TT_EUSAGE, "--interval: 100 milliseconds to an hour");
	if (o->duration > DURATION_MAX)
		return tt_fail(err, TT_EUSAGE, "--duration: at most a year");
	return TT_OK;
}

static enum tt_code run(
	struct context *ctx, const void *values, int argc, char **argv, struct tt_error *err)
{
	_cleanup_(monitor_release) struct monitor m = {
		.ctx = ctx, .options = values, .trouble = TT_ERROR_INIT
	};
	struct tt_error ignored = TT_ERROR_INIT;

	if (argc)
		return tt_fail(err, TT_EUSAGE, "monitor takes no operand: '%s'", argv[0]);
	if (check_options(ctx, m.options, err) != TT_OK)
		return err->code;
	(void)context_open_repo(ctx, &ignored); /* a plan may be set for one */
	if (monitor_data_new(&m.data, ctx, m.options->project, err) != TT_OK)
		return err->code;
	begin(&m);
	while (!m.is_over) {
		step(&m);
		if (!m.is_over)
			wait_for_something(&m);
	}
	return TT_OK;
}

const struct command command_monitor = {
	.name = "monitor",
	.synopsis = "",
	.summary = "Watch what is used as it is used: session, cost, pace, and what is left",
	.details =
		"Shows the session that was used last, its tokens by kind and its cost, how fast "
		"tokens went in the last 15 minutes, what is left of the plan's windows, and the "
		"last answers. What is new in the transcripts is taken as 'watch' does, unless a "
		"watcher is at work. 'q' or Ctrl-C ends it; the terminal is then as it was.\n"
		"\n"
		"Where standard output is no terminal, and with --plain, it writes lines: what "
		"the session is at, and then, whenever a session has used something, how much. "
		"A window that is filling up faster than it lasts says when it will be full at "
		"the pace so far.",
	.examples = "track-tokens monitor\n"
		    "track-tokens monitor --project . --duration 300\n"
		    "track-tokens monitor --plain --interval 500 | tee usage.log",
	.options = monitor_rows,
	.values_size = sizeof(struct monitor_options),
	.defaults = &monitor_defaults,
	.run = run,
};
