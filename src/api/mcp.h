/*
 * MCP, the Model Context Protocol, at /api/mcp: stateless, one JSON body a
 * POST, for clients of revision 2026-07-28 ("modern": every request describes
 * itself) and of those before it ("legacy": they say initialize first, and
 * nothing is remembered of that).
 *
 *	mcp.c		the door: who, which era, which method; the envelope
 *	mcp_read.c	a body and three headers to one message
 *	mcp_params.c	what came with it, by name
 *	mcp_tools.c	the registry, and calls of it
 *	mcp_consent.c	calls that a person has to agree to
 *	mcp_prompts.c	texts for the person to begin with
 *	mcp_resources.c	tasks as documents; completion
 *	mcp_more.c	nothing: where a test adds its own
 *
 * Private to these files and to t/mcp.
 * Source: modelcontextprotocol.io, specification 2026-07-28 and 2025-11-25.
 */
#ifndef API_MCP_H
#define API_MCP_H

#include "api/api.h"
#include "base/json.h"

#define MCP_MODERN_REVISION	"2026-07-28"
#define MCP_LEGACY_REVISION	"2025-11-25"	/* the newest of them */

/* JSON-RPC 2.0 section 5.1, and those MCP adds. */
enum mcp_code {
	MCP_PARSE_ERROR = -32700,
	MCP_INVALID_REQUEST = -32600,
	MCP_NO_METHOD = -32601,
	MCP_INVALID_PARAMS = -32602,
	MCP_INTERNAL_ERROR = -32603,
	MCP_HEADER_MISMATCH = -32020,
	MCP_MISSING_CAPABILITY = -32021,
	MCP_UNSUPPORTED_REVISION = -32022,
	MCP_NO_RESOURCE = -32002	/* legacy only */
};

enum mcp_era { MCP_LEGACY, MCP_MODERN };
enum mcp_kind { MCP_REQUEST, MCP_NOTIFICATION, MCP_RESPONSE };

struct mcp_message {
	enum mcp_era	 era;
	enum mcp_kind	 kind;
	struct json_object *id;		/* goes back as it came; NULL: none */
	const char	*method;	/* NULL: of a response */
	struct json_object *params;	/* an object, {} when absent */
	struct json_object *capabilities; /* modern: the client's; or NULL */
};

/* What goes back in place of a result. */
struct mcp_error {
	int		 status;	/* of HTTP */
	enum mcp_code	 code;
	const char	*message;
	struct json_object *data;	/* NULL: none */
	const struct err *problem;	/* not NULL: answered as everywhere
					   else, not in JSON-RPC */
};

/*
 * status 0: the one of the code in this era: 404 for MCP_NO_METHOD in the new
 * one, 400 for what is no message or contradicts itself, else 200.
 */
const struct mcp_error *mcp_error_new(struct arena *a, int status,
    enum mcp_code code, const char *message, struct json_object *data);
/* Ours or the database's fault: into the log; the caller learns no details. */
struct mcp_call;
const struct mcp_error *mcp_internal(struct mcp_call *mc,
    const struct err *e);

/* One of those before the modern one, of which we know how they go? */
bool	 mcp_is_legacy(const char *revision);

/* What came with the body, without white space around; NULL: absent. */
struct mcp_headers {
	const char	*revision;	/* MCP-Protocol-Version */
	const char	*method;	/* Mcp-Method */
	const char	*name;		/* Mcp-Name */
};

/*
 * Read one message.  The error answers it; out->id is set as far as it could
 * be read, and the era is in any case.
 */
const struct mcp_error *mcp_read(struct arena *a, const struct mcp_headers *h,
    struct str body, struct mcp_message *out);

/* ---- methods */

struct mcp_call {
	struct api_call	*c;		/* user, api, arena */
	const char	*scopes;	/* of the token: "tasks:read …" */
	struct mcp_message m;
	bool		 answered;	/* the method wrote the reply itself:
					   only a test's does */
};

/*
 * *result: an object of the arena with the method's own members; resultType,
 * _meta, ttlMs and cacheScope are the door's to add where the era wants them,
 * unless they are there.
 */
typedef const struct mcp_error *mcp_method(struct mcp_call *mc,
    struct json_object **result);

/*
 * NULL: the token has that scope.  Otherwise the 403, its challenge already
 * among the reply's headers (RFC 6750 section 3.1).
 */
const struct mcp_error *mcp_scope_check(struct mcp_call *mc,
    const char *scope);

/* May the client be asked something (elicitation, form mode)?  Modern only. */
bool	 mcp_can_elicit(const struct mcp_call *mc);

mcp_method mcp_tools_list, mcp_tools_call;		/* mcp_tools.c */
mcp_method mcp_prompts_list, mcp_prompts_get;		/* mcp_prompts.c */
mcp_method mcp_resources_list, mcp_resource_templates;	/* mcp_resources.c */
mcp_method mcp_resources_read, mcp_complete;

/* A text for the client's model, about what the tools are for.  In a. */
const char *mcp_instructions(struct mcp_call *mc);	/* mcp_tools.c */

/* ---- what only a test build has: the program's own do nothing (mcp_more.c) */

/* True: it was a call of the test's, *result or *error says what came of it. */
bool	 mcp_more(struct mcp_call *mc, struct json_object **result,
	    const struct mcp_error **error);
/* Add to a list ("tools", "prompts", "resources", "resourceTemplates"). */
void	 mcp_more_list(struct mcp_call *mc, const char *what,
	    struct json_object *list);

#endif
