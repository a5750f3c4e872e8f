#!/bin/sh
# SPDX-License-Identifier: MIT
# The earlier trackers' commands: each says the new one, word for word, and works.
user_home=$HOME
. "$(dirname "$0")/harness.sh"
. "$TESTS_DIR/client/npm.sh"
compat=$SOURCE_DIR/token_metrics/compat

# --- what each of them runs --------------------------------------------------------------------
mkdir stub real && ln -s "$TRACK_TOKENS" "$IMPORT_TOKENS" real/
for name in track-tokens import-tokens; do
	printf '#!/bin/sh\nprintf "%%s" "${0##*/}${TRACK_TOKENS_TRACE:+ (traced)}"\n[ $# = 0 ] || printf " <%%s>" "$@"\necho\n' >stub/$name
	chmod 755 stub/$name
done
shells=
for shell in 'sh' 'bash' 'zsh --emulate sh' 'busybox sh'; do
	command -v "${shell%% *}" >/dev/null && shells="$shells:$shell"
done
# says <expected words> <old command> [argument...]: in every shell that is here
says() {
	expected=$1 old=$2
	shift 2
	rest=${shells#:}:
	while [ -n "$rest" ]; do
		shell=${rest%%:*} rest=${rest#*:}
		# shellcheck disable=SC2086 # words
		PATH="$scratch/stub:$PATH" $shell "$compat/$old" "$@" >"$scratch/out" 2>&1
		if [ "$(cat "$scratch/out")" != "$expected" ]; then
			not_ok "$old $* in $shell" "$scratch/out"
			return
		fi
	done
	ok "$old $*: $expected"
}
tracker() {
	says 'track-tokens <status>' "$1"
	says 'track-tokens <status>' "$1" status
	says 'track-tokens <detailed>' "$1" detailed
	says 'track-tokens <add> <850> <1200>' "$1" add 850 1200
	says 'track-tokens <sync>' "$1" init
	DEBUG=1 says 'track-tokens (traced) <status>' "$1" status
}
tracker sync-usage-tracker-v2.sh
tracker sync-usage-tracker.sh
says 'track-tokens <hook> <stop>' token-tracking-hook.sh stop
says 'track-tokens <hook> <post-tool>' token-tracking-hook.sh post-tool
says 'track-tokens <hook> <session-end>' token-tracking-hook.sh session-end
says 'track-tokens <hook> <post-request>' token-tracking-hook.sh post-request
says 'track-tokens <hook> <post-request> <a b.json>' token-tracking-hook.sh post-request 'a b.json'
says '' token-tracking-hook.sh pre-request
says 'track-tokens <watch> <start> <--foreground> <--dir> </tmp/a b/>' advanced-token-tracker.sh monitor '/tmp/a b/'
says 'track-tokens <hook> <post-request> <a.json>' advanced-token-tracker.sh analyze a.json
says 'track-tokens <doctor>' advanced-token-tracker.sh test
says 'track-tokens <status>' advanced-token-tracker.sh status
says 'track-tokens <migrate>' upgrade-usage-structure.sh
says 'track-tokens <migrate>' upgrade-usage-structure.sh upgrade
says 'track-tokens <migrate>' upgrade-usage-structure.sh backup
says 'track-tokens <migrate> <--status>' upgrade-usage-structure.sh status
says 'track-tokens <plan>' auto-detect-plan.sh
says 'track-tokens <plan> <status>' auto-detect-plan.sh status
says 'track-tokens <plan> <set> <max5x>' auto-detect-plan.sh set max5x
says 'track-tokens <plan> <detect>' auto-detect-plan.sh update
says 'track-tokens <status>' token_usage
says 'track-tokens <detail>' token_usage detail
says 'track-tokens <add> <1500> <800>' token_usage add 1500 800
says 'track-tokens <add> <--estimate-input>' token_usage add --estimate-input
says 'track-tokens <estimate> <--text-input> <two words>' token_usage estimate 'two words'
says 'track-tokens <estimate>' token_usage estimate
says 'track-tokens <reset> <--window>' token_usage reset
says 'track-tokens <sync>' token_usage sync
says 'track-tokens <help>' token_usage help
says 'track-tokens <status>' claude_token_tracker
says 'track-tokens <add> <--input> <1500> <--output> <800>' claude_token_tracker add --input 1500 --output 800
says 'track-tokens <estimate> <--text-input> <two words>' claude_token_tracker estimate --text-input 'two words'
says 'track-tokens <monitor> <--monitor-time> <120>' claude_token_tracker monitor --monitor-time 120
says 'track-tokens <watch>' token_monitor
says 'track-tokens <watch> <start> <--interval> <30> <--daemon>' token_monitor start --interval 30 --daemon
says 'track-tokens <watch> <stop>' token_monitor stop
says 'track-tokens <request> <--input> <1000> <--output> <500>' token_monitor request --input 1000 --output 500
says 'track-tokens <report>' claude-tokens
says 'track-tokens <report> <session> <953809ed>' claude-tokens session 953809ed
says 'track-tokens <monitor> <-i> <1000>' claude-tokens monitor -i 1000
repo work
says 'track-tokens <init>' sync-usage-tracker-v2.sh init

# --- with the real one ---------------------------------------------------------------------------
PATH="$scratch/real:$PATH"
run 0 sh "$compat/sync-usage-tracker-v2.sh" init
check "init prepares the repository" test -d token_metrics/local_tracking
run 0 sh "$compat/sync-usage-tracker-v2.sh" add 850 1200
run 0 sh "$compat/token_usage" add 1500 800
run 0 sh "$compat/claude_token_tracker" add --input 1500 --output 800
"$TRACK_TOKENS" show >out
out_has 'Total Tokens: 6,650'
echo '{"id":"msg_1","usage":{"input_tokens":850,"output_tokens":1200}}' >answer.json
run 0 sh "$compat/token-tracking-hook.sh" post-request answer.json
run 0 sh "$compat/advanced-token-tracker.sh" analyze answer.json
"$TRACK_TOKENS" show >out
out_has 'Total Tokens: 8,700'
run 0 sh "$compat/token_usage" sync
run 0 sh "$compat/token_usage" help
run 0 sh "$compat/advanced-token-tracker.sh" test
run 0 env DEBUG=1 sh "$compat/sync-usage-tracker-v2.sh" add 1 1
check "DEBUG=1 shows each step" grep -q 'exit status 0' err

# --- every file is in the table --------------------------------------------------------------------
for file in "$compat"/*; do
	name=${file##*/}
	[ "$name" = README.md ] || check "$name is in the table" grep -qF "\`$name" "$compat/README.md"
	case $name in *.bat | *.ps1 | *.md) ;; *) check "$name can be run" test -x "$file" ;; esac
