/* What is sent to Anthropic's Messages. */
#include "base/bounds.h"
#include "base/json.h"
#include "model/api.h"
#include "model/profile.h"

#include "tap.h"

struct test {
	struct arena	*a;
	struct address	 at;
	struct api_how	 how;
	struct model_request req;
	struct json_object *root;
	struct str	 bytes;
};

static void
begin(struct test *t)
{
	*t = (struct test){ .a = arena_new(), .at = { .host = "h" } };
	t->how = (struct api_how){ .family = "anthropic", .model = "m",
	    .effort = "", .max_tokens = 4096,
	    .profile = profile_find("auto", &t->at) };
	t->req = (struct model_request){ .instructions = "You keep tasks.",
	    .stream = true };
}

static void
make(struct test *t)
{
	t->how.tools = anthropic_api.tools(t->a, &t->how, &t->req);
	t->bytes = api_write(t->a, &anthropic_api, &t->how, &t->req);
	t->root = NULL;
	ok(js_parse(t->a, t->bytes, JSON_DEPTH, &t->root) == NULL &&
	    js_len(js_get(t->root, "messages")) > 0, "the request is JSON");
}

static const char *
part(struct test *t, const char *key)
{
	struct json_object *v = js_get(t->root, key);

	return v == NULL ? "(none)" : js_dump(t->a, v);
}

static void
messages(struct test *t, const struct model_message *m, size_t n,
    const char *want, const char *name)
{
	t->req.messages = m;
	t->req.nmessages = n;
	make(t);
	is_str(part(t, "messages"), want, "%s", name);
}

#define USER(s)		{ .role = MODEL_USER, .text = STR(s) }
#define SAID(s)		{ .role = MODEL_ASSISTANT, .text = STR(s) }
#define ANSWER(id, s)	{ .role = MODEL_TOOL, .text = STR(s), .call_id = id }
#define CALLED(s, c)	{ .role = MODEL_ASSISTANT, .text = STR(s), \
	.ncalls = sizeof(c) / sizeof((c)[0]), .calls = c }

#define MARK		",\"cache_control\":{\"type\":\"ephemeral\"}"
#define TEXT(s)		"{\"type\":\"text\",\"text\":\"" s "\"}"
#define MARKED(s)	"{\"type\":\"text\",\"text\":\"" s "\"" MARK "}"
#define MESSAGE(who, s)	"{\"role\":\"" who "\",\"content\":[" s "]}"
#define CALL(id, name, input) "{\"type\":\"tool_use\",\"id\":\"" id \
	"\",\"name\":\"" name "\",\"input\":" input "}"
#define RESULT(id, s)	"{\"type\":\"tool_result\",\"tool_use_id\":\"" id \
	"\",\"content\":\"" s "\"}"
#define RESULT_END(id, s) "{\"type\":\"tool_result\",\"tool_use_id\":\"" id \
	"\",\"content\":\"" s "\"" MARK "}"

static const struct model_call two[] = {
	{ .id = "aaaaaaaa1", .name = "add_task",
	  .arguments = "{\"title\":\"milk\"}" },
	{ .id = "aaaaaaaa2", .name = "list_tasks", .arguments = "{}" },
};

#define CALLS	CALL("aaaaaaaa1", "add_task", "{\"title\":\"milk\"}") "," \
	CALL("aaaaaaaa2", "list_tasks", "{}")

