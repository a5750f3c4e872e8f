#!/bin/sh
# SPDX-License-Identifier: MIT
#
# A ledger that is damaged, or that is no file at all: every command says which
# and why, ends at once, and leaves it as it is.
# shellcheck disable=SC2154 # status is set by bounded
. "$(dirname "$0")/hostile.sh"

git init -q -b main repo && cd repo || exit 99
git config user.email dev@example.com
ledgers=$PWD/token_metrics/local_tracking
ledger=$ledgers/tokens_main.json
run 0 "$TRACK_TOKENS" add 45000 'kept'
cp "$ledger" ../good.json

# refused <what>: every command fails with 65, names the file, and changes nothing.
refused() {
	cp "$ledger" ../before
	for command in 'show' 'add 5' 'amend 0000 5' 'remove 0000' 'export -' 'reset -f'; do
		# shellcheck disable=SC2086 # words of a command
		timeout 10 "$TRACK_TOKENS" $command >out 2>err </dev/null
		status=$?
		if [ $status -ne 65 ] || ! grep -q 'tokens_main\.json' err ||
			! is_quiet err || ! is_quiet out || ! cmp -s "$ledger" ../before; then
			echo "exit $status" >>err
			not_ok "$1: $command" err
			return
		fi
	done
	ok "$1: refused by every command, and left alone"
}

: >"$ledger" && refused 'an empty file'
head -c 200 ../good.json >"$ledger" && refused 'a torn file'
printf '%s' '{"branch":"main","sessions":[' >"$ledger" && refused 'a torn file of format 1'
{ cat ../good.json && printf x; } >"$ledger" && refused 'text after the end'
tr -d '\n' <../good.json | sed 's/"tokens":45000/"tokens":-5/g' >"$ledger" && refused 'a negative count'
tr '\n' ' ' <../good.json | sed 's/"kept"/"a\x1b[31mb"/' >"$ledger" && refused 'a raw control byte'
sed 's/"unsplit":45000/"unsplit":44999/' ../good.json >"$ledger" && refused 'a count that was edited in one place'
sed 's/"kept"/"\\ud800"/' ../good.json >"$ledger" && refused 'half a character'
{ printf '{"branch":"main","x":' && head -c 100000 /dev/zero | tr '\0' '['; } >"$ledger" &&
	refused 'a hundred thousand brackets'
printf '{"format_version":99,"branch":"main","sessions":[]}' >"$ledger" && refused 'a format of the future'

# --- not a file ---

# refused_object <what>: add fails at once, with a message that names it.
refused_object() {
	timeout 10 "$TRACK_TOKENS" add 5 >out 2>err </dev/null
	status=$?
	if [ $status -gt 0 ] && [ $status -lt 124 ] && [ $status -ne 70 ] &&
		grep -q 'local_tracking' err && is_quiet err; then
		ok "$1: refused"
	else
		echo "exit $status" >>err
		not_ok "$1" err
	fi
	rm -rf "$ledger"
}

rm "$ledger" && mkfifo "$ledger" && refused_object 'a FIFO'
mkdir "$ledger" && refused_object 'a directory'
ln -s /dev/zero "$ledger" && refused_object 'a link to a device'
ln -s tokens_main.json "$ledger" && refused_object 'a link to itself'
ln -s ../../../victim "$ledger" && refused_object 'a dangling link'
[ ! -e ../victim ] && ok 'a dangling link creates nothing' || not_ok 'created the target' err
cp ../good.json ../victim && ln -s ../../../victim "$ledger" && refused_object 'a link to a ledger'
cmp -s ../good.json ../victim && ok 'what a link points to is not touched' || not_ok 'target' err
truncate -s 1T "$ledger" && refused_object 'a terabyte of nothing'

# --- a directory that leads elsewhere ---
mkdir ../elsewhere
rm -rf "$ledgers" && ln -s ../../elsewhere "$ledgers"
timeout 10 "$TRACK_TOKENS" add 5 >out 2>err </dev/null
status=$?
[ $status -gt 0 ] && [ $status -lt 124 ] && [ -z "$(ls ../elsewhere)" ] &&
	ok 'a directory that is a link: refused, nothing is written behind it' ||
	not_ok "directory link, exit $status" err
rm "$ledgers"

# A hard link is broken by the replacement; the other name keeps its content.
mkdir "$ledgers" && cp ../good.json ../other && ln ../other "$ledger"
run 0 "$TRACK_TOKENS" add 5
cmp -s ../good.json ../other && ok 'the other name of a hard link keeps its content' ||
	not_ok 'hard link' err

# What not every reader of JSON could read exactly is not added up.
run 0 "$TRACK_TOKENS" add 9007199254740991 --branch rich
run 65 "$TRACK_TOKENS" add 1 --branch rich
err_has 'the tokens of the branch would add up to more than 9007199254740991'
run 0 "$TRACK_TOKENS" export --branch rich rich.json
run 0 "$IMPORT_TOKENS" --check --repository github.com/acme/app rich.json
finish
