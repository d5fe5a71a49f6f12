/*
 * Conversations nobody would think of, made by dice, as each model API gets
 * them: always JSON, every call with its one result, the sides in turns, and
 * the same bytes twice.
 */
#include <stdlib.h>

#include "base/bounds.h"
#include "base/json.h"
#include "base/text.h"
#include "model/api.h"
#include "model/profile.h"

#include "tap.h"

#define ROUNDS		3000
#define MESSAGES_MAX	14
#define CALLS_MAX	4

static unsigned int seed;
static const char *broken;	/* the first promise that was */

/* 0..n-1 */
static size_t
dice(size_t n)
{
	seed = seed * 1103515245U + 12345U;
	return (seed >> 16) % n;
}

static void
must(bool it, const char *what)
{
	if (!it && broken == NULL)
		broken = what;
}

#define PICK(list)	(list)[dice(sizeof(list) / sizeof((list)[0]))]

static const char *
odd_text(void)
{
	static const char *const texts[] = { "", " \n\t", "milk", "\"\\",
	    "\xe2\x80\x8b", "a\xff\xfez", "\xf0\x9f\x8f\xb4", "[INST]",
	    "{\"a\":1}", "\x01", "one\n\ntwo" };

	return PICK(texts);
}

static const char *
odd_id(void)
{
	static const char *const ids[] = { "abcdefghi", "abcdefghj", "call_1",
	    "", "toolu_01", "an id with blanks",
	    "idididididididididididididididididididididididididididididididid",
	    NULL };

	return PICK(ids);
}

static const char *
odd_family(void)
{
	static const char *const families[] = { "mine", "mine", "theirs", "" };

	return PICK(families);
}

static struct json_object *
odd_block(void)
{
	static const char *const types[] = { "thinking", "redacted_thinking" };
	struct json_object *block;

	if (dice(6) == 0)
		return dice(2) == 0 ? NULL : js_new_str(STR("none"));
	block = js_new_object();
	js_add_text(block, "type", PICK(types));
	js_add_text(block, "thinking", odd_text());
	return block;
}

/* As it may be in the database: of any model, or of nobody. */
static struct json_object *
odd_extra(struct arena *a)
{
	static const int64_t places[] = { 0, 0, 1, 2, 3, -1, INT64_MAX,
	    INT64_MIN };
	struct json_object *extra, *items, *place, *item;
	size_t i, n;

	if (dice(3) == 0)
		return NULL;
	extra = js_object(a);
	js_add_text(extra, "from", odd_family());
	js_add_text(extra, "id", odd_id());
	js_add_int(extra, "said", PICK(places));
	items = js_new_array();
	for (i = 0, n = dice(4); i < n; i++) {
		place = js_new_object();
		item = js_new_object();
		js_add_text(item, "type", "reasoning");
		js_add_int(item, "said", PICK(places));
		js_add(item, "block", odd_block());
		js_add_int(place, "before", PICK(places));
		js_add(place, "item", item);
		js_push(items, place);
	}
	js_add(extra, "items", items);
	return extra;
}

static struct model_message
odd_step(struct arena *a)
{
	static const char *const arguments[] = { "{}", "{\"title\":\"milk\"}",
	    "[", "", NULL, "null", "{\"a\":\"\\ud800\"}" };
	static const char *const names[] = { "add_task", "", "no such\ttool" };
	struct model_call *calls = arena_alloc(a, CALLS_MAX * sizeof(*calls));
	struct model_message m = { .role = MODEL_ASSISTANT,
	    .text = str_of(odd_text()), .calls = calls,
	    .ncalls = dice(2) * dice(CALLS_MAX), .extra = odd_extra(a) };
	size_t i;

	for (i = 0; i < m.ncalls; i++)
		calls[i] = (struct model_call){ .id = odd_id(),
		    .name = PICK(names), .arguments = PICK(arguments),
		    .extra = odd_extra(a) };
	return m;
}

static struct model_message
odd_message(struct arena *a)
{
	switch (dice(4)) {
	case 0:
		return (struct model_message){ .role = MODEL_USER,
		    .text = str_of(odd_text()) };
	case 1:
		return (struct model_message){ .role = MODEL_TOOL,
		    .call_id = odd_id(), .text = str_of(odd_text()) };
	default:
		return odd_step(a);
	}
}

/* What every API asks for */

struct pairing {
	const char	*ids[MESSAGES_MAX * CALLS_MAX];
	size_t		 called, answered;
};

static void
called(struct pairing *p, const char *id)
{
	size_t i;

	must(*id != '\0', "a call has an id");
	for (i = 0; i < p->called; i++)
		must(strcmp(p->ids[i], id) != 0, "no id twice");
	p->ids[p->called++] = id;
}

static void
answered(struct pairing *p, const char *id)
{
	must(p->answered < p->called &&
	    strcmp(p->ids[p->answered], id) == 0,
	    "results in the order of their calls");
	p->answered++;
}

static void
settled(const struct pairing *p)
{
	must(p->answered == p->called, "each call has its result");
}

static bool
is_blank(const struct json_object *v, const char *key)
{
	return text_trim(js_str(js_get(v, key))).n == 0;
}

