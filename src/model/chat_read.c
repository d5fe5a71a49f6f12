/*
 * Answers of Chat Completions, as OpenAI writes them and everybody who
 * speaks like it: no index, id or finish reason is believed further than it
 * must be.
 */
#include <string.h>

#include "base/bounds.h"
#include "base/text.h"
#include "model/answer_parts.h"

/* How far text has come towards one whole JSON value, byte by byte. */
struct scan {
	int	 depth;
	bool	 quoted, escaped;
	enum { SCAN_BEFORE, SCAN_INSIDE, SCAN_WHOLE, SCAN_BEYOND } state;
};

struct slot {			/* a tool call on its way */
	const char	*id;		/* the server's, or NULL */
	const char	*name;		/* or NULL so far */
	bool		 labelled;
	double		 label;		/* "index": a label, not a position */
	unsigned int	 used;		/* when: the label's latest user wins */
	struct buf	 arguments;
	struct scan	 scan;		/* of arguments */
	struct json_object *value;	/* of arguments, once asked for */
	struct json_object *extra;	/* {"extra_content":{…}} */
	size_t		 extra_bytes;
};

struct chat {
	struct answer	 s;
	struct buf	 reasoning;
	struct json_object *details;	/* OpenRouter's reasoning_details */
	size_t		 details_bytes;
	bool		 refused;
	struct slot	*slots[MAX_CALLS];	/* made when they begin */
	size_t		 nslots;
	unsigned int	 uses;
	const char	*finish;	/* the first, as written; or NULL */
};

static void
chat_begin(struct answer *s)
{
	struct chat *c = (struct chat *)s;

	buf_init(&c->reasoning, s->a, MAX_PROVIDER_DATA);
}

/* Text */

/* A string, or Mistral's array of parts, of which only text is text. */
static bool
take_content(struct chat *c, const struct json_object *content)
{
	const struct json_object *part;
	size_t i;

	if (js_type(content) == JS_STR)
		return answer_say(&c->s, js_str(content));
	for (i = 0; i < js_len(content); i++) {
		part = js_at(content, i);
		if (strcmp(js_text(part, "type", ""), "text") == 0 &&
		    !answer_say(&c->s, js_str(js_get(part, "text"))))
			return false;
	}
	return true;
}

static bool
take_refusal(struct chat *c, struct str piece)
{
	if (piece.n == 0)
		return true;
	c->refused = true;
	return answer_say(&c->s, piece);
}

/* Never shown; some servers want it back beside the calls it led to. */
static void
take_reasoning(struct chat *c, const struct json_object *delta)
{
	struct str r = js_str(js_get(delta, "reasoning_content"));
	struct json_object *details = js_get(delta, "reasoning_details");
	size_t i;

	buf_put(&c->reasoning, r.p, r.n);
	if (js_len(details) == 0)
		return;
	c->details_bytes += js_lent(details).n;
	if (c->details_bytes > MAX_PROVIDER_DATA)
		return;
	if (c->details == NULL)
		c->details = js_array(c->s.a);
	for (i = 0; i < js_len(details); i++)
		js_push(c->details, js_share(js_at(details, i)));
}

/* Arguments */

/*
 * Follow the brackets of an object.  Only they matter: whether it is JSON
 * is asked once, at the end.
 */
static void
scan_byte(struct scan *c, char ch)
{
	if (c->quoted) {
		c->quoted = c->escaped || ch != '"';
		c->escaped = !c->escaped && ch == '\\';
		return;
	}
	if (ch == ' ' || ch == '\t' || ch == '\n' || ch == '\r')
		return;
	if (c->state == SCAN_BEFORE)
		c->state = ch == '{' ? SCAN_INSIDE : SCAN_BEYOND;
	else if (c->state == SCAN_WHOLE)
		c->state = SCAN_BEYOND;
	if (c->state != SCAN_INSIDE)
		return;
	if (ch == '"')
		c->quoted = true;
	else if (ch == '{' || ch == '[')
		c->depth++;
	else if ((ch == '}' || ch == ']') && --c->depth == 0)
		c->state = SCAN_WHOLE;
}

