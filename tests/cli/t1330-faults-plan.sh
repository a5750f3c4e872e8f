#!/bin/sh
# SPDX-License-Identifier: MIT
# plan set and reset --window, killed or failing at each system call that changes
# something: the plan is the old one or the new one, whole, and readers are not held up.
# shellcheck disable=SC2154 # rc is what sweep.sh sets
. "$(dirname "$0")/harness.sh"
. "$TESTS_DIR/support/sweep.sh"

mkdir -p first/home
old=$scratch/old
cat >"$old" <<'EOT'
[user]
	name = Dev
[track-tokens]
	plan = max5x
[track-tokens "plan"]
	messages = 60
EOT
cp "$old" first/home/.gitconfig
at_home() { env HOME="$scratch/case/home" GIT_CONFIG_GLOBAL="$scratch/case/home/.gitconfig" "$@"; }
plan() { at_home git config --get-regexp 'track-tokens\..*' | sort | tr '\n' ' '; }
setup() { cp -a first case; }

judge_plan() {
	case $rc:$(plan) in
	0:"track-tokens.plan custom track-tokens.plan.tokens 300000 track-tokens.plan.weeklyreset tuesday 09:30 ") ;;
	0:*) plan; return 1 ;;
	*:"track-tokens.plan custom track-tokens.plan.tokens 300000 track-tokens.plan.weeklyreset tuesday 09:30 ") ;;
	*:"track-tokens.plan max5x track-tokens.plan.messages 60 ") ;;
	*) plan; return 1 ;;
	esac
	[ "$(at_home git config user.name)" = Dev ] || { echo "user.name is lost"; return 1; }
	at_home "$TRACK_TOKENS" status >/dev/null || { echo "status fails"; return 1; }
	rm -f home/.gitconfig.lock # git leaves such a lock, too, and says so
	at_home "$TRACK_TOKENS" plan set pro >/dev/null || { echo "cannot be set again"; return 1; }
}
for fault in KILL EIO ENOSPC; do
	sweep "plan set" $fault setup judge_plan \
		env HOME="$scratch/case/home" GIT_CONFIG_GLOBAL="$scratch/case/home/.gitconfig" \
		"$TRACK_TOKENS" plan set custom --tokens 300k --weekly-reset "tuesday 09:30"
done

cp -a first case
at_home "$TRACK_TOKENS" add 4000 0 >/dev/null 2>&1
rm -rf first
mv case first
used() { at_home "$TRACK_TOKENS" detail --json | jq '.windows[0].used.tokens'; }
judge_reset() {
	case $rc:$(used) in
	0:0 | [1-9]*:0 | [1-9]*:4000) ;;
	*) echo "exit-$rc-used-$(used)"; return 1 ;;
	esac
	TRACK_TOKENS_NOW=2026-01-02T03:05:00Z at_home "$TRACK_TOKENS" reset --window >/dev/null &&
		[ "$(TRACK_TOKENS_NOW=2026-01-02T03:05:00Z used)" = 0 ] || { echo "not again"; return 1; }
}
export TRACK_TOKENS_NOW=2026-01-02T03:04:06Z
for fault in KILL EIO ENOSPC; do
	sweep "reset --window" $fault setup judge_reset \
		env HOME="$scratch/case/home" GIT_CONFIG_GLOBAL="$scratch/case/home/.gitconfig" \
		"$TRACK_TOKENS" reset --window
done
finish
