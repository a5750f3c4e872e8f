#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The main job, once, on a throwaway repository: ci/quickstart.sh BUILD-DIR
set -eu
bin=$(cd "${1:-build/release}/bin" && pwd)
PATH=$bin:$PATH
work=$(mktemp -d "${TMPDIR:-/tmp}/track-tokens-quickstart.XXXXXX")
trap 'cd / && rm -rf "$work"' EXIT
export HOME="$work" GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL="$work/.gitconfig"
unset GITHUB_ACTIONS GITHUB_STEP_SUMMARY GITHUB_OUTPUT GITHUB_REPOSITORY GITHUB_HEAD_REF \
	GITHUB_REF_NAME DATABASE_URL IMPORT_TOKENS_DATABASE_URL PGHOST PGDATABASE PGSERVICE || :
git config --global user.name "Quick Start"
git config --global user.email quickstart@example.com

# Show a command as it would be typed, and run it.
run() {
	printf '\n$'
	for word in "$@"; do
		case $word in
		*[!A-Za-z0-9_./:=-]*) printf ' "%s"' "$word" ;;
		*) printf ' %s' "$word" ;;
		esac
	done
	printf '\n'
	"$@"
}

echo
echo "The main job, in a repository at $work/demo"
git init -q -b main "$work/demo"
cd "$work/demo"
git commit -q --allow-empty -m "Begin"
run track-tokens init
run track-tokens add 54161 "Explored the code base"
run git checkout -q -b feature/login
run track-tokens add 45000 "Implemented user authentication"
run track-tokens add 32000
run track-tokens show
run git add temp
run git commit -q -m "Add exports"
run import-tokens
run import-tokens
run import-tokens report
cat <<END

Done: what was typed is what the report says, and importing twice changed
nothing. The demo repository is removed now.

Next, in a repository of yours (after 'make install', or with
$bin in your PATH):

  track-tokens init --all               hooks and the GitHub workflow
  track-tokens add 54161 "what you did" after a session
  track-tokens show
END
