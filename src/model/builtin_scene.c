/*
 * What the conversation so far has put on the table: the list last shown,
 * the task last touched, what was deleted, what was asked.
 */
#include <string.h>

#include "base/bounds.h"
#include "model/builtin.h"

#define MAX_REFS	256	/* tasks kept of a list or of deletions */
#define MAX_EFFECTS	128

static bool
contains(struct str s, const char *what)
{
	return s.n > 0 && memmem(s.p, s.n, what, strlen(what)) != NULL;
}

static void
refs_push(struct arena *a, struct bt_tasks *t, struct bt_task task)
{
	if (t->v == NULL)
		t->v = arena_alloc(a, MAX_REFS * sizeof(*t->v));
	if (t->n < MAX_REFS)
		t->v[t->n++] = task;
}

/* Digits at s: how many, and their value. */
static size_t
digits(struct str s, int64_t *out)
{
	size_t i;

	*out = 0;
	for (i = 0; i < s.n && i < 15 && s.p[i] >= '0' && s.p[i] <= '9'; i++)
		*out = *out * 10 + (s.p[i] - '0');
	return i;
}

/* "Buy milk (due today, high priority)" without what we put behind it. */
static struct str
without_extras(struct str s)
{
	size_t i;

	if (s.n == 0 || s.p[s.n - 1] != ')')
		return s;
	for (i = s.n - 1; i > 1 && s.p[i] != '('; i--)
		;
	if (i < 2 || s.p[i - 1] != ' ' || (memcmp(s.p + i, "(due ", 5) != 0 &&
	    (s.n - i < 11 || memcmp(s.p + s.n - 10, " priority)", 10) != 0)))
		return s;
	s.n = i - 1;
	return s;
}

/* "2. [x] #7 Buy milk": its task, if the line is one. */
static bool
line_read(struct str s, struct bt_task *out)
{
	int64_t place, id;
	size_t i = digits(s, &place), n;

	if (i == 0 || i + 2 > s.n || s.p[i] != '.' || s.p[i + 1] != ' ')
		return false;
	i += 2;
	memset(out, 0, sizeof(*out));
	if (i + 4 <= s.n && s.p[i] == '[' && s.p[i + 2] == ']') {
		out->completed = s.p[i + 1] == 'x';
		i += 4;
	}
	if (i >= s.n || s.p[i] != '#')
		return false;
	n = digits((struct str){ s.p + i + 1, s.n - i - 1 }, &id);
	if (n == 0)
		return false;
	i += n + 1;
	if (i < s.n && s.p[i] == ' ')
		i++;
	out->id = id;
	out->title = without_extras((struct str){ s.p + i, s.n - i });
	return true;
}

struct bt_tasks
bt_lines_read(struct arena *a, struct str text)
{
	struct bt_tasks out = { 0, NULL };
	struct bt_task task;
	struct str line;
	const char *nl;

	while (text.n > 0) {
		nl = memchr(text.p, '\n', text.n);
		line = text;
		if (nl != NULL)
			line.n = (size_t)(nl - text.p);
		if (line_read(line, &task))
			refs_push(a, &out, task);
		text.p += line.n + (nl != NULL);
		text.n -= line.n + (nl != NULL);
	}
	return out;
}

size_t
bt_user_before(const struct model_request *req, size_t upto)
{
	while (upto > 0)
		if (req->messages[--upto].role == MODEL_USER)
			return upto;
	return BT_NOBODY;
}

enum bt_question
bt_asked(const struct model_request *req, size_t upto, enum bt_does *verb)
{
	static const struct { const char *text; enum bt_question q;
	    enum bt_does does; } asked[] = {
		{ BT_WHICH_ONE "complete", BT_ASKED_WHICH, BT_COMPLETE },
		{ BT_WHICH_ONE "reopen", BT_ASKED_WHICH, BT_REOPEN },
		{ BT_WHICH_ONE "change", BT_ASKED_WHICH, BT_UPDATE },
		{ BT_WHICH_ONE "delete", BT_ASKED_WHICH, BT_DELETE },
		{ BT_WHICH_ONE "restore", BT_ASKED_WHICH, BT_RESTORE },
		{ BT_WHICH_ONE "show", BT_ASKED_WHICH, BT_DETAIL },
		{ BT_WHICH_TASK "complete", BT_ASKED_WHICH, BT_COMPLETE },
		{ BT_WHICH_TASK "reopen", BT_ASKED_WHICH, BT_REOPEN },
		{ BT_WHICH_TASK "change", BT_ASKED_WHICH, BT_UPDATE },
		{ BT_WHICH_TASK "delete", BT_ASKED_WHICH, BT_DELETE },
		{ BT_WHICH_TASK "restore", BT_ASKED_WHICH, BT_RESTORE },
		{ BT_WHICH_TASK "show", BT_ASKED_WHICH, BT_DETAIL },
		{ BT_ASK_TITLE, BT_ASKED_TITLE, BT_ADD },
		{ BT_ASK_NEW, BT_ASKED_NEW_TITLE, BT_UPDATE },
		{ BT_ASK_PRIORITY, BT_ASKED_PRIORITY, BT_UPDATE },
		{ BT_ASK_DUE, BT_ASKED_DUE, BT_UPDATE },
		{ BT_ASK_CHANGE, BT_ASKED_CHANGE, BT_UPDATE },
	};
	const struct model_message *m;
	size_t i;

	/* the newest words, past results that came after them */
	for (;;) {
		if (upto == 0 || req->messages[upto - 1].role == MODEL_USER)
			return BT_ASKED_NOTHING;
		m = &req->messages[--upto];
		if (m->role == MODEL_ASSISTANT && m->text.n > 0)
			break;
	}
	for (i = 0; i < sizeof(asked) / sizeof(asked[0]); i++)
		if (contains(m->text, asked[i].text)) {
			*verb = asked[i].does;
			return asked[i].q;
		}
	return BT_ASKED_NOTHING;
}

