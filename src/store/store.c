/* SPDX-License-Identifier: MIT */
#include "store/store.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/embedded.h"
#include "base/mem.h"
#include "base/text.h"

#include "backend.h"

enum tt_code store_open(struct store **out, const char *url, const struct store_options *options,
	struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf masked = STRBUF_INIT, shown = STRBUF_INIT;

	if (text_starts_with(url, "sqlite:"))
		return sqlite_store_open(out, url + strlen("sqlite:"), options, err);
	if (text_starts_with(url, "postgresql:") || text_starts_with(url, "postgres:"))
		return pg_store_open(out, url, options, err);
	store_mask_url(&masked, url);
	text_add_visible(&shown, masked.buf);
	return tt_fail(err, TT_EUSAGE,
		"'%s' is no database URL: it must begin with 'sqlite:' or 'postgresql://'",
		shown.buf);
}

void store_close(struct store *store)
{
	if (store)
		store->ops->close(store);
}

void store_closep(struct store **store)
{
	store_close(*store);
}

const char *store_kind(const struct store *store)
{
	return store->ops->kind;
}

enum tt_code store_migrate(struct store *store, int *from, int *to, struct tt_error *err)
{
	return store->ops->migrate(store, from, to, err);
}

enum tt_code store_expect_version(int version, struct tt_error *err)
{
	if (version == 0)
		return tt_fail(err, TT_ESCHEMA,
			"the database has no tables yet: run 'import-tokens migrate'");
	if (version < STORE_SCHEMA)
		return tt_fail(err, TT_ESCHEMA,
			"the database has schema %d, but %d is needed: run 'import-tokens migrate'",
			version, STORE_SCHEMA);
	if (version > STORE_SCHEMA)
		return tt_fail(err, TT_ESCHEMA,
			"the database has schema %d, but this program knows only %d: update it",
			version, STORE_SCHEMA);
	return TT_OK;
}

enum tt_code store_check_schema(struct store *store, struct tt_error *err)
{
	int version;

	if (store->ops->version(store, &version, err) != TT_OK)
		return err->code;
	return store_expect_version(version, err);
}

enum tt_code store_import(struct store *store, const struct store_batch *batch,
	struct store_counts *counts, struct tt_error *err)
{
	return store->ops->import(store, batch, counts, err);
}

void store_repository_id(char id[static ENTRY_ID_TEXT], const char *repository)
{
	entry_derived_id(id, (const char *[]){ "repository", repository, NULL });
}

const char *store_roles_sql(void)
{
	return store_sql("postgres", "roles");
}

static const char *sql_text(const char *backend, const char *name)
{
	_autofree_ char *path = xasprintf("src/store/sql/%s/%s.sql", backend, name);
	const struct embedded *file = embedded_find(path);

	return file ? file->text : NULL;
}

const char *store_sql(const char *backend, const char *name)
{
	const char *text = sql_text(backend, name);

	return text ? text : "";
}

void store_migration(const char *texts[static 3], const char *backend, int version)
{
	/* Released migrations are never edited; a new one is a new row. */
	static const char *const tables[STORE_SCHEMA] = { "0001_tables" };
	static const char *const views[STORE_SCHEMA] = { "0001_views" };
	int n = 0;

	memset(texts, 0, 3 * sizeof *texts);
	if (tables[version - 1])
		texts[n++] = store_sql(backend, tables[version - 1]);
	if (views[version - 1])
		texts[n++] = store_sql("common", views[version - 1]);
}

int64_t store_content_hash(const char *branch, const struct entry *e)
{
	return (int64_t)text_hash(branch, strlen(branch), (uint64_t)entry_hash(e));
}

int64_t store_ticks(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
