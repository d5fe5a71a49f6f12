/*
 * ChatKit's widgets: a list of tasks as they stand now, a question's card in
 * each of its states, a line for each thing a call can answer.
 */
#include "api/chatkit.h"
#include "base/bounds.h"
#include "tap.h"

#define COUNT(x) (sizeof(x) / sizeof((x)[0]))

static struct arena *a;

static struct json_object *
parsed(const char *text)
{
	struct json_object *v = NULL;

	if (text != NULL && js_parse(a, str_of(text), JSON_DEPTH, &v) != NULL)
		ok(false, "is JSON: %s", text);
	return v;
}

static struct json_object *
at(struct json_object *v, const char *key, size_t i)
{
	return js_at(js_get(v, key), i);
}

/* ------------------------------------------------------------ the list */

#define ACTION(type, payload, streaming) "{\"type\":\"" type "\"," \
	"\"payload\":{" payload "},\"handler\":\"server\"," \
	"\"loadingBehavior\":\"auto\",\"streaming\":" streaming "}"
#define BADGE(label, color) "{\"type\":\"Badge\",\"label\":\"" label "\"," \
	"\"color\":\"" color "\",\"size\":\"sm\"}"
#define BUTTON(label, color, action) "{\"type\":\"Button\",\"label\":\"" \
	label "\",\"onClickAction\":" action ",\"color\":\"" color "\"," \
	"\"variant\":\"ghost\",\"size\":\"sm\"}"
#define ROW(id, children) "{\"type\":\"ListViewItem\",\"key\":\"t" id "\"," \
	"\"align\":\"center\",\"children\":[" children "]}"
#define BOX(id, label, checked, other) "{\"type\":\"Checkbox\",\"name\":" \
	"\"done_" id "\",\"label\":\"" label "\",\"defaultChecked\":" checked \
	",\"onChangeAction\":" ACTION("task.toggle", "\"task_id\":" id \
	",\"completed\":" other, "false") "},{\"type\":\"Spacer\"}"
#define NUMBER(id) "{\"type\":\"Caption\",\"value\":\"#" id "\"}"
#define DELETE(id) BUTTON("Delete", "danger", ACTION("task.delete", \
	"\"task_id\":" id, "true"))
#define STRUCK(title) "{\"type\":\"Text\",\"value\":\"" title "\"," \
	"\"lineThrough\":true,\"color\":\"secondary\"},{\"type\":\"Spacer\"}"

static void
row_is(const char *task, const char *want, const char *what)
{
	struct json_object *tasks = parsed(task);
	struct json_object *list = ck_list_widget(a, parsed("[{\"id\":7,"
	    "\"title\":\"Then\",\"completed\":false}]"), tasks);

	is_str(js_dump(a, at(list, "children", 0)), want, "%s", what);
}

static void
test_rows(void)
{
	row_is("{\"7\":{\"id\":7,\"title\":\"Now\",\"completed\":false}}",
	    ROW("7", BOX("7", "Now", "false", "true") "," NUMBER("7") ","
	    DELETE("7")), "a task as it stands now");
	row_is("{\"7\":{\"id\":7,\"title\":\"Now\",\"completed\":true,"
	    "\"priority\":\"normal\",\"due\":\"2026-12-01T23:59\"}}",
	    ROW("7", BOX("7", "Now", "true", "false") ","
	    BADGE("1 Dec 2026", "secondary") "," NUMBER("7") "," DELETE("7")),
	    "a completed one, due some day");
	row_is("{\"7\":{\"id\":7,\"title\":\"Now\",\"completed\":false,"
	    "\"priority\":\"high\",\"due\":\"2026-12-01T17:30\"}}",
	    ROW("7", BOX("7", "Now", "false", "true") ","
	    BADGE("1 Dec 2026, 17:30", "info") ","
	    BADGE("high priority", "warning") "," NUMBER("7") "," DELETE("7")),
	    "one with a time and a priority");
	row_is("{\"7\":{\"id\":7,\"title\":\"Now\",\"completed\":false,"
	    "\"priority\":\"low\",\"due\":\"soon\",\"deleted\":false}}",
	    ROW("7", BOX("7", "Now", "false", "true") ","
	    BADGE("soon", "info") "," BADGE("low priority", "secondary") ","
	    NUMBER("7") "," DELETE("7")), "a time of another form");
	row_is("{\"7\":{\"id\":7,\"title\":\"Now\",\"completed\":true,"
	    "\"deleted\":true}}", ROW("7", STRUCK("Now") ","
	    BADGE("deleted", "secondary") "," NUMBER("7") ","
	    BUTTON("Restore", "secondary", ACTION("task.restore",
	    "\"task_id\":7", "false"))), "a deleted one");
	row_is("{}", ROW("7", STRUCK("Then") "," BADGE("deleted",
	    "secondary") "," NUMBER("7")), "one that is gone for good");
	row_is(NULL, ROW("7", BOX("7", "Then", "false", "true") ","
	    NUMBER("7") "," DELETE("7")), "one that was not looked up");
}

