/*
 * A turn: what a person says, what the model wants, what the tools do, and
 * what is said back.  The agent has never heard of HTTP; it speaks into a
 * struct sink that a front door brings.
 */
#ifndef AGENT_AGENT_H
#define AGENT_AGENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/conf.h"
#include "base/err.h"
#include "base/json.h"
#include "db/db.h"
#include "model/model.h"

/*
 * What a turn tells while it goes on.  Every function may be NULL.  One
 * that answers false says nobody listens any more: the model is stopped and
 * what was said so far is kept.
 */
struct sink {
	bool	(*conversation)(void *ctx, const char *id, bool created);
	bool	(*text)(void *ctx, struct str piece);
	bool	(*tool_started)(void *ctx, const char *id, const char *name,
		    struct json_object *arguments);
	bool	(*tool_finished)(void *ctx, const char *id, const char *name,
		    struct json_object *result);
	/* after it is committed */
	bool	(*confirmation)(void *ctx, struct json_object *confirmation);
	bool	(*idle)(void *ctx);	/* at least once a second */
	void	*ctx;
	bool	 streams;	/* text is wanted piece by piece */
	int	 watch;		/* its hang-up stops the turn; or -1 */
};

struct agent {			/* one a thread */
	const struct conf	*conf;
	struct db		*db;
	struct model_worker	*model;
	const volatile int	*draining;	/* 2: end what goes on, now */
};

struct turn_request {
	const char	*user;
	const char	*conversation;	/* NULL: a new one */
	struct str	 message;	/* not blank, not over message_max */
	const char	*timezone;	/* IANA name, or NULL for UTC */
	const char	*idempotency_key;	/* or NULL */
};

struct decide_request {
	const char	*user;
	const char	*conversation, *confirmation;
	bool		 approve;
	const char	*timezone;	/* IANA name or NULL */
};

struct turn_result {
	const char	*conversation;
	long long	 message_id;
	const char	*state;		/* done, stopped, interrupted, failed */
	struct json_object *answer;	/* as the chat contract has it */
	long long	 model_ms;
	long long	 prompt_tokens, completion_tokens;
	const char	*model;
};

/*
 * One turn, stored before this returns.  On an error after the person's
 * message was stored, out->conversation is set as well (a client needs it
 * to go on): check it even then.
 */
const struct err *agent_turn(struct agent *ag, struct arena *a,
    const struct turn_request *req, const struct sink *sink,
    struct turn_result *out);

/* The button: decide a confirmation.  approve false: reject. */
const struct err *agent_decide(struct agent *ag, struct arena *a,
    const struct decide_request *req, const struct sink *sink,
    struct turn_result *out);

#endif
