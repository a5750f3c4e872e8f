#!/bin/sh
# SPDX-License-Identifier: MIT
# Three servers, each with a home of its own, share a plan by way of one directory.
# shellcheck disable=SC2154 # rc is what sweep.sh sets
. "$(dirname "$0")/harness.sh"
unset GIT_CONFIG_GLOBAL
shared=$scratch/share
state=.local/state/track-tokens

is() { [ "$1" = "$2" ] || { echo "$1"; return 1; }; }
# on <server> <command...>: a command of that server
on() {
	home=$scratch/$1
	shift
	env HOME="$home" "$@"
}
# tokens_seen_by <server>: what it counts in the five-hour window
tokens_seen_by() { on "$1" "$TRACK_TOKENS" status --json | jq '.windows[0].used.tokens'; }
# sees <server> <tokens> <what that means>
sees() {
	got=$(tokens_seen_by "$1" 2>seen.err)
	if [ "$got" = "$2" ]; then ok "$3"; else echo "$got, not $2" >>seen.err; not_ok "$3" seen.err; fi
}
quiet_add() { on "$1" "$TRACK_TOKENS" -q add "$2" "$3" >add.out 2>&1 || not_ok "add on $1" add.out; }

# --- setting up -----------------------------------------------------------------------------
mkdir MAIN LXC115 LXC116
run 0 on MAIN "$TRACK_TOKENS" report servers
out_has "Only this server is known: 'track-tokens init --shared DIR' names a directory"
run 0 on MAIN "$TRACK_TOKENS" init --shared share --dry-run
out_is "would create $shared
would set track-tokens.sharedDir"
check "a dry run makes nothing" [ ! -e share -a ! -e MAIN/.gitconfig ]
run 0 on MAIN "$TRACK_TOKENS" init --shared share
out_is "created $shared
set track-tokens.sharedDir"
check "the directory is as open as the one it is in" \
	[ "$(stat -c %a share)" = "$(stat -c %a .)" ]
for server in LXC115 LXC116; do
	run 0 on $server "$TRACK_TOKENS" init --shared "$shared/"
	out_is "set track-tokens.sharedDir"
done
run 0 on LXC116 "$TRACK_TOKENS" init --shared share
out_is "nothing to do: everything is in place"
for server in MAIN LXC115 LXC116; do
	on $server git config --global track-tokens.server $server
	on $server git config --global track-tokens.plan pro
done
check "one repository is not the user: nothing of it was asked for" [ ! -e .git ]
run 66 on MAIN "$TRACK_TOKENS" init --shared share --hooks
err_has "is not inside a git repository"
run 65 on MAIN "$TRACK_TOKENS" init --shared MAIN/.gitconfig
err_has "'$scratch/MAIN/.gitconfig' is not a directory"
run 64 on MAIN "$TRACK_TOKENS" report weather
err_has "there is no report 'weather', only: summary"

# --- an add on one is seen by the next look of the others --------------------------------------
quiet_add MAIN 500 700
sees LXC115 1200 "an add on MAIN is seen on LXC115 at once"
quiet_add LXC115 100 200
sees MAIN 1500 "and one on LXC115 on MAIN"
sees LXC116 1500 "and both on a server that used nothing"
sees LXC115 1500 "its own counts once, though its file lies there, too"
run 0 on MAIN "$TRACK_TOKENS" status
out_is "🟢 98k (4h55m)"
run 0 on LXC116 "$TRACK_TOKENS" report servers
out_is "   Server            Last active       Five hours   Week   Ever
   LXC115            2026-01-02 03:04         300    300    300
   LXC116  this one  never                      0      0      0
   MAIN              2026-01-02 03:04       1,200  1,200  1,200"
run 0 on LXC116 "$TRACK_TOKENS" detail
out_has "   MAIN     1,200         0  2026-01-02 03:00"
check "a file for each server, and nothing else" [ "$(ls -A share | wc -l)" = 3 ]

