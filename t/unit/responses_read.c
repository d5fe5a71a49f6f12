/* Answers of the Responses API: recordings (t/streams/responses), limits. */
#include "base/bounds.h"
#include "base/json.h"
#include "base/text.h"

#include "replayed.h"
#include "tap.h"

/* Limits: a server may say as much as it likes. */

static bool
say_done(struct flood *f, int place, const char *item)
{
	struct arena *a = arena_new();
	bool good;

	good = say(f, arena_printf(a, "{\"type\":\"response.output_item.done\","
	    "\"output_index\":%d,\"item\":%s}", place, item));
	arena_free(a);
	return good;
}

static bool
say_call(struct flood *f, int place, const char *id, const char *name,
    const char *arguments)
{
	struct arena *a = arena_new();
	bool good;

	good = say_done(f, place, arena_printf(a, "{\"type\":"
	    "\"function_call\",\"call_id\":\"%s\",\"name\":\"%s\","
	    "\"arguments\":\"%s\"}", id, name, arguments));
	arena_free(a);
	return good;
}

static bool
say_text(struct flood *f, int place, const char *text)
{
	struct arena *a = arena_new();
	bool good;

	good = say(f, arena_printf(a, "{\"type\":"
	    "\"response.output_text.delta\",\"output_index\":%d,"
	    "\"delta\":\"%s\"}", place, text));
	arena_free(a);
	return good;
}

static bool
say_reasoning(struct flood *f, int place, const char *blob)
{
	struct arena *a = arena_new();
	bool good;

	good = say_done(f, place, arena_printf(a, "{\"type\":\"reasoning\","
	    "\"id\":\"rs_%d\",\"summary\":[],\"encrypted_content\":\"%s\"}",
	    place, blob));
	arena_free(a);
	return good;
}

static struct answer_state
end(struct flood *f)
{
	say(f, "{\"type\":\"response.completed\",\"response\":"
	    "{\"status\":\"completed\",\"output\":[]}}");
	return answer_end(f->s, &f->out);
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
	ok(say_call(&f, 0, "c0", "list_tasks", ""), "%d calls are fine",
	    MAX_CALLS);
	ok(!say_call(&f, 99, "c99", "list_tasks", ""), "one more is not");
	is_int(end(&f).fault, ANSWER_LIMIT, "and the answer is refused");
	is_int((long long)f.out.ncalls, 0, "with all its calls");
	arena_free(f.a);
}

static void
test_many_items(void)
{
	struct flood f;
	int i;

	flood_init(&f);
	for (i = 0; i < MAX_ITEMS; i++)
		say_done(&f, i, "{\"type\":\"other\"}");
	ok(say_done(&f, 7, "{\"type\":\"other\"}"), "%d items are fine",
	    MAX_ITEMS);
	ok(!say_done(&f, i, "{\"type\":\"other\"}"), "one more is not");
	is_int(end(&f).fault, ANSWER_LIMIT, "and the answer is refused");
	arena_free(f.a);

	flood_init(&f);
	for (i = 0; i < MAX_ITEMS; i++)
		say_text(&f, i, "x");
	ok(!say_text(&f, i, "x"), "nor is text of as many");
	is_int(end(&f).fault, ANSWER_LIMIT, "of which there is no end");
	arena_free(f.a);
}

static void
test_long_arguments(void)
{
	struct flood f;
	char *most, id[16];
	int i = 0;

	flood_init(&f);
	most = many(f.a, 'x', MAX_ARGUMENTS);
	ok(say_call(&f, 0, "a", "add_task", most), "%d bytes of arguments",
	    MAX_ARGUMENTS);
	ok(!say_call(&f, 1, "b", "add_task", many(f.a, 'x',
	    MAX_ARGUMENTS + 1)), "a byte more is too much");
	is_int(end(&f).fault, ANSWER_LIMIT,
	    "a call's arguments have a limit");
	arena_free(f.a);

	flood_init(&f);
	most = many(f.a, 'x', MAX_ARGUMENTS);
	do
		snprintf(id, sizeof(id), "c%d", i);
	while (say_call(&f, i, id, "add_task", most) && ++i < MAX_CALLS);
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
	is_int(end(&f).fault, ANSWER_OK,
	    "a name of 10000 characters is only a wrong name");
	is_int((long long)strlen(f.out.calls[0].name), MAX_CALL_NAME,
	    "and cut");
	arena_free(f.a);

	flood_init(&f);
	ok(!say_call(&f, 0, many(f.a, 'i', MAX_CALL_ID + 1), "x", "{}"),
	    "an id that long is refused");
	arena_free(f.a);

	flood_init(&f);
	say_done(&f, 0, arena_printf(f.a, "{\"type\":\"message\",\"content\":"
	    "[{\"text\":\"Hi\"}],\"phase\":\"%s\"}",
	    many(f.a, 'p', MAX_CALL_NAME + 1)));
	is_int(end(&f).fault, ANSWER_OK, "a phase nobody knows");
	ok(f.out.extra == NULL, "is not kept");
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
		more = say_text(&f, 0, "\xe6\xbc\xa2\xe5\xad\x97 0123456789 "
		    "0123456789 0123456789 0123456789");
	ok(!more, "text has a limit");
	is_int(end(&f).fault, ANSWER_OK, "what was shown of it stays");
	is_int(f.out.end, MODEL_LENGTH, "as an answer that was cut");
	ok(f.out.text.n <= MAX_REPLY_TEXT && utf8_ok(f.out.text),
	    "at a character's end");
	arena_free(f.a);

	flood_init(&f);
	ok(!say_done(&f, 0, arena_printf(f.a, "{\"type\":\"message\","
	    "\"content\":[{\"text\":\"%s\"}]}",
	    many(f.a, 't', MAX_REPLY_TEXT + 1))), "also in one piece");
	is_int(end(&f).fault, ANSWER_OK, "and what was shown of that stays");
	is_int((long long)f.out.text.n, MAX_REPLY_TEXT, "up to the limit");
	arena_free(f.a);
}

