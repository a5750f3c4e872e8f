#!/bin/sh
# SPDX-License-Identifier: MIT
# Reports as metrics: the same figures as JSON has, and taken by Prometheus's own checker.
. "$(dirname "$0")/harness.sh"
export TRACK_TOKENS_NOW=2026-01-12T12:00:00Z
projects=$HOME/.claude/projects/p
mkdir -p "$projects"

is() { [ "$1" = "$2" ] || { echo "# $1"; return 1; }; }
# answer <id> <branch> <model>, as JSON strings without their quotes
answer() {
	printf '{"type":"assistant","message":{"id":"%s","model":"%s","usage":{"input_tokens":1000,"output_tokens":100,"cache_read_input_tokens":50000}},"timestamp":"2026-01-10T10:00:00Z","uuid":"%s","sessionId":"95380911-1111-4111-8111-111111111111","cwd":"%s","gitBranch":"%s"}\n' \
		"$1" "$3" "$1" "$PWD" "$2" >>"$projects/95380911-1111-4111-8111-111111111111.jsonl"
}

repo app
answer msg_1 main claude-opus-4-5
answer msg_2 main 'we\"i\\rd\nmodel 1\n# EOF'
answer msg_3 fix/x claude-haiku-4-5-20251001
run 0 "$TRACK_TOKENS" -q add 45000

for report in summary 'branches --all' models; do
	# shellcheck disable=SC2086 # words
	run 0 "$TRACK_TOKENS" report $report --format openmetrics
	check "$report ends with EOF, once" is "$(grep -n '^# EOF$' out)" "$(wc -l <out):# EOF"
	check "$report: tokens add up" is \
		"$(awk '/^claude_tokens_total/ { t += $NF } END { print t }' out)" \
		"$("$TRACK_TOKENS" report --no-sync --json | jq .total.tokens)"
	check "$report: costs add up" is \
		"$(awk '/^claude_cost_most_usd_total/ { t += $NF } END { printf "%.9f", t }' out)" \
		"$("$TRACK_TOKENS" report --no-sync --json | jq .total.cost_nano_usd.high | awk '{ printf "%.9f", $1 / 1000000000 }')"
	# shellcheck disable=SC2086
	run 0 "$TRACK_TOKENS" report $report --format prometheus
	mv out "metrics-${report%% *}"
	check "$report: each series once" is "$(grep -v '^#' "metrics-${report%% *}" | sed 's/ [^ ]*$//' | sort | uniq -d)" ""
done

# Some days are no counter.
run 64 "$TRACK_TOKENS" report daily --format openmetrics
err_has "counts from the beginning of time"
run 64 "$TRACK_TOKENS" report --since 2026-01-01 --format prometheus
run 64 "$TRACK_TOKENS" report models --days 3 --format openmetrics
run 0 "$TRACK_TOKENS" report models --days 0 --format openmetrics
run 64 "$TRACK_TOKENS" report trends --format openmetrics
run 64 "$TRACK_TOKENS" report commits --format prometheus

# The team's: each branch.
run 0 "$IMPORT_TOKENS" --repository 'git"hub/app' --db sqlite:t.db
run 0 "$IMPORT_TOKENS" report --repository 'git"hub/app' --db sqlite:t.db --format openmetrics
check "a branch's tokens" grep -qFx 'claude_tokens_total{project="git\"hub/app",branch="main",kind="unsplit"} 45000' out
run 0 "$IMPORT_TOKENS" report --repository 'git"hub/app' --db sqlite:t.db --format prometheus
mv out metrics-team

if command -v promtool >/dev/null; then
	for report in summary branches models team; do
		run 0 promtool check metrics <"metrics-$report"
		check "promtool has nothing to say of $report" test ! -s out -a ! -s err
	done
else
	ok "promtool takes the metrics # SKIP no promtool: it is in Debian's package prometheus"
fi
finish
