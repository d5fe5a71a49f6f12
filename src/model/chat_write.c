/*
 * A request of Chat Completions ("Create chat completion" of OpenAI's API
 * reference), with what each profile's servers take beyond the least.
 */
#include <string.h>

#include "base/json.h"
#include "model/api.h"
#include "model/replay.h"

#define ANY_SIGNATURE	"skip_thought_signature_validator"

struct writer {
	const struct api_how *how;
	const struct model_request *req;
	struct buf	*b;		/* the body */
};

/* Opaque data */

/* One more member of an object that has some. */
static void
put_member(struct buf *b, const char *key, struct json_object *v)
{
	if (v == NULL)
		return;
	buf_putc(b, ',');
	js_put_str(b, str_of(key));
	buf_putc(b, ':');
	js_put(b, v);
}

static void
put_step_extra(const struct writer *w, const struct replay_part *part)
{
	if (w->how->profile->reasoning_back)
		put_member(w->b, "reasoning_content",
		    js_get(part->extra, "reasoning_content"));
	if (w->how->profile->details_back)
		put_member(w->b, "reasoning_details",
		    js_get(part->extra, "reasoning_details"));
}

/* What every call has; a second one of the name would not be JSON. */
static bool
is_of_call(const char *key)
{
	return strcmp(key, "id") == 0 || strcmp(key, "type") == 0 ||
	    strcmp(key, "function") == 0;
}

/*
 * Gemini refuses a step whose first call has no signature; for steps that
 * it did not write itself it knows this word.
 */
static void
put_call_extra(const struct writer *w, const struct replay_part *part,
    size_t i)
{
	const struct json_object *extra = part->calls[i].extra;
	struct js_iter it;

	if (extra != NULL) {
		for (it = js_first(js_get(extra, "entry")); it.key != NULL;
		    js_next(&it))
			if (!is_of_call(it.key))
				put_member(w->b, it.key, it.value);
	} else if (w->how->profile->signatures && i == 0 &&
	    part->extra == NULL) {
		buf_puts(w->b, ",\"extra_content\":{\"google\":"
		    "{\"thought_signature\":\"" ANY_SIGNATURE "\"}}");
	}
}

/* Messages */

static void
put_message(const struct writer *w, const char *role, struct str content)
{
	buf_printf(w->b, "{\"role\":\"%s\",\"content\":", role);
	js_put_str(w->b, content);
}

static void
put_call(const struct writer *w, const struct replay_part *part, size_t i)
{
	const struct replay_call *c = &part->calls[i];
	struct buf *b = w->b;

	buf_puts(b, i > 0 ? ",{\"id\":" : "{\"id\":");
	js_put_str(b, str_of(c->id));
	buf_puts(b, ",\"type\":\"function\",\"function\":{\"name\":");
	js_put_str(b, str_of(c->name));
	buf_puts(b, ",\"arguments\":");
	js_put_str(b, c->arguments);
	buf_putc(b, '}');
	put_call_extra(w, part, i);
	buf_putc(b, '}');
}

static void
put_result(const struct writer *w, const struct replay_call *c)
{
	buf_putc(w->b, ',');
	put_message(w, "tool", c->result);
	buf_puts(w->b, ",\"tool_call_id\":");
	js_put_str(w->b, str_of(c->id));
	buf_putc(w->b, '}');
}

static void
put_calls(const struct writer *w, const struct replay_part *part)
{
	size_t i;

	buf_puts(w->b, ",\"tool_calls\":[");
	for (i = 0; i < part->ncalls; i++)
		put_call(w, part, i);
	buf_putc(w->b, ']');
	put_step_extra(w, part);
	buf_putc(w->b, '}');
	for (i = 0; i < part->ncalls; i++)
		put_result(w, &part->calls[i]);
}

static void
put_assistant(const struct writer *w, const struct replay_part *part)
{
	if (part->text.n == 0 && w->how->profile->null_content)
		buf_puts(w->b, "{\"role\":\"assistant\",\"content\":null");
	else
		put_message(w, "assistant", part->text);
	if (part->ncalls > 0)
		put_calls(w, part);
	else
		buf_putc(w->b, '}');
}

