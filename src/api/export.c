/*
 * All that is somebody's, as one JSON document.  It is read and written a
 * page at a time: memory is that of a page, however much there is, and no
 * connection to the database is held while the reader takes their time.
 *
 * What is read later may have changed meanwhile, as it may have between two
 * clicks; nothing comes twice, and nothing that was there all the time is
 * missing.  When it cannot be read to its end, the connection is broken: a
 * document that has its last brace is whole.
 */
#include <string.h>
#include <time.h>

#include "api/api.h"
#include "base/bounds.h"
#include "base/clock.h"
#include "store/account.h"
#include "store/conversation.h"
#include "store/mcp.h"
#include "store/task.h"
#include "store/usage.h"

enum { CONVERSATIONS = 50, MESSAGES = 20 };	/* at once */

struct export {
	struct api_call	*c;
	struct arena	*page;		/* of tasks, or conversations */
	struct arena	*inner;		/* of a conversation's messages */
	struct json_object *account, *tasks;	/* the first, in page */
	const char	*zone;			/* there, too; NULL: none */
};

/* ---- what there is to know about an account */

static struct json_object *
sessions_json(const struct account_sessions *s)
{
	struct json_object *list = js_new_array(), *v;

	for (size_t i = 0; i < s->n; i++) {
		v = js_new_object();	/* its token is as good as a password */
		js_add_text(v, "created_at", s->s[i].created_at);
		js_add_text(v, "expires_at", s->s[i].expires_at);
		js_add_text(v, "ip_address", s->s[i].ip_address);
		js_add_text(v, "user_agent", s->s[i].user_agent);
		js_push(list, v);
	}
	return list;
}

static struct json_object *
logins_json(const struct account_logins *l)
{
	struct json_object *list = js_new_array(), *v;

	for (size_t i = 0; i < l->n; i++) {
		v = js_new_object();
		js_add_text(v, "provider", l->l[i].provider_id);
		js_add_text(v, "created_at", l->l[i].created_at);
		js_push(list, v);
	}
	return list;
}

/* x->account stays NULL for the user of another issuer. */
static const struct err *
account_gather(struct export *x)
{
	struct db *db = x->c->api->db;
	struct account_sessions sessions;
	struct account_logins logins;
	const char *issuer, *id;
	struct account_user u;
	struct json_object *v;
	const struct err *e;
	bool found = false;

	auth_user_issuer(x->c->api->auth, x->c->user, &issuer, &id);
	if (strcmp(issuer, "accounts") != 0)
		return NULL;
	e = account_read(db, x->page, id, &found, &u);
	if (e == NULL)
		e = account_session_list(db, x->page, id, &sessions);
	if (e == NULL)
		e = account_logins(db, x->page, id, &logins);
	if (e != NULL || !found)
		return e;
	v = js_object(x->page);
	js_add_text(v, "name", u.name);
	js_add_text(v, "email", u.email);
	js_add_bool(v, "email_verified", u.email_verified);
	js_add_text(v, "image", u.image);
	js_add_text(v, "created_at", u.created_at);
	js_add_text(v, "updated_at", u.updated_at);
	js_add(v, "logins", logins_json(&logins));
	js_add(v, "sessions", sessions_json(&sessions));
	x->account = v;
	return NULL;
}

/* ---- writing */

static void
put(struct export *x, const char *s)
{
	http_put(x->c->q, str_of(s));
}

static void
put_json(struct export *x, struct json_object *v)
{
	http_put(x->c->q, js_lent(v));
}

/* Before an entry of a list, which has a line of its own. */
static void
put_next(struct export *x, bool *first)
{
	put(x, *first ? "\n" : ",\n");
	*first = false;
}

static const struct err *
tasks_read(struct export *x, int after)
{
	struct api *api = x->c->api;

	return task_every(api->db, x->page, x->c->user, after, MAX_LIST,
	    api->conf->undo_days, &x->tasks);
}

/* The first of them were gathered. */
static const struct err *
tasks_put(struct export *x)
{
	const struct err *e = NULL;
	bool first = true;
	size_t n;
	int last;

	for (;;) {
		n = js_len(x->tasks);
		for (size_t i = 0; i < n; i++) {
			put_next(x, &first);
			put_json(x, js_at(x->tasks, i));
		}
		if (n < MAX_LIST || !http_flush(x->c->q))
			return NULL;
		last = (int)js_int(js_at(x->tasks, n - 1), "id", 0);
		arena_reset(x->page);
		if ((e = tasks_read(x, last)) != NULL)
			return e;
	}
}

static void
message_put(struct export *x, const struct message *m)
{
	struct json_object *keep = js_array(x->inner), *v = message_json(m);

	js_push(keep, v);
	if (m->feedback != NULL)
		js_add_text(v, "feedback", m->feedback);
	put_json(x, v);
}

