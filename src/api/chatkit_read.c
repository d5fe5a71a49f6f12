/*
 * Threads and items as JSON: pages, a new title, feedback; and what is not
 * offered.
 */
#include <limits.h>
#include <string.h>

#include "api/chatkit.h"
#include "base/bounds.h"
#include "store/task.h"

enum {
	FIRST_PAGE = 20,	/* items that come with a thread */
	BATCH = 20		/* messages read at a time */
};

/* ---------------------------------------------------------------- pages */

static struct json_object *
page_of(struct arena *a, struct json_object *data, bool more)
{
	struct json_object *page = js_object(a);
	size_t n = js_len(data);

	js_add(page, "data", js_share(data));
	js_add_bool(page, "has_more", more);
	if (more)
		js_add_str(page, "after", js_str(js_get(js_at(data, n - 1),
		    "id")));
	return page;
}

struct message_range
ck_range(const struct api_call *c, const struct ck_ask *k, int from,
    bool ascending, int limit)
{
	return (struct message_range){ .from = from, .ascending = ascending,
	    .limit = limit, .zone = k->zone,
	    .undo_days = c->api->conf->undo_days };
}

const struct err *
ck_tasks_of(struct api_call *c, const struct ck_ask *k, const struct message *m,
    size_t n, struct json_object **out)
{
	struct json_object *ids = ck_messages_want(c->a, m, n);

	*out = NULL;
	return ids == NULL ? NULL : task_briefs(c->api->db, c->a, c->user,
	    ids, k->zone, out);
}

/* ---------------------------------------------------------------- items */

struct reading {		/* a page of items, as it fills */
	const struct conversation *thread;
	struct ck_page	 page;
	struct ck_ref	 after;		/* the place before the first */
	struct json_object *data;
	bool		 more;		/* there is one too many */
};

static int
seq_of(struct arena *a, const struct json_object *item)
{
	struct ck_ref ref = { .seq = -1 };

	ck_ref_read(a, js_text(item, "id", ""), &ref);
	return ref.seq;
}

/* Is an item of the cursor's message on the far side of the cursor? */
static bool
is_behind(const struct reading *r, int seq)
{
	return r->page.ascending ? seq > r->after.seq : seq < r->after.seq;
}

static void
items_take(struct arena *a, struct reading *r, const struct message *m,
    struct json_object *tasks)
{
	struct json_object *items, *item;
	size_t n;

	/* what is left of an answer that is being given anew */
	if (r->thread->open && m->id == r->thread->turn_message)
		return;
	items = ck_message_items(a, r->thread->id, m, tasks);
	n = js_len(items);
	for (size_t i = 0; i < n && !r->more; i++) {
		item = js_at(items, r->page.ascending ? i : n - 1 - i);
		if (m->id == r->after.message && !is_behind(r, seq_of(a, item)))
			continue;
		r->more = js_len(r->data) == (size_t)r->page.limit;
		if (!r->more)
			js_push(r->data, js_share(item));
	}
}

/* An item that is gone leaves its place, from which to go on. */
static const struct err *
cursor_read(struct api_call *c, struct reading *r)
{
	const char *id = r->page.after;

	r->after = r->page.ascending ? (struct ck_ref){ .seq = -2 } :
	    (struct ck_ref){ .message = INT_MAX, .seq = INT_MAX };
	if (id == NULL || (ck_ref_read(c->a, id, &r->after) &&
	    strcmp(r->after.thread, r->thread->id) == 0))
		return NULL;
	return err_new(c->a, ERR_INPUT, "invalid_cursor",
	    "params.after is no item of this thread: begin with the first"
	    " page.", "cursor is no item of this thread");
}

/* One page of items.  An answer has any number of them, even none. */
static const struct err *
items_page(struct api_call *c, const struct ck_ask *k,
    const struct conversation *thread, struct ck_page page,
    struct json_object **out)
{
	struct reading r = { .thread = thread, .page = page,
	    .data = js_array(c->a) };
	struct messages found = { .n = BATCH };
	struct json_object *tasks = NULL;
	struct message_range range;
	const struct err *e;

	e = cursor_read(c, &r);
	range = ck_range(c, k, r.after.message, page.ascending, BATCH);
	while (e == NULL && found.n == BATCH && !r.more) {
		e = message_range(c->api->db, c->a, c->user, thread->id,
		    &range, &found);
		if (e == NULL)
			e = ck_tasks_of(c, k, found.m, found.n, &tasks);
		for (size_t i = 0; e == NULL && i < found.n; i++) {
			items_take(c->a, &r, &found.m[i], tasks);
			range.from = found.m[i].id + (page.ascending ? 1 : -1);
		}
	}
	if (e == NULL)
		*out = page_of(c->a, r.data, r.more);
	return e;
}

