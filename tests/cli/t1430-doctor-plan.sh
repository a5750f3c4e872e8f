#!/bin/sh
# SPDX-License-Identifier: MIT
# doctor: the plan, and limits that were reported long ago.
. "$(dirname "$0")/harness.sh"
export GIT_CONFIG_GLOBAL="$HOME/.gitconfig"

repo work
here=$PWD
doctor() { cd "$scratch" && run "$1" "$TRACK_TOKENS" -C "$here" doctor; }
line() { if grep -qxF -- "$1" out; then ok "$1"; else not_ok "$1" out; fi; }

doctor 0
line "ok       plan: none is set ('track-tokens plan detect', or 'track-tokens plan set')"
line "ok       limits: Claude Code has reported none yet (the status line hears them: 'track-tokens init --claude --statusline')"
"$TRACK_TOKENS" plan set max5x >/dev/null
doctor 0
line "ok       plan: Max 5x, its budgets are assumed; unless reported, the week begins on monday 00:00 ('track-tokens plan' changes it)"
"$TRACK_TOKENS" plan set custom --tokens 5k --weekly-reset 'tuesday 09:30' >/dev/null
doctor 0
line "ok       plan: Custom; unless reported, the week begins on tuesday 09:30 ('track-tokens plan' changes it)"
git config --global track-tokens.plan nonsense
doctor 1
line "problem  plan: track-tokens.plan is 'nonsense': it can be pro, max5x, max20x or custom"
line "         mend: track-tokens plan set <name>"
"$TRACK_TOKENS" plan set pro >/dev/null

printf '{"session_id":"s","rate_limits":{"five_hour":{"used_percentage":40,"resets_at":%s}}}' "$(date -u -d 2026-01-02T06:00:00Z +%s)" | "$TRACK_TOKENS" statusline >/dev/null
doctor 0
line "ok       limits: five hours: reported 0m ago"
export TRACK_TOKENS_NOW=2026-01-02T05:04:05Z
doctor 0
line "ok       limits: five hours: reported 2h0m ago, and not used since"
mkdir -p "$HOME/.claude/projects/p"
printf '{"type":"assistant","timestamp":"2026-01-02T05:00:00Z","sessionId":"s","cwd":"%s","uuid":"u","message":{"id":"m1","model":"claude-opus-5-5","usage":{"input_tokens":5,"output_tokens":1}}}\n' "$here" >"$HOME/.claude/projects/p/s.jsonl"
"$TRACK_TOKENS" -C "$here" sync >/dev/null
doctor 0
line "warning  limits: five hours: reported 2h0m ago, and Claude Code was used since: stale"
line "         mend: track-tokens init --claude --statusline"
finish
