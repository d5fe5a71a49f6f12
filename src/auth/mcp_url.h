/*
 * The addresses of MCP and of who hands out its tokens.  All come from
 * public_url, never from a request.
 */
#ifndef AUTH_MCP_URL_H
#define AUTH_MCP_URL_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/conf.h"

#define MCP_PATH		"/api/mcp"
#define MCP_METADATA_PATH	"/.well-known/oauth-protected-resource"
#define OAUTH_METADATA_PATH	"/.well-known/oauth-authorization-server"

/*
 * "https://chat.example.org/api/mcp": where clients ask, what the resource
 * is called (RFC 8707), and the audience of every token that is good there.
 * NULL: there is no MCP (mcp = off, or no public_url).
 */
const char *mcp_url(struct arena *a, const struct conf *c);

/*
 * Do we hand out tokens ourselves?  There is MCP, no other was named, and
 * there are people we can recognize in a browser.
 */
bool	 oauth_own(const struct conf *c);

/*
 * Who hands out tokens: our own origin, the one that was named, or NULL when
 * nobody does (then an operator makes them: taskchat token --mcp).
 */
const char *mcp_authorization_server(struct arena *a, const struct conf *c);

#endif
