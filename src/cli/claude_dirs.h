/* SPDX-License-Identifier: MIT */
#ifndef CLI_CLAUDE_DIRS_H
#define CLI_CLAUDE_DIRS_H

#include <stddef.h>

/* The client's configuration directories: those in $CLAUDE_CONFIG_DIR (commas
 * between them, as other tools take it), ~/.claude, and claude/ below
 * $XDG_CONFIG_HOME or ~/.config.  Absolute, free of links, each once; whether
 * they exist or not. */
struct claude_dirs {
	char **paths;
	size_t count;
};
void claude_dirs_find(struct claude_dirs *out);
void claude_dirs_release(struct claude_dirs *dirs);

#endif
