# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# Sourced by the tests that run the real Claude Code client, instead of harness.sh.
# The client comes from npm, once, into ${CLAUDE_CLIENT_DIR:-~/.cache/track-tokens-tests/claude-client};
# it talks to mock-api.js on loopback.  Without npm, node or the registry: skipped.
#
#	. "$(dirname "$0")/../client/client.sh"
#	repo work && init
#	script "$(reply 1)"                 what the API answers
#	claude first -p "say hi"            exit status; out is first.json
#	told "one turn" first               ledgers and index hold what was served
#
# ./served below $api says what the API answered: that is the truth.
client_version=${CLAUDE_CLIENT_VERSION:-2.1.330}
client_dir=${CLAUDE_CLIENT_DIR:-$HOME/.cache/track-tokens-tests/claude-client}
client_tests=$(cd "$(dirname "$0")/../client" && pwd)
. "$client_tests/../cli/harness.sh"
. "$client_tests/npm.sh"

npm_package "$client_dir" "@anthropic-ai/claude-code@$client_version" ||
	skip_all "the client cannot be installed: no node, npm, or registry"
client=$(find "$client_dir/node_modules/@anthropic-ai" -name claude -type f -perm -100 | head -1)
[ -n "$client" ] || client=$(find "$client_dir/node_modules/.bin" -name claude | head -1)
[ -n "$client" ] || skip_all "npm has no client for this machine"

# The client and the commits that it makes live in real time.
unset TRACK_TOKENS_NOW GIT_AUTHOR_DATE GIT_COMMITTER_DATE
export PATH="$BUILD_DIR/bin:$PATH"
api=$scratch/api
mkdir "$api"
echo '[]' >"$api/script"
: >"$api/served"
node "$client_tests/mock-api.js" "$api" &
api_pid=$!
trap 'kill $api_pid; cd /; rm -rf "$scratch"' EXIT
tries=0
while [ ! -s "$api/port" ]; do
	tries=$((tries + 1))
	[ $tries -lt 200 ] || skip_all "no server on loopback"
	sleep 0.05
done

# init: the hooks, for all repositories of this user
init() { "$TRACK_TOKENS" init --claude=user >init.out 2>&1 || not_ok "init --claude" init.out; }

# script <reply>...: what the API answers from now on
script() {
	kill $api_pid
	wait $api_pid 2>/dev/null
	rm "$api/port"
	printf '%s\n' "$@" | jq -s . >"$api/script"
	node "$client_tests/mock-api.js" "$api" &
	api_pid=$!
	while [ ! -s "$api/port" ]; do sleep 0.02; done
}

# reply <number> [<more members>]: an answer whose counters nobody else has
reply() {
	printf '{"usage":{"input_tokens":%d,"output_tokens":%d,"cache_read_input_tokens":%d,' \
		$((100 + $1)) $((50 + $1 * 3)) $((30000 + $1 * 7))
	printf '"cache_creation_input_tokens":%d,"cache_creation":{"ephemeral_5m_input_tokens":%d,' \
		$((900 + $1 * 11)) $((600 + $1 * 11))
	printf '"ephemeral_1h_input_tokens":300}}%s}' "${2:+,$2}"
}

# claude_env <command...>: in the client's environment
claude_env() {
	env -i HOME="$HOME" PATH="$PATH" TERM=dumb LANG=C.UTF-8 LC_ALL=C.UTF-8 TZ=UTC \
		GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null \
		ANTHROPIC_BASE_URL="http://127.0.0.1:$(cat "$api/port")" \
		ANTHROPIC_API_KEY=sk-ant-api03-dummy CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1 \
		DISABLE_TELEMETRY=1 DISABLE_AUTOUPDATER=1 DISABLE_ERROR_REPORTING=1 "$@"
}

