#!/bin/sh
# SPDX-License-Identifier: MIT
#
# What a watcher costs that has nothing to do: tests/bench/bench_watch.sh BUILD-DIR
#
# A day of it, with 1,000 transcripts in 200 directories, on a clock that runs 2,000 times
# as fast: 8,640 looks and 288 times everything.
. "$(dirname "$0")/bench.sh"
unset TRACK_TOKENS_NOW
support=$build/support
fast=2000
make -s -C "$bench_dir/../.." "$build/faults/fastshim.so"
"$support/transcript_corpus" --mb 50 --files 1000 --days 40 --seed 1 "$HOME/.claude" >"$work/corpus.out"
git init -q -b main repo
git -C repo commit -q --allow-empty -m one
"$track_tokens" -C repo sync --all >"$work/sync.out"

# idle FILE OPTION...: milliseconds, peak KiB with the rounds, and milliseconds of processor
idle() {
	file=$1
	shift
	"$support/measure" env FAST=$fast LD_PRELOAD="$build/faults/fastshim.so" \
		"$track_tokens" watch run -q "$@" >"$file" &
	measuring=$!
	sleep 5
	sed -n 's/^VmRSS:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$(cat "$HOME/.local/state/track-tokens/watch.lock")/status" >"$file.rss"
	sleep $((86400 / fast - 5))
	"$track_tokens" watch status >"$file.status"
	"$track_tokens" watch stop >/dev/null
	wait $measuring
}
# share FILE: processor time in percent of a day
share() { awk -v fast=$fast '{ printf "%.4f", 100 * $3 / ($1 * fast) }' "$1"; }

# How long until the ledger has an answer: one after the other, by the watcher itself.
answer() {
	printf '{"type":"assistant","message":{"id":"msg_%s","model":"claude-opus-5-5","usage":{"input_tokens":1,"output_tokens":1}},' "$1"
	printf '"timestamp":"2026-11-01T10:00:00Z","uuid":"%s","sessionId":"bench","cwd":"%s","gitBranch":"main"}\n' "$1" "$work/repo"
}
ledger() { cat repo/token_metrics/local_tracking/tokens_main.json 2>&1 | cksum; }
"$track_tokens" watch start >/dev/null
for i in $(seq 21); do
	sleep 1.5
	before=$(ledger)
	began=$(date +%s%N)
	answer "$i" >>"$HOME/.claude/projects/bench.jsonl"
	until [ "$(ledger)" != "$before" ]; do sleep 0.005; done
	echo $((($(date +%s%N) - began) / 1000000)) >>"$work/delays"
done
"$track_tokens" watch stop >/dev/null

idle "$work/inotify"
idle "$work/polling" --poll
target "watch, idle for a day: % of a processor" "$(share "$work/inotify")" 0.1 "by inotify; its rounds included"
target "watch --poll, idle for a day: % of a processor" "$(share "$work/polling")" 0.1 "by polling"
target "watch, idle: KiB" "$(cat "$work/inotify.rss")" 16384 "with its rounds at most $(value "$work/inotify" 2)"
target "watch --poll, idle: KiB" "$(cat "$work/polling.rss")" 16384 "with its rounds at most $(value "$work/polling" 2)"
target "watch, from a line of a transcript to the ledger: ms" "$(value "$work/delays" 1)" 500 "slowest $(sort -n "$work/delays" | tail -1)"
exit $missed
