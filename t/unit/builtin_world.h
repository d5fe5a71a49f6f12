/*
 * A small world for the built-in model to act in: a task list, the six
 * tools in the shapes the real ones answer with, and a loop like the
 * agent's, which holds deletions (and three or more changes in one step)
 * until the person says yes.
 */
#ifndef T_BUILTIN_WORLD_H
#define T_BUILTIN_WORLD_H

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/bounds.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/text.h"
#include "model/model.h"

#define WORLD_NOW "2026-11-20T09:30 Friday"
#define WORLD_TASKS 512
#define WORLD_MESSAGES 4096

struct world_task {
	int64_t		 id;
	struct str	 title, description;
	const char	*priority;
	const char	*due;		/* "2026-11-27T23:59" or NULL */
	bool		 completed, deleted;
};

struct world {
	struct arena		*a;
	size_t			 ntasks;
	struct world_task	 tasks[WORLD_TASKS];
	size_t			 nmessages;
	struct model_message	*messages;
	const char		*now;
	const char		*fail;	/* tool that answers with an error */
	/* of the newest turn */
	struct buf		 calls;	/* "name {args}; name {args}" */
	struct buf		 first;	/* of its first step only */
	struct buf		 text;	/* what was said, with held question */
	struct buf		 stream;
	size_t			 pieces, steps, held;
	bool			 quiet;	/* nobody reads along */
	bool			 gap;	/* a step's text is a paragraph */
	unsigned		 claims; /* what results of the turn back */
	const char		*broken; /* an invariant that did not hold */
	/* what waits for a yes */
	size_t			 nwaiting;
	struct model_call	 waiting[MAX_CALLS];
	size_t			 waiting_results; /* first of their messages */
};

enum { W_CREATED = 1, W_COMPLETED = 2, W_PENDING = 4, W_UPDATED = 8,
    W_DELETED = 16, W_RESTORED = 32 };

static const struct { const char *status, *says; unsigned bit; } w_claims[] = {
	{ "created", "Added ", W_CREATED },
	{ "completed", "Done! ", W_COMPLETED },
	{ "completed", "Completed ", W_COMPLETED },
	{ "pending", "Reopened ", W_PENDING },
	{ "updated", "Updated ", W_UPDATED },
	{ "updated", "Renamed ", W_UPDATED },
	{ "updated", "Removed the description", W_UPDATED },
	{ "deleted", "Deleted ", W_DELETED },
	{ "restored", "Restored ", W_RESTORED },
};
#define W_NCLAIMS (sizeof(w_claims) / sizeof(w_claims[0]))

static inline struct world *
world_new(void)
{
	struct arena *a = arena_new();
	struct world *w = arena_alloc(a, sizeof(*w));

	w->a = a;
	w->now = WORLD_NOW;
	w->messages = arena_alloc(a, WORLD_MESSAGES * sizeof(*w->messages));
	return w;
}

static inline void
world_free(struct world *w)
{
	arena_free(w->a);
}

static inline struct world_task *
world_task(struct world *w, const char *title)
{
	struct world_task *t = &w->tasks[w->ntasks];

	t->id = (int64_t)++w->ntasks;
	t->title = str_of(arena_strdup(w->a, title));
	t->description = (struct str){ "", 0 };
	t->priority = "normal";
	return t;
}

/* The list most tests begin with. */
static inline struct world *
world_home(void)
{
	struct world *w = world_new();

	world_task(w, "Buy groceries")->due = "2026-11-20T23:59";
	world_task(w, "Call mom");
	world_task(w, "Finish report")->priority = "high";
	world_task(w, "Team meeting");
	world_task(w, "Prepare meeting notes")->description = STR("agenda");
	world_task(w, "Buy milk");
	world_task(w, "Pay bills")->completed = true;
	return w;
}

static inline struct world_task *
world_find(struct world *w, int64_t id)
{
	return id < 1 || id > (int64_t)w->ntasks ? NULL : &w->tasks[id - 1];
}

static inline struct json_object *
world_error(struct world *w, const char *code)
{
	struct json_object *r = js_object(w->a);

	js_add_text(r, "error", code);
	js_add_text(r, "detail", "for models only");
	return r;
}

