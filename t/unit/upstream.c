/*
 * A step against a server that misbehaves: what is tried again, what is
 * learnt, what the person is told, and that nothing runs that was cut.
 */
#include <sys/socket.h>

#include <unistd.h>

#include "base/bounds.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/log.h"
#include "fetch/fetch.h"
#include "model/model.h"

#include "served.h"
#include "tap.h"

#define KEY	"sk-secret-0123456789abcdef"
#define EVENTS	"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
#define JSON(status)	"HTTP/1.1 " status "\r\nContent-Type: " \
	"application/json\r\nConnection: close\r\n\r\n"
#define TEXT(t)	"data: {\"choices\":[{\"index\":0,\"delta\":" \
	"{\"content\":\"" t "\"}}]}\n\n"
#define FINISH(r) "data: {\"choices\":[{\"index\":0,\"delta\":{}," \
	"\"finish_reason\":\"" r "\"}]}\n\n"
#define CALL	"data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":" \
	"[{\"index\":0,\"id\":\"c\",\"function\":{\"name\":\"add_task\"," \
	"\"arguments\":\"{\\\"title\\\":\\\"milk\\\"}\"}}]}}]}\n\n"
#define DONE	"data: [DONE]\n\n"
#define GOOD	EVENTS TEXT("Hi") FINISH("stop") DONE

struct test {
	struct arena	*a;
	struct conf	 conf;
	struct model_conf mc;
	struct served	 s;
	char		 url[128];
	struct model	*model;
	struct model_worker *worker;
	struct model_message message;
	struct model_tool tool;
	struct model_request req;
	struct model_events ev;
	struct buf	 heard;
	int		 stop_after;	/* pieces of text; 0: never */
	int		 pieces;
	int		 flushes, flushed;	/* how often; the pieces then */
	bool		 stop_at_flush;
	int		 hang_up;	/* closed by the first tick, or -1 */
	struct model_answer out;
	const struct err *e;
};

static bool
on_text(void *ctx, struct str piece)
{
	struct test *t = ctx;

	buf_put(&t->heard, piece.p, piece.n);
	return ++t->pieces != t->stop_after;
}

static bool
on_flush(void *ctx)
{
	struct test *t = ctx;

	t->flushes++;
	t->flushed = t->pieces;
	return !t->stop_at_flush;
}

static bool
on_tick(void *ctx)
{
	struct test *t = ctx;

	if (t->hang_up >= 0)
		close(t->hang_up);
	t->hang_up = -1;
	return true;
}

static void
settings(struct test *t)
{
	t->mc = (struct model_conf){ .name = "", .kind = "openai",
	    .url = t->url, .model = "test-model", .key = KEY,
	    .profile = "auto", .reasoning_effort = "", .api_version = "",
	    .max_tokens = 100 };
	t->conf = (struct conf){ .models = &t->mc, .nmodels = 1,
	    .model_connect_timeout = 5, .model_first_byte_timeout = 5,
	    .model_silence_timeout = 5, .model_progress_timeout = 5,
	    .model_ca_file = "", .model_proxy = "" };
}

static void
begin(struct test *t, const struct served_reply *script, size_t n)
{
	*t = (struct test){ .a = arena_new(), .hang_up = -1 };
	served_start(&t->s, script, n);
	served_url(&t->s, t->url, sizeof(t->url), "http", "/v1");
	settings(t);
	t->message = (struct model_message){ .role = MODEL_USER,
	    .text = STR("add milk") };
	t->tool = (struct model_tool){ .name = "add_task",
	    .description = "Add a task.",
	    .parameters = "{\"type\":\"object\"}" };
	t->req = (struct model_request){ .instructions = "You keep tasks.",
	    .context = "It is Friday.", .nmessages = 1,
	    .messages = &t->message, .ntools = 1, .tools = &t->tool,
	    .stream = true, .deadline = clock_ms() + 20000, .watch = -1 };
	t->ev = (struct model_events){ .text = on_text, .tick = on_tick,
	    .flush = on_flush, .ctx = t };
}

static void
step(struct test *t)
{
	const struct err *e;

	buf_init(&t->heard, t->a, 1 << 20);
	t->pieces = t->flushes = t->flushed = 0;
	if (t->worker == NULL) {
		if ((e = model_open(t->a, &t->conf, &t->model)) != NULL) {
			diag("%s", e->say);
			exit(2);
		}
		t->worker = model_worker_new(t->model);
	}
	t->out = (struct model_answer){ 0 };
	t->e = model_step(t->worker, t->a, &t->req, &t->ev, &t->out);
}

