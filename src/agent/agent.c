#include <poll.h>
#include <string.h>

#include "agent/report.h"
#include "agent/words.h"
#include "agent/work.h"
#include "base/bounds.h"
#include "base/clock.h"
#include "base/text.h"
#include "store/usage.h"

enum {
	DB_PATIENCE = 10000,	/* ms a turn waits for a lost database */
	DB_PAUSE = 200,		/* ms between two tries */
	KEEP_TEXT = 500,	/* ms until followers can read what was said */
	KEEP_QUIET = 1000,	/* ms between two looks whether to stop */
	READER_PATIENCE = 5000	/* ms a slow reader gets after the turn's end */
};

/* ------------------------------------------------------- speaking */

void
work_left(struct work *w)
{
	if (!w->sink->goes_on)
		w->gone = true;
}

static bool
emit(struct work *w, struct str text)
{
	const struct sink *s = w->sink;

	buf_put(&w->said, text.p, text.n);
	/* a reader slower than the turn may be has as good as left */
	if (s->text != NULL && (!s->text(s->ctx, text) ||
	    clock_ms() > w->deadline + READER_PATIENCE))
		work_left(w);
	return !w->gone;
}

bool
work_say(struct work *w, struct str text)
{
	if (text.n == 0)
		return !w->gone;
	if (w->gap && w->said.n > 0)
		emit(w, STR("\n\n"));
	w->gap = false;
	return emit(w, text);
}

void
work_add(struct work *w, const char *text)
{
	w->gap = true;
	if (w->sink->streams) {
		work_say(w, str_of(text));
		if (w->sink->flush != NULL && !w->sink->flush(w->sink->ctx))
			work_left(w);
	} else
		w->reply = str_of(w->reply.n == 0 ? text : arena_printf(w->a,
		    "%.*s\n\n%s", (int)w->reply.n, w->reply.p, text));
}

void
work_record(struct work *w, const struct call *c)
{
	if (w->ncalls == w->calls_cap) {
		size_t cap = w->calls_cap > 0 ? 2 * w->calls_cap : 8;
		struct call *calls = arena_alloc(w->a, cap * sizeof(*calls));
		if (w->ncalls > 0)
			memcpy(calls, w->calls, w->ncalls * sizeof(*calls));
		w->calls = calls;
		w->calls_cap = cap;
	}
	w->calls[w->ncalls++] = *c;
}

/*
 * What a turn has to write is worth waiting for: a database that restarts
 * is back in seconds, and every function of store/turn.h may be repeated.
 */
bool
work_again(struct work *w, const struct err *e, int64_t *until)
{
	if (e == NULL || e->kind != ERR_DB ||
	    strcmp(e->code, "schema_mismatch") == 0)
		return false;
	if (*until == 0)
		*until = clock_ms() + DB_PATIENCE;
	if (clock_ms() >= *until)
		return false;
	if (w->sink->idle != NULL && !w->sink->idle(w->sink->ctx))
		work_left(w);
	poll(NULL, 0, DB_PAUSE);
	return true;
}

static void
keep_now(struct work *w, struct str more)
{
	struct arena *a = arena_new();	/* a long turn comes here often */
	const struct err *e;
	bool stop = false;

	e = turn_renew(w->ag->db, a, &w->t, w->kept_chars, more, &stop);
	if (e == NULL) {
		w->kept += more.n;
		w->kept_chars += utf8_count(more);
	} else if (e->kind != ERR_DB) {	/* one that is away: next time */
		w->lost = err_keep(w->a, e);
	}
	arena_free(a);
	w->gone |= stop;
}

bool
work_keep(struct work *w)
{
	struct str more = { NULL, 0 };
	int64_t now = clock_ms();

	if (w->sink->goes_on && w->said.n > w->kept)
		more = (struct str){ w->said.p + w->kept,
		    w->said.n - w->kept };
	if (now >= w->keep_at + (more.n > 0 ? KEEP_TEXT : KEEP_QUIET) &&
	    (w->sink->goes_on || now >= w->renew_at)) {
		w->keep_at = now;
		w->renew_at = now + w->t.lease * 1000 / 3;
		keep_now(w, more);
	}
	return !w->gone && w->lost == NULL;
}

/* ---------------------------------------------------- the answer */

static struct json_object *
answer_json(struct arena *a, const struct turn *t, struct str text,
    const char *state, const struct call *calls, size_t n,
    struct json_object *confirmation)
{
	struct json_object *v = js_object(a), *list = js_new_array(), *c;

