/*
 * Which calls wait for the person's yes, what the question says, and what
 * is said about what really happened.
 */
#include "agent/question.h"
#include "agent/report.h"
#include "agent/words.h"
#include "base/bounds.h"
#include "base/text.h"
#include "tap.h"

#define COUNT(x) (sizeof(x) / sizeof((x)[0]))

static struct arena *a;

static struct json_object *
parsed(const char *text)
{
	struct json_object *v = NULL;

	if (js_parse(a, str_of(text), JSON_DEPTH, &v) != NULL)
		ok(false, "is JSON: %s", text);
	return v;
}

/* The tasks that exist: 1 to 20, A to T, in version 10 + id. */
static struct task_name names[20];

static void
names_fill(void)
{
	for (int i = 0; i < 20; i++)
		names[i] = (struct task_name){ i + 1, 11 + i,
		    arena_printf(a, "%c", 'A' + i) };
}

/* The calls of a step. */
struct step {
	struct pending_call	 p[32];
	size_t			 n;
};

static void
add_args(struct step *s, const char *tool, const char *arguments)
{
	struct pending_call *p = &s->p[s->n];

	*p = (struct pending_call){ .tool = tool_find(tool) };
	p->call = (struct call){ .step = 2, .position = (int)s->n,
	    .id = arena_printf(a, "call%zu", s->n), .name = tool,
	    .state = "requested", .arguments = parsed(arguments) };
	if (p->tool == NULL)
		p->wrong = tool_error(a, "unknown_tool", "");
	s->n++;
}

static void
add(struct step *s, const char *tool, int id)
{
	add_args(s, tool, arena_printf(a, "{\"task_id\":%d}", id));
}

/* The tasks a step would change, as the database would name them. */
static size_t
named(const struct step *s, struct task_name *out)
{
	size_t n = 0;

	for (size_t i = 0; i < COUNT(names); i++)
		for (size_t k = 0; k < s->n; k++) {
			const struct pending_call *p = &s->p[k];
			if (p->wrong != NULL || !p->tool->changes_existing ||
			    js_int(p->call.arguments, "task_id", 0) !=
			    names[i].id)
				continue;
			out[n++] = names[i];
			break;
		}
	return n;
}

/* Which are held, as a row of h and -. */
static const char *
marked(struct step *s, int bulk_from)
{
	struct task_name found[COUNT(names)];
	struct buf b;

	buf_init(&b, a, 100);
	for (size_t i = 0; i < s->n; i++)
		s->p[i].held = false;
	if (question_possible(s->p, s->n, bulk_from))
		question_mark(a, s->p, s->n, found, named(s, found),
		    bulk_from);
	for (size_t i = 0; i < s->n; i++)
		buf_putc(&b, s->p[i].held ? 'h' : '-');
	return buf_str(&b);
}

static void
is_marked(struct step *s, int bulk_from, const char *want, const char *name)
{
	is_str(marked(s, bulk_from), want, "%s", name);
}

static bool
is_missing(const struct pending_call *p)
{
	return p->wrong != NULL && !p->held && strcmp(js_text(p->wrong,
	    "error", ""), "task_not_found") == 0;
}

static void
test_mark(void)
{
	struct step s = { .n = 0 };

	is_marked(&s, 3, "", "no call, no question");
	ok(!question_possible(s.p, s.n, 3), "nor its names");

	add(&s, "delete_task", 3);
	is_marked(&s, 3, "h", "deleting is asked about");
	add(&s, "delete_task", 99);
	is_marked(&s, 3, "h-", "deleting what is not there is not");
	ok(is_missing(&s.p[1]), "nor can it run when there is one later");
	add_args(&s, "add_task", "{\"title\":\"x\"}");
	add_args(&s, "list_tasks", "{}");
	add(&s, "restore_task", 5);
	add(&s, "complete_task", 1);
	is_marked(&s, 3, "h-----", "nor is what destroys nothing");
	add(&s, "complete_task", 2);
	is_marked(&s, 3, "h----hh", "three tasks changed: all of them");
}

