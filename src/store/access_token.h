/*
 * Access tokens, which a person makes for a program.  What is kept of one is
 * its SHA-256 (auth/token_text.h); the token itself is never seen here.
 */
#ifndef STORE_ACCESS_TOKEN_H
#define STORE_ACCESS_TOKEN_H

#include "base/arena.h"
#include "base/err.h"
#include "base/json.h"
#include "db/db.h"

/* *tokens: a JSON array of the user's, the newest first. */
const struct err *access_token_list(struct db *db, struct arena *a,
    const char *user, struct json_object **tokens);

struct access_token_wish {
	const char	*id;		/* a new UUID */
	const char	*name;		/* 1 to MAX_TOKEN_NAME characters */
	const char	*scopes;	/* an array as Postgres writes it */
	const char	*hash;		/* in hex */
	int		 days;		/* 0: it does not expire */
};

/*
 * *token: its row, as in the list.  ERR_CONFLICT "too_many_access_tokens":
 * the user has MAX_ACCESS_TOKENS, and none of them has expired.
 */
const struct err *access_token_add(struct db *db, struct arena *a,
    const char *user, const struct access_token_wish *w,
    struct json_object **token);

/*
 * From now on it is good for nothing.  ERR_NOTFOUND "access_token_not_found":
 * none, or somebody else's.
 */
const struct err *access_token_remove(struct db *db, struct arena *a,
    const char *user, const char *id);

struct access_token {
	const char	*user;
	const char	*id;
	const char	*scopes;	/* "tasks:read tasks:write" */
};

/*
 * Whose token has this hash?  *found false: nobody's, or it has expired or
 * was revoked.  Counts as a use of it.
 */
const struct err *access_token_use(struct db *db, struct arena *a,
    const char *hash, bool *found, struct access_token *out);

#endif
