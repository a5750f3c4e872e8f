#!/bin/sh
# SPDX-License-Identifier: MIT
# Reports of everything that the usage index knows, in groups that add up to one total.
. "$(dirname "$0")/harness.sh"
export TRACK_TOKENS_NOW=2026-01-12T12:00:00Z
projects=$HOME/.claude/projects/p
mkdir -p "$projects"

is() { [ "$1" = "$2" ] || { echo "# $1"; return 1; }; }
# shown: ./out without where this test runs
shown() { sed "s|$scratch|/home/dev|g" out >here && mv here out; }
# answer <session> <id> <day> <input> <output> <cache read> [model]
answer() {
	printf '{"type":"assistant","message":{"id":"%s","model":"%s","usage":{"input_tokens":%s,"output_tokens":%s,"cache_read_input_tokens":%s}},"timestamp":"%sT10:00:00Z","uuid":"%s","sessionId":"%s","cwd":"%s","gitBranch":"%s"}\n' \
		"$2" "${7-claude-opus-4-5}" "$4" "$5" "$6" "$3" "$2" "$1" "$PWD" main \
		>>"$projects/$1.jsonl"
}

repo app
answer 95380911-1111-4111-8111-111111111111 msg_1 2026-01-10 1000 100 50000
answer 95380911-1111-4111-8111-111111111111 msg_2 2026-01-12 2000 200 60000
answer 95380922-2222-4222-8222-222222222222 msg_3 2026-01-12 10 20 0 claude-haiku-4-5-20251001
cd .. || exit 99
repo lib
answer 77777777-3333-4333-8333-333333333333 msg_4 2025-12-31 4000 400 0 claude-unheard-of-9
run 0 "$TRACK_TOKENS" -q add 500 40
cd .. || exit 99

# --- the summary -----------------------------------------------------------------------
run 0 "$TRACK_TOKENS" report
shown
golden report-summary
mv out first
run 0 "$TRACK_TOKENS" report summary --no-sync
shown
check "summary is what is shown where nothing is named" cmp -s first out

run 0 env LC_ALL=C "$TRACK_TOKENS" report
check "a C locale is given ASCII" sh -c "! LC_ALL=C grep -q '[^ -~]' out"

# --- days ---------------------------------------------------------------------------------
run 0 "$TRACK_TOKENS" report daily
golden report-daily
run 0 "$TRACK_TOKENS" report daily 30 --json
check "a day has what was used on it" is \
	"$(jq -c '[.groups[] | [.name, .tokens, .sessions]]' out)" \
	'[["2026-01-12",62770,3],["2026-01-10",51100,1],["2025-12-31",4400,1]]'
run 0 "$TRACK_TOKENS" report weekly --json
check "a week is called by its Monday" is "$(jq -c '[.groups[].name]' out)" \
	'["2026-01-12","2026-01-05","2025-12-29"]'
run 0 "$TRACK_TOKENS" report monthly --json
check "a month by itself" is "$(jq -c '[.groups[] | [.name, .tokens]]' out)" \
	'[["2026-01",113870],["2025-12",4400]]'
run 0 "$TRACK_TOKENS" report daily --since 2026-01-10 --until 2026-01-11 --json
check "both ends of a time are part of it" is "$(jq -c '[.groups[].name]' out)" '["2026-01-10"]'
run 64 "$TRACK_TOKENS" report daily --since yesterday
err_has "'yesterday' is not a day such as 2026-11-23"

# --- every grouping has the same total -------------------------------------------------------
for report in summary 'recent -n 0' 'daily 0' 'weekly 0' 'monthly 0' 'branches --all' models; do
	# shellcheck disable=SC2086 # words
	run 0 "$TRACK_TOKENS" report $report --no-sync --json
	check "$report adds up to the total" is \
		"$(jq -c '[([.groups[].tokens] | add), .total.tokens, .distinct_sessions]' out)" \
		'[118270,118270,4]'
done
# --- sessions ---------------------------------------------------------------------------------
run 0 "$TRACK_TOKENS" report recent 2
shown
golden report-recent
run 0 "$TRACK_TOKENS" report session 95380911
shown
golden report-session
run 64 "$TRACK_TOKENS" report session 953809
err_has "2 sessions begin with '953809': say more of it"
err_has "95380911-1111-4111-8111-111111111111"
err_has "95380922-2222-4222-8222-222222222222"
run 66 "$TRACK_TOKENS" report session 4711
err_has "no session begins with '4711'"
run 64 "$TRACK_TOKENS" report session

