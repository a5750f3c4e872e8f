/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text.h"
#include "checkup.h"
#include "claude_dirs.h"
#include "claude_settings.h"
#include "index/usage_index.h"
#include "shell_word.h"
#include "user_log.h"
#include "user_state.h"

#define uthash_fatal(msg) mem_exhausted()
#include <uthash.h>

enum { PLACES_SHOWN = 5, LOG_SHOWN = 3 };

/* --- transcripts ------------------------------------------------------------------ */

static void check_directories(struct checkup *checkup)
{
	_cleanup_(claude_dirs_release) struct claude_dirs dirs = { 0 };
	_cleanup_(strbuf_release) struct strbuf found = STRBUF_INIT, sought = STRBUF_INIT;

	claude_dirs_find(&dirs);
	for (size_t i = 0; i < dirs.count; i++) {
		_autofree_ char *path = xasprintf("%s/projects", dirs.paths[i]);
		struct strbuf *to = access(path, R_OK | X_OK) == 0 ? &found : &sought;

		strbuf_addf(to, "%s'%s'", to->len ? ", " : "", path);
	}
	if (found.len)
		checkup_add(checkup, "transcripts", VERDICT_OK, NULL, "%s", found.buf);
	else
		checkup_add(checkup, "transcripts", VERDICT_OK, NULL,
			"none of Claude Code's in %s (CLAUDE_CONFIG_DIR names another place)",
			sought.len ? sought.buf : "no directory");
}

/* --- the index ----------------------------------------------------------------------- */

static void add_day(struct strbuf *out, struct instant t)
{
	char day[DAY_TEXT];

	day_format(day, instant_local_day(t));
	strbuf_addstr(out, day);
}

/* "1 session", "2 sessions"; one: "session". */
static void add_counted(struct strbuf *out, int64_t n, const char *one)
{
	text_add_count(out, n);
	strbuf_addf(out, " %s%s", one, n == 1 ? "" : "s");
}

static void check_figures(struct checkup *checkup, const struct usage_index_figures *f)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;

	add_counted(&text, f->responses, "response");
	strbuf_addstr(&text, " of ");
	add_counted(&text, f->sessions, "session");
	strbuf_addstr(&text, " in ");
	text_add_count(&text, f->repositories);
	strbuf_addstr(&text, f->repositories == 1 ? " repository" : " repositories");
	if (f->responses) {
		strbuf_addstr(&text, ", from ");
		add_day(&text, f->first);
		strbuf_addstr(&text, " to ");
		add_day(&text, f->last);
	}
	checkup_add(checkup, "usage index", VERDICT_OK, NULL, "%s", text.buf);
}

static void check_lines(struct checkup *checkup, const struct usage_index_figures *f)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	int64_t skipped = 0;

	add_counted(&text, f->stats.lines, "line");
	strbuf_addstr(&text, " of ");
	add_counted(&text, f->transcripts, "transcript");
	strbuf_addstr(&text, " read, ");
	text_add_count(&text, f->stats.usages);
	strbuf_addstr(&text, " with usage");
	for (int i = 0; i < TRANSCRIPT_SKIPS; i++) {
		if (!f->stats.skipped[i])
			continue;
		skipped += i == SKIP_SYNTHETIC ? 0 : f->stats.skipped[i];
		strbuf_addstr(&text, ", ");
		text_add_count(&text, f->stats.skipped[i]);
		strbuf_addf(&text, " skipped: %s", transcript_skip_names[i]);
	}
	checkup_add(checkup, "transcript lines", skipped ? VERDICT_WARNING : VERDICT_OK, NULL, "%s",
		text.buf);
}

/* Where the responses were made that are on no branch. */
struct unplaced {
	const char *where;
	int64_t responses;
	UT_hash_handle hh;
};

struct unplaced_list {
	struct unplaced *items;
	struct arena arena;
};

static enum tt_code note_unplaced(void *ctx, const struct usage_row *row, struct tt_error *err)
{
	struct unplaced_list *list = ctx;
	const char *where = row->response.cwd ? row->response.cwd : "(no directory)";
	struct unplaced *item;

