/* The registry, and what becomes of a model's arguments. */
#include <stdlib.h>

#include "base/bounds.h"
#include "tap.h"
#include "tool/tool.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static struct arena *a;

static struct json_object *
parsed(const char *text)
{
	struct json_object *v = NULL;
	const struct err *e = js_parse(a, str_of(text), JSON_DEPTH, &v);

	if (e != NULL) {
		ok(false, "is JSON: %s", text);
		diag("%s", e->log);
	}
	return v;
}

static bool
one_of(const char *s, const char *const *list)
{
	for (; *list != NULL; list++)
		if (strcmp(s, *list) == 0)
			return true;
	return false;
}

/* ------------------------------------------------------ registry */

/* Every member of v has one of these names. */
static void
only(struct json_object *v, const char *const *names, const char *where)
{
	const char *other = NULL;

	for (struct js_iter it = js_first(v); it.key != NULL; js_next(&it))
		if (!one_of(it.key, names))
			other = it.key;
	is_str(other, NULL, "%s: nothing tool_arguments() does not know",
	    where);
}

static void
test_property(const char *tool, const char *name, struct json_object *p)
{
	static const char *const text[] = { "type", "description", "enum",
	    "minLength", "maxLength", "format", NULL };
	static const char *const number[] = { "type", "description",
	    "minimum", "maximum", NULL };
	static const char *const flag[] = { "type", "description", NULL };
	static const char *const types[] = { "string", "integer", "boolean",
	    NULL };
	const char *where = arena_printf(a, "%s.%s", tool, name);
	const char *type = js_text(p, "type", "");

	ok(one_of(type, types), "%s: a scalar", where);
	ok(js_text(p, "description", "")[0] != '\0', "%s: described", where);
	only(p, type[0] == 's' ? text : type[0] == 'i' ? number : flag, where);
	if (type[0] == 'i')
		ok(js_has(p, "minimum") && js_has(p, "maximum"),
		    "%s: a range", where);
	if (js_has(p, "format"))
		is_str(js_text(p, "format", ""), "local-date-time",
		    "%s: a time", where);
	else if (type[0] == 's')
		ok(js_has(p, "maxLength") || js_has(p, "enum"),
		    "%s: no longer than it may be", where);
	if (strcmp(name, "title") == 0)
		is_int(js_int(p, "maxLength", 0), MAX_TITLE,
		    "%s: as long as bounds.h says", where);
	if (strcmp(name, "description") == 0)
		is_int(js_int(p, "maxLength", 0), MAX_DESCRIPTION,
		    "%s: as long as bounds.h says", where);
}

/* What other programs read: a closed object, in words of JSON Schema. */
static void
test_schemas(const struct tool *t, struct json_object *in,
    struct json_object *out)
{
	static const char *const top[] = { "type", "properties", "required",
	    "minProperties", "additionalProperties", NULL };
	static const char *const words[] = { "type", "description", "enum",
	    "minLength", "maxLength", "minimum", "maximum", "pattern", NULL };
	struct json_object *given = tool_input_schema(a, t);
	struct json_object *props = js_get(given, "properties"), *was;

	only(given, top, t->name);
	ok(!js_bool(given, "additionalProperties", true),
	    "%s: takes nothing else", t->name);
	ok(js_equal(js_get(given, "required"), js_get(in, "required")),
	    "%s: wants the same", t->name);
	for (struct js_iter it = js_first(props); it.key != NULL;
	    js_next(&it)) {
		only(it.value, words, it.key);
		was = js_get(js_get(in, "properties"), it.key);
		ok(was != NULL && js_has(it.value, "pattern") ==
		    js_has(was, "format"), "%s.%s: a time has a pattern",
		    t->name, it.key);
	}
	is_str(js_text(out, "type", ""), "object", "%s: answers an object",
	    t->name);
	ok(!js_bool(out, "additionalProperties", true),
	    "%s: and nothing else in it", t->name);
	for (size_t i = 0; i < js_len(js_get(out, "required")); i++)
		ok(js_has(js_get(out, "properties"), arena_strndup(a,
		    js_str(js_at(js_get(out, "required"), i)).p,
		    js_str(js_at(js_get(out, "required"), i)).n)),
		    "%s: what it promises is described", t->name);
}

