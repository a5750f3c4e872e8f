#!/bin/sh
# SPDX-License-Identifier: MIT
# Transcripts as they are found in the wild, one oddity a session: what sync makes
# of each was reckoned by hand.
. "$(dirname "$0")/harness.sh"
export TRACK_TOKENS_NOW=2026-11-20T12:00:00Z
repo work
projects=$HOME/.claude/projects
mkdir -p "$projects/p"
: >expected

# begin <what> <row>...: the next case.  Each row is model, input, output, cache read, 5m, 1h,
# requests, searches and cost in nano-dollars, as the ledger must have it.
begin() {
	serial=$((${serial:-100} + 1))
	session=00000000-0000-4000-8000-000000000$serial
	file=$projects/p/$session.jsonl
	what=$1
	shift
	echo "$session $what" >>names
	for row; do echo "$session $row" >>expected; done
}
# a <usage> [<more members>] [<model>]: a line of an answer; id and n are its message.id and uuid
id=1
a() {
	printf '{"type":"assistant","message":{"id":"msg_%s_%s","model":"%s","role":"assistant","content":[],' \
		"$serial" "$id" "${3-claude-opus-5-5}"
	printf '"usage":{%s}},"requestId":"req_%s_%s","timestamp":"2026-11-10T10:00:00.000Z",' \
		"$1" "$serial" "$id"
	printf '"uuid":"u-%s-%s","sessionId":"%s","cwd":"%s","gitBranch":"main","version":"2.1.330"%s}\n' \
		"$serial" "$id" "$session" "$PWD" "${2:+,$2}"
}
some='"input_tokens":100,"output_tokens":50'
is_some='claude-opus-5-5 100 50 0 0 0 1 0 1400000'

# --- how an answer is told ---------------------------------------------------------
begin "one line" "$is_some"
a "$some" >"$file"
begin "counters that grow" "$is_some"
{ a '"input_tokens":100,"output_tokens":1'; a '"input_tokens":100,"output_tokens":20'; a "$some"; } >"$file"
begin "a last line with the first counters" "$is_some"
{ a '"input_tokens":100,"output_tokens":1'; a "$some"; a '"input_tokens":100,"output_tokens":1'; } >"$file"
begin "no requestId, in two lines" "$is_some"
{ a "$some"; a "$some"; } | sed 's/"requestId":"[^"]*",//' >"$file"
begin "no message.id: the requestId" "$is_some"
{ a "$some"; a "$some"; } | sed 's/"id":"[^"]*",//' >"$file"
begin "neither: the uuid" "$is_some"
{ a "$some"; a "$some"; } | sed 's/"id":"[^"]*",//; s/"requestId":"[^"]*",//' >"$file"
begin "nothing to know it by: not counted"
a "$some" | sed 's/"id":"[^"]*",//; s/"requestId":"[^"]*",//; s/"uuid":"[^"]*",//' >"$file"
begin "replayed for a side question, as another request" "$is_some"
a "$some" >"$file"
mkdir -p "$projects/p/$session/subagents"
a "$some" '"isSidechain":true' | sed 's/req_/req_again_/' >"$projects/p/$session/subagents/agent-aside.jsonl"
begin "subagents in three places" "claude-opus-5-5 400 200 0 0 0 4 0 5600000"
a "$some" >"$file"
mkdir -p "$projects/p/$session/subagents/workflows/wf_1"
id=2
a "$some" '"isSidechain":true' >"$projects/p/$session/subagents/agent-1.jsonl"
id=3
a "$some" '"isSidechain":true' >"$projects/p/$session/subagents/workflows/wf_1/agent-2.jsonl"
id=4
a "$some" '"isSidechain":true' >"$projects/p/agent-3.jsonl"
id=1
begin "only inside of a progress record" "$is_some"
printf '{"type":"progress","data":{"type":"agent_progress","message":%s},%s}\n' "$(a "$some")" \
	"\"timestamp\":\"2026-11-10T10:00:00Z\",\"sessionId\":\"$session\",\"cwd\":\"$PWD\",\"gitBranch\":\"main\"" >"$file"
