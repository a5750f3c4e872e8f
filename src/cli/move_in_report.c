/* SPDX-License-Identifier: MIT */
#include "base/cleanup.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "move_in.h"

enum state { STATE_NEW, STATE_TAKEN, STATE_NOTHING, STATE_REFUSED };

static const char *const state_names[] = {
	[STATE_NEW] = "new",
	[STATE_TAKEN] = "taken",
	[STATE_NOTHING] = "nothing",
	[STATE_REFUSED] = "refused",
};

static enum state state_of(const struct move_file *file)
{
	if (file->refused)
		return STATE_REFUSED;
	if (file->fresh)
		return STATE_NEW;
	return file->there || file->format == EARLIER_FILE_PRESENT ? STATE_TAKEN : STATE_NOTHING;
}

struct sums {
	int64_t files, entries, tokens, corrected;
};

/* What copies of earlier runs lose is told by the files of this one. */
static struct sums sum_up(const struct moving *m)
{
	struct sums sums = { 0 };

	for (size_t i = 0; i < m->count; i++) {
		const struct move_file *file = &m->files[i];

		if (file->refused)
			continue;
		sums.entries += file->fresh;
		sums.tokens += file->tokens;
		sums.files += !file->is_backup && file->fresh > 0;
		sums.corrected += file->is_backup ? file->tokens : 0;
	}
	return sums;
}

size_t move_refused(const struct moving *m, size_t *shown)
{
	size_t count = 0;

	*shown = 0;
	for (size_t i = 0; i < m->count; i++) {
		*shown += !m->files[i].is_backup;
		count += !m->files[i].is_backup && m->files[i].refused;
	}
	return count;
}

/* --- JSON ------------------------------------------------------------------------ */

static void put_skips(struct json_writer *w, const struct move_file *file)
{
	json_key(w, "skipped");
	json_open(w, '[');
	for (size_t i = 0; i < file->skip_count; i++) {
		json_open(w, '{');
		json_put_string(w, "why", file->skips[i].why);
		json_put_int(w, "count", file->skips[i].count);
		json_close(w, '}');
	}
	json_close(w, ']');
}

static void put_file(struct json_writer *w, const struct move_file *file)
{
	json_open(w, '{');
	json_put_string(w, "path", file->shown);
	json_put_string(w, "format", earlier_file_format_name(file->format));
	json_put_string(w, "state", state_names[state_of(file)]);
	json_put_string(w, "reason", file->refused);
	json_put_int(w, "found", file->found);
	json_put_int(w, "entries", file->refused ? 0 : file->fresh);
	json_put_int(w, "tokens", file->refused ? 0 : file->tokens);
	json_put_int(w, "unsplit", file->refused ? 0 : file->unsplit);
	json_put_int(w, "estimated", file->refused ? 0 : file->estimated);
	put_skips(w, file);
	json_close(w, '}');
}

static void add_json(
	struct strbuf *out, const struct moving *m, enum move_report what, const char *backups)
{
	static const char *const modes[] = { "moved", "dry-run", "status" };
	struct json_writer w = { .out = out };
	struct sums sums = sum_up(m);

	json_open(&w, '{');
	json_put_int(&w, "version", 1);
	json_put_string(&w, "mode", modes[what]);
	json_key(&w, "files");
	json_open(&w, '[');
	for (size_t i = 0; i < m->count; i++)
		if (!m->files[i].is_backup)
			put_file(&w, &m->files[i]);
	json_close(&w, ']');
	json_put_int(&w, "entries", sums.entries);
	json_put_int(&w, "tokens", sums.tokens);
	json_put_string(&w, "backups", backups);
	json_close(&w, '}');
	strbuf_addch(out, '\n');
}

/* --- text ---------------------------------------------------------------------------- */

static void add_counted(struct strbuf *out, int64_t count, const char *one, const char *many)
{
	text_add_count(out, count);
	strbuf_addf(out, " %s", count == 1 ? one : many);
}

