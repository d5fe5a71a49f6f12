/*
 * The keys our own tokens are signed with, as rows of Better Auth's jwks
 * table (taskchat.account_jwks).  What is in them, src/auth/keyring.c knows.
 */
#ifndef STORE_KEYS_H
#define STORE_KEYS_H

#include <stdbool.h>
#include <stddef.h>

#include "db/db.h"

struct key_row {
	const char	*id;
	const char	*public_key, *private_key;	/* JSON texts */
	const char	*alg;		/* NULL: not said */
	const char	*created_at, *expires_at;	/* NULL: never */
	bool		 live;		/* not expired */
	bool		 published;	/* nor longer ago than asked */
};

struct key_rows { size_t n; struct key_row *row; };

/* The newest so many keys, newest first. */
const struct err *keys_read(struct db *db, struct arena *a, int most,
    int grace_days, struct key_rows *out);

/*
 * Store a key; *id is NULL when only_if_none and another is live.  Without
 * only_if_none the others are retired in the same transaction.
 */
const struct err *keys_add(struct db *db, struct arena *a,
    const char *public_key, const char *private_key, bool only_if_none,
    const char **id);

/* ERR_INPUT, for a terminal, when `taskchat migrate` has not made them. */
const struct err *keys_ready(struct db *db, struct arena *a);

#endif
