#!/bin/sh
# hooks install, status and uninstall, next to whatever is there.
. "$(dirname "$0")/harness.sh"

top=$PWD O=$PWD/stdout E=$PWD/stderr
try() {
	want=$1; shift
	run "$want" "$TRACK_TOKENS" "$@"
	mv out "$O"; mv err "$E"
}
repo() {
	cd "$top" && git init -q -b main "$1" && cd "$1" || exit 99
	git config user.email dev@example.com && git config user.name Dev
	git commit -q --allow-empty -m start
	hook=$PWD/.git/hooks/pre-commit
}
# write <file>: an executable hook from standard input
write() { mkdir -p "$(dirname "$1")" && cat >"$1" && chmod 755 "$1"; }
# commit <expected exit status> [option]...: its standard error in $E
commit() {
	want=$1; shift
	git commit -q --allow-empty -m x "$@" >"$O" 2>"$E" </dev/null
	got=$?
	if [ "$got" -eq "$want" ]; then ok "commit $* exits $want"; else not_ok "commit $*: $got" "$E"; fi
}
reminded() { grep -q '^track-tokens: nothing was recorded' "$E"; }

# --- alone
repo alone
try 0 hooks
[ "$(cat "$O")" = "Not installed: $hook" ] && ok "status: absent" || not_ok "status" "$O"
try 0 hooks install --dry-run
[ "$(cat "$O")" = "Would install: $hook" ] && [ ! -e "$hook" ] && ok "a dry run" || not_ok "dry" "$O"
try 0 hooks install
[ "$(cat "$O")" = "Installed: $hook" ] && ok "installs" || not_ok "installs" "$O"
[ -x "$hook" ] && [ "$(wc -l <"$hook")" -le 12 ] && sh -n "$hook" && ok "12 lines at most" ||
	not_ok "lines" "$hook"
before=$(ls -i "$hook")
try 0 hooks install
[ "$(cat "$O")" = "Already installed: $hook" ] && [ "$(ls -i "$hook")" = "$before" ] &&
	ok "twice is once" || not_ok "twice" "$O"
commit 0
reminded && ok "it runs" || not_ok "runs" "$E"
try 0 hooks status --json
printf '{"version":1,"hook":"pre-commit","action":"none","path":"%s","state":"current","kept_by":"git","runs_earlier_hook":false,"advice":null}\n' "$hook" >"$top/expected"
cmp -s "$top/expected" "$O" && ok "JSON" || not_ok "JSON" "$O"
sed -i 's/hook 1:/hook 0:/' "$hook"
try 0 hooks
grep -q '^Installed by another version' "$O" && ok "another version is seen" || not_ok "version" "$O"
try 0 hooks install
try 0 hooks
grep -q '^Installed: ' "$O" && ok "and renewed" || not_ok "renewed" "$O"
[ ! -e "$hook.pre-track-tokens" ] && ok "not kept as a foreign one" || not_ok "kept" "$O"
try 0 hooks uninstall --dry-run
[ -e "$hook" ] && ok "a dry run" || not_ok "dry" "$O"
try 0 hooks uninstall
[ "$(cat "$O")" = "Taken out: $hook" ] && [ ! -e "$hook" ] && ok "uninstalls" || not_ok "out" "$O"
try 0 hooks uninstall
[ "$(cat "$O")" = "Nothing to take out: $hook" ] && ok "twice is once" || not_ok "twice" "$O"
try 64 hooks frobnicate
grep -q "'frobnicate' is not install, uninstall, status or run pre-commit" "$E" && ok "verbs" ||
	not_ok "verbs" "$E"

# --- an earlier hook: first, same arguments, its input, its status
repo chained
write "$hook" <<'END'
#!/bin/sh
echo "earlier:$*:$(cat)" >&2
exit "${STATUS:-0}"
END
cp -p "$hook" "$top/earlier.saved"
try 0 hooks
grep -q '^Not installed (there is another hook, which install would keep)' "$O" && ok "status: foreign" ||
	not_ok "foreign" "$O"
