/* SPDX-License-Identifier: MIT */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/strbuf.h"

/*
 *	hostile_corpus DIR		write files that want to do harm into DIR
 *	hostile_corpus --socket PATH	make a socket
 *
 * The first form prints one line a file: name, what must become of it, why.
 * "reject": refused, with the file named; "accept": read; "cap": either, but
 * within bounded time and memory.
 */

static const char *directory;

static void write_file(
	const char *name, const char *expect, const char *why, const char *data, size_t len)
{
	_autofree_ char *path = xasprintf("%s/%s.json", directory, name);
	FILE *file = fopen(path, "wb");

	if (!file || fwrite(data, 1, len, file) != len || fclose(file) != 0) {
		perror(path);
		exit(1);
	}
	printf("%s.json\t%s\t%s\n", name, expect, why);
}

static void write_buf(
	const char *name, const char *expect, const char *why, const struct strbuf *text)
{
	write_file(name, expect, why, text->buf, text->len);
}

/* --- exports with one odd place --------------------------------------- */

#define META "\"export_metadata\":{\"export_version\":\"2.0\"}"
#define BEGIN "{" META ",\"token_data\":{\"branch\":\"main\",\"sessions\":["
#define END "]}}"
#define ENTRY(n)                                                                                   \
	"{\"id\":\"00000000-0000-4000-a000-00000000000" n "\",\"revision\":1,\"kind\":\"manual\"," \
	"\"timestamp\":\"2026-11-23T09:00:00Z\",\"day\":\"2026-11-23\",\"tokens\":7,"              \
	"\"usage\":{\"unsplit\":7}}"

/* Another one each time, so that no file hides what another one did. */
static const char *next_id(void)
{
	static char id[40];
	static int serial;

	(void)snprintf(id, sizeof id, "00000000-0000-4000-9000-%012d", ++serial);
	return id;
}

static void add_entry(struct strbuf *out, const char *id, const char *tokens, const char *rest)
{
	strbuf_addf(out,
		"{\"id\":\"%s\",\"revision\":1,\"kind\":\"manual\",\"source\":\"manual\","
		"\"timestamp\":\"2026-11-23T09:00:00Z\",\"day\":\"2026-11-23\",\"tokens\":%s,"
		"\"usage\":{\"unsplit\":%s}%s}",
		id, tokens, tokens, rest);
}

/* An export whose only entry ends with `rest`. */
static void write_rest(const char *name, const char *expect, const char *why, const char *rest)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;

	strbuf_addstr(&text, BEGIN);
	add_entry(&text, next_id(), "5", rest);
	strbuf_addstr(&text, END);
	write_buf(name, expect, why, &text);
}

static void write_numbers(void)
{
	static const struct {
		const char *name, *number;
		bool good;
	} numbers[] = {
		{ "1e400", "1e400", false },
		{ "neg1e400", "-1e400", false },
		{ "2p53", "9007199254740992", false },
		{ "2p63", "9223372036854775808", false },
		{ "2p64", "18446744073709551616", false },
		{ "neg", "-1", false },
		{ "negzero", "-0", true },
		{ "frac", "1.5", false },
		{ "nan", "NaN", false },
		{ "inf", "Infinity", false },
		{ "hex", "0x10", false },
		{ "octal", "010", false },
		{ "plus", "+5", false },
		{ "dot", ".5", false },
		{ "trail", "5.", false },
		{ "exp", "5e0", true },
		{ "string", "\"5\"", false },
		{ "null", "null", false },
		{ "bool", "true", false },
		{ "arr", "[5]", false },
	};

	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
		_autofree_ char *name = xasprintf("num_%s", numbers[i].name);

		strbuf_addstr(&text, BEGIN);
		add_entry(&text, next_id(), numbers[i].number, "");
		strbuf_addstr(&text, END);
		write_buf(name, numbers[i].good ? "accept" : "reject", numbers[i].number, &text);
	}
}

