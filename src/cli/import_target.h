/* SPDX-License-Identifier: MIT */
#ifndef CLI_IMPORT_TARGET_H
#define CLI_IMPORT_TARGET_H

#include "base/error.h"
#include "cli/context.h"
#include "store/store.h"

/* Which database, repository and branch an import-tokens command is about. */
struct target_options {
	const char *db, *repository, *branch, *migrate;
	bool insecure_tls;
	bool in_memory; /* no database: --check */
};

struct target {
	struct strbuf url, shown; /* shown: without the password */
	struct strbuf repository;
	struct strbuf branch; /* "" unknown */
	struct strbuf application;
	struct store *store; /* after target_open */
};
#define TARGET_INIT                                                                  \
	{                                                                            \
		.url = STRBUF_INIT, .shown = STRBUF_INIT, .repository = STRBUF_INIT, \
		.branch = STRBUF_INIT, .application = STRBUF_INIT                    \
	}
void target_release(struct target *t);

/* --db > IMPORT_TOKENS_DATABASE_URL > DATABASE_URL > PG* > the worktree's
 * token_metrics/tokens.db.  In a GitHub job the password is masked. */
enum tt_code target_find_database(struct target *t, struct context *ctx,
	const struct target_options *o, struct tt_error *err);
/* --repository > GITHUB_REPOSITORY > the remote "origin"; --branch > the CI's
 * > HEAD. */
enum tt_code target_find_repository(struct target *t, struct context *ctx,
	const struct target_options *o, struct tt_error *err);
/* Open the database and see to its schema: SQLite migrates by itself,
 * PostgreSQL with --migrate=auto. */
enum tt_code target_open(struct target *t, struct context *ctx, const struct target_options *o,
	bool create, struct tt_error *err);

#endif
