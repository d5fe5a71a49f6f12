/*
 * Answers of Anthropic's Messages ("Streaming messages" of its API
 * reference), and of who speaks like it: content in blocks, each begun,
 * added to and ended by events that name it by an index.
 */
#include <string.h>

#include "base/bounds.h"
#include "base/text.h"
#include "model/answer_parts.h"

#define BLOCKS_MAX	(2 * MAX_CALLS)	/* a call and what was thought */
#define TOKENS_MAX	((int64_t)1 << 31)
#define BEGINNINGS_MAX	8		/* what went before stays in memory */

enum kind { BLOCK_CALL, BLOCK_THOUGHT, BLOCK_OTHER };

struct block {			/* of text there are none: it is said */
	enum kind	 kind;
	bool		 labelled;
	double		 label;		/* "index": a label, not a position */
	const char	*id, *name;	/* of a call; the server's, or NULL */
	struct buf	 data;		/* arguments, or thinking */
	bool		 given;		/* data is from the block's beginning */
	struct json_object *start;	/* of a thought: as it began */
	struct str	 signature;	/* of a thought, if it came later */
	size_t		 said;		/* bytes of text before the thought */
};

struct anthropic {
	struct answer	 s;
	int		 begun;		/* how often */
	const char	*id;		/* of the message, or NULL */
	struct block	*blocks[BLOCKS_MAX];
	size_t		 nblocks;
	struct json_object *starts;	/* who holds them; or NULL */
	size_t		 thought_bytes;
	int64_t		 input, cache_read, cache_made;	/* tokens, or -1 */
	const char	*stop;		/* the first, as written; or NULL */
	bool		 stopped;	/* message_stop */
};

static void
anthropic_begin(struct answer *s)
{
	struct anthropic *c = (struct anthropic *)s;

	c->input = c->cache_read = c->cache_made = -1;
}

/* Usage */

/* The figures are sums so far, and a gateway's later 0 is none. */
static void
raise_to(int64_t *n, const struct json_object *usage, const char *key)
{
	int64_t now = answer_tokens(usage, key);

	if (now > *n)
		*n = now;
}

static int64_t
known(int64_t n)
{
	return n < 0 ? 0 : n;
}

/* input_tokens are those that no cache had anything to do with. */
static void
take_usage(struct anthropic *c, const struct json_object *usage)
{
	int64_t all;

	raise_to(&c->input, usage, "input_tokens");
	raise_to(&c->cache_read, usage, "cache_read_input_tokens");
	raise_to(&c->cache_made, usage, "cache_creation_input_tokens");
	raise_to(&c->s.completion_tokens, usage, "output_tokens");
	if (c->input < 0)
		return;
	all = c->input + known(c->cache_read) + known(c->cache_made);
	c->s.prompt_tokens = all > TOKENS_MAX ? TOKENS_MAX : all;
	c->s.cached_tokens = c->cache_read;
}

/* Blocks */

static struct block *
block_new(struct anthropic *c, enum kind kind,
    const struct json_object *index)
{
	struct block *b;

	if (c->nblocks == BLOCKS_MAX) {
		answer_fail(&c->s, ANSWER_LIMIT, "too many blocks");
		return NULL;
	}
	b = arena_alloc(c->s.a, sizeof(*b));
	b->kind = kind;
	b->labelled = js_type(index) == JS_INT || js_type(index) == JS_REAL;
	b->label = js_number(index);
	c->blocks[c->nblocks++] = b;
	return b;
}

/* Who used the label last; without one it is the latest of all. */
static struct block *
block_at(const struct anthropic *c, const struct json_object *index)
{
	const bool labelled = js_type(index) == JS_INT ||
	    js_type(index) == JS_REAL;
	const double label = js_number(index);
	struct block *b;
	size_t i;

	for (i = c->nblocks; i-- > 0; ) {
		b = c->blocks[i];
		if (!labelled || (b->labelled && !(b->label < label) &&
		    !(b->label > label)))
			return b;
	}
	return NULL;
}

static size_t
count_calls(const struct anthropic *c)
{
	size_t i, n = 0;

	for (i = 0; i < c->nblocks; i++)
		n += c->blocks[i]->kind == BLOCK_CALL;
	return n;
}

/* Text, or any other value as the text that it is. */
static bool
add_arguments(struct anthropic *c, struct block *b, struct json_object *v)
{
	return answer_arguments(&c->s, &b->data,
	    js_type(v) == JS_STR ? js_str(v) : js_lent(v));
}

