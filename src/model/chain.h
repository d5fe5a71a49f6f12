/*
 * Which of the configured models is asked next.  One that failed is passed
 * over for a while, by the whole process.  Knows numbers only, and the time
 * that it is told.
 */
#ifndef MODEL_CHAIN_H
#define MODEL_CHAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/conf.h"

#define CHAIN_REST_MS	30000

struct chain {			/* one a process */
	int		 n;		/* models, in order of preference; */
	bool		 builtin;	/* and number n, which never fails? */
	_Atomic int64_t	 rests[MAX_MODELS];	/* until when; clock_ms() */
};

void	 chain_init(struct chain *c, int n, bool builtin);

/*
 * Whom to ask, beginning with number from, when those of the bits in asked
 * have failed; -1: nobody is left.  One that rests is asked when there is
 * nobody else.
 */
int	 chain_next(const struct chain *c, int from, unsigned int asked,
	    int64_t now);

/* Number i failed for a reason that will not be gone at once. */
void	 chain_failed(struct chain *c, int i, int64_t now);

/* Number i answered: it has rested enough. */
void	 chain_answered(struct chain *c, int i);

#endif
