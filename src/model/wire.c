#include <stdint.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "model/clean.h"
#include "model/wire.h"

#define INTERRUPTED \
	"{\"error\":\"interrupted\",\"detail\":\"The call was not executed.\"}"
#define ANY_SIGNATURE	"skip_thought_signature_validator"
#define NAME_MAX_WIRE	64

enum last { LAST_NONE, LAST_USER, LAST_ASSISTANT, LAST_ANSWER };

struct wire {
	struct arena	*a;
	const struct wire_how *how;
	const struct model_request *req;
	struct json_object *out;	/* messages */
	enum last	 last;
	struct json_object *message;	/* the last one, while it may grow */
	size_t		 newest;	/* index of the newest user message */
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

static void
add_shared(struct json_object *to, const char *key, struct json_object *v)
{
	if (v != NULL)
		js_add(to, key, js_share(v));
}

static void
add_step_extra(const struct wire *w, struct json_object *msg,
    const struct model_message *m)
{
	if (!is_ours(w, m->extra))
		return;
	if (w->how->profile->reasoning_back)
		add_shared(msg, "reasoning_content",
		    js_get(m->extra, "reasoning_content"));
	if (w->how->profile->details_back)
		add_shared(msg, "reasoning_details",
		    js_get(m->extra, "reasoning_details"));
}

static void
add_signature(struct json_object *to, const char *signature)
{
	struct json_object *google = js_new_object();
	struct json_object *content = js_new_object();

	js_add_text(google, "thought_signature", signature);
	js_add(content, "google", google);
	js_add(to, "extra_content", content);
}

/*
 * Gemini refuses a step whose first call has no signature; for steps that
 * it did not write itself it knows this word.
 */
static void
add_call_extra(const struct wire *w, struct json_object *to,
    const struct model_message *m, size_t i)
{
	const struct json_object *extra = m->calls[i].extra;
	struct js_iter it;

	if (is_ours(w, extra)) {
		for (it = js_first(js_get(extra, "entry")); it.key != NULL;
		    js_next(&it))
			add_shared(to, it.key, it.value);
	} else if (w->how->profile->signatures && i == 0 &&
	    !is_ours(w, m->extra)) {
		add_signature(to, ANY_SIGNATURE);
	}
}

/* Messages */

static struct json_object *
add_message(struct wire *w, const char *role, struct str text)
{
	struct json_object *msg = js_new_object();

	js_add_text(msg, "role", role);
	js_add_str(msg, "content", text);
	js_push(w->out, msg);
	w->message = msg;
	return msg;
}

/* Two of a role in a row become one: not every server takes them. */
static void
append_text(struct wire *w, struct str text)
{
	struct str was = js_str(js_get(w->message, "content"));
	struct buf b;

	buf_init(&b, w->a, SIZE_MAX - 1);
	buf_put(&b, was.p, was.n);
	if (was.n > 0 && text.n > 0)
		buf_puts(&b, "\n\n");
	buf_put(&b, text.p, text.n);
	js_add_str(w->message, "content",
	    (struct str){ buf_str(&b), b.n });
}

static struct str
text_on_wire(const struct wire *w, struct str text)
{
	return clean_text(w->a, text);
}

static void
put_user(struct wire *w, const struct model_message *m)
{
	struct str text = text_on_wire(w, m->text);

	if (text_trim(text).n == 0)
		return;
	if (w->last == LAST_USER) {
		append_text(w, text);
		return;
	}
	/* Mistral wants an assistant between answers and a person */
	if (w->last == LAST_ANSWER)
		add_message(w, "assistant", STR("(interrupted)"));
	w->newest = js_len(w->out);
	add_message(w, "user", text);
	w->last = LAST_USER;
}

static void
add_call(struct wire *w, struct json_object *calls,
    const struct model_message *m, size_t i, const char *id)
{
	struct json_object *call = js_new_object();
	struct json_object *function = js_new_object();
	const char *arguments = m->calls[i].arguments;

	js_add_text(function, "name", name_on_wire(w->a, m->calls[i].name));
	js_add_str(function, "arguments", text_on_wire(w,
	    str_of(arguments == NULL ? "{}" : arguments)));
	js_add_text(call, "id", id);
	js_add_text(call, "type", "function");
	js_add(call, "function", function);
	add_call_extra(w, call, m, i);
	js_push(calls, call);
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
	struct json_object *calls = js_new_array(), *msg = w->message, *answer;
	const char *const *ids = w->ids + w->nids;
	size_t i;

	js_add(msg, "tool_calls", calls);
	add_step_extra(w, msg, m);
	for (i = 0; i < m->ncalls; i++)
		add_call(w, calls, m, i, id_on_wire(w, m->calls[i].id));
	if (js_str(js_get(msg, "content")).n == 0 &&
	    w->how->profile->null_content)
		js_add(msg, "content", NULL);
	for (i = 0; i < m->ncalls; i++) {
		answer = add_message(w, "tool", text_on_wire(w,
		    answer_to(w, at, m->calls[i].id)));
		js_add_text(answer, "tool_call_id", ids[i]);
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
	if (w->last == LAST_ASSISTANT)
		append_text(w, text);
	else
		add_message(w, "assistant", text);
	w->last = LAST_ASSISTANT;
	if (m->ncalls > 0)
		put_calls(w, at);
}

/* What changes from minute to minute stands behind the newest message. */
static void
put_context(struct wire *w)
{
	struct str context = str_of(w->req->context);

	if (context.n == 0)
		return;
	w->message = w->newest == 0 ? add_message(w, "user", STR("")) :
	    js_at(w->out, w->newest);
	append_text(w, context);
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
	add_message(w, "system", str_of(w->req->instructions));
	for (i = 0; i < w->req->nmessages; i++) {
		if (w->req->messages[i].role == MODEL_USER)
			put_user(w, &w->req->messages[i]);
		else if (w->req->messages[i].role == MODEL_ASSISTANT)
			put_assistant(w, i);
	}
	put_context(w);
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
	add_shared(out, "description", js_get(schema, "description"));
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

static void
put_parameters(const struct wire *w, struct json_object *function,
    const struct model_tool *tool)
{
	struct json_object *schema;

	if (js_first(js_get(tool->parameters, "properties")).key == NULL) {
		if (w->how->profile->bare_tools)
			return;
		schema = js_new_object();
		js_add_text(schema, "type", "object");
		js_add(schema, "properties", js_new_object());
	} else {
		schema = schema_on_wire(tool->parameters);
	}
	js_add(function, "parameters", schema);
}

static void
put_tools(const struct wire *w, struct json_object *root)
{
	struct json_object *tools, *tool, *function;
	size_t i;

	if (w->req->ntools == 0)
		return;
	tools = js_new_array();
	js_add(root, "tools", tools);
	for (i = 0; i < w->req->ntools; i++) {
		function = js_new_object();
		js_add_text(function, "name", w->req->tools[i].name);
		js_add_text(function, "description",
		    w->req->tools[i].description);
		put_parameters(w, function, &w->req->tools[i]);
		tool = js_new_object();
		js_add_text(tool, "type", "function");
		js_add(tool, "function", function);
		js_push(tools, tool);
	}
}

/* Options */

static void
put_cap(const struct wire_how *how, struct json_object *root)
{
	bool completion = how->profile->completion_tokens;

	if ((how->lessons & WIRE_NO_TOKENS) != 0)
		return;
	if ((how->lessons & WIRE_OTHER_TOKENS) != 0)
		completion = !completion;
	js_add_int(root, completion ? "max_completion_tokens" : "max_tokens",
	    how->max_tokens);
}

static void
put_effort(const struct wire *w, struct json_object *root)
{
	const struct wire_how *how = w->how;
	const char *effort = how->effort;

	if ((how->lessons & WIRE_NO_EFFORT) != 0)
		return;
	if (w->req->ntools > 0 && ((how->lessons & WIRE_EFFORT_NONE) != 0 ||
	    (*effort == '\0' && how->profile->effort_none &&
	    profile_model_reasons(how->model))))
		effort = "none";
	if (*effort != '\0')
		js_add_text(root, "reasoning_effort", effort);
}

static void
put_stream(const struct wire *w, struct json_object *root)
{
	struct json_object *options;

	js_add_bool(root, "stream", w->req->stream);
	if (!w->req->stream || !w->how->profile->usage_option ||
	    (w->how->lessons & WIRE_NO_USAGE) != 0)
		return;
	options = js_new_object();
	js_add_bool(options, "include_usage", true);
	js_add(root, "stream_options", options);
}

struct str
wire_request(struct arena *a, const struct wire_how *how,
    const struct model_request *req)
{
	struct json_object *root = js_object(a);
	struct wire w = { .a = a, .how = how, .req = req };

	js_add_text(root, "model", how->model);
	put_stream(&w, root);
	put_cap(how, root);
	put_effort(&w, root);
	/* tools before messages: the order in which prefixes are cached */
	put_tools(&w, root);
	w.out = js_new_array();
	js_add(root, "messages", w.out);
	put_messages(&w);
	return js_write(a, root);
}
