/* SPDX-License-Identifier: MIT */
#include "ledger/ledger.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/json_reader.h"
#include "base/mem.h"
#include "base/text.h"
#include "internal.h"

struct ledger *ledger_new(void)
{
	struct ledger *l = xcalloc(1, sizeof *l);

	l->dirfd = -1;
	l->lock = -1;
	l->text = (struct strbuf)STRBUF_INIT;
	return l;
}

/* The arena stays: the place, the path and what callers borrowed live in it. */
void ledger_forget(struct ledger *l)
{
	const char *path = l->info.path;

	strbuf_release(&l->text);
	l->info = (struct ledger_info){ .path = path };
	l->count = 0;
	l->chain = l->chained = 0;
	l->pending_count = 0;
	l->unknown = NULL;
}

void ledger_free(struct ledger *l)
{
	if (!l)
		return;
	fs_unlock(&l->lock);
	if (l->dirfd >= 0)
		(void)close(l->dirfd);
	strbuf_release(&l->text);
	arena_release(&l->arena);
	free(l->lines);
	free(l->pending);
	free(l->name);
	free(l);
}

void ledger_freep(struct ledger **l)
{
	ledger_free(*l);
}

void ledger_name_repository(struct ledger *l, const char *repository)
{
	if (!l->info.repository)
		l->info.repository = arena_strdup(&l->arena, repository);
}

const struct ledger_info *ledger_info(const struct ledger *l)
{
	return &l->info;
}

size_t ledger_count(const struct ledger *l)
{
	return l->count;
}

void ledger_add_line(struct ledger *l, const char *at, size_t len)
{
	if (l->count == l->alloc) {
		l->alloc = l->alloc ? l->alloc * 2 : 64;
		l->lines = xreallocarray(l->lines, l->alloc, sizeof *l->lines);
	}
	l->lines[l->count++] = (struct ledger_line){ at, len };
}

/* Lines that were hashed once, when the file was read, are not hashed again. */
uint64_t ledger_checksum(struct ledger *l)
{
	const uint64_t totals[] = { (uint64_t)l->info.total_tokens, (uint64_t)l->info.sessions };

	for (; l->chained < l->count; l->chained++) {
		const struct ledger_line *line = &l->lines[l->chained];

		l->chain = text_hash(line->at, line->len, l->chain);
	}
	return (l->chain * 31 + totals[0]) * 31 + totals[1];
}

/* --- reading entries ------------------------------------------------------ */

static enum tt_code decode(struct ledger *l, size_t i, struct entry *out, struct tt_error *err)
{
	struct json_reader r;

	json_reader_init(&r, l->lines[i].at, l->lines[i].len);
	entry_decode(&r, &l->arena, out);
	json_reader_end(&r);
	if (json_reader_error(&r, err) == TT_OK)
		return TT_OK;
	return tt_context(err, "'%s', session %zu", l->info.path, i + 1);
}

enum tt_code ledger_entry(struct ledger *l, size_t i, struct entry *out, struct tt_error *err)
{
	if (i >= l->count)
		return tt_fail(err, TT_EBUG, "the ledger has no entry %zu", i);
	return decode(l, i, out, err);
}

static bool id_starts_with(const struct ledger_line *line, const char *prefix, size_t len)
{
	const char *id = line->at + LINE_ID_OFFSET;

	for (size_t i = 0; i < len; i++)
		if (tolower((unsigned char)prefix[i]) != id[i])
			return false;
	return true;
}

/* "it could be 1b2c3d4e..., 1b2cffee..." */
static enum tt_code ambiguous(
	const struct ledger *l, const char *prefix, size_t len, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf list = STRBUF_INIT;
	int named = 0;

	for (size_t i = 0; i < l->count && named < 8; i++)
		if (id_starts_with(&l->lines[i], prefix, len)) {
			strbuf_addf(&list, "%s%.*s", named ? ", " : "", 13,
				l->lines[i].at + LINE_ID_OFFSET);
			named++;
		}
	return tt_fail(err, TT_EUSAGE, "several entries begin with '%s': %s", prefix, list.buf);
}

enum tt_code ledger_find(struct ledger *l, const char *prefix, size_t *at, struct tt_error *err)
{
	_autofree_ char *shown = text_visible(prefix);
	size_t len = strlen(prefix), found = l->count;

	if (len < 4)
		return tt_fail(err, TT_EUSAGE,
			"'%s' is too short: give at least 4 characters of the entry's id", shown);
	for (size_t i = 0; len < ENTRY_ID_TEXT && i < l->count; i++) {
		if (!id_starts_with(&l->lines[i], prefix, len))
			continue;
		if (found != l->count)
			return ambiguous(l, prefix, len, err);
		found = i;
	}
	if (found == l->count)
		return tt_fail(err, TT_ENOTFOUND,
			"no entry of this branch has an id beginning '%s'", shown);
	*at = found;
	return TT_OK;
}

