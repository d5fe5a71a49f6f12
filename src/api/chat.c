/* A turn by plain JSON or as events: the project's own two wires. */
#include <string.h>

#include "agent/agent.h"
#include "api/fields.h"
#include "base/text.h"

/* ---------------------------------------------- a sink of events */

struct stream {
	struct http_req	*q;
	int		 quiet;		/* seconds until a comment */
	struct json_object *piece;	/* of text; NULL: none came yet */
};

static bool
stream_send(struct stream *s, const char *event, struct json_object *v)
{
	return sse_send(s->q, event, v);
}

static bool
stream_opened(void *ctx, const struct turn_opened *o)
{
	struct stream *s = ctx;
	struct json_object *v = js_object(s->q->a);

	js_add_text(v, "conversation_id", o->conversation);
	js_add_bool(v, "created", o->created);
	return stream_send(s, "conversation", v);
}

/* One object for all pieces: a long reply has thousands. */
static bool
stream_text(void *ctx, struct str piece)
{
	struct stream *s = ctx;

	if (s->piece == NULL)
		s->piece = js_object(s->q->a);
	js_add_str(s->piece, "delta", piece);
	return sse_put(s->q, "text", s->piece);
}

static bool
stream_flush(void *ctx)
{
	struct stream *s = ctx;

	return sse_flush(s->q);
}

static bool
stream_tool(struct stream *s, const char *event, const char *id,
    const char *name, const char *key, struct json_object *value)
{
	struct json_object *v = js_object(s->q->a);

	js_add_text(v, "id", id);
	js_add_text(v, "name", name);
	js_add(v, key, value != NULL ? js_share(value) : NULL);
	return stream_send(s, event, v);
}

static bool
stream_tool_started(void *ctx, const char *id, const char *name,
    struct json_object *arguments)
{
	return stream_tool(ctx, "tool_started", id, name, "arguments",
	    arguments);
}

static bool
stream_tool_finished(void *ctx, const char *id, const char *name,
    struct json_object *result)
{
	return stream_tool(ctx, "tool_finished", id, name, "result", result);
}

static bool
stream_confirmation(void *ctx, struct json_object *confirmation)
{
	return stream_send(ctx, "confirmation", confirmation);
}

static bool
stream_idle(void *ctx)
{
	struct stream *s = ctx;

	return sse_comment(s->q, s->quiet);
}

/* A JSON caller reads nothing until the end, and may well have gone. */
static const struct sink sink_json = { .watch = -1 };

static struct sink
sink_stream(struct stream *s)
{
	return (struct sink){ .opened = stream_opened,
	    .text = stream_text, .flush = stream_flush,
	    .tool_started = stream_tool_started,
	    .tool_finished = stream_tool_finished,
	    .confirmation = stream_confirmation, .idle = stream_idle,
	    .ctx = s, .streams = true, .watch = s->q->fd };
}

/* -------------------------------------------------- the endpoints */

void
api_log_turn(struct http_req *q, const struct turn_result *r)
{
	log_text(&q->log, "conversation", r->conversation);
	log_text(&q->log, "state", r->state);
	log_text(&q->log, "model", r->model);
	if (r->model == NULL && r->model_ms == 0)
		return;
	log_int(&q->log, "model_ms", r->model_ms);
	log_int(&q->log, "prompt_tokens", r->prompt_tokens);
	log_int(&q->log, "completion_tokens", r->completion_tokens);
}

/* Say how it ended. */
static const struct err *
turn_reply(struct http_req *q, const struct err *e,
    const struct turn_result *r)
{
	api_log_turn(q, r);
	if (e != NULL)
		http_send_err_with(q, e, r->conversation != NULL ?
		    "conversation_id" : NULL, r->conversation != NULL ?
		    js_new_str(str_of(r->conversation)) : NULL);
	else if (q->streaming)
		sse_send(q, "done", r->answer);
	else
		http_send_json(q, 200, r->answer);
	return NULL;
}