begin "the parent of a fork" "$is_some"
a "$some" >"$file"
parent=$session
begin "a fork" "claude-opus-5-5 7 3 0 0 0 1 0 88000"
{
	a "$some" "\"requestSessionId\":\"$parent\"" | sed "s/_${serial}_1/_$((serial - 1))_1/g"
	id=2
	a '"input_tokens":7,"output_tokens":3'
	id=1
} >"$file"
begin "resumed by an old client" "claude-opus-5-5 7 3 0 0 0 1 0 88000"
{
	a "$some" | sed "s/_${serial}_1/_$((serial - 2))_1/g"
	id=2
	a '"input_tokens":7,"output_tokens":3'
	id=1
} >"$file"

# --- nulls, and values nobody knows ---------------------------------------------------
begin "nulls in a tool's input" "$is_some"
a "$some" | sed 's/"content":\[\]/"content":[{"type":"tool_use","input":{"id":null,"model":null,"usage":null}}]/' >"$file"
begin "nulls at the top" "$is_some"
a "$some" '"costUSD":null,"slug":null,"agentId":null,"version":null,"isSidechain":null' >"$file"
begin "speed null, tier null, geo null" "$is_some"
a "$some,\"speed\":null,\"service_tier\":null,\"inference_geo\":null,\"iterations\":null,\"server_tool_use\":null" >"$file"
begin "values of tomorrow" "$is_some"
a "$some,\"speed\":\"turbo\",\"service_tier\":\"gold\",\"inference_geo\":\"moon\",\"wishes\":{\"n\":[1]}" \
	'"version":"next","wishes":[{"usage":{}}]' >"$file"
begin "null counters" "$is_some"
a "$some,\"cache_read_input_tokens\":null,\"cache_creation_input_tokens\":null,\"cache_creation\":null" >"$file"
begin "no model" "- 100 50 0 0 0 1 0 -"
a "$some" | sed 's/"model":"[^"]*"/"model":null/' >"$file"
begin "a model without a price" "claude-quill-7 100 50 0 0 0 1 0 -"
a "$some" '' claude-quill-7 >"$file"
begin "usage that is no object"
{ a "$some"; id=2; a "$some"; id=3; a "$some"; id=1; } |
	sed '1s/"usage":{[^}]*}/"usage":[1,2]/; 2s/"usage":{[^}]*}/"usage":"{}"/; 3s/"usage":{[^}]*}/"usage":null/' >"$file"

# --- counters ---------------------------------------------------------------------------
begin "cache reads and writes" "claude-opus-5-5 100 50 5000 300 0 1 0 3900000"
a "$some,\"cache_read_input_tokens\":5000,\"cache_creation_input_tokens\":300" >"$file"
begin "writes for an hour" "claude-opus-5-5 100 50 0 0 300 1 0 3800000"
a "$some,\"cache_creation_input_tokens\":300,\"cache_creation\":{\"ephemeral_5m_input_tokens\":0,\"ephemeral_1h_input_tokens\":300}" >"$file"
begin "an empty split" "claude-opus-5-5 100 50 0 3000 0 1 0 16400000"
a "$some,\"cache_creation_input_tokens\":3000,\"cache_creation\":{}" >"$file"
begin "a split of zeros" "claude-opus-5-5 100 50 0 3000 0 1 0 16400000"
a "$some,\"cache_creation_input_tokens\":3000,\"cache_creation\":{\"ephemeral_5m_input_tokens\":0,\"ephemeral_1h_input_tokens\":0}" >"$file"
begin "a split without the sum" "claude-opus-5-5 100 50 0 100 200 1 0 3500000"
a "$some,\"cache_creation_input_tokens\":0,\"cache_creation\":{\"ephemeral_5m_input_tokens\":100,\"ephemeral_1h_input_tokens\":200}" >"$file"
begin "whole numbers written as fractions" "$is_some"
a '"input_tokens":100.0,"output_tokens":5e1' >"$file"
begin "counters that cannot be: not counted"
{ a '"input_tokens":-1,"output_tokens":50'; id=2; a '"input_tokens":1.5,"output_tokens":50'; id=3
	a '"input_tokens":"100","output_tokens":50'; id=4; a '"input_tokens":1e30,"output_tokens":50'; id=1; } >"$file"
begin "web searches" "claude-opus-5-5 100 50 0 0 0 1 2 21400000"
a "$some,\"server_tool_use\":{\"web_search_requests\":2,\"web_fetch_requests\":9}" >"$file"
begin "thinking is part of the output" "$is_some"
a "$some,\"output_tokens_details\":{\"thinking_tokens\":40}" >"$file"