static inline struct json_object *
world_done(struct world *w, const struct world_task *t, const char *status)
{
	struct json_object *r = js_object(w->a);
	size_t i;

	js_add_int(r, "task_id", t->id);
	js_add_text(r, "status", status);
	js_add_str(r, "title", t->title);
	if (strcmp(t->priority, "normal") != 0)
		js_add_text(r, "priority", t->priority);
	if (t->due != NULL)
		js_add_text(r, "due", t->due);
	for (i = 0; i < W_NCLAIMS; i++)
		if (strcmp(w_claims[i].status, status) == 0)
			w->claims |= w_claims[i].bit;
	return r;
}

/* A day alone is kept as its last minute. */
static inline const char *
world_due(struct world *w, const char *s)
{
	if (s == NULL || *s == '\0')
		return NULL;
	return strlen(s) == 10 ? arena_printf(w->a, "%sT23:59", s) :
	    arena_strdup(w->a, s);
}

static inline void
world_set(struct world *w, struct world_task *t, struct json_object *args)
{
	const char *s;

	if (js_has(args, "title"))
		t->title = str_of(arena_strdup(w->a,
		    js_text(args, "title", "")));
	if (js_has(args, "description"))
		t->description = str_of(arena_strdup(w->a,
		    js_text(args, "description", "")));
	if ((s = js_text(args, "priority", NULL)) != NULL)
		t->priority = arena_strdup(w->a, s);
	if (js_has(args, "due_at"))
		t->due = world_due(w, js_text(args, "due_at", NULL));
}

static inline bool
world_contains(struct world *w, const struct world_task *t, const char *word)
{
	return strstr(text_lower(w->a, t->title), text_lower(w->a,
	    str_of(word))) != NULL || strstr(text_lower(w->a, t->description),
	    text_lower(w->a, str_of(word))) != NULL;
}

static inline struct json_object *
world_list(struct world *w, struct json_object *args)
{
	struct json_object *r = js_array(w->a), *o;
	const char *status = js_text(args, "status", "all");
	const char *prio = js_text(args, "priority", NULL);
	const char *search = js_text(args, "search", NULL);
	const char *before = world_due(w, js_text(args, "due_before", NULL));
	size_t i;

	for (i = 0; i < w->ntasks && js_len(r) < 100; i++) {
		struct world_task *t = &w->tasks[i];

		if (t->deleted || t->id <= js_int(args, "after_id", 0) ||
		    (strcmp(status, "all") != 0 && t->completed !=
		    (strcmp(status, "completed") == 0)) ||
		    (prio != NULL && strcmp(prio, t->priority) != 0) ||
		    (search != NULL && !world_contains(w, t, search)) ||
		    (before != NULL && (t->due == NULL ||
		    strcmp(t->due, before) > 0)))
			continue;
		o = js_new_object();
		js_add_int(o, "id", t->id);
		js_add_str(o, "title", t->title);
		js_add_bool(o, "completed", t->completed);
		js_add_text(o, "priority", t->priority);
		if (t->due != NULL)
			js_add_text(o, "due", t->due);
		if (t->description.n > 0)
			js_add_str(o, "description", t->description);
		js_push(r, o);
	}
	return r;
}

static inline struct json_object *
world_run(struct world *w, const struct model_call *c)
{
	struct json_object *args = NULL, *r;
	struct world_task *t;
	bool done;

	if (js_parse(w->a, str_of(c->arguments), JSON_DEPTH_ARGUMENTS, &args)
	    != NULL || js_type(args) != JS_OBJ) {
		w->broken = "arguments are a JSON object";
		return world_error(w, "invalid_arguments");
	}
	if (w->fail != NULL && strcmp(w->fail, c->name) == 0)
		return world_error(w, "database_unavailable");
	if (strcmp(c->name, "list_tasks") == 0)
		return world_list(w, args);
	if (strcmp(c->name, "add_task") == 0) {
		if (js_text(args, "title", "")[0] == '\0' ||
		    w->ntasks == WORLD_TASKS) {
			w->broken = "a new task has a title";
			return world_error(w, "invalid_arguments");
		}
		t = world_task(w, "");
		world_set(w, t, args);
		return world_done(w, t, "created");
	}
	t = world_find(w, js_int(args, "task_id", 0));
	if (t == NULL || (t->deleted && strcmp(c->name, "restore_task") != 0))
		return world_error(w, "task_not_found");
	if (strcmp(c->name, "complete_task") == 0) {
		done = js_bool(args, "completed", true);
		r = world_done(w, t, done ? "completed" : "pending");
		if (t->completed == done)
			js_add_bool(r, "already", true);
		t->completed = done;
		return r;
	}
	if (strcmp(c->name, "update_task") == 0) {
		world_set(w, t, args);
		return world_done(w, t, "updated");
	}
	if (strcmp(c->name, "delete_task") == 0) {
		t->deleted = true;
		return world_done(w, t, "deleted");
	}
	if (strcmp(c->name, "restore_task") == 0) {
		t->deleted = false;
		return world_done(w, t, "restored");
	}
	w->broken = "only tools that exist are called";
	return world_error(w, "unknown_tool");
}