static struct json_object *
rows(int n)
{
	struct json_object *list = js_array(a);

	for (int i = 1; i <= n; i++)
		js_push(list, js_share(parsed(arena_printf(a, "{\"id\":%d,"
		    "\"title\":\"Task %d\",\"completed\":false}", i, i))));
	return list;
}

static void
list_is(int n, const char *limit, const char *status)
{
	struct json_object *v = ck_list_widget(a, rows(n), NULL);

	is_str(js_text(v, "type", ""), "ListView", "%d tasks", n);
	is_int((long long)js_len(js_get(v, "children")), n, "all of them");
	is_str(js_text(v, "limit", NULL), limit, "some of them at first");
	is_str(js_dump(a, js_get(v, "status")), status, "counted");
}

static void
test_list(void)
{
	struct json_object *result = rows(3);

	list_is(1, NULL, "{\"text\":\"1 task\"}");
	list_is(10, NULL, "{\"text\":\"10 tasks\"}");
	list_is(11, "auto", "{\"text\":\"11 tasks\"}");
	list_is(200, "auto", "{\"text\":\"200 tasks\"}");
	is_str(ck_list_text(a, result, NULL), "Task 1\nTask 2\nTask 3",
	    "copied as lines");
	is_str(ck_list_text(a, result, parsed("{\"1\":{\"title\":\"A\\nB\"},"
	    "\"3\":{\"title\":\"C\",\"deleted\":true}}")),
	    "A B\nTask 2\nC", "as they are called now");
}

/* What people call their tasks, and what a row calls it. */
static void
test_titles(void)
{
	static const struct { const char *title, *label; } t[] = {
		{ "Say \"hi\" \\ 'there'", "Say \"hi\" \\ 'there'" },
		{ "**bold** [x](javascript:1) | `a` <b>", "**bold** "
		    "[x](javascript:1) | `a` <b>" },
		{ "\xd7\x97\xd7\x9c\xd7\x91", "\xd7\x97\xd7\x9c\xd7\x91" },
		{ "a\xe2\x80\xae" "b\xe2\x81\xa6" "c", "abc" },
		{ "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7",
		    "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7" },
		{ "a\nb\tc\x01" "d\x7f" "e\xc2\x85" "f", "a b cdef" },
		{ "\xe2\x80\xae", "#7" },
		{ "", "#7" },
	};

	for (size_t i = 0; i < COUNT(t); i++) {
		struct json_object *row = js_object(a), *list = js_array(a);
		struct json_object *box;
		js_add_int(row, "id", 7);
		js_add_text(row, "title", t[i].title);
		js_push(list, js_share(row));
		box = at(at(ck_list_widget(a, list, NULL), "children", 0),
		    "children", 0);
		is_str(js_text(box, "label", NULL), t[i].label, "called %s",
		    t[i].label);
	}
}

/* ------------------------------------------------------------ the card */

#define ID "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"
#define ACT(tool, id, title, more) "{\"tool\":\"" tool "\",\"task_id\":" id \
	",\"title\":\"" title "\",\"version\":1,\"arguments\":{\"task_id\":" \
	id more "}}"
#define QUESTION(state, actions, more) "{\"id\":\"" ID "\",\"state\":\"" \
	state "\",\"summary\":\"What?\",\"actions\":[" actions "]" more "}"
#define WHEN ",\"open_until\":\"2026-11-20T22:00\",\"undo_days\":30," \
	"\"undo_until\":\"2026-12-21\""
#define MILK ACT("delete_task", "3", "Milk", "")
#define TWO MILK "," ACT("delete_task", "5", "Rent", "")

