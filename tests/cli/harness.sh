# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# Sourced by every tests/cli/*.sh.  Each script runs in an empty directory of its
# own with a fixed clock, locale, time zone and home, knows nothing of the CI
# system or database around it, and prints TAP.
#
#	. "$(dirname "$0")/harness.sh"
#	repo work                                a repository with one commit; cd into it
#	run 0 "$TRACK_TOKENS" add 45000          exit status; ./out and ./err keep the output
#	out_has 'Total accumulated: 45,000'      a fixed string
#	finish
set -u
: "${BUILD_DIR:=build/release}"
TESTS_DIR=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck disable=SC2034 # for the scripts
SOURCE_DIR=$(cd "$TESTS_DIR/.." && pwd)
BUILD_DIR=$(cd "$BUILD_DIR" && pwd) || exit 99
# shellcheck disable=SC2034 # for the scripts
TRACK_TOKENS=$BUILD_DIR/bin/track-tokens IMPORT_TOKENS=$BUILD_DIR/bin/import-tokens
# shellcheck disable=SC2034 # for the scripts
GOLDEN_DIR=$TESTS_DIR/golden FIXTURES_DIR=$TESTS_DIR/fixtures

for name in $(env | sed -n 's/^\(\(GIT\|GITHUB\|PG\|CI\|RUNNER\|BITBUCKET\|BUILD\|SYSTEM\|TRACK_TOKENS\|IMPORT_TOKENS\|XDG\|CLAUDE\)_[A-Z0-9_]*\|CI\|PG[A-Z]*\|DATABASE_URL\|NO_COLOR\|COLUMNS\)=.*/\1/p'); do
	case $name in BUILD_DIR | TRACK_TOKENS | IMPORT_TOKENS) ;; *) unset "$name" ;; esac
done
scratch=$(mktemp -d "${TMPDIR:-/tmp}/tt-test.XXXXXX") || exit 99
trap 'cd /; rm -rf "$scratch"' EXIT
cd "$scratch" || exit 99
export LSAN_OPTIONS="suppressions=$TESTS_DIR/support/lsan.supp:print_suppressions=0"
umask 022
export HOME="$scratch" LC_ALL=C.UTF-8 TZ=UTC TRACK_TOKENS_NOW=2026-01-02T03:04:05Z
export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null
export GIT_AUTHOR_NAME=Dev GIT_AUTHOR_EMAIL=dev@example.com GIT_AUTHOR_DATE=2026-01-01T00:00:00Z
export GIT_COMMITTER_NAME=Dev GIT_COMMITTER_EMAIL=dev@example.com
export GIT_COMMITTER_DATE=2026-01-01T00:00:00Z
n=0 failed=0

ok() {
	n=$((n + 1))
	echo "ok $n - $1"
}

# not_ok <what> [file]: the file shows what was there instead
not_ok() {
	n=$((n + 1))
	failed=1
	echo "not ok $n - $1"
	if [ $# -gt 1 ]; then sed 's/^/# /' "$2"; fi
}

# skip_all <why>: for a script whose means are not on this machine
skip_all() {
	echo "1..0 # SKIP $1"
	exit 0
}

# run <expected exit status> <command...>: keeps its output in ./out and ./err
run() {
	want=$1
	shift
	"$@" >out 2>err
	got=$?
	if [ "$got" -eq "$want" ]; then
		ok "$* exits $want"
	else
		cat out >>err
		not_ok "$* exited $got, not $want" err
	fi
}

# check <what> <command...>: the command's success is the test
check() {
	what=$1
	shift
	if "$@" >check.out 2>&1; then ok "$what"; else not_ok "$what" check.out; fi
	rm -f check.out
}

out_has() { if grep -qF -- "$1" out; then ok "says: $1"; else not_ok "does not say: $1" out; fi; }
err_has() { if grep -qF -- "$1" err; then ok "warns: $1"; else not_ok "does not warn: $1" err; fi; }
out_lacks() { if grep -qF -- "$1" out; then not_ok "says: $1" out; else ok "does not say: $1"; fi; }
err_lacks() { if grep -qF -- "$1" err; then not_ok "warns: $1" err; else ok "does not warn: $1"; fi; }

# out_is <text>: all of ./out
out_is() {
	if [ "$(cat out)" = "$1" ]; then ok "prints exactly: $1"; else not_ok "does not print: $1" out; fi
}

# golden <name>: ./out must equal tests/golden/<name>; UPDATE_GOLDEN=1 rewrites it
golden() {
	if [ -n "${UPDATE_GOLDEN-}" ]; then cp out "$GOLDEN_DIR/$1"; fi
	if diff -u "$GOLDEN_DIR/$1" out >difference; then ok "matches $1"; else not_ok "differs from $1" difference; fi
}

# repo <name>: a repository on "main" with one commit, and the working directory in it
repo() {
	git init -q -b main "$1" && cd "$1" && git commit -q --allow-empty -m one || exit 99
}

finish() {
	echo "1..$n"
	exit "$failed"
}
