# SPDX-License-Identifier: MIT
# shellcheck shell=sh disable=SC2034,SC2154,SC3045
#
# Sourced by the tests of hostile input, in place of harness.sh.
. "$(dirname "$0")/harness.sh"
HOSTILE_CORPUS=$BUILD_DIR/support/hostile_corpus
[ -x "$HOSTILE_CORPUS" ] || { echo "Bail out! $HOSTILE_CORPUS was not built"; exit 99; }

# Nothing in the file acts on a terminal or begins a workflow command, and it is
# UTF-8.  (The workflow commands of import-tokens itself are looked at apart.)
is_quiet() {
	! tr -d '\n' <"$1" | LC_ALL=C grep -q '[[:cntrl:]]' &&
		! LC_ALL=C grep -q "$(printf '\302[\200-\237]')" "$1" &&
		! LC_ALL=C grep -q "$(printf '\342\200[\213-\217\250-\256]')" "$1" &&
		iconv -f UTF-8 -t UTF-8 "$1" >iconv.out 2>&1 &&
		{ [ -n "${GITHUB_ACTIONS-}" ] || ! grep -q -e '^::' -e '^##\[' "$1"; }
}

# bounded <command...>: with limits on time and memory; ./out, ./err, $status.
# The sanitizers need room of their own.
bounded() {
	(
		case $BUILD_DIR in
		*/release) ulimit -v 524288 ;;
		esac
		exec timeout -k 1 60 "$@"
	) >out 2>err </dev/null
	status=$?
}

HOSTILE_GOOD=$scratch/.good.json
cat >"$HOSTILE_GOOD" <<'END'
{"export_metadata":{"export_version":"2.0"},"token_data":{"branch":"good","total_tokens":54161,"sessions":[
{"id":"0123abcd-0123-4123-8123-0123456789ab","revision":1,"kind":"manual","source":"manual","timestamp":"2026-11-23T09:00:00Z","day":"2026-11-23","tokens":54161,"usage":{"unsplit":54161}}
]}}
END
