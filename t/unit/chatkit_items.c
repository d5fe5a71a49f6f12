/*
 * ChatKit's items: ids by the letter, events in their order, and the same
 * items whether a turn is told as it goes on or read from what is stored.
 */
#include "api/chatkit.h"
#include "base/bounds.h"
#include "base/text.h"
#include "tap.h"

#define COUNT(x) (sizeof(x) / sizeof((x)[0]))
#define UUID "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"
#define BEGUN "2026-11-20T21:12:08.779463Z"

static struct arena *a;

static struct json_object *
parsed(const char *text)
{
	struct json_object *v = NULL;

	if (text != NULL && js_parse(a, str_of(text), JSON_DEPTH, &v) != NULL)
		ok(false, "is JSON: %s", text);
	return v;
}

/* ---------------------------------------------------------------- ids */

static void
thread_is_none(const char *id)
{
	const char *uuid = "untouched";

	ok(!ck_thread_read(a, id, &uuid), "no thread: %s", id);
	is_str(uuid, "untouched", "and nothing is said of it");
}

static void
test_thread_ids(void)
{
	const char *uuid = NULL, *id = ck_thread_id(a, UUID);

	is_str(id, "thr_" UUID, "a thread's id");
	ok(ck_thread_read(a, id, &uuid), "is read");
	is_str(uuid, UUID, "as the conversation's");
	ok(ck_thread_read(a, "thr_A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11",
	    &uuid), "in upper case too");
	is_str(uuid, UUID, "which is made lower");
	thread_is_none("");
	thread_is_none("thr_");
	thread_is_none(UUID);
	thread_is_none("THR_" UUID);
	thread_is_none("cthr_" UUID);
	thread_is_none("thr-" UUID);
	thread_is_none(" thr_" UUID);
	thread_is_none("thr_" UUID " ");
	thread_is_none("thr_" UUID "\n");
	thread_is_none("thr_" UUID "_1");
	thread_is_none("thr_a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1");
	thread_is_none("thr_a0eebc999c0b-4ef8-bb6d-6bb9bd380a11-");
	thread_is_none("thr_{0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1}");
	thread_is_none("thr_g0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11");
}

static void
ref_is(const char *id, int message, int seq)
{
	struct ck_ref r = { .seq = -7 };

	ok(ck_ref_read(a, id, &r), "an item: %s", id);
	is_str(r.thread, UUID, "of this thread");
	is_int(r.message, message, "of this message");
	is_int(r.seq, seq, "in this place");
}

static void
ref_is_none(const char *id)
{
	struct ck_ref r = { .message = 77 };

	ok(!ck_ref_read(a, id, &r) && r.message == 77, "no item: %s", id);
}

static void
test_refs(void)
{
	static const char *const bad[] = { "", "msg_", "msg_" UUID,
	    "msg_" UUID "_", "msg_" UUID "_0", "msg_" UUID "_01",
	    "msg_" UUID "_-1", "msg_" UUID "_+1", "msg_" UUID "_ 1",
	    "msg_" UUID "_1 ", "msg_" UUID "_1_", "msg_" UUID "_1_00",
	    "msg_" UUID "_1_-1", "msg_" UUID "_1_2_", "msg_" UUID "_1_2_3",
	    "msg_" UUID "_2147483648", "msg_" UUID "_1_2147483648",
	    "msg_" UUID "_99999999999999999999", "msg_" UUID "_0x1",
	    "msg_" UUID "_1e3", "msg_" UUID "__1", "msg_" UUID "1",
	    "wf_" UUID "_1", "wf_" UUID, "wf_" UUID "_1_x", "wf_msg_" UUID
	    "_1_1", "thr_" UUID "_1", "Msg_" UUID "_1", "msg_" UUID "_\xd9\xa1",
	    "msg_a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1_1" };

	ref_is("msg_" UUID "_1", 1, -1);
	ref_is("msg_" UUID "_2_0", 2, 0);
	ref_is("wf_" UUID "_12_10", 12, 10);
	ref_is("msg_" UUID "_2147483647_2147483647", 2147483647, 2147483647);
	ref_is("msg_A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11_3", 3, -1);
	for (size_t i = 0; i < COUNT(bad); i++)
		ref_is_none(bad[i]);
	ok(!ck_ref_read(a, NULL, &(struct ck_ref){ 0 }), "nothing is none");
}

