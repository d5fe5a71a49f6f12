/*
 * A request of Anthropic's Messages ("Create a Message" of its API
 * reference): two sides take turns, and each message is a list of blocks.
 *
 * What was sent before need not be read again where a mark stands, in this
 * request and in one that begins with the same bytes: tools, system,
 * messages.  Four marks are allowed.  One is behind the instructions, and
 * so behind the tools too: these are the same for everybody.  The others
 * are where a request can be taken up.  Behind the newest words of the
 * person is what changes (the context: their clock), and it is gone when
 * these words are history; so a conversation goes on from the block before
 * them, where the mark of the next turn but one will stand again.  Within
 * a turn the context stays, so each step goes on from the end of the one
 * before.  The last two such places are marked and the end, since a server
 * looks only some twenty blocks back from a mark for an older one.
 */
#include <stdint.h>
#include <string.h>

#include "base/bounds.h"
#include "base/json.h"
#include "base/text.h"
#include "model/api.h"
#include "model/replay.h"

#define LEAST_TOKENS	1024		/* every model gives so many */
#define MARKS_BETWEEN	2		/* besides the system's, the end's */
#define MARK		",\"cache_control\":{\"type\":\"ephemeral\"}"

/* The person has to be first and last. */
#define SAY_BEFORE	"(What was said before is left out.)"
#define SAY_BEHIND	"(Please go on.)"

struct writer {
	const struct api_how *how;
	const struct model_request *req;
	struct arena	*a;		/* given back when it is written */
	struct buf	*b;		/* the body */
	bool		 open;		/* a message is, */
	bool		 user;		/* of this side, */
	bool		 block;		/* and its last block, for a mark */
};

/* Blocks */

static void
put_mark(const struct writer *w)
{
	if ((w->how->lessons & API_NO_CACHE) == 0)
		buf_puts(w->b, MARK);
}

static void
end_block(struct writer *w, bool mark)
{
	if (!w->block)
		return;
	if (mark)
		put_mark(w);
	buf_putc(w->b, '}');
	w->block = false;
}

static void
end_message(struct writer *w)
{
	end_block(w, false);
	if (w->open)
		buf_puts(w->b, "]}");
}

/* Behind what the same side said, or as the first of the other's message. */
static void
next_block(struct writer *w, bool user)
{
	if (w->open && w->user == user) {
		end_block(w, false);
		buf_putc(w->b, ',');
		return;
	}
	end_message(w);
	buf_printf(w->b, "%s{\"role\":\"%s\",\"content\":[",
	    w->open ? "," : "", user ? "user" : "assistant");
	w->open = true;
	w->user = user;
}

/* A block of nothing but blanks is refused. */
static void
put_text(struct writer *w, bool user, struct str text)
{
	if (text_trim(text).n == 0)
		return;
	next_block(w, user);
	buf_puts(w->b, "{\"type\":\"text\",\"text\":");
	js_put_str(w->b, text);
	w->block = true;
}

/* Steps */

/* The text up to a place; blanks alone wait for what follows. */
static void
put_text_to(struct writer *w, struct str text, size_t *from, int64_t to)
{
	struct str piece;
	size_t end;

	if (to <= (int64_t)*from)
		return;
	end = (uint64_t)to < text.n ? utf8_fit(text, (size_t)to) : text.n;
	piece = (struct str){ text.p + *from, end - *from };
	if (end <= *from || text_trim(piece).n == 0)
		return;
	put_text(w, false, piece);
	*from = end;
}

static bool
is_all_said(struct str text, size_t from)
{
	return text_trim((struct str){ text.p + from, text.n - from }).n == 0;
}

/*
 * What was thought before call number at goes back as it came, where it
 * stood; but never as the last block, which is refused.
 */
static void
put_thoughts(struct writer *w, const struct replay_part *part, size_t at,
    size_t *said)
{
	const struct json_object *item;
	struct json_object *block;
	size_t next = 0;

	if ((w->how->lessons & API_NO_OPAQUE) != 0)
		return;
	while ((item = replay_item(part->extra, at, &next)) != NULL) {
		block = js_get(item, "block");
		if (js_type(block) != JS_OBJ)
			continue;
		put_text_to(w, part->text, said, js_int(item, "said", 0));
		if (part->ncalls == 0 && is_all_said(part->text, *said))
			return;
		next_block(w, false);
		js_put(w->b, block);
	}
}

