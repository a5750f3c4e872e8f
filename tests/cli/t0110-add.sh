#!/bin/sh
# add: what it prints, and every form in which figures are given.
. "$(dirname "$0")/harness.sh"

git init -q -b token-usage repo && cd repo || exit 99
git config user.email dev@example.com

# --- the answer, to the letter ---
TRACK_TOKENS_NOW=2025-11-05T00:11:39Z run 0 "$TRACK_TOKENS" add 54161 "Fixed token tracking"
sed 's/_[0-9a-f]\{8\}\.json$/_XXXXXXXX.json/' out >shown
cat >expected <<'END'
✅ Added 54,161 tokens to tracking
📊 Total accumulated: 54,161 tokens
🌳 Branch: token-usage
📝 Sessions tracked: 1

💾 Auto-exported to: tokens_token-usage_20251105_001139_XXXXXXXX.json
END
cmp -s expected shown && ok "prints the documented lines and nothing else" ||
	not_ok "prints" shown
[ ! -s err ] && ok "and nothing on standard error" || not_ok "standard error" err
export=$(sed -n 's/.*exported to: //p' out)
[ -f "temp/$export" ] && ok "the export is there" || not_ok "the export is there" out
ledger=token_metrics/local_tracking/tokens_token-usage.json
grep -q '"notes":"Fixed token tracking"' "$ledger" && ok "the ledger has the note" ||
	not_ok "ledger" "$ledger"
[ "$(stat -c %a "$ledger")" = 600 ] && ok "the ledger is private" || not_ok "mode" out

LC_ALL=C run 0 "$TRACK_TOKENS" add 39 -v
err_has "track-tokens: saved '$PWD/$ledger'"
sed 's/_[0-9a-f]\{8\}\.json$/_XXXXXXXX.json/' out >shown
cat >expected <<'END'
Added 39 tokens to tracking
Total accumulated: 54,200 tokens
Branch: token-usage
Sessions tracked: 2

Auto-exported to: tokens_token-usage_20260102_030405_XXXXXXXX.json
END
cmp -s expected shown && ok "in the C locale: words only" || not_ok "C locale" shown

# --- forms ---
form() { # <total after it> <words...>
	total=$1
	shift
	run 0 "$TRACK_TOKENS" add --branch forms --no-export "$@"
	grep -qx "📊 Total accumulated: $total tokens" out && ok "total $total" || not_ok "$total" out
}
form '54,161' 54,161 "with a comma"
form '108,161' 54k
form '108,162' 1 2024.. is words
form '110,462' 1500 800 "input and output"
grep -q '1,500 input + 800 output' err && ok "says how two numbers were read" || not_ok "said" err
form '112,486' 2024 -m 2024
form '112,516' --input 10 --output 20
form '112,636' --cache-read 20 --cache-write-5m 30 --cache-write-1h 40 --cache-write=60 a note
form '112,641' 5 --model claude-opus-5-5 --date 2025-12-31
form '112,647' 6 --date 2025-12-31T23:59:59+05:30
form '112,648' --mod x 1 -- --not-an-option

ledger=token_metrics/local_tracking/tokens_forms.json
grep -q '"notes":"2024"' "$ledger" && ok "-m keeps a number as a note" || not_ok "-m" "$ledger"
grep -q '"notes":"2024.. is words"' "$ledger" && ok "joins words" || not_ok "joins" "$ledger"
grep -q '"notes":"--not-an-option"' "$ledger" && ok "-- ends options" || not_ok "--" "$ledger"
grep -q '"day":"2025-12-31".*"model":"claude-opus-5-5"' "$ledger" && ok "model and day" ||
	not_ok "model and day" "$ledger"
grep -q '"input":1500,"output":800,"cache_read":0.*"unsplit":0' "$ledger" && ok "input, output" ||
	not_ok "input, output" "$ledger"
grep -q '"cache_read":20,"cache_write_5m":60,"cache_write_1h":40' "$ledger" &&
	ok "kinds of the cache" || not_ok "kinds" "$ledger"

cat >usage.json <<'END'
{"model":"claude-opus-5-5","usage":{"input_tokens":10,"cache_creation_input_tokens":7853,
"cache_read_input_tokens":13607,"output_tokens":406,
"server_tool_use":{"web_search_requests":2},"speed":"fast","inference_geo":"not_available",
"cache_creation":{"ephemeral_1h_input_tokens":7000,"ephemeral_5m_input_tokens":853}}}
END
run 0 "$TRACK_TOKENS" add --usage-json usage.json --branch api "an answer"
grep -q 'Total accumulated: 21,876 tokens' out && ok "adds up the usage" || not_ok "usage" out
ledger=token_metrics/local_tracking/tokens_api.json
grep -q '"input":10,"output":406,"cache_read":13607,"cache_write_5m":853,"cache_write_1h":7000' \
	"$ledger" && ok "by kind" || not_ok "by kind" "$ledger"
grep -q '"web_searches":2.*"price_class":"fast"' "$ledger" && ok "searches and class" ||
	not_ok "searches and class" "$ledger"
run 0 "$TRACK_TOKENS" add --usage-json - --branch api <usage.json

# --- context readings ---
reading() {
	grep -qx '📊 Total accumulated: 0 tokens' out && ok "is in no total" || not_ok "total" out
	[ "$(wc -l <err)" -eq 1 ] && ok "and says so in one line" || not_ok "one line" err
}
run 0 "$TRACK_TOKENS" add --branch ctx --from-message 'Token usage: 54161/200000; 145839 remaining'
reading
echo 'Token usage: 60,000/200,000; 140,000 remaining' >pasted.txt
run 0 "$TRACK_TOKENS" add - --branch ctx <pasted.txt
reading
run 0 "$TRACK_TOKENS" add --branch ctx 'Token usage: 54161/200000; 145839 remaining' "as it was pasted"
reading
[ "$(grep -c '"kind":"context-reading"' token_metrics/local_tracking/tokens_ctx.json)" -eq 3 ] &&
	ok "all are kept" || not_ok "all" token_metrics/local_tracking/tokens_ctx.json

