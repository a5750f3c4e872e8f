#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Install what is missing: ci/deps.sh build | test | coverage | fuzz
#
# Debian and Ubuntu: by apt-get, with sudo when needed.  macOS: prints the brew
# line.  Quick, and silent, when nothing is missing.
set -eu

build='gcc make pkg-config git libgit2-dev libcjson-dev libsqlite3-dev libpq-dev
uuid-dev libsmartcols-dev uthash-dev'
tests='libcmocka-dev perl bc jq procps strace tzdata cmark-gfm mandoc shellcheck sqlite3 postgresql
postgresql-client pgbouncer clang-format clang-tidy cppcheck zsh fish nodejs npm'

case ${1:-build} in
build) wanted=$build ;;
test) wanted="$build $tests" ;;
coverage) wanted="$build $tests gcovr" ;;
fuzz) wanted="$build clang-14" ;;
*) echo "usage: ci/deps.sh build|test|coverage|fuzz" >&2; exit 64 ;;
esac

if [ "$(uname -s)" = Darwin ]; then
	command -v pkg-config >/dev/null && pkg-config --exists libgit2 libcjson sqlite3 libpq && exit 0
	echo "install first: brew install pkg-config libgit2 cjson sqlite libpq uthash util-linux" >&2
	exit 1
fi
if ! command -v apt-get >/dev/null; then
	echo "this system has no apt-get; these Debian packages, or their like, are needed:" >&2
	echo "$wanted" >&2
	exit 0
fi

# npm may be there without being a Debian package.
missing=
for package in $wanted; do
	case $package in
	nodejs) command -v node >/dev/null && continue ;;
	npm) command -v npm >/dev/null && continue ;;
	esac
	dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed ||
		missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then
	sudo=
elif command -v sudo >/dev/null; then
	sudo=sudo
else
	echo "run as root, or install sudo; missing:$missing" >&2
	exit 1
fi
echo "installing:$missing" >&2
export DEBIAN_FRONTEND=noninteractive
$sudo apt-get update -qq
# shellcheck disable=SC2086 # a list of packages
$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
	$missing >/dev/null
