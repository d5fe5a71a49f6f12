#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"

struct str
str_of(const char *s)
{
	return (struct str){ s, s == NULL ? 0 : strlen(s) };
}

bool
str_is(struct str s, const char *lit)
{
	size_t n = strlen(lit);

	return s.n == n && (n == 0 || memcmp(s.p, lit, n) == 0);
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Not strncasecmp(): that asks the locale, and reads past no NUL. */
bool
str_is_nocase(struct str s, const char *lit)
{
	size_t i;

	if (s.n != strlen(lit))
		return false;
	for (i = 0; i < s.n; i++)
		if (lower(s.p[i]) != lower(lit[i]))
			return false;
	return true;
}

void
buf_init(struct buf *b, struct arena *a, size_t max)
{
	*b = (struct buf){ .a = a, .max = max };
}

/*
 * Room for n more bytes and a NUL.  Once something did not fit nothing
 * more is taken: what is there stays a clean beginning.
 */
static bool
buf_room(struct buf *b, size_t n)
{
	size_t cap;
	char *p;

	if (b->bad || n > b->max || b->n > b->max - n) {
		b->bad = true;
		return false;
	}
	if (b->n + n < b->cap)
		return true;
	cap = b->cap < 64 ? 64 : b->cap;
	while (cap <= b->n + n)
		cap = cap > SIZE_MAX / 2 ? SIZE_MAX : cap * 2;
	if (cap > b->max && b->max < SIZE_MAX)
		cap = b->max + 1;
	p = arena_alloc(b->a, cap);
	if (b->n > 0)
		memcpy(p, b->p, b->n);
	b->p = p;
	b->cap = cap;
	return true;
}

void
buf_reserve(struct buf *b, size_t n)
{
	if (n <= b->max && b->n <= b->max - n)
		buf_room(b, n);
}

void
buf_put(struct buf *b, const void *p, size_t n)
{
	if (!buf_room(b, n))
		return;
	if (n > 0)
		memcpy(b->p + b->n, p, n);
	b->n += n;
	b->p[b->n] = '\0';
}

void
buf_puts(struct buf *b, const char *s)
{
	buf_put(b, s, strlen(s));
}

void
buf_putc(struct buf *b, char c)
{
	buf_put(b, &c, 1);
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0) {
		b->bad = true;
		return;
	}
	if (!buf_room(b, (size_t)n))
		return;
	va_start(ap, fmt);
	vsnprintf(b->p + b->n, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->n += (size_t)n;
}

void
buf_clear(struct buf *b)
{
	b->n = 0;
	b->bad = false;
	if (b->p != NULL)
		b->p[0] = '\0';
}

const char *
buf_str(struct buf *b)
{
	return b->p == NULL ? "" : b->p;
}
