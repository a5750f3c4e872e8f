#!/bin/sh
# SPDX-License-Identifier: MIT
# The whole path of a token: typed on two branches, committed, brought into a
# PostgreSQL database by the action's steps, twice, and read in the job summary.
. "$(dirname "$0")/harness.sh"
. "$TESTS_DIR/support/store_test.sh"
. "$TESTS_DIR/support/action_step.sh"

# A day on which every model here but one has a price.
export TRACK_TOKENS_NOW=2026-11-23T14:30:22Z
git init -q --bare -b main remote.git
repo work
git remote add origin "$scratch/remote.git"
run 0 "$TRACK_TOKENS" init
run 0 "$TRACK_TOKENS" add 54,161 "Explored the code base"
git switch -q -c feature/login
run 0 "$TRACK_TOKENS" add 45k "Implemented user authentication"
run 0 "$TRACK_TOKENS" add 12000 3500 "Tests | review" --model claude-opus-5-5
run 0 "$TRACK_TOKENS" add --input 1000 --output 200 --cache-read 70000 --cache-write-1h 300 --model nobody-9
run 0 "$TRACK_TOKENS" add --from-message 'Token usage: 99999/200000; 100001 remaining'
id=$("$TRACK_TOKENS" export - | sed -n 's/^{"id":"\([^"]*\)".*Implemented.*/\1/p')
run 0 "$TRACK_TOKENS" amend "$id" 46000
git add temp && git commit -q -m "Record tokens" && git push -q origin feature/login

URL=$("$PG" createdb "$D")
run 0 "$IMPORT_TOKENS" migrate --db "$URL"
run 0 step 1
for turn in first second; do
	rm -f "$scratch/output" "$scratch/summary"
	run 0 step 2 INPUT_PATH= INPUT_CHECK=false INPUT_STRICT=false INPUT_BRANCH=feature/login \
		IMPORT_TOKENS_DATABASE_URL="$URL"
	cp "$scratch/summary" "summary.$turn"
	# main: 54,161.  feature/login: 46,000 + 15,500 + 71,500, and a reading that counts nowhere.
	output_is tokens 187161
	output_is sessions 4
	output_is branch-tokens 133000
	output_is branch-sessions 3
	output_is input-tokens 13000
	output_is output-tokens 3700
	output_is cache-read-tokens 70000
	output_is cache-write-tokens 300
	output_is unpriced-tokens 71500
	case $turn in
	first) output_is branch-tokens-delta 133000 && output_is rows-inserted 5 ;;
	second) output_is branch-tokens-delta 0 && output_is rows-inserted 0 ;;
	esac
done

cp summary.first out
# 46,000 x 2..10 + (12,000 x 4 + 3,500 x 20) dollars per million = 0.21..0.578
out_has '`feature/login`: **≥ $0.21–$0.58**, 133,000 tokens in 3 sessions'
out_has '| → `feature/login` | ≥ $0.21–$0.58 | 133,000 | 3 | 2026-11-23 |'
# 54,161 x 2..10
out_has '| `main` | $0.11–$0.54 | 54,161 | 1 | 2026-11-23 |'
out_has '| Total | 133,000 | 100.0% |'
out_has '| Total | 187,161 | 100.0% |'
out_has '| `claude-opus-5-5` | $0.12 | 15,500 | 1 |'
out_has 'nobody-9'
out_has 'Context readings: 99,999 tokens in 1 reading (occupancy, not counted).'
out_has '`Tests \| review`'

# What SQLite holds is the same, byte for byte; so is what the ledger says.
"$IMPORT_TOKENS" --repository github.com/acme/app --db "sqlite:$scratch/all.db" --summary /dev/null >/dev/null
"$IMPORT_TOKENS" export --canonical --db "sqlite:$scratch/all.db" >"$scratch/sqlite"
"$IMPORT_TOKENS" export --canonical --db "$URL" >"$scratch/postgres"
check "PostgreSQL and SQLite hold the same bytes" cmp "$scratch/sqlite" "$scratch/postgres"
check "and all of it" [ "$(wc -l <"$scratch/postgres")" = 5 ]
run 0 "$TRACK_TOKENS" show --all
out_has '187,161 tokens in 4 sessions'
finish
