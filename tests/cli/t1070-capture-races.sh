#!/bin/sh
# SPDX-License-Identifier: MIT
# Transcripts that are written, cut, written anew and replaced while they are read;
# hooks, syncs and adds at once, some killed at random: in the end everything is in the
# ledger once, and in the database after importing the exports.
. "$(dirname "$0")/harness.sh"
. "$TESTS_DIR/support/capture_case.sh"

capture_case
cd case || exit 99
projects=home/.claude/projects/p
hook_of() { event_of "$1" | at_home timeout 20 "$TRACK_TOKENS" hook; }
total_is() {
	if [ "$(ledger_total)" = "$2" ]; then ok "$1"; else not_ok "$1: $(ledger_total), not $2"; fi
}

# --- one that reads, one that writes ---------------------------------------------------
# Lines in pieces; after each tenth the file is cut and written anew, or replaced.
i=0
: >whole
while [ $i -lt 60 ]; do
	answer "race$i" race 9 >line
	cat line >>whole
	head -c 100 line
	sleep 0.005
	tail -c +101 line
	case $((i % 20)) in
	9) cp whole $projects/race.new && mv $projects/race.new $projects/race.jsonl ;;
	19) head -c 3000 whole >$projects/race.jsonl && cat whole >$projects/race.jsonl ;;
	esac
	i=$((i + 1))
done >>$projects/race.jsonl &
writer=$!
while kill -0 $writer 2>/dev/null; do
	hook_of race >>races.out 2>&1 || echo "exit $?" >>races.out
	at_home "$TRACK_TOKENS" -C repo sync -q >/dev/null 2>>races.out || echo "sync $?" >>races.out
done
wait $writer
cp whole $projects/race.jsonl
if [ ! -s races.out ]; then ok "nobody complains"; else not_ok "complaints" races.out; fi
hook_of race
hook_of s1
total_is "each line was counted once" 2600
check "all is right after a sync" right 2600

# --- all at once ----------------------------------------------------------------------------
i=0
pids=''
while [ $i -lt 40 ]; do
	{ answer "a$i" "all$((i % 8))" 9; answer "b$i" "all$((i % 8))" 9; } >>$projects/all$((i % 8)).jsonl
	hook_of "all$((i % 8))" >>all.out 2>&1 &
	victim=$!
	pids="$pids $victim"
	case $((i % 5)) in
	1) at_home "$TRACK_TOKENS" -C repo add 10 "at once $i" >/dev/null 2>>all.out & ;;
	2) at_home "$TRACK_TOKENS" -C repo sync -q >/dev/null 2>>all.out & ;;
	3) at_home "$TRACK_TOKENS" -C repo export >/dev/null 2>>all.out & ;;
	*) kill -9 $victim 2>/dev/null & ;;
	esac
	pids="$pids $!"
	i=$((i + 1))
done 2>/dev/null
# shellcheck disable=SC2086 # a list
wait $pids 2>/dev/null
run 0 at_home "$TRACK_TOKENS" -C repo sync
total_is "hooks, syncs, adds and exports at once" 3480
run 0 at_home "$TRACK_TOKENS" -C repo export
cd repo || exit 99
run 0 at_home "$IMPORT_TOKENS" --db "sqlite:$scratch/db"
at_home "$IMPORT_TOKENS" export --db "sqlite:$scratch/db" | grep -v '"void":true' |
	jq -s "map(.tokens) | add" >sum
check "the database has what the ledger has" test "$(cat sum)" = 3480
finish
