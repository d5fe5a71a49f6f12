/* What is sent to the Responses API: the request, and what goes back in it. */
#include "base/bounds.h"
#include "base/json.h"
#include "model/api.h"
#include "model/profile.h"
#include "model/replay.h"
#include "model/upstream_error.h"

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
begin(struct test *t, const char *profile)
{
	*t = (struct test){ .a = arena_new(), .at = { .host = "h" } };
	t->how = (struct api_how){ .family = "ours", .model = "m",
	    .effort = "", .max_tokens = 100,
	    .profile = profile_find(profile, &t->at) };
	t->req = (struct model_request){ .instructions = "You keep tasks.",
	    .stream = true };
}

static void
make(struct test *t)
{
	t->how.tools = responses_api.tools(t->a, &t->how, &t->req);
	t->bytes = api_write(t->a, &responses_api, &t->how, &t->req);
	t->root = NULL;
	ok(js_parse(t->a, t->bytes, JSON_DEPTH, &t->root) == NULL &&
	    js_type(js_get(t->root, "input")) == JS_ARR,
	    "the request is JSON");
}

static const char *
part(struct test *t, const char *key)
{
	struct json_object *v = js_get(t->root, key);

	return v == NULL ? "(none)" : js_dump(t->a, v);
}

static void
input(struct test *t, const struct model_message *m, size_t n,
    const char *want, const char *name)
{
	t->req.messages = m;
	t->req.nmessages = n;
	make(t);
	is_str(part(t, "input"), want, "%s", name);
}

static struct json_object *
json(struct test *t, const char *text)
{
	struct json_object *v = NULL;

	if (js_parse(t->a, str_of(text), JSON_DEPTH, &v) != NULL)
		diag("not JSON: %s", text);
	return v;
}

#define USER(s)		{ .role = MODEL_USER, .text = STR(s) }
#define SAID(s)		{ .role = MODEL_ASSISTANT, .text = STR(s) }
#define ANSWER(id, s)	{ .role = MODEL_TOOL, .text = STR(s), .call_id = id }
#define CALLED(s, c)	{ .role = MODEL_ASSISTANT, .text = STR(s), \
	.ncalls = sizeof(c) / sizeof((c)[0]), .calls = c }

#define WIRE_USER(s)	"{\"role\":\"user\",\"content\":\"" s "\"}"
#define WIRE_TEXT(s)	"\"content\":\"" s "\"}"
#define WIRE_SAID(s)	"{\"type\":\"message\",\"role\":\"assistant\"," \
	WIRE_TEXT(s)
#define WIRE_CALL(id, name, arguments) "{\"type\":\"function_call\"," \
	"\"call_id\":\"" id "\",\"name\":\"" name "\",\"arguments\":\"" \
	arguments "\"}"
#define WIRE_ANSWER(id, text) "{\"type\":\"function_call_output\"," \
	"\"call_id\":\"" id "\",\"output\":\"" text "\"}"
#define WIRE_LOST "{\\\"error\\\":\\\"interrupted\\\",\\\"detail\\\":" \
	"\\\"The call was not executed.\\\"}"
#define MILK		"{\\\"title\\\":\\\"milk\\\"}"

static const struct model_call two[] = {
	{ .id = "aaaaaaaa1", .name = "add_task",
	  .arguments = "{\"title\":\"milk\"}" },
	{ .id = "aaaaaaaa2", .name = "list_tasks", .arguments = "{}" },
};

static void
test_plain(void)
{
	static const struct model_message m[] = { USER("hi"), SAID("Hello."),
	    USER("say \"x\"") };
	struct test t;

	begin(&t, "generic");
	t.req.context = "It is Friday.";
	t.req.messages = m;
	t.req.nmessages = 3;
	make(&t);
	is_str(arena_strndup(t.a, t.bytes.p, t.bytes.n), "{\"model\":\"m\","
	    "\"stream\":true,\"store\":false,"
	    "\"include\":[\"reasoning.encrypted_content\"],"
	    "\"max_output_tokens\":100,\"instructions\":\"You keep tasks.\","
	    "\"input\":[" WIRE_USER("hi") "," WIRE_SAID("Hello.") ","
	    WIRE_USER("say \\\"x\\\"\\n\\nIt is Friday.") "]}",
	    "all of a request, what changes at its end");
	t.req.stream = false;
	make(&t);
	is_str(part(&t, "stream"), "false", "nobody reads the pieces");
	input(&t, m, 0, "[" WIRE_USER("It is Friday.") "]",
	    "what changes, and nothing said yet");
	t.req.context = NULL;
	input(&t, m, 0, "[]", "nothing at all");
	arena_free(t.a);
}

