#!/bin/sh
# SPDX-License-Identifier: MIT
# sync as a command: what it shows, what it leaves alone, where it looks, and that
# a transcript which shrinks, changes or goes takes nothing with it.
. "$(dirname "$0")/harness.sh"
export TRACK_TOKENS_NOW=2026-11-20T12:00:00Z
state=$HOME/.local/state/track-tokens

# answer <id> <session> <cwd> <branch> <day> <input>: one line
answer() {
	printf '{"type":"assistant","message":{"id":"msg_%s","model":"claude-opus-5-5","usage":' "$1"
	printf '{"input_tokens":%s,"output_tokens":1}},"timestamp":"%sT10:00:00Z","uuid":"%s",' "$6" "$5" "$1"
	printf '"sessionId":"%s","cwd":"%s","gitBranch":"%s"}\n' "$2" "$3" "$4"
}
total() { sed -n 's/.*"total_tokens":\([0-9]*\).*/\1/p;q' "$1/token_metrics/local_tracking/tokens_${2:-main}.json"; }
total_is() { # WHAT EXPECTED DIRECTORY [BRANCH]
	got=$(total "$3" "${4-}" 2>/dev/null)
	if [ "$got" = "$2" ]; then ok "$1"; else not_ok "$1: $got, not $2"; fi
}

repo work
work=$PWD
cd ..
repo other
other=$PWD
cd ..
mkdir plain
projects=$HOME/.claude/projects
mkdir -p "$projects/w" "$projects/o" "$projects/n"
w=$projects/w/s1.jsonl
{ answer 1 s1 "$work" main 2026-11-10 99; answer 2 s1 "$work" main 2026-11-12 199; } >"$w"
answer 3 s2 "$other" main 2026-11-12 399 >"$projects/o/s2.jsonl"
answer 4 s3 "$HOME/plain" '' 2026-11-12 799 >"$projects/n/s3.jsonl"
echo '{"type":"assistant","message":{"usage":{torn' >>"$projects/n/s3.jsonl"
cd work || exit 99

# --- without a trace ------------------------------------------------------------
everything() { find "$HOME" -type f ! -name out ! -name err ! -name 'files.*' -exec cksum {} + | sort; }
everything >"$HOME/files.before"
run 0 "$TRACK_TOKENS" sync --dry-run
out_has main
[ ! -e "$state" ] && ok "a dry run makes no index" || not_ok "a dry run made $state"
everything >"$HOME/files.after"
check "nor anything else" diff "$HOME/files.before" "$HOME/files.after"
run 0 "$TRACK_TOKENS" sync --dry-run --json
check "but shows what would be" jq -e '.dry_run and .transcripts.files == 3 and
	(.branches | map(.tokens)) == [300] and .responses.new == 4' out

# --- one repository, and all -------------------------------------------------------
run 0 "$TRACK_TOKENS" sync --json
check "the JSON is as documented" jq -e '.version == 1 and (.dry_run | not)
	and .transcripts.files == 3 and .transcripts.read == 3 and .transcripts.lines == 5
	and (.transcripts.bytes | type) == "number" and .skipped["invalid JSON"] == 1
	and .responses == {total: 4, new: 4}
	and (.branches | length) == 1 and .total.tokens == 300
	and (.branches[0] | .branch == "main" and .tokens == 300 and .requests == 2
		and .usage.input == 298 and .usage.output == 2
		and .cost_nano_usd == {low: 1232000, high: 1232000}
		and .unpriced_tokens == 0 and .auxiliary_tokens == 0 and .web_searches == 0
		and .path != null)' out
total_is "this repository's ledger is written" 300 .
[ ! -e "$other/token_metrics" ] && ok "another repository's is not" || not_ok "the other ledger was written"
run 0 "$TRACK_TOKENS" sync --all --json
check "all of them, the directory that is none with a row of its own" jq -e '
	(.branches | map(.tokens) | sort) == [300, 400, 800] and .total.tokens == 1500
	and (.branches | map(select(.branch == null and .path == null) | .tokens)) == [800]' out
total_is "with --all, the other ledger too" 400 "$other"
run 0 "$TRACK_TOKENS" sync --since 2026-11-11 --json
check "--since shows less" jq -e '.total.tokens == 200' out
total_is "and takes nothing away" 300 .
run 64 "$TRACK_TOKENS" sync --since yesterday-ish
cd "$HOME/plain" || exit 99
run 0 "$TRACK_TOKENS" sync --all --json
check "outside of a repository, too" jq -e '.total.tokens == 1500' out
cd "$work" || exit 99

