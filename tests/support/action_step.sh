# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# Sourced behind harness.sh by tests of the GitHub action.
#
#	runs FILE              the run: blocks of a workflow, "### N" before each
#	step N [NAME=VALUE...] block N of the action, started as the runner does, in
#	                       the current checkout; $scratch/{output,summary,path}
ACTION=$SOURCE_DIR/.github/actions/import-tokens

runs() { awk -f "$TESTS_DIR/support/workflow_runs.awk" "$1"; }

# shellcheck disable=SC2154 # scratch is the harness's
step() {
	number=$1
	shift
	runs "$ACTION/action.yml" | sed -n "/^### $number\$/,/^### /{/^###/d;p}" >"$scratch/step.sh"
	env -u MAKEFLAGS -u MAKELEVEL -u B GITHUB_ACTIONS=true GITHUB_ACTION_PATH="$ACTION" \
		GITHUB_PATH="$scratch/path" GITHUB_OUTPUT="$scratch/output" \
		GITHUB_STEP_SUMMARY="$scratch/summary" GITHUB_SERVER_URL=https://github.com \
		GITHUB_REPOSITORY=acme/app GITHUB_REF_NAME=main GITHUB_REF_TYPE=branch \
		GITHUB_RUN_ID=1 GITHUB_SHA="$(git rev-parse HEAD)" HOME="$HOME" "$@" \
		bash --noprofile --norc -e -o pipefail "$scratch/step.sh"
}

# shellcheck disable=SC2154
output() { sed -n "/^$1<</{n;p;q}; s/^$1=//p" "$scratch/output"; }
output_is() {
	if [ "$(output "$1")" = "$2" ]; then ok "output $1 is $2"; else not_ok "output $1 is not $2" "$scratch/output"; fi
}
