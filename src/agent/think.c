#include <inttypes.h>
#include <string.h>

#include "agent/instructions.h"
#include "agent/report.h"
#include "agent/words.h"
#include "agent/work.h"
#include "auth/alias.h"
#include "base/bounds.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "model/clean.h"
#include "model/tokens.h"

enum {
	WRONG_MAX = 3,		/* calls that cannot run, before giving up */
	REPEATS_MAX = 2,	/* times the same call runs in one turn */
	CONTEXT_STEP = 256,	/* tokens: room for it is kept in steps, so
				   that history is cut at the same place */
	COUNT_LEAST = 500,	/* tokens: no prompt is cut to less */
	TURN_RESULTS_MAX = 256 * 1024,	/* bytes that tools answer in a turn */
	EFFECTS_TOLD_MAX = 32 * 1024	/* bytes about what was done before */
};

#define LISTS_SHOWN "\nUnder your reply the person sees the last result of" \
    " list_tasks as a list: do not write it out once more."

/* Must this process end at once? */
static bool
leaving(const struct work *w)
{
	return __atomic_load_n(w->ag->draining, __ATOMIC_RELAXED) >= 2;
}

/* ------------------------------------------------ asking the model */

static bool
on_text(void *ctx, struct str piece)
{
	struct work *w = ctx;

	return w->lost == NULL && work_say(w, piece);
}

/* What came together has been passed on. */
static bool
on_flush(void *ctx)
{
	struct work *w = ctx;

	if (w->sink->flush != NULL && !w->sink->flush(w->sink->ctx))
		work_left(w);
	return work_keep(w);
}

/* At least once a second while the model is waited for. */
static bool
on_tick(void *ctx)
{
	struct work *w = ctx;

	if (w->sink->idle != NULL && !w->sink->idle(w->sink->ctx))
		work_left(w);
	return work_keep(w) && !leaving(w);
}

static const struct model_tool *
tools_for_model(struct arena *a)
{
	struct model_tool *mt = arena_alloc(a, tools_n * sizeof(*mt));

	for (size_t i = 0; i < tools_n; i++)
		mt[i] = (struct model_tool){ .name = tools[i].name,
		    .description = tools[i].in_chat == NULL ?
		    tools[i].description : arena_printf(a, "%s %s",
		    tools[i].description, tools[i].in_chat),
		    .parameters = tools[i].input };
	return mt;
}

/* How much of a conversation fits; the estimates are corrected by rate. */
static int64_t
room(const struct work *w, const struct model_request *req)
{
	int64_t max = w->prompt_max, all, context;

	if (req->budget > 0) {
		all = (req->budget + req->overhead) * USAGE_AS_IS /
		    w->sent.rate;
		if (max == 0 || all < max)
			max = all;
	}
	if (max == 0)
		return 0;
	context = tokens_text(str_of(req->context)) + CONTEXT_STEP - 1;
	max -= req->overhead + context - context % CONTEXT_STEP;
	return max > 0 ? max : 1;
}

/* History as it fits, then the steps of this turn. */
static void
messages_for_model(void *ctx, struct arena *a, struct model_request *req)
{
	struct work *w = ctx;
	const struct history_max max = {
		.messages = w->ag->conf->history_messages,
		.bytes = (size_t)w->ag->conf->history_bytes,
		.tokens = room(w, req),
	};
	struct wire h;

	wire_init(&h, a);
	history_build(&h, &w->history, w->t.message, &w->steps, &max);
	req->messages = h.m;
	req->nmessages = h.n;
	w->budget = req->budget;
	w->overhead = req->overhead;
	w->sent.estimate = tokens_request(req);
	w->sent.least = tokens_least(req);
}

/*
 * The model found the request too long, and may have said how much it takes
 * (limit, else 0).  Is there less to say?
 */
