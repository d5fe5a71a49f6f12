/*
 * What the official conformance suite of MCP asks for by name: tools,
 * prompts, resources, a completion, and the two ways a call may take more
 * than one answer (input_required, an event stream).  It stands in the place
 * of src/api/mcp_more.c in a program that is otherwise taskchat itself, so
 * that the suite judges our door and our codec.
 *
 * Nothing is kept between two requests: what a call has to know of the one
 * before is signed and goes through the client.
 */
#include <string.h>

#include "api/mcp.h"
#include "auth/cookie.h"
#include "base/bounds.h"

#define PNG "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR42mP4z8AA" \
	"AAMBAQD3A0FDAAAAAElFTkSuQmCC"
#define WAV "UklGRigAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQQAAACAgICA"

/* ---- what is listed */

#define TOOL(name) "{\"name\":\"" name "\",\"description\":\"A fixture.\"," \
	"\"inputSchema\":{\"type\":\"object\"," \
	"\"additionalProperties\":false}}"
#define PROMPT(name, args) "{\"name\":\"" name "\"," \
	"\"description\":\"A fixture.\",\"arguments\":[" args "]}"
#define ARG(name) "{\"name\":\"" name "\",\"description\":\"A word.\"," \
	"\"required\":true}"
#define RESOURCE(uri, type) "{\"uri\":\"" uri "\",\"name\":\"" uri "\"," \
	"\"description\":\"A fixture.\",\"mimeType\":\"" type "\"}"

static const struct listed {
	const char	*what;
	bool		 modern;	/* of no use to the others */
	const char	*entry;
} listed[] = {
	{ "tools", false, TOOL("test_simple_text") },
	{ "tools", false, TOOL("test_image_content") },
	{ "tools", false, TOOL("test_audio_content") },
	{ "tools", false, TOOL("test_embedded_resource") },
	{ "tools", false, TOOL("test_multiple_content_types") },
	{ "tools", false, TOOL("test_error_handling") },
	{ "tools", false, TOOL("test_tool_with_logging") },
	{ "tools", false, TOOL("test_tool_with_progress") },
	{ "tools", true, TOOL("test_logging_tool") },
	{ "tools", true, TOOL("test_missing_capability") },
	{ "tools", true, TOOL("test_streaming_elicitation") },
	{ "tools", true, TOOL("test_input_required_result_elicitation") },
	{ "tools", true, TOOL("test_input_required_result_sampling") },
	{ "tools", true, TOOL("test_input_required_result_list_roots") },
	{ "tools", true, TOOL("test_input_required_result_request_state") },
	{ "tools", true, TOOL("test_input_required_result_multiple_inputs") },
	{ "tools", true, TOOL("test_input_required_result_multi_round") },
	{ "tools", true, TOOL("test_input_required_result_tampered_state") },
	{ "tools", true, TOOL("test_input_required_result_capabilities") },
	/* Every keyword of its schema has to come back. */
	{ "tools", false, "{\"name\":\"json_schema_2020_12_tool\","
	    "\"description\":\"A fixture.\",\"inputSchema\":{"
	    "\"$schema\":\"https://json-schema.org/draft/2020-12/schema\","
	    "\"type\":\"object\",\"$defs\":{\"address\":{"
	    "\"$anchor\":\"addressDef\",\"type\":\"object\"}},"
	    "\"properties\":{\"address\":{\"$ref\":\"#/$defs/address\"},"
	    "\"phone\":{\"type\":\"string\"},\"email\":{\"type\":\"string\"}},"
	    "\"allOf\":[{\"anyOf\":[{\"required\":[\"phone\"]},"
	    "{\"required\":[\"email\"]}]}],"
	    "\"if\":{\"required\":[\"phone\"]},"
	    "\"then\":{\"required\":[\"phone\"]},"
	    "\"else\":{\"required\":[\"email\"]},"
	    "\"additionalProperties\":false}}" },
	{ "prompts", false, PROMPT("test_simple_prompt", "") },
	{ "prompts", false, PROMPT("test_prompt_with_arguments",
	    ARG("arg1") "," ARG("arg2")) },
	{ "prompts", false, PROMPT("test_prompt_with_embedded_resource",
	    ARG("resourceUri")) },
	{ "prompts", false, PROMPT("test_prompt_with_image", "") },
	{ "prompts", true, PROMPT("test_input_required_result_prompt", "") },
	{ "resources", false, RESOURCE("test://static-text", "text/plain") },
	{ "resources", false, RESOURCE("test://static-binary", "image/png") },
	{ "resources", false, RESOURCE("test://watched-resource",
	    "text/plain") },
	{ "resourceTemplates", false,
	    "{\"uriTemplate\":\"test://template/{id}/data\","
	    "\"name\":\"template\",\"description\":\"A fixture.\","
	    "\"mimeType\":\"application/json\"}" },
};

