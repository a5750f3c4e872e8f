#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Import the exports of the checkout in the current directory, as the action's
# inputs say (INPUT_PATH, INPUT_CHECK, INPUT_STRICT, INPUT_BRANCH, INPUT_REPORT,
# INPUT_BUDGET, INPUT_FAIL_OVER_BUDGET).
set -eu
PATH=$(cd "$(dirname "$0")/.." && pwd)/build/release/bin:$PATH

set --
[ "${INPUT_CHECK:-}" != true ] || set -- "$@" --check
[ "${INPUT_STRICT:-}" != true ] || set -- "$@" --strict
[ -z "${INPUT_BRANCH:-}" ] || set -- "$@" --branch "$INPUT_BRANCH"
[ -z "${INPUT_BUDGET:-}" ] || set -- "$@" --budget "$INPUT_BUDGET"
[ "${INPUT_FAIL_OVER_BUDGET:-}" != true ] || set -- "$@" --fail-over-budget
set -- "$@" --
[ -z "${INPUT_PATH:-}" ] || set -- "$@" "$INPUT_PATH"

# A file that was rejected is told by an annotation and in the summary; the
# others are imported, so the job goes on.
status=0
import-tokens "$@" || status=$?
[ "$status" != 3 ] || status=0

# The page is for those who look at figures: where it cannot be, the import is done.
if [ -n "${INPUT_REPORT:-}" ] && [ "${INPUT_CHECK:-}" != true ]; then
	import-tokens report --format html >"$INPUT_REPORT" ||
		echo "::warning title=Report::the HTML page could not be written"
fi
exit "$status"
