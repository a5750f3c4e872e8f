#!/bin/sh
# SPDX-License-Identifier: MIT
# The watcher: what it takes by itself, that there is one of it, and how it begins and ends.
# shellcheck disable=SC2154 # from watch_case.sh
. "$(dirname "$0")/harness.sh"
. "$TESTS_DIR/support/watch_case.sh"
watch_case

# --- it begins -----------------------------------------------------------------------------
run 1 "$TRACK_TOKENS" watch
out_is "Nothing is watching: 'track-tokens watch start'"
run 1 "$TRACK_TOKENS" watch status --json
out_is '{"version":1,"running":false}'
said=$(cd repo && "$TRACK_TOKENS" watch start --dir "$scratch/answers" 3>"$scratch/held")
check "start says which process watches" [ "$said" = "Watching (process $(pid))" ]
comes "what was there before is taken" total_is 100
run 0 "$TRACK_TOKENS" watch start
out_is "A watcher is running already (process $(pid))"
run 75 "$TRACK_TOKENS" watch run
err_has "a watcher is running already: see 'track-tokens watch status'"
if [ -d /proc/self/fd ]; then
	check "it is in nobody's directory" [ "$(readlink "/proc/$(pid)/cwd")" = / ]
	check "it holds none of the caller's files" sh -c "! ls -l /proc/$(pid)/fd | grep -q held"
	check "it has no terminal, and can get none" \
		sh -c "set -- \$(sed 's/.*) //' /proc/$(pid)/stat); [ \$5 = 0 ] && [ \$4 != $(pid) ]"
fi

# --- what it takes ----------------------------------------------------------------------------
answer 2 s1 199 >>"$projects/p/s1.jsonl"
comes "a file that has grown" total_is 300
mkdir -p "$projects/q/s3/subagents"
answer 3 s3 299 >"$projects/q/s3/subagents/agent-1.jsonl"
comes "a file in directories that are new" total_is 600
answer 4 s4 399 >tmp.jsonl && mv tmp.jsonl "$projects/q/s4.jsonl"
comes "a file that is moved there" total_is 1000
answer 5 s5 499 >"$projects/q/journal.jsonl"
mkdir answers && echo '{"id":"msg_6","usage":{"input_tokens":599,"output_tokens":1}}' >answers/a.json
comes "an answer of the API, in a directory that was not there" total_is 1600
echo '{"usage":{"input_tokens":699,"output_tokens":1}}' >answers/b.json
comes "an answer without an id" total_is 2300
answer 7 s1 799 >>"$projects/p/s1.jsonl"
comes "and what comes then" total_is 3100
check "nobody waits for it: the index is not locked" flock -n "$state/usage.lock" true
run 0 "$TRACK_TOKENS" watch status
out_has "$projects (inotify"
out_has "$scratch/answers (inotify"
out_has 'none'
status '.watcher.responses == 7 and .watcher.answers == 2 and .watcher.trouble == null' &&
	ok "status tells how much" || { "$TRACK_TOKENS" watch status --json >out; not_ok "status" out; }

"$TRACK_TOKENS" -C repo request --input 150 --output 50 >/dev/null
comes "a request that waits" total_is 3300

"$TRACK_TOKENS" doctor >out 2>&1
out_has "ok       watcher: process $(pid) is running and took 7 answers"

# --- the client's own figures --------------------------------------------------------------------
figures() {
	printf '{"userID":"secret","oauthAccount":{"emailAddress":"secret"},"projects":{"/x":' >"$HOME/.claude.json.new"
	printf '{"lastSessionId":"s%s","lastTotalInputTokens":%s,"history":["%s"]}}}' "$1" "$1" "$2" >>"$HOME/.claude.json.new"
	mv "$HOME/.claude.json.new" "$HOME/.claude.json"
}
taken_of_client() { [ "$(cat "$state"/snapshots/claude-*.json 2>/dev/null)" = "$1" ]; }
one='{"projects":{"/x":{"lastSessionId":"s1","lastTotalInputTokens":1}}}'
two='{"projects":{"/x":{"lastSessionId":"s2","lastTotalInputTokens":2}}}'
figures 1 secret
comes "figures of the client are kept, and nothing else of its file" taken_of_client "$one"
figures 1 prompt
answer 8 s1 99 >>"$projects/p/s1.jsonl"
comes "a round more" total_is 3400
figures 2 prompt
comes "they are kept only when they have changed" taken_of_client "$one
$two"
check "for their owner only" [ "$(find "$state" -perm /077 | wc -l)" = 0 ]

