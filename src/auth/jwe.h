/*
 * The session cookies of Auth.js: not signed but encrypted, as JWE in
 * compact form (RFC 7516) with "alg":"dir" and a key derived from the
 * site's secret (RFC 5869, HKDF with SHA-256).
 *
 *	v5 (authjs)    A256CBC-HS512; salt = the cookie's name,
 *	               info = "Auth.js Generated Encryption Key (" name ")"
 *	v4 (nextauth)  A256GCM; no salt,
 *	               info = "NextAuth.js Generated Encryption Key"
 */
#ifndef AUTH_JWE_H
#define AUTH_JWE_H

#include "auth/jwt.h"

enum jwe_kind { JWE_AUTHJS, JWE_NEXTAUTH };

/*
 * Decrypt and read the claims; exp is not looked at here.  cookie: the
 * cookie's name (without a chunk's number), which is part of the v5 key.
 * ERR_AUTH with the reason in the log.  *claims lives in a.
 */
const struct err *jwe_read(struct arena *a, enum jwe_kind kind,
    struct str secret, const char *cookie, struct str token,
    struct json_object **claims);

#endif