static void
test_registry(void)
{
	static const char *const top[] = { "type", "properties", "required",
	    "minProperties", NULL };

	for (size_t i = 0; i < tools_n; i++) {
		const struct tool *t = &tools[i];
		struct json_object *in = parsed(t->input);
		struct json_object *out = parsed(t->output);
		struct json_object *props = js_get(in, "properties");
		struct json_object *need = js_get(in, "required");

		is_str(js_text(in, "type", ""), "object", "%s: takes an object",
		    t->name);
		only(in, top, t->name);
		for (struct js_iter it = js_first(props); it.key != NULL;
		    js_next(&it))
			test_property(t->name, it.key, it.value);
		for (size_t k = 0; k < js_len(need); k++)
			ok(js_has(props, arena_strndup(a,
			    js_str(js_at(need, k)).p,
			    js_str(js_at(need, k)).n)),
			    "%s: what is required exists", t->name);
		test_schemas(t, in, out);
		ok(t->title[0] != '\0' && t->description[0] != '\0',
		    "%s: has words", t->name);
		ok(strspn(t->name, "abcdefghijklmnopqrstuvwxyz_") ==
		    strlen(t->name) && strlen(t->name) <= MAX_CALL_NAME,
		    "%s: a plain name", t->name);
		ok(tool_find(t->name) == t, "%s: is found", t->name);
		if (t->read_only)
			ok(!t->destructive && !t->changes_existing && !t->asks,
			    "%s: changes nothing", t->name);
		if (t->asks)
			ok(t->destructive && t->changes_existing,
			    "%s: is worth asking", t->name);
		if (t->changes_existing)
			ok(js_has(props, "task_id"), "%s: says which task",
			    t->name);
	}
	ok(tool_find("delete_task")->asks, "deleting asks");
	ok(tool_find("delete_task")->in_chat != NULL, "and a chat's model is"
	    " told so, where it is true");
}

static void
test_find(void)
{
	static const struct { const char *given, *want; } names[] = {
		{ "add_task", "add_task" },
		{ "Add_Task", "add_task" },
		{ "ADD_TASK", "add_task" },
		{ "functions.add_task", "add_task" },
		{ "default_api:list_tasks", "list_tasks" },
		{ "default_api.List_Tasks", "list_tasks" },
		{ "tools/complete_task", "complete_task" },
		{ "a.b:c/delete_task", "delete_task" },
		{ "", NULL }, { "add", NULL }, { "add_tasks", NULL },
		{ "add_task ", NULL }, { "add_task.", NULL },
		{ "add_task:x", NULL }, { "xadd_task", NULL },
		{ "add-task", NULL }, { "addtask", NULL },
		{ "functions_add_task", NULL }, { "drop_table", NULL },
	};

	for (size_t i = 0; i < COUNT(names); i++) {
		const struct tool *t = tool_find(names[i].given);
		is_str(t != NULL ? t->name : NULL, names[i].want,
		    "tool_find(\"%s\")", names[i].given);
	}
}

/* ------------------------------------------------------- arguments */