	(void)err;
	HASH_FIND_STR(list->items, where, item);
	if (!item) {
		item = arena_alloc(&list->arena, sizeof *item);
		*item = (struct unplaced){ .where = arena_strdup(&list->arena, where) };
		HASH_ADD_KEYPTR(hh, list->items, item->where, strlen(item->where), item);
	}
	item->responses++;
	return TT_OK;
}

static int more_first(const struct unplaced *a, const struct unplaced *b)
{
	if (a->responses != b->responses)
		return a->responses < b->responses ? 1 : -1;
	return strcmp(a->where, b->where);
}

static void add_places(struct strbuf *out, struct unplaced_list *list, bool all)
{
	int shown = 0;

	HASH_SORT(list->items, more_first);
	for (const struct unplaced *item = list->items; item; item = item->hh.next) {
		if (!all && shown++ == PLACES_SHOWN) {
			strbuf_addf(out, ", and %u more (-v shows all)",
				HASH_COUNT(list->items) - PLACES_SHOWN);
			return;
		}
		strbuf_addf(out, "%s'%s' %" PRId64, item == list->items ? ": " : ", ", item->where,
			item->responses);
	}
}

static void check_unplaced(
	struct checkup *checkup, struct usage_index *index, const struct usage_index_figures *f)
{
	const struct usage_filter filter = { .no_branch = true };
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	struct unplaced_list list = { 0 };
	struct tt_error problem = TT_ERROR_INIT;

	if (!f->no_repository && !f->no_branch) {
		checkup_add(checkup, "responses", VERDICT_OK, NULL,
			"each has its repository and branch");
		return;
	}
	text_add_count(&text, f->no_repository);
	strbuf_addstr(&text, " in no repository, ");
	text_add_count(&text, f->no_branch);
	strbuf_addstr(&text, " on no known branch");
	if (usage_index_responses(index, &filter, note_unplaced, &list, &problem) == TT_OK)
		add_places(&text, &list, checkup->ctx->common.verbose);
	checkup_add(checkup, "responses", f->no_branch ? VERDICT_WARNING : VERDICT_OK, NULL, "%s",
		text.buf);
	HASH_CLEAR(hh, list.items);
	arena_release(&list.arena);
}

static void check_index(struct checkup *checkup)
{
	_cleanup_(usage_index_closep) struct usage_index *index = NULL;
	_cleanup_(strbuf_release) struct strbuf dir = STRBUF_INIT;
	struct usage_index_figures figures;
	struct tt_error problem = TT_ERROR_INIT;

	enum tt_code code = user_state_path(&dir, &problem);

	if (code == TT_OK)
		code = usage_index_open(&index, dir.buf, false, 1000, NULL, &problem);
	if (code == TT_ENOTFOUND)
		checkup_add(checkup, "usage index", VERDICT_OK, NULL,
			"none yet ('track-tokens sync' makes it)");
	else if (code != TT_OK)
		checkup_add(checkup, "usage index", VERDICT_PROBLEM, "track-tokens sync", "%s",
			problem.msg);
	if (code != TT_OK)
		return;
	if (usage_index_figures(index, &figures, &problem) != TT_OK ||
		usage_index_verify(index, &problem) != TT_OK) {
		checkup_add(checkup, "usage index", VERDICT_PROBLEM, "track-tokens sync", "%s",
			problem.msg);
		return;
	}
	check_figures(checkup, &figures);
	check_lines(checkup, &figures);
	check_unplaced(checkup, index, &figures);
}

/* --- the client's settings ------------------------------------------------------------- */

/* The program that a hook names, when it names one by its path. */
static bool program_is_missing(const char *command)
{
	const char *at = command;
	_autofree_ char *program = shell_next_word(&at);

	return program && *program == '/' && access(program, X_OK) != 0;
}

struct hooks_seen {
	bool installed, statusline;
};

