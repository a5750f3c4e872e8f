/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/sha256.h"
#include "html_chart.h"
#include "phrases.h"
#include "report/escape.h"
#include "usage_table.h"

enum { NANO_PLACES = 9 };

/* The colours have at least three times the contrast of what is behind them. */
static const char style[] =
	":root{color-scheme:light dark;--bg:#fff;--fg:#1a1a1a;--soft:#555;--line:#ccc;--m0:#1f6feb;"
	"--m1:#b45309;--m2:#0f766e;--m3:#9333ea;--m4:#be123c;--m5:#4d7c0f;--m6:#64748b}"
	"@media(prefers-color-scheme:dark){:root{--bg:#111827;--fg:#e5e7eb;--soft:#a3acb9;"
	"--line:#374151;--m0:#6ea8fe;--m1:#fbbf24;--m2:#2dd4bf;--m3:#c084fc;--m4:#fb7185;"
	"--m5:#a3e635;--m6:#94a3b8}}"
	"body{margin:0 auto;padding:1rem;max-width:60rem;background:var(--bg);color:var(--fg);"
	"font:16px/1.5 system-ui,sans-serif}h1{font-size:1.6rem;margin:.5rem 0}"
	"h2{margin:2rem 0 .5rem;font-size:1.25rem}p,figcaption,dt{color:var(--soft)}"
	"dl{display:flex;flex-wrap:wrap;gap:.5rem 2rem;margin:1rem 0}dd{margin:0;"
	"font-size:1.3rem;font-weight:600}figure{margin:1rem 0 .5rem}.wide{overflow-x:auto}"
	".wide svg{display:block;width:100%;min-width:36rem;height:auto}"
	"p,li{overflow-wrap:anywhere}text{fill:var(--fg);font-size:130px}.grid{stroke:var(--line);"
	"stroke-width:8}"
	".sum{fill:none;stroke:var(--m0);stroke-width:25}.budget{stroke:var(--m4);"
	"stroke-width:20;stroke-dasharray:80 50}.m0{fill:var(--m0)}.m1{fill:var(--m1)}"
	".m2{fill:var(--m2)}.m3{fill:var(--m3)}.m4{fill:var(--m4)}.m5{fill:var(--m5)}"
	".m6{fill:var(--m6)}.legend{list-style:none;padding:0;display:flex;flex-wrap:wrap;"
	"gap:.25rem 1rem}.legend svg{width:.8em;height:.8em}"
	"table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}"
	"caption{text-align:left;color:var(--soft);padding:.25rem 0}"
	"th,td{padding:.25rem .5rem;border-bottom:1px solid var(--line);text-align:right;"
	"white-space:nowrap}th:first-child{text-align:left;white-space:normal;"
	"overflow-wrap:anywhere;min-width:9rem}tbody th{font-weight:400}tfoot *{font-weight:600}"
	"th button{all:unset;cursor:pointer}th button:focus-visible{outline:2px solid}"
	"[aria-sort=ascending] button::after{content:' \\2191'}"
	"[aria-sort=descending] button::after{content:' \\2193'}"
	"@media print{:root{--bg:#fff;--fg:#000;--soft:#333;--line:#999}body{max-width:none;"
	"font-size:10pt}.wide{overflow:visible}.wide "
	"svg{min-width:0}figure,tr{break-inside:avoid}}";

static const char script[] =
	"for(const t of document.querySelectorAll('table')){[...t.tHead.rows[0].cells].forEach("
	"(c,i)=>{const b=document.createElement('button');b.type='button';"
	"b.textContent=c.textContent;c.replaceChildren(b);b.addEventListener('click',()=>{"
	"const up=c.ariaSort=='descending';for(const o of t.tHead.rows[0].cells)"
	"o.removeAttribute('aria-sort');c.ariaSort=up?'ascending':'descending';"
	"const k=r=>r.cells[i].dataset.v;const rows=[...t.tBodies[0].rows];"
	"rows.sort((x,y)=>(i?k(x)-k(y):x.cells[0].textContent<y.cells[0].textContent?-1:1)*"
	"(up?1:-1));t.tBodies[0].append(...rows)})})}";

