/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "earlier_parts.h"

/* The logs of the earlier trackers: one line for each time that tokens were added,
 * among others that say nothing of tokens. */

enum { TIME_LEN = 19, LINE_MAX_LEN = 4096 };

/*
 * Shapes of lines.  %t time, %i input, %o output, %n another number, %s a name up to
 * the next character, %e True or False, %w a word of `estimated`.  What is left of
 * the line is malformed.
 */
struct shape {
	enum earlier_file_format format;
	enum earlier_what what;
	enum earlier_tracker tracker;
	const char *source;
	const char *pattern;
	const char *sign; /* a line with this is of this shape, or malformed */
	bool open_end;	  /* ends with a number: cut off, it would be another one */
	bool has_total;	  /* %n is the sum of the two */
};

static const struct shape shapes[] = {
	{ EARLIER_FILE_CYCLE_LOG, EARLIER_EVENT, EARLIER_CYCLE_TRACKER, "claude_usage.log",
		"%t | Input: %i, Output: %o, Estimated: %e", " | Input: ", false, false },
	{ EARLIER_FILE_CYCLE_LOG, EARLIER_EVENT, EARLIER_CYCLE_TRACKER, "claude_usage.log",
		"[%t] Updated tokens - Input: %i, Output: %o, Total: %n", "] Updated tokens - ",
		true, false },
	{ EARLIER_FILE_MONITOR_LOG, EARLIER_ECHO, EARLIER_CYCLE_TRACKER, "token_monitor.log",
		"[%t] Monitor: %w - Input: %i, Output: %o", "] Monitor: ", true, false },
	{ EARLIER_FILE_TOKEN_LOG, EARLIER_EVENT, EARLIER_WINDOW_TRACKER, "token-usage.log",
		"%t [%s] Real tokens: input=%i, output=%o, total=%n", "] Real tokens: ", true,
		true },
	{ EARLIER_FILE_HOOK_LOG, EARLIER_ECHO, EARLIER_WINDOW_TRACKER, "hook-tracking.log",
		"%t [TOKEN-HOOK%s] Tracking tokens: input=%i, output=%o",
		"] Tracking tokens: ", true, false },
	{ EARLIER_FILE_HOOK_LOG, EARLIER_ECHO, EARLIER_WINDOW_TRACKER, "hook-tracking.log",
		"%t [TOKEN-HOOK%s] Extracted tokens: input=%i, output=%o",
		"] Extracted tokens: ", true, false },
};
enum { SHAPES = sizeof shapes / sizeof *shapes };

/* Lines without tokens by which a log is known. */
static const struct {
	enum earlier_file_format format;
	const char *sign;
} others[] = {
	{ EARLIER_FILE_MONITOR_LOG, "] Activity: process_detected" },
	{ EARLIER_FILE_HOOK_LOG, " [TOKEN-HOOK" },
	{ EARLIER_FILE_CYCLE_LOG, "] Starting Claude activity monitor" },
	{ EARLIER_FILE_CYCLE_LOG, "] Claude-related processes detected" },
	{ EARLIER_FILE_CYCLE_LOG, "] Detected potential Claude conversation" },
	{ EARLIER_FILE_CYCLE_LOG, "] Auto-resetting token usage" },
};

/* --- lines ---------------------------------------------------------------- */

struct line {
	const char *at;
	size_t len;
	bool whole; /* with its line break */
};

static bool next_line(struct line *line, const char **at, const char *end)
{
	const char *stop;

	if (*at >= end)
		return false;
	stop = memchr(*at, '\n', (size_t)(end - *at));
	*line = (struct line){ *at, (size_t)((stop ? stop : end) - *at), stop != NULL };
	*at = stop ? stop + 1 : end;
	while (line->len && (line->at[line->len - 1] == '\r' || line->at[line->len - 1] == ' '))
		line->len--;
	return true;
}

static bool has_sign(const struct line *line, const char *sign)
{
	return memmem(line->at, line->len, sign, strlen(sign)) != NULL;
}

static const struct shape *find_shape(const struct line *line)
{
	for (int i = 0; i < SHAPES; i++)
		if (has_sign(line, shapes[i].sign))
			return &shapes[i];
	return NULL;
}

enum earlier_file_format earlier_log_sniff(const char *text, size_t len)
{
	const char *at = text, *end = text + len;
	struct line line;

	while (next_line(&line, &at, end)) {
		const struct shape *shape = find_shape(&line);

		if (shape)
			return shape->format;
		for (size_t i = 0; i < sizeof others / sizeof *others; i++)
			if (has_sign(&line, others[i].sign))
				return others[i].format;
	}
	return EARLIER_FILE_UNKNOWN;
}

/* --- one line --------------------------------------------------------------- */

struct fields {
	char time[TIME_LEN + 1];
	struct json_text name; /* of the server, or of what added */
	int64_t input, output, other;
	bool estimated;
};

