/* Steps over HTTP with the Responses API: what is sent, learnt, tried again. */
#include <sys/socket.h>

#include "base/clock.h"
#include "base/conf.h"
#include "model/model.h"

#include "served.h"
#include "tap.h"

#define EVENTS	"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
#define JSON(status)	"HTTP/1.1 " status "\r\nContent-Type: " \
	"application/json\r\nConnection: close\r\n\r\n"
#define EVENT(type, rest) "event: " type "\ndata: {\"type\":\"" type "\"," \
	rest "}\n\n"
#define TEXT(t)	EVENT("response.output_text.delta", \
	"\"output_index\":0,\"delta\":\"" t "\"")
#define RS	"{\"id\":\"rs_1\",\"type\":\"reasoning\",\"summary\":[]," \
	"\"encrypted_content\":\"gAAA\"}"
#define ITEM(place, item) EVENT("response.output_item.done", \
	"\"output_index\":" place ",\"item\":" item)
#define CALL	ITEM("1", "{\"type\":\"function_call\",\"call_id\":" \
	"\"call_1\",\"name\":\"add_task\",\"arguments\":\"{}\"}")
#define END	EVENT("response.completed", "\"response\":{\"status\":" \
	"\"completed\",\"output\":[],\"usage\":{\"input_tokens\":9," \
	"\"output_tokens\":2}}")
#define GOOD	EVENTS TEXT("Hi") END
#define NOT_FOUND JSON("404 Not Found") "{\"error\":{\"message\":\"Item " \
	"with id 'rs_1' not found. Items are not persisted when `store` is " \
	"set to false.\",\"type\":\"invalid_request_error\"}}"
#define INCLUDE	"\"include\":[\"reasoning.encrypted_content\"]"

struct test {
	struct arena	*a;
	struct conf	 conf;
	struct model_conf mc;
	struct served	 s;
	char		 url[128];
	struct model	*model;
	struct model_worker *worker;
	struct model_message messages[3];
	struct model_request req;
	struct model_events ev;
	struct model_answer out;
	const struct err *e;
};

static void
begin(struct test *t, const struct served_reply *script, size_t n)
{
	static const struct model_tool tool = { .name = "add_task",
	    .description = "Add a task.", .parameters = "{}" };

	*t = (struct test){ .a = arena_new() };
	served_start(&t->s, script, n);
	served_url(&t->s, t->url, sizeof(t->url), "http", "/v1");
	t->mc = (struct model_conf){ .name = "", .kind = "openai-responses",
	    .url = t->url, .model = "test-model", .key = "sk-secret",
	    .profile = "openai", .reasoning_effort = "", .api_version = "",
	    .max_tokens = 100 };
	t->conf = (struct conf){ .models = &t->mc, .nmodels = 1,
	    .model_connect_timeout = 5, .model_first_byte_timeout = 5,
	    .model_silence_timeout = 5, .model_progress_timeout = 5,
	    .model_ca_file = "", .model_proxy = "" };
	t->messages[0] = (struct model_message){ .role = MODEL_USER,
	    .text = STR("add milk") };
	t->req = (struct model_request){ .instructions = "You keep tasks.",
	    .nmessages = 1, .messages = t->messages, .ntools = 1,
	    .tools = &tool, .stream = true,
	    .deadline = clock_ms() + 20000, .watch = -1 };
}

