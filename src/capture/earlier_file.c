/* SPDX-License-Identifier: MIT */
#include "capture/earlier_file.h"

#include <string.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/json_reader.h"
#include "base/text.h"
#include "capture/earlier.h"
#include "earlier_parts.h"

/* --- recognising ------------------------------------------------------------ */

/* Members of the outermost object by which documents are known. */
enum sign {
	SIGN_INPUT,
	SIGN_OUTPUT,
	SIGN_RESET_TIME,
	SIGN_TIMESTAMP,
	SIGN_TOKENS_USED,
	SIGN_TOKENS_5H,
	SIGN_TOKEN_USAGE,
	SIGN_METADATA,
	SIGN_EXPORT_DATE,
	SIGN_RECENT_SESSIONS,
	SIGN_PROJECTS,
	SIGN_5H_WINDOW,
	SIGN_ESTIMATED,
	SIGN_SESSIONS,
	SIGN_FORMAT_VERSION,
	SIGN_TOKEN_DATA,
	SIGNS,
};
static const char *const sign_names[SIGNS] = {
	[SIGN_INPUT] = "input",
	[SIGN_OUTPUT] = "output",
	[SIGN_RESET_TIME] = "reset_time",
	[SIGN_TIMESTAMP] = "timestamp",
	[SIGN_TOKENS_USED] = "tokens_used",
	[SIGN_TOKENS_5H] = "tokens_5h",
	[SIGN_TOKEN_USAGE] = "token_usage",
	[SIGN_METADATA] = "metadata",
	[SIGN_EXPORT_DATE] = "exportDate",
	[SIGN_RECENT_SESSIONS] = "recentSessions",
	[SIGN_PROJECTS] = "projects",
	[SIGN_5H_WINDOW] = "5h_window",
	[SIGN_ESTIMATED] = "estimated_session_tokens",
	[SIGN_SESSIONS] = "sessions",
	[SIGN_FORMAT_VERSION] = "format_version",
	[SIGN_TOKEN_DATA] = "token_data",
};

struct signs {
	bool has[SIGNS];
	const char *version;
};

static void look_at(struct signs *signs, struct json_reader *r, struct arena *arena)
{
	struct json_text key;

	json_enter_object(r);
	while (json_next_key(r, &key)) {
		for (int i = 0; i < SIGNS; i++)
			if (json_text_is(key, sign_names[i]))
				signs->has[i] = true;
		if (json_text_is(key, "version") && json_peek(r) == JSON_STRING)
			signs->version = json_read_string(r, arena);
		else
			json_skip(r);
	}
}

static enum earlier_file_format sniff_window(const struct signs *signs)
{
	if (!signs->version)
		return EARLIER_FILE_UNKNOWN;
	if (strcmp(signs->version, "2.0") == 0)
		return signs->has[SIGN_METADATA] ? EARLIER_FILE_WINDOW_2_0_ENHANCED
						 : EARLIER_FILE_WINDOW_2_0;
	return strcmp(signs->version, "2.1") == 0 ? EARLIER_FILE_WINDOW_2_1 : EARLIER_FILE_UNKNOWN;
}

static enum earlier_file_format sniff_signs(const struct signs *signs)
{
	const bool *has = signs->has;

	if (has[SIGN_5H_WINDOW])
		return EARLIER_FILE_GUESSES;
	if (has[SIGN_ESTIMATED])
		return EARLIER_FILE_CORRECTED;
	if (has[SIGN_TOKEN_DATA] || (has[SIGN_FORMAT_VERSION] && has[SIGN_SESSIONS]))
		return EARLIER_FILE_PRESENT;
	if (has[SIGN_EXPORT_DATE] && has[SIGN_RECENT_SESSIONS])
		return EARLIER_FILE_SESSION_LIST;
	if (has[SIGN_TOKENS_5H])
		return EARLIER_FILE_WINDOW_DUAL;
	if (has[SIGN_TOKENS_USED])
		return EARLIER_FILE_WINDOW_1;
	if (has[SIGN_TOKEN_USAGE])
		return sniff_window(signs);
	if (has[SIGN_INPUT] && has[SIGN_OUTPUT] && has[SIGN_RESET_TIME])
		return EARLIER_FILE_CYCLE;
	if (has[SIGN_INPUT] && has[SIGN_OUTPUT] && has[SIGN_TIMESTAMP])
		return EARLIER_FILE_REQUEST;
	return has[SIGN_PROJECTS] ? EARLIER_FILE_CLIENT : EARLIER_FILE_UNKNOWN;
}

