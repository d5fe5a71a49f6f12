/*
 * Any bytes as server-sent events: in one piece or in two or one by one,
 * the same events come of them.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/bounds.h"
#include "fetch/sse_parse.h"

int	 LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static bool
on_event(void *ctx, const struct sse_event *ev)
{
	struct buf *b = ctx;

	buf_put(b, ev->name.p, ev->name.n);
	buf_putc(b, '\0');
	buf_put(b, ev->data.p, ev->data.n);
	buf_putc(b, '\1');
	return true;
}

/* Cut at this byte, and from there on in pieces of so many. */
static struct buf
parse(struct arena *a, const char *p, size_t n, size_t cut, size_t step)
{
	struct sse_parse *parse;
	struct buf b;
	size_t i, piece;

	buf_init(&b, a, SIZE_MAX - 1);
	parse = sse_parse_new(a, on_event, &b);
	sse_parse_feed(parse, p, cut);
	for (i = cut; i < n; i += piece) {
		piece = n - i < step ? n - i : step;
		sse_parse_feed(parse, p + i, piece);
	}
	sse_parse_end(parse);
	return b;
}

static void
must_equal(const struct buf *x, const struct buf *y)
{
	if (x->n != y->n || (x->n > 0 && memcmp(x->p, y->p, x->n) != 0))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const char *p = (const char *)data;
	struct arena *a = arena_new();
	struct buf whole, two, bytes;

	whole = parse(a, p, n, n, 1);
	two = parse(a, p, n, n == 0 ? 0 : data[0] % n, n + 1);
	bytes = parse(a, p, n, 0, 1);
	must_equal(&whole, &two);
	must_equal(&whole, &bytes);
	arena_free(a);
	return 0;
}
