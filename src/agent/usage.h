/*
 * What a turn takes, in tokens: as models report it, or estimated where they
 * do not.  It is stored with the answer,
 *
 *	{"prompt_tokens", "completion_tokens"	sums of the turn's steps
 *	 "cached_tokens"	of the former; absent: nobody said
 *	 "steps"		how often a model was asked
 *	 "last_prompt_tokens"	of the last step as reported, and
 *	 "last_estimate"	what we had made of it; absent: not known
 *	 "limit"		a request was refused as too long: since then
 *				there were no more tokens in one than this
 *	 "estimated": true}	some of the figures are ours
 *
 * and what comes after the steps is for the next turns of the conversation.
 */
#ifndef AGENT_USAGE_H
#define AGENT_USAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/json.h"
#include "model/model.h"
#include "store/message.h"

enum { USAGE_AS_IS = 8 };	/* a rate: eighths of an estimate */

struct usage {
	int64_t	 prompt, completion;
	int64_t	 cached;		/* -1: nobody said */
	int	 steps;
	int64_t	 last_prompt, last_estimate;	/* 0: not known */
	int64_t	 limit;			/* 0: nothing was refused */
	bool	 estimated;
};

/* One request, as tokens.h sees it; estimate 0: none was written. */
struct usage_sent {
	int64_t	 estimate, least;
	int	 rate;			/* by which estimates are corrected */
};

void	 usage_init(struct usage *u);

/*
 * One more answer, or what there is of one: a stream that was hung up has
 * been paid for.  False: the model counted less of the request than it can
 * be.
 */
bool	 usage_add(struct usage *u, const struct usage_sent *sent,
	    const struct model_answer *ans);

/* NULL: no model was asked. */
struct json_object *usage_json(struct arena *a, const struct usage *u);

/*
 * What an estimate for this model is to be multiplied by, in eighths, from
 * its newest answer among these rows (newest first): 4 to 24.  It changes in
 * steps, or history would be cut elsewhere each time.
 */
int	 usage_rate(struct arena *a, const struct messages *rows,
	    const char *model);

/*
 * Likewise the newest limit, 0: none.  It holds as long as these rows show
 * it, so that not every turn of a long conversation begins with a refusal.
 */
int64_t	 usage_limit(struct arena *a, const struct messages *rows,
	    const char *model);

#endif