static inline struct model_message *
world_push(struct world *w, enum model_role role, struct str text)
{
	struct model_message *m = &w->messages[w->nmessages++];

	memset(m, 0, sizeof(*m));
	m->role = role;
	m->text = text;
	return m;
}

static inline bool
world_piece(void *ctx, struct str piece)
{
	struct world *w = ctx;

	w->pieces++;
	if (w->gap && w->stream.n > 0)
		buf_puts(&w->stream, "\n\n");
	w->gap = false;
	buf_put(&w->stream, piece.p, piece.n);
	if (!utf8_ok(piece))
		w->broken = "pieces are whole characters";
	return true;
}

/* A line that begins like a claim needs a result that backs it. */
static inline void
world_check_claims(struct world *w, const char *text)
{
	const char *line = text;
	size_t i;

	while (line != NULL) {
		for (i = 0; i < W_NCLAIMS; i++)
			if (strncmp(line, w_claims[i].says,
			    strlen(w_claims[i].says)) == 0 &&
			    !(w->claims & w_claims[i].bit))
				w->broken = w_claims[i].says;
		line = strchr(line, '\n');
		line = line != NULL ? line + 1 : NULL;
	}
}

static inline bool
world_exists(struct world *w, const struct model_call *c)
{
	struct json_object *args = NULL;
	struct world_task *t;

	if (js_parse(w->a, str_of(c->arguments), JSON_DEPTH_ARGUMENTS, &args)
	    != NULL)
		return false;
	t = world_find(w, js_int(args, "task_id", 0));
	return t != NULL && !t->deleted;
}

/* Which calls of a step must wait for the person. */
static inline size_t
world_hold(struct world *w, const struct model_answer *ans, bool *hold)
{
	size_t i, changes = 0, held = 0;

	for (i = 0; i < ans->ncalls; i++)
		if (strcmp(ans->calls[i].name, "list_tasks") != 0 &&
		    strcmp(ans->calls[i].name, "add_task") != 0 &&
		    strcmp(ans->calls[i].name, "restore_task") != 0 &&
		    world_exists(w, &ans->calls[i]))
			changes++;
	for (i = 0; i < ans->ncalls; i++) {
		hold[i] = world_exists(w, &ans->calls[i]) &&
		    strcmp(ans->calls[i].name, "restore_task") != 0 &&
		    (changes >= 3 ||
		    strcmp(ans->calls[i].name, "delete_task") == 0);
		held += hold[i];
	}
	return held;
}

static inline void
world_calls(struct world *w, const struct model_answer *ans)
{
	struct model_message *m;
	struct json_object *r;
	bool hold[MAX_CALLS] = { false };
	size_t i;

	if (ans->ncalls > MAX_CALLS || ans->ncalls == 0)
		w->broken = "1 to MAX_CALLS calls in a step";
	w->held = world_hold(w, ans, hold);
	m = world_push(w, MODEL_ASSISTANT, (struct str){ "", 0 });
	m->ncalls = ans->ncalls;
	m->calls = ans->calls;
	w->nwaiting = 0;
	w->waiting_results = w->nmessages;
	for (i = 0; i < ans->ncalls; i++) {
		const struct model_call *c = &ans->calls[i];

		buf_printf(&w->calls, "%s%s %s", w->calls.n > 0 ? "; " : "",
		    c->name, c->arguments);
		if (w->steps == 0)
			buf_printf(&w->first, "%s%s %s",
			    w->first.n > 0 ? "; " : "", c->name, c->arguments);
		if (c->id == NULL || strlen(c->id) != 9)
			w->broken = "call ids have nine characters";
		if (hold[i]) {
			r = js_object(w->a);
			js_add_text(r, "status", "awaiting_confirmation");
			w->waiting[w->nwaiting++] = *c;
		} else {
			r = world_run(w, c);
		}
		m = world_push(w, MODEL_TOOL, js_write(w->a, r));
		m->call_id = c->id;
		m->call_name = c->name;
		m->result = r;
	}
}