/* ---- what never changes */

#define TEXT(t) "{\"type\":\"text\",\"text\":\"" t "\"}"
#define IMAGE "{\"type\":\"image\",\"data\":\"" PNG "\"," \
	"\"mimeType\":\"image/png\"}"
#define EMBEDDED(uri, type, text) "{\"type\":\"resource\",\"resource\":{" \
	"\"uri\":\"" uri "\",\"mimeType\":\"" type "\",\"text\":\"" text "\"}}"
#define CONTENT(c) "{\"content\":[" c "]}"
#define SAYS(c) "{\"role\":\"user\",\"content\":" c "}"

static const struct fixed {
	const char	*method, *name, *result;
} fixed[] = {
	{ "tools/call", "test_simple_text", CONTENT(
	    TEXT("This is a simple text response for testing.")) },
	{ "tools/call", "test_image_content", CONTENT(IMAGE) },
	{ "tools/call", "test_audio_content", CONTENT("{\"type\":\"audio\","
	    "\"data\":\"" WAV "\",\"mimeType\":\"audio/wav\"}") },
	{ "tools/call", "test_embedded_resource", CONTENT(EMBEDDED(
	    "test://embedded-resource", "text/plain",
	    "This is an embedded resource content.")) },
	{ "tools/call", "test_multiple_content_types", CONTENT(
	    TEXT("Multiple content types test:") "," IMAGE "," EMBEDDED(
	    "test://mixed-content-resource", "application/json",
	    "{\\\"test\\\":\\\"data\\\",\\\"value\\\":123}")) },
	{ "tools/call", "test_error_handling", "{\"isError\":true,"
	    "\"content\":[" TEXT("This tool intentionally returns an error"
	    " for testing") "]}" },
	{ "tools/call", "test_logging_tool", CONTENT(
	    TEXT("Nobody asked for a log.")) },
	{ "prompts/get", "test_simple_prompt", "{\"messages\":[" SAYS(
	    TEXT("This is a simple prompt for testing.")) "]}" },
	{ "prompts/get", "test_prompt_with_image", "{\"messages\":["
	    SAYS(IMAGE) "," SAYS(TEXT("Please analyze the image above."))
	    "]}" },
	{ "resources/read", "test://static-text", "{\"contents\":[{"
	    "\"uri\":\"test://static-text\",\"mimeType\":\"text/plain\","
	    "\"text\":\"This is the content of the static text resource.\""
	    "}]}" },
	{ "resources/read", "test://static-binary", "{\"contents\":[{"
	    "\"uri\":\"test://static-binary\",\"mimeType\":\"image/png\","
	    "\"blob\":\"" PNG "\"}]}" },
	{ "resources/read", "test://watched-resource", "{\"contents\":[{"
	    "\"uri\":\"test://watched-resource\","
	    "\"mimeType\":\"text/plain\",\"text\":\"Nothing moves.\"}]}" },
};

/* ---- what asks the client back, in as many rounds as it takes */

