/*
 * What a model reads of the past: whole turns, as many as fit, every call
 * followed by its result and by what became of it.
 */
#include <stdlib.h>

#include "agent/history.h"
#include "base/bounds.h"
#include "tap.h"

static struct arena *a;

static struct json_object *
parsed(const char *text)
{
	struct json_object *v = NULL;

	if (text != NULL && js_parse(a, str_of(text), JSON_DEPTH, &v) != NULL)
		ok(false, "is JSON: %s", text);
	return v;
}

static struct message
said(int id, const char *content)
{
	return (struct message){ .id = id, .user = true, .state = "done",
	    .content = str_of(content), .weight = strlen(content) };
}

static struct message
replied(int id, const char *content)
{
	struct message m = said(id, content);

	m.user = false;
	return m;
}

static struct call
called(int step, const char *id, const char *name, const char *state,
    const char *result)
{
	return (struct call){ .step = step, .id = id, .name = name,
	    .state = state, .arguments = parsed("{\"task_id\":1}"),
	    .result = parsed(result) };
}

/* One word a message: u:text a:text a[call call] t:call=result */
static const char *
shown(const struct wire *w)
{
	struct buf b;

	buf_init(&b, a, 1024 * 1024);
	for (size_t i = 0; i < w->n; i++) {
		const struct model_message *m = &w->m[i];
		if (i > 0)
			buf_puts(&b, " | ");
		if (m->role == MODEL_TOOL)
			buf_printf(&b, "t:%s=", m->call_id);
		else if (m->ncalls == 0)
			buf_puts(&b, m->role == MODEL_USER ? "u:" : "a:");
		for (size_t k = 0; k < m->ncalls; k++)
			buf_printf(&b, "%s%s", k == 0 ? "a[" : " ",
			    m->calls[k].id);
		if (m->ncalls > 0)
			buf_putc(&b, ']');
		buf_put(&b, m->text.p, m->text.n);
	}
	return buf_str(&b);
}

/* rows newest first, as they are stored. */
static struct wire
built(struct message *rows, size_t n, int open, size_t max)
{
	struct messages list = { n, rows };
	struct wire w;

	wire_init(&w, a);
	history_build(&w, &list, open, max);
	return w;
}

static void
is_history(struct message *rows, size_t n, int open, size_t max,
    const char *want, const char *name)
{
	struct wire w = built(rows, n, open, max);

	is_str(shown(&w), want, "%s", name);
}

#define IS_HISTORY(rows, open, max, want, name) \
	is_history(rows, sizeof(rows) / sizeof((rows)[0]), open, max, want, name)

static void
test_turns(void)
{
	struct message one[] = { said(1, "hello") };
	struct message two[] = { said(3, "next"), replied(2, "Hello."),
	    said(1, "hello") };
	struct message cut[] = { said(5, "c"), replied(4, "B."), said(3, "b"),
	    replied(2, "A.") };
	struct message none[] = { replied(4, "B."), replied(2, "A.") };
	struct message button[] = { said(5, "next"), replied(4, "Deleted."),
	    replied(3, "Delete?"), said(1, "delete") };
	struct message broken[] = { said(7, "d"), replied(6, ""), said(5, "c"),
	    replied(4, "Half an"), said(3, "b"), replied(2, ""),
	    said(1, "a") };

	is_history(NULL, 0, 1, 1000, "", "nothing was said");
	IS_HISTORY(one, 2, 1000, "u:hello", "the first message");
	IS_HISTORY(two, 4, 1000, "u:hello | a:Hello. | u:next",
	    "in the order it was said");
	IS_HISTORY(cut, 6, 1000, "u:b | a:B. | u:c",
	    "a reply without its question is left out");
	IS_HISTORY(none, 9, 1000, "", "nothing but replies");
	IS_HISTORY(button, 6, 1000, "u:delete | a:Delete? |"
	    " u:[Answered with the button.] | a:Deleted. | u:next",
	    "a decision made without words");
	broken[1].state = broken[5].state = "interrupted";
	broken[3].state = "stopped";
	IS_HISTORY(broken, 8, 1000, "u:a | a:[The answer was interrupted.] |"
	    " u:b | a:Half an\n\n"
	    "[The person stopped this answer.] | u:c | a:[The answer was interrupted.] | u:d",
	    "replies that were cut");
}

