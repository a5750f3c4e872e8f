#!/bin/sh
# reset archives: nothing is deleted, nothing pending is forgotten.
. "$(dirname "$0")/harness.sh"

git init -q -b main repo && cd repo || exit 99
git config user.email dev@example.com
run 66 "$TRACK_TOKENS" reset -f
run 0 "$TRACK_TOKENS" add 45000 --no-export
ledger=token_metrics/local_tracking/tokens_main.json
cp "$ledger" before
run 64 "$TRACK_TOKENS" reset </dev/null
grep -qxF "track-tokens: there is no terminal to ask on: -f resets without" err &&
	ok "does not guess an answer" || not_ok "asks" err
cmp -s before "$ledger" && ok "and changes nothing" || not_ok "changes nothing" "$ledger"

run 0 "$TRACK_TOKENS" reset -f
grep -q '^✅ Archived 45,000 tokens of main in: .*token_metrics/local_tracking/archive/' out &&
	ok "says where it is" || not_ok "says" out
archived=$(sed -n 's/.* in: //p' out)
grep -q '"tokens":45000' "$archived" && ok "the archive has it" || not_ok "archive" out
export=$(sed -n 's/.*exported to: //p' out)
grep -q '"tokens":45000' "temp/$export" && ok "what was pending is exported first" ||
	not_ok "pending" out
run 0 "$TRACK_TOKENS" show --json
grep -q '"tokens":0,"usage"' out && ok "begins at 0" || not_ok "begins at 0" out
run 0 "$TRACK_TOKENS" add 5
grep -q 'Total accumulated: 5 tokens' out && ok "and counts again" || not_ok "again" out

run 0 "$TRACK_TOKENS" add 6 --no-export
mv temp away && echo >temp
run 65 "$TRACK_TOKENS" reset -f
grep -q 'nothing was exported' err && ok "without its export, no reset" || not_ok "no reset" err
run 0 "$TRACK_TOKENS" show --json
grep -q '"tokens":11,"usage"' out && ok "everything is still there" || not_ok "still there" out
run 0 "$TRACK_TOKENS" reset -f --no-export --json
grep -Eq '^\{"version":1,"branch":"main","tokens":11,"archived":"/[^"]*","export":null\}$' out &&
	ok "the shape of the JSON" || not_ok "JSON" out
[ "$(ls token_metrics/local_tracking/archive | wc -l)" -eq 2 ] && ok "both archives are there" ||
	not_ok "archives" out

# A terminal is asked.
rm temp && mv away temp
command -v script >/dev/null 2>&1 || { finish; exit; }
answer() { # <answer> <expected status>
	run 0 "$TRACK_TOKENS" add 9
	printf '%s\n' "$1" >answer
	script -qec "'$TRACK_TOKENS' reset" /dev/null <answer >out 2>err
	[ $? -eq "$2" ] && ok "answer '$1': $2" || not_ok "answer '$1'" out
	grep -q "archive the ledger of branch 'main' and begin at 0? \[y/N\]" out &&
		ok "is asked" || not_ok "is asked" out
}
answer n 1
grep -q 'nothing was changed' out && ok "no: nothing was changed" || not_ok "no" out
answer y 0
run 0 "$TRACK_TOKENS" show --json
grep -q '"tokens":0,"usage"' out && ok "yes: begins at 0" || not_ok "yes" out
finish
