/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/sha256.h"
#include "base/text.h"
#include "requests.h"
#include "round.h"
#include "sharing.h"
#include "user_log.h"
#include "watch_seen.h"

/* Another collector is a hook, and quick. */
enum { WAIT_MS = 5000, ANSWER_MAX = 16 * 1024 * 1024 };

/* --- what was seen ---------------------------------------------------------------------- */

void watch_paths_clear(struct watch_paths *paths)
{
	for (size_t i = 0; i < paths->count; i++)
		free(paths->items[i]);
	*paths = (struct watch_paths){ 0 };
}

void watch_paths_add_all(struct watch_paths *paths)
{
	watch_paths_clear(paths);
	paths->all = true;
}

void watch_paths_add(struct watch_paths *paths, const char *path)
{
	if (paths->all)
		return;
	for (size_t i = 0; i < paths->count; i++)
		if (strcmp(paths->items[i], path) == 0)
			return;
	if (paths->count == WATCH_PATHS)
		watch_paths_add_all(paths);
	else
		paths->items[paths->count++] = xstrdup(path);
}

bool watch_paths_is_empty(const struct watch_paths *paths)
{
	return !paths->all && !paths->count;
}

bool watch_seen_is_empty(const struct watch_seen *seen)
{
	return watch_paths_is_empty(&seen->transcripts) && watch_paths_is_empty(&seen->answers) &&
	       !seen->client_state && !seen->requests && !seen->clipboard;
}

void watch_seen_clear(struct watch_seen *seen)
{
	watch_paths_clear(&seen->transcripts);
	watch_paths_clear(&seen->answers);
	*seen = (struct watch_seen){ 0 };
}

void watch_paths_merge(struct watch_paths *into, const struct watch_paths *from)
{
	if (from->all)
		watch_paths_add_all(into);
	for (size_t i = 0; i < from->count; i++)
		watch_paths_add(into, from->items[i]);
}

void watch_seen_merge(struct watch_seen *into, struct watch_seen *from)
{
	watch_paths_merge(&into->transcripts, &from->transcripts);
	watch_paths_merge(&into->answers, &from->answers);
	into->client_state |= from->client_state;
	into->requests |= from->requests;
	into->clipboard |= from->clipboard;
	watch_seen_clear(from);
}

/* --- one round --------------------------------------------------------------------------- */

struct round {
	const struct watch_job *job;
	struct watch_outcome done;
	struct strbuf unreadable;
};

static void note_problem(struct round *r, const struct tt_error *problem)
{
	if (r->done.problem.code == TT_OK)
		r->done.problem = *problem;
}

/* It may be half written: it is tried again. */
static void note_unreadable(struct round *r, const char *path, struct tt_error *problem)
{
	(void)tt_context(problem, "'%s'", path);
	note_problem(r, problem);
	strbuf_add(&r->unreadable, path, strlen(path) + 1);
}

/* The same file with the same content is the same answer, also where it has no id. */
static void answer_key(struct strbuf *out, const char *path, const struct strbuf *text)
{
	_cleanup_(strbuf_release) struct strbuf both = STRBUF_INIT;
	char hash[SHA256_TEXT];

	strbuf_add(&both, path, strlen(path) + 1);
	strbuf_add(&both, text->buf, text->len);
	sha256_hex(hash, both.buf, both.len);
	strbuf_addf(out, "file:%s", hash);
}

static enum tt_code take_answer(
	struct round *r, struct collector *c, const char *path, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT, key = STRBUF_INIT;
	struct round_answer answer = { .cwd = r->job->cwd };
	struct tt_error problem = TT_ERROR_INIT;

	if (fs_read(&text, AT_FDCWD, path, ANSWER_MAX, path, &problem) == TT_OK) {
		answer_key(&key, path, &text);
		answer.key = key.buf;
		answer.json = text.buf;
		answer.len = text.len;
		(void)round_answer(c, &answer, &problem);
	}
	if (problem.code == TT_EINPUT || problem.code == TT_EIO)
		note_unreadable(r, path, &problem);
	else if (problem.code != TT_OK && problem.code != TT_ENOTFOUND)
		return tt_fail(err, problem.code, "%s", problem.msg);
	return TT_OK;
}

static enum tt_code take_all_answers(struct round *r, struct collector *c, struct tt_error *err)
{
	DIR *dir = opendir(r->job->dir);
	const struct dirent *entry;
	enum tt_code code = TT_OK;