const struct err *
ck_item_list(struct api_call *c, const struct ck_ask *k)
{
	struct conversation thread;
	struct json_object *items;
	const struct err *e;
	struct ck_page page;
	const char *id;

	e = ck_ask_thread(c, k, &id);
	if (e == NULL)
		e = ck_ask_page(c, k, &page);
	if (e == NULL)
		e = conversation_find(c->api->db, c->a, c->user, id, &thread);
	if (e == NULL)
		e = items_page(c, k, &thread, page, &items);
	if (e == NULL)
		http_send_json(c->q, 200, items);
	return e;
}

static const struct err *
no_item(struct api_call *c)
{
	return err_new(c->a, ERR_NOTFOUND, "item_not_found", "No such item.",
	    "no such item in this thread");
}

const struct err *
ck_message_find(struct api_call *c, const struct ck_ask *k,
    const char *thread, int id, struct message *out)
{
	const struct message_range range = ck_range(c, k, id, true, 1);
	struct messages found;
	const struct err *e;

	e = message_range(c->api->db, c->a, c->user, thread, &range, &found);
	if (e != NULL)
		return e;
	if (found.n == 0 || found.m[0].id != id)
		return no_item(c);
	*out = found.m[0];
	return NULL;
}

/* The one of these items that is meant; NULL: none is. */
static struct json_object *
item_of(struct json_object *items, const struct ck_ref *ref)
{
	for (size_t i = 0; i < js_len(items); i++)
		if (strcmp(js_text(js_at(items, i), "id", ""), ref->id) == 0)
			return js_at(items, i);
	return NULL;
}

const struct err *
ck_item_find(struct api_call *c, const struct ck_ask *k,
    const struct ck_ref *ref, struct message *m, struct json_object **item)
{
	struct json_object *tasks, *found;
	const struct err *e;

	e = ck_message_find(c, k, ref->thread, ref->message, m);
	if (e == NULL)
		e = ck_tasks_of(c, k, m, 1, &tasks);
	if (e != NULL)
		return e;
	found = item_of(ck_message_items(c->a, ref->thread, m, tasks), ref);
	if (found == NULL)
		return no_item(c);
	*item = found;
	return NULL;
}

/* ------------------------------------------------------------- feedback */

/* Are all the items there that are said to be of the message of at's? */
static const struct err *
refs_check(struct api_call *c, const struct ck_ask *k,
    const struct ck_feedback *f, size_t at)
{
	struct json_object *items;
	const struct err *e;
	struct message m;

	e = ck_message_find(c, k, f->refs[at].thread, f->refs[at].message,
	    &m);
	if (e != NULL)
		return e;
	items = ck_message_items(c->a, f->refs[at].thread, &m, NULL);
	for (size_t i = at; i < f->n; i++)
		if (f->refs[i].message == m.id &&
		    item_of(items, &f->refs[i]) == NULL)
			return no_item(c);
	return NULL;
}

static bool
is_among(const int *ids, size_t n, int id)
{
	for (size_t i = 0; i < n; i++)
		if (ids[i] == id)
			return true;
	return false;
}

const struct err *
ck_item_feedback(struct api_call *c, const struct ck_ask *k)
{
	struct conversation thread;
	int ids[MAX_LIST];	/* of the messages, each once */
	struct ck_feedback f;
	const struct err *e;
	const char *id;
	size_t n = 0;

	e = ck_ask_thread(c, k, &id);
	if (e == NULL)
		e = ck_ask_feedback(c, k, id, &f);
	if (e == NULL)
		e = conversation_find(c->api->db, c->a, c->user, id, &thread);
	for (size_t i = 0; e == NULL && i < f.n; i++) {
		if (is_among(ids, n, f.refs[i].message))
			continue;
		ids[n++] = f.refs[i].message;
		e = refs_check(c, k, &f, i);
	}
	if (e == NULL)
		e = message_feedback(c->api->db, c->a, c->user, id, ids, n,
		    f.kind);
	if (e == NULL)
		http_send_json(c->q, 200, js_object(c->a));
	return e;
}

/* -------------------------------------------------------------- threads */

