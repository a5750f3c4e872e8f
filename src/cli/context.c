/* SPDX-License-Identifier: MIT */
#include "cli/context.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/command.h"

/* One line, whatever the text holds. */
static void say(const struct context *ctx, const char *label, const char *fmt, va_list ap)
	__attribute__((format(printf, 3, 0)));

static void say(const struct context *ctx, const char *label, const char *fmt, va_list ap)
{
	_cleanup_(strbuf_release) struct strbuf line = STRBUF_INIT;
	_autofree_ char *text = NULL;

	if (vasprintf(&text, fmt, ap) < 0)
		mem_exhausted();
	text_add_visible(&line, text);
	(void)fprintf(stderr, "%s: %s%s\n", ctx->program->name, label, line.buf);
}

void context_warn(const struct context *ctx, const char *fmt, ...)
{
	va_list ap;

	if (ctx->common.quiet)
		return;
	va_start(ap, fmt);
	say(ctx, "warning: ", fmt, ap);
	va_end(ap);
}

void context_note(const struct context *ctx, const char *fmt, ...)
{
	va_list ap;

	if (ctx->common.quiet)
		return;
	va_start(ap, fmt);
	say(ctx, "", fmt, ap);
	va_end(ap);
}

void context_detail(const struct context *ctx, const char *fmt, ...)
{
	va_list ap;

	if (!ctx->common.verbose || ctx->common.quiet)
		return;
	va_start(ap, fmt);
	say(ctx, "", fmt, ap);
	va_end(ap);
}

void context_error(const struct context *ctx, const struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf line = STRBUF_INIT;

	text_add_visible(&line, err->msg);
	(void)fprintf(stderr, "%s: %s\n", ctx->program->name, line.buf);
}

const char *context_env(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

enum tt_code context_open_repo(struct context *ctx, struct tt_error *err)
{
	_autofree_ char *here = NULL;

	if (ctx->repo || vcs_open(&ctx->repo, ".", err) == TT_OK)
		return TT_OK;
	if (err->code != TT_ENOTFOUND)
		return err->code;
	here = getcwd(NULL, 0);
	return tt_fail(err, TT_ENOTFOUND, "'%s' is not inside a git repository (-C names another)",
		here ? here : ".");
}

bool context_can_ask(void)
{
	return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

bool context_ask(const struct context *ctx, const char *question)
{
	_autofree_ char *line = NULL;
	_cleanup_(strbuf_release) struct strbuf shown = STRBUF_INIT;
	size_t size = 0;

	if (!context_can_ask())
		return false;
	text_add_visible(&shown, question);
	(void)fprintf(stderr, "%s: %s [y/N] ", ctx->program->name, shown.buf);
	if (getline(&line, &size, stdin) < 0)
		return false;
	return strcmp(line, "y\n") == 0 || strcmp(line, "Y\n") == 0 || strcmp(line, "yes\n") == 0;
}
