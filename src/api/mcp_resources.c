/*
 * Tasks as documents, task://7 and so on, for hosts that let a person choose
 * what a model is to see; and completion, as they write such an address or
 * the argument of a prompt.
 */
#include <stdlib.h>
#include <string.h>

#include "api/mcp_parts.h"
#include "base/bounds.h"
#include "base/text.h"
#include "model/clean.h"
#include "store/task.h"

#define CURSOR	"after "	/* before a number, in base64url */

enum { PAGE = 50, MAX_BEGUN = 200 /* bytes of what is to be completed */ };

/* Digits as we write a task's number; 0: they are not. */
static int
number_read(struct str s)
{
	char digits[11] = "";
	long n;

	if (s.n == 0 || s.n >= sizeof(digits) || s.p[0] == '0')
		return 0;
	memcpy(digits, s.p, s.n);
	if (strspn(digits, "0123456789") != s.n)
		return 0;
	n = strtol(digits, NULL, 10);
	return n <= 2147483647 ? (int)n : 0;
}

/* What is after the beginning that s has; false: it has another. */
static bool
rest_of(struct str s, const char *begin, struct str *rest)
{
	size_t n = strlen(begin);

	if (s.n < n || memcmp(s.p, begin, n) != 0)
		return false;
	*rest = (struct str){ s.p + n, s.n - n };
	return true;
}

/* ---- the list */

static const struct mcp_error *
cursor_read(struct mcp_call *mc, int *after)
{
	struct json_object *v = js_get(mc->m.params, "cursor");
	struct str text, number;

	*after = 0;
	if (v == NULL)
		return NULL;
	if (js_type(v) == JS_STR && b64url_decode(mc->c->a, js_str(v), &text)
	    && rest_of(text, CURSOR, &number))
		*after = number_read(number);
	return *after != 0 ? NULL : mcp_invalid(mc, "cursor: not one of ours;"
	    " begin again without it.");
}

static struct json_object *
resource_json(struct mcp_call *mc, struct json_object *task)
{
	long long id = js_int(task, "id", 0);
	struct json_object *v = js_new_object(), *hints = js_new_object();

	js_add_text(v, "uri", arena_printf(mc->c->a, MCP_TASK "%lld", id));
	js_add_text(v, "name", arena_printf(mc->c->a, "task-%lld", id));
	js_add_str(v, "title", clean_text(mc->c->a, js_str(js_get(task,
	    "title"))));
	js_add_text(v, "mimeType", MCP_JSON);
	js_add_text(hints, "lastModified", js_text(task, "updated_at", ""));
	js_add(v, "annotations", hints);
	return v;
}

const struct mcp_error *
mcp_resources_list(struct mcp_call *mc, struct json_object **result)
{
	struct task_filter f = { .status = "pending", .limit = PAGE + 1 };
	struct json_object *list = js_array(mc->c->a), *tasks;
	const struct mcp_error *wrong;
	const char *stamp, *next;
	const struct err *e;
	size_t n;

	if ((wrong = mcp_scope_check(mc, SCOPE_READ)) != NULL ||
	    (wrong = cursor_read(mc, &f.after)) != NULL)
		return wrong;
	f.undo_days = mc->c->api->conf->undo_days;
	e = task_list(mc->c->api->db, mc->c->a, mc->c->user, &f, &stamp,
	    &tasks);
	if (e != NULL)
		return mcp_internal(mc, e);
	n = js_len(tasks);
	for (size_t i = 0; i < n && i < PAGE; i++)
		js_push(list, resource_json(mc, js_at(tasks, i)));
	if (f.after == 0)
		mcp_more_list(mc, "resources", list);
	*result = js_object(mc->c->a);
	js_add(*result, "resources", js_share(list));
	if (n > PAGE) {
		next = arena_printf(mc->c->a, CURSOR "%lld",
		    (long long)js_int(js_at(tasks, PAGE - 1), "id", 0));
		js_add_text(*result, "nextCursor", b64url_encode(mc->c->a,
		    next, strlen(next)));
	}
	return NULL;
}

const struct mcp_error *
mcp_resource_templates(struct mcp_call *mc, struct json_object **result)
{
	struct json_object *list = js_array(mc->c->a);
	struct json_object *v = js_new_object();
	const struct mcp_error *wrong;

	js_push(list, v);
	if ((wrong = mcp_one_page(mc)) != NULL)
		return wrong;
	js_add_text(v, "uriTemplate", MCP_TEMPLATE);
	js_add_text(v, "name", "task");
	js_add_text(v, "title", "A task");
	js_add_text(v, "description", "One task by its number, times in UTC;"
	    " or " MCP_OPEN_TASKS ": what is open, the first 100, times in the"
	    " person's zone.");
	js_add_text(v, "mimeType", MCP_JSON);
	mcp_more_list(mc, "resourceTemplates", list);
	*result = js_object(mc->c->a);
	js_add(*result, "resourceTemplates", js_share(list));
	return NULL;
}

