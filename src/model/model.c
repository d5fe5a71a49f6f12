#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "fetch/fetch.h"
#include "model/chain.h"
#include "model/model.h"
#include "model/upstream.h"

#define BUILTIN	"builtin"

struct model {
	const struct conf *conf;
	struct chain	 chain;
	struct upstream	*upstreams;	/* those of conf->models */
};

struct model_worker {
	struct model	*model;
	struct fetch	*fetch;		/* NULL: never needed */
};

const struct err *
model_open(struct arena *a, const struct conf *c, struct model **out)
{
	const struct err *e;
	struct model *m;
	int i;

	m = arena_alloc(a, sizeof(*m));
	m->conf = c;
	chain_init(&m->chain, c->nmodels, c->model_builtin);
	m->upstreams = arena_alloc(a, MAX_MODELS * sizeof(*m->upstreams));
	for (i = 0; i < c->nmodels; i++)
		if ((e = upstream_open(a, c, &c->models[i],
		    &m->upstreams[i])) != NULL)
			return e;
	*out = m;
	return NULL;
}

struct model_worker *
model_worker_new(struct model *m)
{
	struct model_worker *w;

	if ((w = calloc(1, sizeof(*w))) == NULL) {
		log_line(LOG_ERROR, "out of memory: a model's worker");
		_exit(1);
	}
	w->model = m;
	if (m->chain.n > 0)
		w->fetch = fetch_new();
	return w;
}

void
model_worker_free(struct model_worker *w)
{
	if (w == NULL)
		return;
	fetch_free(w->fetch);
	free(w);
}

/* Of number i of the chain, as answers and messages name it. */
static const char *
name_of(const struct model *m, int i)
{
	return i < m->chain.n ? m->conf->models[i].model : BUILTIN;
}

const char *
model_name(const struct model *m)
{
	return name_of(m, 0);
}

const char *
model_describe(struct arena *a, const struct model *m)
{
	const struct model_conf *mc = m->conf->models;
	const char *lines = "";
	int i;

	for (i = 0; i < m->chain.n; i++)
		lines = arena_printf(a, "%smodel %s (%s) at %s\n", lines,
		    mc[i].model, mc[i].kind, m->upstreams[i].url);
	return m->chain.builtin ? arena_printf(a, "%smodel %s\n", lines,
	    BUILTIN) : lines;
}

/*
 * Everything that says the model is not there for us.  Not a conversation
 * it finds too long (the agent sends less of it), not what it declined.
 */
static bool
is_absence(const struct err *e)
{
	static const char *const codes[] = { "model_unavailable",
	    "model_timeout", "model_refused_key", "model_not_found",
	    "model_rate_limited" };
	size_t i;

	for (i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (strcmp(e->code, codes[i]) == 0)
			return true;
	return false;
}

struct model_request
model_gather(struct arena *a, const struct model_request *req)
{
	struct model_request whole = *req;

	if (req->gather != NULL)
		req->gather(req->gather_ctx, a, &whole);
	return whole;
}

static const struct err *
step_builtin(struct arena *a, const struct model_request *req,
    const struct model_events *ev, struct model_answer *out)
{
	const struct model_request whole = model_gather(a, req);
	const struct err *e;

	*out = (struct model_answer){ .prompt_tokens = -1,
	    .completion_tokens = -1, .cached_tokens = -1 };
	if ((e = builtin_step(a, &whole, ev, out)) == NULL)
		out->model = BUILTIN;
	return e;
}

/*
 * One that others can stand in for gets half of the time to begin.  Clocks
 * of its connection alone would not do: with as many attempts as they allow
 * the turn would be over before anybody else is asked.
 */
struct trial {
	const struct model_events *ev;	/* the caller's */
	int64_t		 until;
	bool		 said;		/* it has begun */
	bool		 over;		/* it has not, and will not */
};

static bool
trial_text(void *ctx, struct str piece)
{
	struct trial *t = ctx;

	t->said = true;
	return t->ev->text(t->ev->ctx, piece);
}

static bool
trial_flush(void *ctx)
{
	struct trial *t = ctx;

	return t->ev->flush(t->ev->ctx);
}

static bool
trial_tick(void *ctx)
{
	struct trial *t = ctx;

	if (t->ev->tick != NULL && !t->ev->tick(t->ev->ctx))
		return false;
	t->over = !t->said && clock_ms() >= t->until;
	return !t->over;
}

static const struct err *
step_on_trial(struct model_worker *w, int i, struct arena *a,
    const struct model_request *req, const struct model_events *ev,
    struct model_answer *out)
{
	int64_t now = clock_ms();
	struct trial t = { .ev = ev, .until = now + (req->deadline - now) / 2 };
	const struct model_events on_trial = { .ctx = &t, .tick = trial_tick,
	    .text = ev->text == NULL ? NULL : trial_text,
	    .flush = ev->flush == NULL ? NULL : trial_flush };
	const struct err *e;

	e = upstream_step(&w->model->upstreams[i], w->fetch, a, req,
	    &on_trial, out);
	if (e != NULL || !t.over)
		return e;
	/* who thinks for long is there for others all the same */
	*out = (struct model_answer){ .odd = out->odd };
	return err_new(a, ERR_TIMEOUT, "model_timeout", "The model took too "
	    "long to answer.", "model: nothing in half of the turn's time");
}

/* others: somebody could take over. */
static const struct err *
step_of(struct model_worker *w, int i, bool others, struct arena *a,
    const struct model_request *req, const struct model_events *ev,
    struct model_answer *out)
{
	const struct err *e;

	if (i == w->model->chain.n)
		e = step_builtin(a, req, ev, out);
	else if (others && req->deadline != 0)
		e = step_on_trial(w, i, a, req, ev, out);
	else
		e = upstream_step(&w->model->upstreams[i], w->fetch, a, req,
		    ev, out);
	out->used = i;
	return e;
}

const struct err *
model_step(struct model_worker *w, struct arena *a,
    const struct model_request *req, const struct model_events *ev,
    struct model_answer *out)
{
	struct model *m = w->model;
	struct chain *c = &m->chain;
	unsigned int asked = 0;
	const struct err *e;
	int i, next;

	/* who answered before in this turn goes on, if it rests or not */
	i = req->only || req->from > 0 ? req->from :
	    chain_next(c, 0, 0, clock_ms());
	for (;; i = next) {
		asked |= 1U << i;
		next = req->only ? -1 : chain_next(c, req->from, asked,
		    clock_ms());
		e = step_of(w, i, next >= 0, a, req, ev, out);
		if (e == NULL && out->end != MODEL_STOPPED)
			chain_answered(c, i);
		if (e == NULL || out->text.n > 0 || !is_absence(e))
			return e;
		if (!out->odd)
			chain_failed(c, i, clock_ms());
		if (next < 0)
			return e;
		log_line(LOG_WARN, "%s takes over from %s: %s",
		    name_of(m, next), name_of(m, i), e->log);
	}
}
