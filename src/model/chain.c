#include <stdatomic.h>

#include "model/chain.h"

void
chain_init(struct chain *c, int n, bool builtin)
{
	int i;

	c->n = n;
	c->builtin = builtin;
	for (i = 0; i < MAX_MODELS; i++)
		atomic_init(&c->rests[i], 0);
}

static bool
was_asked(unsigned int asked, int i)
{
	return (asked & 1U << i) != 0;
}

int
chain_next(const struct chain *c, int from, unsigned int asked, int64_t now)
{
	int i;

	for (i = from; i < c->n; i++)
		if (!was_asked(asked, i) && atomic_load(&c->rests[i]) <= now)
			return i;
	if (c->builtin)
		return was_asked(asked, c->n) ? -1 : c->n;
	for (i = from; i < c->n; i++)
		if (!was_asked(asked, i))
			return i;
	return -1;
}

void
chain_failed(struct chain *c, int i, int64_t now)
{
	if (i < c->n)
		atomic_store(&c->rests[i], now + CHAIN_REST_MS);
}

void
chain_answered(struct chain *c, int i)
{
	if (i < c->n)
		atomic_store(&c->rests[i], 0);
}