/* The arguments of the call a result answers, or NULL. */
static struct json_object *
arguments_of(struct arena *a, const struct model_request *req, size_t result)
{
	const char *id = req->messages[result].call_id;
	struct json_object *out;
	size_t i = result, k;

	while (i > 0 && req->messages[i - 1].role != MODEL_USER) {
		const struct model_message *m = &req->messages[--i];

		for (k = 0; m->role == MODEL_ASSISTANT && k < m->ncalls; k++) {
			const struct model_call *c = &m->calls[k];

			if (id == NULL || c->id == NULL ||
			    c->arguments == NULL ||
			    strcmp(c->id, id) != 0)
				continue;
			return js_parse(a, str_of(c->arguments), JSON_DEPTH,
			    &out) == NULL ? out : NULL;
		}
	}
	return NULL;
}

static bool
is_list(const struct model_message *m)
{
	return m->call_name != NULL &&
	    strcmp(m->call_name, "list_tasks") == 0 &&
	    (js_type(m->result) == JS_ARR ||
	    js_type(js_get(m->result, "tasks")) == JS_ARR);
}

/* A result that says something was changed: which task, and how. */
static bool
effect_read(const struct model_message *m, struct bt_effect *out)
{
	const char *status = js_text(m->result, "status", NULL);

	memset(out, 0, sizeof(*out));
	out->task.id = js_int(m->result, "task_id", -1);
	if (status == NULL || out->task.id < 0 || js_has(m->result, "error") ||
	    !bt_in(status, "created|completed|pending|updated|deleted|"
	    "restored"))
		return false;
	out->status = status;
	out->task.title = js_str(js_get(m->result, "title"));
	out->task.completed = strcmp(status, "completed") == 0;
	return true;
}

struct turn {			/* read from its end to its beginning */
	struct bt_tasks	 shown;		/* numbered in its text */
	struct bt_tasks	 listed;	/* its newest list_tasks */
	struct str	 text;
	size_t		 n;		/* effects, newest first */
	struct bt_effect *effects;
};

static bool
touched(const struct turn *t, int64_t id, size_t before)
{
	size_t i;

	for (i = 0; i < before; i++)
		if (t->effects[i].task.id == id)
			return true;
	return false;
}

/* Oldest first, each task once, as it was last left. */
static struct bt_tasks
touched_tasks(struct arena *a, const struct turn *t)
{
	struct bt_tasks out = { 0, NULL };
	size_t i;

	for (i = t->n; i-- > 0;)
		if (!touched(t, t->effects[i].task.id, i) &&
		    strcmp(t->effects[i].status, "deleted") != 0)
			refs_push(a, &out, t->effects[i].task);
	return out;
}

/* The beginning of a turn is reached: what does it add to the scene? */
static void
turn_done(struct arena *a, struct turn *t, struct bt_scene *out)
{
	struct bt_tasks now = touched_tasks(a, t);

	/*
	 * Another model shows lists in its own way: then the order of the
	 * result counts, if the text does speak of its first task.
	 */
	if (t->shown.n == 0 && t->listed.n > 0 && t->n == 0 && t->text.n > 0 &&
	    t->listed.v[0].title.n > 0 && memmem(t->text.p, t->text.n,
	    t->listed.v[0].title.p, t->listed.v[0].title.n) != NULL)
		t->shown = t->listed;
	if (out->shown.n == 0)
		out->shown = t->shown;
	if (out->focus.n == 0)
		out->focus = now.n > 0 ? now : t->shown;
	if (out->neffects == 0 && t->n > 0) {
		out->neffects = t->n;
		out->effects = t->effects;
	}
	memset(t, 0, sizeof(*t));
}

void
bt_scene_read(struct arena *a, const struct model_request *req, size_t upto,
    struct bt_scene *out)
{
	struct turn t;
	struct bt_effect e;
	size_t i;

	memset(out, 0, sizeof(*out));
	memset(&t, 0, sizeof(t));
	for (i = upto; i-- > 0;) {
		const struct model_message *m = &req->messages[i];

		if (m->role == MODEL_USER) {
			turn_done(a, &t, out);
			continue;
		}
		if (m->role == MODEL_ASSISTANT) {
			if (m->text.n > 0 && t.shown.n == 0) {
				t.text = m->text;
				t.shown = bt_lines_read(a, m->text);
			}
			continue;
		}
		if (is_list(m) && t.listed.n == 0)
			t.listed = bt_tasks_of(a, m->result);
		if (!effect_read(m, &e))
			continue;
		e.message = i;
		e.arguments = arguments_of(a, req, i);
		if (t.effects == NULL)
			t.effects = arena_alloc(a,
			    MAX_EFFECTS * sizeof(*t.effects));
		if (t.n < MAX_EFFECTS)
			t.effects[t.n++] = e;
		if (strcmp(e.status, "deleted") == 0)
			refs_push(a, &out->deleted, e.task);
	}
	turn_done(a, &t, out);
}