# --- repeating changes nothing, a reset counts for all ------------------------------------------
cp -a share before
on MAIN "$TRACK_TOKENS" status >/dev/null
on MAIN "$TRACK_TOKENS" report servers >/dev/null
check "looking publishes nothing" diff -r share before
export TRACK_TOKENS_NOW=2026-01-02T03:07:05Z
on LXC115 "$TRACK_TOKENS" reset --window >reset.out 2>&1 || not_ok "reset" reset.out
sees MAIN 0 "a reset on one server is one on all"
quiet_add MAIN 10 20
sees LXC115 30 "what the reset divides a quarter hour from is still counted"
sees MAIN 30 "by its own server, too"

# --- other files ------------------------------------------------------------------------------------
echo '{"version":"2.0","token_usage":{}}' >share/usage-tracking.json
printf '{"format_version":1,\n"publ' >share/torn~00000000.json
sed 's/"format_version":1/"format_version":2/' share/LXC115~*.json >share/newer~00000000.json
ln -s /etc/passwd share/link.json
cp share/MAIN~*.json "share/MAIN (conflicted copy).json"
sees LXC115 30 "none of them counts"
run 0 on LXC115 "$TRACK_TOKENS" report servers --json
check "each is named" jq -e '[.left_out[].file] == ["MAIN (conflicted copy).json", "link.json",
	"newer~00000000.json", "torn~00000000.json", "usage-tracking.json"]' out
run 0 on LXC115 "$TRACK_TOKENS" report servers
out_has "Left out: usage-tracking.json: it is not a file of a server of track-tokens."
out_has "Left out: newer~00000000.json: line 1, column 19: a newer version of"
rm share/usage-tracking.json share/torn~* share/newer~* share/link.json share/*copy*

# --- names -----------------------------------------------------------------------------------------
on LXC116 git config --global track-tokens.server LXC115
quiet_add LXC116 1 1
run 0 on MAIN "$TRACK_TOKENS" report servers
out_has "Several servers call themselves LXC115: all of them count."
check "both have a file" [ "$(ls share/LXC115~*.json | wc -l)" = 2 ]
sees MAIN 32 "both count"
on LXC116 git config --global track-tokens.server 'a/../b'
run 0 on LXC116 "$TRACK_TOKENS" report servers
check "a server that is renamed takes its file along" [ "$(ls share | sed 's/~.*//' | xargs)" = "LXC115 MAIN a%2F..%2Fb" ]
out_lacks "Several servers"
sees MAIN 32 "and counts once"
cp -a LXC116 CLONE
on CLONE git config --global track-tokens.server CLONE
cp share/a* kept.json
quiet_add CLONE 1 1
cp kept.json "share/a%2F..%2Fb~$(jq -r .installation kept.json | cut -c1-8).json"
run 0 on MAIN "$TRACK_TOKENS" report servers
out_has "it is of the same installation as"
rm -rf CLONE share/CLONE~*
on LXC116 git config --global track-tokens.server "$(printf '%065d' 0)"
run 65 on LXC116 "$TRACK_TOKENS" report servers
err_has "track-tokens.server: the name of a server is longer than 64 bytes"
on LXC116 git config --global track-tokens.server LXC116
on LXC116 "$TRACK_TOKENS" report servers >/dev/null
on LXC116 git config --global --unset track-tokens.server
run 0 on LXC116 "$TRACK_TOKENS" report servers --json
check "without a name of its own it has the machine's" jq -e '[.servers[] | select(.this)][0].name != ""' out
on LXC116 git config --global track-tokens.server LXC116

# --- the directory goes, and comes back -----------------------------------------------------------------
mv share away
run 0 on MAIN "$TRACK_TOKENS" add 400 600
err_lacks "warning"
run 0 on MAIN "$TRACK_TOKENS" status
err_has "the shared directory cannot be read, other servers do not count: '$shared' does not exist"
check "it is not made again: what is not mounted must not be written to" [ ! -e share ]
run 0 on MAIN "$TRACK_TOKENS" report servers
out_has "What was used here is not published yet:"
check "the log tells it once" [ "$(grep -c 'share: ' MAIN/$state/track-tokens.log)" = 1 ]
mv away share
sees LXC115 32 "nothing of it is known elsewhere"
on MAIN "$TRACK_TOKENS" status >/dev/null
sees LXC115 1032 "it is published with the next command"
check "and no longer due" [ ! -e MAIN/$state/share.pending -a ! -e MAIN/$state/share.taken ]
if [ "$(id -u)" != 0 ]; then
	chmod a-w share
	quiet_add MAIN 1 1
	run 0 on MAIN "$TRACK_TOKENS" report servers
	out_has "not published yet"
	chmod u+w share
	sees LXC115 1032 "nothing of it is known elsewhere yet"
	on MAIN "$TRACK_TOKENS" status >/dev/null
	sees LXC115 1034 "it is published with the next command"
