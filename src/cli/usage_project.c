/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/text.h"
#include "usage_report.h"

const char *usage_project_path(struct arena *arena, const char *common_dir)
{
	size_t len = strlen(common_dir);

	if (!text_ends_with(common_dir, "/.git"))
		return common_dir;
	return arena_strndup(arena, common_dir, len - strlen("/.git"));
}

const char *usage_project_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash[1] ? slash + 1 : path;
}

bool usage_project_is_called(const char *path, const char *remote, const char *name)
{
	return strcmp(path, name) == 0 || strcmp(usage_project_name(path), name) == 0 ||
	       (remote && (strcmp(remote, name) == 0 ||
				  strcmp(usage_project_name(remote), name) == 0));
}