/* ---- one of them */

static const struct mcp_error *
no_resource(struct mcp_call *mc, struct str uri)
{
	struct json_object *data = js_object(mc->c->a);

	js_add_str(data, "uri", uri);
	return mcp_error_new(mc->c->a, 0, mc->m.era == MCP_MODERN ?
	    MCP_INVALID_PARAMS : MCP_NO_RESOURCE, "There is no such resource.",
	    data);
}

static const struct err *
resource_read(struct mcp_call *mc, struct str rest, struct json_object **v)
{
	struct api *api = mc->c->api;
	const struct err *e;
	struct mcp_open o;
	int id;

	if (str_is(rest, "open")) {
		e = mcp_open(api->db, mc->c->a, mc->c->user,
		    api->conf->timezone, "today", &o);
		if (e == NULL)
			*v = o.tasks;
		return e;
	}
	if ((id = number_read(rest)) == 0)
		return err_new(mc->c->a, ERR_NOTFOUND, "task_not_found",
		    "No such task.", "not a task's number");
	return task_read(api->db, mc->c->a, mc->c->user, id, v);
}

const struct mcp_error *
mcp_resources_read(struct mcp_call *mc, struct json_object **result)
{
	struct json_object *list, *content, *v = NULL;
	const struct mcp_error *wrong;
	struct str uri, rest;
	const struct err *e;
	const char *text;

	if ((wrong = mcp_text(mc, mc->m.params, "uri", "uri", &uri)) != NULL ||
	    (wrong = mcp_scope_check(mc, SCOPE_READ)) != NULL)
		return wrong;
	if (!rest_of(uri, MCP_TASK, &rest))
		return no_resource(mc, uri);
	e = resource_read(mc, rest, &v);
	if (e != NULL && e->kind == ERR_NOTFOUND)
		return no_resource(mc, uri);
	if (e != NULL)
		return mcp_internal(mc, e);
	if ((wrong = mcp_clean(mc, &v, &text)) != NULL)
		return wrong;
	content = js_new_object();
	js_add_str(content, "uri", uri);
	js_add_text(content, "mimeType", MCP_JSON);
	js_add_text(content, "text", text);
	list = js_new_array();
	js_push(list, content);
	*result = js_object(mc->c->a);
	js_add(*result, "contents", list);
	return NULL;
}

/* ---- completion */

static const struct mcp_error *
number_values(struct mcp_call *mc, struct json_object *ref,
    struct str argument, struct str begun, struct json_object **values,
    int *total)
{
	const struct mcp_error *wrong;
	const struct err *e;
	struct str uri;

	if ((wrong = mcp_text(mc, ref, "uri", "ref.uri", &uri)) != NULL)
		return wrong;
	if (!str_is(uri, MCP_TEMPLATE))
		return mcp_invalid(mc, "ref.uri: expected " MCP_TEMPLATE ".");
	if (!str_is(argument, "id"))
		return mcp_invalid(mc, "argument.name: expected id.");
	e = mcp_numbers(mc->c->api->db, mc->c->a, mc->c->user,
	    arena_strndup(mc->c->a, begun.p, begun.n), values, total);
	return e == NULL ? NULL : mcp_internal(mc, e);
}

const struct mcp_error *
mcp_complete(struct mcp_call *mc, struct json_object **result)
{
	struct json_object *values = js_array(mc->c->a), *ref, *argument, *v;
	const struct mcp_error *wrong;
	struct str type, name, begun;
	int total = 0;

	if ((wrong = mcp_object(mc, mc->m.params, "ref", true, &ref)) != NULL ||
	    (wrong = mcp_object(mc, mc->m.params, "argument", true,
	    &argument)) != NULL ||
	    (wrong = mcp_text(mc, ref, "type", "ref.type", &type)) != NULL ||
	    (wrong = mcp_text(mc, argument, "name", "argument.name",
	    &name)) != NULL ||
	    (wrong = mcp_text(mc, argument, "value", "argument.value",
	    &begun)) != NULL ||
	    (wrong = mcp_scope_check(mc, SCOPE_READ)) != NULL)
		return wrong;
	begun = text_trim(begun);
	if (begun.n > MAX_BEGUN)
		begun.n = utf8_fit(begun, MAX_BEGUN);
	if (str_is(type, "ref/prompt")) {
		wrong = mcp_prompt_values(mc, ref, name, begun, values);
		total = (int)js_len(values);
	} else if (str_is(type, "ref/resource")) {
		wrong = number_values(mc, ref, name, begun, &values, &total);
	} else {
		wrong = mcp_invalid(mc, "ref.type: expected ref/prompt or"
		    " ref/resource.");
	}
	if (wrong != NULL)
		return wrong;
	v = js_new_object();
	js_add(v, "values", js_share(values));
	js_add_int(v, "total", total);
	js_add_bool(v, "hasMore", (size_t)total > js_len(values));
	*result = js_object(mc->c->a);
	js_add(*result, "completion", v);
	return NULL;
}
