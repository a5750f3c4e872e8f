#!/bin/sh
# SPDX-License-Identifier: MIT
# init --claude and deinit: hooks and a status line go into the client's settings and
# out again, and not one other byte of them moves.
. "$(dirname "$0")/harness.sh"
user=$HOME/.claude/settings.json
kept=$user.before-track-tokens
mkdir "$HOME/.claude"
repo work

# install, remove: quietly, for everywhere
install() { "$TRACK_TOKENS" init --claude=user "$@" >"$HOME/out" 2>"$HOME/err"; }
remove() { "$TRACK_TOKENS" deinit >"$HOME/out" 2>"$HOME/err"; }

hooked() { jq -e '[.hooks.Stop, .hooks.SubagentStop, .hooks.SessionEnd] | all(
	[.[].hooks[] | select(.type == "command" and .timeout == 10
		and (.command | test("/track-tokens.? hook$")))] | length == 1)' "$1" >/dev/null; }

# round <what> [<option>]: $user in, installed twice, and back
round() {
	cp "$user" "$HOME/before"
	problem=
	install ${2-} || problem="install: $(cat "$HOME/err")"
	hooked "$user" || problem="$problem no hooks"
	cmp -s "$kept" "$HOME/before" || problem="$problem not kept"
	cp "$user" "$HOME/once"
	install ${2-} && cmp -s "$user" "$HOME/once" || problem="$problem twice is not once"
	grep -q 'nothing to do' "$HOME/out" || problem="$problem second says $(cat "$HOME/out")"
	# what was there is there, in its order: only lines with ours are new
	remove || problem="$problem remove: $(cat "$HOME/err")"
	cmp -s "$user" "$HOME/before" || problem="$problem not restored"
	[ ! -e "$kept" ] || problem="$problem left $kept"
	if [ -z "$problem" ]; then ok "$1"; else echo "$problem" >"$HOME/problem"; cat "$HOME/once" >>"$HOME/problem"; not_ok "$1" "$HOME/problem"; fi
}

# --- odd settings ------------------------------------------------------------------
p() { printf "$@" >"$user"; }
p '';                                                   round "an empty file"
p '\n \t\n';                                            round "a blank one"
p '{}';                                                 round "an empty object"
p '{ \n\n }\n';                                         round "an empty object with room in it"
p '{"b":1,"a":2}';                                      round "one line, its own order, no newline at the end"
p '{\n\t"z": 1,\n\t"a": [1,  2 ,3]\n}\n';               round "tabs"
p '{\r\n    "a": "b"\r\n}\r\n';                         round "CRLF"
check "whose lines all end alike" [ "$(grep -c . "$HOME/once")" = "$(grep -c "$(printf '\r')$" "$HOME/once")" ]
p '{\n "a" : 1 ,\n "b":2\n\n}   \n\n';                  round "spaces where nobody puts them"
p '\357\273\277{\n  "a": 1\n}\n';
# the client reads a byte-order mark, jq does not
cp "$user" "$HOME/before"; install; cp "$user" "$HOME/once"
tail -c +4 "$HOME/once" >"$HOME/once.plain"
hooked "$HOME/once.plain" && remove && cmp -s "$user" "$HOME/before" && ok "a byte-order mark stays at the front" || not_ok "byte-order mark" "$HOME/once"
p '{"caf\303\251": "\\u00e9 \\/ \360\237\230\200 \\ud83d\\ude00"}\n'; round "unicode, escaped and not"
p '{"a":1,"a":2,"hooks":{},"hooks":{"Stop":[]}}\n';     round "keys that come twice"
p '{"hooks":{"Stop":[{"matcher":"","hooks":[{"type":"command","command":"say done"}]}],"PreToolUse":[]},"x":1}\n'
round "hooks of others"
p '{\n  "hooks": {\n    "Stop": [\n      {\n        "hooks": [\n          {\n            "type": "command",\n            "command": "say done"\n          }\n        ]\n      }\n    ]\n  }\n}\n'
round "hooks of others, pretty"
deep=$(printf '%060d' 0 | sed 's/0/[/g')$(printf '%060d' 0 | sed 's/0/]/g')
p '{"deep":%s}\n' "$deep";                               round "60 levels"
p '{"statusLine":{"type":"command","command":"~/bin/it'"'"'s.sh \\"a b\\" | cat","padding":0}}\n'
round "a status line of theirs" --statusline
p '{"statusLine":{"type":"command","command":"a --then b"}}'; round "one that speaks of --then" --statusline
p '{"statusLine":null}';                                round "one that is null" --statusline
p '{\n    "a": 1\n}';                                   round "no status line" --statusline

