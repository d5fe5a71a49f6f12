/*
 * The signatures of JSON Web Tokens (RFC 7515, RFC 7518 section 3, RFC 8037
 * section 3.1) by libcrypto: which key fits which algorithm, made, checked.
 */
#ifndef AUTH_JWS_H
#define AUTH_JWS_H

#include "auth/jwt.h"

/*
 * NULL when key->alg may be used with that secret or key: an HMAC secret as
 * long as its hash, RSA of 2048 to 8192 bits with an odd exponent from 3 to
 * 64 bits, the algorithm's own curve by name, an Ed25519 key that is not of
 * small order.  Otherwise what is wrong, in plain words.
 */
const char *jws_unfit(const struct jwt_key *key);

/*
 * The algorithm this key verifies: alg itself or, for JWT_ANY, RS256 for
 * RSA and what the curve says for the others.  JWT_ANY: a kind of key we
 * do not use.
 */
enum jwt_algorithm	 jws_alg(const struct evp_pkey_st *pkey,
    enum jwt_algorithm alg);

bool	 jws_is_hmac(enum jwt_algorithm alg);

/* Bytes every signature of this key has; the key must be fit. */
size_t	 jws_size(const struct jwt_key *key);

/* Is it this key's signature over text?  The key must be fit. */
bool	 jws_verify(const struct jwt_key *key, struct str text,
	    struct str signature);

/* False: libcrypto failed, or the private half is missing. */
bool	 jws_sign(struct arena *a, const struct jwt_key *key, struct str text,
	    struct str *signature);

#endif
