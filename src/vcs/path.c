/* SPDX-License-Identifier: MIT */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "internal.h"

char *vcs_path_copy(const char *path)
{
	size_t len = strlen(path);

	while (len > 1 && path[len - 1] == '/')
		len--;
	return xstrndup(path, len);
}

char *vcs_path_join(const char *base, const char *path)
{
	if (*path == '/')
		return xstrdup(path);
	return xasprintf("%s/%s", base, path);
}

/* The end of a path may be still to be made: what exists of it is resolved. */
char *vcs_path_resolve(const char *path)
{
	_autofree_ char *known = realpath(path, NULL);
	_autofree_ char *head = NULL, *parent = NULL;
	const char *slash;

	if (known)
		return steal(&known);
	head = vcs_path_copy(path);
	slash = strrchr(head, '/');
	if (!slash || slash == head)
		return steal(&head);
	head[slash - head] = '\0';
	parent = vcs_path_resolve(head);
	return xasprintf("%s/%s", strcmp(parent, "/") == 0 ? "" : parent, slash + 1);
}

/* A path that climbs is taken for one outside. */
bool vcs_path_is_below(const char *path, const char *dir)
{
	size_t len = dir ? strlen(dir) : 0;

	return len && strncmp(path, dir, len) == 0 && (path[len] == '/' || !path[len]) &&
	       !strstr(path, "/../");
}