/* All of it, byte for byte. */
static void
test_bytes(void)
{
	static const struct model_message m[] = { USER("hi"), SAID("Hello."),
	    USER("say \"x\"") };
	struct model_tool tool = { .name = "ping", .description = "Ping.",
	    .parameters = "{\"type\":\"object\",\"properties\":{}}" };
	struct test t;

	begin(&t);
	t.req.context = "It is Friday.";
	t.req.messages = m;
	t.req.nmessages = 3;
	t.req.tools = &tool;
	t.req.ntools = 1;
	make(&t);
	is_str(arena_strndup(t.a, t.bytes.p, t.bytes.n),
	    "{\"model\":\"m\",\"max_tokens\":4096,\"stream\":true,"
	    "\"tools\":[{\"name\":\"ping\",\"description\":\"Ping.\","
	    "\"input_schema\":{\"type\":\"object\",\"properties\":{}}}],"
	    "\"tool_choice\":{\"type\":\"auto\"},"
	    "\"system\":[" MARKED("You keep tasks.") "],\"messages\":["
	    MESSAGE("user", TEXT("hi")) ","
	    MESSAGE("assistant", MARKED("Hello.")) ","
	    MESSAGE("user", MARKED("say \\\"x\\\"\\n\\nIt is Friday.")) "]}",
	    "a conversation, what changes at its end");
	t.req.ntools = 0;
	t.req.stream = false;
	t.req.instructions = " ";
	make(&t);
	is_str(part(&t, "tools"), "(none)", "no tools, no member");
	is_str(part(&t, "tool_choice"), "(none)", "and none to choose from");
	is_str(part(&t, "system"), "(none)", "no empty instructions");
	is_str(part(&t, "stream"), "false", "in one piece when asked to");
	arena_free(t.a);
}

static void
test_calls(void)
{
	static const struct model_message healthy[] = { USER("a"),
	    CALLED("", two), ANSWER("aaaaaaaa1", "1"),
	    ANSWER("aaaaaaaa2", "2"), SAID("Done."), USER("b") };
	static const struct model_message swapped[] = { USER("a"),
	    CALLED("", two), ANSWER("aaaaaaaa2", "2"),
	    ANSWER("aaaaaaaa9", "9"), ANSWER("aaaaaaaa1", "1"),
	    ANSWER("aaaaaaaa1", "again"), SAID("Done."), USER("b") };
	static const struct model_message dangling[] = { USER("a"),
	    CALLED("Sure.", two), ANSWER("aaaaaaaa2", "2"), USER("b"),
	    ANSWER("aaaaaaaa1", "late") };
	static const struct model_message blank[] = { USER("a"),
	    CALLED(" ", two), ANSWER("aaaaaaaa1", ""),
	    ANSWER("aaaaaaaa2", " ") };
	static const char want[] = "[" MESSAGE("user", TEXT("a")) ","
	    MESSAGE("assistant", CALLS) ","
	    MESSAGE("user", RESULT("aaaaaaaa1", "1") ","
	    RESULT("aaaaaaaa2", "2")) ","
	    MESSAGE("assistant", MARKED("Done.")) ","
	    MESSAGE("user", MARKED("b")) "]";
	struct test t;

	begin(&t);
	messages(&t, healthy, 6, want, "calls and their results");
	messages(&t, swapped, 8, want,
	    "results in order, once, and none without a call");
	messages(&t, dangling, 5, "[" MESSAGE("user", TEXT("a")) ","
	    MESSAGE("assistant", TEXT("Sure.") "," CALLS) ","
	    MESSAGE("user", "{\"type\":\"tool_result\",\"tool_use_id\":"
	    "\"aaaaaaaa1\",\"content\":\"{\\\"error\\\":\\\"interrupted\\\","
	    "\\\"detail\\\":\\\"The call was not executed.\\\"}\","
	    "\"is_error\":true}," RESULT("aaaaaaaa2", "2")) ","
	    MESSAGE("assistant", MARKED("(interrupted)")) ","
	    MESSAGE("user", MARKED("b")) "]",
	    "a result that is missing, or comes too late");
	messages(&t, blank, 4, "[" MESSAGE("user", MARKED("a")) ","
	    MESSAGE("assistant", CALLS) ","
	    MESSAGE("user", "{\"type\":\"tool_result\",\"tool_use_id\":"
	    "\"aaaaaaaa1\"},{\"type\":\"tool_result\",\"tool_use_id\":"
	    "\"aaaaaaaa2\"" MARK "}") "]", "nothing is empty");
	arena_free(t.a);
}

static struct json_object *
json(struct test *t, const char *text)
{
	struct json_object *v = NULL;

	if (js_parse(t->a, str_of(text), 16, &v) != NULL)
		diag("not JSON: %s", text);
	return v;
}

