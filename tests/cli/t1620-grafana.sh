#!/bin/sh
# SPDX-License-Identifier: MIT
# The Grafana dashboard: each query runs against the real PostgreSQL, and tells what was imported.
. "$(dirname "$0")/harness.sh"
. "$TESTS_DIR/support/store_test.sh"
board=$SOURCE_DIR/token_metrics/grafana/claude-usage.json
is() { [ "$1" = "$2" ] || { echo "# $1"; return 1; }; }

repo work
run 0 "$TRACK_TOKENS" add 45000 "first"
run 0 "$TRACK_TOKENS" add 1000 500 --model claude-opus-4-5 --branch "it's \"quoted\""
run 0 "$TRACK_TOKENS" add 700 30 --model claude-opus-4-5
"$TRACK_TOKENS" -q add 54161 "Token usage: 54161/200000" >/dev/null 2>&1
fresh
run 0 "$IMPORT_TOKENS" --repository github.com/acme/app --db "$URL"
total=$(sql "SELECT sum(tokens) FROM v1_branches")

check "it is JSON" jq -e .panels "$board"
check "each panel has a number and a place of its own" jq -e \
	'([.panels[].id] | length == (unique | length)) and ([.panels[].gridPos | [.x, .y]] | length == (unique | length))' "$board"
check "it holds on to no data source of ours" jq -e \
	'[.. | .datasource? | objects | .uid] | unique == ["${DS_TRACK_TOKENS}"]' "$board"

# as_grafana <SQL>: what Grafana makes of it before it is sent
as_grafana() {
	printf '%s\n' "$1" | sed -e "s/\${repository:sqlstring}/'github.com\/acme\/app'/g" \
		-e "s/\${branch:sqlstring}/'main','it''s \"quoted\"'/g" \
		-e "s/\$__timeFilter(\([a-z_]*\))/\1 BETWEEN '2025-12-01T00:00:00Z' AND '2026-02-01T00:00:00Z'/g"
}
# ask <SQL>: what it answers, in ./out, with a header
ask() { psql -X -q -A --csv -v ON_ERROR_STOP=1 -c "$(as_grafana "$1")" "$URL" >out 2>err; }

count=$(jq '[.panels[].targets[]] | length' "$board")
check "every panel asks for something" test "$count" -ge 10
i=0
while [ $i -lt "$count" ]; do
	target=$(jq -c "[.panels[] | .title as \$t | .targets[] | {title: \$t, rawSql, format}][$i]" "$board")
	title=$(printf '%s' "$target" | jq -r .title)
	query=$(printf '%s' "$target" | jq -r .rawSql)
	if ask "$query"; then ok "$title: the query runs"; else not_ok "$title: the query fails" err; fi
	case $title in Captured\ cost\ per*) least=1 ;; *) least=2 ;; esac
	check "$title: it has rows" test "$(wc -l <out)" -ge $least
	if [ "$(printf '%s' "$target" | jq -r .format)" = time_series ]; then
		check "$title: time is its first column" is "$(head -n 1 out | cut -d, -f1)" time
		check "$title: in ascending order" sh -c 'sed 1d out | cut -d, -f1 | sort -c'
	fi
	i=$((i + 1))
done
i=0
while [ $i -lt "$(jq '.templating.list | length' "$board")" ]; do
	query=$(jq -r ".templating.list[$i].query" "$board")
	if ask "$query"; then ok "the variable's query runs"; else not_ok "the variable's query fails" err; fi
	check "it has rows" test "$(wc -l <out)" -ge 2
	i=$((i + 1))
done

# The figures are those of the stable views.
sum_of() { # TITLE COLUMN
	ask "$(jq -r --arg t "$1" '.panels[] | select(.title == $t) | .targets[0].rawSql' "$board")"
	# shellcheck disable=SC2016 # Perl's
	perl -ne 'next if $. == 1; chomp; s/"(?:[^"]|"")*"/x/g; @f = split /,/, $_, -1; $s += $f['"$2"']; END { print $s }' out
}
check "Tokens" is "$(sum_of Tokens 0)" "$total"
check "Tokens per day, by model" is "$(sum_of 'Tokens per day, by model' 2)" "$total"
check "Branches in use" is "$(sum_of 'Branches in use' 0)" 2
check "Branches" is "$(sum_of Branches 2)" "$total"
finish
