/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/json_writer.h"
#include "base/mem.h"
#include "cli/command.h"
#include "cli/exit.h"
#include "git_hook.h"
#include "user_log.h"
#include "watch_instance.h"
#include "watch_service.h"
#include "watcher.h"

struct watch_options {
	int64_t interval, interval_ms;
	const char *dir, *service;
	bool poll, clipboard, processes, foreground, daemon, print;
};
static const struct watch_options watch_defaults = { .interval = 10, .interval_ms = 500 };

static const struct option_row watch_rows[] = {
	{ "dir", 0, OPTION_TEXT, "DIR", "take the API's answers that are put there (*.json)",
		offsetof(struct watch_options, dir), false },
	{ "clipboard", 0, OPTION_FLAG, NULL,
		"record estimates of conversations that are copied, marked as such",
		offsetof(struct watch_options, clipboard), false },
	{ "processes", 0, OPTION_FLAG, NULL, "say in 'status' whether the client is running",
		offsetof(struct watch_options, processes), false },
	{ "interval", 'i', OPTION_INT, "SECONDS",
		"how often to look when idle, where nothing tells of changes (10)",
		offsetof(struct watch_options, interval), false },
	{ "interval-ms", 0, OPTION_INT, "N", "the same just after a change (500)",
		offsetof(struct watch_options, interval_ms), false },
	{ "poll", 0, OPTION_FLAG, NULL, "look again and again, also where inotify would tell",
		offsetof(struct watch_options, poll), false },
	{ "foreground", 0, OPTION_FLAG, NULL, "start: as run does",
		offsetof(struct watch_options, foreground), false },
	{ "daemon", 0, OPTION_FLAG, NULL, "", offsetof(struct watch_options, daemon), true },
	{ "print", 0, OPTION_FLAG, NULL, "install: show the file instead",
		offsetof(struct watch_options, print), false },
	{ "service", 0, OPTION_WORD, "systemd|launchd",
		"install, uninstall: for this (default: the system's own)",
		offsetof(struct watch_options, service), false },
	{ 0 },
};

enum { START_WAIT_MS = 500, STOP_WAIT_MS = 20000, INTERVAL_MAX = 86400, FILES_MAX = 256 };

/* --- settings ---------------------------------------------------------------------------- */

/* The last part may be made later. */
static char *absolute(const char *path, const char *cwd)
{
	char *real = realpath(path, NULL);
	const char *slash = strrchr(path, '/');

	if (!real && slash && slash > path && slash[1]) {
		_autofree_ char *parent = xstrndup(path, (size_t)(slash - path));
		_autofree_ char *there = realpath(parent, NULL);

		if (there)
			return xasprintf("%s%s", there, slash);
	}
	if (real)
		return real;
	return path[0] == '/' ? xstrdup(path) : xasprintf("%s/%s", cwd, path);
}

static enum tt_code check_intervals(const struct watch_options *o, struct tt_error *err)
{
	if (o->interval < 1 || o->interval > INTERVAL_MAX)
		return tt_fail(err, TT_EUSAGE, "--interval: 1 to %d seconds", INTERVAL_MAX);
	if (o->interval_ms < 100 || o->interval_ms > INTERVAL_MAX * 1000)
		return tt_fail(err, TT_EUSAGE, "--interval-ms: 100 milliseconds to a day");
	return TT_OK;
}

static struct watch_settings settings_of(
	const struct watch_options *o, const char *dir, const char *cwd)
{
	return (struct watch_settings){
		.pace = { .active_ms = o->interval_ms, .idle_ms = o->interval * 1000 },
		.dir = dir,
		.cwd = cwd,
		.by_polling = o->poll,
		.clipboard = o->clipboard,
		.processes = o->processes,
	};
}

/* --- run
 * ------------------------------------------------------------------------------------------ */

