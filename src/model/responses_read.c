/*
 * Answers of OpenAI's Responses API.  An answer is a list of items: messages,
 * calls, reasoning.  Each comes whole when it is done; of the pieces before
 * only the text is read, which is wanted at once.  Items are told apart by
 * their place in the list where a server gives it.  Their ids are not
 * believed: there are gateways that change them from event to event.
 */
#include <string.h>

#include "base/bounds.h"
#include "base/text.h"
#include "model/answer_parts.h"

enum kind { KIND_OTHER, KIND_MESSAGE, KIND_CALL, KIND_REASONING };

struct place { bool known; int64_t at; };	/* "output_index" */

struct item {
	struct place	 place;
	bool		 told;		/* text of it was passed on */
	bool		 done;		/* it came whole */
	enum kind	 kind;
	const char	*id;		/* a call's: the server's, or "" */
	const char	*name;		/* a call's, or NULL */
	struct buf	 arguments;
	struct json_object *v;		/* reasoning that can go back */
};

enum ending { END_NONE, END_COMPLETED, END_LENGTH, END_FILTERED, END_FAILED };

struct responses {
	struct answer	 s;
	struct item	*items[MAX_ITEMS];	/* by place, where known */
	size_t		 nitems, ncalls;
	struct json_object *kept;	/* who owns what items hold */
	size_t		 kept_bytes;
	bool		 stray;		/* text of no known item, since the
					   last message was done */
	bool		 refused;
	const char	*phase;		/* of the last message, or NULL */
	enum ending	 end;
};

static void
responses_begin(struct answer *s)
{
	struct responses *r = (struct responses *)s;

	r->kept = js_array(s->a);
}

/* Items */

static enum kind
kind_of(const struct json_object *v)
{
	const char *type = js_text(v, "type", "");

	if (strcmp(type, "message") == 0)
		return KIND_MESSAGE;
	if (strcmp(type, "function_call") == 0)
		return KIND_CALL;
	return strcmp(type, "reasoning") == 0 ? KIND_REASONING : KIND_OTHER;
}

static struct place
place_of(const struct json_object *index)
{
	return (struct place){ js_type(index) == JS_INT,
	    js_number_int(index) };
}

static struct item *
item_at(struct responses *r, struct place place)
{
	size_t i;

	for (i = 0; place.known && i < r->nitems; i++)
		if (r->items[i]->place.known &&
		    r->items[i]->place.at == place.at)
			return r->items[i];
	return NULL;
}

/* Before which it belongs: calls may be done in any order. */
static size_t
position(const struct responses *r, struct place place)
{
	size_t i;

	for (i = 0; i < r->nitems; i++)
		if (place.known && r->items[i]->place.known &&
		    r->items[i]->place.at > place.at)
			break;
	return i;
}

/* NULL (and failed): too many. */
static struct item *
item_new(struct responses *r, struct place place)
{
	struct item *it;
	size_t at = position(r, place);

	if (r->nitems == MAX_ITEMS) {
		answer_fail(&r->s, ANSWER_LIMIT, "too many items");
		return NULL;
	}
	it = arena_alloc(r->s.a, sizeof(*it));
	it->place = place;
	memmove(r->items + at + 1, r->items + at,
	    (r->nitems++ - at) * sizeof(r->items[0]));
	r->items[at] = it;
	return it;
}

/* Text */

static bool
take_piece(struct responses *r, const struct json_object *v, bool refusal)
{
	struct place place = place_of(js_get(v, "output_index"));
	struct str piece = js_str(js_get(v, "delta"));
	struct item *it = item_at(r, place);

	if (piece.n == 0)
		return true;
	if (it == NULL && place.known && (it = item_new(r, place)) == NULL)
		return false;
	if (it != NULL && it->done) {
		answer_warn(&r->s, "text after its message was ignored");
		return true;
	}
	if (it != NULL)
		it->told = true;
	else
		r->stray = true;
	r->refused = r->refused || refusal;
	return answer_say(&r->s, piece);
}

static bool
take_text(struct responses *r, const struct json_object *v)
{
	return take_piece(r, v, false);
}

static bool
take_refusal(struct responses *r, const struct json_object *v)
{
	return take_piece(r, v, true);
}

/* A message's part: the text is under one name or the other. */
static bool
take_part(struct responses *r, struct item *it, const struct json_object *part,
    bool say)
{
	struct str text = js_str(js_get(part, "text"));
	struct str refusal = js_str(js_get(part, "refusal"));

	r->refused = r->refused || refusal.n > 0;
	if (!say)
		return true;
	it->told = it->told || text.n > 0 || refusal.n > 0;
	return answer_say(&r->s, text) && answer_say(&r->s, refusal);
}

