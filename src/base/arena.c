#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/log.h"

/*
 * A thousand idle threads hold no chunk: an arena's memory goes back when
 * it ends.  A thousand that wait for a model hold what their requests have
 * come to, so chunks are small; and all are of one size, so that what one
 * gives back fits the next.  What is larger than a quarter of a chunk gets
 * memory of its own: then no chunk's unused end is more than that.
 */
#define CHUNK		((size_t)2 * 1024)

/*
 * With ARENA_DEBUG (./configure --enable-arena-debug) each allocation is
 * its own malloc of exactly its size: AddressSanitizer then sees every
 * step beyond it, which it cannot inside a chunk.
 */
#ifdef ARENA_DEBUG
static const bool own_malloc = true;
#else
static const bool own_malloc = false;
#endif

struct chunk {
	struct chunk	*next;
	max_align_t	 bytes[];
};

struct undo {
	struct undo	*next;
	void		(*run)(void *);
	void		*what;
};

struct arena {
	struct chunk	*chunks;
	struct chunk	*first;		/* of them: arena_reset() keeps it */
	struct undo	*undos;
	char		*at;		/* free part of the newest chunk */
	size_t		 left;
};

static _Noreturn void
out_of_memory(size_t n)
{
	log_line(LOG_ERROR, "out of memory: %zu bytes wanted", n);
	_exit(1);
}

static void *
chunk_new(struct arena *a, size_t n)
{
	struct chunk *c;

	if (n > SIZE_MAX - sizeof(*c) ||
	    (c = malloc(sizeof(*c) + n)) == NULL)
		out_of_memory(n);
	c->next = a->chunks;
	a->chunks = c;
	return c->bytes;
}

static void
arena_grow(struct arena *a)
{
	a->at = chunk_new(a, CHUNK);
	a->left = CHUNK;
	if (a->first == NULL)
		a->first = a->chunks;
}

struct arena *
arena_new(void)
{
	struct arena *a;

	if ((a = calloc(1, sizeof(*a))) == NULL)
		out_of_memory(sizeof(*a));
	return a;
}

/* Undo everything, then free every chunk but keep (NULL: every one). */
static void
arena_empty(struct arena *a, struct chunk *keep)
{
	struct chunk *c;
	struct undo *u;

	while ((u = a->undos) != NULL) {
		a->undos = u->next;
		u->run(u->what);
	}
	while ((c = a->chunks) != NULL) {
		a->chunks = c->next;
		if (c != keep)
			free(c);
	}
}

void
arena_free(struct arena *a)
{
	if (a == NULL)
		return;
	arena_empty(a, NULL);
	free(a);
}

void
arena_reset(struct arena *a)
{
	arena_empty(a, a->first);
	if (a->first == NULL)
		return;
	a->first->next = NULL;
	a->chunks = a->first;
	a->at = (char *)a->first->bytes;
	a->left = CHUNK;
}

void
arena_drop(struct arena *a)
{
	arena_empty(a, NULL);
	*a = (struct arena){ .chunks = NULL };
}

/* The same as arena_alloc(), with anything in it. */
static void *
arena_take(struct arena *a, size_t n)
{
	const size_t unit = _Alignof(max_align_t);
	size_t whole;
	char *p;

	if (own_malloc || n > CHUNK / 4)
		return chunk_new(a, n);
	whole = n == 0 ? unit : (n + unit - 1) / unit * unit;
	if (whole > a->left)
		arena_grow(a);
	p = a->at;
	a->at += whole;
	a->left -= whole;
	return p;
}

void *
arena_alloc(struct arena *a, size_t n)
{
	return memset(arena_take(a, n), 0, n);
}

char *
arena_strndup(struct arena *a, const char *p, size_t n)
{
	char *s;

	if (n == SIZE_MAX)
		out_of_memory(n);
	s = arena_take(a, n + 1);
	if (n > 0)
		memcpy(s, p, n);
	s[n] = '\0';
	return s;
}

char *
arena_strdup(struct arena *a, const char *s)
{
	return arena_strndup(a, s, strlen(s));
}

char *
arena_vprintf(struct arena *a, const char *fmt, va_list ap)
{
	va_list again;
	char *s;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (n < 0)		/* longer than INT_MAX */
		out_of_memory(INT32_MAX);
	s = arena_take(a, (size_t)n + 1);
	vsnprintf(s, (size_t)n + 1, fmt, ap);
	return s;
}

char *
arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = arena_vprintf(a, fmt, ap);
	va_end(ap);
	return s;
}

static void
child_end(void *child)
{
	arena_free(child);
}

struct arena *
arena_child(struct arena *a)
{
	struct arena *child = arena_new();

	arena_defer(a, child_end, child);
	return child;
}

void
arena_defer(struct arena *a, void (*undo)(void *), void *what)
{
	struct undo *u;

	u = arena_alloc(a, sizeof(*u));
	u->run = undo;
	u->what = what;
	u->next = a->undos;
	a->undos = u;
}