static const struct err *
messages_put(struct export *x, const char *conversation)
{
	struct api *api = x->c->api;
	struct message_range range = { .from = 1, .ascending = true,
	    .limit = MESSAGES, .zone = "UTC",
	    .undo_days = api->conf->undo_days };
	struct messages page;
	const struct err *e;
	bool first = true;

	do {
		arena_reset(x->inner);
		e = message_range(api->db, x->inner, x->c->user, conversation,
		    &range, &page);
		if (e != NULL)
			return e;
		for (size_t i = 0; i < page.n; i++) {
			put_next(x, &first);
			message_put(x, &page.m[i]);
			range.from = page.m[i].id + 1;
		}
	} while (page.n == MESSAGES && http_flush(x->c->q));
	return NULL;
}

/* Its object, and in it, before the brace that ends it, its messages. */
static const struct err *
conversation_put(struct export *x, const struct conversation *c)
{
	struct json_object *keep = js_array(x->page);
	struct json_object *v = conversation_json(c);
	const struct err *e;
	struct str text;

	js_push(keep, v);
	js_del(v, "message_count");
	text = js_lent(v);
	http_put(x->c->q, (struct str){ text.p, text.n - 1 });
	put(x, ",\"messages\":[");
	if ((e = messages_put(x, c->id)) == NULL)
		put(x, "]}");
	return e;
}

static const struct err *
conversations_put(struct export *x)
{
	struct conversation_place place, *after = NULL;
	struct conversations found;
	const struct err *e;
	bool first = true;

	do {
		arena_reset(x->page);
		e = conversation_since(x->c->api->db, x->page, x->c->user,
		    after, CONVERSATIONS, &found);
		for (size_t i = 0; e == NULL && i < found.n &&
		    !x->c->q->gone; i++) {
			put_next(x, &first);
			e = conversation_put(x, &found.c[i]);
		}
		if (e != NULL || found.n < CONVERSATIONS)
			return e;
		place.begun_at = arena_strdup(x->c->a,
		    found.c[found.n - 1].begun_at);
		place.id = arena_strdup(x->c->a, found.c[found.n - 1].id);
		after = &place;
	} while (http_flush(x->c->q));
	return NULL;
}

/* What they used of the model, a day each. */
static const struct err *
usage_put(struct export *x)
{
	const char *after = "-infinity";
	struct json_object *days;
	const struct err *e;
	bool first = true;
	size_t n;

	do {
		arena_reset(x->page);
		e = usage_days(x->c->api->db, x->page, x->c->user, after,
		    MAX_LIST, &days);
		if (e != NULL)
			return e;
		n = js_len(days);
		for (size_t i = 0; i < n; i++) {
			put_next(x, &first);
			put_json(x, js_at(days, i));
		}
		if (n > 0)
			after = arena_strdup(x->c->a,
			    js_text(js_at(days, n - 1), "day", ""));
	} while (n == MAX_LIST && http_flush(x->c->q));
	return NULL;
}

static const struct err *
document_put(struct export *x, const char *now)
{
	struct json_object *user = js_array(x->page);
	const struct err *e;

	js_push(user, js_new_str(str_of(x->c->user)));
	put(x, "{\"exported_at\":\"");
	put(x, now);
	put(x, "\",\"user_id\":");
	put_json(x, js_at(user, 0));
	put(x, ",\n\"account\":");
	if (x->account != NULL)
		put_json(x, x->account);
	else
		put(x, "null");
	if (x->zone != NULL)
		js_push(user, js_new_str(str_of(x->zone)));
	put(x, ",\n\"timezone\":");
	put_json(x, js_at(user, 1));
	put(x, ",\n\"tasks\":[");
	if ((e = tasks_put(x)) != NULL)
		return e;
	put(x, "],\n\"conversations\":[");
	if ((e = conversations_put(x)) != NULL)
		return e;
	put(x, "],\n\"usage\":[");
	if ((e = usage_put(x)) != NULL)
		return e;
	put(x, "]}\n");
	return NULL;
}

static void
reply(struct export *x)
{
	struct http_req *q = x->c->q;
	time_t t = (time_t)clock_wall();
	const struct err *e;
	char now[32] = "";
	struct tm tm;

	gmtime_r(&t, &tm);
	strftime(now, sizeof(now), "%Y-%m-%dT%H:%M:%S.000Z", &tm);
	http_add_header(q, "Content-Disposition", arena_printf(q->a,
	    "attachment; filename=\"taskchat-export-%.10s.json\"", now));
	if (!http_begin_reply(q, 200, "application/json") ||
	    strcmp(q->method, "HEAD") == 0)
		return;
	if ((e = document_put(x, now)) != NULL) {
		http_log_err(q, e);
		http_break(q);
	}
}

const struct err *
api_export(struct api_call *c)
{
	struct export x = { .c = c, .page = arena_new(),
	    .inner = arena_new() };
	const struct err *e;

	e = account_gather(&x);
	if (e == NULL)
		e = mcp_zone(c->api->db, x.page, c->user, &x.zone);
	if (e == NULL)
		e = tasks_read(&x, 0);
	if (e == NULL)
		reply(&x);
	e = err_keep(c->a, e);
	arena_free(x.inner);
	arena_free(x.page);
	return e;
}