/* Its pieces were passed on; what came in none is said now. */
static bool
take_message(struct responses *r, struct item *it,
    const struct json_object *v)
{
	const struct json_object *content = js_get(v, "content");
	struct str phase = js_str(js_get(v, "phase"));
	const bool say = !it->told && !r->stray;
	size_t i;

	it->told = it->told || r->stray;
	r->stray = false;
	r->phase = phase.n == 0 || phase.n > MAX_CALL_NAME ? NULL :
	    arena_strndup(r->s.a, phase.p, phase.n);
	for (i = 0; i < js_len(content); i++)
		if (!take_part(r, it, js_at(content, i), say))
			return false;
	return true;
}

/* Calls */

/* As text, or (a gateway) as the object itself. */
static struct str
arguments_of(const struct json_object *v)
{
	struct json_object *arguments = js_get(v, "arguments");

	return js_type(arguments) == JS_OBJ || js_type(arguments) == JS_ARR ?
	    js_lent(arguments) : js_str(arguments);
}

/* A result answers "call_id"; "id" is the item's own. */
static struct str
id_of(const struct json_object *v)
{
	struct str id = js_str(js_get(v, "call_id"));

	return id.n > 0 ? id : js_str(js_get(v, "id"));
}

static bool
take_call(struct responses *r, struct item *it, const struct json_object *v)
{
	struct str id = id_of(v), name = js_str(js_get(v, "name"));

	if (r->ncalls++ == MAX_CALLS)
		return answer_fail(&r->s, ANSWER_LIMIT, "too many tool calls");
	if (id.n > MAX_CALL_ID)
		return answer_fail(&r->s, ANSWER_LIMIT,
		    "a tool call's id too long");
	it->id = arena_strndup(r->s.a, id.p, id.n);
	/* cut, it is no tool's name any more, which is all that matters */
	if (name.n > 0)
		it->name = arena_strndup(r->s.a, name.p,
		    utf8_fit(name, MAX_CALL_NAME));
	buf_init(&it->arguments, r->s.a, MAX_ARGUMENTS);
	return answer_arguments(&r->s, &it->arguments, arguments_of(v));
}

/* Reasoning */

/*
 * It goes back as it came, if there is anything in it: one that is but an id
 * refers to what the vendor did not keep.
 */
static void
take_reasoning(struct responses *r, struct item *it, struct json_object *v)
{
	if (js_str(js_get(v, "encrypted_content")).n == 0 &&
	    js_len(js_get(v, "content")) == 0)
		return;
	r->kept_bytes += js_lent(v).n;
	if (r->kept_bytes > MAX_PROVIDER_DATA)
		return;
	js_push(r->kept, js_share(v));
	it->v = v;
}

/* Whole items */

static bool
is_same(struct item *it, struct json_object *v)
{
	if (it->kind == KIND_REASONING)
		return it->v != NULL && js_equal(it->v, v);
	return it->kind == KIND_CALL && it->name != NULL &&
	    str_is(js_str(js_get(v, "name")), it->name) &&
	    str_is(id_of(v), it->id) &&
	    str_is(arguments_of(v), buf_str(&it->arguments));
}

/* Was it taken before, at whatever place? */
static bool
is_known(const struct responses *r, struct json_object *v)
{
	size_t i;

	for (i = 0; i < r->nitems; i++)
		if (r->items[i]->done && r->items[i]->kind == kind_of(v) &&
		    is_same(r->items[i], v))
			return true;
	return false;
}

/* The message that began to come, when this one's place is not told. */
static struct item *
item_begun(struct responses *r)
{
	size_t i;

	for (i = 0; i < r->nitems; i++)
		if (r->items[i]->told && !r->items[i]->done)
			return r->items[i];
	return NULL;
}

/*
 * It counts once, however often it is said to be done.  The status of
 * reasoning is nothing that OpenAI's server writes, and it refuses it.
 */
static bool
take_item(struct responses *r, struct place place, struct json_object *v)
{
	struct item *it = item_at(r, place);

	if (kind_of(v) == KIND_REASONING)
		js_del(v, "status");
	if (js_type(v) != JS_OBJ || (it != NULL && it->done) ||
	    is_known(r, v))
		return true;
	if (it == NULL && !place.known && kind_of(v) == KIND_MESSAGE)
		it = item_begun(r);
	if (it == NULL && (it = item_new(r, place)) == NULL)
		return false;
	it->done = true;
	it->kind = kind_of(v);
	if (it->kind == KIND_MESSAGE)
		return take_message(r, it, v);
	if (it->kind == KIND_CALL)
		return take_call(r, it, v);
	if (it->kind == KIND_REASONING)
		take_reasoning(r, it, v);
	return true;
}

