#!/bin/sh
# SPDX-License-Identifier: MIT
# status, detail, plan, reset --window: what is left of the plan, in the words of the
# trackers that people come from, and where each figure is from.
. "$(dirname "$0")/harness.sh"
export GIT_CONFIG_GLOBAL="$HOME/.gitconfig"
state=$HOME/.local/state/track-tokens

at() { export TRACK_TOKENS_NOW="2025-10-07T$1Z"; }
# line <text> [option...]: what status prints
line() {
	expected=$1
	shift
	run 0 "$TRACK_TOKENS" status "$@"
	out_is "$expected"
}
# begin: nothing is known but the plan
begin() { rm -rf "$state"; }
# reported <five hours> <resets> <week> <resets>: what the client was told
reported() {
	printf '{"session_id":"s","rate_limits":{' >in
	[ -z "$1" ] || printf '"five_hour":{"used_percentage":%s,"resets_at":%s}' "$1" "$(date -u -d "$2" +%s)" >>in
	[ -z "$1" ] || [ -z "$3" ] || printf , >>in
	[ -z "$3" ] || printf '"seven_day":{"used_percentage":%s,"resets_at":%s}' "$3" "$(date -u -d "$4" +%s)" >>in
	printf '}}' >>in
	"$TRACK_TOKENS" statusline <in >statusline
}

# --- nothing is known ---------------------------------------------------------------------
at 10:15:00
line "⚪ 0k used (5h0m)"
[ ! -e "$state" ] && ok "looking makes nothing" || not_ok "state made"
LC_ALL=C line "[?] 0k used (5h0m)"
run 0 "$TRACK_TOKENS" plan
out_has "no plan is set"
run 66 "$TRACK_TOKENS" plan detect
err_has "Claude Code recorded no plan: name it with 'track-tokens plan set'"

# --- tokens (S1) --------------------------------------------------------------------------
run 0 "$TRACK_TOKENS" plan set pro
out_is "Plan set: Pro"
run 0 "$TRACK_TOKENS" plan
out_has "pro           100,000           45            -        1,440  monday 00:00"
line "🟢 100k (5h0m)"
run 0 "$TRACK_TOKENS" add 12000 50
out_is "✅ Added 12050 tokens (12000 input + 50 output)
🟢 87k (4h45m)"
err_has "this is no git repository: the tokens count in the plan's windows, and for no branch"
at 11:15:00
line "🟢 87k (3h45m)"
at 11:16:00
run 0 "$TRACK_TOKENS" add 850 1200
out_is "✅ Added 2050 tokens (850 input + 1200 output)
🟢 85k (3h44m)"
LC_ALL=C line "[ok] 85k (3h44m)"
run 0 "$TRACK_TOKENS" add 45900
out_is "✅ Added 45900 tokens
🟢 40k (3h44m)"
run 0 "$TRACK_TOKENS" add 1 0
out_has "🟡 39k (3h44m)"
run 0 "$TRACK_TOKENS" add 19999 0
out_has "🟡 20k (3h44m)"
run 0 "$TRACK_TOKENS" add 1 0
out_has "🔴 19k (3h44m)"
run 0 "$TRACK_TOKENS" add 19999 0
out_has "🔴 0k (3h44m)"
at 14:59:00
line "🔴 0k (1m)"
at 15:00:00
line "🟢 100k (5h0m)"
at 16:30:00
run 0 "$TRACK_TOKENS" add 4000 0
out_has "🟢 96k (4h30m)"
line "🟢 96.0% (96.0K) [4h30m]" --style s0
run 0 "$TRACK_TOKENS" add 'Token usage: 54161/200000'
out_lacks "54161"
line "🟢 96k (4h30m)"
ok "a context reading is no usage"

