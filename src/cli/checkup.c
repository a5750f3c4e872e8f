/* SPDX-License-Identifier: MIT */
#include "checkup.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/instant.h"
#include "base/mem.h"
#include "cli/price_table.h"
#include "git_hook.h"

/* A price table older than this has probably missed a change. */
enum { PRICES_OLD_DAYS = 180 };

void checkup_add(struct checkup *checkup, const char *about, enum verdict verdict, const char *mend,
	const char *fmt, ...)
{
	struct finding *f;
	_autofree_ char *detail = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&detail, fmt, ap) < 0)
		mem_exhausted();
	va_end(ap);
	checkup->findings =
		xreallocarray(checkup->findings, checkup->count + 1, sizeof *checkup->findings);
	f = &checkup->findings[checkup->count++];
	*f = (struct finding){ about, verdict, STRBUF_INIT, STRBUF_INIT };
	strbuf_addstr(&f->detail, detail);
	if (mend)
		strbuf_addstr(&f->mend, mend);
}

void checkup_release(struct checkup *checkup)
{
	for (size_t i = 0; i < checkup->count; i++) {
		strbuf_release(&checkup->findings[i].detail);
		strbuf_release(&checkup->findings[i].mend);
	}
	free(checkup->findings);
}

/* As submit looks for it: beside this program, else by PATH. */
static bool find_importer(struct strbuf *out)
{
	_cleanup_(strbuf_release) struct strbuf self = STRBUF_INIT;
	_autofree_ char *path = NULL;
	const char *dirs = context_env("PATH");

	if (git_hook_program_path(&self)) {
		const char *slash = strrchr(self.buf, '/');

		path = xasprintf("%.*s/import-tokens", (int)(slash - self.buf), self.buf);
		if (access(path, X_OK) == 0) {
			strbuf_addstr(out, path);
			return true;
		}
	}
	while (dirs && *dirs) {
		size_t len = strcspn(dirs, ":");
		_autofree_ char *candidate = xasprintf("%.*s/import-tokens", (int)len, dirs);

		if (len && access(candidate, X_OK) == 0) {
			strbuf_addstr(out, candidate);
			return true;
		}
		dirs += len + (dirs[len] == ':');
	}
	return false;
}

static void check_importer(struct checkup *checkup)
{
	_cleanup_(strbuf_release) struct strbuf path = STRBUF_INIT;

	if (find_importer(&path))
		checkup_add(checkup, "import-tokens", VERDICT_OK, NULL, "%s", path.buf);
	else
		checkup_add(checkup, "import-tokens", VERDICT_WARNING,
			"install it beside track-tokens (make install)",
			"not found: 'track-tokens submit' needs it");
}

static void check_prices(struct checkup *checkup)
{
	_cleanup_(prices_freep) struct prices *prices = NULL;
	struct tt_error problem = TT_ERROR_INIT;
	int32_t age;
	char day[DAY_TEXT];

	if (price_table_load(&prices, checkup->ctx, NULL, &problem) != TT_OK) {
		checkup_add(checkup, "prices", VERDICT_PROBLEM, "track-tokens prices check", "%s",
			problem.msg);
		return;
	}
	day_format(day, prices->as_of);
	age = instant_utc_day(clock_now()).number - prices->as_of.number;
	if (age > PRICES_OLD_DAYS)
		checkup_add(checkup, "prices", VERDICT_WARNING, "track-tokens prices import <file>",
			"the table is of %s, %d days old", day, age);
	else
		checkup_add(checkup, "prices", VERDICT_OK, NULL, "%zu rows, table of %s",
			prices->count, day);
}

void checkup_machine(struct checkup *checkup)
{
	_cleanup_(strbuf_release) struct strbuf library = STRBUF_INIT;
	bool utf8 = checkup->ctx->style.glyphs == REPORT_UTF8;

	check_importer(checkup);
	check_prices(checkup);
	vcs_library_version(&library);
	checkup_add(checkup, "versions", VERDICT_OK, NULL, "track-tokens %s, libgit2 %s", VERSION,
		library.buf);
	checkup_add(checkup, "locale", VERDICT_OK, NULL, "%s",
		utf8 ? "UTF-8" : "not UTF-8: pictures are left out");
}