static void write_strings(void)
{
	static const struct {
		const char *name, *bytes;
		size_t len;
	} strings[] = {
		{ "utf8_cut", "\xc3(", 2 },
		{ "utf8_overlong", "\xc0\xaf", 2 },
		{ "utf8_surrogate", "\xed\xa0\x80", 3 },
		{ "utf8_beyond", "\xf4\x90\x80\x80", 4 },
		{ "utf8_torn", "\xe2\x82", 2 },
		{ "utf8_ff", "\xff\xfe", 2 },
		{ "raw_nul", "a\0b", 3 },
		{ "raw_control", "a\001b", 3 },
		{ "raw_escape", "a\033[31mb", 7 },
		{ "raw_newline", "a\nb", 3 },
		{ "esc_nul", "\\u0000", 6 },
		{ "esc_high", "\\ud800", 6 },
		{ "esc_low", "\\udc00", 6 },
		{ "esc_swapped", "\\udc00\\ud800", 12 },
		{ "esc_hex", "\\u12G4", 6 },
		{ "esc_x", "\\x41", 4 },
		{ "esc_end", "\\", 1 },
	};

	for (size_t i = 0; i < sizeof strings / sizeof *strings; i++) {
		_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;

		strbuf_addstr(&text, BEGIN);
		add_entry(&text, next_id(), "5", ",\"notes\":\"");
		strbuf_setlen(&text, text.len - 1);
		strbuf_add(&text, strings[i].bytes, strings[i].len);
		strbuf_addstr(&text, "\"}" END);
		write_buf(strings[i].name, "reject", "not a JSON string", &text);
	}
}

static void write_notes(void)
{
	static const struct {
		const char *name, *notes, *why;
	} notes[] = {
		{ "esc_pair", "\\ud83d\\ude00", "a valid surrogate pair" },
		{ "show_terminal",
			"\\u001b[2J\\u001b]0;pwn\\u0007\\u009b31m\\u202eevil\\u200b\\r\\u007f",
			"terminal control" },
		{ "show_markdown",
			"|x|\\n# H\\n<script>alert(1)</script><img src=x onerror=1>"
			"[c](javascript:1) @team #1 ```mermaid\\n-->",
			"Markdown and HTML" },
		{ "show_commands",
			"x\\n::set-output name=a::b\\n::add-mask::a\\n##[group]\\n%0A::error::x",
			"workflow commands" },
		{ "show_formula", "=cmd|'/c calc'!A1", "a spreadsheet formula" },
		{ "show_sql", "a'); DROP TABLE entries;-- $1 $$ \\\\' %s%n", "SQL and formats" },
	};

	for (size_t i = 0; i < sizeof notes / sizeof *notes; i++) {
		_autofree_ char *rest = xasprintf(
			",\"notes\":\"%s\",\"model\":\"%s\"", notes[i].notes, notes[i].notes);

		write_rest(notes[i].name, "accept", notes[i].why, rest);
	}
}

static void write_members(void)
{
	static const struct {
		const char *name, *expect, *why, *rest;
	} members[] = {
		{ "ok", "accept", "nothing is wrong", "" },
		{ "dup_tokens", "reject", "a member twice", ",\"tokens\":5" },
		{ "dup_notes", "reject", "a member twice", ",\"notes\":\"\",\"notes\":\"\"" },
		{ "dup_case", "accept", "names compare with case", ",\"Tokens\":7" },
		{ "bad_model", "reject", "a name of another type", ",\"model\":5" },
		{ "bad_time", "reject", "31 February",
			",\"last_activity\":\"2026-02-31T00:00:00Z\"" },
		{ "bad_class", "reject", "a price class of its own", ",\"price_class\":\"<b>\"" },
		{ "bad_history", "reject", "history that is no list", ",\"history\":5" },
		{ "secret", "reject", "what is wrong must not be repeated",
			",\"x\":\"postgres://u:hunter2@h/db\",\"void\":\"hunter2\"" },
		{ "extra_depth", "accept", "an unknown member", ",\"x\":[[[[[[1]]]]]]" },
	};

	for (size_t i = 0; i < sizeof members / sizeof *members; i++)
		write_rest(members[i].name, members[i].expect, members[i].why, members[i].rest);
}

