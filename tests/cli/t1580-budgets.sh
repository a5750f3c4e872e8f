#!/bin/sh
# SPDX-License-Identifier: MIT
# Budgets tell what is overspent, never call kept what nobody knows, and fail a build only
# where that was asked for.
. "$(dirname "$0")/harness.sh"
export TRACK_TOKENS_NOW=2026-01-12T12:00:00Z
projects=$HOME/.claude/projects/p
mkdir -p "$projects"

is() { [ "$1" = "$2" ] || { echo "# $1"; return 1; }; }
# answer <id> <day> <output> [model]: a million of them cost $25
answer() {
	printf '{"type":"assistant","message":{"id":"%s","model":"%s","usage":{"input_tokens":0,"output_tokens":%s}},"timestamp":"%sT10:00:00Z","uuid":"%s","sessionId":"s1","cwd":"%s","gitBranch":"main"}\n' \
		"$1" "${4-claude-opus-4-5}" "$3" "$2" "$1" "$PWD" >>"$projects/s1.jsonl"
}
verdicts() { jq -c '[.budgets[] | [.scope, .spent_nano_usd.low, .verdict]]' out; }

# --- one's own ---------------------------------------------------------------------------
repo app
answer m1 2025-12-31 1000000
answer m2 2026-01-02 2000000
answer m3 2026-01-12 400000
run 66 "$TRACK_TOKENS" report budgets
err_has "there is no budget: 'git config --global track-tokens.budget.month 200'"
run 0 "$TRACK_TOKENS" report budgets --budget branch=100,day=11,month=70
golden report-budgets
run 0 env LC_ALL=C "$TRACK_TOKENS" report budgets --budget month=70
check "a C locale is given ASCII" sh -c "! LC_ALL=C grep -q '[^ -~]' out"
run 6 "$TRACK_TOKENS" report budgets --budget branch=80,day=100,month=59.99 --json
check "a branch is its whole life, a month its days" is "$(verdicts)" \
	'[["branch",85000000000,"over"],["day",10000000000,"kept"],["month",60000000000,"over"]]'
git config track-tokens.budget.month 50
run 6 "$TRACK_TOKENS" report budgets
out_has "Over the budget of this month: \$60.00 of \$50.00, \$10.00 too much."
run 0 "$TRACK_TOKENS" report budgets --budget month=500
check "the option beats the configuration" test $? = 0
answer m4 2026-01-12 7 claude-unheard-of-9
run 0 "$TRACK_TOKENS" report budgets --budget month=500 --json
check "what has no price is not called kept" is "$(verdicts)" \
	'[["month",60000000000,"unknown"]]'
git config track-tokens.budget.month lots
run 65 "$TRACK_TOKENS" report budgets
err_has "track-tokens.budget.month is 'lots': it can be an amount of dollars such as 50"
git config --unset track-tokens.budget.month
run 64 "$TRACK_TOKENS" report budgets --budget week=3
err_has "--budget: 'week=3' is not like branch=50,day=20,month=200, in dollars"
(cd / && exec "$TRACK_TOKENS" report budgets --budget day=11 >"$scratch/elsewhere" 2>&1)
check "a day needs no repository" grep -q 'Budget of today' "$scratch/elsewhere"

# --- the branch's ledger -----------------------------------------------------------------
git config track-tokens.budget.branch 0.01
run 0 "$TRACK_TOKENS" -q add 1000 1000 --model claude-opus-4-5
run 0 "$TRACK_TOKENS" show
out_has "Over the budget of this branch"
run 0 "$TRACK_TOKENS" show --json
check "show has it in JSON, too" is "$(jq -r '.budgets[0].verdict' out)" over
git config --unset track-tokens.budget.branch

# --- the team's --------------------------------------------------------------------------
import() { run "$1" "$IMPORT_TOKENS" --db sqlite:../t.db --branch main --repository acme/app \
	--summary summary.md $2 $3 temp; }
import 0 --budget branch=0.01
err_has "Over the budget of this branch: \$"
check "the summary says it first" grep -qF '**Over the budget of this branch**' summary.md
import 6 --budget=branch=0.01 --fail-over-budget
check "what was imported is there all the same" is \
	"$("$IMPORT_TOKENS" report --db sqlite:../t.db --repository acme/app --json | jq .total.sessions)" \
	"$("$TRACK_TOKENS" show --json | jq .total.sessions)"
import 0 --budget=branch=100000 --fail-over-budget
check "and that it is kept" grep -q '^Budget of this branch: .* (.*%)\.$' summary.md
run 6 "$IMPORT_TOKENS" report --db sqlite:../t.db --repository acme/app --branch main \
	--budget branch=0.01 --fail-over-budget --json
check "import-tokens report has it" is "$(jq -r '.budgets[0].verdict' out)" over
run 0 env GITHUB_ACTIONS=true GITHUB_OUTPUT="$PWD/outputs" "$IMPORT_TOKENS" --db sqlite:../t.db \
	--branch main --repository acme/app --budget branch=0.01,month=1000 temp
out_has "::warning title=Budget::Over the budget of this branch: \$"
check "the outputs have the worst" grep -A1 'budget-status' outputs
run 0 env GITHUB_OUTPUT="$PWD/none" "$IMPORT_TOKENS" --db sqlite:../t.db \
	--branch main --repository acme/app temp
check "or none" grep -A1 '^budget-status' none
run 0 "$IMPORT_TOKENS" --check --budget branch=0.01 --fail-over-budget temp
check "a check of files alone judges nothing" is "$(cat err)" ""

finish
