/* SPDX-License-Identifier: MIT */
#ifndef REPORT_QUERY_H
#define REPORT_QUERY_H

#include <stdio.h>

#include "model/sql_rows.h"
#include "report/report.h"

/*
 * The rows of a query, as a table for a terminal, as CSV or as JSON.  CSV and JSON are
 * written row by row; a table is kept until its end, since its widths depend on all of
 * it.  Nothing is written before there are columns.
 *
 *	query_writer_new -> what its sink is given -> query_writer_end -> query_writer_free
 *
 * JSON, version 1: {"version":1,"columns":[name, ...],"rows":[[value, ...], ...]}.
 */
enum query_format { QUERY_TEXT, QUERY_CSV, QUERY_JSON };

struct query_writer;

/* Writes to `to`; it and the style are borrowed. */
struct query_writer *query_writer_new(
	FILE *to, enum query_format format, const struct report_style *style);
struct sql_sink query_writer_sink(struct query_writer *w);
void query_writer_end(struct query_writer *w);
void query_writer_free(struct query_writer *w); /* NULL is fine */
void query_writer_freep(struct query_writer **w);

#endif
