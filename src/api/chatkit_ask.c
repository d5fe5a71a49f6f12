/* What ChatKit's requests hold, each member by its full name. */
#include <string.h>

#include "api/chatkit.h"
#include "base/bounds.h"
#include "base/text.h"

enum {
	PAGE_USUAL = 20,
	SEARCH_MAX = 200,	/* characters looked for */
	/* three bytes for one: a quotation of empty lines */
	TEXT_MAX = 4 * MAX_SPEECH_BODY
};

/* -------------------------------------------------------------- members */

static const struct err *
invalid_at(struct api_call *c, const char *where, const char *name,
    const char *expected)
{
	return invalid(c->a, arena_printf(c->a, "%s.%s", where, name),
	    expected);
}

/* Absent and null alike are no text. */
static const struct err *
text_copy(struct api_call *c, struct json_object *from, const char *where,
    const char *name, struct json_object *to)
{
	struct json_object *v = js_get(from, name);

	if (js_type(v) != JS_STR)
		return invalid_at(c, where, name, "a text");
	js_add(to, name, js_share(v));
	return NULL;
}

static const struct err *
text_copy_if(struct api_call *c, struct json_object *from, const char *where,
    const char *name, struct json_object *to)
{
	return js_get(from, name) == NULL ? NULL :
	    text_copy(c, from, where, name, to);
}

/* One of two words, as it stands in v. */
static const struct err *
word_read(struct api_call *c, struct json_object *v, const char *where,
    const char *name, const char *one, const char *other, const char **out)
{
	const char *s = js_text(v, name, "");

	if (strcmp(s, one) != 0 && strcmp(s, other) != 0)
		return invalid_at(c, where, name, arena_printf(c->a,
		    "%s or %s", one, other));
	*out = s;
	return NULL;
}

const struct err *
ck_ask_text(struct api_call *c, const struct ck_ask *k, const char *name,
    const char **out)
{
	const char *s = js_text(k->params, name, "");

	if (*s == '\0')
		return invalid_at(c, "params", name, "a text");
	*out = s;
	return NULL;
}

/* ----------------------------------------------------------- the request */

static const struct err *
metadata_read(struct api_call *c, struct json_object *body,
    struct ck_ask *out)
{
	struct json_object *metadata = js_get(body, "metadata");
	const char *word = "stop";
	const struct err *e = NULL;

	if (js_has(body, "metadata") && js_type(metadata) != JS_OBJ)
		return invalid(c->a, "metadata", "an object");
	if (js_has(metadata, "on_disconnect"))
		e = word_read(c, metadata, "metadata", "on_disconnect",
		    "continue", "stop", &word);
	out->goes_on = strcmp(word, "continue") == 0;
	return e;
}

const struct err *
ck_ask_read(struct api_call *c, struct json_object *body, struct ck_ask *out)
{
	*out = (struct ck_ask){ .type = js_text(body, "type", NULL),
	    .params = js_get(body, "params") };
	if (out->type == NULL)
		return invalid(c->a, "type", "a text");
	if (js_type(out->params) != JS_OBJ)
		return invalid(c->a, "params", "an object");
	return metadata_read(c, body, out);
}

/* ------------------------------------------------------ threads and items */

const struct err *
ck_ask_thread(struct api_call *c, const struct ck_ask *k, const char **uuid)
{
	const struct err *e;
	const char *id = NULL;

	e = ck_ask_text(c, k, "thread_id", &id);
	if (e == NULL && !ck_thread_read(c->a, id, uuid))
		e = err_new(c->a, ERR_NOTFOUND, "conversation_not_found",
		    "No such thread.", "not a thread's id");
	return e;
}

static const struct err *
ref_read(struct api_call *c, const char *id, const char *uuid,
    struct ck_ref *out)
{
	struct ck_ref ref;

	if (!ck_ref_read(c->a, id, &ref) || strcmp(ref.thread, uuid) != 0)
		return err_new(c->a, ERR_NOTFOUND, "item_not_found",
		    "No such item.", "not the id of an item of this thread");
	*out = ref;
	return NULL;
}

