#!/bin/sh
# SPDX-License-Identifier: MIT
# import-tokens --clean into SQLite, killed or failing at each system call that
# changes something: a file is only removed when its entries are committed, and
# after a rerun everything is there exactly once.
# shellcheck disable=SC2154 # rc is what sweep.sh sets
. "$(dirname "$0")/harness.sh"
. "$TESTS_DIR/support/sweep.sh"

repo first
"$TRACK_TOKENS" add 1000 "one" >/dev/null
"$TRACK_TOKENS" add 2000 "two" >/dev/null
"$IMPORT_TOKENS" --db sqlite:db >/dev/null
"$TRACK_TOKENS" add 4000 "three" >/dev/null
"$IMPORT_TOKENS" --db sqlite:whole >/dev/null
"$IMPORT_TOKENS" export --db sqlite:whole >../canonical
rm -f whole*
cd .. || exit 99
setup() { cp -a first case; }

judge() {
	# What is neither in a file nor in the database is lost.
	"$IMPORT_TOKENS" export --db sqlite:db >now 2>/dev/null || { echo unreadable; return 1; }
	while read -r line; do
		id=$(echo "$line" | sed 's/.*"id":"\([^"]*\)".*/\1/')
		grep -q "$id" now || grep -rq "$id" temp || { echo "lost-$id"; return 1; }
	done <../canonical
	[ $rc -ne 0 ] || cmp -s now ../canonical || { echo not-imported; return 1; }
	timeout 10 "$IMPORT_TOKENS" --clean --db sqlite:db >/dev/null 2>&1 || { echo rerun; return 1; }
	"$IMPORT_TOKENS" export --db sqlite:db | cmp -s - ../canonical || { echo rows; return 1; }
	[ -z "$(ls temp)" ] || { echo files; return 1; }
}

for fault in KILL EIO ENOSPC; do
	sweep "import --clean" $fault setup judge "$IMPORT_TOKENS" --clean --db sqlite:db
done
finish