static void
end(struct test *t)
{
	model_worker_free(t->worker);
	served_end(&t->s);
	arena_free(t->a);
}

static int
asked(struct test *t)
{
	return served_requests(&t->s);
}

/* Has the nth request this in it?  Once the step is over nobody writes. */
static bool
sent(struct test *t, int n, const char *what)
{
	bool found;

	pthread_mutex_lock(&t->s.lock);
	found = strstr(served_request(&t->s, n), what) != NULL;
	pthread_mutex_unlock(&t->s.lock);
	return found;
}

static void
test_text(void)
{
	static const struct served_reply script[] = { { .bytes = EVENTS
	    TEXT("Hel") TEXT("lo") FINISH("stop") DONE } };
	struct test t;

	begin(&t, script, 1);
	step(&t);
	ok(t.e == NULL, "a plain answer");
	is_int(t.out.end, MODEL_DONE, "is done");
	ok(str_is(t.out.text, "Hello"), "all of its text");
	is_str(buf_str(&t.heard), "Hello", "was passed on");
	is_int(t.pieces, 2, "as it came");
	is_str(t.out.model, "test-model", "who answered");
	ok(t.out.used == 0, "nobody stood in");
	ok(sent(&t, 0, "POST /v1/chat/completions HTTP/1.1\r\n"),
	    "the address");
	ok(sent(&t, 0, "\r\nAuthorization: Bearer " KEY "\r\n"), "the key");
	ok(sent(&t, 0, "\"stream\":true"), "a stream is asked for");
	ok(sent(&t, 0, "\"stream_options\":{\"include_usage\":true}"),
	    "and usage");
	ok(sent(&t, 0, "\"max_tokens\":100"), "and a cap");
	end(&t);
}

#define CHUNKED	"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n" \
	"Transfer-Encoding: chunked\r\n\r\n"
#define HALF1	"data: {\"choices\":[{\"index\":0,"		/* 0x1d bytes */
#define HALF2	"\"delta\":{\"content\":\"abc\"}}]}\n\n"	/* 0x1e bytes */
#define HALVES	"1d\r\n" HALF1 "\r\n1e\r\n" HALF2 "\r\n"
#define TWICE(x) x x
#define FIVE(x)	TWICE(TWICE(x)) x

/* One flush for what came together, and none of it stays unflushed. */
static void
test_flush(void)
{
	static const struct served_reply script[] = {
		{ .bytes = EVENTS TWICE(FIVE(TEXT("a"))), .more = DONE,
		    .times = 1 },
		{ .bytes = CHUNKED TWICE(FIVE(HALVES)), .then = SERVED_HANG },
		{ .bytes = EVENTS TEXT("a"), .more = TEXT("b"), .times = 300 },
		{ .bytes = EVENTS TWICE(FIVE(TEXT("a"))),
		    .then = SERVED_HANG },
		{ .bytes = JSON("200 OK") "{\"choices\":[{\"message\":"
		    "{\"content\":\"Hello\"},\"finish_reason\":"
		    "\"stop\"}]}" },
	};
	struct test t;

	begin(&t, script, 5);
	step(&t);
	is_int(t.pieces, 10, "ten deltas that come together are ten texts");
	is_int(t.flushes, 1, "and one flush");
	t.stop_at_flush = true;
	step(&t);
	is_int(t.pieces, 10, "ten deltas, each in two chunks of HTTP");
	is_int(t.flushes, 1, "one flush as well");
	is_int(t.out.end, MODEL_STOPPED, "which may stop the model");
	ok(str_is(t.out.text, "abcabcabcabcabcabcabcabcabcabc"),
	    "then what was said is handed out");
	t.stop_at_flush = false;
	step(&t);
	ok(t.flushes > 0 && t.flushed == 301,
	    "what comes by and by is flushed to its last piece");
	t.stop_after = 4;
	step(&t);
	is_int(t.flushes, 0, "who said stop at a text is not asked to flush");
	t.stop_after = 0;
	t.req.stream = false;
	step(&t);
	ok(t.pieces == 1 && t.flushes == 1, "a whole answer: one, too");
	end(&t);
}

static void
test_calls(void)
{
	static const struct served_reply script[] = {
		{ .bytes = EVENTS CALL FINISH("stop") DONE } };
	struct test t;

	begin(&t, script, 1);
	step(&t);
	is_int(t.out.end, MODEL_TOOLS, "calls are wanted");
	is_int((long long)t.out.ncalls, 1, "one");
	is_str(t.out.calls[0].arguments, "{\"title\":\"milk\"}", "whole");
	end(&t);
}