static enum tt_code run_until_told(const struct context *ctx, const struct watch_settings *settings,
	void (*ready)(void *arg), void *arg, struct tt_error *err)
{
	enum tt_code code;
	int lock = -1;

	if (watch_instance_take(&lock, START_WAIT_MS, err) != TT_OK) {
		if (err->code == TT_EBUSY)
			return tt_fail(err, TT_EBUSY,
				"a watcher is running already: see 'track-tokens watch status'");
		return err->code;
	}
	code = watcher_run(ctx, settings, &lock, ready, arg, err);
	watch_instance_release(&lock);
	return code;
}

static enum tt_code run_here(
	const struct context *ctx, struct watch_settings *settings, struct tt_error *err)
{
	settings->tells = true;
	return run_until_told(ctx, settings, NULL, NULL, err);
}

/* --- start
 * ---------------------------------------------------------------------------------------- */

/* What the process that goes on tells the one that ends: an empty message when all is well. */
static void tell_starter(void *arg)
{
	int *fd = arg;

	if (*fd >= 0)
		(void)close(*fd);
	*fd = -1;
}

/* Nobody waits for a file that a process without end holds open. */
static void let_go(int keep)
{
	int null = open("/dev/null", O_RDWR);

	for (int fd = 0; null >= 0 && fd < 3; fd++)
		(void)dup2(null, fd);
	for (int fd = 3; fd < FILES_MAX; fd++)
		if (fd != keep)
			(void)close(fd);
}

_Noreturn static void go_on(
	const struct context *ctx, const struct watch_settings *settings, int starter)
{
	struct tt_error problem = TT_ERROR_INIT;

	/* Neither the session leader, which would get a terminal that it opens, nor in a
	 * directory that somebody wants to unmount. */
	if (setsid() < 0 || fork() != 0)
		_exit(0);
	let_go(starter);
	if (chdir("/") == 0 &&
		run_until_told(ctx, settings, tell_starter, &starter, &problem) == TT_OK)
		_exit(0);
	if (starter >= 0 && write(starter, &problem, sizeof problem) < 0)
		_exit(1);
	if (problem.code != TT_EBUSY)
		user_log(USER_LOG_ERROR, "watch: %s", problem.msg);
	_exit(1);
}

/* TT_OK: it watches by now. */
static enum tt_code hear(int fd, struct tt_error *err)
{
	struct tt_error heard = TT_ERROR_INIT;
	ssize_t n;

	do {
		n = read(fd, &heard, sizeof heard);
	} while (n < 0 && errno == EINTR);
	if (n == 0)
		return TT_OK;
	if (n != sizeof heard)
		return tt_fail(err, TT_EIO, "the watcher did not say how it began");
	*err = heard;
	return heard.code;
}

static bool is_running_already(const struct context *ctx)
{
	pid_t pid;

	if (!watch_instance_find(&pid))
		return false;
	(void)fprintf(ctx->out, "A watcher is running already (process %jd)\n", (intmax_t)pid);
	return true;
}

/* A process that goes on by itself; TT_OK: it watches by now. */
static enum tt_code detach(
	const struct context *ctx, const struct watch_settings *settings, struct tt_error *err)
{
	enum tt_code code;
	pid_t child;
	int ends[2];

	(void)fflush(NULL);
	if (pipe2(ends, O_CLOEXEC) != 0)
		return tt_fail_errno(err, "cannot make a pipe");
	child = fork();
	if (child == 0)
		go_on(ctx, settings, ends[1]);
	(void)close(ends[1]);
	if (child > 0)
		(void)waitpid(child, NULL, 0);
	code = child < 0 ? tt_fail_errno(err, "cannot make a process") : hear(ends[0], err);
	(void)close(ends[0]);
	return code;
}

static enum tt_code start(
	const struct context *ctx, const struct watch_settings *settings, struct tt_error *err)
{
	enum tt_code code;
	pid_t pid;

	if (is_running_already(ctx))
		return TT_OK;
	code = detach(ctx, settings, err);
	if (code == TT_EBUSY && is_running_already(ctx))
		return TT_OK;
	if (code != TT_OK)
		return code;
	if (!watch_instance_find(&pid))
		return tt_fail(err, TT_EIO,
			"the watcher has ended at once: 'track-tokens doctor' "
			"shows its log");
	(void)fprintf(ctx->out, "Watching (process %jd)\n", (intmax_t)pid);
	return TT_OK;
}