static bool
take_done(struct responses *r, const struct json_object *v)
{
	return take_item(r, place_of(js_get(v, "output_index")),
	    js_get(v, "item"));
}

/* The end */

static bool
was_said(const struct responses *r, const struct json_object *message)
{
	const struct json_object *content = js_get(message, "content");
	struct str text;
	size_t i;

	for (i = 0; i < js_len(content); i++) {
		text = js_str(js_get(js_at(content, i), "text"));
		if (r->s.text.n > 0 && text.n > 0 && memmem(r->s.text.p,
		    r->s.text.n, text.p, text.n) != NULL)
			return true;
	}
	return false;
}

/* What never came by itself.  The list may lack items that did. */
static bool
take_rest(struct responses *r, const struct json_object *output)
{
	struct place place = { .known = true };
	struct json_object *v;
	struct item *it;
	size_t i;

	for (i = 0; i < js_len(output); i++) {
		v = js_at(output, i);
		place = (struct place){ true, (int64_t)i };
		it = item_at(r, place);
		if (it != NULL && it->done) {
			if (it->kind == kind_of(v))
				continue;
			place.known = false;
		}
		if (kind_of(v) == KIND_MESSAGE && was_said(r, v))
			r->stray = true;
		if (!take_item(r, place, v))
			return false;
	}
	return true;
}

static void
take_usage(struct responses *r, const struct json_object *usage)
{
	if (js_type(usage) != JS_OBJ)
		return;
	r->s.prompt_tokens = answer_tokens(usage, "input_tokens");
	r->s.completion_tokens = answer_tokens(usage, "output_tokens");
	r->s.cached_tokens = answer_tokens(js_get(usage,
	    "input_tokens_details"), "cached_tokens");
}

static enum ending
incomplete(const struct json_object *response)
{
	const char *reason = js_text(js_get(response, "incomplete_details"),
	    "reason", "");

	return strcmp(reason, "content_filter") == 0 ? END_FILTERED :
	    END_LENGTH;
}

/*
 * The status tells more than the event: some servers say that a response
 * was completed, and in it that it was not.
 */
static enum ending
ending_of(const struct json_object *response, enum ending end)
{
	const char *status = js_text(response, "status", "");

	if (end == END_FAILED || strcmp(status, "failed") == 0 ||
	    strcmp(status, "cancelled") == 0)
		return END_FAILED;
	if (end == END_LENGTH || strcmp(status, "incomplete") == 0)
		return incomplete(response);
	return end;
}

static bool
take_end(struct responses *r, const struct json_object *response,
    enum ending end)
{
	take_usage(r, js_get(response, "usage"));
	if (answer_failed(&r->s, response))
		return false;
	r->end = ending_of(response, end);
	if (r->end == END_FAILED)
		return answer_fail(&r->s, ANSWER_UPSTREAM,
		    "a response that failed");
	r->s.finished = r->s.done = true;
	return take_rest(r, js_get(response, "output"));
}

static bool
take_completed(struct responses *r, const struct json_object *v)
{
	return take_end(r, js_get(v, "response"), END_COMPLETED);
}

static bool
take_incomplete(struct responses *r, const struct json_object *v)
{
	return take_end(r, js_get(v, "response"), END_LENGTH);
}

static bool
take_failed(struct responses *r, const struct json_object *v)
{
	return take_end(r, js_get(v, "response"), END_FAILED);
}

/* A body without a status is whole by its last bracket. */
static bool
take_whole(struct responses *r, const struct json_object *v)
{
	const char *status = js_text(v, "status", "completed");

	return take_end(r, v, strcmp(status, "queued") == 0 ||
	    strcmp(status, "in_progress") == 0 ? END_NONE : END_COMPLETED);
}

/* Events */

static const struct {
	const char	*type;
	bool		(*take)(struct responses *r,
			    const struct json_object *v);
} events[] = {
	{ "response.output_text.delta", take_text },
	{ "response.refusal.delta", take_refusal },
	{ "response.output_item.done", take_done },
	{ "response.completed", take_completed },
	{ "response.done", take_completed },	/* of some gateways */
	{ "response.incomplete", take_incomplete },
	{ "response.failed", take_failed },
	{ "response.cancelled", take_failed },
};

