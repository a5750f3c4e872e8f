/* SPDX-License-Identifier: MIT */
#include "detect_plan.h"

#include <fcntl.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/mem.h"
#include "capture/client_account.h"
#include "claude_dirs.h"
#include "user_state.h"

enum { FILE_MAX = 64 * 1024 * 1024 };

/* "claude_max" does not tell which of the two. */
static const struct plan *plan_of(const struct client_account *account)
{
	const struct plan *plan = NULL;

	if (account->rate_limit_tier)
		plan = plan_find(account->rate_limit_tier);
	if (!plan && account->organization_type &&
		strcmp(account->organization_type, "claude_pro") == 0)
		plan = plan_find("pro");
	return plan;
}

/* NULL, and *seen where the file is there and names an account. */
static const struct plan *ask_file(const char *dir, const char **seen, struct arena *arena)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	_autofree_ char *path = xasprintf("%s/.claude.json", dir);
	struct tt_error ignored = TT_ERROR_INIT;
	struct client_account account;

	if (fs_read(&text, AT_FDCWD, path, FILE_MAX, path, &ignored) != TT_OK ||
		client_account_parse(&account, arena, text.buf, text.len, &ignored) != TT_OK)
		return NULL;
	if (account.rate_limit_tier || account.organization_type)
		*seen = account.rate_limit_tier ? account.rate_limit_tier
						: account.organization_type;
	return plan_of(&account);
}

static const struct plan *ask_files(const char **seen, struct arena *arena)
{
	_cleanup_(claude_dirs_release) struct claude_dirs dirs = { 0 };
	_cleanup_(strbuf_release) struct strbuf home = STRBUF_INIT;
	const struct plan *plan = NULL;

	claude_dirs_find(&dirs);
	for (size_t i = 0; i < dirs.count && !plan; i++)
		plan = ask_file(dirs.paths[i], seen, arena);
	if (!plan && user_home(&home))
		plan = ask_file(home.buf, seen, arena);
	return plan;
}

enum tt_code detect_plan(const struct plan **out, struct tt_error *err)
{
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
	const char *seen = NULL;
	const struct plan *plan = ask_files(&seen, &arena);

	if (plan) {
		*out = plan;
		return TT_OK;
	}
	if (seen)
		return tt_fail(err, TT_ENOTFOUND,
			"Claude Code recorded the account '%s', which is no plan known here: "
			"name it with 'track-tokens plan set'",
			seen);
	return tt_fail(err, TT_ENOTFOUND,
		"Claude Code recorded no plan: name it with 'track-tokens plan set'");
}
