/* How long an upstream wishes us to wait, in the notations they use. */
#ifndef FETCH_WISH_H
#define FETCH_WISH_H

#include <stdint.h>

#include "base/buf.h"

/*
 * A duration with units, such as "1.57s", "6m0s", "12ms", "34.4s" or
 * "1h2m3s", as milliseconds; a bare number counts units of bare_ms.
 * -1 when it is nothing of the kind or not more than zero; at most a day.
 */
int	 wish_ms(struct str s, int bare_ms);

/*
 * How long until a time such as "2026-11-21T20:15:30Z" (RFC 3339), as
 * milliseconds, when it is now so many seconds since 1970.  -1 when it is no
 * such time, or not after now; at most a day.
 */
int	 wish_until_ms(struct str s, int64_t now);

#endif
