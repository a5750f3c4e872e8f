#!/bin/sh
# show: figures for people and for programs.
. "$(dirname "$0")/harness.sh"

"$TRACK_TOKENS" >out 2>err
grep -q '^Usage:' out && ok "outside a repository, alone: help" || not_ok "alone" out
git init -q -b main repo && cd repo || exit 99
git config user.email dev@example.com
run 0 "$TRACK_TOKENS" show --json
grep -q '"tokens":0,"usage"' out && ok "a branch without tokens has 0" || not_ok "0" out
run 66 "$TRACK_TOKENS" show no-such-branch
run 0 "$TRACK_TOKENS" show --all
for k in 1 2 3 4 5 6 7; do
	run 0 "$TRACK_TOKENS" add "${k}000" "session number $k" --date "2025-12-0$k"
done
run 0 "$TRACK_TOKENS" add --branch main --from-message 'Token usage: 54161/200000'
run 0 "$TRACK_TOKENS" show
grep -q '28,000' out && ok "total" || not_ok "total" out
[ "$(grep -c 'session number' out)" -le 5 ] && grep -q 'session number 7' out &&
	ok "the last five" || not_ok "last five" out
grep -q 'session number 1' out && not_ok "not older ones" out || ok "not older ones"
grep -q '54,161' out && ok "the reading has a line" || not_ok "reading" out
run 0 "$TRACK_TOKENS" status
cp out status
run 0 "$TRACK_TOKENS"
cmp -s out status && grep -q used out && ok "track-tokens alone is status" || not_ok "alone" out
run 0 "$TRACK_TOKENS" show -n 2
[ "$(grep -c 'session number' out)" -le 2 ] && ok "-n 2" || not_ok "-n 2" out
run 0 "$TRACK_TOKENS" show -n 99
grep -q 'session number 1' out && ok "-n 99" || not_ok "-n 99" out
run 0 "$TRACK_TOKENS" show --json
grep -q '"tokens":28000,"usage"' out && ok "total in JSON" || not_ok "total in JSON" out
esc=$(printf '\033')
run 0 "$TRACK_TOKENS" show --color=always
out_has "${esc}["
out_lacks "$(printf '\007')"
run 0 "$TRACK_TOKENS" show
out_lacks "${esc}["
if command -v script >/dev/null 2>&1; then
	TERM=xterm script -qec "'$TRACK_TOKENS' show" /dev/null >out 2>err </dev/null
	out_has "${esc}["
	NO_COLOR=1 TERM=xterm script -qec "'$TRACK_TOKENS' show" /dev/null >out 2>err </dev/null
	out_lacks "${esc}["
	TERM=dumb script -qec "'$TRACK_TOKENS' show" /dev/null >out 2>err </dev/null
	out_lacks "${esc}["
fi
run 64 "$TRACK_TOKENS" show a b
run 64 "$TRACK_TOKENS" show main --all
run 64 "$TRACK_TOKENS" show -n x

run 0 "$TRACK_TOKENS" show
out_lacks 'not exported'
run 0 "$TRACK_TOKENS" add 1 --no-export --branch pending
run 0 "$TRACK_TOKENS" show pending
out_has '1 entry is not exported yet'

run 0 "$TRACK_TOKENS" add 1 "evil ${esc}[31m note" --model "m${esc}]0;x" --date 2025-12-31
run 0 "$TRACK_TOKENS" show
grep -q "$esc" out && not_ok "no control bytes" out || ok "no control byte reaches the terminal"

cp token_metrics/local_tracking/tokens_main.json good
printf '{"format_version":2,' >token_metrics/local_tracking/tokens_main.json
cp token_metrics/local_tracking/tokens_main.json broken
run 65 "$TRACK_TOKENS" show
run 65 "$TRACK_TOKENS" add 5
grep -q 'tokens_main.json' err && ok "names the file" || not_ok "names the file" err
cmp -s broken token_metrics/local_tracking/tokens_main.json && ok "never overwrites a broken one" ||
	not_ok "overwrites" err
run 0 "$TRACK_TOKENS" add 5 --branch other
run 0 "$TRACK_TOKENS" show --all
grep -q 'other' out && grep -q 'warning: .*tokens_main.json' err && ok "shows the others" ||
	not_ok "the others" err
finish
