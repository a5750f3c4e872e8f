/* SPDX-License-Identifier: MIT */
#include "watch_service.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/mem.h"
#include "cli/context.h"
#include "user_state.h"

#define UNIT "track-tokens.service"
#define AGENT "track-tokens.watch"
/* Stands in the files that are ours to replace and remove. */
#define MARK "written by 'track-tokens watch install'"

enum { FILE_MODE = 0644, FILE_MAX = 64 * 1024 };

/* --- where ---------------------------------------------------------------------------------- */

static bool is_darwin(void)
{
	struct utsname name;

	return uname(&name) == 0 && strcmp(name.sysname, "Darwin") == 0;
}

enum tt_code watch_service_find(struct watch_service *out, const char *kind, struct tt_error *err)
{
	const char *config = context_env("XDG_CONFIG_HOME");
	_cleanup_(strbuf_release) struct strbuf dir = STRBUF_INIT;

	if (!user_home(&dir))
		return tt_fail(err, TT_ENOTFOUND, "there is no home directory: set HOME");
	out->is_launchd = kind ? strcmp(kind, "launchd") == 0 : is_darwin();
	if (out->is_launchd) {
		strbuf_addf(&out->path, "%s/Library/LaunchAgents/" AGENT ".plist", dir.buf);
		return TT_OK;
	}
	if (config && config[0] == '/') {
		strbuf_reset(&dir);
		strbuf_addstr(&dir, config);
	} else {
		strbuf_addstr(&dir, "/.config");
	}
	strbuf_addf(&out->path, "%s/systemd/user/" UNIT, dir.buf);
	strbuf_addf(&out->link, "%s/systemd/user/default.target.wants/" UNIT, dir.buf);
	return TT_OK;
}

void watch_service_release(struct watch_service *service)
{
	strbuf_release(&service->path);
	strbuf_release(&service->link);
}

/* --- what ------------------------------------------------------------------------------------ */

/* systemd expands $ and %, and reads quotes and escapes as C does. */
static void add_unit_word(struct strbuf *out, const char *word)
{
	strbuf_addch(out, '"');
	for (; *word; word++) {
		if (*word == '"' || *word == '\\')
			strbuf_addch(out, '\\');
		else if (*word == '%' || *word == '$')
			strbuf_addch(out, *word);
		if ((unsigned char)*word < ' ')
			strbuf_addf(out, "\\x%02x", (unsigned int)(unsigned char)*word);
		else
			strbuf_addch(out, *word);
	}
	strbuf_addch(out, '"');
}

static void add_unit(struct strbuf *out, const char *const *words, const char *dirs)
{
	strbuf_addstr(out, "# " MARK "\n"
			   "[Unit]\n"
			   "Description=Collect what Claude Code uses (track-tokens watch)\n"
			   "Documentation=man:track-tokens(1)\n"
			   "\n"
			   "[Service]\n"
			   "ExecStart=");
	for (size_t i = 0; words[i]; i++) {
		strbuf_addstr(out, i ? " " : "");
		add_unit_word(out, words[i]);
	}
	strbuf_addch(out, '\n');
	if (dirs) {
		_cleanup_(strbuf_release) struct strbuf setting = STRBUF_INIT;

		strbuf_addf(&setting, "CLAUDE_CONFIG_DIR=%s", dirs);
		strbuf_addstr(out, "Environment=");
		add_unit_word(out, setting.buf);
		strbuf_addch(out, '\n');
	}
	/* 75: another watcher runs. */
	strbuf_addstr(out, "ExecReload=/bin/kill -HUP $MAINPID\n"
			   "Restart=on-failure\n"
			   "RestartSec=30\n"
			   "RestartPreventExitStatus=75\n"
			   "Nice=10\n"
			   "\n"
			   "[Install]\n"
			   "WantedBy=default.target\n");
}

static void add_plist_text(struct strbuf *out, const char *element, const char *text)
{
	strbuf_addf(out, "<%s>", element);
	for (; *text; text++) {
		switch (*text) {
		case '<':
			strbuf_addstr(out, "&lt;");
			break;
		case '>':
			strbuf_addstr(out, "&gt;");
			break;
		case '&':
			strbuf_addstr(out, "&amp;");
			break;
		default:
			strbuf_addch(out, *text);
		}
	}
	strbuf_addf(out, "</%s>\n", element);
}

