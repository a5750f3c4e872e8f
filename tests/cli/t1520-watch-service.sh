#!/bin/sh
# SPDX-License-Identifier: MIT
# The watcher as the system's service: files only, which its own tools find sound.
. "$(dirname "$0")/harness.sh"
unit=$HOME/.config/systemd/user/track-tokens.service
agent=$HOME/Library/LaunchAgents/track-tokens.watch.plist
link=$HOME/.config/systemd/user/default.target.wants/track-tokens.service
odd='answers "100%" of $HOME & <co>'
mkdir "$odd"

# --- systemd -------------------------------------------------------------------------------
run 0 "$TRACK_TOKENS" watch install --service systemd --print
out_has "ExecStart=\"$TRACK_TOKENS\" \"watch\" \"run\" \"--quiet\""
check "--print writes nothing" [ ! -e "$unit" ]
run 0 "$TRACK_TOKENS" watch install --service systemd --dir "$odd" --interval 30 --processes
out_has "Wrote '$unit'"
out_has 'systemctl --user daemon-reload && systemctl --user start track-tokens'
check "it is started at login" [ "$(cat "$link")" = "$(cat "$unit")" ]
# systemd's own quoting undone: what runs is what was meant
words=$(sed -n 's/^ExecStart=//p' "$unit" | sed 's/\$\$/\\$/g; s/%%/%/g')
check "its words are those of the command" sh -c "set -- $words
	[ \"\$5 \$6 \$7 \$8 \$9\" = '--dir $scratch/$odd --processes --interval 30' ]"
if command -v systemd-analyze >/dev/null; then
	mkdir -m 700 runtime
	run 0 env XDG_RUNTIME_DIR="$scratch/runtime" systemd-analyze verify --user --man=no --recursive-errors=no "$unit"
	err_lacks track-tokens.service
fi
run 0 "$TRACK_TOKENS" watch install --service systemd
check "the same again replaces it" sh -c "! grep -q -- --dir '$unit'"
CLAUDE_CONFIG_DIR=$scratch/claude run 0 "$TRACK_TOKENS" watch install --service systemd --print
out_has "Environment=\"CLAUDE_CONFIG_DIR=$scratch/claude\""
run 0 "$TRACK_TOKENS" watch uninstall --service systemd
out_is "Removed '$unit'"
check "nothing is left" [ ! -e "$unit" ]
check "nor the link" [ ! -L "$link" ]
run 0 "$TRACK_TOKENS" watch uninstall --service systemd
out_is "There is no '$unit'"
echo '[Unit]' >"$unit"
run 64 "$TRACK_TOKENS" watch install --service systemd
err_has "'$unit' was not written by 'track-tokens watch install'"
run 64 "$TRACK_TOKENS" watch uninstall --service systemd
check "somebody else's unit stays" [ "$(cat "$unit")" = '[Unit]' ]
rm "$unit"

# --- launchd -------------------------------------------------------------------------------
run 0 "$TRACK_TOKENS" watch install --service launchd --dir "$odd"
out_has 'launchctl load -w ~/Library/LaunchAgents/track-tokens.watch.plist'
if command -v python3 >/dev/null; then
	python3 -c 'import plistlib, sys
words = plistlib.load(open(sys.argv[1], "rb"))["ProgramArguments"]
assert words == sys.argv[2:], words' "$agent" "$TRACK_TOKENS" watch run --quiet --dir "$scratch/$odd" >out 2>&1
	if [ $? = 0 ]; then ok "its words are those of the command"; else not_ok "words" out; fi
fi
run 0 "$TRACK_TOKENS" watch uninstall --service launchd
check "nothing is left" [ ! -e "$agent" ]

# --- this system's --------------------------------------------------------------------------
run 0 "$TRACK_TOKENS" watch install --print
case $(uname) in Darwin) out_has '<plist' ;; *) out_has '[Service]' ;; esac
finish
