#!/bin/sh
# SPDX-License-Identifier: MIT
# sync killed or failing at each system call that changes something: exit 0 means all
# of it is recorded; after any other end the ledger is as before or as after, and
# the next sync makes everything right.
# shellcheck disable=SC2154 # rc is what sweep.sh sets
. "$(dirname "$0")/harness.sh"
. "$TESTS_DIR/support/sweep.sh"
. "$TESTS_DIR/support/capture_case.sh"

capture_case
mv case first
setup() { cp -a first case; }
setup_new() { cp -a first case && rm -rf case/home/.local; }

judge() {
	case $rc:$(ledger_total) in
	0:2000 | [1-9]*:1300 | [1-9]*:2000) ;;
	*) echo "exit-$rc-total-$(ledger_total)"; return 1 ;;
	esac
	[ $rc -eq 0 ] || [ $rc -eq 137 ] || [ -s ../run.out ] || { echo silent; return 1; }
	right 2000
}
for fault in KILL EIO ENOSPC; do
	sweep sync $fault setup judge env HOME="$scratch/case/home" "$TRACK_TOKENS" -C repo sync
done
sweep "sync, the first one" KILL setup_new judge env HOME="$scratch/case/home" \
	"$TRACK_TOKENS" -C repo sync
finish
