/* SPDX-License-Identifier: MIT */
#ifndef REPORT_SERVERS_H
#define REPORT_SERVERS_H

#include "base/strbuf.h"
#include "model/window.h"
#include "report/report.h"

/* The user's servers: who used how much of the windows that are open now, and ever. */
struct report_server {
	const char *label; /* its name, told apart from others of that name */
	const char *name;
	bool is_this, name_is_claimed_twice;
	struct instant last_activity, published_at;   /* 0: never */
	const struct window_used *used[WINDOW_KINDS]; /* NULL: nothing */
	struct usage lifetime;
	int64_t lifetime_requests, lifetime_messages;
};

struct report_server_problem {
	const char *file, *reason;
};

struct report_servers {
	const char *directory; /* NULL: nothing is shared */
	const struct report_server *servers;
	size_t count;
	const struct report_server_problem *problems; /* files that do not count */
	size_t problem_count;
	const char *pending; /* why this server's own usage is not published; NULL: it is */
};

void report_servers_text(
	struct strbuf *out, const struct report_servers *report, const struct report_style *style);
void report_servers_json(struct strbuf *out, const struct report_servers *report);

#endif
