/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../src/report/table.h"
#include "base/text.h"
#include "report/monitor.h"
#include "report_fixture.h"
#include "window_world.h"

/* A moment: a session of a week's work, a reported window and an assumed one. */
static struct fixture f;
static struct windows windows;
static struct monitor_change changes[8];
static struct monitor_view view;

static void add(const char *time, const char *project, struct usage usage, bool priced)
{
	struct monitor_change *c = &changes[view.change_count++];
	struct prices none = *f.prices;

	*c = (struct monitor_change){ .time = at(time),
		.session = "953809ed-e958-4a54-be9a-047e15e59dea",
		.project = project,
		.usage = usage };
	assert_true(usage_total(&c->tokens, &c->usage));
	none.count = priced ? none.count : 0;
	prices_cost(&c->cost, &none, "claude-opus-4-5", "standard", instant_utc_day(c->time),
		&c->usage, 0);
	cost_add(&view.rate.cost, &c->cost);
	view.rate.tokens += c->tokens;
}

static int begin_view(void **state)
{
	(void)begin(state);
	fixture_init(&f);
	use("2026-11-23T11:55:00Z", 12050, 20);
	use("2026-11-23T14:30:00Z", 1800000, 60000);
	report(WINDOW_FIVE_HOUR, 712, "2026-11-23T16:20:00Z", "2026-11-23T14:59:00Z");
	windows = look("2026-11-23T15:00:00Z");
	view = (struct monitor_view){ .now = at("2026-11-23T15:00:00Z"),
		.session = "953809ed-e958-4a54-be9a-047e15e59dea",
		.project = "/home/dev/code/app",
		.branch = "feature/login",
		.totals = f.totals,
		.rate = { .span_ms = 900000 },
		.windows = &windows,
		.changes = changes };
	add("2026-11-22T08:15:00Z", "/home/dev/code/lib", (struct usage){ .input = 5 }, true);
	add("2026-11-23T14:49:01Z", "/home/dev/code/app",
		(struct usage){ .input = 15, .output = 1200, .cache_read = 340141 }, true);
	add("2026-11-23T14:55:23Z", NULL, (struct usage){ .input = 3, .output = 9 }, false);
	add("2026-11-23T14:59:59Z", "/home/dev/code/app",
		(struct usage){ .input = 8, .output = 4096, .cache_write_1h = 12345 }, true);
	fixture_environment("C.UTF-8");
	return 0;
}

static int end_view(void **state)
{
	(void)state;
	fixture_release(&f);
	return 0;
}

static void assert_frame(const char *name, const struct report_style *style, int height)
{
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;

	report_monitor_frame(&out, &view, style, height);
	strbuf_addch(&out, '\n');
	assert_golden(name, &out);
}

static void monitor_frame__looks_like_the_golden_files(void **state)
{
	(void)state;
	assert_frame("monitor-80x24", &(struct report_style){ REPORT_UTF8, false, 80 }, 24);
	assert_frame("monitor-20x10", &(struct report_style){ REPORT_UTF8, false, 20 }, 10);
	assert_frame("monitor-200x50", &(struct report_style){ REPORT_UTF8, false, 200 }, 50);
	assert_frame("monitor-40x20", &(struct report_style){ REPORT_UTF8, false, 40 }, 20);
	view.note = "another command is reading the transcripts";
	assert_frame("monitor-colour", &(struct report_style){ REPORT_UTF8, true, 80 }, 24);
	fixture_environment("C");
	assert_frame("monitor-ascii", &(struct report_style){ REPORT_ASCII, false, 80 }, 24);
}

static void monitor_frame__says_that_there_is_nothing(void **state)
{
	(void)state;
	view.session = NULL;
	view.change_count = 0;
	assert_frame("monitor-empty", &(struct report_style){ REPORT_UTF8, false, 80 }, 24);
}

static void be_hostile(void)
{
	view.session = "\x1b[2J\x07\xff\xe6\x97\xa5\xe6\x9c\xac";
	view.project = "/\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\xf0\x9f\x92\xac\n\x1b]0;title\x07";
	view.branch = "\xe2\x80\xae"
		      "evil\r\n\t";
	view.scope = "\xf0\x9f\x92\xac\xf0\x9f\x92\xac\xf0\x9f\x92\xac";
	view.note = "no '\x1b[31m'";
	for (size_t i = 0; i < view.change_count; i++)
		changes[i].project = view.project;
}

static void monitor_frame__shows_hostile_names_without_obeying_them(void **state)
{
	(void)state;
	be_hostile();
	assert_frame("monitor-hostile", &(struct report_style){ REPORT_UTF8, false, 80 }, 24);
}

static void assert_fits(const struct strbuf *frame, int width, int height)
{
	const char *line = frame->buf;
	int lines = 0;

	for (const char *at = line; *at; at++)
		assert_true(*at == '\n' || (unsigned char)*at >= ' ');
	while (line) {
		size_t len = strcspn(line, "\n");

		lines++;
		if (text_columns(line, len) > width || !utf8_is_valid(line, len))
			fail_msg("%dx%d: '%.*s'", width, height, (int)len, line);
		line = line[len] ? line + len + 1 : NULL;
	}
	if (lines > height)
		fail_msg("%dx%d: %d lines", width, height, lines);
}