const struct err *
ck_ask_item(struct api_call *c, const struct ck_ask *k, const char *name,
    const char *uuid, struct ck_ref *out)
{
	const struct err *e;
	const char *id = NULL;

	e = ck_ask_text(c, k, name, &id);
	return e != NULL ? e : ref_read(c, id, uuid, out);
}

static const struct err *
limit_read(struct api_call *c, struct json_object *v, int *out)
{
	int64_t n = 0;

	if (v != NULL)
		n = js_type(v) == JS_INT ? js_number_int(v) : -1;
	if (n < 0)
		return invalid(c->a, "params.limit",
		    "a whole number, not negative");
	if (n == 0)
		n = PAGE_USUAL;
	*out = (int)(n < MAX_LIST ? n : MAX_LIST);
	return NULL;
}

const struct err *
ck_ask_page(struct api_call *c, const struct ck_ask *k, struct ck_page *out)
{
	struct json_object *after = js_get(k->params, "after");
	const char *order = "desc";
	const struct err *e;

	e = limit_read(c, js_get(k->params, "limit"), &out->limit);
	if (e == NULL && js_has(k->params, "order"))
		e = word_read(c, k->params, "params", "order", "asc", "desc",
		    &order);
	if (e == NULL && after != NULL && js_type(after) != JS_STR)
		e = invalid(c->a, "params.after", "a text");
	out->ascending = strcmp(order, "asc") == 0;
	out->after = js_text(k->params, "after", NULL);
	return e;
}

const struct err *
ck_ask_search(struct api_call *c, const struct ck_ask *k, const char **query,
    struct ck_page *out)
{
	struct str s = text_trim(js_str(js_get(k->params, "query")));
	struct json_object *after = js_get(k->params, "after");

	if (js_type(js_get(k->params, "query")) != JS_STR || s.n == 0 ||
	    utf8_count(s) > SEARCH_MAX)
		return invalid(c->a, "params.query", arena_printf(c->a,
		    "a text of 1 to %d characters", SEARCH_MAX));
	if (after != NULL && js_type(after) != JS_STR)
		return invalid(c->a, "params.after", "a text");
	*query = arena_strndup(c->a, s.p, s.n);
	*out = (struct ck_page){ .after = js_text(k->params, "after", NULL) };
	return limit_read(c, js_get(k->params, "limit"), &out->limit);
}

const struct err *
ck_ask_feedback(struct api_call *c, const struct ck_ask *k, const char *uuid,
    struct ck_feedback *out)
{
	struct json_object *ids = js_get(k->params, "item_ids");
	const struct err *e;

	out->n = js_len(ids);
	if (out->n == 0 || out->n > MAX_LIST)
		return invalid(c->a, "params.item_ids", arena_printf(c->a,
		    "an array of 1 to %d texts", MAX_LIST));
	e = word_read(c, k->params, "params", "kind", "positive", "negative",
	    &out->kind);
	for (size_t i = 0; e == NULL && i < out->n; i++)
		if (js_type(js_at(ids, i)) != JS_STR)
			e = invalid(c->a, arena_printf(c->a,
			    "params.item_ids[%zu]", i), "a text");
	if (e != NULL)
		return e;
	out->refs = arena_alloc(c->a, out->n * sizeof(*out->refs));
	for (size_t i = 0; e == NULL && i < out->n; i++)
		e = ref_read(c, js_str(js_at(ids, i)).p, uuid, &out->refs[i]);
	return e;
}

/* ---------------------------------------------- what the person sends */

/* What a tag has beyond its id and text. */
static const struct err *
tag_copy(struct api_call *c, struct json_object *from, const char *where,
    struct json_object *to)
{
	struct json_object *data = js_get(from, "data");
	struct json_object *interactive = js_get(from, "interactive");
	const struct err *e;

	if (js_type(data) != JS_OBJ)
		return invalid_at(c, where, "data", "an object");
	js_add(to, "data", js_share(data));
	e = text_copy_if(c, from, where, "group", to);
	if (e != NULL)
		return e;
	if (js_has(from, "interactive") && js_type(interactive) != JS_BOOL)
		return invalid_at(c, where, "interactive", "true or false");
	js_add_bool(to, "interactive", js_bool(from, "interactive", false));
	return NULL;
}

