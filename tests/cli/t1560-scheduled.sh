#!/bin/sh
# SPDX-License-Identifier: MIT
# The lines that the manual has for cron and systemd do what it says.
. "$(dirname "$0")/harness.sh"
page=$SOURCE_DIR/src/man/track-tokens.1
export TRACK_TOKENS_NOW=2026-01-12T12:00:00Z
mkdir -p "$HOME/.claude/projects/p" bin
ln -s "$TRACK_TOKENS" bin/track-tokens
printf '#!/bin/sh\nprintf "%%s\\n" "$@" >subject && cat >mail\n' >bin/mail && chmod +x bin/mail
repo 'a project of which the name is so long that no line of eighty columns can hold it'
for day in 10 11 12; do
	printf '{"type":"assistant","message":{"id":"%s","model":"claude-opus-4-5","usage":{"input_tokens":1234567,"output_tokens":7654321,"cache_read_input_tokens":987654321}},"timestamp":"2026-01-%sT10:00:00Z","uuid":"%s","sessionId":"s","cwd":"%s","gitBranch":"main"}\n' \
		$day $day $day "$PWD" >>"$HOME/.claude/projects/p/s.jsonl"
done
cd .. || exit 99

# cron <when>: the command of that line as cron runs it, with next to no environment
cron() {
	command=$(sed -n "s/^$1 //p" "$page")
	env -i HOME="$HOME" PATH="$scratch/bin:/usr/bin:/bin" SHELL=/bin/sh LOGNAME=dev \
		TRACK_TOKENS_NOW="$TRACK_TOKENS_NOW" sh -c "$command" >out 2>err
}
is_plain() { ! LC_ALL=C grep -q '[^ -~]' "$1"; }
fits() { [ "$(awk 'length > m { m = length } END { print m + 0 }' "$1")" -le "$2" ]; }

check "each day's report ends well" cron '0 9 \* \* \*'
check "and says nothing that would be mailed" [ "$(cat out err)" = "" ]
check "it is in the file" grep -q '^ *2026-01-12 ' daily-report.txt
check "without colour, in ASCII" is_plain daily-report.txt
check "in 80 columns" fits daily-report.txt 80
check "each week's report ends well" cron '0 9 \* \* 1'
check "it is mailed" grep -q '^ *2026-01-05 ' mail
check "to whom it should be" [ "$(tail -1 subject)" = you@example.com ]
check "without colour, in ASCII" is_plain mail
check "in 72 columns" fits mail 72
for report in daily weekly monthly branches models trends blocks; do
	run 0 env LC_ALL=C COLUMNS=72 "$TRACK_TOKENS" report $report
	check "$report is plain" is_plain out
	check "$report fits 72 columns" fits out 72
done
run 0 env COLUMNS=x "$TRACK_TOKENS" report daily
check "what is no number is no width" fits out 80
echo '{' >"$HOME/.local/state/track-tokens/usage.db"
rm -r "$HOME/.claude"
run 65 "$TRACK_TOKENS" report daily --no-sync
check "what went wrong is said where cron mails it" [ -s err ]

# unit <first line>: the unit's text
unit() { sed -n "/^\\[$1\\]/,/^\\.Ed/p" "$page" | sed '/^\.Ed/d'; }
units=$HOME/.config/systemd/user
mkdir -p "$units" && unit Service >"$units/track-tokens-report.service"
unit Timer >"$units/track-tokens-report.timer"
check "the service is in the manual" grep -q ExecStart "$units/track-tokens-report.service"
check "and the timer" grep -q WantedBy "$units/track-tokens-report.timer"
if command -v systemd-analyze >/dev/null; then
	mkdir -m 700 runtime
	run 0 env XDG_RUNTIME_DIR="$scratch/runtime" systemd-analyze verify --user --man=no \
		--recursive-errors=no "$units/track-tokens-report.timer"
	err_lacks track-tokens-report
	run 0 systemd-analyze calendar '*-*-* 09:00'
fi
finish
