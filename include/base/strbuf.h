/* SPDX-License-Identifier: MIT */
#ifndef BASE_STRBUF_H
#define BASE_STRBUF_H

#include <stddef.h>

/*
 * A byte string that grows.
 *
 *	_cleanup_(strbuf_release) struct strbuf line = STRBUF_INIT;
 *	strbuf_addf(&line, "%s: %d", name, n);
 *	use(line.buf);
 *
 * Invariants: buf is never NULL and buf[len] is always NUL, also right after
 * STRBUF_INIT, so buf can be handed to anything that wants a C string.
 */
struct strbuf {
	char *buf;
	size_t len;
	size_t alloc; /* 0: buf is the shared empty string, not ours to free */
};

extern char strbuf_empty[];
#define STRBUF_INIT                 \
	{                           \
		.buf = strbuf_empty \
	}

void strbuf_release(struct strbuf *sb); /* frees, and makes it empty again */
void strbuf_reset(struct strbuf *sb);	/* empties, keeps the memory */
void strbuf_grow(struct strbuf *sb, size_t extra);
void strbuf_setlen(struct strbuf *sb, size_t len); /* len <= current length */

void strbuf_add(struct strbuf *sb, const void *data, size_t len);
void strbuf_addstr(struct strbuf *sb, const char *text);
void strbuf_addch(struct strbuf *sb, char c);
__attribute__((format(printf, 2, 3))) void strbuf_addf(struct strbuf *sb, const char *fmt, ...);

/* Hand the string to the caller, who frees it; sb is empty afterwards. */
char *strbuf_detach(struct strbuf *sb);

#endif
