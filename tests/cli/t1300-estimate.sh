#!/bin/sh
# SPDX-License-Identifier: MIT
# estimate: what a text may have of tokens, always marked as an estimate.
. "$(dirname "$0")/harness.sh"
export GIT_CONFIG_GLOBAL="$HOME/.gitconfig"
estimate() { run 0 "$TRACK_TOKENS" estimate "$@"; }
field() { jq -r "$1" out; }

# --- an earlier tracker's formula -------------------------------------------------------
estimate --method s0 --text-input "Hello world"
out_is "3 tokens (estimated)"
estimate --method s0 --text-input 'def f(x): return {x[0];}' --text-output hello
out_is "8 tokens (estimated: 7 input + 1 output)"
estimate --method s0 --chars-per-token 2 --buffer 1 --text-input "Hello world"
out_is "5 tokens (estimated)"
git config --global track-tokens.estimate.method s0
git config --global track-tokens.estimate.charsPerToken 2.5
git config --global track-tokens.estimate.buffer 1.125
estimate --text-input "Hello world"
out_is "4 tokens (estimated)"
estimate --buffer 2 --text-input "Hello world"
out_is "8 tokens (estimated)"
git config --global track-tokens.estimate.buffer 1.1255
run 65 "$TRACK_TOKENS" estimate --text-input x
err_has "track-tokens.estimate.buffer is '1.1255': it can be a number like 4 or 1.125"
rm .gitconfig
for number in 0 x 1.2.3 -1 1001 ''; do
	run 64 "$TRACK_TOKENS" estimate --method s0 --chars-per-token "$number" --text-input x
done

# --- texts ---------------------------------------------------------------------------------
printf 'Some words of prose, and more of them.\n' >prose
printf 'for (i = 0; i < n; i++) {\n' >code
estimate prose code
both=$(cut -d' ' -f1 out)
estimate - <prose
[ "$(cut -d' ' -f1 out)" -lt "$both" ] && ok "standard input, and several files" || not_ok "sum" out
estimate <prose
out_has "tokens (estimated)"
estimate </dev/null
out_is "0 tokens (estimated)"
run 66 "$TRACK_TOKENS" estimate missing
estimate --json prose code
[ "$(field '[.version, .estimated, .method, .calibrated, .error_permille, .tokens == .input] | tostring')" = \
	'[1,true,"kinds",false,null,true]' ] && ok "and how it came about" || not_ok "JSON" out
[ "$(field '[.chars.prose, .chars.code, .chars.digit, .chars.mark, .chars.space] | tostring')" = '[29,7,1,11,17]' ] &&
	ok "by kinds of text" || not_ok "kinds" out

# --- the clipboard, when asked ------------------------------------------------------------------
mkdir tools none
printf '#!/bin/sh\nprintf "from the %%s" "${0##*/}"\n' >tools/xsel
cp tools/xsel tools/wl-paste
printf '#!/bin/sh\nexit 1\n' >tools/xclip
chmod +x tools/*
env PATH="$PWD/tools:$PATH" "$TRACK_TOKENS" estimate --clipboard --json >out 2>err
[ "$(field .chars.prose)" = 14 ] && ok "what wl-paste gives" || not_ok "clipboard" out
rm tools/wl-paste
env PATH="$PWD/tools:$PATH" "$TRACK_TOKENS" estimate --clipboard --json >out 2>err
[ "$(field .chars.prose)" = 11 ] && ok "else xsel, when xclip cannot" || not_ok "clipboard" out
rm tools/xsel
run 73 env PATH="$PWD/tools" "$TRACK_TOKENS" estimate --clipboard
err_has "the clipboard cannot be read: it is empty, or there is no display"
run 66 env PATH="$PWD/none" "$TRACK_TOKENS" estimate --clipboard
err_has "install wl-clipboard, xclip or xsel"

# --- recorded, and marked ------------------------------------------------------------------------
git init -q -b main repo
cd repo || exit 99
run 0 "$TRACK_TOKENS" estimate --method s0 --text-input "Hello world" --text-output "Hello world" --add -m guessed --model claude-opus-5-5
out_has "Added 6 tokens to tracking"
run 0 "$TRACK_TOKENS" add --estimate-input=../prose --estimate-output=../code "by files" --json
[ "$(field .added.kind)" = estimated ] && ok "its kind says so" || not_ok "kind" out
run 0 "$TRACK_TOKENS" add --estimate-input "from a pipe" <../prose
run 0 "$TRACK_TOKENS" show --json
grep -q '"source":"estimate"' token_metrics/local_tracking/tokens_main.json && ok "and its source" || not_ok "source"
[ "$(jq '[.sessions[] | select(.kind == "estimated")] | length' token_metrics/local_tracking/tokens_main.json)" = 3 ] &&
	ok "each of them" || not_ok "three" token_metrics/local_tracking/tokens_main.json
run 0 "$TRACK_TOKENS" show
out_has stimate
run 64 "$TRACK_TOKENS" add --estimate-input --estimate-output </dev/null
run 64 "$TRACK_TOKENS" add --estimate-input=../prose --input 5
run 65 "$TRACK_TOKENS" add --estimate-input </dev/null
run 65 "$TRACK_TOKENS" estimate --add </dev/null
run 64 "$TRACK_TOKENS" estimate -m note --text-input x
cd ..

# --- learned from one's own answers -----------------------------------------------------------------
run 66 "$TRACK_TOKENS" estimate --calibrate
err_has "0 of 0 answers in your transcripts are text and nothing else: 20 are needed"
mkdir -p .claude/projects/p
# a letter is half a token, a digit one, a space none
awk 'BEGIN { for (i = 1; i <= 100; i++) {
	words = ""; letters = digits = 0
	for (k = 0; k < 10 + i % 7; k++) { words = words "words "; letters += 5 }
	for (k = 0; k < i % 5; k++) { words = words "1234 "; digits += 4 }
	printf "{\"type\":\"assistant\",\"message\":{\"id\":\"m%d\",\"content\":[{\"type\":\"text\",\"text\":\"%s\"}],\"stop_reason\":\"end_turn\",\"usage\":{\"output_tokens\":%d}}}\n", i, words, letters / 2 + digits } }' >.claude/projects/p/s.jsonl
run 0 "$TRACK_TOKENS" estimate --compare --json
before=$(field .kinds.mean_absolute_error_permille)
run 0 "$TRACK_TOKENS" estimate --calibrate
out_has "Learned from 80 answers; on 20 others an answer is off by "
run 0 "$TRACK_TOKENS" estimate --compare --json
[ "$(field '.calibrated and .kinds.mean_absolute_error_permille < 60')" = true ] && [ "$before" -gt 150 ] &&
	ok "estimates are closer then: $before before" || not_ok "closer" out
[ "$(field '[.kinds.answers, .kinds.measured > 3000] | tostring')" = '[100,true]' ] && ok "on all of them" || not_ok "all" out
run 0 "$TRACK_TOKENS" estimate --compare
out_has "by kinds, calibrated"
estimate --text-input "$(printf 'words %.0s' 1 2 3 4 5 6 7 8 9 10)" --json
[ "$(field '.calibrated and .tokens >= 24 and .tokens <= 26')" = true ] && ok "so is a new one" || not_ok "new one" out
grep -rq words .local && not_ok "text was kept" || ok "no text is kept"
run 64 "$TRACK_TOKENS" estimate --calibrate prose
echo '{"rates":{"prose":"x"}}' >.local/state/track-tokens/estimate.json
estimate --json prose
[ "$(field .calibrated)" = false ] && ok "what cannot be read was not learned" || not_ok "damaged" out
finish
