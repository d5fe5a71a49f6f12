/* Turns, told as events; following and stopping them from elsewhere. */
#include <poll.h>
#include <stdatomic.h>
#include <string.h>

#include "api/chatkit.h"
#include "base/bounds.h"
#include "base/text.h"
#include "store/task.h"
#include "store/turn.h"

enum {
	FOLLOW_MS = 300,	/* between two looks at a turn elsewhere */
	REMOVED_BATCH = 100	/* messages read at a time */
};

/* ------------------------------------------------------------ a sink */

/* An event goes out with the next flush. */
static bool
event_put(void *ctx, struct json_object *event)
{
	struct ck_stream *s = ctx;

	return sse_put(s->c->q, NULL, event);
}

/* What was sent is not kept: who streams waits long for the next words. */
static bool
flush(void *ctx)
{
	struct ck_stream *s = ctx;

	ck_answer_sent(&s->k);
	return sse_flush(s->c->q);
}

bool
ck_stream_options(struct ck_stream *s, bool allow_cancel)
{
	struct json_object *v = js_object(s->events);
	struct json_object *options = js_new_object();

	js_add_text(v, "type", "stream_options");
	js_add_bool(options, "allow_cancel", allow_cancel);
	js_add(v, "stream_options", options);
	return event_put(s, v);
}

static bool
send_thread(struct ck_stream *s, const char *type,
    const struct conversation *c, const char *title)
{
	struct conversation titled = *c;

	titled.title = title;
	return event_put(s, ck_event_thread(s->events, type,
	    ck_thread(s->events, s->c->api->conf, &titled, NULL)));
}

/* What the person said: as it came, or, when it came before, as it is. */
static bool
send_asked(struct ck_stream *s, const struct turn_opened *o)
{
	struct message m = { .id = o->asked, .user = true,
	    .content = s->text, .input = s->input,
	    .started_at = o->started_at };

	if (o->again &&
	    ck_message_find(s->c, s->ask, s->thread, o->asked, &m) != NULL)
		return true;	/* the client has it, and can read it again */
	return ck_message(s->events, s->thread, &m, NULL, event_put, s);
}

/*
 * The items' ids of one batch of messages from r->from on; *n: how many.
 * by: those that this message has taken back; 0: those that stand.
 */
static const struct err *
items_gather(struct ck_stream *s, struct arena *a, struct message_range *r,
    int by, size_t *n)
{
	struct messages page;
	const struct err *e;

	e = by != 0 ? message_taken_back(s->c->api->db, a, s->c->user,
	    s->thread, r, by, &page) : message_range(s->c->api->db, a,
	    s->c->user, s->thread, r, &page);
	if (e != NULL)
		return e;
	*n = page.n;
	for (size_t i = 0; i < page.n; i++) {
		struct json_object *items = ck_message_items(a, s->thread,
		    &page.m[i], NULL);
		for (size_t k = 0; k < js_len(items); k++)
			js_push(s->removed, js_share(js_get(js_at(items, k),
			    "id")));
		r->from = page.m[i].id + 1;
	}
	return NULL;
}

/*
 * The ids of all items from a message on, of which there may be very many;
 * by as above.
 */
static const struct err *
items_from(struct ck_stream *s, int message, int by)
{
	struct message_range r = ck_range(s->c, s->ask, message, true,
	    REMOVED_BATCH);
	struct arena *a = arena_new();
	const struct err *e;
	size_t n = 0;

	s->removed = js_array(s->c->a);
	do {
		arena_reset(a);
		e = err_keep(s->c->a, items_gather(s, a, &r, by, &n));
	} while (e == NULL && n == REMOVED_BATCH);
	arena_free(a);
	return e;
}

static void
send_removed(struct ck_stream *s)
{
	struct json_object *v = js_object(s->events);

	js_add_text(v, "type", "thread.item.removed");
	for (size_t i = 0; i < js_len(s->removed); i++) {
		js_add_str(v, "item_id", js_str(js_at(s->removed, i)));
		event_put(s, v);
	}
}

/* The thread this request creates, or created when it came before. */
static struct conversation
created(const struct ck_stream *s, const struct turn_opened *o)
{
	struct conversation c = { .id = o->conversation, .title = o->title,
	    .begun_at = o->started_at };

	if (o->again)
		conversation_find(s->c->api->db, s->c->a, s->c->user,
		    o->conversation, &c);
	return c;
}