/* -------------------------------------------------------------- hearing */

struct heard {
	struct buf		 brief;	/* a word an event */
	struct json_object	*items;	/* those that were done */
	struct json_object	*last;	/* event, a copy */
	int			 left;	/* events still heard; -1: all */
	int			 n;
};

static struct heard
ears(void)
{
	struct heard h = { .items = js_array(a), .left = -1 };

	buf_init(&h.brief, a, 1 << 20);
	return h;
}

/*
 * "+text" and "text." are an item's beginning and end; in between "part",
 * "~" with a piece of text, "part."; "line0", "line0." of a workflow.
 */
static const char *
word_of(struct json_object *event)
{
	struct json_object *item = js_get(event, "item");
	struct json_object *update = js_get(event, "update");
	const char *type = js_text(event, "type", "");
	const char *of = js_text(item, "type", "");
	const char *what = js_text(update, "type", "");
	const char *name = strcmp(of, "assistant_message") == 0 ? "text" : of;

	if (strcmp(type, "thread.item.added") == 0)
		return arena_printf(a, "+%s", name);
	if (strcmp(type, "thread.item.done") == 0)
		return arena_printf(a, "%s.", name);
	if (strcmp(what, "assistant_message.content_part.added") == 0)
		return "part";
	if (strcmp(what, "assistant_message.content_part.done") == 0)
		return "part.";
	if (strcmp(what, "assistant_message.content_part.text_delta") == 0)
		return arena_printf(a, "~%s", js_text(update, "delta", ""));
	return arena_printf(a, "line%d%s", (int)js_int(update, "task_index",
	    -1), strcmp(what, "workflow.task.updated") == 0 ? "." : "");
}

static bool
hear(void *ctx, struct json_object *event)
{
	struct heard *h = ctx;

	h->n++;
	if (h->left == 0)
		return false;
	h->left--;
	buf_printf(&h->brief, "%s%s", h->brief.n > 0 ? " " : "",
	    word_of(event));
	h->last = parsed(js_write(a, event).p);
	if (strcmp(js_text(event, "type", ""), "thread.item.done") == 0)
		js_push(h->items, js_share(js_get(event, "item")));
	return true;
}

static bool
hear_nothing(void *ctx, struct json_object *event)
{
	(void)ctx;
	(void)event;
	return true;
}

static struct ck_answer
answer(struct heard *h)
{
	return (struct ck_answer){ .a = a, .events = arena_child(a),
	    .thread = UUID, .message = 2,
	    .created_at = BEGUN, .event = hear, .ctx = h };
}

/* --------------------------------------------------------------- order */

static void
test_text(void)
{
	struct heard h = ears();
	struct ck_answer k = answer(&h);

	ok(ck_answer_text(&k, STR("")), "nothing is said");
	ok(ck_answer_text(&k, STR(" \n\t\xc2\xa0")), "a blank is said");
	is_int(h.n, 0, "which is no event");
	ok(ck_answer_text(&k, STR("\n  Hi \xf0\x9f\x98\x80 ")), "and a word");
	is_str(buf_str(&h.brief), "+text part ~Hi \xf0\x9f\x98\x80 ",
	    "an item begins at its first character");
	is_str(js_dump(a, h.last), "{\"type\":\"thread.item.updated\","
	    "\"item_id\":\"msg_" UUID "_2_0\",\"update\":{\"type\":"
	    "\"assistant_message.content_part.text_delta\","
	    "\"content_index\":0,\"delta\":\"Hi \xf0\x9f\x98\x80 \"}}",
	    "a delta");
	ck_answer_text(&k, STR("\n\n"));
	ck_answer_sent(&k);
	ck_answer_text(&k, STR("there"));
	ok(ck_answer_end(&k, NULL, NULL), "the end");
	is_str(buf_str(&h.brief), "+text part ~Hi \xf0\x9f\x98\x80  ~\n\n "
	    "~there part. text.", "and ends in order");
	is_str(js_dump(a, h.last), "{\"type\":\"thread.item.done\",\"item\":{"
	    "\"id\":\"msg_" UUID "_2_0\",\"thread_id\":\"thr_" UUID "\","
	    "\"created_at\":\"" BEGUN "\",\"type\":\"assistant_message\","
	    "\"content\":[{\"type\":\"output_text\",\"text\":"
	    "\"Hi \xf0\x9f\x98\x80 \\n\\nthere\",\"annotations\":[]}]}}",
	    "as one text");
	is_int(js_len(h.items), 1, "which is all");
	ok(ck_answer_wants(&k) == NULL, "no task is wanted");
}

