/* Which model is asked: preference, those that failed, and for how long. */
#include "model/chain.h"
#include "tap.h"

#define NOW	((int64_t)1 << 40)
#define LATER	(NOW + CHAIN_REST_MS)

static struct chain c;

/* next(c, from, asked bits, when, who) */
static void
next(int from, unsigned int asked, int64_t now, int want, const char *name)
{
	is_int(chain_next(&c, from, asked, now), want, "%s", name);
}

static void
test_order(void)
{
	chain_init(&c, 3, false);
	next(0, 0, NOW, 0, "the first is asked");
	next(0, 1, NOW, 1, "then the second");
	next(0, 3, NOW, 2, "then the third");
	next(0, 7, NOW, -1, "then nobody is left");
	next(1, 0, NOW, 1, "who took over is the first one then");
	next(1, 2, NOW, 2, "and nobody before it is asked");
	next(2, 4, NOW, -1, "not even in the end");
}

static void
test_rest(void)
{
	chain_init(&c, 3, false);
	chain_failed(&c, 0, NOW);
	next(0, 0, NOW, 1, "one that failed is passed over");
	next(0, 0, LATER - 1, 1, "as long as it rests");
	next(0, 0, LATER, 0, "and then is the first again");
	next(0, 2, NOW, 2, "others come before it,");
	next(0, 6, NOW, 0, "but it before nobody");
	next(0, 7, NOW, -1, "once");
	chain_failed(&c, 1, NOW + 1);
	chain_failed(&c, 2, NOW + 2);
	next(0, 0, NOW + 2, 0, "when all rest, they are asked in order");
	next(0, 0, LATER + 1, 0, "each rests from its own failure on,");
	next(0, 1, LATER + 1, 1, "the first two have rested,");
	next(0, 3, LATER + 1, 2, "the third comes last");
	chain_answered(&c, 1);
	next(0, 0, NOW + 2, 1, "who answered rests no longer");
	chain_failed(&c, 1, NOW + 3);
	chain_failed(&c, 1, NOW + 9);
	next(1, 0, LATER + 3, 2, "a later failure is a longer rest");
	next(1, 0, LATER + 9, 1, "by as much");
}

static void
test_alone(void)
{
	chain_init(&c, 1, false);
	chain_failed(&c, 0, NOW);
	next(0, 0, NOW, 0, "one alone is always asked");
	next(0, 1, NOW, -1, "and nobody stands in");
}

static void
test_builtin(void)
{
	chain_init(&c, 0, true);
	next(0, 0, NOW, 0, "the built-in one alone");
	chain_failed(&c, 0, NOW);
	next(0, 0, NOW, 0, "never rests");
	next(0, 1, NOW, -1, "and has nobody behind it");

	chain_init(&c, 2, true);
	next(0, 0, NOW, 0, "behind others it");
	next(0, 1, NOW, 1, "waits");
	next(0, 3, NOW, 2, "for its turn");
	next(0, 7, NOW, -1, "and is the last");
	next(2, 0, NOW, 2, "it goes on where it took over");
	chain_failed(&c, 0, NOW);
	chain_failed(&c, 1, NOW);
	next(0, 0, NOW, 2, "it comes before those that rest");
	next(0, 4, NOW, -1, "which it makes superfluous");
	chain_answered(&c, 2);
	next(0, 0, NOW, 2, "its answer wakes nobody");
	next(0, 0, LATER, 0, "time does");
}

int
main(void)
{
	test_order();
	test_rest();
	test_alone();
	test_builtin();
	return tap_done();
}
