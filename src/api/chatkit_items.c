/* ChatKit's items: made from what a turn tells, or what is stored of it. */
#include <limits.h>
#include <string.h>

#include "api/chatkit.h"
#include "base/bounds.h"
#include "base/text.h"

/* ------------------------------------------------------------------ ids */

enum { UUID = 36 };		/* its characters */

const char *
ck_thread_id(struct arena *a, const char *uuid)
{
	return arena_printf(a, "thr_%s", uuid);
}

static bool
prefix_skip(struct str *s, const char *prefix)
{
	size_t n = strlen(prefix);

	if (s->n < n || memcmp(s->p, prefix, n) != 0)
		return false;
	s->p += n;
	s->n -= n;
	return true;
}

static bool
uuid_take(struct arena *a, struct str *s, const char **uuid)
{
	struct str u = { s->p, UUID };

	if (s->n < UUID || !uuid_ok(u))
		return false;
	*uuid = text_lower(a, u);
	s->p += UUID;
	s->n -= UUID;
	return true;
}

/* "_" and a number that nobody would write in another way. */
static bool
number_take(struct str *s, int *out)
{
	int n = 0, digit;

	if (!prefix_skip(s, "_") || s->n == 0 ||
	    (s->n > 1 && s->p[0] == '0' && s->p[1] != '_'))
		return false;
	while (s->n > 0 && s->p[0] != '_') {
		digit = s->p[0] - '0';
		if (digit < 0 || digit > 9 || n > (INT_MAX - digit) / 10)
			return false;
		n = n * 10 + digit;
		s->p++;
		s->n--;
	}
	*out = n;
	return true;
}

bool
ck_thread_read(struct arena *a, const char *id, const char **uuid)
{
	struct str s = str_of(id);
	const char *found;

	if (!prefix_skip(&s, "thr_") || !uuid_take(a, &s, &found) || s.n > 0)
		return false;
	*uuid = found;
	return true;
}

bool
ck_ref_read(struct arena *a, const char *id, struct ck_ref *out)
{
	struct ck_ref r = { .seq = -1 };
	struct str s = str_of(id);
	bool workflow = prefix_skip(&s, "wf_");

	if ((!workflow && !prefix_skip(&s, "msg_")) ||
	    !uuid_take(a, &s, &r.thread) || !number_take(&s, &r.message) ||
	    r.message == 0)
		return false;
	if ((workflow || s.n > 0) && !number_take(&s, &r.seq))
		return false;
	if (s.n > 0)
		return false;
	r.id = text_lower(a, str_of(id));
	*out = r;
	return true;
}

/* --------------------------------------------------------------- shapes */

static struct json_object *
event_new(struct arena *a, const char *type, const char *name,
    struct json_object *what)
{
	struct json_object *event = js_object(a);

	js_add_text(event, "type", type);
	js_add(event, name, js_share(what));
	return event;
}

struct json_object *
ck_event_item(struct arena *a, const char *type, struct json_object *item)
{
	return event_new(a, type, "item", item);
}

struct json_object *
ck_event_thread(struct arena *a, const char *type, struct json_object *thread)
{
	return event_new(a, type, "thread", thread);
}

static struct json_object *
page_empty(void)
{
	struct json_object *page = js_new_object();

	js_add(page, "data", js_new_array());
	js_add_bool(page, "has_more", false);
	return page;
}

/* An empty list is sent too: no list would mean that any host is allowed. */
static struct json_object *
image_domains(const struct conf *conf)
{
	struct str rest = str_of(conf->image_domains), entry;
	struct json_object *domains = js_new_array();

	while (text_list_next(&rest, &entry))
		if (entry.n > 0)
			js_push(domains, js_new_str(entry));
	return domains;
}

