/* Answers of Anthropic's Messages: recordings (t/streams/anthropic), limits. */
#include "base/bounds.h"
#include "base/json.h"
#include "base/text.h"

#include "replayed.h"
#include "tap.h"

/* Limits: a server may say as much as it likes. */

static bool
begin_block(struct flood *f, int index, const char *block)
{
	struct arena *a = arena_new();
	bool good;

	good = say(f, arena_printf(a, "{\"type\":\"content_block_start\","
	    "\"index\":%d,\"content_block\":%s}", index, block));
	arena_free(a);
	return good;
}

static bool
begin_call(struct flood *f, int index, const char *id, const char *name,
    const char *input)
{
	struct arena *a = arena_new();
	bool good;

	good = begin_block(f, index, arena_printf(a, "{\"type\":\"tool_use\","
	    "\"id\":\"%s\",\"name\":\"%s\",\"input\":%s}", id, name, input));
	arena_free(a);
	return good;
}

static bool
delta(struct flood *f, int index, const char *type, const char *key,
    const char *text)
{
	struct arena *a = arena_new();
	bool good;

	good = say(f, arena_printf(a, "{\"type\":\"content_block_delta\","
	    "\"index\":%d,\"delta\":{\"type\":\"%s\",\"%s\":\"%s\"}}", index,
	    type, key, text));
	arena_free(a);
	return good;
}

static bool
arguments(struct flood *f, int index, const char *text)
{
	return delta(f, index, "input_json_delta", "partial_json", text);
}

static void
stop(struct flood *f, const char *reason)
{
	struct arena *a = arena_new();

	say(f, arena_printf(a, "{\"type\":\"message_delta\",\"delta\":"
	    "{\"stop_reason\":\"%s\"}}", reason));
	say(f, "{\"type\":\"message_stop\"}");
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
is_over(struct flood *f, const char *name)
{
	is_int(answer_end(f->s, &f->out).fault, ANSWER_LIMIT, "%s", name);
	is_int((long long)f->out.ncalls, 0, "%s: and no call of it runs",
	    name);
	arena_free(f->a);
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
		begin_call(&f, i, id, "list_tasks", "{}");
	}
	ok(arguments(&f, 0, "{}"), "%d calls are fine", MAX_CALLS);
	ok(!begin_call(&f, 99, "c99", "list_tasks", "{}"), "one more is not");
	is_over(&f, "too many calls");
}

static void
test_many_blocks(void)
{
	struct flood f;
	int i;

	flood_init(&f);
	for (i = 0; i < 5000; i++)
		if (!begin_block(&f, i, "{\"type\":\"text\",\"text\":\"\"}") ||
		    !delta(&f, i, "text_delta", "text", "a"))
			break;
	is_int(i, 5000, "thousands of blocks of text");
	stop(&f, "end_turn");
	is_int(answer_end(f.s, &f.out).fault, ANSWER_OK, "are an answer");
	is_int((long long)f.out.text.n, 5000, "with all its text");
	arena_free(f.a);

	flood_init(&f);
	for (i = 0; i < 5000; i++)
		if (!begin_block(&f, i, "{\"type\":\"thinking\"}"))
			break;
	is_int(i, 2 * MAX_CALLS, "but not of thinking");
	is_over(&f, "too many blocks");
}

static void
test_many_deltas(void)
{
	struct flood f;
	int i;

	flood_init(&f);
	begin_call(&f, 0, "a", "list_tasks", "{}");
	for (i = 0; i < 10000 && arguments(&f, 0, ""); i++)
		continue;
	stop(&f, "tool_use");
	is_int(answer_end(f.s, &f.out).fault, ANSWER_OK,
	    "ten thousand empty fragments");
	is_str(f.out.calls[0].arguments, "{}", "are no arguments");
	arena_free(f.a);
}