# --- what is in it then --------------------------------------------------------------
p '{\n  "z": 1,\n  "hooks": {\n    "Stop": [{"hooks":[{"type":"command","command":"say"}]}],\n    "Other": []\n  },\n  "a": [1]\n}\n'
cp "$user" "$HOME/before"
install
diff "$HOME/before" "$user" | grep '^<' >"$HOME/gone"
check "lines of others stay, but for a comma" sh -c "! sed 's/^< //' '$HOME/gone' | grep -vxF '    \"Stop\": [{\"hooks\":[{\"type\":\"command\",\"command\":\"say\"}]}],
    \"Other\": []'"
check "the order is theirs" [ "$(jq -c keys_unsorted "$user")" = '["z","hooks","a"]' ]
check "theirs runs first" [ "$(jq -r '.hooks.Stop[0].hooks[0].command' "$user")" = say ]
jq '.b = 2' "$user" >"$user.new" && mv "$user.new" "$user"
remove
check "what was added since stays" jq -e '.b == 2 and .z == 1 and .a == [1]' "$user"
check "theirs stays, ours goes" jq -e '.hooks == {Stop: [{hooks: [{type: "command", command: "say"}]}], Other: []}' "$user"
[ ! -e "$kept" ] && ok "and the kept file goes" || not_ok "kept"

p '{}'; install
jq '.hooks.Stop[0].hooks += [{type: "command", command: "say"}] | .hooks.Stop += [{hooks: [{type: "command", command: "echo"}]}]' "$user" >"$user.new" && mv "$user.new" "$user"
cp "$user" "$HOME/before"; install
check "hooks that came behind ours move nothing" cmp "$user" "$HOME/before"
remove
check "and stay when ours go" [ "$(jq -c '[.hooks.Stop[].hooks[].command]' "$user")" = '["say","echo"]' ]
check "with nothing left of the other events" jq -e '.hooks | keys == ["Stop"]' "$user"

p '{}'; install --statusline; cp "$user" "$HOME/before"
install
check "hooks alone leave our status line" cmp "$user" "$HOME/before"
jq '.statusLine.command += " --style cost"' "$user" >"$user.new" && mv "$user.new" "$user"
cp "$user" "$HOME/before"; install --statusline
check "an option that its user gave it stays" cmp "$user" "$HOME/before"
remove
check "and it goes" [ "$(jq -c . "$user")" = '{}' ]

p '{"statusLine":{"type":"command","command":"echo theirs; exit 3","padding":2},"x":1}\n'
install --statusline
jq -r .statusLine.command "$user" >"$HOME/line"
check "a wrapped one keeps its other members" jq -e '.statusLine.padding == 2' "$user"
echo '{}' | sh "$HOME/line" >"$HOME/out"
check "and it runs" grep -q '^theirs · ' "$HOME/out"
jq -c '.x = 2' "$user" >"$user.new" && mv "$user.new" "$user"
remove
check "and is back, also when the file was changed" [ "$(cat "$user")" = '{"statusLine":{"type":"command","command":"echo theirs; exit 3","padding":2},"x":2}' ]

p '{"statusLine":{"type":"command","command":"my.sh; track-tokens statusline | head -1"},"hooks":{"Stop":[{"hooks":[{"type":"command","command":"track-tokens hook && say"}]}],"SessionEnd":[{"hooks":[{"type":"command","command":"not-track-tokens hook"}]}]}}\n'
cp "$user" "$HOME/before"; install --statusline
check "a line composed of ours and theirs is theirs" [ "$(jq -r .statusLine.command "$user")" = 'my.sh; track-tokens statusline | head -1' ]
check "a hook too, and is not run twice" jq -e '.hooks.Stop | length == 1' "$user"
check "another program of such a name is not ours" jq -e '.hooks.SessionEnd | length == 2' "$user"
remove
check "and both stay" cmp "$user" "$HOME/before"

