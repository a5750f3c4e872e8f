/* SPDX-License-Identifier: MIT */
#include "estimator.h"

#include <fcntl.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/json_reader.h"
#include "base/json_writer.h"
#include "base/mem.h"
#include "capture/transcript.h"
#include "claude_dirs.h"
#include "progress.h"
#include "user_state.h"

#define FILE_NAME "estimate.json"

enum { FILE_MODE = 0600, FILE_LIMIT = 64 * 1024, THOUSAND = 1000, DECIMALS = 3 };

/* --- options and configuration ---------------------------------------------------------- */

/* "1.1" as 1100: above 0, up to 1000, with up to three decimals. */
static bool parse_thousandths(int32_t *out, const char *text)
{
	int64_t value = 0;
	int decimals = -1;

	for (; *text; text++) {
		if (*text == '.' && decimals < 0) {
			decimals = 0;
			continue;
		}
		if (*text < '0' || *text > '9' || decimals == DECIMALS || value > THOUSAND)
			return false;
		value = value * 10 + (*text - '0');
		decimals += decimals >= 0;
	}
	for (int i = decimals < 0 ? 0 : decimals; i < DECIMALS; i++)
		value *= 10;
	if (value < 1 || value > (int64_t)THOUSAND * THOUSAND)
		return false;
	*out = (int32_t)value;
	return true;
}

static enum tt_code take_number(int32_t *out, const struct vcs_repo *repo, const char *option,
	const char *key, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf value = STRBUF_INIT;

	if (option)
		strbuf_addstr(&value, option);
	else if (!vcs_config_get(&value, repo, key))
		return TT_OK;
	if (parse_thousandths(out, value.buf))
		return TT_OK;
	return tt_fail(err, option ? TT_EUSAGE : TT_EINPUT,
		"%s is '%s': it can be a number like 4 or 1.125",
		option ? strrchr(key, '.') + 1 : key, value.buf);
}

static enum tt_code choose_method(
	struct estimator *e, const struct vcs_repo *repo, const char *option, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf value = STRBUF_INIT;

	if (option)
		strbuf_addstr(&value, option);
	else if (!vcs_config_get(&value, repo, "track-tokens.estimate.method"))
		return TT_OK;
	e->is_s0 = strcmp(value.buf, "s0") == 0;
	if (e->is_s0 || strcmp(value.buf, "kinds") == 0)
		return TT_OK;
	return tt_fail(err, TT_EINPUT,
		"track-tokens.estimate.method is '%s': it can be kinds or s0", value.buf);
}

/* --- what was learned ---------------------------------------------------------------------- */

static void read_rates(struct estimate_rates *out, struct json_reader *r)
{
	struct json_text key;

	json_enter_object(r);
	while (json_next_key(r, &key)) {
		int kind = 0;

		while (kind < TEXT_KINDS && !json_text_is(key, text_kind_names[kind]))
			kind++;
		if (kind < TEXT_KINDS)
			out->per_million[kind] = (int32_t)json_read_int(r, 1, ESTIMATE_RATE_MAX);
		else
			json_skip(r);
	}
}

static bool decode(struct estimate_fitted *out, const struct strbuf *text)
{
	struct estimate_fitted fitted = { .rates = estimate_default_rates };
	struct tt_error ignored = TT_ERROR_INIT;
	struct json_reader r;
	struct json_text key;

	json_reader_init(&r, text->buf, text->len);
	json_enter_object(&r);
	while (json_next_key(&r, &key)) {
		if (json_text_is(key, "rates"))
			read_rates(&fitted.rates, &r);
		else if (json_text_is(key, "learned_from"))
			fitted.learned_from = (size_t)json_read_int(&r, 0, INT32_MAX);
		else if (json_text_is(key, "held_out"))
			fitted.held_out.samples = (size_t)json_read_int(&r, 0, INT32_MAX);
		else if (json_text_is(key, "error_permille"))
			fitted.held_out.mean_absolute_permille = json_read_int(&r, 0, INT32_MAX);
		else
			json_skip(&r);
	}
	json_reader_end(&r);
	if (json_reader_error(&r, &ignored) != TT_OK)
		return false;
	*out = fitted;
	return true;
}

static void load(struct estimator *e)
{
	_cleanup_(user_state_close) struct user_state state = USER_STATE_INIT;
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	struct tt_error ignored = TT_ERROR_INIT;

	e->is_calibrated =
		user_state_open(&state, false, &ignored) == TT_OK &&
		fs_read(&text, state.dirfd, FILE_NAME, FILE_LIMIT, FILE_NAME, &ignored) == TT_OK &&
		decode(&e->fitted, &text);
}

