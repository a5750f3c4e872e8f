#!/bin/sh
# SPDX-License-Identifier: MIT
# What the programs weigh and load: track-tokens runs in git hooks.
. "$(dirname "$0")/harness.sh"
command -v ldd >/dev/null || skip_all "ldd is missing"

if [ "$(basename "$BUILD_DIR")" = release ]; then
	for program in "$TRACK_TOKENS" "$IMPORT_TOKENS"; do
		strip -o stripped "$program"
		size=$(wc -c <stripped)
		check "$(basename "$program") is at most 500 kB stripped ($size)" [ "$size" -le 500000 ]
	done
	# The coverage build does name where it was built.
	check "neither names a directory of the build machine" \
		sh -c "! grep -qF '$SOURCE_DIR' '$TRACK_TOKENS' '$IMPORT_TOKENS'"
fi

ldd "$TRACK_TOKENS" >out
out_lacks libpq
out_has libgit2
ldd "$IMPORT_TOKENS" >out
out_has libpq

finish
