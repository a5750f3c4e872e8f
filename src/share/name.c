/* SPDX-License-Identifier: MIT */
#include <stdbool.h>
#include <string.h>

#include "base/text.h"
#include "internal.h"

const char *const share_window_names[WINDOW_KINDS] = { "five_hour", "seven_day" };

static bool has_control(const char *name)
{
	for (; *name; name++)
		if ((unsigned char)*name < 0x20 || *name == 0x7f)
			return true;
	return false;
}

enum tt_code share_check_name(const char *name, struct tt_error *err)
{
	size_t len = strlen(name);

	if (len == 0)
		return tt_fail(err, TT_EINPUT, "the name of a server is empty");
	if (len > SHARE_NAME_MAX)
		return tt_fail(err, TT_EINPUT, "the name of a server is longer than %d bytes",
			SHARE_NAME_MAX);
	if (!utf8_is_valid(name, len) || has_control(name))
		return tt_fail(err, TT_EINPUT,
			"the name of a server is not UTF-8 text without control characters");
	return TT_OK;
}

static bool is_plain(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       c == '.' || c == '_' || c == '-';
}

/* A dot in front would hide the file. */
void share_add_file_name(struct strbuf *out, const char *name, const char *installation)
{
	for (const char *c = name; *c; c++)
		if (is_plain(*c) && (*c != '.' || c != name))
			strbuf_addch(out, *c);
		else
			strbuf_addf(out, "%%%02X", (unsigned int)(unsigned char)*c);
	strbuf_addf(out, "~%.*s.json", SHARE_ID_DIGITS, installation);
}
