#!/bin/sh
# SPDX-License-Identifier: MIT
# The hook killed or failing at each system call that changes something: it exits 0,
# the ledger is as before or as after, and the next sync makes everything right.
# shellcheck disable=SC2154 # rc is what sweep.sh sets
. "$(dirname "$0")/harness.sh"
. "$TESTS_DIR/support/sweep.sh"
. "$TESTS_DIR/support/capture_case.sh"

capture_case
mv case first
setup() { cp -a first case; }
setup_new() { cp -a first case && rm -rf case/home/.local; }

judge() {
	case $rc in 0 | 137) ;; *) echo "exit-$rc"; return 1 ;; esac
	[ ! -s ../run.out ] || { echo "says:$(head -1 ../run.out)"; return 1; }
	case $(ledger_total) in 1300 | 2000) ;; *) echo "total-$(ledger_total)"; return 1 ;; esac
	# The client's next event comes first, then a sync.
	at_home timeout 10 "$TRACK_TOKENS" hook <"$event" || { echo blocked; return 1; }
	[ "$(ledger_total)" = 2000 ] || { echo "next-event-$(ledger_total)"; return 1; }
	right 2000
}
# A shell opens the event for the hook; it changes nothing itself.
for fault in KILL EIO ENOSPC; do
	# shellcheck disable=SC2016 # for that shell
	sweep hook $fault setup judge env HOME="$scratch/case/home" \
		sh -c 'exec "$0" hook <"$1"' "$TRACK_TOKENS" "$event"
done
# shellcheck disable=SC2016
sweep "hook, the first one" KILL setup_new judge env HOME="$scratch/case/home" \
	sh -c 'exec "$0" hook <"$1"' "$TRACK_TOKENS" "$event"
finish
