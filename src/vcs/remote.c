/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text.h"
#include "internal.h"

/* Hosts that ignore case in paths, and their names for ssh on port 443. */
static const struct {
	const char *host, *alias;
} folding_hosts[] = {
	{ "github.com", "ssh.github.com" },
	{ "gitlab.com", "altssh.gitlab.com" },
	{ "bitbucket.org", "altssh.bitbucket.org" },
};

/* A piece of a URL. */
struct piece {
	const char *at;
	size_t len;
};

static const char *last_byte(struct piece piece, char c)
{
	for (size_t i = piece.len; i-- > 0;)
		if (piece.at[i] == c)
			return piece.at + i;
	return NULL;
}

static bool is_transport(const char *url, size_t len)
{
	static const char *const known[] = { "http", "https", "ssh", "git", "git+ssh", "ssh+git",
		"git+https", "git+http", "ftp", "ftps" };

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strlen(known[i]) == len && strncasecmp(known[i], url, len) == 0)
			return true;
	return false;
}

/* "transport://authority/path" */
static bool split_url(struct piece *authority, const char **path, const char *url)
{
	const char *mark = strstr(url, "://");

	if (!mark || !is_transport(url, (size_t)(mark - url)))
		return false;
	authority->at = mark + 3;
	authority->len = strcspn(authority->at, "/");
	*path = authority->at + authority->len;
	return true;
}

/* "user@host:path": the colon comes before any slash, outside brackets.  One
 * letter before the colon is a drive of Windows. */
static bool split_scp(struct piece *authority, const char **path, const char *url)
{
	const char *bracket = strchr(url, ']');
	const char *from = bracket && strcspn(url, "/") > (size_t)(bracket - url) ? bracket : url;
	const char *colon = strchr(from, ':');

	if (!colon || memchr(url, '/', (size_t)(colon - url)) || colon - url < 2 ||
		colon[1] == ':' || text_starts_with(colon, "://"))
		return false;
	authority->at = url;
	authority->len = (size_t)(colon - url);
	*path = colon + 1;
	return true;
}

static struct piece host_of(struct piece authority)
{
	const char *at = last_byte(authority, '@');
	struct piece host = authority;
	const char *colon;

	if (at)
		host = (struct piece){ at + 1, authority.len - (size_t)(at + 1 - authority.at) };
	colon = last_byte(host, ':');
	if (colon && !memchr(colon, ']', host.len - (size_t)(colon - host.at)))
		host.len = (size_t)(colon - host.at);
	while (host.len && host.at[host.len - 1] == '.')
		host.len--;
	return host;
}

/* Without slashes at either end and without ".git". */
static struct piece trim_path(const char *path)
{
	struct piece p = { path + strspn(path, "/"), 0 };

	p.len = strlen(p.at);
	while (p.len && p.at[p.len - 1] == '/')
		p.len--;
	if (p.len >= 4 && strncmp(p.at + p.len - 4, ".git", 4) == 0)
		p.len -= 4;
	while (p.len && p.at[p.len - 1] == '/')
		p.len--;
	return p;
}

static void add_folded(struct strbuf *out, struct piece text, bool fold)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.at[i];

		if (c == '/' && i && text.at[i - 1] == '/')
			continue;
		strbuf_addch(out, fold && c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c);
	}
}

/* Appends the host; says whether its paths ignore case. */
static bool add_host(struct strbuf *out, struct piece host)
{
	_cleanup_(strbuf_release) struct strbuf name = STRBUF_INIT;

	add_folded(&name, host, true);
	for (size_t i = 0; i < sizeof folding_hosts / sizeof *folding_hosts; i++)
		if (strcmp(name.buf, folding_hosts[i].host) == 0 ||
			strcmp(name.buf, folding_hosts[i].alias) == 0) {
			strbuf_addstr(out, folding_hosts[i].host);
			return true;
		}
	strbuf_addstr(out, name.buf);
	return false;
}

static bool has_control_byte(const char *text)
{
	for (; *text; text++)
		if (iscntrl((unsigned char)*text) || *text == ' ')
			return true;
	return false;
}

