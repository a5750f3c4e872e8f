/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "earlier_lines.h"

static const char database_sql[] =
	"PRAGMA journal_mode=WAL;"
	"CREATE TABLE sessions(id TEXT PRIMARY KEY, project_path TEXT NOT NULL, started_at "
	"DATETIME, ended_at DATETIME, total_input_tokens INTEGER, total_output_tokens INTEGER,"
	"total_cache_creation_tokens INTEGER, total_cache_read_tokens INTEGER);"
	"CREATE TABLE conversations(id INTEGER PRIMARY KEY AUTOINCREMENT, session_id TEXT NOT NULL,"
	"conversation_index INTEGER NOT NULL, started_at DATETIME, input_tokens INTEGER,"
	"output_tokens INTEGER, cache_creation_tokens INTEGER, cache_read_tokens INTEGER);"
	"INSERT INTO sessions VALUES('s1','/p','2025-08-05 08:00:00',NULL,100,50,2000,30000),"
	"('placeholder-L1VzZXJz','/q','2025-08-05T08:00:00.000Z',NULL,0,0,0,0),"
	"('s3','/p','never',NULL,1,1,1,1);"
	"INSERT INTO conversations VALUES(1,'s1',0,'2025-08-05 08:10:00',60,20,1000,10000),"
	"(2,'s1',1,'2025-08-05 08:20:00',-5,20,0,0),(3,'gone',0,'2025-08-05 08:30:00',7,7,7,7);";

/* The bytes of a database made by sql. */
static unsigned char *make_database(const char *sql, size_t *len)
{
	char path[] = "/tmp/tt-earlier.XXXXXX";
	unsigned char *bytes, *copy;
	sqlite3_int64 size;
	sqlite3 *db;
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	(void)close(fd);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	bytes = sqlite3_serialize(db, "main", &size, 0);
	assert_non_null(bytes);
	copy = malloc((size_t)size);
	assert_non_null(copy);
	memcpy(copy, bytes, (size_t)size);
	*len = (size_t)size;
	sqlite3_free(bytes);
	(void)sqlite3_close(db);
	(void)unlink(path);
	return copy;
}

static void earlier_file_read__takes_sessions_and_turns_of_a_database(void **state)
{
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;
	struct earlier_file_skipped skipped = { 0 };
	struct tt_error err = TT_ERROR_INIT;
	size_t len;
	_autofree_ unsigned char *bytes = make_database(database_sql, &len);

	(void)state;
	if (read_bytes(&out, (char *)bytes, len, &skipped, &err) != TT_OK)
		fail_msg("%s", err.msg);
	assert_string_equal(out.buf,
		"session measured s1 2025-08-05T08:00:00Z 100/50/30000/2000/0 r0 m0 project=/p\n"
		"part measured s1|turn|1 2025-08-05T08:10:00Z 60/20/10000/1000/0 r0 m0 "
		"project=/p\n");
	assert_int_equal(skipped.rows, 3);
}

static void earlier_file_read__refuses_databases_of_others(void **state)
{
	static const struct {
		const char *sql, *says;
	} cases[] = {
		{ "CREATE TABLE other(a)", "the database cannot be read: no such table: sessions" },
		{ "CREATE TABLE t(a); CREATE VIEW sessions AS SELECT a AS id FROM t",
			"the database cannot be read: access to view \"sessions\" prohibited" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;
		struct earlier_file_skipped skipped = { 0 };
		struct tt_error err = TT_ERROR_INIT;
		size_t len;
		_autofree_ unsigned char *bytes = make_database(cases[i].sql, &len);

		assert_int_equal(read_bytes(&out, (char *)bytes, len, &skipped, &err), TT_EINPUT);
		assert_string_equal(err.msg, cases[i].says);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(earlier_file_read__takes_sessions_and_turns_of_a_database),
		cmocka_unit_test(earlier_file_read__refuses_databases_of_others),
	};

	(void)setenv("TZ", "UTC", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
