#include <stdint.h>
#include <string.h>

#include "base/bounds.h"
#include "base/json.h"
#include "base/text.h"
#include "model/assemble.h"
#include "model/clean.h"

#define OURS_ID		9	/* [A-Za-z0-9]: valid for every server */
#define USAGE_MAX	((int64_t)1 << 31)

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
};

struct assemble {
	struct arena	*a;
	const char	*family;
	bool		(*on_text)(void *, struct str);
	void		*ctx;
	struct buf	 text;
	struct buf	 reasoning;
	struct json_object *details;	/* OpenRouter's reasoning_details */
	size_t		 details_bytes;
	bool		 refused;
	bool		 full;		/* text reached its limit */
	struct slot	*slots[MAX_CALLS];	/* made when they begin */
	size_t		 nslots;
	unsigned int	 uses;
	size_t		 arguments_bytes;
	const char	*finish;	/* the first, as written; or NULL */
	bool		 done;		/* [DONE], or the body's end */
	bool		 whole;		/* no stream: entries are whole calls */
	int64_t		 prompt_tokens, completion_tokens;
	struct arena	*scratch;	/* of the event being read */
	struct assembled state;
};

struct assemble *
assemble_new(struct arena *a, const char *family,
    bool (*text)(void *ctx, struct str piece), void *ctx)
{
	struct assemble *s;

	s = arena_alloc(a, sizeof(*s));
	s->a = a;
	s->family = family;
	s->on_text = text;
	s->ctx = ctx;
	s->prompt_tokens = s->completion_tokens = -1;
	buf_init(&s->text, a, MAX_REPLY_TEXT);
	buf_init(&s->reasoning, a, MAX_PROVIDER_DATA);
	s->scratch = arena_child(a);
	return s;
}

static bool
fail(struct assemble *s, enum assemble_fault fault, const char *why)
{
	if (s->state.fault == ASSEMBLE_OK) {
		s->state.fault = fault;
		s->state.why = why;
	}
	return false;
}

static void
warn(struct assemble *s, const char *what)
{
	if (s->state.warning == NULL)
		s->state.warning = what;
}

/* Text */

static bool
take_text(struct assemble *s, struct str piece)
{
	size_t room = MAX_REPLY_TEXT - s->text.n;

	if (piece.n > room) {
		piece.n = utf8_fit(piece, room);
		s->full = true;
	}
	if (piece.n > 0) {
		buf_put(&s->text, piece.p, piece.n);
		if (s->on_text != NULL && !s->on_text(s->ctx, piece))
			return fail(s, ASSEMBLE_STOPPED, "stopped");
	}
	return !s->full;
}

/* A string, or Mistral's array of parts, of which only text is text. */
static bool
take_content(struct assemble *s, const struct json_object *content)
{
	const struct json_object *part;
	size_t i;

	if (js_type(content) == JS_STR)
		return take_text(s, js_str(content));
	for (i = 0; i < js_len(content); i++) {
		part = js_at(content, i);
		if (strcmp(js_text(part, "type", ""), "text") == 0 &&
		    !take_text(s, js_str(js_get(part, "text"))))
			return false;
	}
	return true;
}

static bool
take_refusal(struct assemble *s, struct str piece)
{
	if (piece.n == 0)
		return true;
	s->refused = true;
	return take_text(s, piece);
}

