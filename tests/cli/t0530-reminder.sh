#!/bin/sh
# What the pre-commit hook says, with real commits; and that it never breaks one.
. "$(dirname "$0")/harness.sh"

top=$PWD O=$PWD/stdout E=$PWD/stderr
repo() {
	cd "$top" && git init -q -b main "$1" && cd "$1" || exit 99
	git config user.email dev@example.com && git config user.name Dev
	git commit -q --allow-empty -m start
	"$TRACK_TOKENS" init --hooks >"$O" && git add . && TRACK_TOKENS=0 git commit -q -m init
}
add() { "$TRACK_TOKENS" add "$@" >"$O" || not_ok "add $*" "$O"; }
# commit <expected exit status> <what git commit gets>...: its standard error in $E
commit() {
	want=$1; shift
	git commit -q "$@" >"$O" 2>"$E" </dev/null
	got=$?
	if [ "$got" -eq "$want" ]; then ok "commit $* exits $want"; else not_ok "commit $*: $got" "$E"; fi
}
# says <text>: exactly that on standard error
says() {
	printf '%s' "$1" >"$top/expected"
	if cmp -s "$top/expected" "$E"; then ok "${2:-says so}"; else not_ok "${2:-says so}" "$E"; fi
}
record_main="track-tokens: nothing was recorded on 'main' since its last commit: track-tokens add <total> \"notes\"
"

# --- what was recorded since the last commit
repo basics
commit 0 --allow-empty -m one
says "$record_main" "nothing was recorded"
add 100
commit 0 --allow-empty -m two
says "track-tokens: 1 file is in 'temp' not staged: git add temp
" "the export is not staged"
[ -z "$(git diff --cached --name-only)" ] && ok "and it stages nothing" || not_ok "stages" "$E"
add 200
git add temp
commit 0 -m three
says "" "silent when all is well"
commit 0 --allow-empty -m four
says "$record_main" "a commit later it asks again"
add 1
add 2
commit 0 --allow-empty -m five
says "track-tokens: 2 files are in 'temp' not staged: git add temp
" "counts"
git add temp && git commit -qm exports 2>"$E"
add 300 && git add temp
"$TRACK_TOKENS" remove "$(sed -n 's/.*"id":"\([0-9a-f-]*\)".*"tokens":300.*/\1/p' token_metrics/local_tracking/tokens_main.json)" >"$O"
git add temp
commit 0 -m six
says "$record_main" "what was removed does not count"
git switch -qc other
commit 0 --allow-empty -m seven
says "track-tokens: nothing was recorded on 'other' since its last commit: track-tokens add <total> \"notes\"
" "each branch is its own"

# --- it can block, and be silenced
repo strict
git config track-tokens.requireTracking true
head=$(git rev-parse HEAD)
commit 1 --allow-empty -m one
says "track-tokens: commit stopped (TRACK_TOKENS=0 lets it go): nothing was recorded on 'main' since its last commit: track-tokens add <total> \"notes\"
" "requireTracking blocks"
[ "$(git rev-parse HEAD)" = "$head" ] && ok "no commit was made" || not_ok "made" "$E"
TRACK_TOKENS=0 commit 0 --allow-empty -m two
says "" "TRACK_TOKENS=0 silences"
git config track-tokens.requireTracking no
commit 0 --allow-empty -m three
git config --unset track-tokens.requireTracking
git -c track-tokens.requireTracking=true commit -qm x --allow-empty 2>"$E"
[ $? -eq 1 ] && ok "git -c is heard" || not_ok "git -c" "$E"
git config track-tokens.requireTracking true
add 5
commit 1 --allow-empty -m four
says "track-tokens: commit stopped (TRACK_TOKENS=0 lets it go): 1 file is in 'temp' not staged: git add temp
" "unstaged exports block too"
git add temp
commit 0 -m five
commit 1 --allow-empty -m six
git config track-tokens.requireTracking banana
commit 0 --allow-empty -m seven

# --- commit -a, --only, --amend, and what is made again
repo ways
echo 1 >file && git add file && TRACK_TOKENS=0 git commit -qm file
add 10
echo 2 >file
commit 0 -a -m all
says "track-tokens: 1 file is in 'temp' not staged: git add temp
" "commit -a does not take in new files"
git add temp
echo 3 >file
add 20 && git add temp
commit 0 -m only file
says "" "commit <path>: staged for the next commit is staged"
git add temp
commit 0 -m rest --allow-empty
says "$record_main" "an entry belongs to one commit"
add 30 && git add temp
commit 0 -m tracked
commit 0 --amend -m amended
says "" "an amended commit was reminded of before"
git config track-tokens.requireTracking true
commit 0 --amend -m 'amended again'
says "" "and is not blocked"
git config --unset track-tokens.requireTracking
git branch -q topic && echo 4 >file && TRACK_TOKENS=0 git commit -qam main
git switch -q topic && echo 5 >file && TRACK_TOKENS=0 git commit -qam topic
git rebase main >"$O" 2>"$E" && not_ok "the rebase should stop" "$O"
echo 6 >file && git add file
commit 0 -m resolved
says "" "silent during a rebase"
GIT_EDITOR=true git rebase --continue >"$O" 2>"$E" || not_ok "rebase" "$E"

