/* SPDX-License-Identifier: MIT */
#include "usage_report.h"

struct day usage_week_of(struct day day, bool from_sunday)
{
	int passed = day_weekday(day);

	return (struct day){ day.number - (from_sunday ? (passed + 1) % 7 : passed) };
}

struct day usage_month_of(struct day day)
{
	return day_month(day);
}