# --- prices ---------------------------------------------------------------------------------
begin "fast" "claude-opus-5-5 100 50 0 0 0 1 0 2800000"
a "$some,\"speed\":\"fast\"" >"$file"
begin "in the US" "claude-opus-5-5 100 50 0 0 0 1 0 1540000"
a "$some,\"inference_geo\":\"us\"" >"$file"
begin "batch: the client does not know it" "$is_some"
a "$some,\"service_tier\":\"batch\"" >"$file"
begin "a cost of its own is not believed" "$is_some"
a "$some" '"costUSD":9.99' >"$file"
begin "a prompt of 100,000" "claude-haiku-5-5 1000 10 99000 0 0 1 0 1095000"
a '"input_tokens":1000,"output_tokens":10,"cache_read_input_tokens":99000' '' claude-haiku-5-5 >"$file"
begin "a prompt of 100,001" "claude-haiku-5-5 1001 10 99000 0 0 1 0 5475500"
a '"input_tokens":1001,"output_tokens":10,"cache_read_input_tokens":99000' '' claude-haiku-5-5 >"$file"
begin "cache reads before they became cheaper" "claude-sonnet-5-5 0 0 1000 0 0 1 0 200000"
a '"input_tokens":0,"output_tokens":0,"cache_read_input_tokens":1000' '' claude-sonnet-5-5 |
	sed 's/2026-11-10/2026-10-06/' >"$file"
begin "and after" "claude-sonnet-5-5 0 0 1000 0 0 1 0 100000"
a '"input_tokens":0,"output_tokens":0,"cache_read_input_tokens":1000' '' claude-sonnet-5-5 |
	sed 's/2026-11-10/2026-10-07/' >"$file"
begin "another cloud's name for it" "us.anthropic.claude-sonnet-4-5-20250929-v1:0 100 50 0 0 0 1 0 1050000"
a "$some" '' us.anthropic.claude-sonnet-4-5-20250929-v1:0 >"$file"

# --- calls inside of an answer ----------------------------------------------------------------
top='"type":"message","input_tokens":100,"output_tokens":50'
begin "an advisor" "$is_some" "claude-opus-5 30 4 0 0 0 1 0 250000"
a "$some,\"iterations\":[{$top},{\"type\":\"advisor_message\",\"model\":\"claude-opus-5\",\"input_tokens\":30,\"output_tokens\":4}]" >"$file"
begin "a compaction" "claude-opus-5-5 1100 60 0 0 0 2 0 5600000"
a "$some,\"iterations\":[{\"type\":\"compaction\",\"input_tokens\":1000,\"output_tokens\":10},{$top}]" >"$file"
begin "two parts, each with a short prompt" "claude-haiku-5-5 120000 20 0 0 0 1 0 12010000"
half='{"type":"message","input_tokens":60000,"output_tokens":10}'
a "\"input_tokens\":120000,\"output_tokens\":20,\"iterations\":[$half,$half]" '' claude-haiku-5-5 >"$file"

# --- how the line is written --------------------------------------------------------------------
begin "spaces between everything" "$is_some"
a "$some" | jq -c . | sed 's/":/" : /g; s/,"/ ,	"/g' >"$file"
begin "keys twice: the last one counts" "$is_some"
a "\"input_tokens\":9,\"output_tokens\":9,$some" >"$file"
begin "a byte order mark" "$is_some"
{ printf '\357\273\277'; a "$some"; } >"$file"
begin "CRLF" "$is_some"
{ a "$some"; a "$some"; } | sed 's/$/\r/' >"$file"
begin "no newline at the end" "$is_some"
a "$some" | tr -d '\n' >"$file"
begin "empty lines" "$is_some"
{ echo; a "$some"; echo; echo; } >"$file"
begin "a torn line, and then another one" "$is_some"
{ id=2; a "$some" | cut -c1-300; id=1; a "$some"; } >"$file"
begin "two lines that became one: not counted, but the next" "$is_some"
{ id=2; a "$some" | tr -d '\n' | cut -c1-250 | tr -d '\n'; id=3; a "$some"; id=1; a "$some"; } >"$file"
begin "NUL bytes" "$is_some"
{ head -c 5000 /dev/zero; echo; id=2; a "$some" | tr 2 '\000'; id=1; a "$some"; } >"$file"
begin "escapes in names" "$is_some"
a "$some" | sed 's/opus/\\u006fpus/; s/main/m\\u0061in/' >"$file"
begin "a zone that is not UTC" "$is_some"
a "$some" | sed 's/T10:00:00.000Z/T23:30:00-05:00/' >"$file"
begin "no time: that of the line before" "claude-opus-5-5 200 100 0 0 0 2 0 2800000"
{ a "$some"; id=2; a "$some" | sed 's/"timestamp":"[^"]*",//'; id=1; } >"$file"
begin "no time at all: not counted"
a "$some" | sed 's/"timestamp":"[^"]*",//' >"$file"
begin "a line of half a megabyte" "$is_some"
a "$some" "\"text\":\"$(head -c 500000 /dev/zero | tr '\0' x)\"" >"$file"
begin "a line of 200 megabytes: passed over" "$is_some"
{ id=2; a "$some" | tr -d '}\n'; printf '},"text":"'; head -c 200000000 /dev/zero | tr '\0' x; echo '"}'; id=1; a "$some"; } >"$file"
begin "ten thousand brackets" "$is_some"
a "$some" "\"deep\":$(head -c 10000 /dev/zero | tr '\0' '[')$(head -c 10000 /dev/zero | tr '\0' ']')" >"$file.deep"
{ cat "$file.deep"; id=2; a "$some"; id=1; } >"$file"
rm "$file.deep"

