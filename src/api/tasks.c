/*
 * Tasks without chat.  Reading is the store's; every change runs a tool of
 * the registry, with the registry's own check of its arguments.
 */
#include <inttypes.h>
#include <string.h>

#include "api/fields.h"
#include "base/bounds.h"
#include "base/text.h"
#include "store/task.h"
#include "tool/tool.h"

enum { LIST_USUAL = 50 };

static const struct err *
missing(struct api_call *c)
{
	return err_new(c->a, ERR_NOTFOUND, "task_not_found", "No such task.",
	    "not a task's number");
}

/* The registry speaks to models; here its complaint is a bad request. */
static const struct err *
arguments_read(struct api_call *c, const char *tool,
    struct json_object *given, struct json_object **out)
{
	const struct err *e;

	e = tool_arguments(c->a, tool_find(tool), given, out);
	if (e != NULL && e->kind == ERR_INPUT)
		return err_new(c->a, ERR_INPUT, "invalid_request", e->say,
		    "%s", e->log);
	return e;
}

/* Tools remove a due time or a description by "", a PATCH by null. */
static void
nulls_to_empty(struct json_object *body)
{
	static const char *const names[] = { "due_at", "description" };

	for (size_t i = 0; i < 2; i++)
		if (js_has(body, names[i]) && js_get(body, names[i]) == NULL)
			js_add_text(body, names[i], "");
}

static const struct err *
task_body(struct api_call *c, const char *const *names,
    struct json_object **body)
{
	const struct err *e;

	e = http_json(c->q, c->body, body);
	if (e == NULL)
		e = fields_known(c->a, *body, names);
	if (e == NULL)
		nulls_to_empty(*body);
	return e;
}

/* Run a tool and send the task it left. */
static const struct err *
task_run(struct api_call *c, const char *tool, struct json_object *arguments,
    int status)
{
	struct json_object *task;
	const struct err *e;

	e = task_tool(c->api->db, c->a, c->user, tool, arguments,
	    c->api->conf->undo_days, &task);
	if (e != NULL)
		return e;
	if (status == 204)
		http_send_empty(c->q, 204);
	else
		http_send_json(c->q, status, task);
	return NULL;
}

/* A tool that takes nothing but the task of the path. */
static const struct err *
task_run_on(struct api_call *c, const char *tool, int status)
{
	struct json_object *arguments = js_object(c->a);
	int id = path_task_id(c);

	if (id == 0)
		return missing(c);
	js_add_int(arguments, "task_id", id);
	return task_run(c, tool, arguments, status);
}

static bool
is_status(const char *s)
{
	static const char *const known[] = { "all", "pending", "completed",
	    "deleted" };

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(s, known[i]) == 0)
			return true;
	return false;
}

static const struct err *
list_query(struct api_call *c, struct task_filter *f, int *limit)
{
	const struct err *e;

	e = http_query(c->q, "status", &f->status);
	if (e == NULL && f->status != NULL && !is_status(f->status))
		e = invalid(c->a, "status", "all, pending, completed or "
		    "deleted");
	if (e == NULL)
		e = http_query(c->q, "search", &f->search);
	if (e == NULL)
		e = query_int(c, "limit", 1, MAX_LIST, LIST_USUAL, limit);
	if (e == NULL)
		e = query_int(c, "after", 0, 2147483647, 0, &f->after);
	if (e != NULL)
		return e;
	f->limit = *limit + 1;	/* one more tells of a next page */
	f->undo_days = c->api->conf->undo_days;
	return NULL;
}

/*
 * What the answer is made of: the user's tasks, what was asked, and how this
 * program writes it down.
 */
static const char *
list_etag(struct api_call *c, const struct task_filter *f, const char *stamp)
{
	const char *asked = arena_printf(c->a, "%s %s %d %d %s", VERSION_TEXT,
	    f->status != NULL ? f->status : "all", f->after, f->limit,
	    f->search != NULL ? f->search : "");

	return arena_printf(c->a, "W/\"%s-%016" PRIx64 "\"", stamp,
	    text_hash(0, str_of(asked)));
}

/*
 * A page that looks again and again is told that nothing has changed without
 * its rows being read.
 */
