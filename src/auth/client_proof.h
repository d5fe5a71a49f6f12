/*
 * What a client of OAuth proves itself with: its secret, and that it is the
 * one who began (PKCE, RFC 7636).
 */
#ifndef AUTH_CLIENT_PROOF_H
#define AUTH_CLIENT_PROOF_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"

/*
 * The name and password of "Basic …" (RFC 7617), each percent-decoded as a
 * form's values are (RFC 6749 section 2.3.1).  False: another scheme, or not
 * well-formed.
 */
bool	 basic_read(struct arena *a, const char *authorization,
	    struct str *name, struct str *password);

/* Does an Authorization header have that scheme at all? */
bool	 basic_is(const char *authorization);

/* A code_challenge of the method S256: base64url of 32 bytes. */
bool	 pkce_challenge_ok(struct arena *a, struct str challenge);

/*
 * The challenge made of a code_verifier; NULL: it is none (43 to 128 of RFC
 * 3986's unreserved characters, RFC 7636 section 4.1).
 */
const char *pkce_challenge(struct arena *a, struct str verifier);

/* Are two hashes in hex the same?  Takes as long whatever they are. */
bool	 hash_same(const char *x, const char *y);

#endif