static bool
history_shrink(struct work *w, const struct model_request *req,
    int64_t limit)
{
	struct arena *scratch = arena_new();
	struct model_request less = *req;
	const int64_t before = w->sent.estimate;

	w->prompt_max = before * 6 / 10;
	limit = limit * 8 / 10 * USAGE_AS_IS / w->sent.rate;
	if (limit > 0 && limit < w->prompt_max)
		w->prompt_max = limit;
	w->usage.limit = w->prompt_max * w->sent.rate / USAGE_AS_IS;
	less.budget = w->budget;
	less.overhead = w->overhead;
	messages_for_model(w, scratch, &less);
	arena_free(scratch);
	log_line(LOG_WARN, "the model refused a prompt of about %lld tokens:"
	    " %s; set model_window",
	    (long long)(before * w->sent.rate / USAGE_AS_IS),
	    w->sent.estimate < before ? "it gets less" :
	    "and there is no less");
	return w->sent.estimate < before;
}

/* For the model: what the answers taken back have done. */
static const char *
effects_told(const struct work *w)
{
	struct buf b;

	if (w->neffects == 0)
		return "";
	buf_init(&b, w->a, EFFECTS_TOLD_MAX);
	buf_puts(&b, w->edited ? "\nThe person has changed this message. The"
	    " answer to what it said before" : "\nThe person wants this"
	    " message answered anew. The answer before");
	buf_puts(&b, " is taken back, but what its tool calls did still"
	    " stands; do not do it again:");
	for (size_t i = 0; i < w->neffects; i++) {
		const struct effect *x = &w->effects[i];
		struct str args = clean_data(w->a, js_write(w->a,
		    x->arguments));
		struct str result = clean_data(w->a, js_write(w->a,
		    x->result));
		if (b.n + args.n + result.n + 200 > EFFECTS_TOLD_MAX)
			break;
		buf_printf(&b, "\n%s %.*s: %.*s", x->name, (int)args.n,
		    args.p, (int)result.n, result.p);
	}
	return buf_str(&b);
}

/* The model that is asked next, unless it is away. */
static const char *
model_next(const struct work *w)
{
	const struct conf *c = w->ag->conf;

	return w->from < c->nmodels ? c->models[w->from].model : "";
}

/* What the request and its answer took; the built-in model takes nothing. */
static void
count_tokens(struct work *w, const struct model_answer *out)
{
	if (out->used >= w->ag->conf->nmodels)
		return;
	if (!usage_add(&w->usage, &w->sent, out) &&
	    out->prompt_tokens >= COUNT_LEAST)
		log_line(LOG_WARN, "the model counted %lld tokens of a prompt"
		    " of about %lld: its server may leave out what is too"
		    " long; set model_window", (long long)out->prompt_tokens,
		    (long long)w->sent.estimate);
}

/* An answer that broke off: nobody told figures. */
static void
count_cut(struct work *w, const struct model_answer *out)
{
	const struct model_answer cut = { .text = out->text,
	    .prompt_tokens = -1, .completion_tokens = -1,
	    .cached_tokens = -1, .used = out->used };

	if (out->used < w->ag->conf->nmodels)
		w->model = w->ag->conf->models[out->used].model;
	count_tokens(w, &cut);
}

