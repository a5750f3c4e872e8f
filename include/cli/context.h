/* SPDX-License-Identifier: MIT */
#ifndef CLI_CONTEXT_H
#define CLI_CONTEXT_H

#include <stdbool.h>
#include <stdio.h>

#include "base/error.h"
#include "report/report.h"
#include "vcs/repo.h"

/* The options that every command takes. */
struct common_options {
	const char *directory; /* -C */
	const char *colour;    /* --color=auto|always|never */
	bool json, quiet, verbose, no_pager, help, version;
};

/* What a command works with.  stdout is the answer and nothing else. */
struct context {
	const struct program *program;
	struct common_options common;
	struct vcs_repo *repo;	   /* NULL unless the command needs one, or opened it */
	struct report_style style; /* of standard output */
	FILE *out;
	bool err_is_terminal;
	int status; /* exit status of a command that succeeded in part (3, 6) */
};

/* "track-tokens: warning: ..." on standard error, made visible; not with -q. */
__attribute__((format(printf, 2, 3))) void context_warn(
	const struct context *ctx, const char *fmt, ...);
/* "track-tokens: ..." for people; not with -q. */
__attribute__((format(printf, 2, 3))) void context_note(
	const struct context *ctx, const char *fmt, ...);
/* The same only with -v. */
__attribute__((format(printf, 2, 3))) void context_detail(
	const struct context *ctx, const char *fmt, ...);
/* "track-tokens: <message>": why the command failed; also with -q. */
void context_error(const struct context *ctx, const struct tt_error *err);
/* getenv, for layers that may not know the environment; "" counts as unset. */
const char *context_env(const char *name);
/* Open the repository that holds the current directory into ctx->repo, for a
 * command that can do without.  TT_ENOTFOUND: there is none. */
enum tt_code context_open_repo(struct context *ctx, struct tt_error *err);
/* Is there a terminal to ask on (standard input and standard error)? */
bool context_can_ask(void);
/* Ask a yes/no question on the terminal; false without one. */
bool context_ask(const struct context *ctx, const char *question);

#endif
