/* SPDX-License-Identifier: MIT */
#ifndef CORPUS_LINES_H
#define CORPUS_LINES_H

#include "base/instant.h"
#include "corpus_text.h"
#include "corpus_truth.h"

/* The lines of a transcript. */

/* What stands at the end of a line */
struct envelope {
	const char *cwd, *session, *branch; /* branch: as the line says */
	const char *made_by;		    /* requestSessionId, or NULL */
	bool sidechain, other_request;
};

/* One answer of the API: how it is told is chosen once, so that a copy says the same. */
struct answer {
	uint64_t serial;
	int64_t ms;
	const char *branch;
	int model, blocks;
	bool fast, us, advisor, sidechain;
	struct sums sums, advice; /* the advisor is OPUS */
};

static const char *line_end = "\n";

static inline void add_end(
	struct strbuf *out, const struct envelope *e, uint64_t serial, int64_t ms)
{
	char when[INSTANT_TEXT];

	instant_format(when, (struct instant){ ms });
	strbuf_addstr(out, "\"uuid\":\"");
	add_uuid(out, serial);
	strbuf_addf(out, "\",\"timestamp\":\"%s\",\"userType\":\"external\",\"entrypoint\":\"cli\"",
		when);
	if (e->made_by)
		strbuf_addf(out, ",\"requestSessionId\":\"%s\"", e->made_by);
	strbuf_addf(out, ",\"cwd\":\"%s\",\"sessionId\":\"%s\",\"version\":\"2.1.330\"", e->cwd,
		e->session);
	strbuf_addf(out, ",\"gitBranch\":\"%s\"}%s", e->branch, line_end);
}

static inline void add_cache(struct strbuf *out, const struct sums *s, uint64_t how)
{
	int64_t total = s->tokens[CACHE_5M] + s->tokens[CACHE_1H];

	strbuf_addf(out, "\"cache_creation_input_tokens\":%" PRId64, how % 7 == 0 ? 0 : total);
	if (s->tokens[CACHE_1H] == 0 && how % 7 == 1)
		strbuf_addstr(out, ",\"cache_creation\":null");
	else if (s->tokens[CACHE_1H] != 0 || how % 7 != 2)
		strbuf_addf(out,
			",\"cache_creation\":{\"ephemeral_1h_input_tokens\":%" PRId64
			",\"ephemeral_5m_input_tokens\":%" PRId64 "}",
			s->tokens[CACHE_1H], s->tokens[CACHE_5M]);
}

static inline void add_counts(
	struct strbuf *out, const struct sums *s, int64_t output, uint64_t how)
{
	strbuf_addf(out, "\"input_tokens\":%" PRId64 ",", s->tokens[INPUT]);
	add_cache(out, s, how);
	if (s->tokens[CACHE_READ] == 0 && how % 3 == 0)
		strbuf_addstr(out, ",\"cache_read_input_tokens\":null");
	else
		strbuf_addf(out, ",\"cache_read_input_tokens\":%" PRId64, s->tokens[CACHE_READ]);
	strbuf_addf(out, ",\"output_tokens\":%" PRId64, output);
}

static inline void add_iterations(struct strbuf *out, const struct answer *a)
{
	if (!a->advisor) {
		strbuf_addstr(out, a->serial % 2 ? ",\"iterations\":null" : ",\"iterations\":[]");
		return;
	}
	strbuf_addstr(out, ",\"iterations\":[{\"type\":\"message\",");
	add_counts(out, &a->sums, a->sums.tokens[OUTPUT], a->serial);
	strbuf_addf(
		out, "},{\"type\":\"advisor_message\",\"model\":\"%s\",", corpus_models[OPUS].name);
	add_counts(out, &a->advice, a->advice.tokens[OUTPUT], 3);
	strbuf_addstr(out, "}]");
}

static inline void add_usage(struct strbuf *out, const struct answer *a, int block)
{
	bool last = block == a->blocks - 1;
	int64_t output = a->sums.tokens[OUTPUT];

	/* Counters grow, or are final from the first block on. */
	if (!last && a->serial % 4 != 0)
		output = 1 + output * block / a->blocks;
	strbuf_addstr(out, "\"usage\":{");
	add_counts(out, &a->sums, output, a->serial);
	if (a->sums.web_searches)
		strbuf_addf(out,
			",\"server_tool_use\":{\"web_search_requests\":%" PRId64
			",\"web_fetch_requests\":0}",
			a->sums.web_searches);
	else
		strbuf_addstr(out, a->serial % 5 ? "" : ",\"server_tool_use\":null");
	strbuf_addf(out, ",\"service_tier\":%s,\"inference_geo\":\"%s\"",
		a->serial % 9 ? "\"standard\"" : "null", a->us ? "us" : "not_available");
	if (last)
		add_iterations(out, a);
	if (a->fast || a->serial % 8)
		strbuf_addf(out, ",\"speed\":\"%s\"", a->fast ? "fast" : "standard");
	strbuf_addstr(out, "}");
}

static inline int64_t text_length(void)
{
	int64_t dice = random_between(0, 999);

	if (dice < 600)
		return random_between(40, 3000);
	if (dice < 880)
		return random_between(2000, 10000);
	if (dice < 998)
		return random_between(8000, 40000);
	return random_between(100000, 400000);
}

