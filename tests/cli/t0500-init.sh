#!/bin/sh
# init makes what tracking needs, once; deinit takes back exactly that.
. "$(dirname "$0")/harness.sh"

# try <exit status> <argument>...: run track-tokens, its output out of the repository
top=$PWD O=$PWD/stdout E=$PWD/stderr
try() {
	want=$1; shift
	run "$want" "$TRACK_TOKENS" "$@"
	mv out "$O"; mv err "$E"
}

# repo <name>: a repository with one commit, and be there
repo() {
	cd "$top" && git init -q -b main "$1" && cd "$1" || exit 99
	git config user.email dev@example.com && git config user.name Dev
	git commit -q --allow-empty -m start
}
# everything in the worktree, with modes and contents
picture() {
	find . -path ./.git -prune -o -printf '%p %y %m\n' | sort
	find . -path ./.git -prune -o -type f -exec cksum {} + | sort
}
same() {
	if cmp -s "$1" "$2"; then ok "$3"; else diff "$1" "$2" >../difference; not_ok "$3" ../difference; fi
}

# --- init, again, and back
repo plain
picture >../before
try 0 init --dry-run; cp "$O" ../would
picture >../after; same ../before ../after "a dry run changes nothing"
[ ! -e .git/track-tokens ] && ok "nor in the git directory" || not_ok "record" ../would
cat >../expected <<'END'
created token_metrics
created token_metrics/local_tracking
created token_metrics/local_tracking/.gitignore
created temp
created temp/.gitkeep
END
try 0 init
same ../expected "$O" "says what it made"
sed 's/^would create/created/' ../would >../would-done
same ../would-done "$O" "the dry run had said the same"
git status --porcelain >../status
printf '?? temp/\n' >../expected; same ../expected ../status "git sees the exports only"
[ "$(stat -c %a token_metrics/local_tracking)" = 700 ] && ok "ledgers are private" ||
	not_ok "mode" "$O"
picture >../first
try 0 init
echo 'nothing to do: everything is in place' >../expected
same ../expected "$O" "twice is once"
picture >../second; same ../first ../second "and changes nothing"
try 0 deinit --dry-run; sed 's/^would remove/removed/' "$O" >../would
picture >../second; same ../first ../second "a dry deinit changes nothing"
try 0 deinit
same ../would "$O" "the dry run had said the same"
picture >../after; same ../before ../after "deinit leaves the worktree as it was"
[ ! -e .git/track-tokens ] && ok "and the git directory" || not_ok "record" "$O"
try 0 deinit
echo 'nothing to do: init made nothing here' >../expected; same ../expected "$O" "deinit twice"