/* Some servers send all of it here, and nothing later. */
static bool
begin_input(struct anthropic *c, struct block *b, struct json_object *input)
{
	if (input == NULL || (js_type(input) == JS_OBJ &&
	    js_first(input).key == NULL))
		return true;
	b->given = true;
	return add_arguments(c, b, input);
}

static bool
begin_call(struct anthropic *c, const struct json_object *v,
    const struct json_object *index)
{
	const struct str id = js_str(js_get(v, "id"));
	const struct str name = js_str(js_get(v, "name"));
	struct block *b;

	if (id.n > MAX_CALL_ID)
		return answer_fail(&c->s, ANSWER_LIMIT,
		    "a tool call's id too long");
	if (count_calls(c) == MAX_CALLS)
		return answer_fail(&c->s, ANSWER_LIMIT,
		    "too many tool calls");
	if ((b = block_new(c, BLOCK_CALL, index)) == NULL)
		return false;
	if (id.n > 0)
		b->id = arena_strndup(c->s.a, id.p, id.n);
	/* cut, it is no tool's name any more, which is all that matters */
	if (name.n > 0)
		b->name = arena_strndup(c->s.a, name.p,
		    utf8_fit(name, MAX_CALL_NAME));
	buf_init(&b->data, c->s.a, MAX_ARGUMENTS);
	return begin_input(c, b, js_get(v, "input"));
}

static bool
more_thought(struct anthropic *c, size_t n)
{
	c->thought_bytes += n;
	return c->thought_bytes <= MAX_PROVIDER_DATA ||
	    answer_fail(&c->s, ANSWER_LIMIT, "opaque data too long");
}

static bool
begin_thought(struct anthropic *c, struct json_object *v,
    const struct json_object *index)
{
	struct block *b = block_new(c, BLOCK_THOUGHT, index);

	if (b == NULL || !more_thought(c, js_lent(v).n))
		return false;
	if (c->starts == NULL)
		c->starts = js_array(c->s.a);
	js_push(c->starts, js_share(v));
	b->start = v;
	b->said = c->s.text.n;
	buf_init(&b->data, c->s.a, MAX_PROVIDER_DATA);
	return true;
}

/* What we did not ask for, such as tools that run at the server. */
static bool
begin_other(struct anthropic *c, const struct json_object *index,
    const char *why)
{
	answer_warn(&c->s, why);
	return block_new(c, BLOCK_OTHER, index) != NULL;
}

static bool
begin_block(struct anthropic *c, struct json_object *v,
    const struct json_object *index)
{
	const char *type = js_text(v, "type", "");

	if (strcmp(type, "text") == 0)
		return answer_say(&c->s, js_str(js_get(v, "text")));
	if (strcmp(type, "thinking") == 0 ||
	    strcmp(type, "redacted_thinking") == 0)
		return begin_thought(c, v, index);
	if (strcmp(type, "tool_use") != 0)
		return begin_other(c, index, "a block of an unknown kind");
	if (c->stop != NULL && !c->s.whole)
		return begin_other(c, index,
		    "a tool call after the stop was ignored");
	return begin_call(c, v, index);
}

/* Deltas */

/*
 * Arguments that belong to nothing may be what another call lacks, which
 * would then do something else than it should.
 */
static bool
take_arguments(struct anthropic *c, struct block *b, struct json_object *v)
{
	if (v == NULL || (js_type(v) == JS_STR && js_str(v).n == 0))
		return true;
	if (b == NULL || b->kind == BLOCK_THOUGHT)
		return answer_fail(&c->s, ANSWER_BROKEN,
		    "arguments of no call");
	if (b->kind == BLOCK_OTHER)
		return true;
	if (b->given)
		buf_clear(&b->data);
	b->given = false;
	return add_arguments(c, b, v);
}

static bool
take_thinking(struct anthropic *c, struct block *b, struct str piece)
{
	if (b == NULL || b->kind != BLOCK_THOUGHT || piece.n == 0)
		return true;
	buf_put(&b->data, piece.p, piece.n);
	return more_thought(c, piece.n);
}

static bool
take_signature(struct anthropic *c, struct block *b, struct str signature)
{
	if (b == NULL || b->kind != BLOCK_THOUGHT || signature.n == 0)
		return true;
	if (!more_thought(c, signature.n))
		return false;
	b->signature = (struct str){ arena_strndup(c->s.a, signature.p,
	    signature.n), signature.n };
	return true;
}

