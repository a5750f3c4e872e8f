#!/bin/sh
# SPDX-License-Identifier: MIT
# The watcher in trouble: it says so, goes on trying, and takes everything in the end.
# shellcheck disable=SC2154 # from watch_case.sh
. "$(dirname "$0")/harness.sh"
. "$TESTS_DIR/support/watch_case.sh"
for tool in jq flock prlimit; do
	command -v $tool >/dev/null || skip_all "$tool is missing"
done
watch_case
begins() {
	run 0 "$TRACK_TOKENS" -C repo watch start "$@"
	comes "it has begun" status '.watcher.rounds > 0'
}
trouble() { status ".watcher.trouble | contains(\"$1\")"; }
well() { status '.watcher.trouble == null'; }
begins --dir ../answers
comes "all is well" total_is 100

# --- directories that go and come ------------------------------------------------------------
rm -rf "$projects"
mkdir -p "$projects/p" && answer 2 s1 99 >"$projects/p/s1.jsonl"
comes "a directory that was removed and made anew" total_is 200
mv "$HOME/.claude" "$HOME/.claude.away" && mkdir -p "$projects/p"
answer 3 s2 99 >"$projects/p/s2.jsonl"
comes "one that was put in the place of another" total_is 300
mkdir -p "$projects/gone/deep" && mv "$projects/gone" "$projects/here"
answer 4 s4 99 >"$projects/here/deep/s4.jsonl"
comes "one that was renamed" total_is 400
before=$(pid)
rm -rf "$state"
answer 5 s5 99 >"$projects/p/s5.jsonl"
back() { [ -f "$state/watch.lock" ] && [ "$(pid)" = "$before" ] && total_is 500; }
comes "its own state, removed under it" back
run 0 "$TRACK_TOKENS" watch start
out_is "A watcher is running already (process $before)"

# --- what cannot be read -------------------------------------------------------------------------
mkdir answers && printf '{"id":"msg_6","usage":{"input_to' >answers/half.json
echo '{"id":"msg_7","usage":{"input_tokens":99,"output_tokens":1}}' >answers/whole.json
comes "a file that is half written stops no other" total_is 600
comes "and is told of" trouble half.json
"$TRACK_TOKENS" doctor -q >out 2>&1
out_has "warning  watcher: process $before is running, and has trouble: '$scratch/answers/half.json'"
answer 8 s5 99 >>"$projects/p/s5.jsonl"
comes "what comes meanwhile is taken" total_is 700
check "and the file is not forgotten for it" trouble half.json
printf 'kens":99,"output_tokens":1}}' >>answers/half.json
comes "when it is whole it is taken" total_is 800
comes "and nothing is wrong any more" well
head -c 5000 /dev/urandom >"$projects/p/s9.jsonl"
answer 9 s9 99 >>"$projects/p/s9.jsonl"
echo >>"$projects/p/s9.jsonl"
answer 10 s9 99 >>"$projects/p/s9.jsonl"
comes "in a damaged transcript the lines that are sound" total_is 900
echo '{"projects":{' >"$HOME/.claude.json"
comes "the client's file, damaged" trouble .claude.json
answer 11 s5 99 >>"$projects/p/s5.jsonl"
comes "holds up nothing" total_is 1000
echo '{"projects":{"/x":{"lastSessionId":"s"}}}' >"$HOME/.claude.json"
comes "until it is mended" well

# --- what cannot be written -----------------------------------------------------------------------
prlimit --pid "$(pid)" --fsize=0: 2>prlimit.err || not_ok "prlimit" prlimit.err
answer 12 s5 99 >>"$projects/p/s5.jsonl"
failed() { status '.running and .watcher.trouble != null'; }
comes "a full disk ends nothing" failed
"$TRACK_TOKENS" watch status >out
out_lacks 'none'
prlimit --pid "$(pid)" --fsize=unlimited: 2>prlimit.err || not_ok "prlimit" prlimit.err
comes "and takes nothing away" total_is 1100
comes "all is well" well
flock "$state/usage.lock" sleep 300 &
holder=$!
locked() { ! flock -n "$state/usage.lock" true; }
comes "somebody holds the usage index" locked
answer 13 s5 99 >>"$projects/p/s5.jsonl"
comes "that is told" trouble locked
kill_round() {
	round=$(ps -o pid= --ppid "$(pid)" | tr -d ' ' | head -1)
	[ -n "$round" ] && kill -9 "$round"
}
comes "a round is killed while it waits" kill_round
comes "it is told that it ended" trouble 'ended without an answer'
kill "$(ps -o pid= --ppid $holder 2>/dev/null | head -1)" 2>/dev/null
kill $holder 2>/dev/null
comes "and then taken" total_is 1200

# --- more than the kernel tells -----------------------------------------------------------------------
kill -STOP "$(pid)"
(cd "$projects/p" && seq 1 20000 | sed 's/$/.txt/' | xargs touch && rm -f -- *.txt)
answer 14 s14 99 >"$projects/p/s14.jsonl"
answer 15 s5 99 >>"$projects/p/s5.jsonl"
kill -CONT "$(pid)"
comes "events that were lost are made up for" total_is 1400
mkdir "$HOME/one" "$HOME/two" && mkdir "$HOME/one/projects" "$HOME/two/projects"
run 0 "$TRACK_TOKENS" watch stop
ln -s one "$HOME/now"
CLAUDE_CONFIG_DIR=$HOME/now begins
answer 16 s16 99 >"$HOME/one/projects/s16.jsonl"
comes "in the directory that the environment names" total_is 1500
ln -sfn two "$HOME/now"
kill -HUP "$(pid)"
answer 17 s17 99 >"$HOME/two/projects/s17.jsonl"
comes "SIGHUP has it look anew for the directories" total_is 1600
run 0 "$TRACK_TOKENS" watch stop

# --- no inotify ------------------------------------------------------------------------------------------
if strace -qq -o /dev/null -e trace=write true 2>/dev/null; then
	export ASAN_OPTIONS=detect_leaks=0
	for fault in inotify_add_watch:error=ENOSPC inotify_add_watch:error=ENOSPC:when=2+ \
		inotify_init1:error=EMFILE; do
		# shellcheck disable=SC2086 # words
		strace -qq -o /dev/null -e trace=${fault%%:*} -e inject=$fault \
			"$TRACK_TOKENS" watch run -q --interval 1 &
		runner=$!
		polls() { status '.watcher.sources[0].how == "polling"'; }
		comes "it polls where ${fault%%:*} is refused" polls
		check "and says why" status '.watcher.sources[0].trouble | contains("no more")'
		case $fault in *=2+) total=1800 ;; *init*) total=1900 ;; *) total=1700 ;; esac
		answer $total s5 99 >>"$projects/p/s5.jsonl"
		comes "and finds what has grown" total_is $total
		run 0 "$TRACK_TOKENS" watch stop
		wait $runner
	done
fi
finish