static void
test_workflow(void)
{
	struct heard h = ears();
	struct ck_answer k = answer(&h);

	ck_answer_text(&k, STR("Well."));
	ck_answer_call_started(&k, "add_task", parsed("{\"title\":\"milk\"}"));
	is_str(buf_str(&h.brief), "+text part ~Well. part. text. +workflow",
	    "a call ends the text before it");
	is_str(js_dump(a, h.last), "{\"type\":\"thread.item.added\",\"item\":{"
	    "\"id\":\"wf_" UUID "_2_1\",\"thread_id\":\"thr_" UUID "\","
	    "\"created_at\":\"" BEGUN "\",\"type\":\"workflow\",\"workflow\":"
	    "{\"type\":\"custom\",\"tasks\":[{\"type\":\"custom\","
	    "\"status_indicator\":\"loading\",\"title\":\"Adding “milk”\","
	    "\"icon\":\"plus\"}],\"expanded\":false}}}",
	    "and is a line of a workflow");
	ck_answer_text(&k, STR(" \n"));
	/* as a sink has it: without the arguments */
	ck_answer_call_finished(&k, "add_task", NULL, parsed("{\"task_id\":5,"
	    "\"status\":\"created\",\"title\":\"milk\"}"));
	is_str(js_dump(a, h.last), "{\"type\":\"thread.item.updated\","
	    "\"item_id\":\"wf_" UUID "_2_1\",\"update\":{\"type\":"
	    "\"workflow.task.updated\",\"task_index\":0,\"task\":{\"type\":"
	    "\"custom\",\"status_indicator\":\"complete\",\"title\":"
	    "\"Added #5 “milk”\",\"icon\":\"plus\"}}}", "finished");
	ck_answer_call_started(&k, "complete_task", parsed("{\"task_id\":5}"));
	ck_answer_call_finished(&k, "complete_task", NULL, parsed(
	    "{\"task_id\":5,\"status\":\"completed\",\"title\":\"milk\"}"));
	ck_answer_text(&k, STR("\nDone."));
	ck_answer_end(&k, NULL, NULL);
	is_str(buf_str(&h.brief), "+text part ~Well. part. text. +workflow "
	    "line0. line1 line1. workflow. +text part ~Done. part. text.",
	    "the next call is a line of the same, the next text ends it");
	is_str(js_dump(a, js_at(h.items, 1)), "{\"id\":\"wf_" UUID "_2_1\","
	    "\"thread_id\":\"thr_" UUID "\",\"created_at\":\"" BEGUN "\","
	    "\"type\":\"workflow\",\"workflow\":{\"type\":\"custom\","
	    "\"tasks\":[{\"type\":\"custom\",\"status_indicator\":"
	    "\"complete\",\"title\":\"Added #5 “milk”\",\"icon\":\"plus\"},"
	    "{\"type\":\"custom\",\"status_indicator\":\"complete\","
	    "\"title\":\"Completed #5 “milk”\",\"icon\":\"check-circle\"}],"
	    "\"summary\":{\"title\":\"2 steps\"},\"expanded\":false}}",
	    "whole at its end");
}