/* --- exports --------------------------------------------------------------- */

size_t ledger_pending_count(const struct ledger *l)
{
	return l->pending_count;
}

const struct ledger_pending *ledger_pending_at(const struct ledger *l, size_t i)
{
	return &l->pending[i];
}

void ledger_add_pending(struct ledger *l, const char *id, int64_t revision, const char *file)
{
	struct ledger_pending *item;

	if (l->pending_count == l->pending_alloc) {
		l->pending_alloc = l->pending_alloc ? l->pending_alloc * 2 : 8;
		l->pending = xreallocarray(l->pending, l->pending_alloc, sizeof *l->pending);
	}
	item = &l->pending[l->pending_count++];
	memcpy(item->id, id, ENTRY_ID_TEXT);
	item->revision = revision;
	item->file = file;
}

void ledger_confirm(struct ledger *l, size_t i)
{
	l->pending_count--;
	memmove(&l->pending[i], &l->pending[i + 1], (l->pending_count - i) * sizeof *l->pending);
}

void ledger_plan_export(struct ledger *l, const char *file)
{
	const char *name = arena_strdup(&l->arena, file);

	for (size_t i = 0; i < l->pending_count; i++)
		l->pending[i].file = name;
}

static void make_pending(struct ledger *l, const struct entry *e)
{
	for (size_t i = 0; i < l->pending_count; i++)
		if (strcmp(l->pending[i].id, e->id) == 0) {
			l->pending[i].revision = e->revision;
			l->pending[i].file = NULL;
			return;
		}
	ledger_add_pending(l, e->id, e->revision, NULL);
}

/* --- changing --------------------------------------------------------------- */

static size_t find_line(const struct ledger *l, const char *id)
{
	size_t i = 0;

	while (i < l->count && memcmp(l->lines[i].at + LINE_ID_OFFSET, id, ENTRY_ID_TEXT - 1) != 0)
		i++;
	return i;
}

/* The array of earlier states, with `old` joined to it. */
static const char *extend_history(struct ledger *l, const struct entry *old)
{
	_cleanup_(strbuf_release) struct strbuf history = STRBUF_INIT;

	if (old->history && strcmp(old->history, "[]") != 0) {
		strbuf_addstr(&history, old->history);
		strbuf_setlen(&history, history.len - 1);
		strbuf_addch(&history, ',');
	} else {
		strbuf_addch(&history, '[');
	}
	entry_encode(&history, old, ENTRY_FORM_EXPORT);
	strbuf_addch(&history, ']');
	return arena_strndup(&l->arena, history.buf, history.len);
}

/* Take line i out of the totals, and into the history of its next revision. */
static enum tt_code earlier_state(struct ledger *l, size_t i, struct entry *e, struct tt_error *err)
{
	struct entry old;

	if (decode(l, i, &old, err) != TT_OK)
		return err->code;
	if (e->revision <= old.revision)
		return tt_fail(err, TT_EUSAGE,
			"entry '%s' has revision %" PRId64 " already, and %" PRId64
			" is not higher",
			old.id, old.revision, e->revision);
	e->history = extend_history(l, &old);
	l->info.total_tokens -= entry_counted_tokens(&old);
	l->info.sessions -= ledger_counts_as_session(&old);
	return TT_OK;
}

static enum tt_code count_in(struct ledger *l, const struct entry *e, struct tt_error *err)
{
	if (entry_check(e, err) != TT_OK)
		return err->code;
	/* The total stands in JSON, too: USAGE_MAX bounds it like every count. */
	if (l->info.total_tokens + entry_counted_tokens(e) > USAGE_MAX)
		return tt_fail(err, TT_EINPUT,
			"the tokens of the branch would add up to more than %" PRId64, USAGE_MAX);
	l->info.total_tokens += entry_counted_tokens(e);
	l->info.sessions += ledger_counts_as_session(e);
	return TT_OK;
}

enum tt_code ledger_put(struct ledger *l, const struct entry *e, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf line = STRBUF_INIT;
	size_t i = find_line(l, e->id);
	struct ledger_info before = l->info;
	struct entry changed = *e;

	if ((i < l->count && earlier_state(l, i, &changed, err) != TT_OK) ||
		count_in(l, &changed, err) != TT_OK) {
		l->info = before;
		return err->code;
	}
	entry_encode(&line, &changed, ENTRY_FORM_LEDGER);
	if (i == l->count)
		ledger_add_line(l, NULL, 0);
	if (i < l->chained)
		l->chain = l->chained = 0;
	l->lines[i] =
		(struct ledger_line){ arena_strndup(&l->arena, line.buf, line.len), line.len };
	make_pending(l, &changed);
	return TT_OK;
}
