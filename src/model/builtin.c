/*
 * The built-in model: one step of a turn.  See builtin.h for how it works
 * and what its parts are.
 */
#include <string.h>

#include "base/bounds.h"
#include "base/text.h"
#include "model/builtin.h"

#define MAX_CHAIN	4	/* answers to questions about answers */
#define PIECE		4	/* words said at once */

static bool
is_pending(const struct bt_intent *in, enum bt_question q, enum bt_does verb)
{
	if (q == BT_ASKED_WHICH && (verb == BT_COMPLETE || verb == BT_REOPEN ||
	    verb == BT_UPDATE || verb == BT_DELETE || verb == BT_RESTORE ||
	    verb == BT_DETAIL))
		return in->does == verb && in->target.at != BT_AT_IDS &&
		    in->target.at != BT_AT_FILTER;
	if (q == BT_ASKED_TITLE)
		return in->does == BT_ADD && in->change.title.n == 0;
	return in->does == BT_UPDATE;
}

static struct bt_target
target_of(struct arena *a, int64_t id)
{
	struct bt_target t = { .at = BT_AT_IDS, .n = 1, .firm = true };
	int64_t *num = arena_alloc(a, sizeof(*num));

	*num = id;
	t.num = num;
	return t;
}

static struct bt_target
targets_of(struct arena *a, struct bt_tasks tasks)
{
	struct bt_target t = { .at = BT_AT_IDS, .firm = true };
	int64_t *num = arena_alloc(a, (MAX_CALLS + 1) * sizeof(*num));

	for (; t.n < tasks.n && t.n < MAX_CALLS; t.n++)
		num[t.n] = tasks.v[t.n].id;
	t.num = num;
	return t;
}

/* Numbers in an answer are places of the options, or else their ids. */
static bool
option_numbered(struct arena *a, const struct bt_target *said, bool hash,
    struct bt_tasks options, struct bt_target *out)
{
	struct bt_tasks chosen = { 0, NULL };
	size_t i, k;
	int64_t at;

	chosen.v = arena_alloc(a, (said->n + 1) * sizeof(*chosen.v));
	for (i = 0; i < said->n; i++) {
		at = said->num[i] < 0 ? (int64_t)options.n + said->num[i] :
		    said->num[i] - 1;
		for (k = 0; k < options.n; k++)
			if (options.v[k].id == said->num[i])
				break;
		if (hash && k < options.n)
			at = (int64_t)k;
		else if (at < 0 || at >= (int64_t)options.n)
			at = k < options.n ? (int64_t)k : -1;
		if (at < 0)
			return false;
		chosen.v[chosen.n++] = options.v[at];
	}
	*out = targets_of(a, chosen);
	return said->n > 0;
}

static bool
has_words(struct bt_span s, const char *words)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (bt_is(&s.w[i], words) ||
		    (s.w[i].kind == BT_TEXT && s.w[i].low[0] == '#' &&
		    strchr(words, '#') != NULL))
			return true;
	return false;
}

/* Does the answer choose a task?  options may be empty (an open question). */
static bool
choice_read(struct arena *a, struct bt_span s, struct bt_now now,
    struct bt_tasks options, struct bt_target *out)
{
	struct bt_target said;
	struct bt_tasks found;

	s = bt_bare(s);
	while (s.n > 1 && bt_is(&s.w[0], "i|mean|meant|mean|please|just|option|"
	    "choose|pick|it's|the|yes|,|no|only"))
		s = bt_bare(bt_sub(s, 1, s.n));
	bt_target_read(a, s, now, &said);
	if (options.n == 0) {
		*out = said;
		return said.at == BT_AT_IDS || said.at == BT_AT_PLACES ||
		    said.at == BT_AT_TITLE || said.at == BT_AT_FILTER;
	}
	if (said.at == BT_AT_NONE && s.n == 1 && bt_is(&s.w[0], "one")) {
		*out = target_of(a, options.v[0].id);
		return true;
	}
	switch (said.at) {
	case BT_AT_IDS:
	case BT_AT_PLACES:
		return option_numbered(a, &said, said.at == BT_AT_IDS &&
		    has_words(s, "#|task|tasks|id"), options, out);
	case BT_AT_THEM:
	case BT_AT_FILTER:
		*out = targets_of(a, options);
		return true;
	case BT_AT_TITLE:
		found = bt_match(a, said.words, options);
		if (found.n != 1)
			return false;
		*out = target_of(a, found.v[0].id);
		return true;
	default:
		return false;
	}
}