/* The title of a line of the last workflow that was done. */
static const char *
line_title(const struct heard *h, size_t line)
{
	struct json_object *flow = NULL;

	for (size_t i = 0; i < js_len(h->items); i++)
		if (js_has(js_at(h->items, i), "workflow"))
			flow = js_get(js_at(h->items, i), "workflow");
	return js_text(js_at(js_get(flow, "tasks"), line), "title", NULL);
}

static void
test_cut(void)
{
	struct heard h = ears();
	struct ck_answer k = answer(&h);

	ck_answer_call_started(&k, "add_task", parsed("{\"title\":\"milk\"}"));
	ok(ck_answer_close(&k), "closed before an error");
	is_str(buf_str(&h.brief), "+workflow line0. workflow.",
	    "a call that is cut ends with the workflow");
	is_str(line_title(&h, 0), "Not carried out: adding “milk”",
	    "and says so");
	ok(ck_answer_close(&k), "closing twice");
	is_int(h.n, 3, "says nothing more");

	h = ears();
	k = answer(&h);
	ck_answer_call_started(&k, "restore_task", parsed("{\"task_id\":3}"));
	ck_answer_call_started(&k, "list_tasks", parsed("{}"));
	ck_answer_end(&k, NULL, NULL);
	is_str(buf_str(&h.brief), "+workflow line0. line1 line1. workflow.",
	    "so does one that another follows");
	is_str(line_title(&h, 0), "Not carried out: restoring #3", "the one");
	is_str(line_title(&h, 1), "Not carried out: looking at the tasks",
	    "and the other");

	h = ears();
	k = answer(&h);
	ck_answer_call_finished(&k, "list_tasks", parsed("{}"), parsed("[]"));
	ck_answer_end(&k, NULL, NULL);
	is_str(buf_str(&h.brief), "+workflow line0. workflow.",
	    "a result without its beginning has one");
	is_int(js_len(h.items), 1, "nothing found is no list");
}

/* What is told may be gone at once: each look at a turn has an arena. */
static void
test_lent(void)
{
	struct heard h = ears();
	struct ck_answer k = answer(&h);
	struct arena *all = a;

	a = arena_new();
	ck_answer_call_started(&k, arena_strdup(a, "list_tasks"),
	    parsed("{\"search\":\"milk\"}"));
	arena_free(a);
	a = arena_new();
	ck_answer_call_finished(&k, arena_strdup(a, "list_tasks"), NULL,
	    parsed("[{\"id\":7,\"title\":\"milk\"}]"));
	arena_free(a);
	a = arena_new();
	ck_answer_call_started(&k, arena_strdup(a, "list_tasks"),
	    parsed("{\"search\":\"rent\"}"));
	arena_free(a);
	a = all;
	h = ears();
	is_str(js_dump(a, ck_answer_wants(&k)), "[7]", "a list is kept");
	ck_answer_end(&k, NULL, NULL);
	is_str(buf_str(&h.brief), "line1. workflow. widget.", "shown");
	is_str(line_title(&h, 1), "Not carried out: looking for “rent”",
	    "and what a call was about is known to its end");
}

/* From some event on nobody listens. */
static void
test_gone(void)
{
	struct json_object *q = parsed("{\"id\":\"c\",\"state\":\"pending\","
	    "\"actions\":[]}");

	for (int left = 0; left < 12; left++) {
		struct heard h = ears();
		struct ck_answer k = answer(&h);
		bool all;
		h.left = left;
		ck_answer_text(&k, STR("One"));
		ck_answer_call_started(&k, "list_tasks", parsed("{}"));
		ck_answer_call_finished(&k, "list_tasks", parsed("{}"),
		    parsed("[{\"id\":1,\"title\":\"A\"}]"));
		ck_answer_text(&k, STR("two"));
		all = ck_answer_end(&k, NULL, q);
		ok(!all && h.n == left + 1,
		    "gone after %d events: told so, and sent no more", left);
	}
}

