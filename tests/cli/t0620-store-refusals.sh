#!/bin/sh
# What the server refuses, and why; what never shows; other ways to a server.
. "$(dirname "$0")/harness.sh"
. "$TESTS_DIR/support/store_test.sh"
database() { echo "$URL" | sed 's|.*/\([^?]*\)?.*|\1|'; }

# --- schema ----------------------------------------------------------------------
URL=$("$PG" createdb "$D")
tool 5 "$URL" check
err_has "the database has no tables yet: run 'import-tokens migrate'"
tool 5 "$URL" import 0 10 1
err_has "the database has no tables yet: run 'import-tokens migrate'"
"$TOOL" "$URL" migrate >first 2>&1 &
one=$!
"$TOOL" "$URL" migrate >second 2>&1 &
two=$!
wait $one && wait $two
check "two migrations at once both succeed" test $? -eq 0
check "and one of them did it" test "$(cat first second | sort | tr '\n' ' ')" = \
	"schema 0 to 1 schema 1 to 1 "
sql "INSERT INTO tt_schema VALUES (99, now(), 'of tomorrow')"
tool 5 "$URL" import 0 10 1
err_has "the database has schema 99, but this program knows only 1: update it"
tool 5 "$URL" migrate

URL=$("$PG" createdb "$D")
sql "CREATE TABLE imports (somebody text)"
tool 1 -r 500 "$URL" migrate
err_has 'a name is taken: give the tables a database or schema of their own'
check "and nothing of ours is there" test \
	"$(sql "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")" = 1

# Migrations without the right to advisory locks.
URL=$("$PG" createdb "$D")
sql "CREATE ROLE $(database)_plain LOGIN; GRANT CREATE ON SCHEMA public TO $(database)_plain;
	REVOKE EXECUTE ON FUNCTION pg_advisory_xact_lock(bigint) FROM PUBLIC"
tool 0 "$(echo "$URL" | sed "s|postgres@|$(database)_plain@|")" migrate
out_is 'schema 0 to 1'

# --- roles ------------------------------------------------------------------------
fresh
"$IMPORT_TOKENS" migrate --roles >roles.sql
check "roles are made" psql -X -q -v ON_ERROR_STOP=1 -f roles.sql "$URL"
check "and made again" psql -X -q -v ON_ERROR_STOP=1 -f roles.sql "$URL"
name=$(database)
sql "CREATE ROLE ${name}_ci LOGIN IN ROLE tt_importer; CREATE ROLE ${name}_bi LOGIN IN ROLE tt_reader"
ci=$(echo "$URL" | sed "s|postgres@|${name}_ci@|")
bi=$(echo "$URL" | sed "s|postgres@|${name}_bi@|")
tool 0 "$ci" import 0 100 1
rows_are 0 100 1 "imported by the importer"
run 1 sql "DELETE FROM entries" "$ci"
err_has 'permission denied'
run 1 sql "SELECT 1 FROM entries" "$bi"
err_has 'permission denied'
run 0 sql "SELECT sum(sessions) + sum(context_readings) FROM v1_branches" "$bi"
out_is 92
run 0 sql "SELECT sum(sessions) + sum(context_readings) FROM v1_days" "$bi"
out_is 92
run 0 sql "SELECT count(*) FROM v1_models" "$bi"
out_is 2
tool 1 "$bi" import 0 100 1
err_has 'store_tool: database: permission denied for table'

# --- read-only -------------------------------------------------------------------
fresh
sql "ALTER DATABASE $(database) SET default_transaction_read_only = on"
tool 1 -r 300 "$URL" import 0 100 1
err_has 'store_tool: database: cannot execute CREATE TABLE in a read-only transaction (25006)'
err_lacks 'trying again'
"$PG" psql "$D" -c "ALTER DATABASE $(database) RESET default_transaction_read_only"
tool 0 "$URL" import 0 100 1
rows_are 0 100 1 "no longer read-only"

