/* SPDX-License-Identifier: MIT */
#include "server.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "share/share.h"
#include "vcs/repo.h"

#define NAME_KEY "track-tokens.server"

/* --- containers ------------------------------------------------------------------- */

static bool add_lxc(struct strbuf *out, const char *name, size_t len)
{
	if (!len)
		return false;
	if (strspn(name, "0123456789") == len)
		strbuf_addstr(out, "LXC");
	strbuf_add(out, name, len);
	return true;
}

static bool add_from_cgroups(struct strbuf *out, const char *cgroups)
{
	static const char *const marks[] = { "/lxc/", "/lxc.payload.", "/lxc.payload/" };

	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
		const char *at = strstr(cgroups, marks[i]);

		if (at &&
			add_lxc(out, at + strlen(marks[i]), strcspn(at + strlen(marks[i]), "/\n")))
			return true;
	}
	return false;
}

/* "subvol-115-disk-0", "vm-115-disk-0", "pve-vm--115--disk--0": the device mapper doubles
 * the dashes of a name. */
static bool add_from_disk(struct strbuf *out, const char *disk)
{
	static const char *const marks[] = { "subvol-", "/vm-", "-vm--" };

	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
		const char *at = strstr(disk, marks[i]);
		size_t digits;

		at = at ? at + strlen(marks[i]) : "";
		digits = strspn(at, "0123456789");
		if (digits && (strncmp(at + digits, "-disk-", 6) == 0 ||
				      strncmp(at + digits, "--disk--", 8) == 0))
			return add_lxc(out, at, digits);
	}
	return false;
}

/* Lines of: what, where, ...; the last one on "/" is on top. */
static bool add_from_mounts(struct strbuf *out, const char *mounts)
{
	_autofree_ char *disk = NULL;

	for (const char *line = mounts; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		size_t what = strcspn(line, " \n");

		if (strncmp(line + what, " / ", 3) != 0)
			continue;
		free(disk);
		disk = xstrndup(line, what);
	}
	return disk && add_from_disk(out, disk);
}

bool server_name_of_container(struct strbuf *out, const char *cgroups, const char *mounts)
{
	return add_from_cgroups(out, cgroups) || add_from_mounts(out, mounts);
}

/* --- this machine ------------------------------------------------------------------- */

/* What the system tells of a process; nothing where it tells nothing. */
static void read_proc(struct strbuf *out, const char *path)
{
	_autofclose_ FILE *file = fopen(path, "re");
	char piece[4096];
	size_t n;

	while (file && (n = fread(piece, 1, sizeof piece, file)) > 0)
		strbuf_add(out, piece, n);
}

static bool add_container(struct strbuf *out)
{
	_cleanup_(strbuf_release) struct strbuf cgroups = STRBUF_INIT, mounts = STRBUF_INIT;

	read_proc(&cgroups, "/proc/self/cgroup");
	read_proc(&mounts, "/proc/self/mounts");
	return server_name_of_container(out, cgroups.buf, mounts.buf);
}

static void add_host(struct strbuf *out)
{
	char name[256];

	if (gethostname(name, sizeof name) != 0)
		return;
	name[sizeof name - 1] = '\0';
	strbuf_addstr(out, name);
}

enum tt_code server_name(struct strbuf *out, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf name = STRBUF_INIT;
	bool configured = vcs_config_get(&name, NULL, NAME_KEY);

	if (!configured && !add_container(&name))
		add_host(&name);
	if (share_check_name(name.buf, err) != TT_OK)
		return configured ? tt_context(err, NAME_KEY)
				  : tt_context(err, "set " NAME_KEY " with 'git config --global'");
	strbuf_addstr(out, name.buf);
	return TT_OK;
}