# --- what was there is not ours
repo mine
mkdir temp token_metrics && echo keep >temp/notes && echo data >token_metrics/prices.json
try 0 init
try 0 deinit
[ "$(cat temp/notes token_metrics/prices.json)" = "keep
data" ] && ok "files of others stay" || not_ok "files of others" "$O"
grep -q 'removed temp$' "$O" && not_ok "did not make temp" "$O" || ok "a directory of others stays"
mkdir empty-temp && git config track-tokens.exportDir empty-temp
try 0 init
try 0 deinit
[ -d empty-temp ] && ok "an empty one too" || not_ok "empty" "$O"

# --- what was changed since is left and named
repo changed
try 0 init
echo x >temp/.gitkeep
try 0 deinit --dry-run; sed 's/^would leave/left/; s/^would remove/removed/' "$O" >../would
try 0 deinit
same ../would "$O" "the dry run had said the same"
grep -qx 'left temp/.gitkeep: it was changed since init made it' "$O" && ok "names what it leaves" ||
	not_ok "leaves" "$O"
grep -qx 'left temp: it is not empty' "$O" && ok "and its directory" || not_ok "directory" "$O"
[ "$(cat temp/.gitkeep)" = x ] && ok "and leaves it" || not_ok "left" "$O"

# --- ledgers and exports outlive deinit
repo used
try 0 init
try 0 add 45000
try 0 deinit
ls temp/tokens_main_*.json token_metrics/local_tracking/tokens_main.json >/dev/null 2>"$E" &&
	ok "ledger and export stay" || not_ok "stay" "$E"
git status --porcelain | grep -q token_metrics && not_ok "ledgers stay ignored" "$O" ||
	ok "ledgers stay ignored"
grep -q 'it keeps the ledgers beside it out of commits' "$O" && ok "and it says why" ||
	not_ok "why" "$O"
try 0 show

# --- the export directory
repo elsewhere
git config track-tokens.exportDir usage/exports
try 0 init
[ -f usage/exports/.gitkeep ] && [ ! -e temp ] && ok "exportDir is used" || not_ok "exportDir" "$O"
try 0 deinit
[ ! -e usage ] && ok "and taken back with its parents" || not_ok "parents" /dev/null
git config track-tokens.exportDir /somewhere/else
try 0 init
grep -q "exports go to '/somewhere/else', outside this worktree" "$E" && ok "outside is said" ||
	not_ok "outside" "$E"

# --- hostile places
repo hostile
mkdir ../target && ln -s ../target temp
try 65 init
grep -q "'.*/temp' is in the way: it is not a directory" "$E" && ok "a link is named" ||
	not_ok "link" "$E"
[ -z "$(ls -A ../target)" ] && ok "and not followed" || not_ok "followed" "$E"
rm temp && mkdir temp && ln -s ../../target/x temp/.gitkeep
try 65 init
[ ! -e ../target/x ] && ok "nor is one inside" || not_ok "followed" "$E"
cd "$top" && mkdir none && cd none || exit 99
try 66 init
grep -qxF "track-tokens: '$PWD' is not inside a git repository (-C names another)" "$E" && ok "no repository" || not_ok "none" "$E"

# --- worktrees and bare repositories
repo main-worktree
git worktree add -q -b side ../linked && cd ../linked || exit 99
try 0 init
[ -d temp ] && [ ! -e token_metrics ] && [ -d ../main-worktree/token_metrics/local_tracking ] &&
	[ ! -e ../main-worktree/temp ] && ok "ledgers in the main worktree, exports in this one" ||
	not_ok "worktree" /dev/null
try 0 deinit
[ ! -e temp ] && [ ! -e ../main-worktree/token_metrics ] && ok "both are taken back" ||
	not_ok "taken back" /dev/null
git clone -q --bare ../main-worktree ../bare.git && cd ../bare.git || exit 99
try 0 init
[ -d track-tokens/local_tracking ] && ok "a bare repository has a place for ledgers" ||
	not_ok "bare" /dev/null
try 0 deinit
[ ! -e track-tokens ] && ok "which is taken back" || not_ok "bare back" "$O"

# --- the workflow
workflow=.github/workflows/token-metrics.yml
if [ -f "$SOURCE_DIR/$workflow" ]; then
	repo workflow
	try 0 init --all
	cmp -s "$SOURCE_DIR/$workflow" $workflow && ok "writes the workflow" || not_ok "workflow" "$O"
	[ -x .git/hooks/pre-commit ] && ok "--all is the hook too" || not_ok "hook" "$O"
	try 0 deinit
	[ ! -e .github ] && ok "takes it back" || not_ok "back" "$O"
	mkdir -p .github/workflows && echo mine >$workflow
	try 0 init --workflow
	grep -q "'$workflow' is there with other content: it is left as it is" "$E" && ok "another is left" ||
		not_ok "another" "$E"
	try 0 deinit
	[ "$(cat $workflow)" = mine ] && ok "for good" || not_ok "for good" "$O"
	# What an earlier version made, and nobody touched, is renewed.
	repo renewed
	try 0 init --workflow
	sum=$(sed -n 's/.*token-metrics.yml","hash":"\([0-9a-f]*\)".*/\1/p' .git/track-tokens/init.json)
	: >$workflow
	empty=$(sed -n 's/.*gitkeep","hash":"\([0-9a-f]*\)".*/\1/p' .git/track-tokens/init.json)
	sed -i "s/$sum/$empty/" .git/track-tokens/init.json
	try 0 init --workflow
	grep -qx "renewed $workflow" "$O" && cmp -s "$SOURCE_DIR/$workflow" $workflow &&
		ok "an earlier version is renewed" || not_ok "renewed" "$O"
	try 0 deinit
	[ ! -e .github ] && ok "and taken back" || not_ok "back" "$O"
fi

# --- JSON
repo json
try 0 init --json --dry-run
cat >../expected <<'END'
{"version":1,"dry_run":true,"changes":[{"action":"create","path":"token_metrics"},{"action":"create","path":"token_metrics/local_tracking"},{"action":"create","path":"token_metrics/local_tracking/.gitignore"},{"action":"create","path":"temp"},{"action":"create","path":"temp/.gitkeep"}],"export_directory":"temp","exports_are_ignored":false}
END
same ../expected "$O" "init --json"
try 64 init please
grep -q "init takes no operand: 'please'" "$E" && ok "no operands" || not_ok "operand" "$E"
finish
