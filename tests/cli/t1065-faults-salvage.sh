#!/bin/sh
# SPDX-License-Identifier: MIT
# A usage index with a hole, whose transcripts are gone: sync takes over what is around
# the hole, and when it is killed or fails at any system call, the next one does.
# shellcheck disable=SC2154 # rc is what sweep.sh sets
. "$(dirname "$0")/harness.sh"
. "$TESTS_DIR/support/sweep.sh"
. "$TESTS_DIR/support/capture_case.sh"

state=home/.local/state/track-tokens
sync_case() { at_home timeout 20 "$TRACK_TOKENS" -C repo sync; }
same() { if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1: $2, not $3"; fi; }
rows() { sqlite3 $state/usage.db "SELECT count(*) FROM usage"; }

capture_case
cd case || exit 99
i=10
while [ $i -lt 210 ]; do
	answer $i s1 9
	i=$((i + 1))
done >>"$transcript"
sync_case >../out 2>&1
rm "$transcript"
sqlite3 $state/usage.db "PRAGMA wal_checkpoint(TRUNCATE)" >../out
same "there is something to lose" "$(rows)-$(ledger_total)" "203-4000"
page=$(sqlite3 $state/usage.db "SELECT pageno FROM dbstat WHERE name = 'responses' AND
	pagetype = 'leaf' ORDER BY path LIMIT 1 OFFSET 1")
rm -f $state/usage.db-*
head -c 4096 /dev/zero | tr '\0' '\245' |
	dd of=$state/usage.db bs=4096 seek=$((page - 1)) conv=notrunc status=none
touch $state/usage.db-suspect
cd .. && mv case first

setup() { cp -a first case; }
setup && cd case || exit 99
sync_case >../out 2>&1
left=$(rows)
if [ "$left" -gt 100 ] && [ "$left" -lt 203 ]; then ok "most rows are taken over"; else not_ok "$left rows are left"; fi
if grep -q "usage.db.damaged-" ../out; then ok "sync says where the old one is"; else not_ok "sync" ../out; fi
same "the ledger is not lowered" "$(ledger_total)" 4000
cd .. || exit 99

judge() {
	sync_case >sync.out 2>&1 || { echo "sync:$(head -1 sync.out)"; return 1; }
	[ "$(rows)" = "$left" ] || { echo "rows-$(rows)"; return 1; }
	[ "$(ledger_total)" = 4000 ] || { echo "ledger-$(ledger_total)"; return 1; }
	[ -e $state/usage.db-new ] && { echo new-is-left; return 1; }
	[ "$(find $state -name 'usage.db.damaged-????????_??????' | wc -l)" -eq 1 ] ||
		{ echo "aside:$(ls $state)"; return 1; }
}
for fault in KILL EIO; do
	sweep "sync of a damaged index" $fault setup judge env HOME="$scratch/case/home" \
		"$TRACK_TOKENS" -C repo sync
done
finish
