#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Every hostile branch name on its whole way: recorded, exported, imported,
# reported and exported again, it is the same name, and never anything else.
# shellcheck disable=SC2154 # status is set by bounded
. "$(dirname "$0")/hostile.sh"

repo work
names=$FIXTURES_DIR/evil_branches.txt
count=$(wc -l <"$names")
while IFS= read -r branch; do
	"$TRACK_TOKENS" add 5 --branch "$branch" -m "$branch" --model "$branch" </dev/null >>adds 2>>errors ||
		echo "$branch" >>failed
done <"$names"
[ ! -e failed ] && ok 'every name is recorded' || not_ok 'not recorded' failed
check 'no name acts on the terminal' is_quiet adds
[ "$(find token_metrics/local_tracking -name 'tokens_*.json' | wc -l)" -eq "$count" ] &&
	ok 'every name has a ledger of its own' || not_ok 'ledgers'
[ "$(find temp -name 'tokens_*.json' | wc -l)" -eq "$count" ] &&
	ok 'every name has an export of its own' || not_ok 'exports'
find . -name .git -prune -o -type f -print | LC_ALL=C grep -v '^\./[A-Za-z0-9._/%~-]*$' >odd
[ ! -s odd ] && ok 'file names are harmless' || not_ok 'file names' odd
find .. -newer ../.good.json ! -path '../work*' ! -name '.*' ! -path '../.local/*' ! -path .. | grep . >outside
[ ! -s outside ] && [ ! -e pwned ] && ok 'nothing was written elsewhere, nothing was run' ||
	not_ok 'written elsewhere' outside

run 0 "$IMPORT_TOKENS" --repository github.com/acme/app --db sqlite:a.db --summary summary
check 'the log is harmless' is_quiet out
check 'the summary is harmless' is_quiet summary
"$IMPORT_TOKENS" export --db sqlite:a.db >canonical
[ "$(grep -c '"tokens":5,' canonical)" -eq "$count" ] && ok 'every name is imported' ||
	not_ok 'imported' canonical

# Each name, as JSON writes it, stands in the same row as branch, note and model.
same=0
while IFS= read -r branch; do
	json=$(printf '%s' "$branch" | sed 's/\\/\\\\/g; s/"/\\"/g')
	grep -F "\"branch\":\"$json\"," canonical | grep -F "\"model\":\"$json\"," |
		grep -qF "\"notes\":\"$json\"," && same=$((same + 1)) || echo "$branch" >>changed
done <"$names"
[ "$same" -eq "$count" ] && ok 'every name is what it was' || not_ok 'names changed' changed

# Once more through one export of everything, into another database.
run 0 "$TRACK_TOKENS" export --all-branches all.json
run 0 "$IMPORT_TOKENS" --repository github.com/acme/app --db sqlite:b.db all.json
"$IMPORT_TOKENS" export --db sqlite:b.db >again
check 'the export of all branches gives the same rows' cmp canonical again
for format in text markdown csv json; do
	"$IMPORT_TOKENS" report --repository github.com/acme/app --db sqlite:a.db \
		--format "$format" >out 2>err
	tr -d '\r' <out >shown
	check "report --format $format is harmless" is_quiet shown
done
finish
