/* SPDX-License-Identifier: MIT */
#ifndef CLI_AMENDING_H
#define CLI_AMENDING_H

#include <stdbool.h>

/*
 * Was this process started, through a hook, by `git commit --amend`?  git does
 * not tell its hooks, so the command lines of the processes above are read
 * where the system shows them (/proc); elsewhere the answer is no.
 */
bool amending(void);

#endif
