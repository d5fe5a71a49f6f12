/*
 * Cookies (RFC 6265) and the signature Better Auth gives them:
 * percent-encoding of value "." base64(HMAC-SHA-256(secret, value)), the
 * base64 with its padding (44 characters).
 */
#ifndef AUTH_COOKIE_H
#define AUTH_COOKIE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/conf.h"

/*
 * The value of a cookie by its exact name in a Cookie header (NULL: no
 * header), as it came, without quotes around it.  One that is there twice
 * counts as absent: which is meant?  False: absent.
 */
bool	 cookie_find(const char *header, const char *name, struct str *out);

/* value "." signature, not percent-encoded; text in a.  NULL: libcrypto
 * failed. */
const char *cookie_sign(struct arena *a, struct str secret, struct str value);

/*
 * What was signed, from the raw or the percent-encoded form.  False: the
 * signature is not ours.  Compared in constant time.
 */
bool	 cookie_open(struct arena *a, struct str secret,
	    struct str signed_value, struct str *value);

/* Are people at an https address, where a cookie is sent nowhere else? */
bool	 cookie_is_secure(const struct conf *c);

/*
 * The name of a cookie of the built-in accounts: cookie_prefix "." what, and
 * __Secure- before it over https, to which a browser then holds us.
 */
const char *cookie_name(struct arena *a, const struct conf *c,
    const char *what);

struct cookie {
	const char	*name;
	const char	*value;		/* percent-encoded by cookie_set() */
	int		 max_age;	/* seconds; 0 = expire it now,
					   -1 = until the browser closes */
	bool		 secure;
};

/*
 * The value of a Set-Cookie header: Max-Age=…; Path=/; HttpOnly;
 * SameSite=Lax, and Secure.  NULL when the name is none.
 */
const char *cookie_set(struct arena *a, const struct cookie *c);

/* Is a cookie ever what lets somebody in? */
bool	 cookies_taken(const struct conf *c);

#endif