/* --- the content security policy --------------------------------------------------------- */

static int hex_value(char c)
{
	return c <= '9' ? c - '0' : c - 'a' + 10;
}

/* 'sha256-<Base64>' of what is between the tags. */
static void add_hash(struct strbuf *out, const char *text, size_t len)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char hex[SHA256_TEXT + 2];

	sha256_hex(hex, text, len);
	hex[SHA256_TEXT - 1] = hex[SHA256_TEXT] = '0'; /* 258 bits: 43 letters */
	strbuf_addstr(out, "'sha256-");
	for (int i = 0; i + 3 <= SHA256_TEXT + 1; i += 3) {
		int bits =
			hex_value(hex[i]) << 8 | hex_value(hex[i + 1]) << 4 | hex_value(hex[i + 2]);

		strbuf_addch(out, letters[bits >> 6]);
		if (i + 1 < SHA256_TEXT - 1)
			strbuf_addch(out, letters[bits & 63]);
	}
	strbuf_addstr(out, "='");
}

static void add_head(struct strbuf *out, const struct html_report *report)
{
	strbuf_addstr(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
			   "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "
			   "'none'; base-uri 'none'; form-action 'none'; style-src ");
	add_hash(out, style, sizeof style - 1);
	strbuf_addstr(out, "; script-src ");
	add_hash(out, script, sizeof script - 1);
	strbuf_addstr(out, "\">\n<meta name=\"viewport\" content=\"width=device-width, "
			   "initial-scale=1\">\n<meta name=\"referrer\" content=\"no-referrer\">\n"
			   "<title>Claude usage");
	if (report->scope) {
		strbuf_addstr(out, ": ");
		escape_html(out, report->scope);
	}
	strbuf_addf(out, "</title>\n<style>%s</style>\n</head>\n<body>\n<main>\n", style);
}

/* --- totals ---------------------------------------------------------------------------------- */

static void add_count_text(struct strbuf *out, int64_t count)
{
	const struct pen pen = { .out = out, .glyphs = REPORT_UTF8 };

	pen_count(&pen, count);
}

/* "<$0.0001" is one, too. */
static void add_cost(struct strbuf *out, const struct rollup_total *total)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;

	report_cost(&text, &total->cost, total->tokens, REPORT_UTF8);
	escape_html(out, text.buf);
}

static void add_fact(struct strbuf *out, const char *name, int64_t count)
{
	strbuf_addf(out, "<div><dt>%s</dt><dd>", name);
	add_count_text(out, count);
	strbuf_addstr(out, "</dd></div>\n");
}

static void add_totals(struct strbuf *out, const struct html_report *report)
{
	const struct rollup_total *all = &report->totals->all;
	char now[INSTANT_TEXT];

	instant_format_local(now, report->now);
	strbuf_addstr(out, "<h1>Claude usage</h1>\n<p>");
	escape_html(out, report->scope ? report->scope : "All time");
	strbuf_addf(out, "; written %s.</p>\n<dl>\n<div><dt>Cost</dt><dd>", now);
	add_cost(out, all);
	strbuf_addstr(out, "</dd></div>\n");
	add_fact(out, "Tokens", all->tokens);
	add_fact(out, "Sessions", report->sessions);
	add_fact(out, "Answers", all->requests);
	strbuf_addstr(out, "</dl>\n");
}

/* --- tables
 * --------------------------------------------------------------------------------------- */

static void add_count(struct strbuf *out, int64_t count)
{
	strbuf_addf(out, "<td data-v=\"%" PRId64 "\">", count);
	add_count_text(out, count);
	strbuf_addstr(out, "</td>");
}

static void add_figures(struct strbuf *out, const struct rollup_total *t, int64_t sessions)
{
	add_count(out, sessions);
	add_count(out, t->usage.input);
	add_count(out, t->usage.output);
	add_count(out, usage_cache_written(t) + t->usage.cache_read);
	add_count(out, t->tokens);
	strbuf_addstr(out, "<td data-v=\"");
	money_add_text(out, t->cost.high, NANO_PLACES);
	strbuf_addstr(out, "\">");
	add_cost(out, t);
	strbuf_addstr(out, "</td></tr>\n");
}