/* Status, lines and buttons of a card: `icon|status|a|b|yes|no`. */
static const char *
card_of(const char *question)
{
	struct json_object *v = ck_card_widget(a, parsed(question));
	struct json_object *children = js_get(v, "children");
	struct buf b;

	buf_init(&b, a, 100000);
	buf_printf(&b, "%s|%s", js_text(js_get(v, "status"), "icon", ""),
	    js_text(js_get(v, "status"), "text", ""));
	for (size_t i = 0; i < js_len(children); i++)
		buf_printf(&b, "|%s", js_text(js_at(children, i), "value",
		    ""));
	if (js_has(v, "confirm") || js_has(v, "cancel"))
		buf_printf(&b, "|[%s]|[%s]", js_text(js_get(v, "confirm"),
		    "label", ""), js_text(js_get(v, "cancel"), "label", ""));
	return buf_str(&b);
}

#define ASKS "circle-question|Needs your answer|"
#define BACK "Can be restored until 21 Dec 2026."
#define OPEN "Open until 20 Nov 2026, 22:00."

static void
test_card(void)
{
	const char *q = QUESTION("pending", TWO, WHEN);

	is_str(js_dump(a, ck_card_widget(a, parsed(q))), "{\"type\":\"Card\","
	    "\"children\":[{\"type\":\"Title\",\"value\":\"Delete 2 tasks?\","
	    "\"size\":\"sm\"},{\"type\":\"Text\",\"value\":\"#3 Milk\"},"
	    "{\"type\":\"Text\",\"value\":\"#5 Rent\"},{\"type\":\"Caption\","
	    "\"value\":\"" BACK "\"},{\"type\":\"Caption\",\"value\":\"" OPEN
	    "\"}],\"status\":{\"text\":\"Needs your answer\",\"icon\":"
	    "\"circle-question\"},\"confirm\":{\"label\":\"Delete\","
	    "\"action\":" ACTION("confirmation.approve",
	    "\"confirmation_id\":\"" ID "\"", "true") "},\"cancel\":{"
	    "\"label\":\"Keep\",\"action\":" ACTION("confirmation.reject",
	    "\"confirmation_id\":\"" ID "\"", "true") "}}", "a whole card");
	is_str(ck_card_text(a, parsed(q)), "Delete 2 tasks?\n#3 Milk\n"
	    "#5 Rent\n" BACK "\n" OPEN "\nNeeds your answer",
	    "copied as lines");
}

static void
test_states(void)
{
	static const struct { const char *question, *card; } t[] = {
		{ QUESTION("pending", MILK, WHEN), ASKS "Delete this task?|"
		    "#3 Milk|" BACK "|" OPEN "|[Delete]|[Keep]" },
		{ QUESTION("pending", MILK, ",\"undo_days\":0"), ASKS
		    "Delete this task?|#3 Milk|This cannot be undone.|"
		    "[Delete]|[Keep]" },
		{ QUESTION("pending", MILK, ",\"undo_days\":1"), ASKS
		    "Delete this task?|#3 Milk|Can be restored for 1 day.|"
		    "[Delete]|[Keep]" },
		{ QUESTION("approved", TWO, WHEN), "check-circle|Deleted|"
		    "Delete 2 tasks?|#3 Milk|#5 Rent|" BACK },
		{ QUESTION("approved", TWO, WHEN ",\"done\":2"),
		    "check-circle|Deleted|Delete 2 tasks?|#3 Milk|#5 Rent|"
		    BACK },
		{ QUESTION("approved", TWO, WHEN ",\"done\":1"),
		    "check-circle|1 of 2: Deleted|Delete 2 tasks?|#3 Milk|"
		    "#5 Rent|" BACK },
		{ QUESTION("approved", TWO, WHEN ",\"done\":0"),
		    "info|Nothing was changed|Delete 2 tasks?|#3 Milk|"
		    "#5 Rent" },
		{ QUESTION("rejected", TWO, WHEN), "info|Kept|"
		    "Delete 2 tasks?|#3 Milk|#5 Rent" },
		{ QUESTION("expired", TWO, WHEN), "info|Expired, nothing was "
		    "changed|Delete 2 tasks?|#3 Milk|#5 Rent" },
		{ QUESTION("superseded", TWO, WHEN), "info|Not answered, "
		    "nothing was changed|Delete 2 tasks?|#3 Milk|#5 Rent" },
		{ QUESTION("dreamt", "", ""), "info|Not answered, nothing was "
		    "changed|What?" },
	};

	for (size_t i = 0; i < COUNT(t); i++)
		is_str(card_of(t[i].question), t[i].card, "a card: %s",
		    t[i].card);
}