	js_add_text(v, "conversation_id", t->conversation);
	js_add_int(v, "message_id", t->message);
	js_add_str(v, "response", text);
	for (size_t i = 0; i < n; i++) {
		c = js_new_object();
		js_add_text(c, "id", calls[i].id);
		js_add_text(c, "name", calls[i].name);
		js_add(c, "arguments", js_share(calls[i].arguments));
		js_add(c, "result", calls[i].result != NULL ?
		    js_share(calls[i].result) : NULL);
		js_push(list, c);
	}
	js_add(v, "tool_calls", list);
	if (confirmation != NULL)
		js_add(v, "confirmation", js_share(confirmation));
	if (strcmp(state, "done") != 0)
		js_add_text(v, "state", state);
	return v;
}

/* The question as the person's side sees it. */
static struct json_object *
confirmation_json(struct arena *a, struct json_object *question,
    const char *expires_at)
{
	struct json_object *v = js_object(a);

	js_add_text(v, "id", js_text(question, "id", ""));
	js_add_text(v, "expires_at", expires_at);
	js_add_text(v, "summary", js_text(question, "summary", ""));
	js_add(v, "actions", js_share(js_get(question, "actions")));
	return v;
}

/* ------------------------------------------------- ending a turn */

/*
 * No claim without a result: words that say something was done, when no
 * call of this turn did it, are replaced, or corrected where they are out
 * already.
 */
static void
sentence_rule(struct work *w)
{
	struct str text = w->sink->streams ?
	    (struct str){ w->said.p, w->said.n } : w->reply;
	unsigned backed = 0;
	const char *correction;

	for (size_t i = 0; i < w->ncalls; i++)
		backed |= report_claims(&w->calls[i]);
	if ((words_claims(w->a, text) & ~backed) == 0)
		return;
	correction = report_correction(w->a, w->calls, w->ncalls);
	if (!w->sink->streams)
		w->reply = STR("");
	w->extra = NULL;	/* it belonged to the words as they were */
	work_add(w, correction);
}

/* What remains to be said once the model has ended. */
static void
last_words(struct work *w)
{
	const char *report;

	if (w->question.confirmation != NULL)
		work_add(w, w->question.text);
	if ((w->sink->streams ? w->said.n : w->reply.n) == 0) {
		report = report_calls(w->a, w->calls, w->ncalls);
		work_add(w, report[0] != '\0' ? report :
		    "I have no answer to that. Please say it in other words.");
	}
	if (w->fallback)
		work_add(w, "(The language model could not be reached, so this"
		    " was answered by the built-in command mode.)");
}

static const struct err *
work_store(struct work *w, struct turn_result *out)
{
	struct turn_ending end = { .state = w->state,
	    .calls = (int)w->ncalls, .model = w->model,
	    .usage = usage_json(w->a, &w->usage), .provider = w->extra,
	    .confirmation = w->question.confirmation,
	    .held = w->question.held };
	struct json_object *confirmation = NULL;
	const char *expires_at = NULL;
	const struct err *e;
	int64_t until = 0;

	end.content = w->sink->streams ?
	    (struct str){ w->said.p, w->said.n } : w->reply;
	do {
		e = turn_end(w->ag->db, w->a, &w->t, &end, &expires_at);
	} while (work_again(w, e, &until));
	if (e != NULL)
		return e;
	if (expires_at != NULL)
		confirmation = confirmation_json(w->a,
		    w->question.confirmation, expires_at);
	if (confirmation != NULL && w->sink->confirmation != NULL)
		w->sink->confirmation(w->sink->ctx, confirmation);
	out->state = w->state;
	out->answer = answer_json(w->a, &w->t, end.content, w->state,
	    w->calls, w->ncalls, confirmation);
	return NULL;
}

/*
 * There is no place left for the answer.  What it has cost is counted all
 * the same, but not waited for: the turn has an error to tell.
 */
static void
work_lost(struct work *w)
{
	if (w->usage.prompt + w->usage.completion > 0)
		usage_lost(w->ag->db, w->a, w->t.user, w->usage.prompt,
		    w->usage.completion);
}

/* Store what there is; e: why the turn failed, or NULL. */
static const struct err *
work_end(struct work *w, const struct err *e, struct turn_result *out)
{
	const struct err *bad = NULL;

	out->conversation = w->t.conversation;
	out->message_id = w->t.message;
	if (e != NULL && strcmp(w->state, "done") == 0)
		w->state = "failed";
	sentence_rule(w);
	if (strcmp(w->state, "done") == 0)
		last_words(w);
	if (w->lost == NULL)
		bad = work_store(w, out);
	if (w->lost != NULL || (bad != NULL &&
	    strcmp(bad->code, "turn_lost") == 0))
		work_lost(w);
	out->model = w->model;
	out->model_ms = w->model_ms;
	out->prompt_tokens = w->usage.prompt;
	out->completion_tokens = w->usage.completion;
	return e != NULL ? e : bad;
}

