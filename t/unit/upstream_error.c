/* Every shape of error body, what it means and what of it is logged. */
#include "base/json.h"
#include "model/upstream_error.h"

#include "tap.h"

static void
shape(const char *body, const char *message, const char *code,
    const char *name)
{
	struct arena *a = arena_new();
	const struct upstream_error *e;

	e = upstream_error_read(a, 400, str_of(body));
	is_str(e->message, message, "%s: message", name);
	is_str(e->code, code, "%s: code", name);
	arena_free(a);
}

static void
test_shapes(void)
{
	shape("{\"error\":{\"message\":\"m\",\"type\":\"t\",\"param\":null,"
	    "\"code\":\"c\"}}", "m", "c", "object");
	shape("[{\"error\":{\"code\":400,\"message\":\"m\",\"status\":\"S\","
	    "\"details\":[]}}]", "m", "400", "array, numeric code");
	shape("{\"object\":\"error\",\"message\":\"m\",\"code\":\"3230\"}",
	    "m", "3230", "flat");
	shape("{\"object\":\"error\",\"message\":{\"detail\":[{\"loc\":"
	    "[\"body\",\"metadata\"],\"msg\":\"m\"}]}}", "m", "",
	    "message is an object");
	shape("{\"type\":\"error\",\"error\":{\"type\":\"t\",\"message\":"
	    "\"m\"}}", "m", "", "typed");
	shape("{\"detail\":\"m\"}", "m", "", "detail");
	shape("{\"detail\":[{\"loc\":[\"body\",\"x\"],\"msg\":\"m\"}]}", "m",
	    "", "list of details");
	shape("{\"error\":\"m\"}", "m", "", "string");
	shape("{\"message\":\"m\"}", "m", "", "message alone");
	shape("", "", "", "nothing");
	shape("busy", "busy", "", "text");
	shape("<html>key sk-1</html>", "(a page of HTML)", "", "HTML");
	shape("{\"error\":{\"message\":5,\"code\":{}}}", "5", "",
	    "wrong types");
	shape("[]", "[]", "", "an empty array");
	shape("{\"error\":\"m", "{\"error\":\"m", "", "half of it");
}

static void
class(int status, const char *body, enum upstream_class want, const char *name)
{
	struct arena *a = arena_new();

	is_int(upstream_error_class(upstream_error_read(a, status,
	    str_of(body))), want, "%s", name);
	arena_free(a);
}

static void
message(int status, const char *text, enum upstream_class want)
{
	struct arena *a = arena_new();

	class(status, arena_printf(a, "{\"error\":{\"message\":\"%s\"}}",
	    text), want, text);
	arena_free(a);
}

static void
test_overflow(void)
{
	message(400, "This model's maximum context length is 8192 tokens",
	    UPSTREAM_OVERFLOW);
	message(400, "Your input exceeds the context window of this model",
	    UPSTREAM_OVERFLOW);
	message(400, "prompt is too long: 9 tokens > 8 maximum",
	    UPSTREAM_OVERFLOW);
	message(400, "input length and `max_tokens` exceed context limit: 9",
	    UPSTREAM_OVERFLOW);
	message(400, "The input token count (9) exceeds the maximum number of "
	    "tokens allowed (8).", UPSTREAM_OVERFLOW);
	message(400, "Prompt contains 9 tokens, too large for model with 8 "
	    "maximum context length", UPSTREAM_OVERFLOW);
	message(400, "Please reduce the length of the messages or completion.",
	    UPSTREAM_OVERFLOW);
	message(400, "This model's maximum prompt length is 8",
	    UPSTREAM_OVERFLOW);
	message(400, "it is greater than the context length",
	    UPSTREAM_OVERFLOW);
	message(400, "prompt too long; exceeded max context length by 5",
	    UPSTREAM_OVERFLOW);
	message(429, "Request too large for m on tokens per min: Limit 3, "
	    "Requested 5.", UPSTREAM_OVERFLOW);
	class(500, "{\"error\":{\"code\":500,\"type\":"
	    "\"exceed_context_size_error\",\"n_ctx\":8}}", UPSTREAM_OVERFLOW,
	    "llama.cpp's, as 500");
	class(413, "", UPSTREAM_OVERFLOW, "413");
	message(429, "Rate limit reached: too many tokens, maximum context "
	    "length is no matter", UPSTREAM_BUSY);
	message(400, "Too many requests: prompt is too long", UPSTREAM_BUSY);
}

static void
limit(int status, const char *body, int64_t want, const char *name)
{
	struct arena *a = arena_new();

	is_int(upstream_error_read(a, status, str_of(body))->limit, want,
	    "%s", name);
	arena_free(a);
}