static bool take_number(int64_t *out, const char **at, const char *end)
{
	int64_t value = 0;
	const char *start = *at;

	for (; *at < end && **at >= '0' && **at <= '9'; (*at)++) {
		value = value * 10 + (**at - '0');
		if (value > USAGE_MAX)
			return false;
	}
	*out = value;
	return *at > start;
}

static bool take_word(const char **at, const char *end, const char *word)
{
	size_t len = strlen(word);

	if ((size_t)(end - *at) < len || memcmp(*at, word, len) != 0)
		return false;
	*at += len;
	return true;
}

static bool take_name(struct json_text *out, const char **at, const char *end, char stop)
{
	const char *found = memchr(*at, stop, (size_t)(end - *at));

	if (!found)
		return false;
	*out = (struct json_text){ *at, (size_t)(found - *at) };
	*at = found;
	return out->len <= ENTRY_NAME_MAX;
}

static bool take_yes_or_no(
	bool *out, const char **at, const char *end, const char *yes, const char *no)
{
	*out = take_word(at, end, yes);
	return *out || take_word(at, end, no);
}

static bool take_field(struct fields *f, const char **at, const char *end, const char *directive)
{
	switch (directive[0]) {
	case 't':
		if (end - *at < TIME_LEN)
			return false;
		memcpy(f->time, *at, TIME_LEN);
		f->time[TIME_LEN] = '\0';
		*at += TIME_LEN;
		return true;
	case 'i':
		return take_number(&f->input, at, end);
	case 'o':
		return take_number(&f->output, at, end);
	case 'n':
		return take_number(&f->other, at, end);
	case 's':
		return take_name(&f->name, at, end, directive[1]);
	case 'e':
		return take_yes_or_no(&f->estimated, at, end, "True", "False");
	default:
		return take_yes_or_no(&f->estimated, at, end, "clipboard", "manual_request");
	}
}

static bool match(struct fields *f, const struct line *line, const struct shape *shape)
{
	const char *at = line->at, *end = line->at + line->len;

	for (const char *p = shape->pattern; *p; p++) {
		if (*p == '%') {
			p++;
			if (!take_field(f, &at, end, p))
				return false;
		} else if (at == end || *at++ != *p) {
			return false;
		}
	}
	if (at != end || (shape->open_end && !line->whole))
		return false;
	return !shape->has_total || f->other == f->input + f->output;
}

/* --- the log ------------------------------------------------------------------ */

struct log {
	struct earlier_reading *r;
	struct entry_v1_seen *seen; /* equal lines of one second are different ones */
	bool after_detection;	    /* the line before says that what follows is an estimate */
};

static enum tt_code send_line(
	struct log *log, const struct shape *shape, const struct fields *f, struct tt_error *err)
{
	_autofree_ char *name = f->name.len ? xstrndup(f->name.at, f->name.len) : NULL;
	_autofree_ char *values =
		xasprintf("%s|%" PRId64 "|%" PRId64, name ? name : "", f->input, f->output);
	const struct entry_v1 same = { f->time, 0, values };
	_autofree_ char *key =
		xasprintf("%s|%s|%d", f->time, values, entry_v1_ordinal(&log->seen, &same));
	struct earlier_usage u = { .what = shape->what,
		.tracker = shape->tracker,
		.kind = f->estimated ? ENTRY_ESTIMATED : ENTRY_MANUAL,
		.source = shape->source,
		.key = key,
		.usage = { .input = f->input, .output = f->output },
		.requests = 1,
		.messages = shape->tracker == EARLIER_WINDOW_TRACKER,
		.server = shape->format == EARLIER_FILE_TOKEN_LOG ? name : NULL };

	if (!instant_parse_naive(&u.time, f->time, false) || !entry_time_is_valid(u.time)) {
		log->r->skipped->lines++;
		return TT_OK;
	}
	return earlier_send(log->r, &u, err);
}

static enum tt_code read_line(struct log *log, const struct line *line, struct tt_error *err)
{
	const struct shape *shape = find_shape(line);
	struct fields f = { .estimated = false };

	if (!shape) {
		log->after_detection = has_sign(line, "] Detected potential Claude conversation");
		return TT_OK;
	}
	if (line->len > LINE_MAX_LEN || !match(&f, line, shape)) {
		log->r->skipped->lines++;
		return TT_OK;
	}
	f.estimated = f.estimated || log->after_detection;
	log->after_detection = false;
	return send_line(log, shape, &f, err);
}

enum tt_code earlier_read_log(struct earlier_reading *r, struct tt_error *err)
{
	const char *at = r->file->text, *end = at + r->file->len;
	struct log log = { .r = r };
	enum tt_code code = TT_OK;
	struct line line;

	while (code == TT_OK && next_line(&line, &at, end))
		code = read_line(&log, &line, err);
	entry_v1_seen_freep(&log.seen);
	return code;
}
