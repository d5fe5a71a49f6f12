#include <string.h>

#include "auth/cookie.h"
#include "auth/mcp_url.h"
#include "auth/origin.h"

static bool
mcp_on(const struct conf *c)
{
	return c->mcp && *c->public_url != '\0';
}

const char *
mcp_url(struct arena *a, const struct conf *c)
{
	return mcp_on(c) ? arena_printf(a, "%s" MCP_PATH,
	    origin_public(a, c)) : NULL;
}

bool
oauth_own(const struct conf *c)
{
	return mcp_on(c) && *c->mcp_authorization_server == '\0' &&
	    cookies_taken(c);
}

const char *
mcp_authorization_server(struct arena *a, const struct conf *c)
{
	if (oauth_own(c))
		return origin_public(a, c);
	return mcp_on(c) && *c->mcp_authorization_server != '\0' ?
	    c->mcp_authorization_server : NULL;
}