/* An object, and no text: where it is none the whole body would not be. */
static struct str
input_of(const struct writer *w, const struct replay_call *c)
{
	struct json_object *v = NULL;

	if (js_parse(w->a, c->arguments, JSON_DEPTH_ARGUMENTS, &v) != NULL ||
	    js_type(v) != JS_OBJ)
		return STR("{}");
	return c->arguments;
}

static void
put_call(struct writer *w, const struct replay_call *c)
{
	const struct str input = input_of(w, c);

	next_block(w, false);
	buf_puts(w->b, "{\"type\":\"tool_use\",\"id\":");
	js_put_str(w->b, str_of(c->id));
	buf_puts(w->b, ",\"name\":");
	js_put_str(w->b, str_of(c->name));
	buf_puts(w->b, ",\"input\":");
	buf_put(w->b, input.p, input.n);
	w->block = true;
}

static void
put_result(struct writer *w, const struct replay_call *c)
{
	next_block(w, true);
	buf_puts(w->b, "{\"type\":\"tool_result\",\"tool_use_id\":");
	js_put_str(w->b, str_of(c->id));
	if (text_trim(c->result).n > 0) {
		buf_puts(w->b, ",\"content\":");
		js_put_str(w->b, c->result);
	}
	if (c->failed)
		buf_puts(w->b, ",\"is_error\":true");
	w->block = true;
}

static void
put_assistant(struct writer *w, const struct replay_part *part)
{
	size_t i, said = 0;

	put_thoughts(w, part, 0, &said);
	put_text_to(w, part->text, &said, (int64_t)part->text.n);
	for (i = 0; i < part->ncalls; i++) {
		if (i > 0)
			put_thoughts(w, part, i, &said);
		put_call(w, &part->calls[i]);
	}
	for (i = 0; i < part->ncalls; i++)
		put_result(w, &part->calls[i]);
}

/* Messages */

/* The part of the newest words and the context, or none: r->n. */
static size_t
newest_words(const struct replay *r)
{
	size_t i;

	for (i = r->n; i-- > 0; )
		if (r->parts[i].user)
			return i;
	return r->n;
}

/* Is the place before part i one to take a request up at? */
static bool
is_place(const struct replay *r, size_t i, size_t newest)
{
	return r->parts[i].user || i > newest;
}

/* The first of the last few places. */
static size_t
first_marked(const struct replay *r, size_t newest)
{
	size_t i, left = MARKS_BETWEEN;

	for (i = r->n; i > 0 && left > 0; i--)
		left -= is_place(r, i - 1, newest);
	return i;
}

static void
put_messages(struct writer *w, const struct replay *r)
{
	const size_t newest = newest_words(r);
	const size_t marked = first_marked(r, newest);
	size_t i;

	buf_puts(w->b, ",\"messages\":[");
	if (r->n > 0 && !r->parts[0].user)
		put_text(w, true, STR(SAY_BEFORE));
	for (i = 0; i < r->n; i++) {
		end_block(w, i >= marked && is_place(r, i, newest));
		if (r->parts[i].user)
			put_text(w, true, r->parts[i].text);
		else
			put_assistant(w, &r->parts[i]);
	}
	/* an answer of which only the beginning came is not taken up */
	if (!w->open || !w->user)
		put_text(w, true, STR(SAY_BEHIND));
	end_block(w, true);
	end_message(w);
	buf_putc(w->b, ']');
}

/* Tools and options */

static struct str
anthropic_tools(struct arena *a, const struct api_how *how,
    const struct model_request *req)
{
	struct json_object *tools = js_array(a), *tool;
	size_t i;

	(void)how;
	for (i = 0; i < req->ntools; i++) {
		tool = js_new_object();
		js_add_text(tool, "name", req->tools[i].name);
		js_add_text(tool, "description", req->tools[i].description);
		js_add(tool, "input_schema",
		    api_schema(a, &req->tools[i], false));
		js_push(tools, tool);
	}
	return js_write(a, tools);
}

