#!/bin/sh
# SPDX-License-Identifier: MIT
# doctor on capture: what was read and passed over and why, what is on no branch, whether
# hooks are in, and what went wrong while nobody looked.
. "$(dirname "$0")/harness.sh"
. "$TESTS_DIR/support/capture_case.sh"
state=home/.local/state/track-tokens
PATH=/usr/bin:/bin

doctor() { # EXIT STATUS [<option>]
	want=$1
	shift
	at_home "$TRACK_TOKENS" -C "$repository" doctor "$@" >"$scratch/out" 2>"$scratch/err"
	got=$?
	[ $got = "$want" ] || { cat "$scratch/out" >>"$scratch/err"; not_ok "doctor exited $got, not $want" "$scratch/err"; }
}
line() { if grep -qxF -- "$1" "$scratch/out"; then ok "$1"; else not_ok "$1" "$scratch/out"; fi; }
no_line() { if grep -qF -- "$1" "$scratch/out"; then not_ok "has: $1" "$scratch/out"; else ok "no: $1"; fi; }
repository=repo

# --- nothing at all ------------------------------------------------------------------
mkdir -p case/home && cd case && git init -q -b main repo || exit 99
doctor 0
line "ok       capture: by 'track-tokens sync' only ('track-tokens init --claude' adds hooks)"
line "ok       status line: not ours ('track-tokens init --claude --statusline')"
line "ok       transcripts: none of Claude Code's in '$PWD/home/.claude/projects', '$PWD/home/.config/claude/projects' (CLAUDE_CONFIG_DIR names another place)"
line "ok       usage index: none yet ('track-tokens sync' makes it)"
line "ok       log: no trouble was logged"
[ ! -e home/.local ] && ok "and looking makes nothing" || not_ok "made"
cd "$scratch" && rm -rf case || exit 99

# --- what was read ----------------------------------------------------------------------
capture_case
cd case || exit 99
doctor 0
line "ok       transcripts: '$PWD/home/.claude/projects'"
line "ok       usage index: 1 response of 1 session in 1 repository, from 2026-11-20 to 2026-11-20"
line "ok       transcript lines: 1 line of 1 transcript read, 1 with usage"
line "ok       responses: each has its repository and branch"
at_home "$TRACK_TOKENS" -C repo sync >/dev/null
doctor 0
line "ok       usage index: 3 responses of 1 session in 1 repository, from 2026-11-20 to 2026-11-20"
line "ok       transcript lines: 3 lines of 1 transcript read, 3 with usage"
usage='"usage":{"input_tokens":5,"output_tokens":1}'
at='"timestamp":"2026-11-19T10:00:00Z","sessionId":"s2"'
{
	echo '{"type":"assistant","message":{"usage":{torn'
	echo '{"type":"assistant","message":{"id":"msg_x","model":"m","usage":{"input_tokens":-5,"output_tokens":1}},'"$at"',"uuid":"u1"}'
	echo '{"type":"assistant","message":{"id":"msg_y","model":"m",'"$usage"'},"sessionId":"s2","uuid":"u2"}'
	echo '{"type":"assistant","message":{"id":"msg_z","model":"<synthetic>","usage":{"input_tokens":0,"output_tokens":0}},'"$at"',"uuid":"u3"}'
	echo '{"type":"user","message":{"content":"hello"},'"$at"'}'
} >home/.claude/projects/p/s2.jsonl
at_home "$TRACK_TOKENS" -C repo sync >/dev/null
doctor 0
check "every line that was passed over is counted, with why" grep -qE '^warning  transcript lines: 8 lines of 2 transcripts read, 3 with usage, 1 skipped: invalid JSON, 1 skipped: bad count, 1 skipped: without a time, 1 skipped: synthetic$' "$scratch/out"
doctor 0 --json
check "in JSON, too" jq -e '.checks[] | select(.about == "transcript lines") | .verdict == "warning" and (.detail | test("1 skipped: bad count"))' "$scratch/out"

# --- on no branch --------------------------------------------------------------------------
i=0
while [ $i -lt 7 ]; do
	j=0
	while [ $j -le $i ]; do
		printf '{"type":"assistant","message":{"id":"msg_n%s_%s","model":"claude-opus-5-5",%s},%s,"cwd":"/gone/%s"}\n' $i $j "$usage" "$at" $i
		j=$((j + 1))
	done
	i=$((i + 1))
