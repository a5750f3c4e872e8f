/* SPDX-License-Identifier: MIT */
#ifndef STORE_URL_H
#define STORE_URL_H

#include <stdbool.h>

#include "base/error.h"
#include "base/strbuf.h"

/*
 * Database URLs as text, before libpq sees them.  People paste them from
 * hosting consoles and frameworks, so they hold passwords, parameters that
 * libpq does not know, and characters that should have been encoded.
 */

/* Take out the parameters that are meant for other clients ("schema",
 * "pgbouncer"); each is named in left_out, ", " between them. */
void url_strip_foreign_params(struct strbuf *out, struct strbuf *left_out, const char *url);

/* TT_EUSAGE when a character of the password ought to have been percent-encoded:
 * libpq would take the rest of it for the host. */
enum tt_code url_check_password(const char *url, struct tt_error *err);

/* Replace every occurrence of secret in text by "***".  Secrets of less than
 * three characters are left: hiding them would only hide the message. */
void url_hide(struct strbuf *text, const char *secret);

#endif
