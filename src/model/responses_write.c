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

/* Who it is for, as far as caches and abuse are concerned. */
static void
put_user_key(const struct writer *w)
{
	const char *key = w->req->user_key;

	if (key == NULL || !w->how->profile->user_key ||
	    is_refused(w, API_NO_USER))
		return;
	buf_puts(w->b, ",\"prompt_cache_key\":");
	js_put_str(w->b, str_of(key));
	buf_puts(w->b, ",\"safety_identifier\":");
	js_put_str(w->b, str_of(key));
}

static void
put_tools(const struct writer *w)
{
	if (w->req->ntools == 0)
		return;
	if (w->how->profile->parallel && !is_refused(w, API_NO_PARALLEL))
		buf_puts(w->b, ",\"parallel_tool_calls\":true");
	buf_puts(w->b, ",\"tools\":");
	buf_put(w->b, w->how->tools.p, w->how->tools.n);
}

/* The request */

/* Near enough that the body seldom has to grow. */
static size_t
size_guess(const struct writer *w)
{
	size_t i, n = 1024 + w->how->tools.n + str_of(w->req->instructions).n;

	for (i = 0; i < w->req->nmessages; i++)
		n += 128 + 192 * w->req->messages[i].ncalls +
		    w->req->messages[i].text.n * 17 / 16;
	return n;
}

static void
put_request(struct arena *a, struct writer *w)
{
	const struct replay r = replay_build(a, w->req, w->how->family);

	buf_puts(w->b, "{\"model\":");
	js_put_str(w->b, str_of(w->how->model));
	put_stateless(w);
	put_cap(w);
	put_effort(w);
	put_user_key(w);
	/* tools before messages: the order in which prefixes are cached */
	put_tools(w);
	buf_puts(w->b, ",\"instructions\":");
	js_put_str(w->b, str_of(w->req->instructions));
	put_input(w, &r);
	buf_putc(w->b, '}');
}

/* Nothing but the body stays: it does until it is sent. */
static struct str
responses_write(struct arena *a, const struct api_how *how,
    const struct model_request *req)
{
	struct arena *scratch = arena_new();
	const struct model_request whole = api_gather(scratch, how, req);
	struct writer w = { .how = how, .req = &whole };
	struct str body;
	struct buf b;

	buf_init(&b, scratch, SIZE_MAX - 1);
	w.b = &b;
	buf_reserve(&b, size_guess(&w));
	put_request(scratch, &w);
	body = (struct str){ arena_strndup(a, b.p, b.n), b.n };
	arena_free(scratch);
	return body;
}

/*
 * In lower case, and the first that a complaint has in it and that was not
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
	.write = responses_write,
};
