/* SPDX-License-Identifier: MIT */
#ifndef TESTS_VCS_WORLD_H
#define TESTS_VCS_WORLD_H

/* The four headers in the order that cmocka wants. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "vcs/repo.h"

/*
 * Real repositories for the tests of vcs: made with the git command, in a
 * directory of their own, in an environment where git knows nothing of this
 * machine and its user.
 */
/* libgit2 1.5 leaks the state of each regular expression that does not match,
 * as it looks through the extensions of a repository of format 1. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libpcre2\n";
}

static char *world_dir, *world_start;	   /* here, and where the program was started */
static const char *const *world_variables; /* what the CI system says: "NAME=value" ..., NULL */

static inline int world_setup(void **state)
{
	char name[] = "/tmp/vcs-test-XXXXXX";
	static const char *const unset[] = { "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE",
		"GIT_CONFIG_PARAMETERS", "GIT_CONFIG_COUNT", "GIT_CEILING_DIRECTORIES",
		"GIT_AUTHOR_EMAIL", "XDG_CONFIG_HOME" };

	(void)state;
	for (size_t i = 0; i < sizeof unset / sizeof *unset; i++)
		unsetenv(unset[i]);
	assert_non_null(mkdtemp(name));
	world_start = getcwd(NULL, 0);
	world_dir = realpath(name, NULL);
	setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
	setenv("GIT_CONFIG_GLOBAL", "/dev/null", 1);
	setenv("HOME", world_dir, 1);
	setenv("GIT_AUTHOR_NAME", "Test", 1);
	setenv("GIT_COMMITTER_NAME", "Test", 1);
	setenv("GIT_COMMITTER_EMAIL", "test@example.com", 1);
	setenv("EMAIL", "test@example.com", 1);
	world_variables = NULL;
	return chdir(world_dir);
}

static inline int world_teardown(void **state)
{
	_autofree_ char *command = xasprintf("rm -rf '%s'", world_dir);
	_autofree_ char *back = steal(&world_start);

	(void)state;
	free(steal(&world_dir));
	return chdir(back) || system(command);
}

/* A file of tests/fixtures; the tests run at the top of the source tree. */
static inline FILE *open_fixture(const char *name)
{
	_autofree_ char *path = xasprintf("%s/tests/fixtures/%s", world_start, name);
	FILE *file = fopen(path, "r");

	if (!file)
		fail_msg("cannot open %s", path);
	return file;
}

/* Run a shell command in the world; it must succeed. */
__attribute__((format(printf, 1, 2))) static inline void sh(const char *fmt, ...)
{
	_autofree_ char *command = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&command, fmt, ap) < 0)
		mem_exhausted();
	va_end(ap);
	if (system(command) != 0)
		fail_msg("failed: %s", command);
}

/* The first line that a shell command prints; the caller frees it. */
__attribute__((format(printf, 1, 2))) static inline char *sh_line(const char *fmt, ...)
{
	_autofree_ char *command = NULL, *line = NULL;
	size_t room = 0;
	va_list ap;
	FILE *pipe;

	va_start(ap, fmt);
	if (vasprintf(&command, fmt, ap) < 0)
		mem_exhausted();
	va_end(ap);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	assert_true(getline(&line, &room, pipe) >= 0);
	line[strcspn(line, "\n")] = '\0';
	assert_int_equal(pclose(pipe), 0);
	return steal(&line);
}

/* A repository `name` on branch main, with one commit. */
static inline void make_repo(const char *name)
{
	sh("git init -q -b main %s && git -C %s commit -q --allow-empty -m first", name, name);
}

static inline const char *world_getenv(const char *name)
{
	size_t len = strlen(name);

	for (const char *const *v = world_variables; v && *v; v++)
		if (strncmp(*v, name, len) == 0 && (*v)[len] == '=')
			return *v + len + 1;
	return NULL;
}

static inline struct vcs_repo *open_at(const char *path)
{
	_autofree_ char *full = xasprintf("%s/%s", world_dir, path);
	struct tt_error err = TT_ERROR_INIT;
	struct vcs_repo *repo = NULL;

	if (vcs_open(&repo, full, &err) != TT_OK)
		fail_msg("cannot open %s: %s", path, err.msg);
	return repo;
}

static inline void assert_branch(
	const char *path, const char *name, enum vcs_branch_source expected)
{
	_cleanup_(vcs_closep) struct vcs_repo *repo = open_at(path);
	_cleanup_(strbuf_release) struct strbuf branch = STRBUF_INIT;
	enum vcs_branch_source source = VCS_BRANCH_DETACHED;
	struct tt_error err = TT_ERROR_INIT;

	if (vcs_branch(&branch, &source, repo, world_getenv, &err) != TT_OK)
		fail_msg("no branch at %s: %s", path, err.msg);
	assert_string_equal(branch.buf, name);
	assert_int_equal(source, expected);
}

/* `actual` must be `relative` below the world, or NULL when that is NULL. */
static inline void assert_path(const char *actual, const char *relative)
{
	_autofree_ char *expected = NULL;

	if (!relative) {
		assert_null(actual);
		return;
	}
	expected = xasprintf("%s/%s", world_dir, relative);
	assert_non_null(actual);
	assert_string_equal(actual, expected);
}

#define world_test(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)

#endif
