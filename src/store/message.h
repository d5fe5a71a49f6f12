/* Messages and their tool calls, as they are stored. */
#ifndef STORE_MESSAGE_H
#define STORE_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "db/db.h"

struct call {
	int		 step;		/* of its turn, from 1 */
	int		 position;	/* in its step, from 0 */
	const char	*id;		/* 9 letters and digits */
	const char	*name;
	const char	*state;		/* as taskchat.call_state */
	struct json_object *arguments, *result;	/* result NULL: none yet */
	struct json_object *provider;	/* {"call":…,"step":…,"text":…}, what
					   there is of it; or NULL */
	int		 said;		/* bytes of the message's text that
					   were said before it */
};

/* Was it put to the person, and shows in the question rather than as work? */
bool	 message_held(const struct call *c);

struct message {
	int		 id;
	bool		 user;		/* the person's; else the assistant's */
	struct str	 content;
	const char	*state;		/* done stopped interrupted failed */
	const char	*model;		/* or NULL */
	const char	*usage;		/* JSON as in agent/usage.h, or NULL */
	struct json_object *provider;	/* or NULL */
	size_t		 ncalls;
	struct call	*calls;		/* by step and position */
	size_t		 weight;	/* bytes of text and calls together */
	/* not filled in by message_history() */
	const char	*created_at;
	/* filled in by message_page() only */
	struct json_object *confirmation;	/* its question, or NULL */
	/* filled in by message_range() only; times with microseconds */
	const char	*started_at;	/* the person's: when it was stored */
	struct json_object *input;	/* as a ChatKit client sent it, or
					   NULL: content says all */
	struct json_object *question;	/* its question and what became of it:
	    {"id","state","summary","actions","done","open_until",
	    "undo_days","undo_until"}, the times local; or NULL */
	const char	*feedback;	/* positive negative, or NULL: none */
};

struct messages {
	size_t		 n;
	struct message	*m;		/* newest first, but message_range()
					   has an order of its own */
};

/*
 * At most limit messages with an id below before (0: the newest).  Like the
 * two below it walks the primary key, so it costs the same in a conversation
 * of ten messages and of a million.  What was taken back is in none of them.
 */
const struct err *message_page(struct db *db, struct arena *a,
    const char *user, const char *conversation, int before, int limit,
    struct messages *out);

/* The same without times and questions, for the model. */
const struct err *message_history(struct db *db, struct arena *a,
    const char *user, const char *conversation, int before, int limit,
    struct messages *out);

struct message_range {
	int		 from;		/* id of the first; if it is not there,
					   the next one on the way is */
	bool		 ascending;	/* oldest first */
	int		 limit;
	const char	*zone;		/* IANA name, for the times shown */
	int		 undo_days;
};

/* Messages from one on in the order asked for, for ChatKit's items. */
const struct err *message_range(struct db *db, struct arena *a,
    const char *user, const char *conversation, const struct message_range *r,
    struct messages *out);

/*
 * The same, oldest first, of what was taken back when message by was put in
 * the place of an earlier one.
 */
const struct err *message_taken_back(struct db *db, struct arena *a,
    const char *user, const char *conversation, const struct message_range *r,
    int by, struct messages *out);

/*
 * What the person thinks of these answers: kind is positive or negative.
 * ids of their own messages are passed over.
 */
const struct err *message_feedback(struct db *db, struct arena *a,
    const char *user, const char *conversation, const int *ids, size_t n,
    const char *kind);

/* For turn.c, which reads these in the round trip of something else. */
extern const struct stmt message_history_sql;
const struct err *message_rows(struct arena *a, const struct rows *r,
    struct messages *out);
#define MESSAGE_CALLS(message) \
	"SELECT json_agg(json_build_array(k.step, k.position, k.call_id," \
	" k.name, k.state, k.arguments, k.result, k.provider_data, k.said)" \
	" ORDER BY k.step, k.position)" \
	" FROM taskchat.tool_call k WHERE k.user_id = $1" \
	" AND k.conversation_id = $2 AND k.message_id = " message
extern const struct stmt message_calls_sql;	/* $1 user, $2 conv., $3 id */
const struct err *message_calls(struct arena *a, const char *json,
    struct call **out, size_t *n);

#endif