/* The waiting calls are decided: their stored results change. */
static inline void
world_decide(struct world *w, bool yes)
{
	size_t i, k;

	for (i = w->waiting_results; i < w->nmessages; i++)
		for (k = 0; k < w->nwaiting; k++) {
			struct model_message *m = &w->messages[i];

			if (m->role != MODEL_TOOL ||
			    strcmp(m->call_id, w->waiting[k].id) != 0)
				continue;
			m->result = yes ? world_run(w, &w->waiting[k]) :
			    world_error(w, "not_confirmed");
			m->text = js_write(w->a, m->result);
		}
	w->nwaiting = 0;
}

/* One turn.  Everything the test looks at is in w afterwards. */
static inline const char *
world_say(struct world *w, const char *message)
{
	static const struct model_tool tools[] = {
		{ "add_task", "", NULL }, { "list_tasks", "", NULL },
		{ "complete_task", "", NULL }, { "update_task", "", NULL },
		{ "delete_task", "", NULL }, { "restore_task", "", NULL },
	};
	const struct model_events ev = { .text = world_piece, .ctx = w };
	struct model_request req = { .local_now = w->now,
	    .context = "Local time: 2026-11-20 (UTC)\nUser: ann",
	    .ntools = 6, .tools = tools, .stream = !w->quiet };
	struct model_answer ans;

	buf_init(&w->calls, w->a, 1 << 20);
	buf_init(&w->first, w->a, 1 << 20);
	buf_init(&w->text, w->a, 1 << 20);
	buf_init(&w->stream, w->a, 1 << 20);
	w->steps = w->held = w->pieces = 0;
	w->claims = 0;
	w->broken = NULL;
	world_push(w, MODEL_USER, str_of(arena_strdup(w->a, message)));
	if (w->nwaiting > 0) {
		bool yes = strcmp(message, "yes") == 0;

		world_decide(w, yes);
		if (yes || strcmp(message, "no") == 0) {
			world_push(w, MODEL_ASSISTANT, yes ? STR("It is done.")
			    : STR("All right, nothing was changed."));
			buf_puts(&w->text, "(decided)");
			return buf_str(&w->text);
		}
	}
	for (;; w->steps++) {
		if (w->steps > 9) {
			w->broken = "a turn ends within ten steps";
			break;
		}
		req.messages = w->messages;
		req.nmessages = w->nmessages;
		w->gap = true;
		if (builtin_step(w->a, &req, w->quiet ? NULL : &ev, &ans) !=
		    NULL) {
			w->broken = "a step never fails";
			break;
		}
		if (!utf8_ok(ans.text))
			w->broken = "what is said is UTF-8";
		if (w->quiet)
			buf_clear(&w->text);
		else if (w->text.n > 0 && ans.text.n > 0)
			buf_puts(&w->text, "\n\n");
		buf_put(&w->text, ans.text.p, ans.text.n);
		if (ans.end != MODEL_TOOLS)
			break;
		world_calls(w, &ans);
		if (w->held > 0) {
			buf_puts(&w->text, w->text.n > 0 ? "\nSure?" : "Sure?");
			break;
		}
	}
	if (w->stream.n > 0 && strncmp(buf_str(&w->stream), buf_str(&w->text),
	    w->stream.n) != 0)
		w->broken = "the stream is the text";
	if (w->text.n == 0)
		w->broken = "something is said";
	world_check_claims(w, buf_str(&w->text));
	world_push(w, MODEL_ASSISTANT, (struct str){ w->text.p, w->text.n });
	return buf_str(&w->text);
}

#endif