static void
test_long_arguments(void)
{
	struct flood f;
	char *piece, id[16];
	int i;

	flood_init(&f);
	piece = many(f.a, 'x', 64 * 1024);
	begin_call(&f, 0, "a", "add_task", "{}");
	for (i = 0; i < MAX_ARGUMENTS / (64 * 1024); i++)
		ok(arguments(&f, 0, piece), "%d KiB of arguments",
		    64 * (i + 1));
	ok(!arguments(&f, 0, "x"), "a byte more is too much");
	is_over(&f, "a call's arguments");

	flood_init(&f);
	ok(!begin_call(&f, 0, "a", "add_task", arena_printf(f.a,
	    "{\"title\":\"%s\"}", many(f.a, 'x', MAX_ARGUMENTS))),
	    "nor may it begin with as many");
	is_over(&f, "arguments at once");

	flood_init(&f);
	piece = many(f.a, 'x', MAX_ARGUMENTS);
	for (i = 0; i < 64; i++) {
		snprintf(id, sizeof(id), "c%d", i);
		begin_call(&f, i, id, "add_task", "{}");
		if (!arguments(&f, i, piece))
			break;
	}
	is_int(i, MAX_ARGUMENTS_STEP / MAX_ARGUMENTS,
	    "so many of a whole step");
	is_over(&f, "a step's arguments");
}

static void
test_long_names(void)
{
	struct flood f;

	flood_init(&f);
	begin_call(&f, 0, "a", many(f.a, 'n', 10000), "{}");
	stop(&f, "tool_use");
	is_int(answer_end(f.s, &f.out).fault, ANSWER_OK,
	    "a name of 10000 characters is only a wrong name");
	is_int((long long)strlen(f.out.calls[0].name), MAX_CALL_NAME,
	    "and cut");
	arena_free(f.a);

	flood_init(&f);
	ok(!begin_call(&f, 0, many(f.a, 'i', MAX_CALL_ID + 1), "x", "{}"),
	    "an id that long is refused");
	is_over(&f, "a call's id");
}

static void
test_long_text(void)
{
	struct flood f;
	bool more;
	int i;

	flood_init(&f);
	for (i = 0, more = true; more && i < 100000; i++)
		more = delta(&f, 0, "text_delta", "text",
		    "\xe6\xbc\xa2\xe5\xad\x97 0123456789 0123456789");
	ok(!more, "text has a limit");
	is_int(answer_end(f.s, &f.out).fault, ANSWER_OK,
	    "what was shown of it stays");
	is_int(f.out.end, MODEL_LENGTH, "as an answer that was cut");
	ok(f.out.text.n <= MAX_REPLY_TEXT && utf8_ok(f.out.text),
	    "at a character's end");
	arena_free(f.a);
}

static void
test_long_thoughts(void)
{
	struct flood f;
	int i;

	flood_init(&f);
	begin_block(&f, 0, "{\"type\":\"thinking\",\"thinking\":\"\","
	    "\"signature\":\"\"}");
	ok(!delta(&f, 0, "signature_delta", "signature",
	    many(f.a, 's', 1024 * 1024 - 200)), "a signature of a megabyte");
	is_over(&f, "a signature");

	flood_init(&f);
	begin_block(&f, 0, "{\"type\":\"thinking\",\"thinking\":\"\"}");
	for (i = 0; i < 100000; i++)
		if (!delta(&f, 0, "thinking_delta", "thinking", "hm hm hm "))
			break;
	ok(i < MAX_PROVIDER_DATA / 9, "thinking has a limit");
	is_over(&f, "thinking");

	flood_init(&f);
	ok(!begin_block(&f, 0, arena_printf(f.a,
	    "{\"type\":\"redacted_thinking\",\"data\":\"%s\"}",
	    many(f.a, 'd', MAX_PROVIDER_DATA))), "also when it is redacted");
	is_over(&f, "redacted thinking");

	/* written as JSON it is longer than it was */
	flood_init(&f);
	begin_block(&f, 0, "{\"type\":\"thinking\",\"thinking\":\"\"}");
	for (i = 0; i < MAX_PROVIDER_DATA / 8; i++)
		delta(&f, 0, "thinking_delta", "thinking",
		    "\\u0001\\u0001\\u0001");
	begin_call(&f, 1, "a", "list_tasks", "{}");
	stop(&f, "tool_use");
	is_over(&f, "what is stored of it");
}