/* Is this a command of its own rather than the title that was asked for? */
static bool
is_command(const struct bt_intents *in)
{
	enum bt_does d = in->n > 0 ? in->v[0].does : BT_UNKNOWN;

	return d == BT_LIST || d == BT_HELP || d == BT_CANCEL || d == BT_NO ||
	    d == BT_UNDO || d == BT_HELLO || d == BT_TALK || d == BT_WHO ||
	    d == BT_THANKS || (d == BT_ADD && in->v[0].change.title.n > 0) ||
	    ((d == BT_COMPLETE || d == BT_DELETE || d == BT_UPDATE ||
	    d == BT_REOPEN || d == BT_RESTORE) && in->v[0].target.firm);
}

static bool
is_talk(const struct bt_intents *in)
{
	enum bt_does d = in->n > 0 ? in->v[0].does : BT_UNKNOWN;

	return d == BT_YES || d == BT_FINE || d == BT_TIME;
}

static void
priority_answer(struct bt_span s, struct bt_change *c)
{
	while (s.n > 1 && bt_is(&s.w[0], "to|make|it|set|a|please|use|is|the"))
		s = bt_sub(s, 1, s.n);
	s = bt_bare(s);
	if (s.n > 0 && bt_is(&s.w[0], "high|low|normal"))
		c->priority = s.w[0].low;
	else if (s.n > 0 && bt_is(&s.w[0], "medium"))
		c->priority = "normal";
	else if (bt_priority_read(s, &c->priority) == 0)
		c->priority = NULL;
}

/*
 * The newest message read as the answer to our own question: the command
 * that raised it, with the gap filled.  False: it is no answer.
 */
static bool
answer_fill(struct arena *a, enum bt_question q, struct bt_span s,
    struct bt_now now, struct bt_tasks options, const struct bt_intents *said,
    struct bt_intent *in)
{
	struct bt_change *c = &in->change;
	struct bt_when when;

	switch (q) {
	case BT_ASKED_WHICH:
		/* what is small talk or a command is no title */
		if (is_talk(said) || (is_command(said) &&
		    (options.n == 0 || said->v[0].does != BT_LIST)))
			return false;
		return choice_read(a, s, now, options, &in->target);
	case BT_ASKED_TITLE:
		if (is_command(said))
			return false;
		bt_new_task(a, s, now, c);
		return true;
	case BT_ASKED_NEW_TITLE:
		if (is_command(said))
			return false;
		c->has_title = true;
		c->bad_title = false;
		c->title = bt_title(a, s);
		return true;
	case BT_ASKED_PRIORITY:
		priority_answer(bt_bare(s), c);
		return c->priority != NULL;
	case BT_ASKED_DUE:
		if (!bt_when_all(s, now, &when))
			return false;
		c->bad_due = false;
		c->due = when;
		return true;
	case BT_ASKED_CHANGE:
		if (said->n > 0 && said->v[0].does == BT_UPDATE) {
			*c = said->v[0].change;
			return true;
		}
		if (bt_when_all(s, now, &when)) {
			c->due = when;
			return true;
		}
		if (is_command(said))
			return false;
		priority_answer(bt_bare(s), c);
		c->has_priority = c->priority != NULL;
		c->has_title = c->priority == NULL;
		c->title = bt_title(a, s);
		return true;
	default:
		return false;
	}
}

/*
 * The intents of one user message.  If our question stands before it, the
 * message before that is read again: this is how a pending command is
 * remembered without remembering anything.
 */
static void
message_read(struct arena *a, const struct model_request *req, size_t user,
    struct bt_now now, int depth, struct bt_intents *out)
{
	struct bt_span s = bt_words(a, req->messages[user].text);
	enum bt_does verb = BT_UNKNOWN;
	enum bt_question q = bt_asked(req, user, &verb);
	struct bt_intents before;
	struct bt_tasks options = { 0, NULL };
	size_t i, prev = bt_user_before(req, user);

	bt_parse(a, s, now, out);
	for (i = 0; i < out->n; i++)
		out->v[i].seen = user;
	if (q == BT_ASKED_NOTHING || prev == BT_NOBODY || depth >= MAX_CHAIN)
		return;
	message_read(a, req, prev, now, depth + 1, &before);
	for (i = user; i-- > prev && options.n == 0;)
		if (req->messages[i].role == MODEL_ASSISTANT)
			options = bt_lines_read(a, req->messages[i].text);
	for (i = 0; i < before.n; i++) {
		if (!is_pending(&before.v[i], q, verb))
			continue;
		/* an answer that fits none of the options: ask once more */
		if (!answer_fill(a, q, s, now, options, out, &before.v[i]) &&
		    !(options.n > 0 && out->n == 1 &&
		    out->v[0].does == BT_UNKNOWN))
			return;
		out->v[0] = before.v[i];
		out->n = 1;
		return;
	}
}

/*
 * Results that came after the last words of the turn before: a question of
 * the program was answered and nobody has said yet what came of it.
 */
static size_t
untold(const struct model_request *req, size_t user)
{
	size_t i = user;

	while (i > 0 && req->messages[i - 1].role == MODEL_TOOL)
		i--;
	return i;
}

