#!/bin/sh
# SPDX-License-Identifier: MIT
# doctor --bundle: all that helps, and nothing that is the user's own.
. "$(dirname "$0")/harness.sh"

mkdir "$HOME/kundin-projekt" && cd "$HOME/kundin-projekt" || exit 99
repo work
git remote add origin 'https://ada:geheim-1@git.kundin.example/acme/app'
git config user.email ada@kundin.example
git config track-tokens.author hash
git checkout -q -b feature/geheim-2
export DATABASE_URL=postgresql://u:geheim-3@db.kundin.example/x
"$TRACK_TOKENS" sync >/dev/null 2>&1
"$TRACK_TOKENS" add 54161 "geheim-4" >/dev/null
"$TRACK_TOKENS" init --claude >/dev/null
mkdir -p "$HOME/.claude/projects/kundin-p"
printf '{"type":"assistant","timestamp":"2026-01-01T10:00:00Z","sessionId":"geheim-5","cwd":"/daten/kundin-x","gitBranch":"geheim-6","uuid":"u","message":{"id":"geheim-7","model":"claude-opus-5-5","content":"geheim-8","usage":{"input_tokens":5,"output_tokens":1}}}\n' >"$HOME/.claude/projects/kundin-p/s.jsonl"
TRACK_TOKENS_LOG=debug "$TRACK_TOKENS" sync >/dev/null
printf 'geheim-9 %s' "$HOME/kundin" | "$TRACK_TOKENS" hook
printf '{"hook_event_name":"Stop","session_id":"s","cwd":"%s","transcript_path":"/no/kundin.jsonl"}' "$PWD" | TRACK_TOKENS_LOG=debug "$TRACK_TOKENS" hook
echo '{' >token_metrics/local_tracking/tokens_geheim-10.json
git config track-tokens.prices "$HOME/kundin-projekt/preise.json"
export XDG_STATE_HOME="$HOME/.local/state"

run 0 "$TRACK_TOKENS" doctor --bundle
out_is "Wrote 'track-tokens-report.txt': read it before you pass it on."
mv track-tokens-report.txt report
for secret in geheim kundin acme ada@ example preise "$HOME"; do
	if grep -F -- "$secret" report >found; then not_ok "shows $secret" found; else ok "does not show $secret"; fi
done
has() { if grep -qE -- "$1" report; then ok "has $1"; else not_ok "has not $1" report; fi; }
tab=$(printf '\t')
has '^track-tokens report, form 1$'
has "^made${tab}2026-01-02T03:04:05Z$"
has "^system${tab}[A-Z]"
has "^problem${tab}ledgers${tab}'~/...'"
has "^ok${tab}branch${tab}$"
has "^problem${tab}prices${tab}"
has "^ok${tab}capture${tab}by hooks in '~/...'"
has "^ok${tab}responses${tab}1 in no repository, 0 on no known branch: '/...' 1$"
has "^track-tokens.author${tab}hash$"
has "^track-tokens.prices${tab}\(set\)$"
has "^XDG_STATE_HOME${tab}\(set\)$"
has "^usage.db${tab}[0-9]+ bytes${tab}mode 600$"
has "^2026-01-02T03:04:05Z info added 54161 tokens on '...'$"
has "^2026-01-02T03:04:05Z debug track-tokens.*: exit status 0$"
has "^2026-01-02T03:04:05Z error hook: "
check "for its owner alone" test "$(stat -c %a report)" -le 644

run 0 "$TRACK_TOKENS" doctor --bundle=- --names
out_has "branch${tab}feature/geheim-2"
out_has "added 54161 tokens on 'feature/geheim-2'"
for secret in geheim-1 geheim-3 geheim-4 geheim-8 ada@ "$HOME"; do
	if grep -F -- "$secret" out | grep -v geheim-10 >found; then not_ok "--names shows $secret" found; else ok "--names does not show $secret"; fi
done
echo mine >track-tokens-report.txt
run 64 "$TRACK_TOKENS" doctor --bundle
check "a file that is there stays" grep -qx mine track-tokens-report.txt
run 0 "$TRACK_TOKENS" doctor --bundle="$scratch/r.txt"
check "another file" test -s "$scratch/r.txt"
run 64 "$TRACK_TOKENS" doctor --names
cd / && run 0 "$TRACK_TOKENS" doctor --bundle="$scratch/outside.txt" 2>/dev/null
check "outside of a repository, too" grep -q '^track-tokens report' "$scratch/outside.txt"
finish
