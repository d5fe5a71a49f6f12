/*
 * What a model reads of the past: whole turns, as many as fit, every call
 * with what was said beside it, followed by its result and by what became
 * of it; and mostly the same bytes as the time before.
 */
#include <stdlib.h>

#include "agent/history.h"
#include "base/bounds.h"
#include "model/tokens.h"
#include "tap.h"

#define LEFT_OUT \
	"u:[Older messages of this conversation are left out here.]"

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
built_to(struct message *rows, size_t n, int open,
    const struct history_max *max)
{
	struct messages list = { n, rows };
	struct wire w, none;

	wire_init(&w, a);
	wire_init(&none, a);
	history_build(&w, &list, open, &none, max);
	return w;
}

static struct wire
built(struct message *rows, size_t n, int open, size_t bytes)
{
	const struct history_max max = { .messages = 1000, .bytes = bytes };

	return built_to(rows, n, open, &max);
}

static unsigned
dice(unsigned *seed, unsigned sides)
{
	*seed = *seed * 1103515245u + 12345u;
	return (*seed >> 16) % sides;
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
	IS_HISTORY(rows, 8, 32, LEFT_OUT " | u:33333 | a:33333 | u:55555 |"
	    " a:55555 | u:now", "a byte less: a whole turn less");
	IS_HISTORY(rows, 8, 23, LEFT_OUT " | u:33333 | a:33333 | u:55555 |"
	    " a:55555 | u:now", "to the byte again");
	IS_HISTORY(rows, 8, 22, LEFT_OUT " | u:55555 | a:55555 | u:now",
	    "and again");
	IS_HISTORY(rows, 8, 3, LEFT_OUT " | u:now", "the newest alone");
	IS_HISTORY(rows, 8, 0, LEFT_OUT " | u:now", "which always goes");
	rows[0].weight = 1000000;
	IS_HISTORY(rows, 8, 100, LEFT_OUT " | u:now", "however long it is");
	heavy[1].weight = 500;		/* its calls */
	IS_HISTORY(heavy, 6, 100, LEFT_OUT " | u:now",
	    "no older turn in place of one that is too long");
}

/* Turns of one message each, newest first, with ids from..to. */
static struct wire
of_ids(int from, int to, const struct history_max *max)
{
	size_t n = (size_t)(to - from + 1);
	struct message *rows = arena_alloc(a, n * sizeof(*rows));

	for (size_t i = 0; i < n; i++)
		rows[i] = said(to - (int)i, arena_printf(a, "%08d",
		    to - (int)i));
	return built_to(rows, n, to + 1, max);
}

/* The first words that are the person's own. */
static int
first_id(const struct wire *w)
{
	return atoi(w->m[w->m[0].text.p[0] == '[' ? 1 : 0].text.p);
}

static void
test_block(void)
{
	/* eight bytes, seven tokens each */
	const struct history_max count = { .messages = 12, .bytes = 100000 };
	const struct history_max bytes = { .messages = 1000, .bytes = 96 };
	const struct history_max tokens = { .messages = 1000, .bytes = 100000,
	    .tokens = 12 * 7 + 24 };
	const struct history_max *const all[] = { &count, &bytes, &tokens };
	static const char *const what[] = { "messages", "bytes", "tokens" };
	struct wire w;

	for (size_t i = 0; i < 3; i++) {
		w = of_ids(1, 12, all[i]);
		ok(first_id(&w) == 1 && w.n == 12, "%s: all there is",
		    what[i]);
	}
	/* the cut may be before 19 to 23, and 20 is the roundest */
	w = of_ids(19, 30, &count);
	is_int(first_id(&w), 20, "messages: at a round id");
	w = of_ids(1, 30, &bytes);
	is_int(first_id(&w), 20, "bytes: likewise");
	w = of_ids(1, 30, &tokens);
	is_int(first_id(&w), 20, "tokens: likewise");
	is_int((long long)w.n, 12, "of which the line took its part");
	is_str(shown(&(struct wire){ a, 1, 1, w.m }), LEFT_OUT,
	    "it says that there is more");
	w = of_ids(18, 29, &count);
	is_int(first_id(&w), 20, "the same with a message less");
	w = of_ids(20, 31, &count);
	is_int(first_id(&w), 24, "then a rounder one");
	w = of_ids(24, 35, &count);
	is_int(first_id(&w), 24, "as long as it can be");
	w = of_ids(25, 36, &count);
	is_int(first_id(&w), 28, "and the next");
}

