#!/bin/sh
# SPDX-License-Identifier: MIT
# What the programs weigh and load: track-tokens runs in git hooks.
. "$(dirname "$0")/harness.sh"
command -v ldd >/dev/null || skip_all "ldd is missing"

if [ "$(basename "$BUILD_DIR")" = release ]; then
	# is_small <program> <bytes>: how long a hook takes to start goes by what is loaded.
	is_small() {
		strip -o stripped "$1"
		size=$(wc -c <stripped)
		check "$(basename "$1") is at most $2 bytes stripped ($size)" [ "$size" -le "$2" ]
	}
	# Commands of every day, and those that move in, estimate and tell what is left of a plan.
	is_small "$TRACK_TOKENS" 900000
	is_small "$IMPORT_TOKENS" 500000
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
