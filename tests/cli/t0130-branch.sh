#!/bin/sh
# Which branch an add is for, and names that want to be something else.
. "$(dirname "$0")/harness.sh"

git init -q -b trunk repo && cd repo || exit 99
git config user.email dev@example.com && git config user.name Dev
on() { # <branch> <text>
	grep -qxF "🌳 Branch: $1" out && ok "$2" || not_ok "$2: not $1" out
}
run 0 "$TRACK_TOKENS" add 1
on trunk "before the first commit"
for k in 1 2 3; do
	echo $k >file && git add file && git commit -q -m $k
done
mkdir -p deep/er
run 0 "$TRACK_TOKENS" -C deep/er add 1
on trunk "from a directory further down"
[ ! -e deep/er/temp ] && ok "exports go to the top" || not_ok "exports" out

git checkout -q -b side HEAD~1 && echo side >file && git commit -q -a -m side
git rebase -q trunk >/dev/null 2>&1
run 0 "$TRACK_TOKENS" add 1
on side "in the middle of a rebase"
git rebase --abort
git checkout -q --detach
run 0 "$TRACK_TOKENS" add 1
on "HEAD@$(git rev-parse --short=7 HEAD)" "detached"
GITHUB_ACTIONS=true GITHUB_HEAD_REF=feature/pr run 0 "$TRACK_TOKENS" add 1
on feature/pr "detached on GitHub, for a pull request"
GITHUB_ACTIONS=true GITHUB_REF_TYPE=branch GITHUB_REF_NAME=release/1 run 0 "$TRACK_TOKENS" add 1
on release/1 "detached on GitHub, for a push"
GITHUB_ACTIONS=true GITHUB_REF_TYPE=tag GITHUB_REF_NAME=v1 run 0 "$TRACK_TOKENS" add 1
on "HEAD@$(git rev-parse --short=7 HEAD)" "a tag is no branch"
git checkout -q trunk

# Hostile names: each gets a ledger of its own, and nothing else happens.
before=$(ls -A ..)
i=1000
while IFS= read -r name; do
	[ -n "$name" ] || continue
	i=$((i + 1))
	run 0 "$TRACK_TOKENS" add $i "--branch=$name"
done <"$FIXTURES_DIR/evil_branches.txt"
i=1000
while IFS= read -r name; do
	[ -n "$name" ] || continue
	i=$((i + 1))
	"$TRACK_TOKENS" show --json "--branch=$name" >shown 2>err
	grep -q "\"tokens\":${i}[,}]" shown && ok "tokens of '$name'" || not_ok "'$name'" shown
done <"$FIXTURES_DIR/evil_branches.txt"
while IFS= read -r name; do
	git check-ref-format "refs/heads/$name" 2>../err && git symbolic-ref HEAD "refs/heads/$name" || continue
	run 0 "$TRACK_TOKENS" add 5
	on "$name" "checked out"
done <"$FIXTURES_DIR/evil_branches.txt"
rm ../err
[ -z "$(find . -name pwned)" ] && [ "$(ls -A ..)" = "$before" ] && ok "nothing outside was touched" ||
	not_ok "outside" out
[ -z "$(find token_metrics temp -name '*[!A-Za-z0-9._%~-]*')" ] && ok "file names are plain" ||
	not_ok "file names" out

# Names that differ only by case are two branches.
run 0 "$TRACK_TOKENS" add 11 --branch Twin
run 0 "$TRACK_TOKENS" add 22 --branch twin
grep -qx '📊 Total accumulated: 22 tokens' out && ok "case twins are two" || not_ok "twins" out

bad=$(printf 'caf\351')
run 65 "$TRACK_TOKENS" add 1 "--branch=$bad"
grep -qF "the branch name 'caf\\xe9' is not valid UTF-8: name one with --branch" err &&
	ok "names that JSON cannot hold are refused" || not_ok "not UTF-8" err
finish