try 0 hooks install
grep -q 'it first runs pre-commit.pre-track-tokens' "$O" && ok "says that it is kept" || not_ok "kept" "$O"
commit 0
sed -n 1p "$E" | grep -qx 'earlier::' && reminded && ok "runs first" || not_ok "first" "$E"
STATUS=7 commit 1
reminded && not_ok "a failed one ends it" "$E" || ok "a failed one ends it"
echo typed | STATUS=7 "$hook" one 'two three' 2>"$E"
[ $? -eq 7 ] && ok "its status is kept" || not_ok "status" "$E"
grep -qx 'earlier:one two three:typed' "$E" && ok "its arguments and input too" || not_ok "input" "$E"
try 0 hooks install
cmp -s "$hook.pre-track-tokens" "$top/earlier.saved" && ok "twice is once" || not_ok "twice" "$O"
try 0 hooks uninstall
[ "$(cat "$O")" = "Put back the earlier hook: $hook" ] && ok "says what it does" || not_ok "back" "$O"
cmp -s "$hook" "$top/earlier.saved" && [ -x "$hook" ] && [ ! -e "$hook.pre-track-tokens" ] &&
	ok "the earlier one is back" || not_ok "back" "$hook"
chmod -x "$hook"
try 0 hooks install
commit 0
grep -q earlier "$E" && not_ok "one that is off stays off" "$E" || ok "one that is off stays off"
try 0 hooks uninstall
[ -e "$hook" ] && [ ! -x "$hook" ] && ok "and comes back off" || not_ok "off" "$O"
rm "$hook" && ln -s "$top/earlier.saved" "$hook"
try 0 hooks install
commit 0
grep -q earlier "$E" && ok "a link is run" || not_ok "link" "$E"
try 0 hooks uninstall
[ -L "$hook" ] && ok "and comes back a link" || not_ok "link back" "$O"

# --- two earlier hooks: nothing is lost
repo twice
echo one | write "$hook"
try 0 hooks install
echo two | write "$hook"
try 1 hooks install
grep -q "keeps another hook already: make one of the two and try again" "$E" && ok "refused" ||
	not_ok "refused" "$E"
[ "$(cat "$hook")" = two ] && [ "$(cat "$hook.pre-track-tokens")" = one ] && ok "both are there" ||
	not_ok "both" "$E"

# --- interrupted: the earlier hook has its second name, ours is not there yet
repo interrupted
echo 'exit 0' | write "$hook"
ln "$hook" "$hook.pre-track-tokens"
try 0 hooks install
grep -q '^# track-tokens hook' "$hook" && [ "$(cat "$hook.pre-track-tokens")" = 'exit 0' ] &&
	ok "an interrupted install is completed" || not_ok "completed" "$O"

# --- core.hooksPath
repo hooks-path
git config core.hooksPath .githooks
try 0 hooks install
[ -x .githooks/pre-commit ] && ok "inside the repository: there" || not_ok "there" "$O"
commit 0
reminded && ok "and run" || not_ok "run" "$E"
mkdir sub && cd sub || exit 99
try 0 hooks
grep -q "^Installed: .*/.githooks/pre-commit" "$O" && ok "from a subdirectory too" || not_ok "sub" "$O"
cd ..
git config core.hooksPath "$top/everyone"
try 1 hooks install
grep -q "core.hooksPath is outside this repository, so the hook '$top/everyone/pre-commit' serves others too" "$E" &&
	ok "outside: refused" || not_ok "outside" "$E"
grep -qx "add to '$top/everyone/pre-commit':" "$O" && ok "with the line to add" || not_ok "line" "$O"
cp "$O" "$top/advice"
try 1 hooks install --json
grep -q '"action":"refuse".*"kept_by":"core.hooksPath".*"advice":"add to ' "$O" && ok "JSON has it too" ||
	not_ok "JSON" "$O"
