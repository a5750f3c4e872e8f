/* SPDX-License-Identifier: MIT */
#include "adding.h"

#include <inttypes.h>

#include "base/cleanup.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "event.h"
#include "plan_state.h"
#include "recorded.h"
#include "requests.h"

enum tt_code add_make_entry(struct entry *out, const struct figures *f, struct tt_error *err)
{
	struct instant now = clock_now();
	struct entry e = ENTRY_INIT;

	if (entry_new_id(e.id, err) != TT_OK)
		return err->code;
	e.kind = f->kind;
	e.source = f->source;
	e.timestamp = f->has_when ? f->when : now;
	e.day = f->has_when ? f->day : instant_local_day(now);
	e.usage = f->usage;
	e.requests = f->requests;
	e.web_searches = f->web_searches;
	e.model = f->model;
	if (f->price_class)
		e.price_class = f->price_class;
	if (f->notes)
		e.notes = f->notes;
	*out = e;
	return TT_OK;
}

static void explain(const struct context *ctx, const struct figures *f)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;

	if (f->kind == ENTRY_CONTEXT_READING) {
		context_note(ctx, "a context reading says how full the context window is, not what "
				  "was consumed: kept, but in no total");
	} else if (f->usage.input && f->usage.output && !f->by_kind && f->kind == ENTRY_MANUAL) {
		text_add_count(&text, f->usage.input);
		strbuf_addstr(&text, " input + ");
		text_add_count(&text, f->usage.output);
		context_note(
			ctx, "%s output tokens (a note that is a number goes with -m)", text.buf);
	}
}

/* --- what is said ------------------------------------------------------------------ */

/* As the trackers of the plan's windows said it: "Added 2050 tokens (850 input + 1200
 * output) - 1 message tracked". */
static void add_plain_sentence(
	struct strbuf *out, const struct entry *e, const struct plan_config *config)
{
	strbuf_addf(out, "Added %" PRId64 " tokens", entry_tokens(e));
	if (!e->usage.unsplit)
		strbuf_addf(out, " (%" PRId64 " input + %" PRId64 " output)",
			entry_tokens(e) - e->usage.output, e->usage.output);
	if (config->style == WINDOW_MESSAGES)
		strbuf_addstr(out, " - 1 message tracked");
}

static void add_sentence(
	struct strbuf *out, const struct entry *e, const struct plan_config *config)
{
	bool reading = e->kind == ENTRY_CONTEXT_READING;

	if (config->has_style && !reading) {
		add_plain_sentence(out, e, config);
		return;
	}
	strbuf_addstr(out, reading ? "Noted a context reading of " : "Added ");
	text_add_count(out, entry_tokens(e));
	strbuf_addstr(out, reading ? " tokens" : " tokens to tracking");
}

/* What is left now: in its own way the answer of an add. */
static enum tt_code show_line(const struct context *ctx, struct tt_error *err)
{
	_cleanup_(plan_state_release) struct plan_state state = { 0 };
	_cleanup_(strbuf_release) struct strbuf line = STRBUF_INIT;

	if (plan_state_read(&state, ctx, err) != TT_OK)
		return err->code;
	plan_state_add_line(&line, &state, ctx);
	(void)fprintf(ctx->out, "%s\n", line.buf);
	return TT_OK;
}

/* --- in a repository, and outside ------------------------------------------------------ */

static enum tt_code record_entry(struct context *ctx, const struct adding *how,
	const struct figures *f, struct tt_error *err)
{
	_cleanup_(record_release) struct record record = RECORD_INIT;
	_cleanup_(record_export_release) struct record_export x = RECORD_EXPORT_INIT;
	_cleanup_(strbuf_release) struct strbuf sentence = STRBUF_INIT;
	struct plan_config config;
	struct entry e;

	if (plan_config_read(&config, ctx->repo, err) != TT_OK ||
		record_open(&record, ctx, how->branch, err) != TT_OK ||
		add_make_entry(&e, f, err) != TT_OK)
		return err->code;
	record_sign(&record, &e);
	if (entry_check(&e, err) != TT_OK || record_lock(&record, err) != TT_OK ||
		ledger_put(record.ledger, &e, err) != TT_OK ||
		record_save(ctx, &record, how->no_export ? NULL : &x, err) != TT_OK)
		return err->code;
	event_note(&e, &record);
	add_sentence(&sentence, &e, &config);
	recorded_show(ctx, &(struct recorded){ "added", sentence.buf, &e, &record, &x });
	explain(ctx, f);
	return config.has_style && !ctx->common.json ? show_line(ctx, err) : TT_OK;
}

static void show_unplaced(
	const struct context *ctx, const struct entry *e, const struct plan_config *config)
{
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;
	struct json_writer w = { .out = &out };

	if (ctx->common.json) {
		json_open(&w, '{');
		json_put_int(&w, "version", 1);
		json_key(&w, "added");
		json_open(&w, '{');
		json_put_string(&w, "id", e->id);
		json_put_string(&w, "kind", entry_kind_name(e->kind));
		json_put_int(&w, "tokens", entry_tokens(e));
		json_close(&w, '}');
		json_put_null(&w, "branch");
		json_close(&w, '}');
	} else {
		strbuf_addstr(&out, glyph(ctx, "✅ "));
		add_sentence(&out, e, config);
	}
	(void)fprintf(ctx->out, "%s\n", out.buf);
}

/* While the index is busy, a request waits for its turn. */
static enum tt_code put_or_request(
	const struct usage_event *event, const struct entry *e, struct tt_error *err)
{
	struct tt_error problem = TT_ERROR_INIT;

	if (event_put(event, &problem) == TT_OK)
		return TT_OK;
	if (problem.code == TT_EBUSY)
		return request_spool(&(struct request){ .entry = *e }, err);
	return tt_fail(err, problem.code, "%s", problem.msg);
}

/* There is no branch to count it for: only the plan's windows know of it. */
static enum tt_code record_unplaced(
	struct context *ctx, const struct figures *f, struct tt_error *err)
{
	struct plan_config config;
	struct usage_event event;
	struct entry e;

	if (plan_config_read(&config, NULL, err) != TT_OK || add_make_entry(&e, f, err) != TT_OK ||
		entry_check(&e, err) != TT_OK)
		return err->code;
	event = (struct usage_event){ .id = e.id,
		.time = e.timestamp,
		.kind = e.kind,
		.usage = e.usage,
		.requests = e.requests,
		.messages = 1,
		.model = e.model,
		.source = e.source,
		.notes = e.notes };
	if (put_or_request(&event, &e, err) != TT_OK)
		return err->code;
	config.has_style = true;
	show_unplaced(ctx, &e, &config);
	explain(ctx, f);
	context_note(ctx, "this is no git repository: the tokens count in the plan's windows, "
			  "and for no branch");
	return ctx->common.json ? TT_OK : show_line(ctx, err);
}

enum tt_code add_figures(struct context *ctx, const struct adding *how, const struct figures *f,
	struct tt_error *err)
{
	struct tt_error problem = TT_ERROR_INIT;

	requests_take(ctx);
	if (context_open_repo(ctx, &problem) == TT_OK)
		return record_entry(ctx, how, f, err);
	if (problem.code != TT_ENOTFOUND || how->branch) {
		*err = problem;
		return err->code;
	}
	return record_unplaced(ctx, f, err);
}
