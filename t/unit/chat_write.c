/* What is sent to a model: the request and its repair. */
#include "base/bounds.h"
#include "base/json.h"
#include "model/profile.h"
#include "model/api.h"

#include "tap.h"

#define SYSTEM	"{\"role\":\"system\",\"content\":\"You keep tasks.\"}"

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
	t->how = (struct api_how){ .family = profile, .model = "m",
	    .effort = "", .max_tokens = 100,
	    .profile = profile_find(profile, &t->at) };
	t->req = (struct model_request){ .instructions = "You keep tasks.",
	    .stream = true };
}

static void
make(struct test *t)
{
	t->how.tools = chat_api.tools(t->a, &t->how, &t->req);
	t->bytes = api_write(t->a, &chat_api, &t->how, &t->req);
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

static void
test_plain(void)
{
	static const struct model_message m[] = { USER("hi"), SAID("Hello."),
	    USER("say \"x\"") };
	struct test t;

	begin(&t, "generic");
	t.req.context = "It is Friday.";
	messages(&t, m, 3, "[" SYSTEM ",{\"role\":\"user\",\"content\":\"hi\"},"
	    "{\"role\":\"assistant\",\"content\":\"Hello.\"},"
	    "{\"role\":\"user\",\"content\":\"say \\\"x\\\"\\n\\nIt is "
	    "Friday.\"}]", "a conversation, what changes at its end");
	is_str(part(&t, "model"), "\"m\"", "the model");
	is_str(part(&t, "tools"), "(none)", "no tools, no member");
	arena_free(t.a);
}

static const struct model_call two[] = {
	{ .id = "aaaaaaaa1", .name = "add_task",
	  .arguments = "{\"title\":\"milk\"}" },
	{ .id = "aaaaaaaa2", .name = "list_tasks", .arguments = "{}" },
};

#define WIRE_CALLS \
	"\"tool_calls\":[{\"id\":\"aaaaaaaa1\",\"type\":\"function\"," \
	"\"function\":{\"name\":\"add_task\",\"arguments\":" \
	"\"{\\\"title\\\":\\\"milk\\\"}\"}},{\"id\":\"aaaaaaaa2\",\"type\":" \
	"\"function\",\"function\":{\"name\":\"list_tasks\",\"arguments\":" \
	"\"{}\"}}]}"
#define WIRE_ANSWER(id, text) "{\"role\":\"tool\",\"content\":" text \
	",\"tool_call_id\":\"" id "\"}"
#define WIRE_LOST "\"{\\\"error\\\":\\\"interrupted\\\",\\\"detail\\\":" \
	"\\\"The call was not executed.\\\"}\""
#define WIRE_USER(s)	"{\"role\":\"user\",\"content\":\"" s "\"}"

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
	static const char want[] = "[" SYSTEM "," WIRE_USER("a")
	    ",{\"role\":\"assistant\",\"content\":null," WIRE_CALLS ","
	    WIRE_ANSWER("aaaaaaaa1", "\"1\"") ","
	    WIRE_ANSWER("aaaaaaaa2", "\"2\"")
	    ",{\"role\":\"assistant\",\"content\":\"Done.\"}]";
	struct test t;

	begin(&t, "openai");
	messages(&t, healthy, 5, want, "calls and their answers");
	messages(&t, swapped, 7, want,
	    "answers in order, once, and none without a call");
	messages(&t, dangling, 5, "[" SYSTEM "," WIRE_USER("a")
	    ",{\"role\":\"assistant\",\"content\":\"Sure.\"," WIRE_CALLS ","
	    WIRE_ANSWER("aaaaaaaa1", WIRE_LOST) ","
	    WIRE_ANSWER("aaaaaaaa2", "\"2\"")
	    ",{\"role\":\"assistant\",\"content\":\"(interrupted)\"},"
	    WIRE_USER("b") "]",
	    "an answer that is missing, or comes too late");
	arena_free(t.a);

	begin(&t, "mistral");
	t.req.messages = healthy;
	t.req.nmessages = 2;
	make(&t);
	is_str(js_text(js_at(js_get(t.root, "messages"), 2), "content",
	    "(null)"), "", "where null is disliked, an empty text");
	arena_free(t.a);
}