static void
tape_read(struct bt_plan *p, size_t from, size_t to)
{
	size_t i;

	p->tape = arena_alloc(p->a, (to - from + 1) * sizeof(*p->tape));
	p->ntape = 0;
	for (i = from; i < to; i++) {
		const struct model_message *m = &p->req->messages[i];

		if (m->role == MODEL_TOOL)
			p->tape[p->ntape++] = (struct bt_tape){
			    m->call_name != NULL ? m->call_name : "",
			    m->result };
	}
}

/* In a few pieces, cut where a word begins, so that a stream looks alive. */
static bool
say(const struct model_events *ev, struct str text)
{
	size_t i, words = 0, from = 0;

	if (ev == NULL || ev->text == NULL)
		return true;
	for (i = 1; i < text.n; i++) {
		if (text.p[i - 1] != ' ' && text.p[i - 1] != '\n')
			continue;
		if (++words < PIECE)
			continue;
		if (!ev->text(ev->ctx, (struct str){ text.p + from, i - from }))
			return false;
		from = i;
		words = 0;
	}
	if (text.n > from && !ev->text(ev->ctx, (struct str){ text.p + from,
	    text.n - from }))
		return false;
	return ev->flush == NULL || ev->flush(ev->ctx);
}

static bool
has_tool(const struct model_request *req, const char *name)
{
	size_t i;

	for (i = 0; i < req->ntools; i++)
		if (strcmp(req->tools[i].name, name) == 0)
			return true;
	return false;
}

/* Calls for tools we were not given: say so instead. */
static bool
calls_possible(struct bt_plan *p)
{
	size_t i;

	for (i = 0; i < p->ncalls; i++)
		if (!has_tool(p->req, p->calls[i].name))
			return false;
	return true;
}

/* Late calls end the turn, so what was done before them is told now. */
static bool
calls_are_late(const struct bt_plan *p)
{
	size_t i;

	for (i = 0; i < p->intents.n; i++)
		if (p->jobs[i].late || p->jobs[i].left_out > 0)
			return true;
	return false;
}

static bool
all_settled(const struct bt_plan *p)
{
	size_t i;

	for (i = 0; i < p->intents.n; i++)
		if (!p->jobs[i].late && !p->jobs[i].finished &&
		    p->jobs[i].instead == NULL && p->jobs[i].left_out == 0)
			return false;
	return true;
}

static void
text_make(struct bt_plan *p, bool calls, struct buf *b)
{
	size_t told;

	if (calls) {
		if (calls_are_late(p) && all_settled(p) && !p->told)
			bt_say_jobs(p, false, b);
		return;
	}
	if (p->ncalls > 0) {
		bt_say_tape(p, b);
		if (b->n > 0)
			buf_putc(b, '\n');
		buf_puts(b, "I had to stop there. Tell me again what is still"
		    " missing.");
		return;
	}
	if (p->off) {
		bt_say_tape(p, b);
	} else if (p->intents.n == 1 && bt_in(p->intents.v[0].does == BT_YES ?
	    "y" : p->intents.v[0].does == BT_NO ? "n" : "", "y|n") &&
	    (told = untold(p->req, p->user)) < p->user) {
		tape_read(p, told, p->user);
		bt_say_tape(p, b);
	} else {
		bt_say_jobs(p, p->told, b);
	}
	if (b->n == 0)
		buf_puts(b, "I did not find anything to do in that. Say “help”"
		    " for examples.");
}

const struct err *
builtin_step(struct arena *a, const struct model_request *req,
    const struct model_events *ev, struct model_answer *out)
{
	struct bt_plan p = { .a = a, .req = req,
	    .now = bt_now_read(req->local_now) };
	struct buf text;
	bool calls;

	memset(out, 0, sizeof(*out));
	out->model = "builtin";
	out->prompt_tokens = out->completion_tokens = -1;
	buf_init(&text, a, BT_MAX_SAY);
	p.user = bt_user_before(req, req->nmessages);
	if (p.user == BT_NOBODY) {
		p.user = 0;
	} else {
		message_read(a, req, p.user, p.now, 0, &p.intents);
		tape_read(&p, p.user, req->nmessages);
	}
	bt_plan_run(&p);
	calls = p.ncalls > 0 && !p.off && calls_possible(&p);
	text_make(&p, calls, &text);
	out->text = utf8_mend(a, str_of(buf_str(&text)));
	out->end = calls ? MODEL_TOOLS : MODEL_DONE;
	if (calls) {
		out->calls = p.calls;
		out->ncalls = p.ncalls;
	}
	if (!say(ev, out->text)) {
		out->end = MODEL_STOPPED;
		out->ncalls = 0;
	}
	return NULL;
}
