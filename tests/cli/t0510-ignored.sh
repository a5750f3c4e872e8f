#!/bin/sh
# Exports that git ignores never arrive: init says so and can mend it.
. "$(dirname "$0")/harness.sh"

# try <exit status> <argument>...: run track-tokens, its output out of the repository
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
}
seen() { touch temp/tokens_x.json; git status --porcelain -uall temp | grep -q tokens_x.json; }
warning="track-tokens: warning: 'temp' is ignored by git, so exports would never be imported: add '!/temp/' to .gitignore ('track-tokens init --fix-ignore' does it), or choose another directory with 'git config track-tokens.exportDir <dir>'"

i=0
for rule in 'temp/' '/temp/' 'temp' '*.json' 'temp/*' 'tokens_*'; do
	i=$((i + 1))
	repo "rule$i"
	printf '# mine\n%s' "$rule" >.gitignore
	cp .gitignore ../before
	try 0 init
	[ "$(cat "$E")" = "$warning" ] && ok "'$rule' is noticed" || not_ok "'$rule'" "$E"
	cmp -s .gitignore ../before && ok "'$rule': nothing is changed unasked" || not_ok "asked" .gitignore
	try 0 init --fix-ignore
	[ ! -s "$E" ] && grep -qx 'extended .gitignore' "$O" && ok "'$rule' is mended" || not_ok "mended" "$E"
	seen && ok "'$rule': git sees exports" || not_ok "'$rule': unseen" .gitignore
	try 0 init --fix-ignore
	[ "$(grep -c '^!/temp/$' .gitignore)" -eq 1 ] && ok "'$rule': once" || not_ok "once" .gitignore
	try 0 deinit
	printf '# mine\n%s\n' "$rule" >../before
	cmp -s .gitignore ../before && ok "'$rule': deinit takes the lines back" || not_ok "back" .gitignore
done

repo personal
echo temp/ >>.git/info/exclude
try 0 init --fix-ignore
seen && ok "a personal rule is overruled" || not_ok "personal" "$E"
try 0 deinit
[ ! -e .gitignore ] && ok "a .gitignore of ours is removed" || not_ok "ours" "$O"

repo deeper
mkdir temp && echo '*' >temp/.gitignore
try 0 init --fix-ignore
grep -q "'temp' is still ignored by git" "$E" && ok "a rule that holds is said" || not_ok "holds" "$E"
git config track-tokens.exportDir usage
try 0 init
[ ! -s "$E" ] && ok "another directory mends it" || not_ok "another" "$E"

repo dry
echo temp/ >.gitignore
try 0 init --dry-run --fix-ignore
grep -qx 'would extend .gitignore' "$O" && ok "a dry run shows it" || not_ok "dry" "$O"
echo temp/ | cmp -s - .gitignore && ok "and does not do it" || not_ok "dry change" .gitignore
try 0 init --json
grep -q '"exports_are_ignored":true' "$O" && ok "JSON says it" || not_ok "json" "$O"

# --- on a terminal it asks
if command -v script >/dev/null; then
	repo asks
	echo temp/ >.gitignore
	echo n | script -qec "'$TRACK_TOKENS' init" /dev/null >"$O"
	grep -q "Add '!/temp/' to .gitignore? \[y/N\]" "$O" && ok "asks on a terminal" || not_ok "asks" "$O"
	echo temp/ | cmp -s - .gitignore && ok "no is no" || not_ok "no" .gitignore
	echo y | script -qec "'$TRACK_TOKENS' init" /dev/null >"$O"
	seen && ok "yes is yes" || not_ok "yes" "$O"
fi
finish
