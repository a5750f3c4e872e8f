#!/bin/sh
# SPDX-License-Identifier: MIT
# statusline: one line of what is known, whatever comes in, and always exit 0.
. "$(dirname "$0")/harness.sh"
export TRACK_TOKENS_NOW=2026-11-20T12:00:00Z
repo work
work=$PWD
cd .. || exit 99
state=$HOME/.local/state/track-tokens

# status: what the client tells it
status() {
	printf '{"session_id":"s1","transcript_path":"%s","cwd":"%s",' "$HOME/none.jsonl" "$work"
	printf '"model":{"id":"claude-opus-5-5","display_name":"Opus 5.5"},"workspace":{"current_dir":"%s","project_dir":"%s"},' "$work" "$work"
	printf '"version":"2.1.330","cost":{"total_cost_usd":1.2345,"total_duration_ms":20734},'
	printf '"context_window":{"total_input_tokens":32103,"context_window_size":200000,"used_percentage":16.05},'
	printf '"rate_limits":{"five_hour":{"used_percentage":41.2,"resets_at":1795194000},"seven_day":{"used_percentage":7,"resets_at":1795512600}}}'
}
# line <what> <expected> [<option>...]: of ./in
line() {
	what=$1 want=$2
	shift 2
	"$TRACK_TOKENS" statusline "$@" <in >out 2>err
	got=$?
	if [ $got = 0 ] && [ "$(cat out)" = "$want" ] && [ "$(wc -l <out)" = "$(printf '%s\n' "$want" | wc -l)" ]; then
		ok "$what"
	else
		{ echo "exit $got, expected: $want"; cat out err; } >all
		not_ok "$what" all
	fi
}

# --- nothing captured yet --------------------------------------------------------------
status >in
line "no index: what the client says" \
	"main · session \$1.23 · context 16% · 5h 41% (17:00) · week 7% (Tue 09:30)"
[ ! -e "$state/usage.db" ] && ok "and none is made" || not_ok "index made"
line "a field of it is not known" '? ? main' --format '{branch_cost} {branch_tokens} {branch}'

# --- captured ----------------------------------------------------------------------------
mkdir -p "$HOME/.claude/projects/p"
printf '{"type":"assistant","message":{"id":"msg_1","model":"claude-opus-5-5","usage":{"input_tokens":999999,"output_tokens":1}},"timestamp":"2026-11-20T10:00:00Z","sessionId":"s1","cwd":"%s","gitBranch":"main"}\n' "$work" >"$HOME/.claude/projects/p/s1.jsonl"
"$TRACK_TOKENS" -C work sync >/dev/null
cost=$("$TRACK_TOKENS" -C work sync --json | jq -r '.total.cost_nano_usd.low / 10000000 | round | "$\(. / 100 | floor).\(. % 100 | tostring | if length < 2 then "0" + . else . end)"')
line "the style full, which is the usual one" \
	"main $cost · session \$1.23 · context 16% · 5h 41% (17:00) · week 7% (Tue 09:30)"
line "said aloud" \
	"main $cost · session \$1.23 · context 16% · 5h 41% (17:00) · week 7% (Tue 09:30)" --style full
line "compact" "main $cost · \$1.23 · ctx 16% · 5h 41% · wk 7%" --style compact
line "cost" "main $cost" --style=cost
line "every field" \
	"main|$cost|1,000,000|\$1.23|16%|32,103|41%|17:00|7%|Tue 09:30|Opus 5.5|work" \
	--format '{branch}|{branch_cost}|{branch_tokens}|{session_cost}|{context}|{context_tokens}|{five_hour}|{five_hour_reset}|{seven_day}|{seven_day_reset}|{model}|{directory}'
line "other names and lone braces stay" '{nope} { } {main} {}{branch' --format '{nope} { } {{branch}} {}{branch'
line "an empty text" '' --format ''
TZ=America/New_York line "times are local" '12:00 Tue 04:30' --format '{five_hour_reset} {seven_day_reset}'
LC_ALL=C line "ASCII in the C locale" \
	"main $cost | session \$1.23 | context 16% | 5h 41% (17:00) | week 7% (Tue 09:30)"
COLUMNS=20 line "its width is the client's to cut" \
	"main $cost · session \$1.23 · context 16% · 5h 41% (17:00) · week 7% (Tue 09:30)"
# fields that man and --help document
"$TRACK_TOKENS" statusline --help >help
for field in branch branch_cost branch_tokens session_cost context context_tokens five_hour five_hour_reset seven_day seven_day_reset model directory; do
	grep -qF "{$field}" "$SOURCE_DIR/src/man/track-tokens.1" && grep -qF "{$field}" help || echo "$field"
done >undocumented
check "every field is documented" [ ! -s undocumented ]

# --- --then --------------------------------------------------------------------------------
line "what another prints stands before" "theirs s1 · main $cost" --style cost --then 'echo "theirs $(jq -r .session_id)"'
line "several lines of it" "$(printf 'one\ntwo · main %s' "$cost")" --style cost --then 'echo one; echo two; echo'
line "nothing of it" "main $cost" --style cost --then true
line "one that fails" "x · main $cost" --style cost --then 'echo x; echo no >&2; exit 9'
line "one that is not there" "main $cost" --style cost --then /no/such/command
line "one that never ends is cut" "x · main $cost" --style cost --then 'echo x; sleep 60'
line "one that closes its input" "x · main $cost" --style cost --then 'exec <&-; echo x'
timeout 20 "$TRACK_TOKENS" statusline --style cost --then 'yes' <in >out 2>err
check "one that prints without end" [ $? = 0 ]

