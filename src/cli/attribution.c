/* SPDX-License-Identifier: MIT */
#include "cli/attribution.h"

#include <stdlib.h>
#include <string.h>

#include "attribution_place.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/text_cache.h"
#include "base/trace.h"
#include "cli/record.h"
#include "vcs/head_log.h"

#define uthash_fatal(msg) mem_exhausted()
#include <uthash.h>

/* What the hook saw counts for answers of about that time: it runs within
 * seconds of them. */
enum { SIGHTING_MS = 15 * 60 * 1000 };

/* The log of a worktree's HEAD. */
struct log_node {
	char *git_dir;
	struct head_log *log;
	UT_hash_handle hh;
};

struct attribution {
	struct usage_index *index;
	const struct prices *prices;
	struct places *places;
	struct log_node *logs;
	struct text_cache cache;
	struct arena arena;	     /* of what is handed out */
	struct strbuf class, branch; /* of the present response */
	struct strbuf told;	     /* the last decision that was traced */
	/* the day of all times in [from, from + an hour) */
	int64_t hour;
	struct day day;
	bool has_hour;
};

struct attribution *attribution_new(struct usage_index *index, const struct prices *prices)
{
	struct attribution *a = xcalloc(1, sizeof *a);

	a->index = index;
	a->prices = prices;
	a->places = places_new(index);
	a->class = (struct strbuf)STRBUF_INIT;
	a->branch = (struct strbuf)STRBUF_INIT;
	a->told = (struct strbuf)STRBUF_INIT;
	return a;
}

void attribution_free(struct attribution *a)
{
	struct log_node *node, *next;

	if (!a)
		return;
	HASH_ITER (hh, a->logs, node, next) {
		HASH_DEL(a->logs, node);
		head_log_free(node->log);
		free(node->git_dir);
		free(node);
	}
	places_free(a->places);
	arena_release(&a->arena);
	strbuf_release(&a->class);
	strbuf_release(&a->branch);
	strbuf_release(&a->told);
	free(a);
}

void attribution_freep(struct attribution **a)
{
	attribution_free(*a);
}

enum tt_code attribution_add_worktree(
	struct attribution *a, const struct worktree_record *w, struct tt_error *err)
{
	return places_add_worktree(a->places, w, err);
}

enum tt_code attribution_repository(struct attribution *a, const char *cwd, int64_t *repository,
	const char **git_dir, struct tt_error *err)
{
	const struct place *place;

	if (places_find(a->places, cwd, &place, err) != TT_OK)
		return err->code;
	*repository = place->repository;
	if (git_dir)
		*git_dir = place->git_dir;
	return TT_OK;
}

/* --- the day ---------------------------------------------------------------------- */

/* No zone's days begin but at a quarter of an hour. */
enum { QUARTER_MS = 15 * 60 * 1000 };

static struct day day_of(struct attribution *a, struct instant t)
{
	int64_t quarter = t.ms / QUARTER_MS;

	if (!a->has_hour || a->hour != quarter) {
		a->hour = quarter;
		a->day = instant_local_day(t);
		a->has_hour = true;
	}
	return a->day;
}

/* --- the branch --------------------------------------------------------------------- */

static const struct head_log *find_log(struct attribution *a, const char *git_dir)
{
	struct log_node *node = text_cache_get(&a->cache, git_dir);

	if (!node)
		HASH_FIND_STR(a->logs, git_dir, node);
	if (!node) {
		node = xcalloc(1, sizeof *node);
		node->git_dir = xstrdup(git_dir);
		node->log = head_log_load(git_dir);
		HASH_ADD_KEYPTR(hh, a->logs, node->git_dir, strlen(node->git_dir), node);
	}
	text_cache_put(&a->cache, git_dir, node->git_dir, node);
	return node->log;
}

/* A name that no ledger can have says nothing. */
static bool is_usable(const char *branch)
{
	if (!branch || !*branch || strlen(branch) > ENTRY_NAME_MAX ||
		!utf8_is_valid(branch, strlen(branch)))
		return false;
	for (; *branch; branch++)
		if ((unsigned char)*branch < 0x20 || *branch == 0x7f)
			return false;
	return true;
}

static void decide(struct placement *out, const char *branch, enum branch_reason reason)
{
	if (out->branch || !is_usable(branch))
		return;
	out->branch = branch;
	out->reason = reason;
}

static enum tt_code decide_by_sighting(struct placement *out, struct attribution *a,
	const struct response *r, struct tt_error *err)
{
	const char *branch;
	int64_t repository;
	enum tt_code code;

	if (out->branch || !r->session)
		return TT_OK;
	code = usage_index_find_sighting(
		a->index, r->session, r->time, SIGHTING_MS, &a->arena, &repository, &branch, err);
	if (code == TT_ENOTFOUND)
		return TT_OK;
	if (code == TT_OK && repository == out->repository)
		decide(out, branch, BRANCH_BY_SIGHTING);
	return code;
}

/* The log is right wherever it speaks; within the second of a switch the line is
 * the better witness, and where it is silent too, HEAD now. */
static enum tt_code decide_branch(struct placement *out, struct attribution *a,
	const struct place *place, const struct response *r, struct tt_error *err)
{
	enum head_answer answer = HEAD_UNKNOWN;

	strbuf_reset(&a->branch);
	if (place->git_dir)
		answer = head_log_branch(&a->branch, find_log(a, place->git_dir), r->time);
	if (answer == HEAD_CERTAIN && !place->is_guess)
		decide(out, a->branch.buf, BRANCH_BY_REFLOG);
	decide(out, r->git_branch, BRANCH_BY_RECORD);
	if (answer == HEAD_SWITCHING || answer == HEAD_CERTAIN)
		decide(out, a->branch.buf, BRANCH_BY_REFLOG);
	if (decide_by_sighting(out, a, r, err) != TT_OK)
		return err->code;
	if (answer == HEAD_UNLOGGED)
		decide(out, a->branch.buf, BRANCH_BY_HEAD);
	decide(out, place->branch, BRANCH_BY_RECORD);
	return TT_OK;
}

/* Answers come in long runs of the same: only where it changes. */
static void trace_decision(
	struct attribution *a, const struct response *r, const struct placement *p)
{
	_cleanup_(strbuf_release) struct strbuf line = STRBUF_INIT;

	if (!trace_wanted())
		return;
	strbuf_addf(&line, "answers made in '%s': ", r->cwd ? r->cwd : "?");
	if (!p->repository)
		strbuf_addstr(&line, "no repository");
	else
		strbuf_addf(&line, "branch '%s' by %s", p->branch ? p->branch : "?",
			branch_reason_name(p->reason));
	if (strcmp(line.buf, a->told.buf) == 0)
		return;
	trace("%s", line.buf);
	strbuf_reset(&a->told);
	strbuf_add(&a->told, line.buf, line.len);
}

enum tt_code attribution_decide(struct attribution *a, const struct response *r,
	struct placement *out, struct tt_error *err)
{
	struct placement decided = { .day = day_of(a, r->time) };
	const struct place *place;

	strbuf_reset(&a->class);
	response_price_class(&a->class, r, a->prices, decided.day);
	decided.price_class = a->class.buf;
	if (r->cwd) {
		if (places_find(a->places, r->cwd, &place, err) != TT_OK)
			return err->code;
		decided.repository = place->repository;
		if (place->repository && decide_branch(&decided, a, place, r, err) != TT_OK)
			return err->code;
	}
	trace_decision(a, r, &decided);
	*out = decided;
	return TT_OK;
}
