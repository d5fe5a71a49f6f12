/* A person's conversations: list, read, rename, delete. */
#include "api/fields.h"
#include "base/bounds.h"
#include "base/text.h"
#include "store/conversation.h"

enum { LIST_USUAL = 20, PAGE_USUAL = 50 };

struct json_object *
conversation_json(const struct conversation *c)
{
	struct json_object *v = js_new_object();

	js_add_text(v, "id", c->id);
	js_add_text(v, "title", c->title);
	js_add_text(v, "created_at", c->created_at);
	js_add_text(v, "updated_at", c->updated_at);
	js_add_int(v, "message_count", c->messages);
	return v;
}

struct json_object *
message_json(const struct message *m)
{
	struct json_object *v = js_new_object(), *calls = js_new_array();

	for (size_t i = 0; i < m->ncalls; i++) {
		const struct call *c = &m->calls[i];
		struct json_object *o = js_new_object();
		js_add_text(o, "id", c->id);
		js_add_text(o, "name", c->name);
		js_add(o, "arguments", js_share(c->arguments));
		js_add(o, "result", c->result != NULL ?
		    js_share(c->result) : NULL);
		js_add_text(o, "state", c->state);
		js_push(calls, o);
	}
	js_add_int(v, "id", m->id);
	js_add_text(v, "role", m->user ? "user" : "assistant");
	js_add_str(v, "content", m->content);
	js_add_text(v, "state", m->state);
	js_add_text(v, "created_at", m->created_at);
	js_add(v, "tool_calls", calls);
	return v;
}

const struct err *
api_conversation_list(struct api_call *c)
{
	struct json_object *body = js_object(c->a), *list = js_new_array();
	struct conversations found;
	const char *cursor;
	const struct err *e;
	int limit;

	js_add(body, "conversations", list);
	e = query_int(c, "limit", 1, MAX_LIST, LIST_USUAL, &limit);
	if (e == NULL)
		e = http_query(c->q, "before", &cursor);
	if (e == NULL && cursor != NULL && !conversation_cursor_ok(cursor))
		e = invalid(c->a, "before", "a next_cursor of this list");
	if (e == NULL)	/* one more row tells whether there is a next page */
		e = conversation_list(c->api->db, c->a, c->user, cursor,
		    limit + 1, &found);
	if (e != NULL)
		return e;
	for (size_t i = 0; i < found.n && i < (size_t)limit; i++)
		js_push(list, conversation_json(&found.c[i]));
	if (found.n > (size_t)limit)
		js_add_text(body, "next_cursor", found.c[limit - 1].cursor);
	http_send_json(c->q, 200, body);
	return NULL;
}

/* An object whose root is the request's. */
static struct json_object *
rooted(struct api_call *c, const struct conversation *conversation)
{
	struct json_object *keep = js_array(c->a);
	struct json_object *v = conversation_json(conversation);

	js_push(keep, v);
	return v;
}

const struct err *
api_conversation_read(struct api_call *c)
{
	struct json_object *body, *list = NULL;
	struct conversation conversation;
	struct messages page;
	const struct err *e;
	int limit, before;
	const char *id;

	e = path_uuid(c, "id", "conversation_not_found",
	    "No such conversation.", &id);
	if (e == NULL)
		e = query_int(c, "limit", 1, MAX_LIST, PAGE_USUAL, &limit);
	if (e == NULL)
		e = query_int(c, "before", 1, 2147483647, 0, &before);
	if (e == NULL)
		e = conversation_read(c->api->db, c->a, c->user, id, before,
		    limit + 1, &conversation, &page);
	if (e != NULL)
		return e;
	body = rooted(c, &conversation);
	list = js_new_array();
	js_add(body, "messages", list);
	if (page.n > (size_t)limit) {
		page.n = (size_t)limit;
		js_add_text(body, "next_cursor", arena_printf(c->a, "%d",
		    page.m[limit - 1].id));
	}
	for (size_t i = page.n; i-- > 0; )
		js_push(list, message_json(&page.m[i]));
	js_add_bool(body, "turn_in_progress", conversation.open);
	if (conversation.confirmation != NULL)
		js_add(body, "confirmation",
		    js_share(conversation.confirmation));
	http_send_json(c->q, 200, body);
	return NULL;
}

const struct err *
api_conversation_rename(struct api_call *c)
{
	static const char *const names[] = { "title", NULL };
	struct conversation conversation;
	struct json_object *body;
	const char *id, *title;
	const struct err *e;

	e = path_uuid(c, "id", "conversation_not_found",
	    "No such conversation.", &id);
	if (e == NULL)
		e = http_json(c->q, c->body, &body);
	if (e == NULL)
		e = fields_known(c->a, body, names);
	if (e == NULL)
		e = field_text(c->a, body, "title", &title);
	if (e == NULL)
		e = title_check(c->a, "title", title, &title);
	if (e == NULL)
		e = conversation_rename(c->api->db, c->a, c->user, id, title,
		    &conversation);
	if (e != NULL)
		return e;
	http_send_json(c->q, 200, rooted(c, &conversation));
	return NULL;
}

const struct err *
api_conversation_delete(struct api_call *c)
{
	const struct err *e;
	const char *id;

	e = path_uuid(c, "id", "conversation_not_found",
	    "No such conversation.", &id);
	if (e == NULL)
		e = conversation_delete(c->api->db, c->a, c->user, id);
	if (e == NULL)
		http_send_empty(c->q, 204);
	return e;
}