/* What the tool itself says is an error is told as one. */
static void
test_failed(void)
{
	struct model_message m[] = { USER("a"), CALLED("", two),
	    { .role = MODEL_TOOL, .call_id = "aaaaaaaa1" },
	    { .role = MODEL_TOOL, .call_id = "aaaaaaaa2" } };
	struct test t;

	begin(&t);
	m[2].result = json(&t, "{\"error\":\"not_found\"}");
	m[3].result = json(&t, "{\"tasks\":[]}");
	messages(&t, m, 4, "[" MESSAGE("user", MARKED("a")) ","
	    MESSAGE("assistant", CALLS) "," MESSAGE("user",
	    "{\"type\":\"tool_result\",\"tool_use_id\":\"aaaaaaaa1\","
	    "\"content\":\"{\\\"error\\\":\\\"not_found\\\"}\","
	    "\"is_error\":true},"
	    RESULT_END("aaaaaaaa2", "{\\\"tasks\\\":[]}")) "]",
	    "a result that is an error");
	arena_free(t.a);
}

static void
test_sides(void)
{
	static const struct model_message m[] = { USER("a"), USER(" "),
	    USER("b"), SAID(""), SAID("c"), SAID("d"), USER("e") };
	static const struct model_message late[] = { SAID("c"), USER("d") };
	static const struct model_message open[] = { USER("a"), SAID("b") };
	struct test t;

	begin(&t);
	messages(&t, m, 7, "[" MESSAGE("user", TEXT("a\\n\\nb")) ","
	    MESSAGE("assistant", MARKED("c\\n\\nd")) ","
	    MESSAGE("user", MARKED("e")) "]",
	    "neighbours are joined, empty ones dropped");
	messages(&t, late, 2, "["
	    MESSAGE("user", TEXT("(What was said before is left out.)")) ","
	    MESSAGE("assistant", MARKED("c")) ","
	    MESSAGE("user", MARKED("d")) "]",
	    "the person is first in any case");
	messages(&t, open, 2, "[" MESSAGE("user", MARKED("a")) ","
	    MESSAGE("assistant", TEXT("b")) ","
	    MESSAGE("user", MARKED("(Please go on.)")) "]",
	    "and last: no answer is begun for the model");
	messages(&t, open, 0, "["
	    MESSAGE("user", MARKED("(Please go on.)")) "]",
	    "even when nothing was said");
	arena_free(t.a);
}

/* Where marks stand, as the words or ids of the blocks they are on. */
static const char *
marks(struct test *t)
{
	const struct json_object *list = js_get(t->root, "messages"), *block;
	const struct json_object *content;
	struct buf b;
	size_t i, j;

	buf_init(&b, t->a, 1000);
	if (js_has(js_at(js_get(t->root, "system"), 0), "cache_control"))
		buf_puts(&b, "system ");
	for (i = 0; i < js_len(list); i++) {
		content = js_get(js_at(list, i), "content");
		for (j = 0; j < js_len(content); j++) {
			block = js_at(content, j);
			if (js_has(block, "cache_control"))
				buf_printf(&b, "%s ", js_text(block, "text",
				    js_text(block, "tool_use_id", "?")));
		}
	}
	return buf_str(&b);
}

/*
 * Two turns with three steps each: what a request marks, or what stands
 * before it, the next one finds.
 */
static void
test_marks(void)
{
	static const struct model_call c[][1] = {
		{ { .id = "call00001", .name = "x", .arguments = "{}" } },
		{ { .id = "call00002", .name = "x", .arguments = "{}" } },
		{ { .id = "call00003", .name = "x", .arguments = "{}" } },
		{ { .id = "call00004", .name = "x", .arguments = "{}" } } };
	static const struct model_message m[] = { USER("u1"),
	    CALLED("", c[0]), ANSWER("call00001", "1"), SAID("a1"),
	    USER("u2"), CALLED("", c[1]), ANSWER("call00002", "1"),
	    SAID("a2"), USER("u3"), CALLED("", c[2]), ANSWER("call00003", "1"),
	    CALLED("", c[3]), ANSWER("call00004", "1"), SAID("a3"),
	    USER("u4") };
	static const struct { size_t n; const char *want; } steps[] = {
		{ 1, "system u1\n\nnow " },
		{ 3, "system u1\n\nnow call00001 " },
		{ 5, "system a1 u2\n\nnow " },
		{ 7, "system a1 u2\n\nnow call00002 " },
		{ 9, "system a1 a2 u3\n\nnow " },
		{ 11, "system a2 u3\n\nnow call00003 " },
		{ 13, "system u3\n\nnow call00003 call00004 " },
		{ 15, "system a2 a3 u4\n\nnow " },
	};
	struct test t;
	size_t i;

	begin(&t);
	t.req.context = "now";
	t.req.messages = m;
	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		t.req.nmessages = steps[i].n;
		make(&t);
		is_str(marks(&t), steps[i].want, "marks, %zu messages",
		    steps[i].n);
	}
	t.how.lessons = API_NO_CACHE;
	make(&t);
	is_str(marks(&t), "", "none for who refuses them");
	arena_free(t.a);
}

