/*
 * Keys as issuers publish them: JSON Web Keys (RFC 7517, 7518, 8037) and
 * PEM.  What is read here is fit for use: RSA of 2048 to 8192 bits with an
 * odd exponent from 3 to 64 bits, points that lie on their curve,
 * coordinates of exactly the curve's length.
 */
#ifndef AUTH_JWK_H
#define AUTH_JWK_H

#include "auth/jwt.h"

struct jwt_keys {
	size_t		 n;
	struct jwt_key	*key;
	const char	*skipped;	/* which keys were not taken, and why:
					   one line for the log; "" = none */
};

/*
 * {"keys":[…]}, or a single JWK.  A key we cannot or must not use is
 * skipped: use other than "sig", key_ops without "verify", an unknown kty
 * or curve, private members, kty "oct" (a published secret is none), a kid
 * that was there before.  usual: the algorithm of an RSA key that names
 * none (JWT_ANY: RS256); a key's own alg goes before.  ERR_INPUT, log says
 * why, when it is no key set at all; a set of no usable key is fine (n 0).
 * The keys live in a.
 */
const struct err *jwks_read(struct arena *a, struct str text,
    enum jwt_algorithm usual, struct jwt_keys *out);

/*
 * One public key in PEM: PUBLIC KEY, RSA PUBLIC KEY or CERTIFICATE.  alg
 * JWT_ANY: RS256 for RSA, and what the curve says for the others.  ERR_INPUT
 * when alg does not go with the key, or a private key was given (the log
 * text says which command makes a public one of it).
 */
const struct err *pem_read(struct arena *a, struct str text,
    enum jwt_algorithm alg, struct jwt_key *out);

/*
 * A new Ed25519 key as Better Auth stores one: the JSON texts of the public
 * JWK {"crv","x","kty"} and of the private one, which has "d" besides.
 */
const struct err *jwk_new(struct arena *a, const char **public_jwk,
    const char **private_jwk);

/* A private JWK (OKP, EC or RSA), to sign with.  alg JWT_ANY as above. */
const struct err *jwk_private_read(struct arena *a, struct str text,
    enum jwt_algorithm alg, struct jwt_key *out);

/*
 * The key with that kid, or, for a token without one, the only key that has
 * its alg.  NULL: there is none, or there are several.
 */
const struct jwt_key *jwt_keys_find(const struct jwt_keys *keys,
    const struct token *t);

/* Why it found none, for the log: which kid is missing among which. */
const char *jwt_keys_lack(struct arena *a, const struct jwt_keys *keys,
    const struct token *t);

#endif
