#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Run every test and count: ci/check.sh BUILD-DIR
#
# Unit tests are CMocka programs, command-line tests and acceptance tables are
# TAP, and each step of lint is a test of its own.  The last line is "N passed, N failed".
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

# tap LABEL COMMAND TEST...: by prove, with this command for each test.  What is left
# for later (acceptance) is shown, and counts neither way.
tap() {
	label=$1 command=$2 log=$logs/$1.log
	shift 2
	BUILD_DIR=$build prove --exec "$command" -j "${TEST_JOBS:-2}" --verbose --timer \
		"$@" >"$log" 2>&1
	status=$?
	good=$(grep -a '^ok [0-9]' "$log" | grep -avc '# SKIP later:')
	bad=$(grep -ac '^not ok ' "$log")
	[ "$status" = 0 ] || [ "$bad" -gt 0 ] || bad=1
	count "$good" "$bad"
	grep -aE '^(\[[0-9:]*\] )?tests/[a-z]*/.* \.* *$|# SKIP' "$log" | grep -a SKIP | sed "s/^/$label  /"
	sed -n 's/^# \(S[0-9]: .*\)/       \1/p' "$log"
	echo "$label  $good passed, $bad failed"
	[ "$status" != 0 ] || return
	grep -a -B1 -A12 '^not ok ' "$log" | head -200
	sed -n '/^Test Summary Report/,$p' "$log"
}

tap cli sh tests/cli/t*.sh
tap acceptance 'sh tests/acceptance/run.sh' tests/acceptance/S*.txt

if [ "${LINT:-1}" = 1 ]; then
	step fuzz-replay make --no-print-directory -j2 fuzz-replay
	for name in format layers headers shell manuals docs cppcheck tidy; do
		step "$name" env BUILD_DIR="$build" sh ci/lint.sh "$name"
	done
fi

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
