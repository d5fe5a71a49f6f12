/*
 * Our own OAuth 2.1 authorization server: how a client of MCP comes to a
 * token, when the site names no other server for that.
 *
 *	oauth.c		what there is (RFC 8414), and the consent of a person
 *	oauth_request.c	what a client asks a person for
 *	oauth_token.c	a code to tokens, their renewal and their end
 *	apps.c		what a person has granted
 *
 * There is no login of ours in it: the page /authorize calls us as the person
 * who is signed in there, and sends the browser back to the client.
 */
#ifndef API_OAUTH_H
#define API_OAUTH_H

#include "api/api.h"
#include "store/oauth.h"

/* ERR_NOTFOUND "no_such_route" when we hand out no tokens. */
const struct err *oauth_on(struct api_call *c);

/* Blanks part them; the names of all are AUTH_SCOPES. */
enum { OAUTH_READ = 1, OAUTH_WRITE = 2 };

/*
 * The scopes in s, as bits; words that are none of ours are passed over (RFC
 * 6749 section 3.3).
 */
unsigned int oauth_scopes_read(struct str s);
/* "tasks:read tasks:write", or less; "" for 0. */
const char *oauth_scopes_said(unsigned int scopes);

struct oauth_request {
	struct oauth_client client;
	const char	*redirect_uri;	/* one the client has listed */
	const char	*state;		/* NULL: none came */
	const char	*challenge;
	unsigned int	 scopes;	/* what it asks for */
	const char	*resource;	/* ours */
	/* what it did wrong and is told (section 4.1.2.1), or NULL */
	const char	*error;
	const char	*error_say;
};

/*
 * Read what the page was opened with; params has texts by name.  Nobody is
 * redirected for the errors it returns: ERR_INPUT "invalid_request" (which
 * client, and where to, is not said), "client_invalid", "redirect_invalid";
 * ERR_UPSTREAM "client_unreachable"; ERR_LIMIT "too_many_attempts" when this
 * person has had too many documents read.
 */
const struct err *oauth_request_read(struct api_call *c,
    struct json_object *params, struct oauth_request *out);

/* The same of the request's query or of a JSON object of texts. */
const struct err *oauth_params_query(struct api_call *c,
    struct json_object **params);
const struct err *oauth_params_json(struct api_call *c,
    struct json_object *body, struct json_object **params);

#endif