/* Citations are of no use here, and new kinds may appear. */
static bool
take_delta(struct anthropic *c, const struct json_object *delta,
    const struct json_object *index)
{
	const char *type = js_text(delta, "type", "");

	if (strcmp(type, "text_delta") == 0)
		return answer_say(&c->s, js_str(js_get(delta, "text")));
	if (strcmp(type, "input_json_delta") == 0)
		return take_arguments(c, block_at(c, index),
		    js_get(delta, "partial_json"));
	if (strcmp(type, "thinking_delta") == 0)
		return take_thinking(c, block_at(c, index),
		    js_str(js_get(delta, "thinking")));
	if (strcmp(type, "signature_delta") == 0)
		return take_signature(c, block_at(c, index),
		    js_str(js_get(delta, "signature")));
	return true;
}

/* Messages */

static void
begin_anew(struct anthropic *c)
{
	buf_clear(&c->s.text);
	c->s.arguments_bytes = 0;
	c->s.prompt_tokens = c->s.completion_tokens = -1;
	c->s.cached_tokens = -1;
	c->nblocks = 0;
	c->thought_bytes = 0;
	c->stop = NULL;
	anthropic_begin(&c->s);
}

/*
 * Gateways were seen to begin one twice, and to splice another into it
 * when they had to ask again.
 */
static bool
take_message(struct anthropic *c, const struct json_object *message)
{
	const struct str id = js_str(js_get(message, "id"));

	if (c->begun > 0 && c->id != NULL && str_is(id, c->id)) {
		answer_warn(&c->s, "the message began twice");
	} else if (c->begun > 0) {
		if (c->begun == BEGINNINGS_MAX)
			return answer_fail(&c->s, ANSWER_LIMIT,
			    "a message that begins too often");
		if (c->s.on_text != NULL && c->s.text.n > 0)
			return answer_fail(&c->s, ANSWER_BROKEN,
			    "another message within the answer");
		answer_warn(&c->s, "the answer began anew");
		begin_anew(c);
	}
	c->begun++;
	c->id = id.n == 0 || id.n > MAX_CALL_ID ? NULL :
	    arena_strndup(c->s.a, id.p, id.n);
	take_usage(c, js_get(message, "usage"));
	return true;
}

static void
take_stop(struct anthropic *c, const struct json_object *v)
{
	const struct str reason = js_str(js_get(v, "stop_reason"));

	if (c->stop == NULL && reason.n > 0)
		c->stop = arena_strndup(c->s.a, reason.p,
		    utf8_fit(reason, MAX_CALL_NAME));
}

static bool
take_whole(struct anthropic *c, const struct json_object *v)
{
	const struct json_object *content = js_get(v, "content");
	size_t i;

	take_usage(c, js_get(v, "usage"));
	take_stop(c, v);
	for (i = 0; i < js_len(content); i++)
		if (!begin_block(c, js_at(content, i), NULL))
			return false;
	return true;
}

static bool
take_event(struct anthropic *c, struct str type, const struct json_object *v)
{
	if (str_is(type, "message_start"))
		return take_message(c, js_get(v, "message"));
	if (str_is(type, "content_block_start"))
		return begin_block(c, js_get(v, "content_block"),
		    js_get(v, "index"));
	if (str_is(type, "content_block_delta"))
		return take_delta(c, js_get(v, "delta"), js_get(v, "index"));
	if (str_is(type, "message_delta")) {
		take_usage(c, js_get(v, "usage"));
		take_stop(c, js_get(v, "delta"));
	}
	if (str_is(type, "message_stop"))
		c->stopped = c->s.finished = c->s.done = true;
	return true;
}

static bool
anthropic_object(struct answer *s, struct str name,
    const struct json_object *v)
{
	struct anthropic *c = (struct anthropic *)s;
	const struct str type = js_str(js_get(v, "type"));

	if (answer_failed(s, v))
		return false;
	return s->whole ? take_whole(c, v) :
	    take_event(c, type.n > 0 ? type : name, v);
}

/* The end */

enum reason { REASON_STOP, REASON_LENGTH, REASON_REFUSED, REASON_ERROR };

/*
 * Unknown ones are a stop.  So is pause_turn: a server stops so between
 * calls of its own tools, of which we name none, and what it said until
 * then is all that asking again would bring.
 */
static enum reason
reason_of(struct str stop)
{
	static const struct { const char *word; enum reason is; } words[] = {
		{ "max_tokens", REASON_LENGTH }, { "length", REASON_LENGTH },
		{ "model_context_window_exceeded", REASON_LENGTH },
		{ "refusal", REASON_REFUSED },
		{ "content_filter", REASON_REFUSED },
		{ "error", REASON_ERROR },
	};
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_is_nocase(stop, words[i].word))
			return words[i].is;
	return REASON_STOP;
}