static void
test_odd_calls(void)
{
	static const struct model_call odd[] = {
		{ .id = "call_1", .name = "functions.add task",
		  .bad = "not JSON" },
		{ .id = "same00000", .name = "x", .arguments = "[1]" },
		{ .id = "same00000", .name = "", .arguments = "{\"a\"" } };
	static const struct model_message m[] = { USER("a"), CALLED("", odd),
	    ANSWER("call_1", "1") };
	const struct json_object *list, *call;
	struct str first;
	struct test t;
	size_t i;

	begin(&t);
	t.req.messages = m;
	t.req.nmessages = 3;
	make(&t);
	first = t.bytes;
	list = js_get(t.root, "messages");
	for (i = 0; i < 3; i++) {
		call = js_at(js_get(js_at(list, 1), "content"), i);
		is_str(js_text(js_at(js_get(js_at(list, 2), "content"), i),
		    "tool_use_id", ""), js_text(call, "id", "?"),
		    "a result has the id of its call");
		is_str(js_dump(t.a, js_get(call, "input")), "{}",
		    "what is no object goes back as none");
	}
	is_str(js_text(js_at(js_get(js_at(list, 1), "content"), 0), "name",
	    ""), "functions_add_task", "a name that is allowed");
	make(&t);
	ok(t.bytes.n == first.n && memcmp(t.bytes.p, first.p, first.n) == 0,
	    "the same conversation, the same bytes");
	arena_free(t.a);
}

#define THOUGHT(s)	"{\"type\":\"thinking\",\"thinking\":\"" s "\"," \
	"\"signature\":\"c2ln\"}"
#define REDACTED	"{\"type\":\"redacted_thinking\",\"data\":\"AAEC\"}"

/* A step of "from" that thought: before all, within its text, later. */
static void
thinking(struct test *t, const char *from, const char *want, const char *name)
{
	struct model_call *c = arena_alloc(t->a, 2 * sizeof(*c));
	struct model_message m[] = { USER("a"),
	    { .role = MODEL_ASSISTANT, .text = STR("Hm. Ah."), .ncalls = 2,
	      .calls = c }, ANSWER("aaaaaaaa1", "1"),
	    ANSWER("aaaaaaaa2", "2") };

	memcpy(c, two, sizeof(two));
	c[0].extra = json(t, arena_printf(t->a,
	    "{\"from\":\"%s\",\"id\":\"toolu_1\"}", from));
	c[1].extra = json(t, arena_printf(t->a,
	    "{\"from\":\"%s\",\"id\":\"toolu_2\"}", from));
	m[1].extra = json(t, arena_printf(t->a, "{\"from\":\"%s\",\"items\":["
	    "{\"before\":0,\"item\":{\"said\":0,\"block\":" REDACTED "}},"
	    "{\"before\":0,\"item\":{\"said\":4,\"block\":" THOUGHT("x") "}},"
	    "{\"before\":1,\"item\":{\"said\":7,\"block\":" THOUGHT("y") "}},"
	    "{\"before\":2,\"item\":{\"said\":7,\"block\":" THOUGHT("z") "}},"
	    "{\"before\":0,\"item\":{\"said\":0,\"block\":7}},"
	    "{\"before\":0}]}", from));
	messages(t, m, 4, want, name);
}

/* One that thought and spoke. */
static void
spoke(struct test *t, const char *text, const char *items, const char *want,
    const char *name)
{
	struct model_message m[] = { USER("a"),
	    { .role = MODEL_ASSISTANT, .text = str_of(text) }, USER("b") };

	m[1].extra = json(t, arena_printf(t->a,
	    "{\"from\":\"anthropic\",\"items\":[%s]}", items));
	messages(t, m, 3, arena_printf(t->a, "["
	    MESSAGE("user", TEXT("a")) "," MESSAGE("assistant", "%s") ","
	    MESSAGE("user", MARKED("b")) "]", want), name);
}