static void
test_unstreamed(void)
{
	static const struct served_reply script[] = {
		{ .bytes = JSON("200 OK") "\n\n{\"choices\":[{\"index\":0,"
		    "\"message\":{\"content\":\"Hello\"},\"finish_reason\":"
		    "\"stop\"}],\"usage\":{\"prompt_tokens\":4,"
		    "\"completion_tokens\":2}}" },
		{ .bytes = GOOD },
		{ .bytes = JSON("200 OK") "{\"choices\":[{\"message\":"
		    "{\"content\":\"Hello\"},\"finish_reason\":\"stop\"}]}" },
	};
	struct test t;

	begin(&t, script, 3);
	t.req.stream = false;
	step(&t);
	ok(str_is(t.out.text, "Hello"), "an answer in one piece");
	is_str(buf_str(&t.heard), "Hello", "is passed on in one piece");
	is_int(t.out.prompt_tokens, 4, "with its usage");
	ok(sent(&t, 0, "\"stream\":false") && !sent(&t, 0, "stream_options"),
	    "no stream is asked for");
	step(&t);
	ok(str_is(t.out.text, "Hi") && t.pieces == 1,
	    "a stream although none was asked for");
	t.req.stream = true;
	step(&t);
	ok(str_is(t.out.text, "Hello") && t.pieces == 1,
	    "no stream although one was asked for");
	end(&t);
}

static void
test_untyped(void)
{
	static const struct served_reply script[] = {
		{ .bytes = "HTTP/1.1 200 OK\r\n\r\n" TEXT("Hi")
		    FINISH("stop") },
		{ .bytes = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
		    "\r\n {\"choices\":[{\"message\":{\"content\":\"Hi\"}}]}" },
		{ .bytes = "HTTP/1.1 200 OK\r\n\r\n<html>Sign in</html>" },
		{ .bytes = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
		    "\r\n<html>Sign in</html>" },
	};
	struct test t;

	begin(&t, script, 4);
	step(&t);
	ok(str_is(t.out.text, "Hi"), "a stream without a type");
	step(&t);
	ok(str_is(t.out.text, "Hi"), "JSON as text/plain");
	step(&t);
	is_str(err_code(t.e), "model_unavailable", "a page without a type");
	step(&t);
	is_str(err_code(t.e), "model_unavailable", "a page is no empty answer");
	is_int(asked(&t), 4, "and not asked for again");
	end(&t);
}

/* The reply once; how often it was asked for and what came of it. */
static void
try_reply(const char *bytes, int times, const char *want, const char *name)
{
	struct served_reply script[8];
	struct test t;
	size_t i;

	for (i = 0; i < 8; i++)
		script[i] = (struct served_reply){ .bytes = bytes };
	begin(&t, script, 8);
	step(&t);
	is_str(err_code(t.e), want, "%s", name);
	is_int(asked(&t), times, "%s: asked for", name);
	ok(t.e == NULL || (t.e->kind == ERR_UPSTREAM && t.out.ncalls == 0 &&
	    strstr(t.e->log, KEY) == NULL && strstr(t.e->say, "HTTP") == NULL),
	    "%s: nothing runs, no secret, a calm sentence", name);
	end(&t);
}