# --- files that do not stay as they were ----------------------------------------------
cp "$w" "$HOME/kept"
head -1 "$HOME/kept" >"$w"
run 0 "$TRACK_TOKENS" sync
total_is "a transcript that was cut short" 300 .
answer 5 s1 "$work" main 2026-11-13 49 >"$w"
run 0 "$TRACK_TOKENS" sync
total_is "one that was written anew" 350 .
{ cat "$HOME/kept"; answer 5 s1 "$work" main 2026-11-13 49; answer 6 s1 "$work" main 2026-11-13 9; } >"$w.new"
mv "$w.new" "$w"
run 0 "$TRACK_TOKENS" sync
total_is "one that was replaced" 360 .
rm "$w"
run 0 "$TRACK_TOKENS" sync
total_is "one that is gone" 360 .
printf '%s' "$(answer 7 s1 "$work" main 2026-11-14 4)" | head -c 120 >"$w"
run 0 "$TRACK_TOKENS" sync
answer 7 s1 "$work" main 2026-11-14 4 | tail -c +121 >>"$w"
run 0 "$TRACK_TOKENS" sync
total_is "a line that came in two pieces" 365 .
answer 7 s1 "$work" main 2026-11-14 14 >>"$w"
run 0 "$TRACK_TOKENS" sync
total_is "counters that grew since" 375 .
answer 7 s1 "$work" main 2026-11-14 1 >>"$w"
run 0 "$TRACK_TOKENS" sync
total_is "and are told smaller again" 375 .
chmod 000 "$w"
touch "$w"
run 0 "$TRACK_TOKENS" sync
total_is "one that may not be read" 375 .
chmod 600 "$w"
mkdir "$projects/w/s9.jsonl"
mkfifo "$projects/w/s8.jsonl"
run 0 timeout 10 "$TRACK_TOKENS" sync
total_is "a directory and a pipe in its place" 375 .
rm -r "$projects/w/s9.jsonl" "$projects/w/s8.jsonl"

# --- where it looks -------------------------------------------------------------------------
mkdir -p "$HOME/.config/claude/projects/x" "$HOME/c1/projects/x" "$HOME/c2/projects/x"
answer 11 s11 "$work" main 2026-11-15 999 >"$HOME/.config/claude/projects/x/s11.jsonl"
answer 12 s12 "$work" main 2026-11-15 1999 >"$HOME/c1/projects/x/s12.jsonl"
answer 13 s13 "$work" main 2026-11-15 2999 >"$HOME/c2/projects/x/s13.jsonl"
run 0 "$TRACK_TOKENS" sync
total_is "the client's directory below .config" 1375 .
run 0 env CLAUDE_CONFIG_DIR="$HOME/c1,$HOME/c2" "$TRACK_TOKENS" sync
total_is "CLAUDE_CONFIG_DIR names two" 6375 .
run 0 env CLAUDE_CONFIG_DIR="$HOME/nowhere" "$TRACK_TOKENS" sync
total_is "and one that is not there" 6375 .

# --- directories that are gone ------------------------------------------------------------------
cd "$HOME" || exit 99
git -C "$work" worktree add -q -b feature/linked "$HOME/linked"
answer 21 s21 "$HOME/linked" feature/linked 2026-11-16 69 >"$projects/w/s21.jsonl"
run 0 "$TRACK_TOKENS" -C "$work" sync
total_is "a linked worktree" 70 "$work" feature%2Flinked
rm -rf "$HOME/linked"
answer 22 s21 "$HOME/linked" feature/linked 2026-11-16 29 >>"$projects/w/s21.jsonl"
run 0 "$TRACK_TOKENS" -C "$work" sync
total_is "goes on when it is deleted" 100 "$work" feature%2Flinked
answer 23 s23 "$work/deep/down" main 2026-11-16 0 >"$projects/w/s23.jsonl"
run 0 "$TRACK_TOKENS" -C "$work" sync
total_is "a directory below the repository that was deleted" 6376 "$work"

# --- content that means harm ------------------------------------------------------------------------
evil='\u001b]0;owned\u0007<script>$(touch pwned)`touch pwned`|; rm -rf x\n| a | b |'
printf '{"type":"assistant","message":{"id":"%s","model":"%s","usage":{"input_tokens":5,"output_tokens":1}},"timestamp":"2026-11-16T10:00:00Z","sessionId":"%s","cwd":"%s","gitBranch":"%s"}\n' \
	"$evil" "$evil" "$evil" "$work" "$evil" >"$projects/w/evil.jsonl"
answer 31 "../../../etc/passwd" "/../../$work/../work" "../../../../pwned" 2026-11-16 4 >>"$projects/w/evil.jsonl"
answer 32 s32 "relative/dir" main 2026-11-16 4 >>"$projects/w/evil.jsonl"
answer 33 s33 "" main 2026-11-16 4 >>"$projects/w/evil.jsonl"
run 0 "$TRACK_TOKENS" -C "$work" sync --all
if LC_ALL=C grep -q "$(printf '[\033\007]')" out; then not_ok "control characters reach the terminal" out; else ok "no control characters reach the terminal"; fi
run 0 "$TRACK_TOKENS" -C "$work" sync --all --json
check "the JSON is JSON" jq -e .total out
[ -z "$(find "$HOME" -name '*pwned*' -not -path '*/local_tracking/*')" ] && ok "and nothing was run or written elsewhere" || not_ok "pwned"
check "every row adds up to the total" jq -e '(.branches | map(.tokens) | add) == .total.tokens' out
run 0 "$TRACK_TOKENS" -C "$work" show --all
finish
