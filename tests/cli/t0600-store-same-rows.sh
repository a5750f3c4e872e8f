#!/bin/sh
# The rows do not depend on the database, the order, the pieces, the repetition
# or the number of importers.
. "$(dirname "$0")/harness.sh"
. "$TESTS_DIR/support/store_test.sh"

fresh
tool 0 "$URL" import 0 3000 1
out_is 'inserted 3000 updated 0 unchanged 0'
rows_are 0 3000 1 "imported at once"
tool 0 "$URL" import 0 3000 1 77
out_is 'inserted 0 updated 0 unchanged 3000'
rows_are 0 3000 1 "imported again in another order"

tool 0 "$URL" import 2000 4000 2 5
out_is 'inserted 1000 updated 1000 unchanged 0'
tool 0 "$URL" import 0 4000 2
tool 0 "$URL" import 0 4000 1 9
out_is 'inserted 0 updated 0 unchanged 4000'
rows_are 0 4000 2 "higher revisions, then the lower ones again"
"$TOOL" "$URL" cells | sort >cells.pg
"$TOOL" sqlite:expected.db cells | sort >cells.sqlite
check "groups add up to the same in both databases" cmp cells.pg cells.sqlite
check "and there are some" test -s cells.pg

for database in postgresql sqlite; do
	fresh
	[ $database = postgresql ] || URL=sqlite:$PWD/many.db
	pids=
	for i in 1 2 3 4 5 6 7 8; do
		"$TOOL" "$URL" import $((i * 300 - 300)) $((i * 300 + 1000)) 1 $((i * 13)) \
			>"many.$i" 2>&1 &
		pids="$pids $!"
	done
	bad=0
	for pid in $pids; do wait "$pid" || bad=$((bad + 1)); done
	cat many.? >all
	check "$database: eight importers at once all succeed" test $bad -eq 0 || cat all
	rows_are 0 3400 1 "$database: eight importers at once"
	total=$(awk '{ s += $2 } END { print s }' many.?)
	check "$database: and together they inserted each entry once" test "$total" = 3400
done

# Without the right to make temporary tables.
fresh
name=$(echo "$URL" | sed 's|.*/\([^?]*\)?.*|\1|')
sql "CREATE ROLE ${name}_poor LOGIN"
sql "GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO ${name}_poor"
sql "REVOKE TEMPORARY ON DATABASE $name FROM PUBLIC"
poor=$(echo "$URL" | sed "s|postgres@|${name}_poor@|")
check "the role may make no temporary table" \
	test "$(sql "SELECT has_database_privilege('${name}_poor', '$name', 'TEMP')")" = f
tool 0 "$poor" import 0 1300 1
out_is 'inserted 1300 updated 0 unchanged 0'
tool 0 "$poor" import 1000 1600 2 3
out_is 'inserted 300 updated 300 unchanged 0'
tool 0 "$poor" import 0 1600 2
tool 0 "$poor" import 0 1600 1 8
out_is 'inserted 0 updated 0 unchanged 1600'
rows_are 0 1600 2 "without temporary tables"
finish
