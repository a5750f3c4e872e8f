#!/bin/sh
# prices: the table, models without a price, tables of others.
. "$(dirname "$0")/harness.sh"

run 0 "$TRACK_TOKENS" prices
grep -Eq '^claude-opus-4-5 +2024-01-01 +5 +25 +0\.5 +6\.25 +10$' out && ok "a row" || not_ok "row" out
run 0 "$TRACK_TOKENS" prices list --json
cp out table.json
run 0 "$TRACK_TOKENS" prices --json --prices table.json
cmp -s out table.json && ok "reads what it writes" || not_ok "round trip" out
run 66 "$TRACK_TOKENS" prices --prices missing.json
run 66 "$TRACK_TOKENS" prices check
run 64 "$TRACK_TOKENS" prices frobnicate
run 64 "$TRACK_TOKENS" prices import

git init -q -b main repo && cd repo || exit 99
git config user.email dev@example.com
run 0 "$TRACK_TOKENS" add 5 --model claude-opus-4-5
run 0 "$TRACK_TOKENS" prices check
run 0 "$TRACK_TOKENS" add 10 20 --model gpt-99
run 1 "$TRACK_TOKENS" prices check
grep -q '^gpt-99: no price for 30 tokens$' out && ok "names it" || not_ok "names it" out
run 1 "$TRACK_TOKENS" prices check --json
[ "$(cat out)" = '{"version":1,"unpriced":[{"model":"gpt-99","tokens":30}]}' ] &&
	ok "the shape of the JSON" || not_ok "JSON" out
run 0 "$TRACK_TOKENS" show
grep -q 'gpt-99' out && ok "show names it" || not_ok "show" out

cat >litellm.json <<'END'
{"claude-next-9":{"litellm_provider":"anthropic","mode":"chat","input_cost_per_token":7e-06,
"output_cost_per_token":3.5e-05,"cache_read_input_token_cost":7e-07,
"cache_creation_input_token_cost":8.75e-06,
"cache_creation_input_token_cost_above_1hr":1.4e-05}}
END
run 0 "$TRACK_TOKENS" prices import litellm.json -o mine.json
run 0 "$TRACK_TOKENS" prices --prices mine.json
grep -Eq '^claude-next-9 .* 7 +35 +0\.7 +8\.75 +14$' out && ok "imported" || not_ok "imported" out
git config track-tokens.prices mine.json
run 0 "$TRACK_TOKENS" prices
grep -q '^claude-next-9 ' out && ok "track-tokens.prices" || not_ok "configured" out
mkdir -p deep && run 0 "$TRACK_TOKENS" -C deep show
echo '{}' >empty.json
run 65 "$TRACK_TOKENS" prices import empty.json
echo '{"rows":' >mine.json
run 65 "$TRACK_TOKENS" show
grep -q 'mine.json' err && ok "names a broken table" || not_ok "broken" err
finish