/* ---------------------------------------------- kinds of turns */

static void
opened(const struct work *w)
{
	const struct sink *s = w->sink;
	const struct turn_opened o = { .conversation = w->t.conversation,
	    .created = w->t.created, .title = w->t.title,
	    .again = w->t.kind != TURN_NEW,
	    .asked = w->t.asked, .message = w->t.message,
	    .question = w->t.question,
	    .started_at = w->t.started_at };

	if (s->opened != NULL)
		s->opened(s->ctx, &o);
}

static void
settled(const struct work *w)
{
	if (w->sink->settled != NULL)
		w->sink->settled(w->sink->ctx);
}

static void
tell_call(const struct work *w, const struct call *c)
{
	const struct sink *s = w->sink;

	if (s->tool_started != NULL)
		s->tool_started(s->ctx, c->id, c->name, c->arguments);
	if (s->tool_finished != NULL && c->result != NULL)
		s->tool_finished(s->ctx, c->id, c->name, c->result);
}

/* The answer of a message, piece by piece as it was given. */
static void
tell(const struct work *w, const struct message *m)
{
	const struct sink *s = w->sink;
	struct str rest = m->content;
	size_t n;

	for (size_t i = 0; i < m->ncalls; i++) {
		const struct call *c = &m->calls[i];
		n = m->content.n - rest.n;	/* told */
		n = (size_t)c->said > n ? (size_t)c->said - n : 0;
		n = n < rest.n ? n : rest.n;
		if (s->text != NULL && n > 0)
			s->text(s->ctx, (struct str){ rest.p, n });
		rest = (struct str){ rest.p + n, rest.n - n };
		if (!message_held(c))
			tell_call(w, c);
	}
	if (s->text != NULL && rest.n > 0)
		s->text(s->ctx, rest);
	if (s->confirmation != NULL && m->confirmation != NULL)
		s->confirmation(s->ctx, m->confirmation);
}

/* The stored answer, told as if it were new. */
static const struct err *
replay(struct work *w, struct turn_result *out)
{
	struct messages page;
	struct message *m;
	const struct err *e;

	e = message_page(w->ag->db, w->a, w->t.user, w->t.conversation,
	    w->t.message + 1, 1, &page);
	if (e != NULL)
		return e;
	if (page.n == 0 || page.m[0].id != w->t.message)
		return err_new(w->a, ERR_BUG, "internal_error",
		    "Something went wrong on our side.",
		    "message %d to be repeated is not there", w->t.message);
	m = &page.m[0];
	tell(w, m);
	out->conversation = w->t.conversation;
	out->message_id = m->id;
	out->state = m->state;
	out->model = m->model;
	out->answer = answer_json(w->a, &w->t, m->content, m->state,
	    m->calls, m->ncalls, m->confirmation);
	return NULL;
}

/* Carry out, or drop, what the person was asked about. */
static const struct err *
answer_question(struct work *w, bool approve)
{
	const struct err *e;
	struct call *calls;
	const char *state;
	int64_t until = 0;
	size_t n;

	do {
		e = turn_confirm(w->ag->db, w->a, &w->t, approve, &state,
		    &calls, &n);
	} while (work_again(w, e, &until));
	if (e != NULL)
		return e;
	settled(w);
	for (size_t i = 0; i < n; i++) {
		work_record(w, &calls[i]);
		tell_call(w, &calls[i]);
	}
	work_add(w, question_outcome(w->a, w->ag->conf, state, calls, n));
	return NULL;
}

/* A cut turn goes on after the calls it had made. */
static void
take_up(struct work *w)
{
	for (size_t i = 0; i < w->history.n; i++) {
		const struct message *m = &w->history.m[i];
		if (m->id != w->t.message)
			continue;
		for (size_t k = 0; k < m->ncalls; k++) {
			work_record(w, &m->calls[k]);
			w->step = m->calls[k].step;
			if (!message_held(&m->calls[k]))
				tell_call(w, &m->calls[k]);
		}
	}
}

