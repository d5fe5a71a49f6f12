/*
 * Running intents: from the top, against the results this turn has so far.
 * A job that needs a result it does not have yet stops the run; what was
 * asked for until then is this step.
 */
#include <inttypes.h>
#include <string.h>

#include "base/bounds.h"
#include "base/text.h"
#include "model/builtin.h"

#define PAGE		100	/* rows of one list_tasks result */
#define MAX_PAGES	4	/* read to find a title */
#define BULK		3	/* from here on the person is usually asked */

/*
 * Ask for a call.  True: the tape has its result.  False: it is (or, where
 * the step is full, will be) one of this step's calls.
 */
static bool
plan_call(struct bt_plan *p, const char *name, struct json_object *args,
    struct json_object **result)
{
	struct model_call *c;

	if (p->at < p->ntape) {
		if (strcmp(p->tape[p->at].name, name) != 0) {
			p->off = true;
			return false;
		}
		*result = p->tape[p->at++].result;
		return true;
	}
	if (p->off || p->ncalls == MAX_CALLS)
		return false;
	c = &p->calls[p->ncalls++];
	memset(c, 0, sizeof(*c));
	c->id = id_new(p->a, 9);
	c->name = name;
	c->arguments = js_dump(p->a, args);
	return false;
}

/* A list, all pages of it; false while a page is missing. */
static bool
plan_list(struct bt_plan *p, const struct bt_filter *f,
    struct json_object **out)
{
	struct json_object *args, *page, *all = NULL, *last;
	struct bt_when before = { BT_WHEN, f->to, -1 };
	int64_t after = 0;
	size_t i, k, n;

	if (f->due == BT_DUE_OVERDUE) {
		before.day = p->now.day;
		before.minute = p->now.minute;
	}
	for (k = 0; k < MAX_PAGES; k++) {
		args = js_object(p->a);
		js_add_text(args, "status", f->status);
		if (f->priority != NULL)
			js_add_text(args, "priority", f->priority);
		if (f->search != NULL)
			js_add_text(args, "search", f->search);
		if (f->due != BT_DUE_ANY)
			js_add_text(args, "due_before",
			    bt_stamp(p->a, before));
		if (after > 0)
			js_add_int(args, "after_id", after);
		if (!plan_call(p, "list_tasks", args, &page))
			return false;
		*out = all != NULL ? all : page;
		n = js_len(page);
		if (js_type(page) != JS_ARR)
			return true;
		if (all == NULL && n >= PAGE)
			*out = all = js_array(p->a);
		for (i = 0; all != NULL && i < n; i++)
			js_push(all, js_share(js_at(page, i)));
		last = n > 0 ? js_at(page, n - 1) : NULL;
		if (n < PAGE || js_int(last, "id", 0) <= after)
			return true;
		after = js_int(last, "id", 0);
	}
	return true;
}

/* Everything the person has; read once a turn, again after an addition. */
static bool
plan_snapshot(struct bt_plan *p, struct bt_tasks *out)
{
	static const struct bt_filter all = { .status = "all" };

	if (p->snapshot == NULL && !plan_list(p, &all, &p->snapshot))
		return false;
	*out = bt_tasks_of(p->a, p->snapshot);
	return true;
}

/* A due range has a beginning, which list_tasks does not know. */
static bool
in_range(const struct bt_plan *p, const struct bt_filter *f,
    struct json_object *item)
{
	struct bt_when due;

	if (f->due == BT_DUE_ANY || !bt_due_of(item, &due))
		return f->due == BT_DUE_ANY || js_has(item, "due_at");
	if (f->due == BT_DUE_OVERDUE)
		return !js_bool(item, "completed", false) &&
		    (due.day < p->now.day || (due.day == p->now.day &&
		    due.minute >= 0 && due.minute < p->now.minute));
	return due.day >= f->from && due.day <= f->to;
}

static struct json_object *
range_cut(struct bt_plan *p, const struct bt_filter *f,
    struct json_object *list)
{
	struct json_object *out;
	size_t i;

	if (f->due == BT_DUE_ANY || js_type(list) != JS_ARR)
		return list;
	out = js_array(p->a);
	for (i = 0; i < js_len(list); i++)
		if (in_range(p, f, js_at(list, i)))
			js_push(out, js_share(js_at(list, i)));
	return out;
}

