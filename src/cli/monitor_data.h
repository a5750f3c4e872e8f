/* SPDX-License-Identifier: MIT */
#ifndef CLI_MONITOR_DATA_H
#define CLI_MONITOR_DATA_H

#include "cli/context.h"
#include "report/monitor.h"

/*
 * What the monitor shows, read from the usage index: again only when somebody has written
 * to it, and then only what is recent.
 *
 *	monitor_data_new -> monitor_data_look -> monitor_data_view,
 *	monitor_data_deltas -> ... -> monitor_data_free
 */
struct monitor_data;

/* project: a path, or a name as reports show it; NULL: all of them. */
enum tt_code monitor_data_new(struct monitor_data **out, const struct context *ctx,
	const char *project, struct tt_error *err);
void monitor_data_free(struct monitor_data *data);
void monitor_data_freep(struct monitor_data **data);

/* Look whether there is anything new.  What was known stays when it fails; that there is
 * no index yet is no failure. */
enum tt_code monitor_data_look(struct monitor_data *data, struct tt_error *err);
/* Close what is open until the next look. */
void monitor_data_rest(struct monitor_data *data);
/* Valid until the next look. */
struct monitor_view monitor_data_view(const struct monitor_data *data);
/* What each session used between this look and the one before; none at the first. */
const struct monitor_change *monitor_data_deltas(const struct monitor_data *data, size_t *count);

#endif
