#!/bin/sh
# submit: exports what is pending, then runs import-tokens and takes its status.
. "$(dirname "$0")/harness.sh"

git init -q -b main repo && cd repo || exit 99
git config user.email dev@example.com
mkdir bin && cp "$TRACK_TOKENS" bin/track-tokens
cat >bin/import-tokens <<'END'
#!/bin/sh
for word; do printf '<%s>' "$word"; done
echo
exit "${IMPORT_STATUS-0}"
END
chmod +x bin/import-tokens
run 0 bin/track-tokens add 5 --no-export
run 0 bin/track-tokens add 6 --no-export --branch 'a b'
run 0 bin/track-tokens submit --db 'sqlite:/tmp/x y.db' -- --dry-run
[ "$(cat out)" = "<--db><sqlite:/tmp/x y.db><--dry-run><--><$(pwd -P)/temp>" ] &&
	ok "runs the importer beside itself, without a shell" || not_ok "words" out
[ "$(ls temp | wc -l)" -eq 2 ] && ok "exports every branch first" || not_ok "exports" err
IMPORT_STATUS=3 run 3 bin/track-tokens submit
run 0 bin/track-tokens submit --json -q --color never
[ "$(cat out)" = "<--quiet><--json><--color><never><--><$(pwd -P)/temp>" ] && ok "hands on common options" ||
	not_ok "common" out
mv bin/import-tokens . && PATH=$PWD:$PATH run 0 bin/track-tokens submit
rm import-tokens
PATH=/nonexistent run 1 bin/track-tokens submit
grep -q "cannot run 'import-tokens'" err && ok "says that there is none" || not_ok "none" err
finish
