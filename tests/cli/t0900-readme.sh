#!/bin/sh
# SPDX-License-Identifier: MIT
# What the README shows is what the programs print.
. "$(dirname "$0")/harness.sh"
readme=$SOURCE_DIR/README.md
PATH=$BUILD_DIR/bin:$PATH
export GIT_CONFIG_GLOBAL="$HOME/.gitconfig" # the plan is kept there

# The names of exports and the ids of entries are random.
same() {
	sed -E 's/_[0-9a-f]{8}\.json/_xxxxxxxx.json/g; s/( tokens  )[0-9a-f]{8}\>/\1xxxxxxxx/' "$1"
}

# ../blocks: <number>.command and <number>.expected of every "$ ..." in a console block
mkdir blocks
awk '/^ *```console$/ { inside = 1; next }
	/^ *```$/ { inside = 0 }
	inside && /^\$ / { n++; print substr($0, 3) >(sprintf("blocks/%03d.command", n))
		printf "" >(sprintf("blocks/%03d.expected", n)); next }
	inside { print >(sprintf("blocks/%03d.expected", n)) }' "$readme"

repo app
minutes=540
for command in ../blocks/*.command; do
	TRACK_TOKENS_NOW=$(printf '2026-11-23T%02d:%02d:00Z' $((minutes / 60)) $((minutes % 60)))
	minutes=$((minutes + 23))
	# Not in a subshell: a command may set a variable or change the directory.
	eval "$(cat "$command")" >../got 2>&1
	same ../got >../got.same
	same "${command%.command}.expected" >../expected.same
	check "\$ $(cat "$command")" diff -u ../expected.same ../got.same
done
check "the README shows commands" [ "$minutes" -gt 640 ]

# The job summary is quoted: every line of it is one of summary.md, in order.
sed -n '/^<!-- From summary.md/,/^<!-- end/s/^> \{0,1\}//p' "$readme" >../quoted
check "the README quotes the summary" [ -s ../quoted ]
diff summary.md ../quoted | grep '^>' >../invented
check "every quoted line is in the summary" [ ! -s ../invented ]
finish
