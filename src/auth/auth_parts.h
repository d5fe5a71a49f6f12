/* What auth.c and explain.c share, and nobody else needs to know. */
#ifndef AUTH_AUTH_PARTS_H
#define AUTH_AUTH_PARTS_H

#include "auth/auth.h"
#include "auth/issuer.h"
#include "store/access_token.h"
#include "store/oauth.h"

struct auth {
	const struct conf *conf;
	struct db	*db;		/* NULL: a command without one */
	struct issuers	 all;
	const char	*mcp_url;	/* NULL: there is no MCP */
	const char	*mcp_audience;	/* the same, even while it is off;
					   NULL: no public_url */
	struct issuers	 mcp;		/* of all, whose tokens can be good
					   there; their audience is mcp_url */
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

/* The same of one our OAuth handed out; out->scopes as of auth_asker. */
const struct err *auth_granted_token(const struct auth *au, struct arena *a,
    struct str token, struct oauth_access *out);

/*
 * Has the token an issuer, other than the built-in accounts, that made it for
 * MCP, and is it good?  Its user and scopes are for later.
 */
const struct err *auth_mcp_jwt(const struct auth *au, struct arena *a,
    const struct token *t, int64_t now, const struct issuer **by);

/*
 * Was it made for MCP, and not for the rest of what by's tokens are for?
 * Also while MCP is off, or that would make a token good for more.
 */
bool	 auth_for_mcp_only(const struct auth *au, const struct issuer *by,
    struct json_object *claims);

/*
 * Of AUTH_SCOPES those that the claims have, in their order: scope (RFC 8693
 * section 4.2), words that blanks part; or, where there is none, scp, which
 * may be an array of them.  Other words, and other types, count for nothing.
 */
const char *auth_scope_claims(struct json_object *claims);

/* Those of scopes that are among AUTH_SCOPES, in their order. */
const char *auth_scopes_known(const char *scopes);

/* Is the built-in session behind the token still there? */
const struct err *auth_session_check(const struct auth *au, struct arena *a,
    const struct issuer *i, struct json_object *claims);

/* Open an encrypted cookie's value and look at its times. */
const struct err *auth_sealed_check(const struct issuer *i, struct arena *a,
    const char *name, struct str token, int64_t now,
    struct json_object **claims);

#endif
