/*
 * A turn under way: shared by agent.c, which begins and ends turns, and
 * think.c, which asks the model and runs what it wants.  Private to this
 * folder.
 */
#ifndef AGENT_WORK_H
#define AGENT_WORK_H

#include "agent/agent.h"
#include "agent/history.h"
#include "agent/question.h"
#include "store/turn.h"

struct work {
	struct agent		*ag;
	struct arena		*a;
	const struct sink	*sink;
	struct turn		 t;
	int64_t			 deadline;	/* of the turn, clock_ms() */
	int64_t			 renew_at;	/* when to renew the lease */

	struct messages		 history;	/* as stored, newest first */
	size_t			 history_max;	/* bytes of it the model gets */
	struct wire		 steps;		/* what this turn added to it */
	int			 step;
	int			 wrong;		/* calls that could not run */
	size_t			 results;	/* bytes that tools answered */
	struct call		*calls;		/* of this turn, as recorded */
	size_t			 ncalls, calls_cap;

	struct buf		 said;		/* streams: what went out */
	struct str		 reply;		/* else: the newest text */
	bool			 gap;		/* next text: new paragraph */
	struct question		 question;	/* confirmation NULL: none */
	struct json_object	*extra;		/* opaque, of the final text */

	bool			 gone;		/* nobody listens any more */
	const struct err	*lost;		/* the lease is not ours */
	const char		*state;		/* how the message is stored */
	const char		*model;
	bool			 fallback;	/* builtin took over */
	long long		 model_ms, prompt_tokens, completion_tokens;
};

/* Say this, as it is; false: nobody listens. */
bool	 work_say(struct work *w, struct str text);
/* Say a sentence of our own, as a paragraph after what was said. */
void	 work_add(struct work *w, const char *text);
/* One more call this turn has made. */
void	 work_record(struct work *w, const struct call *c);

/*
 * After a database call: wait a little and say whether to try again.
 * *until: 0 at first.
 */
bool	 work_again(struct work *w, const struct err *e, int64_t *until);

/* Ask the model, run its tools, until there is a reply or a question. */
const struct err *work_think(struct work *w);

#endif
