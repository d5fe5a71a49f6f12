/*
 * What a turn takes: figures of the model where it tells them, ours where
 * not, and what the last ones teach about the next.
 */
#include "agent/usage.h"
#include "tap.h"

static struct arena *a;

static const char *
told(const struct usage *u)
{
	struct json_object *v = usage_json(a, u);

	return v != NULL ? js_dump(a, v) : "none";
}

static struct model_answer
answer(int64_t prompt, int64_t completion, int64_t cached)
{
	return (struct model_answer){ .text = STR("abcdefghi"),
	    .prompt_tokens = prompt, .completion_tokens = completion,
	    .cached_tokens = cached };
}

static void
test_sums(void)
{
	const struct usage_sent sent = { .estimate = 1000, .least = 450,
	    .rate = USAGE_AS_IS };
	struct model_answer one = answer(700, 20, -1);
	struct model_answer two = answer(900, 30, 640);
	struct usage u;

	usage_init(&u);
	is_str(told(&u), "none", "nobody was asked");
	ok(usage_add(&u, &sent, &one), "as it should be");
	is_str(told(&u), "{\"prompt_tokens\":700,\"completion_tokens\":20,"
	    "\"steps\":1,\"last_prompt_tokens\":700,\"last_estimate\":1000}",
	    "one step");
	usage_add(&u, &sent, &two);
	is_str(told(&u), "{\"prompt_tokens\":1600,\"completion_tokens\":50,"
	    "\"cached_tokens\":640,\"steps\":2,\"last_prompt_tokens\":900,"
	    "\"last_estimate\":1000}", "two, and what a cache had");
	u.limit = 6000;
	is_str(strstr(told(&u), ",\"limit"), ",\"limit\":6000}",
	    "and what is too much");
	usage_add(&u, &(struct usage_sent){ .rate = USAGE_AS_IS }, &one);
	is_int(u.steps, 2, "what was never sent does not count");
}

static void
test_estimated(void)
{
	const struct usage_sent sent = { .estimate = 1000, .least = 450,
	    .rate = 12 };
	struct model_answer none = answer(-1, -1, -1);
	struct model_answer half = answer(800, -1, -1);
	struct model_answer good = answer(800, 5, 0);
	struct usage u;

	usage_init(&u);
	ok(usage_add(&u, &sent, &none), "no figures are no wrong ones");
	is_str(told(&u), "{\"prompt_tokens\":1500,\"completion_tokens\":7,"
	    "\"steps\":1,\"estimated\":true}",
	    "then they are ours, corrected");
	usage_add(&u, &sent, &good);
	is_str(told(&u), "{\"prompt_tokens\":2300,\"completion_tokens\":12,"
	    "\"cached_tokens\":0,\"steps\":2,\"last_prompt_tokens\":800,"
	    "\"last_estimate\":1000,\"estimated\":true}",
	    "which is said also when others follow");
	usage_init(&u);
	usage_add(&u, &sent, &half);
	ok(u.estimated && u.completion == 7 && u.prompt == 800,
	    "half of the figures");
}

static void
test_too_few(void)
{
	const struct usage_sent sent = { .estimate = 1000, .least = 450,
	    .rate = USAGE_AS_IS };
	struct model_answer cut = answer(449, 5, -1);
	struct model_answer least = answer(450, 5, -1);
	struct model_answer no = answer(0, 0, -1);
	struct usage u;

	usage_init(&u);
	ok(!usage_add(&u, &sent, &cut), "less than it can be");
	is_str(told(&u), "{\"prompt_tokens\":449,\"completion_tokens\":5,"
	    "\"steps\":1}", "it counts, and teaches nothing");
	ok(usage_add(&u, &sent, &least), "as few as can be");
	is_int(u.last_prompt, 450, "is learnt from");
	ok(!usage_add(&u, &sent, &no), "none");
	is_int(u.last_estimate, 0, "takes back what was learnt before");
}

static struct message
row(const char *model, const char *usage)
{
	return (struct message){ .model = model, .usage = usage };
}

static int
rate(struct message *m, size_t n, const char *model)
{
	const struct messages rows = { n, m };

	return usage_rate(a, &rows, model);
}

static void
test_rate(void)
{
	static const struct { const char *usage; int rate; } one[] = {
		{ "{\"last_prompt_tokens\":1000,\"last_estimate\":1000}", 8 },
		{ "{\"last_prompt_tokens\":1001,\"last_estimate\":1000}", 9 },
		{ "{\"last_prompt_tokens\":750,\"last_estimate\":1000}", 6 },
		{ "{\"last_prompt_tokens\":700,\"last_estimate\":1000}", 6 },
		{ "{\"last_prompt_tokens\":2000,\"last_estimate\":1000}", 16 },
		{ "{\"last_prompt_tokens\":9000,\"last_estimate\":1000}", 24 },
		{ "{\"last_prompt_tokens\":10,\"last_estimate\":1000}", 4 },
		{ "{\"prompt_tokens\":10,\"completion_tokens\":1000}", 8 },
		{ "{\"last_prompt_tokens\":10}", 8 },
		{ "{\"last_prompt_tokens\":-5,\"last_estimate\":-5}", 8 },
		{ "{\"last_prompt_tokens\":9223372036854775807,"
		    "\"last_estimate\":1}", 8 },
		{ "{\"last_prompt_tokens\":\"7\",\"last_estimate\":[]}", 8 },
		{ "[]", 8 },
		{ "{", 8 },
	};
	struct message rows[] = {
		row(NULL, NULL),
		row("other", "{\"last_prompt_tokens\":9,\"last_estimate\":9}"),
		row("m", NULL),
		row("m", "{\"prompt_tokens\":1}"),
		row("m", "{\"last_prompt_tokens\":20,\"last_estimate\":10}"),
		row("m", "{\"last_prompt_tokens\":30,\"last_estimate\":10}"),
	};

	for (size_t i = 0; i < sizeof(one) / sizeof(one[0]); i++) {
		struct message m = row("m", one[i].usage);
		is_int(rate(&m, 1, "m"), one[i].rate, "%s", one[i].usage);
	}
	is_int(rate(NULL, 0, "m"), 8, "no messages");
	is_int(rate(rows, 6, "m"), 16, "the newest of the model that tells");
	is_int(rate(rows, 6, "new"), 8, "a model that never answered");
}

static int64_t
limit(struct message *m, size_t n, const char *model)
{
	const struct messages rows = { n, m };

	return usage_limit(a, &rows, model);
}

static void
test_limit(void)
{
	struct message rows[] = {
		row(NULL, NULL),
		row("other", "{\"limit\":1}"),
		row("m", "{\"prompt_tokens\":1}"),
		row("m", "{\"limit\": 2000}"),
		row("m", "{\"limit\": 3000}"),
	};
	static const char *const wrong[] = { "{\"limit\":-1}",
	    "{\"limit\":\"5\"}", "{\"limit\":9223372036854775807}",
	    "{\"x\":\"limit\"}", "{\"limit\"" };

	is_int(limit(rows, 5, "m"), 2000, "the newest limit of the model");
	is_int(limit(rows, 5, "new"), 0, "none of another");
	is_int(limit(rows, 3, "m"), 0, "none when it is out of sight");
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct message m = row("m", wrong[i]);
		is_int(limit(&m, 1, "m"), 0, "%s", wrong[i]);
	}
}

int
main(void)
{
	a = arena_new();
	test_sums();
	test_estimated();
	test_too_few();
	test_rate();
	test_limit();
	arena_free(a);
	return tap_done();
}
