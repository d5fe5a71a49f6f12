/*
 * Memory that lives as long as one request (or one command).  Nothing
 * taken from an arena is freed by hand: arena_free() gives back all of
 * it at once, after running what arena_defer() was told, newest first.
 *
 * Running out of memory ends the process with a log line: every request
 * is safe against a killed worker (the database holds the truth), so a
 * path for "no memory" through each function would be code nobody runs.
 * What a stranger can make us allocate is bounded in bounds.h instead.
 *
 * An arena belongs to one thread at a time.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena;

struct arena	*arena_new(void);
void		 arena_free(struct arena *a);	/* NULL is fine */

/*
 * As if it had ended and begun anew, but its first memory is kept: for
 * what is done a thousand times and needs little each time.
 */
void		 arena_reset(struct arena *a);

/* The same, and nothing is kept: for before a long wait. */
void		 arena_drop(struct arena *a);

/*
 * One that ends with a: arena_drop() may empty it before, arena_free() is not
 * for it.
 */
struct arena	*arena_child(struct arena *a);

/* Zeroed memory of n bytes, aligned for any type.  Never NULL. */
void		*arena_alloc(struct arena *a, size_t n);

/* A copy of n bytes at p, with a NUL after them. */
char		*arena_strndup(struct arena *a, const char *p, size_t n);
char		*arena_strdup(struct arena *a, const char *s);
char		*arena_printf(struct arena *a, const char *fmt, ...)
		    __attribute__((format(printf, 2, 3)));
char		*arena_vprintf(struct arena *a, const char *fmt, va_list ap)
		    __attribute__((format(printf, 2, 0)));

/* Call undo(what) when the arena ends; later calls are undone first. */
void		 arena_defer(struct arena *a, void (*undo)(void *), void *what);

#endif
