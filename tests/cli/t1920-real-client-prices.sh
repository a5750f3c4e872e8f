#!/bin/sh
# SPDX-License-Identifier: MIT
# What the real client charges for: whatever the API puts into an answer, the ledgers
# hold the tokens and the nano-dollars that the client itself counts.
. "$(dirname "$0")/../client/client.sh"

# claimed <what> <name>: tokens and cost by model equal the client's modelUsage
claimed() {
	jq -r ".modelUsage | to_entries[] | .value as \$v | [.key, \$v.inputTokens, \$v.outputTokens,
		\$v.cacheReadInputTokens, \$v.cacheCreationInputTokens, \$v.webSearchRequests,
		(\$v.costUSD | $nano)] | @tsv" "$api/$2.json" | sort >truth
	jq -r ".sessions[] | select((.void | not) and .session_id == \"$(session_of "$2")\")
		| [.model, .usage.input, .usage.output, .usage.cache_read,
			.usage.cache_write_5m + .usage.cache_write_1h, .web_searches,
			.cost_nano_usd] | @tsv" token_metrics/local_tracking/tokens_*.json |
		awk -F'\t' '{ keys[$1]; for (i = 2; i <= 7; i++) sum[$1, i] += $i }
		END { for (k in keys) { printf "%s", k
			for (i = 2; i <= 7; i++) printf "\t%d", sum[k, i]
			print "" } }' | sort >found
	check "$1" diff truth found
	rm -f truth found
}

repo work
init

usage() { printf '{"usage":{%s}}' "$1"; }
counts='"input_tokens":1000,"output_tokens":700,"cache_read_input_tokens":20000'
script "$(usage "$counts,\"server_tool_use\":{\"web_search_requests\":3,\"web_fetch_requests\":1}")"
claude web -p "search"
claimed "web searches" web

script "$(usage "$counts,\"inference_geo\":\"us\"")"
claude geo -p "say hi"
claimed "inference in the US" geo

script "$(usage "$counts,\"speed\":\"fast\"")"
claude fast -p "say hi"
claimed "fast mode" fast

script "$(usage '"input_tokens":2000,"output_tokens":700,"cache_read_input_tokens":99000')" \
	"$(usage '"input_tokens":1000,"output_tokens":700,"cache_read_input_tokens":99000')"
claude long -p "say hi" --model claude-haiku-5-5
claude long -p "go on" --model claude-haiku-5-5 --resume "$(session_of long)"
claimed "a long prompt, and one of just 100,000" long

script "$(usage "$counts,\"cache_creation_input_tokens\":900,\"cache_creation\":{
	\"ephemeral_5m_input_tokens\":100,\"ephemeral_1h_input_tokens\":300}")"
claude rest -p "say hi"
claimed "cache writes of which not all are explained" rest

part='"input_tokens":1000,"cache_read_input_tokens":70000,"cache_creation_input_tokens":0'
script "$(usage "\"input_tokens\":2000,\"output_tokens\":700,\"cache_read_input_tokens\":140000,
	\"iterations\":[{\"type\":\"message\",$part,\"output_tokens\":300},
		{\"type\":\"message\",$part,\"output_tokens\":400}]")"
claude parts -p "say hi" --model claude-haiku-5-5
claimed "an answer in two parts, each with a short prompt" parts

script "$(usage "$counts,\"iterations\":[{\"type\":\"message\",$counts,\"cache_creation_input_tokens\":0},
	{\"type\":\"advisor_message\",\"model\":\"claude-opus-5\",\"input_tokens\":3000,\"output_tokens\":90,
		\"cache_read_input_tokens\":0,\"cache_creation_input_tokens\":0}]")"
claude advice -p "say hi" --model claude-sonnet-5-5
claimed "an advisor of another model" advice

script "$(usage "$counts,\"iterations\":[{\"type\":\"compaction\",\"input_tokens\":30000,
	\"output_tokens\":900,\"cache_read_input_tokens\":0,\"cache_creation_input_tokens\":0},
	{\"type\":\"message\",$counts,\"cache_creation_input_tokens\":0}]")"
claude compaction -p "say hi"
# The API bills it, and says so; the client's own total leaves it out.
jq '.modelUsage["claude-opus-5-5"] |= (.inputTokens += 30000 | .outputTokens += 900 |
	.costUSD += 0.138)' "$api/compaction.json" >"$api/billed.json"
claimed "a compaction inside of an answer" billed

script "$(reply 41)" "$(reply 42)"
claude compact -p "say hi"
claude compact -p "/compact" --resume "$(session_of compact)"
claimed "a compaction that no transcript tells of" compact
script "$(reply 43)"
claude compact -p "go on" --resume "$(session_of compact)"
claimed "after the compaction" compact
finish