static void
test_pieces(void)
{
	struct heard h = ears();
	struct ck_answer k = answer(&h);
	const char *id = NULL;
	struct json_object *delta = NULL;
	bool same = true;

	k.event = hear_nothing;
	for (int i = 0; i < 20000; i++) {
		ck_answer_text(&k, STR("0123456789"));
		if (i == 0) {
			delta = k.delta;
			id = k.id;
		}
		same = same && k.delta == delta && k.id == id;
	}
	k.event = hear;
	ck_answer_end(&k, NULL, NULL);
	ok(same, "thousands of pieces are one event");
	is_int((long long)js_str(js_get(js_at(js_get(js_at(h.items, 0),
	    "content"), 0), "text")).n, 200000, "and one text");
}

/* ------------------------------------------------------- live and stored */

/* What happens in a turn: text, or a call. */
struct scene {
	const char	*text;
	const char	*name, *arguments, *result, *state;
};

struct turn_told {
	const char		*what;
	const char		*brief;		/* in whole texts */
	struct scene		 scenes[8];
	const char		*tasks, *question;
};

#define ADD "add_task", "{\"title\":\"milk\"}"
#define ADDED "{\"task_id\":5,\"status\":\"created\",\"title\":\"milk\"}"
#define LIST "list_tasks", "{}"
#define TWO "[{\"id\":1,\"title\":\"A\",\"completed\":false}," \
	"{\"id\":5,\"title\":\"milk\",\"completed\":false,\"due\":" \
	"\"2026-12-01T17:30\"}]"
#define NOW "{\"1\":{\"id\":1,\"title\":\"A now\",\"completed\":true}," \
	"\"5\":{\"id\":5,\"title\":\"milk\",\"completed\":false}}"
#define CARD "{\"id\":\"" UUID "\",\"state\":\"pending\",\"summary\":" \
	"\"Delete #1 “A”?\",\"actions\":[{\"tool\":\"delete_task\"," \
	"\"task_id\":1,\"title\":\"A\",\"version\":1,\"arguments\":" \
	"{\"task_id\":1}}],\"open_until\":\"2026-11-20T22:00\"," \
	"\"undo_days\":30,\"undo_until\":\"2026-12-20\"}"
#define DELETE1 "delete_task", "{\"task_id\":1}"
#define AWAITS "{\"status\":\"awaiting_confirmation\"}"

