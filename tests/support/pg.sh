#!/bin/sh
# SPDX-License-Identifier: MIT
#
# One throwaway PostgreSQL cluster, reachable by a socket only.
#
#	tests/support/pg.sh start [DIR]    make and start it; prints DIR
#	tests/support/pg.sh url DIR [DB]   the URL of a database in it
#	tests/support/pg.sh createdb DIR   make a new, empty database; prints its URL
#	tests/support/pg.sh psql DIR ARGS  psql as the administrator
#	tests/support/pg.sh kill DIR       kill -9 the server and its children
#	tests/support/pg.sh restart DIR    start a stopped or killed server again
#	tests/support/pg.sh stop DIR       stop it at once and remove DIR
#
# As root the server runs as "postgres".  With TT_TEST_DATABASE_URL set, start
# and stop do nothing, and createdb makes its databases on that server.
# Failures are loud: they print the end of the server's log.
set -eu

die() {
	echo "pg.sh: $*" >&2
	exit 1
}

bin() {
	if [ -n "${TT_PG_BIN:-}" ]; then
		echo "$TT_PG_BIN/$1"
	elif command -v "$1" >/dev/null && [ "$1" != psql ]; then
		command -v "$1"
	else
		# shellcheck disable=SC2012 # versions, not names
		found=$(ls -d /usr/lib/postgresql/*/bin /opt/homebrew/opt/postgresql@*/bin 2>/dev/null |
			sort -V | tail -1)
		[ -x "$found/$1" ] || die "$1 not found: is the PostgreSQL server installed?"
		echo "$found/$1"
	fi
}

# As root: the server refuses root, so it runs as its own user.
as_server() {
	if [ "$(id -u)" = 0 ]; then
		setpriv --reuid=postgres --regid=postgres --init-groups "$@"
	else
		"$@"
	fi
}

show_log() {
	[ -f "$1/log" ] && tail -40 "$1/log" >&2
	die "$2"
}

server() { # DIR ACTION...
	dir=$1
	shift
	as_server "$(bin pg_ctl)" -D "$dir/data" -l "$dir/log" -s -w -t 60 \
		-o "-c listen_addresses= -c unix_socket_directories=$dir ${TT_PG_OPTIONS:-}" "$@"
}

start() {
	[ -z "${TT_TEST_DATABASE_URL:-}" ] || { echo external; return; }
	dir=${1:-$(mktemp -d /tmp/ttpg.XXXXXX)}
	mkdir -p "$dir"
	chmod 755 "$dir"
	[ "$(id -u)" != 0 ] || chown postgres "$dir"
	(cd /; as_server "$(bin initdb)" -D "$dir/data" --no-sync -A trust -U postgres -E UTF8 \
		--locale=C >"$dir/initdb.log" 2>&1) || {
		cat "$dir/initdb.log" >&2
		die "initdb failed"
	}
	# shellcheck disable=SC2016
	as_server sh -c 'cat >>"$1"' sh "$dir/data/postgresql.conf" <<-EOF
		fsync = ${TT_PG_FSYNC:-off}
		max_connections = 40
		log_min_messages = warning
	EOF
	(cd /; server "$dir" start) || show_log "$dir" "the server did not start"
	echo "$dir"
}

url() {
	if [ -n "${TT_TEST_DATABASE_URL:-}" ]; then
		echo "$TT_TEST_DATABASE_URL" | sed "s|^\([a-z]*://[^/]*/\)[^?]*|\1${2:-postgres}|"
	else
		echo "postgresql://postgres@/${2:-postgres}?host=$1"
	fi
}

createdb() {
	name=tt_$(od -An -N6 -tx1 /dev/urandom | tr -d ' \n')
	psql -X -q -v ON_ERROR_STOP=1 -c "CREATE DATABASE $name" "$(url "$1")" ||
		show_log "$1" "could not create a database"
	url "$1" "$name"
}

kill_server() {
	pid=$(as_server head -1 "$1/data/postmaster.pid")
	children=$(ps -o pid= --ppid "$pid" | tr '\n' ' ')
	# shellcheck disable=SC2086
	kill -9 "$pid" $children 2>/dev/null || :
	while kill -0 "$pid" 2>/dev/null; do sleep 0.05; done
}

stop() {
	[ "$1" != external ] || return 0
	case $1 in /tmp/ttpg.*) ;; *) [ -f "$1/data/PG_VERSION" ] || die "'$1' is no cluster" ;; esac
	(cd /; server "$1" stop -m immediate >/dev/null 2>&1) || :
	rm -rf "$1"
}

command=${1:-}
[ $# -eq 0 ] || shift
case $command in
start) start "$@" ;;
url) url "$@" ;;
createdb) createdb "$@" ;;
psql) dir=$1; shift; exec psql -X -q -v ON_ERROR_STOP=1 "$@" "$(url "$dir")" ;;
kill) kill_server "$@" ;;
restart) (cd /; server "$1" start) || show_log "$1" "the server did not start again" ;;
stop) stop "$@" ;;
*) sed -n '4,16s/^# \{0,1\}//p' "$0" >&2; exit 64 ;;
esac