static void
step(struct test *t)
{
	const struct err *e;

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

/* The answer was a call; its result, and on. */
static void
step_again(struct test *t)
{
	t->messages[1] = (struct model_message){ .role = MODEL_ASSISTANT,
	    .text = t->out.text, .ncalls = t->out.ncalls,
	    .calls = t->out.calls, .extra = t->out.extra };
	t->messages[2] = (struct model_message){ .role = MODEL_TOOL,
	    .text = STR("{}"), .call_id = t->out.ncalls > 0 ?
	    t->out.calls[0].id : NULL };
	t->req.nmessages = 3;
	step(t);
}

static void
end(struct test *t)
{
	model_worker_free(t->worker);
	served_end(&t->s);
	arena_free(t->a);
}

/* Has the nth request this in it? */
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
test_turn(void)
{
	static const struct served_reply script[] = {
		{ .bytes = EVENTS ITEM("0", RS) CALL END },
		{ .bytes = GOOD } };
	struct test t;

	begin(&t, script, 2);
	step(&t);
	ok(t.e == NULL && t.out.end == MODEL_TOOLS && t.out.ncalls == 1,
	    "a call");
	is_int(t.out.prompt_tokens, 9, "with its usage");
	ok(sent(&t, 0, "POST /v1/responses HTTP/1.1\r\n"), "the address");
	ok(sent(&t, 0, "\r\nAuthorization: Bearer sk-secret\r\n"), "the key");
	ok(sent(&t, 0, "\"store\":false," INCLUDE), "nothing stays there");
	step_again(&t);
	ok(t.e == NULL && t.out.end == MODEL_DONE, "and the last word");
	ok(sent(&t, 1, RS ",{\"type\":\"function_call\",\"call_id\":"
	    "\"call_1\""), "reasoning went back before its call");
	end(&t);
}

/* Of this conversation only: the next one's is as good as ever. */
static void
test_lost(void)
{
	static const struct served_reply script[] = {
		{ .bytes = EVENTS ITEM("0", RS) CALL END },
		{ .bytes = NOT_FOUND }, { .bytes = GOOD },
		{ .bytes = GOOD } };
	struct test t;

	begin(&t, script, 4);
	step(&t);
	step_again(&t);
	ok(t.e == NULL && t.out.end == MODEL_DONE,
	    "reasoning that the vendor does not find");
	is_int(served_requests(&t.s), 3, "is left out at once");
	ok(sent(&t, 1, RS) && !sent(&t, 2, RS) && !sent(&t, 2, INCLUDE),
	    "and not asked for");
	t.req.nmessages = 1;
	step(&t);
	ok(sent(&t, 3, INCLUDE), "until the next step");
	end(&t);
}

static void
test_unknown(void)
{
	static const struct served_reply script[] = {
		{ .bytes = JSON("400 Bad Request") "{\"error\":{\"message\":"
		    "\"Encrypted content is not supported with this model.\","
		    "\"param\":\"include\"}}" },
		{ .bytes = GOOD }, { .bytes = GOOD } };
	struct test t;

	begin(&t, script, 3);
	step(&t);
	ok(t.e == NULL && t.out.end == MODEL_DONE,
	    "a model that does not reason");
	step(&t);
	ok(sent(&t, 0, INCLUDE) && !sent(&t, 1, INCLUDE) &&
	    !sent(&t, 2, INCLUDE), "is not asked for reasoning any more");
	end(&t);
}

static void
test_failures(void)
{
	static const struct served_reply script[] = {
		{ .bytes = EVENTS EVENT("response.failed", "\"response\":"
		    "{\"status\":\"failed\",\"error\":{\"code\":"
		    "\"server_error\",\"message\":\"m\"}}") },
		{ .bytes = EVENTS CALL },
		{ .bytes = EVENTS CALL END } };
	struct test t;

	begin(&t, script, 3);
	step(&t);
	ok(t.e == NULL && t.out.ncalls == 1,
	    "what failed or broke off before anything was said: again");
	is_int(served_requests(&t.s), 3, "and again");
	end(&t);
}

static void
test_said(void)
{
	static const struct served_reply script[] = {
		{ .bytes = EVENTS TEXT("Hel") CALL }, { .bytes = GOOD } };
	struct test t;

	begin(&t, script, 2);
	step(&t);
	ok(t.e != NULL && t.out.ncalls == 0,
	    "broken off after text: the step fails, no call runs");
	ok(str_is(t.out.text, "Hel"), "what was said stays");
	is_int(served_requests(&t.s), 1, "and is not said twice");
	end(&t);
}

int
main(void)
{
	test_turn();
	test_lost();
	test_unknown();
	test_failures();
	test_said();
	return tap_done();
}