static void
test_neighbours(void)
{
	static const struct model_message m[] = { USER("a"), USER(" "),
	    USER("b"), SAID(""), SAID("c"), SAID("d"), USER("e") };
	struct test t;

	begin(&t, "generic");
	messages(&t, m, 7, "[" SYSTEM "," WIRE_USER("a\\n\\nb")
	    ",{\"role\":\"assistant\",\"content\":\"c\\n\\nd\"},"
	    WIRE_USER("e") "]", "neighbours are joined, empty ones dropped");
	arena_free(t.a);
}

static void
test_context(void)
{
	static const struct model_message m[] = { USER("a"), USER("b"),
	    USER("\x01 "), CALLED("", two), ANSWER("aaaaaaaa1", ""),
	    ANSWER("aaaaaaaa2", "2") };
	struct test t;

	begin(&t, "mistral");
	t.req.context = "It is \"Friday\".";
	messages(&t, m, 6, "[" SYSTEM ","
	    WIRE_USER("a\\n\\nb\\n\\nIt is \\\"Friday\\\".")
	    ",{\"role\":\"assistant\",\"content\":\"\"," WIRE_CALLS ","
	    WIRE_ANSWER("aaaaaaaa1", "\"\"") ","
	    WIRE_ANSWER("aaaaaaaa2", "\"2\"") "]",
	    "what changes stands behind the newest words of the person");
	messages(&t, m + 2, 1, "[" SYSTEM ","
	    WIRE_USER("It is \\\"Friday\\\".") "]",
	    "and alone when there are none");
	t.req.context = NULL;
	messages(&t, m, 0, "[" SYSTEM "]", "or not at all");
	arena_free(t.a);
}

static void
gather(void *ctx, struct arena *a, struct model_request *req)
{
	struct model_message *m = arena_alloc(a, sizeof(*m));

	++*(int *)ctx;
	*m = (struct model_message)USER("gathered");
	req->messages = m;
	req->nmessages = 1;
}

static void
test_gather(void)
{
	struct test t;
	int times = 0;

	begin(&t, "generic");
	t.req.gather = gather;
	t.req.gather_ctx = &times;
	make(&t);
	is_str(part(&t, "messages"), "[" SYSTEM "," WIRE_USER("gathered") "]",
	    "messages are gathered when they are written");
	make(&t);
	is_int(times, 2, "each time anew");
	arena_free(t.a);
}

