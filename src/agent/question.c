#include <string.h>

#include "agent/question.h"
#include "agent/report.h"
#include "base/bounds.h"
#include "base/text.h"

enum {
	TITLES_SHOWN = 10,
	/* each with its title, and new values of at most 200 bytes */
	SUMMARY_MAX = TITLES_SHOWN * (4 * MAX_TITLE + 1000)
};

/* An action of the question. */
struct asked {
	const struct pending_call	*p;
	const struct task_name		*name;
};

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

static void
call_missing(struct arena *a, struct pending_call *p)
{
	p->held = false;
	p->wrong = tool_error(a, "task_not_found", arena_printf(a,
	    "There is no task %d. Use list_tasks to see what there is.",
	    (int)js_int(p->call.arguments, "task_id", 0)));
}

void
question_mark(struct arena *a, struct pending_call *calls, size_t n,
    const struct task_name *names, size_t nnames, int bulk_from)
{
	bool bulk = nnames >= (size_t)bulk_from;

	for (size_t i = 0; i < n; i++) {
		if (!changes(&calls[i]))
			continue;
		if (name_of(&calls[i], names, nnames) == NULL)
			call_missing(a, &calls[i]);
		else
			calls[i].held = calls[i].tool->asks || bulk;
	}
}

void
question_recheck(struct arena *a, struct pending_call *calls, size_t n,
    const struct task_name *names, size_t nnames)
{
	for (size_t i = 0; i < n; i++)
		if (calls[i].held && name_of(&calls[i], names, nnames) == NULL)
			call_missing(a, &calls[i]);
}

static const char *
verb_of(const struct pending_call *p)
{
	if (strcmp(p->tool->name, "delete_task") == 0)
		return "delete";
	if (strcmp(p->tool->name, "update_task") == 0)
		return "change";
	return js_bool(p->call.arguments, "completed", true) ? "complete" :
	    "reopen";
}

/* What an update would make of it: ` (title “New”, priority high)`. */
static void
changes_put(struct buf *b, struct arena *a, struct json_object *arguments)
{
	static const char *const names[] = { "title", "description",
	    "priority", "due_at" };
	bool any = false;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *v = js_text(arguments, names[i], NULL);
		if (v == NULL)
			continue;
		v = report_title(a, v);
		buf_printf(b, "%s%s ", any ? ", " : " (", names[i]);
		if (v[0] == '\0')
			buf_puts(b, "removed");
		else
			buf_printf(b, "“%.*s”", (int)utf8_fit(str_of(v),
			    200), v);
		any = true;
	}
	buf_puts(b, any ? ")" : "");
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

static void
action_say(struct buf *b, struct arena *a, const struct pending_call *p,
    const struct task_name *name)
{
	buf_printf(b, "#%d “%s”", name->id, report_title(a, name->title));
	if (strcmp(p->tool->name, "update_task") == 0)
		changes_put(b, a, p->call.arguments);
}

/*
 * Delete #3 “Old task”?
 * Delete 3 tasks: #1 “A”, #2 “B”, #5 “C”?
 * Make 2 changes: delete #1 “A”, complete #2 “B”?
 */
static const char *
summary_of(struct arena *a, const struct asked *q, size_t n, bool mixed)
{
	char *s;
	struct buf b;

	buf_init(&b, a, SUMMARY_MAX);
	if (mixed)
		buf_printf(&b, "make %zu changes:", n);
	else if (n > 1)
		buf_printf(&b, "%s %zu tasks:", verb_of(q[0].p), n);
	else
		buf_puts(&b, verb_of(q[0].p));
	for (size_t i = 0; i < n && i < TITLES_SHOWN; i++) {
		buf_puts(&b, i > 0 ? ", " : " ");
		if (mixed)
			buf_printf(&b, "%s ", verb_of(q[i].p));
		action_say(&b, a, q[i].p, q[i].name);
	}
	if (n > TITLES_SHOWN)
		buf_printf(&b, " and %zu more", n - TITLES_SHOWN);
	buf_puts(&b, "?");
	s = arena_strdup(a, buf_str(&b));
	s[0] = (char)(s[0] - 'a' + 'A');	/* a verb of ours */
	return s;
}

void
question_ask(struct arena *a, const struct conf *c,
    struct pending_call *calls, size_t n, const struct task_name *names,
    size_t nnames, struct question *out)
{
	struct json_object *actions = js_array(a);
	struct asked *asked = arena_alloc(a, (n + 1) * sizeof(*asked));
	const char *undo = "", *summary;
	bool mixed = false, deletes = false;
	size_t k = 0;

	out->held = js_array(a);
	for (size_t i = 0; i < n; i++) {
		struct pending_call *p = &calls[i];
		if (!p->held)
			continue;
		held_push(a, out->held, p);
		if (repeated(calls, i))
			continue;
		asked[k].p = p;
		asked[k].name = name_of(p, names, nnames);
		action_push(actions, p, asked[k].name);
		mixed |= strcmp(verb_of(p), verb_of(asked[0].p)) != 0;
		deletes |= p->tool->asks;
		k++;
	}
	summary = summary_of(a, asked, k, mixed);
	if (deletes && c->undo_days == 0)
		undo = " This cannot be undone.";
	else if (deletes)
		undo = arena_printf(a, " You can undo this for %d day%s.",
		    c->undo_days, c->undo_days == 1 ? "" : "s");
	out->text = arena_printf(a, "%s%s This has not been done yet: answer"
	    " yes to go ahead or no to leave everything as it is.", summary,
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