done

# --- Windows ------------------------------------------------------------------------------------------
for file in "$compat"/*.bat; do
	check "${file##*/} is sound" awk -v DIR="$compat" -f "$TESTS_DIR/support/check_batch.awk" "$file"
done
sed 's/\r$//; s/goto native/goto nowhere/' "$compat/track-tokens.bat" >broken.bat
awk -v DIR="$compat" -f "$TESTS_DIR/support/check_batch.awk" broken.bat >out
out_has "broken.bat:1: does not end in CR LF"
out_has "goes to ':nowhere', which is not there"
out_has "nothing goes to ':native'"
modules=${POWERSHELL_PARSER_DIR:-$user_home/.cache/track-tokens-tests/powershell}
if npm_package "$modules" web-tree-sitter@0.27.1 tree-sitter-powershell@0.26.4; then
	run 0 node "$TESTS_DIR/support/read_powershell.mjs" "$modules/node_modules" "$compat/claude_hook.ps1"
	out_is "parameter: [ValidateSet('monitor', 'add', 'status', 'detail', 'reset')] [string]\$Action = 'status'
parameter: [int]\$Duration = 300
parameter: [long]\$InputTokens = 0
parameter: [long]\$OutputTokens = 0
command: Get-Command -Name track-tokens -CommandType Application -ErrorAction SilentlyContinue 
command: Select-Object -First 1
command: & \$program @words
command: & wsl.exe -e track-tokens @words"
	echo 'if (' >broken.ps1
	run 1 node "$TESTS_DIR/support/read_powershell.mjs" "$modules/node_modules" broken.ps1
else
	ok "claude_hook.ps1 # SKIP no parser of PowerShell: no node, npm or registry"
fi
finish
