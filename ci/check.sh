#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Run every test and count: ci/check.sh BUILD-DIR
#
# Unit tests are CMocka programs, command-line tests are TAP scripts, and each
# step of lint is a test of its own.  The last line is "N passed, N failed".
set -u
build=${1:-build/release}
logs=$build/check
rm -rf "$logs" && mkdir -p "$logs" || exit 1
passed=0 failed=0

count() { # PASSED FAILED
	passed=$((passed + $1))
	failed=$((failed + $2))
}

unit_test() {
	name=$(basename "$1")
	"$1" >"$logs/$name.log" 2>&1
	status=$?
	good=$(grep -c '^\[ *OK \]' "$logs/$name.log")
	bad=$(grep -c '^\[  FAILED  \].*[a-z]__' "$logs/$name.log")
	bad=$((bad / 2)) # each is named where it failed, and again at the end
	[ "$status" = 0 ] || [ "$bad" -gt 0 ] || bad=1
	count "$good" "$bad"
	if [ "$status" = 0 ]; then
		echo "unit  $name: $good"
	else
		echo "unit  $name: FAILED (exit $status)"
		grep -v -e '^\[ RUN' -e '^\[ *OK' "$logs/$name.log"
	fi
}

step() { # NAME COMMAND...
	name=$1
	shift
	if "$@" >"$logs/$name.log" 2>&1; then
		count 1 0
		echo "lint  $name: ok"
	else
		count 0 1
		echo "lint  $name: FAILED"
		tail -60 "$logs/$name.log"
	fi
}

for program in "$build"/tests/test_*; do
	[ -x "$program" ] && [ -f "$program" ] && unit_test "$program"
done

BUILD_DIR=$build prove --exec sh --ext .sh -j "${TEST_JOBS:-2}" --verbose --timer \
	tests/cli/t*.sh >"$logs/prove.log" 2>&1
status=$?
good=$(grep -c '^ok ' "$logs/prove.log")
bad=$(grep -c '^not ok ' "$logs/prove.log")
[ "$status" = 0 ] || [ "$bad" -gt 0 ] || bad=1
count "$good" "$bad"
grep -E '^(\[[0-9:]*\] )?tests/cli/.* \.* *$|# SKIP' "$logs/prove.log" | sed 's/^/tap   /' | grep SKIP
echo "tap   $good passed, $bad failed"
if [ "$status" != 0 ]; then
	grep -B1 -A12 '^not ok ' "$logs/prove.log" | head -200
	sed -n '/^Test Summary Report/,$p' "$logs/prove.log"
fi

if [ "${LINT:-1}" = 1 ]; then
	step fuzz-replay make --no-print-directory -j2 fuzz-replay
	for name in format layers headers shell manuals docs cppcheck tidy; do
		step "$name" env BUILD_DIR="$build" sh ci/lint.sh "$name"
	done
fi

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