fi

# --- capture -------------------------------------------------------------------------------------------
repo work
mkdir -p ../LXC115/.claude/projects/p
transcript=$scratch/LXC115/.claude/projects/p/s1.jsonl
printf '{"type":"assistant","message":{"id":"msg_1","model":"claude-opus-5-5","usage":{"input_tokens":4000,"output_tokens":1}},"timestamp":"2026-01-02T03:05:00Z","uuid":"u1","sessionId":"s1","cwd":"%s"}\n' "$PWD" >"$transcript"
printf '{"hook_event_name":"Stop","session_id":"s1","cwd":"%s","transcript_path":"%s"}\n' "$PWD" "$transcript" >event
cd .. || exit 99
before=$(tokens_seen_by MAIN)
export TRACK_TOKENS_NOW=2026-01-02T03:08:05Z
# Before the reset, so that only the week counts it.
on LXC115 "$TRACK_TOKENS" hook <work/event
week=$(on MAIN "$TRACK_TOKENS" report servers --json | jq '[.servers[] | select(.name == "LXC115")][0].seven_day.tokens')
check "what a hook captured is published" [ "$week" -ge 4001 ]
sees MAIN "$before" "and counts where it belongs"

# --- by the quarter hour, and by the hour -----------------------------------------------------------
# rows <server>: how many rows of 2 tokens and of 8 its file has
rows() { jq -c '[.rows[] | .[2] + .[3]] | [map(select(. == 2)), map(select(. == 8))] | map(length)' "share/$1"~*.json; }
mkdir DESK NEPAL
for server in DESK NEPAL; do
	on $server "$TRACK_TOKENS" init --shared share >/dev/null
	on $server git config --global track-tokens.server $server
done
adds() {
	for day in 2025-12-20 2026-01-01; do
		for minute in 00 15 30 45; do
			on "$1" env TZ="$2" "$TRACK_TOKENS" -q add --input 2 --output 0 --date "${day}T10:$minute:05Z" >/dev/null 2>&1
		done
	done
}
adds DESK UTC
check "what is older than a day is one row an hour" is "$(rows DESK)" '[4,1]'
for time in 2025-12-28T18:10:00Z 2025-12-28T18:20:00Z; do
	on NEPAL env TZ=Asia/Kathmandu "$TRACK_TOKENS" -q add --input 2 --output 0 --date $time >/dev/null 2>&1
done
check "a week that begins within an hour divides it" is \
	"$(jq -c '[.rows[][0] % 3600000 / 60000]' share/NEPAL~*.json)" '[0,15]'
rm -rf DESK NEPAL share/DESK~* share/NEPAL~*

# --- a directory that does not answer ---------------------------------------------------------------------
shim=$BUILD_DIR/faults/slowshim.so
case $BUILD_DIR in */asan | */cov) shim='' ;; esac
if [ -n "$shim" ] && [ -f "$shim" ]; then
	printf '{"type":"assistant","message":{"id":"msg_2","model":"claude-opus-5-5","usage":{"input_tokens":5000,"output_tokens":1}},"timestamp":"2026-01-02T03:08:00Z","uuid":"u2","sessionId":"s1","cwd":"%s"}\n' "$PWD/work" >>"$transcript"
	# shellcheck disable=SC2016 # for that shell
	run 0 on LXC115 env SLOW_DIR="$shared" LD_PRELOAD="$shim" timeout 60 \
		sh -c 'exec "$0" hook <"$1"' "$TRACK_TOKENS" work/event
	run 0 on LXC115 env SLOW_DIR="$shared" LD_PRELOAD="$shim" timeout 60 "$TRACK_TOKENS" status
	err_has "the shared directory '$shared' does not answer: other servers do not count"
	run 0 on LXC115 env SLOW_DIR="$shared" LD_PRELOAD="$shim" timeout 60 "$TRACK_TOKENS" -q add 1 1
	: >"$shared.go"
	tries=0
	until [ "$(tokens_seen_by MAIN)" = $((before + 5003)) ] || [ $tries -gt 100 ]; do
		tries=$((tries + 1))
		sleep 0.2
	done
	on LXC115 "$TRACK_TOKENS" status >/dev/null
	sees MAIN $((before + 5003)) "what nobody waited for is published all the same"
	rm "$shared.go"
