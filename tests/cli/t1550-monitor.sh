#!/bin/sh
# SPDX-License-Identifier: MIT
# The monitor: what it shows on a terminal and in lines, and that the terminal is as it was
# afterwards, however it ends.  Nothing is waited for by the clock, but for what is shown.
# shellcheck disable=SC2154 # from watch_case.sh
. "$(dirname "$0")/harness.sh"
. "$TESTS_DIR/support/watch_case.sh"
support=$BUILD_DIR/support
export TERM=xterm
leave=$(printf '\033[0m\033[?7h\033[?25h\033[?1049l')
watch_case

# answer_now <id> <session> <input>: an answer of this moment
answer_now() {
	answer "$@" | sed "s/2026-01-01T10:00:00Z/$(date -u +%Y-%m-%dT%H:%M:%SZ)/"
}
# on_terminal <lines> <columns> <step>... -- <option>...
on_terminal() {
	"$support/on_terminal" "$@" >screen 2>ended
	[ $? = 0 ] || not_ok "on_terminal $*" ended
}
ended_is() { if [ "$(cat ended)" = "$1" ]; then ok "$2"; else not_ok "$2" ended; fi; }
left() { [ "$(tail -c 23 screen)" = "$leave" ] && ok "$1" || not_ok "$1" screen; }
monitor() {
	steps=$1
	shift
	eval "on_terminal $steps -- \"\$TRACK_TOKENS\" monitor \"\$@\""
}

# --- the terminal is as it was ---------------------------------------------------------------------
answer_now 1 953809ed-e958-4a54-be9a-047e15e59dea 99 >"$projects/p/s1.jsonl"
run 0 "$TRACK_TOKENS" -q -C repo sync
for end in 'type:q' 'type:xxQ'; do
	monitor "24 80 wait:953809ed wait:quits $end"
	ended_is 'exit 0
modes as before' "after $end it has ended with 0, and the terminal's modes are as before"
	left "and so is the screen"
done
for signal in 1 2 3 15 11 6; do
	monitor "24 80 wait:quits kill:$signal"
	ended_is "signal $signal
modes as before" "it ends by signal $signal, and the modes are as before"
	left "and so is the screen"
done
ctrl_c=$(printf '\003') ctrl_z=$(printf '\032')
monitor "24 80 wait:quits type:$ctrl_c"
ended_is 'signal 2
modes as before' "Ctrl-C is SIGINT"
left "which leaves the screen as it was"
monitor '24 80' --duration 1
ended_is 'exit 0
modes as before' "after --duration it ends by itself"
left "and the screen is as it was"

# --- stopped, and continued ---------------------------------------------------------------------------
monitor "24 80 wait:quits type:$ctrl_z stopped continue wait:1049h wait:quits type:q"
ended_is 'modes as before
exit 0
modes as before' "Ctrl-Z gives the terminal back, and fg takes it again"
left "until the end"
monitor '24 80 wait:quits kill:20 stopped background kill:15 kill:18'
ended_is 'modes as before
signal 15
modes as before' "one that is stopped can be ended"
monitor '24 80 wait:quits kill:19 stopped continue wait:1049h wait:quits kill:15'
ended_is 'modes changed
signal 15
modes as before' "also after a stop that cannot be caught"
left "with the screen as it was"
"$support/on_terminal" 24 80 wait:quits kill:19 stopped background kill:15 kill:18 -- \
	"$TRACK_TOKENS" monitor >screen 2>ended
check "and one in the background does not wait for the terminal" grep -qx 'signal 15' ended

# --- what is shown --------------------------------------------------------------------------------------
monitor '24 80 wait:quits type:q'
check "the session, its project and branch are there" grep -q "Project     $scratch/repo  main" screen
check "it is drawn on another screen" grep -q "$(printf '\033')\[?1049h" screen
monitor '10 20 wait:MONITOR wait:5h type:q'
check "a narrow screen is told less" sh -c "! grep -q Project screen"
monitor '24 80 wait:quits size:10x20 wait:[2J wait:MONITOR wait:5h type:q'
ended_is 'exit 0
modes as before' "a new size draws anew"
more="run:$(printf "'%s'" "cat $scratch/more.jsonl >>$projects/p/s1.jsonl")"
answer_now 2 953809ed-e958-4a54-be9a-047e15e59dea 1234567 >more.jsonl
monitor "24 80 wait:quits $more wait:1,234,666 type:q"
ended_is 'exit 0
modes as before' "what is new in a transcript is shown"
NO_COLOR=1 monitor '24 80 wait:quits type:q'
check "NO_COLOR is heeded" sh -c "! grep -q '$(printf '\033')\[1m' screen"
LC_ALL=C monitor '24 80 wait:quits type:q'
check "a C locale is given ASCII" sh -c "! LC_ALL=C grep -q '[^ -~[:cntrl:]]' screen"
TERM=dumb monitor '24 80 wait:Polling kill:15'
check "a dumb terminal is written lines" sh -c "! grep -q 1049 screen"
monitor '24 80 wait:Polling kill:2' --plain
ended_is 'signal 2
modes as before' "as with --plain"
check "which draws nothing" sh -c "! grep -q 1049 screen"