#define FOREIGN	"[" MESSAGE("user", MARKED("a")) "," \
	MESSAGE("assistant", TEXT("Hm. Ah.") "," CALLS) "," \
	MESSAGE("user", RESULT("aaaaaaaa1", "1") "," \
	RESULT_END("aaaaaaaa2", "2")) "]"
#define OWN(first, second) "[" MESSAGE("user", MARKED("a")) "," \
	MESSAGE("assistant", first "," \
	CALL("toolu_1", "add_task", "{\"title\":\"milk\"}") "," second \
	CALL("toolu_2", "list_tasks", "{}")) "," \
	MESSAGE("user", RESULT("toolu_1", "1") "," \
	RESULT_END("toolu_2", "2")) "]"

static void
test_thinking(void)
{
	struct test t;

	begin(&t);
	thinking(&t, "anthropic", OWN(REDACTED "," TEXT("Hm. ") ","
	    THOUGHT("x") "," TEXT("Ah."), THOUGHT("y") ","),
	    "what was thought goes back where it stood, but not as the last");
	thinking(&t, "elsewhere", FOREIGN, "but to nobody else");
	t.how.lessons = API_NO_OPAQUE;
	thinking(&t, "anthropic", OWN(TEXT("Hm. Ah."), ),
	    "nor to who refuses it");
	t.how.lessons = 0;
	spoke(&t, "Hello.", "{\"before\":0,\"item\":{\"said\":0,\"block\":"
	    REDACTED "}}", REDACTED "," MARKED("Hello."),
	    "thinking before a text");
	spoke(&t, "Hello.", "{\"before\":0,\"item\":{\"said\":0,\"block\":"
	    REDACTED "}},{\"before\":0,\"item\":{\"said\":6,\"block\":"
	    THOUGHT("x") "}}", REDACTED "," MARKED("Hello."),
	    "a message does not end in thinking");
	spoke(&t, "Gr\xc3\xbc\xc3\x9f" "e", "{\"before\":0,\"item\":"
	    "{\"said\":3,\"block\":" REDACTED "}}", TEXT("Gr") "," REDACTED ","
	    MARKED("\xc3\xbc\xc3\x9f" "e"), "a character is never cut");
	spoke(&t, "  Hi", "{\"before\":0,\"item\":{\"said\":2,\"block\":"
	    REDACTED "}}", REDACTED "," MARKED("  Hi"),
	    "nor is there a block of blanks");
	spoke(&t, "Hi", "{\"before\":0,\"item\":{\"said\":-5,\"block\":"
	    REDACTED "}},{\"before\":0,\"item\":{\"said\":99999999999,"
	    "\"block\":" REDACTED "}}", REDACTED "," MARKED("Hi"),
	    "places that are none");
	arena_free(t.a);
}

static void
test_options(void)
{
	static const struct model_message m[] = { USER("a") };
	struct test t;

	begin(&t);
	t.req.messages = m;
	t.req.nmessages = 1;
	make(&t);
	is_str(part(&t, "thinking"), "(none)", "no effort, no thinking");
	is_str(part(&t, "metadata"), "(none)", "nobody, no metadata");
	t.how.effort = "high";
	t.req.user_key = "k-1";
	make(&t);
	is_str(part(&t, "thinking"), "{\"type\":\"adaptive\"}",
	    "an effort is to think");
	is_str(part(&t, "output_config"), "{\"effort\":\"high\"}",
	    "so much");
	is_str(part(&t, "metadata"), "{\"user_id\":\"k-1\"}",
	    "who it is for");
	is_str(part(&t, "max_tokens"), "4096", "the cap");
	t.how.effort = "minimal";
	make(&t);
	is_str(part(&t, "output_config"), "{\"effort\":\"low\"}",
	    "the least there is");
	t.how.effort = "none";
	make(&t);
	is_str(part(&t, "thinking"), "{\"type\":\"disabled\"}",
	    "none is not to think");
	is_str(part(&t, "output_config"), "(none)", "and no more");
	t.how.effort = "high";
	t.how.lessons = API_NO_EFFORT | API_NO_USER | API_NO_TOKENS;
	make(&t);
	is_str(part(&t, "thinking"), "(none)", "no thinking where refused");
	is_str(part(&t, "output_config"), "(none)", "no effort");
	is_str(part(&t, "metadata"), "(none)", "no metadata");
	is_str(part(&t, "max_tokens"), "1024", "the least cap: it is needed");
	t.how.max_tokens = 100;
	make(&t);
	is_str(part(&t, "max_tokens"), "100", "but never more than set");
	is_str(part(&t, "temperature"), "(none)",
	    "nothing the newest version refuses");
	arena_free(t.a);
}