static void
targets_push(struct bt_plan *p, struct bt_job *j, struct bt_task t)
{
	if (j->targets.v == NULL)
		j->targets.v = arena_alloc(p->a,
		    MAX_CALLS * sizeof(*j->targets.v));
	if (j->targets.n < MAX_CALLS)
		j->targets.v[j->targets.n++] = t;
	else
		j->left_out++;
}

static void
targets_add(struct bt_plan *p, struct bt_job *j, struct bt_tasks t)
{
	size_t i;

	for (i = 0; i < t.n; i++)
		targets_push(p, j, t.v[i]);
}

/* Ask, but put only one question a turn. */
static void
job_ask(struct bt_plan *p, struct bt_job *j, const char *question)
{
	if (p->asked)
		question = arena_printf(p->a, "One thing at a time: please tell"
		    " me again afterwards about “%s”.",
		    bt_say_title(p->a, bt_raw(j->intent->said)));
	p->asked = true;
	j->instead = question;
}

/* What earlier jobs of this turn put on the table. */
static bool
turn_scene(struct bt_plan *p, const struct bt_job *upto,
    struct bt_tasks *shown, struct bt_tasks *made)
{
	const struct bt_job *j;
	size_t i;

	memset(shown, 0, sizeof(*shown));
	memset(made, 0, sizeof(*made));
	for (j = p->jobs; j < upto; j++) {
		if (j->does == BT_LIST && j->list != NULL)
			*shown = bt_tasks_of(p->a, j->list);
		if (j->ndone == 0 || j->does == BT_DELETE)
			continue;
		made->n = 0;
		made->v = arena_alloc(p->a, j->ndone * sizeof(*made->v));
		for (i = 0; i < j->ndone; i++)
			if (js_int(j->done[i], "task_id", -1) >= 0)
				made->v[made->n++] = (struct bt_task){
				    js_int(j->done[i], "task_id", -1),
				    js_str(js_get(j->done[i], "title")),
				    false, NULL };
	}
	for (j = p->jobs; j < upto; j++)
		if (!j->finished && !j->late && j->instead == NULL)
			return false;
	return true;
}

static void
settle_places(struct bt_plan *p, struct bt_job *j, struct bt_tasks shown)
{
	const struct bt_target *t = &j->intent->target;
	int64_t at;
	size_t i;

	for (i = 0; i < t->n; i++) {
		at = t->num[i] < 0 ? (int64_t)shown.n + t->num[i] :
		    t->num[i] - 1;
		if (at < 0 || at >= (int64_t)shown.n) {
			j->instead = arena_printf(p->a, "That list has only %zu"
			    " task%s, so I left everything as it is. Please"
			    " name the task by its number, for example"
			    " “task %" PRId64 "”.", shown.n,
			    shown.n == 1 ? "" : "s", shown.v[0].id);
			return;
		}
		targets_push(p, j, shown.v[at]);
	}
}

static void
settle_ids(struct bt_plan *p, struct bt_job *j)
{
	const struct bt_target *t = &j->intent->target;
	size_t i;

	for (i = 0; i < t->n; i++)
		targets_push(p, j, (struct bt_task){ .id = t->num[i] });
}

/* "it", "them", "the second one": from this turn, or from the past. */
static bool
settle_words(struct bt_plan *p, struct bt_job *j)
{
	const struct bt_target *t = &j->intent->target;
	struct bt_tasks shown, made, focus;
	struct bt_scene past;

	if (!turn_scene(p, j, &shown, &made))
		return false;
	bt_scene_read(p->a, p->req, j->intent->seen, &past);
	if (t->at == BT_AT_PLACES) {
		if (shown.n == 0)
			shown = past.shown;
		if (shown.n > 0)
			settle_places(p, j, shown);
		else if (t->or_ids)
			settle_ids(p, j);
		else
			job_ask(p, j, bt_ask_free(p->a, j->does));
		return true;
	}
	focus = made.n > 0 ? made : shown.n > 0 ? shown : past.focus;
	if (j->does == BT_RESTORE)
		focus = past.deleted;
	if (focus.n == 0)
		job_ask(p, j, bt_ask_free(p->a, j->does));
	else if (focus.n == 1 || t->at == BT_AT_THEM)
		targets_add(p, j, focus);
	else
		job_ask(p, j, bt_ask_which(p->a, j->does, focus,
		    (struct str){ "", 0 }));
	return true;
}

