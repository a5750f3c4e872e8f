#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The reports of ccusage's users: tests/bench/bench_ccusage.sh BUILD-DIR [ANSWERS]
#
# On transcripts of ANSWERS (100,000) answers in which every answer has one line and a
# model that both price: `report ... --compat ccusage` is what ccusage prints, member by
# member, and comes sooner.  ccusage is $CCUSAGE, else one that PATH has, else npm's.
. "$(dirname "$0")/bench.sh"
answers=${2:-100000}
support=$build/support
rounds=5
export TZ=UTC

ccusage=${CCUSAGE:-$(command -v ccusage || :)}
if [ -z "$ccusage" ]; then
	npm install --silent --no-audit --no-fund --prefix "$work/npm" ccusage@20.0.24 >"$work/npm.log" 2>&1 || {
		echo "        ccusage: npm does not fetch it here: nothing to compare with"
		exit 0
	}
	ccusage=$work/npm/node_modules/.bin/ccusage
fi
# in_projects NAME: where the client keeps what was said in ./NAME
in_projects() { echo "$HOME/.claude/projects/$(echo "$work/$1" | sed 's/[^a-zA-Z0-9]/-/g')"; }
for name in app lib; do
	git init -q -b main "$name"
	mkdir -p "$(in_projects "$name")"
done
awk -v n="$answers" -v dir="$(in_projects '')" -v work="$work" -v end="$(date +%s)" 'BEGIN {
	split("claude-opus-4-5-20251101 claude-sonnet-4-5-20250929 claude-haiku-4-5-20251001", models, " ")
	split("app lib", projects, " ")
	for (i = 0; i < n; i++) {
		s = int(i / 100)
		session = sprintf("%08x-1111-4222-8333-%012x", s, s)
		project = projects[1 + s % 2]
		file = dir project "/" session ".jsonl"
		printf "{\"type\":\"assistant\",\"message\":{\"id\":\"msg_%07d\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"%s\",\"usage\":{\"input_tokens\":%d,\"output_tokens\":%d,\"cache_read_input_tokens\":%d,\"cache_creation_input_tokens\":%d}},\"requestId\":\"req_%07d\",\"timestamp\":\"%s.%03dZ\",\"uuid\":\"u%d\",\"sessionId\":\"%s\",\"cwd\":\"%s/%s\",\"version\":\"2.1.0\"}\n",
			i, models[1 + int(i / 20) % 3], 1 + i % 20, 1 + i % 700, i % 90000, i % 3000, i,
			strftime("%Y-%m-%dT%H:%M:%S", int(end - 7200 - 60 * 86400 * (n - i) / n), 1), i % 1000, i,
			session, work, project >file
		if (i % 100 == 99) close(file)
	}
}'
cd app
"$track_tokens" -q sync --all >"$work/sync.out"

# differences THEIRS OURS: values that are not the same, costs to a millionth of a dollar,
# since theirs are floating point; what is a set there has no order
cat >"$work/differences.jq" <<'EOF'
def form: walk(if type == "object" then
	(if has("modelsUsed") then .modelsUsed |= sort else . end |
	if has("models") then .models |= sort else . end |
	if has("modelBreakdowns") then .modelBreakdowns |= sort_by(.modelName) else . end) else . end);
def values: [paths(type | IN("object", "array") | not) as $p | {key: ($p | tojson), value: getpath($p)}]
	| from_entries;
def same($x; $y): if [$x, $y | type] == ["number", "number"] then ($x - $y | fabs) < 2e-6 else $x == $y end;
($theirs[0] | form | values) as $a | ($ours[0] | form | values) as $b |
[($a + $b | keys[]) as $k | select(same($a[$k]; $b[$k]) and ($a | has($k)) == ($b | has($k)) | not)] | length
EOF
differences() { jq -n --slurpfile theirs "$1" --slurpfile ours "$2" -f "$work/differences.jq"; }
for report in daily weekly monthly session blocks; do
	"$ccusage" claude $report --json --offline >"$work/theirs" 2>"$work/err"
	"$track_tokens" report $report --compat ccusage >"$work/ours"
	target "report $report --compat ccusage: values that differ" \
		"$(differences "$work/theirs" "$work/ours")" 0 "of $(grep -c : "$work/theirs")"
done

for _ in $(seq $rounds); do
	"$support/measure" "$ccusage" claude daily --json --offline >>"$work/ms.theirs" 2>"$work/err"
	"$support/measure" "$track_tokens" report daily 0 --json >>"$work/ms.ours"
done
floor "report daily of $answers answers, against ccusage: x as fast" \
	"$(awk -v a="$(value "$work/ms.theirs" 1)" -v b="$(value "$work/ms.ours" 1)" 'BEGIN { printf "%.1f", a / b }')" 5 \
	"$(value "$work/ms.ours" 1) ms, $(value "$work/ms.theirs" 1) ms; $(most "$work/ms.ours") KiB, $(most "$work/ms.theirs") KiB"

# tokscale ($TOKSCALE, or of PATH), which keeps a cache as we keep an index; without its
# downloads of prices.
tokscale=${TOKSCALE:-$(command -v tokscale || :)}
if [ -z "$tokscale" ]; then
	echo "        tokscale is not here: nothing to compare with"
	exit $missed
fi
export TOKSCALE_PRICING_CACHE_ONLY=1
"$tokscale" models --json >"$work/theirs" 2>"$work/err"
sleep 2
"$tokscale" models --json >"$work/theirs" 2>"$work/err"
for _ in $(seq $rounds); do
	"$support/measure" "$tokscale" models --json >>"$work/ms.tokscale" 2>"$work/err"
	"$support/measure" "$track_tokens" report models --json >>"$work/ms.models"
done
floor "report models of $answers answers, against tokscale: x as fast" \
	"$(awk -v a="$(value "$work/ms.tokscale" 1)" -v b="$(value "$work/ms.models" 1)" 'BEGIN { printf "%.1f", a / b }')" 2 \
	"$(value "$work/ms.models" 1) ms, $(value "$work/ms.tokscale" 1) ms; $(most "$work/ms.models") KiB, $(most "$work/ms.tokscale") KiB"
exit $missed