static void add_agent(struct strbuf *out, const char *const *words, const char *dirs)
{
	strbuf_addstr(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
			   "<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" "
			   "\"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n"
			   "<!-- " MARK " -->\n"
			   "<plist version=\"1.0\">\n"
			   "<dict>\n"
			   "\t<key>Label</key><string>" AGENT "</string>\n"
			   "\t<key>ProgramArguments</key>\n"
			   "\t<array>\n");
	for (size_t i = 0; words[i]; i++) {
		strbuf_addstr(out, "\t\t");
		add_plist_text(out, "string", words[i]);
	}
	strbuf_addstr(out, "\t</array>\n");
	if (dirs) {
		strbuf_addstr(out, "\t<key>EnvironmentVariables</key>\n"
				   "\t<dict><key>CLAUDE_CONFIG_DIR</key>");
		add_plist_text(out, "string", dirs);
		strbuf_addstr(out, "\t</dict>\n");
	}
	strbuf_addstr(out, "\t<key>RunAtLoad</key><true/>\n"
			   "\t<key>KeepAlive</key>\n"
			   "\t<dict><key>SuccessfulExit</key><false/></dict>\n"
			   "\t<key>ThrottleInterval</key><integer>30</integer>\n"
			   "\t<key>ProcessType</key><string>Background</string>\n"
			   "</dict>\n"
			   "</plist>\n");
}

void watch_service_text(
	struct strbuf *out, const struct watch_service *service, const char *const *words)
{
	const char *dirs = context_env("CLAUDE_CONFIG_DIR");

	if (service->is_launchd)
		add_agent(out, words, dirs);
	else
		add_unit(out, words, dirs);
}

/* --- putting it there ------------------------------------------------------------------------- */

/* The directory of a path, and the name in it. */
static enum tt_code open_parent(
	int *dirfd, const char **name, const char *path, bool create, struct tt_error *err)
{
	const char *slash = strrchr(path, '/');
	_autofree_ char *parent = xstrndup(path, (size_t)(slash - path));

	*name = slash + 1;
	if (create && user_make_dirs(parent, err) != TT_OK)
		return err->code;
	return fs_open_dir(dirfd, parent, "", false, 0, err);
}

/* TT_ENOTFOUND: there is none. */
static enum tt_code check_ours(int dirfd, const char *name, const char *path, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;

	if (fs_read(&text, dirfd, name, FILE_MAX, path, err) != TT_OK)
		return err->code;
	if (strstr(text.buf, MARK))
		return TT_OK;
	return tt_fail(
		err, TT_EUSAGE, "'%s' was not written by 'track-tokens watch install'", path);
}

static enum tt_code add_link(const char *path, struct tt_error *err)
{
	_autoclose_ int dirfd = -1;
	const char *name;

	if (open_parent(&dirfd, &name, path, true, err) != TT_OK)
		return err->code;
	if (symlinkat("../" UNIT, dirfd, name) != 0 && errno != EEXIST)
		return tt_fail_errno(err, "cannot make '%s'", path);
	return TT_OK;
}

enum tt_code watch_service_install(
	const struct watch_service *service, const struct strbuf *text, struct tt_error *err)
{
	struct tt_error problem = TT_ERROR_INIT;
	_autoclose_ int dirfd = -1;
	const char *name;

	if (open_parent(&dirfd, &name, service->path.buf, true, err) != TT_OK)
		return err->code;
	if (check_ours(dirfd, name, service->path.buf, &problem) != TT_OK &&
		problem.code != TT_ENOTFOUND)
		return tt_fail(err, problem.code, "%s", problem.msg);
	if (fs_replace(dirfd, name, text->buf, text->len, FILE_MODE, service->path.buf, err) !=
		TT_OK)
		return err->code;
	return service->link.len ? add_link(service->link.buf, err) : TT_OK;
}

enum tt_code watch_service_uninstall(
	bool *was_there, const struct watch_service *service, struct tt_error *err)
{
	struct tt_error problem = TT_ERROR_INIT;
	_autoclose_ int dirfd = -1;
	const char *name;

	*was_there = false;
	if (open_parent(&dirfd, &name, service->path.buf, false, &problem) != TT_OK ||
		check_ours(dirfd, name, service->path.buf, &problem) != TT_OK)
		return problem.code == TT_ENOTFOUND ? TT_OK
						    : tt_fail(err, problem.code, "%s", problem.msg);
	if (service->link.len && unlink(service->link.buf) != 0 && errno != ENOENT)
		return tt_fail_errno(err, "cannot remove '%s'", service->link.buf);
	*was_there = true;
	return fs_remove(dirfd, name, service->path.buf, err);
}