static void
test_deep(void)
{
	struct flood f;

	flood_init(&f);
	ok(!say(&f, many(f.a, '[', 10000)), "an event nested 10000 deep");
	is_int(answer_end(f.s, &f.out).fault, ANSWER_BROKEN, "is refused");
	arena_free(f.a);

	flood_init(&f);
	begin_call(&f, 0, "a", "add_task", "{}");
	arguments(&f, 0, many(f.a, '[', 10000));
	stop(&f, "tool_use");
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

	s = answer_new(a, &anthropic_reader, "test", refuse, NULL);
	ok(!answer_event(s, str_of(""), str_of("{\"type\":"
	    "\"content_block_delta\",\"index\":0,\"delta\":{\"type\":"
	    "\"text_delta\",\"text\":\"Hi\"}}")), "the reader says stop");
	is_int(answer_end(s, &out).fault, ANSWER_STOPPED,
	    "and that is what happened");
	ok(str_is(answer_text(s), "Hi"), "what it had read is kept");
	arena_free(a);
}

/* Nobody has seen the text yet: the second message may replace it. */
static void
test_anew(void)
{
	struct flood f;

	flood_init(&f);
	say(&f, "{\"type\":\"message_start\",\"message\":{\"id\":\"m1\","
	    "\"usage\":{\"input_tokens\":9}}}");
	delta(&f, 0, "text_delta", "text", "Let me");
	begin_call(&f, 1, "a", "list_tasks", "{}");
	say(&f, "{\"type\":\"message_start\",\"message\":{\"id\":\"m2\"}}");
	delta(&f, 0, "text_delta", "text", "Hello.");
	ok(!answer_finished(f.s) && !answer_done(f.s), "not at its end");
	stop(&f, "end_turn");
	ok(answer_finished(f.s) && answer_done(f.s), "now it is");
	is_int(answer_end(f.s, &f.out).fault, ANSWER_OK,
	    "an answer that began anew before it was shown");
	ok(str_is(f.out.text, "Hello."), "is the second one");
	is_int((long long)f.out.ncalls, 0, "without calls of the first");
	is_int(f.out.prompt_tokens, -1, "or its figures");
	arena_free(f.a);
}

/* What a beginning threw away is kept in memory until the end. */
static void
test_anew_again_and_again(void)
{
	struct flood f;
	int i;

	flood_init(&f);
	for (i = 0; i < 1000; i++)
		if (!say(&f, arena_printf(f.a, "{\"type\":\"message_start\","
		    "\"message\":{\"id\":\"m%d\"}}", i)) ||
		    !begin_block(&f, 0, "{\"type\":\"thinking\"}"))
			break;
	ok(i < 10, "an answer does not begin for ever");
	is_over(&f, "too many beginnings");
}

static void
test_tokens(void)
{
	struct flood f;

	flood_init(&f);
	say(&f, "{\"type\":\"message_start\",\"message\":{\"usage\":"
	    "{\"input_tokens\":20,\"cache_read_input_tokens\":100,"
	    "\"cache_creation_input_tokens\":10,\"output_tokens\":1}}}");
	delta(&f, 0, "text_delta", "text", "Hi");
	stop(&f, "end_turn");
	answer_end(f.s, &f.out);
	is_int(f.out.prompt_tokens, 130, "the whole prompt");
	is_int(f.out.cached_tokens, 100, "what of it came from a cache");
	is_int(f.out.completion_tokens, 1, "and the answer's");
	ok(f.out.extra == NULL, "nothing was thought, nothing is stored");
	arena_free(f.a);
}

