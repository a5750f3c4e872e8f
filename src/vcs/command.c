/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "internal.h"

#ifndef __GLIBC__ /* whose <unistd.h> declares it */
extern char **environ;
#endif

enum { GIT_ARGS_MAX = 24, GIT_OUTPUT_MAX = 16 * 1024 * 1024 };

static bool spawn_git(pid_t *pid, int out, char *const *argv)
{
	posix_spawn_file_actions_t actions;
	bool started;

	if (posix_spawn_file_actions_init(&actions) != 0)
		mem_exhausted();
	started = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0) == 0 &&
		  posix_spawn_file_actions_adddup2(&actions, out, 1) == 0 &&
		  posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0) == 0 &&
		  posix_spawnp(pid, "git", &actions, NULL, argv, environ) == 0;
	(void)posix_spawn_file_actions_destroy(&actions);
	return started;
}

static void drain(struct strbuf *out, int fd)
{
	char chunk[4096];
	ssize_t got;

	while ((got = read(fd, chunk, sizeof chunk)) > 0 || (got < 0 && errno == EINTR))
		if (got > 0 && out->len < GIT_OUTPUT_MAX)
			strbuf_add(out, chunk, (size_t)got);
}

static bool succeeded(pid_t pid)
{
	int status = 0;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return false;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool run(struct strbuf *out, char *const *argv)
{
	int ends[2];
	pid_t pid;
	bool started;

	if (pipe(ends) != 0)
		return false;
	(void)fcntl(ends[0], F_SETFD, FD_CLOEXEC);
	(void)fcntl(ends[1], F_SETFD, FD_CLOEXEC);
	started = spawn_git(&pid, ends[1], argv);
	close(ends[1]);
	if (started)
		drain(out, ends[0]);
	close(ends[0]);
	return started && succeeded(pid);
}

bool vcs_run_git(struct strbuf *out, const struct vcs_repo *repo, const char *const *args)
{
	_cleanup_(strbuf_release) struct strbuf answer = STRBUF_INIT;
	_autofree_ char *git_dir = xasprintf("--git-dir=%s", repo->git_dir);
	const char *top = repo->worktree ? repo->worktree : repo->git_dir;
	_autofree_ char *work_tree = xasprintf("--work-tree=%s", top);
	/* A monitor named in the configuration is a command: we only read. */
	const char *argv[GIT_ARGS_MAX] = { "git", "-C", top, "-c", "core.fsmonitor=false",
		git_dir };
	size_t n = 6;

	if (repo->worktree)
		argv[n++] = work_tree;
	while (*args && n + 1 < GIT_ARGS_MAX)
		argv[n++] = *args++;
	if (*args || !run(&answer, (char *const *)argv))
		return false;
	strbuf_add(out, answer.buf, answer.len);
	return true;
}

bool vcs_stage(const struct vcs_repo *repo, const char *path)
{
	_cleanup_(strbuf_release) struct strbuf ignored = STRBUF_INIT;
	const char *const args[] = { "add", "--", path, NULL };

	return repo->worktree && vcs_run_git(&ignored, repo, args);
}

bool vcs_add_trailers(const struct vcs_repo *repo, const char *file, const char *const *trailers)
{
	_cleanup_(strbuf_release) struct strbuf ignored = STRBUF_INIT;
	const char *args[GIT_ARGS_MAX] = { "interpret-trailers", "--in-place",
		"--if-exists=replace" };
	size_t n = 3;

	for (; *trailers && n + 3 < GIT_ARGS_MAX; trailers++) {
		args[n++] = "--trailer";
		args[n++] = *trailers;
	}
	args[n] = file;
	return vcs_run_git(&ignored, repo, args);
}