#define ELICIT(key, message, field, type) "\"" key "\":{" \
	"\"method\":\"elicitation/create\",\"params\":{\"mode\":\"form\"," \
	"\"message\":\"" message "\",\"requestedSchema\":{" \
	"\"type\":\"object\",\"properties\":{\"" field "\":{" \
	"\"type\":\"" type "\"}},\"required\":[\"" field "\"]}}}"
#define SAMPLE(key, text) "\"" key "\":{" \
	"\"method\":\"sampling/createMessage\",\"params\":{" \
	"\"messages\":[" SAYS(TEXT(text)) "],\"maxTokens\":100}}"
#define ROOTS "\"client_roots\":{\"method\":\"roots/list\",\"params\":{}}"

enum { ROUNDS = 3 };

static const struct asking {
	const char	*method, *name;
	bool		 state;		/* the round is in requestState */
	bool		 choosy;	/* ask what the client can, no more */
	const char	*round[ROUNDS];
} askings[] = {
	{ "tools/call", "test_missing_capability", false, false,
	    { SAMPLE("capital_question", "What is the capital of France?") } },
	{ "tools/call", "test_streaming_elicitation", false, false,
	    { ELICIT("user_name", "What is your name?", "name", "string") } },
	{ "tools/call", "test_input_required_result_elicitation", false,
	    false,
	    { ELICIT("user_name", "What is your name?", "name", "string") } },
	{ "tools/call", "test_input_required_result_sampling", false, false,
	    { SAMPLE("capital_question", "What is the capital of France?") } },
	{ "tools/call", "test_input_required_result_list_roots", false, false,
	    { ROOTS } },
	{ "tools/call", "test_input_required_result_request_state", true,
	    false, { ELICIT("confirm", "Please confirm", "ok", "boolean") } },
	{ "tools/call", "test_input_required_result_multiple_inputs", true,
	    false, { ELICIT("user_name", "What is your name?", "name",
	    "string") "," SAMPLE("greeting", "Generate a greeting") ","
	    ROOTS } },
	{ "tools/call", "test_input_required_result_multi_round", true, false,
	    { ELICIT("step1", "Step 1: What is your name?", "name", "string"),
	    ELICIT("step2", "Step 2: What is your favorite color?", "color",
	    "string") } },
	{ "tools/call", "test_input_required_result_tampered_state", true,
	    false, { ELICIT("confirm", "Please confirm", "ok", "boolean") } },
	{ "tools/call", "test_input_required_result_capabilities", false, true,
	    { ELICIT("user_name", "What is your name?", "name", "string") ","
	    SAMPLE("greeting", "Generate a greeting") } },
	{ "prompts/get", "test_input_required_result_prompt", false, false,
	    { ELICIT("user_context", "What context should the prompt use?",
	    "context", "string") } },
};

/* A method of the client's, what it must have declared for it, and what an
 * answer to it cannot be without. */
static const struct able {
	const char	*method, *capability, *member;
	enum js_type	 type;
} ables[] = {
	{ "elicitation/create", "elicitation", "action", JS_STR },
	{ "sampling/createMessage", "sampling", "content", JS_OBJ },
	{ "roots/list", "roots", "roots", JS_ARR },
};

#define N_OF(array) (sizeof(array) / sizeof((array)[0]))

/* Our own text: there is nothing to be wrong with it. */
static struct json_object *
parsed(struct arena *a, const char *text)
{
	struct json_object *v = NULL;

	(void)js_parse(a, str_of(text), JSON_DEPTH, &v);
	return v;
}

static struct json_object *
text_result(struct mcp_call *mc, const char *text)
{
	struct json_object *result, *content, *part;
	bool prompt = strcmp(mc->m.method, "prompts/get") == 0;

	part = js_new_object();
	js_add_text(part, "type", "text");
	js_add_text(part, "text", text);
	result = js_object(mc->c->a);
	content = js_new_array();
	js_add(result, prompt ? "messages" : "content", content);
	if (prompt) {
		struct json_object *message = js_new_object();

		js_add_text(message, "role", "user");
		js_add(message, "content", part);
		part = message;
	}
	js_push(content, part);
	return result;
}

