/* SPDX-License-Identifier: MIT */
#ifndef CLI_RECORDED_H
#define CLI_RECORDED_H

#include "base/json_writer.h"
#include "cli/record.h"

/*
 * What add, amend and remove answer:
 *
 *	✅ Added 54,161 tokens to tracking
 *	📊 Total accumulated: 54,161 tokens
 *	🌳 Branch: token-usage
 *	📝 Sessions tracked: 1
 *
 *	💾 Auto-exported to: tokens_token-usage_20251105_001139_5f1c09aa.json
 *
 * The pictures are left out where the terminal cannot show them.  With --json:
 *
 *	{"version":1,"added":{"id":...,"revision":1,"kind":"manual","tokens":54161},
 *	 "branch":...,"total_tokens":54161,"sessions":1,"export":path or null}
 *
 * ("amended" and "removed" likewise).
 */
struct recorded {
	const char *verb;     /* of the JSON: "added", "amended", "removed" */
	const char *sentence; /* "Added 54,161 tokens to tracking" */
	const struct entry *entry;
	const struct record *record;
	const struct record_export *export_; /* NULL: none was wanted */
};
void recorded_show(const struct context *ctx, const struct recorded *what);

/* "📊 " or nothing. */
const char *glyph(const struct context *ctx, const char *picture);

#endif
