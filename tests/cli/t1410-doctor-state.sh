#!/bin/sh
# SPDX-License-Identifier: MIT
# doctor: what is kept for the user, locks, the client, and what is not read yet.
. "$(dirname "$0")/harness.sh"

repo work
here=$PWD state=$HOME/.local/state/track-tokens
# doctor <exit status>: its answer is in ./out, out of the repository
doctor() { cd "$scratch" && run "$1" "$TRACK_TOKENS" -C "$here" doctor; }
line() { if grep -qxF -- "$1" out; then ok "$1"; else not_ok "$1" out; fi; }

# --- nothing yet ---------------------------------------------------------------------------
doctor 0
line "ok       client: Claude Code has not run here as this user: there is no '$HOME/.claude.json'"
line "ok       state directory: '$state' will be made when it is needed"
line "ok       locks: none is held (0 lock files; they stay, and block nobody)"
out_lacks ' reading: '
check "and looking makes nothing" test ! -e "$HOME/.local"

# --- the client, and what it wrote ------------------------------------------------------------
echo '{}' >"$HOME/.claude.json" && TZ=UTC touch -d 2026-01-01T12:00:00Z "$HOME/.claude.json"
mkdir -p "$HOME/.claude/projects/p"
printf '{"type":"assistant","timestamp":"2026-01-01T10:00:00Z","sessionId":"s","cwd":"%s","uuid":"u","message":{"id":"m1","model":"claude-opus-5-5","usage":{"input_tokens":5,"output_tokens":1}}}\n' "$here" >"$HOME/.claude/projects/p/s.jsonl"
cp "$HOME/.claude/projects/p/s.jsonl" "$HOME/.claude/projects/p/t.jsonl"
touch -d 2026-01-02T02:00:00Z "$HOME"/.claude/projects/p/*.jsonl
doctor 0
line "ok       client: '$HOME/.claude.json', last written on 2026-01-01"
line "warning  reading: 2 of 2 transcripts have something new that was not read yet (1 kB)"
line "         mend: track-tokens sync"
"$TRACK_TOKENS" -C "$here" sync >/dev/null
doctor 0
line "ok       reading: all 2 transcripts are read"
cat "$HOME/.claude/projects/p/s.jsonl" >>"$HOME/.claude/projects/p/t.jsonl"
touch -d 2026-01-02T03:00:00Z "$HOME/.claude/projects/p/t.jsonl"
doctor 0
line "ok       reading: all 2 transcripts are read but for sessions that are at work"
touch -d 2026-01-02T02:00:00Z "$HOME/.claude/projects/p/t.jsonl"
doctor 0
line "warning  reading: 1 of 2 transcripts have something new that was not read yet (1 kB)"
echo '{}' >"$state/queue"
doctor 0
line "ok       reading: events of hooks wait for the next one; 'track-tokens sync' reads what they are about"
rm "$state/queue"
CLAUDE_CONFIG_DIR="$HOME/other,$HOME/.claude" "$TRACK_TOKENS" -C "$here" doctor >out
line "ok       client: Claude Code has not run here as this user: there is no '$HOME/other/.claude.json'"

# --- the directory ----------------------------------------------------------------------------
line "ok       state directory: '$state'"
chmod 755 "$state"
doctor 0
line "warning  state directory: '$state' can be read by others (mode 755)"
line "         mend: chmod 700 $state"
chmod 700 "$state" && chmod 644 "$state/usage.db"
doctor 0
line "warning  state directory: '$state/usage.db' can be read by others (mode 644)"
line "         mend: chmod 600 $state/usage.db"
chmod 600 "$state/usage.db"
mkdir "$scratch/x y" && echo >"$scratch/x y/track-tokens"
XDG_STATE_HOME="$scratch/x y" "$TRACK_TOKENS" -C "$here" doctor >out
line "problem  state directory: '$scratch/x y/track-tokens' is not a directory"
if [ "$(id -u)" != 0 ]; then
	chmod 500 "$state"
	doctor 1
	line "problem  state directory: '$state' cannot be written by this user"
	chmod 700 "$state"
fi

# --- locks --------------------------------------------------------------------------------------
"$TRACK_TOKENS" -C "$here" add 5 >/dev/null
doctor 0
line "ok       locks: none is held (2 lock files; they stay, and block nobody)"
# hold <file>: until the pipe on descriptor 8 closes
hold() {
	rm -f pipe ready && mkfifo pipe
	flock "$1" sh -c 'echo >ready; cat pipe' >/dev/null &
	exec 8>pipe
	while [ ! -s ready ]; do sleep 0.01; done
}
for lock in "$state/usage.lock" "$here/token_metrics/local_tracking/tokens_main.json.lock"; do
	hold "$lock"
	doctor 0
	check "a lock that is held, and by whom: ${lock##*/}" grep -qE "^warning  locks: '$lock' is held by (process [0-9]+|another process); it ends with that process, and removing the file would let two in at once$" out
	[ ! -r /proc/locks ] || check "and what ends it" grep -qE '^         mend: kill [0-9]+ \(if it hangs\)$' out
	exec 8>&-
	wait
done
doctor 0
line "ok       locks: none is held (2 lock files; they stay, and block nobody)"
finish