static void
test_refusals(void)
{
	try_reply(JSON("401 No") "{\"error\":{\"message\":\"Incorrect API key "
	    "provided: " KEY "\",\"code\":\"invalid_api_key\"}}", 1,
	    "model_refused_key", "401");
	try_reply(JSON("403 No") "{\"message\":\"no\"}", 1,
	    "model_refused_key", "403");
	try_reply(JSON("404 No") "{\"error\":{\"message\":\"The model "
	    "`test-model` does not exist\",\"code\":\"model_not_found\"}}", 1,
	    "model_not_found", "404");
	try_reply(JSON("400 No") "{\"error\":{\"message\":\"x\",\"code\":"
	    "\"context_length_exceeded\"}}", 1, "conversation_too_long",
	    "overflow");
	try_reply(JSON("413 No"), 1, "conversation_too_long",
	    "413 without a word");
	try_reply(JSON("429 No") "{\"error\":{\"message\":\"Request too large "
	    "for x: Limit 3, Requested 5\",\"code\":\"rate_limit_exceeded\"}}",
	    1, "conversation_too_long", "429 that means overflow");
	try_reply(JSON("429 No") "{\"error\":{\"message\":\"You exceeded your "
	    "current quota\",\"code\":\"insufficient_quota\"}}", 1,
	    "model_rate_limited", "a quota that is used up");
	try_reply(JSON("400 No") "{\"error\":{\"message\":\"filtered\","
	    "\"code\":\"content_filter\"}}", 1, "model_filtered", "filtered");
	try_reply(JSON("400 No") "{\"error\":\"bad\"}", 1,
	    "model_unavailable", "400");
	try_reply(JSON("422 No") "{\"detail\":[{\"loc\":[\"body\",\"x\"],"
	    "\"msg\":\"no\"}]}", 1, "model_unavailable", "422");
	try_reply("HTTP/1.1 302 There\r\nLocation: http://127.0.0.1:1/\r\n"
	    "Content-Length: 0\r\n\r\n", 1, "model_unavailable", "302");
	try_reply("HTTP/1.1 500 No\r\nx-should-retry: false\r\n\r\n", 1,
	    "model_unavailable", "500 that says not to retry");
	try_reply(JSON("400 No") "{\"error\":{\"message\":\"m\",\"code\":"
	    "\"tool_use_failed\"}}", 2, "model_unavailable",
	    "a bad call of its model");
	try_reply(EVENTS FINISH("MALFORMED_FUNCTION_CALL") DONE, 2,
	    "model_unavailable", "malformed call");
}

static void
test_repeats(void)
{
	try_reply("HTTP/1.1 503 No\r\nretry-after-ms: 5\r\n\r\nbusy", 3,
	    "model_unavailable", "503");
	try_reply("HTTP/1.1 429 No\r\nretry-after-ms: 5\r\n\r\n{}", 3,
	    "model_rate_limited", "429");
	try_reply("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
	    "retry-after-ms: 5\r\n\r\ndata: {\"error\":{\"message\":\"died\","
	    "\"code\":502}}\n\n", 3, "model_unavailable",
	    "an error in the stream");
	try_reply("HTTP/1.1 200 OK\r\nretry-after-ms: 5\r\nContent-Type: "
	    "application/json\r\n\r\n[{\"error\":{\"code\":429,\"message\":"
	    "\"quota\",\"details\":[{\"retryDelay\":\"0.005s\"}]}}]", 3,
	    "model_rate_limited", "an error as JSON with status 200");
}

static void
test_recovery(void)
{
	static const struct served_reply script[] = {
		{ .bytes = "HTTP/1.1 503 No\r\nretry-after-ms: 5\r\n\r\n" },
		{ .bytes = EVENTS CALL, },	/* cut: no finish */
		{ .bytes = GOOD },
	};
	struct test t;

	begin(&t, script, 3);
	step(&t);
	ok(t.e == NULL && str_is(t.out.text, "Hi"), "the third time it works");
	is_int((long long)t.out.ncalls, 0, "the cut call is gone");
	is_int(asked(&t), 3, "three requests");
	end(&t);
}

static void
test_long_wish(void)
{
	static const struct served_reply script[] = { { .bytes =
	    "HTTP/1.1 429 No\r\nRetry-After: 60\r\n\r\n{}" } };
	struct test t;

	begin(&t, script, 1);
	step(&t);
	is_str(err_code(t.e), "model_rate_limited",
	    "a wait beyond the deadline");
	is_int(t.e->retry_after, 60, "is handed on");
	is_int(asked(&t), 1, "not waited for");
	end(&t);
}

/* Once the person has read something there is no second try. */
static void
test_cut_text(void)
{
	static const struct served_reply script[] = {
		{ .bytes = EVENTS TEXT("Sure, ") CALL },
		{ .bytes = GOOD },
	};
	struct test t;

	begin(&t, script, 2);
	step(&t);
	is_str(err_code(t.e), "model_unavailable", "cut after some text");
	ok(str_is(t.out.text, "Sure, "), "which is kept");
	is_int((long long)t.out.ncalls, 0, "its call is not run");
	is_int(asked(&t), 1, "nor is it asked for again");
	end(&t);
}

