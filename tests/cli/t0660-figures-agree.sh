#!/bin/sh
# The same figures in every place: ledgers, database, and each format of the report.
. "$(dirname "$0")/harness.sh"

git init -q -b main repo && cd repo || exit 99
git config user.email dev@example.com
git commit -q --allow-empty -m start

run 0 "$TRACK_TOKENS" add 45000 "by hand" --branch feature/login
run 0 "$TRACK_TOKENS" add 32000 "by hand" --branch feature/login
run 0 "$TRACK_TOKENS" add --input 1500 --output 800 --cache-read 90000 --cache-write-1h 700 \
	--model claude-opus-5 --date 2026-01-01
run 0 "$TRACK_TOKENS" add 4321 --model some-other-model --date 2025-12-20
run 0 "$TRACK_TOKENS" add --from-message 'Token usage: 54161/200000; 145839 remaining'
id=$("$TRACK_TOKENS" show feature/login --json | sed 's/.*"id":"\([0-9a-f]*\).*/\1/')
run 0 "$TRACK_TOKENS" amend --branch feature/login "$id" 31000
run 0 "$IMPORT_TOKENS" --db sqlite:tokens.db --summary summary.md temp
for format in text markdown json csv; do
	run 0 "$IMPORT_TOKENS" report --db sqlite:tokens.db --format "$format"
	cp out "report.$format"
done

# what the database holds, added up by somebody else
run 0 "$IMPORT_TOKENS" export --db sqlite:tokens.db --canonical
total=$(grep -v '"kind":"context-reading"' out | grep '"void":false' |
	sed 's/.*"tokens":\([0-9]*\).*/\1/' | awk '{ s += $1 } END { print s }')
grouped=$(printf '%s' "$total" | sed -E ':a; s/([0-9])([0-9]{3})($|,)/\1,\2\3/; ta')

grep -q "\"total\":{\"name\":null,\"sessions\":4,\"tokens\":$total," report.json &&
	ok "JSON has the sum of the database" || not_ok "JSON ($total)" report.json
for section in total branch model day; do
	sum=$(awk -F, -v s="$section" '$1 == s { n += $4 } END { print n }' report.csv)
	[ "$sum" = "$total" ] && ok "CSV: the rows of '$section' add up" ||
		not_ok "CSV $section: $sum, not $total" report.csv
done
for page in report.text report.markdown summary.md; do
	grep -q "$grouped tokens in 4 sessions\|Total tokens: *$grouped" "$page" &&
		ok "$page has the same total" || not_ok "$page ($grouped)" "$page"
	grep -q 'Context readings: 54,161 tokens in 1 reading (occupancy, not counted)' "$page" &&
		ok "$page keeps the reading apart" || not_ok "$page: reading" "$page"
	grep -q 'Without a price: .*some-other-model.* (4,321 tokens)' "$page" &&
		ok "$page names what has no price" || not_ok "$page: unpriced" "$page"
done
awk -F, '$1 == "model" && $2 == "some-other-model" && $11 == "" && $12 == "" && $13 == 4321 { found = 1 }
	END { exit !found }' report.csv && ok "no cost is not a cost of 0" || not_ok "unpriced" report.csv

# nano-dollars of JSON are the dollars of CSV
low=$(sed 's/.*"total":{[^}]*}[^}]*"cost_nano_usd":{"low":\([0-9]*\),.*/\1/' report.json)
[ "$(awk -F, '$1 == "total" { gsub(/\./, "", $11); sub(/^0+/, "", $11); print $11 }' report.csv)" = "$low" ] &&
	ok "JSON and CSV cost the same" || not_ok "cost $low" report.csv

# each branch as its ledger has it
for branch in main feature/login; do
	run 0 "$TRACK_TOKENS" show "$branch" --json
	tokens=$(sed 's/.*"total":{[^}]*"tokens":\([0-9]*\),.*/\1/' out)
	awk -F, -v b="$branch" -v t="$tokens" '$1 == "branch" && $2 == b && $4 == t { found = 1 }
		END { exit !found }' report.csv && ok "$branch: ledger and database agree" ||
		not_ok "$branch: $tokens" report.csv
done

# importing again changes nothing but the words about it
run 0 "$IMPORT_TOKENS" --db sqlite:tokens.db --summary again.md temp
grep -q 'nothing new since the last import' again.md && ok "the second import says so" ||
	not_ok "second import" again.md
sed -n '/^### All/,/^### This import/p' summary.md >first
sed -n '/^### All/,/^### This import/p' again.md >second
cmp -s first second && ok "and shows the same figures" || not_ok "figures changed" second
finish
