/* SPDX-License-Identifier: MIT */
#include "exchange/export_file.h"

#include "base/json_writer.h"
#include "model/branch_file.h"

void export_file_name(struct strbuf *out, const char *branch, struct instant now, uint32_t nonce)
{
	char stamp[INSTANT_TEXT];

	instant_format_stamp(stamp, now);
	strbuf_addstr(out, "tokens_");
	branch_file_add_encoded(out, branch);
	strbuf_addf(out, "_%s_%08x.json", stamp, nonce);
}

static void put_metadata(struct json_writer *w, const struct export_meta *meta)
{
	char exported_at[INSTANT_TEXT];

	instant_format(exported_at, meta->exported_at);
	json_key(w, "export_metadata");
	json_open(w, '{');
	json_put_string(w, "export_version", EXPORT_VERSION);
	json_put_string(w, "exported_at", exported_at);
	json_put_string(w, "exported_by", meta->exported_by);
	json_put_string(w, "repository", meta->repository);
	json_put_string(w, "branch", meta->branch);
	json_put_string(w, "commit", meta->commit);
	json_put_string(w, "tool_version", meta->tool_version);
	json_close(w, '}');
}

void export_begin(struct export_writer *w, struct strbuf *out, const struct export_meta *meta)
{
	struct json_writer json = { .out = out };

	*w = (struct export_writer){ .out = out, .many = !meta->branch };
	json_open(&json, '{');
	put_metadata(&json, meta);
	json_key(&json, "token_data");
	if (w->many)
		json_open(&json, '[');
}

static void end_branch(struct export_writer *w)
{
	if (w->branches)
		strbuf_addstr(w->out, w->entries ? "\n]}" : "]}");
}

void export_branch(struct export_writer *w, const char *branch, int64_t total_tokens)
{
	struct json_writer json = { .out = w->out };

	end_branch(w);
	if (w->branches)
		strbuf_addstr(w->out, ",\n");
	json_open(&json, '{');
	json_put_string(&json, "branch", branch);
	json_put_int(&json, "total_tokens", total_tokens);
	json_key(&json, "sessions");
	json_open(&json, '[');
	w->branches++;
	w->entries = 0;
}

void export_entry(struct export_writer *w, const struct entry *e)
{
	strbuf_addstr(w->out, w->entries ? ",\n" : "\n");
	entry_encode(w->out, e, ENTRY_FORM_EXPORT);
	w->entries++;
}

void export_end(struct export_writer *w)
{
	end_branch(w);
	strbuf_addstr(w->out, w->many ? "]}\n" : "}\n");
}