static const struct turn_told turns[] = {
	{ "text alone", "+text part ~Hello. part. text.",
	    { { .text = " \nHello." } }, NULL, NULL },
	{ "nothing at all", "", { { .text = "" } }, NULL, NULL },
	{ "blank text", "", { { .text = " \n\xe3\x80\x80 " } }, NULL, NULL },
	{ "tools alone", "+workflow line0. line1 line1. workflow.",
	    { { NULL, ADD, ADDED, "ok" }, { NULL, ADD, ADDED, "ok" } },
	    NULL, NULL },
	{ "text, tools, text", "+text part ~Äh \xf0\x9f\x98\x80. part. text. "
	    "+workflow line0. line1 line1. workflow. +text part ~Done.\n "
	    "part. text.",
	    { { .text = "Äh \xf0\x9f\x98\x80." }, { NULL, ADD, ADDED, "ok" },
	    { .text = "\n\n" }, { NULL, LIST, "[]", "ok" },
	    { .text = "\n\nDone.\n" } }, NULL, NULL },
	{ "a call that was wrong", "+workflow line0. workflow. +text part ~No. "
	    "part. text.",
	    { { NULL, "fly_away", "{}", "{\"error\":\"unknown_tool\"}",
	    "error" }, { .text = "No." } }, NULL, NULL },
	{ "a turn cut in a call", "+text part ~Well part. text. +workflow "
	    "line0. line1 line1. workflow.",
	    { { .text = "Well" }, { NULL, ADD, ADDED, "ok" },
	    { NULL, ADD, NULL, "requested" } }, NULL, NULL },
	{ "a list", "+workflow line0. workflow. +text part ~Here. part. text. "
	    "widget.",
	    { { NULL, LIST, TWO, "ok" }, { .text = "Here." } }, NOW, NULL },
	{ "a list after which something was done", "+workflow line0. line1 "
	    "line1. workflow.",
	    { { NULL, LIST, TWO, "ok" }, { NULL, ADD, ADDED, "ok" } },
	    NULL, NULL },
	{ "the same list twice, another, one that failed", "+workflow line0. "
	    "line1 line1. line2 line2. line3 line3. workflow. widget. widget.",
	    { { NULL, LIST, TWO, "ok" },
	    { NULL, "list_tasks", "{\"search\":\"milk\"}", TWO, "ok" },
	    { NULL, LIST, TWO, "ok" },
	    { NULL, "list_tasks", "{\"search\":\"x\"}",
	    "{\"error\":\"too_much\"}", "error" } }, NOW, NULL },
	{ "a question, which names its tasks", "+workflow line0. workflow. "
	    "+text part ~Sure? part. text. widget.",
	    { { NULL, LIST, TWO, "ok" }, { NULL, DELETE1, AWAITS, "held" },
	    { .text = "Sure?" } }, NOW, CARD },
	{ "a question alone", "widget.",
	    { { NULL, DELETE1, AWAITS, "confirmed" },
	    { NULL, DELETE1, AWAITS, "rejected" },
	    { NULL, DELETE1, AWAITS, "superseded" },
	    { NULL, DELETE1, AWAITS, "expired" } }, NULL, CARD },
};

static bool
told_live(const struct scene *s)
{
	static const char *const states[] = { "ok", "error", "requested" };

	for (size_t i = 0; i < COUNT(states); i++)
		if (strcmp(s->state, states[i]) == 0)
			return true;
	return false;
}

/* Text comes in pieces of at most so many bytes, at least a character. */
static void
live_text(struct ck_answer *k, struct str s, size_t most)
{
	while (s.n > 0) {
		size_t n = utf8_fit(s, most);
		for (size_t more = most; n == 0; )
			n = utf8_fit(s, ++more);
		ck_answer_text(k, (struct str){ s.p, n });
		s.p += n;
		s.n -= n;
	}
}

static struct heard
live(const struct turn_told *t, size_t most)
{
	struct heard h = ears();
	struct ck_answer k = answer(&h);
	struct json_object *wants;

	for (size_t i = 0; i < COUNT(t->scenes); i++) {
		const struct scene *s = &t->scenes[i];
		if (s->text != NULL)
			live_text(&k, str_of(s->text), most);
		if (s->name == NULL || !told_live(s))
			continue;
		ck_answer_call_started(&k, s->name, parsed(s->arguments));
		if (s->result != NULL)
			ck_answer_call_finished(&k, s->name, NULL,
			    parsed(s->result));
	}
	wants = ck_answer_wants(&k);
	ok((wants != NULL) == (t->tasks != NULL), "%s: tasks are wanted "
	    "for a list only", t->what);
	ck_answer_end(&k, parsed(t->tasks), parsed(t->question));
	return h;
}

static struct message
stored(const struct turn_told *t)
{
	struct message m = { .id = 2, .state = "done", .started_at = BEGUN,
	    .calls = arena_alloc(a, COUNT(t->scenes) * sizeof(*m.calls)),
	    .question = parsed(t->question) };
	struct buf b;

	buf_init(&b, a, 10000);
	for (size_t i = 0; i < COUNT(t->scenes); i++) {
		const struct scene *s = &t->scenes[i];
		if (s->text != NULL)
			buf_puts(&b, s->text);
		if (s->name == NULL)
			continue;
		m.calls[m.ncalls++] = (struct call){ .step = 1,
		    .position = (int)i, .id = "abcdefghi", .name = s->name,
		    .state = s->state, .arguments = parsed(s->arguments),
		    .result = parsed(s->result), .said = (int)b.n };
	}
	m.content = (struct str){ b.p, b.n };
	return m;
}

