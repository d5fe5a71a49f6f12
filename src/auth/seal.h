/*
 * What Better Auth encrypts with its secret (the private keys of the jwks
 * table): lower-case hex of nonce(24) || XChaCha20-Poly1305 || tag(16), no
 * associated data, the key being SHA-256 of the secret.
 * Source: draft-irtf-cfrg-xchacha-03, RFC 8439.
 */
#ifndef AUTH_SEAL_H
#define AUTH_SEAL_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"

/* Hex text in a.  NULL: libcrypto failed, or plain is beyond 64 KiB. */
const char *seal_close(struct arena *a, struct str secret, struct str plain);

/*
 * False (and *plain untouched) when it was sealed with another secret, is
 * damaged, or is no such text ("$ba$1$…" names a list of secrets, of which
 * we have one: its hex part is tried).
 */
bool	 seal_open(struct arena *a, struct str secret, struct str sealed,
	    struct str *plain);

#endif
