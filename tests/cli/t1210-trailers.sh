#!/bin/sh
# SPDX-License-Identifier: MIT
# hooks install --trailers: a commit's message says what its work used, and only then.
. "$(dirname "$0")/harness.sh"
. "$TESTS_DIR/support/history_case.sh"

history_case
export PATH="$BUILD_DIR/bin:$PATH"
hook=.git/hooks/prepare-commit-msg
message() { git log -1 --format=%B; }
has_trailers() {
	message >got
	if [ "$(grep -c '^Claude-Tokens: [0-9]*$' got)" -eq 1 ] && [ "$(grep -c '^Claude-Cost: ' got)" -eq 1 ]; then
		ok "$1"
	else
		not_ok "$1" got
	fi
}
has_none() {
	message >got
	if grep -q '^Claude-' got; then not_ok "$1" got; else ok "$1"; fi
}
k=10
# work <tokens>: something is used, at the fixed clock
work() { k=$((k + 1)); used $k "2026-11-20T11:$k:00Z" "$1"; }
now() { at "2026-11-20T11:$k:30Z" "$@"; }
commit() { work 100; now git commit -q --allow-empty "$@" 2>err </dev/null; }

run 0 "$TRACK_TOKENS" hooks install
commit -m "no trailers unless asked for"
[ ! -e $hook ] && ok "the hook is not there by default" || not_ok "$hook"
has_none "nor are trailers"

run 0 "$TRACK_TOKENS" hooks install --trailers
commit -m "a subject"
has_trailers "a commit has them"
# the 100 of the commit before were its own
check "with the tokens of its work" sh -c 'git log -1 --format="%(trailers:key=Claude-Tokens,valueonly)" | grep -qx 100'
check "git sees trailers" sh -c '[ "$(git log -1 --format="%(trailers:key=Claude-Cost,valueonly)" | grep -c .)" = 1 ]'
printf 'a subject\n\na body\n\nSigned-off-by: Dev <dev@example.com>\n' >msg
commit -F msg
has_trailers "beside those that are there"
check "in their paragraph" sh -c 'git log -1 --format="%(trailers:only)" | grep -c . | grep -qx 3'
printf 'with CRLF\r\n\r\na body\r\n' >msg
commit -F msg --cleanup=verbatim
has_trailers "in a message with CRLF"
work 100
export GIT_EDITOR='sed -i 1s/^/edited/'
now git commit -q --allow-empty -v 2>err
has_trailers "when the message is edited"
check "above the scissors, and no comment is kept" sh -c '! git log -1 --format=%B | grep -q "^#"'
now git -c core.commentChar=';' commit -q --allow-empty -m "nothing used since"
has_none "no usage, no trailers"

# --- what is no new work -------------------------------------------------------------------
commit -m "to be amended"
message >before
work 100
now git commit -q --amend --no-edit --allow-empty 2>err
message >after
check "amend leaves the message" cmp before after
commit -C HEAD
check "commit -C, too" sh -c 'git log -1 --format=%B | cmp - before'
# the commits of a branch that is to be merged, squashed, picked and rebased
git checkout -q -b side main
git -c core.hooksPath=/dev/null commit -q --allow-empty -m side
echo x >f && git add f && git -c core.hooksPath=/dev/null commit -q -m "with a file"
git checkout -q feature
work 100
now git merge -q --no-ff -m "a merge" side 2>err
has_none "a merge has none"
git checkout -q -b third main
now git cherry-pick -x side >out 2>err
has_none "a picked one has none"
git reset -q --hard main
now git merge -q --squash side >out 2>err
now git commit -q --no-edit 2>err
has_none "a squashed one has none"
git checkout -q side
git -c core.hooksPath=/dev/null commit -q --allow-empty -m "to be rebased"
now git rebase -q --onto third~1 main side >out 2>err
has_none "a rebased one has none"

# --- never in the way ------------------------------------------------------------------------
git checkout -q feature
HOME=/nonexistent now git commit -q --allow-empty -m "no home" 2>err
check "a commit without a HOME goes through" sh -c 'git log -1 --format=%s | grep -qx "no home"'
echo '{torn' >"$HOME/broken" && cp "$HOME/broken" token_metrics/local_tracking/tokens_feature.json
commit -m "a broken ledger"
check "nor does a broken ledger stop one" sh -c 'git log -1 --format=%s | grep -qx "a broken ledger"'
sed 's|^tool=.*|tool=/nonexistent|' $hook >changed && cat changed >$hook
commit -m "the program is gone"
check "nor a program that is gone" sh -c 'git log -1 --format=%s | grep -qx "the program is gone"'
run 0 "$TRACK_TOKENS" hooks install --trailers
run 0 "$TRACK_TOKENS" hooks uninstall
[ ! -e $hook ] && ok "uninstall takes it out" || not_ok "uninstall" $hook
printf '#!/bin/sh\necho "from an earlier hook" >>"$1"\n' >$hook && chmod +x $hook
rm token_metrics/local_tracking/tokens_feature.json
run 0 "$TRACK_TOKENS" hooks install --trailers
commit -m "both"
has_trailers "with an earlier hook it is both"
check "which ran" sh -c 'git log -1 --format=%B | grep -q "from an earlier hook"'
finish
