#!/bin/sh
# SPDX-License-Identifier: MIT
# A request is an entry that waits in a file of its own, and counts exactly once.
# shellcheck disable=SC2154 # rc is what sweep.sh sets
. "$(dirname "$0")/harness.sh"
. "$TESTS_DIR/support/sweep.sh"
waiting=$HOME/.local/state/track-tokens/requests
is() { [ "$1" = "$2" ] || { echo "$1"; return 1; }; }
# kept: how many requests wait
kept() { find "$waiting" -name '*.json' 2>/dev/null | grep -c . || :; }
ledger_tokens() { "$TRACK_TOKENS" show "$@" --json | jq .total.tokens; }
window_tokens() { "$TRACK_TOKENS" status --json | jq '.windows[0].used.tokens'; }

# --- asked for, and taken by the next command -----------------------------------------------
repo app
run 0 "$TRACK_TOKENS" request --input 1000 --output 500
out_is "✅ Requested: 1,500 tokens; the next command counts them on main"
check "it waits in a file that is the user's alone" is \
	"$(kept) $(stat -c %a "$waiting" "$waiting"/*.json | tr '\n' ' ')" '1 700 600 '
check "no ledger was touched" [ ! -e token_metrics ]
run 0 "$TRACK_TOKENS" doctor
out_has "1 waits for the next command that records"
run 0 "$TRACK_TOKENS" status
check "the next command takes it" is "$(kept) $(ledger_tokens) $(window_tokens)" '0 1500 1500'
check "as what it is" is "$("$TRACK_TOKENS" show --json | jq -r '.recent[0].entry.source')" request

run 0 "$TRACK_TOKENS" request 300 "night run" --branch other --json
check "--json tells the entry" is "$(jq -c '[.requested.tokens, .branch]' out)" '[300,"other"]'
id=$(jq -r .requested.id out)
run 0 "$TRACK_TOKENS" -q add 5
check "add takes it, too, on its own branch" is "$(ledger_tokens --branch other) $(ledger_tokens)" '300 1505'
check "under the id that was told" is \
	"$("$TRACK_TOKENS" show --branch other --json | jq -r '.recent[0].entry.id')" "$id"
for command in sync report show export "reset -f"; do
	"$TRACK_TOKENS" -q request 10 >/dev/null
	# shellcheck disable=SC2086 # a command and its option
	run 0 "$TRACK_TOKENS" $command
	check "$command takes one" is "$(kept)" 0
done
"$TRACK_TOKENS" request 10 >/dev/null
echo '{"hook_event_name":"Stop","session_id":"s","cwd":"/"}' | "$TRACK_TOKENS" hook
check "and so does a hook" is "$(kept) $(ledger_tokens)" '0 10'