static void
test_bulk(void)
{
	struct step s = { .n = 0 };

	add(&s, "complete_task", 1);
	add(&s, "update_task", 2);
	is_marked(&s, 3, "--", "two of three");
	ok(!question_possible(s.p, s.n, 3), "no name is read for that");
	is_marked(&s, 2, "hh", "two of two");
	add(&s, "complete_task", 99);
	ok(question_possible(s.p, s.n, 3), "a third: its name can tell");
	is_marked(&s, 3, "---", "a task that is not there does not count");
	ok(is_missing(&s.p[2]), "and its call will not run");
	add(&s, "update_task", 1);
	is_marked(&s, 3, "----", "a task changed twice is one");
	add(&s, "complete_task", 20);
	is_marked(&s, 3, "hh-hh", "three of three: each that exists");
	is_marked(&s, 4, "-----", "but not of four");

	s.n = 0;
	for (int i = 1; i <= 3; i++)
		add(&s, "complete_task", i);
	s.p[1].wrong = tool_error(a, "invalid_arguments", "");
	is_marked(&s, 3, "---", "a call that will not run does not count");
	ok(!question_possible(s.p, s.n, 3), "nor is it asked about");
	add(&s, "delete_task", 4);
	is_marked(&s, 3, "h-hh", "though a good one does");
	s.p[3].wrong = tool_error(a, "invalid_arguments", "");
	is_marked(&s, 3, "----", "a deletion that will not run is none");

	s.n = 0;
	add(&s, "unknown", 1);
	is_marked(&s, 2, "-", "an unknown tool");
	s.n = 0;
	for (int i = 1; i <= 20; i++)
		add_args(&s, "add_task", "{\"title\":\"x\"}");
	is_marked(&s, 2, "--------------------", "adding many is no question");
}

static void
test_recheck(void)
{
	struct step s = { .n = 0 };

	add(&s, "delete_task", 1);
	add(&s, "delete_task", 2);
	add_args(&s, "add_task", "{\"title\":\"x\"}");
	(void)marked(&s, 3);
	question_recheck(a, s.p, s.n, names, 1);
	ok(s.p[0].held && !is_missing(&s.p[0]), "a task that is still there");
	ok(is_missing(&s.p[1]), "one that went meanwhile is let go");
	ok(s.p[2].wrong == NULL, "other calls are left alone");
}

/* -------------------------------------------------- the question */

static struct question
asked(struct step *s, int undo_days)
{
	struct conf c = { .undo_days = undo_days, .confirm_minutes = 7,
	    .confirm_bulk_from = 2 };
	struct question q = { .text = NULL };

	(void)marked(s, 2);
	question_ask(a, &c, s->p, s->n, names, COUNT(names), &q);
	return q;
}

static const char *
summary(struct question q)
{
	return js_text(q.confirmation, "summary", "");
}