/* Never shown; some servers want it back beside the calls it led to. */
static void
take_reasoning(struct assemble *s, const struct json_object *delta)
{
	struct str r = js_str(js_get(delta, "reasoning_content"));
	struct json_object *details = js_get(delta, "reasoning_details");
	size_t i;

	buf_put(&s->reasoning, r.p, r.n);
	if (js_len(details) == 0)
		return;
	s->details_bytes += js_lent(details).n;
	if (s->details_bytes > MAX_PROVIDER_DATA)
		return;
	if (s->details == NULL)
		s->details = js_array(s->a);
	for (i = 0; i < js_len(details); i++)
		js_push(s->details, js_share(js_at(details, i)));
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

/*
 * The object that text is, or that the JSON string which text is contains
 * (some gateways encode twice); NULL when it is neither.
 */
static struct json_object *
read_object(struct arena *a, struct str text)
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
is_whole(struct assemble *s, struct slot *slot)
{
	if (slot->scan.state != SCAN_WHOLE)
		return false;
	if (slot->value == NULL)
		slot->value = read_object(s->a, arguments_of(slot));
	if (slot->value == NULL)
		slot->scan.state = SCAN_BEYOND;
	return slot->value != NULL;
}

/* Does the fragment, by itself, say what the slot already holds? */
static bool
is_repeated(struct assemble *s, struct slot *slot, struct str fragment)
{
	struct json_object *v;

	fragment = text_trim(fragment);
	if (fragment.n < 2 || (*fragment.p != '{' && *fragment.p != '"') ||
	    !is_whole(s, slot))
		return false;
	v = read_object(s->scratch, fragment);
	return v != NULL && js_equal(v, slot->value);
}

static bool
add_arguments(struct assemble *s, struct slot *slot, struct str fragment)
{
	if (fragment.n == 0 || is_repeated(s, slot, fragment))
		return true;
	s->arguments_bytes += fragment.n;
	buf_put(&slot->arguments, fragment.p, fragment.n);
	if (slot->arguments.bad || s->arguments_bytes > MAX_ARGUMENTS_STEP)
		return fail(s, ASSEMBLE_LIMIT, "arguments too long");
	scan_text(&slot->scan, fragment);
	return true;
}

/* As text, or (Ollama, LiteLLM) as the object itself. */
static bool
take_arguments(struct assemble *s, struct slot *slot, struct json_object *v)
{
	if (js_type(v) == JS_STR)
		return add_arguments(s, slot, js_str(v));
	if (js_type(v) != JS_OBJ && js_type(v) != JS_ARR)
		return true;
	return add_arguments(s, slot, js_lent(v));
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
slot_new(struct assemble *s)
{
	struct slot *slot;

	if (s->nslots == MAX_CALLS) {
		fail(s, ASSEMBLE_LIMIT, "too many tool calls");
		return NULL;
	}
	slot = arena_alloc(s->a, sizeof(*slot));
	s->slots[s->nslots++] = slot;
	buf_init(&slot->arguments, s->a, MAX_ARGUMENTS);
	return slot;
}

static struct slot *
slot_by_id(struct assemble *s, struct str id)
{
	size_t i;

	for (i = 0; i < s->nslots; i++)
		if (s->slots[i]->id != NULL && str_is(id, s->slots[i]->id))
			return s->slots[i];
	return NULL;
}

/* The slot that used this label last. */
static struct slot *
slot_by_label(struct assemble *s, const struct entry *e)
{
	struct slot *found = NULL, *slot;
	size_t i;

	for (i = 0; e->labelled && i < s->nslots; i++) {
		slot = s->slots[i];
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
is_another(struct assemble *s, struct slot *slot, const struct entry *e)
{
	struct str arguments = js_str(e->arguments);

	if (slot->name == NULL || e->name.n == 0)
		return false;
	if (!str_is(e->name, slot->name))
		return true;
	if (!is_whole(s, slot))
		return false;
	if (js_type(e->arguments) == JS_OBJ)
		return !js_equal(e->arguments, slot->value);
	return arguments.n > 0 && !is_repeated(s, slot, arguments);
}

/* An id nobody has yet. */
static struct slot *
slot_of_new_id(struct assemble *s, const struct entry *e)
{
	struct slot *slot;

	if (e->name.n > 0 || (slot = slot_by_label(s, e)) == NULL)
		return slot_new(s);
	return slot;
}

static struct slot *
slot_without_id(struct assemble *s, const struct entry *e)
{
	struct slot *slot;

	if (e->labelled) {
		slot = slot_by_label(s, e);
		return slot == NULL || is_another(s, slot, e) ? slot_new(s) :
		    slot;
	}
	if (e->name.n > 0 || s->nslots == 0)
		return slot_new(s);
	return s->slots[s->nslots - 1];
}

static struct slot *
slot_of(struct assemble *s, const struct entry *e)
{
	struct slot *slot;

	if (s->whole)
		return slot_new(s);
	if (e->id.n == 0)
		return slot_without_id(s, e);
	if ((slot = slot_by_id(s, e->id)) != NULL)
		return slot;
	return slot_of_new_id(s, e);
}

static bool
is_extra(const struct slot *slot, const struct js_iter *it)
{
	return js_type(it->value) == JS_OBJ &&
	    strcmp(it->key, "function") != 0 && !js_has(slot->extra, it->key);
}

/* Other members of an entry that are objects go back with the call. */
static bool
take_extra(struct assemble *s, struct slot *slot, const struct entry *e)
{
	struct js_iter it;
	bool added = false;

	for (it = js_first(e->v); it.key != NULL; js_next(&it)) {
		if (!is_extra(slot, &it))
			continue;
		if (slot->extra == NULL)
			slot->extra = js_object(s->a);
		js_add(slot->extra, it.key, js_share(it.value));
		added = true;
	}
	return !added || js_lent(slot->extra).n <= MAX_PROVIDER_DATA ||
	    fail(s, ASSEMBLE_LIMIT, "opaque data too long");
}

static bool
take_call(struct assemble *s, const struct json_object *v)
{
	struct entry e = read_entry(v);
	struct slot *slot;

	if (e.id.n > MAX_CALL_ID)
		return fail(s, ASSEMBLE_LIMIT, "a tool call's id too long");
	if ((slot = slot_of(s, &e)) == NULL)
		return false;
	if (slot->id == NULL && e.id.n > 0)
		slot->id = arena_strndup(s->a, e.id.p, e.id.n);
	/* cut, it is no tool's name any more, which is all that matters */
	if (slot->name == NULL && e.name.n > 0)
		slot->name = arena_strndup(s->a, e.name.p,
		    utf8_fit(e.name, MAX_CALL_NAME));
	if (e.labelled) {
		slot->labelled = true;
		slot->label = e.label;
	}
	slot->used = ++s->uses;
	return take_extra(s, slot, &e) && take_arguments(s, slot, e.arguments);
}

static bool
take_calls(struct assemble *s, const struct json_object *calls)
{
	size_t i;

	if (s->finish != NULL) {
		if (js_len(calls) > 0)
			warn(s, "tool calls after the finish were ignored");
		return true;
	}
	for (i = 0; i < js_len(calls); i++)
		if (js_type(js_at(calls, i)) == JS_OBJ &&
		    !take_call(s, js_at(calls, i)))
			return false;
	return true;
}

/* Events */

static int64_t
tokens(const struct json_object *usage, const char *key)
{
	int64_t n;

	if (js_type(js_get(usage, key)) != JS_INT)
		return -1;
	n = js_int(usage, key, 0);
	return n < 0 ? 0 : n > USAGE_MAX ? USAGE_MAX : n;
}

/* On its own chunk, on the last one, on every one: the last that is there. */
static void
take_usage(struct assemble *s, const struct json_object *v)
{
	const struct json_object *usage = js_get(v, "usage");

	if (js_type(usage) != JS_OBJ)
		usage = js_get(js_get(v, "x_groq"), "usage");
	if (js_type(usage) != JS_OBJ)
		return;
	s->prompt_tokens = tokens(usage, "prompt_tokens");
	s->completion_tokens = tokens(usage, "completion_tokens");
}

/* Unstreamed it is called message, and some stream it under that name. */
static bool
take_choice(struct assemble *s, const struct json_object *choice)
{
	const struct json_object *delta = js_get(choice, "delta");
	struct str finish = js_str(js_get(choice, "finish_reason"));

	if (delta == NULL)
		delta = js_get(choice, "message");
	take_reasoning(s, delta);
	if (!take_content(s, js_get(delta, "content")) ||
	    !take_refusal(s, js_str(js_get(delta, "refusal"))) ||
	    !take_calls(s, js_get(delta, "tool_calls")))
		return false;
	if (s->finish == NULL && finish.n > 0)
		s->finish = arena_strndup(s->a, finish.p,
		    utf8_fit(finish, MAX_CALL_NAME));
	return true;
}

/* True when v, or its first choice, says that the answer failed. */
static bool
take_error(struct assemble *s, const struct json_object *v)
{
	const struct upstream_error *e;

	e = upstream_error_of(s->a, 0, v);
	if (e == NULL)
		e = upstream_error_of(s->a, 0, js_at(js_get(v, "choices"), 0));
	if (e == NULL)
		return false;
	s->state.error = e;
	fail(s, ASSEMBLE_UPSTREAM, "an error in the answer");
	return true;
}

static bool
take_object(struct assemble *s, const struct json_object *v)
{
	const struct json_object *choices = js_get(v, "choices"), *choice;
	size_t i;

	if (take_error(s, v))
		return false;
	take_usage(s, v);
	for (i = 0; i < js_len(choices); i++) {
		choice = js_at(choices, i);
		if (js_int(choice, "index", 0) == 0 && !take_choice(s, choice))
			return false;
	}
	return true;
}

static bool
take_json(struct assemble *s, struct str text)
{
	struct json_object *v = NULL;

	if (text.n > 0 && memchr(text.p, '\0', text.n) != NULL)
		return fail(s, ASSEMBLE_BROKEN, "a NUL byte");
	if (js_parse(s->scratch, clean_json(s->scratch, text), JSON_DEPTH,
	    &v) == NULL)
		return take_object(s, v);
	/* what is lost may be arguments, until the finish */
	if (s->finish == NULL)
		return fail(s, ASSEMBLE_BROKEN, "an event that is not JSON");
	warn(s, "an event after the finish is not JSON");
	return true;
}

/* What it took is given back at once: there may be 200 000 of them. */
static bool
take_alone(struct assemble *s, struct str text)
{
	bool go_on;

	go_on = take_json(s, text);
	arena_reset(s->scratch);
	return go_on;
}

void
assemble_rest(struct assemble *s)
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
take_error_event(struct assemble *s, struct str data)
{
	s->state.error = upstream_error_read(s->a, 0, data);
	return fail(s, ASSEMBLE_UPSTREAM, "an error event");
}

bool
assemble_event(struct assemble *s, struct str name, struct str data)
{
	if (s->state.fault != ASSEMBLE_OK || s->full)
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
	return take_alone(s, data);
}

/* A body that is JSON to its last bracket is whole: no other proof exists. */
bool
assemble_whole(struct assemble *s, struct str body)
{
	if (s->state.fault != ASSEMBLE_OK)
		return false;
	body = text_trim(body);
	if (body.n == 0)
		return fail(s, ASSEMBLE_EMPTY, "an empty body");
	s->done = s->whole = true;
	return take_alone(s, body);
}

bool
assemble_finished(const struct assemble *s)
{
	return s->finish != NULL || s->done;
}

bool
assemble_done(const struct assemble *s)
{
	return s->done;
}

struct str
assemble_text(const struct assemble *s)
{
	return (struct str){ s->text.n == 0 ? "" : s->text.p, s->text.n };
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

/* The one form in which opaque data leaves: with its family's name. */
static struct json_object *
tagged(struct assemble *s, const char *key, struct json_object *v)
{
	struct json_object *extra = js_object(s->a);

	js_add_text(extra, "from", s->family);
	if (v != NULL)
		js_add(extra, key, js_share(v));
	return extra;
}

static void
finish_call(struct assemble *s, struct slot *slot, struct model_call *call)
{
	struct str text = text_trim(arguments_of(slot));
	struct json_object *v;

	call->id = id_new(s->a, OURS_ID);
	call->name = slot->name;
	if (slot->extra != NULL)
		call->extra = tagged(s, "entry", slot->extra);
	if (text.n == 0) {
		call->arguments = "{}";
	} else if ((v = read_object(s->a, text)) != NULL) {
		/* written anew: what was checked is what goes on */
		call->arguments = js_dump(s->a, v);
	} else {
		call->bad = "The arguments are not a JSON object.";
	}
}

static struct json_object *
step_extra(struct assemble *s)
{
	struct json_object *extra = tagged(s, NULL, NULL);

	if (s->reasoning.n > 0 && !s->reasoning.bad)
		js_add_str(extra, "reasoning_content",
		    (struct str){ s->reasoning.p, s->reasoning.n });
	if (s->details != NULL && s->details_bytes <= MAX_PROVIDER_DATA)
		js_add(extra, "reasoning_details", js_share(s->details));
	return extra;
}

static bool
finish_calls(struct assemble *s, struct model_answer *out)
{
	size_t i;

	out->calls = arena_alloc(s->a, s->nslots * sizeof(*out->calls));
	for (i = 0; i < s->nslots; i++) {
		if (s->slots[i]->name == NULL) {
			warn(s, "a tool call without a name was dropped");
			continue;
		}
		finish_call(s, s->slots[i], &out->calls[out->ncalls++]);
	}
	if (out->ncalls == 0)
		return fail(s, ASSEMBLE_MALFORMED, "calls without a name");
	out->extra = step_extra(s);
	out->end = MODEL_TOOLS;
	return true;
}

/* No finish, but [DONE] and nothing half: some servers forget the former. */
static bool
is_finished(struct assemble *s)
{
	struct str text;
	size_t i;

	if (s->finish != NULL)
		return true;
	if (!s->done)
		return fail(s, ASSEMBLE_CUT, "the answer has no end");
	for (i = 0; i < s->nslots; i++) {
		text = text_trim(arguments_of(s->slots[i]));
		if (text.n > 0 && read_object(s->a, text) == NULL)
			return fail(s, ASSEMBLE_CUT, "a call has no end");
	}
	warn(s, "the answer has no finish reason");
	return true;
}

static bool
finish_stop(struct assemble *s, struct model_answer *out)
{
	if (s->nslots > 0)
		return finish_calls(s, out);
	if (text_trim(assemble_text(s)).n == 0)
		return fail(s, s->finish != NULL && strstr(s->finish, "tool") !=
		    NULL ? ASSEMBLE_MALFORMED : ASSEMBLE_EMPTY,
		    "an answer without text or calls");
	out->end = s->refused ? MODEL_FILTERED : MODEL_DONE;
	return true;
}

static bool
finish(struct assemble *s, struct model_answer *out)
{
	if (s->state.fault != ASSEMBLE_OK)
		return false;
	out->end = MODEL_LENGTH;
	if (s->full)
		return true;
	if (!is_finished(s))
		return false;
	switch (s->finish == NULL ? REASON_STOP : reason_of(s->finish)) {
	case REASON_LENGTH:
		return true;
	case REASON_FILTER:
		out->end = MODEL_FILTERED;
		return true;
	case REASON_MALFORMED:
		return fail(s, ASSEMBLE_MALFORMED, "a malformed call");
	case REASON_ERROR:
		return fail(s, ASSEMBLE_UPSTREAM, "finished with an error");
	case REASON_STOP:
		break;
	}
	return finish_stop(s, out);
}

struct assembled
assemble_end(struct assemble *s, struct model_answer *out)
{
	struct model_answer answer = { .text = assemble_text(s),
	    .cached_tokens = -1,
	    .prompt_tokens = s->prompt_tokens,
	    .completion_tokens = s->completion_tokens };

	if (finish(s, &answer))
		*out = answer;
	return s->state;
}
