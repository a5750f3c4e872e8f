#!/bin/sh
# SPDX-License-Identifier: MIT
# import-tokens --from-git: exports as the commits of a range added them.
. "$(dirname "$0")/harness.sh"

repo work
base=$(git rev-parse HEAD)
"$TRACK_TOKENS" add 1000 "kept" >/dev/null
git add temp && git commit -q -m "first export"
"$TRACK_TOKENS" add 2000 "removed before the merge" >/dev/null
git add temp && git commit -q -m "second export"
git rm -q -r temp && git commit -q -m "tidy up"
[ ! -d temp ] && ok "the exports are gone from the worktree" || not_ok "exports"
echo '{}' >package.json && git add package.json && git commit -q -m "not in the directory of exports"

run 0 "$IMPORT_TOKENS"
err_has "there are no exports to import"
run 0 "$IMPORT_TOKENS" --from-git "$base..HEAD"
out_has "Imported 2 files: 2 new entries"
run 0 "$IMPORT_TOKENS" --from-git HEAD --clean
out_has "Imported 2 files: 0 new entries, 0 corrected, 2 already there"
out_has "Removed 0 imported files"

# --- a range with one of them; a link is no file ---
rm -f token_metrics/tokens.db*
run 0 "$IMPORT_TOKENS" --from-git "$base..HEAD~3"
out_has "Imported 1 file: 1 new entry"
mkdir -p temp && ln -s /etc/hostname temp/link.json && git add temp && git commit -q -m link
run 0 "$IMPORT_TOKENS" --from-git HEAD~1..HEAD
err_has "there are no exports to import"

# --- what cannot be ---
run 64 "$IMPORT_TOKENS" --from-git no-such-revision
err_has "'no-such-revision' names no commits of this repository"
mkdir "$scratch/outside" && cd "$scratch/outside" || exit 99
run 66 "$IMPORT_TOKENS" --from-git HEAD
finish
