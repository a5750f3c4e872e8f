# SPDX-License-Identifier: MIT
# shellcheck shell=sh disable=SC2154
#
# Sourced after harness.sh by the tests that make a capture fail: a user with a
# repository and a session that goes on.
#
#	capture_case        makes ./case: case/home, case/repo (1,000 tokens by hand, 300 captured)
#	                    and, not captured yet, 700 more in the transcript; sets $event
#
# Commands run in ./case, by `at_home`.  Totals: before 1300, after 2000.
export TRACK_TOKENS_NOW=2026-11-20T12:00:00Z

# answer <id> <session> <input> [<branch>]: one line, of <input> + 1 tokens
answer() {
	printf '{"type":"assistant","message":{"id":"msg_%s","model":"claude-opus-5-5","usage":' "$1"
	printf '{"input_tokens":%s,"output_tokens":1}},"timestamp":"2026-11-20T10:00:00Z","uuid":"%s",' "$3" "$1"
	printf '"sessionId":"%s","cwd":"%s","gitBranch":"%s"}\n' "$2" "$scratch/case/repo" "${4:-main}"
}

at_home() { env HOME="$scratch/case/home" "$@"; }

# event_of <session>: what the client tells the hook at the end of an answer
event_of() {
	printf '{"hook_event_name":"Stop","session_id":"%s","cwd":"%s","transcript_path":"%s"}\n' \
		"$1" "$scratch/case/repo" "$scratch/case/home/.claude/projects/p/$1.jsonl"
}

capture_case() {
	mkdir -p "$scratch/case/home/.claude/projects/p"
	git init -q -b main "$scratch/case/repo"
	git -C "$scratch/case/repo" commit -q --allow-empty -m one
	event=$scratch/event
	event_of s1 >"$event"
	transcript=$scratch/case/home/.claude/projects/p/s1.jsonl
	at_home "$TRACK_TOKENS" -C "$scratch/case/repo" add 1000 "by hand" >/dev/null
	answer 1 s1 299 >"$transcript"
	at_home "$TRACK_TOKENS" hook <"$event"
	{ answer 2 s1 599; answer 3 s1 99; } >>"$transcript"
}

ledger=repo/token_metrics/local_tracking/tokens_main.json
ledger_total() { sed -n 's/.*"total_tokens":\([0-9]*\).*/\1/p;q' $ledger; }
index_total() {
	sqlite3 home/.local/state/track-tokens/usage.db \
		"SELECT sum(input + output) FROM usage_entries" 2>/dev/null
}

# right <total>: after a sync everything is there, once, and nothing else; run in ./case
right() {
	at_home timeout 20 "$TRACK_TOKENS" -C repo sync >sync.out 2>&1 ||
		{ echo "sync:$(head -1 sync.out)"; return 1; }
	[ "$(ledger_total)" = "$1" ] || { echo "total-after-sync-$(ledger_total)"; return 1; }
	[ "$(index_total)" = $(($1 - 1000)) ] || { echo "index-$(index_total)"; return 1; }
	at_home "$TRACK_TOKENS" -C repo show --json >show.out 2>&1 ||
		{ echo "show:$(cat show.out)"; return 1; }
	jq -e ".total.tokens == $1" show.out >/dev/null || { echo "show-other"; return 1; }
	litter=$(find . -path ./repo/.git -prune -o -name '*.tmp*' -print)
	[ -z "$litter" ] || { echo "litter:$litter"; return 1; }
}