static void
test_finished_then_cut(void)
{
	static const struct served_reply script[] = {
		{ .bytes = "HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n"
		    "Content-Type: text/event-stream\r\n\r\n" CALL
		    FINISH("tool_calls") "data: [DO" },
		{ .bytes = EVENTS TEXT("Hi") FINISH("stop") DONE,
		  .more = ": still here\n\n", .then = SERVED_DRIP },
		{ .bytes = EVENTS TEXT("Hi") FINISH("stop"),
		  .then = SERVED_HANG },
	};
	struct test t;

	begin(&t, script, 3);
	step(&t);
	ok(t.e == NULL && t.out.ncalls == 1,
	    "cut after the finish: the answer is whole");
	step(&t);
	ok(t.e == NULL && str_is(t.out.text, "Hi"),
	    "comments for ever after [DONE] are not waited for");
	step(&t);
	ok(t.e == NULL && str_is(t.out.text, "Hi"),
	    "nor silence after the finish");
	end(&t);
}

static void
test_lesson(const char *refusal, const char *before, const char *after,
    const char *name)
{
	char bytes[1024];
	struct served_reply script[] = {
		{ .bytes = bytes }, { .bytes = GOOD }, { .bytes = GOOD } };
	struct test t;

	snprintf(bytes, sizeof(bytes), "%s%s", JSON("400 No"), refusal);
	begin(&t, script, 3);
	t.mc.reasoning_effort = "low";
	step(&t);
	ok(t.e == NULL, "%s: the step works", name);
	ok(sent(&t, 0, before), "%s: first as ever", name);
	ok(!sent(&t, 1, before) && sent(&t, 1, after), "%s: then without",
	    name);
	step(&t);
	ok(asked(&t) == 3 && !sent(&t, 2, before) && sent(&t, 2, after),
	    "%s: and remembered", name);
	end(&t);
}

static void
test_lessons(void)
{
	test_lesson("{\"error\":{\"message\":\"Function tools with "
	    "reasoning_effort are not supported\",\"param\":"
	    "\"reasoning_effort\"}}", "\"reasoning_effort\":\"low\"",
	    "\"reasoning_effort\":\"none\"", "reasoning beside tools");
	test_lesson("{\"error\":{\"message\":\"Unsupported value: "
	    "'reasoning_effort' does not support 'none' here\",\"param\":"
	    "\"reasoning_effort\"}}", "reasoning_effort", "max_tokens",
	    "no effort at all");
	test_lesson("{\"error\":{\"message\":\"Unsupported parameter: "
	    "'max_tokens'. Use 'max_completion_tokens'.\",\"param\":"
	    "\"max_tokens\"}}", "\"max_tokens\"", "\"max_completion_tokens\"",
	    "the cap's name");
	test_lesson("{\"object\":\"error\",\"message\":{\"detail\":[{\"type\":"
	    "\"extra_forbidden\",\"loc\":[\"body\",\"stream_options\"],"
	    "\"msg\":\"Extra inputs are not permitted\"}]}}",
	    "stream_options", "max_tokens", "no usage option");
}

/* The same refusal for ever does not go on for ever. */
static void
test_all_refused(void)
{
	try_reply(JSON("400 No") "{\"error\":{\"message\":\"max_tokens and "
	    "max_completion_tokens, stream_options and reasoning_effort\"}}",
	    6, "model_unavailable", "a refusal of everything");
}

/* Refused for what a person wrote, which the refusal quotes. */
static void
test_quoted(void)
{
	static const struct served_reply script[] = {
		{ .bytes = JSON("400 No") "{\"error\":{\"message\":\"bad: "
		    "'max_tokens'\"}}" },
		{ .bytes = JSON("400 No") "{\"error\":{\"message\":\"bad: "
		    "'max_tokens'\"}}" },
		{ .bytes = JSON("400 No") "{\"error\":{\"message\":\"bad: "
		    "'max_tokens'\"}}" },
		{ .bytes = GOOD },
	};
	struct test t;

	begin(&t, script, 4);
	step(&t);
	ok(t.e != NULL && asked(&t) == 3, "refused, with an option and without");
	step(&t);
	ok(t.e == NULL && asked(&t) == 4, "the next person's is not");
	ok(sent(&t, 3, "\"max_tokens\":100"),
	    "and has what nobody ever complained about");
	end(&t);
}

