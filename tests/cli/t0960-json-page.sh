#!/bin/sh
# SPDX-License-Identifier: MIT
# track-tokens-json(5) is true: every member that a command answers with --json is in its
# section, and every member in there is one that some answer had.
. "$(dirname "$0")/harness.sh"
export TRACK_TOKENS_NOW=2026-01-12T12:00:00Z GIT_CONFIG_GLOBAL="$HOME/.gitconfig"
PATH=$BUILD_DIR/bin:$PATH
page=$SOURCE_DIR/src/man/track-tokens-json.5
mkdir -p "$HOME/.claude/projects/p" answers share sections

# --- the page: "<section>" -> members, those of parts included --------------------------------
# members: of the shapes on standard input
members() { grep -oE '"[A-Za-z_0-9 ]+":' | tr -d '":' | sort -u; }
sed -n '/^\.Ss Parts/,/^\.Pp/p' "$page" >parts
part() { sed -n "/^$1 /,/^[A-Z]/{/^$1 /p;/^[A-Z]/d;p;}" parts | members; }
uses() { # SECTION PART MORE-PARTS: what the part has, where it is named
	grep -qE "(^|[^A-Z])$2([^A-Z]|\$)" "sections/$1.text" && for name in $2 ${3-}; do part "$name"; done
}
awk '/^\.S[sh] /{ sub(/^\.S[sh] /, ""); name = $0; gsub(/[^a-z]+/, "-", name); file = "" }
	/^\.Ss/ || name { if (name != "" && name != "-") file = "sections/" name ".text" }
	file { print > file }' "$page"
for text in sections/*.text; do
	section=$(basename "$text" .text)
	{
		members <"$text"
		uses "$section" TOTAL 'USAGE COST'
		uses "$section" COST
		uses "$section" RECORD 'ENTRY USAGE COST'
		uses "$section" PRICES
		uses "$section" BUDGET COST
		uses "$section" USED
	} | sort -u >"sections/$section.members"
done

# --- answers -----------------------------------------------------------------------------
# of SECTION COMMAND...: its answer belongs to the section
of() {
	section=$1
	shift
	"$@" --json >answer 2>err
	status=$?
	if jq -e . answer >parsed 2>/dev/null && [ "$(jq .version answer)" = 1 ]; then
		jq -r '[.. | objects | keys[]] | .[]' answer >>"answers/$section"
	else
		not_ok "$* answers with JSON of version 1 (exit $status)" answer
	fi
}
answer() {
	printf '{"type":"assistant","message":{"id":"m%s","model":"%s","stop_reason":"end_turn","usage":{"input_tokens":10,"output_tokens":20}},"timestamp":"2026-01-12T1%s:00:00Z","uuid":"u%s","sessionId":"s%s","cwd":"%s","gitBranch":"main"}\n' \
		"$1" "$2" "$1" "$1" "$1" "$PWD" >>"$HOME/.claude/projects/p/s.jsonl"
}
repo app
answer 0 claude-opus-4-5
answer 1 claude-unheard-of-9
git config track-tokens.budget.branch 10
cd ..
app=$PWD/app
inside() { dir=$1; shift; (cd "$dir" && exec "$@"); }
tt() { inside "$app" track-tokens "$@"; }
of init-deinit tt init --dry-run --all
tt -q init --all --shared "$PWD/share" >init.out 2>&1
tt plan set pro >plan.out
printf '{"model":{"id":"x"},"rate_limits":{"five_hour":{"used_percentage":12,"resets_at":1768233600}}}' |
	tt statusline >line.out
echo torn >share/torn~00000000.json
of sync tt sync
of add-amend-remove tt add 1000 500 --model claude-opus-4-5 note
id=$(jq -r .added.id answer)
of export tt export all.json
tt add --no-export 5 >add.out
of export tt export
of add-amend-remove tt amend "$id" 1200
of add-amend-remove tt remove "$id"
of add-amend-remove inside / "$BUILD_DIR/bin/track-tokens" add 7
of request tt request 10
of estimate tt estimate --text-input hello
of show tt show
of show tt show --all
of status-detail tt status
of status-detail tt detail
of plan tt plan status
of plan tt plan set max5x
of plan tt plan list
of log tt log
for report in summary recent daily weekly monthly project 'session s0' blocks branches models; do
	# shellcheck disable=SC2086 # words
	of report tt report $report
done
of log tt report commits
for report in trends budgets servers; do of report-$report tt report $report; done
of query tt query 'select 1 as a'
of hooks tt hooks status
of doctor tt doctor
of prices-check tt prices check
of version tt version
of version import-tokens version
of migrate tt migrate --dry-run "$FIXTURES_DIR"/earlier/*.log "$FIXTURES_DIR"/earlier/*.json
of watch-status tt watch status
tt watch start >watch.out 2>&1 && of watch-status tt watch status
tt watch stop >watch.out 2>&1
of import-import-report-submit tt submit --db sqlite:t.db
of import-import-report-submit inside "$app" import-tokens --db sqlite:t.db temp
of import-import-report-submit inside "$app" import-tokens report --db sqlite:t.db
of import-migrate inside "$app" import-tokens migrate --db sqlite:t.db
of reset tt reset --window
of reset tt reset -f
of init-deinit tt deinit --dry-run

# --- both say the same --------------------------------------------------------------------
for answers in answers/*; do
	section=${answers##*/}
	sort -u "$answers" >printed
	check "the page has what $section prints" sh -c \
		"test -s 'sections/$section.members' && ! comm -23 printed 'sections/$section.members' | grep ."
	check "and $section prints what the page has" sh -c \
		"! comm -13 printed 'sections/$section.members' | grep ."
done
finish
