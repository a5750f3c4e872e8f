/* SPDX-License-Identifier: MIT */
#include "internal.h"

#define TRANSCRIPT_COLUMNS                                                                         \
	"path, device, inode, size, mtime_ns, offset, tail_hash, last_time, bytes, lines, usages," \
	" invalid_json, too_long, no_key, bad_count, no_time, synthetic"
#define REPOSITORY_COLUMNS                                                                  \
	"id, common_dir, device, inode, name, ledger_root, ledger_relative, ledger_shared," \
	" author, host, config_stamp"
#define RESPONSE_COLUMNS                                                                      \
	"key, session, repository, branch, reason, cwd, git_branch, model, class, kind, day," \
	" time, last_time, input, output, cache_read, cache_write_5m, cache_write_1h,"        \
	" web_searches, flags, cost"
#define RESPONSE_VALUES " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"

const char *const index_sql[STATEMENTS] = {
	[STMT_TEXT_FIND] = "SELECT id FROM texts WHERE text = ?",
	[STMT_TEXT_ADD] = "INSERT INTO texts(text) VALUES(?)",
	[STMT_TEXT_OF] = "SELECT text FROM texts WHERE id = ?",
	[STMT_TEXT_ALL] = "SELECT id, text FROM texts",

	[STMT_TRANSCRIPTS] = "SELECT " TRANSCRIPT_COLUMNS " FROM transcripts ORDER BY path",
	[STMT_TRANSCRIPT_FIND] = "SELECT " TRANSCRIPT_COLUMNS " FROM transcripts WHERE path = ?",
	[STMT_TRANSCRIPT_PUT] = "INSERT OR REPLACE INTO transcripts(" TRANSCRIPT_COLUMNS ")"
				" VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",

	[STMT_REPOSITORIES] = "SELECT " REPOSITORY_COLUMNS " FROM repositories ORDER BY id",
	[STMT_REPOSITORY_FIND] = "SELECT " REPOSITORY_COLUMNS " FROM repositories WHERE id = ?",
	[STMT_REPOSITORY_ADD] = "INSERT INTO repositories(" REPOSITORY_COLUMNS ")"
				" VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	[STMT_REPOSITORY_SET] =
		"UPDATE repositories SET common_dir = ?2, device = ?3, inode = ?4, name = ?5,"
		" ledger_root = ?6, ledger_relative = ?7, ledger_shared = ?8, author = ?9,"
		" host = ?10, config_stamp = ?11 WHERE id = ?1",

	[STMT_PLACE_FIND] = "SELECT cwd, repository, git_dir, branch FROM places WHERE cwd = ?",
	[STMT_PLACE_PUT] = "INSERT OR REPLACE INTO places(cwd, repository, git_dir, branch)"
			   " VALUES(?, ?, ?, ?)",
	[STMT_SIGHTING_PUT] = "INSERT OR REPLACE INTO sightings(session, time, repository, branch)"
			      " VALUES(?, ?, ?, ?)",
	[STMT_SIGHTING_AFTER] = "SELECT repository, branch FROM sightings"
				" WHERE session = ? AND time >= ? AND time <= ?"
				" ORDER BY time LIMIT 1",
	[STMT_SIGHTING_BEFORE] = "SELECT repository, branch FROM sightings"
				 " WHERE session = ? AND time < ? AND time >= ?"
				 " ORDER BY time DESC LIMIT 1",

	[STMT_RESPONSE_FIND] = "SELECT " RESPONSE_COLUMNS " FROM responses WHERE key = ?",
	[STMT_RESPONSE_ADD] = "INSERT INTO responses(" RESPONSE_COLUMNS ")" RESPONSE_VALUES,
	[STMT_RESPONSE_PUT] = "REPLACE INTO responses(" RESPONSE_COLUMNS ")" RESPONSE_VALUES,
	[STMT_COPY_PUT] = "INSERT OR IGNORE INTO copies(session, key) VALUES(?, ?)",
	[STMT_COVERED] = "SELECT " RESPONSE_COLUMNS " FROM responses"
			 " WHERE session = ?1 AND time <= ?2 AND kind = 0"
			 " UNION ALL SELECT " RESPONSE_COLUMNS " FROM responses"
			 " WHERE key IN (SELECT key FROM copies WHERE session = ?1)"
			 " AND session <> ?1 AND time <= ?2 AND kind = 0",
	[STMT_NEXT_ANSWER] = "SELECT time FROM responses WHERE session = ?1 AND time > ?2"
			     " AND kind = 0 AND flags & ?3 = 0 ORDER BY time LIMIT 1",

	[STMT_TOTALS_DELETE] = "DELETE FROM cost_states WHERE session = ? AND time = ?",
	[STMT_TOTAL_PUT] =
		"REPLACE INTO cost_states(session, time, model, input, output, cache_read,"
		" cache_write_5m, cache_write_1h, web_searches, cost, has_unknown_cost)"
		" VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	[STMT_TOTALS] =
		"SELECT time, model, input, output, cache_read, cache_write_5m, cache_write_1h,"
		" web_searches, cost, has_unknown_cost FROM cost_states"
		" WHERE session = ? ORDER BY time, model",

	[STMT_ENTRY_FIND] = "SELECT id, responses, requests, input, output, cache_read,"
			    " cache_write_5m, cache_write_1h, web_searches, cost, first, last"
			    " FROM entries WHERE session = ? AND repository = ? AND branch = ?"
			    " AND day = ? AND model = ? AND class = ? AND kind = ?",
	[STMT_ENTRY_ADD] =
		"INSERT INTO entries(session, repository, branch, day, model, class, kind,"
		" responses, requests, input, output, cache_read, cache_write_5m, cache_write_1h,"
		" web_searches, cost, first, last, recorded_revision, changed)"
		" VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 1)",
	[STMT_ENTRY_SET] =
		"UPDATE entries SET responses = ?2, requests = ?3, input = ?4, output = ?5,"
		" cache_read = ?6, cache_write_5m = ?7, cache_write_1h = ?8, web_searches = ?9,"
		" cost = ?10, first = ?11, last = ?12, changed = 1 WHERE id = ?1",
	[STMT_ENTRY_SPAN] =
		"SELECT min(time), max(last_time) FROM responses WHERE session = ?"
		" AND repository = ? AND branch = ? AND day = ? AND model = ? AND class = ?"
		" AND kind = ?",
	[STMT_ENTRY_RECORDED] =
		"UPDATE entries SET recorded_revision = ?2, changed = 0 WHERE id = ?1",

	[STMT_QUARTER_FIND] = "SELECT responses, requests, messages, input, output, cache_read,"
			      " cache_write_5m, cache_write_1h FROM quarters"
			      " WHERE time = ? AND kind = ?",
	[STMT_QUARTER_PUT] = "REPLACE INTO quarters(time, kind, responses, requests, messages,"
			     " input, output, cache_read, cache_write_5m, cache_write_1h)"
			     " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	[STMT_QUARTERS] = "SELECT time, kind, requests, messages, input, output, cache_read,"
			  " cache_write_5m, cache_write_1h FROM quarters"
			  " WHERE time >= ? AND time < ? AND responses > 0 ORDER BY time, kind",
	[STMT_WINDOW_RESPONSES] =
		"SELECT time, kind, kind <> 4 AND NOT flags & 32,"
		" kind = 0 AND flags & 64 <> 0 AND NOT flags & 2, iif(flags & 16, 0, input),"
		" iif(flags & 16, 0, output), iif(flags & 16, 0, cache_read),"
		" iif(flags & 16, 0, cache_write_5m), iif(flags & 16, 0, cache_write_1h)"
		" FROM responses WHERE time >= ? AND time < ? ORDER BY time",
	[STMT_WINDOW_EVENTS] = "SELECT time, kind, requests, messages, input, output, cache_read,"
			       " cache_write_5m, cache_write_1h, unsplit FROM events"
			       " WHERE time >= ? AND time < ? AND void = 0 ORDER BY time",
	[STMT_EVENT_PUT] =
		"REPLACE INTO events(id, time, kind, input, output, cache_read, cache_write_5m,"
		" cache_write_1h, unsplit, requests, messages, repository, branch, model, source,"
		" notes, void) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	[STMT_EVENT_FIND] = "SELECT 1 FROM events WHERE id = ?",
	[STMT_EVENTS] = "SELECT id, time, kind, input, output, cache_read, cache_write_5m,"
			" cache_write_1h, unsplit, requests, messages, repository, branch, model,"
			" source, notes, void FROM events WHERE time >= ? ORDER BY time, id",
	[STMT_RESET_PUT] = "INSERT OR IGNORE INTO resets(kind, time) VALUES(?, ?)",
	[STMT_RESETS] = "SELECT kind, time FROM resets WHERE time >= ? ORDER BY time, kind",
};
