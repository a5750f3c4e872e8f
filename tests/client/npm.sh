# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# npm_package <directory> <name@version>...: have these packages installed in the
# directory; quickly false when that cannot be done.

npm_have() {
	for package in "$@"; do
		grep -q "\"version\": \"${package##*@}\"" \
			"node_modules/${package%@*}/package.json" 2>/dev/null || return 1
	done
}

npm_package() (
	umask 077
	command -v node >/dev/null && command -v npm >/dev/null && mkdir -p "$1" && cd "$1" || exit 1
	shift
	exec 9>.lock
	flock 9 || exit 1
	npm_have "$@" && exit 0
	for package in "$@"; do
		timeout 20 npm view --fetch-retries=0 "$package" version || exit 1
	done >/dev/null 2>&1
	[ -f package.json ] || echo '{"private":true}' >package.json
	timeout 500 npm install --no-audit --no-fund --fetch-retries=1 "$@" >npm.log 2>&1 &&
		npm_have "$@"
)
