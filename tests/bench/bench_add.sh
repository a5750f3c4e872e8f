#!/bin/sh
# SPDX-License-Identifier: MIT
# What a developer waits for: add, against git commit; and show.
. "$(dirname "$0")/bench.sh"
rounds=${ROUNDS:-41}

for n in 10 1000 10000; do
	git init -q -b main "$n"
	git -C "$n" commit -q --allow-empty -m one
	(cd "$n" && ledger_of "$n")
done

add() { echo "$track_tokens -C $1 add 45000 notes"; }

# shellcheck disable=SC2046 # three figures
set -- $(pairs "$rounds" "$(add 10)" "git -C 10 commit -q --allow-empty -m two")
target "add / git commit --allow-empty" "$3" 2.5 "$1 ms, $2 ms"
# shellcheck disable=SC2046
set -- $(pairs "$rounds" "$(add 10000)" "$(add 10)")
target "add at 10,000 entries / at 10" "$3" 1.5 "$1 ms, $2 ms"
# shellcheck disable=SC2046
set -- $(pairs "$rounds" "$track_tokens -C 1000 show" "git -C 1000 status")
target "show at 1,000 entries, ms" "$1" 20 "$3 x git status"

for program in "$track_tokens" "$import_tokens"; do
	strip -o stripped "$program"
	target "$(basename "$program") stripped, bytes" "$(wc -c <stripped)" 500000 ""
done
exit $missed