static void
test_wholes(void)
{
	test_whole("\n{\"id\":\"msg_1\",\"type\":\"message\",\"role\":"
	    "\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"Hi\"}],"
	    "\"stop_reason\":\"end_turn\",\"usage\":{\"input_tokens\":3,"
	    "\"output_tokens\":1}}", "end done\ntext Hi\nusage 3 1\n",
	    "a whole answer");
	test_whole("{\"type\":\"message\",\"content\":[{\"type\":\"thinking\","
	    "\"thinking\":\"hm\",\"signature\":\"c2ln\"},{\"type\":\"text\","
	    "\"text\":\"Sure.\"},{\"type\":\"tool_use\",\"id\":\"toolu_1\","
	    "\"name\":\"add_task\",\"input\":{\"title\":\"milk\"}},"
	    "{\"type\":\"tool_use\",\"id\":\"toolu_2\",\"name\":\"list_tasks\","
	    "\"input\":{}}],\"stop_reason\":\"tool_use\"}",
	    "end tools\ntext Sure.\ncall add_task {\"title\":\"milk\"}\n"
	    "extra {\"from\":\"test\",\"id\":\"toolu_1\"}\ncall list_tasks {}\n"
	    "extra {\"from\":\"test\",\"id\":\"toolu_2\"}\n"
	    "step {\"from\":\"test\",\"items\":[{\"before\":0,\"item\":"
	    "{\"said\":0,\"block\":{\"type\":\"thinking\",\"thinking\":\"hm\","
	    "\"signature\":\"c2ln\"}}}]}\n",
	    "a whole answer with all kinds of blocks");
	test_whole("{\"type\":\"message\",\"content\":[{\"type\":\"tool_use\","
	    "\"id\":\"a\",\"name\":\"add_task\",\"input\":{}}],"
	    "\"stop_reason\":\"max_tokens\"}", "end length\ntext\n",
	    "a whole answer of a model that was cut");
	test_whole("{\"type\":\"message\",\"content\":[{\"type\":\"tool_use\","
	    "\"id\":\"a\",\"name\":\"add_task\",\"input\":[1]}],"
	    "\"stop_reason\":\"tool_use\"}",
	    "end tools\ntext\nbad add_task\n"
	    "extra {\"from\":\"test\",\"id\":\"a\"}\n",
	    "an input that is no object");
	test_whole("{\"type\":\"message\",\"content\":[{\"type\":\"text\","
	    "\"text\":\"Hi\"}],\"stop_reason\":null}",
	    "end done\ntext Hi\nwarning\n", "a body without a reason");
	test_whole("{\"content\":[null,[],5,{\"type\":\"text\",\"text\":"
	    "\"Hi\"}],\"stop_reason\":\"end_turn\"}",
	    "end done\ntext Hi\nwarning\n", "blocks that are none");
	test_whole("{\"type\":\"message\",\"content\":\"Hi\"}",
	    "fault empty\n", "content that is no list");
	test_whole("{\"type\":\"error\",\"error\":{\"type\":"
	    "\"overloaded_error\",\"message\":\"Overloaded\"}}",
	    "fault upstream\n", "a whole error");
	test_whole("{\"a\":1}", "fault empty\n", "something else");
	test_whole("[]", "fault empty\n", "an empty list");
	test_whole("null", "fault empty\n", "null");
	test_whole("", "fault empty\n", "nothing");
	test_whole("{\"type\":\"message\",\"content\":[{\"type\":\"text\"",
	    "fault broken\n", "a body that was cut");
}

int
main(void)
{
	test_streams(&anthropic_reader, "anthropic", 60);
	test_many_calls();
	test_many_blocks();
	test_many_deltas();
	test_long_arguments();
	test_long_names();
	test_long_text();
	test_long_thoughts();
	test_deep();
	test_stop();
	test_anew();
	test_anew_again_and_again();
	test_tokens();
	test_wholes();
	return tap_done();
}