static void
test_changes(void)
{
	static const struct { const char *question, *card; } t[] = {
		{ QUESTION("pending", ACT("complete_task", "1", "A", "") ","
		    ACT("complete_task", "2", "B", ",\"completed\":true"), ""),
		    ASKS "Complete 2 tasks?|#1 A|#2 B|This can be taken back "
		    "at any time.|[Complete]|[Leave open]" },
		{ QUESTION("approved", ACT("complete_task", "1", "A",
		    ",\"completed\":false"), ""), "check-circle|Reopened|"
		    "Reopen this task?|#1 A" },
		{ QUESTION("rejected", ACT("complete_task", "1", "A", ""), ""),
		    "info|Nothing was changed|Complete this task?|#1 A" },
		{ QUESTION("pending", ACT("update_task", "1", "A",
		    ",\"due_at\":\"2026-12-01\",\"priority\":\"high\","
		    "\"title\":\"New\",\"description\":\"\""), ""),
		    ASKS "Change this task?|#1 A|Title: “New”, description "
		    "removed, priority: high, due: 1 Dec 2026|The old values "
		    "will not be kept.|[Change]|[Leave as is]" },
		{ QUESTION("pending", ACT("update_task", "1", "A",
		    ",\"due_at\":\"\",\"description\":\"Two\\nlines\""), ""),
		    ASKS "Change this task?|#1 A|Description: “Two lines”, "
		    "due removed|The old values will not be kept.|[Change]|"
		    "[Leave as is]" },
		{ QUESTION("pending", MILK "," ACT("complete_task", "1", "A",
		    "") "," ACT("update_task", "2", "B",
		    ",\"priority\":\"low\""), WHEN), ASKS "Make 3 changes?|"
		    "Delete #3 Milk|Complete #1 A|Change #2 B|Priority: low|"
		    "What is deleted can be restored until 21 Dec 2026.|The "
		    "old values will not be kept.|" OPEN "|[Go ahead]|"
		    "[Leave as is]" },
		{ QUESTION("approved", MILK "," ACT("complete_task", "1", "A",
		    ""), ",\"undo_days\":0"), "check-circle|Done|"
		    "Make 2 changes?|Delete #3 Milk|Complete #1 A|What is "
		    "deleted cannot be restored." },
	};

	for (size_t i = 0; i < COUNT(t); i++)
		is_str(card_of(t[i].question), t[i].card, "a card: %s",
		    t[i].card);
}

static const char *
many(int n)
{
	struct buf b;

	buf_init(&b, a, 100000);
	buf_puts(&b, "{\"id\":\"" ID "\",\"state\":\"rejected\",\"actions\":[");
	for (int i = 1; i <= n; i++)
		buf_printf(&b, "%s{\"tool\":\"delete_task\",\"task_id\":%d,"
		    "\"title\":\"%d\"}", i > 1 ? "," : "", i, i);
	buf_puts(&b, "]}");
	return card_of(buf_str(&b));
}

static void
test_many(void)
{
	is_str(many(10), "info|Kept|Delete 10 tasks?|#1 1|#2 2|#3 3|#4 4|"
	    "#5 5|#6 6|#7 7|#8 8|#9 9|#10 10", "ten are shown");
	is_str(many(15), "info|Kept|Delete 15 tasks?|#1 1|#2 2|#3 3|#4 4|"
	    "#5 5|#6 6|#7 7|#8 8|#9 9|#10 10|and 5 more", "of more ten");
	is_str(card_of("{\"actions\":[7,null,{}]}"), "info|Not answered, "
	    "nothing was changed|Make 3 changes?|#0 |#0 |#0 ",
	    "what is no action breaks nothing");
}

/* ---------------------------------------------------------- a call's line */

