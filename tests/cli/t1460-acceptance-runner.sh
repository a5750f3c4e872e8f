#!/bin/sh
# SPDX-License-Identifier: MIT
# The runner of the acceptance tables sees a row that is missing, wrong, or came true.
. "$(dirname "$0")/harness.sh"

export BUILD_DIR
# table <exit status>: run the table that is in ./S9.txt
table() { run "$1" sh "$TESTS_DIR/acceptance/run.sh" S9.txt; }
# row [sed expression [more lines]]: make it, from one that is right
row() {
	sed "${1-}" <<-'END' >S9.txt
		rows S9 1-1
		@ nothing
		S9.1 says so
		  works
		  $ echo so
	END
	[ $# -lt 2 ] || printf '%s\n' "$2" >>S9.txt
}
row '' '  | so'
table 0
out_has 'ok 1 - S9.1 says so'
out_has '# S9: 1 as documented, 0 better, 0 not done by decision, 0 later'
row '' '  | other'
table 1
out_has 'not ok 1 - S9.1 says so'
out_has '# does not say: other'
row '' '  ! so'
table 1
out_has '# says: so'
row '' '  ~ ^s$'
table 1
out_has '# nothing like: ^s$'
row '' '  ? 64'
table 1
out_has '# exit status 0, not 64'
row 's/echo so/false/' '  $ true'
table 1
out_has '# exit status 1, not 0'
row s/1-1/1-3/
table 1
out_has 'S9.2 is missing'
out_has 'S9.3 is missing'
row '' 'S9.1 again'
table 1
out_has 'S9.1 stands there twice'
row '' 'S9.2 more'
table 1
out_has 'there are more rows than S9.1'
row 's/  works/  later: with the rest/'
table 1
out_has "S9.1 says so: is there now: it is 'later' no more"
row 's/  works/  later: with the rest/; s/echo so/false/'
table 0
check 'a row for later is shown' grep -qx 'ok 1 - S9.1 says so # SKIP later: with the rest' out
out_has '0 as documented, 0 better, 0 not done by decision, 1 later'
row 's/  works/  better: in words/'
table 0
out_has 'ok 1 - S9.1 says so (better: in words)'
row 's/  works/  not: it would be wrong/; /echo/d'
table 0
out_has 'ok 1 - S9.1 says so (not: it would be wrong)'
row 's/  works/  better: /'
table 1
out_has 'S9.1 says so: better, but why?'
row /works/d
table 1
out_has 'S9.1 says so: is neither works, better, not nor later'
row /echo/d
table 1
out_has 'S9.1 says so: has no command'
row '' what
table 1
out_has 'S9.txt: cannot be read: what'
row 's/@ nothing/@ nowhere/'
table 1
out_has "the world 'nowhere'"
: >S9.txt
table 1
out_has 'does not say which rows it holds'
finish
