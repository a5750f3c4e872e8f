/* SPDX-License-Identifier: MIT */
#ifndef CAPTURE_EARLIER_PARTS_H
#define CAPTURE_EARLIER_PARTS_H

#include "base/json.h"
#include "capture/earlier_file.h"

/* The readers of the formats, and what they share. */

struct earlier_reading {
	const struct earlier_file *file;
	const struct earlier_file_sink *sink;
	struct earlier_file_skipped *skipped;
};

enum tt_code earlier_read_cycle(
	struct earlier_reading *r, enum earlier_file_format format, struct tt_error *err);
enum tt_code earlier_read_windows(
	struct earlier_reading *r, enum earlier_file_format format, struct tt_error *err);
enum tt_code earlier_read_log(struct earlier_reading *r, struct tt_error *err);
enum tt_code earlier_read_csv(struct earlier_reading *r, struct tt_error *err);
enum tt_code earlier_read_rows(struct earlier_reading *r, struct tt_error *err);
enum tt_code earlier_read_session_list(struct earlier_reading *r, struct tt_error *err);
enum tt_code earlier_read_client(struct earlier_reading *r, struct tt_error *err);
enum tt_code earlier_read_database(struct earlier_reading *r, struct tt_error *err);

/* Which log this is, by its lines; EARLIER_FILE_UNKNOWN: none. */
enum earlier_file_format earlier_log_sniff(const char *text, size_t len);
bool earlier_csv_sniff(const char *text, size_t len);

/* A count in [0, USAGE_MAX]; absent and null are 0.  Another value is an error that
 * names the member. */
enum tt_code earlier_count(
	int64_t *out, const struct json *object, const char *name, struct tt_error *err);
/* A time in seconds since 1970; *has is false when it is absent, null or 0. */
enum tt_code earlier_epoch(struct instant *out, bool *has, const struct json *object,
	const char *name, struct tt_error *err);
/* Check and hand over. */
enum tt_code earlier_send(
	const struct earlier_reading *r, const struct earlier_usage *u, struct tt_error *err);
/* The start of the hour that t is in, by the local clock. */
struct instant earlier_hour(struct instant t);

#endif