/* Of several that fit, those the verb can mean. */
static struct bt_tasks
likely(struct bt_plan *p, enum bt_does does, struct bt_tasks t)
{
	struct bt_tasks out = { 0, arena_alloc(p->a, (t.n + 1) *
	    sizeof(*out.v)) };
	size_t i;

	if (does != BT_COMPLETE && does != BT_REOPEN)
		return t;
	for (i = 0; i < t.n; i++)
		if (t.v[i].completed == (does == BT_REOPEN))
			out.v[out.n++] = t.v[i];
	return out.n > 0 ? out : t;
}

/* "milk and bread": each part of the words by itself, if all are found. */
static bool
settle_parts(struct bt_plan *p, struct bt_job *j, struct bt_tasks all)
{
	struct bt_span s = j->intent->target.words;
	struct bt_tasks found, many = { 0, NULL };
	size_t i, from = 0;

	many.v = arena_alloc(p->a, MAX_CALLS * sizeof(*many.v));
	for (i = 0; i <= s.n; i++) {
		struct bt_target t;

		if (i < s.n && !bt_is(&s.w[i], "and|,|&"))
			continue;
		if (i > from) {
			bt_target_read(p->a, bt_sub(s, from, i), p->now, &t);
			if (t.at == BT_AT_NONE || t.at == BT_AT_FILTER)
				return false;
			found = t.at == BT_AT_TITLE ? likely(p, j->does,
			    bt_match(p->a, t.words, all)) :
			    (struct bt_tasks){ 0, NULL };
			if (t.at == BT_AT_IDS && t.n == 1) {
				found.n = 1;
				found.v = arena_alloc(p->a, sizeof(*found.v));
				found.v[0].id = t.num[0];
			}
			if (found.n != 1 || many.n == MAX_CALLS)
				return false;
			many.v[many.n++] = found.v[0];
		}
		from = i + 1;
	}
	if (many.n < 2)
		return false;
	targets_add(p, j, many);
	return true;
}

static bool
settle_title(struct bt_plan *p, struct bt_job *j)
{
	struct bt_span words = j->intent->target.words;
	struct bt_tasks all, found;
	struct bt_scene past;

	if (j->does == BT_RESTORE) {
		bt_scene_read(p->a, p->req, j->intent->seen, &past);
		all = past.deleted;
	} else if (!plan_snapshot(p, &all)) {
		return false;
	}
	if (j->does != BT_RESTORE && js_type(p->snapshot) == JS_OBJ &&
	    js_has(p->snapshot, "error")) {
		j->instead = "I could not read your tasks just now, so nothing"
		    " was changed. Please try again in a moment.";
		return true;
	}
	found = likely(p, j->does, bt_match(p->a, words, all));
	if (found.n == 1)
		targets_add(p, j, found);
	else if (found.n > 1)
		job_ask(p, j, bt_ask_which(p->a, j->does, found,
		    bt_value(words)));
	else if (!settle_parts(p, j, all))
		j->instead = j->does != BT_RESTORE ?
		    bt_say_lost(p->a, bt_value(words)) :
		    "I do not see that among the tasks deleted in this"
		    " conversation. If you know its number, say for example"
		    " “restore task 3”.";
	return true;
}

static bool
settle_filter(struct bt_plan *p, struct bt_job *j)
{
	struct bt_filter f = j->intent->target.filter;
	struct json_object *list;
	struct bt_scene past;
	struct bt_tasks t;

	if (j->does == BT_RESTORE) {
		bt_scene_read(p->a, p->req, j->intent->seen, &past);
		targets_add(p, j, past.deleted);
		if (past.deleted.n == 0)
			job_ask(p, j, bt_ask_free(p->a, j->does));
		return true;
	}
	/* what is done already needs no doing */
	if (j->does == BT_COMPLETE && strcmp(f.status, "all") == 0)
		f.status = "pending";
	if (j->does == BT_REOPEN && strcmp(f.status, "all") == 0)
		f.status = "completed";
	if (!plan_list(p, &f, &list))
		return false;
	if (js_type(list) == JS_OBJ && js_has(list, "error")) {
		j->instead = "I could not read your tasks just now, so nothing"
		    " was changed. Please try again in a moment.";
		return true;
	}
	t = bt_tasks_of(p->a, range_cut(p, &f, list));
	targets_add(p, j, t);
	if (t.n == 0)
		j->instead = strcmp(f.status, "completed") == 0 ?
		    "There are no completed tasks like that, so there is"
		    " nothing to do." :
		    "There are no tasks like that, so there is nothing to do.";
	return true;
}

