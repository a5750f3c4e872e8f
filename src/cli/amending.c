/* SPDX-License-Identifier: MIT */
#include "amending.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "base/text.h"

/* A hook manager or two may stand between git and this process. */
enum { ANCESTORS_MAX = 12, PROC_MAX = 4 * 1024 * 1024 };

static bool read_proc(struct strbuf *out, long pid, const char *what)
{
	_autofree_ char *path = xasprintf("/proc/%ld/%s", pid, what);
	struct tt_error ignored = TT_ERROR_INIT;

	return fs_read(out, AT_FDCWD, path, PROC_MAX, path, &ignored) == TT_OK;
}

/* "pid (name) state ppid ...": the name may hold anything. */
static long parent_of(long pid)
{
	_cleanup_(strbuf_release) struct strbuf stat = STRBUF_INIT;
	const char *end;

	if (!read_proc(&stat, pid, "stat"))
		return 0;
	end = strrchr(stat.buf, ')');
	return end && strlen(end) > 4 ? strtol(end + 4, NULL, 10) : 0;
}

static bool is_git(const char *program)
{
	const char *slash = strrchr(program, '/');
	const char *name = slash ? slash + 1 : program;

	return strcmp(name, "git") == 0 || strcmp(name, "git-commit") == 0;
}

/* "--amend" or what git takes for it. */
static bool says_amend(const struct strbuf *line)
{
	for (const char *word = line->buf; word < line->buf + line->len; word += strlen(word) + 1) {
		if (strcmp(word, "--") == 0)
			return false;
		if (strlen(word) >= strlen("--am") && text_starts_with("--amend", word))
			return true;
	}
	return false;
}

bool amending(void)
{
	long pid = (long)getppid();

	for (int i = 0; i < ANCESTORS_MAX && pid > 1; i++) {
		_cleanup_(strbuf_release) struct strbuf line = STRBUF_INIT;

		if (!read_proc(&line, pid, "cmdline"))
			return false;
		if (is_git(line.buf))
			return says_amend(&line);
		pid = parent_of(pid);
	}
	return false;
}
