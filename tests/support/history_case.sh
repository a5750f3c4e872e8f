# SPDX-License-Identifier: MIT
# shellcheck shell=sh disable=SC2154
#
# Sourced after harness.sh by the tests of usage by commits: a repository whose branch
# "feature" has two commits, work before each of them, and work since.
#
#	history_case        makes it, and goes into it
#	used <n> <time> <tokens> [<session>]    an answer of <tokens> tokens
#	at <time> <command...>                  with git's clock there
export TRACK_TOKENS_NOW=2026-11-20T12:00:00Z
transcript=$HOME/.claude/projects/p/s1.jsonl

used() {
	printf '{"type":"assistant","message":{"id":"msg_%s","model":"claude-opus-5-5","usage":' "$1"
	printf '{"input_tokens":%s,"output_tokens":1}},"timestamp":"%s","uuid":"%s",' $(($3 - 1)) "$2" "$1"
	printf '"sessionId":"%s","cwd":"%s","gitBranch":"feature"}\n' "${4:-s1}" "$PWD"
} >>"$transcript"

at() {
	when=$1
	shift
	GIT_AUTHOR_DATE=$when GIT_COMMITTER_DATE=$when "$@"
}

commit_at() { at "$1" git commit -q --allow-empty -m "$2"; }

history_case() {
	mkdir -p "$HOME/.claude/projects/p"
	git init -q -b main work && cd work || exit 99
	commit_at 2026-11-01T08:00:00Z start
	at 2026-11-01T09:00:00Z git checkout -q -b feature
	used 1 2026-11-01T09:30:00Z 1000
	commit_at 2026-11-01T10:00:00Z "the first"
	used 2 2026-11-01T11:00:00Z 2000
	used 3 2026-11-01T11:30:00Z 4000 s2
	commit_at 2026-11-01T12:00:00Z "the second"
	used 4 2026-11-01T13:00:00Z 8000
}

# tokens_of <log options>: "subject tokens", one commit a line, newest first
tokens_of() { "$TRACK_TOKENS" log "$@" --json 2>err | jq -r '.commits[] | "\(.subject // .label) \(.tokens)"'; }
# log_is <what> <expected lines, newest first> [<log options>]
log_is() {
	what=$1 expected=$2
	shift 2
	tokens_of "$@" >got
	if [ "$(cat got)" = "$expected" ]; then ok "$what"; else not_ok "$what" got; fi
	rm got
}