struct json_object *
ck_thread(struct arena *a, const struct conf *conf,
    const struct conversation *c, struct json_object *items)
{
	struct json_object *thread = js_object(a), *status = js_new_object();

	js_add_text(status, "type", "active");
	js_add_text(thread, "id", ck_thread_id(a, c->id));
	js_add_text(thread, "created_at", c->begun_at);
	if (c->title != NULL)
		js_add_text(thread, "title", c->title);
	js_add(thread, "status", status);
	js_add(thread, "metadata", js_new_object());
	js_add(thread, "allowed_image_domains", image_domains(conf));
	js_add(thread, "items", items != NULL ? js_share(items) :
	    page_empty());
	return thread;
}

static struct json_object *
item_new(struct arena *a, const char *thread, const char *id,
    const char *created_at, const char *type)
{
	struct json_object *item = js_object(a);

	js_add_text(item, "id", id);
	js_add_text(item, "thread_id", ck_thread_id(a, thread));
	js_add_text(item, "created_at", created_at);
	js_add_text(item, "type", type);
	return item;
}

/* The content of a text: its only part. */
static struct json_object *
part_new(struct str text)
{
	struct json_object *part = js_new_object();

	js_add_text(part, "type", "output_text");
	js_add_str(part, "text", text);
	js_add(part, "annotations", js_new_array());
	return part;
}

/* ---------------------------------------------------------- the builder */

/* The longest text of an answer: what a model may stream in one step. */
enum { ANSWER_MAX = MAX_STREAM };

static void
emit(struct ck_answer *k, struct json_object *event)
{
	k->gone = k->gone || !k->event(k->ctx, event);
}

static struct arena *
event_arena(const struct ck_answer *k)
{
	return k->events != NULL ? k->events : k->a;
}

static const char *
id_next(struct ck_answer *k, const char *prefix)
{
	return arena_printf(k->a, "%s_%s_%d_%d", prefix, k->thread,
	    k->message, k->seq++);
}

/* The open item, without what is in it. */
static struct json_object *
item_open(const struct ck_answer *k, const char *type)
{
	return item_new(event_arena(k), k->thread, k->id, k->created_at, type);
}

/* A change of the open item; value is given away. */
static struct json_object *
update_new(const struct ck_answer *k, const char *type, const char *index,
    size_t at, const char *name, struct json_object *value)
{
	struct json_object *event = js_object(event_arena(k));
	struct json_object *update = js_new_object();

	js_add_text(event, "type", "thread.item.updated");
	js_add_text(event, "item_id", k->id);
	js_add(event, "update", update);
	js_add_text(update, "type", type);
	js_add_int(update, index, (int64_t)at);
	js_add(update, name, value);
	return event;
}

static void
text_open(struct ck_answer *k)
{
	struct json_object *item;

	k->open = CK_TEXT;
	k->id = id_next(k, "msg");
	if (k->text == NULL) {
		k->text = arena_alloc(k->a, sizeof(*k->text));
		buf_init(k->text, k->a, ANSWER_MAX);
	}
	buf_clear(k->text);
	k->delta = NULL;
	item = item_open(k, "assistant_message");
	js_add(item, "content", js_new_array());
	emit(k, ck_event_item(event_arena(k), "thread.item.added", item));
	emit(k, update_new(k, "assistant_message.content_part.added",
	    "content_index", 0, "content", part_new(STR(""))));
}

static void
text_close(struct ck_answer *k)
{
	struct json_object *item = item_open(k, "assistant_message");
	struct json_object *content = js_new_array();
	struct json_object *part = part_new((struct str){ k->text->p,
	    k->text->n });

	js_push(content, part);
	js_add(item, "content", content);
	emit(k, update_new(k, "assistant_message.content_part.done",
	    "content_index", 0, "content", js_share(part)));
	emit(k, ck_event_item(event_arena(k), "thread.item.done", item));
}

/* The open workflow with these lines; a summary belongs to the last form. */
static struct json_object *
workflow_item(const struct ck_answer *k, struct json_object *tasks,
    const char *title)
{
	struct json_object *item = item_open(k, "workflow");
	struct json_object *workflow = js_new_object(), *summary;

	js_add(item, "workflow", workflow);
	js_add_text(workflow, "type", "custom");
	js_add(workflow, "tasks", js_share(tasks));
	if (title != NULL) {
		summary = js_new_object();
		js_add_text(summary, "title", title);
		js_add(workflow, "summary", summary);
	}
	js_add_bool(workflow, "expanded", false);
	return item;
}

