/* SPDX-License-Identifier: MIT */
#include "budget_config.h"

#include "base/cleanup.h"

static enum tt_code read_key(struct budgets *out, const struct vcs_repo *repo,
	enum budget_scope scope, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf key = STRBUF_INIT, value = STRBUF_INIT;

	strbuf_addf(&key, "track-tokens.budget.%s", budget_names[scope]);
	if (!vcs_config_get(&value, repo, key.buf) || !value.len ||
		budgets_set(out, scope, value.buf))
		return TT_OK;
	return tt_fail(err, TT_EINPUT, "%s is '%s': it can be an amount of dollars such as 50",
		key.buf, value.buf);
}

enum tt_code budget_config_read(
	struct budgets *out, const struct vcs_repo *repo, const char *option, struct tt_error *err)
{
	struct budgets budgets = { 0 };

	for (int scope = 0; scope < BUDGET_SCOPES; scope++)
		if (read_key(&budgets, repo, (enum budget_scope)scope, err) != TT_OK)
			return err->code;
	if (option && !budgets_parse(&budgets, option))
		return tt_fail(err, TT_EUSAGE,
			"--budget: '%s' is not like branch=50,day=20,month=200, in dollars",
			option);
	*out = budgets;
	return TT_OK;
}