static enum earlier_file_format sniff_object(const char *text, size_t len)
{
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
	struct signs signs = { .version = NULL };
	enum earlier_format branch = earlier_sniff(text, len);
	struct json_reader r;

	if (branch == EARLIER_AGGREGATE)
		return EARLIER_FILE_AGGREGATE;
	if (branch != EARLIER_NONE)
		return EARLIER_FILE_BRANCH;
	json_reader_init(&r, text, len);
	r.lenient = true;
	look_at(&signs, &r, &arena);
	return sniff_signs(&signs);
}

/* A list whose first element is a row of the team's database, or a record of a dump. */
static bool is_rows(const char *text, size_t len)
{
	struct json_reader r;
	struct json_text key;
	bool branch = false, tokens = false, model = false, fields = false;

	json_reader_init(&r, text, len);
	json_enter_array(&r);
	if (!json_next_element(&r) || json_peek(&r) != JSON_OBJECT)
		return false;
	json_enter_object(&r);
	while (json_next_key(&r, &key)) {
		branch = branch || json_text_is(key, "git_branch");
		tokens = tokens || json_text_is(key, "prompt_tokens");
		model = model || json_text_is(key, "model");
		fields = fields || json_text_is(key, "fields");
		json_skip(&r);
	}
	return (branch && tokens) || (model && fields);
}

enum earlier_file_format earlier_file_sniff(const char *text, size_t len)
{
	size_t at = 0;

	if (earlier_file_is_database(text, len))
		return EARLIER_FILE_DATABASE;
	while (at < len && strchr(" \t\r\n", text[at]) && text[at])
		at++;
	if (at < len && text[at] == '{')
		return sniff_object(text, len);
	if (at < len && text[at] == '[' && is_rows(text, len))
		return EARLIER_FILE_ROWS;
	if (earlier_csv_sniff(text, len))
		return EARLIER_FILE_CSV;
	return earlier_log_sniff(text, len);
}

/* --- what they are --------------------------------------------------------- */

static const struct {
	const char *name, *refusal;
	bool has_branches;
} formats[EARLIER_FILE_FORMATS] = {
	[EARLIER_FILE_UNKNOWN] = { "unknown", "no earlier tracker wrote this", false },
	[EARLIER_FILE_BRANCH] = { "branch tracker, format 1", NULL, true },
	[EARLIER_FILE_AGGREGATE] = { "branch tracker, sum of a ledger", NULL, true },
	[EARLIER_FILE_CSV] = { "branch tracker, CSV", NULL, true },
	[EARLIER_FILE_ROWS] = { "branch tracker, database rows", NULL, true },
	[EARLIER_FILE_CYCLE] = { "cycle tracker, state", NULL, false },
	[EARLIER_FILE_REQUEST] = { "cycle tracker, request", NULL, false },
	[EARLIER_FILE_CYCLE_LOG] = { "cycle tracker, log", NULL, false },
	[EARLIER_FILE_MONITOR_LOG] = { "cycle tracker, monitor log", NULL, false },
	[EARLIER_FILE_WINDOW_1] = { "window tracker 1", NULL, false },
	[EARLIER_FILE_WINDOW_DUAL] = { "window tracker 1, with week", NULL, false },
	[EARLIER_FILE_WINDOW_2_0] = { "window tracker 2.0", NULL, false },
	[EARLIER_FILE_WINDOW_2_0_ENHANCED] = { "window tracker 2.0, upgraded", NULL, false },
	[EARLIER_FILE_WINDOW_2_1] = { "window tracker 2.1", NULL, false },
	[EARLIER_FILE_TOKEN_LOG] = { "window tracker, log", NULL, false },
	[EARLIER_FILE_HOOK_LOG] = { "window tracker, hook log", NULL, false },
	[EARLIER_FILE_DATABASE] = { "session tracker, database", NULL, false },
	[EARLIER_FILE_SESSION_LIST] = { "session tracker, export", NULL, false },
	[EARLIER_FILE_CLIENT] = { "Claude Code's own file", NULL, false },
	[EARLIER_FILE_GUESSES] = { "usage cache",
		"its figures are guesses: 2000 tokens for each use of a tool", false },
	[EARLIER_FILE_CORRECTED] = { "corrected status",
		"its figure is a guess: 3000 tokens for each of 15 requests", false },
	[EARLIER_FILE_PRESENT] = { "track-tokens",
		"it is of this program, not of an earlier tracker", false },
};