static void
work_init(struct work *w, struct agent *ag, struct arena *a,
    const char *user, const char *timezone, const struct sink *sink)
{
	*w = (struct work){ .ag = ag, .a = a, .sink = sink, .state = "done",
	    .deadline = clock_ms() + ag->conf->turn_timeout * 1000,
	    .renew_at = clock_ms() + ag->conf->turn_lease * 1000 / 3,
	    .keep_at = clock_ms(),
	    .t = { .user = user, .followed = sink->goes_on,
	    .zone = timezone != NULL ? timezone : ag->conf->timezone,
	    .zone_said = timezone != NULL,
	    .lease = ag->conf->turn_lease,
	    .undo_days = ag->conf->undo_days,
	    .limit_turns = ag->conf->limit_turns_day,
	    .limit_tokens = ag->conf->limit_tokens_day } };
	/* what a model may say in all its steps, and as much of our own */
	buf_init(&w->said, a, (size_t)(ag->conf->agent_max_steps + 1) *
	    2 * MAX_REPLY_TEXT);
	wire_init(&w->steps, a);
	usage_init(&w->usage);
}

/* What stands of the answers that were taken back. */
static void
effects_read(struct work *w, struct json_object *list)
{
	w->effects = arena_alloc(w->a, (js_len(list) + 1) *
	    sizeof(*w->effects));
	for (size_t i = 0; i < js_len(list); i++) {
		struct json_object *v = js_at(list, i);
		w->effects[w->neffects++] = (struct effect){
		    .name = js_text(v, "name", ""),
		    .arguments = js_get(v, "arguments"),
		    .result = js_get(v, "result") };
	}
}

const struct err *
agent_turn(struct agent *ag, struct arena *a, const struct turn_request *req,
    const struct sink *sink, struct turn_result *out)
{
	enum answer word = words_answer(a, req->message);
	const bool yes = word == ANSWER_YES;
	const struct turn_opening opening = {
		.conversation = req->conversation, .content = req->message,
		.key = req->idempotency_key, .input = req->input,
		.answer = word != ANSWER_NONE ? &yes : NULL,
		.edits = req->edits,
		.history = ag->conf->history_messages,
	};
	struct json_object *effects;
	const struct err *e;
	struct work w;

	*out = (struct turn_result){ .conversation = NULL };
	work_init(&w, ag, a, req->user, req->timezone, sink);
	w.edited = req->edits != 0;
	e = turn_begin(ag->db, a, &w.t, &opening, &w.history, &effects);
	if (e != NULL)
		return e;
	effects_read(&w, effects);
	opened(&w);
	if (w.t.kind == TURN_REPLAY)
		return replay(&w, out);
	if (w.t.confirmation != NULL)
		return work_end(&w, answer_question(&w, yes), out);
	settled(&w);
	if (w.t.kind == TURN_CONTINUE)
		take_up(&w);
	return work_end(&w, work_think(&w), out);
}

const struct err *
agent_decide(struct agent *ag, struct arena *a,
    const struct decide_request *req, const struct sink *sink,
    struct turn_result *out)
{
	const struct err *e;
	struct work w;

	*out = (struct turn_result){ .conversation = NULL };
	work_init(&w, ag, a, req->user, req->timezone, sink);
	w.t.conversation = req->conversation;
	e = turn_decide(ag->db, a, &w.t, req->confirmation, req->approve);
	if (e != NULL)
		return e;
	opened(&w);
	if (w.t.kind == TURN_REPLAY)
		return replay(&w, out);
	return work_end(&w, answer_question(&w, req->approve), out);
}

const struct err *
agent_retry(struct agent *ag, struct arena *a, const struct retry_request *req,
    const struct sink *sink, struct turn_result *out)
{
	struct json_object *effects;
	const struct err *e;
	struct work w;

	*out = (struct turn_result){ .conversation = NULL };
	work_init(&w, ag, a, req->user, req->timezone, sink);
	w.t.conversation = req->conversation;
	e = turn_retry(ag->db, a, &w.t, req->asked,
	    ag->conf->history_messages, &w.history, &effects);
	if (e != NULL)
		return e;
	effects_read(&w, effects);
	opened(&w);
	settled(&w);
	return work_end(&w, work_think(&w), out);
}

const struct err *
agent_act(struct agent *ag, struct arena *a, const struct act_request *req,
    const struct sink *sink, struct turn_result *out)
{
	const struct err *e;
	struct work w;

	*out = (struct turn_result){ .conversation = NULL };
	work_init(&w, ag, a, req->user, req->timezone, sink);
	w.t.conversation = req->conversation;
	e = turn_act(ag->db, a, &w.t);
	if (e != NULL)
		return e;
	opened(&w);
	settled(&w);
	return work_end(&w, work_act(&w, req->tool, req->arguments), out);
}