static void
scan_text(struct scan *c, struct str s)
{
	size_t i;

	for (i = 0; i < s.n && c->state != SCAN_BEYOND; i++)
		scan_byte(c, s.p[i]);
}

static struct str
arguments_of(struct slot *slot)
{
	return (struct str){ buf_str(&slot->arguments), slot->arguments.n };
}

/*
 * Is the slot one whole object?  Parsed once, however often it is asked:
 * only blanks can follow without ending SCAN_WHOLE.
 */
static bool
is_whole(struct chat *c, struct slot *slot)
{
	if (slot->scan.state != SCAN_WHOLE)
		return false;
	if (slot->value == NULL)
		slot->value = answer_object(c->s.a, arguments_of(slot));
	if (slot->value == NULL)
		slot->scan.state = SCAN_BEYOND;
	return slot->value != NULL;
}

/* Does the fragment, by itself, say what the slot already holds? */
static bool
is_repeated(struct chat *c, struct slot *slot, struct str fragment)
{
	struct json_object *v;

	fragment = text_trim(fragment);
	if (fragment.n < 2 || (*fragment.p != '{' && *fragment.p != '"') ||
	    !is_whole(c, slot))
		return false;
	v = answer_object(c->s.scratch, fragment);
	return v != NULL && js_equal(v, slot->value);
}

static bool
add_arguments(struct chat *c, struct slot *slot, struct str fragment)
{
	if (fragment.n == 0 || is_repeated(c, slot, fragment))
		return true;
	if (!answer_arguments(&c->s, &slot->arguments, fragment))
		return false;
	scan_text(&slot->scan, fragment);
	return true;
}

/* As text, or (Ollama, LiteLLM) as the object itself. */
static bool
take_arguments(struct chat *c, struct slot *slot, struct json_object *v)
{
	if (js_type(v) == JS_STR)
		return add_arguments(c, slot, js_str(v));
	if (js_type(v) != JS_OBJ && js_type(v) != JS_ARR)
		return true;
	return add_arguments(c, slot, js_lent(v));
}

/* Tool calls */

/* What an entry of delta.tool_calls says. */
struct entry {
	const struct json_object *v;
	struct str	 id, name;
	bool		 labelled;
	double		 label;
	struct json_object *arguments;
};

static struct entry
read_entry(const struct json_object *v)
{
	const struct json_object *function = js_get(v, "function");
	const struct json_object *index = js_get(v, "index");

	return (struct entry){
		.v = v,
		.id = js_str(js_get(v, "id")),
		.name = js_str(js_get(function, "name")),
		.labelled = js_type(index) == JS_INT ||
		    js_type(index) == JS_REAL,
		.label = js_number(index),
		.arguments = js_get(function, "arguments"),
	};
}

static struct slot *
slot_new(struct chat *c)
{
	struct slot *slot;

	if (c->nslots == MAX_CALLS) {
		answer_fail(&c->s, ANSWER_LIMIT, "too many tool calls");
		return NULL;
	}
	slot = arena_alloc(c->s.a, sizeof(*slot));
	c->slots[c->nslots++] = slot;
	buf_init(&slot->arguments, c->s.a, MAX_ARGUMENTS);
	return slot;
}

static struct slot *
slot_by_id(struct chat *c, struct str id)
{
	size_t i;

	for (i = 0; i < c->nslots; i++)
		if (c->slots[i]->id != NULL && str_is(id, c->slots[i]->id))
			return c->slots[i];
	return NULL;
}

/* The slot that used this label last. */
static struct slot *
slot_by_label(struct chat *c, const struct entry *e)
{
	struct slot *found = NULL, *slot;
	size_t i;

	for (i = 0; e->labelled && i < c->nslots; i++) {
		slot = c->slots[i];
		if (slot->labelled && !(slot->label < e->label) &&
		    !(slot->label > e->label) &&
		    (found == NULL || slot->used > found->used))
			found = slot;
	}
	return found;
}

