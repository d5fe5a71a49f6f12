/*
 * What the methods of MCP share: params by name, and a person's consent.
 * Private to src/api/mcp_*.c.
 */
#ifndef API_MCP_PARTS_H
#define API_MCP_PARTS_H

#include "api/mcp.h"
#include "store/mcp.h"
#include "tool/tool.h"

#define MCP_TASK	"task://"	/* and a number: a task's address */
#define MCP_OPEN_TASKS	MCP_TASK "open"	/* all that are open */
#define MCP_TEMPLATE	MCP_TASK "{id}"
#define MCP_JSON	"application/json"

/* ---- mcp_params.c: each error is the client's, -32602 */

const struct mcp_error *mcp_invalid(struct mcp_call *mc, const char *message);

/* The text v[name]; path names it to the client ("ref.type"). */
const struct mcp_error *mcp_text(struct mcp_call *mc,
    const struct json_object *v, const char *name, const char *path,
    struct str *out);

/* The object v[name]; when it is absent an empty one, or an error. */
const struct mcp_error *mcp_object(struct mcp_call *mc,
    const struct json_object *v, const char *name, bool required,
    struct json_object **out);

/* This list is one page: no cursor was ever given out for it. */
const struct mcp_error *mcp_one_page(struct mcp_call *mc);

/* A name from outside, short enough for a message. */
const char *mcp_shown(struct arena *a, struct str name);

/*
 * What tasks say, as a program's model is to get it (clean_data()): as text,
 * and in *v, which is replaced unless it was clean.
 */
const struct mcp_error *mcp_clean(struct mcp_call *mc,
    struct json_object **v, const char **text);

/* ---- mcp_prompts.c */

/*
 * Add to values what the argument of the prompt that ref names can be, of
 * what begins like that.
 */
const struct mcp_error *mcp_prompt_values(struct mcp_call *mc,
    struct json_object *ref, struct str argument, struct str begun,
    struct json_object *values);

/* ---- mcp_consent.c: calls that the person has to agree to */

struct mcp_consent {
	const struct tool *tool;
	bool		 needed;	/* the setting covers the tool */
	bool		 elicit;	/* the client can ask in a form */
	bool		 state;		/* the answer came as requestState */
	bool		 yes;		/* what agreed points to */
	const char	*fresh;		/* the text of a new question */
};

/* Does mcp_confirm cover it? */
bool	 mcp_consent_needed(const struct conf *c, const struct tool *t);

/*
 * Read what came back with the call, and say in w what that means.  *given
 * becomes the arguments that are the tool's own.  *wrong: a sentence for the
 * model, which did something wrong, or NULL.
 */
const struct mcp_error *mcp_consent_read(struct mcp_call *mc,
    const struct tool *t, struct json_object **given, struct mcp_consent *k,
    struct mcp_wish *w, const char **wrong);

/*
 * The answer when nothing was done: for a client that can ask, *result is
 * the question; for any other *say is what its model is to do.
 */
const struct mcp_error *mcp_consent_ask(struct mcp_call *mc,
    const struct mcp_consent *k, const struct mcp_wish *w,
    const struct mcp_outcome *o, struct json_object **result,
    const char **say);

#endif
