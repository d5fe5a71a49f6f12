#include <string.h>

#include "agent/history.h"
#include "base/text.h"
#include "model/clean.h"
#include "model/tokens.h"

enum { LIST_HEAD = 10 };	/* what stays of a list that is shortened */

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

static void
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
wire_step(struct wire *w, struct str said, const struct call *calls, size_t n)
{
	struct model_call *mc = arena_alloc(w->a, n * sizeof(*mc));
	struct model_message *m = wire_push(w);

	*m = (struct model_message){ .role = MODEL_ASSISTANT, .text = said,
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

/* ------------------------------------------------ one answer */

void
history_keep_text(struct arena *a, struct call *first, struct str said)
{
	if (said.n == 0)
		return;
	if (first->provider == NULL)
		first->provider = js_object(a);
	js_add_str(first->provider, "text", said);
}

/* The model must not take up on its own what was cut. */
static void
wire_cut(struct wire *w, struct str said, const char *note)
{
	wire_text(w, MODEL_ASSISTANT, str_of(said.n == 0 ? note :
	    arena_printf(w->a, "%.*s\n\n%s", (int)said.n, said.p, note)),
	    NULL);
}

static struct str
behind(struct str s, size_t n)
{
	return (struct str){ s.p + n, s.n - n };
}

static bool
begins(struct str s, struct str with)
{
	return s.n >= with.n && memcmp(s.p, with.p, with.n) == 0;
}

/*
 * What was said beside the calls of a step: as it was kept with them, or as
 * much of the message as was there before them.  *rest: what nobody has taken
 * of the message yet; first: nothing was.
 */
static struct str
step_text(const struct message *m, size_t at, size_t n, struct str *rest)
{
	const struct str gap = STR("\n\n");
	struct str kept = js_str(js_get(m->calls[at].provider, "text"));
	struct str text = *rest;
	size_t taken, end = 0;

	if (rest->n < m->content.n && begins(text, gap))
		text = behind(text, gap.n);
	if (kept.n > 0) {
		/* it may be in the message as well */
		if (begins(text, kept) && (text.n == kept.n ||
		    begins(behind(text, kept.n), gap)))
			*rest = behind(text, kept.n);
		return kept;
	}
	for (size_t i = at; i < at + n; i++)
		if (m->calls[i].said > 0 && (size_t)m->calls[i].said > end)
			end = (size_t)m->calls[i].said;
	taken = m->content.n - text.n;
	if (end <= taken)
		return STR("");
	text.n = utf8_fit(text, end - taken);
	*rest = behind(m->content, taken + text.n);
	return text;
}

static void
wire_answer(struct wire *w, const struct message *m, struct str said)
{
	if (strcmp(m->state, "stopped") == 0)
		wire_cut(w, said, "[The person stopped this answer.]");
	else if (strcmp(m->state, "done") != 0 || m->content.n == 0)
		wire_cut(w, said, "[The answer was interrupted.]");
	else if (said.n == 0)
		wire_cut(w, said, "[Nothing more was said.]");
	else
		wire_text(w, MODEL_ASSISTANT, said, m->provider);
}

static void
wire_assistant(struct wire *w, const struct message *m, bool open)
{
	struct str rest = m->content;
	size_t i = 0, k;

	while (i < m->ncalls) {
		for (k = i + 1; k < m->ncalls &&
		    m->calls[k].step == m->calls[i].step; k++)
			;
		wire_step(w, step_text(m, i, k - i, &rest), &m->calls[i],
		    k - i);
		i = k;
	}
	if (open)
		return;
	if (rest.n < m->content.n && begins(rest, STR("\n\n")))
		rest = behind(rest, 2);
	wire_answer(w, m, rest);
}

/* --------------------------------------------- lists of a long turn */

static struct json_object *
list_head(struct arena *a, struct json_object *list, struct json_object *out)
{
	for (size_t i = 0; i < LIST_HEAD; i++)
		js_push(out, js_share(js_at(list, i)));
	js_push(out, js_new_str(str_of(arena_printf(a,
	    "shortened, %d of %zu shown", LIST_HEAD, js_len(list)))));
	return out;
}

/* A result with the heads of its lists; NULL: none of them is long. */
static struct json_object *
result_short(struct arena *a, struct json_object *result)
{
	struct json_object *out;
	struct js_iter it;
	bool any = false;

	if (js_len(result) > LIST_HEAD)
		return list_head(a, result, js_array(a));
	out = js_object(a);
	for (it = js_first(result); it.key != NULL; js_next(&it)) {
		bool is_long = js_len(it.value) > LIST_HEAD;
		any |= is_long;
		js_add(out, it.key, is_long ? list_head(a, it.value,
		    js_new_array()) : js_share(it.value));
	}
	return any ? out : NULL;
}

/* All of it weighs so much: until it is enough. */
static void
results_shorten(struct wire *w, int64_t tokens, int64_t max)
{
	struct json_object *r;

	for (size_t i = 0; i < w->n && tokens > max; i++) {
		struct model_message *m = &w->m[i];
		if (m->role != MODEL_TOOL ||
		    (r = result_short(w->a, m->result)) == NULL)
			continue;
		tokens -= tokens_message(m);
		m->result = r;
		m->text = data_text(w->a, r);
		tokens += tokens_message(m);
	}
}

/* ------------------------------------------------ what is left out */

/* A turn that may be the first one. */
struct turn_at {
	int	 id;		/* of the person's message, */
	size_t	 row;		/* its place among the rows, */
	size_t	 at;		/* and in the list */
	size_t	 bytes;		/* of this turn and all that follow */
	int64_t	 tokens;	/* likewise */
};

struct past {
	const struct messages	*rows;
	const struct history_max *max;
	int64_t			 tokens;	/* that there may be */
	size_t			 n;
	struct turn_at		*turns;		/* oldest first */
};

/* The oldest row that can be the first, by bytes; rows->n: there is none. */
static size_t
oldest_row(const struct messages *rows, size_t bytes)
{
	size_t first = rows->n, weight = 0;

	for (size_t i = 0; i < rows->n; i++) {
		weight += rows->m[i].weight;
		if (first < rows->n && weight > bytes)
			break;
		if (rows->m[i].user)
			first = i;
	}
	return first;
}

/* All but the rows before `first`, which opens a turn. */
static void
wire_rows(struct wire *w, struct past *past, size_t first, int open)
{
	const struct messages *rows = past->rows;

	past->turns = arena_alloc(w->a, (first + 1) * sizeof(*past->turns));
	for (size_t i = first + 1; i-- > 0; ) {
		const struct message *m = &rows->m[i];
		bool last_user = i == first || rows->m[i + 1].user;
		if (m->user) {
			past->turns[past->n++] = (struct turn_at){
			    .id = m->id, .row = i, .at = w->n };
			wire_text(w, MODEL_USER, m->content, NULL);
			continue;
		}
		if (!last_user)		/* a decision made without words */
			wire_text(w, MODEL_USER,
			    STR("[Answered with the button.]"), NULL);
		wire_assistant(w, m, m->id == open);
	}
}

static void
turns_weigh(const struct wire *w, struct past *past)
{
	size_t row = 0, at = w->n, bytes = 0;
	int64_t tokens = 0;

	for (size_t i = past->n; i-- > 0; ) {
		struct turn_at *t = &past->turns[i];
		for (; row <= t->row; row++)
			bytes += past->rows->m[row].weight;
		while (at > t->at)
			tokens += tokens_message(&w->m[--at]);
		t->bytes = bytes;
		t->tokens = tokens;
	}
}

/* Is there anything before the first of these turns? */
static bool
older_than(const struct past *past)
{
	const struct messages *rows = past->rows;

	for (size_t i = past->turns[0].row + 1; i < rows->n; i++)
		if (rows->m[i].user)
			return true;
	return rows->n >= (size_t)past->max->messages &&
	    rows->m[rows->n - 1].id > 1;
}

/* The highest id that is known to go when this turn is the first. */
static int
id_before(const struct past *past, size_t turn)
{
	const struct messages *rows = past->rows;

	if (turn > 0)
		return past->turns[turn - 1].id;
	for (size_t i = past->turns[0].row + 1; i < rows->n; i++)
		if (rows->m[i].user)
			return rows->m[i].id;
	return rows->m[rows->n - 1].id - 1;
}

static bool
two_thirds(const struct past *past, const struct turn_at *t)
{
	return 3 * (t->row + 1) >= 2 * (size_t)past->max->messages ||
	    3 * t->bytes >= 2 * past->max->bytes ||
	    (past->tokens > 0 && 3 * t->tokens >= 2 * past->tokens);
}

/* The number in (low, high] that two divides most often. */
static int
roundest(int low, int high)
{
	unsigned differ = (unsigned)low ^ (unsigned)high;
	unsigned mask = ~0U;

	while ((differ >>= 1) != 0)
		mask <<= 1;
	return (int)((unsigned)high & mask);
}

/* The turn that is to be the first. */
static size_t
turn_first(const struct past *past)
{
	size_t first = 0, last;
	int from;

	while (first + 1 < past->n && past->tokens > 0 &&
	    past->turns[first].tokens > past->tokens)
		first++;
	for (last = first; last + 1 < past->n &&
	    two_thirds(past, &past->turns[last + 1]); last++)
		;
	from = roundest(id_before(past, first), past->turns[last].id);
	while (past->turns[first].id < from)
		first++;
	return first;
}

/* Begin the list here. */
static void
wire_from(struct wire *w, size_t at)
{
	w->m += at;
	w->n -= at;
	w->cap -= at;
}

static void
past_cut(struct wire *w, struct past *past)
{
	const struct model_message line = { .role = MODEL_USER,
	    .text = STR("[Older messages of this conversation are left out"
	    " here.]") };
	const struct turn_at *t = past->turns;
	bool older = older_than(past);

	turns_weigh(w, past);
	if (older || (past->tokens > 0 && past->n > 1 &&
	    t->tokens > past->tokens)) {
		if (past->tokens > tokens_message(&line))
			past->tokens -= tokens_message(&line);
		t += turn_first(past);
		older |= t > past->turns;
	}
	wire_from(w, older ? t->at - 1 : t->at);
	if (older)
		w->m[0] = line;
	if (past->tokens > 0)
		results_shorten(w, t->tokens, past->tokens);
}

void
history_build(struct wire *w, const struct messages *rows, int open,
    const struct wire *steps, const struct history_max *max)
{
	struct past past = { .rows = rows, .max = max, .tokens = max->tokens };
	size_t first = oldest_row(rows, max->bytes);

	if (first < rows->n) {
		wire_push(w);		/* room for one line */
		wire_rows(w, &past, first, open);
	}
	for (size_t i = 0; i < steps->n; i++)
		*wire_push(w) = steps->m[i];
	if (first < rows->n)
		past_cut(w, &past);
}
