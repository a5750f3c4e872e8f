#!/bin/sh
# SPDX-License-Identifier: MIT
#
# What an import costs: tests/bench/bench_import.sh BUILD-DIR [ENTRIES] [ROUNDS]
#
# The reference is what the database's own client needs for the same rows into
# the same table: psql's \copy, and sqlite3's .import.
. "$(dirname "$0")/bench.sh"
entries=${2:-1000000} rounds=${3:-3}
support=$build/support
pg=$bench_dir/../support/pg.sh
# The databases lie on a disk, as databases do; what they read lies in memory.
disk=$(mktemp -d /tmp/tt-bench.XXXXXX)
chmod 711 "$work" "$disk"
cluster=$(TT_PG_OPTIONS='-c max_wal_size=4GB -c shared_buffers=256MB' "$pg" start "$disk/pg")
trap 'cd /; "$pg" stop "$cluster"; rm -rf "$work" "$disk"' EXIT

importer() { "$support/measure" "$import_tokens" --repository github.com/acme/app -q "$@"; }

# at_least WHAT A B LIMIT: the median of B's times is LIMIT times that of A's
at_least() {
	awk -v what="$1" -v a="$(value "$2" 1)" -v b="$(value "$3" 1)" -v limit="$4" 'BEGIN {
		printf "%-6s  %-52s %8.2f  (at least %s)  %d ms, reference %d ms\n",
			(b / a >= limit ? "ok" : "MISSED"), what, b / a, limit, a, b
		exit (b / a < limit) }' || missed=1
}

mkdir files
"$support/store_tool" files files 0 "$entries" 10000

# --- PostgreSQL ------------------------------------------------------------------
url=$("$pg" createdb "$cluster")
"$import_tokens" migrate --db "$url" >/dev/null
importer --db "$url" files >/dev/null
# In the order in which the entries came about, as a log of them would be.
psql -X -q "$url" -c '\copy (SELECT * FROM entries ORDER BY started_at) TO copy.tsv'
for _ in $(seq "$rounds"); do
	url=$("$pg" createdb "$cluster")
	"$import_tokens" migrate --db "$url" >/dev/null
	"$support/measure" psql -X -q "$url" -c '\copy entries FROM copy.tsv' >>copy
	url=$("$pg" createdb "$cluster")
	"$import_tokens" migrate --db "$url" >/dev/null
	importer --db "$url" files >>pg.first
	importer --db "$url" files >>pg.second
done
rm copy.tsv
at_least "PostgreSQL, $entries entries, by psql \\copy" pg.first copy 0.65
at_least "PostgreSQL, the same files again, by psql \\copy" pg.second copy 1.5

# --- a line of 20 ms ----------------------------------------------------------------
mkdir line many
"$support/store_tool" many files 0 10000 50
"$support/delay_proxy" -d 10 -l trips "$PWD/line/.s.PGSQL.5432" "$cluster/.s.PGSQL.5432" &
proxy=$!
for _ in $(seq "$rounds"); do
	url=$("$pg" createdb "$cluster")
	"$import_tokens" migrate --db "$url" >/dev/null
	importer --db "$(echo "$url" | sed "s|host=.*|host=$PWD/line|")" many >>slow
done
sleep 0.2
kill $proxy
target "200 files, 10,000 entries, 20 ms away: ms" "$(value slow 1)" 500 ""
target "200 files, 10,000 entries, 20 ms away: round trips" "$(value trips 1)" 25 ""

# --- SQLite --------------------------------------------------------------------------
# .import cannot write NULL, which our table takes for INTEGER columns only.
importer --db "sqlite:$disk/csv.db" files >/dev/null
sqlite3 "$disk/csv.db" "UPDATE entries SET last_activity = coalesce(last_activity, 0),
	cost_nano_usd = coalesce(cost_nano_usd, 0)"
sqlite3 -csv "$disk/csv.db" 'SELECT * FROM entries' >entries.csv
rm "$disk/csv.db"
for _ in $(seq "$rounds"); do
	rm -f "$disk/ref.db" "$disk/ours.db"
	"$import_tokens" migrate --db "sqlite:$disk/ref.db" >/dev/null
	"$support/measure" sqlite3 "$disk/ref.db" '.mode csv' '.import entries.csv entries' >>dotimport
	importer --db "sqlite:$disk/ours.db" files >>sqlite.first
	importer --db "sqlite:$disk/ours.db" files >>sqlite.second
done
at_least "SQLite, $entries entries, by sqlite3 .import" sqlite.first dotimport 1.3
target "peak memory, PostgreSQL: KiB" "$(most pg.first)" 65536 ""
target "peak memory, SQLite: KiB" "$(most sqlite.first)" 65536 ""
exit $missed
