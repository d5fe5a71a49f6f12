/*
 * A model API: how a request is written, how its answer is read, and where
 * it lives.  Pure functions of settings and conversation; upstream.c calls.
 *
 * The wire copy is repaired on the way (replay.h), the conversation itself
 * is never touched.  The same conversation always gives the same bytes, so
 * that prompt caches hold.
 */
#ifndef MODEL_API_H
#define MODEL_API_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "model/answer.h"
#include "model/model.h"
#include "model/profile.h"

/* What a server refused before; bits. */
enum api_lesson {
	API_NO_USAGE = 1,	/* no stream_options */
	API_EFFORT_NONE = 2,	/* tools only with reasoning_effort "none" */
	API_NO_EFFORT = 4,	/* nothing about reasoning at all */
	API_OTHER_TOKENS = 8,	/* the cap's other name */
	API_NO_TOKENS = 16,	/* no cap at all */
	API_NO_STRICT = 32,	/* tools without strict */
	API_NO_PARALLEL = 64,	/* no parallel_tool_calls */
	API_NO_USER = 128,	/* no safety_identifier, prompt_cache_key */
	API_NO_OPAQUE = 256,	/* no encrypted reasoning, neither way */
	API_NO_CACHE = 512	/* no cache marks */
};

/* A complaint with this word in it teaches that. */
struct api_option {
	const char	*word;		/* a member of the request */
	unsigned int	 lesson;
	bool		 this_time;	/* only for the step under way */
};

struct api_how {
	const struct profile *profile;
	const char	*family;	/* of opaque data: see answer_new() */
	const char	*model;
	const char	*effort;	/* "" = do not send */
	int		 max_tokens;
	int64_t		 budget, overhead;	/* for req: see model.h */
	unsigned int	 lessons;
	struct str	 tools;		/* as tools() made them; or empty */
};

struct model_api {
	const char	*kind;		/* as the setting names it */
	const char	*path;		/* behind the address: "/responses" */
	const char	*vendor_url;	/* where none is set; NULL: needed */
	const char	*key_header;	/* "Authorization: Bearer " */
	/* A header that names the API's version, or NULL: there is none. */
	const char	*version_header;
	const char	*vendor_version;	/* of the vendor itself */
	const char	*version;	/* of others' that speak like it */
	const struct answer_reader *reader;
	const struct api_option *options;	/* up to a NULL word */
	/*
	 * The tools of req as JSON, in the words that every server knows.
	 * It takes longer than all the rest, and is always the same.
	 */
	struct str	(*tools)(struct arena *a, const struct api_how *how,
			    const struct model_request *req);
	/*
	 * The body, into b.  req has its messages; a is for what is needed
	 * meanwhile.
	 */
	void		(*put)(struct arena *a, struct buf *b,
			    const struct api_how *how,
			    const struct model_request *req);
};

extern const struct model_api chat_api, responses_api, anthropic_api;

/* NULL: no such kind. */
const struct model_api *model_api_find(const char *kind);

/*
 * The body of a request, its messages gathered as they fit; nothing else is
 * left in a, for the body has to stay until it is sent.
 */
struct str api_write(struct arena *a, const struct model_api *api,
    const struct api_how *how, const struct model_request *req);

/* For put(): whose request it is, as far as caches and abuse are concerned. */
void	 api_put_user_key(struct buf *b, const struct api_how *how,
	    const struct model_request *req);

/* For put(): the tools as OpenAI's two APIs have them. */
void	 api_put_tools(struct buf *b, const struct api_how *how,
	    const struct model_request *req);

/*
 * A tool's parameters in the six words that every server knows: type,
 * description, enum, items, properties, required.  strict: all properties
 * are required, what was optional may be null, and there are no others
 * (OpenAI's strict function calling).  The object is loose: js_add() it.
 */
struct json_object *api_schema(struct arena *a, const struct model_tool *tool,
    bool strict);

#endif