static void
test_ids(void)
{
	static const struct model_call odd[] = {
		{ .id = "call_1", .name = "functions.add task",
		  .bad = "not JSON" },
		{ .id = "same00000", .name = "x", .arguments = "{}" },
		{ .id = "same00000", .name = "", .arguments = "{}" } };
	static const struct model_message m[] = { USER("a"), CALLED("", odd),
	    ANSWER("call_1", "1") };
	const struct json_object *calls, *call, *list;
	struct test t;
	struct str first;
	const char *id;
	size_t i;

	begin(&t, "mistral");
	t.req.messages = m;
	t.req.nmessages = 3;
	make(&t);
	first = t.bytes;
	list = js_get(t.root, "messages");
	calls = js_get(js_at(list, 2), "tool_calls");
	for (i = 0; i < 3; i++) {
		call = js_at(calls, i);
		id = js_text(call, "id", "");
		ok(strlen(id) == 9 && strpbrk(id, "_-.") == NULL,
		    "an id that fits every server");
		is_str(js_text(js_at(list, 3 + i), "tool_call_id", ""), id,
		    "and its answer's");
	}
	is_str(js_text(js_at(calls, 1), "id", ""), "same00000",
	    "a good one is kept");
	ok(strcmp(js_text(js_at(calls, 2), "id", ""), "same00000") != 0,
	    "but not twice");
	call = js_get(js_at(calls, 0), "function");
	is_str(js_text(call, "name", ""), "functions_add_task",
	    "a made-up name is spelled so that the server takes it");
	is_str(js_text(call, "arguments", ""), "{}",
	    "arguments that did not parse go back as none");
	make(&t);
	ok(t.bytes.n == first.n && memcmp(t.bytes.p, first.p, first.n) == 0,
	    "the same conversation, the same bytes");
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

static const char *
opaque(struct test *t, const char *member)
{
	const struct json_object *msg = js_at(js_get(t->root, "messages"), 2);
	struct json_object *v;

	v = strcmp(member, "extra_content") == 0 ?
	    js_get(js_at(js_get(msg, "tool_calls"), 0), member) :
	    js_get(msg, member);
	return v == NULL ? "(none)" : js_dump(t->a, v);
}

/* A step written by "from", sent to a server of this profile. */
static const char *
opaque_to(struct test *t, const char *profile, const char *from,
    const char *member, const char *more)
{
	struct model_call *call = arena_alloc(t->a, sizeof(*call));
	struct model_message *m = arena_alloc(t->a, 2 * sizeof(*m));

	t->how.family = profile;
	t->how.profile = profile_find(profile, &t->at);
	*call = two[0];
	call->extra = json(t, arena_printf(t->a, "{\"from\":\"%s\",\"entry\":"
	    "{\"extra_content\":{\"google\":{\"thought_signature\":\"c2ln\"}"
	    "}%s}}", from, more));
	m[0] = (struct model_message)USER("a");
	m[1] = (struct model_message){ .role = MODEL_ASSISTANT, .ncalls = 1,
	    .calls = call, .text = STR(""), .extra = json(t, arena_printf(
	    t->a, "{\"from\":\"%s\",\"reasoning_content\":\"hm\","
	    "\"reasoning_details\":[1]}", from)) };
	t->req.messages = m;
	t->req.nmessages = 2;
	make(t);
	return opaque(t, member);
}

static void
test_opaque(void)
{
	struct test t;

	begin(&t, "gemini");
	is_str(opaque_to(&t, "gemini", "gemini", "extra_content", ""),
	    "{\"google\":{\"thought_signature\":\"c2ln\"}}",
	    "a signature goes back");
	is_str(opaque_to(&t, "gemini", "gemini", "extra_content",
	    ",\"id\":{},\"type\":{}"),
	    "{\"google\":{\"thought_signature\":\"c2ln\"}}",
	    "but it does not name the call anew");
	is_str(opaque_to(&t, "groq", "gemini", "extra_content", ""), "(none)",
	    "but to nobody else");
	is_str(opaque_to(&t, "gemini", "groq", "extra_content", ""),
	    "{\"google\":{\"thought_signature\":"
	    "\"skip_thought_signature_validator\"}}",
	    "a step of another model gets the word for it");
	is_str(opaque_to(&t, "generic", "generic", "reasoning_content", ""),
	    "\"hm\"", "reasoning goes back to who wants it");
	is_str(opaque_to(&t, "groq", "groq", "reasoning_content", ""), "(none)",
	    "not to who refuses it");
	is_str(opaque_to(&t, "openrouter", "openrouter", "reasoning_details",
	    ""), "[1]", "reasoning details go back");
	is_str(opaque_to(&t, "openrouter", "openai", "reasoning_details", ""),
	    "(none)", "to the same family");
	arena_free(t.a);
}

static void
test_tools(void)
{
	struct model_tool tools[2] = {
		{ .name = "add_task", .description = "Add." },
		{ .name = "ping", .description = "Ping." } };
	struct test t;

	begin(&t, "gemini");
	tools[0].parameters = "{\"type\":\"object\",\"$schema\":\"x\","
	    "\"additionalProperties\":false,\"properties\":{\"type\":"
	    "{\"type\":[\"null\",\"string\"],\"title\":\"T\",\"maxLength\":5,"
	    "\"enum\":[\"a\",1,null,\"b\"]},\"ids\":{\"type\":\"array\","
	    "\"minItems\":1,\"items\":{\"type\":\"integer\",\"minimum\":1}}},"
	    "\"required\":[\"type\"]}";
	tools[1].parameters = "{\"type\":\"object\",\"properties\":{}}";
	t.req.tools = tools;
	t.req.ntools = 2;
	make(&t);
	is_str(part(&t, "tools"), "[{\"type\":\"function\",\"function\":"
	    "{\"name\":\"add_task\",\"description\":\"Add.\",\"parameters\":"
	    "{\"type\":\"object\",\"properties\":{\"type\":{\"type\":"
	    "\"string\",\"enum\":[\"a\",\"b\"]},\"ids\":{\"type\":\"array\","
	    "\"items\":{\"type\":\"integer\"}}},\"required\":[\"type\"]}}},"
	    "{\"type\":\"function\",\"function\":{\"name\":\"ping\","
	    "\"description\":\"Ping.\"}}]",
	    "schemas of six words, and none for no parameters");
	t.how.profile = profile_find("openai", &t.at);
	make(&t);
	is_str(part(&t, "tools"), "[{\"type\":\"function\",\"function\":"
	    "{\"name\":\"add_task\",\"description\":\"Add.\",\"strict\":"
	    "true,\"parameters\":{\"type\":\"object\",\"properties\":"
	    "{\"type\":{\"type\":\"string\",\"enum\":[\"a\",\"b\"]},"
	    "\"ids\":{\"type\":[\"array\",\"null\"],\"items\":{\"type\":"
	    "\"integer\"}}},\"required\":[\"type\",\"ids\"],"
	    "\"additionalProperties\":false}}},"
	    "{\"type\":\"function\",\"function\":{\"name\":\"ping\","
	    "\"description\":\"Ping.\",\"strict\":true,\"parameters\":"
	    "{\"type\":\"object\",\"properties\":{},\"required\":[],"
	    "\"additionalProperties\":false}}}]",
	    "strict: all required, what was optional may be null");
	tools[0].parameters = "{\"type\":\"object\",\"properties\":{\"p\":"
	    "{\"type\":\"string\",\"enum\":[\"low\",\"high\"]}}}";
	make(&t);
	is_str(js_dump(t.a, js_get(js_get(js_get(js_get(js_at(js_get(t.root,
	    "tools"), 0), "function"), "parameters"), "properties"), "p")),
	    "{\"type\":[\"string\",\"null\"],\"enum\":[\"low\",\"high\","
	    "null]}", "so may a word of a list");
	is_str(part(&t, "parallel_tool_calls"), "true",
	    "several calls at once");
	t.how.lessons = API_NO_STRICT | API_NO_PARALLEL;
	make(&t);
	is_str(js_dump(t.a, js_get(js_at(js_get(t.root, "tools"), 1),
	    "function")), "{\"name\":\"ping\",\"description\":\"Ping.\","
	    "\"parameters\":{\"type\":\"object\",\"properties\":{}}}",
	    "unless it was refused: an empty one where that is expected");
	is_str(part(&t, "parallel_tool_calls"), "(none)", "likewise");
	arena_free(t.a);
}

static void
test_options(void)
{
	struct model_tool tool = { .name = "x", .description = "y" };
	struct test t;

	begin(&t, "openai");
	t.how.model = "gpt-5.5-mini";
	t.req.tools = &tool;
	t.req.ntools = 1;
	make(&t);
	is_str(part(&t, "reasoning_effort"), "\"none\"",
	    "newer models: tools without reasoning");
	is_str(part(&t, "max_completion_tokens"), "100", "the new name");
	is_str(part(&t, "max_tokens"), "(none)", "only that");
	t.how.effort = "low";
	make(&t);
	is_str(part(&t, "reasoning_effort"), "\"low\"", "unless told so");
	t.how.lessons = API_EFFORT_NONE | API_NO_USAGE | API_OTHER_TOKENS;
	make(&t);
	is_str(part(&t, "reasoning_effort"), "\"none\"", "or refused");
	is_str(part(&t, "stream_options"), "(none)", "no usage asked for");
	is_str(part(&t, "max_tokens"), "100", "the cap's other name");
	t.how.lessons = API_NO_EFFORT | API_NO_TOKENS;
	make(&t);
	is_str(part(&t, "reasoning_effort"), "(none)", "no effort at all");
	is_str(part(&t, "max_completion_tokens"), "(none)", "no cap");
	t.req.user_key = "a-person";
	make(&t);
	is_str(part(&t, "prompt_cache_key"), "\"a-person\"", "whose caches");
	is_str(part(&t, "safety_identifier"), "\"a-person\"", "who it is for");
	t.how.lessons |= API_NO_USER;
	make(&t);
	is_str(part(&t, "prompt_cache_key"), "(none)", "unless refused");
	t.req.user_key = NULL;
	t.req.ntools = 0;
	t.how.lessons = 0;
	t.how.effort = "";
	make(&t);
	is_str(part(&t, "reasoning_effort"), "(none)", "no tools, no need");
	arena_free(t.a);

	ok(profile_model_reasons("gpt-5.4"), "gpt-5.4 reasons");
	ok(profile_model_reasons("gpt-6"), "gpt-6, too");
	ok(!profile_model_reasons("gpt-5-mini"), "gpt-5-mini not so");
	ok(!profile_model_reasons("gpt-4o"), "nor gpt-4o");
	ok(!profile_model_reasons("gpt-35-turbo"), "nor 3.5's other name");
	ok(!profile_model_reasons("gpt-oss-120b"), "nor gpt-oss");
}

static void
address(const char *base, const char *url, const char *profile)
{
	struct arena *a = arena_new();
	struct address at;

	if (url == NULL)
		ok(address_read(a, base, "/chat/completions",
	    &at) != NULL, "%s is none", base);
	else if (ok(address_read(a, base, "/chat/completions",
	    &at) == NULL, "%s is one", base)) {
		is_str(at.url, url, "%s leads to", base);
		is_str(profile_find("auto", &at)->name, profile,
		    "%s is %s", base, profile);
	}
	arena_free(a);
}

static void
test_addresses(void)
{
	address("https://api.openai.com/v1",
	    "https://api.openai.com/v1/chat/completions", "openai");
	address("HTTPS://API.openai.com/v1/",
	    "https://API.openai.com/v1/chat/completions", "openai");
	address("https://x.openai.azure.com/openai/deployments/d?api-version=1",
	    "https://x.openai.azure.com/openai/deployments/d/chat/completions"
	    "?api-version=1", "azure");
	address("https://h.example/v1/chat/completions",
	    "https://h.example/v1/chat/completions", "generic");
	address("https://generativelanguage.googleapis.com/v1beta/openai/",
	    "https://generativelanguage.googleapis.com/v1beta/openai"
	    "/chat/completions", "gemini");
	address("http://localhost:11434/v1",
	    "http://localhost:11434/v1/chat/completions", "ollama");
	address("http://[::1]:8080", "http://[::1]:8080/chat/completions",
	    "generic");
	address("https://openrouter.ai/api/v1",
	    "https://openrouter.ai/api/v1/chat/completions", "openrouter");
	address("https://notopenrouter.ai/v1",
	    "https://notopenrouter.ai/v1/chat/completions", "generic");
	address("https://api.groq.com/openai/v1",
	    "https://api.groq.com/openai/v1/chat/completions", "groq");
	address("https://api.mistral.ai/v1",
	    "https://api.mistral.ai/v1/chat/completions", "mistral");
	address("https://api.deepseek.com/v1",
	    "https://api.deepseek.com/v1/chat/completions", "deepseek");
	address("https://api.x.ai/v1",
	    "https://api.x.ai/v1/chat/completions", "xai");
	address("https://api.anthropic.com/v1",
	    "https://api.anthropic.com/v1/chat/completions", "anthropic");
	address("https://user:pass@h/v1", NULL, NULL);
	address("https:///v1", NULL, NULL);
	address("https://h:0/v1", NULL, NULL);
	address("https://h:99999/v1", NULL, NULL);
	address("https://[::1/v1", NULL, NULL);
	address("https://h/v1#x", NULL, NULL);
	address("https://h/v 1", NULL, NULL);
	address("h.example/v1", NULL, NULL);
}

int
main(void)
{
	test_plain();
	test_calls();
	test_neighbours();
	test_context();
	test_gather();
	test_ids();
	test_opaque();
	test_tools();
	test_options();
	test_addresses();
	return tap_done();
}