/* The window, not what was sent; each vendor says it in its own words. */
static void
test_limit(void)
{
	limit(400, "{\"error\":{\"message\":\"This model's maximum context"
	    " length is 128000 tokens. However, your messages resulted in"
	    " 130002 tokens.\",\"code\":\"context_length_exceeded\"}}",
	    128000, "the limit is named first");
	limit(400, "{\"error\":{\"message\":\"This endpoint's maximum"
	    " context length is 32,768 tokens. However, you requested about"
	    " 40000 tokens\"}}", 32768, "with a comma");
	limit(400, "{\"error\":{\"message\":\"prompt is too long: 205000"
	    " tokens > 200000 maximum\"}}", 200000, "the limit is named last");
	limit(400, "{\"error\":{\"message\":\"input length and `max_tokens`"
	    " exceed context limit: 198000 + 8192 > 200000\"}}", 200000,
	    "a sum");
	limit(400, "[{\"error\":{\"code\":400,\"message\":\"The input token"
	    " count (1200000) exceeds the maximum number of tokens allowed"
	    " (1048576).\"}}]", 1048576, "in brackets");
	limit(400, "{\"object\":\"error\",\"message\":\"Prompt contains 40000"
	    " tokens and 0 draft tokens, too large for model with 32768"
	    " maximum context length\"}", 32768, "in front of its words");
	limit(400, "{\"error\":\"This model's maximum prompt length is 131072"
	    " but the request contains 140000 tokens.\"}", 131072, "a string");
	limit(500, "{\"error\":{\"code\":400,\"message\":\"the request exceeds"
	    " the available context size\",\"type\":"
	    "\"exceed_context_size_error\",\"n_prompt_tokens\":9000,"
	    "\"n_ctx\":4096}}", 4096, "a number of its own");
	limit(429, "{\"error\":{\"message\":\"Request too large for m on tokens"
	    " per min (TPM): Limit 30000, Requested 41000.\"}}", 30000,
	    "a rate that one request exceeds");
	limit(400, "maximum context length is 4096 tokens", 4096,
	    "text that is not JSON");
	limit(400, "{\"error\":{\"message\":\"prompt too long; exceeded max"
	    " context length by 5 tokens\"}}", 0, "it is not named");
	limit(400, "{\"error\":{\"message\":\"maximum context length is"
	    " unknown, limit 0\"}}", 0, "nor so");
	limit(400, "{\"error\":{\"message\":\"maximum context length is"
	    " 99999999999999999999999 tokens\"}}", 0, "no window is so large");
	limit(500, "{\"error\":{\"type\":\"exceed_context_size_error\","
	    "\"n_ctx\":-4}}", 0, "nor so small");
	limit(429, "{\"error\":{\"message\":\"Rate limit reached: limit 3\"}}",
	    0, "a rate limit is none");
	limit(413, "", 0, "no body");
}

static void
test_classes(void)
{
	message(401, "x", UPSTREAM_KEY);
	message(403, "x", UPSTREAM_KEY);
	message(400, "API key not valid. Please pass a valid API key.",
	    UPSTREAM_KEY);
	message(404, "x", UPSTREAM_NO_MODEL);
	message(402, "x", UPSTREAM_SPENT);
	message(429, "x", UPSTREAM_BUSY);
	message(408, "x", UPSTREAM_DOWN);
	message(498, "x", UPSTREAM_DOWN);
	message(503, "x", UPSTREAM_DOWN);
	message(529, "x", UPSTREAM_DOWN);
	message(400, "x", UPSTREAM_REFUSED);
	message(307, "x", UPSTREAM_REFUSED);
	message(0, "x", UPSTREAM_DOWN);
	class(0, "{\"error\":{\"code\":429,\"message\":\"x\"}}",
	    UPSTREAM_BUSY, "429 in a stream");
	class(0, "{\"error\":{\"type\":\"rate_limit_error\"}}",
	    UPSTREAM_BUSY, "a rate limit in a stream");
	class(200, "{\"error\":{\"code\":401,\"message\":\"x\"}}",
	    UPSTREAM_KEY, "401 with status 200");
	class(429, "{\"error\":{\"code\":\"insufficient_quota\"}}",
	    UPSTREAM_SPENT, "a quota used up");
	class(429, "[{\"error\":{\"code\":429,\"details\":[{\"violations\":"
	    "[{\"quotaId\":\"RequestsPerDayPerProject\"}]}]}}]",
	    UPSTREAM_SPENT, "a quota of the day");
	class(400, "{\"error\":{\"code\":\"content_filter\"}}",
	    UPSTREAM_FILTERED, "filtered");
	class(400, "{\"error\":{\"code\":\"tool_use_failed\"}}",
	    UPSTREAM_BAD_CALL, "a bad call");
}