# claude <name> <arguments...>: one run; what it says of itself is in $api/<name>.json
claude() {
	name=$1
	shift
	claude_env timeout 60 "$client" --model claude-opus-5-5 --allowedTools Bash,Agent \
		--output-format json "$@" </dev/null >"$api/$name.json" 2>"$api/$name.err" ||
		not_ok "the client fails: $name" "$api/$name.err"
}

session_of() { jq -r .session_id "$api/$1.json"; }

# --- what is true ---------------------------------------------------------------

# Lines of session, model, branch, input, output, cache read, 5m, 1h, requests
served_rows() {
	jq -r '.usage as $u | ($u.cache_creation // {}) as $c
		| [.session, .model, .branch, $u.input_tokens, $u.output_tokens,
			($u.cache_read_input_tokens // 0),
			($u.cache_creation_input_tokens // 0) - ($c.ephemeral_1h_input_tokens // 0),
			($c.ephemeral_1h_input_tokens // 0), 1] | @tsv' "$api/served"
}
index_rows() {
	sqlite3 -tabs "file:$HOME/.local/state/track-tokens/usage.db?mode=ro" \
		"SELECT session, model, ifnull(branch, '?'), input, output, cache_read,
			cache_write_5m, cache_write_1h, requests FROM usage_entries"
}
# ledgers in the working directory
ledger_rows() {
	jq -r '.branch as $b | .sessions[] | select(.void | not) | .usage as $u
		| [.session_id, .model, $b, $u.input, $u.output, $u.cache_read,
			$u.cache_write_5m, $u.cache_write_1h, .requests] | @tsv' \
		token_metrics/local_tracking/tokens_*.json
}
sum_rows() {
	awk -F'\t' '{ k = $1 FS $2 FS $3; keys[k]
		for (i = 4; i <= 9; i++) sum[k, i] += $i }
	END { for (k in keys) { printf "%s", k
		for (i = 4; i <= 9; i++) printf "\t%d", sum[k, i]
		print "" } }' | LC_ALL=C sort
}

# judge <what>: index and ledgers hold what was served, session by session, model by
# model, branch by branch
judge() {
	served_rows | sum_rows >truth
	index_rows | sum_rows >found
	check "$1: the index has what was served" diff truth found
	ledger_rows | sum_rows >found
	check "$1: the ledgers have what was served" diff truth found
	rm -f truth found
}

# nano: dollars as they are printed, in nano-dollars (JSON numbers are doubles: 1e-9 of
# what a test spends is far above their error)
nano='(. * 1000000000 | round)'

# cost_rows <name> [<less what this one had spent>]: what the client says of the session,
# model by model; a fork's own total begins with its parent's
client_costs() {
	jq -r ".modelUsage | to_entries[] | [.key, (.value.costUSD | $nano)] | @tsv" "$api/$1.json"
	[ $# -lt 2 ] || jq -r ".modelUsage | to_entries[] | [.key, -(.value.costUSD | $nano)] | @tsv" \
		"$api/$2.json"
}
sum_costs() { awk -F'\t' '{ c[$1] += $2 } END { for (m in c) if (c[m]) print m "\t" c[m] }' | sort; }

# judge_cost <what> <name> [<parent>]: the ledgers hold the client's cost of this session
judge_cost() {
	what=$1
	shift
	client_costs "$@" | sum_costs >truth
	jq -r ".sessions[] | select((.void | not) and .session_id == \"$(session_of "$1")\")
		| [.model, .cost_nano_usd] | @tsv" token_metrics/local_tracking/tokens_*.json |
		sum_costs >found
	check "$what: the ledgers have the client's cost" diff truth found
	rm -f truth found
}

# told <what> <name> [<parent>]: right without sync, and with it
told() {
	judge "$1"
	judge_cost "$@"
	"$TRACK_TOKENS" sync >out 2>&1 || not_ok "$1: sync fails" out
	judge "$1, after sync"
	what=$1
	shift
	judge_cost "$what, after sync" "$@"
}
