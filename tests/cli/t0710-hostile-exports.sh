#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Every file of the hostile corpus, one by one and all together: what is wrong
# is refused with its name and place, what is only odd is imported, and nothing
# of either acts on a terminal, a workflow, a database or a directory.
# shellcheck disable=SC2154 # status is set by bounded
. "$(dirname "$0")/hostile.sh"

mkdir temp && "$HOSTILE_CORPUS" temp >index || exit 99
cp "$HOSTILE_GOOD" temp/good.json

# --- one by one, without a database ---
tab=$(printf '\t')
while IFS="$tab" read -r file expect why; do
	bounded "$IMPORT_TOKENS" --check --repository github.com/acme/app "temp/$file"
	case $expect:$status in
	reject:65) grep -q "rejected: temp/$file: " out && verdict= || verdict='not named' ;;
	accept:0 | cap:0 | cap:65) verdict= ;;
	*) verdict="exit $status, want $expect" ;;
	esac
	is_quiet out && is_quiet err || verdict="$verdict; acts on its reader"
	grep -q hunter2 out err && verdict="$verdict; repeats a secret"
	if [ -z "$verdict" ]; then
		ok "$file: $expect ($why)"
	else
		echo "$verdict" >>err
		not_ok "$file ($why)" err
	fi
done <index

# --- all together, as in a workflow ---
export GITHUB_ACTIONS=true GITHUB_STEP_SUMMARY=$PWD/summary GITHUB_OUTPUT=$PWD/outputs
bounded "$IMPORT_TOKENS" --repository github.com/acme/app --db sqlite:all.db --clean temp
[ "$status" -eq 3 ] && ok 'all together: exit 3, the good ones are in' ||
	not_ok "all together: exit $status" err
unset GITHUB_ACTIONS GITHUB_STEP_SUMMARY GITHUB_OUTPUT
grep -v -e '^::error' -e '^::warning' -e '^::notice' -e '^::add-mask' out err |
	grep -q -e ':::' -e ':##\[' && not_ok 'a line is a workflow command' out ||
	ok 'no line of ours is a workflow command of theirs'
is_quiet summary && ok 'the summary is harmless' || not_ok 'summary' summary
grep -q hunter2 out err summary outputs all.db && not_ok 'a secret was repeated' out ||
	ok 'nothing of a rejected file was kept'
missing=
while IFS="$tab" read -r file expect why; do
	[ "$expect" = reject ] && [ ! -f "temp/$file" ] && missing="$missing $file"
	[ "$expect" = accept ] && [ -f "temp/$file" ] && missing="$missing $file"
done <index
echo "$missing" >missing
[ -z "$missing" ] && ok 'rejected files are still there, imported ones were cleaned away' ||
	not_ok 'the wrong files were removed' missing
grep -q '::set-output' outputs && not_ok 'outputs' outputs || ok 'no output was forged'
[ ! -e pwned ] && [ ! -e temp/pwned ] && [ ! -e /tmp/pwn ] && ok 'nothing was run or written' ||
	not_ok 'something was run' out

"$IMPORT_TOKENS" export --db sqlite:all.db >canonical 2>err
! tr -d '\n' <canonical | LC_ALL=C grep -q '[[:cntrl:]]' && grep -q '"branch":"../../../../tmp/pwn"' canonical &&
	grep -q 'DROP TABLE' canonical && ok 'what was odd is stored as it was' ||
	not_ok 'canonical' err
for format in text markdown csv json; do
	"$IMPORT_TOKENS" report --repository github.com/acme/app --db sqlite:all.db \
		--format "$format" >out 2>err
	status=$?
	tr -d '\r' <out >shown
	[ "$status" -eq 0 ] && is_quiet shown && ok "report --format $format is harmless" ||
		not_ok "report --format $format" out
done
finish