static void
test_calls(void)
{
	static const struct model_message healthy[] = { USER("a"),
	    CALLED("", two), ANSWER("aaaaaaaa1", "1"),
	    ANSWER("aaaaaaaa2", "2"), SAID("Done.") };
	static const struct model_message swapped[] = { USER("a"),
	    CALLED("", two), ANSWER("aaaaaaaa2", "2"),
	    ANSWER("aaaaaaaa9", "9"), ANSWER("aaaaaaaa1", "1"),
	    ANSWER("aaaaaaaa1", "again"), SAID("Done.") };
	static const struct model_message dangling[] = { USER("a"),
	    CALLED("Sure.", two), ANSWER("aaaaaaaa2", "2"), USER("b"),
	    ANSWER("aaaaaaaa1", "late") };
	static const char want[] = "[" WIRE_USER("a") ","
	    WIRE_CALL("aaaaaaaa1", "add_task", MILK) ","
	    WIRE_CALL("aaaaaaaa2", "list_tasks", "{}") ","
	    WIRE_ANSWER("aaaaaaaa1", "1") ","
	    WIRE_ANSWER("aaaaaaaa2", "2") "," WIRE_SAID("Done.") "]";
	struct test t;
	struct str first;

	begin(&t, "openai");
	input(&t, healthy, 5, want, "calls and their answers");
	first = t.bytes;
	make(&t);
	ok(t.bytes.n == first.n && memcmp(t.bytes.p, first.p, first.n) == 0,
	    "the same conversation, the same bytes");
	input(&t, swapped, 7, want,
	    "answers in order, once, and none without a call");
	input(&t, dangling, 5, "[" WIRE_USER("a") "," WIRE_SAID("Sure.") ","
	    WIRE_CALL("aaaaaaaa1", "add_task", MILK) ","
	    WIRE_CALL("aaaaaaaa2", "list_tasks", "{}") ","
	    WIRE_ANSWER("aaaaaaaa1", WIRE_LOST) ","
	    WIRE_ANSWER("aaaaaaaa2", "2") ","
	    WIRE_SAID("(interrupted)") "," WIRE_USER("b") "]",
	    "an answer that is missing, or comes too late");
	arena_free(t.a);
}

static void
test_bad_calls(void)
{
	static const struct model_call odd[] = {
		{ .id = "aaaaaaaa1", .name = "functions.add task",
		  .bad = "not JSON" } };
	static const struct model_message m[] = { USER("a"), CALLED("", odd),
	    ANSWER("aaaaaaaa1", "{\"error\":\"invalid_arguments\"}") };
	struct test t;

	begin(&t, "openai");
	input(&t, m, 3, "[" WIRE_USER("a") ","
	    WIRE_CALL("aaaaaaaa1", "functions_add_task", "{}") ","
	    WIRE_ANSWER("aaaaaaaa1", "{\\\"error\\\":"
	    "\\\"invalid_arguments\\\"}") "]",
	    "arguments that did not parse go back as none, with their error");
	arena_free(t.a);
}

/* Opaque data */

#define RS(n)	"{\"id\":\"rs_" #n "\",\"type\":\"reasoning\"," \
	"\"summary\":[],\"encrypted_content\":\"gAAA/+=\"}"
#define AT(before, n)	"{\"before\":" #before ",\"item\":" RS(n) "}"

/* A person, and a step with two calls (or none) that says "Sure.". */
static void
step(struct test *t, const char *from, const char *more, size_t ncalls)
{
	struct model_call *calls = arena_alloc(t->a, sizeof(two));
	struct model_message *m = arena_alloc(t->a, 2 * sizeof(*m));

	memcpy(calls, two, sizeof(two));
	calls[0].extra = json(t, arena_printf(t->a,
	    "{\"from\":\"%s\",\"id\":\"call_1\"}", from));
	calls[1].extra = json(t, arena_printf(t->a,
	    "{\"from\":\"%s\",\"id\":\"call 2\"}", from));
	m[0] = (struct model_message)USER("a");
	m[1] = (struct model_message){ .role = MODEL_ASSISTANT,
	    .text = STR("Sure."), .ncalls = ncalls, .calls = calls,
	    .extra = json(t, arena_printf(t->a, "{\"from\":\"%s\"%s}",
	    from, more)) };
	t->req.messages = m;
	t->req.nmessages = 2;
	make(t);
}

