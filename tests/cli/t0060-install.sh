#!/bin/sh
# SPDX-License-Identifier: MIT
# What install brings, uninstall takes away.
. "$(dirname "$0")/harness.sh"
into() {
	env -u MAKEFLAGS -u MAKELEVEL make -C "$SOURCE_DIR" --no-print-directory \
		B="$(basename "$BUILD_DIR")" DESTDIR="$scratch/dest" PREFIX=/opt/tt "$@"
}
[ "$BUILD_DIR" = "$SOURCE_DIR/build/$(basename "$BUILD_DIR")" ] || skip_all "built elsewhere"

run 0 into install
find dest -type f | LC_ALL=C sort >out
out_is "dest/opt/tt/bin/import-tokens
dest/opt/tt/bin/track-tokens
dest/opt/tt/share/bash-completion/completions/import-tokens
dest/opt/tt/share/bash-completion/completions/track-tokens
dest/opt/tt/share/fish/vendor_completions.d/import-tokens.fish
dest/opt/tt/share/fish/vendor_completions.d/track-tokens.fish
dest/opt/tt/share/man/man1/import-tokens.1
dest/opt/tt/share/man/man1/track-tokens.1
dest/opt/tt/share/man/man5/track-tokens-json.5
dest/opt/tt/share/man/man5/track-tokens-ledger.5
$(cd "$SOURCE_DIR" && find token_metrics/compat token_metrics/grafana -type f | LC_ALL=C sort | sed 's|^token_metrics|dest/opt/tt/share/track-tokens|')
dest/opt/tt/share/zsh/site-functions/_import-tokens
dest/opt/tt/share/zsh/site-functions/_track-tokens"
run 0 dest/opt/tt/bin/track-tokens version
out_has "$(cat "$SOURCE_DIR/VERSION")"
check "an installed manual renders" mandoc -Tascii dest/opt/tt/share/man/man1/track-tokens.1

check "an old command can be run" test -x dest/opt/tt/share/track-tokens/compat/sync-usage-tracker-v2.sh
run 0 into uninstall
find dest -type f >out
out_is ''
finish
