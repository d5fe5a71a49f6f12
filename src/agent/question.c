#include <string.h>

#include "agent/question.h"
#include "agent/report.h"
#include "base/bounds.h"
#include "base/text.h"

enum { TITLES_SHOWN = 10 };

static const struct task_name *
name_of(const struct pending_call *p, const struct task_name *names, size_t n)
{
	int64_t id = js_int(p->call.arguments, "task_id", 0);

	for (size_t i = 0; i < n; i++)
		if (names[i].id == id)
			return &names[i];
	return NULL;
}

static bool
changes(const struct pending_call *p)
{
	return p->wrong == NULL && p->tool->changes_existing;
}

bool
question_possible(const struct pending_call *calls, size_t n, int bulk_from)
{
	int changing = 0;

	for (size_t i = 0; i < n; i++) {
		if (changes(&calls[i]) && calls[i].tool->asks)
			return true;
		changing += changes(&calls[i]);
	}
	return changing >= bulk_from;
}

void
question_mark(struct pending_call *calls, size_t n,
    const struct task_name *names, size_t nnames, int bulk_from)
{
	int touched = 0;

	for (size_t i = 0; i < nnames; i++)
		for (size_t k = 0; k < n; k++)
			if (changes(&calls[k]) &&
			    name_of(&calls[k], &names[i], 1) != NULL) {
				touched++;
				break;
			}
	for (size_t i = 0; i < n; i++)
		calls[i].held = changes(&calls[i]) &&
		    name_of(&calls[i], names, nnames) != NULL &&
		    (calls[i].tool->asks || touched >= bulk_from);
}

static const char *
verb_of(const struct pending_call *p)
{
	if (strcmp(p->tool->name, "delete_task") == 0)
		return "Delete";
	if (strcmp(p->tool->name, "update_task") == 0)
		return "Change";
	return js_bool(p->call.arguments, "completed", true) ? "Complete" :
	    "Reopen";
}

/* The same call on the same task twice is one action. */
static bool
repeated(struct pending_call *calls, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (calls[k].held && calls[k].tool == calls[i].tool &&
		    js_equal(calls[k].call.arguments, calls[i].call.arguments))
			return true;
	return false;
}

static void
action_push(struct json_object *actions, const struct pending_call *p,
    const struct task_name *name)
{
	struct json_object *v = js_new_object();

	js_add_text(v, "tool", p->tool->name);
	js_add_int(v, "task_id", name->id);
	js_add_text(v, "title", name->title);
	js_add_int(v, "version", name->version);
	js_add(v, "arguments", js_share(p->call.arguments));
	js_push(actions, v);
}

static void
held_push(struct arena *a, struct json_object *held, struct pending_call *p)
{
	struct json_object *v = js_new_object();

	p->call.result = js_object(a);
	js_add_text(p->call.result, "status", "awaiting_confirmation");
	js_add_text(p->call.result, "detail",
	    "The person is being asked. Nothing was changed yet.");
	js_add_int(v, "step", p->call.step);
	js_add_int(v, "position", p->call.position);
	js_add_text(v, "call_id", p->call.id);
	js_add_text(v, "name", p->call.name);
	js_add(v, "arguments", js_share(p->call.arguments));
	js_add(v, "provider_data", p->call.provider != NULL ?
	    js_share(p->call.provider) : NULL);
	js_add(v, "result", js_share(p->call.result));
	js_push(held, v);
}

/* Delete 3 tasks: “A”, “B”, “C”?  Or: Make 2 changes: delete “A”, …? */
static const char *
summary_of(struct arena *a, struct json_object *actions, const char *verb)
{
	size_t n = js_len(actions);
	struct buf b;

	buf_init(&b, a, 64 * 1024);
	if (n == 1) {
		struct json_object *v = js_at(actions, 0);
		buf_printf(&b, "%s #%d “%s”?", verb,
		    (int)js_int(v, "task_id", 0), js_text(v, "title", ""));
		return buf_str(&b);
	}
	buf_printf(&b, verb != NULL ? "%s %zu tasks:" : "%s %zu changes:",
	    verb != NULL ? verb : "Make", n);
	for (size_t i = 0; i < n && i < TITLES_SHOWN; i++) {
		struct json_object *v = js_at(actions, i);
		const char *tool = js_text(v, "tool", "");
		buf_puts(&b, i > 0 ? ", " : " ");
		if (verb == NULL)	/* "delete_task": the word before _ */
			buf_printf(&b, "%.*s ", (int)strcspn(tool, "_"), tool);
		buf_printf(&b, "“%s”", js_text(v, "title", ""));
	}
	if (n > TITLES_SHOWN)
		buf_printf(&b, " and %zu more", n - TITLES_SHOWN);
	buf_puts(&b, "?");
	return buf_str(&b);
}

void
question_ask(struct arena *a, const struct conf *c,
    struct pending_call *calls, size_t n, const struct task_name *names,
    size_t nnames, struct question *out)
{
	struct json_object *actions = js_array(a);
	const char *verb = NULL, *undo = "";
	const char *summary;
	bool mixed = false, deletes = false;

	out->held = js_array(a);
	for (size_t i = 0; i < n; i++) {
		if (!calls[i].held)
			continue;
		held_push(a, out->held, &calls[i]);
		if (repeated(calls, i))
			continue;
		action_push(actions, &calls[i],
		    name_of(&calls[i], names, nnames));
		mixed |= verb != NULL && strcmp(verb, verb_of(&calls[i])) != 0;
		verb = verb_of(&calls[i]);
		deletes |= calls[i].tool->asks;
	}
	summary = summary_of(a, actions, mixed ? NULL : verb);
	if (deletes && c->undo_days == 0)
		undo = " This cannot be undone.";
	else if (deletes)
		undo = arena_printf(a, " You can undo this for %d day%s.",
		    c->undo_days, c->undo_days == 1 ? "" : "s");
	out->text = arena_printf(a, "%s%s This has not been done yet: answer yes"
	    " to go ahead or no to leave everything as it is.", summary,
	    undo);
	out->confirmation = js_object(a);
	js_add_text(out->confirmation, "id", uuid_new(a));
	js_add_text(out->confirmation, "summary", summary);
	js_add_int(out->confirmation, "minutes", c->confirm_minutes);
	js_add(out->confirmation, "actions", js_share(actions));
}

const char *
question_outcome(struct arena *a, const struct conf *c, const char *state,
    const struct call *calls, size_t n)
{
	const char *done;
	bool deleted = false;

	if (strcmp(state, "rejected") == 0)
		return "All right, nothing was changed.";
	if (strcmp(state, "approved") != 0)
		return "That question is too old to answer now, so nothing was"
		    " changed. Ask me again if you still want it.";
	done = report_calls(a, calls, n);
	for (size_t i = 0; i < n; i++)
		deleted |= strcmp(js_text(calls[i].result, "status", ""),
		    "deleted") == 0;
	if (done[0] == '\0')
		return "There was nothing left to change.";
	return deleted && c->undo_days > 0 ? arena_printf(a,
	    "%s\nSay “undo” to take it back.", done) : done;
}
