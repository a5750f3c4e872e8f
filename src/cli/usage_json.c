/* SPDX-License-Identifier: MIT */
#include "usage_json.h"

#include <fcntl.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/json.h"

enum { ANSWER_MAX = 1024 * 1024 };

/* A count; absent and null are 0. */
static enum tt_code take(
	int64_t *out, const struct json *object, const char *key, struct tt_error *err)
{
	const struct json *node = json_get(object, key);
	int64_t count = 0;

	if (node && json_typeof(node) != JSON_NULL &&
		(!json_integer(node, &count) || count < 0 || count > USAGE_MAX))
		return tt_fail(err, TT_EINPUT, "'%s' is not a token count", key);
	*out = count;
	return TT_OK;
}

/* What was written to the cache: by lifetime where the answer says so, else
 * with the lifetime that the API uses unless told otherwise. */
static enum tt_code take_cache_writes(
	struct usage *out, const struct json *usage, struct tt_error *err)
{
	const struct json *parts = json_get(usage, "cache_creation");
	int64_t all, short_lived, long_lived;

	if (take(&all, usage, "cache_creation_input_tokens", err) != TT_OK ||
		take(&short_lived, parts, "ephemeral_5m_input_tokens", err) != TT_OK ||
		take(&long_lived, parts, "ephemeral_1h_input_tokens", err) != TT_OK)
		return err->code;
	out->cache_write_1h = long_lived;
	out->cache_write_5m = all > long_lived ? all - long_lived : 0;
	if (short_lived > out->cache_write_5m)
		out->cache_write_5m = short_lived;
	return TT_OK;
}

static bool is_text(const struct json *object, const char *key, const char *value)
{
	const char *text = json_text(json_get(object, key));

	return text && strcmp(text, value) == 0;
}

static enum tt_code take_usage(struct figures *f, const struct json *usage, struct tt_error *err)
{
	const struct json *tools = json_get(usage, "server_tool_use");
	bool fast = is_text(usage, "speed", "fast"), us = is_text(usage, "inference_geo", "us");

	if (take(&f->usage.input, usage, "input_tokens", err) != TT_OK ||
		take(&f->usage.output, usage, "output_tokens", err) != TT_OK ||
		take(&f->usage.cache_read, usage, "cache_read_input_tokens", err) != TT_OK ||
		take_cache_writes(&f->usage, usage, err) != TT_OK ||
		take(&f->web_searches, tools, "web_search_requests", err) != TT_OK)
		return err->code;
	f->price_class = fast && us ? "fast+us" : fast ? "fast" : us ? "us" : NULL;
	f->kind = ENTRY_MEASURED;
	f->source = "usage-json";
	f->requests = 1;
	f->has_usage = true;
	return TT_OK;
}

static enum tt_code take_document(
	struct figures *f, struct arena *arena, const struct json *root, struct tt_error *err)
{
	const struct json *message = json_get(root, "message");
	const struct json *answer = json_get(message, "usage") ? message : root;
	const struct json *usage = json_get(answer, "usage");
	const char *model = json_text(json_get(answer, "model"));

	if (!usage)
		usage = root;
	if (!json_get(usage, "input_tokens") && !json_get(usage, "output_tokens"))
		return tt_fail(err, TT_EINPUT, "neither input_tokens nor output_tokens");
	if (model)
		f->model = arena_strdup(arena, model);
	return take_usage(f, usage, err);
}

enum tt_code usage_json_read(
	struct figures *f, struct arena *arena, const char *file, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	_cleanup_(json_freep) struct json *root = NULL;
	bool piped = strcmp(file, "-") == 0;
	const char *shown = piped ? "standard input" : file;

	if (piped && figures_read_stdin(&text, err) != TT_OK)
		return err->code;
	if (!piped && fs_read(&text, AT_FDCWD, file, ANSWER_MAX, file, err) != TT_OK)
		return err->code;
	if (json_parse(&root, text.buf, text.len, err) != TT_OK ||
		take_document(f, arena, root, err) != TT_OK)
		return tt_context(err, "'%s'", shown);
	return TT_OK;
}