static void
put_messages(const struct writer *w, const struct replay *r)
{
	size_t i;

	buf_puts(w->b, ",\"messages\":[");
	put_message(w, "system", str_of(w->req->instructions));
	buf_putc(w->b, '}');
	for (i = 0; i < r->n; i++) {
		buf_putc(w->b, ',');
		if (!r->parts[i].user) {
			put_assistant(w, &r->parts[i]);
			continue;
		}
		put_message(w, "user", r->parts[i].text);
		buf_putc(w->b, '}');
	}
	buf_putc(w->b, ']');
}

/* Tools */

/* Where an empty one is not liked there is none. */
static void
add_parameters(struct arena *a, const struct api_how *how,
    const struct model_tool *tool, bool strict, struct json_object *function)
{
	struct json_object *schema = api_schema(a, tool, strict);

	js_add(function, "parameters", schema);
	if (how->profile->bare_tools &&
	    js_first(js_get(schema, "properties")).key == NULL)
		js_del(function, "parameters");
}

static struct str
chat_tools(struct arena *a, const struct api_how *how,
    const struct model_request *req)
{
	const bool strict = how->profile->strict &&
	    (how->lessons & API_NO_STRICT) == 0;
	struct json_object *tools = js_array(a), *tool, *function;
	size_t i;

	for (i = 0; i < req->ntools; i++) {
		function = js_new_object();
		js_add_text(function, "name", req->tools[i].name);
		js_add_text(function, "description",
		    req->tools[i].description);
		if (strict)
			js_add_bool(function, "strict", true);
		add_parameters(a, how, &req->tools[i], strict, function);
		tool = js_new_object();
		js_add_text(tool, "type", "function");
		js_add(tool, "function", function);
		js_push(tools, tool);
	}
	return js_write(a, tools);
}

/* Options */

static void
put_cap(const struct writer *w)
{
	const struct api_how *how = w->how;
	bool completion = how->profile->completion_tokens;

	if ((how->lessons & API_NO_TOKENS) != 0)
		return;
	if ((how->lessons & API_OTHER_TOKENS) != 0)
		completion = !completion;
	buf_printf(w->b, ",\"%s\":%d", completion ? "max_completion_tokens" :
	    "max_tokens", how->max_tokens);
}

static void
put_effort(const struct writer *w)
{
	const struct api_how *how = w->how;
	const char *effort = how->effort;

	if ((how->lessons & API_NO_EFFORT) != 0)
		return;
	if (w->req->ntools > 0 && ((how->lessons & API_EFFORT_NONE) != 0 ||
	    (*effort == '\0' && how->profile->effort_none &&
	    profile_model_reasons(how->model))))
		effort = "none";
	if (*effort == '\0')
		return;
	buf_puts(w->b, ",\"reasoning_effort\":");
	js_put_str(w->b, str_of(effort));
}

static void
put_stream(const struct writer *w)
{
	buf_printf(w->b, ",\"stream\":%s", w->req->stream ? "true" : "false");
	if (w->req->stream && w->how->profile->usage_option &&
	    (w->how->lessons & API_NO_USAGE) == 0)
		buf_puts(w->b, ",\"stream_options\":"
		    "{\"include_usage\":true}");
}

static void
chat_put(struct arena *a, struct buf *b, const struct api_how *how,
    const struct model_request *req)
{
	const struct replay r = replay_build(a, req, how->family);
	const struct writer w = { .how = how, .req = req, .b = b };

	buf_puts(b, "{\"model\":");
	js_put_str(b, str_of(how->model));
	put_stream(&w);
	put_cap(&w);
	put_effort(&w);
	api_put_user_key(b, how, req);
	/* tools before messages: the order in which prefixes are cached */
	api_put_tools(b, how, req);
	put_messages(&w, &r);
	buf_putc(b, '}');
}

static const struct api_option chat_options[] = {
	{ "stream_options", API_NO_USAGE, false },
	{ "include_usage", API_NO_USAGE, false },
	{ "parallel_tool_calls", API_NO_PARALLEL, false },
	{ "prompt_cache_key", API_NO_USER, false },
	{ "safety_identifier", API_NO_USER, false },
	{ "strict", API_NO_STRICT, false },
	{ "additionalProperties", API_NO_STRICT, false },
	{ NULL, 0, false },
};

const struct model_api chat_api = {
	.kind = "openai",
	.path = "/chat/completions",
	.key_header = "Authorization: Bearer ",
	.reader = &chat_reader,
	.options = chat_options,
	.tools = chat_tools,
	.put = chat_put,
};