/* One part: its text goes behind the text, what is kept to content. */
static const struct err *
part_read(struct api_call *c, struct json_object *given, const char *where,
    struct buf *text, struct json_object *content)
{
	const char *type = js_text(given, "type", "");
	bool tag = strcmp(type, "input_tag") == 0;
	const struct err *e = NULL;
	struct json_object *part;
	struct str s;

	if (js_type(given) != JS_OBJ)
		return invalid(c->a, where, "an object");
	if (!tag && strcmp(type, "input_text") != 0)
		return invalid_at(c, where, "type",
		    "input_text or input_tag");
	part = js_new_object();
	js_push(content, part);
	js_add_text(part, "type", type);
	if (tag)
		e = text_copy(c, given, where, "id", part);
	if (e == NULL)
		e = text_copy(c, given, where, "text", part);
	if (e == NULL && tag)
		e = tag_copy(c, given, where, part);
	if (e != NULL)
		return e;
	s = js_str(js_get(part, "text"));
	if (tag)
		buf_putc(text, '@');
	buf_put(text, s.p, s.n);
	return NULL;
}

static const struct err *
content_read(struct api_call *c, struct json_object *given, struct buf *text,
    struct json_object *content)
{
	const struct err *e = NULL;

	if (js_type(given) != JS_ARR || js_len(given) > MAX_PARTS)
		return invalid(c->a, "params.input.content",
		    arena_printf(c->a, "an array of at most %d parts",
		    MAX_PARTS));
	for (size_t i = 0; e == NULL && i < js_len(given); i++)
		e = part_read(c, js_at(given, i), arena_printf(c->a,
		    "params.input.content[%zu]", i), text, content);
	return e;
}

static const struct err *
attachments_read(struct api_call *c, struct json_object *given)
{
	if (js_type(given) != JS_ARR)
		return invalid(c->a, "params.input.attachments", "an array");
	return js_len(given) == 0 ? NULL : ck_attachments_refuse(c);
}

static const struct err *
options_read(struct api_call *c, struct json_object *given,
    struct json_object *options)
{
	static const char where[] = "params.input.inference_options";
	struct json_object *choice = js_get(given, "tool_choice"), *kept;
	const struct err *e = NULL;

	if (js_type(given) != JS_OBJ)
		return invalid(c->a, where, "an object");
	if (choice != NULL && js_type(choice) != JS_OBJ)
		return invalid_at(c, where, "tool_choice", "an object");
	if (choice != NULL) {
		kept = js_new_object();
		js_add(options, "tool_choice", kept);
		e = text_copy(c, choice,
		    "params.input.inference_options.tool_choice", "id", kept);
	}
	return e != NULL ? e :
	    text_copy_if(c, given, where, "model", options);
}

/* "> " before each line. */
static void
quote_put(struct buf *b, struct str quote)
{
	while (quote.n > 0) {
		const char *end = memchr(quote.p, '\n', quote.n);
		size_t n = end != NULL ? (size_t)(end - quote.p) : quote.n;
		size_t shown = n > 0 && quote.p[n - 1] == '\r' ? n - 1 : n;

		buf_puts(b, "> ");
		buf_put(b, quote.p, shown);
		buf_putc(b, '\n');
		n += end != NULL;
		quote.p += n;
		quote.n -= n;
	}
}

/* What the model reads. */
static struct str
text_with_quote(struct arena *a, struct str quote, struct str said)
{
	struct buf b;

	if (quote.n == 0)
		return said;
	buf_init(&b, a, TEXT_MAX);
	quote_put(&b, quote);
	buf_putc(&b, '\n');
	buf_put(&b, said.p, said.n);
	return (struct str){ b.p, b.n };
}

/* Does the text alone tell all of it? */
static bool
is_plain(const struct json_object *input)
{
	const struct json_object *content = js_get(input, "content");

	return js_len(content) == 1 &&
	    strcmp(js_text(js_at(content, 0), "type", ""), "input_text") == 0 &&
	    !js_has(input, "quoted_text") &&
	    js_first(js_get(input, "inference_options")).key == NULL;
}

