#!/bin/sh
# SPDX-License-Identifier: MIT
# The one log with its levels, and the trace: what is read, which branch and why.
. "$(dirname "$0")/harness.sh"

repo work
state=$HOME/.local/state/track-tokens log=$HOME/.local/state/track-tokens/track-tokens.log
# traced <pattern>: a line of the trace in ./err
traced() {
	if grep -qE "^track-tokens\[[0-9]+\] [0-9]+\.[0-9]{3} ms: $1\$" err; then ok "$1"; else not_ok "not told: $1" err; fi
}

# --- the trace ------------------------------------------------------------------------------
run 0 "$TRACK_TOKENS" -v add 54161 "a private note"
traced "version [0-9.]+, command 'add' in '$PWD'"
traced "opened the repository '$PWD/.git'"
traced "branch 'main': HEAD names it"
traced "locked '$PWD/token_metrics/local_tracking/tokens_main.json.lock'"
traced "wrote '$PWD/token_metrics/local_tracking/tokens_main.json'"
traced "exit status 0"
err_lacks private
run 0 "$TRACK_TOKENS" show -v -b main
traced "branch 'main': named on the command line"
traced "read '$PWD/token_metrics/local_tracking/tokens_main.json' \([0-9]+ bytes\)"
git checkout -q --detach
run 0 env GITHUB_HEAD_REF=feature/x "$TRACK_TOKENS" show -v
traced "branch 'feature/x': the CI system names it"
git checkout -q main
run 0 "$TRACK_TOKENS" show -v -q
[ ! -s err ] && ok "-q is stronger" || not_ok "-q" err
run 0 env TRACK_TOKENS_TRACE=1 "$TRACK_TOKENS" show
traced "exit status 0"
run 0 env TRACK_TOKENS_TRACE=0 "$TRACK_TOKENS" show
[ ! -s err ] && ok "0: no trace" || not_ok "0" err
run 0 env TRACK_TOKENS_TRACE="$HOME/trace" "$TRACK_TOKENS" show
run 66 env TRACK_TOKENS_TRACE="$HOME/trace" "$TRACK_TOKENS" show none
[ "$(grep -c 'exit status' "$HOME/trace")" = 2 ] && ok "a file is appended to" || not_ok "file" "$HOME/trace"
check "and ours alone" test "$(stat -c %a "$HOME/trace")" = 600
check "with the exit status" grep -q 'ms: exit status 66$' "$HOME/trace"
ln -s "$HOME/trace" "$HOME/link"
run 0 env TRACK_TOKENS_TRACE="$HOME/link" "$TRACK_TOKENS" show
err_has "warning: TRACK_TOKENS_TRACE: cannot write '$HOME/link'"
run 0 env TRACK_TOKENS_TRACE=yes "$TRACK_TOKENS" show
err_has "warning: TRACK_TOKENS_TRACE is 'yes': it can be 0, 1 or an absolute path"
for command in version doctor sync prices statusline hook hooks log "completion bash" "help add"; do
	# shellcheck disable=SC2086 # words
	TRACK_TOKENS_TRACE="$HOME/trace" "$TRACK_TOKENS" $command </dev/null >/dev/null 2>&1
	check "$command traces, too" grep -q "command '${command%% *}'" "$HOME/trace"
done
run 0 "$IMPORT_TOKENS" -v --db sqlite:t.db --repository x temp
check "import-tokens as well" grep -q "^import-tokens\[[0-9]*\] .* ms: database 'sqlite:t.db'$" err
run 4 "$IMPORT_TOKENS" -v --db 'postgresql://u:geheim@127.0.0.1:1/x?connect_timeout=1' --repository x temp
err_lacks geheim

# --- branches, and why --------------------------------------------------------------------------
mkdir -p "$HOME/.claude/projects/p"
printf '{"type":"assistant","timestamp":"2026-01-01T10:00:00Z","sessionId":"s","cwd":"%s","gitBranch":"main","uuid":"u","message":{"id":"m1","model":"claude-opus-5-5","content":"private words","usage":{"input_tokens":5,"output_tokens":1}}}\n' "$PWD" >"$HOME/.claude/projects/p/s.jsonl"
run 0 "$TRACK_TOKENS" sync -v
traced "1 of 1 transcripts have changed"
traced "read '$HOME/.claude/projects/p/s.jsonl': [0-9]+ bytes, 1 lines, 1 with usage"
traced "answers made in '$PWD': branch 'main' by (reflog|record)"
traced "opened the usage index '$state/usage.db' for writing"
err_lacks private

# --- the log --------------------------------------------------------------------------------------
check "what was captured is logged" grep -qx '2026-01-02T03:04:05Z info sync: 1 new answers from 1 transcripts' "$log"
run 0 "$TRACK_TOKENS" add 7 "a private note"
check "what was recorded is logged" grep -qx "2026-01-02T03:04:05Z info added 7 tokens on 'main'" "$log"
rm "$log"
TRACK_TOKENS_LOG=warning "$TRACK_TOKENS" add 7 >/dev/null
[ ! -e "$log" ] && ok "at level warning it is not" || not_ok "warning" "$log"
echo 'no json' | "$TRACK_TOKENS" hook >out 2>err
check "trouble of a hook is an error" grep -q '^2026-01-02T03:04:05Z error hook: ' "$log"
run 0 env TRACK_TOKENS_LOG=debug "$TRACK_TOKENS" show
[ ! -s err ] && ok "level debug says nothing on the terminal" || not_ok "debug" err
check "and the trace goes to the log" grep -q "debug track-tokens\[.*: exit status 0$" "$log"
run 0 env TRACK_TOKENS_LOG=loud "$TRACK_TOKENS" show
err_has "warning: TRACK_TOKENS_LOG is 'loud': it can be error, warning, info or debug"
exec 8>token_metrics/local_tracking/tokens_main.json.lock
chmod 500 temp
[ "$(id -u)" = 0 ] || run 73 "$TRACK_TOKENS" add 9
chmod 700 temp
"$TRACK_TOKENS" doctor >out
check "doctor shows trouble only" grep -q '^warning  log: 2026-01-02T03:04:05Z error hook: ' out
out_lacks ' info '
check "no note and no message is in it" sh -c "! grep -rq private '$state' --include='*.log*'"
head -c 262145 /dev/zero | tr '\0' x >"$log"
"$TRACK_TOKENS" add 1 >/dev/null
check "a full log is turned over" test "$(wc -l <"$log")" = 1 -a "$(wc -c <"$log.1")" = 262145
finish