/* Type and params are needed no more; what follows may take long. */
static void
ask_end(const struct ck_ask *k)
{
	if (k->a != NULL)
		arena_drop(k->a);
}

static bool
on_opened(void *ctx, const struct turn_opened *o)
{
	struct ck_stream *s = ctx;
	const bool creates = s->thread == NULL;
	bool titled = creates;
	struct conversation c;

	ask_end(s->ask);
	if (creates)
		c = created(s, o);
	else if (o->title != NULL)
		titled = conversation_find(s->c->api->db, s->c->a, s->c->user,
		    s->thread, &c) == NULL;
	s->thread = o->conversation;
	s->k.thread = o->conversation;
	s->k.message = o->message;
	s->k.created_at = o->started_at;
	if (o->question != 0)
		s->card = o->question;
	/* a turn that goes on must not lose its lease to a slow reader */
	if (s->ask->goes_on)
		sse_patience(s->c->q, s->c->api->conf->turn_lease < 6 ? 1 :
		    s->c->api->conf->turn_lease / 3);
	if (creates)
		send_thread(s, "thread.created", &c, NULL);
	if (s->edits != 0) {
		s->missed = items_from(s, s->edits, o->asked);
		send_removed(s);
	}
	if (s->text.n > 0)
		send_asked(s, o);
	ck_stream_options(s, true);
	if (titled)
		send_thread(s, "thread.updated", &c, c.title);
	if (s->edits == 0)
		send_removed(s);
	return flush(s);
}

/* The question that was open: has it got its answer? */
static bool
on_settled(void *ctx)
{
	struct ck_stream *s = ctx;
	struct json_object *items;
	struct message m;

	if (s->card == 0 || ck_message_find(s->c, s->ask, s->thread,
	    s->card, &m) != NULL ||
	    strcmp(js_text(m.question, "state", "pending"), "pending") == 0)
		return true;
	s->card = 0;
	items = ck_message_items(s->c->a, s->thread, &m, NULL);
	event_put(s, ck_event_item(s->events, "thread.item.replaced",
	    js_at(items, js_len(items) - 1)));
	return flush(s);
}

static bool
on_text(void *ctx, struct str piece)
{
	struct ck_stream *s = ctx;

	return ck_answer_text(&s->k, piece);
}

static bool
on_tool_started(void *ctx, const char *id, const char *name,
    struct json_object *arguments)
{
	struct ck_stream *s = ctx;

	(void)id;
	s->arguments = arguments;
	ck_answer_call_started(&s->k, name, arguments);
	return flush(s);
}

static bool
on_tool_finished(void *ctx, const char *id, const char *name,
    struct json_object *result)
{
	struct ck_stream *s = ctx;

	(void)id;
	ck_answer_call_finished(&s->k, name, s->arguments, result);
	return flush(s);
}

static bool
on_confirmation(void *ctx, struct json_object *confirmation)
{
	struct ck_stream *s = ctx;

	(void)confirmation;	/* its card wants more, and comes last */
	s->asks = true;
	return true;
}

static bool
on_idle(void *ctx)
{
	struct ck_stream *s = ctx;

	return sse_comment(s->c->q, s->c->api->conf->stream_comment_seconds);
}

void
ck_stream_init(struct ck_stream *s, struct api_call *c,
    const struct ck_ask *ask, const char *thread)
{
	*s = (struct ck_stream){ .c = c, .ask = ask, .thread = thread,
	    .events = arena_child(c->a), .k = { .a = c->a,
	    .thread = thread, .event = event_put, .ctx = s } };
	s->k.events = s->events;
}

struct sink
ck_stream_sink(struct ck_stream *s)
{
	return (struct sink){ .opened = on_opened, .settled = on_settled,
	    .text = on_text, .flush = flush,
	    .tool_started = on_tool_started,
	    .tool_finished = on_tool_finished,
	    .confirmation = on_confirmation, .idle = on_idle, .ctx = s,
	    .streams = true, .shows_lists = true,
	    .goes_on = s->ask->goes_on,
	    .watch = s->ask->goes_on ? -1 : s->c->q->fd };
}

const struct err *
ck_stream_replace(struct ck_stream *s, const struct ck_ref *ref)
{
	struct json_object *item;
	const struct err *e;
	struct message m;

	e = ck_item_find(s->c, s->ask, ref, &m, &item);
	if (e != NULL)
		return e;
	event_put(s, ck_event_item(s->events, "thread.item.replaced", item));
	flush(s);
	return NULL;
}

/* --------------------------------------------------- ending a stream */

