/*
 * What an upstream says when it will not: eight shapes of body, and what
 * to do about it.  Nothing of it is fit for the person.
 */
#ifndef MODEL_UPSTREAM_ERROR_H
#define MODEL_UPSTREAM_ERROR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"

struct upstream_error {
	int		 status;	/* HTTP's or the body's; 0 unknown */
	const char	*message;	/* at most 500 bytes; "" if none */
	const char	*code, *type, *param;	/* "" if none */
	int		 wish_ms;	/* a wait the body asks for, or -1 */
	bool		 spent;		/* a quota: waiting is no use */
	int64_t		 limit;		/* of an overflow: how many tokens it
					   says there may be; 0: it does not */
};

enum upstream_class {
	UPSTREAM_DOWN,		/* may work again soon */
	UPSTREAM_BUSY,		/* rate limit: later */
	UPSTREAM_SPENT,		/* quota or credit used up: not soon */
	UPSTREAM_KEY,		/* it does not like our key */
	UPSTREAM_NO_MODEL,	/* no such model or address */
	UPSTREAM_OVERFLOW,	/* the request is too long for the model */
	UPSTREAM_FILTERED,	/* its content filter refused the request */
	UPSTREAM_BAD_CALL,	/* its model wrote a call it could not read */
	UPSTREAM_REFUSED	/* any other complaint about the request */
};

/* From an error answer's body, JSON or not. */
const struct upstream_error *upstream_error_read(struct arena *a, int status,
    struct str body);

/* From JSON that may be an error; NULL when it is none.  Lives in a. */
const struct upstream_error *upstream_error_of(struct arena *a, int status,
    const struct json_object *v);

enum upstream_class upstream_error_class(const struct upstream_error *e);

/* Does it complain about this member of the request? */
bool	 upstream_error_names(const struct upstream_error *e,
	    const char *option);

/* Does its text have this in it, in any case of ASCII letters? */
bool	 upstream_error_says(const struct upstream_error *e, const char *words);

/*
 * For the log: status, code, type, and the message unless it may quote the
 * request; secrets (NULL-ended, each may be "") and whatever looks like a
 * key are masked.
 */
const char *upstream_error_log(struct arena *a, const struct upstream_error *e,
    const char *const *secrets);

/* The message in any case: of a request that has nobody's words in it. */
const char *upstream_error_log_all(struct arena *a,
    const struct upstream_error *e, const char *const *secrets);

#endif
