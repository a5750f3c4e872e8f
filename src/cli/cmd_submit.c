/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "branches.h"
#include "cli/command.h"

extern char **environ;

struct submit_options {
	const char *db;
};

static const struct option_row submit_rows[] = {
	{ "db", 0, OPTION_TEXT, "URL", "import into this database (see import-tokens --help)",
		offsetof(struct submit_options, db), false },
	{ 0 },
};

enum { FIXED_WORDS = 16 };

/* import-tokens as it was installed with this program, else by PATH. */
static char *find_importer(void)
{
	char self[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", self, sizeof self - 1);
	_autofree_ char *beside = NULL;
	char *slash;

	if (len > 0) {
		self[len] = '\0';
		slash = strrchr(self, '/');
		beside = xasprintf("%.*s/import-tokens", (int)(slash - self), self);
		if (access(beside, X_OK) == 0)
			return steal(&beside);
	}
	return xstrdup("import-tokens");
}

/* The child gets the signals back that we ignore, or it would believe that its
 * caller wanted them ignored. */
static enum tt_code start(pid_t *child, char **argv, struct tt_error *err)
{
	posix_spawnattr_t attributes;
	sigset_t signals;
	int reason;

	(void)sigemptyset(&signals);
	(void)sigaddset(&signals, SIGPIPE);
	(void)sigaddset(&signals, SIGXFSZ);
	if (posix_spawnattr_init(&attributes) != 0)
		mem_exhausted();
	(void)posix_spawnattr_setsigdefault(&attributes, &signals);
	(void)posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
	reason = posix_spawnp(child, argv[0], NULL, &attributes, argv, environ);
	(void)posix_spawnattr_destroy(&attributes);
	if (reason != 0)
		return tt_fail(err, TT_EFAILED, "cannot run '%s': %s", argv[0], strerror(reason));
	return TT_OK;
}

static enum tt_code wait_for(int *status, pid_t child, const char *name, struct tt_error *err)
{
	int how;

	while (waitpid(child, &how, 0) < 0)
		if (errno != EINTR)
			return tt_fail_errno(err, "cannot wait for '%s'", name);
	if (WIFSIGNALED(how))
		return tt_fail(err, TT_EFAILED, "'%s' was ended by signal %d", name, WTERMSIG(how));
	*status = WEXITSTATUS(how);
	return TT_OK;
}

static enum tt_code import(struct context *ctx, const struct submit_options *o, int argc,
	char **argv, const char *dir, struct tt_error *err)
{
	_autofree_ char *importer = find_importer();
	_autofree_ char **words = xcalloc((size_t)argc + FIXED_WORDS, sizeof *words);
	const struct common_options *common = &ctx->common;
	pid_t child;
	int n = 0;

	words[n++] = importer;
	if (common->quiet)
		words[n++] = (char *)"--quiet";
	if (common->verbose)
		words[n++] = (char *)"--verbose";
	if (common->json)
		words[n++] = (char *)"--json";
	if (common->colour) {
		words[n++] = (char *)"--color";
		words[n++] = (char *)common->colour;
	}
	if (o->db) {
		words[n++] = (char *)"--db";
		words[n++] = (char *)o->db;
	}
	for (int i = 0; i < argc; i++)
		words[n++] = argv[i];
	words[n++] = (char *)"--";
	words[n++] = (char *)dir;
	(void)fflush(ctx->out);
	if (start(&child, words, err) != TT_OK)
		return err->code;
	return wait_for(&ctx->status, child, importer, err);
}

static void tell(void *to, const char *branch, const struct record_export *x)
{
	context_note(to, "exported %zu entries of '%s' to: %s", x->entries, branch, x->name.buf);
}

static enum tt_code run(
	struct context *ctx, const void *values, int argc, char **argv, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf dir = STRBUF_INIT;

	if (!record_export_dir(&dir, ctx->repo))
		return tt_fail(err, TT_ENOTFOUND,
			"a bare repository has no directory of exports: "
			"run this in one of its worktrees");
	if (branches_export_pending(ctx, tell, ctx, err) != TT_OK)
		return err->code;
	return import(ctx, values, argc, argv, dir.buf, err);
}

const struct command command_submit = {
	.name = "submit",
	.synopsis = "[-- option-of-import-tokens...]",
	.summary = "Import everything recorded here into the database, now",
	.details = "Exports what is pending on every branch, then runs import-tokens on the "
		   "directory of exports; the exit status is its. What the build imports again "
		   "later counts once.",
	.examples = "track-tokens submit\n"
		    "track-tokens submit --db sqlite:/srv/tokens.db\n"
		    "track-tokens submit -- --dry-run",
	.options = submit_rows,
	.values_size = sizeof(struct submit_options),
	.needs = NEED_REPO,
	.run = run,
};
