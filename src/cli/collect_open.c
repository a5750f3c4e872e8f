/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "cli/price_table.h"
#include "collect.h"
#include "sharing.h"

/* Where a dry run works: on the index, undone at the end, or, when there is none,
 * on one that is thrown away. */
static enum tt_code choose_dir(struct strbuf *out, struct collector *c, struct tt_error *err)
{
	char template[] = "/tmp/track-tokens.XXXXXX";
	_autofree_ char *database = xasprintf("%s/usage.db", c->state.dir.buf);

	strbuf_addstr(out, c->state.dir.buf);
	if (!c->dry_run || access(database, F_OK) == 0)
		return TT_OK;
	if (!mkdtemp(template))
		return tt_fail_errno(err, "cannot make a directory in '/tmp'");
	strbuf_addstr(&c->scratch, template);
	strbuf_reset(out);
	strbuf_addstr(out, template);
	return TT_OK;
}

static void remove_scratch(const struct collector *c)
{
	static const char *const names[] = { "usage.db", "usage.db-wal", "usage.db-shm" };

	if (!c->scratch.len)
		return;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		_autofree_ char *path = xasprintf("%s/%s", c->scratch.buf, names[i]);

		(void)unlink(path);
	}
	(void)rmdir(c->scratch.buf);
}

static enum tt_code open_state(struct collector *c, int wait_ms, struct tt_error *err)
{
	enum tt_code code = user_state_open(&c->state, !c->dry_run, err);

	if (code == TT_ENOTFOUND && c->dry_run)
		return user_state_path(&c->state.dir, err);
	if (code != TT_OK || user_state_lock(&c->state, wait_ms, err) != TT_OK)
		return err->code;
	return TT_OK;
}

static enum tt_code open_all(struct collector *c, int wait_ms, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf dir = STRBUF_INIT;

	if (open_state(c, wait_ms, err) != TT_OK ||
		price_table_load(&c->prices, c->ctx, NULL, err) != TT_OK ||
		choose_dir(&dir, c, err) != TT_OK ||
		usage_index_open(&c->index, dir.buf, true, wait_ms, &c->set_aside, err) != TT_OK ||
		usage_index_begin(c->index, err) != TT_OK)
		return err->code;
	c->attribution = attribution_new(c->index, c->prices);
	c->touched = touched_new();
	return TT_OK;
}

enum tt_code collect_open(struct collector *out, const struct context *ctx,
	const struct collect_options *options, struct tt_error *err)
{
	*out = (struct collector){
		.ctx = ctx,
		.state = USER_STATE_INIT,
		.scratch = STRBUF_INIT,
		.set_aside = STRBUF_INIT,
		.dry_run = options->dry_run,
		.show_progress = options->show_progress,
		.max_bytes = options->max_bytes,
	};
	if (open_all(out, options->wait_ms, err) == TT_OK)
		return TT_OK;
	collect_close(out);
	return err->code;
}

void collect_close(struct collector *c)
{
	attribution_free(c->attribution);
	usage_index_close(c->index);
	prices_free(c->prices);
	touched_free(c->touched);
	remove_scratch(c);
	user_state_close(&c->state);
	strbuf_release(&c->scratch);
	strbuf_release(&c->set_aside);
	*c = (struct collector){
		.state = USER_STATE_INIT, .scratch = STRBUF_INIT, .set_aside = STRBUF_INIT
	};
}

enum tt_code collect_commit(struct collector *c, struct tt_error *err)
{
	if (c->dry_run)
		return TT_OK;
	if (c->read || c->new_responses)
		sharing_mark(&c->state);
	return usage_index_commit(c->index, err);
}
