/*
 * The keys we sign with ourselves: Ed25519, in Better Auth's jwks table, the
 * private half sealed with auth_secret.  The first is made on first need.
 * Older keys stay published, so that replacing one signs nobody out.
 */
#ifndef AUTH_KEYRING_H
#define AUTH_KEYRING_H

#include "auth/jwk.h"
#include "base/conf.h"
#include "db/db.h"

#define KEYRING_FRESH	60	/* seconds a process keeps what it has read */
#define KEYRING_GRACE	30	/* days a retired key stays published */

struct keyring;			/* one a process; threads share it */

/* Lives in a; both must outlive it. */
struct keyring	*keyring_new(struct arena *a, const struct conf *c,
    struct db *db);

/*
 * Sign with the newest live key; makes one if there is none.  ERR_BUG when
 * auth_secret does not open the newest key (then nothing is written: a
 * key under another secret would break the site that shares the table).
 */
const struct err *keyring_sign(struct keyring *k, struct arena *a,
    const char *claims, const char **token);

/*
 * The published key a token names.  An unknown kid makes us read the table
 * again, at most once in five seconds.  ERR_AUTH when there is none.
 */
const struct err *keyring_find(struct keyring *k, struct arena *a,
    const struct token *t, struct jwt_key *out);

/* {"keys":[{"alg","crv","x","kty","kid"}…]}: makes a key if there is none. */
const struct err *keyring_publish(struct keyring *k, struct arena *a,
    struct json_object **out);

/* A new key, and the others retired; its kid.  (`taskchat keys --rotate`) */
const struct err *keyring_rotate(struct keyring *k, struct arena *a,
    const char **kid);

/*
 * A line for each key in the table, newest first: kid, algorithm (- if it
 * cannot be used or is published no more), when it was made, live or
 * retired and since when.  (`taskchat keys`)
 */
const struct err *keyring_list(struct keyring *k, struct arena *a,
    struct buf *out);

#endif
