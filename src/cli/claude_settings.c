/* SPDX-License-Identifier: MIT */
#include "claude_settings.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/text.h"
#include "claude_dirs.h"
#include "cli/context.h"
#include "git_hook.h"
#include "shell_word.h"

enum { SETTINGS_MAX = 16 * 1024 * 1024, FILE_MODE = 0644, PRIVATE_MODE = 0600 };

#define KEPT_SUFFIX ".before-track-tokens"
#define LOCAL_SETTINGS ".claude/settings.local.json"
#define PROJECT_SETTINGS ".claude/settings.json"

const char *const claude_scope_names[CLAUDE_SCOPES] = { "local", "project", "user" };

bool claude_scope_parse(enum claude_scope *out, const char *word)
{
	for (int i = 0; i < CLAUDE_SCOPES; i++)
		if (strcmp(word, claude_scope_names[i]) == 0) {
			*out = (enum claude_scope)i;
			return true;
		}
	return false;
}

void claude_settings_release(struct claude_settings *s)
{
	strbuf_release(&s->shown);
	strbuf_release(&s->path);
	strbuf_release(&s->text);
}

/* --- where it is ------------------------------------------------------------------ */

static enum tt_code find_user_file(struct strbuf *out, struct tt_error *err)
{
	_cleanup_(claude_dirs_release) struct claude_dirs dirs = { 0 };

	claude_dirs_find(&dirs);
	if (!dirs.count)
		return tt_fail(err, TT_ENOTFOUND, "there is no home directory: set HOME");
	strbuf_addf(out, "%s/settings.json", dirs.paths[0]);
	return TT_OK;
}

static enum tt_code find_file(struct strbuf *out, enum claude_scope scope,
	const struct vcs_repo *repo, struct tt_error *err)
{
	const char *top;

	if (scope == CLAUDE_USER)
		return find_user_file(out, err);
	top = vcs_worktree(repo);
	if (!top)
		return tt_fail(err, TT_ENOTFOUND,
			"a bare repository has no settings of its own: use --claude=user");
	strbuf_addf(out, "%s/%s", top, scope == CLAUDE_LOCAL ? LOCAL_SETTINGS : PROJECT_SETTINGS);
	return TT_OK;
}

/* People keep their settings elsewhere and link to them.  Only their own place is
 * followed: a repository's link may lead anywhere. */
static void resolve(struct strbuf *out, const struct claude_settings *s)
{
	char *real = s->scope == CLAUDE_USER ? realpath(s->shown.buf, NULL) : NULL;

	strbuf_addstr(out, real ? real : s->shown.buf);
	free(real);
}

enum tt_code claude_settings_read(struct claude_settings *out, enum claude_scope scope,
	const struct vcs_repo *repo, struct tt_error *err)
{
	_cleanup_(claude_settings_release) struct claude_settings s = CLAUDE_SETTINGS_INIT;
	struct tt_error problem = TT_ERROR_INIT;
	struct stat st;

	s.scope = scope;
	s.mode = scope == CLAUDE_PROJECT ? FILE_MODE : PRIVATE_MODE;
	if (find_file(&s.shown, scope, repo, err) != TT_OK)
		return err->code;
	resolve(&s.path, &s);
	if (fs_read(&s.text, AT_FDCWD, s.path.buf, SETTINGS_MAX, s.shown.buf, &problem) == TT_OK) {
		s.exists = true;
		if (stat(s.path.buf, &st) == 0)
			s.mode = st.st_mode & 0777;
	} else if (problem.code != TT_ENOTFOUND) {
		*err = problem;
		return err->code;
	}
	*out = s;
	s = (struct claude_settings)CLAUDE_SETTINGS_INIT;
	return TT_OK;
}

/* --- what is to stand in it ------------------------------------------------------------ */

/* A personal file names the program where it lies, for clients with a bare PATH. */
static void add_command(struct strbuf *out, enum claude_scope scope, const char *verb)
{
	_cleanup_(strbuf_release) struct strbuf path = STRBUF_INIT;

	if (scope == CLAUDE_PROJECT) {
		strbuf_addf(out, SETTINGS_GUARD "track-tokens %s", verb);
		return;
	}
	if (!git_hook_program_path(&path))
		strbuf_addstr(&path, "track-tokens");
	shell_add_word(out, path.buf);
	strbuf_addf(out, " %s", verb);
}

static enum tt_code refuse(
	const struct claude_settings *s, const struct tt_error *problem, struct tt_error *err)
{
	return tt_fail(err, TT_EINPUT,
		"'%s': %s; nothing was changed: mend the file, and run this again", s->shown.buf,
		problem->msg);
}

static enum tt_code edit(struct strbuf *out, const struct claude_settings *s,
	const struct strbuf *text, bool ours, bool statusline, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf hook = STRBUF_INIT, line = STRBUF_INIT;
	struct settings_wish wish = { 0 };
	struct tt_error problem = TT_ERROR_INIT;

	add_command(&hook, s->scope, "hook");
	add_command(&line, s->scope, "statusline");
	if (ours)
		wish.hook_command = hook.buf;
	if (ours && statusline)
		wish.statusline_command = line.buf;
	if (settings_edit(out, text->buf, text->len, &wish, &problem) != TT_OK)
		return refuse(s, &problem, err);
	return TT_OK;
}