/*
 * No id, the label of a slot that has a name, and a name: the header once
 * more, or a second call under the same label?
 */
static bool
is_another(struct chat *c, struct slot *slot, const struct entry *e)
{
	struct str arguments = js_str(e->arguments);

	if (slot->name == NULL || e->name.n == 0)
		return false;
	if (!str_is(e->name, slot->name))
		return true;
	if (!is_whole(c, slot))
		return false;
	if (js_type(e->arguments) == JS_OBJ)
		return !js_equal(e->arguments, slot->value);
	return arguments.n > 0 && !is_repeated(c, slot, arguments);
}

/* An id nobody has yet. */
static struct slot *
slot_of_new_id(struct chat *c, const struct entry *e)
{
	struct slot *slot;

	if (e->name.n > 0 || (slot = slot_by_label(c, e)) == NULL)
		return slot_new(c);
	return slot;
}

static struct slot *
slot_without_id(struct chat *c, const struct entry *e)
{
	struct slot *slot;

	if (e->labelled) {
		slot = slot_by_label(c, e);
		return slot == NULL || is_another(c, slot, e) ? slot_new(c) :
		    slot;
	}
	if (e->name.n > 0 || c->nslots == 0)
		return slot_new(c);
	return c->slots[c->nslots - 1];
}

static struct slot *
slot_of(struct chat *c, const struct entry *e)
{
	struct slot *slot;

	if (c->s.whole)
		return slot_new(c);
	if (e->id.n == 0)
		return slot_without_id(c, e);
	if ((slot = slot_by_id(c, e->id)) != NULL)
		return slot;
	return slot_of_new_id(c, e);
}

static bool
is_extra(const struct slot *slot, const struct js_iter *it)
{
	return js_type(it->value) == JS_OBJ &&
	    strcmp(it->key, "function") != 0 && !js_has(slot->extra, it->key);
}

/* Other members of an entry that are objects go back with the call. */
static bool
take_extra(struct chat *c, struct slot *slot, const struct entry *e)
{
	struct js_iter it;
	size_t n;

	for (it = js_first(e->v); it.key != NULL; js_next(&it)) {
		if (!is_extra(slot, &it))
			continue;
		n = strlen(it.key) + js_lent(it.value).n;
		slot->extra_bytes += n;
		c->s.opaque_bytes += n;
		if (slot->extra_bytes > MAX_PROVIDER_DATA ||
		    c->s.opaque_bytes > MAX_PROVIDER_STEP)
			return answer_fail(&c->s, ANSWER_LIMIT,
			    "opaque data too long");
		if (slot->extra == NULL)
			slot->extra = js_object(c->s.a);
		js_add(slot->extra, it.key, js_share(it.value));
	}
	return true;
}

/* {"function":null} and the like: no call begins with it. */
static bool
says_nothing(const struct entry *e)
{
	struct js_iter it;

	if (e->id.n > 0 || e->name.n > 0 || js_type(e->arguments) != JS_NULL)
		return false;
	for (it = js_first(e->v); it.key != NULL; js_next(&it))
		if (js_type(it.value) == JS_OBJ &&
		    strcmp(it.key, "function") != 0)
			return false;
	return true;
}

static bool
take_call(struct chat *c, const struct json_object *v)
{
	struct entry e = read_entry(v);
	struct slot *slot;

	if (says_nothing(&e))
		return true;
	if (e.id.n > MAX_CALL_ID)
		return answer_fail(&c->s, ANSWER_LIMIT,
		    "a tool call's id too long");
	if ((slot = slot_of(c, &e)) == NULL)
		return false;
	if (slot->id == NULL && e.id.n > 0)
		slot->id = arena_strndup(c->s.a, e.id.p, e.id.n);
	/* cut, it is no tool's name any more, which is all that matters */
	if (slot->name == NULL && e.name.n > 0)
		slot->name = arena_strndup(c->s.a, e.name.p,
		    utf8_fit(e.name, MAX_CALL_NAME));
	if (e.labelled) {
		slot->labelled = true;
		slot->label = e.label;
	}
	slot->used = ++c->uses;
	return take_extra(c, slot, &e) && take_arguments(c, slot, e.arguments);
}

