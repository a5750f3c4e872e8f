#!/bin/sh
# SPDX-License-Identifier: MIT
# add, amend, remove and export, killed or failing at each system call that
# changes something: exit 0 means recorded and to be counted once; any other end
# leaves the ledger as before or as after; nobody is blocked, nothing is left.
# shellcheck disable=SC2154 # rc is what sweep.sh sets
. "$(dirname "$0")/harness.sh"
. "$TESTS_DIR/support/sweep.sh"

repo first
"$TRACK_TOKENS" add 1000 "one" >/dev/null
"$TRACK_TOKENS" add 2000 "two" --no-export >/dev/null
id=$(sed -n 's/^{"id":"\([0-9a-f]\{8\}\).*"notes":"one".*/\1/p' token_metrics/local_tracking/tokens_main.json)
cd .. || exit 99
setup() { cp -a first case; }
ledger_total() { sed -n 's/.*"total_tokens":\([0-9]*\).*/\1/p;q' token_metrics/local_tracking/tokens_main.json; }

# judge <total before> <total after>: see the rule above
judge() {
	"$TRACK_TOKENS" show >/dev/null 2>&1 || { echo unreadable; return 1; }
	now=$(ledger_total)
	case $rc:$now in
	0:"$2" | [1-9]*:"$1" | [1-9]*:"$2") ;;
	*) echo "total-$now"; return 1 ;;
	esac
	# The next run works, and takes away what the dead one left.
	timeout 10 "$TRACK_TOKENS" add 7 next >/dev/null 2>&1 || { echo blocked; return 1; }
	[ "$(ledger_total)" = $((now + 7)) ] || { echo lost-next; return 1; }
	litter=$(find . -path ./.git -prune -o -name '*.tmp' -print)
	[ -z "$litter" ] || { echo "litter:$litter"; return 1; }
	# Whatever happened to the exports, the import counts everything once.
	"$TRACK_TOKENS" export >/dev/null 2>&1
	"$IMPORT_TOKENS" --db "sqlite:$PWD/db" >/dev/null 2>&1 || { echo import; return 1; }
	sum=$("$IMPORT_TOKENS" export --db "sqlite:$PWD/db" | grep -v '"void":true' |
		sed 's/.*"tokens":\([0-9]*\).*/\1/' | awk '{ s += $1 } END { print s + 0 }')
	[ "$sum" = $((now + 7)) ] || { echo "imported-$sum"; return 1; }
}
judge_add() { judge 3000 3500; }
judge_amend() { judge 3000 6000; }
judge_remove() { judge 3000 2000; }
judge_export() { judge 3000 3000; }

for fault in KILL EIO ENOSPC; do
	sweep add $fault setup judge_add "$TRACK_TOKENS" add 500 "faulted"
done
for fault in KILL ENOSPC; do
	sweep amend $fault setup judge_amend "$TRACK_TOKENS" amend "$id" 4000
	sweep export $fault setup judge_export "$TRACK_TOKENS" export
done
sweep remove KILL setup judge_remove "$TRACK_TOKENS" remove "$id"
finish
