#!/bin/sh
# SPDX-License-Identifier: MIT
# The real client, with nothing but its hooks installed: ledgers and index hold
# what the API served, branch by branch, and cost what the client says; sync finds
# nothing to mend.
. "$(dirname "$0")/../client/client.sh"

repo work
init
script "$(reply 1)"
claude one -p "say hi"
told "one turn" one

script "$(reply 2 '"bash":"echo one"')" "$(reply 3 '"bash":"echo two"')" "$(reply 4)"
claude tools -p "run two commands"
told "tool calls" tools

script "$(reply 5)"
claude resumed -p "go on" --resume "$(session_of tools)"
told "resumed" resumed

script "$(reply 6)"
claude model -p "go on" --resume "$(session_of tools)" --model claude-sonnet-5-5
told "two models" model

git checkout -q -b feature/by-hand
script "$(reply 7 '"branch":"feature/by-hand"')"
claude switched -p "go on" --resume "$(session_of tools)"
told "a branch switch in mid-session" switched

script "$(reply 8 '"branch":"feature/by-hand"')" "$(reply 9 '"branch":"feature/by-hand"')"
claude fork -p "go on, but otherwise" --resume "$(session_of switched)" --fork-session
told "a fork" fork switched

# Everything from nothing: what hooks and sync did over time, sync does at once.
rm -rf "$HOME/.local/state/track-tokens" token_metrics/local_tracking
run 0 "$TRACK_TOKENS" sync
judge "index and ledgers lost, after sync"
judge_cost "index and ledgers lost, after sync" fork switched
finish
