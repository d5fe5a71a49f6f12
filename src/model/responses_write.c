/*
 * A request of OpenAI's Responses API ("Create a model response" of its
 * reference).  Stateless: nothing is kept at the vendor, the whole
 * conversation goes along, and with it the reasoning that only the vendor
 * can read.
 */
#include <stdint.h>
#include <string.h>

#include "base/json.h"
#include "model/api.h"
#include "model/replay.h"

struct writer {
	const struct api_how *how;
	const struct model_request *req;
	struct buf	*b;		/* the body */
	bool		 begun;		/* an item was written */
};

static bool
is_refused(const struct writer *w, unsigned int lesson)
{
	return (w->how->lessons & lesson) != 0;
}

/* Items */

/* They are told apart by what comes between them. */
static void
put_item(struct writer *w, const char *begin)
{
	if (w->begun)
		buf_putc(w->b, ',');
	w->begun = true;
	buf_puts(w->b, begin);
}

static void
put_user(struct writer *w, struct str text)
{
	put_item(w, "{\"role\":\"user\",\"content\":");
	js_put_str(w->b, text);
	buf_putc(w->b, '}');
}

/*
 * The form that needs no id: one belongs to what the vendor stored.  The type
 * may be left out by the schema, but llama.cpp asks for it.
 */
static void
put_text(struct writer *w, const struct replay_part *part)
{
	const char *phase = js_text(part->extra, "phase", "");

	if (part->text.n == 0)
		return;
	put_item(w, "{\"type\":\"message\",\"role\":\"assistant\"");
	if (*phase != '\0') {
		buf_puts(w->b, ",\"phase\":");
		js_put_str(w->b, str_of(phase));
	}
	buf_puts(w->b, ",\"content\":");
	js_put_str(w->b, part->text);
	buf_putc(w->b, '}');
}

static void
put_call(struct writer *w, const struct replay_call *c)
{
	put_item(w, "{\"type\":\"function_call\",\"call_id\":");
	js_put_str(w->b, str_of(c->id));
	buf_puts(w->b, ",\"name\":");
	js_put_str(w->b, str_of(c->name));
	buf_puts(w->b, ",\"arguments\":");
	js_put_str(w->b, c->arguments);
	buf_putc(w->b, '}');
}

static void
put_result(struct writer *w, const struct replay_call *c)
{
	put_item(w, "{\"type\":\"function_call_output\",\"call_id\":");
	js_put_str(w->b, str_of(c->id));
	buf_puts(w->b, ",\"output\":");
	js_put_str(w->b, c->result);
	buf_putc(w->b, '}');
}

/* At most so many of the opaque items before call number at. */
static void
put_opaque(struct writer *w, const struct replay_part *part, size_t at,
    size_t *from, int64_t most)
{
	struct json_object *item;

	if (is_refused(w, API_NO_OPAQUE))
		return;
	for (; most > 0 &&
	    (item = replay_item(part->extra, at, from)) != NULL; most--) {
		put_item(w, "");
		js_put(w->b, item);
	}
}

/* Reasoning, text and calls as they came (responses_read.c: step_extra()). */
static void
put_assistant(struct writer *w, const struct replay_part *part)
{
	size_t from = 0, i;

	put_opaque(w, part, 0, &from, js_int(part->extra, "said", INT64_MAX));
	put_text(w, part);
	for (i = 0; i < part->ncalls; i++) {
		put_opaque(w, part, i, &from, INT64_MAX);
		put_call(w, &part->calls[i]);
		from = 0;
	}
	for (i = 0; i < part->ncalls; i++)
		put_result(w, &part->calls[i]);
}

static void
put_input(struct writer *w, const struct replay *r)
{
	size_t i;

	buf_puts(w->b, ",\"input\":[");
	for (i = 0; i < r->n; i++) {
		if (r->parts[i].user)
			put_user(w, r->parts[i].text);
		else
			put_assistant(w, &r->parts[i]);
	}
	buf_putc(w->b, ']');
}

/* Tools */