# --- a disk that is full -----------------------------------------------------------
if [ "$D" != external ] && mkdir "$D/small" &&
	mount -t tmpfs -o size=24m tmpfs "$D/small" 2>mount.err; then
	chown postgres "$D/small"
	fresh
	"$PG" psql "$D" -c "CREATE TABLESPACE small LOCATION '$D/small'"
	"$PG" psql "$D" -c "ALTER DATABASE $(database) SET TABLESPACE small"
	tool 1 -r 300 "$URL" import 0 100000 1
	err_has 'No space left on device (53100)'
	err_lacks 'trying again'
	check "no row of it is left" test "$(sql 'SELECT count(*) FROM entries')" = 0
	mount -o remount,size=400m "$D/small"
	tool 0 "$URL" import 0 100000 1
	rows_are 0 100000 1 "more space"
	"$PG" psql "$D" -c "DROP DATABASE $(database)"
	"$PG" psql "$D" -c "DROP TABLESPACE small"
	umount "$D/small"
else
	ok "a full disk # SKIP needs the right to mount"
fi

# --- passwords ------------------------------------------------------------------------
if [ "$D" != external ]; then
	fresh
	sql "CREATE ROLE $(database)_secret LOGIN PASSWORD 'hunter2/@x'"
	sed -i "1i local all $(database)_secret scram-sha-256" "$D/data/pg_hba.conf"
	sql "SELECT pg_reload_conf()" >reloaded
	secret=$(echo "$URL" | sed "s|postgres@|$(database)_secret:hunter2%2f%40x@|")
	until_true sh -c "! psql -X -w -c 'SELECT 1' '$(echo "$secret" | sed 's/hunter2/wrong/')'"
	sql "GRANT ALL ON ALL TABLES IN SCHEMA public TO $(database)_secret"
	tool 0 "$secret" import 0 100 1
	rows_are 0 100 1 "by password"
	tool 1 -r 300 "$(echo "$secret" | sed 's/hunter2/hunter3/')" check
	err_has 'password authentication failed for user'
	err_lacks 'trying again'
	err_lacks hunter
	run 1 "$IMPORT_TOKENS" report --repository a/b --db "$(echo "$secret" | sed 's/hunter2/hunter3/')"
	err_has 'password authentication failed for user'
	err_lacks hunter
fi
tool 64 'postgresql://dev:hunter2@secret@db.example.com/x' check
err_has "the password in the database URL holds '@': write it as '%40'"
tool 64 'postgresql://dev:hunter2@db.example.com/x?hunter2=1' check
err_has 'the database URL is wrong: invalid URI query parameter: "***"'
err_lacks hunter2
tool 64 'postgresql+psycopg2://dev:hunter2@db.example.com/x' check
err_lacks hunter2
fresh
tool 0 "$URL&schema=public&pgbouncer=true" check
err_has 'notice: the database URL holds parameters of other clients, leaving them out: schema, pgbouncer'

# --- PgBouncer, a transaction at a time --------------------------------------------
if [ "$D" != external ] && command -v pgbouncer >/dev/null; then
	fresh
	mkdir -p "$D/pool"
	chmod 777 "$D/pool"
	cat >"$D/pool/ini" <<-EOF
		[databases]
		* = host=$D port=5432 user=postgres
		[pgbouncer]
		pool_mode = transaction
		default_pool_size = 3
		listen_addr =
		unix_socket_dir = $D/pool
		auth_type = any
		ignore_startup_parameters =
	EOF
	if [ "$(id -u)" = 0 ]; then
		setpriv --reuid=postgres --regid=postgres --init-groups pgbouncer -q "$D/pool/ini" &
	else
		pgbouncer -q "$D/pool/ini" &
	fi 2>pool.log
	background="$background $!"
	pooled="postgresql://postgres@/$(database)?host=$D/pool&port=6432"
	until_true psql -X -c 'SELECT 1' "$pooled"
	pids=
	for i in 1 2 3 4 5 6; do
		"$TOOL" "$pooled" import 0 2000 1 $i >"pool.$i" 2>&1 &
		pids="$pids $!"
	done
	bad=0
	for pid in $pids; do wait "$pid" || bad=1; done
	cat pool.? >all
	check "six importers through three connections" test $bad -eq 0
	rows_are 0 2000 1 "through PgBouncer"
	tool 0 "$pooled" cells
	tool 0 "$pooled" migrate
	out_is 'schema 1 to 1'
fi
finish
