/*
 * A turn in the database: begun, each tool call run, ended; every function
 * is one transaction and one round trip.  The work is done by the functions
 * of schema/, which say more.
 *
 * All of these may be called again with the same arguments when ERR_DB left
 * open whether they were carried out, except turn_begin() without an
 * idempotency key.
 */
#ifndef STORE_TURN_H
#define STORE_TURN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/json.h"
#include "db/db.h"
#include "store/message.h"

enum turn_kind {
	TURN_NEW,	/* ask the model */
	TURN_REPLAY,	/* answered before: read message */
	TURN_CONTINUE	/* cut before: go on under the same message id */
};

struct turn {			/* an open turn and its lease */
	const char	*user;
	const char	*conversation;
	int		 message;	/* id of the assistant's message */
	const char	*token;		/* of the lease */
	const char	*zone;		/* IANA name */
	bool		 zone_said;	/* the person's page named it */
	int		 lease;		/* seconds */
	int		 undo_days;
	int		 limit_turns;	/* what the person may have in a day; */
	int		 limit_tokens;	/* 0: as much as they like */
	enum turn_kind	 kind;
	bool		 created;	/* the conversation is new */
	const char	*confirmation;	/* the question it answers, or NULL */
	const char	*local_now;	/* "2026-11-20T09:30 Friday" in zone */
	const char	*started_at;	/* RFC 3339 with microseconds */
	const char	*title;		/* of a new conversation, or of one
					   that has it from the first message
					   being changed; or NULL */
	int		 asked;		/* the person's message; 0: none */
	int		 question;	/* the message that asked what was
					   open until now; 0: none */
	bool		 followed;	/* its text is stored as it grows, for
					   turn_follow() */
};

/* ANSWER: the person's message is a plain yes or no, or neither. */
struct turn_opening {
	const char	*conversation;	/* NULL: a new one */
	struct str	 content;
	const char	*key;		/* Idempotency-Key or NULL */
	const bool	*answer;	/* NULL: neither */
	int		 history;	/* messages wanted, newest */
	struct json_object *input;	/* as message.input, or NULL */
	int		 edits;		/* the message it takes the place of;
					   0: none */
};

/*
 * Store the person's message and take the lease.  In: t's user, zone, lease,
 * undo_days, limits and followed; the rest is filled in.  A zone that their
 * page named is remembered for programs (store/mcp.h).  history: as
 * message_history().  A message that takes the place of another is never an
 * answer to a question: that one, and all after it, are taken back first, as
 * turn_retry() does, and *effects is as there.  Also raises
 * conversation_not_found, turn_in_progress, idempotency_key_reused,
 * message_removed, message_not_found, invalid_timezone; and, unless the
 * message was answered before or answers a question, limit_turns and
 * limit_tokens, with retry_after.
 */
const struct err *turn_begin(struct db *db, struct arena *a, struct turn *t,
    const struct turn_opening *o, struct messages *history,
    struct json_object **effects);

/* The same for a button: no message is stored.  In: also t->conversation. */
const struct err *turn_decide(struct db *db, struct arena *a, struct turn *t,
    const char *confirmation, bool approve);

/*
 * Answer message asked again: what came after it is taken back (kept in the
 * database, shown nowhere), its question superseded.  In: also
 * t->conversation.  history ends with that message.  *effects: the calls
 * taken back that changed something, an array of {"name","arguments",
 * "result"}, newest first; NULL: none.  Also raises message_not_found,
 * limit_turns, limit_tokens.
 */
const struct err *turn_retry(struct db *db, struct arena *a, struct turn *t,
    int asked, int history_max, struct messages *history,
    struct json_object **effects);

/*
 * A turn that no message of the person's begins; an open question is
 * superseded.  In: also t->conversation.
 */
const struct err *turn_act(struct db *db, struct arena *a, struct turn *t);

/*
 * Keep the lease; ERR_CONFLICT "turn_lost" when somebody else has it.  For
 * those who follow, more goes behind the first so many characters of the
 * text.  *stop: somebody wants the turn stopped.
 */
const struct err *turn_renew(struct db *db, struct arena *a,
    const struct turn *t, size_t have, struct str more, bool *stop);

/* What runs in a conversation, for who follows it from elsewhere. */
struct turn_state {
	bool		 running;
	int		 message;	/* the answer being written; when none
					   runs, the newest message */
	const char	*started_at;	/* of that answer, while it runs */
	struct str	 text;		/* said beyond the characters known;
					   empty if it is not kept up */
	struct call	*calls;		/* all of them so far */
	size_t		 ncalls;
	int		 question;	/* the message whose question this turn
					   settles, or has; 0: none */
};

/* said: characters of the text known already.  ERR_NOTFOUND as usual. */
const struct err *turn_follow(struct db *db, struct arena *a,
    const char *user, const char *conversation, size_t said,
    struct turn_state *out);

/* Ask the worker that runs the conversation's turn to stop it, if one does. */
const struct err *turn_stop(struct db *db, struct arena *a, const char *user,
    const char *conversation);

/*
 * Run call c and record it.  wrong: it is not to be run, this is why (a
 * result with "error").  rest: calls after it in the same step, to be
 * recorded as requested, or NULL.  *result lives in a.
 */
const struct err *turn_call(struct db *db, struct arena *a,
    const struct turn *t, const struct call *c, struct json_object *wrong,
    struct json_object *rest, struct json_object **result);

/*
 * Answer the question t->confirmation: *state is approved, rejected, expired
 * or superseded.  What an approval did is then recorded as calls of
 * t->message, handed back in *calls.
 */
const struct err *turn_confirm(struct db *db, struct arena *a,
    const struct turn *t, bool approve, const char **state,
    struct call **calls, size_t *ncalls);

struct turn_ending {
	struct str	 content;
	const char	*state;		/* done stopped interrupted failed */
	int		 calls;		/* of the whole message */
	const char	*model;
	struct json_object *usage, *provider;	/* or NULL */
	/* a question: {"id","summary","minutes","actions"} and its calls */
	struct json_object *confirmation, *held;
};

/* Store the reply, give the lease back.  *expires_at of the question. */
const struct err *turn_end(struct db *db, struct arena *a,
    const struct turn *t, const struct turn_ending *end,
    const char **expires_at);

#endif
