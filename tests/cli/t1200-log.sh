#!/bin/sh
# SPDX-License-Identifier: MIT
# log: what was used between a commit and the one before it; nothing twice, nothing lost.
. "$(dirname "$0")/harness.sh"
. "$TESTS_DIR/support/history_case.sh"

same_as_show() {
	shown=$("$TRACK_TOKENS" show --json | jq .total.tokens)
	logged=$("$TRACK_TOKENS" log --json | jq '[.commits[].tokens] | add')
	if [ "$shown" = "$logged" ]; then ok "the rows sum to show's total, $1"; else
		not_ok "show has $shown, log $logged, $1"; fi
}

history_case
log_is "each commit has what was used before it" "(not committed yet) 8000
the second 6000
the first 1000"
same_as_show "captured"
"$TRACK_TOKENS" log --json >json
check "a commit counts its sessions, not its answers" jq -e '[.commits[].sessions] == [1, 2, 1]' json
check "the sum is said, too" jq -e '.total.tokens == 15000 and .branch == "feature" and
	.version == 1' json
"$TRACK_TOKENS" add 500 "by hand" >out
same_as_show "with an entry by hand"
log_is "which is of today" "(not committed yet) 8500
the second 6000
the first 1000"

# --- ranges ----------------------------------------------------------------------------
log_is "a range leaves out what was used before it" "(not committed yet) 8500
the second 6000
(before these commits) 1000" feature~1..HEAD
log_is "a range may end before the last commit" "(after these commits) 14500
the first 1000" feature~1
log_is "-n takes the last ones" "(not committed yet) 8500
the second 6000
(before these commits) 1000" -n 1
run 66 "$TRACK_TOKENS" log nonsense
err_has "there is no commit 'nonsense'"
run 66 "$TRACK_TOKENS" log nonsense..feature
run 0 "$TRACK_TOKENS" log --branch main
log_is "another branch has its own" "" --branch main

# --- commits that are made again --------------------------------------------------------
GIT_COMMITTER_DATE=2026-11-01T12:40:00Z git commit -q --amend --allow-empty -m "the second, better"
log_is "an amended commit keeps what it cost" "(not committed yet) 8500
the second, better 6000
the first 1000"
git checkout -q main && commit_at 2026-11-01T14:00:00Z "upstream"
at 2026-11-01T15:00:00Z git rebase -q main feature
log_is "rebased ones, too, and the upstream's costs this branch nothing" "(not committed yet) 8500
the second, better 6000
the first 1000
upstream 0"
same_as_show "rebased"
git checkout -q main && at 2026-11-01T16:00:00Z git rebase -q feature main 2>/dev/null
git checkout -q feature
at 2026-11-01T16:10:00Z git checkout -q -b side main~1 && commit_at 2026-11-01T16:20:00Z "aside"
git checkout -q feature && at 2026-11-01T17:00:00Z git merge -q --no-ff -m merged side
log_is "a merge has what was used before it; what it brings is of the other branch" \
	"(not committed yet) 500
merged 8000
the second, better 6000
the first 1000
upstream 0"
same_as_show "merged"

# --- odd places ---------------------------------------------------------------------------
git checkout -q --detach
run 0 "$TRACK_TOKENS" log --branch feature
out_has merged
git checkout -q feature
printf 'evil \033[31m|x|\a \302\233 subject\n' | git commit -q --allow-empty -F -
run 0 "$TRACK_TOKENS" log
check "a subject cannot drive the terminal" sh -c '! LC_ALL=C grep -q "[[:cntrl:]]" out'
git commit -q --allow-empty -m "日本語の長い件名日本語の長い件名日本語の長い件名日本語の長い件名日本語の長い件名"
COLUMNS=80 run 0 "$TRACK_TOKENS" log
check "lines fit" sh -c 'awk "length > 80" out | { ! grep -q .; }'
LC_ALL=C COLUMNS=80 run 0 "$TRACK_TOKENS" log
check "in a C locale all is ASCII" sh -c '! LC_ALL=C grep -q "[^ -~]" out'
cd .. && git init -q -b main empty && cd empty || exit 99
run 0 "$TRACK_TOKENS" log
cd .. && mkdir plain && cd plain || exit 99
run 66 "$TRACK_TOKENS" log
finish