static const char *
list_of(int n)
{
	struct buf b;

	buf_init(&b, a, 1024 * 1024);
	for (int i = 1; i <= n; i++)
		buf_printf(&b, "%c{\"id\":%d,\"title\":\"T%d\"}",
		    i == 1 ? '[' : ',', i, i);
	buf_puts(&b, n == 0 ? "[]" : "]");
	return buf_str(&b);
}

#define HEAD "{\"id\":1,\"title\":\"T1\"},{\"id\":2,\"title\":\"T2\"}," \
	"{\"id\":3,\"title\":\"T3\"},{\"id\":4,\"title\":\"T4\"}," \
	"{\"id\":5,\"title\":\"T5\"},{\"id\":6,\"title\":\"T6\"}," \
	"{\"id\":7,\"title\":\"T7\"},{\"id\":8,\"title\":\"T8\"}," \
	"{\"id\":9,\"title\":\"T9\"},{\"id\":10,\"title\":\"T10\"},"

static int64_t
weight_of(const struct wire *w)
{
	int64_t n = 0;

	for (size_t i = 0; i < w->n; i++)
		n += tokens_message(&w->m[i]);
	return n;
}

/* One turn that is too much alone: stored steps, and some made since. */
static void
test_long_turn(void)
{
	struct call stored[] = {
		called(1, "one", "list_tasks", "ok", list_of(60)),
		called(1, "two", "list_tasks", "ok", list_of(10)),
	};
	struct call made = called(2, "three", "x", "ok", arena_printf(a,
	    "{\"n\":7,\"rows\":%s,\"none\":null}", list_of(60)));
	struct message rows[] = { replied(4, ""), said(3, "do it"),
	    replied(2, arena_printf(a, "%0100d", 0)), said(1, "hello") };
	struct messages list = { 4, rows };
	struct history_max max = { .messages = 50, .bytes = 100000 };
	struct wire w, steps;
	int64_t whole;

	rows[0].calls = stored;
	rows[0].ncalls = 2;
	wire_init(&steps, a);
	wire_step(&steps, STR("And now?"), &made, 1);
	wire_init(&w, a);
	history_build(&w, &list, 4, &steps, &max);
	whole = weight_of(&w);
	is_int((long long)w.n, 8, "as long as it may be");

	max.tokens = whole - 5;
	wire_init(&w, a);
	history_build(&w, &list, 4, &steps, &max);
	is_int((long long)w.n, 7, "first older turns go");
	is_str(w.m[3].text.p, list_of(60), "and then it fits");

	max.tokens = whole - 200;
	wire_init(&w, a);
	history_build(&w, &list, 4, &steps, &max);
	is_int((long long)w.n, 7, "then no message goes");
	is_str(js_dump(a, w.m[3].result), "[" HEAD "\"shortened, 10 of 60"
	    " shown\"]", "but an old list is shortened");
	is_str(w.m[3].text.p, js_dump(a, w.m[3].result), "also as text");
	is_str(w.m[4].text.p, list_of(10), "one that is not long is not");
	ok(strstr(w.m[6].text.p, "T60") != NULL, "nor the newest");
	ok(weight_of(&w) <= max.tokens, "for that is enough");

	max.tokens = 10;
	wire_init(&w, a);
	history_build(&w, &list, 4, &steps, &max);
	is_str(w.m[6].text.p, "{\"n\":7,\"rows\":[" HEAD "\"shortened, 10 of"
	    " 60 shown\"],\"none\":null}", "at last the newest, inside of it");
	is_int((long long)w.n, 7, "and nothing is left out, fit or not");
	is_str(js_dump(a, made.result), arena_printf(a,
	    "{\"n\":7,\"rows\":%s,\"none\":null}", list_of(60)),
	    "what is stored is as it was");

	list.n = 2;
	wire_init(&w, a);
	history_build(&w, &list, 4, &steps, &max);
	ok(w.m[0].role == MODEL_USER && str_is(w.m[0].text, "do it"),
	    "nothing is said to be left out where nothing was");
}

