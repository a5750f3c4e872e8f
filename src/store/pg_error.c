/* SPDX-License-Identifier: MIT */
#include "pg_error.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "url.h"

/* --- text --------------------------------------------------------------- */

/* One line that is safe to show: passwords hidden, line ends as "; ". */
static void add_clean(struct strbuf *out, const struct pg_store *pg, const char *text)
{
	_cleanup_(strbuf_release) struct strbuf line = STRBUF_INIT;
	const char *used = pg->conn ? PQpass(pg->conn) : NULL;

	for (;;) {
		size_t len;

		text += strspn(text, "\t ");
		len = strcspn(text, "\n");

		/* Where in the server's source it failed: of no use to people. */
		if (len && strncmp(text, "LOCATION:", 9) != 0) {
			strbuf_addstr(&line, line.len ? "; " : "");
			strbuf_add(&line, text, len);
		}
		if (text[len] == '\0')
			break;
		text += len + 1;
	}
	url_hide(&line, pg->raw_password.buf);
	url_hide(&line, pg->password.buf);
	url_hide(&line, used ? used : "");
	text_add_visible(out, line.buf);
}

/* --- what may pass ------------------------------------------------------ */

static bool is_transient(const char *sqlstate)
{
	static const char *const states[] = {
		"40001", /* serialization failure */
		"40P01", /* deadlock */
		"55P03", /* lock not available in time */
		"53300", /* too many connections */
		"57P01", /* server shuts down */
		"57P02", /* server crashed */
		"57P03", /* server starts up */
		"57P05", /* idle session ended */
	};

	if (strncmp(sqlstate, "08", 2) == 0)
		return true;
	for (size_t i = 0; i < sizeof states / sizeof *states; i++)
		if (strcmp(sqlstate, states[i]) == 0)
			return true;
	return false;
}

static void note(struct pg_store *pg, const char *sqlstate, bool again)
{
	(void)snprintf(pg->sqlstate, sizeof pg->sqlstate, "%.5s", sqlstate);
	pg->again = again;
}

/* --- failures of statements --------------------------------------------- */

enum tt_code pg_fail_result(struct pg_store *pg, const PGresult *result, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	const char *primary = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

	if (!sqlstate || !primary)
		return pg_fail_lost(pg, err);
	note(pg, sqlstate, is_transient(sqlstate));
	add_clean(&text, pg, primary);
	/* A cancelled statement is no refusal: the database was too slow. */
	return tt_fail(err,
		pg->again || strcmp(sqlstate, "57014") == 0 ? TT_EUNAVAILABLE : TT_ESTORE,
		"database: %s (%s)", text.buf, pg->sqlstate);
}

enum tt_code pg_fail_lost(struct pg_store *pg, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	const char *reason = PQerrorMessage(pg->conn);

	note(pg, "", true);
	add_clean(&text, pg, reason && *reason ? reason : "no reason given");
	return tt_fail(err, TT_EUNAVAILABLE, "the connection to the database broke: %s", text.buf);
}

enum tt_code pg_fail_time(struct pg_store *pg, int limit_ms, struct tt_error *err)
{
	note(pg, "", true);
	return tt_fail(err, TT_EUNAVAILABLE, "the database did not answer within %d.%d s",
		limit_ms / 1000, limit_ms % 1000 / 100);
}

/* --- failures of connecting --------------------------------------------- */

static bool is_sqlstate(const char *text)
{
	return strspn(text, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 5 && text[5] == ':';
}

/* "FATAL:  28P01: password ..." is how libpq writes it when verbose; take the
 * state out, wherever it stands, and keep the last. */
static void take_sqlstates(struct strbuf *out, char last[static 6], const char *text)
{
	const char *at = text;

	last[0] = '\0';
	while (*at) {
		if (text_starts_with(at, ":  ") && is_sqlstate(at + 3)) {
			(void)snprintf(last, 6, "%.5s", at + 3);
			strbuf_addch(out, ':');
			at += 9;
		} else {
			strbuf_addch(out, *at++);
		}
	}
}

/* Failures that libpq finds by itself and that no waiting cures. */
static bool is_lasting(const char *message)
{
	static const char *const signs[] = {
		"certificate",
		"server does not support SSL",
		"no password supplied",
		"authentication method",
		"Name or service not known",
		"No address associated with hostname",
	};

	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
		if (strstr(message, signs[i]))
			return true;
	return false;
}

/* libpq did not even try: a parameter has a value that it does not know. */
static bool is_our_mistake(const char *message)
{
	return text_starts_with(message, "invalid ") ||
	       text_starts_with(message, "could not match ");
}

static const char *remedy(const char *message)
{
	if (strstr(message, "certificate") || strstr(message, "does not support SSL"))
		return "; the server's certificate is verified unless sslmode or --insecure-tls "
		       "say "
		       "otherwise";
	if (strstr(message, "could not translate host name") && strpbrk(message, "@#"))
		return "; '@', '/' and '#' in a password must be written as '%40', '%2F' and '%23'";
	return "";
}

enum tt_code pg_fail_connect(struct pg_store *pg, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf plain = STRBUF_INIT, text = STRBUF_INIT;
	char sqlstate[6];
	bool again;

	take_sqlstates(&plain, sqlstate, PQerrorMessage(pg->conn));
	again = *sqlstate ? is_transient(sqlstate)
			  : !is_lasting(plain.buf) && !is_our_mistake(plain.buf);
	note(pg, sqlstate, again);
	add_clean(&text, pg, plain.buf);
	if (is_our_mistake(plain.buf))
		return tt_fail(err, TT_EUSAGE, "%s", text.buf);
	return tt_fail(err, again || !*sqlstate ? TT_EUNAVAILABLE : TT_ESTORE, "%s%s", text.buf,
		remedy(plain.buf));
}