static void
test_calls(void)
{
	struct call steps[] = {
		called(1, "one", "add_task", "ok", "{\"task_id\":1}"),
		called(1, "two", "add_task", "error", "{\"error\":\"x\"}"),
		called(2, "three", "list_tasks", "ok", "[]"),
	};
	struct message rows[] = { said(3, "next"), replied(2, "Done."),
	    said(1, "do it") };
	struct message open[] = { replied(2, ""), said(1, "do it") };
	struct wire w;

	rows[1].calls = open[0].calls = steps;
	rows[1].ncalls = open[0].ncalls = 3;
	IS_HISTORY(rows, 4, 1000, "u:do it | a[one two] |"
	    " t:one={\"task_id\":1} | t:two={\"error\":\"x\"} | a[three] |"
	    " t:three=[] | a:Done. | u:next",
	    "step by step, each call with its result");
	IS_HISTORY(open, 2, 1000, "u:do it | a[one two] |"
	    " t:one={\"task_id\":1} | t:two={\"error\":\"x\"} | a[three] |"
	    " t:three=[]", "the reply being written has no text yet");
	w = built(rows, 3, 4, 1000);
	is_str(w.m[1].calls[0].arguments, "{\"task_id\":1}",
	    "arguments are text");
	is_str(w.m[1].calls[1].name, "add_task", "calls have names");
	is_str(w.m[3].call_name, "add_task", "so have results");
	ok(w.m[2].result == steps[0].result, "and are there parsed as well");
}

/* What became of one call in this state. */
static const char *
outcome(const char *state, const char *result)
{
	struct call c = called(1, "one", "delete_task", state, result);
	struct message rows[] = { said(3, "next"), replied(2, "Delete?"),
	    said(1, "delete") };
	struct wire w;

	rows[1].calls = &c;
	rows[1].ncalls = 1;
	w = built(rows, 3, 4, 1000);
	return w.n == 5 ? shown(&(struct wire){ a, 1, 1, &w.m[2] }) : "?";
}

static void
test_outcomes(void)
{
	const char *wait = "{\"status\":\"awaiting_confirmation\"}";
	static const char *const unconfirmed[] = { "superseded", "expired" };
	const char *got;

	is_str(outcome("held", wait),
	    "t:one={\"status\":\"awaiting_confirmation\"}",
	    "a question that waits");
	is_str(outcome("confirmed", wait),
	    "t:one={\"status\":\"awaiting_confirmation\"}",
	    "one that was confirmed: what it did stands later");
	got = outcome("rejected", wait);
	ok(strstr(got, "not_confirmed") != NULL &&
	    strstr(got, "said no") != NULL &&
	    strstr(got, "awaiting") == NULL, "one that was rejected");
	for (int i = 0; i < 2; i++) {
		got = outcome(unconfirmed[i], wait);
		ok(strstr(got, "not_confirmed") != NULL &&
		    strstr(got, "did not confirm") != NULL &&
		    strstr(got, "awaiting") == NULL, "one that is %s",
		    unconfirmed[i]);
	}
	got = outcome("requested", NULL);
	ok(strstr(got, "\"error\":\"interrupted\"") != NULL &&
	    strstr(got, "Nothing was changed") != NULL,
	    "a call without a result was not carried out");
	is_str(outcome("interrupted", "{\"error\":\"interrupted\"}"),
	    "t:one={\"error\":\"interrupted\"}", "nor was one closed later");
}

static void
test_limit(void)
{
	/* three turns of ten bytes each and the message to be answered */
	struct message rows[] = { said(7, "now"),
	    replied(6, "55555"), said(5, "55555"),
	    replied(4, "33333"), said(3, "33333"),
	    replied(2, "11111"), said(1, "11111") };
	struct message heavy[] = { said(5, "now"), replied(4, "B."),
	    said(3, "b"), replied(2, "A."), said(1, "a") };

	IS_HISTORY(rows, 8, 33, "u:11111 | a:11111 | u:33333 | a:33333 |"
	    " u:55555 | a:55555 | u:now", "all that fits, to the byte");
	IS_HISTORY(rows, 8, 32, "u:33333 | a:33333 | u:55555 | a:55555 |"
	    " u:now", "a byte less: a whole turn less");
	IS_HISTORY(rows, 8, 23, "u:33333 | a:33333 | u:55555 | a:55555 |"
	    " u:now", "to the byte again");
	IS_HISTORY(rows, 8, 22, "u:55555 | a:55555 | u:now", "and again");
	IS_HISTORY(rows, 8, 3, "u:now", "the newest alone");
	IS_HISTORY(rows, 8, 0, "u:now", "which always goes");
	rows[0].weight = 1000000;
	IS_HISTORY(rows, 8, 100, "u:now", "however long it is");
	heavy[1].weight = 500;		/* its calls */
	IS_HISTORY(heavy, 6, 100, "u:now",
	    "no older turn in place of one that is too long");
}