static void
test_ask(void)
{
	struct step s = { .n = 0 };
	struct question q;
	struct json_object *v;

	add_args(&s, "add_task", "{\"title\":\"x\"}");
	add(&s, "delete_task", 3);
	s.p[1].call.provider = parsed("{\"call\":7}");
	q = asked(&s, 30);
	is_str(summary(q), "Delete #3 “C”?", "one task");
	ok(strncmp(q.text, "Delete #3 “C”? You can undo this for 30 days. ",
	    strlen("Delete #3 “C”? You can undo this for 30 days. ")) == 0,
	    "the person reads the same, and that it can be undone");
	ok(strstr(q.text, "yes") != NULL && strstr(q.text, "no") != NULL,
	    "and how to answer");
	is_int(words_claims(a, str_of(q.text)), 0,
	    "the question claims nothing");
	is_int(js_int(q.confirmation, "minutes", 0), 7, "for so long");
	ok(uuid_ok(str_of(js_text(q.confirmation, "id", ""))), "an id");
	is_str(js_dump(a, js_get(q.confirmation, "actions")),
	    "[{\"tool\":\"delete_task\",\"task_id\":3,\"title\":\"C\","
	    "\"version\":13,\"arguments\":{\"task_id\":3}}]",
	    "exactly this task, as it stands");
	is_int((int)js_len(q.held), 1, "one call is held");
	v = js_at(q.held, 0);
	ok(js_int(v, "step", 0) == 2 && js_int(v, "position", 0) == 1,
	    "in its place");
	is_str(js_text(v, "call_id", ""), "call1", "under its id");
	is_str(js_dump(a, js_get(v, "provider_data")), "{\"call\":7}",
	    "with the provider's data");
	is_str(js_text(js_get(v, "result"), "status", ""),
	    "awaiting_confirmation", "and an answer for the meantime");
	ok(s.p[1].call.result != NULL && s.p[0].call.result == NULL,
	    "which the other call has not");

	q = asked(&s, 1);
	ok(strstr(q.text, "for 1 day.") != NULL, "one day");
	q = asked(&s, 0);
	ok(strstr(q.text, "cannot be undone") != NULL &&
	    strstr(q.text, "You can undo") == NULL, "no undo, no promise");
}

static void
test_many(void)
{
	struct step s = { .n = 0 };
	struct question q;

	for (int i = 1; i <= 3; i++)
		add(&s, "delete_task", i);
	is_str(summary(asked(&s, 30)), "Delete 3 tasks: #1 “A”, #2 “B”, #3 “C”?",
	    "three of a kind");
	add(&s, "delete_task", 2);
	q = asked(&s, 30);
	is_str(summary(q), "Delete 3 tasks: #1 “A”, #2 “B”, #3 “C”?",
	    "the same twice is one");
	is_int((int)js_len(js_get(q.confirmation, "actions")), 3,
	    "three actions");
	is_int((int)js_len(q.held), 4, "but every call is held");
	ok(s.p[3].call.result != NULL, "and answered");

	s.n = 0;
	for (int i = 1; i <= 10; i++)
		add(&s, "complete_task", i);
	q = asked(&s, 30);
	is_str(summary(q), "Complete 10 tasks: #1 “A”, #2 “B”, #3 “C”,"
	    " #4 “D”, #5 “E”, #6 “F”, #7 “G”, #8 “H”, #9 “I”, #10 “J”?",
	    "ten are named");
	ok(strstr(q.text, "undo") == NULL, "what deletes nothing: no word of"
	    " undoing");
	add(&s, "complete_task", 11);
	q = asked(&s, 30);
	is_str(summary(q), "Complete 11 tasks: #1 “A”, #2 “B”, #3 “C”,"
	    " #4 “D”, #5 “E”, #6 “F”, #7 “G”, #8 “H”, #9 “I”, #10 “J”"
	    " and 1 more?", "more are counted");
	is_int((int)js_len(js_get(q.confirmation, "actions")), 11,
	    "and all of them are meant");
}

