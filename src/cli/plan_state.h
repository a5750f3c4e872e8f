/* SPDX-License-Identifier: MIT */
#ifndef CLI_PLAN_STATE_H
#define CLI_PLAN_STATE_H

#include "base/arena.h"
#include "cli/context.h"
#include "model/window.h"
#include "plan_config.h"

/*
 * What is left of the plan at this moment: everything that `status` and `detail` show.
 * Reading it changes nothing.
 *
 *	plan_state_read -> use `windows`, `input`, `config` -> plan_state_release
 */
struct plan_state {
	struct plan_config config;
	struct window_input input;
	struct windows windows;
	/* Why the usage index could not be read, though there is one: nothing of it is
	 * counted.  code is TT_OK otherwise. */
	struct tt_error problem;
	struct arena arena; /* of the names of servers */
	struct window_event *events;
	struct window_reset *resets;
	size_t event_alloc, reset_alloc;
};

/* With the repository that ctx has open, if any.  Fails only for a configuration that
 * makes no sense. */
enum tt_code plan_state_read(
	struct plan_state *out, const struct context *ctx, struct tt_error *err);
void plan_state_release(struct plan_state *s);

/* For what is read from elsewhere: copies. */
void plan_state_add_event(struct plan_state *s, const struct window_event *event);
void plan_state_add_reset(struct plan_state *s, const struct window_reset *reset);

/* The line of `status`, in the user's style. */
void plan_state_add_line(struct strbuf *out, const struct plan_state *s, const struct context *ctx);

#endif
