#!/bin/sh
# The job summary, as GitHub's renderer sees it: hostile branch names, notes,
# models and file names stay inside their cells.
. "$(dirname "$0")/harness.sh"

command -v cmark-gfm >/dev/null || { echo "1..0 # SKIP no cmark-gfm"; exit 0; }

# render <markdown> <html>: tables as on GitHub, HTML passed through as it is,
# so that whatever would get out of a cell is seen.
render() { cmark-gfm --unsafe -e table -e autolink -e strikethrough -e tagfilter "$1" >"$2"; }

# Every row of a table has as many cells as its head.
row_shapes() {
	awk '/<table>/ { head = 0 }
	/<tr>/ { cells = 0 }
	/<t[hd][ >]/ { cells++ }
	/<\/tr>/ { if (!head) head = cells; else if (cells != head) { print NR ": " cells " cells, not " head; bad = 1 } }
	END { exit bad }' "$1"
}

# Outside of code there is nothing but our own words and tags.
outside_code() {
	sed 's|<code>[^<]*</code>||g; s|^<pre lang="mermaid"><code>||; s|^</code></pre>$||' "$1" |
		sed -E 's!</?(h3|p|ul|li|strong|table|thead|tbody|tr|th|td|details|summary)( align="right")?>!!g' |
		grep -nE '<|@|octocat|javascript|onerror|pwned|https?:|\[x\]'
}

check_page() { # <markdown> <what>
	render "$1" html
	row_shapes html >why && ok "$2: every row is whole" || not_ok "$2: rows" why
	outside_code html >why && not_ok "$2: nothing gets out" why || ok "$2: nothing gets out"
	[ "$(grep -c '^<details>$' html)" -eq "$(grep -c '^</details>$' html)" ] &&
		ok "$2: every list closes" || not_ok "$2: lists" html
}

git init -q -b main repo && cd repo || exit 99
git config user.email dev@example.com
git commit -q --allow-empty -m start

# --- names that git allows, through the whole path -----------------------------
long=$(printf 'x%.0s' $(seq 200))
names=0
while IFS= read -r name; do
	names=$((names + 1))
	run 0 "$TRACK_TOKENS" add --branch "$name" -m "$name" "$((names * 1000))"
done <<END
feat|\`b\`<img\$(id)src=x>@octocat";\$(id)
\`\`\`
|||
a|b\\|c\\\\|d
</td></tr></table><script>alert(1)</script>
<!--comment
[x](javascript:1)
https://evil.example/@octocat
**bold**_it_~~gone~~
&lt;img&gt;&#64;octocat
\$x\$\$y\$
日本語|ブランチ
$long
$long|end
END
run 0 "$IMPORT_TOKENS" --db sqlite:tokens.db --summary summary.md temp
check_page summary.md "names that git allows"
grep -q '<td><code>&lt;/td&gt;&lt;/tr&gt;&lt;/table&gt;' html &&
	ok "a name with tags is shown as text" || not_ok "tags" html
grep -q '<td><code>||| *</code></td>' html && ok "bars are part of the name" || not_ok "bars" html
total=$((names * (names + 1) / 2 * 1000))
grouped=$(printf '%s' "$total" | sed -E ':a; s/([0-9])([0-9]{3})($|,)/\1,\2\3/; ta')
grep -q "<strong>.*</strong>, $grouped tokens in $names sessions" html &&
	ok "the figures are what was typed" || not_ok "figures ($grouped)" html

# --- what only a forged export can hold ------------------------------------------
mkdir -p forged
cat >'forged/a|b`c.json' <<'END'
{"export_metadata":{"export_version":"2.0","exported_at":"2026-01-01T00:00:00Z","exported_by":null,
"repository":null,"branch":"x","commit":null,"tool_version":"0"},"token_data":{"branch":"x","total_tokens":-1,"sessions":[]}}
END
cat >forged/b.json <<'END'
{"export_metadata":{"export_version":"2.0","exported_at":"2026-01-01T00:00:00Z","exported_by":null,
"repository":null,"branch":"a\nb|\u202e`@octocat`\u001b[31m","commit":null,"tool_version":"0"},
"token_data":{"branch":"a\nb|\u202e`@octocat`\u001b[31m","total_tokens":7,"sessions":[
{"id":"8f14e45f-ceea-467f-a0e6-1f2e3d4c5b6a","revision":1,"kind":"manual","source":"manual","timestamp":"2026-01-01T00:00:00Z","day":"2026-01-01","tokens":7,"usage":{"input":0,"output":0,"cache_read":0,"cache_write_5m":0,"cache_write_1h":0,"unsplit":7},"requests":0,"web_searches":0,"model":"m|`\n<img src=x onerror=pwned>","price_class":"standard","session_id":null,"last_activity":null,"cost_nano_usd":null,"notes":"one\n\n| two | three |\r\n| --- |\n<details>\n# @octocat\u2028\u0007","commit":null,"author":null,"host":null,"void":false}
]}}
END
printf '<img src=x onerror=pwned>|`' >'forged/@octocat`|<img src=x>.json'
"$IMPORT_TOKENS" --db sqlite:forged.db --summary forged.md forged >out 2>err
[ -s forged.md ] && ok "a summary is written" || not_ok "no summary" err
check_page forged.md "forged exports"
LC_ALL=C grep -n "$(printf '[\001-\010\013-\037\177]')" forged.md >why && not_ok "control bytes" why ||
	ok "no control byte in the summary"
finish
