#!/bin/sh
# SPDX-License-Identifier: MIT
# The real client in other places: a linked worktree, a subagent, a branch switch by
# the model, a client that dies.  As t1900: without sync, and with it.
. "$(dirname "$0")/../client/client.sh"

repo work
init
git worktree add -q -b feature/linked ../linked
script "$(reply 21 '"branch":"feature/linked"')"
cd ../linked || exit 99
claude linked -p "say hi"
cd ../work || exit 99
told "a linked worktree" linked

git worktree remove --force ../linked
run 0 "$TRACK_TOKENS" sync
judge "the worktree is gone"

agent='"tool":{"name":"Agent","input":{"description":"look","prompt":"look around",
	"subagent_type":"general-purpose","model":"haiku"}}'
script "$(reply 22 "$agent")" "$(reply 23)" "$(reply 24)" "$(reply 25)"
claude agent -p "ask somebody"
told "a subagent" agent

# The client's own idea of the branch is late: the second answer comes 2 s after the switch.
script "$(reply 26 '"bash":"git checkout -q -b feature/by-model"')" \
	"$(reply 27 '"delay_ms":2000,"branch":"feature/by-model"')"
claude model -p "switch the branch"
told "a branch switch by the model" model

# Several at once, in one repository
script "$(reply 30 '"branch":"feature/by-model","bash":"echo hi"')" "$(reply 31 '"branch":"feature/by-model"')"
pids=''
for i in 1 2 3 4; do
	claude "at-once-$i" -p "say hi" &
	pids="$pids $!"
done
# shellcheck disable=SC2086 # a list
wait $pids
told "four clients at once" at-once-1
for i in 2 3 4; do judge_cost "four clients at once, $i" "at-once-$i"; done

# A client that dies tells nobody: the next event of its session completes it.
script "$(reply 28 '"bash":"echo hi","branch":"feature/by-model"')" '{"hang":true}'
session=11111111-2222-4333-8444-555555555555
served=$(wc -l <"$api/served")
claude_env "$client" --model claude-opus-5-5 --allowedTools Bash --session-id $session \
	-p "say hi" </dev/null >/dev/null 2>&1 &
pid=$!
tries=0
transcript="$HOME/.claude/projects/*/$session.jsonl"
# shellcheck disable=SC2086 # a pattern
until [ "$(wc -l <"$api/served")" -gt "$served" ] && grep -q tool_result $transcript 2>/dev/null; do
	tries=$((tries + 1))
	[ $tries -lt 600 ] || break
	sleep 0.05
done
kill -9 $pid
wait $pid 2>/dev/null
script "$(reply 29 '"branch":"feature/by-model"')"
claude after -p "go on" --resume $session
judge "a killed client that is resumed"
run 0 "$TRACK_TOKENS" sync
judge "a killed client, after sync"
finish