static void
test_open_turn(void)
{
	/* a turn taken up again is the newest, and longer than may be */
	struct call c = called(1, "one", "add_task", "ok", "{}");
	struct message rows[] = { replied(4, ""), said(3, "do it"),
	    replied(2, "Hello."), said(1, "hello") };

	rows[0].calls = &c;
	rows[0].ncalls = 1;
	rows[0].weight = 5000;
	IS_HISTORY(rows, 4, 100, "u:do it | a[one] | t:one={}",
	    "the turn being answered is whole");
}

static void
test_provider(void)
{
	struct call c[] = {
		called(1, "one", "add_task", "ok", "{}"),
		called(1, "two", "add_task", "ok", "{}"),
		called(2, "three", "add_task", "ok", "{}"),
	};
	struct message rows[] = { said(3, "next"), replied(2, "Done."),
	    said(1, "do it") };
	struct wire w;

	c[0].provider = parsed("{\"call\":{\"s\":1},\"step\":{\"t\":2}}");
	c[1].provider = parsed("{\"call\":{\"s\":3}}");
	rows[1].calls = c;
	rows[1].ncalls = 3;
	rows[1].provider = parsed("{\"u\":4}");
	w = built(rows, 3, 4, 1000);
	is_str(js_dump(a, w.m[1].extra), "{\"t\":2}", "a step's own data");
	is_str(js_dump(a, w.m[1].calls[0].extra), "{\"s\":1}", "a call's");
	is_str(js_dump(a, w.m[1].calls[1].extra), "{\"s\":3}", "another's");
	ok(w.m[4].extra == NULL && w.m[4].calls[0].extra == NULL,
	    "a step without");
	is_str(js_dump(a, w.m[6].extra), "{\"u\":4}", "the text's");
	rows[1].content = STR("");
	w = built(rows, 3, 4, 1000);
	ok(w.m[6].extra == NULL, "words that are ours have none");
}

/* ------------------------------------------- any history at all */

static unsigned
dice(unsigned *seed, unsigned sides)
{
	*seed = *seed * 1103515245u + 12345u;
	return (*seed >> 16) % sides;
}

/* Begins with the person, every call answered, in order, at once. */
static bool
healthy(const struct wire *w)
{
	size_t i = 0;

	if (w->n > 0 && w->m[0].role != MODEL_USER)
		return false;
	while (i < w->n) {
		const struct model_message *m = &w->m[i++];
		if (m->role == MODEL_TOOL)
			return false;
		if (m->role == MODEL_USER && m->ncalls > 0)
			return false;
		for (size_t k = 0; k < m->ncalls; k++, i++)
			if (i == w->n || w->m[i].role != MODEL_TOOL ||
			    strcmp(w->m[i].call_id, m->calls[k].id) != 0 ||
			    w->m[i].text.n == 0)
				return false;
	}
	return true;
}

static void
test_any(void)
{
	static const char *const states[] = { "requested", "ok", "error",
	    "interrupted", "held", "confirmed", "rejected", "superseded",
	    "expired" };
	int bad = 0, without = 0;

	for (unsigned seed = 1; seed <= 500; seed++) {
		unsigned s = seed;
		struct message rows[12];
		size_t n = dice(&s, 12), max = dice(&s, 200);
		bool any = false;
		struct wire w;
		for (size_t i = 0; i < n; i++) {
			rows[i] = dice(&s, 2) == 0 ? said(50 - (int)i, "words") :
			    replied(50 - (int)i, dice(&s, 3) == 0 ? "" : "w");
			any |= rows[i].user;
			if (rows[i].user)
				continue;
			rows[i].ncalls = dice(&s, 4);
			rows[i].calls = arena_alloc(a, 4 * sizeof(struct call));
			for (size_t k = 0; k < rows[i].ncalls; k++)
				rows[i].calls[k] = called(1 + (int)(k / 2),
				    arena_printf(a, "c%zu-%zu", i, k), "x",
				    states[dice(&s, 9)],
				    dice(&s, 2) == 0 ? "{}" : NULL);
		}
		w = built(rows, n, 50, max);
		bad += !healthy(&w);
		without += any != (w.n > 0);
	}
	is_int(bad, 0, "of 500 pasts none comes out ill");
	is_int(without, 0, "and none is lost where somebody spoke");
}

int
main(void)
{
	a = arena_new();
	test_turns();
	test_calls();
	test_outcomes();
	test_limit();
	test_open_turn();
	test_provider();
	test_any();
	arena_free(a);
	return tap_done();
}
