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

/*
 * What a call of an answer that was taken back has done.  It stands, so the
 * same wish does not come true twice.
 */
struct effect {
	const char		*name;
	struct json_object	*arguments, *result;
	bool			 met;		/* by a call of this turn */
};

struct work {
	struct agent		*ag;
	struct arena		*a;
	const struct sink	*sink;
	struct turn		 t;
	int64_t			 deadline;	/* of the turn, clock_ms() */
	int64_t			 renew_at;	/* when to renew the lease */
	int64_t			 keep_at;	/* when it was last kept */

	struct messages		 history;	/* as stored, newest first */
	size_t			 history_max;	/* bytes of it the model gets */
	struct wire		 steps;		/* what this turn added to it */
	int			 step;
	int			 wrong;		/* calls that could not run */
	size_t			 results;	/* bytes that tools answered */
	struct call		*calls;		/* of this turn, as recorded */
	size_t			 ncalls, calls_cap;

	struct effect		*effects;	/* of answers taken back */
	size_t			 neffects;
	bool			 edited;	/* they answered other words */

	struct buf		 said;		/* streams: what went out */
	size_t			 kept;		/* bytes of it that followers
						   can read, */
	size_t			 kept_chars;	/* and characters */
	struct str		 reply;		/* else: the newest text */
	bool			 gap;		/* next text: new paragraph */
	struct question		 question;	/* confirmation NULL: none */
	struct json_object	*extra;		/* opaque, of the final text */

	bool			 gone;		/* nobody listens any more, or
						   somebody said stop */
	const struct err	*lost;		/* the lease is not ours */
	const char		*state;		/* how the message is stored */
	const char		*model;
	int			 from;		/* who of the models answered */
	bool			 fallback;	/* builtin took over */
	long long		 model_ms, prompt_tokens, completion_tokens;
};

/* A front door heard that its reader has left. */
void	 work_left(struct work *w);
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

/*
 * Keep the lease, and the text for those who follow, as far as it is time.
 * False: the turn is lost, or is to stop.
 */
bool	 work_keep(struct work *w);

/* Run one call that the person made by a button, or ask about it. */
const struct err *work_act(struct work *w, const char *tool,
	    struct json_object *arguments);

/* Ask the model, run its tools, until there is a reply or a question. */
const struct err *work_think(struct work *w);

#endif