/* --- status, stop
 * ---------------------------------------------------------------------------------- */

static void show_none(struct strbuf *out, bool json)
{
	strbuf_addstr(out, json ? "{\"version\":1,\"running\":false}\n"
				: "Nothing is watching: 'track-tokens watch start'\n");
}

static void show_one(struct strbuf *out, const struct watch_status *s, bool json)
{
	if (!json) {
		watch_status_show(out, s);
		return;
	}
	strbuf_addstr(out, "{\"version\":1,\"running\":true,\"watcher\":");
	watch_status_encode(out, s);
	strbuf_addstr(out, "}\n");
}

static enum tt_code status(struct context *ctx, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
	struct tt_error problem = TT_ERROR_INIT;
	struct watch_status s = { .clients = -1 };
	pid_t pid;

	(void)err;
	if (!watch_instance_find(&pid)) {
		show_none(&out, ctx->common.json);
		ctx->status = EXIT_FAILED;
	} else {
		if (watch_status_read(&s, &arena, pid, &problem) != TT_OK) {
			(void)tt_context(&problem, "it cannot write what it does");
			s = (struct watch_status){
				.pid = pid, .clients = -1, .trouble = problem.msg
			};
		}
		show_one(&out, &s, ctx->common.json);
	}
	(void)fputs(out.buf, ctx->out);
	return TT_OK;
}

static enum tt_code stop(const struct context *ctx, struct tt_error *err)
{
	enum tt_code code = watch_instance_stop(STOP_WAIT_MS, err);

	if (code == TT_ENOTFOUND) {
		*err = (struct tt_error)TT_ERROR_INIT;
		(void)fputs("Nothing is watching\n", ctx->out);
		return TT_OK;
	}
	if (code == TT_OK)
		(void)fputs("The watcher has ended\n", ctx->out);
	return code;
}

/* --- install, uninstall
 * ---------------------------------------------------------------------------- */

enum { WORDS_MAX = 16, NUMBER_TEXT = 24 };

/* The command with the options that are not as usual. */
static void make_words(const char *words[static WORDS_MAX], const char *program,
	const struct watch_options *o, const char *dir, char numbers[2][NUMBER_TEXT])
{
	size_t n = 0;

	words[n++] = program;
	words[n++] = "watch";
	words[n++] = "run";
	words[n++] = "--quiet";
	if (dir) {
		words[n++] = "--dir";
		words[n++] = dir;
	}
	if (o->clipboard)
		words[n++] = "--clipboard";
	if (o->processes)
		words[n++] = "--processes";
	if (o->poll)
		words[n++] = "--poll";
	if (o->interval != watch_defaults.interval) {
		(void)snprintf(numbers[0], NUMBER_TEXT, "%" PRId64, o->interval);
		words[n++] = "--interval";
		words[n++] = numbers[0];
	}
	if (o->interval_ms != watch_defaults.interval_ms) {
		(void)snprintf(numbers[1], NUMBER_TEXT, "%" PRId64, o->interval_ms);
		words[n++] = "--interval-ms";
		words[n++] = numbers[1];
	}
	words[n] = NULL;
}

static void say_installed(const struct context *ctx, const struct watch_service *service)
{
	(void)fprintf(ctx->out, "Wrote '%s': it watches from the next login on.  At once:\n%s",
		service->path.buf,
		service->is_launchd
			? "   launchctl load -w ~/Library/LaunchAgents/track-tokens.watch.plist\n"
			: "   systemctl --user daemon-reload && systemctl --user start "
			  "track-tokens\n");
}