static void judge_settings(struct checkup *checkup, struct hooks_seen *seen,
	const struct claude_settings *s, const struct settings_state *state)
{
	_autofree_ char *mend =
		xasprintf("track-tokens init --claude=%s", claude_scope_names[s->scope]);

	seen->statusline = seen->statusline || state->statusline;
	if (state->all_disabled)
		checkup_add(checkup, "capture", VERDICT_WARNING, NULL,
			"'%s' turns all hooks off (disableAllHooks): only sync captures",
			s->shown.buf);
	if (!state->hooks)
		return;
	seen->installed = true;
	if (state->hook_command && program_is_missing(state->hook_command))
		checkup_add(checkup, "capture", VERDICT_PROBLEM, mend,
			"the hook in '%s' runs a program that is not there: %s", s->shown.buf,
			state->hook_command);
	else if (state->hooks < SETTINGS_EVENTS)
		checkup_add(checkup, "capture", VERDICT_WARNING, mend,
			"only %d of %d hooks are in '%s'", state->hooks, SETTINGS_EVENTS,
			s->shown.buf);
	else
		checkup_add(checkup, "capture", VERDICT_OK, NULL, "by hooks in '%s'", s->shown.buf);
}

static void check_scope(struct checkup *checkup, struct hooks_seen *seen, enum claude_scope scope)
{
	_cleanup_(claude_settings_release) struct claude_settings s = CLAUDE_SETTINGS_INIT;
	struct settings_state state;
	struct tt_error problem = TT_ERROR_INIT;

	if (claude_settings_read(&s, scope, checkup->ctx->repo, &problem) != TT_OK) {
		if (problem.code != TT_ENOTFOUND)
			checkup_add(checkup, "capture", VERDICT_PROBLEM, NULL, "%s", problem.msg);
		return;
	}
	if (settings_look(&state, s.text.buf, s.text.len, &problem) != TT_OK) {
		checkup_add(checkup, "capture", VERDICT_PROBLEM, NULL, "'%s': %s", s.shown.buf,
			problem.msg);
		return;
	}
	judge_settings(checkup, seen, &s, &state);
	free(state.hook_command);
}

static void check_settings(struct checkup *checkup)
{
	struct hooks_seen seen = { 0 };

	for (int scope = 0; scope < CLAUDE_SCOPES; scope++)
		if (checkup->ctx->repo || scope == CLAUDE_USER)
			check_scope(checkup, &seen, (enum claude_scope)scope);
	if (!seen.installed)
		checkup_add(checkup, "capture", VERDICT_OK, NULL,
			"by 'track-tokens sync' only ('track-tokens init --claude' adds hooks)");
	checkup_add(checkup, "status line", VERDICT_OK, NULL, "%s",
		seen.statusline ? "shows the branch's cost"
				: "not ours ('track-tokens init --claude --statusline')");
}

/* --- the log ------------------------------------------------------------------------------ */

static void check_log(struct checkup *checkup)
{
	_cleanup_(strbuf_release) struct strbuf log = STRBUF_INIT, dir = STRBUF_INIT,
						mend = STRBUF_INIT;
	struct tt_error problem = TT_ERROR_INIT;

	user_log_read_trouble(&log, LOG_SHOWN);
	if (!log.len || user_state_path(&dir, &problem) != TT_OK) {
		checkup_add(checkup, "log", VERDICT_OK, NULL, "no trouble was logged");
		return;
	}
	while (log.len && log.buf[log.len - 1] == '\n')
		strbuf_setlen(&log, log.len - 1);
	for (char *p = log.buf; (p = strchr(p, '\n')); p++)
		*p = ';';
	strbuf_addf(&mend, "rm %s/track-tokens.log (once it is mended)", dir.buf);
	checkup_add(checkup, "log", VERDICT_WARNING, mend.buf, "%s", log.buf);
}

void checkup_capture(struct checkup *checkup)
{
	check_settings(checkup);
	check_directories(checkup);
	check_index(checkup);
	check_log(checkup);
}