	while (dir && code == TT_OK && (entry = readdir(dir))) {
		_autofree_ char *path = xasprintf("%s/%s", r->job->dir, entry->d_name);

		if (entry->d_name[0] != '.' && text_ends_with(path, ".json"))
			code = take_answer(r, c, path, err);
	}
	if (dir)
		(void)closedir(dir);
	return code;
}

static enum tt_code take_answers(struct round *r, struct collector *c, struct tt_error *err)
{
	const struct watch_paths *paths = &r->job->seen->answers;
	int64_t before = c->new_responses;

	if (paths->all && take_all_answers(r, c, err) != TT_OK)
		return err->code;
	for (size_t i = 0; i < paths->count; i++)
		if (take_answer(r, c, paths->items[i], err) != TT_OK)
			return err->code;
	r->done.answers = c->new_responses - before;
	return TT_OK;
}

static enum tt_code take_transcripts(struct round *r, struct collector *c, struct tt_error *err)
{
	const struct watch_paths *paths = &r->job->seen->transcripts;

	if (paths->all)
		return collect_everything(c, err);
	for (size_t i = 0; i < paths->count; i++)
		if (round_transcript(c, paths->items[i], err) != TT_OK)
			return err->code;
	return TT_OK;
}

static enum tt_code collect(struct round *r, struct tt_error *err)
{
	const struct watch_seen *seen = r->job->seen;
	const struct collect_options how = { .wait_ms = WAIT_MS };
	_cleanup_(collect_close) struct collector c = { .state = USER_STATE_INIT };

	if (collect_open(&c, r->job->ctx, &how, err) != TT_OK ||
		take_transcripts(r, &c, err) != TT_OK || take_answers(r, &c, err) != TT_OK)
		return err->code;
	r->done.transcripts_again = c.failed > 0;
	if (c.failed)
		note_problem(r, &c.problem);
	r->done.responses = c.new_responses;
	r->done.transcripts = (int64_t)c.read;
	return round_finish(&c, r->job->who, seen->transcripts.all, err);
}

/* How many requests wait that can be read. */
static size_t count_requests(void)
{
	_cleanup_(strbuf_release) struct strbuf unreadable = STRBUF_INIT;
	size_t count = requests_survey(&unreadable);

	for (const char *at = unreadable.buf; count && (at = strchr(at, '\n')); at++)
		count--;
	return count;
}

static void take_requests(struct round *r)
{
	size_t before = count_requests(), after;

	if (!before)
		return;
	requests_take(r->job->ctx);
	after = count_requests();
	r->done.requests = after < before ? (int64_t)(before - after) : 0;
	r->done.requests_again = after > 0;
}

static enum tt_code take(struct round *r, struct tt_error *err)
{
	const struct watch_seen *seen = r->job->seen;
	struct tt_error problem = TT_ERROR_INIT;
	bool taken = false;

	if (!watch_paths_is_empty(&seen->transcripts) || !watch_paths_is_empty(&seen->answers)) {
		if (collect(r, err) != TT_OK)
			return err->code;
		(void)sharing_publish(true, NULL);
	}
	if (seen->clipboard && watch_clipboard(&taken, &r->done.clipboard, r->job->ctx, r->job->cwd,
				       &r->done.clipboard_problem) == TT_OK)
		r->done.estimates = taken;
	if (seen->requests || taken)
		take_requests(r);
	taken = false;
	if (seen->client_state && watch_snapshot(&taken, &problem) != TT_OK) {
		r->done.client_state_again = true;
		note_problem(r, &problem);
	}
	r->done.snapshots += taken;
	return TT_OK;
}

/* Of this process, all its threads. */
static int64_t processor_ms(void)
{
	struct timespec t = { 0 };

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void watch_round(struct strbuf *answer, void *job)
{
	struct round r = { .job = job, .unreadable = STRBUF_INIT };
	struct tt_error problem = TT_ERROR_INIT;

	(void)signal(SIGTERM, SIG_DFL);
	(void)signal(SIGINT, SIG_DFL);
	(void)signal(SIGHUP, SIG_DFL);
	r.done.clipboard = r.job->clipboard;
	r.done.code = take(&r, &problem);
	if (r.done.code != TT_OK)
		r.done.problem = problem;
	r.done.processor_ms = processor_ms();
	strbuf_add(answer, &r.done, sizeof r.done);
	strbuf_add(answer, r.unreadable.buf, r.unreadable.len);
	strbuf_release(&r.unreadable);
}