enum tt_code claude_settings_wanted(
	struct strbuf *out, const struct claude_settings *s, bool statusline, struct tt_error *err)
{
	struct settings_state state;
	struct tt_error problem = TT_ERROR_INIT;

	/* A status line that is there stays, also when only hooks are asked for. */
	if (settings_look(&state, s->text.buf, s->text.len, &problem) != TT_OK)
		return refuse(s, &problem, err);
	free(state.hook_command);
	return edit(out, s, &s->text, true, statusline || state.statusline, err);
}

/* --- files --------------------------------------------------------------------------------- */

struct file {
	int dir;
	const char *name;
};

static void file_close(struct file *f)
{
	closep(&f->dir);
}

static enum tt_code open_dir(
	struct file *out, const struct claude_settings *s, bool create, struct tt_error *err)
{
	const char *slash = strrchr(s->path.buf, '/');
	_autofree_ char *dir = xstrndup(s->path.buf, (size_t)(slash - s->path.buf));
	_autofree_ char *parent = xstrdup(dir);
	char *name = strrchr(parent, '/');

	out->name = slash + 1;
	*name++ = '\0';
	return fs_open_dir(&out->dir, *parent ? parent : "/", name, create, 0755, err);
}

static bool same_text(const struct strbuf *a, const struct strbuf *b)
{
	return a->len == b->len && memcmp(a->buf, b->buf, a->len) == 0;
}

static enum tt_code check_unchanged(
	const struct claude_settings *s, const struct file *f, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf now = STRBUF_INIT;
	struct tt_error absent = TT_ERROR_INIT;

	if (fs_read(&now, f->dir, f->name, SETTINGS_MAX, s->shown.buf, &absent) != TT_OK &&
		absent.code != TT_ENOTFOUND) {
		*err = absent;
		return err->code;
	}
	if ((absent.code == TT_ENOTFOUND) == s->exists || !same_text(&now, &s->text))
		return tt_fail(err, TT_EBUSY,
			"'%s' was changed by somebody else just now: "
			"run this again",
			s->shown.buf);
	return TT_OK;
}

/* What has nothing of ours in it is the original, also when an older one was kept. */
static enum tt_code keep_original(
	const struct claude_settings *s, const struct file *f, struct tt_error *err)
{
	_autofree_ char *name = xasprintf("%s" KEPT_SUFFIX, f->name);
	_autofree_ char *shown = xasprintf("%s" KEPT_SUFFIX, s->shown.buf);
	_cleanup_(strbuf_release) struct strbuf without = STRBUF_INIT;

	if (!s->exists)
		return TT_OK;
	if (edit(&without, s, &s->text, false, false, err) != TT_OK)
		return err->code;
	if (!same_text(&without, &s->text))
		return TT_OK;
	return fs_replace(f->dir, name, s->text.buf, s->text.len, s->mode, shown, err);
}

enum tt_code claude_settings_install(
	struct claude_settings *s, const struct strbuf *wanted, struct tt_error *err)
{
	_cleanup_(file_close) struct file f = { .dir = -1 };

	if (open_dir(&f, s, true, err) != TT_OK || check_unchanged(s, &f, err) != TT_OK ||
		keep_original(s, &f, err) != TT_OK)
		return err->code;
	return fs_replace(f.dir, f.name, wanted->buf, wanted->len, s->mode, s->shown.buf, err);
}

/* Is the file what installing made of `original`, and nothing else? */
static bool comes_from(const struct claude_settings *s, const struct strbuf *original)
{
	struct tt_error ignored = TT_ERROR_INIT;

	for (int statusline = 0; statusline < 2; statusline++) {
		_cleanup_(strbuf_release) struct strbuf made = STRBUF_INIT;

		if (edit(&made, s, original, true, statusline, &ignored) == TT_OK &&
			same_text(&made, &s->text))
			return true;
	}
	return false;
}

/* A file that we made; its directory goes with it when nothing else is in there. */
static enum tt_code remove_file(
	const struct claude_settings *s, const struct file *f, struct tt_error *err)
{
	_autofree_ char *dir =
		xstrndup(s->path.buf, (size_t)(strrchr(s->path.buf, '/') - s->path.buf));

	if (fs_remove(f->dir, f->name, s->shown.buf, err) != TT_OK)
		return err->code;
	if (s->scope != CLAUDE_USER)
		(void)rmdir(dir);
	return TT_OK;
}

static enum tt_code put_back(struct claude_settings *s, const struct file *f,
	const struct strbuf *original, bool existed, const struct strbuf *without,
	struct tt_error *err)
{
	const struct strbuf *wanted = without;