const char *earlier_file_format_name(enum earlier_file_format format)
{
	return formats[format].name;
}

bool earlier_file_has_branches(enum earlier_file_format format)
{
	return formats[format].has_branches;
}

const char *earlier_file_refusal(enum earlier_file_format format)
{
	return formats[format].refusal;
}

/* --- reading ------------------------------------------------------------------- */

/* What nobody recognised may be a document that is cut off: say where. */
static enum tt_code refuse(
	const struct earlier_file *file, enum earlier_file_format format, struct tt_error *err)
{
	struct json_reader r;

	json_reader_init(&r, file->text, file->len);
	r.lenient = true;
	if (format == EARLIER_FILE_UNKNOWN && file->len &&
		(json_peek(&r) == JSON_OBJECT || json_peek(&r) == JSON_ARRAY)) {
		json_skip(&r);
		json_reader_end(&r);
		if (json_reader_error(&r, err) != TT_OK)
			return err->code;
	}
	return tt_fail(err, TT_EINPUT, "%s", earlier_file_refusal(format));
}

static enum tt_code read_format(
	struct earlier_reading *r, enum earlier_file_format format, struct tt_error *err)
{
	const struct earlier_file *file = r->file;
	const struct entry_sink *entries = r->sink ? &r->sink->entries : NULL;

	switch (format) {
	case EARLIER_FILE_BRANCH:
		return earlier_read(file->text, file->len, true, entries, err);
	case EARLIER_FILE_AGGREGATE:
		return earlier_read_aggregate(file->text, file->len, true, entries, err);
	case EARLIER_FILE_CSV:
		return earlier_read_csv(r, err);
	case EARLIER_FILE_ROWS:
		return earlier_read_rows(r, err);
	case EARLIER_FILE_CYCLE:
	case EARLIER_FILE_REQUEST:
		return earlier_read_cycle(r, format, err);
	case EARLIER_FILE_CYCLE_LOG:
	case EARLIER_FILE_MONITOR_LOG:
	case EARLIER_FILE_TOKEN_LOG:
	case EARLIER_FILE_HOOK_LOG:
		return earlier_read_log(r, err);
	case EARLIER_FILE_DATABASE:
		return earlier_read_database(r, err);
	case EARLIER_FILE_SESSION_LIST:
		return earlier_read_session_list(r, err);
	case EARLIER_FILE_CLIENT:
		return earlier_read_client(r, err);
	default:
		return earlier_read_windows(r, format, err);
	}
}

enum tt_code earlier_file_read(struct earlier_file_skipped *skipped,
	const struct earlier_file *file, const struct earlier_file_sink *sink, struct tt_error *err)
{
	struct earlier_file_skipped count = { 0 };
	struct earlier_reading r = { .file = file, .sink = sink, .skipped = &count };
	enum earlier_file_format format = earlier_file_sniff(file->text, file->len);

	if (earlier_file_refusal(format))
		return refuse(file, format, err);
	if (read_format(&r, format, err) != TT_OK)
		return err->code;
	*skipped = count;
	return TT_OK;
}
