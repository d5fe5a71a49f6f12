#include <stdint.h>
#include <string.h>

#include "base/bounds.h"
#include "base/json.h"
#include "base/text.h"
#include "model/clean.h"
#include "model/wire.h"

#define INTERRUPTED \
	"{\"error\":\"interrupted\",\"detail\":\"The call was not executed.\"}"
#define ANY_SIGNATURE	"skip_thought_signature_validator"
#define NAME_MAX_WIRE	64

enum last { LAST_NONE, LAST_SYSTEM, LAST_USER, LAST_ASSISTANT, LAST_ANSWER };

struct wire {
	struct arena	*a;		/* until the body is written */
	const struct wire_how *how;
	const struct model_request *req;
	struct buf	*b;		/* the body */
	enum last	 last;
	bool		 begun;		/* a message, its content open */
	bool		 empty;		/* no text in it so far */
	size_t		 newest;	/* message with the newest words of a
					   person, or nmessages */
	const char	**ids;		/* used so far */
	size_t		 nids;
};

/* Names */

static bool
is_id(const char *id)
{
	static const char chars[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789";

	return id != NULL && strlen(id) == 9 && strspn(id, chars) == 9;
}

static bool
is_used(const struct wire *w, const char *id)
{
	size_t i;

	for (i = 0; i < w->nids; i++)
		if (strcmp(w->ids[i], id) == 0)
			return true;
	return false;
}

/* Nine alphanumerics from any text, the same each time (FNV-1a). */
static const char *
hashed_id(struct arena *a, const char *id, size_t turn)
{
	static const char chars[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789";
	uint64_t h = UINT64_C(14695981039346656037) ^ turn;
	char out[9];
	size_t i;

	for (; id != NULL && *id != '\0'; id++)
		h = (h ^ (unsigned char)*id) * UINT64_C(1099511628211);
	for (i = 0; i < sizeof(out); i++) {
		h = (h ^ i) * UINT64_C(1099511628211);
		out[i] = chars[(h >> 32) % 62];
	}
	return arena_strndup(a, out, sizeof(out));
}

static const char *
id_on_wire(struct wire *w, const char *id)
{
	const char *sent = id;
	size_t turn = 0;

	while (!is_id(sent) || is_used(w, sent))
		sent = hashed_id(w->a, id, turn++);
	w->ids[w->nids++] = sent;
	return sent;
}

/* [A-Za-z0-9_-]{1,64}: a name the model made up may be anything. */
static const char *
name_on_wire(struct arena *a, const char *name)
{
	struct str s = str_of(name);
	size_t i, n = s.n < NAME_MAX_WIRE ? s.n : NAME_MAX_WIRE;
	char *out;

	if (n == 0)
		return "unnamed";
	out = arena_strndup(a, s.p, n);
	for (i = 0; i < n; i++)
		if (!((out[i] >= '0' && out[i] <= '9') || out[i] == '_' ||
		    (out[i] >= 'A' && out[i] <= 'Z') || out[i] == '-' ||
		    (out[i] >= 'a' && out[i] <= 'z')))
			out[i] = '_';
	return out;
}

/* Opaque data: only what the same family wrote. */

static bool
is_ours(const struct wire *w, const struct json_object *extra)
{
	return strcmp(js_text(extra, "from", ""), w->how->family) == 0;
}

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
put_step_extra(const struct wire *w, const struct model_message *m)
{
	if (!is_ours(w, m->extra))
		return;
	if (w->how->profile->reasoning_back)
		put_member(w->b, "reasoning_content",
		    js_get(m->extra, "reasoning_content"));
	if (w->how->profile->details_back)
		put_member(w->b, "reasoning_details",
		    js_get(m->extra, "reasoning_details"));
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
put_call_extra(const struct wire *w, const struct model_message *m, size_t i)
{
	const struct json_object *extra = m->calls[i].extra;
	struct js_iter it;

	if (is_ours(w, extra)) {
		for (it = js_first(js_get(extra, "entry")); it.key != NULL;
		    js_next(&it))
			if (!is_of_call(it.key))
				put_member(w->b, it.key, it.value);
	} else if (w->how->profile->signatures && i == 0 &&
	    !is_ours(w, m->extra)) {
		buf_puts(w->b, ",\"extra_content\":{\"google\":"
		    "{\"thought_signature\":\"" ANY_SIGNATURE "\"}}");
	}
}

/* Messages: the content of the last one stays open, for it may grow. */

/* A paragraph of its content. */
static void
put_text(struct wire *w, struct str text)
{
	if (text.n == 0)
		return;
	buf_puts(w->b, w->empty ? "\"" : "\\n\\n");
	js_put_chars(w->b, text);
	w->empty = false;
}

static void
end_content(struct wire *w, const char *if_empty)
{
	buf_puts(w->b, w->empty ? if_empty : "\"");
}

static void
end_message(struct wire *w)
{
	if (!w->begun)
		return;
	end_content(w, "\"\"");
	buf_putc(w->b, '}');
	w->begun = false;
}

static void
begin_message(struct wire *w, const char *role)
{
	end_message(w);
	if (w->last != LAST_NONE)
		buf_putc(w->b, ',');
	buf_puts(w->b, "{\"role\":\"");
	buf_puts(w->b, role);
	buf_puts(w->b, "\",\"content\":");
	w->begun = w->empty = true;
}

static struct str
text_on_wire(const struct wire *w, struct str text)
{
	return clean_text(w->a, text);
}

/* Two of a role in a row become one: not every server takes them. */
static void
put_user(struct wire *w, size_t at)
{
	struct str text = text_on_wire(w, w->req->messages[at].text);

	if (text_trim(text).n == 0)
		return;
	/* Mistral wants an assistant between answers and a person */
	if (w->last == LAST_ANSWER) {
		begin_message(w, "assistant");
		put_text(w, STR("(interrupted)"));
	}
	if (w->last != LAST_USER)
		begin_message(w, "user");
	put_text(w, text);
	/* what changes from minute to minute stands behind the newest */
	if (at == w->newest)
		put_text(w, str_of(w->req->context));
	w->last = LAST_USER;
}

static void
put_call(struct wire *w, const struct model_message *m, size_t i,
    const char *id)
{
	const char *arguments = m->calls[i].arguments;
	struct buf *b = w->b;

	buf_puts(b, i > 0 ? ",{\"id\":" : "{\"id\":");
	js_put_str(b, str_of(id));
	buf_puts(b, ",\"type\":\"function\",\"function\":{\"name\":");
	js_put_str(b, str_of(name_on_wire(w->a, m->calls[i].name)));
	buf_puts(b, ",\"arguments\":");
	js_put_str(b, text_on_wire(w,
	    str_of(arguments == NULL ? "{}" : arguments)));
	buf_putc(b, '}');
	put_call_extra(w, m, i);
	buf_putc(b, '}');
}

/* The answer to id among the tool messages that follow at. */
static struct str
answer_to(const struct wire *w, size_t at, const char *id)
{
	const struct model_message *m;
	size_t i;

	for (i = at + 1; i < w->req->nmessages; i++) {
		m = &w->req->messages[i];
		if (m->role != MODEL_TOOL)
			break;
		if (id == NULL || m->call_id == NULL ||
		    strcmp(m->call_id, id) != 0)
			continue;
		return m->text.n > 0 || m->result == NULL ? m->text :
		    js_write(w->a, m->result);
	}
	return STR(INTERRUPTED);
}

/*
 * Each call is answered once, in order, at once; what answers nothing is
 * left out, because nothing but this asks for it.
 */
static void
put_calls(struct wire *w, size_t at)
{
	const struct model_message *m = &w->req->messages[at];
	const char *const *ids = w->ids + w->nids;
	size_t i;

	end_content(w, w->how->profile->null_content ? "null" : "\"\"");
	w->begun = false;
	buf_puts(w->b, ",\"tool_calls\":[");
	for (i = 0; i < m->ncalls; i++)
		put_call(w, m, i, id_on_wire(w, m->calls[i].id));
	buf_putc(w->b, ']');
	put_step_extra(w, m);
	buf_putc(w->b, '}');
	for (i = 0; i < m->ncalls; i++) {
		begin_message(w, "tool");
		put_text(w, text_on_wire(w,
		    answer_to(w, at, m->calls[i].id)));
		end_content(w, "\"\"");
		w->begun = false;
		buf_puts(w->b, ",\"tool_call_id\":");
		js_put_str(w->b, str_of(ids[i]));
		buf_putc(w->b, '}');
	}
	w->last = LAST_ANSWER;
}

static void
put_assistant(struct wire *w, size_t at)
{
	const struct model_message *m = &w->req->messages[at];
	struct str text = text_on_wire(w, m->text);

	if (text_trim(text).n == 0 && m->ncalls == 0)
		return;
	if (w->last != LAST_ASSISTANT)
		begin_message(w, "assistant");
	put_text(w, text);
	w->last = LAST_ASSISTANT;
	if (m->ncalls > 0)
		put_calls(w, at);
}

/* A blank message is not sent, so it does not count. */
static size_t
newest_words(const struct wire *w)
{
	const struct model_message *m = w->req->messages;
	size_t i;

	for (i = w->req->nmessages; i-- > 0; )
		if (m[i].role == MODEL_USER &&
		    text_trim(text_on_wire(w, m[i].text)).n > 0)
			return i;
	return w->req->nmessages;
}

static size_t
count_calls(const struct model_request *req)
{
	size_t i, n = 0;

	for (i = 0; i < req->nmessages; i++)
		n += req->messages[i].ncalls;
	return n;
}

static void
put_messages(struct wire *w)
{
	size_t i;

	w->ids = arena_alloc(w->a, count_calls(w->req) * sizeof(*w->ids));
	w->newest = newest_words(w);
	buf_puts(w->b, ",\"messages\":[");
	begin_message(w, "system");
	put_text(w, str_of(w->req->instructions));
	w->last = LAST_SYSTEM;
	for (i = 0; i < w->req->nmessages; i++) {
		if (w->req->messages[i].role == MODEL_USER)
			put_user(w, i);
		else if (w->req->messages[i].role == MODEL_ASSISTANT)
			put_assistant(w, i);
	}
	if (w->newest == w->req->nmessages && str_of(w->req->context).n > 0) {
		begin_message(w, "user");
		put_text(w, str_of(w->req->context));
	}
	end_message(w);
	buf_putc(w->b, ']');
}

/* Tools */

static struct json_object *schema_on_wire(const struct json_object *schema);

/* One word; of a list the first that is not "null". */
static const char *
schema_type(const struct json_object *type)
{
	size_t i;
	struct str s;

	if (js_type(type) == JS_STR)
		return js_str(type).p;
	for (i = 0; i < js_len(type); i++) {
		s = js_str(js_at(type, i));
		if (s.n > 0 && !str_is(s, "null"))
			return s.p;
	}
	return "string";
}

static struct json_object *
properties_on_wire(const struct json_object *properties)
{
	struct json_object *out = js_new_object();
	struct js_iter it;

	for (it = js_first(properties); it.key != NULL; js_next(&it))
		js_add(out, it.key, schema_on_wire(it.value));
	return out;
}

static struct json_object *
strings_on_wire(const struct json_object *list)
{
	struct json_object *out = js_new_array();
	size_t i;

	for (i = 0; i < js_len(list); i++)
		if (js_type(js_at(list, i)) == JS_STR)
			js_push(out, js_share(js_at(list, i)));
	return out;
}

/* The six words every server knows; the rest is checked by us anyway. */
static struct json_object *
schema_on_wire(const struct json_object *schema)
{
	struct json_object *out = js_new_object();

	js_add_text(out, "type", schema_type(js_get(schema, "type")));
	if (js_get(schema, "description") != NULL)
		js_add(out, "description",
		    js_share(js_get(schema, "description")));
	if (js_len(js_get(schema, "enum")) > 0)
		js_add(out, "enum", strings_on_wire(js_get(schema, "enum")));
	if (js_get(schema, "items") != NULL)
		js_add(out, "items", schema_on_wire(js_get(schema, "items")));
	if (js_get(schema, "properties") != NULL)
		js_add(out, "properties",
		    properties_on_wire(js_get(schema, "properties")));
	if (js_len(js_get(schema, "required")) > 0)
		js_add(out, "required",
		    strings_on_wire(js_get(schema, "required")));
	return out;
}

/* NULL: none, where an empty one is not liked. */
static struct json_object *
parameters_on_wire(struct arena *a, const struct profile *profile,
    const struct model_tool *tool)
{
	struct json_object *given = NULL, *schema;

	/* constant texts of our own; one that is no JSON has no properties */
	(void)js_parse(a, str_of(tool->parameters), JSON_DEPTH, &given);
	if (js_first(js_get(given, "properties")).key != NULL)
		return schema_on_wire(given);
	if (profile->bare_tools)
		return NULL;
	schema = js_new_object();
	js_add_text(schema, "type", "object");
	js_add(schema, "properties", js_new_object());
	return schema;
}

struct str
wire_tools(struct arena *a, const struct profile *profile,
    const struct model_request *req)
{
	struct json_object *tools = js_array(a), *tool, *function, *parameters;
	size_t i;

	for (i = 0; i < req->ntools; i++) {
		function = js_new_object();
		js_add_text(function, "name", req->tools[i].name);
		js_add_text(function, "description",
		    req->tools[i].description);
		parameters = parameters_on_wire(a, profile, &req->tools[i]);
		if (parameters != NULL)
			js_add(function, "parameters", parameters);
		tool = js_new_object();
		js_add_text(tool, "type", "function");
		js_add(tool, "function", function);
		js_push(tools, tool);
	}
	return js_write(a, tools);
}

/* Options */

static void
put_cap(const struct wire *w)
{
	const struct wire_how *how = w->how;
	bool completion = how->profile->completion_tokens;

	if ((how->lessons & WIRE_NO_TOKENS) != 0)
		return;
	if ((how->lessons & WIRE_OTHER_TOKENS) != 0)
		completion = !completion;
	buf_printf(w->b, ",\"%s\":%d", completion ? "max_completion_tokens" :
	    "max_tokens", how->max_tokens);
}

static void
put_effort(const struct wire *w)
{
	const struct wire_how *how = w->how;
	const char *effort = how->effort;

	if ((how->lessons & WIRE_NO_EFFORT) != 0)
		return;
	if (w->req->ntools > 0 && ((how->lessons & WIRE_EFFORT_NONE) != 0 ||
	    (*effort == '\0' && how->profile->effort_none &&
	    profile_model_reasons(how->model))))
		effort = "none";
	if (*effort == '\0')
		return;
	buf_puts(w->b, ",\"reasoning_effort\":");
	js_put_str(w->b, str_of(effort));
}

static void
put_stream(const struct wire *w)
{
	buf_printf(w->b, ",\"stream\":%s", w->req->stream ? "true" : "false");
	if (w->req->stream && w->how->profile->usage_option &&
	    (w->how->lessons & WIRE_NO_USAGE) == 0)
		buf_puts(w->b, ",\"stream_options\":"
		    "{\"include_usage\":true}");
}

/* Near enough that the body seldom has to grow. */
static size_t
size_guess(const struct wire *w)
{
	size_t i, n = 1024 + w->how->tools.n + str_of(w->req->instructions).n;

	for (i = 0; i < w->req->nmessages; i++)
		n += 64 + 128 * w->req->messages[i].ncalls +
		    w->req->messages[i].text.n * 17 / 16;
	return n;
}

static void
put_request(struct wire *w)
{
	buf_puts(w->b, "{\"model\":");
	js_put_str(w->b, str_of(w->how->model));
	put_stream(w);
	put_cap(w);
	put_effort(w);
	/* tools before messages: the order in which prefixes are cached */
	if (w->req->ntools > 0) {
		buf_puts(w->b, ",\"tools\":");
		buf_put(w->b, w->how->tools.p, w->how->tools.n);
	}
	put_messages(w);
	buf_putc(w->b, '}');
}

/*
 * Everything but the body is given back at once: the body has to stay
 * until it is sent, and with it all that is in its arena.
 */
struct str
wire_request(struct arena *a, const struct wire_how *how,
    const struct model_request *req)
{
	struct arena *scratch = arena_new();
	const struct model_request whole = model_gather(scratch, req);
	struct wire w = { .a = scratch, .how = how, .req = &whole };
	struct str body;
	struct buf b;

	buf_init(&b, scratch, SIZE_MAX - 1);
	w.b = &b;
	buf_reserve(&b, size_guess(&w));
	put_request(&w);
	body = (struct str){ arena_strndup(a, b.p, b.n), b.n };
	arena_free(scratch);
	return body;
}