[ ! -e "$top/everyone" ] && ok "nothing is written there" || not_ok "written" "$O"
{ echo '#!/bin/sh'; sed 1d "$top/advice"; } | write "$top/everyone/pre-commit"
PATH="$(dirname "$TRACK_TOKENS"):$PATH" commit 0
reminded && ok "and the line works" || not_ok "works" "$E"
commit 0
[ ! -s "$E" ] && ok "and is silent where there is no track-tokens" || not_ok "silent" "$E"
try 0 hooks
grep -q '^Installed: ' "$O" && ok "and is seen" || not_ok "seen" "$O"
try 1 hooks uninstall
grep -q 'we did not write them' "$E" && ok "and left to its writer" || not_ok "left" "$E"
git config core.hooksPath /dev/null
try 1 hooks install

# --- husky, lefthook, pre-commit
repo husky
git config core.hooksPath .husky/_
# What husky 9 writes.
write .husky/_/pre-commit <<'END'
#!/usr/bin/env sh
s=$(dirname "$(dirname "$0")")/$(basename "$0")
[ ! -f "$s" ] && exit 0
sh -e "$s" "$@"
c=$?
[ $c != 0 ] && echo "husky - $(basename "$0") script failed (code $c)"
exit $c
END
cp .husky/_/pre-commit "$top/husky.saved"
try 0 hooks install
[ "$(cat "$O")" = "Installed: $PWD/.husky/pre-commit" ] && ok "husky: in the user's file" || not_ok "husky" "$O"
cmp -s .husky/_/pre-commit "$top/husky.saved" && ok "husky's own is left alone" || not_ok "own" "$O"
PATH="$(dirname "$TRACK_TOKENS"):$PATH" commit 0
reminded && ok "it runs" || not_ok "runs" "$E"
commit 0
[ ! -s "$E" ] && ok "where there is no track-tokens it is silent" || not_ok "silent" "$E"
git config track-tokens.requireTracking true
PATH="$(dirname "$TRACK_TOKENS"):$PATH" commit 1
git config --unset track-tokens.requireTracking
try 0 hooks install
grep -q '^Already' "$O" && ok "twice is once" || not_ok "twice" "$O"
try 0 hooks uninstall
[ ! -e .husky/pre-commit ] && ok "a file of ours is removed" || not_ok "removed" .husky/pre-commit
printf 'echo mine >&2' >.husky/pre-commit
try 0 hooks install
PATH="$(dirname "$TRACK_TOKENS"):$PATH" commit 0
[ "$(sed -n 1p "$E")" = mine ] && reminded && ok "a file of the user's runs first" || not_ok "mine" "$E"
try 0 hooks uninstall
[ "$(cat .husky/pre-commit)" = 'echo mine >&2' ] && ok "and is given back" || not_ok "back" .husky/pre-commit

repo lefthook
write "$hook" <<'END'
#!/bin/sh
if [ "$LEFTHOOK" = "0" ]; then exit 0; fi
call_lefthook() { lefthook "$@"; }
call_lefthook run "pre-commit" "$@"
END
cp "$hook" "$top/lefthook.saved"
try 1 hooks install
cmp -s "$hook" "$top/lefthook.saved" && ok "lefthook's hook is left alone" || not_ok "lefthook" "$hook"
grep -q "lefthook writes '$hook' itself" "$E" && ok "and named" || not_ok "named" "$E"
grep -q '^      run: .*track-tokens hooks run pre-commit' "$O" && ok "with what to add" || not_ok "add" "$O"
sed 1d "$O" >lefthook.yml
# lefthook runs what stands behind "run:" with sh -c.
PATH="$(dirname "$TRACK_TOKENS"):$PATH" sh -c "$(sed -n 's/^      run: //p' lefthook.yml)" 2>"$E" && reminded &&
	ok "and the command works" || not_ok "command" "$E"
sh -c "$(sed -n 's/^      run: //p' lefthook.yml)" 2>"$E" && [ ! -s "$E" ] &&
	ok "and is silent where there is no track-tokens" || not_ok "silent" "$E"
try 0 hooks
grep -q '^Installed: ' "$O" && ok "which is then seen" || not_ok "seen" "$O"

