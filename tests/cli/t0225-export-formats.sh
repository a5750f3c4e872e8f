#!/bin/sh
# SPDX-License-Identifier: MIT
# Exports for others than import-tokens: rows for a spreadsheet, which add up to what
# `show` says, and the file of an earlier tracker, under its names.
. "$(dirname "$0")/harness.sh"
export TRACK_TOKENS_NOW=2026-01-12T12:00:00Z
projects=$HOME/.claude/projects/p
session=95380911-1111-4111-8111-111111111111

is() { [ "$1" = "$2" ] || { echo "# $1"; return 1; }; }
# answer <id> <day> <model> <input> <output> <cache read>
answer() {
	printf '{"type":"assistant","message":{"id":"%s","model":"%s","usage":{"input_tokens":%s,"output_tokens":%s,"cache_read_input_tokens":%s}},"timestamp":"%sT10:00:00Z","uuid":"%s","sessionId":"%s","cwd":"%s","gitBranch":"main"}\n' \
		"$1" "$3" "$4" "$5" "$6" "$2" "$1" "$session" "$PWD" >>"$projects/$session.jsonl"
}

repo app
run 0 "$TRACK_TOKENS" -q add 45000 'a note, with "quotes"'
run 0 "$TRACK_TOKENS" -q add 1000 500 --model claude-opus-4-5 '=cmd()'
run 0 "$TRACK_TOKENS" -q add 77 'taken back'
last=$("$TRACK_TOKENS" show --json | jq -r '.recent[].entry | select(.tokens == 77) | .id')
run 0 "$TRACK_TOKENS" -q remove "$last"
run 0 git checkout -q -b other
run 0 "$TRACK_TOKENS" -q add 9 3 --model claude-unheard-of-9
run 0 git checkout -q main

# --- a spreadsheet ------------------------------------------------------------------------
# column <name>: the values of the column; no field of these has a line feed in it
column() {
	python3 -c 'import csv, sys; [print(row[sys.argv[1]]) for row in csv.DictReader(sys.stdin)]' \
		"$1" <out
}
run 0 "$TRACK_TOKENS" export --format csv
check "the first columns are those of the earlier tracker" is "$(head -n 1 out | cut -d, -f1-5)" \
	timestamp,branch,tokens,estimated_cost,notes
check "removed entries have no row" is "$(column tokens | tr '\n' ' ')" "45000 1500 "
check "a cost that is known is one figure" is "$(column estimated_cost | tr '\n' ' ')" \
	" 0.017500000 "
check "one that is not has its bounds" is "$(column cost_low_usd | head -n 1) $(column cost_high_usd | head -n 1)" \
	"$("$TRACK_TOKENS" show --json | jq -r '.recent[] | select(.entry.tokens == 45000) | .cost_nano_usd | "\(.low) \(.high)"' |
		awk '{ printf "%.9f %.9f", $1 / 1e9, $2 / 1e9 }')"
check "notes are quoted, formulas are disarmed" is "$(column notes)" \
	"a note, with \"quotes\"
'=cmd()"
run 0 "$TRACK_TOKENS" export - --format csv --all-branches
check "the rows of all branches" is "$(column branch | tr '\n' ' ')" "main main other "
check "no price, no cost" is "$(column cost_high_usd | tail -n 1)" ""
check "the rows add up to what is shown" is "$(column tokens | paste -sd+ - | bc)" \
	"$("$TRACK_TOKENS" show --all --json | jq .total.tokens)"
run 0 "$TRACK_TOKENS" export tokens.csv other --format csv
out_has "Exported 1 entry of other to: tokens.csv"
run 64 "$TRACK_TOKENS" export tokens.csv --format csv
err_has "'tokens.csv' exists already: -f replaces it"
run 0 "$TRACK_TOKENS" export -f tokens.csv --format csv

# --- the earlier tracker's file -----------------------------------------------------------
run 64 "$TRACK_TOKENS" export --format claude-tokens --all-branches
mkdir -p "$projects"
answer msg_1 2026-01-10 claude-opus-4-5 1000 100 50000
answer msg_2 2026-01-12 claude-opus-4-5 2000 200 60000
answer msg_3 2025-11-01 claude-unheard-of-9 7 1 0
cd .. || exit 99
run 0 "$TRACK_TOKENS" export --format claude-tokens
check "it goes where that tracker put it, in no repository, too" test -s claude-usage-export.json
run 64 "$TRACK_TOKENS" export --format claude-tokens
err_has "exists already"
run 0 "$TRACK_TOKENS" export --format claude-tokens -
check "it is the same file" cmp -s out claude-usage-export.json
check "a project has what it had there" is \
	"$(jq -c '.projects[] | [.project_path, .session_count, .total_input, .total_output, .cache_read_tokens, .last_activity, .is_placeholder]' out)" \
	"[\"$PWD/app\",4,4016,804,110000,\"2026-01-12 12:00:00\",0]"
check "a session, too; unknown costs are null; what was added by hand is none" is \
	"$(jq -c '.recentSessions[] | [.id, .project_path, .started_at, .ended_at, .total_input_tokens, .total_output_tokens, .total_cost_usd]' out)" \
	"[\"$session\",\"$PWD/app\",\"2025-11-01 10:00:00\",\"2026-01-12 10:00:00\",3007,301,null]"
check "of the last thirty days, what each day was" is \
	"$(jq -c '.dailyStats[] | [.date, .session_count, .daily_input, .daily_output]' out)" \
	'["2026-01-12",4,3009,703]
["2026-01-10",1,1000,100]'
check "costs are exact" is "$(jq -c '.dailyStats[1].daily_cost * 1e9 | round' out)" \
	"$("$TRACK_TOKENS" report daily 0 --json | jq '.groups[] | select(.name == "2026-01-10") | .cost_nano_usd.low')"
check "its documented jq line works" is \
	"$(jq -r '.recentSessions[] | [.id, .project_path, .total_cost_usd] | @csv' out)" \
	"\"$session\",\"$PWD/app\","

i=0
while [ $i -lt 60 ]; do
	i=$((i + 1))
	printf '{"type":"assistant","message":{"id":"m%s","model":"claude-opus-4-5","usage":{"input_tokens":1,"output_tokens":1}},"timestamp":"2026-01-11T10:%02d:00Z","uuid":"u%s","sessionId":"s%s","cwd":"%s"}\n' \
		$i $((i % 60)) $i $i "$PWD/app" >"$projects/s$i.jsonl"
done
run 0 "$TRACK_TOKENS" export --format claude-tokens -
check "fifty sessions at most, the latest first" is \
	"$(jq -c '[(.recentSessions | length), .recentSessions[0].id, .recentSessions[1].id]' out)" \
	"[50,\"$session\",\"s59\"]"

finish
