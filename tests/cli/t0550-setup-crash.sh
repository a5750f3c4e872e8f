#!/bin/sh
# SIGKILL before any system call of init, deinit and hooks that changes something:
# the earlier hook or ours is in force all the time, and the next run completes the work.
. "$(dirname "$0")/harness.sh"
# Of each pair, the machine has one.
calls='write fsync fchmod fchmodat ?mkdir mkdirat ?link linkat ?rename ?renameat renameat2 ?unlink unlinkat ?rmdir'
strace -qq -o /dev/null -e trace=write true 2>/dev/null || skip_all "strace cannot trace here"
# LeakSanitizer does not work on a process that is traced.
export ASAN_OPTIONS=detect_leaks=0

# The state to begin with: an ignored temp/, and a hook of somebody's.
git init -q -b main before && cd before || exit 99
echo temp/ >.gitignore
printf '#!/bin/sh\necho "earlier:$(cat)"\n' >.git/hooks/pre-commit && chmod 755 .git/hooks/pre-commit
rm -f .git/hooks/*.sample
cd .. && cp -a before after && "$TRACK_TOKENS" -C after init --hooks --fix-ignore >/dev/null || exit 99
picture() { find "$1" ! -name index -printf '%P %y %m %l\n' -type f -exec cksum '{}' + | sed "s| $1/| |" | sort; }
cp -a before repo && picture repo >picture.before && rm -r repo
cp -a after repo && picture repo >picture.after && rm -r repo

hook_is_in_force() {
	answer=$(echo in | TRACK_TOKENS=0 repo/.git/hooks/pre-commit 2>&1) && [ "$answer" = earlier:in ]
}
is_as() { picture repo >picture.now && cmp -s "picture.$1" picture.now; }

# killed <call> <when> <argument>...: run on ./repo; was it killed before that call?
killed() {
	call=$1 when=$2
	shift 2
	rm -rf repo && cp -a "$from" repo
	strace -qq -o /dev/null -e trace="$call" -e inject="$call:signal=SIGKILL:when=$when" \
		"$TRACK_TOKENS" -C repo "$@" >out 2>&1
	got=$?
	[ $got -eq 137 ]
}

# sweep <name> <state to begin with> <state that a completed run leaves> <argument>...
sweep() {
	name=$1 from=$2 to=$3 died=0 broken=''
	shift 3
	for call in $calls; do
		when=1
		while killed "$call" $when "$@"; do
			died=$((died + 1))
			hook_is_in_force || broken="$broken hook:$call@$when"
			"$TRACK_TOKENS" -C repo "$@" >out 2>&1 || broken="$broken rerun:$call@$when"
			is_as "$to" || broken="$broken state:$call@$when"
			when=$((when + 1))
		done
		[ $got -eq 0 ] && is_as "$to" || broken="$broken whole:$call"
	done
	echo "$broken" >broken
	[ -z "$broken" ] && [ $died -gt 2 ] && ok "$name: killed at each of its $died calls" || not_ok "$name" broken
}

sweep "init" before after init --hooks --fix-ignore
sweep "deinit" after before deinit
cp -a before hooked && "$TRACK_TOKENS" -C hooked hooks install >/dev/null
rm -rf repo && cp -a hooked repo && picture repo >picture.hooked
sweep "hooks install" before hooked hooks install
sweep "hooks uninstall" hooked before hooks uninstall
finish
