#include <stdint.h>
#include <string.h>

#include "base/text.h"
#include "model/clean.h"
#include "model/replay.h"

#define NAME_MAX_WIRE	64
#define ID_MAX_WIRE	64
#define LETTERS		"ABCDEFGHIJKLMNOPQRSTUVWXYZ" \
    "abcdefghijklmnopqrstuvwxyz0123456789"

struct build {
	struct arena	*a;
	const struct model_request *req;
	const char	*family;
	struct replay_part *parts;
	size_t		 n;
	const char	**ids;		/* used so far */
	size_t		 nids;
};

/* Names */

static bool
is_used(const struct build *b, const char *id)
{
	size_t i;

	for (i = 0; i < b->nids; i++)
		if (strcmp(b->ids[i], id) == 0)
			return true;
	return false;
}

static bool
is_ours(const char *id)
{
	return id != NULL && strlen(id) == 9 && strspn(id, LETTERS) == 9;
}

/* One that every vendor takes from itself. */
static bool
is_theirs(const char *id)
{
	size_t n = strlen(id);

	return n > 0 && n <= ID_MAX_WIRE && strspn(id, LETTERS "_-") == n;
}

/* Nine alphanumerics from any text, the same each time (FNV-1a). */
static const char *
hashed_id(struct arena *a, const char *id, size_t turn)
{
	static const char chars[] = LETTERS;
	uint64_t h = UINT64_C(14695981039346656037) ^ turn;
	char out[9];
	size_t i;

	for (; id != NULL && *id != '\0'; id++)
		h = (h ^ (unsigned char)*id) * UINT64_C(1099511628211);
	for (i = 0; i < sizeof(out); i++) {
		h = (h ^ i) * UINT64_C(1099511628211);
		out[i] = chars[(h >> 32) % 62];
	}
	return arena_strndup(a, out, sizeof(out));
}

static const char *
id_on_wire(struct build *b, const char *id, const struct json_object *extra)
{
	const char *sent = js_text(extra, "id", "");
	size_t turn = 0;

	if (!is_theirs(sent) || is_used(b, sent)) {
		sent = id;
		while (!is_ours(sent) || is_used(b, sent))
			sent = hashed_id(b->a, id, turn++);
	}
	b->ids[b->nids++] = sent;
	return sent;
}

/* [A-Za-z0-9_-]{1,64}: a name the model made up may be anything. */
static const char *
name_on_wire(struct arena *a, const char *name)
{
	struct str s = str_of(name);
	size_t i, n = s.n < NAME_MAX_WIRE ? s.n : NAME_MAX_WIRE;
	char *out;

	if (n == 0)
		return "unnamed";
	out = arena_strndup(a, s.p, n);
	for (i = 0; i < n; i++)
		if (strchr(LETTERS "_-", out[i]) == NULL)
			out[i] = '_';
	return out;
}

/* Opaque data: only what the same family wrote. */
static const struct json_object *
extra_on_wire(const struct build *b, const struct json_object *extra)
{
	return strcmp(js_text(extra, "from", ""), b->family) == 0 ? extra :
	    NULL;
}

/* Parts */

static struct replay_part *
last_part(const struct build *b)
{
	return b->n == 0 ? NULL : &b->parts[b->n - 1];
}

static struct replay_part *
new_part(struct build *b, bool user)
{
	b->parts[b->n] = (struct replay_part){ .user = user,
	    .text = STR("") };
	return &b->parts[b->n++];
}

/* A paragraph behind what the part says. */
static void
add_text(struct build *b, struct replay_part *part, struct str text)
{
	const char *both;

	if (text.n == 0)
		return;
	if (part->text.n == 0) {
		part->text = text;
		return;
	}
	both = arena_printf(b->a, "%.*s\n\n%.*s", (int)part->text.n,
	    part->text.p, (int)text.n, text.p);
	part->text = (struct str){ both, part->text.n + 2 + text.n };
}

/* Two of a side in a row become one: not every server takes them. */
static struct replay_part *
user_part(struct build *b)
{
	struct replay_part *last = last_part(b);

	if (last != NULL && last->user)
		return last;
	/* Mistral wants an assistant between answers and a person */
	if (last != NULL && last->ncalls > 0)
		new_part(b, false)->text = STR("(interrupted)");
	return new_part(b, true);
}

static struct replay_part *
assistant_part(struct build *b)
{
	struct replay_part *last = last_part(b);

	if (last != NULL && !last->user && last->ncalls == 0)
		return last;
	return new_part(b, false);
}