static void
test_lines(void)
{
	static const struct {
		const char *name, *arguments, *result, *icon, *title;
	} t[] = {
#define ADD "add_task", "{\"title\":\"milk\"}"
#define ON(tool) tool, "{\"task_id\":5}"
#define WENT(status) "{\"task_id\":5,\"status\":\"" status "\"," \
	"\"title\":\"milk\"}"
#define WAS(status) "{\"task_id\":5,\"status\":\"" status "\"," \
	"\"title\":\"milk\",\"already\":true}"
#define ERROR(code) "{\"error\":\"" code "\",\"detail\":\"x\"}"
		{ ADD, NULL, "plus", "Adding “milk”" },
		{ "add_task", "{}", NULL, "plus", "Adding a task" },
		{ "list_tasks", "{}", NULL, "search", "Looking at the tasks" },
		{ "list_tasks", "{\"search\":\"milk\"}", NULL, "search",
		    "Looking for “milk”" },
		{ ON("complete_task"), NULL, "check-circle", "Completing #5" },
		{ "complete_task", "{\"task_id\":5,\"completed\":false}", NULL,
		    "check-circle", "Reopening #5" },
		{ ON("update_task"), NULL, "write", "Changing #5" },
		{ ON("delete_task"), NULL, "page-blank", "Deleting #5" },
		{ "restore_task", "{}", NULL, "reload", "Restoring a task" },
		{ "fly", "{}", NULL, "info", "Working" },
		{ "add_task", NULL, NULL, "plus", "Adding a task" },
		{ ADD, WENT("created"), "plus", "Added #5 “milk”" },
		{ "list_tasks", "{}", "[]", "search", "Nothing found" },
		{ "list_tasks", "{}", "[{},{},{}]", "search",
		    "Looked at the tasks: 3 found" },
		{ ON("complete_task"), WENT("completed"), "check-circle",
		    "Completed #5 “milk”" },
		{ ON("complete_task"), WAS("completed"), "check-circle",
		    "Already done: #5 “milk”" },
		{ ON("complete_task"), WENT("pending"), "check-circle",
		    "Reopened #5 “milk”" },
		{ ON("complete_task"), WAS("pending"), "check-circle",
		    "Already open: #5 “milk”" },
		{ ON("update_task"), WENT("updated"), "write",
		    "Changed #5 “milk”" },
		{ ON("delete_task"), WENT("deleted"), "page-blank",
		    "Deleted #5 “milk”" },
		{ ON("restore_task"), WENT("restored"), "reload",
		    "Restored #5 “milk”" },
		{ ON("restore_task"), WAS("restored"), "reload",
		    "Already there: #5 “milk”" },
		{ ON("update_task"), WENT("dreamt"), "write", "Changing #5" },
		{ ON("update_task"), ERROR("task_not_found"), "info",
		    "There is no task #5" },
		{ ON("delete_task"), "{\"error\":\"task_changed\","
		    "\"task_id\":5,\"title\":\"milk\"}", "info",
		    "Left alone, it was changed meanwhile: #5 “milk”" },
		{ ADD, ERROR("invalid_arguments"), "info",
		    "Not understood: adding “milk”" },
		{ ADD, ERROR("interrupted"), "info",
		    "Not carried out: adding “milk”" },
		{ ADD, ERROR("repeated_call"), "info",
		    "Not carried out: adding “milk”" },
		{ "list_tasks", "{}", ERROR("too_much"), "info",
		    "Not carried out: looking at the tasks" },
		{ "fly", "{}", ERROR("unknown_tool"), "info",
		    "Not carried out: there is no such tool" },
		{ "fly", "{}", "{\"status\":\"flown\"}", "info", "Working" },
	};

	for (size_t i = 0; i < COUNT(t); i++)
		is_str(js_dump(a, ck_task_line(a, t[i].name, parsed(
		    t[i].arguments), parsed(t[i].result))), arena_printf(a,
		    "{\"type\":\"custom\",\"status_indicator\":\"%s\","
		    "\"title\":\"%s\",\"icon\":\"%s\"}", t[i].result == NULL ?
		    "loading" : "complete", t[i].title, t[i].icon), "%s",
		    t[i].title);
}

/* Titles are cut, and only between characters. */
static void
test_cuts(void)
{
	for (size_t n = 79; n <= 82; n++) {
		struct json_object *arguments = js_object(a);
		struct buf title, want;
		buf_init(&title, a, 1000);
		buf_init(&want, a, 1000);
		buf_puts(&want, "Adding “");
		for (size_t i = 0; i < n; i++)
			buf_puts(&title, "\xf0\x9f\x98\x80");
		if (n <= 80)
			buf_puts(&want, buf_str(&title));
		else
			buf_printf(&want, "%.*s…", 79 * 4, buf_str(&title));
		buf_puts(&want, "”");
		js_add_text(arguments, "title", buf_str(&title));
		is_str(js_text(ck_task_line(a, "add_task", arguments, NULL),
		    "title", NULL), buf_str(&want), "a title of %zu", n);
	}
}

int
main(void)
{
	a = arena_new();
	test_rows();
	test_list();
	test_titles();
	test_card();
	test_states();
	test_changes();
	test_many();
	test_lines();
	test_cuts();
	arena_free(a);
	return tap_done();
}
