#!/bin/sh
# SPDX-License-Identifier: MIT
#
# What a job summary costs a team: tests/bench/bench_team.sh BUILD-DIR [ENTRIES] [REPOSITORIES]
#
# A PostgreSQL database of ENTRIES (10,000,000) entries of two years in REPOSITORIES (20)
# repositories; a branch lives for some days, four models.  An import of one new entry, with
# its summary, and the reports.  Filling takes some minutes and 6 GB below TMPDIR or /tmp.
. "$(dirname "$0")/bench.sh"
entries=${2:-10000000} repositories=${3:-20} rounds=5
support=$build/support
pg=$bench_dir/../support/pg.sh
disk=$(mktemp -d "${TMPDIR:-/tmp}/tt-bench.XXXXXX")
chmod 711 "$work" "$disk"
cluster=$(TT_PG_OPTIONS='-c max_wal_size=8GB -c shared_buffers=1GB -c wal_level=minimal -c max_wal_senders=0' \
	"$pg" start "$disk/pg")
trap 'cd /; "$pg" stop "$cluster"; rm -rf "$work" "$disk"' EXIT
export TZ=UTC TRACK_TOKENS_NOW=2026-11-24T12:00:00Z

url=$("$pg" createdb "$cluster")
git init -q -b main repo
cd repo
git commit -q --allow-empty -m one
git remote add origin https://github.com/acme/app.git
"$track_tokens" -q add 1000 500 --model claude-opus-4-5 first >"$work/add.out"
"$import_tokens" -q --db "$url" --migrate auto temp
psql -X -q -v ON_ERROR_STOP=1 "$url" <<EOF
INSERT INTO repositories SELECT md5('repository ' || i)::uuid, 'github.com/acme/app' || i
FROM generate_series(2, $repositories) i;
INSERT INTO entries
SELECT r.repository_id, md5(i::text)::uuid, 'feature/' || (i / 50000) || '-' || (i % 37), 1, 'measured',
	'sync', t.at, t.at::date, i % 5000, i % 700, i % 900000, i % 30000, i % 20, 0, 1 + i % 40, 0,
	(ARRAY['claude-opus-4-5', 'claude-sonnet-4-5', 'claude-haiku-4-5', 'claude-opus-5-5'])[1 + i % 4],
	'standard', md5((i / 5)::text), t.at + interval '20 minutes', NULL, '', NULL,
	'dev' || (i % 60) || '@example.com', 'laptop', false, NULL, i, e.import_id, e.import_id
FROM generate_series(1, $entries) i,
	LATERAL (SELECT timestamptz '2026-11-23 12:00:00Z' - ($entries - i) * (interval '730 days' / $entries) AS at) t,
	(SELECT import_id FROM entries LIMIT 1) e,
	LATERAL (SELECT repository_id FROM (SELECT repository_id, row_number() OVER (ORDER BY name) - 1 AS n FROM repositories) x
		WHERE n = i % $repositories) r;
EOF
psql -X -q "$url" -c 'VACUUM (ANALYZE) entries'
"$import_tokens" migrate --db "$url" >/dev/null

# of WHAT LIMIT COMMAND...: the median of its milliseconds
of() {
	what=$1 limit=$2
	shift 2
	rm -f "$work/ms"
	for _ in $(seq $rounds); do
		"$support/measure" "$@" >>"$work/ms"
	done
	target "$what: ms" "$(value "$work/ms" 1)" "$limit" "$(most "$work/ms") KiB"
}
echo "        $entries entries in $repositories repositories," \
	"$(psql -X -At "$url" -c 'SELECT pg_size_pretty(pg_database_size(current_database()))')"
for i in $(seq $rounds); do
	"$track_tokens" -q add "$i" >"$work/add.out"
done
of "import with its summary" 1000 "$import_tokens" -q --db "$url" --branch main --summary "$work/summary.md" temp
for format in text html openmetrics; do
	of "report --format $format" 1000 "$import_tokens" report --db "$url" --branch main --format $format
done
exit $missed