# --- what is no answer -----------------------------------------------------------------------------
begin "made by the client itself"
a '"input_tokens":0,"output_tokens":0' '"isApiErrorMessage":true' '<synthetic>' >"$file"
begin "the usage of a tool's result"
printf '{"type":"user","message":{"role":"user","content":[]},"toolUseResult":{"usage":{%s},"totalTokens":150},"uuid":"t","timestamp":"2026-11-10T10:00:00Z","sessionId":"%s","cwd":"%s"}\n' \
	"$some" "$session" "$PWD" >"$file"
begin "usage in a text"
a "$some" | jq -c '{type:"user",message:{role:"user",content:tostring},uuid:"q",timestamp,sessionId,cwd}' >"$file"
begin "metadata"
printf '{"type":"summary","summary":"x","usage":{%s}}\n[1,2]\n"text"\n7\nnull\n{}\n' "$some" >"$file"
begin "files that are no transcripts"
mkdir -p "$projects/p/$session/subagents/workflows/wf_2"
a "$some" >"$projects/p/$session/subagents/workflows/wf_2/journal.jsonl"
a "$some" >"$file.orphaned.jsonl"
a "$some" >"$projects/p/$session.superseded.jsonl"
a "$some" >"$projects/p/$session.json"
mkdir "$HOME/elsewhere"
a "$some" >"$HOME/elsewhere/$session.jsonl"
ln -s "$HOME/elsewhere" "$projects/linked"
ln -s "$HOME/elsewhere/$session.jsonl" "$projects/p/link.jsonl"

run 0 "$TRACK_TOKENS" sync
# entries of one session and model together: their price classes may differ
rows() {
	jq -r '.sessions[] | select(.void | not) | [.session_id, (.model // "-"), .usage.input,
		.usage.output, .usage.cache_read, .usage.cache_write_5m, .usage.cache_write_1h,
		.requests, .web_searches, (.cost_nano_usd // "-")] | join(" ")' \
		token_metrics/local_tracking/tokens_*.json |
		awk '{ k = $1 " " $2; keys[k]; if ($10 == "-") unpriced[k]
			for (i = 3; i <= 10; i++) sum[k, i] += $i }
		END { for (k in keys) { printf "%s", k
			for (i = 3; i <= 9; i++) printf " %d", sum[k, i]
			print (k in unpriced) ? " -" : " " sum[k, 10] } }' | LC_ALL=C sort
}
rows >found
while read -r session what; do
	grep "^$session" expected | LC_ALL=C sort >truth
	grep "^$session" found >its
	check "$what" diff truth its
done <names

# --- and again ---------------------------------------------------------------------------------------
cp -r token_metrics before
run 0 "$TRACK_TOKENS" sync
check "a second sync changes nothing" diff -r before token_metrics
run 0 "$TRACK_TOKENS" sync --json
check "and reads nothing" jq -e '.transcripts.read == 0 and .responses.new == 0' out
rm -rf "$HOME/.local" token_metrics/local_tracking/tokens_*
run 0 "$TRACK_TOKENS" sync
rows >again
check "from nothing it is the same again" diff found again
finish