/* A change that does not say enough: what to ask, or NULL. */
static const char *
change_lacks(const struct bt_intent *in)
{
	const struct bt_change *c = &in->change;

	if (in->does != BT_UPDATE)
		return NULL;
	if (c->has_priority && c->priority == NULL)
		return "A task's priority can be low, normal or high. "
		    BT_ASK_PRIORITY;
	if (c->bad_due)
		return "I need a date for that. " BT_ASK_DUE " For example"
		    " “tomorrow”, “Friday at 5pm” or “March 5”.";
	if (c->bad_title || (c->has_title && c->title.n == 0))
		return BT_ASK_NEW;
	if (!c->has_title && !c->has_description && !c->has_priority &&
	    c->due.kind == BT_NEVER)
		return BT_ASK_CHANGE " Its title, description, priority or due"
		    " date: for example “rename it to Call mom” or “make it"
		    " high priority”.";
	return NULL;
}

static const char *
change_too_long(const struct bt_change *c)
{
	if (utf8_count(c->title) > MAX_TITLE)
		return "That title is too long: a title has at most 500"
		    " characters. Please give me a shorter one.";
	if (utf8_count(c->description) > MAX_DESCRIPTION)
		return "That description is too long: it has at most 5000"
		    " characters. Please give me a shorter one.";
	return NULL;
}

/* Find out which tasks a job is about; false while that is not known. */
static bool
job_settle(struct bt_plan *p, struct bt_job *j)
{
	const struct bt_intent *in = j->intent;
	const struct bt_target *t = &in->target;
	const char *lack = change_lacks(in);
	const char *say = change_too_long(&in->change);

	if (j->settled)
		return true;
	if (say != NULL) {
		j->instead = say;
	} else if (lack != NULL) {
		job_ask(p, j, lack);
	} else if (t->at == BT_AT_NONE) {
		struct bt_target it = { .at = BT_AT_IT };
		struct bt_intent as_it = *in;

		/* "set the priority to high": of the task at hand */
		if (in->does != BT_UPDATE) {
			job_ask(p, j, bt_ask_free(p->a, j->does));
		} else {
			struct bt_intent *copy = arena_alloc(p->a,
			    sizeof(*copy));

			as_it.target = it;
			*copy = as_it;
			j->intent = copy;
			if (!settle_words(p, j))
				return false;
		}
	} else if (t->at == BT_AT_IDS) {
		settle_ids(p, j);
	} else if (t->at == BT_AT_TITLE) {
		if (!settle_title(p, j))
			return false;
	} else if (t->at == BT_AT_FILTER) {
		if (!settle_filter(p, j))
			return false;
	} else if (!settle_words(p, j)) {
		return false;
	}
	j->settled = true;
	return true;
}

/* The description of a task as it is now, for adding to it. */
static struct str
description_now(struct bt_plan *p, int64_t id)
{
	struct bt_tasks all = bt_tasks_of(p->a, p->snapshot);
	size_t i;

	for (i = 0; i < all.n; i++)
		if (all.v[i].id == id)
			return js_str(js_get(all.v[i].item, "description"));
	return (struct str){ "", 0 };
}

static void
change_args(struct bt_plan *p, const struct bt_change *c, int64_t id,
    struct json_object *args)
{
	struct str was = { "", 0 };

	if (c->has_title)
		js_add_str(args, "title", c->title);
	if (c->has_description && c->append)
		was = description_now(p, id);
	if (c->has_description && was.n > 0)
		js_add_text(args, "description", arena_printf(p->a,
		    "%.*s\n%.*s", (int)was.n, was.p, (int)c->description.n,
		    c->description.p));
	else if (c->has_description)
		js_add_str(args, "description", c->description);
	if (c->priority != NULL)
		js_add_text(args, "priority", c->priority);
	if (c->due.kind == BT_WHEN)
		js_add_text(args, "due_at", bt_stamp(p->a, c->due));
	else if (c->due.kind == BT_CLEAR)
		js_add_text(args, "due_at", "");
}

/* One effect; its result is kept with the job.  False: not there yet. */
static bool
job_effect(struct bt_plan *p, struct bt_job *j, const char *name,
    struct json_object *args)
{
	struct json_object *result;

	if (!plan_call(p, name, args, &result))
		return false;
	if (j->done == NULL)
		j->done = arena_alloc(p->a, 2 * MAX_CALLS * sizeof(*j->done));
	if (j->ndone < 2 * MAX_CALLS)
		j->done[j->ndone++] = result;
	return true;
}