static void
put_tools(const struct writer *w)
{
	if (w->req->ntools == 0)
		return;
	buf_puts(w->b, ",\"tools\":");
	buf_put(w->b, w->how->tools.p, w->how->tools.n);
	buf_puts(w->b, ",\"tool_choice\":{\"type\":\"auto\"}");
}

static void
put_system(const struct writer *w)
{
	const struct str text = str_of(w->req->instructions);

	if (text_trim(text).n == 0)
		return;
	buf_puts(w->b, ",\"system\":[{\"type\":\"text\",\"text\":");
	js_put_str(w->b, text);
	put_mark(w);
	buf_puts(w->b, "}]");
}

/* It cannot be left out, only be what no model finds too much. */
static void
put_cap(const struct writer *w)
{
	int cap = w->how->max_tokens;

	if ((w->how->lessons & API_NO_TOKENS) != 0 && cap > LEAST_TOKENS)
		cap = LEAST_TOKENS;
	buf_printf(w->b, ",\"max_tokens\":%d", cap);
}

/* Some think unless told not to; "minimal" is OpenAI's word for little. */
static void
put_effort(const struct writer *w)
{
	const char *effort = w->how->effort;

	if (*effort == '\0' || (w->how->lessons & API_NO_EFFORT) != 0)
		return;
	if (strcmp(effort, "none") == 0) {
		buf_puts(w->b, ",\"thinking\":{\"type\":\"disabled\"}");
		return;
	}
	if (strcmp(effort, "minimal") == 0)
		effort = "low";
	buf_puts(w->b, ",\"thinking\":{\"type\":\"adaptive\"}"
	    ",\"output_config\":{\"effort\":");
	js_put_str(w->b, str_of(effort));
	buf_putc(w->b, '}');
}

static void
put_user_key(const struct writer *w)
{
	if (w->req->user_key == NULL ||
	    (w->how->lessons & API_NO_USER) != 0)
		return;
	buf_puts(w->b, ",\"metadata\":{\"user_id\":");
	js_put_str(w->b, str_of(w->req->user_key));
	buf_putc(w->b, '}');
}

static void
anthropic_put(struct arena *a, struct buf *b, const struct api_how *how,
    const struct model_request *req)
{
	const struct replay r = replay_build(a, req, how->family);
	struct writer w = { .how = how, .req = req, .a = a, .b = b };

	buf_puts(b, "{\"model\":");
	js_put_str(b, str_of(how->model));
	put_cap(&w);
	buf_printf(b, ",\"stream\":%s", req->stream ? "true" : "false");
	put_effort(&w);
	put_user_key(&w);
	put_tools(&w);
	put_system(&w);
	put_messages(&w, &r);
	buf_putc(b, '}');
}

/*
 * A complaint about what was thought in this conversation says nothing of
 * the next one; whether a model thinks, caches or takes a cap is for ever.
 */
static const struct api_option anthropic_options[] = {
	{ "cannot be modified", API_NO_OPAQUE, true },
	{ "signature", API_NO_OPAQUE, true },
	{ "must start with a thinking block", API_NO_EFFORT, true },
	{ "cache_control", API_NO_CACHE, false },
	{ "output_config", API_NO_EFFORT, false },
	{ "thinking", API_NO_EFFORT, false },
	{ "effort", API_NO_EFFORT, false },
	{ "metadata", API_NO_USER, false },
	{ "user_id", API_NO_USER, false },
	{ "max_tokens", API_NO_TOKENS, false },
	{ NULL, 0, false },
};

const struct model_api anthropic_api = {
	.kind = "anthropic",
	.path = "/messages",
	.vendor_url = "https://api.anthropic.com/v1",
	.key_header = "x-api-key: ",
	.version_header = "anthropic-version: ",
	.vendor_version = "2026-10-21",
	.version = "2023-06-01",
	.reader = &anthropic_reader,
	.options = anthropic_options,
	.tools = anthropic_tools,
	.put = anthropic_put,
};