static inline void add_message(struct strbuf *out, const struct answer *a, int block)
{
	bool last = block == a->blocks - 1;

	strbuf_addf(out,
		"\"message\":{\"id\":\"msg_01%016llx\",\"type\":\"message\","
		"\"role\":\"assistant\",\"model\":\"%s\",\"content\":[",
		(unsigned long long)a->serial, corpus_models[a->model].name);
	if (block > 0)
		strbuf_addf(out,
			"{\"type\":\"tool_use\",\"id\":\"toolu_%llx_%d\",\"name\":\"Bash\","
			"\"input\":{\"id\":null,\"model\":null,\"command\":\"",
			(unsigned long long)a->serial, block);
	else
		strbuf_addstr(out, "{\"type\":\"text\",\"text\":\"");
	add_prose(out, random_one_in(1500) ? text_length() * 4 : random_between(64, 2200));
	strbuf_addf(out, "\"%s}],\"stop_reason\":%s,\"stop_sequence\":null,", block > 0 ? "}" : "",
		last ? "\"end_turn\"" : "null");
	add_usage(out, a, block);
	strbuf_addstr(out, "},");
}

/* One line for each block of content */
static inline void add_block(
	struct strbuf *out, const struct answer *a, int block, const struct envelope *e)
{
	uint64_t serial = a->serial * 16 + (uint64_t)block;
	char parent[40] = "null";

	if (block > 0)
		(void)snprintf(parent, sizeof parent, "\"%llx\"", (unsigned long long)serial - 1);
	strbuf_addf(out, "{\"parentUuid\":%s,\"isSidechain\":%s,", parent,
		e->sidechain ? "true" : "false");
	if (a->serial % 3 == 0)
		strbuf_addstr(out, "\"type\":\"assistant\",");
	add_message(out, a, block);
	strbuf_addf(out, "\"apiBlockIndex\":%d,\"requestId\":\"req_%s%llx\",", block,
		e->other_request ? "again_" : "", (unsigned long long)a->serial);
	if (a->serial % 3 != 0)
		strbuf_addstr(out, "\"type\":\"assistant\",");
	add_end(out, e, serial, a->ms + block * 700);
}

static inline void add_tool_result(
	struct strbuf *out, const struct answer *a, const struct envelope *e, bool trap)
{
	strbuf_addf(out,
		"{\"isSidechain\":%s,\"type\":\"user\",\"message\":{\"role\":\"user\","
		"\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"toolu_%llx_1\","
		"\"content\":\"",
		e->sidechain ? "true" : "false", (unsigned long long)a->serial);
	add_prose(out, text_length());
	strbuf_addstr(out, "\"}]},\"toolUseResult\":{");
	if (trap)
		strbuf_addstr(out, "\"status\":\"completed\",\"totalTokens\":777777,"
				   "\"usage\":{\"input_tokens\":700000,\"output_tokens\":77777}");
	else
		strbuf_addstr(out, "\"stdout\":\"\",\"interrupted\":false");
	strbuf_addstr(out, "},");
	add_end(out, e, a->serial * 16 + 12, a->ms + 900);
}

static inline void add_synthetic(struct strbuf *out, const struct envelope *e, int64_t ms)
{
	strbuf_addstr(
		out, "{\"type\":\"assistant\",\"isApiErrorMessage\":true,\"message\":{\"id\":\"");
	add_uuid(out, random_next());
	strbuf_addstr(out, "\",\"model\":\"<synthetic>\",\"role\":\"assistant\",\"content\":[],"
			   "\"usage\":{\"input_tokens\":0,\"output_tokens\":0,"
			   "\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":0,"
			   "\"speed\":null}},");
	add_end(out, e, random_next(), ms);
}

/* Lines that are no JSON, and must not be counted */
static inline void add_damage(struct strbuf *out, const struct envelope *e, int64_t ms)
{
	struct answer lost = { .serial = random_next(), .ms = ms, .blocks = 1, .model = OPUS };
	size_t begin = out->len;

	lost.sums.tokens[INPUT] = 5000000;
	lost.sums.tokens[OUTPUT] = 5000000;
	switch (random_between(0, 3)) {
	case 0: /* torn */
		add_block(out, &lost, 0, e);
		strbuf_setlen(out, out->len - (size_t)random_between(3, 200));
		strbuf_addstr(out, line_end);
		break;
	case 1: /* what a full disk leaves behind */
		add_block(out, &lost, 0, e);
		memset(out->buf + begin + 20, 0, 30);
		break;
	case 2:
		strbuf_addstr(out, line_end);
		break;
	default:
		strbuf_addf(out, "}{ not json%s", line_end);
	}
}

static inline void add_client_total(struct strbuf *out, int model, const struct sums *s)
{
	strbuf_addf(out,
		"\"%s\":{\"inputTokens\":%" PRId64 ",\"outputTokens\":%" PRId64
		",\"thinkingTokens\":0,\"cacheReadInputTokens\":%" PRId64
		",\"cacheCreationInputTokens\":%" PRId64,
		corpus_models[model].name, s->tokens[INPUT], s->tokens[OUTPUT],
		s->tokens[CACHE_READ], s->tokens[CACHE_5M] + s->tokens[CACHE_1H]);
	strbuf_addf(out,
		",\"cacheCreationEphemeral5mInputTokens\":%" PRId64
		",\"cacheCreationEphemeral1hInputTokens\":%" PRId64
		",\"webSearchRequests\":%" PRId64 ",\"costUSD\":%" PRId64 ".%09" PRId64 "}",
		s->tokens[CACHE_5M], s->tokens[CACHE_1H], s->web_searches, s->nano_usd / 1000000000,
		s->nano_usd % 1000000000);
}

#endif