/* The question's card, or else the lists with the tasks as they stand. */
static const struct err *
send_last_items(struct ck_stream *s, struct json_object *question)
{
	struct json_object *wants = ck_answer_wants(&s->k), *tasks = NULL;
	const struct err *e = NULL;

	if (wants != NULL && question == NULL)
		e = task_briefs(s->c->api->db, s->c->a, s->c->user, wants,
		    s->ask->zone, &tasks);
	if (e == NULL)
		ck_answer_end(&s->k, tasks, question);
	else
		ck_answer_close(&s->k);
	return e;
}

static void
send_error(struct ck_stream *s, const char *say, bool allow_retry)
{
	struct json_object *v = js_object(s->events);

	js_add_text(v, "type", "error");
	js_add_text(v, "code", "custom");
	js_add_text(v, "message", say);
	js_add_bool(v, "allow_retry", allow_retry);
	event_put(s, v);
}

/* Is it worth asking the same again? */
static bool
passing(const struct err *e)
{
	return e->kind == ERR_UPSTREAM || e->kind == ERR_TIMEOUT ||
	    e->kind == ERR_DB || e->kind == ERR_DRAIN || e->kind == ERR_BUSY;
}

const struct err *
ck_stream_end(struct ck_stream *s, const struct err *e,
    const struct turn_result *r)
{
	const struct err *late = s->missed;
	struct message m = { .question = NULL };

	api_log_turn(s->c->q, r);
	if (!s->c->q->streaming)
		return e;
	if (s->c->q->gone) {
		if (e != NULL)
			http_log_err(s->c->q, e);
		return NULL;
	}
	on_settled(s);
	if (late == NULL && s->asks)
		late = ck_message_find(s->c, s->ask, s->thread,
		    s->k.message, &m);
	if (late == NULL)
		late = send_last_items(s, m.question);
	else
		ck_answer_close(&s->k);
	if (late == NULL && s->list != NULL)
		late = ck_stream_replace(s, s->list);
	e = e != NULL ? e : late;
	if (e != NULL) {
		http_log_err(s->c->q, e);
		send_error(s, e->say, passing(e));
	}
	flush(s);
	return NULL;
}

/* ----------------------------------------------------- the requests */

static const struct err *
run_turn(struct ck_stream *s)
{
	struct agent agent = api_agent(s->c->api);
	const struct turn_request req = { .user = s->c->user,
	    .conversation = s->thread, .message = s->text,
	    .input = s->input, .timezone = s->ask->zone_said,
	    .idempotency_key = s->key, .edits = s->edits };
	const struct sink sink = ck_stream_sink(s);
	struct turn_result result;

	return ck_stream_end(s, agent_turn(&agent, s->c->a, &req, &sink,
	    &result), &result);
}

const struct err *
ck_create(struct api_call *c, const struct ck_ask *k)
{
	struct ck_stream s;
	const struct err *e;

	ck_stream_init(&s, c, k, NULL);
	e = ck_ask_input(c, k, &s.text, &s.input);
	if (e == NULL)
		e = idempotency_key(c, &s.key);
	return e != NULL ? e : run_turn(&s);
}

const struct err *
ck_add_message(struct api_call *c, const struct ck_ask *k)
{
	struct ck_stream s;
	const struct err *e;

	ck_stream_init(&s, c, k, NULL);
	e = ck_ask_thread(c, k, &s.thread);
	if (e == NULL)
		e = ck_ask_input(c, k, &s.text, &s.input);
	if (e == NULL)
		e = idempotency_key(c, &s.key);
	return e != NULL ? e : run_turn(&s);
}

const struct err *
ck_retry(struct api_call *c, const struct ck_ask *k)
{
	struct agent agent = api_agent(c->api);
	struct retry_request req = { .user = c->user,
	    .timezone = k->zone_said };
	struct conversation conversation;
	struct turn_result result;
	struct json_object *item;
	const struct err *e;
	struct ck_stream s;
	struct ck_ref ref;
	struct message m;
	struct sink sink;

	ck_stream_init(&s, c, k, NULL);
	e = ck_ask_thread(c, k, &s.thread);
	if (e == NULL)
		e = ck_ask_item(c, k, "item_id", s.thread, &ref);
	if (e == NULL)
		e = conversation_find(c->api->db, c->a, c->user, s.thread,
		    &conversation);
	if (e == NULL)
		e = ck_item_find(c, k, &ref, &m, &item);
	if (e != NULL)
		return e;
	if (ref.seq >= 0)
		return invalid(c->a, "params.item_id",
		    "the id of a message the person sent");
	e = items_from(&s, ref.message + 1, 0);
	if (e != NULL)
		return e;
	req.conversation = s.thread;
	req.asked = ref.message;
	sink = ck_stream_sink(&s);
	e = agent_retry(&agent, c->a, &req, &sink, &result);
	return ck_stream_end(&s, e, &result);
}