static void
test_turn(const struct turn_told *t)
{
	static const size_t sizes[] = { 1000, 1, 3, 4, 7 };
	struct message m = stored(t);
	struct heard h = ears();
	struct json_object *tasks = parsed(t->tasks);
	const char *items = js_dump(a, ck_message_items(a, UUID, &m, tasks));

	for (size_t i = 0; i < COUNT(sizes); i++) {
		struct heard l = live(t, sizes[i]);
		is_str(items, js_dump(a, l.items),
		    "%s: stored as told by %zu bytes", t->what, sizes[i]);
		if (i == 0)
			is_str(buf_str(&l.brief), t->brief, "%s: in order",
			    t->what);
	}
	ok(ck_message(a, UUID, &m, tasks, hear, &h), "told again");
	is_str(js_dump(a, h.items), items, "%s: the same items", t->what);
	ok((ck_messages_want(a, &m, 1) != NULL) ==
	    (t->tasks != NULL && m.question == NULL),
	    "%s: the same tasks are wanted", t->what);
}

/* Offsets that no text of ours would have. */
static void
test_offsets(void)
{
	static const int at[] = { -2147483647, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8,
	    2147483647 };
	const char *content = "a\xf0\x9f\x98\x80 b";
	const char *whole;

	for (size_t i = 0; i < COUNT(at); i++)
		for (size_t k = 0; k < COUNT(at); k++) {
			struct call calls[] = {
			    { .name = "list_tasks", .state = "ok", .said =
			    at[i], .arguments = parsed("{}"), .result =
			    parsed("[]") }, { .name = "list_tasks", .state =
			    "ok", .said = at[k], .arguments = parsed("{}"),
			    .result = parsed("[]") } };
			struct message m = { .id = 2, .state = "done",
			    .started_at = BEGUN, .content = str_of(content),
			    .ncalls = 2, .calls = calls };
			struct json_object *items = ck_message_items(a, UUID,
			    &m, NULL);
			struct buf b;
			buf_init(&b, a, 100);
			for (size_t n = 0; n < js_len(items); n++)
				buf_puts(&b, js_text(js_at(js_get(js_at(items,
				    n), "content"), 0), "text", ""));
			whole = buf_str(&b);
			/* a blank at a cut is white space at a beginning */
			if (strcmp(whole, content) != 0 &&
			    strcmp(whole, "a\xf0\x9f\x98\x80" "b") != 0)
				is_str(whole, content, "%d, %d", at[i], at[k]);
		}
	ok(true, "no offset loses or breaks a character");
}

/* --------------------------------------------------------- the person's */

static const char *
user_said(const char *content, const char *input)
{
	struct message m = { .id = 1, .user = true, .content =
	    str_of(content), .state = "done", .started_at = BEGUN,
	    .input = parsed(input) };
	struct json_object *items = ck_message_items(a, UUID, &m, NULL);

	is_int(js_len(items), 1, "a message is an item");
	return js_dump(a, js_at(items, 0));
}

#define USER_ITEM "{\"id\":\"msg_" UUID "_1\",\"thread_id\":\"thr_" UUID \
	"\",\"created_at\":\"" BEGUN "\",\"type\":\"user_message\","

static void
test_user(void)
{
	is_str(user_said(" Say \"hi\" \n", NULL), USER_ITEM "\"content\":["
	    "{\"type\":\"input_text\",\"text\":\" Say \\\"hi\\\" \\n\"}],"
	    "\"attachments\":[],\"inference_options\":{}}", "as it was said");
	is_str(user_said("@milk ok?", "{\"content\":[{\"type\":\"input_tag\","
	    "\"id\":\"t1\",\"text\":\"milk\",\"data\":{\"a\":null}}],"
	    "\"quoted_text\":\"Milk\",\"inference_options\":{\"model\":\"m\"},"
	    "\"attachments\":[\"x\"]}"),
	    USER_ITEM "\"content\":[{\"type\":\"input_tag\",\"id\":\"t1\","
	    "\"text\":\"milk\",\"data\":{\"a\":null},\"interactive\":false}],"
	    "\"attachments\":[],"
	    "\"quoted_text\":\"Milk\",\"inference_options\":{\"model\":\"m\"}}",
	    "as a ChatKit client sent it");
	is_str(user_said("x", "{}"), USER_ITEM "\"content\":[{\"type\":"
	    "\"input_text\",\"text\":\"x\"}],\"attachments\":[],"
	    "\"inference_options\":{}}", "what was not sent is the usual");
}