const struct err *
api_task_list(struct api_call *c)
{
	struct json_object *body = js_object(c->a), *tasks, *page;
	const struct err *e;
	struct task_filter f;
	const char *stamp;
	int limit;

	e = list_query(c, &f, &limit);
	if (e == NULL && http_header(c->q, "If-None-Match") != NULL) {
		e = task_stamp(c->api->db, c->a, c->user, f.undo_days,
		    &stamp);
		if (e == NULL &&
		    http_not_modified(c->q, list_etag(c, &f, stamp)))
			return NULL;
	}
	if (e == NULL)
		e = task_list(c->api->db, c->a, c->user, &f, &stamp, &tasks);
	if (e != NULL)
		return e;
	page = js_new_array();
	js_add(body, "tasks", page);
	for (size_t i = 0; i < js_len(tasks) && i < (size_t)limit; i++)
		js_push(page, js_share(js_at(tasks, i)));
	if (js_len(tasks) > (size_t)limit)
		js_add_text(body, "next_cursor", arena_printf(c->a, "%lld",
		    (long long)js_int(js_at(tasks, (size_t)limit - 1), "id",
		    0)));
	http_add_header(c->q, "ETag", list_etag(c, &f, stamp));
	http_send_json(c->q, 200, body);
	return NULL;
}

const struct err *
api_task_add(struct api_call *c)
{
	static const char *const names[] = { "title", "description",
	    "priority", "due_at", NULL };
	struct json_object *body, *arguments;
	const struct err *e;

	e = task_body(c, names, &body);
	if (e == NULL)
		e = arguments_read(c, "add_task", body, &arguments);
	return e != NULL ? e : task_run(c, "add_task", arguments, 201);
}

const struct err *
api_task_read(struct api_call *c)
{
	struct json_object *task;
	const struct err *e;
	int id = path_task_id(c);

	if (id == 0)
		return missing(c);
	e = task_read(c->api->db, c->a, c->user, id, &task);
	if (e == NULL)
		http_send_json(c->q, 200, task);
	return e;
}

/* What a change is of and what it says, read but for the tool's arguments. */
static const struct err *
change_read(struct api_call *c, struct json_object **body,
    struct task_version *is)
{
	static const char *const names[] = { "title", "description",
	    "priority", "due_at", "completed", "version", NULL };
	static const char *const never_null[] = { "title", "priority",
	    "completed", "version", NULL };
	struct json_object *completed;
	const struct err *e;

	e = task_body(c, names, body);
	if (e != NULL)
		return e;
	completed = js_get(*body, "completed");
	if (completed != NULL && js_type(completed) != JS_BOOL)
		return invalid(c->a, "completed", "true or false");
	for (const char *const *n = never_null; *n != NULL; n++)
		if (js_has(*body, *n) && js_get(*body, *n) == NULL)
			return invalid(c->a, *n, "a value, not null");
	if (js_has(*body, "version")) {
		int64_t n = js_int(*body, "version", 0);
		if (n < 1 || n > INT32_MAX)
			return invalid(c->a, "version", "a task's version");
		is->version = (int)n;
		js_del(*body, "version");
	}
	if (js_first(*body).key == NULL)
		return invalid(c->a, "body", "at least one field to change");
	return NULL;
}

/*
 * Whoever sends the version they saw does not overwrite what somebody else
 * has written meanwhile, and learns what that is.
 */
static const struct err *
change_run(struct api_call *c, struct json_object *arguments,
    struct task_version is)
{
	struct json_object *task;
	const struct err *e;
	bool done;

	e = task_tool_if(c->api->db, c->a, c->user, "update_task", arguments,
	    c->api->conf->undo_days, is, &done, &task);
	if (e != NULL)
		return e;
	if (done)
		http_send_json(c->q, 200, task);
	else
		http_send_err_with(c->q, err_new(c->a, ERR_CONFLICT,
		    "version_conflict", "This task was changed meanwhile; "
		    "nothing was changed now.", "task %d is not at version "
		    "%d any more", is.id, is.version), "task",
		    js_share(task));
	return NULL;
}

const struct err *
api_task_change(struct api_call *c)
{
	struct task_version is = { .id = path_task_id(c) };
	struct json_object *body, *arguments, *completed;
	const struct err *e;

	if (is.id == 0)
		return missing(c);
	e = change_read(c, &body, &is);
	if (e != NULL)
		return e;
	/* update_task itself has no `completed`; its SQL takes it along */
	arguments = js_object(c->a);
	completed = js_get(body, "completed");
	if (completed != NULL)
		completed = js_share(completed);
	js_del(body, "completed");
	js_add_int(body, "task_id", is.id);
	if (js_has(body, "title") || js_has(body, "description") ||
	    js_has(body, "priority") || js_has(body, "due_at"))
		e = arguments_read(c, "update_task", body, &arguments);
	else
		js_add_int(arguments, "task_id", is.id);
	if (completed != NULL)
		js_add(arguments, "completed", completed);
	if (e != NULL)
		return e;
	return is.version != 0 ? change_run(c, arguments, is) :
	    task_run(c, "update_task", arguments, 200);
}

const struct err *
api_task_delete(struct api_call *c)
{
	return task_run_on(c, "delete_task", 204);
}

const struct err *
api_task_restore(struct api_call *c)
{
	return task_run_on(c, "restore_task", 200);
}
