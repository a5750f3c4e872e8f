/* SPDX-License-Identifier: MIT */
#include "capture/request.h"

#include "base/json_writer.h"

enum { REQUEST_VERSION = 1 };

void request_encode(struct strbuf *out, const struct request *r)
{
	struct json_writer w = { .out = out };

	json_open(&w, '{');
	json_put_int(&w, "format_version", REQUEST_VERSION);
	json_put_string(&w, "repository", r->repository);
	json_put_string(&w, "branch", r->branch);
	json_key(&w, "entry");
	entry_encode(out, &r->entry, ENTRY_FORM_EXPORT);
	json_close(&w, '}');
	strbuf_addch(out, '\n');
}

static const char *read_text(struct json_reader *r, struct arena *arena)
{
	const char *text = json_read_null(r) ? NULL : json_read_string(r, arena);

	return text && *text ? text : NULL;
}

struct parsed {
	struct request request;
	int64_t version;
	bool has_entry;
};

static void read_members(struct parsed *p, struct json_reader *r, struct arena *arena)
{
	struct json_text key;

	json_enter_object(r);
	while (json_next_key(r, &key)) {
		if (json_text_is(key, "format_version")) {
			p->version = json_read_int(r, 1, INT32_MAX);
		} else if (json_text_is(key, "repository")) {
			p->request.repository = read_text(r, arena);
		} else if (json_text_is(key, "branch")) {
			p->request.branch = read_text(r, arena);
		} else if (json_text_is(key, "entry") && p->version <= REQUEST_VERSION) {
			entry_decode(r, arena, &p->request.entry);
			p->has_entry = true;
		} else {
			json_skip(r);
		}
	}
	json_reader_end(r);
}

enum tt_code request_parse(struct request *out, struct arena *arena, const char *json, size_t len,
	struct tt_error *err)
{
	struct parsed p = { .version = REQUEST_VERSION };
	struct json_reader r;

	json_reader_init(&r, json, len);
	read_members(&p, &r, arena);
	if (json_reader_error(&r, err) != TT_OK)
		return err->code;
	if (p.version > REQUEST_VERSION)
		return tt_fail(err, TT_ESCHEMA,
			"the request is of a newer version of track-tokens: update this one");
	if (!p.has_entry)
		return tt_fail(err, TT_EINPUT, "line 1, column 1: 'entry' is missing");
	if (!p.request.repository != !p.request.branch)
		return tt_fail(
			err, TT_EINPUT, "line 1, column 1: 'repository' and 'branch' go together");
	*out = p.request;
	return TT_OK;
}