#define WIRE_TWO(first)	WIRE_CALL(first, "add_task", MILK)
#define WIRE_BOTH_LOST(first) \
	WIRE_ANSWER(first, WIRE_LOST) "," WIRE_ANSWER("aaaaaaaa2", WIRE_LOST)
#define WIRE_LIST	WIRE_CALL("aaaaaaaa2", "list_tasks", "{}")

static void
test_opaque(void)
{
	static const char items[] = ",\"items\":[" AT(0, 1) "," AT(0, 2) ","
	    AT(1, 3) "]";
	struct test t;

	begin(&t, "openai");
	step(&t, "ours", items, 2);
	is_str(part(&t, "input"), "[" WIRE_USER("a") "," RS(1) "," RS(2) ","
	    WIRE_SAID("Sure.") "," WIRE_TWO("call_1") "," RS(3) "," WIRE_LIST
	    "," WIRE_BOTH_LOST("call_1") "]",
	    "reasoning goes back, before what it led to");
	step(&t, "ours", ",\"said\":1,\"phase\":\"commentary\",\"items\":["
	    AT(0, 1) "," AT(0, 2) "," AT(1, 3) "]", 2);
	is_str(part(&t, "input"), "[" WIRE_USER("a") "," RS(1) ","
	    "{\"type\":\"message\",\"role\":\"assistant\","
	    "\"phase\":\"commentary\"," WIRE_TEXT("Sure.") "," RS(2) ","
	    WIRE_TWO("call_1") "," RS(3) "," WIRE_LIST ","
	    WIRE_BOTH_LOST("call_1") "]", "as does text, where it stood");
	step(&t, "ours", ",\"items\":[" AT(0, 1) "]", 0);
	is_str(part(&t, "input"), "[" WIRE_USER("a") "," RS(1) ","
	    WIRE_SAID("Sure.") "]", "also before a last word");
	step(&t, "theirs", items, 2);
	is_str(part(&t, "input"), "[" WIRE_USER("a") "," WIRE_SAID("Sure.")
	    "," WIRE_TWO("aaaaaaaa1") "," WIRE_LIST ","
	    WIRE_BOTH_LOST("aaaaaaaa1") "]", "but to nobody else");
	t.how.lessons = API_NO_OPAQUE;
	step(&t, "ours", items, 2);
	is_str(part(&t, "input"), "[" WIRE_USER("a") "," WIRE_SAID("Sure.")
	    "," WIRE_TWO("call_1") "," WIRE_LIST ","
	    WIRE_BOTH_LOST("call_1") "]", "nor where it was refused");
	is_str(part(&t, "include"), "(none)", "which does not get any more");
	arena_free(t.a);
}

/* What a reader kept is what a writer sends: there and back, byte by byte. */
static void
test_round(void)
{
	static const char want[] = "[" WIRE_USER("a") "," RS(1) ","
	    "{\"type\":\"message\",\"role\":\"assistant\","
	    "\"phase\":\"commentary\"," WIRE_TEXT("Sure.") "," RS(2) ","
	    WIRE_CALL("call_1", "add_task", MILK) "," RS(3) ","
	    WIRE_CALL("call_2", "list_tasks", "{}") ","
	    WIRE_ANSWER("call_1", "1") "," WIRE_ANSWER("call_2", "2") "]";
	struct model_message m[4] = { USER("a"), { .role = MODEL_ASSISTANT },
	    ANSWER(NULL, "1"), ANSWER(NULL, "2") };
	struct model_answer out;
	struct answer *s;
	struct test t;

	begin(&t, "openai");
	s = answer_new(t.a, &responses_reader, "ours", NULL, NULL);
	answer_whole(s, STR("{\"status\":\"completed\",\"output\":[" RS(1)
	    ",{\"type\":\"message\",\"id\":\"msg_1\",\"status\":\"completed\","
	    "\"phase\":\"commentary\",\"role\":\"assistant\","
	    "\"content\":[{\"type\":\"output_text\",\"text\":\"Sure.\","
	    "\"annotations\":[]}]}," RS(2)
	    ",{\"type\":\"function_call\",\"id\":\"fc_1\",\"status\":"
	    "\"completed\",\"call_id\":\"call_1\",\"name\":\"add_task\","
	    "\"arguments\":\"" MILK "\"}," RS(3)
	    ",{\"type\":\"function_call\",\"call_id\":\"call_2\",\"name\":"
	    "\"list_tasks\",\"arguments\":\"{}\"}]}"));
	is_int(answer_end(s, &out).fault, ANSWER_OK, "an answer");
	m[1].text = out.text;
	m[1].ncalls = out.ncalls;
	m[1].calls = out.calls;
	m[1].extra = out.extra;
	m[2].call_id = out.calls[0].id;
	m[3].call_id = out.calls[1].id;
	input(&t, m, 4, want, "goes back as it came");
	arena_free(t.a);
}

