/* What auth.c and explain.c share, and nobody else needs to know. */
#ifndef AUTH_AUTH_PARTS_H
#define AUTH_AUTH_PARTS_H

#include "auth/auth.h"
#include "auth/issuer.h"
#include "store/access_token.h"

struct auth {
	const struct conf *conf;
	struct db	*db;		/* NULL: a command without one */
	struct issuers	 all;
	/* built-in accounts */
	struct keyring	*keyring;
	struct hash_gate *gate;
	struct str	 secret;
	const char	*session_cookie; /* NULL: they are off */
};

/* The user the claims name, with the issuer's prefix unless it is bare. */
const struct err *auth_user_claim(const struct auth *au, struct arena *a,
    const struct issuer *i, struct json_object *claims, const char **user);

/* Whose is this access token?  ERR_AUTH, the log text saying why not. */
const struct err *auth_access_token(const struct auth *au, struct arena *a,
    struct str token, struct access_token *out);

/* Is the built-in session behind the token still there? */
const struct err *auth_session_check(const struct auth *au, struct arena *a,
    const struct issuer *i, struct json_object *claims);

/* Open an encrypted cookie's value and look at its times. */
const struct err *auth_sealed_check(const struct issuer *i, struct arena *a,
    const char *name, struct str token, int64_t now,
    struct json_object **claims);

#endif
