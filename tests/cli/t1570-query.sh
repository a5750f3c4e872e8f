#!/bin/sh
# SPDX-License-Identifier: MIT
# The usage index in SQL: it reads, never writes, and its sums are those of the reports.
. "$(dirname "$0")/harness.sh"
export TRACK_TOKENS_NOW=2026-01-12T12:00:00Z
projects=$HOME/.claude/projects/p
mkdir -p "$projects"

is() { [ "$1" = "$2" ] || { echo "# $1"; return 1; }; }
# answer <session> <id> <day> <input> <output> <cache read> <cache written> [branch]
answer() {
	printf '{"type":"assistant","message":{"id":"%s","model":"claude-opus-4-5","usage":{"input_tokens":%s,"output_tokens":%s,"cache_read_input_tokens":%s,"cache_creation_input_tokens":%s}},"timestamp":"%sT10:00:00Z","uuid":"%s","sessionId":"%s","cwd":"%s","gitBranch":"%s"}\n' \
		"$2" "$4" "$5" "$6" "$7" "$3" "$2" "$1" "$PWD" "${8-main}" >>"$projects/$1.jsonl"
}
query() { run 0 "$TRACK_TOKENS" query --no-sync "$@"; }

run 66 "$TRACK_TOKENS" query --no-sync 'select 1'
err_has "nothing is known yet: 'track-tokens sync'"

repo app
answer 95380911-1111-4111-8111-111111111111 msg_1 2026-01-10 1000 100 50000 30
answer 95380911-1111-4111-8111-111111111111 msg_2 2026-01-12 2000 200 60000 0
answer 95380922-2222-4222-8222-222222222222 msg_3 2026-01-12 10 20 0 700

# --- formats ---------------------------------------------------------------------------
run 0 "$TRACK_TOKENS" query 'select day, sum(input) as tokens, null as none from usage group by day'
check "new transcripts are read first; a table has titles, text left, numbers right" \
	is "$(sed 's/  */ /g; s/ $//' out)" " day tokens none
 2026-01-10 1000
 2026-01-12 2010"
query 'select 1 where 0'
check "no rows are said to be none" is "$(cat out)" "No rows."
query -f csv "select day, 'a,\"b' as q, '=1+1' as f, null as n, 0.25 as r from usage limit 1"
check "CSV is quoted, formulas are disarmed, NULL is empty" is "$(tr -d '\r' <out)" \
	"day,q,f,n,r
2026-01-10,\"a,\"\"b\",\"'=1+1\",,0.25"
query --json "select input, 0.25 as r, 9e999 as big, null as n, x'00ff' as b, 'é\"' as t from usage limit 1"
check "JSON keeps what is a number, a text and nothing" is "$(cat out)" \
	'{"version":1,"columns":["input","r","big","n","b","t"],"rows":[[1000,0.25,null,null,"00FF","é\""]]}'
query --json 'select 1 where 0'
check "JSON of no rows has their columns" is "$(cat out)" '{"version":1,"columns":["1"],"rows":[]}'
query "select char(27) || '[31mred' as \"a$(printf '\033')b\""
check "a terminal is not given what it would act upon" sh -c \
	"! LC_ALL=C grep -q '$(printf '\033')' out"
run 0 sh -c "'$TRACK_TOKENS' query --no-sync -f csv 'with recursive n(i) as (select 1 union all select i + 1 from n where i < 300000) select i from n' | tail -n 1 | tr -d '\r'"
check "many rows" is "$(cat out)" 300000