const struct err *
ck_ask_input(struct api_call *c, const struct ck_ask *k, struct str *text,
    struct json_object **input)
{
	struct json_object *given = js_get(k->params, "input");
	struct json_object *content = js_new_array();
	struct arena *a = arena_child(c->a);
	struct json_object *options = js_object(a);
	struct json_object *kept = js_object(a);
	const struct err *e;
	struct str quote;
	struct buf said;

	js_add(kept, "content", content);
	if (js_type(given) != JS_OBJ)
		return invalid(c->a, "params.input", "an object");
	buf_init(&said, c->a, TEXT_MAX);
	e = content_read(c, js_get(given, "content"), &said, content);
	if (e == NULL)
		e = attachments_read(c, js_get(given, "attachments"));
	if (e == NULL)
		e = text_copy_if(c, given, "params.input", "quoted_text",
		    kept);
	if (e == NULL)
		e = options_read(c, js_get(given, "inference_options"),
		    options);
	if (e != NULL)
		return e;
	quote = text_trim(js_str(js_get(kept, "quoted_text")));
	if (quote.n == 0)
		js_del(kept, "quoted_text");
	*text = text_with_quote(c->a, quote, str_of(buf_str(&said)));
	js_add(kept, "inference_options", js_share(options));
	*input = kept;
	if (is_plain(kept)) {
		*input = NULL;
		arena_drop(a);
	}
	return message_check(c, *text);
}

const struct err *
ck_ask_action(struct api_call *c, const struct ck_ask *k, const char **type,
    struct json_object **payload)
{
	struct json_object *action = js_get(k->params, "action");

	if (js_type(action) != JS_OBJ)
		return invalid(c->a, "params.action", "an object");
	*type = js_text(action, "type", "");
	*payload = js_get(action, "payload");
	if (**type == '\0')
		return invalid(c->a, "params.action.type", "a text");
	return NULL;
}

/* ------------------------------------------ what is not to be had here */

const struct err *
ck_attachments_refuse(struct api_call *c)
{
	return err_new(c->a, ERR_INPUT, "not_supported",
	    "This site takes no attachments.", "attachments");
}

const struct err *
ck_ask_attachment(struct api_call *c, const struct ck_ask *k)
{
	const struct err *e;
	const char *s;

	if (strcmp(k->type, "attachments.delete") == 0)
		return ck_ask_text(c, k, "attachment_id", &s);
	e = ck_ask_text(c, k, "name", &s);
	if (e == NULL && js_int(k->params, "size", -1) < 0)
		e = invalid(c->a, "params.size",
		    "a whole number, not negative");
	return e != NULL ? e : ck_ask_text(c, k, "mime_type", &s);
}

static const struct err *
answer_check(struct api_call *c, struct json_object *v, const char *where)
{
	struct json_object *values = js_get(v, "values");

	if (js_type(v) != JS_OBJ)
		return invalid(c->a, where, "an object");
	if (js_has(v, "values") && js_type(values) != JS_ARR)
		return invalid_at(c, where, "values", "an array of texts");
	for (size_t i = 0; i < js_len(values); i++)
		if (js_type(js_at(values, i)) != JS_STR)
			return invalid_at(c, where, arena_printf(c->a,
			    "values[%zu]", i), "a text");
	if (js_has(v, "skipped") &&
	    js_type(js_get(v, "skipped")) != JS_BOOL)
		return invalid_at(c, where, "skipped", "true or false");
	return NULL;
}

/* A question's id is the client's own text, and is not repeated to it. */
const struct err *
ck_ask_structured(struct api_call *c, const struct ck_ask *k)
{
	struct json_object *input = js_get(k->params, "input");
	struct json_object *answers = js_get(input, "answers");
	const struct err *e = NULL;
	const char *status;

	if (js_type(input) != JS_OBJ)
		return invalid(c->a, "params.input", "an object");
	if (js_has(input, "status"))
		e = word_read(c, input, "params.input", "status", "answered",
		    "skipped", &status);
	if (e == NULL && js_has(input, "answers") &&
	    js_type(answers) != JS_OBJ)
		e = invalid(c->a, "params.input.answers", "an object");
	if (e != NULL || answers == NULL)
		return e;
	for (struct js_iter it = js_first(answers); e == NULL &&
	    it.key != NULL; js_next(&it))
		e = answer_check(c, it.value, "params.input.answers.*");
	return e;
}
