#!/bin/sh
# SPDX-License-Identifier: MIT
# The usage index on a file system that shares no memory (many a network home): slower to
# share, and as right as elsewhere.  The call that makes SQLite's shared memory fails here.
# shellcheck disable=SC2154 # transcript and event are what capture_case.sh sets
. "$(dirname "$0")/harness.sh"
. "$TESTS_DIR/support/sweep.sh"
. "$TESTS_DIR/support/capture_case.sh"

# without <command...>
without() {
	at_home strace -f -qq -o trace -P "$PWD/$state/usage.db-shm" -e trace=ftruncate \
		-e inject=ftruncate:error=EIO "$@"
}

state=home/.local/state/track-tokens
journal() { sqlite3 $state/usage.db "PRAGMA journal_mode"; }
capture_case
cd case || exit 99
check "sync works" without "$TRACK_TOKENS" -C repo sync
grep -q INJECTED trace && ok "without shared memory" || not_ok "nothing failed" trace
[ "$(journal)" = delete ] && ok "and without a log" || not_ok "$(journal)"
check "everything is there" right 2000
[ "$(journal)" = wal ] && ok "with shared memory it has its log again" || not_ok "$(journal)"
answer 4 s1 499 >>"$transcript"
without "$TRACK_TOKENS" hook <"$event"
[ "$(ledger_total)" = 2500 ] && ok "a hook works" || not_ok "hook: $(ledger_total)"
printf '{"session_id":"s1","cwd":"%s"}' "$PWD/repo" | without "$TRACK_TOKENS" statusline >line
check "so does the status line" grep -q main line
rm -r $state
check "and a first sync" without "$TRACK_TOKENS" -C repo sync
check "everything is there again" right 2500
finish
