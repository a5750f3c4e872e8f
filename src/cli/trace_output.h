/* SPDX-License-Identifier: MIT */
#ifndef CLI_TRACE_OUTPUT_H
#define CLI_TRACE_OUTPUT_H

#include "cli/context.h"

/*
 * Where the trace (base/trace.h) goes:
 *
 *	TRACK_TOKENS_TRACE=1		standard error, as -v does
 *	TRACK_TOKENS_TRACE=/a/file	is appended there
 *	TRACK_TOKENS_LOG=debug		to the log
 *
 * Each line begins with the milliseconds since the start.
 *
 *	trace_output_begin -> trace_output_verbose (with -v) -> trace_output_end
 */
void trace_output_begin(const struct context *ctx);
void trace_output_verbose(const struct context *ctx);
void trace_output_end(int exit_status);

#endif