done >home/.claude/projects/p/s3.jsonl
printf '{"type":"assistant","message":{"id":"msg_e","model":"claude-opus-5-5",%s},%s,"cwd":"/gone/\\u001b[31mred"}\n' "$usage" "$at" >>home/.claude/projects/p/s3.jsonl
printf '{"type":"assistant","message":{"id":"msg_d","model":"claude-opus-5-5",%s},%s}\n' "$usage" "$at" >>home/.claude/projects/p/s3.jsonl
at_home "$TRACK_TOKENS" -C repo sync >/dev/null
doctor 0
line "ok       responses: 30 in no repository, 0 on no known branch: '/gone/6' 7, '/gone/5' 6, '/gone/4' 5, '/gone/3' 4, '/gone/2' 3, and 4 more (-v shows all)"
doctor 0 -v
check "all of them with -v" grep -q "'(no directory)' 1" "$scratch/out"
if LC_ALL=C grep -q "$(printf '\033')" "$scratch/out"; then not_ok "control characters" "$scratch/out"; else ok "no control characters of a directory's name"; fi
cd "$scratch" && mkdir plain && cd case || exit 99
repository=$scratch/plain
doctor 1
line "ok       capture: by 'track-tokens sync' only ('track-tokens init --claude' adds hooks)"
repository=repo

# --- hooks ------------------------------------------------------------------------------------
at_home "$TRACK_TOKENS" -C repo init --claude --statusline >/dev/null
settings=$PWD/repo/.claude/settings.local.json
doctor 0
line "ok       capture: by hooks in '$settings'"
line "ok       status line: shows the branch's cost"
jq '.disableAllHooks = true' "$settings" >s.new && cp s.new "$settings"
doctor 0
line "warning  capture: '$settings' turns all hooks off (disableAllHooks): only sync captures"
jq 'del(.disableAllHooks, .hooks.SessionEnd)' s.new >"$settings"
doctor 0
line "warning  capture: only 2 of 3 hooks are in '$settings'"
line "         mend: track-tokens init --claude=local"
at_home "$TRACK_TOKENS" -C repo init --claude=local >/dev/null
doctor 0
line "ok       capture: by hooks in '$settings'"
for place in "$PWD/track-tokens-0.1/bin" "$PWD/it's track-tokens/bin"; do
	mkdir -p "$place" && ln -s "$TRACK_TOKENS" "$place/track-tokens"
	word=$(printf %s "$place/track-tokens" | sed "s/'/'\\\\''/g")
	jq --arg c "'$word' hook" '.hooks[][].hooks[].command = $c' "$settings" >s.new && cp s.new "$settings"
	doctor 0
	line "ok       capture: by hooks in '$settings'"
	rm "$place/track-tokens"
	doctor 1
	line "problem  capture: the hook in '$settings' runs a program that is not there: '$word' hook"
	line "         mend: track-tokens init --claude=local"
done
at_home "$TRACK_TOKENS" -C repo init --claude=local >/dev/null
doctor 0
line "ok       capture: by hooks in '$settings'"
echo '{,' >"$settings"
doctor 1
line "problem  capture: '$settings': line 1, column 2: expected a key"
rm "$settings"
at_home "$TRACK_TOKENS" -C repo init --claude=user >/dev/null
doctor 0
line "ok       capture: by hooks in '$PWD/home/.claude/settings.json'"

# --- the log and the index ------------------------------------------------------------------------
i=1
while [ $i -le 5 ]; do echo "2026-11-20T12:00:0${i}Z trouble $i"; i=$((i + 1)); done >$state/track-tokens.log
doctor 0
line "warning  log: 2026-11-20T12:00:03Z trouble 3;2026-11-20T12:00:04Z trouble 4;2026-11-20T12:00:05Z trouble 5"
line "         mend: rm $PWD/$state/track-tokens.log (once it is mended)"
printf '2026-11-20T12:00:06Z \033]0;x\007 torn' >>$state/track-tokens.log
doctor 0
if LC_ALL=C grep -q "$(printf '[\033\007]')" "$scratch/out"; then not_ok "control characters" "$scratch/out"; else ok "no control characters of the log"; fi
rm $state/track-tokens.log
cp $state/usage.db kept
printf garbage >$state/usage.db && rm -f $state/usage.db-*
doctor 1
check "an index that is none is a problem" grep -q '^problem  usage index: ' "$scratch/out"
line "         mend: track-tokens sync"
at_home "$TRACK_TOKENS" -C repo sync >/dev/null 2>&1
doctor 0
check "which sync mends" grep -q '^ok       usage index: 33 responses' "$scratch/out"
finish
