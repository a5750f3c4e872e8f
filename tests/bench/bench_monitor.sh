#!/bin/sh
# SPDX-License-Identifier: MIT
#
# What the monitor costs: tests/bench/bench_monitor.sh BUILD-DIR [ANSWERS]
#
# Processor time of looks at an index of ANSWERS (100,000) answers: a hundred while nothing
# happens, and twenty while another process adds an answer before each.
. "$(dirname "$0")/bench.sh"
answers=${2:-100000}
support=$build/support
export TZ=UTC

# answers_of FROM TO SECONDS: so many answers, in the last SECONDS
answers_of() {
	awk -v from="$1" -v to="$2" -v span="$3" -v end="$(date +%s)" -v cwd="$work/repo" 'BEGIN {
		for (i = from; i < to; i++)
			printf "{\"type\":\"assistant\",\"message\":{\"id\":\"msg_%07d\",\"model\":\"claude-opus-4-5\",\"usage\":{\"input_tokens\":%d,\"output_tokens\":%d,\"cache_read_input_tokens\":%d}},\"timestamp\":\"%s.%03dZ\",\"sessionId\":\"s%d\",\"cwd\":\"%s\",\"gitBranch\":\"main\"}\n",
				i, i % 20, i % 700, i % 90000,
				strftime("%Y-%m-%dT%H:%M:%S", end - span * (to - i) / (to - from), 1), i % 1000, i / 100, cwd
	}'
}
git init -q -b main repo
git -C repo commit -q --allow-empty -m one
mkdir -p "$HOME/.claude/projects/p"
answers_of 0 "$answers" $((60 * 86400)) >"$HOME/.claude/projects/p/s.jsonl"
"$track_tokens" -q -C repo sync >"$work/sync.out"

"$support/measure" "$track_tokens" monitor --no-sync --duration 0 >"$work/first"
"$support/measure" "$track_tokens" monitor --no-sync --plain -i 100 --duration 10 >"$work/idle"
for i in $(seq 20); do
	sleep 0.4
	answers_of $((answers + i)) $((answers + i + 1)) 0 >>"$HOME/.claude/projects/p/s.jsonl"
	"$track_tokens" -q -C repo sync >"$work/sync.out"
done &
"$support/measure" "$track_tokens" monitor --no-sync --plain -i 100 --duration 10 >"$work/busy"
wait

# per LOOKS FILE: processor milliseconds of each look beyond the first
per() { awk -v looks="$1" -v first="$(cut -d' ' -f3 "$work/first")" '{ t = $3 - first; printf "%.2f", (t > 0 ? t / looks : 0) }' "$2"; }
target "monitor, $answers answers, at once: ms" "$(cut -d' ' -f1 "$work/first")" 20 ""
target "a look when nothing is new: ms" "$(per 100 "$work/idle")" 1 ""
target "a look at a new answer: ms" "$(awk -v i="$(cut -d' ' -f3 "$work/idle")" '{ t = $3 - i; printf "%.2f", (t > 0 ? t / 20 : 0) }' "$work/busy")" 5 ""
target "memory: KiB" "$(cut -d' ' -f2 "$work/busy")" 32768 ""
exit $missed
