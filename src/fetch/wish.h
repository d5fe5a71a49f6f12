/* How long an upstream wishes us to wait, in the notations they use. */
#ifndef FETCH_WISH_H
#define FETCH_WISH_H

#include "base/buf.h"

/*
 * A duration with units, such as "1.57s", "6m0s", "12ms", "34.4s" or
 * "1h2m3s", as milliseconds; a bare number counts units of bare_ms.
 * -1 when it is nothing of the kind or not more than zero; at most a day.
 */
int	 wish_ms(struct str s, int bare_ms);

#endif
