/* SPDX-License-Identifier: MIT */
#include <cjson/cJSON.h>

#include "../../src/cli/settings_edit.h"
#include "fuzz.h"

static const struct settings_wish nothing = { 0 };
static const struct settings_wish everything = { "/opt/tt/track-tokens hook",
	"'/it'\\''s/track-tokens' statusline" };
static const struct settings_wish hooks = { "/opt/tt/track-tokens hook", NULL };

static bool edit(struct strbuf *out, const struct strbuf *text, const struct settings_wish *wish)
{
	struct tt_error err = TT_ERROR_INIT;
	enum tt_code code;

	strbuf_setlen(out, 0);
	code = settings_edit(out, text->buf, text->len, wish, &err);

	must(code == TT_OK || (code == TT_EINPUT && strncmp(err.msg, "line ", 5) == 0));
	return code == TT_OK;
}

static bool same(const struct strbuf *a, const struct strbuf *b)
{
	return a->len == b->len && memcmp(a->buf, b->buf, a->len) == 0;
}

static bool is_blank(const struct strbuf *text)
{
	return strspn(text->buf, " \t\r\n") >= text->len;
}

/* cJSON knows fewer levels and more escapes; what it takes it must take afterwards. */
static bool parses(const struct strbuf *text)
{
	cJSON *document = cJSON_ParseWithLength(text->buf, text->len);
	bool ok = document != NULL;

	cJSON_Delete(document);
	return ok;
}

/* Is there a container that is empty but for white space?  Only the kept file can tell
 * then what was between its brackets. */
static bool has_empty_container(const char *text)
{
	for (; *text; text++)
		if ((*text == '{' || *text == '[') &&
			strchr("}]", text[1 + strspn(text + 1, " \t\r\n")]))
			return true;
	return false;
}

static void check_added(const struct strbuf *text, const struct strbuf *without)
{
	_cleanup_(strbuf_release) struct strbuf with = STRBUF_INIT, again = STRBUF_INIT,
						back = STRBUF_INIT, more = STRBUF_INIT;
	struct settings_state state = { 0 };
	struct tt_error err = TT_ERROR_INIT;

	must(edit(&with, text, &everything));
	must(is_blank(text) || !parses(text) || parses(&with));
	must(edit(&again, &with, &everything));
	must(same(&again, &with));
	must(settings_look(&state, with.buf, with.len, &err) == TT_OK);
	must(state.hooks == SETTINGS_EVENTS && state.statusline);
	free(state.hook_command);
	must(edit(&again, without, &hooks) && edit(&back, &again, &nothing));
	if (!has_empty_container(without->buf) && !is_blank(without))
		must(same(&back, without));
	must(edit(&back, &with, &nothing));
	must(edit(&more, &back, &nothing));
	must(same(&more, &back));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT, without = STRBUF_INIT,
						twice = STRBUF_INIT;
	struct settings_state state = { 0 };
	struct tt_error err = TT_ERROR_INIT;
	bool ok;

	strbuf_add(&text, (const char *)data, size);
	ok = edit(&without, &text, &nothing);
	must((settings_look(&state, text.buf, text.len, &err) == TT_OK) == ok);
	free(state.hook_command);
	if (!ok)
		return 0;
	must(is_blank(&text) || !parses(&text) || parses(&without));
	must(edit(&twice, &without, &nothing));
	must(same(&twice, &without));
	check_added(&text, &without);
	return 0;
}
