# SPDX-License-Identifier: MIT
# shellcheck shell=sh disable=SC2154
#
# Sourced after harness.sh by the tests of `watch`: a user with a repository, and a
# watcher that ends with the test.
#
#	watch_case        HOME, ./repo, and $projects with one session of 100 tokens in it
#
# Nothing is waited for by the clock: `comes` asks until it is so, or for a minute.
state=$HOME/.local/state/track-tokens
projects=$HOME/.claude/projects
trap '"$TRACK_TOKENS" watch stop >/dev/null 2>&1; cd /; rm -rf "$scratch"' EXIT
unset TRACK_TOKENS_NOW

# answer <id> <session> <input>: one line, of <input> + 1 tokens
answer() {
	printf '{"type":"assistant","message":{"id":"msg_%s","model":"claude-opus-5-5","usage":' "$1"
	printf '{"input_tokens":%s,"output_tokens":1}},"timestamp":"2026-01-01T10:00:00Z","uuid":"%s",' "$3" "$1"
	printf '"sessionId":"%s","cwd":"%s","gitBranch":"main"}\n' "$2" "$scratch/repo"
}

watch_case() {
	mkdir -p "$projects/p"
	git init -q -b main repo && git -C repo commit -q --allow-empty -m one || exit 99
	answer 1 s1 99 >"$projects/p/s1.jsonl"
}

ledger_total() {
	sed -n 's/.*"total_tokens":\([0-9]*\).*/\1/p;q' "$scratch/repo/token_metrics/local_tracking/tokens_main.json"
}
total_is() { [ "$(ledger_total 2>/dev/null)" = "$1" ]; }
# pid: of the watcher; status <jq filter>: of what it tells
pid() { cat "$state/watch.lock"; }
status() { "$TRACK_TOKENS" watch status --json | jq -e "$1" >/dev/null 2>&1; }
runs() { "$TRACK_TOKENS" watch status >/dev/null 2>&1; }
runs_not() { ! runs; }

# comes <what> <command...>: it is so, at some time within a minute
comes() {
	what=$1
	shift
	tries=0
	until "$@"; do
		tries=$((tries + 1))
		if [ $tries -gt 600 ]; then
			{ "$TRACK_TOKENS" watch status; cat "$state/track-tokens.log"; } >comes.out 2>&1
			not_ok "$what" comes.out
			return 1
		fi
		sleep 0.1
	done
	ok "$what"
}