static const struct able *
able_of(struct json_object *request)
{
	const char *method = js_text(request, "method", "");
	size_t i;

	for (i = 0; strcmp(ables[i].method, method) != 0; i++)
		;
	return &ables[i];
}

/* What the client cannot be asked goes out of requests, or is an error. */
static const struct mcp_error *
capabilities_check(struct mcp_call *mc, const struct asking *x,
    struct json_object *requests)
{
	struct json_object *missing = js_object(mc->c->a), *data;
	struct js_iter it;

	for (size_t i = 0; i < N_OF(ables); i++) {
		const char *key = NULL;

		for (it = js_first(requests); it.key != NULL; js_next(&it)) {
			if (able_of(it.value) == &ables[i])
				key = it.key;
		}
		if (key == NULL ||
		    js_has(mc->m.capabilities, ables[i].capability))
			continue;
		js_add(missing, ables[i].capability, js_new_object());
		js_del(requests, key);
	}
	if (x->choosy || js_first(missing).key == NULL)
		return NULL;
	data = js_object(mc->c->a);
	js_add(data, "requiredCapabilities", js_share(missing));
	return mcp_error_new(mc->c->a, 0, MCP_MISSING_CAPABILITY,
	    "This client cannot be asked for that.", data);
}

static bool
answered(struct json_object *requests, struct json_object *answers)
{
	struct js_iter it;

	for (it = js_first(requests); it.key != NULL; js_next(&it)) {
		const struct able *able = able_of(it.value);

		if (js_type(js_get(js_get(answers, it.key), able->member)) !=
		    able->type)
			return false;
	}
	return true;
}

/* "name:round:user", signed. */
static const char *
state_write(struct mcp_call *mc, const struct asking *x, int round)
{
	const char *text = arena_printf(mc->c->a, "%s:%d:%s", x->name, round,
	    mc->c->user);

	return cookie_sign(mc->c->a, str_of(mc->c->api->conf->jwt_secret),
	    str_of(text));
}

/* The round that was asked last; -1: nobody of ours wrote that. */
static int
state_read(struct mcp_call *mc, const struct asking *x, const char *state)
{
	struct str text;

	if (!cookie_open(mc->c->a, str_of(mc->c->api->conf->jwt_secret),
	    str_of(state), &text))
		return -1;
	for (int round = 0; round < ROUNDS && x->round[round] != NULL;
	    round++) {
		const char *ours = arena_printf(mc->c->a, "%s:%d:%s", x->name,
		    round, mc->c->user);

		if (str_is(text, ours))
			return round;
	}
	return -1;
}

static const struct mcp_error *
ask(struct mcp_call *mc, const struct asking *x, struct json_object **result)
{
	struct arena *a = mc->c->a;
	struct json_object *answers = js_get(mc->m.params, "inputResponses");
	struct json_object *requests;
	const struct mcp_error *error;
	bool again = !x->state;
	int round = 0;

	if (x->state && js_has(mc->m.params, "requestState")) {
		round = state_read(mc, x, js_text(mc->m.params, "requestState",
		    ""));
		if (round < 0)
			return mcp_error_new(a, 0, MCP_INVALID_PARAMS,
			    "requestState was tampered with.", NULL);
		again = true;
	}
	requests = parsed(a, arena_printf(a, "{%s}", x->round[round]));
	error = capabilities_check(mc, x, requests);
	if (error != NULL)
		return error;
	if (again && answered(requests, answers)) {
		if (++round == ROUNDS || x->round[round] == NULL) {
			*result = text_result(mc, arena_printf(a, "%s: %s",
			    x->state ? "state-ok" : "answers",
			    js_dump(a, answers)));
			return NULL;
		}
		requests = parsed(a, arena_printf(a, "{%s}", x->round[round]));
	}
	*result = js_object(a);
	js_add_text(*result, "resultType", "input_required");
	js_add(*result, "inputRequests", js_share(requests));
	if (x->state)
		js_add_text(*result, "requestState",
		    state_write(mc, x, round));
	return NULL;
}