static void monitor_frame__fits_every_screen(void **state)
{
	(void)state;
	for (int hostile = 0; hostile < 2; hostile++) {
		for (int width = 1; width < 130; width++)
			for (int height = 1; height < 40; height++) {
				_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;
				const struct report_style style = { REPORT_UTF8, false, width };

				report_monitor_frame(&out, &view, &style, height);
				assert_fits(&out, width, height);
			}
		be_hostile();
	}
}

static void monitor_frame__cuts_no_character_where_it_is_coloured(void **state)
{
	(void)state;
	for (int width = 1; width < 100; width++) {
		_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;
		const struct report_style style = { REPORT_UTF8, true, width };

		report_monitor_frame(&out, &view, &style, 24);
		assert_true(utf8_is_valid(out.buf, out.len));
	}
}

static void monitor_frame__says_when_a_window_will_be_full(void **state)
{
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;
	const struct report_style style = { REPORT_ASCII, false, 100 };

	(void)state;
	/* 71.2 % in 3h40m: the rest in 1h28m, and it ends in 1h20m. */
	report_monitor_frame(&out, &view, &style, 30);
	assert_null(strstr(out.buf, "full in"));
	report(WINDOW_FIVE_HOUR, 800, "2026-11-23T16:20:00Z", "2026-11-23T14:59:00Z");
	windows = look("2026-11-23T15:00:00Z");
	strbuf_reset(&out);
	report_monitor_frame(&out, &view, &style, 30);
	assert_non_null(strstr(out.buf, "80.0%  1h20m left  reported  full in 55m"));
}

/* --- lines ------------------------------------------------------------------------------- */

static const struct report_style plain = { REPORT_UTF8, false, 0 };

/* The sample in the earlier tracker's documentation, figure for figure, and what it left
 * out: cache reads. */
static void monitor_lines__are_as_documented(void **state)
{
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;
	struct rollup totals = { .all = { .usage = { .input = 17015,
						  .output = 1647,
						  .cache_read = 2596523,
						  .cache_write_5m = 97000,
						  .cache_write_1h = 353 },
					 .tokens = 2712538 } };
	struct monitor_change change = { .time = at("2026-11-23T13:55:23Z"),
		.session = "b55aa152-1111-2222-3333-444444444444",
		.project = "/Users/user/Code/claude-token-tracker",
		.usage = { .input = 15 },
		.tokens = 15 };

	(void)state;
	totals.all.cost.low = totals.all.cost.high = money_from_nano(480625000);
	change.cost.low = change.cost.high = money_from_nano(45000);
	view.session = change.session;
	view.project = change.project;
	view.totals = &totals;
	report_monitor_banner(&out, &plain);
	report_monitor_session(&out, &view, &plain);
	report_monitor_polling(&out, 1000);
	report_monitor_change(&out, &change, &plain);
	assert_string_equal(out.buf,
		"\xf0\x9f\x94\x8d REAL-TIME TOKEN MONITOR\n"
		"\n"
		"\xf0\x9f\x94\x8d Monitoring session in claude-token-tracker\n"
		"   Session: b55aa152...\n"
		"   Current: 17,015/1,647/97,353 tokens, and 2,596,523 read from the cache\n"
		"   Cost: $0.480625\n"
		"\n"
		"Polling every 1000ms for changes...\n"
		"\n"
		"\xf0\x9f\x92\xac Token change in claude-token-tracker [1:55:23 PM]\n"
		"   Session: b55aa152...\n"
		"   Input: +15\n"
		"   Output: +0\n"
		"   Cache Creation: +0\n"
		"   Cache Read: +0\n"
		"   Cost: +$0.000045\n");
}

static void monitor_lines__tell_less_and_unpriced_as_such(void **state)
{
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;
	struct monitor_change change = { .time = at("2026-11-23T00:05:00Z"),
		.session = "short",
		.usage = { .output = -3 },
		.tokens = -3 };
	const struct report_style ascii = { REPORT_ASCII, false, 0 };

	(void)state;
	change.cost.low = change.cost.high = money_from_nano(-45000);
	report_monitor_change(&out, &change, &ascii);
	assert_non_null(strstr(out.buf, "Token change in (no repository) [12:05:00 AM]\n"));
	assert_non_null(strstr(out.buf, "   Session: short\n   Input: +0\n   Output: -3\n"));
	assert_non_null(strstr(out.buf, "   Cost: -$0.000045\n"));
	strbuf_reset(&out);
	change = changes[2];
	report_monitor_change(&out, &change, &ascii);
	assert_non_null(strstr(out.buf, "   Cost: unpriced\n"));
}

static void monitor_lines__say_that_there_is_nothing(void **state)
{
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;

	(void)state;
	view.session = NULL;
	report_monitor_session(&out, &view, &plain);
	assert_string_equal(out.buf, "No data found: nothing was captured yet\n\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin_view, end_view)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(monitor_frame__looks_like_the_golden_files),
		TEST(monitor_frame__says_that_there_is_nothing),
		TEST(monitor_frame__shows_hostile_names_without_obeying_them),
		TEST(monitor_frame__fits_every_screen),
		TEST(monitor_frame__cuts_no_character_where_it_is_coloured),
		TEST(monitor_frame__says_when_a_window_will_be_full),
		TEST(monitor_lines__are_as_documented),
		TEST(monitor_lines__tell_less_and_unpriced_as_such),
		TEST(monitor_lines__say_that_there_is_nothing),
	};
	return cmocka_run_group_tests_name("monitor", tests, NULL, NULL);
}
