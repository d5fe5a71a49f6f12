/*
 * One error type.  A function that can fail returns a const struct err *:
 * NULL is success, and outputs are set only on success.  Lower rooms
 * return, the top logs: one failure, one line.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include "base/arena.h"

/* What the caller must do about it; http/http.c turns it into a status. */
enum err_kind {
	ERR_INPUT,	/* 400: the caller sent something wrong */
	ERR_AUTH,	/* 401: we do not know who this is */
	ERR_DENIED,	/* 403: we know, and it is not theirs to do */
	ERR_NOTFOUND,	/* 404: missing, or somebody else's */
	ERR_METHOD,	/* 405 */
	ERR_CONFLICT,	/* 409: not now, or not any more */
	ERR_TOOBIG,	/* 413 */
	ERR_TYPE,	/* 415 */
	ERR_LIMIT,	/* 429 */
	ERR_BUG,	/* 500: our mistake */
	ERR_UPSTREAM,	/* 502: the model failed */
	ERR_DB,		/* 503: no database just now */
	ERR_DRAIN,	/* 503: shutting down */
	ERR_BUSY,	/* 503: too much of this at once */
	ERR_TIMEOUT,	/* 504: the model was too slow */
	ERR_HUP		/* the reader left: not a fault, nothing to answer */
};

struct err {
	enum err_kind	 kind;
	const char	*code;	/* stable, for programs: "turn_in_progress" */
	const char	*say;	/* for the caller: a sentence, no internals */
	const char	*log;	/* for the operator: doing what, what failed */
	int		 retry_after;	/* seconds, 0 = say nothing */
};

/*
 * A new error in a.  code and say must outlive the arena's user (string
 * literals, or text in a); the log text is printf-formatted.
 */
const struct err *err_new(struct arena *a, enum err_kind kind,
    const char *code, const char *say, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

/* The same error, to be tried again after so many seconds. */
const struct err *err_retry(struct arena *a, const struct err *e, int seconds);

/* A copy that lives in a, for when e's own arena ends; of NULL, NULL. */
const struct err *err_keep(struct arena *a, const struct err *e);

#endif