static unsigned int
lesson(const char *complaint)
{
	const struct api_option *o;

	for (o = anthropic_api.options; o->word != NULL; o++)
		if (strstr(complaint, o->word) != NULL)
			return o->lesson;
	return 0;
}

static void
test_lessons(void)
{
	is_int(lesson("messages.1.content.0: Invalid `signature` in "
	    "`thinking` block"), API_NO_OPAQUE, "a foreign signature");
	is_int(lesson("`thinking` or `redacted_thinking` blocks in the latest "
	    "assistant message cannot be modified"), API_NO_OPAQUE,
	    "thinking that is not as it was");
	is_int(lesson("adaptive thinking is not supported on this model"),
	    API_NO_EFFORT, "a model that does not think");
	is_int(lesson("output_config: Extra inputs are not permitted"),
	    API_NO_EFFORT, "a server that knows no effort");
	is_int(lesson("system.0.cache_control: Extra inputs are not "
	    "permitted"), API_NO_CACHE, "one that knows no marks");
	is_int(lesson("metadata.user_id: no"), API_NO_USER,
	    "one that knows nobody");
	is_int(lesson("max_tokens: 64000 > 8192, which is the maximum allowed "
	    "number of output tokens"), API_NO_TOKENS, "a cap too high");
	is_int(lesson("messages: at least one message is required"), 0,
	    "any other complaint");
}

static void
test_tools(void)
{
	struct model_tool tools[2] = {
		{ .name = "add_task", .description = "Add." },
		{ .name = "ping", .description = "Ping.",
		  .parameters = "{\"type\":\"object\",\"properties\":{}}" } };
	static const struct model_message m[] = { USER("a") };
	struct test t;

	begin(&t);
	tools[0].parameters = "{\"type\":\"object\",\"$schema\":\"x\","
	    "\"additionalProperties\":false,\"properties\":{\"title\":"
	    "{\"type\":[\"null\",\"string\"],\"maxLength\":5}},"
	    "\"required\":[\"title\"]}";
	t.req.tools = tools;
	t.req.ntools = 2;
	t.req.messages = m;
	t.req.nmessages = 1;
	make(&t);
	is_str(part(&t, "tools"), "[{\"name\":\"add_task\",\"description\":"
	    "\"Add.\",\"input_schema\":{\"type\":\"object\",\"properties\":"
	    "{\"title\":{\"type\":\"string\"}},\"required\":[\"title\"]}},"
	    "{\"name\":\"ping\",\"description\":\"Ping.\",\"input_schema\":"
	    "{\"type\":\"object\",\"properties\":{}}}]",
	    "tools, with schemas every server knows");
	is_str(part(&t, "tool_choice"), "{\"type\":\"auto\"}",
	    "of which the model chooses");
	arena_free(t.a);
}

static void
test_where(void)
{
	ok(model_api_find("anthropic") == &anthropic_api, "a kind of model");
	is_str(anthropic_api.path, "/messages", "its path");
	is_str(anthropic_api.vendor_url, "https://api.anthropic.com/v1",
	    "where its vendor has it");
	is_str(anthropic_api.key_header, "x-api-key: ", "where a key goes");
	is_str(anthropic_api.vendor_version, "2026-10-21",
	    "the version its vendor knows");
	is_str(anthropic_api.version, "2023-06-01", "and everybody");
}

int
main(void)
{
	test_bytes();
	test_calls();
	test_failed();
	test_sides();
	test_marks();
	test_odd_calls();
	test_thinking();
	test_options();
	test_lessons();
	test_tools();
	test_where();
	return tap_done();
}
