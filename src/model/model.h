/*
 * What a model is: messages and tools in; text, complete tool calls, usage
 * and an end reason out.  One step of a turn is one call of model_step().
 * A provider knows nothing of tasks, the database or the person's door.
 */
#ifndef MODEL_MODEL_H
#define MODEL_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/conf.h"
#include "base/err.h"
#include "base/json.h"

enum model_role { MODEL_USER, MODEL_ASSISTANT, MODEL_TOOL };

struct model_call {		/* a tool call */
	const char	*id;		/* ours: 9 x [A-Za-z0-9], unique */
	const char	*name;		/* as the model wrote it */
	const char	*arguments;	/* JSON object; NULL: see bad */
	const char	*bad;		/* why they do not parse, or NULL */
	struct json_object *extra;	/* opaque provider data, or NULL */
};

struct model_message {
	enum model_role	 role;
	struct str	 text;		/* may be empty beside calls */
	size_t		 ncalls;	/* assistant: what it called */
	const struct model_call *calls;
	const char	*call_id;	/* tool: which call this answers */
	const char	*call_name;	/* tool: its name */
	struct json_object *result;	/* tool: text, parsed */
	struct json_object *extra;	/* assistant: opaque provider data */
};

struct model_tool {
	const char	*name, *description;
	const char	*parameters;	/* JSON schema's text, type object */
};

struct model_request {
	const char	*instructions;	/* constant text, first */
	const char	*context;	/* what changes, last: local time */
	const char	*local_now;	/* "2026-11-20T09:30 Friday" */
	size_t		 nmessages;
	const struct model_message *messages;	/* all answered */
	/*
	 * Puts the messages in, made in a: nobody keeps them while a model
	 * talks.  The same at each call.  NULL: they are there already.
	 */
	void		(*gather)(void *ctx, struct arena *a,
			    struct model_request *req);
	void		*gather_ctx;
	size_t		 ntools;	/* none, or always the same */
	const struct model_tool *tools;
	bool		 stream;	/* somebody reads the pieces */
	int64_t		 deadline;	/* clock_ms() */
	int		 watch;		/* its POLLRDHUP hangs up; or -1 */
	int		 from;		/* the first to ask of conf->models:
					   who answered before in this turn; 0:
					   nobody yet, or the first */
	bool		 only;		/* no other takes over: a tool has run,
					   or text of this turn was shown */
	const char	*user_key;	/* stands for the person at the vendor,
					   for its caches: at most 64 of
					   [A-Za-z0-9_-]; or NULL */
	/* in the copy that gather() gets, from the provider: */
	int64_t		 budget;	/* tokens for messages and context; 0:
					   no limit */
	int64_t		 overhead;	/* of instructions and tools */
};

enum model_end {
	MODEL_DONE,	/* said all it had to say */
	MODEL_TOOLS,	/* wants the calls run */
	MODEL_LENGTH,	/* cut by its own limit: calls must not run */
	MODEL_FILTERED,	/* refused or filtered: calls must not run */
	MODEL_STOPPED	/* reader left or turn cancelled: text so far */
};

struct model_answer {
	enum model_end	 end;
	struct str	 text;		/* all of it, mended UTF-8 */
	size_t		 ncalls;
	struct model_call *calls;	/* at most MAX_CALLS */
	struct json_object *extra;	/* opaque, to be stored with the step */
	const char	*model;		/* "builtin", "gpt-5-mini" */
	int64_t		 prompt_tokens, completion_tokens;	/* -1 unknown */
	int64_t		 cached_tokens;	/* of prompt_tokens; -1 unknown */
	int		 used;		/* who answered (also beside an error):
					   of conf->models; the number of those
					   for the built-in one */
	bool		 odd;		/* beside an error: it is about this
					   request alone; beside MODEL_STOPPED:
					   the model was at work on it */
	int64_t		 limit;		/* beside conversation_too_long: the
					   window as the server told it, or 0 */
};

struct model_events {
	/* Text as it arrives, whole characters.  False: stop the model. */
	bool		(*text)(void *ctx, struct str piece);
	/*
	 * The pieces that came together have been passed on, and what comes
	 * next may take a while.  False: stop the model.  May be NULL.
	 */
	bool		(*flush)(void *ctx);
	/* At least once a second while waiting.  False: stop the model. */
	bool		(*tick)(void *ctx);
	void		*ctx;
};

struct model;		/* one a process: settings, and what was learnt */
struct model_worker;	/* one a thread: its connections */

const struct err *model_open(struct arena *a, const struct conf *c,
    struct model **out);
struct model_worker *model_worker_new(struct model *m);
void	 model_worker_free(struct model_worker *w);
/* Of the one that is preferred, as answers name it. */
const char *model_name(const struct model *m);
/* A line for each, in order of preference: what it is, and where. */
const char *model_describe(struct arena *a, const struct model *m);

/*
 * One step, by the first of the configured models that answers.  The next
 * one takes over when a model is not there for us, unless req->only or it
 * has shown text; it is then passed over for a while.
 *
 * ERR_UPSTREAM or ERR_TIMEOUT ("model_unavailable", "model_timeout",
 * "model_refused_key", "conversation_too_long"…) when no usable answer came;
 * then *out->text holds what was already passed on, if anything was.  An
 * answer is complete: only a finish event proves that, and no call of a cut
 * step is ever handed out.
 */
const struct err *model_step(struct model_worker *w, struct arena *a,
    const struct model_request *req, const struct model_events *ev,
    struct model_answer *out);

/* A copy of req with its messages in it, for as long as a lives. */
struct model_request model_gather(struct arena *a,
    const struct model_request *req);

/* The providers (model.c chooses; upstream.c and builtin.c are these). */
const struct err *builtin_step(struct arena *a, const struct model_request *req,
    const struct model_events *ev, struct model_answer *out);

#endif
