#!/bin/sh
# SPDX-License-Identifier: MIT
# Two hundred hooks at once; an index that is locked, may not be written, is damaged, or
# has no home: the hook says nothing and exits 0, no ledger is ever lowered, and the
# next sync makes everything right.
. "$(dirname "$0")/harness.sh"
. "$TESTS_DIR/support/capture_case.sh"

capture_case
mv case first
state=home/.local/state/track-tokens
fresh() { cd "$scratch" && rm -rf case && cp -a first case && cd case || exit 99; }
hook() { at_home timeout 20 "$TRACK_TOKENS" hook; }
# quiet_hook <what> [<command before it>...]: silent, and exit 0
quiet_hook() {
	what=$1
	shift
	at_home "$@" timeout 20 "$TRACK_TOKENS" hook <"$event" >hook.out 2>&1
	rc=$?
	if [ $rc -eq 0 ] && [ ! -s hook.out ]; then ok "$what"; else not_ok "$what: exit $rc" hook.out; fi
}
total_is() {
	if [ "$(ledger_total)" = "$2" ]; then ok "$1"; else not_ok "$1: $(ledger_total), not $2"; fi
}

# --- many at once -------------------------------------------------------------------
fresh
i=0
while [ $i -lt 200 ]; do
	answer "many$i" "many$i" 9 "main" >"home/.claude/projects/p/many$i.jsonl"
	event_of "many$i" >"../event.$i"
	i=$((i + 1))
done
i=0
pids=''
while [ $i -lt 200 ]; do
	hook <"../event.$i" >>many.out 2>&1 || echo "exit $?" >>many.out &
	pids="$pids $!"
	i=$((i + 1))
done
# shellcheck disable=SC2086 # a list
wait $pids
if [ ! -s many.out ]; then ok "two hundred hooks at once say nothing"; else not_ok "two hundred hooks" many.out; fi
# None of them waits for the others for long: what one leaves, another takes, and what
# the last one leaves, the next event.
i=0
while [ -s $state/queue ] && [ $i -lt 20 ]; do
	hook <"../event.0"
	i=$((i + 1))
done
hook <"$event"
total_is "and everything is in the ledger" 4000
check "all is right after a sync" right 4000

# --- locked ---------------------------------------------------------------------------
fresh
mkfifo held locked
(exec 9>>$state/usage.lock && flock 9 && echo >locked && cat held >/dev/null) &
holder=$!
cat locked >/dev/null
quiet_hook "while another one collects, for ever"
total_is "the ledger is as before" 1300
: >held
wait $holder
quiet_hook "when the other one is gone"
total_is "both events are taken" 2000
check "all is right after that" right 2000

fresh
mkfifo held locked
(printf "BEGIN EXCLUSIVE;\n.output locked\nSELECT 'yes';\n.output stdout\n"; cat held) |
	sqlite3 $state/usage.db &
holder=$!
cat locked >/dev/null
quiet_hook "while somebody has the database to himself"
total_is "the ledger is as before" 1300
: >held
wait $holder
quiet_hook "when he lets go"
check "all is right after that" right 2000

# --- read-only ----------------------------------------------------------------------------
if [ "$(id -u)" = 0 ]; then
	as_user='setpriv --reuid=65534 --regid=65534 --clear-groups'
	chmod 711 "$scratch"
else
	as_user=''
fi
owned() { [ -z "$as_user" ] || chown -R 65534:65534 case; }
fresh
cd .. && owned
chmod -R a-w case/$state
cd case || exit 99
# shellcheck disable=SC2086 # words
quiet_hook "an index that may not be written" $as_user
total_is "the ledger is as before" 1300
chmod -R u+w $state
# shellcheck disable=SC2086
quiet_hook "when it may be again" $as_user
total_is "it is taken" 2000

fresh
cd .. && owned
chmod -R a-w case/repo/token_metrics
cd case || exit 99
# shellcheck disable=SC2086
quiet_hook "a ledger that may not be written" $as_user
total_is "is as before" 1300
chmod -R u+w repo/token_metrics
# shellcheck disable=SC2086
quiet_hook "when it may be again" $as_user
total_is "it is written" 2000

# --- damaged ----------------------------------------------------------------------------------
# What was captured stands in the ledger only: its transcript is gone.
for how in garbage empty cut; do
	fresh
	sqlite3 $state/usage.db "PRAGMA wal_checkpoint(TRUNCATE)" >out
	rm -f home/.claude/projects/p/s1.jsonl $state/usage.db-*
	{ answer 2 s2 599; answer 3 s2 99; } >home/.claude/projects/p/s2.jsonl
	event_of s2 >"$event"
	case $how in
	garbage) head -c 20000 /dev/urandom >$state/usage.db ;;
	empty) : >$state/usage.db ;;
	cut) truncate -s -20000 $state/usage.db ;;
	esac
	quiet_hook "a damaged index: $how"
	total_is "the ledger keeps what only it knows ($how)" 2000
	at_home "$TRACK_TOKENS" -C repo sync >out 2>err || not_ok "sync fails ($how)" err
	total_is "after a sync, too ($how)" 2000
	[ $how = empty ] && continue
	ls $state >out
	out_has usage.db.damaged-
done
event_of s1 >"$event"
fresh
head -c 20000 /dev/urandom >$state/usage.db
rm -f $state/usage.db-*
run 0 at_home "$TRACK_TOKENS" -C repo sync
err_has "damaged"
check "rebuilt from the transcripts" right 2000
fresh
sqlite3 $state/usage.db 'PRAGMA user_version = 99'
quiet_hook "an index of a newer version"
total_is "the ledger is as before" 1300
[ "$(sqlite3 $state/usage.db 'PRAGMA user_version')" = 99 ] && ok "and the index too" || not_ok "touched"

# --- no home, odd input --------------------------------------------------------------------------
fresh
env -u HOME XDG_STATE_HOME="$PWD/$state/.." timeout 20 "$TRACK_TOKENS" hook <"$event" >hook.out 2>&1
rc=$?
if [ $rc -eq 0 ] && [ ! -s hook.out ]; then ok "no HOME"; else not_ok "no HOME: exit $rc" hook.out; fi
check "all is right after that" right 2000
fresh
event_kept=$event
for input in '' '{' '[]' 'null' '{"transcript_path":7}' '{"session_id":"x","cwd":"/","transcript_path":"/etc/passwd"}' \
	'{"session_id":"x","transcript_path":"/nowhere/x.jsonl","cwd":"/nowhere"}' '{"transcript_path":""}'; do
	event=$scratch/odd
	printf '%s' "$input" >"$event"
	quiet_hook "input: $input"
done
event=$scratch/odd
head -c 3000000 /dev/zero >"$event"
quiet_hook "three megabytes of nothing"
quiet_hook "a full standard output" sh -c '"$@" >/dev/full 2>&1' sh
event=$event_kept
total_is "the ledger is as before" 1300
quiet_hook "a clock that goes back" env TRACK_TOKENS_NOW=2020-01-01T00:00:00Z
quiet_hook "and far ahead" env TRACK_TOKENS_NOW=2099-01-01T00:00:00Z
check "all is right after that" right 2000
finish