static void add_table(struct strbuf *out, const struct report_usage *usage, const char *caption)
{
	strbuf_addf(out,
		"<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"Table: %s\">"
		"<table>\n<caption>%s</caption>\n<thead><tr><th scope=\"col\">%s</th>",
		caption, caption, usage->key_title);
	strbuf_addstr(out, "<th scope=\"col\">Sessions</th><th scope=\"col\">Input</th>"
			   "<th scope=\"col\">Output</th><th scope=\"col\">Cache</th>"
			   "<th scope=\"col\">Total</th><th scope=\"col\">Cost</th></tr></thead>\n"
			   "<tbody>\n");
	for (size_t i = 0; i < usage->count; i++) {
		strbuf_addstr(out, "<tr><th scope=\"row\">");
		escape_html(out, usage_group_name(&usage->groups[i]));
		strbuf_addstr(out, "</th>");
		add_figures(out, usage->groups[i].total, usage->groups[i].total->sessions);
	}
	strbuf_addstr(out, "</tbody>\n<tfoot><tr><th scope=\"row\">Total</th>");
	add_figures(out, &usage->totals->all, usage->sessions);
	strbuf_addstr(out, "</tfoot>\n</table></div>\n");
}

static void add_part(struct strbuf *out, const struct html_report *report, enum html_part part)
{
	static const struct {
		const char *id, *heading, *chart;
		int days;
	} rows[] = {
		[HTML_DAYS] = { "days", "Days", "Cost per day", 1 },
		[HTML_WEEKS] = { "weeks", "Weeks", "Cost per week", 7 },
		[HTML_BRANCHES] = { "branches", "Branches", "Cost of the dearest branches", 0 },
		[HTML_MODELS] = { "models", "Models", NULL, 0 },
		[HTML_PROJECTS] = { "projects", "Projects", NULL, 0 },
	};
	const struct chart chart = { rows[part].id, rows[part].chart, report->parts[part],
		rows[part].days };
	const struct chart sum = { "sum", "Cost so far", report->parts[part], 1 };

	if (!report->parts[part])
		return;
	strbuf_addf(out, "<section>\n<h2>%s</h2>\n", rows[part].heading);
	if (rows[part].days)
		html_chart_bars(out, &chart);
	else if (rows[part].chart)
		html_chart_ranks(out, &chart);
	if (part == HTML_DAYS)
		html_chart_sum(out, &sum, report->has_budget ? &report->budget : NULL);
	add_table(out, report->parts[part], rows[part].heading);
	strbuf_addstr(out, "</section>\n");
}

/* --- the page -------------------------------------------------------------------------------- */

static void add_sentence(void *ctx, const char *sentence)
{
	strbuf_addstr(ctx, "<p>");
	escape_html(ctx, sentence);
	strbuf_addstr(ctx, "</p>\n");
}

static void add_remarks(struct strbuf *out, const struct html_report *report)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	const struct pen pen = { .out = &text, .glyphs = REPORT_UTF8 };
	const struct report_usage usage = { .totals = report->totals, .prices = report->prices };

	strbuf_addstr(out, "<section>\n<h2>Remarks</h2>\n");
	usage_remarks(&usage, &pen, add_sentence, out);
	if (money_compare(report->totals->all.cost.low, report->totals->all.cost.high) != 0)
		add_sentence(out, "Charts show what it cost at most.");
	strbuf_addstr(out, "</section>\n");
}

void report_html(struct strbuf *out, const struct html_report *report)
{
	add_head(out, report);
	add_totals(out, report);
	if (report->totals->all.sessions) {
		for (int part = 0; part < HTML_PARTS; part++)
			add_part(out, report, (enum html_part)part);
		add_remarks(out, report);
	} else {
		add_sentence(out, USAGE_NOTHING);
	}
	strbuf_addf(out, "</main>\n<script>%s</script>\n</body>\n</html>\n", script);
}