static const struct err *
ask(struct work *w, struct model_answer *out)
{
	const struct model_events ev = { .ctx = w, .tick = on_tick,
	    .text = w->sink->streams ? on_text : NULL,
	    .flush = w->sink->streams ? on_flush : NULL };
	struct model_request req = {
		.instructions = AGENT_INSTRUCTIONS,
		.context = arena_printf(w->a,
		    "Local time: %s (%s)\nUser: %s%s%s",
		    w->t.local_now, w->t.zone,
		    clean_text(w->a, str_of(w->t.user)).p,
		    w->sink->shows_lists ? LISTS_SHOWN : "",
		    effects_told(w)),
		.local_now = w->t.local_now,
		.gather = messages_for_model, .gather_ctx = w,
		.ntools = tools_n, .tools = tools_for_model(w->a),
		.stream = w->sink->streams,
		.deadline = w->deadline,
		.watch = w->sink->watch,
		.from = w->from,
		.only = w->ncalls > 0,
		.user_key = alias_of(w->a, w->ag->conf, w->t.user),
	};
	int64_t start = clock_ms();
	const struct err *e;
	bool again = false;

	w->sent = (struct usage_sent){ .rate = usage_rate(w->a, &w->history,
	    model_next(w)) };
	if (w->prompt_max == 0)
		w->prompt_max = usage_limit(w->a, &w->history,
		    model_next(w)) * USAGE_AS_IS / w->sent.rate;
	do {
		*out = (struct model_answer){ .prompt_tokens = -1,
		    .completion_tokens = -1, .cached_tokens = -1 };
		e = model_step(w->ag->model, w->a, &req, &ev, out);
		again = !again && e != NULL &&
		    strcmp(e->code, "conversation_too_long") == 0 &&
		    history_shrink(w, &req, out->limit);
	} while (again);
	w->model_ms += clock_ms() - start;
	if (e != NULL) {
		if (out->text.n > 0)	/* it was paid for */
			count_cut(w, out);
		return e;
	}
	count_tokens(w, out);
	w->from = out->used;
	w->fallback = out->used > 0 && out->used == w->ag->conf->nmodels;
	w->model = out->model;
	w->extra = out->end == MODEL_DONE ? out->extra : NULL;
	return NULL;
}

/* --------------------------------------------- the calls of a step */

static bool
call_changed(const struct call *c)
{
	return (report_claims(c) & ~(unsigned)CLAIM_ANY) != 0;
}

/*
 * How often this call ran in earlier steps: a model that goes round in
 * circles is stopped.  Reading again after a change is no circle.
 */
static int
times_made(const struct work *w, const struct pending_call *p)
{
	int n = 0;

	for (size_t i = w->ncalls; i-- > 0; ) {
		const struct call *c = &w->calls[i];
		if (p->tool->read_only && call_changed(c))
			break;
		if (c->step < p->call.step &&
		    strcmp(c->name, p->tool->name) == 0 &&
		    js_equal(c->arguments, p->call.arguments))
			n++;
	}
	return n;
}

/* An unknown tool's name as it is stored and sent back: short and plain. */
static const char *
plain_name(struct arena *a, const char *name)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
	char *s = arena_printf(a, "%.64s", name);

	for (char *p = s; *p != '\0'; p++)
		if (strchr(plain, *p) == NULL)
			*p = '_';
	return s[0] != '\0' ? s : "unknown";
}

static const char *
tool_names(struct arena *a)
{
	struct buf b;

	buf_init(&b, a, 512);
	for (size_t i = 0; i < tools_n; i++)
		buf_printf(&b, "%s%s", i > 0 ? ", " : "Use one of: ",
		    tools[i].name);
	return buf_str(&b);
}

/* One call too many is answered with what the first of them gave. */
static struct json_object *
repeated(const struct work *w, const struct pending_call *p)
{
	struct json_object *v = tool_error(w->a, "repeated_call",
	    "This very call was made before in this turn; this is its"
	    " result.");

	for (size_t i = 0; i < w->ncalls; i++) {
		const struct call *c = &w->calls[i];
		if (strcmp(c->name, p->tool->name) != 0 ||
		    !js_equal(c->arguments, p->call.arguments))
			continue;
		js_add(v, "result", js_share(c->result));
		break;
	}
	return v;
}

/* Find the tool and read the arguments, or say in p->wrong why not. */
static void
call_check(struct work *w, const struct model_call *mc,
    struct pending_call *p)
{
	struct json_object *given = NULL;
	const struct err *e = NULL;