fi

# --- two at once -----------------------------------------------------------------------------------------------
before=$(tokens_seen_by LXC116)
for i in 1 2 3 4 5 6 7 8; do on MAIN "$TRACK_TOKENS" -q add $i 100 >/dev/null 2>&1 & done
wait
sees MAIN $((before + 836)) "eight adds at once all count"
on MAIN "$TRACK_TOKENS" status >/dev/null
sees LXC116 $((before + 836)) "and are all published"

# --- what doctor says -----------------------------------------------------------------------
run 1 on MAIN "$TRACK_TOKENS" doctor
out_has "3 publish in '$shared'"
echo 'a letter' >share/letter.json
run 1 on MAIN "$TRACK_TOKENS" doctor
out_has "'letter.json' is left out: "
rm share/letter.json
mv share away
run 0 on MAIN "$TRACK_TOKENS" -q add 1 1
run 1 on MAIN "$TRACK_TOKENS" doctor
out_has "the shared directory cannot be read, other servers do not count: '$shared' does not exist"
out_has "mend: ls $shared (is it there, mounted, and yours to read?)"
out_has "what was used here is not published yet: '$shared' does not exist"
mv away share
# Root may write anywhere but where nobody may.
read_only() {
	if [ "$(id -u)" != 0 ]; then
		chmod a-w share && "$@" && rc=0 || rc=$?
		chmod u+w share
		return $rc
	fi
	# shellcheck disable=SC2016 # for that shell
	unshare -m sh -c 'mount --bind share share && mount -o remount,ro,bind share && "$@"' sh "$@"
}
if read_only true 2>/dev/null; then
	run 1 read_only env HOME="$scratch/MAIN" "$TRACK_TOKENS" doctor
	out_has "this one cannot publish: '$shared' cannot be written by this user"
	out_has "mend: ls -ld $shared (it must be yours to write)"
fi
git config -f MAIN/.gitconfig track-tokens.sharedDir share
run 1 on MAIN "$TRACK_TOKENS" doctor
out_has "track-tokens.sharedDir is 'share', and no absolute path"
git config -f MAIN/.gitconfig track-tokens.sharedDir "$shared"

# --- killed, and out of space ---------------------------------------------------------------------------------------
. "$TESTS_DIR/support/sweep.sh"
rm -rf MAIN LXC115 LXC116 share
mkdir -p first/MAIN first/LXC115 case/share
for server in MAIN LXC115; do
	env HOME="$scratch/first/$server" "$TRACK_TOKENS" init --shared case/share >/dev/null
	env HOME="$scratch/first/$server" git config --global track-tokens.server $server
done
env HOME="$scratch/first/MAIN" "$TRACK_TOKENS" -q add 400 600 >/dev/null
mv case/share first/share
rmdir case
setup() { cp -a first case; }
window() { env HOME="$PWD/$1" "$TRACK_TOKENS" status --json 2>window.err | jq '.windows[0].used.tokens'; }
judge() {
	case $(window LXC115) in 1000 | 1700) ;; *) echo "other-sees-$(window LXC115)"; return 1 ;; esac
	own=$(window MAIN)
	case $rc:$own in 0:1700 | [1-9]*:1000 | [1-9]*:1700) ;; *) echo "own-$own"; return 1 ;; esac
	[ "$(window LXC115)" = "$own" ] || { echo "after:$own-other-$(window LXC115)"; return 1; }
	[ -z "$(find share -type f ! -name '*~*.json')" ] || { echo "litter"; return 1; }
}
for fault in KILL ENOSPC; do
	sweep publishing $fault setup judge env HOME="$scratch/case/MAIN" "$TRACK_TOKENS" -q add 300 400
done
finish
