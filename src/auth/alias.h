/*
 * A name for somebody that others may see: vendors of models take one, to
 * know one person's requests from another's.
 */
#ifndef AUTH_ALIAS_H
#define AUTH_ALIAS_H

#include "base/arena.h"
#include "base/conf.h"

/*
 * Always the same for a user id, different in each installation, and nobody
 * without its secrets can tell whose it is: 43 characters of base64url
 * (HMAC-SHA-256).  NULL: libcrypto failed.
 */
const char *alias_of(struct arena *a, const struct conf *c, const char *user);

#endif