static bool
take_calls(struct chat *c, const struct json_object *calls)
{
	size_t i;

	if (c->finish != NULL) {
		if (js_len(calls) > 0)
			answer_warn(&c->s,
			    "tool calls after the finish were ignored");
		return true;
	}
	for (i = 0; i < js_len(calls); i++)
		if (js_type(js_at(calls, i)) == JS_OBJ &&
		    !take_call(c, js_at(calls, i)))
			return false;
	return true;
}

/* Events */

/* On its own chunk, on the last one, on every one: the last that is there. */
static void
take_usage(struct chat *c, const struct json_object *v)
{
	const struct json_object *usage = js_get(v, "usage");

	if (js_type(usage) != JS_OBJ)
		usage = js_get(js_get(v, "x_groq"), "usage");
	if (js_type(usage) != JS_OBJ)
		return;
	c->s.prompt_tokens = answer_tokens(usage, "prompt_tokens");
	c->s.completion_tokens = answer_tokens(usage, "completion_tokens");
	c->s.cached_tokens = answer_tokens(js_get(usage,
	    "prompt_tokens_details"), "cached_tokens");
	if (c->s.cached_tokens < 0)		/* DeepSeek's word for it */
		c->s.cached_tokens = answer_tokens(usage,
		    "prompt_cache_hit_tokens");
}

/* Unstreamed it is called message, and some stream it under that name. */
static bool
take_choice(struct chat *c, const struct json_object *choice)
{
	const struct json_object *delta = js_get(choice, "delta");
	struct str finish = js_str(js_get(choice, "finish_reason"));

	if (delta == NULL)
		delta = js_get(choice, "message");
	take_reasoning(c, delta);
	if (!take_content(c, js_get(delta, "content")) ||
	    !take_refusal(c, js_str(js_get(delta, "refusal"))) ||
	    !take_calls(c, js_get(delta, "tool_calls")))
		return false;
	if (c->finish == NULL && finish.n > 0)
		c->finish = arena_strndup(c->s.a, finish.p,
		    utf8_fit(finish, MAX_CALL_NAME));
	return true;
}

static bool
chat_object(struct answer *s, struct str name, const struct json_object *v)
{
	struct chat *c = (struct chat *)s;
	const struct json_object *choices = js_get(v, "choices"), *choice;
	size_t i;

	(void)name;
	if (answer_failed(s, v) || answer_failed(s, js_at(choices, 0)))
		return false;
	take_usage(c, v);
	for (i = 0; i < js_len(choices); i++) {
		choice = js_at(choices, i);
		if (js_int(choice, "index", 0) == 0 && !take_choice(c, choice))
			return false;
	}
	s->finished = c->finish != NULL;
	return true;
}

/* The end */

enum reason { REASON_STOP, REASON_LENGTH, REASON_FILTER, REASON_MALFORMED,
    REASON_ERROR };

static bool
is_prefix_nocase(struct str s, const char *lit)
{
	size_t n = strlen(lit);

	return s.n >= n && str_is_nocase((struct str){ s.p, n }, lit);
}

/* Unknown ones are a stop: servers invent words for it. */
static enum reason
reason_of(const char *finish)
{
	static const struct { const char *word; enum reason is; } words[] = {
		{ "length", REASON_LENGTH }, { "max_tokens", REASON_LENGTH },
		{ "model_context_window_exceeded", REASON_LENGTH },
		{ "content_filter", REASON_FILTER },
		{ "safety", REASON_FILTER }, { "refusal", REASON_FILTER },
		{ "recitation", REASON_FILTER },
		{ "malformed_function_call", REASON_MALFORMED },
		{ "error", REASON_ERROR },
	};
	struct str s = str_of(finish);
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_is_nocase(s, words[i].word))
			return words[i].is;
	return is_prefix_nocase(s, "function_call_filter") ?
	    REASON_MALFORMED : REASON_STOP;
}

