/* SPDX-License-Identifier: MIT */
#include "base/json.h"
#include "base/json_writer.h"
#include "fuzz.h"

static void write_node(struct json_writer *w, const struct json *node)
{
	bool object = json_typeof(node) == JSON_OBJECT;

	switch (json_typeof(node)) {
	case JSON_OBJECT:
	case JSON_ARRAY:
		json_open(w, object ? '{' : '[');
		for (const struct json *item = json_first(node); item; item = json_next(item)) {
			if (object)
				json_key(w, json_name(item));
			write_node(w, item);
		}
		json_close(w, object ? '}' : ']');
		break;
	case JSON_STRING:
		json_string(w, json_text(node));
		break;
	case JSON_NUMBER:
		json_raw(w, json_number(node), strlen(json_number(node)));
		break;
	case JSON_BOOL:
		json_bool(w, json_is_true(node));
		break;
	case JSON_NULL:
		json_null(w);
		break;
	case JSON_INVALID:
		must(!"a tree without holes");
	}
}

static void print_text(struct strbuf *out, const char *text, size_t len)
{
	_cleanup_(json_freep) struct json *root = NULL;
	struct json_writer w = { .out = out };
	struct tt_error err;

	must(json_parse(&root, text, len, &err) == TT_OK);
	write_node(&w, root);
}

static bool reader_accepts(const char *text, size_t len)
{
	struct json_reader r;

	json_reader_init(&r, text, len);
	json_skip(&r);
	json_reader_end(&r);
	must(!r.failed || is_harmless(r.error.msg));
	return !r.failed;
}

/* Whatever the reader accepts makes a tree, and printing the tree loses nothing. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(strbuf_release) struct strbuf once = STRBUF_INIT, twice = STRBUF_INIT;

	if (!reader_accepts((const char *)data, size))
		return 0;
	must(utf8_is_valid((const char *)data, size));
	must(memchr(data, '\0', size) == NULL);
	print_text(&once, (const char *)data, size);
	must(reader_accepts(once.buf, once.len));
	print_text(&twice, once.buf, once.len);
	must(strcmp(once.buf, twice.buf) == 0);
	return 0;
}
