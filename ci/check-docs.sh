#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The manual pages and --help say the same: every command, and every option of
# every command, is in both.  ci/check-docs.sh [BUILD-DIR]
set -eu
bin=${1:-build/release}/bin
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0

options() { sed -n 's/^ *\(-., \)\{0,1\}\(--[a-z0-9-]*\).*/\2/p' | sort -u; }

for program in track-tokens import-tokens; do
	# The page as "<section> <option>" lines.
	awk '/^\.Ss /{s=$2} /^\.Sh OPTIONS/{s="common"} /^\.Sh /&&!/OPTIONS/{s="-"}
		/^\.It .*Fl -/{match($0, /Fl -[a-z0-9-]+/); print s, "-" substr($0, RSTART+3, RLENGTH-3)}
		/^\.Ss /{print "command", $2}' "src/man/$program.1" >"$work/page"
	sed -n 's/^command //p' "$work/page" | sort >"$work/documented"
	{
		"$bin/$program" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z][a-z]*\) .*/\1/p'
		echo completion
	} | sort >"$work/commands"
	diff -u "$work/commands" "$work/documented" || bad=1
	while read -r command; do
		"$bin/$program" "$command" --help |
			sed -n '/^Options:/,/^Options of every/p' | options >"$work/help"
		sed -n "s/^$command \(--.*\)/\1/p" "$work/page" | sort -u >"$work/man"
		diff -u --label "$program $command --help" --label "$program(1) $command" \
			"$work/help" "$work/man" || bad=1
	done <"$work/commands"
	"$bin/$program" --help | sed -n '/^Options of every/,$p' | options >"$work/help"
	sed -n 's/^common //p' "$work/page" | sort -u >"$work/man"
	diff -u "$work/help" "$work/man" || bad=1
done
exit $bad