# --- what is promised ------------------------------------------------------------------
columns() {
	query --json "pragma table_info($1)"
	check "the columns of $1 are as the manual has them" is \
		"$(jq -r '[.rows[][1]] | join(",")' out)" "$2"
}
columns usage key,session,repository,directory,branch,branch_reason,day,time,model,price_class,kind,input,output,cache_read,cache_write_5m,cache_write_1h,web_searches
columns usage_entries session,repository,common_dir,branch,day,model,price_class,kind,requests,input,output,cache_read,cache_write_5m,cache_write_1h,web_searches,reported_cost_nano_usd
columns sessions id,project_path,started_at,ended_at,total_input_tokens,total_output_tokens,total_cache_creation_tokens,total_cache_read_tokens,total_cost_usd,api_duration_ms,total_duration_ms,lines_added,lines_removed,web_search_requests
columns conversations id,session_id,conversation_index,started_at,ended_at,input_tokens,output_tokens,cache_creation_tokens,cache_read_tokens,cost_usd
columns session_snapshots id,session_id,project_path,timestamp,raw_data,input_tokens,output_tokens,cache_creation_tokens,cache_read_tokens,cost_usd

for view in usage usage_entries sessions conversations session_snapshots; do
	query "select * from $view"
	check "$view can be shown whole" test -s out
done

# --- SQL, JSON, CSV and text agree -----------------------------------------------------
run 0 "$TRACK_TOKENS" report daily 0 --no-sync --json
total=$(jq -c '.total.usage | [.input, .output, .cache_read, .cache_write_5m + .cache_write_1h]' out)
check "the report has what was used" is "$total" '[3010,320,110000,730]'
run 0 "$TRACK_TOKENS" report daily 0 --no-sync --format csv
mv out daily.csv
check "its CSV adds up to its total" is "$(tr -d '\r' <daily.csv | awk -F, '
	NR == 1 { for (c = 1; c <= NF; c++) at[$c] = c; next }
	{ i += $at["input"]; o += $at["output"]; r += $at["cache_read"]
	  w += $at["cache_write_5m"] + $at["cache_write_1h"] }
	END { printf "[%d,%d,%d,%d]", i, o, r, w }')" "$total"
run 0 "$TRACK_TOKENS" report daily 0 --no-sync
check "its text has the sums" grep -Eq '^ *Total .*3,010 +320' out
sums() { # VIEW INPUT OUTPUT READ WRITTEN
	query --json "select sum($2), sum($3), sum($4), sum($5) from $1"
	check "$1 adds up to the report's total" is "$(jq -c '.rows[0]' out)" "$total"
}
sums usage input output cache_read 'cache_write_5m + cache_write_1h'
sums usage_entries input output cache_read 'cache_write_5m + cache_write_1h'
sums sessions total_input_tokens total_output_tokens total_cache_read_tokens total_cache_creation_tokens
sums conversations input_tokens output_tokens cache_read_tokens cache_creation_tokens

# --- it only reads ----------------------------------------------------------------------
state=$HOME/.local/state/track-tokens
before=$(cksum <"$state/usage.db")
for sql in 'delete from responses' 'drop view usage' 'create table t(a)' 'vacuum' \
	'create temp table t(a)' "attach '$PWD/other.db' as o" 'pragma user_version = 9' 'begin' \
	"vacuum into '$PWD/other.db'" 'update entries set input = 0' 'pragma journal_mode = delete'; do
	run 64 "$TRACK_TOKENS" query --no-sync "$sql"
	err_has "a query can only read"
done
check "nothing was written" is "$(cksum <"$state/usage.db")" "$before"
check "nor anything beside it" test ! -e other.db

# --- mistakes ---------------------------------------------------------------------------
run 64 "$TRACK_TOKENS" query --no-sync 'select inptu from usage'
err_has "no such column: inptu"
case $(sqlite3 --version) in
3.[0-9].* | 3.[12][0-9].* | 3.3[0-7].*) ;; # do not tell the place
*) err_has "no such column: inptu, at character 8: 'inptu from usage'" ;;
esac
err_has "'track-tokens query --help' shows what there is"
run 64 "$TRACK_TOKENS" query --no-sync 'select 1; delete from responses'
err_has "one query at a time: 'delete from responses' is too much"
run 64 "$TRACK_TOKENS" query --no-sync ' -- nothing'
err_has "there is no query in ' -- nothing'"
run 64 "$TRACK_TOKENS" query
err_has "one query, in quotes"
query 'select 1 as one;'
check "a semicolon at the end is none too many" is "$(tr -d ' ' <out)" "one
1"
finish