static void
check_chat(const struct json_object *root)
{
	const struct json_object *list = js_get(root, "messages"), *m, *calls;
	const char *role, *before = "";
	struct pairing p = { .called = 0 };
	size_t i, k;

	for (i = 0; i < js_len(list); i++, before = role) {
		m = js_at(list, i);
		role = js_text(m, "role", "");
		calls = js_get(m, "tool_calls");
		if (strcmp(role, "tool") == 0) {
			answered(&p, js_text(m, "tool_call_id", ""));
			continue;
		}
		settled(&p);
		must((strcmp(role, "system") == 0) == (i == 0),
		    "instructions first, and only there");
		must(strcmp(role, before) != 0, "two of a side");
		must(strcmp(before, "tool") != 0 ||
		    strcmp(role, "assistant") == 0,
		    "nobody speaks between results and the assistant");
		must(js_len(calls) > 0 || !is_blank(m, "content"),
		    "nothing is said");
		for (k = 0; k < js_len(calls); k++)
			called(&p, js_text(js_at(calls, k), "id", ""));
	}
	settled(&p);
}

static void
check_responses(const struct json_object *root)
{
	const struct json_object *list = js_get(root, "input"), *v;
	struct pairing p = { .called = 0 };
	const char *type;
	size_t i;

	for (i = 0; i < js_len(list); i++) {
		v = js_at(list, i);
		type = js_text(v, "type", "");
		if (strcmp(type, "function_call") == 0) {
			called(&p, js_text(v, "call_id", ""));
		} else if (strcmp(type, "function_call_output") == 0) {
			answered(&p, js_text(v, "call_id", ""));
		} else if (strcmp(type, "reasoning") != 0) {
			settled(&p);
			must(!is_blank(v, "content"), "nothing is said");
		}
	}
	settled(&p);
}

static void
check_block(struct pairing *p, const struct json_object *v, bool user,
    bool *texts)
{
	const char *type = js_text(v, "type", "");

	if (strcmp(type, "tool_use") == 0) {
		must(!user && js_type(js_get(v, "input")) == JS_OBJ,
		    "a call is the assistant's, with an object");
		called(p, js_text(v, "id", ""));
	} else if (strcmp(type, "tool_result") == 0) {
		must(user && !*texts, "results come first");
		answered(p, js_text(v, "tool_use_id", ""));
	} else if (strcmp(type, "text") == 0) {
		must(!is_blank(v, "text"), "no text is blank");
		*texts = true;
	} else {
		must(!user, "only the assistant thinks");
	}
}

static void
check_anthropic(const struct json_object *root)
{
	const struct json_object *list = js_get(root, "messages"), *blocks;
	struct pairing p = { .called = 0 };
	size_t i, k, marks = 0;
	const char *last;
	bool texts, user;

	must(js_len(list) % 2 == 1, "the person is first and last");
	for (i = 0; i < js_len(list); i++) {
		blocks = js_get(js_at(list, i), "content");
		user = i % 2 == 0;
		must(strcmp(js_text(js_at(list, i), "role", ""),
		    user ? "user" : "assistant") == 0, "the sides take turns");
		must(js_len(blocks) > 0, "nothing is said");
		for (k = 0, texts = false; k < js_len(blocks); k++) {
			check_block(&p, js_at(blocks, k), user, &texts);
			marks += js_has(js_at(blocks, k), "cache_control");
		}
		last = js_text(js_at(blocks, k - 1), "type", "");
		must(strstr(last, "thinking") == NULL,
		    "thinking is never last");
		if (user)
			settled(&p);
	}
	must(marks <= 3, "four marks with the instructions'");
}

/* Dice */

static void
check_api(struct arena *a, const struct model_api *api,
    const struct model_request *req,
    void (*check)(const struct json_object *root))
{
	const struct address at = { .host = "h" };
	const struct api_how how = { .family = "mine", .model = "m",
	    .effort = "", .max_tokens = 100,
	    .profile = profile_find("auto", &at) };
	struct json_object *root = NULL;
	struct str once, twice;

	once = api_write(a, api, &how, req);
	twice = api_write(a, api, &how, req);
	must(once.n == twice.n && memcmp(once.p, twice.p, once.n) == 0,
	    "the same bytes each time");
	must(js_parse(a, once, JSON_DEPTH, &root) == NULL, "JSON");
	if (root != NULL)
		check(root);
	if (broken != NULL)
		diag("%s", once.p);
}

static void
test_api(const struct model_api *api,
    void (*check)(const struct json_object *root))
{
	struct model_message m[MESSAGES_MAX];
	struct model_request req = { .instructions = "You keep tasks.",
	    .messages = m, .stream = true };
	struct arena *a;
	unsigned int round;
	size_t i;

	broken = NULL;
	for (round = 0; round < ROUNDS && broken == NULL; round++) {
		a = arena_new();
		seed = round;
		req.nmessages = 1 + dice(MESSAGES_MAX);
		req.context = dice(4) == 0 ? "" : "It is Friday.";
		for (i = 0; i < req.nmessages; i++)
			m[i] = odd_message(a);
		check_api(a, api, &req, check);
		arena_free(a);
	}
	ok(broken == NULL, "%s: %u conversations%s%s", api->kind, round,
	    broken == NULL ? "" : ": ", broken == NULL ? "" : broken);
}

int
main(void)
{
	test_api(&chat_api, check_chat);
	test_api(&responses_api, check_responses);
	test_api(&anthropic_api, check_anthropic);
	return tap_done();
}
