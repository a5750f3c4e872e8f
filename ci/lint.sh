#!/bin/sh
# SPDX-License-Identifier: MIT
#
# One step of the static checks, or all: ci/lint.sh [STEP...]
set -eu

c_files() { git ls-files '*.c' '*.h'; }
flags='-std=gnu11 -D_GNU_SOURCE -Iinclude -DVERSION=__FILE__'

format() { c_files | xargs clang-format --dry-run -Werror; }

layers() { sh ci/check-layers.sh; }

# Every header compiles alone.
headers() {
	git ls-files 'include/*.h' 'src/*.h' | while read -r header; do
		# shellcheck disable=SC2086,SC2046 # lists of flags
		gcc $flags -I"$(dirname "$header")" $(pkg-config --cflags libgit2 libcjson sqlite3 libpq) \
			-Wall -Wextra -Werror -Wno-unused-function -fsyntax-only -x c \
			-include "$header" /dev/null || exit 1
	done
}

shell() {
	git ls-files '*.sh' githooks ci tests/faults token_metrics/compat |
		while read -r file; do
			head -c 20 "$file" | grep -qE '^#!.*(sh|bash)|^# SPDX' || continue
			case $file in *.c | *.h | *.mk | *.ps1) continue ;; esac
			echo "$file"
		done | xargs shellcheck -x -P SCRIPTDIR -S warning
}

manuals() {
	git ls-files 'src/man/*.[15]' | while read -r page; do
		mandoc -Tlint -Wwarning "$page" || exit 1
	done
}

docs() { sh ci/check-docs.sh "${BUILD_DIR:-build/release}"; }

# cppcheck knows neither the cleanup attribute nor that mem_exhausted never
# returns, and takes readdir and getpwuid for unsafe: we have no threads.
cppcheck() {
	# shellcheck disable=SC2046 # a list of files
	command cppcheck -q -j2 --enable=warning,performance,portability --std=c11 --library=posix \
		--inline-suppr --error-exitcode=1 -Iinclude -D_GNU_SOURCE \
		--suppress=missingIncludeSystem --suppress=resourceLeak --suppress=memleak \
		--suppress=readdirCalled --suppress=nullPointerRedundantCheck --suppress=getpwuidCalled $(git ls-files 'src/*.c')
}

# clang-tidy takes about as long as everything else together: two at a time.
tidy() {
	# shellcheck disable=SC2046 # lists of flags
	git ls-files 'src/*.c' | xargs -P 2 -n 8 sh -c 'clang-tidy --quiet "$@" -- '"$flags"' \
		'"$(pkg-config --cflags libgit2 libcjson sqlite3 libpq smartcols | tr '\n' ' ')"' 2>/dev/null' sh
}

[ $# -gt 0 ] || set -- format layers headers shell manuals docs cppcheck tidy
for step in "$@"; do
	"$step"
done
