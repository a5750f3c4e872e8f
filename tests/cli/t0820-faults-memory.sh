#!/bin/sh
# SPDX-License-Identifier: MIT
# One failed allocation ends a command with a message or does not matter: never a
# crash, never a false success.  Here a sample; OOM_STEP=1 tries every one.
. "$(dirname "$0")/harness.sh"
shim=$BUILD_DIR/faults/oomshim.so
[ -f "$shim" ] || skip_all "$shim was not built"
case $BUILD_DIR in */asan | */cov) skip_all "sanitizers have an allocator of their own" ;; esac
: "${OOM_STEP:=41}"

repo first
"$TRACK_TOKENS" add 1000 "one" >/dev/null
"$TRACK_TOKENS" add 2000 "two" >/dev/null
cd .. || exit 99
ledger_total() { sed -n 's/.*"total_tokens":\([0-9]*\).*/\1/p;q' case/token_metrics/local_tracking/tokens_main.json; }

# sweep <name> <total before> <total after success> <command...>
sweep() {
	name=$1 before=$2 after=$3 broken='' runs=0 at=1
	shift 3
	rm -rf case && cp -a first case
	(cd case && OOM_COUNT=$scratch/count LD_PRELOAD=$shim "$@") >run.out 2>&1
	count=$(cat count)
	while [ $at -le "$count" ]; do
		for how in OOM_AT OOM_FROM; do
			rm -rf case && cp -a first case
			(cd case && env "$how=$at" LD_PRELOAD="$shim" timeout 20 "$@") >run.out 2>&1
			rc=$? runs=$((runs + 1)) now=$(ledger_total)
			if [ $rc -ge 124 ]; then
				broken="$broken $how=$at:exit-$rc"
			elif [ $rc -eq 0 ] && [ "$now" != "$after" ]; then
				broken="$broken $how=$at:false-success"
			elif [ "$now" != "$before" ] && [ "$now" != "$after" ]; then
				broken="$broken $how=$at:total-$now"
			elif [ $rc -ne 0 ] && [ ! -s run.out ]; then
				broken="$broken $how=$at:no-message"
			fi
		done
		at=$((at + OOM_STEP))
	done 2>/dev/null
	echo "$broken" | tr ' ' '\n' >broken
	if [ -z "$broken" ]; then ok "$name: $runs of $((2 * count)) failed allocations"; else not_ok "$name" broken; fi
}

sweep add 3000 3500 "$TRACK_TOKENS" add 500 "out of memory"
sweep show 3000 3000 "$TRACK_TOKENS" show
sweep export 3000 3000 "$TRACK_TOKENS" export
sweep import 3000 3000 "$IMPORT_TOKENS" --db sqlite:db
finish