# --- lines ------------------------------------------------------------------------------------------------
rm -rf "$HOME/.local" repo/token_metrics
answer 1 b55aa152-1111-4111-8111-111111111111 99 >"$projects/p/s1.jsonl"
run 0 "$TRACK_TOKENS" monitor --duration 0
out_is '🔍 REAL-TIME TOKEN MONITOR

🔍 Monitoring session in repo
   Session: b55aa152...
   Current: 99/1/0 tokens, and 0 read from the cache
   Cost: unpriced

Polling every 1000ms for changes...'
check "what is new is in the ledger, too" total_is 100
rm -f lines
"$TRACK_TOKENS" monitor --plain -i 100 >lines 2>err &
pid=$!
says() { [ -e lines ] && grep -qF -- "$1" lines; }
comes "it begins with what is there" says 'Polling every 100ms'
answer 2 b55aa152-1111-4111-8111-111111111111 14 >>"$projects/p/s1.jsonl"
comes "and then tells of each change" says 'Token change in repo [10:00:00 AM]'
comes "in all its kinds" says '   Input: +14'
check "and what went before is no change" [ "$(grep -c 'Token change' lines)" = 1 ]
kill -TERM $pid
wait $pid
check "it ends by SIGTERM" [ $? = 143 ]
"$TRACK_TOKENS" monitor -i 100 | head -1 >first
check "who has read enough may leave" grep -q MONITOR first
rm -f lines
"$TRACK_TOKENS" monitor --plain -i 100 >lines 2>err &
pid=$!
comes "beside a watcher" says 'Polling every 100ms'
"$TRACK_TOKENS" watch start >/dev/null
comes "which is at work" runs
answer 3 b55aa152-1111-4111-8111-111111111111 15 >>"$projects/p/s1.jsonl"
comes "it tells what that took" says '   Input: +15'
"$TRACK_TOKENS" watch stop >/dev/null
answer 4 b55aa152-1111-4111-8111-111111111111 16 >>"$projects/p/s1.jsonl"
comes "and takes again when that has ended" says '   Input: +16'
kill $pid
wait $pid 2>/dev/null

# --- whatever becomes of the index ---------------------------------------------------------------------------
rm -rf "$HOME/.local" "$projects"
rm -f lines
"$TRACK_TOKENS" monitor --plain -i 100 >lines 2>err &
pid=$!
comes "where nothing was captured yet" says 'Polling every 100ms'
check "that is said" says 'No data found'
mkdir -p "$projects/p" && answer 1 b55aa152-1111-4111-8111-111111111111 17 >"$projects/p/s1.jsonl"
comes "what comes first is told" says '   Input: +17'
rm -rf "$HOME/.local"
answer 2 b55aa152-1111-4111-8111-111111111111 18 >>"$projects/p/s1.jsonl"
comes "also when the index was removed meanwhile" says '   Input: +18'
kill $pid
wait $pid 2>/dev/null
exec 9>"$state/usage.lock"
flock 9
answer 3 b55aa152-1111-4111-8111-111111111111 19 >>"$projects/p/s1.jsonl"
run 0 "$TRACK_TOKENS" monitor --duration 0
out_has 'Current: 35/2/0 tokens'
exec 9>&-

# --- what it is asked for ----------------------------------------------------------------------------------
run 0 "$TRACK_TOKENS" monitor --duration 0 -p repo
out_has 'Monitoring session in repo'
run 0 "$TRACK_TOKENS" monitor --duration 0 -p ./repo
out_has 'Monitoring session in repo'
run 0 "$TRACK_TOKENS" monitor --duration 0 -p elsewhere
out_has 'No data found: nothing was captured yet'
answer 5 b55aa152-1111-4111-8111-111111111111 17 >>"$projects/p/s1.jsonl"
run 0 "$TRACK_TOKENS" monitor --duration 0 --no-sync
out_has 'Current: 54/3/0 tokens'
rm -rf "$HOME/.local" "$projects"
run 0 "$TRACK_TOKENS" monitor --monitor-time 0
out_has 'No data found: nothing was captured yet'
run 64 "$TRACK_TOKENS" monitor --interval 99
err_has '--interval: 100 milliseconds to an hour'
run 64 "$TRACK_TOKENS" monitor app
err_has "monitor takes no operand: 'app'"
run 64 "$TRACK_TOKENS" monitor --json
err_has 'monitor writes no JSON'

# --- in tmux -------------------------------------------------------------------------------------------------
if command -v tmux >/dev/null; then
	answer 1 953809ed-1111-4111-8111-111111111111 99 >more.jsonl && mkdir -p "$projects/p" &&
		cp more.jsonl "$projects/p/s1.jsonl"
	tmux="tmux -f /dev/null -S $scratch/tmux"
	$tmux new-session -d -x 80 -y 24 "sh" 2>tmux.err
	pane() { $tmux capture-pane -p 2>/dev/null | grep -qF -- "$1"; }
	pane_lacks() { ! pane "$1"; }
	$tmux send-keys "PS1='> '; clear; echo before; '$TRACK_TOKENS' monitor" Enter
	comes "tmux shows it" pane 'TOKEN MONITOR'
	comes "the last line, too" pane 'q quits'
	$tmux send-keys q
	comes "and has the shell's screen back at the end" pane 'before'
	check "with nothing of it left" pane_lacks 'TOKEN MONITOR'
	$tmux kill-server
else
	ok "tmux shows it # SKIP there is no tmux"
fi
finish