# --- HEAD moves between the record and the commit
repo moves
git init -q --bare ../shared.git && git push -q ../shared.git main
git clone -q ../shared.git ../colleague
git -C ../colleague commit -q --allow-empty -m theirs && git -C ../colleague push -q
add 40 && git add temp
git pull -q --ff-only ../shared.git main
commit 0 -m mine
says "" "a pull in between"
add 50 && git add temp
git switch -qc elsewhere && git switch -q main
commit 0 -m mine
says "" "a visit to another branch"
git reset -q --soft HEAD~1
commit 0 -m 'mine again'
says "" "a commit that is done again"
commit 0 --allow-empty -m next
says "$record_main" "and the next one"

# --- repositories in every state
cd "$top" && git init -q -b trunk unborn && cd unborn || exit 99
git config user.email dev@example.com && git config user.name Dev
"$TRACK_TOKENS" hooks install >"$O"
commit 0 --allow-empty -m first
grep -q "nothing was recorded on 'trunk'" "$E" && ok "before the first commit" || not_ok "unborn" "$E"
repo detached
git switch -q --detach
commit 0 --allow-empty -m x
grep -q "nothing was recorded on 'HEAD@" "$E" && ok "detached" || not_ok "detached" "$E"
repo linked
git worktree add -q -b side ../linked-side && cd ../linked-side || exit 99
add 5
commit 0 --allow-empty -m x
says "track-tokens: 1 file is in 'temp' not staged: git add temp
" "a linked worktree has its own exports"
git add temp && commit 0 -m y
says "$(echo "$record_main" | sed s/main/side/)
" "and the ledger of its branch"
if git init -q --object-format=sha256 -b main "$top/sha256" 2>/dev/null; then
	cd "$top/sha256" || exit 99
	git config user.email dev@example.com && git config user.name Dev
	"$TRACK_TOKENS" hooks install >"$O"
	commit 0 --allow-empty -m x
	says "$record_main" "sha256: reminds"
	add 5 && git add temp
	commit 0 -m y
	says "" "sha256: silent when all is well"
fi
repo space
git config track-tokens.exportDir 'my exports'
add 5
commit 0 --allow-empty -m x
says "track-tokens: 1 file is in 'my exports' not staged: git add 'my exports'
" "a directory with a space"
repo ignored
add 5 && git rm -rq --cached temp && echo temp/ >.gitignore && git add .gitignore
TRACK_TOKENS=0 commit 0 -m x
add 6
commit 0 --allow-empty -m y
says "" "ignored files cannot be staged"

# --- a GUI's bare environment
repo gui
env -i PATH=/usr/bin:/bin git -c user.name=a -c user.email=b commit -q --allow-empty -m x 2>"$E"
[ $? -eq 0 ] && says "$record_main" "a bare PATH finds the program" || not_ok "bare" "$E"

# --- our own failure is no reason to stop a commit
repo failing
git config track-tokens.requireTracking true
mkdir ../bin
for program in 'exit 2' 'exit 70' 'exit 64' 'kill -9 $$' 'exit 127'; do
	printf '#!/bin/sh\n%s\n' "$program" >../bin/track-tokens && chmod 755 ../bin/track-tokens
	PATH="$top/bin:$PATH" commit 0 --allow-empty -m "$program"
done
chmod 644 ../bin/track-tokens
sed -i 's#|| tool=.*#|| tool=/gone/track-tokens#' .git/hooks/pre-commit
commit 0 --allow-empty -m gone
says "" "a program that is gone"
"$TRACK_TOKENS" hooks install >"$O"
add 5 && git add temp && TRACK_TOKENS=0 git commit -qm x
echo '{"format_version":2' >token_metrics/local_tracking/tokens_main.json
commit 0 --allow-empty -m broken
grep -q '^track-tokens: warning: .*tokens_main.json' "$E" && [ "$(wc -l <"$E")" -eq 1 ] &&
	ok "a broken ledger is named in one line" || not_ok "broken" "$E"
rm -r token_metrics && mkfifo token_metrics
commit 0 --allow-empty -m fifo
rm token_metrics
TRACK_TOKENS_NOW=never commit 0 --allow-empty -m clock
cd "$top" || exit 99
"$TRACK_TOKENS" hooks run pre-commit 2>"$E" && [ ! -s "$E" ] && ok "silent outside a repository" ||
	not_ok "outside" "$E"

# --- hostile branch names
repo hostile
while read -r name; do
	git check-ref-format --branch "$name" >/dev/null 2>&1 || continue
	[ ${#name} -lt 250 ] || continue # git itself cannot write a longer one
	git symbolic-ref HEAD "refs/heads/$name" 2>"$E" || continue
	commit 0 --allow-empty -m x
	[ ! -e pwned ] && [ "$(LC_ALL=C tr -d '\n' <"$E" | LC_ALL=C grep -c '[[:cntrl:]]')" -eq 0 ] ||
		not_ok "'$name'" "$E"
	rm -f ".git/refs/heads/$name"
done <"$(dirname "$GOLDEN_DIR")/fixtures/evil_branches.txt"
ok "hostile branch names are only shown"
finish
