#!/bin/sh
# doctor: a line for each check, a verdict, and the command that mends it.
. "$(dirname "$0")/harness.sh"

top=$PWD O=$PWD/stdout E=$PWD/stderr
try() {
	want=$1; shift
	run "$want" "$TRACK_TOKENS" "$@"
	mv out "$O"; mv err "$E"
}
new() {
	cd "$top" && git init -q -b main "$1" && cd "$1" || exit 99
	git commit -q --allow-empty -m start
}
# line <text>: exactly this line is in the answer
line() { if grep -qxF -- "$1" "$O"; then ok "$1"; else not_ok "$1" "$O"; fi; }

new well
git remote add origin git@github.com:acme/app.git
try 0 doctor
line "ok       repository: github.com/acme/app in '$top/well'"
line "ok       branch: main"
line "ok       ledger directory: '$top/well/token_metrics/local_tracking' will be made by the first 'track-tokens add'"
line "ok       exports: all in 'temp' are staged"
line "ok       git hook: not installed ('track-tokens hooks install' adds a reminder)"
line "ok       import-tokens: $(dirname "$TRACK_TOKENS")/import-tokens"
line "ok       locale: UTF-8"
grep -q '^ok       versions: track-tokens [0-9.]*, libgit2 [0-9.]*$' "$O" && ok "versions" || not_ok "versions" "$O"
grep -q '^ok       prices: [0-9]* rows, table of 20[0-9-]*$' "$O" && ok "prices" || not_ok "prices" "$O"
try 0 doctor -q
[ ! -s "$O" ] && ok "-q says nothing when all is well" || not_ok "-q" "$O"
LC_ALL=C try 0 doctor
line "ok       locale: not UTF-8: pictures are left out"

new used
try 0 init --hooks
try 0 add 45000
try 0 doctor
line "ok       ledgers: 1 branch is readable"
line "ok       ledger directory: '$PWD/token_metrics/local_tracking'"
line "warning  exports: 1 file is in 'temp' not staged for a commit"
line "         mend: git add temp"
line "ok       git hook: installed: '$PWD/.git/hooks/pre-commit'"
git add temp
sed -i 's/hook 1:/hook 0:/' .git/hooks/pre-commit
try 0 doctor
line "ok       exports: all in 'temp' are staged"
line "warning  git hook: '$PWD/.git/hooks/pre-commit' was installed by another version, or the program has moved"
line "         mend: track-tokens hooks install"
chmod 755 token_metrics/local_tracking
try 0 doctor
line "warning  ledger directory: '$PWD/token_metrics/local_tracking' can be read by others (mode 755)"
line "         mend: chmod 700 $PWD/token_metrics/local_tracking"
rm token_metrics/local_tracking/.gitignore
try 0 doctor
line "warning  ledger directory: git does not ignore 'token_metrics/local_tracking': ledgers would be committed"
echo '{' >token_metrics/local_tracking/tokens_broken.json
try 1 doctor
grep -q "^problem  ledgers: .*tokens_broken.json" "$O" && ok "a ledger that does not parse" || not_ok "parse" "$O"
line "ok       ledgers: 1 branch is readable"
try 1 doctor --json
grep -q '^{"version":1,"problems":1,"warnings":[0-9]*,"checks":\[{"about":"repository","verdict":"ok",' "$O" &&
	ok "JSON" || not_ok "JSON" "$O"

new ignored
echo temp/ >.gitignore
try 1 doctor
line "problem  exports: git ignores 'temp': exports never reach the importer"
line "         mend: track-tokens init --fix-ignore"
try 0 init --fix-ignore
try 0 doctor
git config track-tokens.exportDir /elsewhere
try 0 doctor
line "warning  exports: '/elsewhere' is outside this worktree: exports are not committed"
git config track-tokens.prices /no/such/file
try 1 doctor
grep -q "^problem  prices: cannot read the price table: '/no/such/file' does not exist" "$O" &&
	ok "a price table that is gone" || not_ok "prices" "$O"
git config --unset track-tokens.prices
TRACK_TOKENS_NOW=2040-01-01T00:00:00Z try 0 doctor
grep -q '^warning  prices: the table is of 20[0-9-]*, [0-9]* days old$' "$O" && ok "an old table" || not_ok "old" "$O"

git init -q -b main --object-format=sha256 "$top/sha256" && cd "$top/sha256" || exit 99
git commit -q --allow-empty -m start
try 0 doctor
grep -q '(libgit2 cannot read it: git is asked instead)$' "$O" && ok "sha256" || not_ok "sha256" "$O"

git clone -q --bare "$top/well" "$top/bare.git" && cd "$top/bare.git" || exit 99
try 0 doctor
line "ok       exports: a bare repository has no place for them"
git config track-tokens.exportDir /elsewhere
try 0 doctor
line "warning  exports: '/elsewhere' is outside this worktree: exports are not committed"
try 0 init

cd "$top" || exit 99
try 1 doctor
line "problem  repository: '$PWD' is not inside a git repository (-C names another)"
line "         mend: git init"
mkdir alone && cp "$TRACK_TOKENS" alone/
new lonely
run 0 env PATH=/usr/bin:/bin "$top/alone/track-tokens" doctor
mv out "$O"; rm -f err
line "warning  import-tokens: not found: 'track-tokens submit' needs it"
run 64 "$TRACK_TOKENS" doctor please
finish
