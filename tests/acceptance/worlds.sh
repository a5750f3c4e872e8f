# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# Where the rows of a table run: each function prepares the current directory,
# which is $WORLD/here, and the new HOME beside it.  The clock stands at
# 2026-01-02 03:04:05 UTC, a Friday, unless the table says "@ at".

world_nothing() { :; }

# No repository, and a plan.
world_pro() { track-tokens plan set pro; }
world_max5x() { track-tokens plan set max5x; }
world_max20x() { track-tokens plan set max20x; }

# The same, in a repository.
world_pro_repository() { world_repository && world_pro; }

# A repository with one commit, on the branch "main".
world_repository() {
	git init -q -b main . && git commit -q --allow-empty -m start
}

# The same, and where files of earlier trackers are ($EARLIER) and were.
world_earlier() {
	export EARLIER="$FIXTURES_DIR/earlier" INDEX="$HOME/.local/state/track-tokens/usage.db"
	mkdir "$HOME/.claude" && world_repository
}

# The same, on a branch of its own.
world_branch() {
	world_repository && git checkout -q -b token-usage
}

# answer ID SESSION INPUT OUTPUT [TIME]: a line of a transcript, made here
answer() {
	printf '{"type":"assistant","message":{"id":"msg_%s","model":"claude-opus-5-5","usage":' "$1"
	printf '{"input_tokens":%s,"output_tokens":%s}},"timestamp":"%s","uuid":"%s",' \
		"$3" "$4" "${5:-2026-01-02T02:30:00Z}" "$1"
	printf '"sessionId":"%s","cwd":"%s","gitBranch":"%s"}\n' "$2" "$PWD" \
		"$(git symbolic-ref -q --short HEAD)"
}

# A repository, and a session of Claude Code in it that nobody has looked at yet.
world_session() {
	world_repository && mkdir -p "$HOME/.claude/projects/p" || return
	{ answer 1 s1 850 1200; answer 2 s1 12 300; } >"$HOME/.claude/projects/p/s1.jsonl"
	printf '{"hook_event_name":"SessionEnd","session_id":"s1","cwd":"%s","transcript_path":"%s"}\n' \
		"$PWD" "$HOME/.claude/projects/p/s1.jsonl" >"$WORLD/event"
}

# The same, as the tracker of reports documents it: a session with an id as the client makes
# them, of a model that had a price.
world_tracked() {
	world_repository && mkdir -p "$HOME/.claude/projects/p" || return
	tracked=953809ed-1111-4222-8333-444455556666
	{ answer 1 $tracked 45000 67000; answer 2 $tracked 230 890 2026-01-02T02:45:00Z; } |
		sed 's/opus-5-5/opus-4-0/' >"$HOME/.claude/projects/p/$tracked.jsonl"
}