/* out: the accepted object as text, or how the refusal begins. */
static const struct { const char *tool, *in, *out; } cases[] = {
	{ "add_task", "{\"title\":\"Milk\"}", "{\"title\":\"Milk\"}" },
	{ "add_task", "{\"title\":\"  Milk \\n\"}", "{\"title\":\"Milk\"}" },
	{ "add_task", "{\"title\":\"\\u00a0Milk\\u3000\"}",
	    "{\"title\":\"Milk\"}" },
	{ "add_task", "{\"title\":\"M\",\"description\":null,"
	    "\"priority\":null,\"due_at\":null}", "{\"title\":\"M\"}" },
	{ "add_task", "{\"title\":\"M\",\"description\":\"\"}",
	    "{\"title\":\"M\",\"description\":\"\"}" },
	{ "add_task", "{\"title\":\"M\",\"priority\":\"HIGH\"}",
	    "{\"title\":\"M\",\"priority\":\"high\"}" },
	{ "add_task", "{\"title\":\"M\",\"priority\":\" low \"}",
	    "{\"title\":\"M\",\"priority\":\"low\"}" },
	{ "add_task", "{\"title\":\"M\",\"due_at\":\"2026-12-01\"}",
	    "{\"title\":\"M\",\"due_at\":\"2026-12-01\"}" },
	{ "add_task", "{\"title\":\"M\",\"due_at\":\"\"}",
	    "{\"title\":\"M\",\"due_at\":\"\"}" },
	{ "add_task", "{}", "title: is required." },
	{ "add_task", "[]", "title: is required." },
	{ "add_task", "{\"title\":null}", "title: is required." },
	{ "add_task", "{\"title\":\"\"}", "title: must not be empty." },
	{ "add_task", "{\"title\":\" \\t \"}", "title: must not be empty." },
	{ "add_task", "{\"title\":7}", "title: must be a text." },
	{ "add_task", "{\"title\":[\"x\"]}", "title: must be a text." },
	{ "add_task", "{\"title\":{\"x\":1}}", "title: must be a text." },
	{ "add_task", "{\"title\":\"M\",\"priority\":\"urgent\"}",
	    "priority: must be one of low, normal, high." },
	{ "add_task", "{\"title\":\"M\",\"priority\":\"\"}",
	    "priority: must be one of" },
	{ "add_task", "{\"title\":\"M\",\"priority\":1}",
	    "priority: must be a text." },
	{ "add_task", "{\"title\":\"M\",\"due_at\":\"tomorrow\"}",
	    "due_at: must be a date that exists" },
	{ "add_task", "{\"title\":\"M\",\"due_at\":\"2026-02-29\"}",
	    "due_at: must be a date that exists" },
	{ "add_task", "{\"title\":\"M\",\"user_id\":\"bob\"}",
	    "unknown property: add_task takes only title, description,"
	    " priority, due_at." },
	{ "add_task", "{\"title\":\"M\",\"Title\":\"N\"}",
	    "unknown property: " },
	{ "add_task", "{\"title\":\"M\",\"completed\":null}",
	    "unknown property: " },
	{ "list_tasks", "{}", "{}" },
	{ "list_tasks", "{\"status\":\"Pending\",\"search\":\"\"}",
	    "{\"status\":\"pending\",\"search\":\"\"}" },
	{ "list_tasks", "{\"status\":\"open\"}",
	    "status: must be one of all, pending, completed." },
	{ "list_tasks", "{\"after_id\":0}", "{\"after_id\":0}" },
	{ "list_tasks", "{\"after_id\":-1}",
	    "after_id: must be from 0 to 2147483647." },
	{ "complete_task", "{\"task_id\":3}", "{\"task_id\":3}" },
	{ "complete_task", "{\"task_id\":\"3\"}", "{\"task_id\":3}" },
	{ "complete_task", "{\"task_id\":\"0003\"}", "{\"task_id\":3}" },
	{ "complete_task", "{\"task_id\":3,\"completed\":false}",
	    "{\"task_id\":3,\"completed\":false}" },
	{ "complete_task", "{\"task_id\":2147483647}",
	    "{\"task_id\":2147483647}" },
	{ "complete_task", "{\"task_id\":2147483648}",
	    "task_id: must be from 1 to 2147483647." },
	{ "complete_task", "{\"task_id\":\"9999999999\"}",
	    "task_id: must be from 1" },
	{ "complete_task", "{\"task_id\":\"99999999999999999999\"}",
	    "task_id: must be a whole number." },
	{ "complete_task", "{\"task_id\":0}", "task_id: must be from 1" },
	{ "complete_task", "{\"task_id\":-3}", "task_id: must be from 1" },
	{ "complete_task", "{\"task_id\":3.0}",
	    "task_id: must be a whole number." },
	{ "complete_task", "{\"task_id\":3.5}",
	    "task_id: must be a whole number." },
	{ "complete_task", "{\"task_id\":\"3x\"}",
	    "task_id: must be a whole number." },
	{ "complete_task", "{\"task_id\":\"-3\"}",
	    "task_id: must be a whole number." },
	{ "complete_task", "{\"task_id\":\"\"}",
	    "task_id: must be a whole number." },
	{ "complete_task", "{\"task_id\":true}",
	    "task_id: must be a whole number." },
	{ "complete_task", "{\"task_id\":[3]}",
	    "task_id: must be a whole number." },
	{ "complete_task", "{\"completed\":true}", "task_id: is required." },
	{ "complete_task", "{\"task_id\":3,\"completed\":\"true\"}",
	    "completed: must be true or false." },
	{ "complete_task", "{\"task_id\":3,\"completed\":1}",
	    "completed: must be true or false." },
	{ "update_task", "{\"task_id\":3}",
	    "update_task: give at least one of" },
	{ "update_task", "{\"task_id\":3,\"title\":null}",
	    "update_task: give at least one of" },
	{ "update_task", "{\"title\":\"x\"}", "task_id: is required." },
	{ "update_task", "{\"task_id\":3,\"due_at\":\"\"}",
	    "{\"task_id\":3,\"due_at\":\"\"}" },
	{ "update_task", "{\"task_id\":3,\"title\":\"\"}",
	    "title: must not be empty." },
	{ "update_task", "{\"task_id\":3,\"completed\":true}",
	    "unknown property: " },
	{ "delete_task", "{\"task_id\":3,\"confirm\":true}",
	    "unknown property: delete_task takes only task_id." },
	{ "restore_task", "{\"task_id\":3}", "{\"task_id\":3}" },
};