# --- exactly once --------------------------------------------------------------------------------
"$TRACK_TOKENS" request 7 >/dev/null
cp "$waiting"/*.json ../copy.json
"$TRACK_TOKENS" status >/dev/null
cp ../copy.json "$waiting/again.json"
"$TRACK_TOKENS" status >/dev/null
check "a request that comes again is known" is "$(kept) $(ledger_tokens)" '0 17'
"$TRACK_TOKENS" -q remove --yes "$(jq -r .entry.id ../copy.json)" >/dev/null 2>&1 ||
	"$TRACK_TOKENS" -q remove "$(jq -r .entry.id ../copy.json)" >/dev/null
cp ../copy.json "$waiting/again.json"
"$TRACK_TOKENS" status >/dev/null
check "what was removed stays removed" is "$(kept) $(ledger_tokens)" '0 10'

before=$(ledger_tokens)
for _ in 1 2 3 4 5 6 7 8; do "$TRACK_TOKENS" -q request 100 >/dev/null & done
wait
check "eight at once are eight files" is "$(kept)" 8
for _ in 1 2 3 4; do "$TRACK_TOKENS" status >/dev/null 2>&1 & done
wait
"$TRACK_TOKENS" status >/dev/null
check "taken by four at once, each counts once" is "$(kept) $(ledger_tokens)" "0 $((before + 800))"

# --- where nothing can be recorded now -------------------------------------------------------------
before=$(ledger_tokens)
if [ "$(id -u)" != 0 ]; then
	chmod a-w token_metrics/local_tracking
	run 0 "$TRACK_TOKENS" request 20
	run 0 "$TRACK_TOKENS" status
	check "where the ledger cannot be written it waits" is "$(kept)" 1
	chmod u+w token_metrics/local_tracking
else
	mv token_metrics/local_tracking ../put-away && : >token_metrics/local_tracking
	run 0 "$TRACK_TOKENS" request 20
	run 0 "$TRACK_TOKENS" status
	check "where the ledger cannot be written it waits" is "$(kept)" 1
	rm token_metrics/local_tracking && mv ../put-away token_metrics/local_tracking
fi
run 0 "$TRACK_TOKENS" status
check "until it can be" is "$(kept) $(ledger_tokens)" "0 $((before + 20))"

# Nobody has to wait for a collector.
flock "$HOME/.local/state/track-tokens/usage.lock" sh -c "
	'$TRACK_TOKENS' request 30 >/dev/null && '$TRACK_TOKENS' -q add 40 >/dev/null"
check "what the index could not be told waits for its turn" is "$(kept)" 2
run 0 "$TRACK_TOKENS" status
check "and counts once, in ledger and window" is "$(kept) $(ledger_tokens)" "0 $((before + 90))"

# Each look takes what waits: how many do is asked first.
before=$(ledger_tokens)
for _ in 1 2 3 4 5 6; do "$TRACK_TOKENS" -q request 1 --branch held >/dev/null; done
"$TRACK_TOKENS" -q request 1 >/dev/null
"$TRACK_TOKENS" -q add 1 --branch held >/dev/null
check "a ledger's requests are taken" is "$(kept) $(ledger_tokens --branch held)" '0 7'
for _ in 1 2 3 4 5 6; do "$TRACK_TOKENS" -q request 1 --branch held >/dev/null; done
"$TRACK_TOKENS" -q request 1 >/dev/null
run 0 flock token_metrics/local_tracking/tokens_held.json.lock timeout 30 "$TRACK_TOKENS" status
check "where a ledger is locked its requests wait, and nobody for them" is \
	"$(kept) $(ledger_tokens)" "6 $((before + 2))"
for _ in 1 2 3 4 5 6; do "$TRACK_TOKENS" -q request 1 --branch held >/dev/null; done
run 0 flock "$HOME/.local/state/track-tokens/usage.lock" timeout 30 "$TRACK_TOKENS" status
check "nor for a collector" is "$(kept) $(ledger_tokens --branch held)" '6 19'
cd .. || exit 99
outside=$(window_tokens)
flock "$HOME/.local/state/track-tokens/usage.lock" "$TRACK_TOKENS" -q add 50 >/dev/null
run 0 "$TRACK_TOKENS" status
check "outside of a repository, too" is "$(window_tokens)" $((outside + 50))
"$TRACK_TOKENS" request 60 >/dev/null
check "where a request is for the windows only" is "$(window_tokens)" $((outside + 110))

repo gone
"$TRACK_TOKENS" request 70 >/dev/null
cd .. && rm -rf gone
run 0 "$TRACK_TOKENS" status
check "a repository that is gone loses no tokens" is "$(kept) $(window_tokens)" "0 $((outside + 180))"

# --- what cannot be read -----------------------------------------------------------------------------
echo '{"half' >"$waiting/torn.json"
run 0 "$TRACK_TOKENS" status
run 0 "$TRACK_TOKENS" -C app doctor
out_has "torn.json"
check "what cannot be read is left alone" is "$(cat "$waiting/torn.json")" '{"half'
rm "$waiting/torn.json"
run 64 "$TRACK_TOKENS" request
err_has "how many tokens?"
run 64 "$TRACK_TOKENS" request --input -5

# --- killed anywhere ----------------------------------------------------------------------------------
mkdir -p first/home && cd first || exit 99
repo work
cd ../.. || exit 99
setup() { cp -a first case; }
sum() { (cd work && HOME="$scratch/case/home" "$TRACK_TOKENS" show --json 2>/dev/null | jq '.total.tokens // 0'); }
count_case() { find home/.local/state/track-tokens/requests -name '*.json' 2>/dev/null | grep -c . || :; }
judge_spool() {
	(cd work && HOME="$scratch/case/home" "$TRACK_TOKENS" status) >/dev/null || { echo "status fails"; return 1; }
	case $rc:$(sum) in 0:1500 | [1-9]*:0 | [1-9]*:1500) ;; *) echo "rc-$rc-sum-$(sum)"; return 1 ;; esac
	[ "$(count_case)" = 0 ] || { echo "left:$(count_case)"; return 1; }
}
for fault in KILL ENOSPC; do
	sweep request $fault setup judge_spool env HOME="$scratch/case/home" \
		"$TRACK_TOKENS" -C work -q request --input 1000 --output 500
done
(cd first/work && HOME="$scratch/first/home" "$TRACK_TOKENS" -q request --input 1000 --output 500) >/dev/null
sed -i "s|/first/|/case/|g" first/home/.local/state/track-tokens/requests/*.json
judge_take() {
	(cd work && HOME="$scratch/case/home" "$TRACK_TOKENS" status) >/dev/null || { echo "status fails"; return 1; }
	[ "$(sum) $(count_case)" = "1500 0" ] || { echo "sum:$(sum)-left:$(count_case)"; return 1; }
}
for fault in KILL ENOSPC EIO; do
	sweep taking $fault setup judge_take env HOME="$scratch/case/home" \
		"$TRACK_TOKENS" -C work status
done
finish
