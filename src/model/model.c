#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "fetch/fetch.h"
#include "model/model.h"
#include "model/openai.h"

#define BUILTIN	"builtin"

struct model {
	const struct conf *conf;
	bool		 builtin;	/* nothing else is configured */
	struct openai	 openai;
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

	m = arena_alloc(a, sizeof(*m));
	m->conf = c;
	m->builtin = strcmp(c->model, BUILTIN) == 0;
	if (!m->builtin && (e = openai_open(a, c, &m->openai)) != NULL)
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
	if (!m->builtin)
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

const char *
model_name(const struct model *m)
{
	return m->builtin ? BUILTIN : m->conf->model_name;
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

const struct err *
model_step(struct model_worker *w, struct arena *a,
    const struct model_request *req, const struct model_events *ev,
    struct model_answer *out)
{
	struct model *m = w->model;
	const struct err *e;

	if (m->builtin || req->from > 0) {
		e = step_builtin(a, req, ev, out);
		if (e == NULL)
			out->used = !m->builtin;
		return e;
	}
	e = openai_step(&m->openai, w->fetch, a, req, ev, out);
	if (e == NULL || out->text.n > 0 || req->only || !is_absence(e) ||
	    strcmp(m->conf->model_fallback, BUILTIN) != 0)
		return e;
	log_line(LOG_WARN, "the built-in model takes over: %s", e->log);
	if ((e = step_builtin(a, req, ev, out)) == NULL)
		out->used = 1;
	return e;
}