p '{"a":1}'; install; p '{"a":2}'; remove
[ ! -e "$kept" ] && [ "$(cat "$user")" = '{"a":2}' ] && ok "somebody took ours out: the kept file goes" || not_ok "taken out"
p '{"a":1}'; install; p '{ "a":3, "hooks":{ } }'; install; remove
check "installed anew over other settings, these come back" [ "$(cat "$user")" = '{ "a":3, "hooks":{ } }' ]

# --- refused -------------------------------------------------------------------------
# refuses <what> <what it says>
refuses() {
	cp "$user" "$HOME/before"
	"$TRACK_TOKENS" init --claude=user >"$HOME/out" 2>"$HOME/err"
	got=$?
	if [ $got = 65 ] && grep -qF "'$user': $2; nothing was changed" "$HOME/err"; then ok "$1"; else echo "exit $got" >>"$HOME/err"; not_ok "$1" "$HOME/err"; fi
	cmp -s "$user" "$HOME/before" && [ ! -e "$kept" ] && ok "  and nothing is written" || not_ok "written"
}
p '{\n  "a": 1,\n}\n';         refuses "a comma too many" "line 3, column 1: expected a key"
p '{\n  // no\n}\n';           refuses "a comment" "line 2, column 3: expected a key"
p '{"a":1} x';                 refuses "text behind it" "line 1, column 9: text after the end of the document"
p '[]';                        refuses "a list" "line 1, column 1: expected an object"
p '{"a"';                      refuses "half of it" "line 1, column 5: the text ends too early"
p '{"hooks":[]}';              refuses "hooks that are a list" "line 1, column 10: 'hooks' is not an object"
p '{"hooks":{"Stop":{}}}';     refuses "an event that is no list" "line 1, column 18: the hooks of an event are not a list"
p '{"a":"\377"}';              refuses "another encoding" "line 1, column 7: control or non-UTF-8 byte in a string"
p '{"a":\000 1}';              refuses "a NUL" "line 1, column 6: not JSON"
p '{}'; install; p '{ broken'
"$TRACK_TOKENS" deinit >"$HOME/out" 2>"$HOME/err"
[ $? = 65 ] && grep -qF "'$user': line 1, column 3: expected a key" "$HOME/err" && [ "$(cat "$user")" = '{ broken' ] &&
	ok "deinit refuses them too" || not_ok "deinit" "$HOME/err"
p '{}'; remove

# --- files and directories -------------------------------------------------------------
rm "$user"; install
check "no file: one is made, private" [ "$(stat -c %a "$user")" = 600 ]
remove
[ ! -e "$user" ] && [ -d "$HOME/.claude" ] && ok "and goes, its directory stays" || not_ok "made"
p '{"a":1}'; chmod 640 "$user"; install
check "the mode stays" [ "$(stat -c %a "$user") $(stat -c %a "$kept")" = '640 640' ]
remove
check "on the way back, too" [ "$(stat -c %a "$user")" = 640 ]

mkdir "$HOME/dotfiles"; mv "$user" "$HOME/dotfiles/claude.json"; ln -s ../dotfiles/claude.json "$user"
install
[ -L "$user" ] && hooked "$HOME/dotfiles/claude.json" && ok "a symbolic link stays one, its file is changed" || not_ok "link" "$HOME/err"
remove
[ -L "$user" ] && [ "$(cat "$HOME/dotfiles/claude.json")" = '{"a":1}' ] && [ "$(ls "$HOME/dotfiles")" = claude.json ] && ok "and is restored" || not_ok "link back" "$HOME/err"
rm "$user"; ln -s nowhere/settings.json "$user"
install; [ $? != 0 ] && [ -L "$user" ] && grep -q "'$user'" "$HOME/err" && ok "a link to nothing is refused" || not_ok "dangling" "$HOME/err"
rm "$user"; mkdir "$user"
install; [ $? != 0 ] && grep -q "'$user'" "$HOME/err" && ok "a directory in its place is refused" || not_ok "directory" "$HOME/err"
rmdir "$user"

