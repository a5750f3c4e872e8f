#!/bin/sh
# SPDX-License-Identifier: MIT
# The watcher's memory is the same however long it has run: some hours of work, on a clock
# that runs 500 times as fast.
# shellcheck disable=SC2154 # from watch_case.sh
. "$(dirname "$0")/harness.sh"
. "$TESTS_DIR/support/watch_case.sh"
shim=$BUILD_DIR/faults/fastshim.so
[ "$(basename "$BUILD_DIR")" = release ] || skip_all "what watches memory uses some itself"
[ -r "$shim" ] && [ -r /proc/self/status ] || skip_all "needs Linux"
watch_case
memory() { sed -n 's/^VmRSS:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$(pid)/status"; }
rounds() { "$TRACK_TOKENS" watch status --json | jq .watcher.rounds; }
went_on() { [ "$(rounds)" -ge "$wanted" ]; }

# Sessions begin, go on and are deleted, directories and all; files that cannot be read
# come and are mended; the client's own file changes.
k=0
work() { # TIMES
	wanted=$(($(rounds) + $1 / 3)) until=$((k + $1))
	while [ $k -lt $until ]; do
		k=$((k + 1))
		dir=$projects/d$((k % 40))
		mkdir -p "$dir/s$k/subagents" answers
		answer "$k" "s$k" 9 >"$dir/s$k.jsonl"
		answer "a$k" "s$k" 9 >"$dir/s$k/subagents/agent.jsonl"
		answer "b$k" s1 9 >>"$projects/p/s1.jsonl"
		printf '{"usage":{"input_tok' >answers/$((k % 9)).json
		printf '{"projects":{"/x":{"lastSessionId":"%s"}}}' "$k" >"$HOME/.claude.json"
		[ $((k % 5)) != 0 ] || rm -rf "$projects"/d* answers
	done
	mkdir -p answers
	echo '{"id":"msg_0","usage":{"input_tokens":1}}' >"answers/$1.json"
	comes "it goes on" went_on
}

for how in inotify --poll; do
	option=${how#inotify}
	# shellcheck disable=SC2086 # a word, or none
	FAST=500 LD_PRELOAD=$shim "$TRACK_TOKENS" -C repo watch run -q --dir ../answers $option 2>run.err &
	runner=$!
	comes "it has begun ($how)" runs
	work 40
	before=$(memory)
	work 160
	after=$(memory)
	check "after four times as much it has no more memory ($how: $before, then $after KiB)" \
		[ "$after" -le $((before + 192)) ]
	check "which is 16 MiB at most" [ "$after" -le 16384 ]
	run 0 "$TRACK_TOKENS" watch stop
	wait $runner
	rm -rf answers
done
finish