# --- projects, branches, models ------------------------------------------------------------------
cd app || exit 99
run 0 "$TRACK_TOKENS" report project
shown
golden report-project
run 0 "$TRACK_TOKENS" report branches
out_has 'main'
out_lacks '(app)'
out_lacks '4,940'
cd ..
run 64 "$TRACK_TOKENS" report project
err_has "which project?"
for name in lib ./lib "$PWD/lib"; do
	run 0 "$TRACK_TOKENS" report summary --project "$name" --json
	check "a project is known as $name" is "$(jq -c .total.tokens out)" 4940
done
run 66 "$TRACK_TOKENS" report project nowhere
err_has "nothing is known of a project 'nowhere'"
run 0 "$TRACK_TOKENS" report models --model haiku --json
check "a model by part of its name" is "$(jq -c '[.groups[] | [.name, .tokens]]' out)" \
	'[["claude-haiku-4-5",30]]'

# --- what is shown, and in which order ---------------------------------------------------------------
run 0 "$TRACK_TOKENS" report models --min-cost 0.01 --json
check "what cost less is not shown, but part of the total" is \
	"$(jq -c '[(.groups | length), .left_out, .total.tokens]' out)" '[1,3,118270]'
run 0 "$TRACK_TOKENS" report models --sort tokens -n 2
golden report-models
run 64 "$TRACK_TOKENS" report models --min-cost cheap
err_has "'cheap' is not an amount of dollars"
run 64 "$TRACK_TOKENS" report nonsense
err_has "there is no report 'nonsense', only: summary"

# --- other formats ---------------------------------------------------------------------------------------
run 0 "$TRACK_TOKENS" report daily 30 --format csv
check "CSV adds up to the total" is \
	"$(tr -d '\r' <out | awk -F, 'NR > 1 { t += $5; c += $12 } END { printf "%d %.9f", t, c }')" \
	"118270 $("$TRACK_TOKENS" report --json | jq -r '.total.cost_nano_usd.low' | awk '{ printf "%.9f", $1 / 1000000000 }')"
run 0 "$TRACK_TOKENS" report daily --format markdown
golden report-daily.md
run 0 "$TRACK_TOKENS" report --format json
mv out first
run 0 "$TRACK_TOKENS" report --json
check "--json is --format json" cmp -s first out

run 0 "$TRACK_TOKENS" report daily --compat ccusage
check "ccusage's days: all of them, the oldest first" is \
	"$(jq -c '[[.daily[].date], .totals.totalTokens, .daily[2].modelsUsed]' out)" \
	'[["2025-12-31","2026-01-10","2026-01-12"],118270,["claude-opus-4-5","","claude-haiku-4-5-20251001"]]'
check "models add up to their day" is \
	"$(jq -c '[.daily[] | .cacheReadTokens == ([.modelBreakdowns[].cacheReadTokens] | add)] | all' out)" true
run 0 "$TRACK_TOKENS" report session --compat ccusage
check "its sessions: all of them" is "$(jq -c '[.sessions[].totalTokens] | add' out)" 118270

# Blocks: by the full hour of the first answer, five hours long.
run 0 "$TRACK_TOKENS" report blocks 60 --json
check "blocks begin at full hours, and add up" is \
	"$(jq -c '[[.groups[] | [.name, .tokens]], .total.tokens]' out)" \
	'[[["2026-01-12 10:00",62770],["2026-01-10 10:00",51100],["2025-12-31 10:00",4400]],118270]'
run 0 "$TRACK_TOKENS" report blocks --compat ccusage
check "ccusage's blocks, with the gaps between them" is \
	"$(jq -c '.blocks[] | [.id, .isActive, .totalTokens, .endTime]' out)" \
	'["2025-12-31T10:00:00.000Z",false,4400,"2025-12-31T15:00:00.000Z"]
["gap-2025-12-31T15:00:00.000Z",false,0,"2026-01-10T10:00:00.000Z"]
["2026-01-10T10:00:00.000Z",false,51100,"2026-01-10T15:00:00.000Z"]
["gap-2026-01-10T15:00:00.000Z",false,0,"2026-01-12T10:00:00.000Z"]
["2026-01-12T10:00:00.000Z",true,62770,"2026-01-12T15:00:00.000Z"]'
# 62,770 in the two hours since its first answer, and three hours to go
check "the pace of the block that is under way, and what it comes to" is \
	"$(jq -c '.blocks[-1] | [.burnRate.tokensPerMinute, .projection.totalTokens, .projection.remainingMinutes]' out)" \
	'[523.083333333,156925,180]'
run 0 "$TRACK_TOKENS" report weekly --compat ccusage
check "ccusage's weeks begin on Sunday" is "$(jq -c '[.weekly[].week]' out)" \
	'["2025-12-28","2026-01-04","2026-01-11"]'
run 0 "$TRACK_TOKENS" report session --compat ccusage
check "its sessions begin with what cost most" is \
	"$(jq -c '[.sessions[].totalCost] | . == (sort | reverse)' out)" true
