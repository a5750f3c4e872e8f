#!/bin/sh
# SPDX-License-Identifier: MIT
# The pre-commit hook with capture: a commit takes along what was captured, in every way
# that git commits, and is never stopped.
. "$(dirname "$0")/harness.sh"
. "$TESTS_DIR/support/history_case.sh"

history_case
run 0 "$TRACK_TOKENS" init --all
run 0 "$TRACK_TOKENS" sync
git add -A && git commit -q --no-verify -m "set up"
k=10
# save [option]...: 100 tokens are used, and a commit is made
save() {
	k=$((k + 1))
	used $k "2026-11-20T11:$k:00Z" 100
	git commit -q -m "commit $k" "$@" >out 2>err </dev/null
	rc=$?
	if [ $rc -eq 0 ]; then ok "git commit $* exits 0"; else not_ok "git commit $* exits $rc" err; fi
}
files() { git ls-tree -r --name-only HEAD | grep -c temp/tokens_; }
# took <n>: the last commit has n exports more than the one before
took() {
	now=$(files)
	if [ $((now - before)) -eq "$1" ]; then ok "it takes $1 export along"; else
		not_ok "it took $((now - before)) exports, not $1" err; fi
	before=$now
}
# pending_is <n>: entries that no export has
pending_is() {
	got=$("$TRACK_TOKENS" show --json | jq .pending)
	if [ "$got" = "$1" ]; then ok "$1 pending"; else not_ok "$got pending, not $1" err; fi
}

before=0
echo 1 >file && git add file
save
took 1
grep -q 'nothing was recorded' err && not_ok "the reminder speaks though capture works" err ||
	ok "the reminder is silent"
pending_is 0
check "and nothing is left behind" sh -c '! git status --porcelain | grep -q temp/tokens_'
echo 2 >file
save -a
took 1
echo 3 >file
save file
took 0
check "a commit of named files leaves it to the next, and says so" grep -q "not staged: git add" err
git add temp
save --allow-empty
took 2
git commit -q --allow-empty -m "nothing was used" 2>err </dev/null
took 0
echo 4 >file
save --no-verify -a
took 0
save --allow-empty
took 1

# --- where a linked worktree is ------------------------------------------------------------
at 2026-11-20T11:00:00Z git worktree add -q -b linked ../linked
(cd ../linked && used 40 2026-11-20T11:40:00Z 100 s9 && echo 5 >file &&
	git commit -q -a -m linked 2>"$HOME/err" </dev/null) && ok "a linked worktree commits" ||
	not_ok "linked" "$HOME/err"
check "its export is in its own commit" sh -c 'git -C ../linked diff --name-only HEAD~1 | grep -q temp/tokens_'

# --- never in the way ------------------------------------------------------------------------
echo 6 >file
chmod 000 "$HOME/.claude/projects/p"
save -a
chmod 755 "$HOME/.claude/projects/p"
cp token_metrics/local_tracking/tokens_feature.json "$HOME/saved"
echo '{torn' >token_metrics/local_tracking/tokens_feature.json
echo 7 >file
save -a
check "and a ledger that cannot be read stays as it is" grep -qx '{torn' token_metrics/local_tracking/tokens_feature.json
cp "$HOME/saved" token_metrics/local_tracking/tokens_feature.json
echo 8 >file
mkdir "$HOME/aside" && mv "$HOME/.local/state/track-tokens" "$HOME/aside"
: >"$HOME/.local/state/track-tokens"
save -a
rm "$HOME/.local/state/track-tokens" && mv "$HOME/aside/track-tokens" "$HOME/.local/state"
echo 9 >file
HOME=/nonexistent save -a
git config track-tokens.stageExports false
echo 10 >file
before=$(files)
save -a
took 0
check "with stageExports off it says what is not staged" grep -q "not staged: git add" err
finish
