#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Show that every row of an earlier tracker's acceptance list is answered:
# sh tests/acceptance/run.sh tests/acceptance/S2.txt        (by prove, as TAP)
#
# A table says first which rows it must hold, "rows S2 1-59", and then, row by row:
#
#	@ branch                        a fresh HOME and directory from here on (see worlds.sh)
#
#	@ at 2026-01-02T04:15:00Z       the time from here on
#
#	S2.3 what the earlier tracker's document says
#	  works | better: why | not: why | later: with what
#	  $ track-tokens add 54161      the command that shows it; lines are one script
#	  ? 64                          its exit status, when it is not 0
#	  | text                        is in its output
#	  ~ regex                       some line of its output
#	  ! text                        is not in its output
#
# "works": as documented.  "better": the same end by other means.  "not": not done,
# by decision; its command, if any, shows what stands in its place.  "later": not
# there yet; a command is tried, and may not pass, so that a row that came true is
# not forgotten.
table=$(cd "$(dirname "$1")" && pwd)/${1##*/}
. "$(dirname "$0")/../cli/harness.sh"
. "$TESTS_DIR/acceptance/worlds.sh"
lines=$scratch/lines worlds=0 row='' rows='' seen=' '
works=0 better=0 not=0 later=0
export PATH="$BUILD_DIR/bin:$SOURCE_DIR/token_metrics/compat:$PATH" SOURCE_DIR BUILD_DIR
mkdir "$scratch/rows" && tr -d '\r' <"$table" >"$lines" || exit 99

enter_world() { # NAME
	worlds=$((worlds + 1)) TRACK_TOKENS_NOW=2026-01-02T03:04:05Z
	mkdir "$scratch/w$worlds" "$scratch/w$worlds/home" "$scratch/w$worlds/here"
	export HOME="$scratch/w$worlds/home" WORLD="$scratch/w$worlds"
	export GIT_CONFIG_GLOBAL="$HOME/.gitconfig"
	cd "$scratch/w$worlds/here" || exit 99
	"world_$1" >"$scratch/world.out" 2>&1 || not_ok "the world '$1'" "$scratch/world.out"
}

begin_row() { # LINE
	row=${1%% *} what=${1#* } how='' reason='' script='' want=0
	: >"$scratch/wanted"
	case $seen in *" $row "*) not_ok "$row stands there twice" ;; esac
	seen="$seen$row "
}

# answered: does the output hold what the row says?
answered() {
	status=$got
	[ "$status" = "$want" ] || { echo "exit status $status, not $want"; return 1; }
	while IFS= read -r line; do
		text=${line#????}
		case $line in
		'  | '*) grep -qF -- "$text" "$scratch/answer" || { echo "does not say: $text"; return 1; } ;;
		'  ~ '*) grep -qE -- "$text" "$scratch/answer" || { echo "nothing like: $text"; return 1; } ;;
		'  ! '*) ! grep -qF -- "$text" "$scratch/answer" || { echo "says: $text"; return 1; } ;;
		esac
	done <"$scratch/wanted"
}

run_script() {
	sh -ec "$script" >"$scratch/answer" 2>&1 </dev/null
	got=$?
	why=$(answered) || { { echo "$why"; cat "$scratch/answer"; } >"$scratch/why"; return 1; }
}

end_row() {
	[ -n "$row" ] || return 0
	label="$row $what"
	case $how in
	works | better | not | later) eval "$how=\$(($how + 1))" ;;
	*) not_ok "$label: is neither works, better, not nor later" ;;
	esac
	case $how in better | not | later) [ -n "$reason" ] || not_ok "$label: $how, but why?" ;; esac
	if [ "$how" = later ]; then
		if [ -n "$script" ] && run_script; then
			not_ok "$label: is there now: it is 'later' no more" "$scratch/answer"
		else
			ok "$label # SKIP later: $reason"
		fi
	elif [ -z "$script" ] && [ "$how" != not ]; then
		not_ok "$label: has no command"
	elif [ -z "$script" ] || run_script; then
		ok "$label${reason:+ ($how: $reason)}"
	else
		not_ok "$label" "$scratch/why"
	fi
	row=''
}

# Every row of the list, and none that is not in it.
check_rows() { # PREFIX FIRST-LAST
	from=${2%-*} to=${2#*-}
	while [ "$from" -le "$to" ]; do
		case $seen in *" $1.$from "*) ;; *) not_ok "$1.$from is missing" ;; esac
		from=$((from + 1))
	done
	[ "$(echo "$seen" | wc -w)" -le "$to" ] || not_ok "there are more rows than $1.$to"
}

while IFS= read -r line <&3; do
	case $line in
	'' | '#'*) ;;
	'rows '*) rows=${line#rows } ;;
	'@ at '*) end_row; export TRACK_TOKENS_NOW="${line#@ at }" ;;
	'@ '*) end_row; enter_world "${line#@ }" ;;
	S[0-9]*) end_row; begin_row "$line" ;;
	'  works') how=works ;;
	'  better: '*) how=better reason=${line#*: } ;;
	'  not: '*) how=not reason=${line#*: } ;;
	'  later: '*) how=later reason=${line#*: } ;;
	'  $ '*) script="$script${line#????}
" ;;
	'  ? '*) want=${line#????} ;;
	'  | '* | '  ~ '* | '  ! '*) printf '%s\n' "$line" >>"$scratch/wanted" ;;
	*) not_ok "${table##*/}: cannot be read: $line" ;;
	esac
done 3<"$lines"
end_row
# shellcheck disable=SC2086 # prefix and range
if [ -n "$rows" ]; then check_rows $rows; else not_ok "${table##*/} does not say which rows it holds"; fi
echo "# ${rows%% *}: $works as documented, $better better, $not not done by decision, $later later"
finish
