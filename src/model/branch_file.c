/* SPDX-License-Identifier: MIT */
#include "model/branch_file.h"

#include <string.h>

#include "base/text.h"
#include "sha1.h"

/* A file name may have 255 bytes; exports add a time and a number to this. */
enum { ENCODED_MAX = 180, HASH_BYTES = 8, SUFFIX = 1 + 2 * HASH_BYTES };

static bool is_plain(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '.' || c == '_' || c == '-';
}

static void add_escaped(struct strbuf *out, const char *branch)
{
	for (const char *c = branch; *c; c++)
		if (is_plain((unsigned char)*c))
			strbuf_addch(out, *c);
		else
			strbuf_addf(out, "%%%02X", (unsigned char)*c);
}

/* Cut the encoded branch, which begins at `from`, to `max` bytes, never inside
 * an escape. */
static void cut(struct strbuf *out, size_t from, size_t max)
{
	size_t end = from + max;

	if (out->len <= end)
		return;
	for (size_t back = 1; back <= 2; back++)
		if (out->buf[end - back] == '%') {
			end -= back;
			break;
		}
	strbuf_setlen(out, end);
}

/* "~" is never part of an encoded branch, so no other branch has this name. */
static void add_hash(struct strbuf *out, const char *branch)
{
	unsigned char hash[SHA1_SIZE];

	sha1(hash, branch, strlen(branch));
	strbuf_addch(out, '~');
	for (size_t i = 0; i < HASH_BYTES; i++)
		strbuf_addf(out, "%02x", hash[i]);
}

static void add_encoded(struct strbuf *out, const char *branch, bool hashed)
{
	size_t from = out->len;

	add_escaped(out, branch);
	if (!hashed && out->len - from <= ENCODED_MAX)
		return;
	cut(out, from, ENCODED_MAX - SUFFIX);
	add_hash(out, branch);
}

void branch_file_add_encoded(struct strbuf *out, const char *branch)
{
	add_encoded(out, branch, false);
}

void branch_file_add_name(struct strbuf *out, const char *branch, bool twin)
{
	strbuf_addstr(out, "tokens_");
	add_encoded(out, branch, twin);
	strbuf_addstr(out, ".json");
}

bool branch_file_is_ledger(const char *name)
{
	return text_starts_with(name, "tokens_") && text_ends_with(name, ".json") &&
	       strlen(name) > strlen("tokens_.json");
}
