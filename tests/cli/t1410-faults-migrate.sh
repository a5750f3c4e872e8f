#!/bin/sh
# SPDX-License-Identifier: MIT
# Moving in, killed or failing at each system call that changes something: the files are
# as they were, what is there is sound, and doing it again makes everything right.
# shellcheck disable=SC2154 # rc is what sweep.sh sets
. "$(dirname "$0")/harness.sh"
. "$TESTS_DIR/support/sweep.sh"
old=$FIXTURES_DIR/earlier
files='usage-tracking-2.0.json token-usage.log token_usage.json tokens_feature_x_archived_20251105_100000.json tokens.csv'

mkdir -p first/home first/old
git init -q -b main first/repo
git -C first/repo commit -q --allow-empty -m one
for file in $files; do cp "$old/$file" first/old; done
mkdir -p first/repo/token_metrics/local_tracking
cp "$old/tokens_feature_x.json" first/repo/token_metrics/local_tracking

# What was there when a part of it was moved in before.
cp -a first second
env HOME="$scratch/second/home" "$TRACK_TOKENS" -C second/repo migrate ../old/usage-tracking-2.0.json \
	../old/tokens.csv >/dev/null 2>&1
setup() { cp -a first case; }
setup_again() { cp -a second case; }

migrate() {
	# shellcheck disable=SC2046 # names without spaces
	env HOME="$scratch/case/home" timeout 20 "$TRACK_TOKENS" -C repo migrate \
		$(printf '../old/%s ' $files) token_metrics/local_tracking/tokens_feature_x.json
}
totals() {
	sqlite3 home/.local/state/track-tokens/usage.db "SELECT sum(input+output+unsplit) FROM events
		WHERE NOT void" 2>/dev/null
	env HOME="$scratch/case/home" "$TRACK_TOKENS" -C repo show --all --json | jq .total.tokens
}
judge() {
	case $rc in 0 | 1 | 3 | 65 | 73 | 137) ;; *) echo "exit-$rc"; return 1 ;; esac
	for file in $files; do
		cmp -s "old/$file" "$old/$file" || { echo "changed:$file"; return 1; }
	done
	[ -e repo/token_metrics/local_tracking/tokens_feature_x.json ] ||
		cmp -s repo/token_metrics/local_tracking/tokens_feature_x.json.v1 "$old/tokens_feature_x.json" ||
		{ echo "old-ledger-lost"; return 1; }
	migrate >again 2>&1
	case $? in 0 | 3) ;; *) echo "again:$(cat again)"; return 1 ;; esac
	totals=$(totals | tr '\n' ' ')
	[ "$totals" = "107050 87168 " ] || { echo "totals-$totals"; return 1; }
	[ ! -e repo/token_metrics/local_tracking/tokens_feature_x.json ] || { echo "beside"; return 1; }
	migrate >again 2>&1
	grep -q "Nothing new to move in" again || { echo "thrice:$(cat again)"; return 1; }
	litter=$(find . -path ./repo/.git -prune -o -name '*.tmp*' -print)
	[ -z "$litter" ] || { echo "litter:$litter"; return 1; }
}

for fault in KILL EIO; do
	sweep "moving in" $fault setup judge env HOME="$scratch/case/home" "$TRACK_TOKENS" -C repo \
		migrate ../old/usage-tracking-2.0.json ../old/token-usage.log ../old/token_usage.json \
		../old/tokens_feature_x_archived_20251105_100000.json ../old/tokens.csv \
		token_metrics/local_tracking/tokens_feature_x.json
done
for fault in KILL ENOSPC; do
	sweep "moving in more" $fault setup_again judge env HOME="$scratch/case/home" "$TRACK_TOKENS" \
		-C repo migrate ../old/token-usage.log \
		../old/tokens_feature_x_archived_20251105_100000.json
done
finish