static void
test_stop(void)
{
	static const struct served_reply script[] = {
		{ .bytes = EVENTS TEXT("One") TEXT("two") CALL
		    FINISH("tool_calls") DONE },
		{ .bytes = EVENTS TEXT("One"), .then = SERVED_HANG },
		{ .bytes = "HTTP/1.1 503 No\r\nRetry-After: 10\r\n\r\n" },
	};
	struct test t;
	int pair[2], i;

	begin(&t, script, 3);
	t.stop_after = 1;
	step(&t);
	ok(t.e == NULL && t.out.end == MODEL_STOPPED, "the reader says stop");
	ok(str_is(t.out.text, "One"), "the text so far");
	is_int((long long)t.out.ncalls, 0, "no call");
	t.stop_after = 0;
	for (i = 0; i < 2; i++) {
		if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0)
			exit(2);
		t.req.watch = pair[0];
		t.hang_up = pair[1];
		step(&t);
		ok(t.e == NULL && t.out.end == MODEL_STOPPED, "%s", i == 0 ?
		    "the reader leaves in the middle of the text" :
		    "the reader leaves between two attempts");
		ok(str_is(t.out.text, i == 0 ? "One" : ""),
		    "with what was said");
		close(pair[0]);
	}
	end(&t);
}

static void
test_timeout(void)
{
	static const struct served_reply script[] = {
		{ .bytes = EVENTS "data: {\"cho", .then = SERVED_HANG } };
	struct test t;

	begin(&t, script, 1);
	t.req.deadline = clock_ms() + 300;
	step(&t);
	is_str(err_code(t.e), "model_timeout", "the deadline");
	is_int(t.e->kind, ERR_TIMEOUT, "is a time-out");
	end(&t);
}

static void
test_too_long(void)
{
	static const struct served_reply script[] = {
		{ .bytes = EVENTS "data: ", .more = "0123456789abcdef"
		    "0123456789abcdef0123456789abcdef0123456789abcdef",
		  .times = MAX_SSE_LINE / 64 + 100 },
		{ .bytes = "HTTP/1.1 500 No\r\nretry-after-ms: 5\r\n\r\n",
		  .more = "0123456789abcdef", .times = MAX_ERROR_BODY },
		{ .bytes = GOOD },
	};
	struct test t;

	begin(&t, script, 3);
	step(&t);
	is_str(err_code(t.e), "model_unavailable", "a line without an end");
	is_int(asked(&t), 1, "is not asked for again");
	step(&t);
	ok(t.e == NULL, "of a huge error body the beginning is enough");
	end(&t);
}

static void
test_fallback(void)
{
	static const struct served_reply script[] = {
		{ .bytes = JSON("413 No") "{}" },
		{ .bytes = EVENTS TEXT("Half") },
		{ .bytes = JSON("400 No") "{}" },
		{ .bytes = JSON("401 No") "{}" },
		{ .bytes = JSON("401 No") "{}" },
	};
	struct test t;

	begin(&t, script, 5);
	t.conf.model_builtin = true;
	step(&t);
	is_str(err_code(t.e), "conversation_too_long",
	    "nobody takes over when the conversation is too long");
	step(&t);
	ok(t.e != NULL && str_is(t.out.text, "Half"),
	    "nor when something was said");
	step(&t);
	ok(t.e == NULL && t.out.used == 1,
	    "the built-in model takes over");
	is_str(t.out.model, "builtin", "and says who it is");
	is_int(asked(&t), 3, "one request that was refused");
	step(&t);
	ok(t.e == NULL && t.out.used == 1 && asked(&t) == 4,
	    "says nothing of the next, which is refused for the key");
	step(&t);
	ok(t.e == NULL && t.out.used == 1 && asked(&t) == 4,
	    "that says something, and the model is passed over");
	t.req.only = true;
	step(&t);
	ok(t.e != NULL && t.out.used == 0 && asked(&t) == 5,
	    "nobody takes over after a tool");
	t.req.from = 1;
	step(&t);
	ok(t.e == NULL && t.out.used == 1 && asked(&t) == 5,
	    "whoever took over stays");
	end(&t);
}

/* Half of the time is over, and it still thinks. */
static void
test_thinks_for_long(void)
{
	static const struct served_reply script[] = {
		{ .bytes = EVENTS "data: {\"choices\":[{\"index\":0,\"delta\":"
		    "{\"reasoning_content\":\"Hm\"}}]}\n\n",
		  .then = SERVED_HANG },
		{ .bytes = GOOD },
		{ .bytes = EVENTS, .then = SERVED_HANG },
	};
	struct test t;

	begin(&t, script, 3);
	t.conf.model_builtin = true;
	t.req.deadline = clock_ms() + 1000;
	step(&t);
	ok(t.e == NULL && t.out.used == 1, "another one answers");
	t.req.deadline = clock_ms() + 20000;
	step(&t);
	ok(t.e == NULL && t.out.used == 0 && asked(&t) == 2,
	    "but the next request goes to it again");
	t.req.deadline = clock_ms() + 1000;
	step(&t);
	step(&t);
	ok(t.e == NULL && t.out.used == 1 && asked(&t) == 3,
	    "who says nothing at all is passed over");
	end(&t);
}

