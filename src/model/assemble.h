/*
 * A Chat Completions answer from its pieces: text as it comes, tool calls
 * when all of it is there.  It believes no server's indexes, ids or finish
 * reasons further than it must, and knows nothing of HTTP.
 */
#ifndef MODEL_ASSEMBLE_H
#define MODEL_ASSEMBLE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "model/model.h"
#include "model/upstream_error.h"

/* How an answer failed. */
enum assemble_fault {
	ASSEMBLE_OK,
	ASSEMBLE_BROKEN,	/* not what the protocol says */
	ASSEMBLE_LIMIT,		/* more than bounds.h allows */
	ASSEMBLE_UPSTREAM,	/* the server says so: error, if it told */
	ASSEMBLE_CUT,		/* no finish: what there is proves nothing */
	ASSEMBLE_EMPTY,		/* neither text nor a call */
	ASSEMBLE_MALFORMED,	/* its model wrote a call nobody can read */
	ASSEMBLE_STOPPED	/* text() said so */
};

struct assembled {
	enum assemble_fault fault;
	const char	*why;		/* for the log, in our words */
	const char	*warning;	/* odd, but usable; or NULL */
	const struct upstream_error *error;	/* or NULL */
};

struct assemble;

/*
 * family: whose opaque data this is ("gemini"); it is written beside the
 * data, so that it goes back to the same kind of server only.  text (may be
 * NULL) gets whole characters; false stops.
 */
struct assemble *assemble_new(struct arena *a, const char *family,
    bool (*text)(void *ctx, struct str piece), void *ctx);

/* One event of a stream.  False: no more is wanted, see assemble_end(). */
bool	 assemble_event(struct assemble *s, struct str name, struct str data);

/* The body of an answer that came in one piece. */
bool	 assemble_whole(struct assemble *s, struct str body);

/* Nothing comes for a while: gives back what only reading needs. */
void	 assemble_rest(struct assemble *s);

/* A finish reason, or the stream's [DONE], was seen. */
bool	 assemble_finished(const struct assemble *s);
bool	 assemble_done(const struct assemble *s);	/* [DONE] */

/* Text so far, well-formed. */
struct str assemble_text(const struct assemble *s);

/*
 * Nothing more comes.  ASSEMBLE_OK: *out has end, text, calls, extra and
 * usage; calls only when end is MODEL_TOOLS.  Otherwise *out is untouched.
 */
struct assembled assemble_end(struct assemble *s, struct model_answer *out);

#endif
