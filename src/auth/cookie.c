#include <stdlib.h>

#include "auth/cookie.h"

bool
cookie_find(const char *header, const char *name, struct str *out)
{
	abort();
}

const char *
cookie_sign(struct arena *a, struct str secret, struct str value)
{
	abort();
}

bool
cookie_open(struct arena *a, struct str secret, struct str signed_value, struct str *value)
{
	abort();
}

const char *
cookie_set(struct arena *a, const struct cookie *c)
{
	abort();
}
