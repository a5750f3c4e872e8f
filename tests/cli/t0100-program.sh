#!/bin/sh
# The program itself: help, mistakes, exit statuses, output that cannot be written.
. "$(dirname "$0")/harness.sh"

run 0 "$TRACK_TOKENS" --version
grep -Eqx 'track-tokens [0-9]+\.[0-9]+\.[0-9]+' out && ok "names its version" || not_ok "version" out
run 0 "$TRACK_TOKENS" version --json
grep -q '"version":1' out && ok "version in JSON" || not_ok "version in JSON" out

run 0 "$TRACK_TOKENS"
grep -q '^Usage: track-tokens' out && ok "alone, outside a repository: help" || not_ok "help" out
commands=$(sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p' out)
[ -n "$commands" ] && ok "lists commands" || not_ok "lists commands" out
for command in $commands; do
	run 0 "$TRACK_TOKENS" "$command" --help
	cp out help
	run 0 "$TRACK_TOKENS" help "$command"
	cmp -s help out && ok "help $command is $command --help" || not_ok "help $command" out
	if grep -q '.\{81\}' help; then not_ok "$command --help is too wide" help; else
		ok "$command --help fits 80 columns"
	fi
done

mistake() { # <message> <words...>
	message=$1
	shift
	run 64 "$TRACK_TOKENS" "$@"
	[ "$(head -n 1 err)" = "track-tokens: $message" ] && ok "says: $message" || not_ok "message" err
	[ ! -s out ] && ok "prints no answer" || not_ok "prints no answer" out
}
mistake "unknown command 'shwo': did you mean 'show'?" shwo
mistake "unknown command 'frobnicate'" frobnicate
mistake "unknown option '--jsno': did you mean '--json'?" version --jsno
mistake "unknown option '-z'" version -z
mistake "unknown option '-n'" -n 3 show
mistake "unknown command '3'" 3 -n show
mistake "option '--color': 'blue' is not one of auto|always|never" version --color blue
mistake "option '--directory' needs a value (DIR)" -C
esc=$(printf '\033')
mistake "unknown command '\\x1b[31mred'" "${esc}[31mred"

mkdir plain
run 66 "$TRACK_TOKENS" -C plain show
[ "$(cat err)" = "track-tokens: '$PWD/plain' is not inside a git repository (-C names another)" ] &&
	ok "one line outside a repository" || not_ok "one line" err
run 66 "$TRACK_TOKENS" -C missing version
TRACK_TOKENS_NOW=yesterday run 64 "$TRACK_TOKENS" version

if [ -w /dev/full ]; then
	"$TRACK_TOKENS" version >/dev/full 2>err
	[ $? -eq 73 ] && ok "a full disk is an error" || not_ok "a full disk" err
	grep -q 'cannot write to standard output' err && ok "and is said" || not_ok "is said" err
fi
"$TRACK_TOKENS" version >&- 2>err
[ $? -eq 73 ] && ok "a closed standard output is an error" || not_ok "closed output" err
mkfifo pipe
exec 3<>pipe 4>pipe 3<&-
"$TRACK_TOKENS" help >&4 2>err
[ $? -eq 73 ] && ok "a reader that left is an error, not a signal" || not_ok "reader left" err
[ ! -s err ] && ok "and is not complained about" || not_ok "complains" err
exec 4>&-

for shell in bash zsh fish; do
	run 0 "$TRACK_TOKENS" completion "$shell"
	command -v "$shell" >/dev/null 2>&1 || continue
	"$shell" -n out 2>err && ok "$shell accepts its completion" || not_ok "$shell -n" err
done
run 64 "$TRACK_TOKENS" completion tcsh
cat >complete.bash <<'END'
. ./completion
COMP_WORDS=(track-tokens --json sh) COMP_CWORD=2; _track_tokens; echo "${COMPREPLY[*]}"
COMP_WORDS=(track-tokens add --cache-write) COMP_CWORD=2; _track_tokens; echo "${COMPREPLY[*]}"
COMP_WORDS=(track-tokens show --color = a) COMP_CWORD=4; _track_tokens; echo "${COMPREPLY[*]}"
END
"$TRACK_TOKENS" completion bash >completion
bash complete.bash >out 2>err
cat >expected <<'END'
show
--cache-write-5m --cache-write-1h
auto always
END
cmp -s expected out && ok "bash completes" || not_ok "bash completes" out
finish