static struct str
data_of(struct block *b)
{
	return (struct str){ buf_str(&b->data), b->data.n };
}

/* The block as it would have come in one piece, and where it stood. */
static bool
keep_thought(struct anthropic *c, struct block *b, size_t before)
{
	struct json_object *item = js_object(c->s.a);
	struct json_object *block = js_new_object();
	struct js_iter it;

	for (it = js_first(b->start); it.key != NULL; js_next(&it))
		js_add(block, it.key, js_share(it.value));
	if (b->data.n > 0)
		js_add_str(block, "thinking", data_of(b));
	if (b->signature.n > 0)
		js_add_str(block, "signature", b->signature);
	js_add_int(item, "said", (int64_t)b->said);
	js_add(item, "block", block);
	return answer_keep(&c->s, before, item);
}

static void
finish_call(struct anthropic *c, struct block *b, struct model_call *call)
{
	answer_call(&c->s, b->name, data_of(b), call);
	if (b->id == NULL)
		return;
	call->extra = answer_tagged(&c->s, NULL, NULL);
	js_add_text(call->extra, "id", b->id);
}

static bool
finish_block(struct anthropic *c, struct block *b, struct model_answer *out)
{
	if (b->kind == BLOCK_THOUGHT)
		return keep_thought(c, b, out->ncalls);
	if (b->kind == BLOCK_OTHER)
		return true;
	if (b->name == NULL)
		answer_warn(&c->s, "a tool call without a name was dropped");
	else
		finish_call(c, b, &out->calls[out->ncalls++]);
	return true;
}

static bool
finish_stop(struct anthropic *c, struct model_answer *out)
{
	const bool calls = count_calls(c) > 0;
	size_t i;

	out->calls = arena_alloc(c->s.a, (c->nblocks + 1) *
	    sizeof(*out->calls));
	for (i = 0; i < c->nblocks; i++)
		if (!finish_block(c, c->blocks[i], out))
			return false;
	if (calls && out->ncalls == 0)
		return answer_fail(&c->s, ANSWER_MALFORMED,
		    "calls without a name");
	if (!calls && text_trim(out->text).n == 0)
		return answer_fail(&c->s, c->stop != NULL &&
		    strcmp(c->stop, "tool_use") == 0 ? ANSWER_MALFORMED :
		    ANSWER_EMPTY, "an answer without text or calls");
	if (c->s.opaque != NULL)
		out->extra = answer_kept(&c->s);
	out->end = calls ? MODEL_TOOLS : MODEL_DONE;
	return true;
}

/*
 * Only message_stop proves an end; for who closes with [DONE] instead, that
 * does.  Without a reason there must be nothing half.
 */
static bool
is_finished(struct anthropic *c)
{
	struct str text;
	size_t i;

	if (!c->s.done)
		return answer_fail(&c->s, ANSWER_CUT, "the answer has no end");
	if (c->stop != NULL && !c->stopped && !c->s.whole)
		answer_warn(&c->s, "the answer has no message_stop");
	if (c->stop != NULL)
		return true;
	for (i = 0; i < c->nblocks; i++) {
		if (c->blocks[i]->kind != BLOCK_CALL)
			continue;
		text = text_trim(data_of(c->blocks[i]));
		if (text.n > 0 && answer_object(c->s.a, text) == NULL)
			return answer_fail(&c->s, ANSWER_CUT,
			    "a call has no end");
	}
	answer_warn(&c->s, "the answer has no stop reason");
	return true;
}

static bool
anthropic_finish(struct answer *s, struct model_answer *out)
{
	struct anthropic *c = (struct anthropic *)s;

	if (!is_finished(c))
		return false;
	switch (reason_of(str_of(c->stop))) {
	case REASON_LENGTH:
		out->end = MODEL_LENGTH;
		return true;
	case REASON_REFUSED:
		out->end = MODEL_FILTERED;
		return true;
	case REASON_ERROR:
		return answer_fail(s, ANSWER_UPSTREAM,
		    "stopped with an error");
	case REASON_STOP:
		break;
	}
	return finish_stop(c, out);
}

const struct answer_reader anthropic_reader = {
	.size = sizeof(struct anthropic),
	.begin = anthropic_begin,
	.object = anthropic_object,
	.finish = anthropic_finish,
};
