#!/bin/sh
# SPDX-License-Identifier: MIT
#
# What a look at the plan costs: tests/bench/bench_status.sh BUILD-DIR
#
# On 100,000 answers of 60 days, and on as many of one day: a look costs the same
# however long the history is.
. "$(dirname "$0")/bench.sh"
support=$build/support
rounds=40
export TZ=UTC TRACK_TOKENS_NOW=2026-11-24T12:00:00Z

# answers N DAYS: N answers in the last DAYS days
answers() {
	awk -v n="$1" -v days="$2" -v cwd="$work/repo" 'BEGIN {
		end = 20781.5 * 86400
		for (i = 0; i < n; i++) {
			t = int(end - days * 86400 * (n - i) / n)
			printf "{\"type\":\"assistant\",\"message\":{\"id\":\"msg_%06d\",\"model\":\"claude-opus-5-5\",\"stop_reason\":\"%s\",\"usage\":{\"input_tokens\":%d,\"output_tokens\":%d,\"cache_read_input_tokens\":%d}},\"timestamp\":\"%s.%03dZ\",\"sessionId\":\"s%d\",\"cwd\":\"%s\",\"gitBranch\":\"main\"}\n",
				i, i % 9 ? "tool_use" : "end_turn", i % 20, i % 700, i % 90000,
				strftime("%Y-%m-%dT%H:%M:%S", t, 1), i % 1000, i / 500, cwd
		}
	}'
}
# index N DAYS: the usage index has them
index() {
	rm -rf "$HOME/.local" "$HOME/.claude" && mkdir -p "$HOME/.claude/projects/p"
	answers "$1" "$2" >"$HOME/.claude/projects/p/s.jsonl"
	"$track_tokens" -C repo sync >"$work/sync.out"
}
# look FILE COMMAND...: what it costs once
look() {
	file=$work/ms.$1
	shift
	"$support/measure" "$@" >>"$file"
}
# home NAME N DAYS: a home whose usage index has N answers in the last DAYS days
home() {
	mkdir -p "$work/$1"
	HOME=$work/$1
	index "$2" "$3"
}

git init -q -b main repo
git -C repo commit -q --allow-empty -m one
home small 1000 60
home long 100000 60
home dense 100000 1

# Twenty servers, each with a busy week, in one directory; the first is this one.
mkdir share
for i in $(seq 20); do
	mkdir -p "server$i"
	(
		export HOME="$work/server$i" GIT_CONFIG_GLOBAL="$work/server$i/.gitconfig"
		"$track_tokens" init --shared "$work/share" >"$work/init.out"
		git config --global track-tokens.server "server$i"
		index 2000 7
		[ "$i" != 1 ] || index 100000 60
		"$track_tokens" report servers >"$work/servers.out"
	)
done
# The same home, alone.
cp -a server1 alone
rm alone/.gitconfig alone/.local/state/track-tokens/share.json

# In turns, so that what else the machine does is in all of them.
for _ in $(seq $rounds); do
	look floor "$track_tokens" version
	for name in small long dense; do
		HOME=$work/$name look "$name" "$track_tokens" -C repo status
	done
	HOME=$work/long look detail "$track_tokens" -C repo detail
	GIT_CONFIG_GLOBAL=$work/server1/.gitconfig HOME=$work/server1 \
		look servers "$track_tokens" -C repo status
	GIT_CONFIG_GLOBAL=$work/server1/.gitconfig HOME=$work/server1 \
		look add-shared "$track_tokens" -C repo -q add 1 1
	HOME=$work/alone look add-alone "$track_tokens" -C repo -q add 1 1
done

over() { awk -v a="$(value "$work/ms.$1" 1)" -v b="$(value "$work/ms.$2" 1)" 'BEGIN { printf "%.1f", a - b }'; }
more="version: $(value "$work/ms.floor" 1) ms; 1,000 answers: $(value "$work/ms.small" 1) ms"
target "status, 100,000 answers in 60 days: ms" "$(value "$work/ms.long" 1)" 8 "$more"
target "status, 100,000 answers in one day: ms" "$(value "$work/ms.dense" 1)" 8 ""
target "detail, 100,000 answers in 60 days: ms" "$(value "$work/ms.detail" 1)" 8 ""
target "status, 100,000 answers, 20 servers: ms" "$(value "$work/ms.servers" 1)" 8 "more than alone: $(over servers long) ms"
target "publishing among 20 servers: ms" "$(over add-shared add-alone)" 10 "add: $(value "$work/ms.add-alone" 1) ms, and with publishing $(value "$work/ms.add-shared" 1) ms"
exit $missed
