#!/bin/sh
# SPDX-License-Identifier: MIT
#
# What the capture costs: tests/bench/bench_sync.sh BUILD-DIR [MB] [ROUNDS]
#
# On generated transcripts of MB megabytes, whose sums are known.  The reference is
# ccusage, a native program that reads the same files (from npm, where it can be
# reached: else what compares with it is left out).
peers=${PEERS_DIR:-$HOME/.cache/track-tokens-tests/peers}
. "$(dirname "$0")/bench.sh"
. "$bench_dir/../client/npm.sh"
mb=${2:-1000} rounds=${3:-5}
support=$build/support

export TZ=UTC
config=$HOME/.claude
mkdir "$config"
"$support/transcript_corpus" --mb "$mb" --files $((mb * 27 / 10)) --days 40 --seed 1 "$config"
for directory in "$config"/repos/*; do git init -q -b trunk "$directory"; done
state=$HOME/.local/state/track-tokens
cd "$config/repos/0"

ccusage=
if npm_package "$peers" @ccusage/ccusage-linux-x64@20.0.24; then
	ccusage=$peers/node_modules/@ccusage/ccusage-linux-x64/bin/ccusage
	[ -x "$ccusage" ] || chmod +x "$ccusage"
else
	echo "# no npm, or no registry: not compared with ccusage"
fi

# ratio A B COLUMN: how many times A's median is in B's
ratio() { awk -v a="$(value "$1" "$3")" -v b="$(value "$2" "$3")" 'BEGIN { printf "%.2f", b / a }'; }

# --- all of it -------------------------------------------------------------------
sync_all() { "$support/measure" "$track_tokens" sync --all --json; }
for _ in $(seq "$rounds"); do
	rm -rf "$state" "$config"/repos/*/token_metrics
	sync_all >>"$work/cold"
	[ -z "$ccusage" ] || "$support/measure" "$ccusage" claude daily --json --offline >>"$work/ccusage"
	"$support/scan_tool" "$config" 1 | sed -n 's/^bytes_per_cpu_second //p' >>"$work/scan"
done
if [ -n "$ccusage" ]; then
	floor "sync, nothing known / ccusage: wall" "$(ratio "$work/cold" "$work/ccusage" 1)" 4 \
		"$(value "$work/cold" 1) ms, $(value "$work/ccusage" 1) ms"
	floor "sync, nothing known / ccusage: processor" "$(ratio "$work/cold" "$work/ccusage" 3)" 4 \
		"$(value "$work/cold" 3) ms, $(value "$work/ccusage" 3) ms"
fi
target "sync, nothing known: peak memory, KiB" "$(most "$work/cold")" 65536 \
	"$([ -z "$ccusage" ] || echo "ccusage: $(most "$work/ccusage")")"
floor "scan alone: bytes per processor second" "$(value "$work/scan" 1)" 1500000000 ""

# --- is it right? ----------------------------------------------------------------
# The columns of the truth: 1 cwd, 2 branch, 3 day, 4 model, 5 session, 6 kind, 7-11
# tokens, 12 requests, 13 searches, 14 cost
truth() { # COLUMN
	awk -F'\t' -v k="$1" 'NR > 1 { sub("/src$", "", $1); at = $k == "" ? "trunk" : $k
		if (k == 2) at = $1 FS at
		keys[at]; for (i = 7; i <= 13; i++) sum[at, i] += $i }
	END { for (at in keys) { printf "%s", at
		for (i = 7; i <= 13; i++) printf "\t%.0f", sum[at, i]
		print "" } }' "$config/truth.tsv" | LC_ALL=C sort
}
found() { # SQL
	sqlite3 -tabs "$state/usage.db" "SELECT $1, sum(input), sum(output), sum(cache_read),
		sum(cache_write_5m), sum(cache_write_1h), sum(requests), sum(web_searches)
		FROM usage_entries GROUP BY $1" | LC_ALL=C sort
}
same() { # WHAT COLUMN SQL
	truth "$2" >"$work/truth"
	found "$3" >"$work/found"
	target "rows that are not true, by $1" "$(diff "$work/truth" "$work/found" | grep -c '^[<>]')" 0 \
		"of $(wc -l <"$work/truth")"
}
same branch 2 "substr(common_dir, 1, length(common_dir) - 5) || char(9) || ifnull(branch, '?')"
same day 3 day
same model 4 model
same session 5 session
awk -F'\t' 'NR > 1 && $14 != "-" { sum += $14 } END { printf "%.0f\n", sum }' \
	"$config/truth.tsv" >"$work/truth"
"$track_tokens" sync --all --json | jq .total.cost_nano_usd.low >"$work/found"
target "the cost is not the true one, nano-dollars" \
	"$(($(cat "$work/found") - $(cat "$work/truth")))" 0 "of $(cat "$work/truth")"

# --- again, and a little more -----------------------------------------------------
for _ in $(seq 11); do sync_all >>"$work/warm"; done
target "sync, nothing new: ms" "$(value "$work/warm" 1)" 40 ""
[ -z "$ccusage" ] || floor "sync, nothing new / ccusage: wall" \
	"$(ratio "$work/warm" "$work/ccusage" 1)" 40 ""

# grown NAME KB: one session's transcript of that size
grown() {
	transcript=$config/projects/grown/$1.jsonl
	"$support/transcript_corpus" --into "$transcript" --cwd "$PWD" --kb "$2" --seed 7 >"$work/out"
}
grow() {
	serial=$((${serial:-100} + 1))
	"$support/transcript_corpus" --into "$transcript" --cwd "$PWD" --kb 50 --seed $serial >"$work/out"
}
grown 00000000-0000-4000-8000-000000000005 5000
"$track_tokens" sync -q >"$work/out"
for _ in $(seq 11); do
	grow
	sync_all >>"$work/little"
done
target "sync, one file of 5 MB grown by 50 KB: ms" "$(value "$work/little" 1)" 45 ""

grown 00000000-0000-4000-8000-000000000100 100000
"$track_tokens" sync -q >"$work/out"
jq -n --arg t "$transcript" --arg d "$PWD" '{hook_event_name: "Stop", cwd: $d, transcript_path: $t,
	session_id: "00000000-0000-4000-8000-000000000100", stop_hook_active: false}' >"$work/event"
jq -n --arg t "$transcript" --arg d "$PWD" '{cwd: $d, transcript_path: $t,
	session_id: "00000000-0000-4000-8000-000000000100", model: {id: "claude-opus-5-5"},
	workspace: {current_dir: $d, project_dir: $d}, cost: {total_cost_usd: 1.5}}' >"$work/status"
for _ in $(seq 21); do
	grow
	"$support/measure" "$track_tokens" hook <"$work/event" >>"$work/hook"
	"$support/measure" "$track_tokens" statusline <"$work/status" >>"$work/line"
done
target "hook, a file of 100 MB grown by 50 KB: ms" "$(value "$work/hook" 1)" 12 ""
target "statusline: ms" "$(value "$work/line" 1)" 8 ""
exit $missed
