/*
 * JSON Web Tokens (RFC 7519, RFC 8725) signed with HS256, through libjwt,
 * behind a guard of our own: libjwt 1.10 accepts an empty key, another
 * HMAC than was meant, repeated members and expired tokens.  The door for
 * other algorithms: a struct jwt_key decides its one algorithm, never the
 * token.
 */
#ifndef AUTH_JWT_H
#define AUTH_JWT_H

#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"

enum jwt_algorithm { JWT_HS256 };

struct jwt_key {
	enum jwt_algorithm alg;
	struct str	 secret;	/* HS256: at least 32 bytes */
};

struct jwt_rules {
	const char	*issuer;	/* "" = not checked */
	const char	*audience;	/* "" = not checked */
	int		 leeway;	/* seconds, 60 */
};

/*
 * Check form, algorithm, signature and claims of a token in compact form
 * at time now.  *claims lives in a.  Any failure is ERR_AUTH with the reason
 * in log ("expired 61 s ago", "alg HS512, key is for HS256", …).
 */
const struct err *jwt_check(struct arena *a, const struct jwt_key *key,
    const struct jwt_rules *rules, struct str token, int64_t now,
    struct json_object **claims);

/* Sign these claims (a JSON object's text). */
const struct err *jwt_sign(struct arena *a, const struct jwt_key *key,
    const char *claims, const char **token);

#endif