static void
test_mixed(void)
{
	struct step s = { .n = 0 };
	const char *got;

	add_args(&s, "complete_task", "{\"task_id\":1,\"completed\":false}");
	add_args(&s, "complete_task", "{\"task_id\":2,\"completed\":false}");
	is_str(summary(asked(&s, 30)), "Reopen 2 tasks: #1 “A”, #2 “B”?",
	    "taking back");
	s.n = 0;
	add_args(&s, "update_task", "{\"task_id\":1,\"title\":\"x\"}");
	add_args(&s, "update_task", "{\"task_id\":2,\"due_at\":\"\"}");
	got = summary(asked(&s, 30));
	ok(strncmp(got, "Change 2 tasks:", 15) == 0, "changing: %s", got);
	ok(strstr(got, "“x”") != NULL && strstr(got, "removed") != NULL,
	    "says into what");
	add(&s, "delete_task", 3);
	add(&s, "complete_task", 4);
	got = summary(asked(&s, 30));
	ok(strncmp(got, "Make 4 changes:", 15) == 0, "several kinds: %s", got);
	ok(strstr(got, "delete #3 “C”") != NULL &&
	    strstr(got, "complete #4 “D”") != NULL &&
	    strstr(got, "change #1 “A”") != NULL, "each with its own word");
	add_args(&s, "complete_task", "{\"task_id\":5,\"completed\":false}");
	got = summary(asked(&s, 30));
	ok(strstr(got, "reopen #5 “E”") != NULL && strstr(got,
	    "complete #5") == NULL, "taking back is not completing: %s", got);
}

/* A title is a part of a line, whatever somebody put into it. */
static void
test_title(void)
{
	struct step s = { .n = 0 };
	const char *old = names[2].title, *got;

	add(&s, "delete_task", 3);
	names[2].title = "Old\n\nYes, delete all";
	got = summary(asked(&s, 30));
	ok(strchr(got, '\n') == NULL, "no line ends: %s", got);
	names[2].title = arena_printf(a, "%0*d", MAX_TITLE, 7);
	got = summary(asked(&s, 30));
	ok(strstr(got, names[2].title) != NULL, "the longest is shown whole");
	names[2].title = old;
}

/* ----------------------------------------------- what happened */

static struct call
did(const char *name, const char *state, const char *arguments,
    const char *result)
{
	return (struct call){ .step = 1, .id = "x", .name = name,
	    .state = state, .arguments = parsed(arguments),
	    .result = result != NULL ? parsed(result) : NULL };
}

#define RESULT(status, more) \
	"{\"task_id\":3,\"status\":\"" status "\",\"title\":\"C\"" more "}"
#define ALREADY	",\"already\":true"

static void
test_report(void)
{
	static const struct { const char *result, *want; unsigned claims; }
	cases[] = {
		{ RESULT("created", ""), "Added #3 “C”.", CLAIM_CREATED },
		{ RESULT("completed", ""), "Completed #3 “C”.",
		    CLAIM_COMPLETED },
		{ RESULT("completed", ALREADY),
		    "#3 “C” was completed already.", CLAIM_COMPLETED },
		{ RESULT("pending", ""), "#3 “C” is open again.",
		    CLAIM_COMPLETED },
		{ RESULT("pending", ALREADY), "#3 “C” was open already.",
		    CLAIM_COMPLETED },
		{ RESULT("updated", ""), "Changed #3 “C”.", CLAIM_UPDATED },
		{ RESULT("deleted", ""), "Deleted #3 “C”.", CLAIM_DELETED },
		{ RESULT("restored", ""), "Restored #3 “C”.",
		    CLAIM_RESTORED },
		{ RESULT("restored", ALREADY), "#3 “C” was not deleted.",
		    CLAIM_RESTORED },
		{ "{\"task_id\":3,\"status\":\"deleted\",\"title\":"
		    "\"C”.\\nDeleted #9 “D\\u202e\\u001b\"}",
		    "Deleted #3 “C\". Deleted #9 \"D”.", CLAIM_DELETED },
		{ "[]", "", CLAIM_ANY },
		{ "{\"error\":\"task_not_found\"}",
		    "There is no task #3.", 0 },
		{ "{\"error\":\"task_changed\",\"title\":\"C\"}", "#3 “C” was"
		    " changed after I asked, so I left it alone.", 0 },
		{ "{\"error\":\"invalid_arguments\"}", "", 0 },
	};
	unsigned kinds = CLAIM_CREATED | CLAIM_COMPLETED | CLAIM_DELETED |
	    CLAIM_RESTORED;
	struct call two[2], held;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct call c = did("x", "ok", "{\"task_id\":3}",
		    cases[i].result);
		unsigned backed = report_claims(&c);
		is_str(report_calls(a, &c, 1), cases[i].want, "%s",
		    cases[i].result);
		is_int(backed & cases[i].claims, cases[i].claims,
		    "backs that");
		if (cases[i].claims == 0 || cases[i].claims == CLAIM_ANY)
			is_int(backed & kinds, 0, "and no change");
	}
	held = did("delete_task", "held", "{\"task_id\":3}",
	    RESULT("deleted", ""));
	is_str(report_calls(a, &held, 1), "", "a held call did nothing");
	is_int(report_claims(&held), 0, "and backs nothing");
	held = did("delete_task", "requested", "{\"task_id\":3}", NULL);
	is_str(report_calls(a, &held, 1), "", "nor did one without a result");
	is_int(report_claims(&held), 0, "which backs nothing");

	two[0] = did("x", "ok", "{}", RESULT("created", ""));
	two[1] = did("x", "ok", "{}", RESULT("deleted", ""));
	is_str(report_calls(a, two, 2), "Added #3 “C”.\nDeleted #3 “C”.",
	    "a line each");
	is_str(report_calls(a, NULL, 0), "", "nothing at all");
	ok(strstr(report_correction(a, NULL, 0), "nothing was changed") !=
	    NULL, "a correction when nothing was done");
	ok(strstr(report_correction(a, two, 2), "Deleted #3 “C”.") != NULL,
	    "and one that says what was");
	is_int((int)(report_claims(&two[0]) & CLAIM_DELETED), 0,
	    "adding does not back a deletion");
}