	p->tool = tool_find(mc->name);
	p->call.name = p->tool != NULL ? p->tool->name :
	    plain_name(w->a, mc->name);
	p->call.arguments = js_object(w->a);
	if (p->tool == NULL) {
		p->wrong = tool_error(w->a, "unknown_tool", tool_names(w->a));
		return;
	}
	if (mc->bad != NULL) {
		p->wrong = tool_error(w->a, "invalid_arguments", mc->bad);
		return;
	}
	e = js_parse(w->a, str_of(mc->arguments), JSON_DEPTH_ARGUMENTS,
	    &given);
	if (e == NULL)
		e = tool_arguments(w->a, p->tool, given, &p->call.arguments);
	if (e != NULL)
		p->wrong = tool_error(w->a, "invalid_arguments", e->say);
	else if (times_made(w, p) >= REPEATS_MAX)
		p->wrong = repeated(w, p);
	else if (w->results > TURN_RESULTS_MAX)
		p->wrong = tool_error(w->a, "too_much",
		    "This turn has read enough; answer with what is known.");
}

/* The calls of one step, on their way. */
struct step {
	struct pending_call	*p;
	size_t			 n;
	size_t			 first;		/* w->ncalls before it */
	struct task_name	*names;		/* tasks it would change */
	size_t			 nnames;
};

static struct pending_call *
calls_prepare(struct work *w, const struct model_answer *ans)
{
	struct pending_call *p = arena_alloc(w->a,
	    (ans->ncalls + 1) * sizeof(*p));

	for (size_t i = 0; i < ans->ncalls; i++) {
		const struct model_call *mc = &ans->calls[i];
		struct json_object *step = i == 0 ? ans->extra : NULL;
		struct call *c = &p[i].call;
		c->step = w->step;
		c->position = (int)i;
		c->id = mc->id;
		c->said = w->sink->streams ? (int)w->said.n : 0;
		c->state = "requested";
		if (mc->extra != NULL || step != NULL) {
			c->provider = js_object(w->a);
			if (mc->extra != NULL)
				js_add(c->provider, "call",
				    js_share(mc->extra));
			if (step != NULL)
				js_add(c->provider, "step", js_share(step));
		}
		if (i == 0 && !w->sink->streams)	/* soon forgotten */
			history_keep_text(w->a, c, ans->text);
		call_check(w, mc, &p[i]);
		w->wrong += p[i].wrong != NULL && w->results <=
		    TURN_RESULTS_MAX;	/* that one may still be answered */
	}
	return p;
}

/* Every call of the step but this one, for turn_call(). */
static struct json_object *
calls_rest(struct arena *a, const struct pending_call *p, size_t n, size_t me)
{
	struct json_object *rest = js_array(a), *v;

	for (size_t i = 0; i < n; i++) {
		const struct call *c = &p[i].call;
		if (i == me)
			continue;
		v = js_new_object();
		js_add_int(v, "position", c->position);
		js_add_text(v, "call_id", c->id);
		js_add_text(v, "name", c->name);
		js_add(v, "arguments", js_share(c->arguments));
		js_add(v, "provider_data", c->provider != NULL ?
		    js_share(c->provider) : NULL);
		js_push(rest, v);
	}
	return n > 1 ? rest : NULL;
}

/* Is the task still there that an effect is about? */
static const struct err *
effect_stands(struct work *w, const struct effect *x, bool *stands)
{
	int id = (int)js_int(x->result, "task_id", 0);
	struct task_name name;
	const struct err *e;
	int64_t until = 0;
	size_t n = 0;

	do {
		e = task_names(w->ag->db, w->a, w->t.user, &id, 1, &name, &n);
	} while (work_again(w, e, &until));
	*stands = n > 0;
	return e;
}

/*
 * What an answer that was taken back has done already is not done twice: the
 * call gets that result.  Doing most things twice changes nothing anyway.
 */
static const struct err *
done_before(struct work *w, struct pending_call *p)
{
	const struct err *e;
	bool stands;

	if (p->tool == NULL || p->tool->idempotent || p->wrong != NULL)
		return NULL;
	for (size_t i = 0; i < w->neffects; i++) {
		struct effect *x = &w->effects[i];
		if (x->met || strcmp(x->name, p->tool->name) != 0 ||
		    !js_equal(x->arguments, p->call.arguments))
			continue;
		e = effect_stands(w, x, &stands);
		if (e != NULL)
			return e;
		x->met = true;
		if (!stands)
			continue;
		js_add_bool(x->result, "already", true);
		p->wrong = x->result;
		return NULL;
	}
	return NULL;
}