static void
test_long_reasoning(void)
{
	struct flood f;
	struct answer_state as;

	flood_init(&f);
	say_reasoning(&f, 0, many(f.a, 'r', MAX_PROVIDER_DATA / 2));
	say_reasoning(&f, 1, many(f.a, 's', MAX_PROVIDER_DATA / 4));
	say_call(&f, 2, "a", "list_tasks", "{}");
	is_int(end(&f).fault, ANSWER_OK, "reasoning within the limit");
	is_int((long long)js_len(js_get(f.out.extra, "items")), 2,
	    "is kept");
	arena_free(f.a);

	flood_init(&f);
	say_reasoning(&f, 0, "aa");
	say_reasoning(&f, 1, many(f.a, 's', 1024 * 1024));
	say_call(&f, 2, "a", "list_tasks", "{}");
	as = end(&f);
	is_int(as.fault, ANSWER_OK, "a megabyte of it");
	ok(!js_has(f.out.extra, "items"), "is not, nor what came with it");
	is_str(as.warning, "reasoning too long to be kept", "and we say so");
	is_str(js_text(f.out.extra, "from", ""), "test",
	    "the family is noted all the same");
	is_int((long long)f.out.ncalls, 1, "the call does not need it");
	arena_free(f.a);
}

static void
test_deep(void)
{
	struct flood f;

	flood_init(&f);
	ok(!say(&f, many(f.a, '[', 10000)), "an event nested 10000 deep");
	is_int(end(&f).fault, ANSWER_BROKEN, "is refused");
	arena_free(f.a);

	flood_init(&f);
	say_call(&f, 0, "a", "add_task", many(f.a, '[', 10000));
	is_int(end(&f).fault, ANSWER_OK, "arguments nested 10000 deep");
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
stops(const char *json, const char *name)
{
	struct arena *a = arena_new();
	struct model_answer out;
	struct answer *s;

	s = answer_new(a, &responses_reader, "test", refuse, NULL);
	ok(!answer_event(s, str_of(""), str_of(json)),
	    "the reader says stop: %s", name);
	is_int(answer_end(s, &out).fault, ANSWER_STOPPED,
	    "and that is what happened");
	ok(str_is(answer_text(s), "Hi"), "what it had read is kept");
	arena_free(a);
}

static void
test_stop(void)
{
	stops("{\"type\":\"response.output_text.delta\",\"delta\":\"Hi\"}",
	    "in a piece");
	stops("{\"type\":\"response.output_item.done\",\"item\":{\"type\":"
	    "\"message\",\"content\":[{\"text\":\"Hi\"},{\"text\":\"Ho\"}]}}",
	    "in a message");
	stops("{\"type\":\"response.completed\",\"response\":{\"output\":["
	    "{\"type\":\"message\",\"content\":[{\"refusal\":\"Hi\"}]}]}}",
	    "in the last event");
}

static void
test_ids(void)
{
	struct flood f;

	flood_init(&f);
	say_call(&f, 0, "0", "list_tasks", "{}");
	say_call(&f, 1, "1", "list_tasks", "{}");
	end(&f);
	ok(f.out.ncalls == 2 && strlen(f.out.calls[0].id) == 9 &&
	    strlen(f.out.calls[1].id) == 9 &&
	    strcmp(f.out.calls[0].id, f.out.calls[1].id) != 0,
	    "calls have ids of ours, nine characters, each its own");
	arena_free(f.a);
}

/* The end is the end: nobody waits for [DONE]. */
static void
test_end(void)
{
	struct flood f;

	flood_init(&f);
	say_text(&f, 0, "Hi");
	ok(!answer_finished(f.s), "text is no end");
	end(&f);
	ok(answer_finished(f.s) && answer_done(f.s),
	    "after the last event nothing follows");
	is_int(f.out.cached_tokens, -1, "no usage, nothing of a cache");
	ok(f.out.extra == NULL, "text alone has nothing to go back");
	arena_free(f.a);

	flood_init(&f);
	say(&f, "{\"type\":\"response.completed\",\"response\":{\"output\":["
	    "{\"type\":\"message\",\"phase\":\"final_answer\",\"content\":["
	    "{\"type\":\"output_text\",\"text\":\"Hi\"}]}],\"usage\":"
	    "{\"input_tokens\":9,\"output_tokens\":1,"
	    "\"input_tokens_details\":{\"cached_tokens\":4}}}}");
	is_int(answer_end(f.s, &f.out).fault, ANSWER_OK, "a last event");
	is_int(f.out.cached_tokens, 4, "with what was read from a cache");
	is_str(js_dump(f.a, f.out.extra),
	    "{\"from\":\"test\",\"phase\":\"final_answer\"}",
	    "and its message's phase");
	arena_free(f.a);
}

/* What it says is what decides whether it is worth another attempt. */
static void
test_errors(void)
{
	static const char *const events[] = {
		"{\"type\":\"response.failed\",\"response\":{\"error\":"
		    "{\"code\":\"rate_limit_exceeded\",\"message\":\"m\"}}}",
		"{\"type\":\"error\",\"code\":\"rate_limit_exceeded\","
		    "\"message\":\"m\",\"param\":null}",
		"{\"type\":\"error\",\"error\":{\"type\":\"x\",\"code\":"
		    "\"rate_limit_exceeded\",\"message\":\"m\"}}" };
	struct answer_state as;
	struct flood f;
	size_t i;

	for (i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		flood_init(&f);
		ok(!say(&f, events[i]), "an error ends it");
		as = answer_end(f.s, &f.out);
		if (ok(as.error != NULL, "and says something")) {
			is_str(as.error->code, "rate_limit_exceeded",
			    "a code");
			is_str(as.error->message, "m", "a message");
		}
		arena_free(f.a);
	}
}

#define WHOLE_MESSAGE "{\"type\":\"message\",\"role\":\"assistant\"," \
	"\"content\":[{\"type\":\"output_text\",\"text\":\"Hi\"}]}"
#define WHOLE_CALL "{\"type\":\"function_call\",\"call_id\":\"call_1\"," \
	"\"name\":\"list_tasks\",\"arguments\":\"{}\"}"

static void
test_wholes(void)
{
	test_whole("\n\n\n{\"id\":\"resp_1\",\"object\":\"response\","
	    "\"status\":\"completed\",\"error\":null,"
	    "\"incomplete_details\":null,\"output\":[" WHOLE_MESSAGE "],"
	    "\"usage\":{\"input_tokens\":3,\"output_tokens\":1}}",
	    "end done\ntext Hi\nusage 3 1\n",
	    "a whole answer after blank lines");
	test_whole("{\"output\":[" WHOLE_MESSAGE "," WHOLE_CALL "]}",
	    "end tools\ntext Hi\ncall list_tasks {}\n"
	    "extra {\"from\":\"test\",\"id\":\"call_1\"}\n",
	    "a whole answer without a status");
	test_whole("{\"status\":\"incomplete\",\"incomplete_details\":"
	    "{\"reason\":\"max_output_tokens\"},\"output\":["
	    WHOLE_CALL "]}", "end length\ntext\n",
	    "a whole answer that was cut by the cap");
	test_whole("{\"status\":\"in_progress\",\"output\":[" WHOLE_CALL "]}",
	    "fault cut\n", "a whole answer that is not done");
	test_whole("{\"status\":\"queued\",\"output\":[]}", "fault cut\n",
	    "or has not begun");
	test_whole("{\"status\":\"failed\",\"error\":{\"code\":"
	    "\"server_error\",\"message\":\"no\"},\"output\":[]}",
	    "fault upstream\n", "a whole answer that failed");
	test_whole("{\"status\":\"failed\",\"output\":[" WHOLE_CALL "]}",
	    "fault upstream\n", "and does not say why");
	test_whole("{\"error\":{\"message\":\"no\"}}", "fault upstream\n",
	    "a whole error");
	test_whole("", "fault empty\n", "an empty body");
	test_whole("{\"output\":[" WHOLE_MESSAGE, "fault broken\n",
	    "half a body");
	test_whole("{}", "fault empty\n", "no output at all");
	test_whole("5", "fault empty\n", "nor an object");
}

int
main(void)
{
	test_streams(&responses_reader, "responses", 69);
	test_many_calls();
	test_many_items();
	test_long_arguments();
	test_long_names();
	test_long_text();
	test_long_reasoning();
	test_deep();
	test_stop();
	test_ids();
	test_end();
	test_errors();
	test_wholes();
	return tap_done();
}
