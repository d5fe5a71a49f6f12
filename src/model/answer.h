/*
 * A model's answer from its pieces: text as it comes, tool calls when all
 * of it is there.  This is what the readers of all model APIs share; what
 * an event means, each says itself (chat_read.c, responses_read.c,
 * anthropic_read.c, which see answer_parts.h).  Knows nothing of HTTP.
 */
#ifndef MODEL_ANSWER_H
#define MODEL_ANSWER_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "model/model.h"
#include "model/upstream_error.h"

/* How an answer failed. */
enum answer_fault {
	ANSWER_OK,
	ANSWER_BROKEN,		/* not what the protocol says */
	ANSWER_LIMIT,		/* more than bounds.h allows */
	ANSWER_UPSTREAM,	/* the server says so: error, if it told */
	ANSWER_CUT,		/* no end: what there is proves nothing */
	ANSWER_EMPTY,		/* neither text nor a call */
	ANSWER_MALFORMED,	/* its model wrote a call nobody can read */
	ANSWER_STOPPED		/* text() said so */
};

struct answer_state {
	enum answer_fault fault;
	const char	*why;		/* for the log, in our words */
	const char	*warning;	/* odd, but usable; or NULL */
	const struct upstream_error *error;	/* or NULL */
};

struct answer;
struct answer_reader;		/* of one API */
extern const struct answer_reader chat_reader, responses_reader,
    anthropic_reader;

/*
 * family: whose opaque data this is; it is written beside the data, so that
 * it goes back to the same kind of server only.  text (may be NULL) gets
 * whole characters; false stops.
 */
struct answer *answer_new(struct arena *a, const struct answer_reader *reader,
    const char *family, bool (*text)(void *ctx, struct str piece), void *ctx);

/* One event of a stream.  False: no more is wanted, see answer_end(). */
bool	 answer_event(struct answer *s, struct str name, struct str data);

/* The body of an answer that came in one piece. */
bool	 answer_whole(struct answer *s, struct str body);

/* Nothing comes for a while: gives back what only reading needs. */
void	 answer_rest(struct answer *s);

/* Its end was seen, but usage may follow; and: nothing follows any more. */
bool	 answer_finished(const struct answer *s);
bool	 answer_done(const struct answer *s);

/* Text so far, well-formed. */
struct str answer_text(const struct answer *s);

/*
 * Nothing more comes.  ANSWER_OK: *out has end, text, calls, extra and
 * usage; calls only when end is MODEL_TOOLS.  Otherwise *out is untouched.
 */
struct answer_state answer_end(struct answer *s, struct model_answer *out);

#endif
