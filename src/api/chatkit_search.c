/* Threads by what was said in them. */
#include <string.h>

#include "api/chatkit.h"

/*
 * The text in which the find is: its message was read no further, so that is
 * the last there is.
 */
static const char *
item_of_hit(struct arena *a, const struct conversation_hit *h)
{
	struct json_object *items;

	if (h->m.id == 0)
		return NULL;
	items = ck_message_items(a, h->c.id, &h->m, NULL);
	for (size_t i = js_len(items); i-- > 0; ) {
		const char *type = js_text(js_at(items, i), "type", "");
		if (strcmp(type, "assistant_message") == 0 ||
		    strcmp(type, "user_message") == 0)
			return js_text(js_at(items, i), "id", NULL);
	}
	return NULL;
}

static struct json_object *
thread_of_hit(struct api_call *c, const struct conversation_hit *h)
{
	struct json_object *thread = ck_thread(c->a, c->api->conf, &h->c, NULL);
	struct json_object *found = js_new_object();
	const char *item = item_of_hit(c->a, h);

	js_add_text(found, "snippet", h->snippet);
	js_add(found, "item_id", item != NULL ? js_new_str(str_of(item)) :
	    NULL);
	js_add(thread, "taskchat", found);
	return thread;
}

/*
 * after is where to go on: behind the last thread of the page, or, when
 * enough was read for once, behind the last that was looked through.
 */
static void
send_hits(struct api_call *c, const struct conversation_hits *found,
    size_t limit)
{
	struct json_object *answer = js_object(c->a), *data = js_new_array();
	const char *after = found->n > limit ? found->h[limit - 1].c.id :
	    found->stopped;

	for (size_t i = 0; i < found->n && i < limit; i++)
		js_push(data, js_share(thread_of_hit(c, &found->h[i])));
	js_add(answer, "data", data);
	js_add_bool(answer, "has_more", after != NULL);
	if (after != NULL)
		js_add_text(answer, "after", ck_thread_id(c->a, after));
	http_send_json(c->q, 200, answer);
}

const struct err *
ck_search(struct api_call *c, const struct ck_ask *k)
{
	struct conversation_hits found;
	const char *query, *after = NULL;
	const struct err *e;
	struct ck_page page;

	e = ck_ask_search(c, k, &query, &page);
	if (e == NULL && page.after != NULL &&
	    !ck_thread_read(c->a, page.after, &after))
		return ck_no_cursor(c, "cursor is no thread's id");
	if (e == NULL)	/* one more tells whether there is a next page */
		e = conversation_search(c->api->db, c->a, c->user, query,
		    after, page.limit + 1, &found);
	/* the store does not know what this door calls it */
	if (e != NULL && strcmp(e->code, "invalid_cursor") == 0)
		return ck_no_cursor(c, e->log);
	if (e == NULL)
		send_hits(c, &found, (size_t)page.limit);
	return e;
}
