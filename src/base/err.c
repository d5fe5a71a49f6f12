#include <stdarg.h>

#include "base/err.h"

const struct err *
err_new(struct arena *a, enum err_kind kind, const char *code,
    const char *say, const char *fmt, ...)
{
	struct err *e;
	va_list ap;

	e = arena_alloc(a, sizeof(*e));
	e->kind = kind;
	e->code = code;
	e->say = say;
	va_start(ap, fmt);
	e->log = arena_vprintf(a, fmt, ap);
	va_end(ap);
	return e;
}

const struct err *
err_retry(struct arena *a, const struct err *e, int seconds)
{
	struct err *again;

	again = arena_alloc(a, sizeof(*again));
	*again = *e;
	again->retry_after = seconds;
	return again;
}

const struct err *
err_keep(struct arena *a, const struct err *e)
{
	struct err *kept;

	if (e == NULL)
		return NULL;
	kept = arena_alloc(a, sizeof(*kept));
	*kept = *e;
	kept->code = arena_strdup(a, e->code);
	kept->say = arena_strdup(a, e->say);
	kept->log = arena_strdup(a, e->log);
	return kept;
}