static void
workflow_open(struct ck_answer *k, struct json_object *line)
{
	struct json_object *first = js_array(event_arena(k));

	k->open = CK_WORKFLOW;
	k->id = id_next(k, "wf");
	k->tasks = js_array(k->a);
	js_push(first, js_share(line));
	emit(k, ck_event_item(event_arena(k), "thread.item.added",
	    workflow_item(k, first, NULL)));
}

static void
workflow_close(struct ck_answer *k)
{
	size_t n = js_len(k->tasks);
	const char *title = n == 1 ?
	    js_text(js_at(k->tasks, 0), "title", "") :
	    arena_printf(k->a, "%zu steps", n);

	emit(k, ck_event_item(event_arena(k), "thread.item.done",
	    workflow_item(k, k->tasks, title)));
}

static const char *
running_name(const struct ck_answer *k)
{
	return js_text(k->running, "name", "");
}

/* The call under way has come to an end. */
static void
task_finish(struct ck_answer *k, struct json_object *result)
{
	struct json_object *line = ck_task_line(k->a, running_name(k),
	    js_get(k->running, "arguments"), result);

	k->running = NULL;
	emit(k, update_new(k, "workflow.task.updated", "task_index",
	    js_len(k->tasks), "task", js_share(line)));
	js_push(k->tasks, js_share(line));
}

/* It never will, then: the database calls such a call the same. */
static void
task_cut(struct ck_answer *k)
{
	struct json_object *result;

	if (k->running == NULL)
		return;
	result = js_object(k->a);
	js_add_text(result, "error", "interrupted");
	task_finish(k, result);
}

void
ck_answer_sent(struct ck_answer *k)
{
	k->delta = NULL;
	if (k->events != NULL)
		arena_drop(k->events);
}

bool
ck_answer_close(struct ck_answer *k)
{
	enum ck_open open = k->open;

	task_cut(k);
	k->open = CK_NONE;
	if (open == CK_TEXT)
		text_close(k);
	else if (open == CK_WORKFLOW)
		workflow_close(k);
	return !k->gone;
}

/* What is left of a piece when the white space it begins with is dropped. */
static struct str
text_begin(struct str piece)
{
	struct str s = text_trim(piece);

	if (s.n > 0)
		s.n = piece.n - (size_t)(s.p - piece.p);
	return s;
}

bool
ck_answer_text(struct ck_answer *k, struct str piece)
{
	if (k->open != CK_TEXT) {
		piece = text_begin(piece);
		if (piece.n == 0)
			return !k->gone;
		ck_answer_close(k);
		text_open(k);
	}
	if (piece.n == 0)
		return !k->gone;
	buf_put(k->text, piece.p, piece.n);
	if (k->delta == NULL)
		k->delta = update_new(k,
		    "assistant_message.content_part.text_delta",
		    "content_index", 0, "delta", NULL);
	js_add_str(js_get(k->delta, "update"), "delta", piece);
	emit(k, k->delta);
	return !k->gone;
}

/* ---------------------------------------------------------------- lists */

static void
lists_started(struct json_object **lists, const char *name)
{
	if (strcmp(name, "list_tasks") != 0)
		*lists = NULL;	/* what it showed is no longer the point */
}

static void
lists_finished(struct arena *a, struct json_object **lists, const char *name,
    struct json_object *arguments, struct json_object *result)
{
	struct json_object *list;

	if (strcmp(name, "list_tasks") != 0 || js_len(result) == 0)
		return;
	if (*lists == NULL)
		*lists = js_array(a);
	list = js_new_object();
	js_add(list, "arguments", js_share(arguments));
	js_add(list, "result", js_share(result));
	js_push(*lists, list);
}

