/* SPDX-License-Identifier: MIT */
#include "base/cleanup.h"
#include "report/escape.h"
#include "report/html_report.h"

/* Digits of the sans-serif fonts that browsers have are about this wide at 11 pixels. */
enum { DIGIT_WIDTH = 7, PADDING = 12, LABEL_WIDTH = 84 };

static int characters(const char *text)
{
	int count = 0;

	for (const char *at = text; *at; at++)
		count += (*at & 0xc0) != 0x80;
	return count;
}

void report_badge(struct strbuf *out, const struct rollup_total *total)
{
	_cleanup_(strbuf_release) struct strbuf cost = STRBUF_INIT, text = STRBUF_INIT;
	int width;

	report_cost(&cost, &total->cost, total->tokens, REPORT_UTF8);
	escape_html(&text, cost.buf);
	width = characters(cost.buf) * DIGIT_WIDTH + PADDING;
	strbuf_addf(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"20\" role=\"img\" "
		"aria-label=\"Claude usage: %s\"><title>Claude usage: %s</title>"
		"<rect width=\"%d\" height=\"20\" fill=\"#444\"/>"
		"<rect x=\"%d\" width=\"%d\" height=\"20\" fill=\"#0b5cad\"/>"
		"<g fill=\"#fff\" font-family=\"Verdana,sans-serif\" font-size=\"11\" "
		"text-anchor=\"middle\"><text x=\"%d\" y=\"14\">Claude usage</text>"
		"<text x=\"%d\" y=\"14\">%s</text></g></svg>\n",
		LABEL_WIDTH + width, text.buf, text.buf, LABEL_WIDTH, LABEL_WIDTH, width,
		LABEL_WIDTH / 2, LABEL_WIDTH + width / 2, text.buf);
}