static void
check(const char *tool, struct json_object *given, const char *out,
    const char *name)
{
	struct json_object *got = NULL;
	const struct err *e = tool_arguments(a, tool_find(tool), given, &got);

	if (out[0] == '{') {
		struct json_object *want = parsed(out);
		ok(e == NULL && js_equal(got, want), "%s %s", tool, name);
		if (e != NULL)
			diag("%s", e->say);
		ok(got != given, "a fresh object");
		return;
	}
	if (!ok(e != NULL && strncmp(e->say, out, strlen(out)) == 0,
	    "%s %s: %s", tool, name, out))
		diag("got: %s", e != NULL ? e->say : js_dump(a, got));
	ok(e != NULL && e->kind == ERR_INPUT &&
	    strcmp(e->code, "invalid_arguments") == 0 &&
	    strlen(e->say) <= 300, "refused as it should");
	ok(got == NULL, "nothing is handed out");
}

/* {"title": n times s} */
static struct json_object *
with_text(const char *key, const char *s, size_t n)
{
	struct json_object *v = js_object(a);
	struct buf b;

	buf_init(&b, a, 64 * 1024);
	for (size_t i = 0; i < n; i++)
		buf_puts(&b, s);
	js_add_text(v, key, buf_str(&b));
	return v;
}

static bool
takes(const char *tool, struct json_object *given)
{
	struct json_object *got;

	return tool_arguments(a, tool_find(tool), given, &got) == NULL;
}

