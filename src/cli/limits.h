/* SPDX-License-Identifier: MIT */
#ifndef CLI_LIMITS_H
#define CLI_LIMITS_H

#include "capture/client_event.h"
#include "model/window.h"

/*
 * What the service last said of the plan's windows.  Only the client's status line
 * hears it, so it is remembered (limits.json in the user's state) for whoever asks
 * later.  A loss costs nothing but the wait for the next answer: writing is atomic, but
 * not durable, and never fails aloud.
 */
struct limits {
	struct window_report of[WINDOW_KINDS];
};

/* What is remembered; nothing known where it cannot be read. */
void limits_read(struct limits *out);
/* Take over what is newer of either window; whether anything was. */
bool limits_take(struct limits *into, const struct limits *from);
/*
 * Remember what the client reports.  A session reports what it was told with its last
 * answer, over and over: the time of the report is that of its transcript's last line,
 * so that an idle session does not hide what a busy one knows.
 */
void limits_remember(const struct client_status *status);

#endif
