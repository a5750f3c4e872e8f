/* SPDX-License-Identifier: MIT */
#include "claude_dirs.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "cli/context.h"
#include "user_state.h"

static void add(struct claude_dirs *dirs, const char *path)
{
	char *real = realpath(path, NULL);
	char *wanted = xstrdup(real ? real : path);

	free(real);
	for (size_t i = 0; i < dirs->count; i++)
		if (strcmp(dirs->paths[i], wanted) == 0) {
			free(wanted);
			return;
		}
	dirs->paths = xreallocarray(dirs->paths, dirs->count + 1, sizeof *dirs->paths);
	dirs->paths[dirs->count++] = wanted;
}

static void add_listed(struct claude_dirs *dirs, const char *list)
{
	while (list && *list) {
		size_t len = strcspn(list, ",");
		_autofree_ char *path = xstrndup(list, len);

		for (size_t end = len; end > 1 && path[end - 1] == '/'; end--)
			path[end - 1] = '\0';
		if (path[0] == '/')
			add(dirs, path);
		list += len + (list[len] == ',');
	}
}

void claude_dirs_find(struct claude_dirs *out)
{
	const char *config = context_env("XDG_CONFIG_HOME");
	_cleanup_(strbuf_release) struct strbuf home = STRBUF_INIT;
	bool has_home = user_home(&home);

	*out = (struct claude_dirs){ 0 };
	add_listed(out, context_env("CLAUDE_CONFIG_DIR"));
	if (has_home) {
		_autofree_ char *path = xasprintf("%s/.claude", home.buf);

		add(out, path);
	}
	if (config && config[0] == '/') {
		_autofree_ char *path = xasprintf("%s/claude", config);

		add(out, path);
	} else if (has_home) {
		_autofree_ char *path = xasprintf("%s/.config/claude", home.buf);

		add(out, path);
	}
}

void claude_dirs_release(struct claude_dirs *dirs)
{
	for (size_t i = 0; i < dirs->count; i++)
		free(dirs->paths[i]);
	free(dirs->paths);
	*dirs = (struct claude_dirs){ 0 };
}