static void
test_arguments(void)
{
	struct json_object *v;

	for (size_t i = 0; i < COUNT(cases); i++)
		check(cases[i].tool, parsed(cases[i].in), cases[i].out,
		    cases[i].in);
	ok(takes("add_task", with_text("title", "é", MAX_TITLE)),
	    "lengths are characters");
	ok(!takes("add_task", with_text("title", "é", MAX_TITLE + 1)),
	    "one too many");
	check("add_task", with_text("title", "secret ", 100),
	    "title: must be at most 500 characters; got 699.", "says so");
	v = with_text("description", "x", MAX_DESCRIPTION);
	js_add_text(v, "title", "t");
	ok(takes("add_task", v), "a description as long as may be");
	v = with_text("description", "x", MAX_DESCRIPTION + 1);
	js_add_text(v, "title", "t");
	ok(!takes("add_task", v), "one too many");
	v = js_object(a);
	js_add_int(v, "task_id", 1);
	js_add_text(v, js_text(with_text("k", "x", 5000), "k", ""), "x");
	check("delete_task", v, "unknown property: ", "a name of 5000 bytes");
}

static void
test_times(void)
{
	static const char *const good[] = { "2026-12-01", "1970-01-01",
	    "2999-12-31", "2024-02-29", "2000-02-29", "2026-12-01T17:30",
	    "2026-12-01t17:30", "2026-12-01 17:30", "2026-12-01T00:00",
	    "2026-12-01T23:59:59", "2026-12-01T17:30Z", "2026-12-01T17:30z",
	    "2026-12-01T17:30:00Z", "2026-12-01T17:30:00.5Z",
	    "2026-12-01T17:30:00.123456", "2026-12-01T17:30:00+05:30",
	    "2026-12-01T17:30-11:00", "2026-12-01T17:30:00.250-00:00" };
	static const char *const bad[] = { "", " ", "2026", "2026-12",
	    "2026-12-1", "26-12-01", "2026-13-01", "2026-00-01",
	    "2026-12-00", "2026-12-32", "2026-04-31", "2026-02-29",
	    "1900-02-29", "2100-02-29", "1969-12-31", "3000-01-01",
	    "2026/12/01", "2026-12-01T", "2026-12-01T17", "2026-12-01T17:",
	    "2026-12-01T24:00", "2026-12-01T17:60", "2026-12-01T17:30:60",
	    "2026-12-01T17:30:00.", "2026-12-01T17:30:00.1234567",
	    "2026-12-01T17:30.5", "2026-12-01T17:30ZZ",
	    "2026-12-01T17:30Z+01:00", "2026-12-01T17:30+1:00",
	    "2026-12-01T17:30+01", "2026-12-01T17:30+0100",
	    "2026-12-01T17:30+16:00", "2026-12-01T17:30+01:60",
	    "2026-12-01T17:30+01:00 ", "2026-12-01Z", "2026-12-01+01:00",
	    " 2026-12-01", "2026-12-01 ", "2026-12-01T17:30 Europe/Berlin",
	    "tomorrow", "-026-12-01", "+2026-12-01", "２０２６-12-01",
	    "infinity", "now", "2026-12-01T17:30:00\"" };

	for (size_t i = 0; i < COUNT(good); i++)
		ok(tool_time_ok(str_of(good[i])), "a time: %s", good[i]);
	for (size_t i = 0; i < COUNT(bad); i++)
		ok(!tool_time_ok(str_of(bad[i])), "none: \"%s\"", bad[i]);
	ok(!tool_time_ok((struct str){ "2026-12-01\0", 11 }), "nor with a NUL");
	/* borrowed bytes: nothing after the end is looked at */
	for (size_t n = 0; n <= 25; n++) {
		char *copy = malloc(n > 0 ? n : 1);
		memcpy(copy, "2026-12-01T17:30:00+05:30", n);
		is_int(tool_time_ok((struct str){ copy, n }), n == 10 ||
		    n == 16 || n == 19 || n == 25, "its first %zu bytes", n);
		free(copy);
	}
}

static void
test_error(void)
{
	struct json_object *v = tool_error(a, "task_not_found", "No \"7\".");

	is_str(js_dump(a, v),
	    "{\"error\":\"task_not_found\",\"detail\":\"No \\\"7\\\".\"}",
	    "a failed call's answer");
}

int
main(void)
{
	a = arena_new();
	test_registry();
	test_find();
	test_arguments();
	test_times();
	test_error();
	arena_free(a);
	return tap_done();
}
