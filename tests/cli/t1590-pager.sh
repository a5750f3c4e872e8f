#!/bin/sh
# SPDX-License-Identifier: MIT
# What is longer than the screen goes through the pager that git would take; nothing else
# does, and nothing is lost where there is none.
. "$(dirname "$0")/harness.sh"
export TRACK_TOKENS_NOW=2026-01-12T12:00:00Z TERM=xterm
unset GIT_PAGER PAGER LESS LV

on_terminal() { "$BUILD_DIR/support/on_terminal" "$@" >screen 2>ended; }
shown() { tr -d '\r' <screen; }

repo app
i=0
while [ $i -lt 30 ]; do
	i=$((i + 1))
	"$TRACK_TOKENS" -q add $i "entry $i of thirty" >/dev/null || exit 99
done
run 0 env COLUMNS=80 "$TRACK_TOKENS" show -n 30
cp out whole
lines=$(wc -l <whole)
export PAGER='sed s/^/P:/'

# --- when ----------------------------------------------------------------------------------
on_terminal 20 80 -- "$TRACK_TOKENS" --color=never show -n 30
shown >paged
check "what is longer than the screen is paged, all of it" sh -c \
	"sed 's/^P://' paged | cmp -s - whole && [ $lines = \$(grep -c '^P:' paged) ]"
on_terminal 60 80 -- "$TRACK_TOKENS" --color=never show -n 30
shown >paged
check "what fits is not" cmp -s paged whole
on_terminal 20 80 -- "$TRACK_TOKENS" --color=never --no-pager show -n 30
shown >paged
check "nor with --no-pager" cmp -s paged whole
on_terminal 20 80 -- sh -c "'$TRACK_TOKENS' --color=never show -n 30 >file"
check "nor what goes to a file" cmp -s file whole
on_terminal 20 80 -- "$TRACK_TOKENS" show no/such/branch
check "an error is none of it, and the exit status is the command's" sh -c \
	"! grep -q '^P:' screen && grep -q 'exit 66' ended"
on_terminal 20 80 -- "$TRACK_TOKENS" --color=auto show -n 30
check "colour stays, since the end of it is a terminal" grep -q "$(printf '\033')\[" screen

on_terminal 0 0 -- "$TRACK_TOKENS" --color=never show -n 30
shown >paged
check "nor on a terminal without a size, where nobody may be" cmp -s paged whole

# --- which ----------------------------------------------------------------------------------
git config core.pager 'sed s/^/C:/'
on_terminal 20 80 -- "$TRACK_TOKENS" show -n 30
check "core.pager is before PAGER" sh -c "grep -q '^C:' screen && ! grep -q '^P:' screen"
on_terminal 20 80 -- env GIT_PAGER='sed s/^/G:/' "$TRACK_TOKENS" show -n 30
check "GIT_PAGER is before core.pager" sh -c "grep -q '^G:' screen && ! grep -q '^C:' screen"
on_terminal 20 80 -- env GIT_PAGER= "$TRACK_TOKENS" --color=never show -n 30
shown >paged
check "an empty one is none" cmp -s paged whole
git config --unset core.pager
on_terminal 20 80 -- env PAGER='echo "LESS=$LESS"; cat' "$TRACK_TOKENS" show -n 30
check "less is told what git tells it" grep -q '^LESS=FRX' screen
on_terminal 20 80 -- env LESS=-S PAGER='echo "LESS=$LESS"; cat' "$TRACK_TOKENS" show -n 30
check "unless it is told already" grep -q '^LESS=-S' screen

# --- trouble ---------------------------------------------------------------------------------
on_terminal 20 80 -- env PAGER=no-such-pager "$TRACK_TOKENS" --color=never show -n 30
shown | grep -v no-such-pager >paged
check "one that is not there hides nothing" cmp -s paged whole
on_terminal 20 80 -- env PAGER='head -n 1' "$TRACK_TOKENS" show -n 30
check "who has seen enough may leave" sh -c "grep -q 'exit 0' ended && [ \$(wc -l <screen) = 1 ]"
if command -v less >/dev/null; then
	unset PAGER
	on_terminal 20 80 wait:: type:q -- "$TRACK_TOKENS" show -n 30
	check "less, until it is left" sh -c "grep -q 'exit 0' ended && grep -q 'modes as before' ended"
	on_terminal 20 80 wait:: kill:2 type:q -- "$TRACK_TOKENS" show -n 30
	check "an interrupt is the pager's" grep -q 'exit 0' ended
else
	ok "less # SKIP it is not installed"
fi

finish