/* ------------------------------------------------------------- the rest */

static void
test_wants(void)
{
	static struct message m[3];
	const struct turn_told t[] = {
	    { "", "", { { NULL, LIST, TWO, "ok" } }, NULL, NULL },
	    { "", "", { { NULL, LIST, "[{\"id\":5},{\"id\":9},{\"id\":-1},"
	    "{\"id\":3000000000},{\"title\":\"x\"},7]", "ok" } }, NULL, NULL },
	    { "", "", { { NULL, LIST, TWO, "ok" }, { NULL, DELETE1, AWAITS,
	    "held" } }, NULL, NULL } };
	struct json_object *many = js_array(a);
	struct buf b;

	for (size_t i = 0; i < 3; i++)
		m[i] = stored(&t[i]);
	is_str(js_dump(a, ck_messages_want(a, m, 3)), "[1,5,9]",
	    "each task is wanted once");
	ok(ck_messages_want(a, m, 0) == NULL, "no message wants any");
	buf_init(&b, a, 1 << 20);
	for (int i = 1; i <= MAX_LIST * MAX_CALLS + 10; i++)
		buf_printf(&b, "%s{\"id\":%d}", i > 1 ? "," : "[", i);
	buf_puts(&b, "]");
	ok(js_parse(a, (struct str){ b.p, b.n }, JSON_DEPTH, &many) == NULL,
	    "a list out of all bounds");
	m[0].calls[0].result = many;
	is_int(js_len(ck_messages_want(a, m, 3)), MAX_LIST * MAX_CALLS,
	    "is not asked for whole");
}

static void
test_thread(void)
{
	struct conversation c = { .id = UUID, .title = "Say \"hi\"",
	    .begun_at = BEGUN };
	struct conf conf = { .image_domains = "" };
	struct json_object *items = parsed("{\"data\":[1],\"has_more\":true}");
	struct json_object *event = ck_event_thread(a, "thread.created",
	    ck_thread(a, &conf, &c, NULL));

	is_str(js_dump(a, event), "{\"type\":\"thread.created\",\"thread\":"
	    "{\"id\":\"thr_" UUID "\",\"created_at\":\"" BEGUN "\",\"title\":"
	    "\"Say \\\"hi\\\"\",\"status\":{\"type\":\"active\"},"
	    "\"metadata\":{},\"allowed_image_domains\":[],"
	    "\"items\":{\"data\":[],\"has_more\":false}}}",
	    "a thread begins empty");
	c.title = NULL;
	conf.image_domains = "a.example, *.b.example";
	is_str(js_dump(a, ck_thread(a, &conf, &c, items)), "{\"id\":\"thr_" UUID
	    "\",\"created_at\":\"" BEGUN "\",\"status\":{\"type\":\"active\"},"
	    "\"metadata\":{},\"allowed_image_domains\":[\"a.example\","
	    "\"*.b.example\"],\"items\":{\"data\":[1],\"has_more\":true}}",
	    "and is read with a page");
}

int
main(void)
{
	a = arena_new();
	test_thread_ids();
	test_refs();
	test_text();
	test_workflow();
	test_cut();
	test_lent();
	test_gone();
	test_pieces();
	for (size_t i = 0; i < COUNT(turns); i++)
		test_turn(&turns[i]);
	test_offsets();
	test_user();
	test_wants();
	test_thread();
	arena_free(a);
	return tap_done();
}