# --- refused, and nothing changed ---
cp token_metrics/local_tracking/tokens_token-usage.json before
files=$(ls temp | wc -l)
refuse() { # <status> <message> <words...>
	want=$1 message=$2
	shift 2
	run "$want" "$TRACK_TOKENS" add "$@"
	[ "$(head -n 1 err)" = "track-tokens: $message" ] && ok "says: $message" ||
		not_ok "says: $message" err
}
refuse 64 "how many tokens? For example: track-tokens add 54161 \"what was done\""
refuse 65 "0 tokens: there is nothing to record" 0
refuse 65 "'-5' is negative: 'track-tokens amend' and 'remove' correct what was recorded" -5
refuse 65 "'abc' is not a token count, such as 54161, 54,161 or 54k" abc
refuse 65 "'5,41' is not a token count from 1 to 9,007,199,254,740,991, such as 54161, 54,161 or 54k" 5,41
refuse 64 "option '--input': 'x' is not a token count, such as 54161, 54,161 or 54k" --input x
refuse 65 "the tokens are more than can be counted" 9007199254740991 1
refuse 65 "'2026-01-03' is in the future" 5 --date 2026-01-03
refuse 64 "the note is given twice: with -m, and as 'b'" 5 b -m a
refuse 65 "no 'Token usage: 54161/200000; 145839 remaining' in the text" --from-message hello
refuse 65 "the branch name is empty" 5 --branch ""
refuse 65 "the branch name 'a\\x09b' has control characters" 5 --branch "$(printf 'a\tb')"
printf '{"input_tokens":-1}' >bad.json
refuse 65 "'bad.json': 'input_tokens' is not a token count" --usage-json bad.json
refuse 66 "'none.json' does not exist" --usage-json none.json
cmp -s before token_metrics/local_tracking/tokens_token-usage.json &&
	[ "$(ls temp | wc -l)" -eq "$files" ] && ok "a refused add changes nothing" ||
	not_ok "changes nothing" before

# --- the answer in JSON, and what cannot be exported ---
run 0 "$TRACK_TOKENS" add 7 --json --branch json
grep -Eq '^\{"version":1,"added":\{"id":"[0-9a-f-]{36}","revision":1,"kind":"manual","tokens":7\},"branch":"json","total_tokens":7,"sessions":1,"export":"/.*/temp/tokens_json_20260102_030405_[0-9a-f]{8}\.json"\}$' out &&
	ok "the shape of the JSON" || not_ok "JSON" out
# --- when: the time is UTC, the day is the author's ---
TZ=IST-5:30 TRACK_TOKENS_NOW=2026-01-01T20:00:00Z run 0 "$TRACK_TOKENS" add 5 --branch zone
TZ=IST-5:30 run 0 "$TRACK_TOKENS" add 6 --branch zone --date 2026-01-01
zone=token_metrics/local_tracking/tokens_zone.json
grep -q '"timestamp":"2026-01-01T20:00:00Z","day":"2026-01-02","tokens":5,' "$zone" &&
	ok "an evening in London is a morning in Delhi" || not_ok "day" "$zone"
grep -q '"timestamp":"2026-01-01T06:30:00Z","day":"2026-01-01","tokens":6,' "$zone" &&
	ok "a day alone is its noon there" || not_ok "noon" "$zone"

# --- who ---
author() { # <setting> <expected>
	git config track-tokens.author "$1"
	run 0 "$TRACK_TOKENS" add 1 --branch "author-$1"
	grep -Eq "\"author\":$2," "token_metrics/local_tracking/tokens_author-$1.json" &&
		ok "author: $1" || not_ok "author: $1" "token_metrics/local_tracking/tokens_author-$1.json"
}
author email '"dev@example.com","host":"[^"]+"'
author hash '"[0-9a-f]{8}-[0-9a-f-]{27}","host":"[0-9a-f]{8}-[0-9a-f-]{27}"'
author none 'null,"host":null'
git config track-tokens.author nobody
refuse 65 "track-tokens.author is 'nobody': it can be email, hash or none" 5
git config --unset track-tokens.author

# --- closed descriptors: what is printed must not end in a file of ours ---
"$TRACK_TOKENS" add 5 --branch closed <&- >&- 2>&-
[ $? -eq 73 ] && ok "nowhere to answer: 73" || not_ok "nowhere to answer"
run 0 "$TRACK_TOKENS" add 5 --branch closed
grep -q 'Total accumulated: 10 tokens' out && ! grep -rqs 'Added' temp token_metrics &&
	ok "files hold no answers" || not_ok "files hold no answers" out

echo temp/ >.gitignore
run 0 "$TRACK_TOKENS" add 7 --branch json
grep -q 'warning: git ignores' err && ok "warns of an ignored export" || not_ok "ignored" err
rm .gitignore
mv temp away && echo >temp
run 0 "$TRACK_TOKENS" add 8 --branch json
grep -q 'warning: recorded, but not exported' err && ok "warns when there is no export" ||
	not_ok "no export" err
grep -q 'exported to' out && not_ok "claims no export" out || ok "claims no export"
rm temp && mv away temp
run 0 "$TRACK_TOKENS" add 9 --branch json
export=$(sed -n 's/.*exported to: //p' out)
[ "$(grep -c '"tokens":[89],' "temp/$export")" -eq 2 ] && ok "the next export holds it" ||
	not_ok "the next export" "temp/$export"
finish
