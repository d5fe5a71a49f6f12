/* Who is asking. */
#ifndef AUTH_AUTH_H
#define AUTH_AUTH_H

#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/conf.h"
#include "base/err.h"

struct auth;

/* Reads the keys the settings name, once a process; lives in a. */
const struct err *auth_open(struct arena *a, const struct conf *c,
    struct auth **out);

/*
 * The user an Authorization header value names ("Bearer <JWT>").  *user is
 * up to MAX_USER_ID bytes of UTF-8 without control characters, in a.
 * ERR_AUTH: code "unauthorized", one sentence for every reason; the reason
 * is in the log text only.  now: seconds since 1970.
 */
const struct err *auth_check(const struct auth *au, struct arena *a,
    const char *authorization, int64_t now, const char **user);

#endif