check "its projects are called by their paths" is "$(jq -r '.sessions[0].projectPath' out)" \
	"$(echo "$PWD/app" | sed 's/[^a-zA-Z0-9]/-/g')"
check "it names what has no price" is "$(jq -c .totals.unpricedModels out)" \
	'["claude-unheard-of-9"]'

# --- trends --------------------------------------------------------------------------------------------
run 0 "$TRACK_TOKENS" report trends
shown
# The column is as wide as the path was.
sed 's/^\(   Session  *Project\)  */\1  /' out >here && mv here out
golden report-trends
run 0 "$TRACK_TOKENS" report trends --json
check "the month goes on as it began" is \
	"$(jq -c '(.periods[] | select(.name == "This month").cost_nano_usd.low) as $m | [.projection_nano_usd.low == ($m * 31 / 11.5 | floor), .cache]' out)" \
	'[true,{"sent":117510,"from_cache":110000,"cost_without_nano_usd":{"low":574010000,"high":574010000}}]'
cd app || exit 99
run 0 "$TRACK_TOKENS" report commits
"$TRACK_TOKENS" log >../log
check "commits are what log shows" cmp -s out ../log
cd ..

# --- what is new, and what is not ----------------------------------------------------------------------
cd app || exit 99
answer 95380922-2222-4222-8222-222222222222 msg_9 2026-01-12 1 1 1
cd ..
run 0 "$TRACK_TOKENS" report --no-sync --json
check "--no-sync reads no transcript" is "$(jq .total.tokens out)" 118270
run 0 "$TRACK_TOKENS" report --json
check "a report has what is new" is "$(jq .total.tokens out)" 118273

mkdir nobody
run 0 env HOME="$PWD/nobody" "$TRACK_TOKENS" report
out_has "No data found"
run 66 env HOME="$PWD/nobody2" "$TRACK_TOKENS" report --no-sync
err_has "nothing is known yet: 'track-tokens sync' reads Claude Code's transcripts"
# --- days of another zone ------------------------------------------------------------------
if [ -e /usr/share/zoneinfo/Asia/Tokyo ]; then
	late=$HOME/.claude/projects/p/late.jsonl
	sed 's/msg_1/msg_late/; s/T10:00:00Z/T20:30:00Z/; s/95380911/95380944/g' \
		"$projects/95380911-1111-4111-8111-111111111111.jsonl" | head -n 1 >"$late"
	run 0 "$TRACK_TOKENS" report daily 0 --json
	check "by default a day is that of where it was used" is \
		"$(jq -c '[.groups[] | [.name, .tokens]]' out)" \
		'[["2026-01-12",62773],["2026-01-10",102200],["2025-12-31",4400]]'
	run 0 "$TRACK_TOKENS" report daily 0 --json --timezone Asia/Tokyo
	check "another zone has other days" is "$(jq -c '[.groups[] | [.name, .tokens]]' out)" \
		'[["2026-01-12",62773],["2026-01-11",51100],["2026-01-10",51100],["2025-12-31",4400]]'
	check "and the same sum" is "$(jq .total.tokens out)" 169373
	run 0 env GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=track-tokens.timezone \
		GIT_CONFIG_VALUE_0=Asia/Tokyo "$TRACK_TOKENS" report daily --since 2026-01-11 --json
	check "it can be configured" is "$(jq -c '[.groups[].name]' out)" '["2026-01-12","2026-01-11"]'
	rm "$late" && sed 's/msg_1/msg_new/; s/T10:00:00Z/T21:00:00Z/; s/95380911/95380955/g' \
		"$projects/95380911-1111-4111-8111-111111111111.jsonl" | head -n 1 >"$late.2.jsonl"
	run 0 "$TRACK_TOKENS" report daily --timezone Asia/Tokyo
	run 0 "$TRACK_TOKENS" report daily 0 --json
	check "what such a report reads first is filed by the machine's days all the same" is \
		"$(jq -c '[.groups[] | select(.name == "2026-01-11")]' out)" '[]'
else
	ok "days of another zone # SKIP this machine has no time zones"
fi
# by single answers instead of their sums: the same
for report in summary 'recent 0' 'daily 0' 'weekly 0' 'monthly 0' 'branches --all' models; do
	# shellcheck disable=SC2086 # words
	run 0 "$TRACK_TOKENS" report $report --json
	mv out sums
	# shellcheck disable=SC2086
	run 0 "$TRACK_TOKENS" report $report --json --timezone UTC
	check "report $report is the same of its answers one by one" cmp -s out sums
done
for zone in Nowhere/Atall ../../etc/passwd /etc/passwd ''; do
	run 64 "$TRACK_TOKENS" report daily --timezone "$zone"
	err_has "this machine knows no time zone '$zone'"
done
run 64 "$TRACK_TOKENS" report servers --timezone UTC
err_has "report servers has no days"

finish
