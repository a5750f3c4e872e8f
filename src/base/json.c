/* SPDX-License-Identifier: MIT */
#include "base/json.h"

#include <string.h>

#include <cjson/cJSON.h>

#include "base/cleanup.h"
#include "base/strbuf.h"

/*
 * cJSON reads numbers through a double.  So it never gets to see one: in a copy
 * of the text each number becomes a string that begins with a byte which valid
 * UTF-8 cannot hold, and whose rest is the digits as they were written.
 */
enum { NUMBER_MARK = 0xff };

static const cJSON *from(const struct json *node)
{
	return (const cJSON *)node;
}

static const struct json *to(const cJSON *item)
{
	return (const struct json *)item;
}

static enum tt_code check_syntax(const char *text, size_t len, struct tt_error *err)
{
	struct json_reader r;

	json_reader_init(&r, text, len);
	json_skip(&r);
	json_reader_end(&r);
	return json_reader_error(&r, err);
}

/* Length of the string at text, quotes included; the text is known to be valid. */
static size_t string_length(const char *text)
{
	size_t n = 1;

	while (text[n] != '"')
		n += text[n] == '\\' ? 2 : 1;
	return n + 1;
}

static bool starts_number(char c)
{
	return c == '-' || (c >= '0' && c <= '9');
}

static size_t number_length(const char *text, size_t len)
{
	size_t n = 0;

	while (n < len && (starts_number(text[n]) || (text[n] && strchr("+.eE", text[n]))))
		n++;
	return n;
}

static void hide_numbers(struct strbuf *out, const char *text, size_t len)
{
	size_t i = 0;

	strbuf_grow(out, len);
	while (i < len) {
		size_t n = 1;

		if (starts_number(text[i])) {
			n = number_length(text + i, len - i);
			strbuf_addch(out, '"');
			strbuf_addch(out, (char)NUMBER_MARK);
			strbuf_add(out, text + i, n);
			strbuf_addch(out, '"');
		} else {
			if (text[i] == '"')
				n = string_length(text + i);
			strbuf_add(out, text + i, n);
		}
		i += n;
	}
}

enum tt_code json_parse(struct json **out, const char *text, size_t len, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf copy = STRBUF_INIT;
	cJSON *tree;

	if (check_syntax(text, len, err) != TT_OK)
		return err->code;
	hide_numbers(&copy, text, len);
	tree = cJSON_ParseWithLength(copy.buf, copy.len);
	/* The text is known to be valid: nothing but memory can be missing. */
	if (!tree)
		return tt_fail(err, TT_EFAILED, "out of memory while reading JSON");
	*out = (struct json *)tree;
	return TT_OK;
}

void json_free(struct json *root)
{
	cJSON_Delete((cJSON *)root);
}

void json_freep(struct json **root)
{
	json_free(*root);
}

static bool is_number(const cJSON *item)
{
	return cJSON_IsString(item) && (unsigned char)item->valuestring[0] == NUMBER_MARK;
}

enum json_type json_typeof(const struct json *node)
{
	const cJSON *item = from(node);

	if (cJSON_IsObject(item))
		return JSON_OBJECT;
	if (cJSON_IsArray(item))
		return JSON_ARRAY;
	if (cJSON_IsString(item))
		return is_number(item) ? JSON_NUMBER : JSON_STRING;
	if (cJSON_IsBool(item))
		return JSON_BOOL;
	return cJSON_IsNull(item) ? JSON_NULL : JSON_INVALID;
}

const struct json *json_get(const struct json *obj, const char *key)
{
	if (!cJSON_IsObject(from(obj)))
		return NULL;
	return to(cJSON_GetObjectItemCaseSensitive(from(obj), key));
}

const struct json *json_first(const struct json *container)
{
	return container ? to(from(container)->child) : NULL;
}

const struct json *json_next(const struct json *node)
{
	return node ? to(from(node)->next) : NULL;
}

const char *json_name(const struct json *member)
{
	return member ? from(member)->string : NULL;
}

const char *json_text(const struct json *node)
{
	return json_typeof(node) == JSON_STRING ? from(node)->valuestring : NULL;
}

const char *json_number(const struct json *node)
{
	return json_typeof(node) == JSON_NUMBER ? from(node)->valuestring + 1 : NULL;
}

bool json_integer(const struct json *node, int64_t *out)
{
	const char *digits = json_number(node);
	struct json_reader r;
	int64_t value;

	if (!digits)
		return false;
	json_reader_init(&r, digits, strlen(digits));
	value = json_read_int(&r, INT64_MIN, INT64_MAX);
	json_reader_end(&r);
	if (r.failed)
		return false;
	*out = value;
	return true;
}

bool json_is_true(const struct json *node)
{
	return cJSON_IsTrue(from(node));
}
