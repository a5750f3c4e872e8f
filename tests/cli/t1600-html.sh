#!/bin/sh
# SPDX-License-Identifier: MIT
# The page of a report: complete, the same figures as JSON has, and harmless in a browser
# whatever branches and models are called.
. "$(dirname "$0")/harness.sh"
export TRACK_TOKENS_NOW=2026-01-12T12:00:00Z
projects=$HOME/.claude/projects/p
mkdir -p "$projects"

is() { [ "$1" = "$2" ] || { echo "# $1"; return 1; }; }
# answer <id> <day> <output> <branch> <model>, as JSON strings without their quotes
answer() {
	printf '{"type":"assistant","message":{"id":"%s","model":"%s","usage":{"input_tokens":1000,"output_tokens":%s,"cache_read_input_tokens":50000}},"timestamp":"%sT10:00:00Z","uuid":"%s","sessionId":"95380911-1111-4111-8111-111111111111","cwd":"%s","gitBranch":"%s"}\n' \
		"$1" "$5" "$3" "$2" "$1" "$PWD" "$4" >>"$projects/95380911-1111-4111-8111-111111111111.jsonl"
}

repo app
i=0
# Names that try to leave where they are written.
while read -r name; do
	i=$((i + 1))
	answer "msg_$i" "2026-01-$(printf %02d $((i % 9 + 1)))" $((i * 9000)) "$name" claude-opus-4-5
	answer "msh_$i" "2026-01-$(printf %02d $((i % 5 + 1)))" $((i * 7000)) "$name" "$name"
	answer "msi_$i" "2025-12-$(printf %02d $((i * 2 + 1)))" $((i * 3000)) main claude-haiku-4-5-20251001
done <<'END'
</script><script>window.pwned=1</script>
</style><img/src=x/onerror=window.pwned=1>
\"/onload=\"window.pwned=1
'onmouseover='alert(1)
]]><svg/onload=alert(1)>
</title><iframe/src=javascript:alert(1)>
&lt;script&gt;window.pwned=1&lt;/script&gt;
a\u202eb\u0007c\u001b[31m
--><script>alert(1)</script>
{{constructor.constructor('alert(1)')()}}
a-name-that-is-as-long-as-a-name-can-be-without-any-place-where-a-browser-might-break-it-into-lines-and-goes-on-and-on-and-on
END
run 0 "$TRACK_TOKENS" -q add 45000
for name in '<script>window.pwned=1</script>' '"><img/src=x/onerror=window.pwned=1>' "'onload='alert(1)" '</text></svg><script>alert(1)</script>'; do
	run 0 "$TRACK_TOKENS" -q add 1000000 50000 --model claude-opus-4-5 --branch "$name"
done

run 0 "$TRACK_TOKENS" report --format html --budget 20
cp out page.html
check "it is one whole page" sh -c 'head -n 1 page.html | grep -qx "<!DOCTYPE html>" && tail -n 1 page.html | grep -qx "</html>"'
check "all tags that it has are its own" is \
	"$(sed 's|^<script>.*</script>$|<script>|' page.html | grep -o '<[a-z][a-z0-9]*' | sort -u | tr '\n' ' ')" \
	"<body <caption <dd <desc <div <dl <dt <figcaption <figure <h1 <h2 <head <html <li <line <main <meta <p <path <rect <script <section <style <svg <table <tbody <td <text <tfoot <th <thead <title <tr <ul "
check "no control character and no bidirectional one is in it" \
	sh -c "! grep -q '$(printf '[\001-\010\016-\037]')' page.html && ! grep -q '$(printf '\342\200\256')' page.html"
check "it refers to nothing" sh -c "! grep -Eq '<[^>]*(href|src)=|url\\(|@import' page.html"
# The policy allows the style and the script that are there, by their hashes.
for tag in style script; do
	hash=$(sed -n "s|.*<$tag>\\(.*\\)</$tag>.*|\\1|p" page.html | tr -d '\n' |
		perl -MDigest::SHA=sha256_base64 -0777 -ne 'print sha256_base64($_), "="')
	check "the policy has the $tag's hash" grep -qF "$tag-src 'sha256-$hash'" page.html
done
check "and forbids all else" grep -qF "content=\"default-src 'none'; base-uri 'none'; form-action 'none'; style-src" page.html

# --- figures -----------------------------------------------------------------------------------------
# cells <heading> <column>: the sum of what the cells are sorted by, and of the last row
cells() {
	sed -n "/aria-label=\"Table: $1\"/,/<\\/table>/p" page.html | grep -o '<tr>.*</tr>' | grep 'scope="row"' |
		sed 's/<[^>]*data-v="\([0-9.]*\)">[^<]*/ \1/g; s/<[^>]*>//g' |
		awk -v n="$2" '{ v = $(NF - n); if (NR > 1) s += last; last = v } END { printf "%.9f %.9f\n", s, last }'
}
total=$("$TRACK_TOKENS" report --no-sync --json | jq .total.tokens)
cost=$("$TRACK_TOKENS" report --no-sync --json | jq .total.cost_nano_usd.high | awk '{ printf "%.9f", $1 / 1000000000 }')
for part in Days Weeks Branches Models Projects; do
	check "$part add up to JSON's tokens" is "$(cells $part 1)" "$total.000000000 $total.000000000"
	check "$part add up to JSON's costs" is "$(cells $part 0)" "$cost $cost"
done
check "a budget is compared with" grep -q 'of a budget of \$20.00' page.html
run 0 "$TRACK_TOKENS" report daily 3 --format html --no-sync
out_has "Last 3 days"
out_lacks "2025-12-"
run 0 "$TRACK_TOKENS" report --since 2027-01-01 --format html
out_has "No data found"
run 64 "$TRACK_TOKENS" report --format html --budget much
err_has "--budget: 'much' is not an amount of dollars such as 200"
run 64 "$TRACK_TOKENS" report trends --format html

# The team's page.
run 0 "$IMPORT_TOKENS" --repository '<script>app' --db sqlite:t.db
run 0 "$IMPORT_TOKENS" report --repository '<script>app' --db sqlite:t.db --format html
out_has '<title>Claude usage: &lt;script&gt;app</title>'
out_has '<figcaption>Cost per day</figcaption>'
out_has '&lt;script&gt;window.pwned=1&lt;/script&gt;'
check "it has one script" is "$(grep -o '<script>' out | wc -l)" 1

run 0 "$IMPORT_TOKENS" report --repository '<script>app' --db sqlite:t.db --format badge
check "a badge says the cost" grep -qE '<title>Claude usage: [$][0-9.]+–[$][0-9.]+</title>' out
out_lacks script

# --- a browser ------------------------------------------------------------------------------------------
chromium=$(command -v chromium || command -v chromium-browser || command -v google-chrome) || chromium=
if [ -z "$chromium" ] || ! command -v npm >/dev/null; then
	ok "a browser shows it # SKIP no Chromium: it is in Debian's package chromium"
elif ! mkdir browser || ! timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts \
	--prefix browser puppeteer-core@24 axe-core@4 >/dev/null 2>&1; then
	ok "a browser shows it # SKIP npm does not fetch puppeteer-core and axe-core"
else
	shots=${SCREENSHOTS:-$PWD}
	NODE_PATH=$PWD/browser/node_modules timeout 180 node "$TESTS_DIR/browser/page.js" \
		"$chromium" page.html "$shots" >seen 2>&1
	check "the browser came to an end" grep -q 'ok it prints' seen
	while read -r line; do
		case $line in "ok "*) ok "${line#ok }" ;; *) echo "$line" >why; not_ok "${line#not ok }" why ;; esac
	done <seen
fi
finish
