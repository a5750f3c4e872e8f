#!/bin/sh
# Linked worktrees share the main one's ledgers; a bare repository has its own place.
. "$(dirname "$0")/harness.sh"

git init -q -b main repo && cd repo || exit 99
git config user.email dev@example.com && git config user.name Dev
git commit -q --allow-empty -m start
git worktree add -q -b linked ../linked
cd ../linked || exit 99
run 0 "$TRACK_TOKENS" add 12
grep -qx '🌳 Branch: linked' out && ok "its own branch" || not_ok "branch" out
[ -f ../repo/token_metrics/local_tracking/tokens_linked.json ] && ok "the main worktree's ledger" ||
	not_ok "ledger" out
[ -d temp ] && [ ! -e ../repo/temp ] && ok "exports where the branch is checked out" ||
	not_ok "exports" out
[ ! -e token_metrics ] && ok "no second place" || not_ok "second place" out
cd ../repo && rm -rf ../linked && git worktree prune
run 0 "$TRACK_TOKENS" show linked --json
grep -q '"tokens":12,"usage"' out && ok "survives the worktree" || not_ok "survives" out

cd .. && git clone -q --bare repo bare.git && git -C bare.git worktree add -q ../frombare main
cd frombare || exit 99
run 0 "$TRACK_TOKENS" add 34
[ -f ../bare.git/track-tokens/local_tracking/tokens_main.json ] && ok "below the bare repository" ||
	not_ok "bare" out
ls temp/tokens_main_*.json >/dev/null 2>&1 && ok "exported in the worktree" || not_ok "temp" out
cd ../bare.git || exit 99
run 0 "$TRACK_TOKENS" add 1
grep -q 'not exported: a bare repository has no worktree' err && ok "says why" || not_ok "why" err
grep -qx '📊 Total accumulated: 35 tokens' out && ok "the same ledger" || not_ok "same" out
cd ../frombare || exit 99
run 0 "$TRACK_TOKENS" export
grep -q 'Exported 1 entry of main to: ' out && ok "exported later" || not_ok "later" out
cd ..

git init -q -b main sub && git -C sub -c user.email=a@b -c user.name=a commit -q --allow-empty -m s
git -C repo -c protocol.file.allow=always submodule --quiet add "$PWD/sub" module 2>err
cd repo/module || exit 99
run 0 "$TRACK_TOKENS" add 56
[ -f token_metrics/local_tracking/tokens_main.json ] && ok "a submodule keeps its own" ||
	not_ok "submodule" out
finish
