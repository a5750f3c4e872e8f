/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/model/sha1.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "model/branch_file.h"

static void sha1__agrees_with_sha1sum_at_block_borders(void **state)
{
	static const struct {
		size_t len;
		const char *hex;
	} cases[] = {
		{ 0, "da39a3ee5e6b4b0d3255bfef95601890afd80709" },
		{ 55, "cef734ba81a024479e09eb5a75b6ddae62e6abf1" },
		{ 56, "901305367c259952f4e7af8323f480d59f81335b" },
		{ 63, "0ddc4e0cccd9a12850deb5abb0853a4425559fec" },
		{ 64, "bb2fa3ee7afb9f54c6dfb5d021f14b1ffe40c163" },
		{ 119, "4300320394f7ee239bcdce7d3b8bcee173a0cd5c" },
		{ 120, "ceb2821639c4b6dcb10bce0e522ca2e608ce056d" },
		{ 1000, "c3efa690fa3fdd2e2526853eed670538ea127638" },
	};
	char text[1000];

	(void)state;
	memset(text, 'x', sizeof text);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		unsigned char hash[SHA1_SIZE];
		char hex[2 * SHA1_SIZE + 1];

		sha1(hash, text, cases[i].len);
		for (size_t k = 0; k < SHA1_SIZE; k++)
			(void)snprintf(hex + 2 * k, 3, "%02x", hash[k]);
		assert_string_equal(hex, cases[i].hex);
	}
}

static void branch_file_add_name__escapes_everything_but_plain_bytes(void **state)
{
	static const struct {
		const char *branch, *name, *twin;
	} cases[] = {
		{ "main", "tokens_main.json", "tokens_main~b28b7af69320201d.json" },
		{ "feature/login", "tokens_feature%2Flogin.json",
			"tokens_feature%2Flogin~ccb6f3af339534c9.json" },
		{ "a~b", "tokens_a%7Eb.json", "tokens_a%7Eb~baaed74871d64a9c.json" },
		{ "feature%2Flogin", "tokens_feature%252Flogin.json", NULL },
		{ "../../x", "tokens_..%2F..%2Fx.json", NULL },
		{ "\xc3\xa9 \x1b", "tokens_%C3%A9%20%1B.json", NULL },
		{ "-rf", "tokens_-rf.json", NULL },
		{ "x.lock", "tokens_x.lock.json", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		_cleanup_(strbuf_release) struct strbuf name = STRBUF_INIT;

		branch_file_add_name(&name, cases[i].branch, false);
		assert_string_equal(name.buf, cases[i].name);
		assert_true(branch_file_is_ledger(name.buf));
		strbuf_reset(&name);
		branch_file_add_name(&name, cases[i].branch, true);
		if (cases[i].twin)
			assert_string_equal(name.buf, cases[i].twin);
		assert_true(branch_file_is_ledger(name.buf));
	}
}

/* `as` times 'a', then `slashes` times '/'. */
static void make_branch(struct strbuf *out, int as, int slashes)
{
	strbuf_reset(out);
	for (int i = 0; i < as; i++)
		strbuf_addch(out, 'a');
	for (int i = 0; i < slashes; i++)
		strbuf_addch(out, '/');
}

static void branch_file_add_encoded__cuts_long_names_between_escapes(void **state)
{
	static const struct {
		int as, slashes;
		size_t len;
		const char *tail;
	} cases[] = {
		{ 180, 0, 180, "aaaa" },
		{ 181, 0, 180, "aaa~9bb51971a165372d" },
		{ 161, 10, 178, "aaa~98d6bcaa7d66dc49" },
		{ 162, 10, 179, "aaa~3dab20f0954c8f11" },
		{ 163, 10, 180, "aaa~fe9b2b9509cbb767" },
	};
	_cleanup_(strbuf_release) struct strbuf branch = STRBUF_INIT, name = STRBUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		make_branch(&branch, cases[i].as, cases[i].slashes);
		strbuf_reset(&name);
		branch_file_add_encoded(&name, branch.buf);
		assert_int_equal(name.len, cases[i].len);
		assert_true(text_ends_with(name.buf, cases[i].tail));
	}
}

static void branch_file_is_ledger__knows_other_files(void **state)
{
	static const char *const others[] = { "tokens_.json", "tokens_a.json.lock",
		"tokens_a.json.tmp", "tokens_a.json.v1", "a.json", ".gitignore", "archive" };

	(void)state;
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		assert_false(branch_file_is_ledger(others[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sha1__agrees_with_sha1sum_at_block_borders),
		cmocka_unit_test(branch_file_add_name__escapes_everything_but_plain_bytes),
		cmocka_unit_test(branch_file_add_encoded__cuts_long_names_between_escapes),
		cmocka_unit_test(branch_file_is_ledger__knows_other_files),
	};

	return cmocka_run_group_tests_name("branch_file", tests, NULL, NULL);
}