if [ "$(id -u)" != 0 ]; then
	p '{"a":1}'; chmod 400 "$user"; install && hooked "$user" && remove
	[ "$(cat "$user")" = '{"a":1}' ] && [ "$(stat -c %a "$user")" = 400 ] && ok "a read-only file is replaced and stays read-only" || not_ok "read-only file" "$HOME/err"
	chmod 500 "$HOME/.claude"; install
	got=$?
	chmod 700 "$HOME/.claude"
	[ $got != 0 ] && grep -q "'$kept': Permission denied" "$HOME/err" && [ "$(cat "$user")" = '{"a":1}' ] && [ ! -e "$kept" ] && ok "a read-only directory is named, nothing changed" || not_ok "read-only directory" "$HOME/err"
	chmod 600 "$user"
fi

mkdir "$HOME/elsewhere"
for dir in "$HOME/elsewhere" "$HOME/elsewhere/" "$HOME/made//"; do
	export CLAUDE_CONFIG_DIR="$dir"
	install && hooked "$dir/settings.json" && remove && [ ! -e "$dir/settings.json" ] && ok "CLAUDE_CONFIG_DIR=$dir" || not_ok "$dir" "$HOME/err"
done
unset CLAUDE_CONFIG_DIR
[ ! -e "$HOME/elsewhere/settings.json" ] && ok "nothing is left elsewhere" || not_ok "elsewhere"

# --- here -----------------------------------------------------------------------------------
rm -f "$user"
printf '# mine\nx/.claude/settings.local.json*\n' >.git/info/exclude; cp .git/info/exclude "$HOME/exclude"
run 0 "$TRACK_TOKENS" init --claude --dry-run
out_has 'would create'
[ ! -e .claude ] && ok "a dry run writes nothing" || not_ok "dry"
run 0 "$TRACK_TOKENS" init --claude
rm -f out err
hooked .claude/settings.local.json && ok "for me, here" || not_ok "local"
check "git does not see it" [ -z "$(git status --porcelain .claude)" ]
run 0 "$TRACK_TOKENS" deinit; rm -f out err
[ ! -e .claude ] && ok "nothing is left" || not_ok "left"
check "of the excluded ones, neither" cmp .git/info/exclude "$HOME/exclude"

mkdir .claude; echo '{"model":"opus"}' >.claude/settings.json; git add .claude; git commit -qm settings
run 0 "$TRACK_TOKENS" init --claude=project --statusline; rm -f out err
check "for all: by the name only, and quiet without the program" jq -e '
	.hooks.Stop[0].hooks[0].command == "! command -v track-tokens >/dev/null || track-tokens hook"' .claude/settings.json
check "which a shell without it takes" env PATH=/bin:/usr/bin sh -c "$(jq -r '.hooks.Stop[0].hooks[0].command' .claude/settings.json)"
check "git sees nothing else" [ "$(git status --porcelain .claude)" = ' M .claude/settings.json' ]
run 0 "$TRACK_TOKENS" deinit; rm -f out err
check "and is as before" [ -z "$(git status --porcelain .claude)" ]
echo '{"statusLine":{"type":"command","command":"echo theirs; echo more"}}' >.claude/settings.json
cp .claude/settings.json "$HOME/before"
run 0 "$TRACK_TOKENS" init --claude=project --statusline; rm -f out err
jq -r .statusLine.command .claude/settings.json >"$HOME/line"
check "a status line of all is run by ours" [ "$(echo '{}' | PATH=$(dirname "$TRACK_TOKENS"):$PATH sh "$HOME/line")" = "theirs
more · " ]
check "and without ours" [ "$(PATH=/bin:/usr/bin sh "$HOME/line")" = "theirs
more" ]
run 0 "$TRACK_TOKENS" init --claude=project --statusline
out_has 'nothing to do'; rm -f out err
run 0 "$TRACK_TOKENS" deinit; rm -f out err
check "and is back" cmp .claude/settings.json "$HOME/before"
run 64 "$TRACK_TOKENS" init --claude=everywhere
err_has "'everywhere' is not local, project or user"
run 64 "$TRACK_TOKENS" init --statusline
err_has "--statusline goes with --claude"
git clone -q --bare . ../bare.git && cd ../bare.git || exit 99
run 66 "$TRACK_TOKENS" init --claude
err_has "a bare repository has no settings of its own: use --claude=user"
finish