static bool
job_effect_on(struct bt_plan *p, struct bt_job *j, int64_t id)
{
	struct json_object *args = js_object(p->a);

	js_add_int(args, "task_id", id);
	switch (j->does) {
	case BT_COMPLETE:
		return job_effect(p, j, "complete_task", args);
	case BT_REOPEN:
		js_add_bool(args, "completed", false);
		return job_effect(p, j, "complete_task", args);
	case BT_DELETE:
		return job_effect(p, j, "delete_task", args);
	case BT_RESTORE:
		return job_effect(p, j, "restore_task", args);
	default:
		change_args(p, &j->intent->change, id, args);
		return job_effect(p, j, "update_task", args);
	}
}

/*
 * The calls of a settled job; it is finished when all have their results.
 * False: what they need to know is not here yet.
 */
static bool
job_carry_out(struct bt_plan *p, struct bt_job *j)
{
	const struct bt_change *c = &j->intent->change;
	struct bt_tasks all;
	bool done = true;
	size_t i;

	if (c->has_description && c->append && !plan_snapshot(p, &all))
		return false;
	for (i = 0; i < j->targets.n && !p->off; i++)
		done = job_effect_on(p, j, j->targets.v[i].id) && done;
	j->finished = done;
	return true;
}

/*
 * Undo
 */

/* A task as a list showed it before message `before`, or NULL. */
static struct json_object *
item_before(struct bt_plan *p, int64_t id, size_t before)
{
	struct bt_tasks t;
	size_t i, k;

	for (i = before; i-- > 0;) {
		const struct model_message *m = &p->req->messages[i];

		if (m->role != MODEL_TOOL || js_type(m->result) != JS_ARR)
			continue;
		t = bt_tasks_of(p->a, m->result);
		for (k = 0; k < t.n; k++)
			if (t.v[k].id == id)
				return t.v[k].item;
	}
	return NULL;
}

/* The values an update overwrote; false: nobody has seen them. */
static bool
old_values(struct bt_plan *p, const struct bt_effect *e,
    struct json_object *args)
{
	struct json_object *item = item_before(p, e->task.id, e->message);
	struct bt_when due;

	if (item == NULL || e->arguments == NULL)
		return false;
	if (js_has(e->arguments, "title"))
		js_add_text(args, "title", js_text(item, "title", ""));
	if (js_has(e->arguments, "description"))
		js_add_text(args, "description",
		    js_text(item, "description", ""));
	if (js_has(e->arguments, "priority"))
		js_add_text(args, "priority",
		    js_text(item, "priority", "normal"));
	if (js_has(e->arguments, "due_at"))
		js_add_text(args, "due_at", bt_due_of(item, &due) ?
		    bt_stamp(p->a, due) : "");
	return true;
}

static bool
undo_one(struct bt_plan *p, struct bt_job *j, const struct bt_effect *e)
{
	struct json_object *args = js_object(p->a);

	js_add_int(args, "task_id", e->task.id);
	if (strcmp(e->status, "deleted") == 0)
		return job_effect(p, j, "restore_task", args);
	if (strcmp(e->status, "created") == 0 ||
	    strcmp(e->status, "restored") == 0)
		return job_effect(p, j, "delete_task", args);
	if (strcmp(e->status, "updated") != 0) {
		if (strcmp(e->status, "completed") == 0)
			js_add_bool(args, "completed", false);
		return job_effect(p, j, "complete_task", args);
	}
	if (old_values(p, e, args))
		return job_effect(p, j, "update_task", args);
	j->instead = arena_printf(p->a, "I do not know how %s was before that"
	    " change. Tell me what it should be, for example “rename it to"
	    " Call mom”.", bt_say_task(p->a, e->task.id, e->task.title));
	return true;
}

/* Take back the newest turn's effects, newest first. */
static void
job_undo(struct bt_plan *p, struct bt_job *j)
{
	struct bt_scene past;
	bool done = true;
	size_t i;

	bt_scene_read(p->a, p->req, j->intent->seen, &past);
	if (past.neffects == 0)
		j->instead = "There is nothing to undo in this conversation.";
	for (i = 0; i < past.neffects && i < MAX_CALLS && !p->off; i++)
		done = undo_one(p, j, &past.effects[i]) && done;
	j->finished = done;
}

/* Does it need the person's yes?  Then the turn ends with it. */
static bool
is_late(struct bt_plan *p, const struct bt_job *j)
{
	struct bt_scene past;

	if (p->intents.n < 2)
		return false;	/* nothing else has to come first */
	if (j->does == BT_UNDO) {
		bt_scene_read(p->a, p->req, j->intent->seen, &past);
		return past.neffects > 0 && bt_in(past.effects[0].status,
		    "created|restored");
	}
	return j->does == BT_DELETE ||
	    (j->targets.n >= BULK && (j->does == BT_COMPLETE ||
	    j->does == BT_REOPEN || j->does == BT_UPDATE));
}

