#!/bin/sh
# import-tokens against a real server: over a slow line, with --clean when the
# database goes away, and with files that several runs import at once.
. "$(dirname "$0")/harness.sh"
. "$TESTS_DIR/support/store_test.sh"
import() { "$IMPORT_TOKENS" --repository github.com/acme/app "$@"; }

is_long() { [ "$(jq -r '.branches[0].name, .models[0].name' "$1")" = "$branch
$model" ]; }

repo work
run 0 "$TRACK_TOKENS" add 45000 "first"
run 0 "$TRACK_TOKENS" add 32000 "second"
run 0 "$TRACK_TOKENS" add 1500 800 "a\\b	| \`c\` 😀" --branch 'we"ird|\one' --model claude-opus-4-5

# --- the same rows in both databases, whatever the pieces ------------------------
fresh
run 0 import --db "$URL"
run 0 import --db sqlite:one.db
run 0 "$IMPORT_TOKENS" export --canonical --db "$URL"
cp out canonical.pg
run 0 "$IMPORT_TOKENS" export --canonical --db sqlite:one.db
check "canonical exports are equal" cmp out canonical.pg
check "and hold every entry" test "$(wc -l <out)" -eq 3
fresh
pids=
for file in temp/*.json temp/*.json; do
	import --db "$URL" "$file" >"${file##*/}.$$" 2>&1 &
	pids="$pids $!"
done
bad=0
for pid in $pids; do wait "$pid" || bad=1; done
check "every importer of a piece succeeds" test $bad -eq 0
run 0 "$IMPORT_TOKENS" export --canonical --db "$URL"
check "canonical export of the pieces is the same" cmp out canonical.pg
check "each file is recorded once" test "$(sql 'SELECT count(*) FROM import_files')" -eq 3

# --- the longest names that an entry may have fit into every index -----------------
long() { head -c 4096 /dev/urandom | base64 -w 0 | tr -dc 'a-zA-Z0-9' | head -c 1024; }
branch=$(long) model=$(long)
printf '{"export_metadata":{"export_version":"2.0"},"token_data":{"branch":"%s","sessions":[
{"id":"0b5e5f7e-0000-4000-8000-000000000001","revision":1,"kind":"measured","timestamp":"2026-01-01T00:00:00Z","day":"2026-01-01","tokens":1,"usage":{"input":1,"output":0,"cache_read":0,"cache_write_5m":0,"cache_write_1h":0,"unsplit":0},"model":"%s","price_class":"fast+us+long"}
]}}' "$branch" "$model" >long.json
fresh
run 0 import --db "$URL" long.json
run 0 import --db sqlite:long.db long.json
run 0 "$IMPORT_TOKENS" report --db "$URL" --repository github.com/acme/app --json
check "names of 1024 bytes are there whole" is_long out

# --- a slow line ------------------------------------------------------------------
mkdir many
# 200 files of 50 entries: what counts is the round trips, not the files.
"$TOOL" many files 0 10000 50 || exit 99
fresh
proxy -d 10 -l "$PWD/trips"
run 0 import --db "$BAD_URL" many
out_has '10,000'
check "all of them are there" test "$(sql 'SELECT count(*) FROM entries')" -eq 10000
until_true test -s trips
trips=$(awk '{ s += $1 } END { print s }' trips)
check "in at most 25 round trips: $trips" test "$trips" -le 25
end_proxy

# --- files stay until they are committed ---------------------------------------------
fresh
count() { ls temp | wc -l; }
before=$(count)
PGAPPNAME=locker psql -X -q -c "BEGIN; LOCK TABLE import_files; SELECT pg_sleep(600)" "$URL" \
	>locker.out 2>&1 &
background="$background $!"
until_true sh -c "psql -X -A -t -c \"SELECT 1 FROM pg_locks l JOIN pg_stat_activity a USING (pid)
	WHERE a.application_name = 'locker' AND l.granted AND l.mode = 'AccessExclusiveLock'\" \
	'$URL' | grep -q 1"
"$IMPORT_TOKENS" --repository github.com/acme/app --clean --db "$URL" >bg.out 2>&1 &
importer=$!
background="$background $importer"
until_true sh -c "psql -X -A -t -c \"SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'
	AND datname = current_database()\" '$URL' | grep -q 1"
check "waiting to commit, every file is still there" test "$(count)" -eq "$before"
kill -9 $importer
wait $importer 2>/dev/null
check "killed before it committed, every file is still there" test "$(count)" -eq "$before"
# The server's side of the killed import first: freed of the lock, it would commit.
sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
	WHERE application_name LIKE 'import-tokens%'" >ended
until_true sh -c "! psql -X -A -t -c \"SELECT 1 FROM pg_stat_activity WHERE
	application_name LIKE 'import-tokens%'\" '$URL' | grep -q 1"
sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
	WHERE application_name = 'locker'" >ended
check "and nothing is in the database" test "$(sql 'SELECT count(*) FROM entries')" -eq 0
run 0 import --clean --db "$URL"
check "after the rerun the files are gone" test "$(count)" -eq 0
run 0 "$IMPORT_TOKENS" export --canonical --db "$URL"
check "and the rows are there" cmp out canonical.pg
finish
