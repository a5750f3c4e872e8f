#!/bin/sh
# amend and remove: corrections are revisions, and travel with the next export.
. "$(dirname "$0")/harness.sh"

git init -q -b main repo && cd repo || exit 99
git config user.email dev@example.com
added() { sed -n 's/.*"added":{"id":"\([^"]*\)".*/\1/p' out; }
run 0 "$TRACK_TOKENS" add 45000 "first" --json
first=$(added)
run 0 "$TRACK_TOKENS" add 32000 "second" --json
second=$(added)
short=$(echo "$first" | cut -c1-8)

run 0 "$TRACK_TOKENS" amend "$short" 54161
sed 's/_[0-9a-f]\{8\}\.json$/_XXXXXXXX.json/' out >shown
cat >expected <<END
✅ Amended $short: 54,161 tokens
📊 Total accumulated: 86,161 tokens
🌳 Branch: main
📝 Sessions tracked: 2

💾 Auto-exported to: tokens_main_20260102_030405_XXXXXXXX.json
END
cmp -s expected shown && ok "what amend prints" || not_ok "amend" shown
export=temp/$(sed -n 's/.*exported to: //p' out)
grep -q "\"id\":\"$first\",\"revision\":2" "$export" && ok "the correction is exported" ||
	not_ok "exported" "$export"
grep -q "$second" "$export" && not_ok "and only it" "$export" || ok "and only it"
grep -q '"notes":"first"' "$export" && ok "what was not given stays" || not_ok "stays" "$export"
ledger=token_metrics/local_tracking/tokens_main.json
grep "$first" "$ledger" | grep -q '"history":\[.*45000' && ok "history is kept" ||
	not_ok "history" "$ledger"
grep -q history "$export" && not_ok "history stays here" "$export" || ok "history stays here"

run 0 "$TRACK_TOKENS" amend "$short" -m "first, corrected" --model claude-opus-5-5
run 0 "$TRACK_TOKENS" show --json
grep -q 'first, corrected' out && grep -q '"tokens":86161,"usage"' out && ok "note and model" ||
	not_ok "note and model" out
run 0 "$TRACK_TOKENS" amend "$(echo "$first" | tr a-f A-F)" --input 100 --output 20
grep -q 'Total accumulated: 32,120 tokens' out && ok "kinds replace the bare total" ||
	not_ok "kinds" out
run 0 "$TRACK_TOKENS" amend "$first" --output 30
grep -q 'Total accumulated: 32,130 tokens' out && ok "one kind replaces itself" || not_ok "one" out

run 0 "$TRACK_TOKENS" remove "$second" --json
grep -Eq '"removed":\{"id":"[^"]*","revision":2,"kind":"manual","tokens":32000\}' out &&
	grep -q '"total_tokens":130,"sessions":1' out && ok "removed from the total" ||
	not_ok "removed" out
grep -q '"void":true' "$(sed -n 's/.*"export":"\([^"]*\)".*/\1/p' out)" &&
	ok "the removal is exported" || not_ok "exported" out
run 0 "$TRACK_TOKENS" show
grep -q second out && not_ok "not shown" out || ok "not shown any more"

cp "$ledger" before
refuse() { # <status> <message> <words...>
	want=$1 message=$2
	shift 2
	run "$want" "$TRACK_TOKENS" "$@"
	grep -qxF "track-tokens: $message" err && ok "says: $message" || not_ok "says: $message" err
}
refuse 66 "entry '$(echo "$second" | cut -c1-8)' was removed before" remove "$second"
refuse 65 "entry '$second' was removed: add it anew" amend "$second" 5
refuse 64 "which entry? 'track-tokens show' lists their ids" amend
refuse 64 "which entry? 'track-tokens show' lists their ids" remove
refuse 64 "what is to change? Give a total, a note or an option" amend "$first"
refuse 65 "0 tokens are left: use 'track-tokens remove $short'" amend "$first" --input 0 --output 0
run 66 "$TRACK_TOKENS" amend 00000000-0000-4000-8000-000000000000 5
run 66 "$TRACK_TOKENS" remove "$first" --branch other
cmp -s before "$ledger" && ok "nothing changed" || not_ok "nothing changed" "$ledger"
finish
