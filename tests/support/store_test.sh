# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# Sourced behind harness.sh by tests of the team store: one PostgreSQL cluster
# for the script, and store_tool (see its head) to drive the store.
#
#	fresh                          a new, migrated database: $URL
#	tool 0 "$URL" import 0 100 1   exit status; ./out and ./err
#	rows_are 0 100 1 <what>        $URL holds exactly these entries
PG=$TESTS_DIR/support/pg.sh
TOOL=$BUILD_DIR/support/store_tool
PROXY=$BUILD_DIR/support/delay_proxy
D=$("$PG" start) || exit 99
background=
# The background processes are ours: started below, by their ids.
# shellcheck disable=SC2086,SC2154
trap '[ -z "$background" ] || kill $background 2>/dev/null; "$PG" stop "$D"; cd /; rm -rf "$scratch"' EXIT

fresh() {
	URL=$("$PG" createdb "$D") || exit 99
	"$TOOL" "$URL" migrate >/dev/null || exit 99
}

tool() {
	want=$1
	shift
	run "$want" "$TOOL" "$@"
}

sql() { psql -X -q -A -t -v ON_ERROR_STOP=1 -c "$1" "${2:-$URL}"; }

# until_true <command...>: waits for it, at most a minute
until_true() {
	tries=0
	while ! "$@" >/dev/null 2>&1; do
		tries=$((tries + 1))
		if [ $tries -gt 1200 ]; then
			not_ok "waited in vain for: $*"
			return 1
		fi
		sleep 0.05
	done
}

# rows_are FROM TO REVISION WHAT: the same canonical lines as a SQLite database
# into which they went in one piece.
rows_are() {
	rm -f expected.db
	"$TOOL" sqlite:expected.db import "$1" "$2" "$3" >/dev/null
	"$TOOL" sqlite:expected.db export >expected.txt
	"$TOOL" "$URL" export >actual.txt
	if [ "$(wc -l <actual.txt)" -eq $(($2 - $1)) ] && cmp -s expected.txt actual.txt; then
		ok "$4: every entry exactly once"
	else
		diff expected.txt actual.txt | cut -c 1-120 | head -6 >difference
		not_ok "$4: other rows" difference
	fi
}

# start_tool ARGS: in the background, output in bg.out and bg.err
start_tool() {
	"$TOOL" "$@" >bg.out 2>bg.err &
	tool_pid=$!
	background="$background $tool_pid"
}

# tool_exits STATUS WHAT
tool_exits() {
	wait "$tool_pid"
	got=$?
	if [ $got -eq "$1" ]; then
		ok "$2: exits $1"
	else
		not_ok "$2: exited $got, not $1" bg.err
	fi
	cp bg.out out
	cp bg.err err
}

# proxy ARGS: a bad line to the server; $URL through it is $BAD_URL
proxy() {
	rm -rf line
	mkdir line
	"$PROXY" "$@" "$PWD/line/.s.PGSQL.5432" "$D/.s.PGSQL.5432" &
	proxy_pid=$!
	background="$background $proxy_pid"
	until_true test -S line/.s.PGSQL.5432
	# shellcheck disable=SC2034 # for the scripts
	BAD_URL=$(echo "$URL" | sed "s|host=.*|host=$PWD/line|")
}

end_proxy() {
	kill "$proxy_pid"
	wait "$proxy_pid" 2>/dev/null
}
