/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "checkup.h"
#include "sharing.h"
#include "shell_word.h"

static void check_names(struct checkup *checkup, const struct share_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct share_server *s = &list->servers[i];

		if (s->name_is_claimed_twice &&
			(i == 0 || strcmp(list->servers[i - 1].name, s->name) != 0))
			checkup_add(checkup, "servers", VERDICT_WARNING,
				"git config --global track-tokens.server <name>",
				"several call themselves '%s': all of them count", s->name);
	}
}

static void check_files(struct checkup *checkup, const struct share_list *list)
{
	for (size_t i = 0; i < list->problem_count; i++)
		checkup_add(checkup, "servers", VERDICT_WARNING, NULL, "'%s' is left out: %s",
			list->problems[i].file, list->problems[i].reason);
}

static void check_pending(struct checkup *checkup)
{
	_cleanup_(strbuf_release) struct strbuf reason = STRBUF_INIT;

	if (sharing_is_pending(&reason) && reason.len)
		checkup_add(checkup, "servers", VERDICT_WARNING, "track-tokens report servers",
			"what was used here is not published yet: %s", reason.buf);
}

/* It has answered just now. */
static void check_writable(struct checkup *checkup, const char *dir)
{
	_cleanup_(strbuf_release) struct strbuf mend = STRBUF_INIT;

	if (access(dir, W_OK | X_OK) == 0)
		return;
	strbuf_addstr(&mend, "ls -ld ");
	shell_add_word(&mend, dir);
	strbuf_addstr(&mend, " (it must be yours to write)");
	checkup_add(checkup, "servers", VERDICT_WARNING, mend.buf,
		"this one cannot publish: '%s' cannot be written by this user", dir);
}

static void check_directory(struct checkup *checkup, struct sharing_reading *reading)
{
	_cleanup_(share_list_release) struct share_list list = SHARE_LIST_INIT;
	_cleanup_(strbuf_release) struct strbuf mend = STRBUF_INIT, dir = STRBUF_INIT;
	struct tt_error problem = TT_ERROR_INIT;

	strbuf_addstr(&dir, reading->dir.buf);
	if (sharing_finish(&list, reading, &problem) != TT_OK) {
		strbuf_addstr(&mend, "ls ");
		shell_add_word(&mend, dir.buf);
		strbuf_addstr(&mend, " (is it there, mounted, and yours to read?)");
		checkup_add(checkup, "servers", VERDICT_WARNING, mend.buf, "%s", problem.msg);
		return;
	}
	checkup_add(checkup, "servers", VERDICT_OK, NULL, "%zu %s in '%s'", list.count,
		list.count == 1 ? "publishes" : "publish", dir.buf);
	check_writable(checkup, dir.buf);
	check_names(checkup, &list);
	check_files(checkup, &list);
}

void checkup_share(struct checkup *checkup)
{
	struct sharing_reading reading = SHARING_READING_INIT;
	_cleanup_(strbuf_release) struct strbuf given = STRBUF_INIT;

	if (sharing_start(&reading)) {
		check_directory(checkup, &reading);
		check_pending(checkup);
	} else if (vcs_config_get(&given, NULL, SHARING_DIR_KEY)) {
		checkup_add(checkup, "servers", VERDICT_PROBLEM, "track-tokens init --shared <dir>",
			SHARING_DIR_KEY " is '%s', and no absolute path", given.buf);
	} else {
		checkup_add(checkup, "servers", VERDICT_OK, NULL,
			"only this one ('track-tokens init --shared DIR' makes it several)");
	}
}