/* --------------------------------- the same bytes, turn after turn */

/* A turn of any kind, put before the rows that there are. */
static void
turn_push(struct message *rows, size_t *n, int *id, unsigned *seed)
{
	size_t words = 1 + dice(seed, 40), calls = dice(seed, 3);
	struct message *m;

	*n += 2;
	memmove(rows + 2, rows, (*n - 2) * sizeof(*rows));
	m = &rows[1];
	++*id;
	*m = said(*id, arena_printf(a, "%d %0*d", *id, (int)words, 0));
	m = &rows[0];
	++*id;
	*m = replied(*id, arena_printf(a, "%d %0*d", *id, 5 * (int)words, 0));
	m->calls = arena_alloc(a, 2 * sizeof(*m->calls));
	m->ncalls = calls;
	for (size_t k = 0; k < calls; k++) {
		const char *result = list_of((int)dice(seed, 30));
		m->calls[k] = called(1 + (int)k, arena_printf(a, "c%d-%zu",
		    *id, k), "list_tasks", "ok", result);
		m->weight += strlen(result);
	}
}

/* Of 200 turns of one conversation: how often did the prefix change? */
static void
is_steady(const struct history_max *max, int most, const char *name)
{
	struct message rows[402];
	const char *before = NULL, *now;
	int changes = 0, too_much = 0, id = 0;
	size_t n = 0, least = SIZE_MAX;
	unsigned seed = 7;
	struct wire w;

	for (int turn = 1; turn <= 200; turn++) {
		struct message *m = rows;
		size_t got = (size_t)max->messages;
		turn_push(rows, &n, &id, &seed);
		if (turn > 1 && dice(&seed, 10) == 0)
			id += 2;		/* something taken back */
		memmove(rows + 1, rows, n * sizeof(*rows));
		*m = said(id + 1, arena_printf(a, "turn %d", turn));
		w = built_to(rows, n + 1 < got ? n + 1 : got, id + 2, max);
		memmove(rows, rows + 1, n * sizeof(*rows));
		/* up to the newest words, which a clock stands behind */
		w.n--;
		now = shown(&w);
		changes += before != NULL &&
		    strncmp(now, before, strlen(before)) != 0;
		before = now;
		too_much += max->tokens > 0 && weight_of(&w) > max->tokens;
		if (turn > 100 && w.n < least)
			least = w.n;
	}
	is_int(too_much, 0, "%s: never too much", name);
	ok(least > 10, "%s: at least %zu messages", name, least);
	ok(changes > 0 && changes <= most,
	    "%s: of 200 prefixes %d are not what came before", name, changes);
}

static void
test_steady(void)
{
	const struct history_max count = { .messages = 50,
	    .bytes = 4194304 };
	const struct history_max bytes = { .messages = 1000, .bytes = 40000 };
	const struct history_max tokens = { .messages = 1000,
	    .bytes = 4194304, .tokens = 16000 };
	const struct history_max all = { .messages = 60, .bytes = 40000,
	    .tokens = 16000 };

	is_steady(&count, 40, "so many messages");
	is_steady(&bytes, 40, "so many bytes");
	is_steady(&tokens, 40, "so many tokens");
	is_steady(&all, 40, "all of these limits");
}

/* ------------------------------------- what is said beside calls */

static const char *
beside(struct call *calls, size_t n, const char *content, const char *state)
{
	struct message rows[] = { said(3, "next"), replied(2, content),
	    said(1, "do") };
	struct wire w;

	rows[1].calls = calls;
	rows[1].ncalls = n;
	rows[1].state = state;
	w = built(rows, 3, 4, 100000);
	return shown(&(struct wire){ a, w.n - 2, w.cap, w.m + 1 });
}