static bool
responses_object(struct answer *s, struct str name,
    const struct json_object *v)
{
	struct responses *r = (struct responses *)s;
	struct str type = js_str(js_get(v, "type"));
	size_t i;

	if (answer_failed(s, v))
		return false;
	if (s->whole)
		return take_whole(r, v);
	if (type.n == 0)
		type = name;
	for (i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		if (str_is(type, events[i].type))
			return events[i].take(r, v);
	return true;
}

/* The answer */

struct walk {			/* over the items, in their order */
	size_t	 reasoning;	/* how many before this one were reasoning */
	size_t	 kept, first;	/* items to go back; before the first call */
	size_t	 said;		/* of those, before the text */
	bool	 text, late;	/* text before the first call; behind it */
};

/*
 * Reasoning is worth nothing, and refused, without what it led to: it is
 * kept when that comes, and is all the reasoning right before it.
 */
static bool
keep_reasoning(struct responses *r, struct walk *w, size_t at, size_t before)
{
	size_t i;

	for (i = at - w->reasoning; i < at; i++) {
		if (r->items[i]->v == NULL ||
		    r->kept_bytes > MAX_PROVIDER_DATA)
			continue;
		if (!answer_keep(&r->s, before, r->items[i]->v))
			return false;
		w->kept++;
	}
	return true;
}

static bool
finish_message(struct responses *r, struct walk *w, size_t at, size_t ncalls)
{
	if (ncalls > 0) {
		w->late = true;
		return true;
	}
	if (!keep_reasoning(r, w, at, 0))
		return false;
	w->text = true;
	w->said = w->kept;
	return true;
}

static bool
finish_call(struct responses *r, struct walk *w, size_t at,
    struct model_answer *out)
{
	struct item *it = r->items[at];
	struct model_call *call = &out->calls[out->ncalls];

	if (it->name == NULL) {
		answer_warn(&r->s, "a tool call without a name was dropped");
		return true;
	}
	if (!keep_reasoning(r, w, at, out->ncalls))
		return false;
	if (out->ncalls++ == 0)
		w->first = w->kept;
	answer_call(&r->s, it->name, (struct str){ buf_str(&it->arguments),
	    it->arguments.n }, call);
	call->extra = answer_tagged(&r->s, NULL, NULL);
	if (*it->id != '\0')
		js_add_text(call->extra, "id", it->id);
	return true;
}

static bool
finish_item(struct responses *r, struct walk *w, size_t at,
    struct model_answer *out)
{
	const struct item *it = r->items[at];
	bool good = true;

	if (it->kind == KIND_REASONING) {
		w->reasoning++;
		return true;
	}
	if (it->kind == KIND_CALL)
		good = finish_call(r, w, at, out);
	else if (it->told)
		good = finish_message(r, w, at, out->ncalls);
	w->reasoning = 0;
	return good;
}

/*
 * What goes back beside the text and the calls.  "said": how many items
 * stand before the text, where it is not all of those before the first call;
 * "phase": the model's own label of a message.
 */
static struct json_object *
step_extra(struct responses *r, const struct walk *w,
    const struct model_answer *out)
{
	const size_t first = out->ncalls == 0 ? w->kept : w->first;
	struct json_object *extra;

	if (out->ncalls == 0 && w->kept == 0 && r->phase == NULL)
		return NULL;
	extra = answer_kept(&r->s);
	if (w->text ? w->said < first : w->late && first > 0)
		js_add_int(extra, "said", (int64_t)w->said);
	if (r->phase != NULL)
		js_add_text(extra, "phase", r->phase);
	return extra;
}

static bool
finish_items(struct responses *r, struct model_answer *out)
{
	struct walk w = { 0 };
	size_t i;

	out->calls = arena_alloc(r->s.a,
	    (r->ncalls + 1) * sizeof(*out->calls));
	for (i = 0; i < r->nitems; i++)
		if (!finish_item(r, &w, i, out))
			return false;
	if (r->kept_bytes > MAX_PROVIDER_DATA)
		answer_warn(&r->s, "reasoning too long to be kept");
	if (out->ncalls == 0 && text_trim(out->text).n == 0)
		return answer_fail(&r->s, r->ncalls > 0 ? ANSWER_MALFORMED :
		    ANSWER_EMPTY, "an answer without text or calls");
	out->end = out->ncalls > 0 ? MODEL_TOOLS : MODEL_DONE;
	out->extra = step_extra(r, &w, out);
	return true;
}

static bool
responses_finish(struct answer *s, struct model_answer *out)
{
	struct responses *r = (struct responses *)s;

	if (r->end == END_NONE)
		return answer_fail(s, ANSWER_CUT, "the answer has no end");
	if (r->end == END_COMPLETED && !r->refused)
		return finish_items(r, out);
	out->end = r->end == END_LENGTH ? MODEL_LENGTH : MODEL_FILTERED;
	return true;
}

const struct answer_reader responses_reader = {
	.size = sizeof(struct responses),
	.begin = responses_begin,
	.object = responses_object,
	.finish = responses_finish,
};
