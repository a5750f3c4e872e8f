#!/bin/sh
# SPDX-License-Identifier: MIT
# Clients that do not say requestSessionId write what they copy into a fork as if the
# fork had asked.  The client's total of either session covers those answers, whichever
# of the two is taken for the one that asked: nothing of it is auxiliary.
. "$(dirname "$0")/harness.sh"
export TRACK_TOKENS_NOW=2026-11-20T12:00:00Z

answer() { # ID SESSION MINUTE
	printf '{"message":{"id":"msg_%s","model":"claude-opus-5-5","usage":{"input_tokens":100}},' "$1"
	printf '"timestamp":"2026-11-12T10:0%s:00Z","uuid":"%s","sessionId":"%s","cwd":"%s","gitBranch":"main"}\n' \
		"$3" "$1" "$2" "$PWD"
}
total() { # SESSION INPUT
	printf '{"type":"cost-state","sessionId":"%s","totalCostUSD":%s,"modelUsage":' "$1" "0.000$(($2 * 4))"
	printf '{"claude-opus-5-5":{"inputTokens":%s,"costUSD":%s}},"hasUnknownModelCost":false}\n' "$2" \
		"0.000$(($2 * 4))"
}
one_answer_each() {
	run 0 "$TRACK_TOKENS" sync --json
	check "$1" jq -e '.branches[0] | .tokens == 300 and .requests == 3 and .auxiliary_tokens == 0' out
}

# The names decide which of the two is heard: both ways round.
for names in 'a b' 'b a'; do
	parent=${names% *} fork=${names#* }
	rm -rf "$HOME/.claude" "$HOME/.local"
	repo "work-$parent"
	mkdir -p "$HOME/.claude/projects/p"
	cd "$HOME/work-$parent" || exit 99
	file=$HOME/.claude/projects/p/$parent.jsonl
	{ answer 1 "$parent" 1; answer 2 "$parent" 2; total "$parent" 200; } >"$file"
	cp -r "$HOME/.claude" "$HOME/first"
	{ answer 1 "$fork" 1; answer 2 "$fork" 2; answer 3 "$fork" 3; total "$fork" 300; } \
		>"$HOME/.claude/projects/p/$fork.jsonl"
	one_answer_each "at once ($names)"

	mv "$HOME/.claude" "$HOME/both"
	mv "$HOME/first" "$HOME/.claude"
	rm -rf "$HOME/.local" token_metrics
	run 0 "$TRACK_TOKENS" sync --json
	cp "$HOME/both/projects/p/$fork.jsonl" "$HOME/.claude/projects/p/"
	one_answer_each "one after the other ($names)"
	rm -rf "$HOME/both"
	cd .. || exit 99
done
finish
