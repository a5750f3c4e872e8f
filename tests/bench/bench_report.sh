#!/bin/sh
# SPDX-License-Identifier: MIT
#
# What a report costs: tests/bench/bench_report.sh BUILD-DIR [ANSWERS]
#
# An index of ANSWERS (1,000,000) answers of a year: twelve projects with eight branches,
# a session for each hundred answers, four models.  Nothing is new when a report is asked
# for, but it looks.
. "$(dirname "$0")/bench.sh"
answers=${2:-1000000}
support=$build/support
rounds=9
export TZ=UTC TRACK_TOKENS_NOW=2026-11-24T12:00:00Z

answers_of() {
	awk -v n="$1" -v work="$work" 'BEGIN {
		split("claude-opus-4-5 claude-sonnet-4-5 claude-haiku-4-5 claude-opus-5-5", models, " ")
		end = 20781.5 * 86400
		for (i = 0; i < n; i++) {
			s = int(i / 100)
			printf "{\"type\":\"assistant\",\"message\":{\"id\":\"msg_%07d\",\"model\":\"%s\",\"stop_reason\":\"end_turn\",\"usage\":{\"input_tokens\":%d,\"output_tokens\":%d,\"cache_read_input_tokens\":%d,\"cache_creation_input_tokens\":%d}},\"timestamp\":\"%s.%03dZ\",\"sessionId\":\"%08x-1111-4222-8333-%012x\",\"cwd\":\"%s/repo%d\",\"gitBranch\":\"branch/%d\"}\n",
				i, models[1 + int(i / 20) % 4], i % 20, i % 700, i % 90000, i % 3000,
				strftime("%Y-%m-%dT%H:%M:%S", int(end - 365 * 86400 * (n - i) / n), 1), i % 1000,
				(s * 2654435761) % 4294967296, s, work, s % 12, int(s / 12) % 8
		}
	}'
}
for i in $(seq 0 11); do
	git init -q -b main "repo$i"
	git -C "repo$i" commit -q --allow-empty -m one
done
mkdir -p "$HOME/.claude/projects/p"
answers_of "$answers" >"$HOME/.claude/projects/p/s.jsonl"
"$track_tokens" -q -C repo1 sync --all >"$work/sync.out" 2>&1
session=$("$track_tokens" report recent 1 --json | sed 's/.*"groups":\[{"name":"\([0-9a-f]*\).*/\1/')

# report LIMIT WORDS...: the median of its milliseconds
report() {
	limit=$1
	shift
	rm -f "$work/ms"
	for _ in $(seq $rounds); do
		"$support/measure" "$track_tokens" -C repo1 report "$@" >>"$work/ms"
	done
	target "report $*: ms" "$(value "$work/ms" 1)" "$limit" "$(most "$work/ms") KiB"
}
echo "        of $answers answers, $(wc -c <"$HOME/.local/state/track-tokens/usage.db") bytes of index"
report 60 summary
report 60 daily
for words in recent weekly monthly project "session $session" branches 'branches --all' models \
	commits servers blocks trends 'daily 0' 'daily 30 --timezone Asia/Tokyo'; do
	# shellcheck disable=SC2086 # words
	report 150 $words
done
report 300 summary --format html
report 150 --format prometheus
exit $missed
