/*
 * Which pages may call us: the site itself and those of allowed_origins.
 * One list for CORS, the check of state-changing calls, callback addresses
 * and frame-ancestors.
 */
#ifndef AUTH_ORIGIN_H
#define AUTH_ORIGIN_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/conf.h"

/*
 * Is this Origin header's value listed?  An entry is an exact origin, or has
 * "*." as its host's beginning, which stands for one or more labels.
 * "null" never is.
 */
bool	 origin_listed(const struct conf *c, const char *origin);

/*
 * Is it the site's own?  public_url says, or, where that is not set, the
 * Host header (host), which only the browser of the caller can have set.
 */
bool	 origin_own(const struct conf *c, const char *origin,
	    const char *host);

/* scheme://host[:port] of public_url; "" when not set.  In a. */
const char *origin_public(struct arena *a, const struct conf *c);

/*
 * May somebody be sent to this address?  An absolute one of a listed or our
 * own origin, or a path that begins with one '/' and cannot be taken for
 * "//host" ('/\', '/%2f' and '/%5c' included), without control characters.
 */
bool	 origin_url_ok(const struct conf *c, const char *url);

/* The value "frame-ancestors 'self' …" of a Content-Security-Policy. */
const char *origin_frame_ancestors(struct arena *a, const struct conf *c);

#endif