/* List i's result; NULL when the same was asked again after it. */
static struct json_object *
lists_at(const struct json_object *lists, size_t i)
{
	struct json_object *list = js_at(lists, i);
	struct json_object *arguments = js_get(list, "arguments");

	for (size_t k = i + 1; k < js_len(lists); k++)
		if (js_equal(js_get(js_at(lists, k), "arguments"), arguments))
			return NULL;
	return js_get(list, "result");
}

/*
 * The ids in these lists go to ids, each once; seen is an object of those
 * there are.  More than task_briefs() takes are not asked for.
 */
static void
lists_want(struct arena *a, const struct json_object *lists,
    struct json_object *ids, struct json_object *seen)
{
	for (size_t i = 0; i < js_len(lists); i++) {
		struct json_object *result = lists_at(lists, i);
		for (size_t k = 0; k < js_len(result); k++) {
			int64_t id = js_int(js_at(result, k), "id", 0);
			const char *key = arena_printf(a, "%lld",
			    (long long)id);
			if (id <= 0 || id > INT_MAX || js_has(seen, key) ||
			    js_len(ids) == (size_t)MAX_LIST * MAX_CALLS)
				continue;
			js_add_bool(seen, key, true);
			js_push(ids, js_new_int(id));
		}
	}
}

struct json_object *
ck_answer_wants(const struct ck_answer *k)
{
	struct json_object *ids = js_array(k->a);

	lists_want(k->a, k->lists, ids, js_object(k->a));
	return js_len(ids) > 0 ? ids : NULL;
}

/* ---------------------------------------------------------------- calls */

bool
ck_answer_call_started(struct ck_answer *k, const char *name,
    struct json_object *arguments)
{
	struct json_object *line = ck_task_line(k->a, name, arguments, NULL);

	task_cut(k);
	lists_started(&k->lists, name);
	if (k->open == CK_WORKFLOW) {
		emit(k, update_new(k, "workflow.task.added", "task_index",
		    js_len(k->tasks), "task", js_share(line)));
	} else {
		ck_answer_close(k);
		workflow_open(k, line);
	}
	k->running = js_object(k->a);
	js_add_text(k->running, "name", name);
	js_add(k->running, "arguments", js_share(arguments));
	return !k->gone;
}

bool
ck_answer_call_finished(struct ck_answer *k, const char *name,
    struct json_object *arguments, struct json_object *result)
{
	if (k->running == NULL || strcmp(running_name(k), name) != 0)
		ck_answer_call_started(k, name, arguments);
	lists_finished(k->a, &k->lists, name, js_get(k->running, "arguments"),
	    result);
	task_finish(k, result);
	return !k->gone;
}

static void
widget_show(struct ck_answer *k, struct json_object *widget, const char *copy)
{
	struct json_object *item;

	k->id = id_next(k, "msg");
	item = item_open(k, "widget");
	js_add(item, "widget", js_share(widget));
	js_add_text(item, "copy_text", copy);
	emit(k, ck_event_item(event_arena(k), "thread.item.done", item));
}

bool
ck_answer_end(struct ck_answer *k, struct json_object *tasks,
    struct json_object *question)
{
	ck_answer_close(k);
	/* a question names its tasks itself */
	for (size_t i = 0; question == NULL && i < js_len(k->lists); i++) {
		struct json_object *result = lists_at(k->lists, i);
		if (result != NULL)
			widget_show(k, ck_list_widget(k->a, result, tasks),
			    ck_list_text(k->a, result, tasks));
	}
	if (question != NULL)
		widget_show(k, ck_card_widget(k->a, question),
		    ck_card_text(k->a, question));
	return !k->gone;
}

/* ------------------------------------------------------ stored messages */

static struct json_object *
input_text(struct arena *a, struct str text)
{
	struct json_object *content = js_array(a), *part = js_new_object();

	js_add_text(part, "type", "input_text");
	js_add_str(part, "text", text);
	js_push(content, part);
	return content;
}

