#!/bin/sh
# Whatever happens to the server or the line in the middle of an import: it
# comes to an end, and after it, or after a rerun, every entry is there once.
. "$(dirname "$0")/harness.sh"
. "$TESTS_DIR/support/store_test.sh"

backend="FROM pg_stat_activity WHERE application_name = 'store_tool' AND datname = current_database()"

# --- the backend ends, or is cancelled, at 0, 50 and 100 % of COPY -----------
for at in 0 2500 5000; do
	fresh
	rm -f here
	start_tool -p $at:here "$URL" import 0 5000 1
	until_true test -e here
	sql "SELECT pg_terminate_backend(pid) $backend" >terminated
	check "a backend was there to terminate at $at" grep -q t terminated
	rm -f here
	tool_exits 0 "terminated at $at of 5000"
	err_has "trying again"
	out_has 'inserted 5000 updated 0 unchanged 0'
	rows_are 0 5000 1 "terminated at $at of 5000"

	fresh
	start_tool -p $at:here "$URL" import 0 5000 1
	until_true test -e here
	sql "SELECT pg_cancel_backend(pid) $backend" >terminated
	rm -f here
	wait "${tool_pid:?}"
	tool 0 "$URL" import 0 5000 1
	rows_are 0 5000 1 "cancelled at $at of 5000, and run again"
done

# --- it ends between COPY and COMMIT -------------------------------------------
fresh
lock() { # TABLE: held until somebody ends the session
	PGAPPNAME=locker psql -X -q -c "BEGIN; LOCK TABLE $1; SELECT pg_sleep(600)" "$URL" \
		>locker.out 2>&1 &
	background="$background $!"
	until_true sh -c "psql -X -A -t -c \"SELECT 1 FROM pg_locks l JOIN pg_stat_activity a
		USING (pid) WHERE a.application_name = 'locker'
		AND l.mode = 'AccessExclusiveLock' AND l.granted\" '$URL' | grep -q 1"
}
unlock() {
	sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
		WHERE application_name = 'locker'" >unlocked
}
waiting() { sql "SELECT 1 $backend AND wait_event_type = 'Lock'" | grep -q 1; }
lock import_files
start_tool "$URL" import 0 500 1
until_true waiting
sql "SELECT pg_terminate_backend(pid) $backend" >terminated
unlock
tool_exits 0 "terminated before COMMIT"
rows_are 0 500 1 "terminated before COMMIT"

# --- a lock that stays ------------------------------------------------------------
fresh
lock entries
tool 4 -s 300 -r 700 "$URL" import 0 500 1
err_has 'trying again'
err_has 'store_tool: database: canceling statement due to lock timeout (55P03)'
unlock
tool 0 "$URL" import 0 500 1
rows_are 0 500 1 "after the lock"

# --- the server is killed and comes back ------------------------------------------
if [ "$D" != external ]; then
	for at in 0 2500 5000; do
		fresh
		start_tool -p $at:here "$URL" import 0 5000 1
		until_true test -e here
		"$PG" kill "$D"
		rm -f here
		sleep 0.3
		"$PG" restart "$D" 2>restart.err
		tool_exits 0 "server killed at $at of 5000"
		rows_are 0 5000 1 "server killed at $at of 5000"
	done
	fresh
	"$PG" kill "$D"
	start_tool "$URL" import 0 100 1
	sleep 0.3
	"$PG" restart "$D" 2>restart.err
	tool_exits 0 "refused at first"
	err_has 'cannot connect to the database'
	rows_are 0 100 1 "refused at first, then up"
fi
tool 4 -r 200 'postgresql://nobody@/none?host=/nonexistent' check
err_has 'store_tool: cannot connect to the database: '

# --- the line breaks ---------------------------------------------------------------
for at in 0 300 1000 4000 400000; do
	fresh
	proxy -1 -x $at
	tool 0 "$BAD_URL" import 0 2000 1
	end_proxy
	rows_are 0 2000 1 "line broken after $at bytes"
done

# --- the answer to COMMIT is lost ------------------------------------------------
fresh
proxy -1 -k
tool 0 "$BAD_URL" import 0 2000 1
err_has 'trying again'
out_is 'inserted 2000 updated 0 unchanged 0'
end_proxy
rows_are 0 2000 1 "answer to COMMIT lost"
check "and it is one import" test "$(sql 'SELECT count(*) FROM imports')" = 1

# --- nobody answers any more ---------------------------------------------------------
for at in 0 300 4000 400000; do
	fresh
	proxy -s $at
	tool 4 -c 300 -s 300 -r 100 "$BAD_URL" import 0 2000 1
	err_has 'the database did not answer within 0.3 s'
	end_proxy
	tool 0 "$URL" import 0 2000 1
	rows_are 0 2000 1 "silence after $at bytes"
done
finish