/* --- whole documents -------------------------------------------------- */

static void write_documents(void)
{
	static const struct {
		const char *name, *expect, *why, *text;
	} documents[] = {
		{ "empty", "reject", "no text", "" },
		{ "blank", "reject", "white space only", " \n" },
		{ "null", "reject", "not an object", "null" },
		{ "list", "reject", "not an object", "[" BEGIN END "]" },
		{ "trailing", "reject", "text after the end", BEGIN END "x" },
		{ "two", "reject", "two documents", BEGIN END BEGIN END },
		{ "comment", "reject", "JSON has no comments", "/*x*/" BEGIN END },
		{ "torn", "reject", "torn file", BEGIN },
		{ "bom", "accept", "a byte-order mark", "\xef\xbb\xbf" BEGIN END },
		{ "crlf", "accept", "line ends of Windows",
			"{\r\n" META
			",\r\n\"token_data\":{\"branch\":\"main\",\r\n\"sessions\":[]}}\r\n" },
		{ "version", "reject", "a version of the future",
			"{\"export_metadata\":{\"export_version\":\"9.0\"},\"token_data\":{}}" },
		{ "version_escape", "reject", "a version that colours the terminal",
			"{\"export_metadata\":{\"export_version\":\"\\u001b[31m9\"},"
			"\"token_data\":{}}" },
		{ "no_branch", "reject", "no branch",
			"{" META ",\"token_data\":{\"sessions\":[]}}" },
		{ "branch_empty", "reject", "an empty branch",
			"{" META ",\"token_data\":{\"branch\":\"\",\"sessions\":[]}}" },
		{ "branch_path", "accept", "a branch is data, never a path",
			"{" META
			",\"token_data\":{\"branch\":\"../../../../tmp/pwn\",\"sessions\":[" ENTRY(
				"1") "]}}" },
		{ "branch_shell", "accept", "a branch is never run",
			"{" META
			",\"token_data\":{\"branch\":\"$(touch pwned)`touch pwned`\\u001b[2J|"
			"\\n::error::x\",\"sessions\":[" ENTRY("2") "]}}" },
		{ "total", "reject", "a total that is wrong",
			"{" META
			",\"token_data\":{\"branch\":\"b\",\"total_tokens\":1,\"sessions\":[]}}" },
		{ "stranger", "reject", "some other file", "{\"name\":\"package\",\"version\":1}" },
		{ "v1_negative", "reject", "format 1, less than nothing",
			"{\"branch\":\"b\",\"sessions\":[{\"timestamp\":\"2025-11-05T00:11:39\","
			"\"tokens\":-5,\"notes\":\"\"}]}" },
		{ "v1_time", "reject", "format 1, a time that is none",
			"{\"branch\":\"b\",\"sessions\":[{\"timestamp\":\"\\u001b[31mnow\","
			"\"tokens\":5,\"notes\":\"\"}]}" },
		{ "v1_parts", "reject", "format 1, parts that do not add up",
			"{\"git_branch\":\"b\",\"timestamp\":\"2025-11-05T00:11:39\","
			"\"prompt_tokens\":1,\"completion_tokens\":1,\"total_tokens\":1}" },
	};

	for (size_t i = 0; i < sizeof documents / sizeof *documents; i++) {
		write_file(documents[i].name, documents[i].expect, documents[i].why,
			documents[i].text, strlen(documents[i].text));
	}
}

static void write_encodings(void)
{
	static const char ascii[] = BEGIN END;
	_cleanup_(strbuf_release) struct strbuf wide = STRBUF_INIT, tail = STRBUF_INIT;

	strbuf_addstr(&wide, "\xff\xfe");
	for (const char *at = ascii; *at; at++)
		strbuf_add(&wide, (char[]){ *at, 0 }, 2);
	write_buf("utf16", "reject", "UTF-16", &wide);
	strbuf_add(&tail, ascii, sizeof ascii);
	strbuf_addstr(&tail, "evil");
	write_buf("nul_tail", "reject", "a tail behind a NUL", &tail);
}

