#!/bin/sh
# The documented workflow: two adds on a branch, which is then merged and deleted.
. "$(dirname "$0")/harness.sh"

git init -q -b main repo && cd repo || exit 99
git config user.email dev@example.com && git config user.name Dev
git commit -q --allow-empty -m start
git checkout -q -b my-new-feature

run 0 "$TRACK_TOKENS" add 45000 "Implemented user authentication"
grep -qx '📊 Total accumulated: 45,000 tokens' out && ok "45,000" || not_ok "45,000" out
first=$(sed -n 's/.*exported to: //p' out)
run 0 "$TRACK_TOKENS" add 32000 "Wrote tests"
grep -qx '📊 Total accumulated: 77,000 tokens' out && ok "77,000" || not_ok "77,000" out
grep -qx '📝 Sessions tracked: 2' out && ok "2 sessions" || not_ok "2 sessions" out
second=$(sed -n 's/.*exported to: //p' out)

[ "$(grep -c '"tokens":45000' "temp/$first")" -eq 1 ] && ok "the first export has the first" ||
	not_ok "first export" "temp/$first"
grep -q 'Wrote tests' "temp/$second" && ok "the second export has the second" ||
	not_ok "second export" "temp/$second"
grep -q '"tokens":45000' "temp/$second" && not_ok "only what is new" "temp/$second" ||
	ok "each export holds only what is new"
grep -q '"total_tokens":32000' "temp/$second" && ok "and its own total" ||
	not_ok "its own total" "temp/$second"
[ "$(git status --porcelain token_metrics | wc -l)" -le 1 ] || not_ok "untracked" out

run 0 "$TRACK_TOKENS" show
grep -q '77,000' out && ok "show has the total" || not_ok "show" out
grep -q 'Wrote tests' out && ok "and the notes" || not_ok "notes" out
git add temp && git commit -q -m "Record tokens"
git checkout -q main && git merge -q my-new-feature && git branch -q -D my-new-feature

run 0 "$TRACK_TOKENS" show my-new-feature
grep -q '77,000' out && ok "a deleted branch keeps its tokens" || not_ok "deleted" out
run 0 "$TRACK_TOKENS" add 5
grep -qx '📊 Total accumulated: 5 tokens' out && ok "main counts for itself" || not_ok "main" out
run 0 "$TRACK_TOKENS" show --all --json
grep -q '"my-new-feature"' out && grep -q '"main"' out && ok "show --all has both" ||
	not_ok "show --all" out
finish
