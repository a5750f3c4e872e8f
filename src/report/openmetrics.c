/* SPDX-License-Identifier: MIT */
#include "report/openmetrics.h"

#include <inttypes.h>
#include <string.h>

#include "base/cleanup.h"
#include "report/escape.h"

enum { PICO_PLACES = 12 };

struct series { /* what a sample is about */
	const char *project, *branch, *model;
	const struct rollup_total *total;
};

struct family {
	const char *name; /* ends with _ and the unit */
	const char *help;
	void (*add)(struct strbuf *out, const struct family *family, const struct series *s);
};

/* --- samples ---------------------------------------------------------------------- */

static void add_label(struct strbuf *out, const char *name, const char *value)
{
	if (!value || !*value)
		return;
	strbuf_addf(out, "%s%s=\"", out->buf[out->len - 1] == '{' ? "" : ",", name);
	escape_metrics_label(out, value);
	strbuf_addch(out, '"');
}

static void begin_sample(struct strbuf *out, const struct family *family, const struct series *s)
{
	strbuf_addf(out, "%s_total{", family->name);
	add_label(out, "project", s->project);
	add_label(out, "branch", s->branch);
	add_label(out, "model", s->model);
}

static void end_labels(struct strbuf *out)
{
	if (out->buf[out->len - 1] == '{')
		strbuf_setlen(out, out->len - 1);
	else
		strbuf_addch(out, '}');
	strbuf_addch(out, ' ');
}

static void add_count(
	struct strbuf *out, const struct family *family, const struct series *s, int64_t count)
{
	begin_sample(out, family, s);
	end_labels(out);
	strbuf_addf(out, "%" PRId64 "\n", count);
}

static void add_tokens(struct strbuf *out, const struct family *family, const struct series *s)
{
	for (int kind = 0; kind < USAGE_KINDS; kind++) {
		begin_sample(out, family, s);
		add_label(out, "kind", usage_names[kind]);
		end_labels(out);
		strbuf_addf(out, "%" PRId64 "\n", usage_get(&s->total->usage, kind));
	}
}

static void add_dollars(
	struct strbuf *out, const struct family *family, const struct series *s, struct money cost)
{
	if (cost_is_unknown(&s->total->cost, s->total->tokens))
		return;
	begin_sample(out, family, s);
	end_labels(out);
	money_add_text(out, cost, PICO_PLACES);
	strbuf_addch(out, '\n');
}

static void add_cost(struct strbuf *out, const struct family *family, const struct series *s)
{
	add_dollars(out, family, s, s->total->cost.low);
}

static void add_cost_most(struct strbuf *out, const struct family *family, const struct series *s)
{
	add_dollars(out, family, s, s->total->cost.high);
}

static void add_unpriced(struct strbuf *out, const struct family *family, const struct series *s)
{
	add_count(out, family, s, s->total->cost.unpriced_tokens);
}

static void add_requests(struct strbuf *out, const struct family *family, const struct series *s)
{
	add_count(out, family, s, s->total->requests);
}

static void add_searches(struct strbuf *out, const struct family *family, const struct series *s)
{
	add_count(out, family, s, s->total->web_searches);
}

/* --- families ------------------------------------------------------------------------ */

static const struct family families[] = {
	{ "claude_tokens", "Tokens by kind.", add_tokens },
	{ "claude_cost_usd", "What the tokens cost at least, in US dollars.", add_cost },
	{ "claude_cost_most_usd",
		"What the tokens cost at most: more only where their kinds are not known.",
		add_cost_most },
	{ "claude_unpriced_tokens", "Tokens without a known price, which have no cost.",
		add_unpriced },
	{ "claude_requests", "Answers of the API.", add_requests },
	{ "claude_web_searches", "Web searches that the API made.", add_searches },
};

static void add_head(struct strbuf *out, const struct family *family, enum metrics_syntax syntax)
{
	const char *name = family->name;

	if (syntax == METRICS_PROMETHEUS) {
		strbuf_addf(out, "# HELP %s_total %s\n# TYPE %s_total counter\n", name,
			family->help, name);
		return;
	}
	strbuf_addf(out, "# TYPE %s counter\n# UNIT %s %s\n# HELP %s %s\n", name, name,
		strrchr(name, '_') + 1, name, family->help);
}

static void add_group(struct strbuf *out, const struct family *family,
	const struct report_usage *report, const struct report_usage_group *group)
{
	struct series s = {
		.project = group->project, .branch = group->branch, .total = group->total
	};

	if (!group->parts) {
		s.model = strcmp(report->report, "models") == 0 ? group->name : NULL;
		family->add(out, family, &s);
		return;
	}
	for (size_t i = 0; i < group->part_count; i++) {
		s.model = group->parts[i].name;
		s.total = group->parts[i].total;
		family->add(out, family, &s);
	}
}

void report_usage_metrics(
	struct strbuf *out, const struct report_usage *report, enum metrics_syntax syntax)
{
	for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
		add_head(out, &families[i], syntax);
		for (size_t g = 0; g < report->count; g++)
			add_group(out, &families[i], report, &report->groups[g]);
	}
	if (syntax == METRICS_OPENMETRICS)
		strbuf_addstr(out, "# EOF\n");
}