static void encode(struct strbuf *out, const struct estimate_fitted *fitted)
{
	struct json_writer w = { .out = out };
	char now[INSTANT_TEXT];

	instant_format(now, clock_now());
	json_open(&w, '{');
	json_put_int(&w, "version", 1);
	json_put_string(&w, "made_at", now);
	json_put_int(&w, "learned_from", (int64_t)fitted->learned_from);
	json_put_int(&w, "held_out", (int64_t)fitted->held_out.samples);
	json_put_int(&w, "error_permille", fitted->held_out.mean_absolute_permille);
	json_key(&w, "rates");
	json_open(&w, '{');
	for (int kind = 0; kind < TEXT_KINDS; kind++)
		json_put_int(&w, text_kind_names[kind], fitted->rates.per_million[kind]);
	json_close(&w, '}');
	json_close(&w, '}');
	strbuf_addch(out, '\n');
}

enum tt_code estimator_save(const struct estimate_fitted *fitted, struct tt_error *err)
{
	_cleanup_(user_state_close) struct user_state state = USER_STATE_INIT;
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	_autofree_ char *shown = NULL;

	if (user_state_open(&state, true, err) != TT_OK)
		return err->code;
	shown = xasprintf("%s/" FILE_NAME, state.dir.buf);
	encode(&text, fitted);
	return fs_replace(state.dirfd, FILE_NAME, text.buf, text.len, FILE_MODE, shown, err);
}

/* --- estimating --------------------------------------------------------------------------------
 */

enum tt_code estimator_open(struct estimator *out, const struct context *ctx,
	const struct estimator_options *options, struct tt_error *err)
{
	struct estimator e = { .s0 = ESTIMATE_S0_INIT,
		.fitted = { .rates = estimate_default_rates } };

	if (choose_method(&e, ctx->repo, options->method, err) != TT_OK ||
		take_number(&e.s0.chars_per_token, ctx->repo, options->chars_per_token,
			"track-tokens.estimate.charsPerToken", err) != TT_OK ||
		take_number(&e.s0.buffer, ctx->repo, options->buffer,
			"track-tokens.estimate.buffer", err) != TT_OK)
		return err->code;
	load(&e);
	*out = e;
	return TT_OK;
}

int64_t estimator_tokens(
	const struct estimator *e, const struct strbuf *text, struct text_profile *profile)
{
	struct text_profile own = { 0 };

	text_profile_add(&own, text->buf, text->len);
	for (int kind = 0; profile && kind < TEXT_KINDS; kind++)
		profile->chars[kind] += own.chars[kind];
	return e->is_s0 ? estimate_by_s0(text->buf, text->len, &e->s0)
			: estimate_by_kinds(&own, &e->fitted.rates);
}

const char *estimator_method(const struct estimator *e)
{
	return e->is_s0 ? "s0" : "kinds";
}

/* --- samples
 * -------------------------------------------------------------------------------------- */

static void read_samples(struct text_samples *out, const struct context *ctx,
	const struct transcript_list *list, struct progress *progress)
{
	for (size_t i = 0; i < list->count; i++) {
		struct tt_error problem = TT_ERROR_INIT;

		if (text_samples_read(out, list->files[i].path, &problem) != TT_OK &&
			problem.code != TT_ENOTFOUND)
			context_warn(ctx, "%s", problem.msg);
		atomic_fetch_add(&progress->done, list->files[i].size);
		progress_tick(progress);
	}
}

enum tt_code estimator_samples(
	struct text_samples *out, const struct context *ctx, struct tt_error *err)
{
	_cleanup_(transcript_list_release) struct transcript_list list = TRANSCRIPT_LIST_INIT;
	_cleanup_(claude_dirs_release) struct claude_dirs dirs = { 0 };
	struct progress progress;
	int64_t bytes = 0;

	claude_dirs_find(&dirs);
	for (size_t i = 0; i < dirs.count; i++)
		if (transcript_find(&list, dirs.paths[i], err) != TT_OK)
			return err->code;
	for (size_t i = 0; i < list.count; i++)
		bytes += list.files[i].size;
	progress_begin(&progress, ctx->err_is_terminal && !ctx->common.quiet, "Reading transcripts",
		bytes);
	read_samples(out, ctx, &list, &progress);
	progress_end(&progress);
	return TT_OK;
}
