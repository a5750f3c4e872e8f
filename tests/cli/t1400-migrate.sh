#!/bin/sh
# SPDX-License-Identifier: MIT
# Moving in from the earlier trackers: every format, each token once.
. "$(dirname "$0")/harness.sh"
old=$FIXTURES_DIR/earlier
state=$HOME/.local/state/track-tokens

# index_sql <query>: about the events of the usage index
index_sql() { sqlite3 "$state/usage.db" "$1" 2>/dev/null; }
all_kinds='input+output+cache_read+cache_write_5m+cache_write_1h+unsplit'
event_tokens() { index_sql "SELECT sum($all_kinds) FROM events WHERE NOT void"; }
ledger_tokens() { "$TRACK_TOKENS" show --all --json | jq .total.tokens; }
is() { [ "$1" = "$2" ] || { echo "it is '$1', not '$2'"; return 1; }; }
# start <name>: another user, with a repository
start() {
	cd "$scratch" || exit 99
	export HOME="$scratch/home-$1"
	mkdir "$HOME"
	state=$HOME/.local/state/track-tokens
	repo "repo-$1"
}

# --- every format at once --------------------------------------------------------

start all
mkdir old
cp "$old"/*.json "$old"/*.log "$old"/*.csv "$old"/tokens.db old
run 3 "$TRACK_TOKENS" migrate --dry-run old/*
golden migrate-dry-run.txt
check "a dry run changes nothing" test ! -e "$state" -a ! -e token_metrics
run 3 "$TRACK_TOKENS" migrate old/*
sed "s|$scratch|/scratch|" out >shown && mv shown out
golden migrate.txt
check "what knows no branch is in the index" is "$(event_tokens)" 306937
check "what knows its branch is in the ledgers" is "$(ledger_tokens)" 88208
check "what is estimated stays apart" is \
	"$(index_sql "SELECT sum(input+output) FROM events WHERE kind=2 AND NOT void")" 180
check "a split that nobody knows stays unknown" is \
	"$(index_sql "SELECT sum(unsplit) FROM events WHERE NOT void")" 100750
check "a turn keeps its time" is "$(index_sql "SELECT datetime(time/1000, 'unixepoch') FROM events
	WHERE input=60 AND cache_read=10000")" "2025-08-05 08:10:00"
for file in old/*; do cmp -s "$file" "$old/${file#old/}" || echo "$file"; done >changed
check "the files are as they were" test ! -s changed
check "a copy of each was made first" is "$(find "$state/migrated" -type f | wc -l)" 19
check "a copy is the file" cmp "$state/migrated/20260102_030405-tokens.db" old/tokens.db
check "only the user reads the copies" is "$(stat -c %a "$state/migrated" "$state"/migrated/* | sort -u | tr '\n' ' ')" "600 700 "
run 1 grep -r -e secret -e dev@example.com "$state/migrated"

run 3 "$TRACK_TOKENS" migrate old/*
out_has 'Nothing new to move in'
check "twice is once in the index" is "$(event_tokens)" 306937
check "twice is once in the ledgers" is "$(ledger_tokens)" 88208
check "nothing is copied again" is "$(find "$state/migrated" -type f | wc -l)" 19
run 0 "$TRACK_TOKENS" migrate --status --json old/token_usage.json old/tokens.csv old/claude-usage-cache.json
check "the status as JSON" jq -e '.mode == "status" and .tokens == 0 and
	[.files[].state] == ["taken", "taken", "refused"] and .files[1].skipped ==
	[{"why": "in another file too", "count": 2}]' out
check "the index is sound" "$TRACK_TOKENS" sync

# --- in any order ------------------------------------------------------------------

start reverse
# shellcheck disable=SC2046 # names without spaces
for file in $(printf '%s\n' "$old"/*.json "$old"/*.log "$old"/*.csv "$old"/tokens.db | sort -r); do
	"$TRACK_TOKENS" migrate "$file"
done >/dev/null 2>&1
check "one by one, backwards: the same in the index" is "$(event_tokens)" 306937
check "one by one, backwards: the same in the ledgers" is "$(ledger_tokens)" 88208

start corrected
run 0 "$TRACK_TOKENS" migrate "$old/usage-tracking-2.0.json"
out_has '2 entries, 32,050 tokens; input and output unknown of 20,000'
run 0 "$TRACK_TOKENS" migrate "$old/token-usage.log"
out_has 'Moved in before, and told better by these files: -9,050 tokens'
out_has 'Moved in: 3 entries, 0 tokens, from 1 file'
check "logs win, and the state keeps the rest" is "$(event_tokens)" 32050
rm -r "$state/migrated"
run 0 "$TRACK_TOKENS" migrate "$old/usage-tracking-2.0.json"
check "what was moved in is remembered without its copy" is "$(event_tokens)" 32050

# --- encodings and zones -------------------------------------------------------------

start text
sed 's/$/\r/' "$old/token-usage.log" | iconv -t UTF-16LE >le.log
{ printf '\377\376'; iconv -t UTF-16LE "$old/token-usage.log"; } >mark.log
iconv -t UTF-16BE "$old/token_usage.json" >be.json
{ printf '\357\273\277'; cat "$old/tokens.csv"; } >mark.csv
run 0 "$TRACK_TOKENS" migrate le.log be.json mark.csv
out_has 'Moved in: 6 entries, 117,057 tokens, from 3 files'
run 0 "$TRACK_TOKENS" migrate mark.log "$old/token_usage.json" "$old/tokens.csv"
out_has 'Nothing new to move in'

start zone
TZ=Asia/Seoul "$TRACK_TOKENS" migrate "$old/claude_usage.log" >out 2>&1
check "times without a zone are local" is \
	"$(index_sql "SELECT datetime(min(time)/1000, 'unixepoch') FROM events")" "2025-08-25 17:40:00"
run 0 env TZ=America/New_York "$TRACK_TOKENS" migrate "$old/claude_usage.log"
out_has 'Nothing new to move in'

# --- what is refused -------------------------------------------------------------------

start refused
head -c 100 "$old/token_usage.json" >cut.json
echo hello >unknown.txt
cp cut.json before
run 65 "$TRACK_TOKENS" migrate cut.json
out_has 'refused: line 2, column 56: the text ends too early'
err_has 'nothing was moved in: the file was refused'
run 3 "$TRACK_TOKENS" migrate cut.json unknown.txt missing.json "$old/token_usage.json"
out_has 'refused: no earlier tracker wrote this'
out_has "refused: 'missing.json' does not exist"
out_has 'Moved in: 1 entry, 75,000 tokens, from 1 file'
check "a damaged file stays" cmp cut.json before
cd "$scratch" || exit 99
run 3 "$TRACK_TOKENS" migrate "$old/tokens.csv" "$old/token_update_request.json"
out_has "refused: branch 'feature/x': run this inside its repository"
out_has 'Moved in: 1 entry, 1,500 tokens, from 1 file'

# --- where they were kept ----------------------------------------------------------------

start places
run 0 "$TRACK_TOKENS" migrate
out_is 'No file of an earlier tracker was found'
run 0 "$TRACK_TOKENS" migrate --json
check "nothing found, as JSON" jq -e '.files == [] and .entries == 0' out
mkdir -p token_metrics/local_tracking temp data sub "$HOME/.claude/backups"
cp "$old"/tokens_feature_x.json "$old"/tokens_feature_x_archived_20251105_100000.json token_metrics/local_tracking
sed 's|feature/x|main|' "$old/tokens_feature_x.json" >token_metrics/local_tracking/tokens_main.json
cp "$old/claude_local_20251105_100000.json" "$old/tokens_feature_x_20251105_001139.json" temp
echo '{"not":"ours"}' >temp/other.json
cp "$old/tokens.db" data
cp "$old/token_usage.json" sub
cp "$old/token_update_request.json" .
cp "$old/usage-tracking-2.0.json" "$HOME/.claude/usage-tracking.json"
cp "$old/usage-tracking-v1.json" "$HOME/.claude/backups/local_20250906_101112.json"
cp "$old/token-usage.log" "$old/hook-tracking.log" "$HOME/.claude"
cp "$old/claude.json" "$HOME/.claude.json"
cd sub || exit 99
run 0 "$TRACK_TOKENS" migrate --status
sed "s|$scratch|/scratch|" out >shown && mv shown out
golden migrate-status.txt
run 0 "$TRACK_TOKENS" migrate
out_has 'now called tokens_feature_x.json.v1, so that it is not counted beside the ledger'
cd ..
check "the index after looking around" is "$(event_tokens)" 226104
check "the ledgers after looking around" is "$(ledger_tokens)" 88161
check "old ledgers are not counted beside the present ones" is "$(ls token_metrics/local_tracking | tr '\n' ' ')" \
	'tokens_feature%2Fx.json tokens_feature%2Fx.json.lock tokens_feature_x.json.v1 tokens_feature_x_archived_20251105_100000.json.v1 tokens_main.json tokens_main.json.lock tokens_main.json.v1 '
check "a ledger in its own place is of the present format" jq -e '.format_version == 2' token_metrics/local_tracking/tokens_main.json
run 0 "$TRACK_TOKENS" migrate
out_has 'Nothing new to move in'
check "the index is as it was" is "$(event_tokens)" 226104
run 0 "$TRACK_TOKENS" show feature/x
out_has '87,161'

# --- sessions that transcripts tell --------------------------------------------------------

start known
mkdir -p "$HOME/.claude/projects/p"
printf '%s\n' '{"type":"assistant","message":{"id":"msg_1","model":"claude-opus-5","usage":{"input_tokens":100,"output_tokens":50}},"timestamp":"2025-08-05T08:00:00Z","uuid":"u1","sessionId":"5e550001","cwd":"/p"}' >"$HOME/.claude/projects/p/5e550001.jsonl"
run 0 "$TRACK_TOKENS" migrate "$old/tokens.db" "$old/claude-usage-export.json"
out_has '2 left out: known from transcripts'
out_has 'Moved in: 1 entry, 33 tokens, from 1 file'
start late
run 0 "$TRACK_TOKENS" migrate "$old/tokens.db"
check "a session that no transcript tells counts" is "$(event_tokens)" 32150
mkdir -p "$HOME/.claude/projects/p"
cp "$scratch/home-known/.claude/projects/p/5e550001.jsonl" "$HOME/.claude/projects/p"
run 0 "$TRACK_TOKENS" migrate "$old/tokens.db"
check "once one does, it counts no more" is "$(event_tokens)" ''
out_has '-32,150 tokens'

# --- sums of a ledger -------------------------------------------------------------------------

start sums
run 0 "$TRACK_TOKENS" migrate "$old/claude_local_20251105_100000.json"
check "a sum counts while its ledger is missing" is "$(ledger_tokens)" 86161
run 0 "$TRACK_TOKENS" migrate "$old/tokens_feature_x_archived_20251105_100000.json"
check "the ledger takes its place" is "$(ledger_tokens)" 86161
run 0 "$TRACK_TOKENS" migrate "$old/claude_local_20251105_100000.json"
check "and keeps it" is "$(ledger_tokens)" 86161

# --- the same session in other words ----------------------------------------------------------

start twins
printf '%s\r\n' timestamp,branch,tokens,estimated_cost,notes '2025-11-05 00:11:39,main,5,0.1,n' \
	'2025-11-05 00:11:39,main,5,0.1,n' '2025-11-05 00:11:40,main,5,0.1,other' >twice.csv
run 0 "$TRACK_TOKENS" migrate twice.csv
out_has '3 entries, 15 tokens'
echo '{"branch":"main","sessions":[{"timestamp":"2025-11-05T00:11:39.999","tokens":5,"notes":"n"},
	{"timestamp":"2025-11-05T00:11:39.999","tokens":5,"notes":"n"},
	{"timestamp":"2025-11-05T00:11:39.999","tokens":5,"notes":"n"}]}' >thrice.json
run 0 "$TRACK_TOKENS" migrate thrice.json
out_has 'Moved in: 1 entry, 5 tokens, from 1 file'
out_has '2 left out: in another file too'
# What the tracker took from a conversation it wrote down twice.
echo '{"branch":"auto","sessions":[{"timestamp":"2025-11-05T00:11:39.999","tokens":11,"notes":"n"}]}' >auto.json
direct() {
	printf '{"timestamp":"%s","git_branch":"auto","model_name":"m","prompt_tokens":%s,' "$1" "$2"
	printf '"completion_tokens":%s,"source":"%s","notes":"n"}' "$3" "$4"
}
direct 2025-11-05T00:11:40.001 8 3 auto-tracked >same.json
direct 2025-11-05T00:11:40.002 8 3 local-claude-code >split.json
direct 2025-11-05T00:11:43.001 8 3 manual-entry >later.json
run 0 "$TRACK_TOKENS" migrate same.json auto.json split.json later.json
out_has 'Moved in: 3 entries, 33 tokens, from 3 files'
check "a split that was made up is none" is "$("$TRACK_TOKENS" show auto --json | jq -c .total.usage.unsplit)" 22
finish
