# SPDX-License-Identifier: MIT
# shellcheck shell=sh disable=SC2154
#
# Fail a program at each of its state-changing system calls, one run per call.
# Sourced after harness.sh; needs strace, which says so itself where it cannot.
#
#	sweep <name> <fault> <setup> <check> <command...>
#
# fault is KILL (SIGKILL before the call), or an errno the call fails with.
# `setup` makes a fresh state in ./case, `check` judges what the run left: it
# sees $rc, the exit status (137 when killed), and says why it is not content.
strace -qq -o /dev/null -e trace=write true 2>/dev/null || skip_all "strace cannot trace here"
# LeakSanitizer does not work on a process that is traced.
export ASAN_OPTIONS=detect_leaks=0
# Of each pair, the machine has one.
sweep_calls='write pwrite64 writev fsync fdatasync ftruncate fchmod ?mkdir mkdirat ?link linkat
	?rename ?renameat renameat2 ?unlink unlinkat'

# faulted <fault> <call> <when> <command...>: run it in ./case; did the fault strike?
faulted() {
	case $1 in KILL) inject=signal=SIGKILL fast= ;; *) inject=error=$1 fast=--seccomp-bpf ;; esac
	injected="$2:$inject:when=$3"
	traced=$2
	shift 3
	(cd case && exec timeout 20 strace -f $fast -qq -o ../trace -e trace="$traced" -e inject="$injected" "$@") \
		>run.out 2>&1
	rc=$?
	[ $rc -eq 137 ] || grep -q INJECTED trace
}

sweep() {
	name=$1 fault=$2 setup=$3 judge=$4 struck=0 broken=''
	shift 4
	for call in $sweep_calls; do
		when=1
		while rm -rf case && $setup && faulted "$fault" "$call" $when "$@"; do
			struck=$((struck + 1))
			if [ $rc -eq 124 ] || { [ $rc -gt 128 ] && [ $rc -ne 137 ]; }; then
				broken="$broken $call@$when:exit-$rc"
			else
				verdict=$(cd case && $judge) || broken="$broken $call@$when:($rc)$verdict"
			fi
			when=$((when + 1))
		done 2>/dev/null # "Killed", says the shell each time
	done
	echo "$broken" | tr ' ' '\n' >broken
	if [ -z "$broken" ] && [ $struck -gt 2 ]; then
		ok "$name, $fault at each of $struck calls"
	else
		not_ok "$name, $fault at $struck calls" broken
	fi
}