static void
finish_call(struct chat *c, struct slot *slot, struct model_call *call)
{
	answer_call(&c->s, slot->name, arguments_of(slot), call);
	if (slot->extra != NULL)
		call->extra = answer_tagged(&c->s, "entry", slot->extra);
}

static struct json_object *
step_extra(struct chat *c)
{
	struct json_object *extra = answer_tagged(&c->s, NULL, NULL);

	if (c->reasoning.n > 0 && !c->reasoning.bad)
		js_add_str(extra, "reasoning_content",
		    (struct str){ c->reasoning.p, c->reasoning.n });
	if (c->details != NULL && c->details_bytes <= MAX_PROVIDER_DATA)
		js_add(extra, "reasoning_details", js_share(c->details));
	return extra;
}

static bool
finish_calls(struct chat *c, struct model_answer *out)
{
	size_t i;

	out->calls = arena_alloc(c->s.a, c->nslots * sizeof(*out->calls));
	for (i = 0; i < c->nslots; i++) {
		if (c->slots[i]->name == NULL) {
			answer_warn(&c->s,
			    "a tool call without a name was dropped");
			continue;
		}
		finish_call(c, c->slots[i], &out->calls[out->ncalls++]);
	}
	if (out->ncalls == 0)
		return answer_fail(&c->s, ANSWER_MALFORMED,
		    "calls without a name");
	out->extra = step_extra(c);
	out->end = MODEL_TOOLS;
	return true;
}

/* No finish, but [DONE] and nothing half: some servers forget the former. */
static bool
is_finished(struct chat *c)
{
	struct str text;
	size_t i;

	if (c->finish != NULL)
		return true;
	if (!c->s.done)
		return answer_fail(&c->s, ANSWER_CUT, "the answer has no end");
	for (i = 0; i < c->nslots; i++) {
		text = text_trim(arguments_of(c->slots[i]));
		if (text.n > 0 && answer_object(c->s.a, text) == NULL)
			return answer_fail(&c->s, ANSWER_CUT,
			    "a call has no end");
	}
	answer_warn(&c->s, "the answer has no finish reason");
	return true;
}

static bool
finish_stop(struct chat *c, struct model_answer *out)
{
	if (c->nslots > 0)
		return finish_calls(c, out);
	if (text_trim(out->text).n == 0)
		return answer_fail(&c->s, c->finish != NULL &&
		    strstr(c->finish, "tool") != NULL ? ANSWER_MALFORMED :
		    ANSWER_EMPTY, "an answer without text or calls");
	out->end = c->refused ? MODEL_FILTERED : MODEL_DONE;
	return true;
}

static bool
chat_finish(struct answer *s, struct model_answer *out)
{
	struct chat *c = (struct chat *)s;

	if (!is_finished(c))
		return false;
	switch (c->finish == NULL ? REASON_STOP : reason_of(c->finish)) {
	case REASON_LENGTH:
		out->end = MODEL_LENGTH;
		return true;
	case REASON_FILTER:
		out->end = MODEL_FILTERED;
		return true;
	case REASON_MALFORMED:
		return answer_fail(s, ANSWER_MALFORMED, "a malformed call");
	case REASON_ERROR:
		return answer_fail(s, ANSWER_UPSTREAM,
		    "finished with an error");
	case REASON_STOP:
		break;
	}
	return finish_stop(c, out);
}

const struct answer_reader chat_reader = {
	.size = sizeof(struct chat),
	.begin = chat_begin,
	.object = chat_object,
	.finish = chat_finish,
};