# --- messages (S4) ---------------------------------------------------------------------------
begin
git config --global track-tokens.style messages
at 10:26:00
run 0 "$TRACK_TOKENS" add 5000 8000
out_is "✅ Added 13000 tokens (5000 input + 8000 output) - 1 message tracked
🟢 44msg (4h34m)"
for i in 2 3 4 5 6 7 8 9 10 11; do "$TRACK_TOKENS" add 1 $i >/dev/null 2>&1; done
at 10:28:00
line "🟢 34msg (4h32m)"
for i in $(seq 12 45); do "$TRACK_TOKENS" add 1 "$i" >/dev/null 2>&1; done
line "🔴 LIMIT (4h32m)"
# the week is used up further than the five hours
git config --global track-tokens.plan.messagesWeekly 46
at 15:30:00
run 0 "$TRACK_TOKENS" add 1 1
line "🔴 LIMIT (5d8h)"
git config --global --unset track-tokens.style

# --- a reset is a mark ---------------------------------------------------------------------
begin
run 0 "$TRACK_TOKENS" plan set custom --tokens 100k --weekly-reset 'tuesday 09:30'
at 10:20:00
run 0 "$TRACK_TOKENS" add 60000 1000
out_has "🟡 39k (4h40m)"
at 10:27:00
run 0 "$TRACK_TOKENS" reset --window
out_is "🟢 100k (5h0m)"
at 10:28:00
run 0 "$TRACK_TOKENS" add 7000 0
out_has "🟢 93k (4h59m)"
run 0 "$TRACK_TOKENS" detail --json
[ "$(jq '.windows[1].used.tokens' out)" = 68000 ] && ok "the week goes on" || not_ok "week" out
at 10:29:00
run 0 "$TRACK_TOKENS" reset --weekly --json
[ "$(jq -r .line out)" = "🟢 93k (4h58m)" ] && ok "and the window" || not_ok "window" out
run 0 "$TRACK_TOKENS" detail --json
[ "$(jq '[.windows[].used.tokens] == [7000, 0]' out)" = true ] && ok "each has its own mark" || not_ok "marks" out
[ "$(jq -r '.windows[1].start + " " + .windows[1].end' out)" = "2025-10-07T09:30:00Z 2025-10-14T09:30:00Z" ] &&
	ok "the week begins when the user says" || not_ok "week" out
run 64 "$TRACK_TOKENS" reset --window --branch main

# --- what the service reports ---------------------------------------------------------------
begin
run 0 "$TRACK_TOKENS" plan set max5x
at 12:00:00
reported 41.2 2025-10-07T14:00:00Z 7 2025-10-10T09:00:00Z
line "🟢 294k (2h0m)"
line "🟢5h:41.2% 🟢W:7.0%" --style percent
reported 30 2025-10-07T14:00:00Z "" ""
line "🟢 294k (2h0m)"
ok "of two reports of one moment the first stays"
at 12:10:00
reported "" "" 91 2025-10-10T09:00:00Z
line "🟢5h:41.2% 🔴W:91.0%" --style percent
line "🔴 9.00% (2d20h)"
at 12:20:00
line "🟢5h:~41.2% 🔴W:91.0%" --style percent
at 14:00:00
line "🔴 ~9.00% (2d19h)"
export TRACK_TOKENS_NOW=2025-10-10T09:00:00Z
line "🟢 500k (5h0m)"
run 0 "$TRACK_TOKENS" status --json
[ "$(jq -r '.windows[1].origin + " " + .windows[1].start' out)" = "continued 2025-10-10T09:00:00Z" ] &&
	ok "the week goes on from where it was reported" || not_ok "continued" out

# --- an idle session says over and over what it was told ----------------------------------------
at 15:00:00
: >idle.jsonl
touch -d 2025-10-07T14:30:00Z idle.jsonl
reported 50 2025-10-07T18:00:00Z "" ""
sed "s|{|{\"transcript_path\":\"$PWD/idle.jsonl\",|" in | sed 's/"used_percentage":50/"used_percentage":20/' >old
"$TRACK_TOKENS" statusline <old >/dev/null
line "🟢5h:50.0% 🔴W:~91.0%" --style percent

# --- plans ----------------------------------------------------------------------------------------
run 0 "$TRACK_TOKENS" plan list
out_has "max20x        220,000          900            -        8,640  monday 00:00"
run 0 "$TRACK_TOKENS" plan set Max20
[ "$(git config track-tokens.plan)" = max20x ] && ok "by an older name" || not_ok "$(git config track-tokens.plan)"
run 0 "$TRACK_TOKENS" plan set pro --messages-5h 60 --tokens 0
run 0 "$TRACK_TOKENS" plan --json
[ "$(jq -c '[.plan.name, .plan.tokens_5h, .plan.messages_5h.limit, .plan.messages_5h.source, .plan.messages_weekly.source]' out)" = \
	'["pro",null,60,"configured","assumed"]' ] && ok "one's own figures" || not_ok "figures" out
