/*
 * Matching method and path against one table.  "/api/:user/chat": a
 * segment that begins with ':' matches any one non-empty segment, decoded.
 * Literal segments win over ':' ones.
 */
#ifndef HTTP_ROUTER_H
#define HTTP_ROUTER_H

#include "base/bounds.h"
#include "http/http.h"

enum route_who {
	WHO_ANYONE,
	WHO_PUBLIC,	/* the same, on a page of any origin too: how a
			   program comes to a token of MCP; no cookie counts */
	WHO_USER,	/* whom a token names, or a session's cookie */
	WHO_READER,	/* or a program with an access token for reading */
	WHO_WRITER,	/* or one for writing */
	WHO_MCP,	/* whom a token for MCP names; asked before even the
			   method, which the handler looks at */
	WHO_ACCOUNT	/* built-in accounts, when on: the handler looks */
};

struct route_args {
	size_t		 n;
	const char	*name[MAX_PATH_SEGMENTS];	/* without ':' */
	const char	*value[MAX_PATH_SEGMENTS];	/* decoded */
};

struct api_call;		/* of api/api.h; the router only hands it on */
typedef const struct err *route_fn(struct api_call *call);

struct route {
	const char	*method;	/* GET also serves HEAD */
	const char	*path;
	enum route_who	 who;
	size_t		 body;		/* largest body in bytes */
	route_fn	*handler;
};

/*
 * ERR_NOTFOUND "no_such_route"; ERR_METHOD, with *allow "GET, POST" for the
 * Allow header and *out one of the path's routes; ERR_INPUT when a segment
 * does not decode.
 */
const struct err *router_match(const struct route *table, size_t n,
    struct arena *a, const char *method, struct str path,
    const struct route **out, struct route_args *args, const char **allow);

const char *route_arg(const struct route_args *args, const char *name);

#endif