/* --- too much --------------------------------------------------------- */

static void repeat(struct strbuf *out, const char *piece, int times)
{
	for (int i = 0; i < times; i++)
		strbuf_addstr(out, piece);
}

static void write_depths(void)
{
	static const int depths[] = { 65, 1001, 100000, 5000000 };
	_cleanup_(strbuf_release) struct strbuf open = STRBUF_INIT, extra = STRBUF_INIT;

	for (size_t i = 0; i < sizeof depths / sizeof *depths; i++) {
		_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
		_autofree_ char *name = xasprintf("depth_%d", depths[i]);

		repeat(&text, "[", depths[i]);
		repeat(&text, "]", depths[i]);
		write_buf(name, "reject", "nested too deeply", &text);
	}
	repeat(&open, "{\"a\":", 200000);
	write_buf("depth_open", "reject", "never closed", &open);
	strbuf_addstr(&extra, ",\"x\":");
	repeat(&extra, "[", 999);
	repeat(&extra, "]", 999);
	write_rest("depth_extra", "reject", "in a member that is passed over", extra.buf);
}

static void write_long(void)
{
	_cleanup_(strbuf_release) struct strbuf digits = STRBUF_INIT, notes = STRBUF_INIT;
	_cleanup_(strbuf_release) struct strbuf number = STRBUF_INIT;

	repeat(&digits, "1", 100000);
	strbuf_addstr(&number, BEGIN);
	add_entry(&number, next_id(), digits.buf, "");
	strbuf_addstr(&number, END);
	write_buf("long_number", "reject", "100,000 digits", &number);
	strbuf_addstr(&notes, ",\"notes\":\"");
	repeat(&notes, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 50000000 / 32);
	strbuf_addch(&notes, '"');
	write_rest("long_notes", "reject", "50 MB of notes", notes.buf);
}

static void write_many(void)
{
	_cleanup_(strbuf_release) struct strbuf keys = STRBUF_INIT, extra = STRBUF_INIT;
	_cleanup_(strbuf_release) struct strbuf many = STRBUF_INIT, sum = STRBUF_INIT;

	strbuf_addstr(&keys, "{" META);
	for (int i = 0; i < 200000; i++) {
		strbuf_addf(&keys, ",\"k%d\":0", i);
		strbuf_addf(&extra, ",\"k%d\":0", i);
	}
	strbuf_addstr(&keys, ",\"token_data\":{\"branch\":\"main\",\"sessions\":[]}}");
	write_buf("many_keys", "cap", "200,000 unknown members", &keys);
	write_rest("many_extra", "cap", "200,000 unknown members of an entry", extra.buf);
	strbuf_addstr(&many, BEGIN);
	strbuf_addstr(&sum, BEGIN);
	for (int i = 0; i < 50000; i++) {
		_autofree_ char *id = xasprintf("00000000-0000-4000-8000-%012d", i);

		strbuf_addstr(&many, i ? "," : "");
		add_entry(&many, id, "1", "");
	}
	for (int i = 0; i < 1100; i++) {
		strbuf_addstr(&sum, i ? "," : "");
		add_entry(&sum, next_id(), "9007199254740991", "");
	}
	strbuf_addstr(&many, END);
	strbuf_addstr(&sum, END);
	write_buf("many_entries", "cap", "50,000 entries", &many);
	write_buf("sum_overflow", "reject", "a sum beyond 64 bits", &sum);
}

static int make_socket(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	if (fd < 0 || strlen(path) >= sizeof address.sun_path)
		return 1;
	memcpy(address.sun_path, path, strlen(path) + 1);
	return bind(fd, (struct sockaddr *)&address, sizeof address) == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "--socket") == 0)
		return make_socket(argv[2]);
	if (argc != 2) {
		(void)fprintf(stderr, "usage: hostile_corpus DIR | --socket PATH\n");
		return 64;
	}
	directory = argv[1];
	write_numbers();
	write_strings();
	write_notes();
	write_members();
	write_documents();
	write_encodings();
	write_depths();
	write_long();
	write_many();
	return 0;
}
