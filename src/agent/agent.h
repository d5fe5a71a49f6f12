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

/* A turn that has begun; all of it lives as long as the turn's arena. */
struct turn_opened {
	const char	*conversation;
	bool		 created;
	bool		 again;		/* the request came before: it is told
					   anew, or gone on with */
	const char	*title;		/* of a created one, or one that has it
					   from a changed message; or NULL */
	int		 asked;		/* the person's message; 0: none */
	int		 message;	/* the answer's id */
	int		 question;	/* the message whose question may be
					   settled now; 0: none was open */
	const char	*started_at;	/* RFC 3339, UTC, microseconds */
};

/*
 * What a turn tells while it goes on.  Every function may be NULL.  One
 * that answers false says nobody listens any more: unless the turn goes on,
 * the model is stopped, and what was said so far is kept.  What is told that
 * was stored before (an answer repeated, a question answered) is told to its
 * end whatever they answer.  A piece of text is lent until its function
 * returns; the rest lives as long as the turn's arena.
 */
struct sink {
	/* first of all, once the turn is open */
	bool	(*opened)(void *ctx, const struct turn_opened *o);
	/* a question of this conversation may have been settled just now */
	bool	(*settled)(void *ctx);
	bool	(*text)(void *ctx, struct str piece);
	/* what came together has been told: time to let it out */
	bool	(*flush)(void *ctx);
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
	/*
	 * The turn goes on when the reader leaves: it is kept up in the
	 * database as it grows, and stopped by turn_stop().
	 */
	bool	 goes_on;
	bool	 shows_lists;	/* draws what list_tasks found below the text,
				   so the model need not write it out */
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
	const char	*timezone;	/* IANA name; NULL: nobody said */
	const char	*idempotency_key;	/* or NULL */
	struct json_object *input;	/* as message.input, or NULL */
	int		 edits;		/* a message of the person's whose
					   place it takes; 0: none */
};

struct retry_request {
	const char	*user;
	const char	*conversation;
	int		 asked;		/* a message of the person's */
	const char	*timezone;	/* the same */
};

struct act_request {
	const char	*user;
	const char	*conversation;
	const char	*tool;		/* its name */
	struct json_object *arguments;
	const char	*timezone;	/* the same */
};

struct decide_request {
	const char	*user;
	const char	*conversation, *confirmation;
	bool		 approve;
	const char	*timezone;	/* the same */
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
 *
 * A message that takes the place of another: that one, and all that came
 * after it, are taken back as agent_retry() does.  Also ERR_NOTFOUND
 * "message_not_found".
 */
const struct err *agent_turn(struct agent *ag, struct arena *a,
    const struct turn_request *req, const struct sink *sink,
    struct turn_result *out);

/*
 * Answer a message again; all that came after it is taken back, but what
 * tools did stays done and is not done twice.  ERR_NOTFOUND: no such
 * message of theirs.
 */
const struct err *agent_retry(struct agent *ag, struct arena *a,
    const struct retry_request *req, const struct sink *sink,
    struct turn_result *out);

/*
 * A tool that the person calls themselves, by a button: it runs, or asks, as
 * if the model had wanted it.
 */
const struct err *agent_act(struct agent *ag, struct arena *a,
    const struct act_request *req, const struct sink *sink,
    struct turn_result *out);

/* The button: decide a confirmation.  approve false: reject. */
const struct err *agent_decide(struct agent *ag, struct arena *a,
    const struct decide_request *req, const struct sink *sink,
    struct turn_result *out);

#endif
