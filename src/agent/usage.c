#include <string.h>

#include "agent/usage.h"
#include "base/bounds.h"
#include "model/tokens.h"

enum { RATE_MIN = 4, RATE_MAX = 24 };

void
usage_init(struct usage *u)
{
	*u = (struct usage){ .cached = -1 };
}

static int64_t
answer_tokens(const struct model_answer *ans)
{
	const struct model_message said = { .role = MODEL_ASSISTANT,
	    .text = ans->text, .ncalls = ans->ncalls, .calls = ans->calls };

	return tokens_message(&said);
}

bool
usage_add(struct usage *u, const struct usage_sent *sent,
    const struct model_answer *ans)
{
	bool plausible = ans->prompt_tokens < 0 ||
	    ans->prompt_tokens >= sent->least;

	if (sent->estimate == 0)
		return true;
	u->steps++;
	u->estimated |= ans->prompt_tokens < 0 || ans->completion_tokens < 0;
	u->prompt += ans->prompt_tokens >= 0 ? ans->prompt_tokens :
	    sent->estimate * sent->rate / USAGE_AS_IS;
	u->completion += ans->completion_tokens >= 0 ?
	    ans->completion_tokens : answer_tokens(ans);
	if (ans->cached_tokens >= 0)
		u->cached = (u->cached < 0 ? 0 : u->cached) +
		    ans->cached_tokens;
	u->last_prompt = u->last_estimate = 0;
	if (plausible && ans->prompt_tokens > 0) {
		u->last_prompt = ans->prompt_tokens;
		u->last_estimate = sent->estimate;
	}
	return plausible;
}

struct json_object *
usage_json(struct arena *a, const struct usage *u)
{
	struct json_object *v;

	if (u->steps == 0)
		return NULL;
	v = js_object(a);
	js_add_int(v, "prompt_tokens", u->prompt);
	js_add_int(v, "completion_tokens", u->completion);
	if (u->cached >= 0)
		js_add_int(v, "cached_tokens", u->cached);
	js_add_int(v, "steps", u->steps);
	if (u->last_estimate > 0) {
		js_add_int(v, "last_prompt_tokens", u->last_prompt);
		js_add_int(v, "last_estimate", u->last_estimate);
	}
	if (u->limit > 0)
		js_add_int(v, "limit", u->limit);
	if (u->estimated)
		js_add_bool(v, "estimated", true);
	return v;
}

/* NULL: this message is not an answer of the model, or nobody counted. */
static struct json_object *
usage_of(struct arena *a, const struct message *m, const char *model)
{
	struct json_object *v = NULL;

	if (m->usage == NULL || m->model == NULL ||
	    strcmp(m->model, model) != 0 ||
	    js_parse(a, str_of(m->usage), JSON_DEPTH, &v) != NULL)
		return NULL;
	return v;
}

/* 0: this answer does not say. */
static int
rate_of(const struct json_object *usage)
{
	int64_t counted = js_int(usage, "last_prompt_tokens", 0);
	int64_t estimate = js_int(usage, "last_estimate", 0);
	int64_t rate;

	if (counted <= 0 || estimate <= 0 || counted > INT32_MAX)
		return 0;
	rate = (counted * USAGE_AS_IS + estimate - 1) / estimate;
	return rate < RATE_MIN ? RATE_MIN : rate > RATE_MAX ? RATE_MAX :
	    (int)rate;
}

int
usage_rate(struct arena *a, const struct messages *rows, const char *model)
{
	int rate = 0;

	for (size_t i = 0; i < rows->n && rate == 0; i++)
		rate = rate_of(usage_of(a, &rows->m[i], model));
	return rate > 0 ? rate : USAGE_AS_IS;
}

int64_t
usage_limit(struct arena *a, const struct messages *rows, const char *model)
{
	int64_t limit = 0;

	for (size_t i = 0; i < rows->n && limit == 0; i++)
		/* few have one, and all would be read */
		if (rows->m[i].usage != NULL &&
		    strstr(rows->m[i].usage, "\"limit\"") != NULL)
			limit = js_int(usage_of(a, &rows->m[i], model),
			    "limit", 0);
	return limit > 0 && limit <= INT32_MAX ? limit : 0;
}
