#!/bin/sh
# What is typed is what the database says: through exports in any order and
# pieces, with corrections and removals, of branches with hostile names.
. "$(dirname "$0")/harness.sh"
# shellcheck disable=SC2016 # nothing of this may be expanded
evil='a|b `c` <d> $(e) %s 😀'

git init -q -b main repo && cd repo || exit 99
git config user.email dev@example.com && git config user.name Dev
git commit -q --allow-empty -m start
id() { sed -n 's/.*"added":{"id":"\([^"]*\)".*/\1/p' out; }
run 0 "$TRACK_TOKENS" add 45000 "first" --json
first=$(id)
run 0 "$TRACK_TOKENS" add 32000 "second" --json
second=$(id)
run 0 "$TRACK_TOKENS" add 1500 800 "note | \`of\` <$evil>" --branch "$evil" --model claude-opus-4-5
run 0 "$TRACK_TOKENS" add --branch "$evil" --from-message 'Token usage: 99999/200000; 100001 remaining'
run 0 "$TRACK_TOKENS" submit --db sqlite:one.db

cp -r temp early
run 0 "$TRACK_TOKENS" amend "$first" 54161
run 0 "$TRACK_TOKENS" remove "$second"
run 0 "$TRACK_TOKENS" submit --db sqlite:one.db
figures() { # <database>: tokens of each branch
	"$IMPORT_TOKENS" report --db "sqlite:$1" --format csv 2>err |
		sed -n 's/^branch,\(.*\)$/\1/p' | cut -c1-60
}
figures one.db >one
grep -q 54161 one && ok "the correction arrived" || not_ok "correction" one
grep -q 2300 one && ok "the hostile branch arrived" || not_ok "hostile" one
grep -q -e 32000 -e 99999 -e 45000 one && not_ok "what does not count" one ||
	ok "what was removed, corrected or only read does not count"

# The same entries by another way: one file of everything, then the early exports.
run 0 "$TRACK_TOKENS" export all.json --all-branches
run 0 "$IMPORT_TOKENS" --db sqlite:two.db all.json early
run 0 "$IMPORT_TOKENS" --db sqlite:two.db all.json temp
"$IMPORT_TOKENS" export --canonical --db sqlite:one.db >one.txt 2>err
"$IMPORT_TOKENS" export --canonical --db sqlite:two.db >two.txt 2>err
[ -s one.txt ] && cmp -s one.txt two.txt && ok "both databases hold the same" ||
	{ diff one.txt two.txt >difference; not_ok "both databases" difference; }
[ "$(grep -c . one.txt)" -eq 4 ] && ok "each entry once" || not_ok "once" one.txt

# After a reset the team's figures stay, and counting goes on.
run 0 "$TRACK_TOKENS" reset -f
run 0 "$TRACK_TOKENS" add 7
run 0 "$TRACK_TOKENS" submit --db sqlite:one.db
figures one.db >after
grep -q 54168 after && ok "54,161 and 7" || not_ok "after a reset" after
finish