/* A tool that does not say strict is strict: so it is always said. */
static struct str
responses_tools(struct arena *a, const struct api_how *how,
    const struct model_request *req)
{
	const bool strict = how->profile->strict &&
	    (how->lessons & API_NO_STRICT) == 0;
	struct json_object *tools = js_array(a), *tool;
	size_t i;

	for (i = 0; i < req->ntools; i++) {
		tool = js_new_object();
		js_add_text(tool, "type", "function");
		js_add_text(tool, "name", req->tools[i].name);
		js_add_text(tool, "description", req->tools[i].description);
		if (how->profile->strict ||
		    (how->lessons & API_NO_STRICT) == 0)
			js_add_bool(tool, "strict", strict);
		js_add(tool, "parameters",
		    api_schema(a, &req->tools[i], strict));
		js_push(tools, tool);
	}
	return js_write(a, tools);
}

/* Options */

/*
 * The vendor is to keep nothing; what it would have kept of its reasoning
 * comes along instead, in a form that it alone can read.
 */
static void
put_stateless(const struct writer *w)
{
	buf_printf(w->b, ",\"stream\":%s,\"store\":false",
	    w->req->stream ? "true" : "false");
	if (!is_refused(w, API_NO_OPAQUE))
		buf_puts(w->b,
		    ",\"include\":[\"reasoning.encrypted_content\"]");
}

static void
put_cap(const struct writer *w)
{
	if (!is_refused(w, API_NO_TOKENS))
		buf_printf(w->b, ",\"max_output_tokens\":%d",
		    w->how->max_tokens);
}

/* API_EFFORT_NONE: a gateway in front of Chat Completions passed it on. */
static void
put_effort(const struct writer *w)
{
	const char *effort = w->req->ntools > 0 &&
	    is_refused(w, API_EFFORT_NONE) ? "none" : w->how->effort;

	if (*effort == '\0' || is_refused(w, API_NO_EFFORT))
		return;
	buf_puts(w->b, ",\"reasoning\":{\"effort\":");
	js_put_str(w->b, str_of(effort));
	buf_putc(w->b, '}');
}

/* The request */

static void
responses_put(struct arena *a, struct buf *b, const struct api_how *how,
    const struct model_request *req)
{
	const struct replay r = replay_build(a, req, how->family);
	struct writer w = { .how = how, .req = req, .b = b };

	buf_puts(b, "{\"model\":");
	js_put_str(b, str_of(how->model));
	put_stateless(&w);
	put_cap(&w);
	put_effort(&w);
	api_put_user_key(b, how, req);
	/* tools before messages: the order in which prefixes are cached */
	api_put_tools(b, how, req);
	buf_puts(b, ",\"instructions\":");
	js_put_str(b, str_of(req->instructions));
	put_input(&w, &r);
	buf_putc(b, '}');
}

/*
 * The first that a complaint has in it and that was not
 * heeded yet counts.  What is wrong with the reasoning of this conversation
 * (made with another key, kept by nobody) says nothing of the next one's.
 */
static const struct api_option responses_options[] = {
	{ "item with id", API_NO_OPAQUE, true },
	{ "without its required", API_NO_OPAQUE, true },
	{ "could not be verified", API_NO_OPAQUE, true },
	{ "could not be decrypted", API_NO_OPAQUE, true },
	{ "encrypted", API_NO_OPAQUE, false },
	{ "reasoning input items", API_NO_OPAQUE, false },
	{ "\"reasoning\" is not a valid input", API_NO_OPAQUE, false },
	{ "max_output_tokens", API_NO_TOKENS, false },
	{ "reasoning", API_NO_EFFORT, false },
	{ "parallel_tool_calls", API_NO_PARALLEL, false },
	{ "prompt_cache_key", API_NO_USER, false },
	{ "safety_identifier", API_NO_USER, false },
	{ "strict", API_NO_STRICT, false },
	{ "additionalproperties", API_NO_STRICT, false },
	{ "include", API_NO_OPAQUE, false },
	{ NULL, 0, false },
};

const struct model_api responses_api = {
	.kind = "openai-responses",
	.path = "/responses",
	.vendor_url = "https://api.openai.com/v1",
	.key_header = "Authorization: Bearer ",
	.reader = &responses_reader,
	.options = responses_options,
	.tools = responses_tools,
	.put = responses_put,
};
