#include <string.h>

#include "agent/history.h"
#include "model/clean.h"

void
wire_init(struct wire *w, struct arena *a)
{
	*w = (struct wire){ .a = a };
}

static struct model_message *
wire_push(struct wire *w)
{
	if (w->n == w->cap) {
		size_t cap = w->cap > 0 ? 2 * w->cap : 32;
		struct model_message *m = arena_alloc(w->a, cap * sizeof(*m));
		if (w->n > 0)
			memcpy(m, w->m, w->n * sizeof(*m));
		w->m = m;
		w->cap = cap;
	}
	return &w->m[w->n++];
}

void
wire_text(struct wire *w, enum model_role role, struct str text,
    struct json_object *extra)
{
	*wire_push(w) = (struct model_message){ .role = role, .text = text,
	    .extra = extra };
}

/*
 * What became of a call, for the model: a held call was answered with
 * "awaiting", and how the person decided shows in its state.
 */
static struct json_object *
call_outcome(struct arena *a, const struct call *c)
{
	struct json_object *v = js_object(a);

	if (strcmp(c->state, "rejected") == 0) {
		js_add_text(v, "error", "not_confirmed");
		js_add_text(v, "detail",
		    "The person said no. Nothing was changed.");
	} else if (strcmp(c->state, "superseded") == 0 ||
	    strcmp(c->state, "expired") == 0) {
		js_add_text(v, "error", "not_confirmed");
		js_add_text(v, "detail", "The person did not confirm."
		    " Nothing was changed.");
	} else if (c->result != NULL) {
		return c->result;
	} else {
		js_add_text(v, "error", "interrupted");
		js_add_text(v, "detail",
		    "This was not carried out. Nothing was changed.");
	}
	return v;
}

/* What tasks are called, and all else in there, is text of anybody's. */
static struct str
data_text(struct arena *a, struct json_object *v)
{
	return clean_data(a, js_write(a, v));
}

void
wire_step(struct wire *w, const struct call *calls, size_t n)
{
	struct model_call *mc = arena_alloc(w->a, n * sizeof(*mc));
	struct model_message *m = wire_push(w);

	*m = (struct model_message){ .role = MODEL_ASSISTANT, .text = STR(""),
	    .ncalls = n, .calls = mc,
	    .extra = js_get(calls[0].provider, "step") };
	for (size_t i = 0; i < n; i++)
		mc[i] = (struct model_call){ .id = calls[i].id,
		    .name = calls[i].name,
		    .arguments = data_text(w->a, calls[i].arguments).p,
		    .extra = js_get(calls[i].provider, "call") };
	for (size_t i = 0; i < n; i++) {
		struct json_object *r = call_outcome(w->a, &calls[i]);
		*wire_push(w) = (struct model_message){ .role = MODEL_TOOL,
		    .call_id = calls[i].id, .call_name = calls[i].name,
		    .result = r, .text = data_text(w->a, r) };
	}
}

/* The model must not take up on its own what was cut. */
static void
wire_cut(struct wire *w, const struct message *m, const char *note)
{
	wire_text(w, MODEL_ASSISTANT, str_of(m->content.n == 0 ? note :
	    arena_printf(w->a, "%.*s\n\n%s", (int)m->content.n,
	    m->content.p, note)), NULL);
}

static void
wire_assistant(struct wire *w, const struct message *m, bool open)
{
	size_t i = 0, k;

	while (i < m->ncalls) {
		for (k = i + 1; k < m->ncalls &&
		    m->calls[k].step == m->calls[i].step; k++)
			;
		wire_step(w, &m->calls[i], k - i);
		i = k;
	}
	if (open)
		return;
	if (strcmp(m->state, "stopped") == 0)
		wire_cut(w, m, "[The person stopped this answer.]");
	else if (strcmp(m->state, "done") != 0 || m->content.n == 0)
		wire_cut(w, m, "[The answer was interrupted.]");
	else
		wire_text(w, MODEL_ASSISTANT, m->content, m->provider);
}

void
history_build(struct wire *w, const struct messages *rows, int open,
    size_t max)
{
	size_t first = 0;	/* opens the oldest turn that is kept */
	size_t weight = 0;
	bool any = false;

	for (size_t i = 0; i < rows->n; i++) {
		weight += rows->m[i].weight;
		if (any && weight > max)
			break;
		if (rows->m[i].user) {
			first = i;
			any = true;
		}
	}
	if (!any)
		return;
	for (size_t i = first + 1; i-- > 0; ) {
		const struct message *m = &rows->m[i];
		bool last_user = i == first || rows->m[i + 1].user;
		if (m->user) {
			wire_text(w, MODEL_USER, m->content, NULL);
			continue;
		}
		if (!last_user)		/* a decision made without words */
			wire_text(w, MODEL_USER,
			    STR("[Answered with the button.]"), NULL);
		wire_assistant(w, m, m->id == open);
	}
}
