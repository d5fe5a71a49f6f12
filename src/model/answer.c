#include <string.h>

#include "base/bounds.h"
#include "base/text.h"
#include "model/answer_parts.h"
#include "model/clean.h"

#define OURS_ID		9	/* [A-Za-z0-9]: valid for every server */
#define USAGE_MAX	((int64_t)1 << 31)

struct answer *
answer_new(struct arena *a, const struct answer_reader *reader,
    const char *family, bool (*text)(void *ctx, struct str piece), void *ctx)
{
	struct answer *s;

	s = arena_alloc(a, reader->size);
	s->reader = reader;
	s->a = a;
	s->family = family;
	s->on_text = text;
	s->ctx = ctx;
	s->prompt_tokens = s->completion_tokens = s->cached_tokens = -1;
	buf_init(&s->text, a, MAX_REPLY_TEXT);
	s->scratch = arena_child(a);
	if (reader->begin != NULL)
		reader->begin(s);
	return s;
}

bool
answer_fail(struct answer *s, enum answer_fault fault, const char *why)
{
	if (s->state.fault == ANSWER_OK) {
		s->state.fault = fault;
		s->state.why = why;
	}
	return false;
}

void
answer_warn(struct answer *s, const char *what)
{
	if (s->state.warning == NULL)
		s->state.warning = what;
}

bool
answer_failed(struct answer *s, const struct json_object *v)
{
	const struct upstream_error *e = upstream_error_of(s->a, 0, v);

	if (e == NULL)
		return false;
	s->state.error = e;
	answer_fail(s, ANSWER_UPSTREAM, "an error in the answer");
	return true;
}

bool
answer_say(struct answer *s, struct str piece)
{
	size_t room = MAX_REPLY_TEXT - s->text.n;

	if (piece.n > room) {
		piece.n = utf8_fit(piece, room);
		s->full = true;
	}
	if (piece.n > 0) {
		buf_put(&s->text, piece.p, piece.n);
		if (s->on_text != NULL && !s->on_text(s->ctx, piece))
			return answer_fail(s, ANSWER_STOPPED, "stopped");
	}
	return !s->full;
}

int64_t
answer_tokens(const struct json_object *usage, const char *key)
{
	int64_t n;

	if (js_type(js_get(usage, key)) != JS_INT)
		return -1;
	n = js_int(usage, key, 0);
	return n < 0 ? 0 : n > USAGE_MAX ? USAGE_MAX : n;
}

struct json_object *
answer_object(struct arena *a, struct str text)
{
	struct json_object *v = NULL;
	struct str inner;

	if (js_parse(a, text, JSON_DEPTH_ARGUMENTS, &v) != NULL)
		return NULL;
	if (js_type(v) == JS_STR) {
		inner = js_str(v);
		v = NULL;
		if (js_parse(a, inner, JSON_DEPTH_ARGUMENTS, &v) != NULL)
			return NULL;
	}
	return js_type(v) == JS_OBJ ? v : NULL;
}

bool
answer_arguments(struct answer *s, struct buf *arguments, struct str piece)
{
	s->arguments_bytes += piece.n;
	buf_put(arguments, piece.p, piece.n);
	if (arguments->bad || s->arguments_bytes > MAX_ARGUMENTS_STEP)
		return answer_fail(s, ANSWER_LIMIT, "arguments too long");
	return true;
}

void
answer_call(struct answer *s, const char *name, struct str arguments,
    struct model_call *call)
{
	struct json_object *v;

	call->id = id_new(s->a, OURS_ID);
	call->name = name;
	arguments = text_trim(arguments);
	if (arguments.n == 0) {
		call->arguments = "{}";
	} else if ((v = answer_object(s->a, arguments)) != NULL) {
		/* written anew: what was checked is what goes on */
		call->arguments = js_dump(s->a, v);
	} else {
		call->bad = "The arguments are not a JSON object.";
	}
}