/* ---- an event stream, which the program itself never answers with */

static void
notify(struct mcp_call *mc, const char *method, struct json_object *params)
{
	struct json_object *v = js_object(mc->c->a);

	js_add_text(v, "jsonrpc", "2.0");
	js_add_text(v, "method", method);
	js_add(v, "params", params);
	(void)sse_send(mc->c->q, NULL, v);
}

static void
end_stream(struct mcp_call *mc, struct json_object *result)
{
	struct json_object *v = js_object(mc->c->a);

	if (mc->m.era == MCP_MODERN)
		js_add_text(result, "resultType", "complete");
	js_add_text(v, "jsonrpc", "2.0");
	js_add(v, "id", js_share(mc->m.id));
	js_add(v, "result", js_share(result));
	(void)sse_send(mc->c->q, NULL, v);
	mc->answered = true;
}

static void
progress(struct mcp_call *mc, struct json_object **result)
{
	struct json_object *token = js_get(js_get(mc->m.params, "_meta"),
	    "progressToken");

	*result = text_result(mc, "It went well.");
	if (token == NULL)
		return;
	for (int percent = 0; percent <= 100; percent += 50) {
		struct json_object *params = js_new_object();

		js_add(params, "progressToken", js_share(token));
		js_add_int(params, "progress", percent);
		js_add_int(params, "total", 100);
		notify(mc, "notifications/progress", params);
	}
	end_stream(mc, *result);
}

static void
log_three(struct mcp_call *mc, struct json_object **result)
{
	static const char *const lines[] = { "Tool execution started",
		"Tool processing data", "Tool execution completed" };

	for (size_t i = 0; i < N_OF(lines); i++) {
		struct json_object *params = js_new_object();

		js_add_text(params, "level", "info");
		js_add_text(params, "data", lines[i]);
		notify(mc, "notifications/message", params);
	}
	*result = text_result(mc, "All was said.");
	end_stream(mc, *result);
}

/* ---- what depends on what was asked */

static struct json_object *
prompt_with_arguments(struct mcp_call *mc)
{
	struct json_object *arguments = js_get(mc->m.params, "arguments");

	return text_result(mc, arena_printf(mc->c->a,
	    "Prompt with arguments: arg1='%s', arg2='%s'",
	    js_text(arguments, "arg1", ""), js_text(arguments, "arg2", "")));
}

static struct json_object *
prompt_with_resource(struct mcp_call *mc)
{
	struct json_object *result, *content;

	result = parsed(mc->c->a, "{\"messages\":[" SAYS(EMBEDDED("",
	    "text/plain", "Embedded resource content for testing.")) ","
	    SAYS(TEXT("Please process the embedded resource above.")) "]}");
	content = js_get(js_at(js_get(result, "messages"), 0), "content");
	js_add_text(js_get(content, "resource"), "uri",
	    js_text(js_get(mc->m.params, "arguments"), "resourceUri", ""));
	return result;
}

/* test://template/ID/data; NULL: that is none. */
static struct json_object *
template_read(struct mcp_call *mc, const char *uri)
{
	static const char before[] = "test://template/", after[] = "/data";
	size_t length = strlen(uri), around = strlen(before) + strlen(after);
	struct json_object *result, *one, *data;
	const char *id;

	if (length <= around || strncmp(uri, before, strlen(before)) != 0 ||
	    strcmp(uri + length - strlen(after), after) != 0)
		return NULL;
	id = arena_strndup(mc->c->a, uri + strlen(before), length - around);
	data = js_object(mc->c->a);
	js_add_text(data, "id", id);
	js_add_bool(data, "templateTest", true);
	js_add_text(data, "data", arena_printf(mc->c->a, "Data for ID: %s",
	    id));
	result = parsed(mc->c->a, "{\"contents\":[{}]}");
	one = js_at(js_get(result, "contents"), 0);
	js_add_text(one, "uri", uri);
	js_add_text(one, "mimeType", "application/json");
	js_add_text(one, "text", js_dump(mc->c->a, data));
	return result;
}

