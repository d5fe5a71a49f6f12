/*
 * Borrowed bytes, and a growing buffer that knows its limit.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

struct str {		/* borrowed bytes, not NUL-ended */
	const char	*p;
	size_t		 n;
};

#define STR(lit)	((struct str){ (lit), sizeof(lit) - 1 })

struct str	 str_of(const char *s);		/* s may be NULL: empty */
bool		 str_is(struct str s, const char *lit);
bool		 str_is_nocase(struct str s, const char *lit);	/* ASCII */

struct buf {		/* always NUL-ended once anything was put */
	struct arena	*a;
	char		*p;
	size_t		 n, cap;
	size_t		 max;	/* a promise about the worst day */
	bool		 bad;	/* sticky: something did not fit */
};

void	 buf_init(struct buf *b, struct arena *a, size_t max);
/* Room for n more bytes at once, if max allows: spares growing to them. */
void	 buf_reserve(struct buf *b, size_t n);
void	 buf_put(struct buf *b, const void *p, size_t n);
void	 buf_puts(struct buf *b, const char *s);
void	 buf_putc(struct buf *b, char c);
void	 buf_printf(struct buf *b, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));
void	 buf_clear(struct buf *b);		/* empty again, not bad */
const char *buf_str(struct buf *b);		/* NUL-ended, never NULL */

#endif