static void
bad_setting(struct test *t, const char *want, const char *name)
{
	const struct err *e = model_open(t->a, &t->conf, &t->model);

	ok(e != NULL && e->kind == ERR_INPUT &&
	    strncmp(e->say, want, strlen(want)) == 0, "%s", name);
	settings(t);
}

static void
test_settings(void)
{
	struct test t;

	begin(&t, NULL, 0);
	t.mc.url = "ftp://host/v1";
	bad_setting(&t, "model_url: ", "an address that is not http");
	t.mc.url = "";
	bad_setting(&t, "model_url: ", "no address");
	t.mc.url = "http://model.example/v1";
	bad_setting(&t, "model_url: http:// beyond", "http over the network");
	t.mc.url = "http://127.0.0.1.example/v1";
	bad_setting(&t, "model_url: http:// beyond", "a name like loopback");
	t.mc.model = "";
	bad_setting(&t, "model_name: ", "no model");
	t.mc.key = "a\r\nX-Other: b";
	bad_setting(&t, "model_key: ", "a key with a line end");
	t.mc.profile = "other";
	bad_setting(&t, "model_profile: ", "an unknown profile");
	t.mc.url = "http://model.example/v1";
	t.conf.model_insecure_http = true;
	ok(model_open(t.a, &t.conf, &t.model) == NULL,
	    "http over the network when told so");
	is_str(model_name(t.model), "test-model", "the model's name");
	t.conf.nmodels = 0;
	t.conf.model_builtin = true;
	ok(model_open(t.a, &t.conf, &t.model) == NULL &&
	    strcmp(model_name(t.model), "builtin") == 0, "the built-in one");
	end(&t);
}

/* Anthropic's Messages */

#define EVENT(type, rest) "event: " type "\ndata: {\"type\":\"" type "\"" \
	rest "}\n\n"
#define BEGUN	EVENT("message_start", ",\"message\":{\"id\":\"m\"," \
	"\"usage\":{\"input_tokens\":20}}")
#define SAYS(s)	EVENT("content_block_delta", ",\"index\":0,\"delta\":" \
	"{\"type\":\"text_delta\",\"text\":\"" s "\"}")
#define USES	EVENT("content_block_start", ",\"index\":1,\"content_block\":" \
	"{\"type\":\"tool_use\",\"id\":\"toolu_1\",\"name\":\"add_task\"," \
	"\"input\":{\"title\":\"milk\"}}")
#define STOPS(r) EVENT("message_delta", ",\"delta\":{\"stop_reason\":\"" r \
	"\"},\"usage\":{\"output_tokens\":9}")
#define ENDS	EVENT("message_stop", "")
#define FINE	EVENTS BEGUN SAYS("Hi") STOPS("end_turn") ENDS
#define REFUSES(type, message) "{\"type\":\"error\",\"error\":{\"type\":\"" \
	type "\",\"message\":\"" message "\"}}"

static void
anthropic_step(struct test *t, const struct served_reply *script, size_t n)
{
	begin(t, script, n);
	t->mc.kind = "anthropic";
	t->mc.max_tokens = 4096;
	t->req.user_key = "somebody";
	step(t);
}

static void
test_anthropic(void)
{
	static const struct served_reply script[] = { { .bytes = EVENTS BEGUN
	    SAYS("Adding.") USES STOPS("tool_use") ENDS } };
	struct test t;

	anthropic_step(&t, script, 1);
	ok(t.e == NULL && t.out.end == MODEL_TOOLS && t.out.ncalls == 1,
	    "Anthropic: a call");
	is_str(buf_str(&t.heard), "Adding.", "and text");
	is_int(t.out.prompt_tokens, 20, "and usage");
	ok(sent(&t, 0, "POST /v1/messages HTTP/1.1\r\n"), "its address");
	ok(sent(&t, 0, "\r\nx-api-key: " KEY "\r\n"), "its key");
	ok(!sent(&t, 0, "Authorization"), "and no other");
	ok(sent(&t, 0, "\r\nanthropic-version: 2023-06-01\r\n"),
	    "the version that everybody knows");
	ok(sent(&t, 0, "\"metadata\":{\"user_id\":\"somebody\"}"),
	    "who it is for");
	end(&t);
}