static bool
fixed_find(struct mcp_call *mc, const char *name, struct json_object **result)
{
	for (size_t i = 0; i < N_OF(fixed); i++) {
		if (strcmp(fixed[i].method, mc->m.method) == 0 &&
		    strcmp(fixed[i].name, name) == 0) {
			*result = parsed(mc->c->a, fixed[i].result);
			return true;
		}
	}
	return false;
}

static bool
asking_find(struct mcp_call *mc, const char *name,
    struct json_object **result, const struct mcp_error **error)
{
	for (size_t i = 0; i < N_OF(askings); i++) {
		if (strcmp(askings[i].method, mc->m.method) == 0 &&
		    strcmp(askings[i].name, name) == 0) {
			*error = ask(mc, &askings[i], result);
			return true;
		}
	}
	return false;
}

/* Methods that only an old client has. */
static bool
old_find(struct mcp_call *mc, struct json_object **result)
{
	const char *method = mc->m.method;

	/* With a session the suite asks three things at once, without one
	 * only whether there is none.  Nothing hangs on it here. */
	if (strcmp(method, "initialize") == 0) {
		http_add_header(mc->c->q, "Mcp-Session-Id", "fixture");
		return false;
	}
	if (strcmp(method, "resources/subscribe") != 0 &&
	    strcmp(method, "resources/unsubscribe") != 0)
		return false;
	*result = js_object(mc->c->a);
	return true;
}

bool
mcp_more(struct mcp_call *mc, struct json_object **result,
    const struct mcp_error **error)
{
	struct json_object *params = mc->m.params;
	const char *method = mc->m.method;
	const char *name = js_text(params, strcmp(method, "resources/read") ==
	    0 ? "uri" : "name", "");

	*result = NULL;
	*error = NULL;
	if (fixed_find(mc, name, result))
		return true;
	if (mc->m.era == MCP_MODERN ? asking_find(mc, name, result, error) :
	    old_find(mc, result))
		return true;
	if (strcmp(method, "tools/call") == 0) {
		if (strcmp(name, "test_tool_with_progress") == 0)
			progress(mc, result);
		else if (strcmp(name, "test_tool_with_logging") == 0 &&
		    mc->m.era == MCP_LEGACY)
			log_three(mc, result);
	} else if (strcmp(method, "prompts/get") == 0) {
		if (strcmp(name, "test_prompt_with_arguments") == 0)
			*result = prompt_with_arguments(mc);
		else if (strcmp(name, "test_prompt_with_embedded_resource") ==
		    0)
			*result = prompt_with_resource(mc);
	} else if (strcmp(method, "resources/read") == 0) {
		*result = template_read(mc, name);
	} else if (strcmp(method, "completion/complete") == 0 &&
	    strcmp(js_text(js_get(params, "ref"), "name", ""),
	    "test_prompt_with_arguments") == 0) {
		*result = parsed(mc->c->a, "{\"completion\":{\"values\":"
		    "[\"testing\",\"tested\"],\"total\":2,"
		    "\"hasMore\":false}}");
	}
	return *result != NULL;
}

void
mcp_more_list(struct mcp_call *mc, const char *what, struct json_object *list)
{
	for (size_t i = 0; i < N_OF(listed); i++) {
		if (strcmp(listed[i].what, what) == 0 &&
		    (!listed[i].modern || mc->m.era == MCP_MODERN))
			js_push(list, js_share(parsed(mc->c->a,
			    listed[i].entry)));
	}
}
