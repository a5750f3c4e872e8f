/* SPDX-License-Identifier: MIT */
#ifndef CLI_PLAN_STATE_H
#define CLI_PLAN_STATE_H

#include "base/arena.h"
#include "cli/context.h"
#include "model/window.h"
#include "plan_config.h"
#include "share/share.h"

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
	/* What the user's servers published, this one's file included; and why it could not
	 * be read, when code is not TT_OK. */
	bool has_others;
	struct share_list others;
	struct tt_error others_problem;
	const char *server;	  /* this one; "" where there are no others */
	const char *installation; /* NULL: it never published */
	struct arena arena;	  /* of these names */
	struct window_event *events;
	struct window_reset *resets;
	size_t event_alloc, reset_alloc;
};

/* With the repository that ctx has open, if any.  Fails only for a configuration that
 * makes no sense. */
enum tt_code plan_state_read(
	struct plan_state *out, const struct context *ctx, struct tt_error *err);
/* The same, and open the repository for it, if there is one. */
enum tt_code plan_state_read_here(
	struct plan_state *out, struct context *ctx, struct tt_error *err);
void plan_state_release(struct plan_state *s);

/* Warn of what is not counted though it should be. */
void plan_state_warn(const struct plan_state *s, const struct context *ctx);
/* The line of `status`, in the user's style. */
void plan_state_add_line(struct strbuf *out, const struct plan_state *s, const struct context *ctx);

#endif