/* Who pings for ever and says nothing is given up, and asked once more. */
static void
test_anthropic_pings(void)
{
	static const struct served_reply script[] = {
		{ .bytes = EVENTS BEGUN, .more = EVENT("ping", ""),
		  .then = SERVED_DRIP }, { .bytes = FINE } };
	struct test t;

	begin(&t, script, 2);
	t.mc.kind = "anthropic";
	t.conf.model_progress_timeout = 1;
	step(&t);
	ok(t.e == NULL && str_is(t.out.text, "Hi"),
	    "Anthropic: pings are no progress");
	is_int(asked(&t), 2, "asked again");
	end(&t);
}

/* 400 first: what the next request does without. */
static void
test_anthropic_lesson(const char *refusal, const char *before, bool for_ever)
{
	char bytes[1024];
	struct served_reply script[] = {
		{ .bytes = bytes }, { .bytes = FINE }, { .bytes = FINE } };
	struct test t;

	snprintf(bytes, sizeof(bytes), "%s%s", JSON("400 No"), refusal);
	anthropic_step(&t, script, 3);
	ok(t.e == NULL, "Anthropic: without %s", before);
	ok(sent(&t, 0, before) && !sent(&t, 1, before), "after a complaint");
	step(&t);
	ok(t.e == NULL && asked(&t) == 3 && sent(&t, 2, before) != for_ever,
	    for_ever ? "for ever" : "for that step");
	end(&t);
}

/* How often it is asked that always answers so, and what comes of it. */
static void
test_anthropic_error(const char *bytes, int times, const char *code)
{
	const struct served_reply script[] = { { .bytes = bytes },
	    { .bytes = bytes }, { .bytes = bytes } };
	struct test t;

	anthropic_step(&t, script, 3);
	is_str(t.e == NULL ? "(none)" : t.e->code, code, "Anthropic: %s",
	    strchr(bytes, '{'));
	is_int(asked(&t), times, "asked so often");
	end(&t);
}

static void
test_anthropic_errors(void)
{
	test_anthropic_lesson(REFUSES("invalid_request_error",
	    "system.0.cache_control: Extra inputs are not permitted"),
	    "cache_control", true);
	test_anthropic_lesson(REFUSES("invalid_request_error",
	    "metadata: Extra inputs are not permitted"), "metadata", true);
	test_anthropic_lesson(REFUSES("invalid_request_error",
	    "max_tokens: 4096 > 2048, which is the maximum"), "4096", true);
	test_anthropic_lesson(REFUSES("invalid_request_error",
	    "input length and `max_tokens` exceed context limit: "
	    "199000 + 4096 > 200000"), "4096", false);
	test_anthropic_error(JSON("400 No") REFUSES("invalid_request_error",
	    "prompt is too long: 210000 tokens > 200000 maximum"), 1,
	    "conversation_too_long");
	test_anthropic_error(JSON("429 No") "{\"type\":\"error\",\"error\":"
	    "{\"type\":\"rate_limit_error\",\"message\":\"No more\","
	    "\"details\":{\"error_code\":\"enforced_spend_limit_reached\"}}}",
	    1, "model_rate_limited");
	test_anthropic_error(JSON("402 No") REFUSES("billing_error", "Pay"),
	    1, "model_rate_limited");
	test_anthropic_error(JSON("529 Overloaded")
	    REFUSES("overloaded_error", "Overloaded"), 3,
	    "model_unavailable");
	test_anthropic_error(EVENTS "event: error\ndata: "
	    REFUSES("overloaded_error", "Overloaded") "\n\n", 3,
	    "model_unavailable");
	test_anthropic_error(EVENTS BEGUN USES STOPS("tool_use"), 3,
	    "model_unavailable");
	test_anthropic_error(EVENTS BEGUN SAYS("Hi") USES STOPS("tool_use"),
	    1, "model_unavailable");
}

int
main(void)
{
	log_open(LOG_ERROR, NULL);
	fetch_global_init();
	test_text();
	test_flush();
	test_calls();
	test_unstreamed();
	test_untyped();
	test_refusals();
	test_repeats();
	test_recovery();
	test_long_wish();
	test_cut_text();
	test_finished_then_cut();
	test_lessons();
	test_all_refused();
	test_quoted();
	test_stop();
	test_timeout();
	test_too_long();
	test_fallback();
	test_thinks_for_long();
	test_settings();
	test_anthropic();
	test_anthropic_pings();
	test_anthropic_errors();
	fetch_global_done();
	return tap_done();
}
