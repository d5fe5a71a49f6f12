/* Conversations as their owner lists, reads, renames and deletes them. */
#ifndef STORE_CONVERSATION_H
#define STORE_CONVERSATION_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "db/db.h"
#include "store/message.h"

struct conversation {
	const char	*id, *title;
	const char	*created_at, *updated_at;	/* RFC 3339, UTC */
	const char	*begun_at;	/* created_at with microseconds */
	long long	 messages;	/* how many */
	bool		 open;		/* a turn is running, */
	int		 turn_message;	/* which writes this answer */
	const char	*cursor;	/* for the page that begins after it */
	/* filled in by conversation_find() and _read() only */
	struct json_object *confirmation; /* waiting for an answer, or NULL */
};

struct conversations {
	size_t			 n;
	struct conversation	*c;	/* in the order asked for */
};

/* Could this text be a cursor?  Checked before it reaches the database. */
bool	 conversation_cursor_ok(const char *cursor);

/*
 * At most limit, those after cursor (NULL: the newest): what was said in last
 * comes first.
 */
const struct err *conversation_list(struct db *db, struct arena *a,
    const char *user, const char *cursor, int limit,
    struct conversations *out);

/*
 * The same by when they were begun, which never changes: newest first, or
 * oldest first.  after: the id of the conversation before the first (NULL:
 * none); ERR_INPUT "invalid_cursor" when there is no such conversation.
 */
const struct err *conversation_threads(struct db *db, struct arena *a,
    const char *user, const char *after, bool ascending, int limit,
    struct conversations *out);

/*
 * The same from the oldest on, but the one before the first (NULL: none) need
 * not be there any more: it is its begun_at and id that count.
 */
struct conversation_place { const char *begun_at, *id; };
const struct err *conversation_since(struct db *db, struct arena *a,
    const char *user, const struct conversation_place *after, int limit,
    struct conversations *out);

struct conversation_hit {
	struct conversation c;
	const char	*snippet;	/* one line around the find */
	struct message	 m;		/* the first that has it, as far as the
					   end of the find, and of its calls
					   only what makes items; id 0: the
					   title alone has it */
};

struct conversation_hits {
	size_t			 n;
	struct conversation_hit	*h;	/* begun last first */
	const char	*stopped;	/* enough was read for once: there may
					   be more after this one; or NULL */
};

/*
 * Conversations with this text in their title or in a message, upper and
 * lower case alike: at most limit, those after a conversation (NULL: all).
 * ERR_INPUT as above.
 */
const struct err *conversation_search(struct db *db, struct arena *a,
    const char *user, const char *text, const char *after, int limit,
    struct conversation_hits *out);

/* One alone; closes a turn as below.  ERR_NOTFOUND as below. */
const struct err *conversation_find(struct db *db, struct arena *a,
    const char *user, const char *id, struct conversation *out);

/*
 * One with its newest messages below id before (0: the newest).  Closes a
 * turn that a dead worker left open.  ERR_NOTFOUND: none, or not theirs.
 */
const struct err *conversation_read(struct db *db, struct arena *a,
    const char *user, const char *id, int before, int limit,
    struct conversation *out, struct messages *messages);

/* ERR_NOTFOUND as above. */
const struct err *conversation_rename(struct db *db, struct arena *a,
    const char *user, const char *id, const char *title,
    struct conversation *out);
const struct err *conversation_delete(struct db *db, struct arena *a,
    const char *user, const char *id);

#endif