static enum tt_code install(const struct context *ctx, const struct watch_options *o,
	const char *dir, struct tt_error *err)
{
	_cleanup_(watch_service_release) struct watch_service service = WATCH_SERVICE_INIT;
	_cleanup_(strbuf_release) struct strbuf program = STRBUF_INIT, text = STRBUF_INIT;
	const char *words[WORDS_MAX];
	char numbers[2][NUMBER_TEXT];

	if (watch_service_find(&service, o->service, err) != TT_OK)
		return err->code;
	if (!git_hook_program_path(&program))
		return tt_fail(err, TT_ENOTFOUND, "cannot tell where this program is");
	make_words(words, program.buf, o, dir, numbers);
	watch_service_text(&text, &service, words);
	if (o->print) {
		(void)fwrite(text.buf, 1, text.len, ctx->out);
		return TT_OK;
	}
	if (watch_service_install(&service, &text, err) != TT_OK)
		return err->code;
	say_installed(ctx, &service);
	return TT_OK;
}

static enum tt_code uninstall(
	const struct context *ctx, const struct watch_options *o, struct tt_error *err)
{
	_cleanup_(watch_service_release) struct watch_service service = WATCH_SERVICE_INIT;
	bool was_there;

	if (watch_service_find(&service, o->service, err) != TT_OK ||
		watch_service_uninstall(&was_there, &service, err) != TT_OK)
		return err->code;
	(void)fprintf(
		ctx->out, was_there ? "Removed '%s'\n" : "There is no '%s'\n", service.path.buf);
	return TT_OK;
}

/* --- the command
 * ----------------------------------------------------------------------------------- */

static enum tt_code run(
	struct context *ctx, const void *values, int argc, char **argv, struct tt_error *err)
{
	const struct watch_options *o = values;
	const char *verb = argc ? argv[0] : "status";
	_autofree_ char *cwd = getcwd(NULL, 0);
	_autofree_ char *dir = NULL;
	struct watch_settings settings;

	if (argc > 1)
		return tt_fail(err, TT_EUSAGE, "watch: unknown operand '%s'", argv[1]);
	if (!cwd)
		return tt_fail_errno(err, "cannot tell the current directory");
	if (check_intervals(o, err) != TT_OK)
		return err->code;
	dir = o->dir ? absolute(o->dir, cwd) : NULL;
	settings = settings_of(o, dir, cwd);
	if (strcmp(verb, "run") == 0 || (strcmp(verb, "start") == 0 && o->foreground))
		return run_here(ctx, &settings, err);
	if (strcmp(verb, "start") == 0)
		return start(ctx, &settings, err);
	if (strcmp(verb, "status") == 0)
		return status(ctx, err);
	if (strcmp(verb, "stop") == 0)
		return stop(ctx, err);
	if (strcmp(verb, "install") == 0)
		return install(ctx, o, dir, err);
	if (strcmp(verb, "uninstall") == 0)
		return uninstall(ctx, o, err);
	return tt_fail(err, TT_EUSAGE, "watch: unknown operand '%s'", verb);
}

const struct command command_watch = {
	.name = "watch",
	.synopsis = "start\n"
		    "stop\n"
		    "[status]\n"
		    "run\n"
		    "install\n"
		    "uninstall",
	.summary = "Collect in the background, where no hooks are installed",
	.details =
		"A process of its own takes what is new in the transcripts within half a second, "
		"as the hook does, and requests that wait; keeps the last 64 states of the figures "
		"in .claude.json; and, "
		"with --dir, takes the API's answers that are put into a directory, on the branch "
		"of where it was started. Changes are told by inotify; where there is none it "
		"looks: often just after a change, and ever more slowly while nothing happens.\n"
		"\n"
		"start leaves it running, run stays in the foreground; one runs at a time. status "
		"says what it watches and took and whether it has trouble (exit status 1: none is "
		"running). It ends only by stop, SIGTERM or SIGINT: what fails is tried again, "
		"ever more seldom. SIGHUP has it begin anew.\n"
		"\n"
		"install has the system run it from login on (a systemd user unit, or an agent of "
		"launchd), uninstall no more.",
	.examples = "track-tokens watch start\n"
		    "track-tokens watch status\n"
		    "track-tokens watch run --dir /tmp/claude-responses\n"
		    "track-tokens watch install --print",
	.options = watch_rows,
	.values_size = sizeof(struct watch_options),
	.defaults = &watch_defaults,
	.run = run,
};