/* A client may leave out what a reader expects of us. */
static void
tags_fill(struct json_object *content)
{
	for (size_t i = 0; i < js_len(content); i++) {
		struct json_object *part = js_at(content, i);
		if (strcmp(js_text(part, "type", ""), "input_tag") == 0 &&
		    !js_has(part, "interactive"))
			js_add_bool(part, "interactive", false);
	}
}

static struct json_object *
user_item(struct arena *a, const char *thread, const struct message *m)
{
	struct json_object *content = js_get(m->input, "content");
	struct json_object *quoted = js_get(m->input, "quoted_text");
	struct json_object *options = js_get(m->input, "inference_options");
	struct json_object *item = item_new(a, thread, arena_printf(a,
	    "msg_%s_%d", thread, m->id), m->started_at, "user_message");

	if (js_type(content) != JS_ARR)
		content = input_text(a, m->content);
	tags_fill(content);
	js_add(item, "content", js_share(content));
	js_add(item, "attachments", js_new_array());
	if (js_type(quoted) == JS_STR)
		js_add(item, "quoted_text", js_share(quoted));
	js_add(item, "inference_options", js_type(options) == JS_OBJ ?
	    js_share(options) : js_new_object());
	return item;
}

static bool
call_ended(const struct call *c)
{
	return c->result != NULL && strcmp(c->state, "requested") != 0;
}

/* The text up to end, from where the last one ended. */
static void
told_text(struct ck_answer *k, struct str content, size_t *at, size_t end)
{
	if (end <= *at)
		return;
	ck_answer_text(k, (struct str){ content.p + *at, end - *at });
	*at = end;
}

bool
ck_message(struct arena *a, const char *thread, const struct message *m,
    struct json_object *tasks, ck_event_fn *event, void *ctx)
{
	struct ck_answer k = { .a = a, .thread = thread, .message = m->id,
	    .created_at = m->started_at, .event = event, .ctx = ctx };
	size_t at = 0;

	if (m->user)
		return event(ctx, ck_event_item(a, "thread.item.done",
		    user_item(a, thread, m)));
	for (size_t i = 0; i < m->ncalls; i++) {
		const struct call *c = &m->calls[i];
		if (message_held(c))	/* shown by its card */
			continue;
		told_text(&k, m->content, &at, utf8_fit(m->content,
		    c->said > 0 ? (size_t)c->said : 0));
		ck_answer_call_started(&k, c->name, c->arguments);
		if (call_ended(c))
			ck_answer_call_finished(&k, c->name, c->arguments,
			    c->result);
	}
	told_text(&k, m->content, &at, m->content.n);
	return ck_answer_end(&k, tasks, m->question);
}

/* As the builder would show them after all of m's calls. */
static struct json_object *
message_lists(struct arena *a, const struct message *m)
{
	struct json_object *lists = NULL;

	if (m->question != NULL)
		return NULL;
	for (size_t i = 0; i < m->ncalls; i++) {
		const struct call *c = &m->calls[i];
		if (message_held(c))
			continue;
		lists_started(&lists, c->name);
		if (call_ended(c))
			lists_finished(a, &lists, c->name, c->arguments,
			    c->result);
	}
	return lists;
}

struct json_object *
ck_messages_want(struct arena *a, const struct message *m, size_t n)
{
	struct json_object *ids = js_array(a), *seen = js_object(a);

	for (size_t i = 0; i < n; i++)
		lists_want(a, message_lists(a, &m[i]), ids, seen);
	return js_len(ids) > 0 ? ids : NULL;
}

static bool
item_collect(void *ctx, struct json_object *event)
{
	if (strcmp(js_text(event, "type", ""), "thread.item.done") == 0)
		js_push(ctx, js_share(js_get(event, "item")));
	return true;
}

struct json_object *
ck_message_items(struct arena *a, const char *thread, const struct message *m,
    struct json_object *tasks)
{
	struct json_object *items = js_array(a);

	ck_message(a, thread, m, tasks, item_collect, items);
	return items;
}