# --- it ends --------------------------------------------------------------------------------------
"$TRACK_TOKENS" watch stop >out 2>err
out_is 'The watcher has ended'
check "when stop says so it has" flock -n "$state/watch.lock" true
run 0 "$TRACK_TOKENS" watch stop
out_is 'Nothing is watching'
run 1 "$TRACK_TOKENS" watch status
answer 9 s1 99 >>"$projects/p/s1.jsonl"
rm "$state"/snapshots/* && i=0
while [ $i -lt 70 ]; do
	i=$((i + 1))
	echo '{}' >"$state/snapshots/claude-0000$((i + 10)).json"
done
run 0 "$TRACK_TOKENS" -C repo watch start --poll --interval-ms 100 --interval 1 --dir ../answers
comes "the next one takes what came between" total_is 3500
status '.watcher.sources[0].how == "polling"' && ok "and polls, as it was told" || not_ok "polls"
snapshots() { [ "$(find "$state/snapshots" -type f | wc -l)" -le 64 ]; }
comes "of the client's figures the last 64 are kept" snapshots
answer 10 s1 99 >>"$projects/p/s1.jsonl"
comes "polling finds what has grown" total_is 3600
mkdir "$projects/r" && answer 11 s11 99 >"$projects/r/s11.jsonl"
comes "and what is new" total_is 3700
rm -rf "$projects/r" && mkdir "$projects/r" && answer 12 s11 99 >"$projects/r/s11.jsonl"
comes "and what is there again" total_is 3800
echo '{"usage":{"input_tokens":99,"output_tokens":1}}' >answers/c.json
comes "each answer once" total_is 3900
run 0 "$TRACK_TOKENS" watch stop

# --- one of it ---------------------------------------------------------------------------------------
i=0
while [ $i -lt 10 ]; do
	"$TRACK_TOKENS" watch start >"start.$i" 2>&1 &
	i=$((i + 1))
done
wait
comes "of ten that are started at once one runs" runs
# shellcheck disable=SC2009 # not by name: by the scratch directory of this test
check "exactly one" [ "$(grep -l '^Watching' start.? | wc -l)" = 1 ]
first=$(pid)
kill -9 "$first"
comes "one that was killed is not said to run" runs_not
sleep 300 &
other=$!
echo $other >"$state/watch.lock"
run 0 "$TRACK_TOKENS" watch stop
out_is 'Nothing is watching'
check "stop ends no process that only has its number" kill -0 $other
kill $other
run 0 "$TRACK_TOKENS" watch start
check "and another one can begin" [ "$(pid)" != "$first" ]
for signal in INT TERM; do
	kill -$signal "$(pid)"
	comes "SIG$signal ends it" runs_not
	run 0 "$TRACK_TOKENS" watch start
done
run 0 "$TRACK_TOKENS" watch stop
"$TRACK_TOKENS" watch run >run.out 2>&1 &
runner=$!
comes "run stays in the foreground" runs
answer 13 s1 99 >>"$projects/p/s1.jsonl"
comes "and collects" total_is 4000
kill -TERM $runner
wait $runner
check "and ends with 0" [ $? = 0 ]
check "having said what it took" grep -q '1 new answers' run.out

# --- words -----------------------------------------------------------------------------------------
run 64 "$TRACK_TOKENS" watch begin
err_has "watch: unknown operand 'begin'"
run 64 "$TRACK_TOKENS" watch start --interval 0
err_has '--interval: 1 to 86400 seconds'
run 64 "$TRACK_TOKENS" watch start --interval-ms 10
err_has '--interval-ms: 100 milliseconds to a day'
finish
