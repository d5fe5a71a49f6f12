#include <stdlib.h>

#include "auth/origin.h"

bool
origin_listed(const struct conf *c, const char *origin)
{
	abort();
}

bool
origin_own(const struct conf *c, const char *origin, const char *host)
{
	abort();
}

const char *
origin_public(struct arena *a, const struct conf *c)
{
	abort();
}

bool
origin_url_ok(const struct conf *c, const char *url)
{
	abort();
}

const char *
origin_frame_ancestors(struct arena *a, const struct conf *c)
{
	abort();
}