/* The result of call id among the tool messages that follow at. */
static const struct model_message *
result_of(const struct build *b, size_t at, const char *id)
{
	const struct model_message *m;
	size_t i;

	for (i = at + 1; i < b->req->nmessages; i++) {
		m = &b->req->messages[i];
		if (m->role != MODEL_TOOL)
			break;
		if (id != NULL && m->call_id != NULL &&
		    strcmp(m->call_id, id) == 0)
			return m;
	}
	return NULL;
}

static void
put_result(struct build *b, const struct model_message *m,
    struct replay_call *out)
{
	struct str text = m == NULL ? STR(REPLAY_INTERRUPTED) : m->text;

	if (text.n == 0 && m->result != NULL)
		text = js_write(b->a, m->result);
	out->result = clean_data(b->a, text);
	out->failed = m == NULL || js_has(m->result, "error");
}

static struct replay_call
make_call(struct build *b, size_t at, const struct model_call *c)
{
	const char *arguments = c->arguments == NULL ? "{}" : c->arguments;
	struct replay_call out = {
		.name = name_on_wire(b->a, c->name),
		.arguments = clean_data(b->a, str_of(arguments)),
		.extra = extra_on_wire(b, c->extra),
	};

	out.id = id_on_wire(b, c->id, out.extra);
	put_result(b, result_of(b, at, c->id), &out);
	return out;
}

/*
 * Each call has one result, in order; what answers nothing is left out,
 * because nothing but this asks for it.
 */
static void
put_assistant(struct build *b, size_t at)
{
	const struct model_message *m = &b->req->messages[at];
	struct str text = clean_text(b->a, m->text);
	struct replay_part *part;
	struct replay_call *calls;
	size_t i;

	if (text_trim(text).n == 0)
		text.n = 0;
	if (text.n == 0 && m->ncalls == 0)
		return;
	part = assistant_part(b);
	add_text(b, part, text);
	part->extra = extra_on_wire(b, m->extra);
	if (m->ncalls == 0)
		return;
	calls = arena_alloc(b->a, m->ncalls * sizeof(*calls));
	for (i = 0; i < m->ncalls; i++)
		calls[i] = make_call(b, at, &m->calls[i]);
	part->ncalls = m->ncalls;
	part->calls = calls;
}

/* A blank message is not sent, so it does not count. */
static size_t
newest_words(const struct build *b)
{
	const struct model_message *m = b->req->messages;
	size_t i;

	for (i = b->req->nmessages; i-- > 0; )
		if (m[i].role == MODEL_USER &&
		    text_trim(clean_text(b->a, m[i].text)).n > 0)
			return i;
	return b->req->nmessages;
}

static struct str
context(const struct build *b)
{
	return clean_text(b->a, str_of(b->req->context));
}

/* What changes from minute to minute stands behind the newest words. */
static void
put_user(struct build *b, size_t at, bool newest)
{
	struct str text = clean_text(b->a, b->req->messages[at].text);
	struct replay_part *part;

	if (text_trim(text).n == 0)
		return;
	part = user_part(b);
	add_text(b, part, text);
	if (newest)
		add_text(b, part, context(b));
}

static size_t
count_calls(const struct model_request *req)
{
	size_t i, n = 0;

	for (i = 0; i < req->nmessages; i++)
		n += req->messages[i].ncalls;
	return n;
}

struct replay
replay_build(struct arena *a, const struct model_request *req,
    const char *family)
{
	struct build b = { .a = a, .req = req, .family = family };
	size_t i, newest;

	/* at most two of a message, and the context */
	b.parts = arena_alloc(a, (2 * req->nmessages + 2) * sizeof(*b.parts));
	b.ids = arena_alloc(a, (count_calls(req) + 1) * sizeof(*b.ids));
	newest = newest_words(&b);
	for (i = 0; i < req->nmessages; i++) {
		if (req->messages[i].role == MODEL_USER)
			put_user(&b, i, i == newest);
		else if (req->messages[i].role == MODEL_ASSISTANT)
			put_assistant(&b, i);
	}
	if (newest == req->nmessages && str_of(req->context).n > 0)
		add_text(&b, user_part(&b), context(&b));
	return (struct replay){ b.n, b.parts };
}

struct json_object *
replay_item(const struct json_object *extra, size_t at, size_t *from)
{
	const struct json_object *items = js_get(extra, "items"), *place;

	while (*from < js_len(items)) {
		place = js_at(items, (*from)++);
		if (js_int(place, "before", -1) == (int64_t)at)
			return js_get(place, "item");
	}
	return NULL;
}