bool vcs_canonical_url(struct strbuf *out, const char *url)
{
	struct piece authority, host, rest;
	const char *path;
	bool fold;

	if (has_control_byte(url) ||
		(!split_url(&authority, &path, url) && !split_scp(&authority, &path, url)))
		return false;
	host = host_of(authority);
	rest = trim_path(path);
	if (!host.len || !rest.len)
		return false;
	fold = add_host(out, host);
	strbuf_addch(out, '/');
	add_folded(out, rest, fold);
	return true;
}

/*
 * Remotes are read from the configuration: git_remote_lookup would need a
 * repository that this libgit2 can open, and it leaks with every look-up.
 */
struct remotes {
	struct strbuf name, url; /* of "origin", else of the first one */
	bool several;
};

/* "remote.<name>.url" or "url.<base>.insteadof": the part in the middle. */
static bool middle_of(struct piece *out, const char *key, const char *head, const char *tail)
{
	size_t len = strlen(key), around = strlen(head) + strlen(tail);

	if (len <= around || !text_starts_with(key, head) || !text_ends_with(key, tail))
		return false;
	*out = (struct piece){ key + strlen(head), len - around };
	return true;
}

static int note_remote(const git_config_entry *entry, void *payload)
{
	struct remotes *remotes = payload;
	struct piece name;
	bool is_known, is_origin;

	if (!entry->value || !middle_of(&name, entry->name, "remote.", ".url"))
		return 0;
	is_known =
		remotes->name.len == name.len && strncmp(remotes->name.buf, name.at, name.len) == 0;
	is_origin = name.len == strlen("origin") && strncmp(name.at, "origin", name.len) == 0;
	if (is_known || (remotes->name.len && strcmp(remotes->name.buf, "origin") == 0))
		return 0;
	if (remotes->name.len && !is_origin) {
		remotes->several = true;
		return 0;
	}
	strbuf_reset(&remotes->name);
	strbuf_reset(&remotes->url);
	strbuf_add(&remotes->name, name.at, name.len);
	strbuf_addstr(&remotes->url, entry->value);
	return 0;
}

/* The longest url.<base>.insteadOf that begins a URL says its true base. */
struct rewrite {
	const char *url;
	struct strbuf base;
	size_t replaced;
};

static int note_rewrite(const git_config_entry *entry, void *payload)
{
	struct rewrite *rewrite = payload;
	size_t len = entry->value ? strlen(entry->value) : 0;
	struct piece base;

	if (len > rewrite->replaced && middle_of(&base, entry->name, "url.", ".insteadof") &&
		text_starts_with(rewrite->url, entry->value)) {
		rewrite->replaced = len;
		strbuf_reset(&rewrite->base);
		strbuf_add(&rewrite->base, base.at, base.len);
	}
	return 0;
}

/* The URL of "origin", or of the only remote. */
static bool remote_url(struct strbuf *out, const struct vcs_repo *repo)
{
	struct remotes remotes = { .name = STRBUF_INIT, .url = STRBUF_INIT };
	struct rewrite rewrite = { .base = STRBUF_INIT };
	bool found;

	found = git_config_foreach(repo->config, note_remote, &remotes) == 0 && remotes.name.len &&
		(!remotes.several || strcmp(remotes.name.buf, "origin") == 0);
	rewrite.url = remotes.url.buf;
	if (found && git_config_foreach(repo->config, note_rewrite, &rewrite) == 0)
		strbuf_addf(out, "%s%s", rewrite.base.buf, rewrite.url + rewrite.replaced);
	strbuf_release(&rewrite.base);
	strbuf_release(&remotes.url);
	strbuf_release(&remotes.name);
	return found;
}

bool vcs_remote_name(struct strbuf *out, const struct vcs_repo *repo)
{
	_cleanup_(strbuf_release) struct strbuf url = STRBUF_INIT;

	return remote_url(&url, repo) && vcs_canonical_url(out, url.buf);
}

enum tt_code vcs_repository_name(
	struct strbuf *out, const struct vcs_repo *repo, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;

	if (vcs_remote_name(out, repo))
		return TT_OK;
	if (!vcs_root_commit(&text, repo))
		return tt_fail(err, TT_ENOTFOUND,
			"the repository has no name yet: no remote and no commit");
	strbuf_addf(out, "root:%s", text.buf);
	return TT_OK;
}
