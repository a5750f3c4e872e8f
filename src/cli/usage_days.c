/* SPDX-License-Identifier: MIT */
#include "usage_report.h"

struct day usage_week_of(struct day day)
{
	return (struct day){ day.number - day_weekday(day) };
}

struct day usage_month_of(struct day day)
{
	return day_month(day);
}
