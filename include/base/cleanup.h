/* SPDX-License-Identifier: MIT */
#ifndef BASE_CLEANUP_H
#define BASE_CLEANUP_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Run fn(&var) when var leaves scope. */
#define _cleanup_(fn) __attribute__((cleanup(fn)))

static inline void freep(void *p)
{
	free(*(void **)p);
}
static inline void fclosep(FILE **f)
{
	if (*f)
		fclose(*f);
}
static inline void closep(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

#define _autofree_ _cleanup_(freep)
#define _autoclose_ _cleanup_(closep)
#define _autofclose_ _cleanup_(fclosep)

/* Hand a pointer to a new owner and forget it here. */
#define steal(pp)                               \
	({                                      \
		__typeof__(*(pp)) tmp_ = *(pp); \
		*(pp) = NULL;                   \
		tmp_;                           \
	})

#endif