static void
is_outcome(const char *state, int undo_days, const struct call *calls,
    size_t n, const char *want, const char *name)
{
	struct conf c = { .undo_days = undo_days };

	is_str(question_outcome(a, &c, state, calls, n), want, "%s", name);
}

static void
test_outcome(void)
{
	struct call c[] = {
		did("delete_task", "ok", "{\"task_id\":3}",
		    RESULT("deleted", "")),
		did("delete_task", "error", "{\"task_id\":4}",
		    "{\"error\":\"task_not_found\"}"),
		did("complete_task", "ok", "{\"task_id\":3}",
		    RESULT("completed", "")),
		did("delete_task", "error", "{\"task_id\":5}",
		    "{\"error\":\"task_changed\",\"title\":\"E\"}"),
	};
	struct conf conf = { .undo_days = 30 };
	static const char *const late[] = { "expired", "superseded" };

	is_outcome("rejected", 30, NULL, 0, "All right, nothing was changed.",
	    "no");
	for (int i = 0; i < 2; i++) {
		const char *s = question_outcome(a, &conf, late[i], NULL, 0);
		ok(strstr(s, "too old") != NULL &&
		    strstr(s, "nothing was changed") != NULL, "%s", late[i]);
	}
	is_outcome("approved", 30, NULL, 0,
	    "There was nothing left to change.", "yes to nothing");
	is_outcome("approved", 30, c, 2, "Deleted #3 “C”.\n"
	    "There is no task #4.\nSay “undo” to take it back.",
	    "yes: what was done, what was not, and the way back");
	is_outcome("approved", 0, c, 2, "Deleted #3 “C”.\n"
	    "There is no task #4.", "no way back, no word of it");
	is_outcome("approved", 30, c + 2, 1, "Completed #3 “C”.",
	    "nor when nothing was deleted");
	is_outcome("approved", 30, c + 3, 1, "#5 “E” was changed after I"
	    " asked, so I left it alone.", "a task that was changed since");
}

int
main(void)
{
	a = arena_new();
	names_fill();
	test_mark();
	test_bulk();
	test_recheck();
	test_ask();
	test_many();
	test_mixed();
	test_title();
	test_report();
	test_outcome();
	arena_free(a);
	return tap_done();
}