const struct err *
ck_thread_get(struct api_call *c, const struct ck_ask *k)
{
	const struct ck_page first = { .limit = FIRST_PAGE,
	    .ascending = true };
	struct conversation thread;
	struct json_object *items;
	const struct err *e;
	const char *id;

	e = ck_ask_thread(c, k, &id);
	if (e == NULL)
		e = conversation_find(c->api->db, c->a, c->user, id, &thread);
	if (e == NULL)
		e = items_page(c, k, &thread, first, &items);
	if (e == NULL)
		http_send_json(c->q, 200, ck_thread(c->a,
		    c->api->conf, &thread, items));
	return e;
}

const struct err *
ck_no_cursor(struct api_call *c, const char *log)
{
	return err_new(c->a, ERR_INPUT, "invalid_cursor",
	    "params.after is no thread of yours: begin with the first page.",
	    "%s", log);
}

const struct err *
ck_thread_list(struct api_call *c, const struct ck_ask *k)
{
	struct json_object *data = js_array(c->a);
	struct conversations found;
	const char *after = NULL;
	const struct err *e;
	struct ck_page page;
	size_t limit;

	e = ck_ask_page(c, k, &page);
	if (e == NULL && page.after != NULL &&
	    !ck_thread_read(c->a, page.after, &after))
		return ck_no_cursor(c, "cursor is no thread's id");
	if (e == NULL)	/* one more row tells whether there is a next page */
		e = conversation_threads(c->api->db, c->a, c->user, after,
		    page.ascending, page.limit + 1, &found);
	/* the store does not know what this door calls it */
	if (e != NULL && strcmp(e->code, "invalid_cursor") == 0)
		return ck_no_cursor(c, e->log);
	if (e != NULL)
		return e;
	limit = (size_t)page.limit;
	for (size_t i = 0; i < found.n && i < limit; i++)
		js_push(data, js_share(ck_thread(c->a, c->api->conf,
		    &found.c[i], NULL)));
	http_send_json(c->q, 200, page_of(c->a, data, found.n > limit));
	return NULL;
}

const struct err *
ck_thread_update(struct api_call *c, const struct ck_ask *k)
{
	struct conversation thread;
	const char *id, *title;
	const struct err *e;

	e = ck_ask_thread(c, k, &id);
	if (e == NULL)
		e = title_check(c->a, "params.title", js_text(k->params,
		    "title", ""), &title);
	if (e == NULL)
		e = conversation_rename(c->api->db, c->a, c->user, id, title,
		    &thread);
	if (e == NULL)
		http_send_json(c->q, 200, ck_thread(c->a,
		    c->api->conf, &thread, NULL));
	return e;
}

const struct err *
ck_thread_delete(struct api_call *c, const struct ck_ask *k)
{
	const struct err *e;
	const char *id;

	e = ck_ask_thread(c, k, &id);
	if (e == NULL)
		e = conversation_delete(c->api->db, c->a, c->user, id);
	if (e == NULL)
		http_send_json(c->q, 200, js_object(c->a));
	return e;
}

/* ---------------------------------------------------- what we do not have */

const struct err *
ck_no_attachments(struct api_call *c, const struct ck_ask *k)
{
	const struct err *e = ck_ask_attachment(c, k);

	return e != NULL ? e : ck_attachments_refuse(c);
}

/* None is ever pending, for the agent has no tools in the browser. */
const struct err *
ck_no_client_tools(struct api_call *c, const struct ck_ask *k)
{
	struct conversation thread;
	const struct err *e;
	const char *id;

	e = ck_ask_thread(c, k, &id);
	if (e == NULL && !js_has(k->params, "result"))
		e = invalid(c->a, "params.result", "a value, or null");
	if (e == NULL)
		e = conversation_find(c->api->db, c->a, c->user, id, &thread);
	return e != NULL ? e : err_new(c->a, ERR_CONFLICT, "nothing_pending",
	    "The thread's last item is no pending client tool call.",
	    "no client tools");
}

const struct err *
ck_no_structured_input(struct api_call *c, const struct ck_ask *k)
{
	struct conversation thread;
	struct json_object *item;
	const struct err *e;
	struct ck_ref ref;
	struct message m;
	const char *id;

	e = ck_ask_thread(c, k, &id);
	if (e == NULL)
		e = ck_ask_item(c, k, "item_id", id, &ref);
	if (e == NULL)
		e = ck_ask_structured(c, k);
	if (e == NULL)
		e = conversation_find(c->api->db, c->a, c->user, id, &thread);
	if (e == NULL)
		e = ck_item_find(c, k, &ref, &m, &item);
	return e != NULL ? e : invalid(c->a, "params.item_id",
	    "the id of a structured input");
}