/*
 * Some models write one call twice in a step.  What changes nothing when it
 * is done again is; else the second gets the result of the first.
 */
static void
done_beside(const struct work *w, struct pending_call *p)
{
	struct js_iter it;

	if (p->tool == NULL || p->tool->idempotent || p->wrong != NULL)
		return;
	for (size_t i = w->ncalls; i-- > 0 &&
	    w->calls[i].step == p->call.step; ) {
		const struct call *c = &w->calls[i];
		if (strcmp(c->state, "ok") != 0 ||
		    strcmp(c->name, p->tool->name) != 0 ||
		    !js_equal(c->arguments, p->call.arguments))
			continue;
		p->wrong = js_object(w->a);
		for (it = js_first(c->result); it.key != NULL; js_next(&it))
			js_add(p->wrong, it.key, js_share(it.value));
		js_add_bool(p->wrong, "already", true);
		return;
	}
}

static const struct err *
call_run(struct work *w, struct pending_call *p, struct json_object *rest)
{
	const struct sink *s = w->sink;
	struct call *c = &p->call;
	const struct err *e;
	int64_t until = 0;

	if (s->tool_started != NULL &&
	    !s->tool_started(s->ctx, c->id, c->name, c->arguments))
		work_left(w);
	e = done_before(w, p);
	if (e != NULL)
		return e;
	done_beside(w, p);
	do {
		e = turn_call(w->ag->db, w->a, &w->t, c, p->wrong, rest,
		    &c->result);
	} while (work_again(w, e, &until));
	if (e != NULL)
		return e;
	c->state = js_has(c->result, "error") ? "error" : "ok";
	w->results += js_write(w->a, c->result).n;
	if (s->tool_finished != NULL &&
	    !s->tool_finished(s->ctx, c->id, c->name, c->result))
		work_left(w);
	work_record(w, c);
	return NULL;
}

/* The tasks the step would change, as they stand. */
static const struct err *
names_read(struct work *w, struct step *s)
{
	int *ids = arena_alloc(w->a, (s->n + 1) * sizeof(*ids));
	const struct err *e;
	int64_t until = 0;
	size_t k = 0;

	s->names = arena_alloc(w->a, (s->n + 1) * sizeof(*s->names));
	for (size_t i = 0; i < s->n; i++)
		if (s->p[i].wrong == NULL && s->p[i].tool->changes_existing)
			ids[k++] = (int)js_int(s->p[i].call.arguments,
			    "task_id", 0);
	do {
		e = task_names(w->ag->db, w->a, w->t.user, ids, k, s->names,
		    &s->nnames);
	} while (work_again(w, e, &until));
	return e;
}

/* Run what is not held and has not run yet. */
static const struct err *
step_calls(struct work *w, struct step *s)
{
	const struct err *e = NULL;

	for (size_t i = 0; i < s->n && !w->gone && e == NULL; i++) {
		if (s->p[i].held || s->p[i].call.result != NULL)
			continue;
		e = call_run(w, &s->p[i], w->ncalls > s->first ? NULL :
		    calls_rest(w->a, s->p, s->n, i));
	}
	return e;
}

static size_t
step_held(const struct step *s)
{
	size_t held = 0;

	for (size_t i = 0; i < s->n; i++)
		held += s->p[i].held;
	return held;
}

/*
 * Decide which calls wait for the person, and run the others.  These may
 * have changed what the held ones are about, so the tasks are looked at
 * once more: the question shows, and is bound to, what is there now.
 */
