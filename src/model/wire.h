/*
 * A request as Chat Completions wants it.  The wire copy is repaired here
 * (model APIs answer 400 to a call without its result); the conversation
 * itself is never touched.  The same conversation always gives the same
 * bytes, so that prompt caches hold.
 */
#ifndef MODEL_WIRE_H
#define MODEL_WIRE_H

#include "base/arena.h"
#include "base/buf.h"
#include "model/model.h"
#include "model/profile.h"

/* What a server refused before; bits. */
enum wire_lesson {
	WIRE_NO_USAGE = 1,	/* no stream_options */
	WIRE_EFFORT_NONE = 2,	/* tools only with reasoning_effort "none" */
	WIRE_NO_EFFORT = 4,	/* no reasoning_effort at all */
	WIRE_OTHER_TOKENS = 8,	/* the cap's other name */
	WIRE_NO_TOKENS = 16	/* no cap at all */
};

struct wire_how {
	const struct profile *profile;
	const char	*family;	/* of opaque data: see assemble_new() */
	const char	*model;
	const char	*effort;	/* "" = do not send */
	int		 max_tokens;
	unsigned int	 lessons;
	struct str	 tools;		/* wire_tools(), when there are any */
};

/*
 * The tools of req as JSON, in the words that every server knows.  It takes
 * longer than all the rest, and is always the same.
 */
struct str wire_tools(struct arena *a, const struct profile *profile,
    const struct model_request *req);

/* The body; nothing else is left in a. */
struct str wire_request(struct arena *a, const struct wire_how *how,
    const struct model_request *req);

#endif
