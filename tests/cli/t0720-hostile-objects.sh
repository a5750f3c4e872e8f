#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Things in temp/ that are no files, or have names that play tricks.
# shellcheck disable=SC2154 # status is set by bounded
. "$(dirname "$0")/hostile.sh"

mkdir temp
cp "$HOSTILE_GOOD" victim.json
mkfifo temp/fifo.json
mkdir temp/directory.json
ln -s /dev/zero temp/zero.json
ln -s ../victim.json temp/link.json
ln -s loop.json temp/loop.json
ln -s nowhere temp/dangling.json
truncate -s 1T temp/sparse.json
"$HOSTILE_CORPUS" --socket temp/socket.json
objects='fifo directory zero link loop dangling sparse socket'
if mknod temp/device.json c 1 3 2>/dev/null; then
	objects="$objects device"
fi
if [ "$(id -u)" -ne 0 ]; then
	: >temp/unreadable.json && chmod 000 temp/unreadable.json
	objects="$objects unreadable"
fi

# --- given by name ---
for object in $objects; do
	bounded "$IMPORT_TOKENS" --check --repository github.com/acme/app "temp/$object.json"
	if [ "$object" = directory ]; then
		want=0
	else
		want='6[56]'
	fi
	cat out err >both
	if expr "$status" : "$want\$" >expr.out &&
		{ [ "$object" = directory ] || grep -q "temp/$object\.json" both; } && is_quiet both; then
		ok "$object: exit $status"
	else
		echo "exit $status" >>both
		not_ok "$object" both
	fi
done

# --- found in the directory, beside a good file ---
cp "$HOSTILE_GOOD" temp/good.json
bounded "$IMPORT_TOKENS" --repository github.com/acme/app --db sqlite:all.db --clean temp
cat out err >both
[ "$status" -eq 3 ] && grep -q '1 new entry' out && ok 'the good file is imported' ||
	not_ok "exit $status" both
for object in $objects; do
	[ "$object" = directory ] && continue
	[ "$object" = link ] && continue
	grep -q "temp/$object\.json" both && ok "$object is named" || not_ok "$object is not named" both
done
[ -f victim.json ] && cmp -s victim.json "$HOSTILE_GOOD" && ok 'what a link points to stays' ||
	not_ok 'victim' both
[ -p temp/fifo.json ] && [ -L temp/link.json ] && [ -f temp/sparse.json ] &&
	ok '--clean removes nothing that was not imported' || not_ok 'clean' both
rm -rf temp/*.json

# --- names ---
for name in "$(printf 'new\nline')" "$(printf '\033[31mred')" '-rf' '--help' "$(printf 'bad\377')" \
	'a b' "'quoted\"" '$(touch pwned)' '%s%n' '::error::x'; do
	cp "$HOSTILE_GOOD" "temp/$name.json"
	echo '{' >"temp/$name.bad.json"
done
bounded "$IMPORT_TOKENS" --repository github.com/acme/app --db sqlite:names.db temp
cat out err >both
[ "$status" -eq 3 ] && grep -q '^Imported 10 files: 1 new entry.* 10 rejected' out && is_quiet both &&
	ok 'odd names: files are read, and the names shown harmlessly' || not_ok "names, exit $status" both
export GITHUB_ACTIONS=true
bounded "$IMPORT_TOKENS" --repository github.com/acme/app --db sqlite:names.db temp
unset GITHUB_ACTIONS
cat out err >both
grep -e '^::' -e '^##\[' both >commands
! grep -v -e '^::error file=temp/[^:,]*,title=Export rejected::[^:]*: [^:]*$' \
	-e '^::warning title=Exports::and 1 more ' commands >forged &&
	[ "$(grep -c . commands)" -eq 10 ] && ok 'in a workflow: our annotations, and no other command' ||
	not_ok 'workflow commands' commands
cd temp || exit 99
for name in '-rf' '--help'; do
	bounded "$IMPORT_TOKENS" --check --repository github.com/acme/app -- "$name.json"
	[ "$status" -eq 0 ] && ok "$name.json after --" || not_ok "$name.json" err
done
[ ! -e pwned ] && ok 'no name is run' || not_ok 'a name was run' err
cd .. || exit 99

# --- a password is never shown, and a wrong address is not tried for a minute ---
for url in 'postgresql://u:hunter2@localhost:port/db' 'postgresql://u:hunter2@localhost/db?sslmode=hunter2' \
	'postgresql://u:hunter2@localhost/db?hunter2=1' 'mysql://u:hunter2@localhost/db' \
	'host=localhost password = hunter2'; do
	bounded "$IMPORT_TOKENS" --repository github.com/acme/app --db "$url" "$HOSTILE_GOOD"
	cat out err >both
	if [ "$status" -eq 64 ] && [ -s err ] && ! grep -q 'u:hunter2\|password.*hunter2\|"hunter2"' both; then
		ok 'a wrong database URL: refused at once, without its password'
	else
		echo "exit $status" >>both
		not_ok "$url" both
	fi
done
finish