static void add_tokens(struct strbuf *out, const struct move_file *file)
{
	strbuf_addstr(out, "    ");
	add_counted(out, file->fresh, "entry", "entries");
	strbuf_addstr(out, ", ");
	add_counted(out, file->tokens, "token", "tokens");
	if (file->unsplit > 0) {
		strbuf_addstr(out, "; input and output unknown of ");
		text_add_count(out, file->unsplit);
	}
	if (file->estimated > 0) {
		strbuf_addstr(out, "; estimated: ");
		text_add_count(out, file->estimated);
	}
	strbuf_addch(out, '\n');
}

static void add_outcome(struct strbuf *out, const struct move_file *file)
{
	if (file->refused) {
		strbuf_addstr(out, "    refused: ");
		text_add_visible(out, file->refused);
		strbuf_addch(out, '\n');
		return;
	}
	if (file->fresh)
		add_tokens(out, file);
	if (file->there) {
		strbuf_addstr(out, "    ");
		add_counted(out, file->there, "entry", "entries");
		strbuf_addstr(out, " moved in before\n");
	}
	for (size_t i = 0; i < file->skip_count; i++) {
		strbuf_addstr(out, "    ");
		text_add_count(out, file->skips[i].count);
		strbuf_addf(out, " left out: %s\n", file->skips[i].why);
	}
	if (file->format == EARLIER_FILE_PRESENT)
		strbuf_addf(out, "    %s\n", earlier_file_refusal(file->format));
	else if (!file->found && !file->skip_count)
		strbuf_addstr(out, "    no tokens in it\n");
}

static void add_file(struct strbuf *out, const struct move_file *file, enum move_report what)
{
	text_add_visible(out, file->shown);
	strbuf_addf(out, ": %s", earlier_file_format_name(file->format));
	if (what == MOVE_REPORT_STATUS)
		strbuf_addf(out, ", %s", state_names[state_of(file)]);
	strbuf_addch(out, '\n');
	add_outcome(out, file);
	if (file->set_aside) {
		strbuf_addstr(out, "    now called ");
		text_add_visible(out, file->set_aside);
		strbuf_addstr(out, ", so that it is not counted beside the ledger\n");
	}
}

static void add_total(
	struct strbuf *out, const struct moving *m, enum move_report what, const char *backups)
{
	struct sums sums = sum_up(m);

	if (sums.corrected) {
		strbuf_addstr(out, "Moved in before, and told better by these files: ");
		text_add_count(out, sums.corrected);
		strbuf_addstr(out, " tokens\n");
	}
	if (!sums.entries && !sums.tokens) {
		strbuf_addstr(out, "Nothing new to move in\n");
		return;
	}
	strbuf_addstr(out, what == MOVE_REPORT_DONE ? "Moved in: " : "To be moved in: ");
	add_counted(out, sums.entries, "entry", "entries");
	strbuf_addstr(out, ", ");
	add_counted(out, sums.tokens, "token", "tokens");
	strbuf_addstr(out, ", from ");
	add_counted(out, sums.files, "file", "files");
	strbuf_addch(out, '\n');
	if (what == MOVE_REPORT_DONE && sums.files) {
		strbuf_addstr(out, "Copies of these files: ");
		text_add_visible(out, backups);
		strbuf_addch(out, '\n');
	}
}

void move_report(
	struct strbuf *out, const struct moving *m, enum move_report what, const char *backups)
{
	size_t shown;

	(void)move_refused(m, &shown);
	if (m->ctx->common.json) {
		add_json(out, m, what, backups);
		return;
	}
	for (size_t i = 0; i < m->count; i++)
		if (!m->files[i].is_backup)
			add_file(out, &m->files[i], what);
	if (!shown)
		strbuf_addstr(out, "No file of an earlier tracker was found\n");
	else
		add_total(out, m, what, backups);
}