/* To this door's callers a message is an item. */
static const struct err *
as_item(struct arena *a, const struct err *e)
{
	if (e == NULL || strcmp(e->code, "message_not_found") != 0)
		return e;
	return err_new(a, e->kind, "item_not_found", "No such item.", "%s",
	    e->log);
}

/*
 * The message is looked for by the turn alone: one that this very request
 * has taken back before is no longer there.
 */
const struct err *
ck_edit(struct api_call *c, const struct ck_ask *k)
{
	struct conversation conversation;
	const struct err *e;
	struct ck_stream s;
	struct ck_ref ref;

	ck_stream_init(&s, c, k, NULL);
	e = ck_ask_thread(c, k, &s.thread);
	if (e == NULL)
		e = ck_ask_item(c, k, "item_id", s.thread, &ref);
	if (e == NULL)
		e = ck_ask_input(c, k, &s.text, &s.input);
	if (e == NULL)
		e = idempotency_key(c, &s.key);
	if (e == NULL)
		e = conversation_find(c->api->db, c->a, c->user, s.thread,
		    &conversation);
	if (e != NULL)
		return e;
	if (ref.seq >= 0)
		return invalid(c->a, "params.item_id",
		    "the id of a message the person sent");
	s.edits = ref.message;
	return as_item(c->a, run_turn(&s));
}

const struct err *
ck_stop(struct api_call *c, const struct ck_ask *k)
{
	const struct err *e;
	const char *thread;

	e = ck_ask_thread(c, k, &thread);
	if (e == NULL)
		e = turn_stop(c->api->db, c->a, c->user, thread);
	if (e == NULL)
		http_send_json(c->q, 200, js_object(c->a));
	return e;
}

/* --------------------------------------- following from elsewhere */

struct follow {
	struct ck_stream s;
	struct buf	 text;		/* all that is known */
	size_t		 chars;		/* of it */
	size_t		 told;		/* bytes of it */
	size_t		 calls;		/* told, or left out */
};

static void
tell_text(struct follow *f, size_t upto)
{
	if (upto > f->told)
		ck_answer_text(&f->s.k, (struct str){ f->text.p + f->told,
		    upto - f->told });
	f->told = upto > f->told ? upto : f->told;
}

/* Calls run in order, so this one waits for the person. */
static bool
passed_over(const struct call *calls, size_t n, size_t i)
{
	if (calls[i].result != NULL)
		return false;
	for (size_t k = i + 1; k < n; k++)
		if (calls[k].result != NULL)
			return true;
	return false;
}

/*
 * Go on telling with all the calls there are by now.  A call may be known
 * before the text in front of it, which then is waited for.  One without a
 * result is not told yet: it may be one that is going to be held.
 */
static void
tell_more(struct follow *f, const struct call *calls, size_t n)
{
	for (; f->calls < n; f->calls++) {
		const struct call *c = &calls[f->calls];
		if (message_held(c) || passed_over(calls, n, f->calls))
			continue;
		if ((size_t)c->said > f->text.n)
			break;
		tell_text(f, (size_t)c->said);
		if (c->result == NULL)
			return;
		ck_answer_call_finished(&f->s.k, c->name, c->arguments,
		    c->result);
	}
	tell_text(f, f->text.n);
}

/* The turn is over: the rest comes from what was stored. */
static const struct err *
tell_rest(struct follow *f)
{
	struct ck_stream *s = &f->s;
	const struct err *e;
	struct message m;

	e = ck_message_find(s->c, s->ask, s->thread, s->k.message, &m);
	if (e != NULL) {
		ck_answer_close(&s->k);
		return e;
	}
	if (m.content.n > f->text.n)
		buf_put(&f->text, m.content.p + f->text.n,
		    m.content.n - f->text.n);
	tell_more(f, m.calls, m.ncalls);
	on_settled(s);
	e = send_last_items(s, m.question);
	if (e == NULL && (strcmp(m.state, "failed") == 0 ||
	    strcmp(m.state, "interrupted") == 0))
		send_error(s, "The answer was interrupted.", true);
	return e;
}