run 0 "$TRACK_TOKENS" plan set max5x
[ "$(git config --global --get-regexp 'track-tokens\..*')" = "track-tokens.plan max5x" ] &&
	ok "another plan forgets them" || not_ok "left: $(git config --global --list)"
for wrong in "set ultra" "set custom" "set pro --weekly-reset someday" "set" "list x" "nonsense" "list --tokens 5"; do
	# shellcheck disable=SC2086 # words
	run 64 "$TRACK_TOKENS" plan $wrong
done
git config --global track-tokens.plan nonsense
run 65 "$TRACK_TOKENS" status
err_has "track-tokens.plan is 'nonsense': it can be pro, max5x, max20x or custom"
run 0 "$TRACK_TOKENS" plan set max5x
printf '{"oauthAccount":{"emailAddress":"a@b.c","organizationType":"claude_max","organizationRateLimitTier":"default_claude_max_20x"}}' >.claude.json
run 0 "$TRACK_TOKENS" plan detect
out_is "Plan found in Claude Code's records: Max 20x"
printf '{"oauthAccount":{"organizationType":"claude_max","userRateLimitTier":null}}' >.claude.json
run 66 "$TRACK_TOKENS" plan update
err_has "the account 'claude_max', which is no plan known here"
[ "$(git config track-tokens.plan)" = max20x ] && ok "and changes nothing" || not_ok "changed"

# --- in a repository ---------------------------------------------------------------------------------
begin
at 10:15:00
repo work
git config track-tokens.plan pro
run 0 "$TRACK_TOKENS" add 1000 500 "a note" --no-export
out_has "✅ Added 1,500 tokens to tracking"
line "🟢 98k (4h45m)"
git config track-tokens.style tokens
run 0 "$TRACK_TOKENS" add 1000 500 "a note" --no-export
out_has "✅ Added 1500 tokens (1000 input + 500 output)"
out_has "📊 Total accumulated: 3,000 tokens"
out_has "🟢 97k (4h45m)"
id=$("$TRACK_TOKENS" add 10 20 --json --no-export | jq -r .added.id)
run 0 "$TRACK_TOKENS" amend "$id" 2000 500 --no-export
line "🟢 94k (4h45m)"
run 0 "$TRACK_TOKENS" remove "$id" --no-export
line "🟢 97k (4h45m)"
run 0 "$TRACK_TOKENS" plan set max5x
err_has "this repository has a plan of its own, pro"
cat >expected <<'EOT'
📋 Plan: Pro

⏳ FIVE HOURS
--------------------------------------------------------------------------------
   █░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░ 4.4% used
   From:             2025-10-07 10:00, the hour of its first use
   Until:            2025-10-07 15:00, in 4h45m
   Token budget:     3,000 of 100,000, 3.0% (assumed for Pro)
   Message budget:   2 of 45, 4.4% (assumed for Pro)
   Input tokens:     2,000
   Output tokens:    1,000
   Cache reads:      0
   Cache writes:     0
   Total tokens:     3,000
   of it manual:     3,000
   Requests:         0
   Messages:         2

⏳ WEEK
--------------------------------------------------------------------------------
   ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░ 0.1% used
   From:             2025-10-06 00:00, the calendar week
   Until:            2025-10-13 00:00, in 5d13h
   Message budget:   2 of 1,440, 0.1% (assumed for Pro)
   Input tokens:     2,000
   Output tokens:    1,000
   Cache reads:      0
   Cache writes:     0
   Total tokens:     3,000
   of it manual:     3,000
   Requests:         0
   Messages:         2

Budgets count input and output. The service publishes no budgets: assumed ones
are those of earlier trackers; what Claude Code reports is better.
EOT
run 0 "$TRACK_TOKENS" detailed
diff -u expected out >difference && ok "detail tells where figures are from" || not_ok "detail" difference
finish
