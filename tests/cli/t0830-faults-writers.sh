#!/bin/sh
# SPDX-License-Identifier: MIT
# Fifty writers, five adds each, some killed at random: every add that said done
# is in the ledger exactly once, and in the database after importing all exports.
. "$(dirname "$0")/harness.sh"
writers=50 adds=5 kills=20

repo work
mkdir "$scratch/acks"
write_all() { # one writer's adds, one after another
	i=1
	while [ $i -le $adds ]; do
		"$TRACK_TOKENS" add 10 "note-$1.$i." >/dev/null 2>>"$scratch/acks/err.$1" &
		echo $! >"$scratch/acks/pid.$1"
		if wait $!; then echo "note-$1.$i." >>"$scratch/acks/done.$1"; fi
		i=$((i + 1))
	done
}
w=1
pids=''
while [ $w -le $writers ]; do
	write_all $w 2>/dev/null &
	pids="$pids $!"
	w=$((w + 1))
done
# Which of them dies, and when, is chance; that it may be any of them is the point.
k=0
while [ $k -lt $kills ]; do
	sleep 0.05
	victim=$(($(od -An -N2 -tu2 /dev/urandom) % writers + 1))
	kill -9 "$(cat "$scratch/acks/pid.$victim" 2>/dev/null)" 2>/dev/null
	k=$((k + 1))
done
# shellcheck disable=SC2086 # a list
wait $pids

cat "$scratch"/acks/done.* | sort >"$scratch/acknowledged"
acknowledged=$(wc -l <"$scratch/acknowledged")
ledger=token_metrics/local_tracking/tokens_main.json
grep -o 'note-[0-9.]*' $ledger | sort >"$scratch/recorded"
[ "$acknowledged" -ge $((writers * adds - kills)) ] &&
	ok "at most the killed ones failed: $acknowledged of $((writers * adds)) said done" ||
	not_ok "only $acknowledged adds said done" "$scratch/acks/err.1"
uniq -d "$scratch/recorded" >twice
[ ! -s twice ] && ok "none is there twice" || not_ok "recorded twice" twice
comm -23 "$scratch/acknowledged" "$scratch/recorded" >lost
[ ! -s lost ] && ok "none that said done is lost" || not_ok "lost" lost
run 0 "$TRACK_TOKENS" show
run 0 "$TRACK_TOKENS" add 1 "after all"
[ "$(sed -n 's/.*"total_tokens":\([0-9]*\).*/\1/p;q' $ledger)" = $(($(wc -l <"$scratch/recorded") * 10 + 1)) ] &&
	ok "the total is the sum" || not_ok "total" $ledger

"$TRACK_TOKENS" export >/dev/null 2>&1
run 0 "$IMPORT_TOKENS"
"$IMPORT_TOKENS" export | grep -o 'note-[0-9.]*' | sort >imported
check "the database has exactly what the ledger has" diff imported "$scratch/recorded"
finish
