/* SPDX-License-Identifier: MIT */
#include "fuzz.h"
#include "model/branch_file.h"

static int hex(char c)
{
	return c <= '9' ? c - '0' : c - 'A' + 10;
}

static void decode(struct strbuf *out, const char *encoded)
{
	for (; *encoded; encoded++)
		if (*encoded == '%') {
			strbuf_addch(out, (char)(hex(encoded[1]) * 16 + hex(encoded[2])));
			encoded += 2;
		} else {
			strbuf_addch(out, *encoded);
		}
}

/* The encoded branch is a harmless file name that fits, and gives the branch
 * back unless it was cut. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-%~";
	_autofree_ char *branch = input_text(data, size);
	_cleanup_(strbuf_release) struct strbuf encoded = STRBUF_INIT, back = STRBUF_INIT;
	_cleanup_(strbuf_release) struct strbuf name = STRBUF_INIT, twin = STRBUF_INIT;

	branch_file_add_encoded(&encoded, branch);
	must(encoded.len <= 180);
	must(encoded.buf[strspn(encoded.buf, plain)] == '\0');
	if (!strchr(encoded.buf, '~')) {
		decode(&back, encoded.buf);
		must(strcmp(back.buf, branch) == 0);
	} else {
		must(strlen(branch) > 60);
		must(encoded.buf[encoded.len - 17] == '~');
	}
	branch_file_add_name(&name, branch, false);
	branch_file_add_name(&twin, branch, true);
	must(twin.len <= 192);
	must(*branch == '\0' || branch_file_is_ledger(name.buf));
	must(branch_file_is_ledger(twin.buf));
	return 0;
}
