/* SPDX-License-Identifier: MIT */
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text.h"
#include "pg_store.h"
#include "url.h"

/* --- a list of keywords and values -------------------------------------- */

static const char *get(const struct pg_params *params, const char *keyword)
{
	for (size_t i = 0; i < params->count; i++)
		if (strcmp(params->keywords[i], keyword) == 0)
			return params->values[i];
	return NULL;
}

void pg_params_set(struct pg_params *params, const char *keyword, const char *value)
{
	for (size_t i = 0; i < params->count; i++)
		if (strcmp(params->keywords[i], keyword) == 0) {
			free(params->values[i]);
			params->values[i] = xstrdup(value);
			return;
		}
	params->keywords =
		xreallocarray(params->keywords, params->count + 2, sizeof *params->keywords);
	params->values = xreallocarray(params->values, params->count + 2, sizeof *params->values);
	params->keywords[params->count] = xstrdup(keyword);
	params->values[params->count++] = xstrdup(value);
	params->keywords[params->count] = NULL;
	params->values[params->count] = NULL;
}

void pg_params_release(struct pg_params *params)
{
	for (size_t i = 0; i < params->count; i++) {
		free(params->keywords[i]);
		free(params->values[i]);
	}
	free(params->values);
	free(params->keywords);
	*params = (struct pg_params){ 0 };
}

/* --- what libpq knows without us ---------------------------------------- */

static void conninfo_freep(PQconninfoOption **options)
{
	PQconninfoFree(*options);
}

/* The value that libpq's own environment variables and service file give, or
 * NULL when it is only the built-in default. */
static char *preset(const char *keyword)
{
	_cleanup_(conninfo_freep) PQconninfoOption *options = PQconndefaults();

	for (const PQconninfoOption *o = options; o && o->keyword; o++)
		if (strcmp(o->keyword, keyword) == 0 && o->val &&
			(!o->compiled || strcmp(o->val, o->compiled) != 0))
			return xstrdup(o->val);
	return NULL;
}

/* What the connection will use: the URL's word, else the preset. */
static char *effective(const struct pg_params *params, const char *keyword)
{
	const char *said = get(params, keyword);

	return said ? xstrdup(said) : preset(keyword);
}

/* --- TLS ---------------------------------------------------------------- */

static bool is_local_name(const char *host, size_t len)
{
	return len == 0 || host[0] == '/' || host[0] == '@' ||
	       (len == 9 && memcmp(host, "localhost", 9) == 0) ||
	       (len == 3 && memcmp(host, "::1", 3) == 0) ||
	       (len >= 4 && memcmp(host, "127.", 4) == 0);
}

/* Does every host in the list lie on this machine? */
static bool is_local(const char *hosts)
{
	for (;;) {
		size_t len = strcspn(hosts, ",");

		if (!is_local_name(hosts, len))
			return false;
		if (hosts[len] == '\0')
			return true;
		hosts += len + 1;
	}
}

static bool stays_on_this_machine(const struct pg_params *params)
{
	_autofree_ char *address = effective(params, "hostaddr");
	_autofree_ char *host = effective(params, "host");

	return is_local(address ? address : host ? host : "");
}

static bool has_own_root_certificate(void)
{
	const struct passwd *user = getpwuid(geteuid());
	_autofree_ char *path = user ? xasprintf("%s/.postgresql/root.crt", user->pw_dir) : NULL;

	return path && access(path, F_OK) == 0;
}

/* Without a root certificate of the user's, the system's are trusted. */
static void add_root_certificates(struct pg_params *params)
{
	static const char *const bundles[] = {
		"/etc/ssl/certs/ca-certificates.crt",
		"/etc/pki/tls/certs/ca-bundle.crt",
		"/etc/ssl/cert.pem",
	};
	_autofree_ char *said = effective(params, "sslrootcert");

	if (said || has_own_root_certificate())
		return;
	if (PQlibVersion() >= 160000) {
		pg_params_set(params, "sslrootcert", "system");
		return;
	}
	for (size_t i = 0; i < sizeof bundles / sizeof *bundles; i++)
		if (access(bundles[i], R_OK) == 0) {
			pg_params_set(params, "sslrootcert", bundles[i]);
			return;
		}
}

/* libpq's default accepts any certificate, and no encryption at all; for a
 * server elsewhere that is no protection.  A service file is the user's own
 * word and left alone. */
static void choose_tls(struct pg_params *params, bool insecure)
{
	_autofree_ char *mode = effective(params, "sslmode");
	_autofree_ char *service = effective(params, "service");

	if (!mode && (service || stays_on_this_machine(params)))
		return;
	if (insecure && (!mode || text_starts_with(mode, "verify-"))) {
		pg_params_set(params, "sslmode", "require");
		return;
	}
	if (!mode)
		pg_params_set(params, "sslmode", "verify-full");
	if (!mode || text_starts_with(mode, "verify-"))
		add_root_certificates(params);
}

/* --- reading the URL ---------------------------------------------------- */

static enum tt_code fail_parse(const char *url, char *reason, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf raw = STRBUF_INIT, decoded = STRBUF_INIT;
	_cleanup_(strbuf_release) struct strbuf message = STRBUF_INIT, shown = STRBUF_INIT;

	if (!reason)
		mem_exhausted();
	strbuf_add(&message, reason, strcspn(reason, "\n"));
	PQfreemem(reason);
	if (store_url_password(&raw, &decoded, url)) {
		url_hide(&message, raw.buf);
		url_hide(&message, decoded.buf);
	}
	text_add_visible(&shown, message.buf);
	return tt_fail(err, TT_EUSAGE, "the database URL is wrong: %s", shown.buf);
}

/* "postgresql:" alone says nothing: everything is libpq's. */
static bool says_nothing(const char *url)
{
	return strcmp(url, "postgresql:") == 0 || strcmp(url, "postgres:") == 0;
}

enum tt_code pg_params_read(struct pg_params *out, const char *url, bool insecure_tls,
	struct strbuf *left_out, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf kept = STRBUF_INIT;
	_cleanup_(conninfo_freep) PQconninfoOption *options = NULL;
	char *reason = NULL;

	if (!says_nothing(url) && !strstr(url, "://"))
		return tt_fail(err, TT_EUSAGE,
			"the database URL is wrong: write 'postgresql://user@host/database'");
	if (url_check_password(url, err) != TT_OK)
		return err->code;
	url_strip_foreign_params(&kept, left_out, says_nothing(url) ? "" : url);
	options = PQconninfoParse(kept.buf, &reason);
	if (!options)
		return fail_parse(url, reason, err);
	for (const PQconninfoOption *o = options; o->keyword; o++)
		if (o->val)
			pg_params_set(out, o->keyword, o->val);
	choose_tls(out, insecure_tls);
	pg_params_set(out, "client_encoding", "UTF8");
	return TT_OK;
}
