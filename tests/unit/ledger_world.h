/* SPDX-License-Identifier: MIT */
#ifndef TESTS_LEDGER_WORLD_H
#define TESTS_LEDGER_WORLD_H

/* The four headers in the order that cmocka wants. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/mem.h"
#include "ledger/ledger.h"

/*
 * What the tests of the ledger share.  Every test has an empty repository root
 * of its own; the clock stands at noon.
 */
static char root[64];
static struct ledger_place place = { root, "token_metrics/local_tracking", false };
static const struct instant noon = { INT64_C(1767355200000) }; /* 2026-01-02T12:00:00Z */

static inline int enter(void **state)
{
	(void)state;
	clock_set(noon);
	(void)snprintf(root, sizeof root, "/tmp/test_ledger.XXXXXX");
	return mkdtemp(root) ? 0 : -1;
}

static inline int leave(void **state)
{
	char rm[] = "rm", rf[] = "-rf";
	char *const argv[] = { rm, rf, root, NULL };
	pid_t pid = fork();

	(void)state;
	if (pid == 0) {
		(void)execvp(rm, argv);
		_exit(1);
	}
	return waitpid(pid, NULL, 0) == pid ? 0 : -1;
}

static inline char *path_of(const char *name)
{
	return xasprintf("%s/%s/%s", root, place.relative, name);
}

static inline void read_file(struct strbuf *out, const char *name)
{
	_autofree_ char *path = path_of(name);
	struct tt_error err;

	strbuf_reset(out);
	if (fs_read(out, AT_FDCWD, path, 1 << 20, path, &err) != TT_OK)
		fail_msg("%s", err.msg);
}

static inline void write_file(const char *name, const char *text, size_t len)
{
	_autofree_ char *path = path_of(name);
	_autoclose_ int fd = -1, dir = -1;
	struct tt_error err;

	assert_int_equal(fs_open_dir(&dir, root, place.relative, true, 0700, &err), TT_OK);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_int_equal(write(fd, text, len), len);
}

static inline struct entry manual(const char *id, int64_t tokens, const char *notes)
{
	struct entry e = ENTRY_INIT;

	(void)snprintf(e.id, sizeof e.id, "%s-0000-4000-8000-000000000000", id);
	e.kind = ENTRY_MANUAL;
	e.source = "manual";
	e.timestamp = noon;
	e.day = instant_utc_day(noon);
	e.usage.unsplit = tokens;
	e.notes = notes;
	return e;
}

/* Lock, put, save; fails the test when that fails. */
static inline void record(const char *branch, const struct entry *e)
{
	_cleanup_(ledger_freep) struct ledger *l = NULL;
	struct tt_error err = TT_ERROR_INIT;

	if (ledger_lock(&l, &place, branch, "github.com/acme/app", 10000, &err) != TT_OK ||
		ledger_put(l, e, &err) != TT_OK || ledger_save(l, &err) != TT_OK)
		fail_msg("%s", err.msg);
}

static inline void record_tokens(const char *branch, const char *id, int64_t tokens)
{
	struct entry e = manual(id, tokens, "note");

	record(branch, &e);
}

static inline void assert_totals(const char *branch, int64_t tokens, int64_t sessions)
{
	_cleanup_(ledger_freep) struct ledger *l = NULL;
	struct tt_error err = TT_ERROR_INIT;

	if (ledger_read(&l, &place, branch, &err) != TT_OK)
		fail_msg("%s", err.msg);
	assert_int_equal(ledger_info(l)->total_tokens, tokens);
	assert_int_equal(ledger_info(l)->sessions, sessions);
}

static inline void assert_refused(const char *branch, const char *reason)
{
	_cleanup_(ledger_freep) struct ledger *l = NULL, *locked = NULL;
	struct tt_error err = TT_ERROR_INIT;

	assert_int_equal(ledger_read(&l, &place, branch, &err), TT_EINPUT);
	if (!strstr(err.msg, reason))
		fail_msg("'%s' is not in: %s", reason, err.msg);
	assert_int_equal(ledger_lock(&locked, &place, branch, NULL, 1000, &err), TT_EINPUT);
	assert_null(l);
	assert_null(locked);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, enter, leave)

#endif