	if (comes_from(s, original)) {
		if (!existed)
			return remove_file(s, f, err);
		wanted = original;
	}
	return fs_replace(f->dir, f->name, wanted->buf, wanted->len, s->mode, s->shown.buf, err);
}

/* Ours out of a file that exists, and the kept one away, also when somebody took ours
 * out already. */
static enum tt_code take_out(
	struct claude_settings *s, const struct strbuf *without, bool changed, struct tt_error *err)
{
	_cleanup_(file_close) struct file f = { .dir = -1 };
	_cleanup_(strbuf_release) struct strbuf original = STRBUF_INIT;
	struct tt_error absent = TT_ERROR_INIT;
	_autofree_ char *kept = NULL, *shown = xasprintf("%s" KEPT_SUFFIX, s->shown.buf);
	bool existed;

	if (open_dir(&f, s, false, err) != TT_OK || check_unchanged(s, &f, err) != TT_OK)
		return err->code;
	kept = xasprintf("%s" KEPT_SUFFIX, f.name);
	existed = fs_read(&original, f.dir, kept, SETTINGS_MAX, shown, &absent) == TT_OK;
	if (!existed && absent.code != TT_ENOTFOUND) {
		*err = absent;
		return err->code;
	}
	if (changed && put_back(s, &f, &original, existed, without, err) != TT_OK)
		return err->code;
	return existed ? fs_remove(f.dir, kept, shown, err) : TT_OK;
}

enum tt_code claude_settings_uninstall(
	struct claude_settings *s, bool dry, bool *changed, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf without = STRBUF_INIT;

	if (edit(&without, s, &s->text, false, false, err) != TT_OK)
		return err->code;
	*changed = !same_text(&without, &s->text);
	return s->exists && !dry ? take_out(s, &without, *changed, err) : TT_OK;
}

static bool has_hooks(enum claude_scope scope, const struct vcs_repo *repo)
{
	_cleanup_(claude_settings_release) struct claude_settings s = CLAUDE_SETTINGS_INIT;
	struct settings_state state = { 0 };
	struct tt_error ignored = TT_ERROR_INIT;

	if (claude_settings_read(&s, scope, repo, &ignored) != TT_OK ||
		settings_look(&state, s.text.buf, s.text.len, &ignored) != TT_OK)
		return false;
	free(state.hook_command);
	return state.hooks > 0;
}

bool claude_settings_have_hooks(const struct vcs_repo *repo)
{
	for (int scope = 0; scope < CLAUDE_SCOPES; scope++)
		if (has_hooks((enum claude_scope)scope, repo))
			return true;
	return false;
}

/* --- keeping it out of commits --------------------------------------------------------------- */

/* What is mine, and what is kept of what is not. */
static const char *const hidden[CLAUDE_SCOPES] = {
	[CLAUDE_LOCAL] = LOCAL_SETTINGS "*\n",
	[CLAUDE_PROJECT] = PROJECT_SETTINGS KEPT_SUFFIX "\n",
};

/* Where the line stands as a whole one; NULL when it does not. */
static const char *find_line(const char *text, const char *line)
{
	const char *at = strstr(text, line);

	while (at && at > text && at[-1] != '\n')
		at = strstr(at + 1, line);
	return at;
}

/* The line in info/exclude: added, or taken out. */
static enum tt_code set_excluded(
	const struct vcs_repo *repo, const char *line, bool wanted, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	_autoclose_ int dir = -1;
	struct tt_error absent = TT_ERROR_INIT;
	const char *found;

	if (fs_open_dir(&dir, vcs_common_dir(repo), "info", true, 0755, err) != TT_OK)
		return err->code;
	if (fs_read(&text, dir, "exclude", SETTINGS_MAX, "info/exclude", &absent) != TT_OK &&
		absent.code != TT_ENOTFOUND) {
		*err = absent;
		return err->code;
	}
	found = find_line(text.buf, line);
	if ((found != NULL) == wanted)
		return TT_OK;
	if (wanted) {
		if (text.len && text.buf[text.len - 1] != '\n')
			strbuf_addch(&text, '\n');
		strbuf_addstr(&text, line);
	} else {
		_autofree_ char *rest = xstrdup(found + strlen(line));

		strbuf_setlen(&text, (size_t)(found - text.buf));
		strbuf_addstr(&text, rest);
	}
	return fs_replace(dir, "exclude", text.buf, text.len, FILE_MODE, "info/exclude", err);
}

enum tt_code claude_settings_hide(
	enum claude_scope scope, const struct vcs_repo *repo, struct tt_error *err)
{
	const char *probe = scope == CLAUDE_LOCAL ? LOCAL_SETTINGS : PROJECT_SETTINGS KEPT_SUFFIX;

	if (!hidden[scope] || vcs_is_ignored(repo, probe))
		return TT_OK;
	return set_excluded(repo, hidden[scope], true, err);
}

enum tt_code claude_settings_unhide(
	enum claude_scope scope, const struct vcs_repo *repo, struct tt_error *err)
{
	return hidden[scope] ? set_excluded(repo, hidden[scope], false, err) : TT_OK;
}
