#!/bin/sh
# export: what is pending, or everything, to a file or to standard output.
. "$(dirname "$0")/harness.sh"

git init -q -b main repo && cd repo || exit 99
git config user.email dev@example.com
run 0 "$TRACK_TOKENS" export
grep -qx 'Nothing to export: everything recorded is in an export' out && ok "nothing yet" ||
	not_ok "nothing yet" out
run 0 "$TRACK_TOKENS" add 10 --no-export
grep -q 'exported' out && not_ok "--no-export" out || ok "--no-export writes none"
[ ! -e temp ] && ok "not even the directory" || not_ok "directory" out
run 0 "$TRACK_TOKENS" add 20 --branch 'feature/x|y' --no-export

run 0 "$TRACK_TOKENS" export
grep -Eqx '💾 Exported 1 entry of main to: tokens_main_20260102_030405_[0-9a-f]{8}\.json' out &&
	ok "exports what is pending" || not_ok "pending" out
run 0 "$TRACK_TOKENS" export --json
[ "$(cat out)" = '{"version":1,"exports":[]}' ] && ok "nothing a second time" ||
	not_ok "second time" out
run 0 "$TRACK_TOKENS" export --all-branches --json
grep -Eq '^\{"version":1,"exports":\[\{"branch":"feature/x\|y","file":"/[^"]*/temp/tokens_feature%2Fx%7Cy_[^"]*","entries":1,"tokens":20\}\]\}$' out &&
	ok "every branch" || not_ok "every branch" out

rm -r temp
run 0 "$TRACK_TOKENS" export --branch 'feature/x|y'
grep -q 'Exported 1 entry' out && ok "an export that is gone is written again" || not_ok "gone" out

run 0 "$TRACK_TOKENS" add 30
run 0 "$TRACK_TOKENS" export week_23.json
grep -q 'Exported 2 entries of main to: week_23.json' out && ok "everything to a file" ||
	not_ok "file" out
grep -q '"total_tokens":40' week_23.json && ok "with its total" || not_ok "total" week_23.json
cp week_23.json before
run 64 "$TRACK_TOKENS" export week_23.json
grep -qF "'week_23.json' exists already: -f replaces it" err && cmp -s before week_23.json &&
	ok "replaces nothing unasked" || not_ok "replaces" err
run 0 "$TRACK_TOKENS" export -f week_23.json
run 0 "$TRACK_TOKENS" export -
cmp -s out week_23.json && ok "the same on standard output" || not_ok "standard output" out
run 0 "$TRACK_TOKENS" export - 'feature/x|y'
grep -q '"total_tokens":20' out && ok "of another branch" || not_ok "another" out
run 0 "$TRACK_TOKENS" export - --all-branches
[ "$(grep -c '"tokens":' out)" -eq 3 ] && grep -q '"token_data":\[' out && ok "of all branches" ||
	not_ok "all" out
run 66 "$TRACK_TOKENS" export - no-such-branch
run 66 "$TRACK_TOKENS" export missing/dir/file.json
run 64 "$TRACK_TOKENS" export a b c
ln -s /dev/null link
run 64 "$TRACK_TOKENS" export link
[ -L link ] && ok "does not write through a link" || not_ok "link" out

git config track-tokens.exportDir exports/of-mine
run 0 "$TRACK_TOKENS" add 5
ls exports/of-mine/tokens_main_*.json >/dev/null 2>&1 && ok "track-tokens.exportDir" ||
	not_ok "exportDir" out
git config track-tokens.exportDir ../elsewhere
run 0 "$TRACK_TOKENS" add 5
grep -q 'not exported: .*leaves its directory' err && [ ! -e ../elsewhere ] &&
	ok "stays in the worktree" || not_ok "stays" err
finish
