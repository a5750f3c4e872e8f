/* SPDX-License-Identifier: MIT */
/*
 * Drives the team store without files: made-up entries in, canonical lines out.
 *
 *	store_tool [-c MS] [-s MS] [-r MS] [-p K:FILE] URL migrate
 *	store_tool ... URL import FROM TO REVISION [SEED]
 *	store_tool ... URL export | cells | check
 *	store_tool DIRECTORY files FROM TO PER_FILE
 *
 * import sends the entries numbered FROM to TO-1, in an order that SEED
 * chooses; entry N is the same in every run of the same revision.  -p: after K
 * entries make FILE and wait until somebody removes it.  -c, -s, -r: limits
 * for connecting, for a statement, for retrying.  files writes the entries as
 * export files, 0.json and so on.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "cli/exit.h"
#include "exchange/export_file.h"
#include "store/store.h"

struct plan {
	int64_t from, to, revision, seed;
	int64_t pause_after;
	const char *pause_file; /* NULL: no pause */
};

static uint64_t mix(uint64_t x)
{
	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

static void make_entry(struct entry *e, char *notes, size_t size, int64_t number, int64_t revision)
{
	uint64_t hash = mix((uint64_t)number + 1);

	*e = (struct entry)ENTRY_INIT;
	(void)snprintf(e->id, sizeof e->id, "%08x-%04x-4%03x-8%03x-%012" PRIx64,
		(unsigned)(hash >> 32), (unsigned)(hash >> 16 & 0xffff), (unsigned)(hash & 0xfff),
		(unsigned)(number & 0xfff), (uint64_t)number);
	(void)snprintf(
		notes, size, "entry %" PRId64 "\ttab \\ back\\slash \"quote\" \xc3\xa9", number);
	e->revision = revision;
	e->kind = (enum entry_kind)(number % ENTRY_KINDS);
	e->source = number % 2 ? "manual" : NULL;
	e->timestamp.ms = INT64_C(1763888400123) + number * 1000;
	e->day.number = 20415 + (int32_t)(number % 30);
	e->usage = (struct usage){ number, number * 2, number % 7, 0, revision,
		(int64_t)(hash % 100000) };
	e->requests = number % 11;
	e->model = number % 3 ? "claude-opus-4-5" : NULL;
	e->session_id = number % 3 ? "d8e1a7f0-1111-4222-8333-444455556666" : NULL;
	e->has_last_activity = number % 2;
	e->last_activity.ms = e->timestamp.ms + 5000;
	e->has_cost = number % 3 == 1;
	e->cost_nano_usd = number * 1000003;
	e->notes = notes;
	e->commit = number % 5 ? NULL : "0123456789abcdef0123456789abcdef01234567";
	e->author = "dev@example.com";
	e->is_void = number % 13 == 0;
	e->unknown = number % 17 ? NULL : "\"x\":{\"y\":[1,2.5e3]}";
}

static void pause_here(const struct plan *plan)
{
	FILE *file = fopen(plan->pause_file, "w");

	if (file)
		fclose(file);
	while (access(plan->pause_file, F_OK) == 0)
		(void)usleep(10000);
}

static enum tt_code replay(void *ctx, const struct entry_sink *sink, struct tt_error *err)
{
	struct plan *plan = ctx;
	int64_t count = plan->to - plan->from;

	for (int64_t i = 0; i <= count; i++) {
		/* 7919 is prime: its multiples visit every number once. */
		int64_t number = plan->from + (i * 7919 + plan->seed) % (count ? count : 1);
		char branch[64], notes[128];
		struct entry e;

		if (plan->pause_file && i == plan->pause_after) {
			pause_here(plan);
			plan->pause_file = NULL;
		}
		if (i == count)
			break;
		make_entry(&e, notes, sizeof notes, number, plan->revision);
		(void)snprintf(branch, sizeof branch, "feature/%d", (int)(number % 10));
		if (sink->entry(sink->ctx, branch, &e, err) != TT_OK)
			return err->code;
	}
	return TT_OK;
}

static enum tt_code do_file(
	const char *dir, int64_t from, int64_t to, int64_t file, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	_autofree_ char *path = xasprintf("%s/%" PRId64 ".json", dir, file);
	const struct export_meta meta = { .branch = "main" };
	struct export_writer writer;
	FILE *out;
	char notes[128];
	struct entry e;
	int64_t total = 0;

	for (int64_t number = from; number < to; number++) {
		make_entry(&e, notes, sizeof notes, number, 1);
		total += entry_counted_tokens(&e);
	}
	export_begin(&writer, &text, &meta);
	export_branch(&writer, meta.branch, total);
	for (int64_t number = from; number < to; number++) {
		make_entry(&e, notes, sizeof notes, number, 1);
		export_entry(&writer, &e);
	}
	export_end(&writer);
	out = fopen(path, "w");
	if (!out || fwrite(text.buf, 1, text.len, out) != text.len || fclose(out) != 0)
		return tt_fail_errno(err, "cannot write '%s'", path);
	return TT_OK;
}

static enum tt_code do_files(const char *dir, char **words, struct tt_error *err)
{
	int64_t from = strtoll(words[0], NULL, 10), to = strtoll(words[1], NULL, 10);
	int64_t per_file = strtoll(words[2], NULL, 10), file = 0;

	for (int64_t at = from; at < to; at += per_file) {
		int64_t end = at + per_file < to ? at + per_file : to;

		if (do_file(dir, at, end, file++, err) != TT_OK)
			return err->code;
	}
	return TT_OK;
}

static enum tt_code do_import(struct store *store, struct plan *plan, struct tt_error *err)
{
	const struct store_file file = { "made-up.json", "00", plan->to - plan->from };
	const struct store_batch batch = {
		.repository = "github.com/acme/app",
		.run_id = "1",
		.now = { INT64_C(1763888400000) },
		.files = &file,
		.file_count = 1,
		.replay = replay,
		.ctx = plan,
	};
	struct store_counts counts;

	if (store_import(store, &batch, &counts, err) != TT_OK)
		return err->code;
	printf("inserted %" PRId64 " updated %" PRId64 " unchanged %" PRId64 "\n", counts.inserted,
		counts.updated, counts.unchanged);
	return TT_OK;
}

static enum tt_code print_line(void *ctx, const char *line, size_t len, struct tt_error *err)
{
	(void)ctx;
	(void)err;
	printf("%.*s\n", (int)len, line);
	return TT_OK;
}

static enum tt_code print_cell(void *ctx, const struct rollup_cell *c, struct tt_error *err)
{
	int64_t tokens = 0;

	(void)ctx;
	(void)err;
	(void)usage_total(&tokens, &c->usage);
	printf("%s %s %s %d %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 "\n", c->branch,
		c->model ? c->model : "-", entry_kind_name(c->kind), c->day.number, tokens,
		c->sessions, c->first.ms, c->last.ms);
	return TT_OK;
}

static enum tt_code do_migrate(struct store *store, struct tt_error *err)
{
	int from, to;

	if (store_migrate(store, &from, &to, err) != TT_OK)
		return err->code;
	printf("schema %d to %d\n", from, to);
	return TT_OK;
}

static enum tt_code run(struct store *store, char **words, struct plan *plan, struct tt_error *err)
{
	if (strcmp(words[0], "migrate") == 0)
		return do_migrate(store, err);
	if (strcmp(words[0], "check") == 0)
		return store_check_schema(store, err);
	if (strcmp(words[0], "export") == 0)
		return store_export(store, print_line, NULL, err);
	if (strcmp(words[0], "cells") == 0)
		return store_cells(store, "github.com/acme/app", NULL, print_cell, NULL, err);
	if (strcmp(words[0], "import") != 0 || !words[1] || !words[2] || !words[3])
		return tt_fail(err, TT_EUSAGE, "see the head of store_tool.c");
	plan->from = strtoll(words[1], NULL, 10);
	plan->to = strtoll(words[2], NULL, 10);
	plan->revision = strtoll(words[3], NULL, 10);
	plan->seed = words[4] ? strtoll(words[4], NULL, 10) : 0;
	return do_import(store, plan, err);
}

static void print_notice(void *ctx, const char *message)
{
	(void)ctx;
	fprintf(stderr, "notice: %s\n", message);
}

static enum tt_code work(struct store **store, const struct store_options *options, char **words,
	struct plan *plan, struct tt_error *err)
{
	if (strcmp(words[1], "files") == 0 && words[2] && words[3] && words[4])
		return do_files(words[0], words + 2, err);
	if (store_open(store, words[0], options, err) != TT_OK)
		return err->code;
	return run(*store, words + 1, plan, err);
}

int main(int argc, char **argv)
{
	struct store_options options = {
		.create = true, .notice = print_notice, .application_name = "store_tool"
	};
	_cleanup_(store_closep) struct store *store = NULL;
	struct tt_error err = TT_ERROR_INIT;
	struct plan plan = { 0 };

	for (int c; (c = getopt(argc, argv, "kc:s:r:p:")) != -1;) {
		if (c == 'c')
			options.connect_timeout_ms = atoi(optarg);
		else if (c == 's')
			options.statement_timeout_ms = atoi(optarg);
		else if (c == 'r')
			options.retry_ms = atoi(optarg);
		else if (c == 'k')
			options.insecure_tls = true;
		else if (c == 'p' && strchr(optarg, ':')) {
			plan.pause_after = strtoll(optarg, NULL, 10);
			plan.pause_file = strchr(optarg, ':') + 1;
		} else
			return EXIT_USAGE;
	}
	if (argc - optind < 2)
		return EXIT_USAGE;
	if (work(&store, &options, argv + optind, &plan, &err) != TT_OK) {
		fprintf(stderr, "store_tool: %s\n", err.msg);
		return (int)exit_status_of(err.code);
	}
	return fflush(stdout) == 0 ? 0 : EXIT_CANNOT_WRITE;
}
