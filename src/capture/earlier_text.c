/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "capture/earlier_file.h"

enum encoding { ENCODING_UTF8, ENCODING_UTF16_LE, ENCODING_UTF16_BE };

/* Text of ours begins with two ASCII characters, so that in UTF-16 every other of
 * the first bytes is zero. */
static enum encoding guess(const unsigned char *at, size_t len)
{
	if (len >= 2 && at[0] == 0xff && at[1] == 0xfe)
		return ENCODING_UTF16_LE;
	if (len >= 2 && at[0] == 0xfe && at[1] == 0xff)
		return ENCODING_UTF16_BE;
	if (len >= 4 && at[0] && !at[1] && at[2] && !at[3])
		return ENCODING_UTF16_LE;
	if (len >= 4 && !at[0] && at[1] && !at[2] && at[3])
		return ENCODING_UTF16_BE;
	return ENCODING_UTF8;
}

static void add_character(struct strbuf *out, uint32_t c)
{
	static const unsigned char lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
	int bytes = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

	if (bytes == 1) {
		strbuf_addch(out, (char)c);
		return;
	}
	strbuf_addch(out, (char)(lead[bytes] | c >> 6 * (bytes - 1)));
	while (--bytes > 0)
		strbuf_addch(out, (char)(0x80 | (c >> 6 * (bytes - 1) & 0x3f)));
}

static uint32_t unit_at(const unsigned char *at, enum encoding encoding)
{
	return encoding == ENCODING_UTF16_LE ? (uint32_t)at[0] | (uint32_t)at[1] << 8
					     : (uint32_t)at[1] | (uint32_t)at[0] << 8;
}

static enum tt_code decode_utf16(struct strbuf *out, const unsigned char *at, size_t len,
	enum encoding encoding, struct tt_error *err)
{
	for (size_t i = 0; i + 1 < len; i += 2) {
		uint32_t c = unit_at(at + i, encoding), low;

		if (c == 0xfeff && i == 0)
			continue;
		if (c >= 0xd800 && c < 0xdc00 && i + 3 < len) {
			low = unit_at(at + i + 2, encoding);
			if (low >= 0xdc00 && low < 0xe000) {
				c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
				i += 2;
			}
		}
		if (c >= 0xd800 && c < 0xe000)
			return tt_fail(err, TT_EINPUT, "byte %zu: half a character of UTF-16", i);
		add_character(out, c);
	}
	if (len % 2)
		return tt_fail(err, TT_EINPUT, "it is cut off inside a character of UTF-16");
	return TT_OK;
}

enum tt_code earlier_text_decode(
	struct strbuf *out, const char *bytes, size_t len, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	enum encoding encoding = guess((const unsigned char *)bytes, len);
	size_t mark = len >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;

	if (encoding == ENCODING_UTF8)
		strbuf_add(&text, bytes + mark, len - mark);
	else if (decode_utf16(&text, (const unsigned char *)bytes, len, encoding, err) != TT_OK)
		return err->code;
	if (!utf8_is_valid(text.buf, text.len))
		return tt_fail(err, TT_EINPUT, "it is neither UTF-8 nor UTF-16");
	strbuf_add(out, text.buf, text.len);
	return TT_OK;
}

bool earlier_file_is_database(const char *bytes, size_t len)
{
	static const char magic[] = "SQLite format 3"; /* with its NUL */

	return len >= sizeof magic && memcmp(bytes, magic, sizeof magic) == 0;
}
