#!/bin/sh
# SPDX-License-Identifier: MIT
# The clipboard, for those who ask for it: estimates of conversations, each once; and the
# client's processes.  On a clock that runs 20 times as fast.
# shellcheck disable=SC2154 # from watch_case.sh
. "$(dirname "$0")/harness.sh"
. "$TESTS_DIR/support/watch_case.sh"
shim=$BUILD_DIR/faults/fastshim.so
[ "$(basename "$BUILD_DIR")" = release ] || skip_all "the clock is not to be preloaded beside others"
[ -r "$shim" ] || skip_all "needs Linux"
watch_case
mkdir bin bare
for name in sh cat git echo sleep; do ln -s "$(command -v $name)" bare/; done
printf '#!/bin/sh\necho >>%s/looks\nif [ -e %s/hang ]; then exec sleep 300; fi\ncat %s/clip\n' \
	"$scratch" "$scratch" "$scratch" >bin/wl-paste
chmod +x bin/wl-paste
copy() { printf '%s' "$1" >clip.new && mv clip.new clip; }
# looked: it has looked twice since, so that it has seen what was copied
: >looks
looks() { wc -l <looks; }
looked() { [ "$(looks)" -ge "$wanted" ]; }
is_seen() {
	wanted=$(($(looks) + 2))
	comes "it looks" looked
}
estimated() { "$TRACK_TOKENS" -C repo show --json | jq -e ".total.tokens - 100 == $1" >/dev/null; }
watches() { # PATH
	PATH=$1 FAST=20 LD_PRELOAD=$shim "$TRACK_TOKENS" -C repo watch run -q --clipboard --processes &
	runner=$!
	comes "it has begun" runs
}

copy 'Human: an old conversation
Assistant: of before'
watches "$scratch/bin:$PATH"
comes "transcripts are taken" total_is 100
is_seen
copy 'milk, bread, eggs'
is_seen
talk='Human: what is a monad?
Assistant: A monoid in the category of endofunctors.'
copy "$talk"
# As many as estimate says, to the token
tokens=$("$TRACK_TOKENS" estimate --json --text-input "$talk" | jq .tokens)
comes "a conversation that is copied is estimated" estimated "$tokens"
copy 'something else'
is_seen
copy "$talk"
is_seen
check "the same text counts once; others do not count" estimated "$tokens"
run 0 "$TRACK_TOKENS" -C repo show --json
check "it is marked as an estimate" \
	sh -c "jq -e '[.. | objects | select(.kind? == \"estimated\")] | length == 1' out"
check "no text is kept" sh -c "! grep -rqE 'monad|monoid' '$state' repo"
status '.watcher.estimates == 1 and .watcher.clients >= 0' && ok "status tells of it" || not_ok "status"
touch hang
hangs() { status '.watcher.sources[] | select(.name == "clipboard").trouble | contains("does not answer")'; }
comes "a clipboard that does not answer is told of" hangs
answer 2 s1 99 >>"$projects/p/s1.jsonl"
grows() { estimated $((tokens + 100)); }
comes "and holds up nothing" grows
rm hang
heals() { status '.watcher.sources[] | select(.name == "clipboard").trouble == null'; }
comes "until it does" heals
run 0 "$TRACK_TOKENS" watch stop
wait $runner
watches "$scratch/bare"
none() { status '.watcher.sources[] | select(.name == "clipboard").trouble | contains("install wl-clipboard")'; }
comes "where nothing reads it that is told" none
run 0 "$TRACK_TOKENS" watch stop
wait $runner

# --- processes -------------------------------------------------------------------------------
ln -s "$(command -v sleep)" claude
PATH=$scratch/bin:$PATH
watches "$PATH"
# Others may run here, and come and go: it is their number at that moment.
running() {
	for words in /proc/[0-9]*/cmdline; do
		tr '\0' '\n' 2>/dev/null <"$words" | head -n 2 | grep -E '(^|/)claude$|/claude-code/' |
			head -n 1
	done 2>/dev/null | wc -l
}
counted() { status ".watcher.clients == $(running)"; }
counted_one() { status ".watcher.clients > 0" && counted; }
./claude 300 &
client=$!
comes "the client has begun" counted_one
kill $client
wait $client 2>/dev/null
comes "the client has ended" counted
run 0 "$TRACK_TOKENS" watch stop
wait $runner
finish
