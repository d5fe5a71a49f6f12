/* Answers of Chat Completions: recordings (t/streams/chat) and limits. */
#include "base/bounds.h"
#include "base/json.h"
#include "base/text.h"

#include "replayed.h"
#include "tap.h"

/* Limits: a server may say as much as it likes. */

static bool
say_call(struct flood *f, int index, const char *id, const char *name,
    const char *arguments)
{
	struct arena *a = arena_new();
	const char *json;
	bool good;

	json = arena_printf(a, "{\"choices\":[{\"index\":0,\"delta\":"
	    "{\"tool_calls\":[{\"index\":%d,\"id\":\"%s\",\"function\":"
	    "{\"name\":\"%s\",\"arguments\":\"%s\"}}]}}]}", index, id, name,
	    arguments);
	good = say(f, json);
	arena_free(a);
	return good;
}

static void
say_finish(struct flood *f, const char *reason)
{
	struct arena *a = arena_new();

	say(f, arena_printf(a, "{\"choices\":[{\"index\":0,\"delta\":{},"
	    "\"finish_reason\":\"%s\"}]}", reason));
	arena_free(a);
}

static char *
many(struct arena *a, char c, size_t n)
{
	char *s = arena_alloc(a, n + 1);

	memset(s, c, n);
	return s;
}

static void
test_many_calls(void)
{
	struct flood f;
	char id[16];
	int i;

	flood_init(&f);
	for (i = 0; i < MAX_CALLS; i++) {
		snprintf(id, sizeof(id), "c%d", i);
		say_call(&f, i, id, "list_tasks", "");
	}
	ok(say_call(&f, 0, "c0", "", "{}"), "%d calls are fine", MAX_CALLS);
	ok(!say_call(&f, 99, "c99", "list_tasks", ""), "one more is not");
	is_int(answer_end(f.s, &f.out).fault, ANSWER_LIMIT,
	    "and the answer is refused");
	is_int((long long)f.out.ncalls, 0, "with all its calls");
	arena_free(f.a);
}

static void
test_long_arguments(void)
{
	struct flood f;
	char *piece;
	int i;

	flood_init(&f);
	piece = many(f.a, 'x', 64 * 1024);
	for (i = 0; i < MAX_ARGUMENTS / (64 * 1024); i++)
		ok(say_call(&f, 0, "a", "add_task", piece),
		    "%d KiB of arguments", 64 * (i + 1));
	ok(!say_call(&f, 0, "a", "add_task", "x"), "a byte more is too much");
	is_int(answer_end(f.s, &f.out).fault, ANSWER_LIMIT,
	    "a call's arguments have a limit");
	arena_free(f.a);
}

static void
test_long_step(void)
{
	struct flood f;
	char *piece, id[16];
	int i = 0;

	flood_init(&f);
	piece = many(f.a, 'x', MAX_ARGUMENTS);
	do
		snprintf(id, sizeof(id), "c%d", i);
	while (say_call(&f, i, id, "add_task", piece) && ++i < 64);
	is_int(i, MAX_ARGUMENTS_STEP / MAX_ARGUMENTS,
	    "so have all the arguments of a step");
	arena_free(f.a);
}

static void
test_long_names(void)
{
	struct flood f;

	flood_init(&f);
	say_call(&f, 0, "a", many(f.a, 'n', 10000), "{}");
	say_finish(&f, "tool_calls");
	is_int(answer_end(f.s, &f.out).fault, ANSWER_OK,
	    "a name of 10000 characters is only a wrong name");
	is_int((long long)strlen(f.out.calls[0].name), MAX_CALL_NAME,
	    "and cut");
	arena_free(f.a);

	flood_init(&f);
	ok(!say_call(&f, 0, many(f.a, 'i', MAX_CALL_ID + 1), "x", "{}"),
	    "an id that long is refused");
	arena_free(f.a);
}

static void
test_long_text(void)
{
	struct flood f;
	bool more;
	int i;

	flood_init(&f);
	for (i = 0, more = true; more && i < 100000; i++)
		more = say(&f, "{\"choices\":[{\"index\":0,\"delta\":{"
		    "\"content\":\"\xe6\xbc\xa2\xe5\xad\x97 0123456789 "
		    "0123456789 0123456789 0123456789\"}}]}");
	ok(!more, "text has a limit");
	is_int(answer_end(f.s, &f.out).fault, ANSWER_OK,
	    "what was shown of it stays");
	is_int(f.out.end, MODEL_LENGTH, "as an answer that was cut");
	ok(f.out.text.n <= MAX_REPLY_TEXT && utf8_ok(f.out.text),
	    "at a character's end");
	arena_free(f.a);
}

