/* SPDX-License-Identifier: MIT */
#ifndef CLI_WATCH_SERVICE_H
#define CLI_WATCH_SERVICE_H

#include <stdbool.h>

#include "base/error.h"
#include "base/strbuf.h"

/*
 * The system's own way to keep the watcher running from login on: a user unit of systemd,
 * or an agent of launchd.  Only files are written; the system's commands are for the user.
 */
struct watch_service {
	bool is_launchd;
	struct strbuf path; /* of its file */
	struct strbuf link; /* that has systemd start it; "" none */
};
#define WATCH_SERVICE_INIT                               \
	{                                                \
		.path = STRBUF_INIT, .link = STRBUF_INIT \
	}
/* kind: "systemd", "launchd", or NULL: this system's. */
enum tt_code watch_service_find(struct watch_service *out, const char *kind, struct tt_error *err);
void watch_service_release(struct watch_service *service);

/* The file's content; words (ended by NULL) is the command that it runs. */
void watch_service_text(
	struct strbuf *out, const struct watch_service *service, const char *const *words);
/* TT_EUSAGE when a file is there that is none of ours. */
enum tt_code watch_service_install(
	const struct watch_service *service, const struct strbuf *text, struct tt_error *err);
/* *was_there: there was one of ours. */
enum tt_code watch_service_uninstall(
	bool *was_there, const struct watch_service *service, struct tt_error *err);

#endif