struct agent
api_agent(const struct api *api)
{
	return (struct agent){ .conf = api->conf, .db = api->db,
	    .model = api->model, .draining = api->draining };
}

static const struct err *
read_message(struct api_call *c, struct json_object *body, struct str *out)
{
	const struct err *e;
	const char *s;

	e = field_text(c->a, body, "message", &s);
	if (e != NULL)
		return e;
	*out = (struct str){ NULL, 0 };
	if (s != NULL)
		*out = str_of(arena_strdup(c->a, s));
	return message_check(c, *out);
}

/* The body is given back once it has been read: a turn may wait long. */
static const struct err *
read_turn(struct api_call *c, struct turn_request *out)
{
	static const char *const names[] = { "message", "conversation_id",
	    "timezone", NULL };
	struct arena *asked = arena_child(c->a);
	const char *id, *zone = NULL;
	struct json_object *body;
	const struct err *e;

	out->user = c->user;
	e = http_json_in(c->q, asked, c->body, &body);
	if (e == NULL)
		e = fields_known(c->a, body, names);
	if (e == NULL)
		e = read_message(c, body, &out->message);
	if (e == NULL)
		e = field_text(c->a, body, "timezone", &zone);
	if (e == NULL)
		e = timezone_check(c->a, zone);
	if (e == NULL)
		e = idempotency_key(c, &out->idempotency_key);
	if (e == NULL)
		e = field_text(c->a, body, "conversation_id", &id);
	if (e == NULL && id != NULL && !uuid_ok(str_of(id)))
		e = err_new(c->a, ERR_NOTFOUND, "conversation_not_found",
		    "No such conversation.", "not a UUID");
	if (e != NULL)
		return e;
	if (zone != NULL)
		out->timezone = arena_strdup(c->a, zone);
	if (id != NULL)
		out->conversation = text_lower(c->a, str_of(id));
	arena_drop(asked);
	return NULL;
}

const struct err *
api_chat(struct api_call *c)
{
	struct stream stream = { .q = c->q,
	    .quiet = c->api->conf->stream_comment_seconds };
	struct agent agent = api_agent(c->api);
	struct turn_request req = { .conversation = NULL };
	struct sink sink = sink_json;
	struct turn_result result;
	const struct err *e;

	e = read_turn(c, &req);
	if (e != NULL)
		return e;
	if (http_wants_stream(c->q))
		sink = sink_stream(&stream);
	e = agent_turn(&agent, c->a, &req, &sink, &result);
	return turn_reply(c->q, e, &result);
}

const struct err *
api_confirmation_decide(struct api_call *c)
{
	static const char *const names[] = { "decision", "timezone", NULL };
	struct stream stream = { .q = c->q,
	    .quiet = c->api->conf->stream_comment_seconds };
	struct agent agent = api_agent(c->api);
	struct decide_request req = { .user = c->user };
	struct sink sink = sink_json;
	struct turn_result result;
	struct json_object *body;
	const char *decision;
	const struct err *e;

	e = path_uuid(c, "id", "conversation_not_found",
	    "No such conversation.", &req.conversation);
	if (e == NULL)
		e = path_uuid(c, "confirmation", "confirmation_not_found",
		    "No such confirmation.", &req.confirmation);
	if (e == NULL)
		e = http_json(c->q, c->body, &body);
	if (e == NULL)
		e = fields_known(c->a, body, names);
	if (e == NULL)
		e = field_text(c->a, body, "decision", &decision);
	if (e == NULL)
		e = field_text(c->a, body, "timezone", &req.timezone);
	if (e == NULL)
		e = timezone_check(c->a, req.timezone);
	if (e != NULL)
		return e;
	if (decision == NULL || (strcmp(decision, "approve") != 0 &&
	    strcmp(decision, "reject") != 0))
		return invalid(c->a, "decision", "approve or reject");
	req.approve = strcmp(decision, "approve") == 0;
	if (http_wants_stream(c->q))
		sink = sink_stream(&stream);
	e = agent_decide(&agent, c->a, &req, &sink, &result);
	return turn_reply(c->q, e, &result);
}