/* Tools and options */

static void
test_tools(void)
{
	static const struct model_tool tools[] = {
		{ .name = "add_task", .description = "Add.",
		  .parameters = "{\"type\":\"object\",\"properties\":{"
		    "\"title\":{\"type\":\"string\",\"maxLength\":5},"
		    "\"due\":{\"type\":\"string\"}},"
		    "\"required\":[\"title\"]}" },
		{ .name = "ping", .description = "Ping.",
		  .parameters = "{\"type\":\"object\",\"properties\":{}}" } };
	static const char loose[] = "\"parameters\":{\"type\":\"object\","
	    "\"properties\":{\"title\":{\"type\":\"string\"},\"due\":"
	    "{\"type\":\"string\"}},\"required\":[\"title\"]}},"
	    "{\"type\":\"function\",\"name\":\"ping\",\"description\":"
	    "\"Ping.\"";
	struct test t;

	begin(&t, "openai");
	t.req.tools = tools;
	t.req.ntools = 2;
	make(&t);
	is_str(part(&t, "tools"), "[{\"type\":\"function\",\"name\":"
	    "\"add_task\",\"description\":\"Add.\",\"strict\":true,"
	    "\"parameters\":{\"type\":\"object\",\"properties\":{\"title\":"
	    "{\"type\":\"string\"},\"due\":{\"type\":[\"string\",\"null\"]}},"
	    "\"required\":[\"title\",\"due\"],"
	    "\"additionalProperties\":false}},"
	    "{\"type\":\"function\",\"name\":\"ping\",\"description\":"
	    "\"Ping.\",\"strict\":true,\"parameters\":{\"type\":\"object\","
	    "\"properties\":{},\"required\":[],"
	    "\"additionalProperties\":false}}]", "tools are flat, and strict");
	is_str(part(&t, "parallel_tool_calls"), "true",
	    "and may be called together");
	t.how.lessons = API_NO_STRICT | API_NO_PARALLEL;
	make(&t);
	is_str(part(&t, "tools"), arena_printf(t.a, "[{\"type\":\"function\","
	    "\"name\":\"add_task\",\"description\":\"Add.\",\"strict\":false,"
	    "%s,\"strict\":false,\"parameters\":{\"type\":\"object\","
	    "\"properties\":{}}}]", loose),
	    "where strict was refused they say that they are not");
	is_str(part(&t, "parallel_tool_calls"), "(none)", "nor together");
	t.how.profile = profile_find("generic", &t.at);
	t.how.lessons = 0;
	make(&t);
	is_str(js_dump(t.a, js_get(js_at(js_get(t.root, "tools"), 0),
	    "strict")), "false", "others are told so from the start");
	t.how.lessons = API_NO_STRICT;
	make(&t);
	is_str(part(&t, "tools"), arena_printf(t.a, "[{\"type\":\"function\","
	    "\"name\":\"add_task\",\"description\":\"Add.\","
	    "%s,\"parameters\":{\"type\":\"object\","
	    "\"properties\":{}}}]", loose), "unless they do not know the word");
	arena_free(t.a);
}