static bool
job_add(struct bt_plan *p, struct bt_job *j)
{
	const struct bt_change *c = &j->intent->change;
	struct json_object *args;
	const char *say = change_too_long(c);

	if (say != NULL) {
		j->instead = say;
		return true;
	}
	if (c->title.n == 0) {
		job_ask(p, j, "I need a little more. " BT_ASK_TITLE);
		return true;
	}
	args = js_object(p->a);
	js_add_str(args, "title", c->title);
	if (c->has_description && c->description.n > 0)
		js_add_str(args, "description", c->description);
	if (c->priority != NULL)
		js_add_text(args, "priority", c->priority);
	if (c->due.kind == BT_WHEN)
		js_add_text(args, "due_at", bt_stamp(p->a, c->due));
	p->snapshot = NULL;
	j->finished = job_effect(p, j, "add_task", args);
	return true;
}

static bool
job_list(struct bt_plan *p, struct bt_job *j)
{
	const struct bt_filter *f = &j->intent->filter;

	if (!plan_list(p, f, &j->list))
		return false;
	if (strcmp(f->status, "all") == 0 && f->priority == NULL &&
	    f->search == NULL && f->due == BT_DUE_ANY)
		p->snapshot = j->list;
	j->list = range_cut(p, f, j->list);
	j->finished = true;
	return true;
}

static bool
job_detail(struct bt_plan *p, struct bt_job *j)
{
	struct bt_tasks all;
	size_t i, k;

	if (!job_settle(p, j))
		return false;
	if (j->instead != NULL)
		return true;
	if (!plan_snapshot(p, &all))
		return false;
	for (i = 0; i < j->targets.n; i++)
		for (k = 0; k < all.n; k++)
			if (all.v[k].id == j->targets.v[i].id)
				j->targets.v[i] = all.v[k];
	j->finished = true;
	return true;
}

/* False: this job, and all after it, must wait for the next step. */
static bool
job_run(struct bt_plan *p, struct bt_job *j)
{
	switch (j->does) {
	case BT_ADD:
		return job_add(p, j);
	case BT_LIST:
		return job_list(p, j);
	case BT_DETAIL:
		return job_detail(p, j);
	case BT_UNDO:
		j->late = is_late(p, j);
		if (!j->late)
			job_undo(p, j);
		return true;
	case BT_COMPLETE:
	case BT_REOPEN:
	case BT_UPDATE:
	case BT_DELETE:
	case BT_RESTORE:
		if (!job_settle(p, j))
			return false;
		j->late = j->instead == NULL && is_late(p, j);
		if (j->instead == NULL && !j->late)
			return job_carry_out(p, j);
		return true;
	default:
		j->finished = true;
		return true;
	}
}

/* Jobs that end the turn, all in one step: one question covers them. */
static void
plan_late(struct bt_plan *p)
{
	size_t i;

	/*
	 * These results followed the text that told of the others.  Where
	 * nobody reads along only the last text of a turn is kept, so there
	 * it tells everything.
	 */
	p->told = p->req->stream && p->at < p->ntape;
	for (i = 0; i < p->intents.n && !p->off; i++) {
		if (!p->jobs[i].late)
			continue;
		if (p->jobs[i].does == BT_UNDO)
			job_undo(p, &p->jobs[i]);
		else
			job_carry_out(p, &p->jobs[i]);
	}
}

void
bt_plan_run(struct bt_plan *p)
{
	size_t i;

	p->jobs = arena_alloc(p->a, (p->intents.n + 1) * sizeof(*p->jobs));
	p->calls = arena_alloc(p->a, MAX_CALLS * sizeof(*p->calls));
	for (i = 0; i < p->intents.n; i++) {
		p->jobs[i].intent = &p->intents.v[i];
		p->jobs[i].does = p->intents.v[i].does;
	}
	for (i = 0; i < p->intents.n && !p->off; i++)
		if (!job_run(p, &p->jobs[i]) || p->ncalls == MAX_CALLS)
			break;
	if (p->ncalls == 0 && !p->off)
		plan_late(p);
	/* more results than this plan asks for: somebody else's plan */
	if (p->ncalls == 0 && p->at < p->ntape)
		p->off = true;
}
