#!/bin/sh
# SPDX-License-Identifier: MIT
# The chart of the job summary: the figures of its table, as mermaid itself reads them.
. "$(dirname "$0")/harness.sh"
is() { [ "$1" = "$2" ] || { echo "# $1"; return 1; }; }

repo app
chart() { sed -n '/^```mermaid$/,/^```$/p' out; }

run 0 "$TRACK_TOKENS" -q add 1000 500 --model claude-opus-4-5
run 0 "$IMPORT_TOKENS" --repository github.com/acme/app --db sqlite:t.db
run 0 "$IMPORT_TOKENS" report --repository github.com/acme/app --db sqlite:t.db --format markdown
check "one day is no chart" is "$(chart)" ""

# at <day> <command...>
at() { day=$1; shift; run 0 env TRACK_TOKENS_NOW="${day}T10:00:00Z" "$@"; }
at 2025-12-30 "$TRACK_TOKENS" -q add 4000 100 --model claude-opus-4-5
at 2025-12-31 "$TRACK_TOKENS" -q add 7 1 --model claude-haiku-4-5
at 2025-12-04 "$TRACK_TOKENS" -q add 45000
at 2025-12-03 "$TRACK_TOKENS" -q add 46000
at 2025-11-01 "$TRACK_TOKENS" -q add 9000000 --branch '```<script>'
run 0 "$IMPORT_TOKENS" --repository github.com/acme/app --db sqlite:t.db
run 0 "$IMPORT_TOKENS" report --repository github.com/acme/app --db sqlite:t.db --format markdown
cp out page.md
check "at most one chart" is "$(grep -c '^```mermaid$' out)" 1
check "it is behind a line to click on" sh -c "sed -n '/^<details>/,/^<\\/details>/p' page.md | grep -q '^\`\`\`mermaid\$'"
check "its days are the last 30, with those between" is \
	"$(chart | sed -n 's/^ *x-axis \[\(.*\)\]$/\1/p' | tr -d '" ' | tr ',' '\n' | sed -n '1p;2p;$p' | tr '\n' ' ')" \
	"12-04 12-05 01-02 "
chart | sed -n 's/^ *bar \[\(.*\)\]$/\1/p' | tr -d ' ' | tr ',' '\n' | grep -v '^0\.000000$' | sort >bars
sed -n 's/^| 20[0-9-]* | \([0-9]*\.[0-9]\{6\}\) |$/\1/p' page.md | sort >cells
check "the table has its figures" is "$(cat cells)" "$(cat bars)"
check "four of them" is "$(wc -l <bars)" 4

if ! command -v npm >/dev/null || ! mkdir npm || ! timeout 200 npm install --silent --no-audit \
	--no-fund --ignore-scripts --prefix npm mermaid@11 jsdom >/dev/null 2>&1; then
	ok "mermaid parses it # SKIP npm does not fetch mermaid"
else
	run 0 timeout 60 node "$TESTS_DIR/browser/mermaid.mjs" npm/node_modules page.md
	out_has "1 charts"
	sed 's/^    bar \[/    bar {/' page.md >broken.md
	run 1 timeout 60 node "$TESTS_DIR/browser/mermaid.mjs" npm/node_modules broken.md
fi
finish
