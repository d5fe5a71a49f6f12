/*
 * A conversation as all model APIs demand it.  They answer 400 to a call
 * without its result, a result without its call, and what else a broken
 * history has; so the copy for the wire is mended here, the same way each
 * time: a healthy one comes out as it was.
 */
#ifndef MODEL_REPLAY_H
#define MODEL_REPLAY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "model/model.h"

struct replay_call {
	const char	*id;		/* [A-Za-z0-9_-]{1,64}, unique in all:
					   the "id" of extra, or else nine
					   of [A-Za-z0-9] */
	const char	*name;		/* [A-Za-z0-9_-]{1,64} */
	struct str	 arguments;	/* text of a JSON object */
	struct str	 result;	/* text, JSON where it was JSON */
	bool		 failed;	/* the result is an error */
	const struct json_object *extra; /* {"from": family, …}, or NULL */
};

/*
 * What one side said.  The person and the assistant take turns, but for two
 * assistants in a row of which the first has calls: a step and the next.
 * Never empty; the person's after calls has an assistant's in between.
 */
struct replay_part {
	bool		 user;
	struct str	 text;		/* clean; may be empty beside calls */
	size_t		 ncalls;	/* assistant: each with its result */
	const struct replay_call *calls;
	const struct json_object *extra;	/* of the step, or NULL */
};

struct replay {
	size_t			 n;
	const struct replay_part *parts;
};

/*
 * Opaque data of other families than this is left out.  req->context is the
 * last paragraph of the newest part that is the person's, or a part of its
 * own behind all when there is none.  All of it lives in a.
 */
struct replay replay_build(struct arena *a, const struct model_request *req,
    const char *family);

/*
 * The opaque items of a step that belong before its call number at (its end:
 * ncalls), one after the other; NULL: no more.  *from is 0 at first.
 */
struct json_object *replay_item(const struct json_object *extra, size_t at,
    size_t *from);

/* The result of a call that has none. */
#define REPLAY_INTERRUPTED \
	"{\"error\":\"interrupted\",\"detail\":\"The call was not executed.\"}"

#endif