# --- hostile and odd ------------------------------------------------------------------------
sample() { printf '%s' "$1" >in; }
F='{model}|{session_cost}|{context}|{context_tokens}|{five_hour}|{five_hour_reset}|{directory}'
none='?|?|?|?|?|?|?'
sample '';                        line "nothing" "$none" --format "$F"
sample 'garbage';                 line "garbage" "$none" --format "$F"
sample '[1,2]';                   line "a list" "$none" --format "$F"
sample '{"model":{"id":"m"';      line "half of it" "$none" --format "$F"
sample '{}';                      line "an empty object" "$none" --format "$F"
sample '{"model":7,"cost":[],"context_window":"x","rate_limits":{"five_hour":null},"cwd":{}}'
line "members of other types" "$none" --format "$F"
sample '{"model":{"id":"m"},"cost":{"total_cost_usd":-1},"context_window":{"total_input_tokens":-5,"context_window_size":0,"used_percentage":null},"rate_limits":{"five_hour":{"used_percentage":-3,"resets_at":1e30}}}'
line "figures that cannot be" 'm|?|?|?|0%|?|?' --format "$F"
sample '{"cost":{"total_cost_usd":1e300},"context_window":{"total_input_tokens":50,"context_window_size":200},"rate_limits":{"five_hour":{"used_percentage":1e9}}}'
line "figures beyond all bounds; a percentage of our own" '?|?|25%|50|1000%|?|?' --format "$F"
sample '{"model":{"display_name":"\u001b]0;x\u0007\u202e\n"},"cwd":"/a/\u001b[31mb"}'
"$TRACK_TOKENS" statusline --format '{model} {directory}' <in >out
if LC_ALL=C grep -q "$(printf '[\033\007]')" out || [ "$(wc -l <out)" != 1 ]; then not_ok "control characters" out; else ok "no control characters of others"; fi
git -C work checkout -q -b 'feature/$(touch${IFS}pwned)`x`;"é'
status >in
line "a branch of any name" 'feature/$(touch${IFS}pwned)`x`;"é $0.00' --style cost
[ ! -e pwned ] && [ ! -e work/pwned ] && ok "and nothing runs" || not_ok pwned
git -C work checkout -q main
git -C work checkout -q --detach
"$TRACK_TOKENS" statusline --style compact <in >out; check "a detached HEAD" [ $? = 0 ]
git -C work checkout -q main
{ printf '{"a":"'; head -c 5000000 /dev/zero | tr '\0' x; printf '",%s' "$(status | tail -c +2)"; } >in
line "five megabytes" "main $cost" --style cost
line "and another's" "5 · main $cost" --style cost --then 'wc -c | cut -c1'
line "which does not read them" "x · main $cost" --style cost --then 'echo x'
head -c 20000000 /dev/zero | tr '\0' '[' >in
line "twenty of brackets" '?' --format '{branch}'

# --- surroundings that are not there ------------------------------------------------------------
status >in
"$TRACK_TOKENS" statusline --style cost <&- >out 2>err; check "no standard input" [ $? = 0 ]
"$TRACK_TOKENS" statusline <in >&- 2>/dev/null; check "no standard output" [ $? = 0 ]
"$TRACK_TOKENS" statusline <in >/dev/full 2>/dev/null; check "a full one" [ $? = 0 ]
"$TRACK_TOKENS" statusline <in >out 2>&-; check "no standard error" [ $? = 0 ]
"$TRACK_TOKENS" statusline --style nope <in >out 2>err; check "a style that is none" [ $? = 0 ]
"$TRACK_TOKENS" statusline --nope <in >out 2>err; check "an option that is none" [ $? = 0 ]
"$TRACK_TOKENS" statusline extra <in >out 2>err; check "an operand" [ $? = 0 ]
mkfifo silent
timeout 10 "$TRACK_TOKENS" statusline --format waited <>silent >out; check "input that does not come" [ "$(cat out)" = waited ]
env -u HOME "$TRACK_TOKENS" statusline --format '{branch}' <in >out; check "no HOME" [ "$(cat out)" = main ]
HOME=relative line "a HOME that is no place" main --format '{branch}'
XDG_STATE_HOME=$HOME/elsewhere line "no index" main --style cost
chmod 500 "$state"; chmod 400 "$state/usage.db"
line "an index that is read-only" "main $cost" --style cost
chmod 700 "$state"; chmod 000 "$state/usage.db"
"$TRACK_TOKENS" statusline --style cost <in >out; check "one that may not be read" [ $? = 0 ]
chmod 600 "$state/usage.db"
cp "$state/usage.db" kept.db
head -c 3000 /dev/urandom >"$state/usage.db"; rm -f "$state"/usage.db-*
line "one that is damaged" main --style cost
: >"$state/usage.db"
line "one that is empty" main --style cost
cp kept.db "$state/usage.db"
rm -rf work
"$TRACK_TOKENS" statusline --style cost <in >out 2>err; check "a directory that is gone" [ $? = 0 ]
finish