/* Nothing runs: what was said last, for a client that came a moment late. */
static const struct err *
tell_last(struct ck_stream *s, int message)
{
	struct json_object *items, *tasks;
	const struct err *e;
	struct message m;

	e = ck_message_find(s->c, s->ask, s->thread, message, &m);
	if (e == NULL)
		e = ck_tasks_of(s->c, s->ask, &m, 1, &tasks);
	if (e != NULL)
		return e;
	items = ck_message_items(s->c->a, s->thread, &m, tasks);
	for (size_t i = 0; i < js_len(items); i++)
		event_put(s, ck_event_item(s->events, "thread.item.done",
		    js_at(items, i)));
	return NULL;
}

/* Wait a little.  False: the reader left, or this worker is about to. */
static bool
wait_more(struct ck_stream *s)
{
	struct pollfd p = { .fd = s->c->q->fd, .events = POLLRDHUP };

	flush(s);
	if (poll(&p, 1, FOLLOW_MS) > 0)
		s->c->q->gone = true;
	return on_idle(s) &&
	    __atomic_load_n(s->c->api->draining, __ATOMIC_RELAXED) == 0;
}

/* One look at the turn; its arena is gone afterwards. */
static const struct err *
look(struct follow *f, struct arena *a, struct turn_state *t)
{
	const struct err *e;

	e = turn_follow(f->s.c->api->db, a, f->s.c->user, f->s.thread,
	    f->chars, t);
	if (e != NULL)
		return e;
	/* cut, and taken up again from its beginning: not what was followed */
	if (strcmp(t->started_at, f->s.k.created_at) != 0)
		t->running = false;
	if (t->message != f->s.k.message || !t->running)
		return NULL;
	buf_put(&f->text, t->text.p, t->text.n);
	f->chars += utf8_count(t->text);
	tell_more(f, t->calls, t->ncalls);
	return NULL;
}

static const struct err *
follow(struct follow *f)
{
	struct turn_state t = { .running = true };
	const struct err *e = NULL;
	struct arena *a;

	do {
		a = arena_new();
		e = err_keep(f->s.c->a, look(f, a, &t));
		arena_free(a);
		if (e != NULL)
			return e;
		if (!t.running || t.message != f->s.k.message)
			return tell_rest(f);
	} while (wait_more(&f->s));
	ck_answer_close(&f->s.k);
	/* a stream that just ends would say that this was the answer */
	return f->s.c->q->gone ? NULL : err_new(f->s.c->a, ERR_DRAIN,
	    "draining", "The service is restarting. Please try again.",
	    "a follower is sent away by shutdown");
}

/*
 * Each follower takes a thread; half of them are left for those who have
 * something to say.
 */
static const struct err *
seat_take(struct api_call *c, bool *seated)
{
	int before = atomic_fetch_add(c->api->followers, 1);

	*seated = before < (c->api->conf->threads + 1) / 2;
	if (*seated)
		return NULL;
	atomic_fetch_sub(c->api->followers, 1);
	return err_retry(c->a, err_new(c->a, ERR_BUSY, "too_busy",
	    "Too many readers follow answers just now. Please try again in a"
	    " moment.", "half of the threads follow turns"), 1);
}

const struct err *
ck_resume(struct api_call *c, const struct ck_ask *k)
{
	struct follow f = { .chars = 0 };
	bool seated = false;
	struct ck_stream *s = &f.s;
	struct turn_state t;
	const struct err *e;

	ck_stream_init(s, c, k, NULL);
	e = ck_ask_thread(c, k, &s->thread);
	if (e == NULL)
		e = turn_follow(c->api->db, c->a, c->user, s->thread, 0, &t);
	if (e == NULL && t.running)
		e = seat_take(c, &seated);
	if (e != NULL)
		return e;
	ask_end(k);
	s->k.thread = s->thread;
	s->k.message = t.message;
	s->k.created_at = t.started_at;
	buf_init(&f.text, c->a, (size_t)(c->api->conf->agent_max_steps + 1) *
	    2 * MAX_REPLY_TEXT);
	ck_stream_options(s, seated);
	s->card = t.question;
	on_settled(s);
	e = seated ? follow(&f) : tell_last(s, t.message);
	if (seated)
		atomic_fetch_sub(c->api->followers, 1);
	if (e != NULL) {
		http_log_err(c->q, e);
		ck_answer_close(&s->k);
		send_error(s, e->say, true);
	}
	flush(s);
	return NULL;
}