static void
test_long_extra(void)
{
	struct flood f;
	int i;

	flood_init(&f);
	say(&f, arena_printf(f.a, "{\"choices\":[{\"delta\":{\"tool_calls\":"
	    "[{\"id\":\"a\",\"function\":{\"name\":\"x\"},\"extra_content\":"
	    "{\"s\":\"%s\"}}]}}]}", many(f.a, 's', MAX_PROVIDER_DATA)));
	is_int(answer_end(f.s, &f.out).fault, ANSWER_LIMIT,
	    "opaque data has a limit");
	arena_free(f.a);

	flood_init(&f);
	for (i = 0; i < 9; i++)
		if (!say(&f, arena_printf(f.a, "{\"choices\":[{\"delta\":{"
		    "\"tool_calls\":[{\"id\":\"c%d\",\"function\":{\"name\":"
		    "\"x\"},\"extra_content\":{\"s\":\"%s\"}}]}}]}", i,
		    many(f.a, 's', MAX_PROVIDER_DATA / 2))))
			break;
	is_int(i, 7, "and all of a step's together");
	is_int(answer_end(f.s, &f.out).fault, ANSWER_LIMIT, "have one");
	arena_free(f.a);

	flood_init(&f);
	for (i = 0; i < MAX_PROVIDER_DATA; i++)
		if (!say(&f, arena_printf(f.a, "{\"choices\":[{\"delta\":{"
		    "\"tool_calls\":[{\"id\":\"a\",\"m%d\":{}}]}}]}", i)))
			break;
	ok(i > 1000 && i < MAX_PROVIDER_DATA / 4,
	    "however small the pieces are");
	arena_free(f.a);

	flood_init(&f);
	say(&f, arena_printf(f.a, "{\"choices\":[{\"delta\":{"
	    "\"reasoning_content\":\"%s\"}}]}",
	    many(f.a, 'r', MAX_PROVIDER_DATA + 1)));
	say_call(&f, 0, "a", "list_tasks", "{}");
	say_finish(&f, "stop");
	is_int(answer_end(f.s, &f.out).fault, ANSWER_OK,
	    "reasoning over the limit");
	ok(!js_has(f.out.extra, "reasoning_content"), "is not kept");
	is_str(js_text(f.out.extra, "from", ""), "test",
	    "the family is noted all the same");
	arena_free(f.a);
}

static void
test_deep(void)
{
	struct flood f;
	char *deep;

	flood_init(&f);
	deep = many(f.a, '[', 10000);
	ok(!say(&f, deep), "an event nested 10000 deep");
	is_int(answer_end(f.s, &f.out).fault, ANSWER_BROKEN,
	    "is refused");
	arena_free(f.a);

	flood_init(&f);
	say_call(&f, 0, "a", "add_task", many(f.a, '[', 10000));
	say_finish(&f, "stop");
	is_int(answer_end(f.s, &f.out).fault, ANSWER_OK,
	    "arguments nested 10000 deep");
	ok(f.out.ncalls == 1 && f.out.calls[0].bad != NULL &&
	    f.out.calls[0].arguments == NULL, "are bad arguments");
	arena_free(f.a);
}

static bool
refuse(void *ctx, struct str piece)
{
	(void)ctx;
	(void)piece;
	return false;
}

static void
test_stop(void)
{
	struct arena *a = arena_new();
	struct model_answer out;
	struct answer *s;

	s = answer_new(a, &chat_reader, "test", refuse, NULL);
	ok(!answer_event(s, str_of(""), str_of("{\"choices\":[{\"delta\":"
	    "{\"content\":\"Hi\"}}]}")), "the reader says stop");
	is_int(answer_end(s, &out).fault, ANSWER_STOPPED,
	    "and that is what happened");
	ok(str_is(answer_text(s), "Hi"), "what it had read is kept");
	arena_free(a);
}

static void
test_ids(void)
{
	struct flood f;

	flood_init(&f);
	say_call(&f, 0, "0", "list_tasks", "{}");
	say_call(&f, 1, "1", "list_tasks", "{}");
	say_finish(&f, "stop");
	answer_end(f.s, &f.out);
	ok(f.out.ncalls == 2 && strlen(f.out.calls[0].id) == 9 &&
	    strlen(f.out.calls[1].id) == 9 &&
	    strcmp(f.out.calls[0].id, f.out.calls[1].id) != 0,
	    "calls have ids of ours, nine characters, each its own");
	arena_free(f.a);
}

static void
test_wholes(void)
{
	test_whole("\n\n\n{\"choices\":[{\"index\":0,\"message\":{\"role\":"
	    "\"assistant\",\"content\":\"Hi\"},\"finish_reason\":\"stop\"}],"
	    "\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":1}}",
	    "end done\ntext Hi\nusage 3 1\n",
	    "a whole answer after blank lines");
	test_whole("{\"choices\":[{\"message\":{\"content\":null,"
	    "\"tool_calls\":[{\"id\":\"a\",\"type\":\"function\","
	    "\"function\":{\"name\":\"list_tasks\",\"arguments\":\"{}\"}},"
	    "{\"id\":\"b\",\"type\":\"function\",\"function\":{\"name\":"
	    "\"list_tasks\",\"arguments\":\"{}\"}}]},"
	    "\"finish_reason\":\"tool_calls\"}]}",
	    "end tools\ntext\ncall list_tasks {}\ncall list_tasks {}\n",
	    "a whole answer with two equal calls");
	test_whole("{\"choices\":[{\"message\":{\"tool_calls\":["
	    "{\"id\":\"a\",\"function\":{\"name\":\"list_tasks\","
	    "\"arguments\":\"{}\"}},"
	    "{\"id\":\"a\",\"function\":{\"name\":\"add_task\","
	    "\"arguments\":\"{}\"}}]},\"finish_reason\":\"stop\"}]}",
	    "end tools\ntext\ncall list_tasks {}\ncall add_task {}\n",
	    "a whole answer whose calls share an id");
	test_whole("{\"error\":{\"message\":\"no\"}}", "fault upstream\n",
	    "a whole error");
	test_whole("[{\"error\":{\"message\":\"no\",\"code\":429}}]",
	    "fault upstream\n", "a whole error in an array");
	test_whole("", "fault empty\n", "an empty body");
	test_whole("{\"choices\":[{\"message\":{\"content\":\"Hi\"}",
	    "fault broken\n", "half a body");
	test_whole("{\"choices\":[]}", "fault empty\n", "no choice at all");
}

int
main(void)
{
	test_streams(&chat_reader, "chat", 50);
	test_many_calls();
	test_long_arguments();
	test_long_step();
	test_long_names();
	test_long_text();
	test_long_extra();
	test_deep();
	test_stop();
	test_ids();
	test_wholes();
	return tap_done();
}
