/*
 * Passwords as Better Auth stores them:
 *
 *	stored  salt_hex ":" key_hex, 32 and 128 characters, lower case
 *	key     scrypt(NFKC(password) as UTF-8, the 32 characters of salt_hex,
 *	        N 16384, r 16, p 1, 64 bytes)
 *
 * A hash takes 32 MiB and a tenth of a second of one core, so only so many
 * run at once in a process, and only so many wait for their turn.
 */
#ifndef AUTH_PASSWORD_H
#define AUTH_PASSWORD_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

#define PASSWORD_MAX	128	/* UTF-16 code units, as the client counts */

struct hash_gate;

/* Lives in a.  at_once hashes run, waiting more may wait. */
struct hash_gate *hash_gate_new(struct arena *a, int at_once, int waiting);

/* Length in UTF-16 code units of well-formed UTF-8, as JavaScript counts. */
size_t	 password_length(struct str password);

/*
 * A new hash with a random salt.  ERR_BUSY "too_busy" with a retry_after
 * when the gate's queue is full; ERR_BUG when libcrypto fails.
 */
const struct err *password_hash(struct hash_gate *g, struct arena *a,
    struct str password, const char **stored);

/*
 * Does the password fit?  stored NULL (no such user, or one without a
 * password), or of a form that is not ours (bcrypt, argon2): *ok is false
 * after just as much work.  Errors as above.
 */
const struct err *password_verify(struct hash_gate *g, struct arena *a,
    struct str password, const char *stored, bool *ok);

/* NULL, or why it is too easy: one of a list of the commonest passwords
 * (without regard to case), or the e-mail address, its part before the @,
 * or the name.  A sentence for the person. */
const char *password_weak(struct str password, struct str email,
    struct str name);

#endif