static const struct err *
step_decide(struct work *w, struct step *s)
{
	const int bulk_from = w->ag->conf->confirm_bulk_from;
	const struct err *e;

	if (!question_possible(s->p, s->n, bulk_from))
		return step_calls(w, s);
	e = names_read(w, s);
	if (e != NULL)
		return e;
	question_mark(w->a, s->p, s->n, s->names, s->nnames, bulk_from);
	e = step_calls(w, s);
	if (e != NULL || w->ncalls == s->first || step_held(s) == 0)
		return e;
	e = names_read(w, s);
	if (e != NULL)
		return e;
	question_recheck(w->a, s->p, s->n, s->names, s->nnames);
	return step_calls(w, s);
}

/*
 * Run the calls of a step.  *more: the model is to read the results; false:
 * a question is put to the person, or nobody is there any more.
 */
static const struct err *
step_run(struct work *w, const struct model_answer *ans, bool *more)
{
	struct step s = { .p = calls_prepare(w, ans), .n = ans->ncalls,
	    .first = w->ncalls };
	const struct err *e;

	*more = false;
	e = step_decide(w, &s);
	if (e != NULL || w->gone)
		return e;
	if (step_held(&s) == 0) {
		wire_step(&w->steps, ans->text, w->calls + s.first, s.n);
		*more = true;
		return NULL;
	}
	if (w->ncalls == s.first)	/* turn_end() keeps no offset */
		history_keep_text(w->a, &s.p[0].call, ans->text);
	question_ask(w->a, w->ag->conf, s.p, s.n, s.names, s.nnames,
	    &w->question);
	for (size_t i = 0; i < s.n; i++) {
		if (!s.p[i].held)
			continue;
		s.p[i].call.state = "held";
		work_record(w, &s.p[i].call);
	}
	return NULL;
}

/* ------------------------------------------------------- the loop */

/* The model was stopped: who wanted that? */
static const struct err *
stopped(struct work *w)
{
	if (w->lost != NULL)
		return w->lost;
	if (!w->gone && leaving(w)) {
		w->state = "interrupted";
		return err_retry(w->a, err_new(w->a, ERR_DRAIN, "draining",
		    "The service is restarting. Please try again.",
		    "turn cut by shutdown"), 1);
	}
	w->gone = true;		/* the provider saw it first */
	w->state = "stopped";
	return NULL;
}

static const struct err *
work_step(struct work *w, bool *more)
{
	struct model_answer ans;
	const struct err *e;

	*more = false;
	e = ask(w, &ans);
	if (!w->sink->streams && ans.text.n > 0)
		w->reply = ans.text;
	if (e != NULL)
		return e;
	w->gap = true;
	switch (ans.end) {
	case MODEL_DONE:
		return NULL;
	case MODEL_LENGTH:
		work_add(w, "(The answer was too long and was cut here.)");
		return NULL;
	case MODEL_FILTERED:
		work_add(w, "The model would not answer this.");
		return NULL;
	case MODEL_STOPPED:
		return stopped(w);
	case MODEL_TOOLS:
		break;
	}
	e = step_run(w, &ans, more);
	if (e == NULL && w->gone)
		return stopped(w);
	return e;
}

const struct err *
work_think(struct work *w)
{
	const struct err *e;
	bool more = true;

	while (more) {
		if (w->step == w->ag->conf->agent_max_steps) {
			work_add(w, "I stopped here, because this took too many"
			    " steps. Tell me what is still missing.");
			return NULL;
		}
		if (w->wrong >= WRONG_MAX) {
			work_add(w, "I could not work out how to do that."
			    " Please say it in other words.");
			return NULL;
		}
		w->step++;
		e = work_step(w, &more);
		if (e != NULL)
			return e;
	}
	return NULL;
}

const struct err *
work_act(struct work *w, const char *tool, struct json_object *arguments)
{
	struct model_call call = { .id = id_new(w->a, 9), .name = tool,
	    .arguments = js_dump(w->a, arguments) };
	const struct model_answer ans = { .end = MODEL_TOOLS, .ncalls = 1,
	    .calls = &call };
	bool more;

	w->step++;
	return step_run(w, &ans, &more);
}