static void
test_details(void)
{
	struct arena *a = arena_new();
	const struct upstream_error *e;

	e = upstream_error_read(a, 429, STR("[{\"error\":{\"code\":429,"
	    "\"message\":\"quota\",\"status\":\"RESOURCE_EXHAUSTED\","
	    "\"details\":[{\"@type\":\"x\"},{\"retryDelay\":\"12.5s\"}]}}]"));
	is_int(e->wish_ms, 12500, "a wait in the body");
	is_str(e->type, "RESOURCE_EXHAUSTED", "a status in words");
	e = upstream_error_read(a, 422, STR("{\"object\":\"error\","
	    "\"message\":{\"detail\":[{\"loc\":[\"body\",\"stream_options\"],"
	    "\"msg\":\"Extra inputs are not permitted\"}]}}"));
	ok(upstream_error_names(e, "stream_options"), "the member's name");
	ok(upstream_error_says(e, "extra inputs"), "in any case");
	ok(!upstream_error_names(e, "stream"), "not a part of it");
	ok(!upstream_error_names(e, "max_tokens"), "and no other");
	arena_free(a);
}

static const struct upstream_error *
error_in(struct arena *a, const char *text)
{
	struct json_object *v = NULL;

	if (js_parse(a, str_of(text), 8, &v) != NULL)
		return NULL;
	return upstream_error_of(a, 0, v);
}

static void
test_is_error(void)
{
	struct arena *a = arena_new();

	ok(error_in(a, "{\"error\":null,\"choices\":[]}") == NULL, "null");
	ok(error_in(a, "{\"error\":false}") == NULL, "false");
	ok(error_in(a, "{\"error\":{}}") == NULL, "empty");
	ok(error_in(a, "{\"error\":\"\"}") == NULL, "no text");
	ok(error_in(a, "{\"choices\":[]}") == NULL, "none");
	ok(error_in(a, "5") == NULL, "a number");
	ok(error_in(a, "{\"error\":true}") != NULL, "true");
	ok(error_in(a, "{\"error\":{\"code\":1}}") != NULL, "an object");
	ok(error_in(a, "[{\"error\":\"x\"}]") != NULL, "in an array");
	ok(error_in(a, "{\"object\":\"error\"}") != NULL, "by its object");
	ok(error_in(a, "{\"type\":\"error\"}") != NULL, "by its type");
	arena_free(a);
}

static void
logged(int status, const char *text, const char *want, const char *name)
{
	static const char *const secrets[] = { "key-of-ours", "our-model",
	    "", NULL };
	struct arena *a = arena_new();
	const struct upstream_error *e;

	e = upstream_error_read(a, status, str_of(arena_printf(a,
	    "{\"error\":{\"message\":\"%s\"}}", text)));
	is_str(upstream_error_log(a, e, secrets),
	    arena_printf(a, "status %d: %s", status, want), "%s", name);
	arena_free(a);
}

static void
test_log(void)
{
	struct arena *a = arena_new();
	char *big;

	logged(500, "no key-of-ours, no xkey-of-oursx", "no ***, no x***x",
	    "our key, wherever it stands");
	logged(500, "The model `our-model` is gone", "The model `***` is gone",
	    "the model's name");
	logged(500, "Incorrect key: sk-x9, Bearer abcdefgh0123456789abcd",
	    "Incorrect key: ***, Bearer ***", "what looks like a key");
	logged(500, "a_long_word_without_any_digits 12345678901234567890123",
	    "a_long_word_without_any_digits 12345678901234567890123",
	    "what does not");
	big = arena_alloc(a, 500);
	memset(big, '.', 492);
	logged(500, arena_printf(a, "%skey-of-ours", big),
	    arena_printf(a, "%s***", big), "our key where a message is cut");
	logged(400, "Invalid input near: dear diary",
	    "(its text may quote what was said)", "people's words");
	is_str(upstream_error_log_all(a, upstream_error_read(a, 400, str_of(
	    "{\"error\":{\"message\":\"No wf-1 for key-of-ours\","
	    "\"code\":\"gone\"}}")), (const char *const []){ "key-of-ours",
	    "wf-1", NULL }), "status 400: gone: No *** for ***",
	    "what quotes nobody is told with its message");
	big = arena_alloc(a, 5000);
	memset(big, 'x', 4999);
	ok(strlen(upstream_error_read(a, 500, str_of(big))->message) == 500,
	    "500 bytes of a message are enough");
	arena_free(a);
}

int
main(void)
{
	test_shapes();
	test_overflow();
	test_limit();
	test_classes();
	test_details();
	test_is_error();
	test_log();
	return tap_done();
}
