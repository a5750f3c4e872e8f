/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "usage_report.h"

struct day usage_week_of(struct day day)
{
	return (struct day){ day.number - day_weekday(day) };
}

struct day usage_month_of(struct day day)
{
	char text[DAY_TEXT];
	struct day first = day;

	day_format(text, day);
	text[strlen(text) - 2] = '0';
	text[strlen(text) - 1] = '1';
	(void)day_parse(&first, text);
	return first;
}