static void
test_options(void)
{
	static const struct model_tool tool = { .name = "x",
	    .description = "y" };
	struct test t;

	begin(&t, "openai");
	make(&t);
	is_str(part(&t, "tools"), "(none)", "no tools, no member");
	is_str(part(&t, "parallel_tool_calls"), "(none)", "nor that");
	is_str(part(&t, "reasoning"), "(none)", "effort as the model has it");
	is_str(part(&t, "prompt_cache_key"), "(none)", "nobody's key");
	is_str(part(&t, "previous_response_id"), "(none)",
	    "nothing at the vendor");
	t.how.effort = "low";
	t.req.user_key = "u-1";
	t.req.tools = &tool;
	t.req.ntools = 1;
	make(&t);
	is_str(part(&t, "reasoning"), "{\"effort\":\"low\"}", "or as set");
	is_str(part(&t, "prompt_cache_key"), "\"u-1\"", "for the cache");
	is_str(part(&t, "safety_identifier"), "\"u-1\"", "and for abuse");
	t.how.lessons = API_EFFORT_NONE;
	make(&t);
	is_str(part(&t, "reasoning"), "{\"effort\":\"none\"}",
	    "none beside tools, where that was demanded");
	t.how.lessons = API_NO_EFFORT | API_NO_TOKENS | API_NO_USER;
	make(&t);
	is_str(part(&t, "reasoning"), "(none)", "no effort at all");
	is_str(part(&t, "max_output_tokens"), "(none)", "no cap");
	is_str(part(&t, "prompt_cache_key"), "(none)", "no cache");
	is_str(part(&t, "safety_identifier"), "(none)", "no identifier");
	t.how.profile = profile_find("llamacpp", &t.at);
	t.how.lessons = 0;
	make(&t);
	is_str(part(&t, "prompt_cache_key"), "(none)", "not everybody's");
	is_str(part(&t, "parallel_tool_calls"), "(none)", "nor that");
	arena_free(t.a);
}

/* What the first word says that the complaint has in it. */
static void
teaches(const char *body, unsigned int lesson, bool this_time)
{
	struct arena *a = arena_new();
	const struct upstream_error *e;
	const struct api_option *o;

	e = upstream_error_read(a, 400, str_of(body));
	for (o = responses_api.options; o->word != NULL; o++)
		if (upstream_error_names(e, o->word))
			break;
	is_int(o->lesson, lesson, "learnt from: %s", e->message);
	is_int(o->this_time, this_time, "for how long");
	arena_free(a);
}

#define SAYS(text)	"{\"error\":{\"message\":\"" text "\"}}"

static void
test_lessons(void)
{
	teaches(SAYS("Item with id 'rs_1' not found. Items are not persisted "
	    "when `store` is set to false."), API_NO_OPAQUE, true);
	teaches(SAYS("Item 'rs_1' of type 'reasoning' was provided without "
	    "its required following item."), API_NO_OPAQUE, true);
	teaches(SAYS("The encrypted content gAAA could not be verified."),
	    API_NO_OPAQUE, true);
	teaches(SAYS("Encrypted content is not supported with this model."),
	    API_NO_OPAQUE, false);
	teaches("{\"error\":{\"message\":\"No.\",\"param\":\"include\"}}",
	    API_NO_OPAQUE, false);
	teaches(SAYS("Reasoning input items can only be provided to a "
	    "reasoning model."), API_NO_OPAQUE, false);
	teaches(SAYS("input[1].type \\\"reasoning\\\" is not a valid input "
	    "item type"), API_NO_OPAQUE, false);
	teaches("{\"error\":{\"message\":\"Unsupported parameter\","
	    "\"param\":\"reasoning.effort\"}}", API_NO_EFFORT, false);
	teaches("{\"detail\":[{\"loc\":[\"body\",\"max_output_tokens\"],"
	    "\"msg\":\"Extra inputs\"}]}", API_NO_TOKENS, false);
	teaches(SAYS("Unknown parameter: 'parallel_tool_calls'."),
	    API_NO_PARALLEL, false);
	teaches(SAYS("Unknown parameter: 'prompt_cache_key'."),
	    API_NO_USER, false);
	teaches(SAYS("Unknown parameter: 'safety_identifier'."),
	    API_NO_USER, false);
	teaches(SAYS("Unknown parameter: 'tools[0].strict'."),
	    API_NO_STRICT, false);
	teaches(SAYS("Invalid schema: 'additionalProperties' is required."),
	    API_NO_STRICT, false);
	teaches(SAYS("Something else."), 0, false);
}

static void
test_address(void)
{
	struct arena *a = arena_new();
	struct address at;

	ok(model_api_find("openai-responses") == &responses_api,
	    "the API has a name");
	ok(address_read(a, responses_api.vendor_url, responses_api.path,
	    &at) == NULL, "and an address");
	is_str(at.url, "https://api.openai.com/v1/responses", "of its vendor");
	ok(address_read(a, "https://x.openai.azure.com/openai/v1?api-version="
	    "preview", responses_api.path, &at) == NULL, "also at Azure");
	is_str(at.url, "https://x.openai.azure.com/openai/v1/responses"
	    "?api-version=preview", "where a query string follows");
	arena_free(a);
}

int
main(void)
{
	test_plain();
	test_calls();
	test_bad_calls();
	test_opaque();
	test_round();
	test_tools();
	test_options();
	test_lessons();
	test_address();
	return tap_done();
}
