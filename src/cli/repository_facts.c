/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text.h"
#include "captured.h"
#include "cli/record.h"
#include "user_state.h"

/* --- has the configuration changed? ----------------------------------------- */

static uint64_t stamp_file(uint64_t seed, const char *path)
{
	struct stat st;
	struct {
		int64_t seconds, nanoseconds, size;
		uint64_t inode;
	} seen = { 0 };

	if (stat(path, &st) == 0) {
		seen.seconds = st.st_mtim.tv_sec;
		seen.nanoseconds = st.st_mtim.tv_nsec;
		seen.size = st.st_size;
		seen.inode = st.st_ino;
	}
	return text_hash(&seen, sizeof seen, seed);
}

static uint64_t stamp_text(uint64_t seed, const char *text)
{
	return text_hash(text ? text : "", text ? strlen(text) : 0, seed + 1);
}

/* Of everything that git's configuration is read from, as far as a few stats
 * tell; what files include is found when one of these changes.  Never 0. */
static uint64_t config_stamp(const char *common_dir)
{
	static const char *const variables[] = { "GIT_AUTHOR_EMAIL", "EMAIL", "GIT_CONFIG_GLOBAL",
		"GIT_CONFIG_COUNT", "GIT_CONFIG_PARAMETERS" };
	_cleanup_(strbuf_release) struct strbuf home = STRBUF_INIT;
	_autofree_ char *own = xasprintf("%s/config", common_dir);
	const char *xdg = context_env("XDG_CONFIG_HOME");
	uint64_t stamp = stamp_file(stamp_text(0, common_dir), own);

	(void)user_home(&home);
	for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
		stamp = stamp_text(stamp, context_env(variables[i]));
	{
		_autofree_ char *global = xasprintf("%s/.gitconfig", home.buf);
		_autofree_ char *other = xdg ? xasprintf("%s/git/config", xdg)
					     : xasprintf("%s/.config/git/config", home.buf);

		stamp = stamp_file(stamp_file(stamp, global), other);
	}
	if (context_env("GIT_CONFIG_GLOBAL"))
		stamp = stamp_file(stamp, context_env("GIT_CONFIG_GLOBAL"));
	return stamp_file(stamp, "/etc/gitconfig") | 1;
}

/* --- asking git ---------------------------------------------------------------- */

static const char *text_or_null(struct arena *arena, const struct strbuf *text)
{
	return text->len ? arena_strdup(arena, text->buf) : NULL;
}

static enum tt_code ask(struct repository_row *row, const struct vcs_repo *repo,
	struct arena *arena, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf name = STRBUF_INIT, author = STRBUF_INIT,
						host = STRBUF_INIT;
	struct ledger_place place = record_place(repo);
	struct tt_error unknown = TT_ERROR_INIT;

	if (record_identify(&author, &host, repo, err) != TT_OK)
		return err->code;
	/* Walking the whole history for a name is for the first time only. */
	if (!vcs_remote_name(&name, repo) && !row->name)
		(void)vcs_repository_name(&name, repo, &unknown);
	if (name.len)
		row->name = arena_strdup(arena, name.buf);
	row->ledger_root = arena_strdup(arena, place.root);
	row->ledger_relative = arena_strdup(arena, place.relative);
	row->ledger_shared = place.shared;
	row->author = text_or_null(arena, &author);
	row->host = text_or_null(arena, &host);
	return TT_OK;
}

static enum tt_code refresh(struct repository_row *row, struct arena *arena, struct tt_error *err)
{
	_cleanup_(vcs_closep) struct vcs_repo *repo = NULL;

	if (vcs_open(&repo, row->common_dir, err) != TT_OK)
		return err->code;
	if (strcmp(vcs_common_dir(repo), row->common_dir) != 0)
		return tt_fail(err, TT_EFAILED,
			"'%s' cannot be opened while GIT_DIR names another repository",
			row->common_dir);
	return ask(row, repo, arena, err);
}

enum tt_code repository_facts(struct repository_row *out, struct collector *c, int64_t repository,
	struct arena *arena, struct tt_error *err)
{
	struct repository_row row;
	uint64_t stamp;
	struct stat st;
	int64_t id;

	if (usage_index_find_repository(c->index, repository, arena, &row, err) != TT_OK)
		return err->code;
	if (stat(row.common_dir, &st) != 0)
		return TT_ENOTFOUND;
	stamp = config_stamp(row.common_dir);
	if (row.config_stamp != stamp || !row.ledger_root) {
		if (refresh(&row, arena, err) != TT_OK)
			return err->code;
		row.config_stamp = stamp;
		if (usage_index_put_repository(c->index, &row, &id, err) != TT_OK)
			return err->code;
	}
	*out = row;
	return TT_OK;
}
