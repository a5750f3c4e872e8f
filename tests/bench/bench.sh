# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# Sourced by the benches.  BUILD_DIR is the first argument; the working directory
# is a new one on tmpfs where there is one, so that no disk hides what we do.
set -eu
bench_dir=$(cd "$(dirname "$0")" && pwd)
build=$(cd "${1:-build/release}" && pwd)
# shellcheck disable=SC2034 # for the benches
track_tokens=$build/bin/track-tokens import_tokens=$build/bin/import-tokens
base=${TMPDIR:-/tmp}
[ ! -w /dev/shm ] || base=/dev/shm
work=$(mktemp -d "$base/tt-bench.XXXXXX")
trap 'cd / && rm -rf "$work"' EXIT
cd "$work"
for name in $(env | sed -n 's/^\(GITHUB_[A-Z_]*\|CI\|PG[A-Z]*\|DATABASE_URL\|IMPORT_TOKENS_[A-Z_]*\)=.*/\1/p'); do
	unset "$name"
done
export HOME="$work" LC_ALL=C.UTF-8 GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
export GIT_AUTHOR_NAME=Bench GIT_AUTHOR_EMAIL=bench@example.com
export GIT_COMMITTER_NAME=Bench GIT_COMMITTER_EMAIL=bench@example.com
missed=0

pairs() { perl "$bench_dir/pairs.pl" "$@"; }

# target WHAT MEASURED LIMIT MORE: MEASURED must be at most LIMIT
# shellcheck disable=SC2034 # the benches exit with it
target() {
	verdict=ok
	awk -v m="$2" -v l="$3" 'BEGIN { exit !(m > l) }' && verdict=MISSED && missed=1
	printf '%-6s  %-52s %8s  (at most %s)  %s\n' "$verdict" "$1" "$2" "$3" "$4"
}

# floor WHAT MEASURED LIMIT MORE: MEASURED must be at least LIMIT
# shellcheck disable=SC2034
floor() {
	verdict=ok
	awk -v m="$2" -v l="$3" 'BEGIN { exit !(m < l) }' && verdict=MISSED && missed=1
	printf '%-6s  %-52s %8s  (at least %s)  %s\n' "$verdict" "$1" "$2" "$3" "$4"
}

# value FILE COLUMN: the median of a column of what support/measure printed; most: its
# largest memory
value() { cut -d' ' -f"$2" "$1" | sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
most() { cut -d' ' -f2 "$1" | sort -n | tail -1; }

# ledger_of N: this repository's ledger of "main" gets N entries, by a format-1
# file that the next add migrates.
ledger_of() {
	mkdir -p token_metrics/local_tracking
	awk -v n="$1" 'BEGIN {
		printf "{\"branch\":\"main\",\"total_tokens\":%d,\"sessions\":[\n", 1000 * n
		for (i = 0; i < n; i++)
			printf "{\"timestamp\":\"2026-10-%02dT%02d:%02d:%02d\",\"tokens\":1000,\"notes\":\"entry %d, of average length\"}%s\n",
				1 + i / 3600 / 24 % 28, i / 3600 % 24, i / 60 % 60, i % 60, i, i < n - 1 ? "," : ""
		print "]}" }' >token_metrics/local_tracking/tokens_main.json
	"$track_tokens" add 1 >/dev/null
}