/* The one form in which opaque data leaves: with its family's name. */
struct json_object *
answer_tagged(struct answer *s, const char *key, struct json_object *v)
{
	struct json_object *extra = js_object(s->a);

	js_add_text(extra, "from", s->family);
	if (v != NULL)
		js_add(extra, key, js_share(v));
	return extra;
}

bool
answer_keep(struct answer *s, size_t before, struct json_object *item)
{
	struct json_object *place;

	s->opaque_bytes += js_lent(item).n;
	if (s->opaque_bytes > MAX_PROVIDER_DATA)
		return answer_fail(s, ANSWER_LIMIT, "opaque data too long");
	if (s->opaque == NULL)
		s->opaque = js_array(s->a);
	place = js_new_object();
	js_add_int(place, "before", (int64_t)before);
	js_add(place, "item", js_share(item));
	js_push(s->opaque, place);
	return true;
}

struct json_object *
answer_kept(struct answer *s)
{
	return answer_tagged(s, "items", s->opaque);
}

/* Events */

static bool
take_json(struct answer *s, struct str name, struct str text)
{
	struct json_object *v = NULL;

	if (memchr(text.p, '\0', text.n) != NULL)
		return answer_fail(s, ANSWER_BROKEN, "a NUL byte");
	if (js_parse(s->scratch, clean_json(s->scratch, text), JSON_DEPTH,
	    &v) == NULL)
		return s->reader->object(s, name, v);
	/* what is lost may be arguments, until the finish */
	if (!s->finished)
		return answer_fail(s, ANSWER_BROKEN,
		    "an event that is not JSON");
	answer_warn(s, "an event after the finish is not JSON");
	return true;
}

/* What it took is given back at once: there may be 200 000 of them. */
static bool
take_alone(struct answer *s, struct str name, struct str text)
{
	bool go_on;

	go_on = take_json(s, name, text);
	arena_reset(s->scratch);
	return go_on;
}

void
answer_rest(struct answer *s)
{
	arena_drop(s->scratch);
}

static bool
is_done_mark(struct str data)
{
	return data.n >= 6 && memcmp(data.p, "[DONE]", 6) == 0;
}

/* The name alone says it: what follows may not even be JSON. */
static bool
take_error_event(struct answer *s, struct str data)
{
	s->state.error = upstream_error_read(s->a, 0, data);
	return answer_fail(s, ANSWER_UPSTREAM, "an error event");
}

bool
answer_event(struct answer *s, struct str name, struct str data)
{
	if (s->state.fault != ANSWER_OK || s->full)
		return false;
	data = text_trim(data);
	if (s->done || data.n == 0)
		return true;
	if (is_done_mark(data)) {
		s->done = true;
		return true;
	}
	if (str_is(name, "error"))
		return take_error_event(s, data);
	return take_alone(s, name, data);
}

/* A body that is JSON to its last bracket is whole: no other proof exists. */
bool
answer_whole(struct answer *s, struct str body)
{
	if (s->state.fault != ANSWER_OK)
		return false;
	body = text_trim(body);
	if (body.n == 0)
		return answer_fail(s, ANSWER_EMPTY, "an empty body");
	s->done = s->whole = true;
	return take_alone(s, STR(""), body);
}

bool
answer_finished(const struct answer *s)
{
	return s->finished || s->done;
}

bool
answer_done(const struct answer *s)
{
	return s->done;
}

struct str
answer_text(const struct answer *s)
{
	return (struct str){ s->text.n == 0 ? "" : s->text.p, s->text.n };
}

static bool
finish(struct answer *s, struct model_answer *out)
{
	if (s->state.fault != ANSWER_OK)
		return false;
	out->end = MODEL_LENGTH;
	return s->full || s->reader->finish(s, out);
}

struct answer_state
answer_end(struct answer *s, struct model_answer *out)
{
	struct model_answer answer = { .text = answer_text(s),
	    .prompt_tokens = s->prompt_tokens,
	    .completion_tokens = s->completion_tokens,
	    .cached_tokens = s->cached_tokens };

	if (finish(s, &answer))
		*out = answer;
	return s->state;
}
