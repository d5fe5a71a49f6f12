/*
 * JSON Web Tokens (RFC 7515, RFC 7519, RFC 8725).
 *
 * A key decides its one algorithm, the token only repeats it.  HS, RS and
 * ES signatures are checked by libjwt where the installed version can, and
 * by libcrypto otherwise (PS256, EdDSA, a typ libjwt 1.10 does not know);
 * always behind a reading of our own, for libjwt 1.10 accepts an empty key,
 * another HMAC than was meant, a public key as an HMAC's secret, repeated
 * members, sloppy base64 and expired tokens.
 *
 * The steps are apart so that an issuer can be chosen, and its keys be
 * fetched, only for a token that looks right: jwt_read(), then
 * jwt_claims_check(), then jwt_verify().  Nothing of a token may be believed
 * before all three have passed.
 *
 * Every refusal is ERR_AUTH "unauthorized" whose log text says why in plain
 * words ("expired 61 s ago", "alg HS512, key is for HS256").
 */
#ifndef AUTH_JWT_H
#define AUTH_JWT_H

#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"

enum jwt_algorithm {
	JWT_HS256, JWT_HS384, JWT_HS512,
	JWT_RS256, JWT_RS384, JWT_RS512, JWT_PS256,
	JWT_ES256, JWT_ES384,
	JWT_EDDSA,		/* Ed25519 alone; "Ed25519" is its other name */
	JWT_ALGS,		/* how many */
	JWT_ANY = -1		/* not said: the key's kind decides */
};

const char	*jwt_alg_name(enum jwt_algorithm alg);
/* By its exact name ("EdDSA" or "Ed25519" for the last); JWT_ANY: unknown. */
enum jwt_algorithm	 jwt_alg_named(struct str name);

/*
 * A token is not good: ERR_AUTH "unauthorized" of one sentence, whoever finds
 * it; why is in the log text.
 */
const struct err *token_refused(struct arena *a, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

struct evp_pkey_st;

struct jwt_key {
	enum jwt_algorithm	 alg;		/* the only one it verifies */
	const char	*kid;		/* NULL: has none */
	struct str	 secret;	/* HS: at least as long as the hash */
	struct evp_pkey_st *pkey;	/* the others; freed with its arena */
	const char	*pem;		/* its public half, for libjwt */
};

struct jwt_rules {
	const char	*issuer;	/* exact iss; "" = not checked */
	const char	*audience;	/* one of aud; "" = not checked */
	const char	*audience_claim; /* "aud", or "azp"; NULL = "aud" */
	int		 leeway;	/* seconds two clocks may differ */
};

struct token {		/* a token that is well-formed, and not yet believed */
	struct str	 text;		/* all of it */
	struct str	 signed_text;	/* header "." payload */
	struct str	 signature;	/* decoded */
	struct json_object *head, *claims;
	const char	*alg;		/* as the header has it */
	const char	*kid;		/* NULL: none */
};

/*
 * Form: three parts of strict base64url, at most MAX_TOKEN bytes, strict
 * JSON objects, alg a string, kid a string of at most 255 bytes or absent,
 * typ absent, JWT or at+jwt, neither crit nor b64.  jwk, jku, x5u and x5c
 * are ignored and never followed.
 */
const struct err *jwt_read(struct arena *a, struct str token,
    struct token *out);

/* exp (required), nbf, iat, iss and aud at time now, seconds since 1970. */
const struct err *jwt_claims_check(struct arena *a,
    const struct jwt_rules *rules, const struct token *t, int64_t now);

/* Is that one of aud (a string, or an array)?  To the last byte. */
bool	 jwt_audience_has(struct json_object *claims, const char *audience);

/* alg is the key's, and the signature is good. */
const struct err *jwt_verify(struct arena *a, const struct jwt_key *key,
    const struct token *t);

/*
 * Sign these claims (a JSON object's text) with an HS key's secret or a
 * private pkey (RS, PS, ES, EdDSA).  The header is {"alg","typ":"JWT"} for
 * HS and {"alg","kid"} for the others, as Better Auth writes it.
 */
const struct err *jwt_sign(struct arena *a, const struct jwt_key *key,
    const char *claims, const char **token);

#endif