static void
test_beside(void)
{
	struct call c[] = {
		called(1, "one", "list_tasks", "ok", "[]"),
		called(1, "two", "list_tasks", "ok", "[]"),
		called(2, "three", "list_tasks", "ok", "[]"),
	};
	struct message open[] = { replied(2, "I lo"), said(1, "do") };
	struct wire w;

	is_str(beside(c, 3, "Two.", "done"), "a[one two] | t:one=[] |"
	    " t:two=[] | a[three] | t:three=[] | a:Two.", "nothing");
	c[0].said = c[1].said = 7;
	c[2].said = 15;
	is_str(beside(c, 3, "I look.\n\nAgain.\n\nTwo.", "done"),
	    "a[one two]I look. | t:one=[] | t:two=[] | a[three]Again. |"
	    " t:three=[] | a:Two.", "each step has its own");
	c[2].said = 14;
	is_str(beside(c, 3, "I look.\n\n\n\nIt.\n\n\n\nTwo.", "done"),
	    "a[one two]I look. | t:one=[] | t:two=[] | a[three]\n\nIt. |"
	    " t:three=[] | a:\n\nTwo.", "blank lines of the model's own");
	c[2].said = 7;
	is_str(beside(c, 3, "I look.\n\nTwo.", "done"),
	    "a[one two]I look. | t:one=[] | t:two=[] | a[three] |"
	    " t:three=[] | a:Two.", "a step without");
	is_str(beside(c, 2, "I look.", "done"), "a[one two]I look. |"
	    " t:one=[] | t:two=[] | a:[Nothing more was said.]",
	    "and nothing behind");
	is_str(beside(c, 2, "I look.", "stopped"), "a[one two]I look. |"
	    " t:one=[] | t:two=[] | a:[The person stopped this answer.]",
	    "and stopped then");
	is_str(beside(c, 2, "I look.\n\nThere", "interrupted"),
	    "a[one two]I look. | t:one=[] | t:two=[] | a:There\n\n"
	    "[The answer was interrupted.]", "and cut later");
	c[0].said = c[1].said = 99;
	is_str(beside(c, 2, "I lo", "stopped"), "a[one two]I lo |"
	    " t:one=[] | t:two=[] | a:[The person stopped this answer.]",
	    "not all of it was kept");
	c[0].said = c[1].said = 2;
	is_str(beside(c, 2, "\xc3\xa9\xc3\xa9!", "done"),
	    "a[one two]\xc3\xa9 | t:one=[] | t:two=[] | a:\xc3\xa9!",
	    "as bytes");
	c[0].said = c[1].said = 3;
	is_str(beside(c, 2, "\xc3\xa9\xc3\xa9!", "done"),
	    "a[one two]\xc3\xa9 | t:one=[] | t:two=[] | a:\xc3\xa9!",
	    "never half of a character");

	/* kept with the call */
	c[0].said = c[1].said = 0;
	history_keep_text(a, &c[0], STR(""));
	ok(c[0].provider == NULL, "nothing is kept as nothing");
	history_keep_text(a, &c[0], STR("I look."));
	is_str(beside(c, 2, "Two.", "done"), "a[one two]I look. |"
	    " t:one=[] | t:two=[] | a:Two.", "what the message lacks");
	is_str(beside(c, 2, "I look.\n\nDelete?", "done"),
	    "a[one two]I look. | t:one=[] | t:two=[] | a:Delete?",
	    "what it has is not said twice");
	is_str(beside(c, 2, "I look.", "done"), "a[one two]I look. |"
	    " t:one=[] | t:two=[] | a:[Nothing more was said.]",
	    "nor where it is all");
	is_str(beside(c, 2, "I look. Two.", "done"), "a[one two]I look. |"
	    " t:one=[] | t:two=[] | a:I look. Two.",
	    "another text that begins alike");
	c[0].provider = parsed("{\"step\":{\"t\":2}}");
	history_keep_text(a, &c[0], STR("I look."));
	is_str(js_dump(a, c[0].provider), "{\"step\":{\"t\":2},\"text\":"
	    "\"I look.\"}", "beside what else is kept");

	open[0].calls = c;
	open[0].ncalls = 2;
	w = built(open, 2, 2, 1000);
	is_str(shown(&w), "u:do | a[one two]I look. | t:one=[] | t:two=[]",
	    "of an answer that goes on, that and no more");
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
	IS_HISTORY(rows, 4, 100, LEFT_OUT " | u:do it | a[one] | t:one={}",
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
	test_block();
	test_long_turn();
	test_steady();
	test_beside();
	test_open_turn();
	test_provider();
	test_any();
	arena_free(a);
	return tap_done();
}