repo pre-commit
write "$hook" <<'END'
#!/usr/bin/env bash
# File generated by pre-commit: https://pre-commit.com
# ID: 138fd403232d2ddd5efb44317e38bf03
exec pre-commit hook-impl --config=.pre-commit-config.yaml --hook-type=pre-commit -- "$@"
END
cp "$hook" "$top/framework.saved"
try 1 hooks install
cmp -s "$hook" "$top/framework.saved" && ok "pre-commit's hook is left alone" || not_ok "alone" "$hook"
grep -q "^        entry: sh -c 'command -v .*'$" "$O" && ok "with what to add" || not_ok "add" "$O"
{ echo repos:; sed 1d "$O"; } >.pre-commit-config.yaml
entry=$(sed -n 's/^        entry: //p' .pre-commit-config.yaml)
PATH="$(dirname "$TRACK_TOKENS"):$PATH" sh -c "$entry" 2>"$E" && reminded && ok "and the entry works" ||
	not_ok "entry" "$E"
try 0 hooks
grep -q '^Installed: ' "$O" && ok "which is then seen" || not_ok "seen" "$O"
# pre-commit keeps a hook that it finds as pre-commit.legacy.
rm "$hook" && echo 'echo earlier >&2' | write "$hook"
try 0 hooks install
mv "$hook" "$hook.legacy"
"$hook.legacy" 2>"$E"
grep -qx earlier "$E" && reminded && ok "ours runs as its legacy hook too" || not_ok "legacy" "$E"

# .pre-commit-hooks.yaml names the hook as it lies in the source tree.
entry=$(sed -n 's/^  entry: //p' "$SOURCE_DIR/.pre-commit-hooks.yaml")
"$SOURCE_DIR/$entry" 2>"$E" && [ ! -s "$E" ] && ok "the hook of the source tree is silent without track-tokens" ||
	not_ok "silent" "$E"
PATH="$(dirname "$TRACK_TOKENS"):$PATH" "$SOURCE_DIR/$entry" 2>"$E" && reminded && ok "and reminds with it" ||
	not_ok "reminds" "$E"

# --- linked worktrees and submodules
repo super
git worktree add -q -b side ../side && cd ../side || exit 99
try 0 hooks install
[ "$(cat "$O")" = "Installed: $hook" ] && ok "a linked worktree shares the hook" || not_ok "linked" "$O"
commit 0
grep -q "nothing was recorded on 'side'" "$E" && ok "which knows its branch" || not_ok "branch" "$E"
cd ../super || exit 99
git -c protocol.file.allow=always submodule --quiet add "$top/alone" module 2>"$E"
cd module || exit 99
git config user.email dev@example.com && git config user.name Dev
try 0 hooks install
[ "$(cat "$O")" = "Installed: $top/super/.git/modules/module/hooks/pre-commit" ] &&
	ok "a submodule has its own" || not_ok "submodule" "$O"
commit 0
reminded && ok "which runs" || not_ok "runs" "$E"

# --- init and deinit
repo with-init
try 0 init --hooks
grep -qx "created $hook" "$O" && [ -x "$hook" ] && ok "init --hooks" || not_ok "init" "$O"
try 0 init --hooks
grep -q '^nothing to do' "$O" && ok "twice is once" || not_ok "twice" "$O"
try 0 deinit
[ ! -e "$hook" ] && ok "deinit takes it back" || not_ok "deinit" "$O"
try 0 hooks install
try 0 init --hooks
try 0 deinit
[ -x "$hook" ] && ok "but not one that was there before" || not_ok "before" "$O"
repo init-lefthook
write "$hook" <"$top/lefthook.saved"
try 0 init --hooks
grep -q "the git hook is not installed: lefthook writes '$hook' itself" "$E" &&
	ok "init goes on where the hook cannot" || not_ok "goes on" "$E"

# --- a path that a shell would stumble over
mkdir "$top/it's \$(touch pwned) here" && cp "$TRACK_TOKENS" "$top/it's \$(touch pwned) here/"
repo odd
"$top/it's \$(touch pwned) here/track-tokens" hooks install >"$O"
commit 0
reminded && [ ! -e pwned ] && ok "an odd path is quoted" || not_ok "odd" "$hook"
finish
