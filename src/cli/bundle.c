/* SPDX-License-Identifier: MIT */
#include "bundle.h"

#include <ctype.h>
#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/instant.h"
#include "base/mem.h"
#include "base/text.h"
#include "disguise.h"
#include "user_log.h"
#include "user_state.h"

enum { LOG_LINES = 100 };

/* What there is to say for each setting: its value where that is a word of ours. */
static const struct {
	const char *key;
	bool is_word;
} settings[] = {
	{ "track-tokens.author", true },
	{ "track-tokens.exportDir", false },
	{ "track-tokens.plan", true },
	{ "track-tokens.plan.messages", true },
	{ "track-tokens.plan.messagesWeekly", true },
	{ "track-tokens.plan.tokens", true },
	{ "track-tokens.plan.tokensWeekly", true },
	{ "track-tokens.plan.weeklyReset", true },
	{ "track-tokens.prices", false },
	{ "track-tokens.requireTracking", true },
	{ "track-tokens.server", false },
	{ "track-tokens.sharedDir", false },
	{ "track-tokens.stageExports", true },
	{ "track-tokens.style", true },
	{ "track-tokens.timezone", false },
	{ "core.hooksPath", false },
	{ "core.sharedRepository", true },
};

static const char *const variables[] = { "CI", "CLAUDE_CONFIG_DIR", "GIT_CONFIG_GLOBAL", "GIT_DIR",
	"GIT_WORK_TREE", "GITHUB_ACTIONS", "HOME", "IMPORT_TOKENS_DATABASE_URL", "LANG", "LC_ALL",
	"LC_CTYPE", "NO_COLOR", "PGHOST", "PGSERVICE", "TERM", "TRACK_TOKENS", "TRACK_TOKENS_LOG",
	"TRACK_TOKENS_NOW", "TRACK_TOKENS_TRACE", "TZ", "XDG_CONFIG_HOME", "XDG_STATE_HOME" };

/* --- sections ------------------------------------------------------------- */

static void add_system(struct strbuf *out)
{
	struct utsname system;
	char now[INSTANT_TEXT];

	instant_format(now, clock_now());
	strbuf_addf(out, "track-tokens report, form 1\nmade\t%s\nversion\t%s\n", now, VERSION);
	if (uname(&system) == 0)
		strbuf_addf(
			out, "system\t%s %s %s\n", system.sysname, system.release, system.machine);
	strbuf_addf(out, "codeset\t%s\nuser\t%s\n", nl_langinfo(CODESET),
		getuid() == 0 ? "root" : "ordinary");
}

/* The name stands first, bare, as nowhere else; what is behind it is ours. */
static const char *without_name(const struct finding *f)
{
	const char *rest = strstr(f->detail.buf, " (");

	return strcmp(f->about, "branch") == 0 && f->verdict == VERDICT_OK ? (rest ? rest : "")
									   : f->detail.buf;
}

static void add_finding(struct strbuf *out, const struct disguise *d, const struct finding *f)
{
	static const char *const verdicts[] = { "ok", "warning", "problem" };
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;

	disguise_add(&text, d, d->names ? f->detail.buf : without_name(f));
	strbuf_addf(out, "%s\t%s\t", verdicts[f->verdict], f->about);
	text_add_visible(out, text.buf);
	strbuf_addch(out, '\n');
}

static void add_checks(struct strbuf *out, const struct checkup *checkup, const struct disguise *d)
{
	strbuf_addstr(out, "\nchecks\n");
	for (size_t i = 0; i < checkup->count; i++)
		add_finding(out, d, &checkup->findings[i]);
}

static bool is_plain_word(const char *text)
{
	size_t len = strlen(text);

	for (size_t i = 0; i < len; i++)
		if (!isalnum((unsigned char)text[i]))
			return false;
	return len > 0 && len <= 12;
}

static void add_settings(struct strbuf *out, const struct checkup *checkup)
{
	strbuf_addstr(out, "\ngit configuration\n");
	for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
		_cleanup_(strbuf_release) struct strbuf value = STRBUF_INIT;

		if (!vcs_config_get(&value, checkup->ctx->repo, settings[i].key))
			continue;
		strbuf_addf(out, "%s\t%s\n", settings[i].key,
			settings[i].is_word && is_plain_word(value.buf) ? value.buf : "(set)");
	}
}

static void add_variables(struct strbuf *out)
{
	strbuf_addstr(out, "\nenvironment\n");
	for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
		if (getenv(variables[i]))
			strbuf_addf(out, "%s\t%s\n", variables[i],
				*getenv(variables[i]) ? "(set)" : "(empty)");
}

static void add_files(struct strbuf *out)
{
	static const char *const names[] = { "usage.db", "usage.db-wal", "usage.lock", "queue",
		"queue.taken", "track-tokens.log", "track-tokens.log.1" };
	_cleanup_(strbuf_release) struct strbuf dir = STRBUF_INIT;
	struct tt_error ignored = TT_ERROR_INIT;

	strbuf_addstr(out, "\nfiles\n");
	if (user_state_path(&dir, &ignored) != TT_OK)
		return;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		_autofree_ char *path = xasprintf("%s/%s", dir.buf, names[i]);
		struct stat st;

		if (lstat(path, &st) == 0)
			strbuf_addf(out, "%s\t%lld bytes\tmode %03o\n", names[i],
				(long long)st.st_size, (unsigned int)(st.st_mode & 0777));
	}
}

static void add_log(struct strbuf *out, const struct disguise *d)
{
	_cleanup_(strbuf_release) struct strbuf log = STRBUF_INIT;

	user_log_read(&log, LOG_LINES);
	strbuf_addstr(out, "\nlog\n");
	for (const char *line = log.buf; *line;) {
		size_t len = strcspn(line, "\n");
		_autofree_ char *text = xstrndup(line, len);
		_cleanup_(strbuf_release) struct strbuf hidden = STRBUF_INIT;

		disguise_add(&hidden, d, text);
		text_add_visible(out, hidden.buf);
		strbuf_addch(out, '\n');
		line += len + (line[len] == '\n');
	}
}

void bundle_add(struct strbuf *out, const struct checkup *checkup, bool names)
{
	_cleanup_(strbuf_release) struct strbuf home = STRBUF_INIT;
	struct disguise d = { .home = user_home(&home) ? home.buf : NULL, .names = names };

	add_system(out);
	add_checks(out, checkup, &d);
	add_settings(out, checkup);
	add_variables(out);
	add_files(out);
	add_log(out, &d);
}
