#include <stdint.h>
#include <string.h>

#include "base/bounds.h"
#include "base/json.h"
#include "model/api.h"

static const struct model_api *const apis[] = {
	&chat_api,
	&responses_api,
	&anthropic_api,
};

const struct model_api *
model_api_find(const char *kind)
{
	size_t i;

	for (i = 0; i < sizeof(apis) / sizeof(apis[0]); i++)
		if (strcmp(apis[i]->kind, kind) == 0)
			return apis[i];
	return NULL;
}

/* Near enough that the body seldom has to grow. */
static size_t
size_guess(const struct api_how *how, const struct model_request *req)
{
	size_t i, n = 1024 + how->tools.n + str_of(req->instructions).n;

	for (i = 0; i < req->nmessages; i++)
		n += 128 + 192 * req->messages[i].ncalls +
		    req->messages[i].text.n * 17 / 16;
	return n;
}

struct str
api_write(struct arena *a, const struct model_api *api,
    const struct api_how *how, const struct model_request *req)
{
	struct arena *scratch = arena_new();
	struct model_request whole = *req;
	struct str body;
	struct buf b;

	whole.budget = how->budget;
	whole.overhead = how->overhead;
	whole = model_gather(scratch, &whole);
	buf_init(&b, scratch, SIZE_MAX - 1);
	buf_reserve(&b, size_guess(how, &whole));
	api->put(scratch, &b, how, &whole);
	body = (struct str){ arena_strndup(a, b.p, b.n), b.n };
	arena_free(scratch);
	return body;
}

void
api_put_user_key(struct buf *b, const struct api_how *how,
    const struct model_request *req)
{
	if (req->user_key == NULL || !how->profile->user_key ||
	    (how->lessons & API_NO_USER) != 0)
		return;
	buf_puts(b, ",\"prompt_cache_key\":");
	js_put_str(b, str_of(req->user_key));
	buf_puts(b, ",\"safety_identifier\":");
	js_put_str(b, str_of(req->user_key));
}

void
api_put_tools(struct buf *b, const struct api_how *how,
    const struct model_request *req)
{
	if (req->ntools == 0)
		return;
	if (how->profile->parallel && (how->lessons & API_NO_PARALLEL) == 0)
		buf_puts(b, ",\"parallel_tool_calls\":true");
	buf_puts(b, ",\"tools\":");
	buf_put(b, how->tools.p, how->tools.n);
}

/* Schemas */

static struct json_object *schema_on_wire(const struct json_object *schema,
    bool strict, bool optional);

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
type_on_wire(const char *type, bool or_null)
{
	struct json_object *both;

	if (!or_null)
		return js_new_str(str_of(type));
	both = js_new_array();
	js_push(both, js_new_str(str_of(type)));
	js_push(both, js_new_str(STR("null")));
	return both;
}

static bool
has_string(const struct json_object *list, const char *s)
{
	size_t i;

	for (i = 0; i < js_len(list); i++)
		if (str_is(js_str(js_at(list, i)), s))
			return true;
	return false;
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

static void
add_properties(struct json_object *out, const struct json_object *schema,
    bool strict)
{
	const struct json_object *properties = js_get(schema, "properties");
	const struct json_object *required = js_get(schema, "required");
	struct json_object *members, *names;
	struct js_iter it;

	if (properties == NULL)
		return;
	members = js_new_object();
	names = strict ? js_new_array() : NULL;
	for (it = js_first(properties); it.key != NULL; js_next(&it)) {
		js_add(members, it.key, schema_on_wire(it.value, strict,
		    !has_string(required, it.key)));
		if (strict)
			js_push(names, js_new_str(str_of(it.key)));
	}
	js_add(out, "properties", members);
	if (!strict && js_len(required) > 0)
		names = strings_on_wire(required);
	if (names != NULL)
		js_add(out, "required", names);
	if (strict)
		js_add_bool(out, "additionalProperties", false);
}

/* The six words every server knows; the rest is checked by us anyway. */
static struct json_object *
schema_on_wire(const struct json_object *schema, bool strict, bool optional)
{
	struct json_object *out = js_new_object(), *words;
	const bool or_null = strict && optional;

	js_add(out, "type", type_on_wire(schema_type(js_get(schema, "type")),
	    or_null));
	if (js_get(schema, "description") != NULL)
		js_add(out, "description",
		    js_share(js_get(schema, "description")));
	if (js_len(js_get(schema, "enum")) > 0) {
		words = strings_on_wire(js_get(schema, "enum"));
		if (or_null)
			js_push(words, NULL);
		js_add(out, "enum", words);
	}
	if (js_get(schema, "items") != NULL)
		js_add(out, "items", schema_on_wire(js_get(schema, "items"),
		    strict, false));
	add_properties(out, schema, strict);
	return out;
}

struct json_object *
api_schema(struct arena *a, const struct model_tool *tool, bool strict)
{
	struct json_object *given = NULL, *schema;

	/* constant texts of our own; one that is no JSON has no properties */
	(void)js_parse(a, str_of(tool->parameters), JSON_DEPTH, &given);
	if (js_first(js_get(given, "properties")).key != NULL)
		return schema_on_wire(given, strict, false);
	schema = js_new_object();
	js_add_text(schema, "type", "object");
	js_add(schema, "properties", js_new_object());
	if (strict) {
		js_add(schema, "required", js_new_array());
		js_add_bool(schema, "additionalProperties", false);
	}
	return schema;
}
