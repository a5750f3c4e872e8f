/* SPDX-License-Identifier: MIT */
#include "head_log_line.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { SHA1_HEX = 40, SHA256_HEX = 64, MS = 1000 };

static const char heads[] = "refs/heads/";

static size_t hex_length(const char *text)
{
	return strspn(text, "0123456789abcdef");
}

bool head_line_is_object_id(const char *text)
{
	size_t len = hex_length(text);

	return (len == SHA1_HEX || len == SHA256_HEX) && !text[len];
}

/* Cut the word at *rest off; what is behind its space is the new rest. */
static const char *take_word(char **rest)
{
	char *word = *rest, *space = strchr(word, ' ');

	if (!space)
		return NULL;
	*space = '\0';
	*rest = space + 1;
	return word;
}

/* --- messages ---------------------------------------------------------------------- */

static char *behind(char *text, const char *prefix)
{
	return text_starts_with(text, prefix) ? text + strlen(prefix) : NULL;
}

/* "moving from A to B".  A is a branch or an id and has no space, but B is as it
 * was typed: ":/some words". */
static bool parse_checkout(struct head_line *out, char *text)
{
	char *from = behind(text, "moving from "), *to;

	out->from = from ? take_word(&from) : NULL;
	to = out->from ? behind(from, "to ") : NULL;
	if (!to || !*to || !*out->from)
		return false;
	out->to = to;
	out->move = HEAD_LEAVES;
	return true;
}

/* "renamed refs/heads/A to refs/heads/B" */
static bool parse_rename(struct head_line *out, char *text)
{
	char *from = behind(text, "renamed refs/heads/"), *to;

	out->from = from ? take_word(&from) : NULL;
	to = out->from ? behind(from, "to refs/heads/") : NULL;
	if (!to || !*to || !*out->from)
		return false;
	out->to = to;
	out->move = HEAD_RENAMED;
	return true;
}

/*
 * "<command> (start): checkout <onto>"
 * "<command> (finish): returning to refs/heads/B", or "(abort)", or elder
 * "rebase finished"
 * "rebase: checkout B": `git rebase X B` has nothing to do and only goes to B;
 * elder versions began every rebase with it.
 * The command is as it was typed: "pull -q --rebase origin main".
 */
static bool parse_rebase(struct head_line *out, const char *action, char *text)
{
	char *onto = behind(text, "checkout "), *to = behind(text, "returning to ");

	if (onto && text_ends_with(action, " (start)")) {
		out->move = HEAD_REBASES;
		return true;
	}
	if (to && (text_ends_with(action, " (finish)") || text_ends_with(action, " (abort)") ||
			  text_ends_with(action, " finished"))) {
		out->to = behind(to, heads);
		out->move = HEAD_RETURNS;
		return out->to && *out->to && !strchr(out->to, ' ');
	}
	if (onto && *onto && strcmp(action, "rebase") == 0 && !strchr(onto, ' ')) {
		out->to = onto;
		out->move = HEAD_LEAVES;
		return true;
	}
	return false;
}

static bool is_known_action(const char *action)
{
	static const char *const known[] = { "am", "cherry-pick", "clone", "commit", "fetch",
		"merge", "pull", "push", "rebase", "reset", "revert" };
	size_t len = strcspn(action, " :");

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strlen(known[i]) == len && memcmp(known[i], action, len) == 0)
			return true;
	return false;
}

/* "<action>: <rest>".  What people wrote (subjects) stands in the rest only, and
 * whatever it looks like, the action before it is another one. */
static void parse_message(struct head_line *out, char *message)
{
	char *colon = strstr(message, ": "), *rest;
	bool moves = false;

	out->is_explained = is_known_action(message);
	out->is_first = out->from_nothing && text_starts_with(message, "commit (initial)");
	if (!colon)
		return;
	*colon = '\0';
	rest = colon + 2;
	if (strcmp(message, "checkout") == 0)
		moves = parse_checkout(out, rest);
	else if (strcmp(message, "Branch") == 0)
		moves = parse_rename(out, rest);
	else
		moves = parse_rebase(out, message, rest);
	if (!moves) {
		out->move = HEAD_STAYS;
		out->from = out->to = NULL;
	}
}

/* --- lines --------------------------------------------------------------------------- */

bool head_line_parse(struct head_line *out, char *line)
{
	static char nothing[] = "";
	char *rest = line, *tab = strchr(line, '\t'), *angle, *end;

	*out = (struct head_line){ .move = HEAD_STAYS };
	if (tab)
		*tab = '\0';
	out->old_id = take_word(&rest);
	out->new_id = out->old_id ? take_word(&rest) : NULL;
	if (!out->new_id || !head_line_is_object_id(out->old_id) ||
		!head_line_is_object_id(out->new_id))
		return false;
	angle = strrchr(rest, '>');
	if (!angle)
		return false;
	out->seconds = strtoll(angle + 1, &end, 10);
	if (end == angle + 1 || out->seconds < 0 || out->seconds > INT64_MAX / MS)
		return false;
	out->from_nothing = strspn(out->old_id, "0") == strlen(out->old_id);
	parse_message(out, tab ? tab + 1 : nothing);
	return true;
}
