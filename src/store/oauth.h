/*
 * What our own OAuth 2.1 authorization server keeps: the clients it knows,
 * what people have granted them, and the codes and tokens of each grant.
 *
 * Codes, tokens and clients' secrets are kept as their SHA-256 alone
 * (auth/token_text.h), here as 64 hex digits.  Each step is one transaction:
 * schema/008_oauth.sql.  Errors besides those named: ERR_DB.
 */
#ifndef STORE_OAUTH_H
#define STORE_OAUTH_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/json.h"
#include "db/db.h"

#define OAUTH_CODE_SECONDS	120
#define OAUTH_ACCESS_SECONDS	3600
#define OAUTH_REFRESH_DAYS	60
#define OAUTH_GRACE_SECONDS	60	/* a refresh's answer was lost */

/* ---- clients (oauth_client.c) */

struct oauth_client {
	const char	*id;		/* "tcc_…", or a document's address */
	const char	*name;
	const char	*uri;		/* its site; NULL: not said */
	const char	*host;		/* of a document's address, or NULL */
	struct json_object *redirect_uris;	/* array of texts */
	const char	*secret_hash;	/* NULL: it has none */
	bool		 registered;	/* by hand, not by a document */
	int		 fresh;		/* seconds a document may be kept; as
					   read: what is left of them, and
					   below 0 how long it is stale */
};

/* By its id, *out in a.  *found false: not known (yet). */
const struct err *oauth_client_read(struct db *db, struct arena *a,
    const char *id, bool *found, struct oauth_client *out);

/*
 * A document as it was just fetched: instead of what was there.  Some that
 * have been stale for days go.
 */
const struct err *oauth_client_keep(struct db *db, struct arena *a,
    const struct oauth_client *c);

/* A new registered one; its id is new.  registered and fresh are not read. */
const struct err *oauth_client_add(struct db *db, struct arena *a,
    const struct oauth_client *c);

/*
 * *out: the registered ones, the oldest first, as a JSON array of {"id",
 * "name","uri","redirect_uris","secret":bool,"created_at"}.
 */
const struct err *oauth_client_list(struct db *db, struct arena *a,
    struct json_object **out);

/* With all that was ever granted to it.  *found false: none registered. */
const struct err *oauth_client_remove(struct db *db, struct arena *a,
    const char *id, bool *found);

/* ---- grants */

/*
 * *apps: a JSON array of the user's grants that a client has made use of, the
 * newest first: {"id","client_id","name","host","scopes","created_at",
 * "last_used_at"}.
 */
const struct err *oauth_app_list(struct db *db, struct arena *a,
    const char *user, struct json_object **apps);

/*
 * From now on none of its tokens is good.  ERR_NOTFOUND "app_not_found": no
 * such grant, or somebody else's.
 */
const struct err *oauth_app_remove(struct db *db, struct arena *a,
    const char *user, const char *id);

struct oauth_consent {
	const char	*grant;		/* a new UUID */
	const struct oauth_client *client;
	const char	*scopes;	/* "tasks:read tasks:write" */
	const char	*resource;
	const char	*redirect_uri;
	const char	*challenge;	/* the S256 one, as it came */
	const char	*code_hash;
};

/*
 * A person has said yes: a grant, and a code for OAUTH_CODE_SECONDS.
 * ERR_CONFLICT "too_many_apps": the user has MAX_APPS grants.  ERR_INPUT
 * "client_invalid": a registered client that has just been removed.
 */
const struct err *oauth_consent_add(struct db *db, struct arena *a,
    const char *user, const struct oauth_consent *c);

/* ---- codes and tokens */

/* Whose is the code or token with this hash?  *user NULL: nobody's. */
const struct err *oauth_owner(struct db *db, struct arena *a,
    const char *hash, const char **user);

enum oauth_state {
	OAUTH_OK,
	OAUTH_UNKNOWN,		/* not there, expired, or another client's */
	OAUTH_MISMATCH,		/* redirect_uri or verifier are not those */
	OAUTH_TARGET,		/* granted for another resource */
	OAUTH_SCOPE,		/* more was asked for than was granted */
	OAUTH_REPLAYED,		/* used before: the grant has ended */
	OAUTH_WAIT		/* so often is too often: see wait */
};

struct oauth_ask {		/* of whom shows a code or a refresh token */
	const char	*hash;
	const char	*client;	/* its id, authenticated */
	const char	*resource;	/* ours */
	const char	*redirect_uri;	/* with a code; NULL: not said */
	const char	*challenge;	/* with a code: made of the verifier */
	const char	*scopes;	/* with a refresh token: no more than
					   these; NULL: all */
	const char	*access_hash;	/* of the new tokens */
	const char	*refresh_hash;
};

struct oauth_answer {
	enum oauth_state state;
	const char	*user;		/* OAUTH_OK, _REPLAYED: whose */
	const char	*grant;		/* the same */
	const char	*scopes;	/* OAUTH_OK: of the access token */
	int		 wait;		/* OAUTH_WAIT: seconds */
};

/*
 * A code to tokens, once (RFC 6749 section 4.1.3).  Only OAUTH_OK and
 * OAUTH_REPLAYED have changed anything.
 */
const struct err *oauth_exchange(struct db *db, struct arena *a,
    const struct oauth_ask *ask, struct oauth_answer *out);

/*
 * A refresh token to new tokens (section 6).  The one that was shown is good
 * once more until its successor is used, and OAUTH_GRACE_SECONDS at most; any
 * other use of an old one ends the grant.
 */
const struct err *oauth_refresh(struct db *db, struct arena *a,
    const struct oauth_ask *ask, struct oauth_answer *out);

/*
 * An access token ends, or with a refresh token the whole grant (RFC 7009).
 * *foreign: it is another client's, and nothing was done.
 */
const struct err *oauth_revoke(struct db *db, struct arena *a,
    const char *hash, const char *client, bool *foreign);

/*
 * The grant ends to which the user's code or token with this hash belongs;
 * one that is gone is no error.
 */
const struct err *oauth_grant_end(struct db *db, struct arena *a,
    const char *user, const char *hash);

struct oauth_access {
	const char	*user;
	const char	*grant;
	const char	*scopes;	/* "tasks:read tasks:write" */
	const char	*resource;
};

/*
 * Whose access token has this hash?  *found false: nobody's, or it has
 * expired or was revoked.  Counts as a use of its grant.
 */
const struct err *oauth_access_use(struct db *db, struct arena *a,
    const char *hash, bool *found, struct oauth_access *out);

#endif
