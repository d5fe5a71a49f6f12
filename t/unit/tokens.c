/* How many tokens a text is thought to be. */
#include <stdlib.h>

#include "base/arena.h"
#include "base/bounds.h"
#include "model/tokens.h"
#include "tap.h"

static struct arena *a;

static struct json_object *
parsed(const char *text)
{
	struct json_object *v = NULL;

	if (js_parse(a, str_of(text), JSON_DEPTH, &v) != NULL)
		ok(false, "is JSON: %s", text);
	return v;
}

static void
test_text(void)
{
	is_int(tokens_text(STR("")), 0, "nothing");
	is_int(tokens_text(STR("a")), 1, "a letter");
	is_int(tokens_text(STR("abc")), 1, "three");
	is_int(tokens_text(STR("abcd")), 2, "four: rounded up");
	is_int(tokens_text(STR("milk and 12 eggs")), 6, "words");
	is_int(tokens_text(STR("\xd0\xbc\xd0\xbe\xd0\xbb")), 4,
	    "six bytes of another script");
	is_int(tokens_text(STR("\xe7\x89\x9b\xe5\xa5\xb6 x")), 5,
	    "both kinds, each by its own measure");
}

static void
test_messages(void)
{
	/* name and arguments together: 25 bytes */
	const struct model_call calls[] = {
		{ .name = "add_task", .arguments = "{\"title\":\"milk\"}x" },
		{ .name = "add_task", .arguments = "{\"title\":\"milk\"}x" },
	};
	const struct model_call unread = { .name = "add_task" };
	struct model_message m = { .role = MODEL_USER, .text = STR("abcdef") };

	is_int(tokens_message(&m), 4 + 2, "what was said");
	m.role = MODEL_ASSISTANT;
	m.calls = calls;
	m.ncalls = 2;
	is_int(tokens_message(&m), 4 + 2 + 2 * (8 + 10), "with its calls");
	m.calls = &unread;
	m.ncalls = 1;
	is_int(tokens_message(&m), 4 + 2 + 8 + 4, "one without arguments");
	m = (struct model_message){ .role = MODEL_TOOL,
	    .text = STR("{\"n\":12345}") };
	is_int(tokens_message(&m), 4 + 5, "a result, by its bytes");
	m.text = STR("");
	m.result = parsed("{\"n\":12345}");
	is_int(tokens_message(&m), 4 + 5, "also one that is not written yet");
}

static void
test_request(void)
{
	const struct model_tool tools[] = {
		{ "add", "Add", "{}123456" },	/* 14 bytes */
		{ "list", "List", "{}12" },	/* 12 bytes */
	};
	const struct model_message m[] = {
		{ .role = MODEL_USER, .text = STR("abcdef") },
		{ .role = MODEL_ASSISTANT, .text = STR("abc") },
	};
	struct model_request req = { .instructions = "abcdefghi",
	    .context = "abcdef", .ntools = 2, .tools = tools, .nmessages = 2,
	    .messages = m };

	is_int(tokens_overhead(&req), 4 + 3 + 8 + 5 + 8 + 4,
	    "instructions and tools");
	is_int(tokens_request(&req), 2 + 4 + 2 + 4 + 1,
	    "the rest, if nobody says what those are");
	req.overhead = 100;
	is_int(tokens_request(&req), 113, "and all of it");
	is_int(tokens_least(&req), 50 + 1 + 1 + 1, "the least it can be");
	req.context = NULL;
	req.nmessages = 0;
	is_int(tokens_request(&req), 100, "no context, no messages");
}

/*
 * Bytes of a token of o200k_base, as measured on longer texts: what is
 * planned with is no less than that, and the least is less, by far.
 */
static void
test_measured(void)
{
	static const struct { const char *what, *piece; double bytes; } of[] = {
		{ "English", "words and words ", 5.1 },
		{ "Urdu", "\xd9\x84\xd9\x81\xd8\xb8 ", 5.4 },
		{ "Hindi", "\xe0\xa4\xa6\xe0\xa5\x82\xe0\xa4\xa7 ", 8.4 },
		{ "Chinese", "\xe7\x89\x9b\xe5\xa5\xb6", 3.7 },
		{ "Japanese", "\xe3\x81\x8b\xe3\x81\xaa", 4.4 },
		{ "Russian", "\xd0\xbc\xd0\xbe\xd0\xbb\xd0\xbe ", 6.9 },
		{ "Thai", "\xe0\xb8\x99\xe0\xb8\xa1", 6.8 },
	};

	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		struct model_message m = { .role = MODEL_USER };
		struct model_request req = { .nmessages = 1, .messages = &m };
		struct buf b;
		double real;
		buf_init(&b, a, 1024 * 1024);
		while (b.n < 10000)
			buf_puts(&b, of[i].piece);
		m.text = (struct str){ buf_str(&b), b.n };
		real = (double)b.n / of[i].bytes;
		ok((double)tokens_request(&req) >= real,
		    "%s: %lld is enough for %.0f", of[i].what,
		    (long long)tokens_request(&req), real);
		ok((double)tokens_least(&req) < real,
		    "it is more than %lld", (long long)tokens_least(&req));
		ok(tokens_least(&req) * 2 <= tokens_request(&req),
		    "which is at most half of what is planned with");
	}
}

int
main(void)
{
	a = arena_new();
	test_text();
	test_messages();
	test_request();
	test_measured();
	arena_free(a);
	return tap_done();
}
