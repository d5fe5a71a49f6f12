/* What ChatKit draws: the list of tasks, a question's card, a call's line. */
#include <string.h>

#include "api/chatkit.h"
#include "base/bounds.h"
#include "model/clean.h"
#include "tool/tool.h"

/* ---------------------------------------------------------------- words */

enum {
	LINE_TITLE = 80,	/* characters of a title in a workflow */
	SHOWN_VALUE = 200,	/* of a new value in a card */
	CHANGES_MAX = 8192,	/* bytes of what an update changes */
	TEXT_MAX = 1024 * 1024	/* bytes of what is copied */
};

/* Bytes of the first n characters of well-formed UTF-8. */
static size_t
chars_fit(struct str s, size_t n)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (((unsigned char)s.p[i] & 0xc0) != 0x80 && n-- == 0)
			break;
	return i;
}

/*
 * What somebody wrote, as a part of a line of ours: at most so many
 * characters, no line ends, nothing that turns the text round.
 */
static const char *
plain(struct arena *a, const char *text, size_t most)
{
	struct str s = clean_text(a, str_of(text));
	size_t n = chars_fit(s, most);
	char *t;

	if (n < s.n)
		t = arena_printf(a, "%.*s…", (int)chars_fit(s, most - 1),
		    s.p);
	else
		t = arena_strndup(a, s.p, s.n);
	for (char *p = t; *p != '\0'; p++)
		if ((unsigned char)*p < ' ')
			*p = ' ';
	return t;
}

/*
 * "2026-12-01T17:30" as "1 Dec 2026, 17:30"; a day alone, and its last
 * minute, as the day; what is neither stays as it is.
 */
static const char *
date_text(struct arena *a, const char *s)
{
	static const char months[][4] = { "Jan", "Feb", "Mar", "Apr", "May",
	    "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	size_t n = strlen(s);
	const char *day;

	if ((n != 10 && n != 16) || !tool_time_ok(str_of(s)))
		return s;
	day = arena_printf(a, "%d %s %.4s", (s[8] - '0') * 10 + s[9] - '0',
	    months[(s[5] - '0') * 10 + s[6] - '0' - 1], s);
	if (n == 10 || strcmp(s + 11, "23:59") == 0)
		return day;
	return arena_printf(a, "%s, %s", day, s + 11);
}

static const char *
capital(struct arena *a, const char *words)
{
	char *s = arena_strdup(a, words);

	if (s[0] >= 'a' && s[0] <= 'z')
		s[0] = (char)(s[0] - 'a' + 'A');
	return s;
}

static const char *
count_of(struct arena *a, size_t n, const char *what)
{
	return arena_printf(a, "%zu %s%s", n, what, n == 1 ? "" : "s");
}

/* ---------------------------------------------------------- a call's line */

/* The tools; one whose name is none of these is only worked on. */
static const struct tool_words {
	const char	*tool, *doing, *icon;
	const char	*about;		/* the argument that says what */
} tool_words[] = {
	{ "add_task", "adding", "plus", "title" },
	{ "list_tasks", "looking", "search", "search" },
	{ "complete_task", "completing", "check-circle", "task_id" },
	{ "update_task", "changing", "write", "task_id" },
	{ "delete_task", "deleting", "page-blank", "task_id" },
	{ "restore_task", "restoring", "reload", "task_id" },
};

static const struct tool_words *
words_of(const char *tool)
{
	for (size_t i = 0; i < sizeof(tool_words) / sizeof(tool_words[0]); i++)
		if (strcmp(tool_words[i].tool, tool) == 0)
			return &tool_words[i];
	return NULL;
}

/* What a call is about: `adding “milk”`, `completing #5`. */
static const char *
doing(struct arena *a, const struct tool_words *w,
    struct json_object *arguments)
{
	const char *text, *verb;
	int64_t id = js_int(arguments, "task_id", 0);

	if (w == NULL)
		return "working";
	verb = strcmp(w->tool, "complete_task") == 0 &&
	    !js_bool(arguments, "completed", true) ? "reopening" : w->doing;
	if (strcmp(w->about, "task_id") == 0)
		return id > 0 ? arena_printf(a, "%s #%lld", verb,
		    (long long)id) : arena_printf(a, "%s a task", verb);
	text = plain(a, js_text(arguments, w->about, ""), LINE_TITLE);
	if (strcmp(w->about, "search") == 0)
		return text[0] == '\0' ? "looking at the tasks" :
		    arena_printf(a, "looking for “%s”", text);
	return text[0] == '\0' ? "adding a task" :
	    arena_printf(a, "%s “%s”", verb, text);
}

/* By what a call that changes a task answers. */
static const struct outcome {
	const char	*status;
	bool		 already;	/* nothing was changed */
	const char	*words;
} outcomes[] = {
	{ "created", false, "Added" },
	{ "created", true, "Already added:" },
	{ "completed", false, "Completed" },
	{ "completed", true, "Already done:" },
	{ "pending", false, "Reopened" },
	{ "pending", true, "Already open:" },
	{ "updated", false, "Changed" },
	{ "deleted", false, "Deleted" },
	{ "restored", false, "Restored" },
	{ "restored", true, "Already there:" },
};

/* What a call did; NULL: it is not said in words we know. */
static const char *
done(struct arena *a, struct json_object *result)
{
	const char *status = js_text(result, "status", "");
	bool already = js_bool(result, "already", false);
	size_t n = js_len(result);

	if (js_type(result) == JS_ARR)
		return n == 0 ? "Nothing found" : arena_printf(a,
		    "Looked at the tasks: %zu found", n);
	for (size_t i = 0; i < sizeof(outcomes) / sizeof(outcomes[0]); i++)
		if (outcomes[i].already == already &&
		    strcmp(outcomes[i].status, status) == 0)
			return arena_printf(a, "%s #%lld “%s”",
			    outcomes[i].words,
			    (long long)js_int(result, "task_id", 0),
			    plain(a, js_text(result, "title", ""),
			    LINE_TITLE));
	return NULL;
}

/* Why a call did nothing. */
static const char *
failed(struct arena *a, const struct tool_words *w, const char *error,
    struct json_object *arguments, struct json_object *result)
{
	const char *title = plain(a, js_text(result, "title", ""), LINE_TITLE);
	long long id = (long long)js_int(arguments, "task_id", 0);

	if (strcmp(error, "task_not_found") == 0)
		return arena_printf(a, "There is no task #%lld", id);
	if (strcmp(error, "task_changed") == 0)
		return arena_printf(a, "Left alone, it was changed meanwhile:"
		    " #%lld “%s”", id, title);
	if (strcmp(error, "unknown_tool") == 0)
		return "Not carried out: there is no such tool";
	if (strcmp(error, "invalid_arguments") == 0)
		return arena_printf(a, "Not understood: %s", doing(a, w,
		    arguments));
	return arena_printf(a, "Not carried out: %s", doing(a, w, arguments));
}

struct json_object *
ck_task_line(struct arena *a, const char *name,
    struct json_object *arguments, struct json_object *result)
{
	const struct tool_words *w = words_of(name);
	const char *error = js_text(result, "error", NULL), *title = NULL;
	struct json_object *line = js_object(a);

	if (error != NULL)
		title = failed(a, w, error, arguments, result);
	else if (result != NULL)
		title = done(a, result);
	if (title == NULL)
		title = capital(a, doing(a, w, arguments));
	js_add_text(line, "type", "custom");
	js_add_text(line, "status_indicator", result == NULL ? "loading" :
	    "complete");
	js_add_text(line, "title", title);
	js_add_text(line, "icon", error != NULL || w == NULL ? "info" :
	    w->icon);
	return line;
}

/* ----------------------------------------------------------- components */

/* One more child, with the one property it must have, or NULL; lent. */
static struct json_object *
child(struct json_object *children, const char *type, const char *name,
    const char *value)
{
	struct json_object *v = js_new_object();

	js_add_text(v, "type", type);
	if (name != NULL)
		js_add_text(v, name, value);
	js_push(children, v);
	return v;
}

/*
 * Written in full: a reader need not know the defaults.  payload is given
 * away.  Not streaming: allowed while an answer is being written.
 */
static struct json_object *
action(const char *type, struct json_object *payload, bool streaming)
{
	struct json_object *v = js_new_object();

	js_add_text(v, "type", type);
	js_add(v, "payload", payload);
	js_add_text(v, "handler", "server");
	js_add_text(v, "loadingBehavior", "auto");
	js_add_bool(v, "streaming", streaming);
	return v;
}

static struct json_object *
status_new(const char *text, const char *icon)
{
	struct json_object *v = js_new_object();

	js_add_text(v, "text", text);
	if (icon != NULL)
		js_add_text(v, "icon", icon);
	return v;
}

/* ----------------------------------------------------- the list of tasks */

enum { LIST_SHORT = 10 };	/* rows that are shown without being asked */

/* Task id as it stands now; NULL: gone for good. */
static struct json_object *
task_now(struct arena *a, struct json_object *row, struct json_object *tasks)
{
	if (tasks == NULL)
		return row;
	return js_get(tasks, arena_printf(a, "%lld",
	    (long long)js_int(row, "id", 0)));
}

static bool
task_deleted(const struct json_object *now)
{
	return now == NULL || (js_has(now, "deleted") &&
	    js_bool(now, "deleted", true));
}

/*
 * What it was called when it was listed, if it is called nothing now.  Never
 * empty, also when nobody could see what it is made of.
 */
static const char *
task_title(struct arena *a, struct json_object *row, struct json_object *now)
{
	const char *title = plain(a, js_text(now, "title", js_text(row,
	    "title", "")), MAX_TITLE);

	return title[0] != '\0' ? title : arena_printf(a, "#%lld",
	    (long long)js_int(row, "id", 0));
}

static struct json_object *
task_payload(int64_t id)
{
	struct json_object *v = js_new_object();

	js_add_int(v, "task_id", id);
	return v;
}

static void
badge_add(struct json_object *children, const char *label, const char *color)
{
	struct json_object *badge = child(children, "Badge", "label", label);

	js_add_text(badge, "color", color);
	js_add_text(badge, "size", "sm");
}

static void
button_add(struct json_object *children, const char *label, const char *color,
    struct json_object *act)
{
	struct json_object *button = child(children, "Button", "label", label);

	js_add(button, "onClickAction", act);
	js_add_text(button, "color", color);
	js_add_text(button, "variant", "ghost");
	js_add_text(button, "size", "sm");
}

/*
 * The title is the checkbox's label: that is its accessible name, and what
 * one would click.  Only a Text can be struck through, but beside a box
 * without a label it names nothing, and beside one with a label it is read
 * out twice; a box that is checked says done.
 */
static void
checkbox_add(struct arena *a, struct json_object *children, int64_t id,
    const char *title, bool completed)
{
	struct json_object *payload = task_payload(id);
	struct json_object *box = child(children, "Checkbox", "name",
	    arena_printf(a, "done_%lld", (long long)id));

	js_add_bool(payload, "completed", !completed);
	js_add_text(box, "label", title);
	js_add_bool(box, "defaultChecked", completed);
	js_add(box, "onChangeAction", action("task.toggle", payload, false));
}

static void
row_there(struct arena *a, struct json_object *children, int64_t id,
    const char *title, struct json_object *now)
{
	const char *due = js_text(now, "due", NULL);
	const char *priority = js_text(now, "priority", "normal");
	bool completed = js_bool(now, "completed", false);

	checkbox_add(a, children, id, title, completed);
	child(children, "Spacer", NULL, NULL);
	if (due != NULL)
		badge_add(children, date_text(a, due), completed ?
		    "secondary" : "info");
	if (strcmp(priority, "high") == 0)
		badge_add(children, "high priority", completed ?
		    "secondary" : "warning");
	else if (strcmp(priority, "low") == 0)
		badge_add(children, "low priority", "secondary");
	child(children, "Caption", "value", arena_printf(a, "#%lld",
	    (long long)id));
	button_add(children, "Delete", "danger", action("task.delete",
	    task_payload(id), true));
}

/* back: it may still be restored. */
static void
row_deleted(struct arena *a, struct json_object *children, int64_t id,
    const char *title, bool back)
{
	struct json_object *text = child(children, "Text", "value", title);

	js_add_bool(text, "lineThrough", true);
	js_add_text(text, "color", "secondary");
	child(children, "Spacer", NULL, NULL);
	badge_add(children, "deleted", "secondary");
	child(children, "Caption", "value", arena_printf(a, "#%lld",
	    (long long)id));
	if (back)
		button_add(children, "Restore", "secondary",
		    action("task.restore", task_payload(id), false));
}

static struct json_object *
row_new(struct arena *a, struct json_object *row, struct json_object *tasks)
{
	struct json_object *now = task_now(a, row, tasks);
	struct json_object *item = js_new_object(), *children = js_new_array();
	const char *title = task_title(a, row, now);
	int64_t id = js_int(row, "id", 0);

	js_add_text(item, "type", "ListViewItem");
	js_add_text(item, "key", arena_printf(a, "t%lld", (long long)id));
	js_add_text(item, "align", "center");
	js_add(item, "children", children);
	if (task_deleted(now))
		row_deleted(a, children, id, title, now != NULL);
	else
		row_there(a, children, id, title, now);
	return item;
}

struct json_object *
ck_list_widget(struct arena *a, struct json_object *result,
    struct json_object *tasks)
{
	struct json_object *list = js_object(a), *children = js_new_array();
	size_t n = js_len(result);

	js_add_text(list, "type", "ListView");
	js_add(list, "children", children);
	for (size_t i = 0; i < n; i++)
		js_push(children, row_new(a, js_at(result, i), tasks));
	if (n > LIST_SHORT)
		js_add_text(list, "limit", "auto");
	js_add(list, "status", status_new(count_of(a, n, "task"), NULL));
	return list;
}

const char *
ck_list_text(struct arena *a, struct json_object *result,
    struct json_object *tasks)
{
	struct buf b;

	buf_init(&b, a, TEXT_MAX);
	for (size_t i = 0; i < js_len(result); i++) {
		struct json_object *row = js_at(result, i);
		buf_printf(&b, "%s%s", i > 0 ? "\n" : "", task_title(a, row,
		    task_now(a, row, tasks)));
	}
	return buf_str(&b);
}

/* ------------------------------------------------------ a question's card */

enum { ACTIONS_SHOWN = 10 };

/* What is asked for: of one action, or of all when they want the same. */
static const struct verb {
	const char	*ask;		/* also the button that says yes */
	const char	*done;		/* once it is carried out */
	const char	*keep, *kept;	/* the other button, once it is no */
} verbs[] = {
	{ "Delete", "Deleted", "Keep", "Kept" },
	{ "Change", "Changed", "Leave as is", "Nothing was changed" },
	{ "Complete", "Completed", "Leave open", "Nothing was changed" },
	{ "Reopen", "Reopened", "Leave as is", "Nothing was changed" },
	{ "Go ahead", "Done", "Leave as is", "Nothing was changed" },
};
enum { DELETE, CHANGE, COMPLETE, REOPEN, VARIOUS };

static const struct verb *
verb_of(const struct json_object *act)
{
	const char *tool = js_text(act, "tool", "");

	if (strcmp(tool, "delete_task") == 0)
		return &verbs[DELETE];
	if (strcmp(tool, "update_task") == 0)
		return &verbs[CHANGE];
	if (strcmp(tool, "complete_task") != 0)
		return &verbs[VARIOUS];
	return js_bool(js_get(act, "arguments"), "completed", true) ?
	    &verbs[COMPLETE] : &verbs[REOPEN];
}

struct asked {
	struct json_object	*question, *actions;
	size_t			 n;
	const struct verb	*verb;
	bool			 deletes, changes;	/* any of them */
	const char		*state;
};

static struct asked
asked_of(struct json_object *question)
{
	struct asked q = { .question = question,
	    .actions = js_get(question, "actions"),
	    .state = js_text(question, "state", "") };

	q.n = js_len(q.actions);
	q.verb = q.n > 0 ? verb_of(js_at(q.actions, 0)) : &verbs[VARIOUS];
	for (size_t i = 0; i < q.n; i++) {
		const struct verb *v = verb_of(js_at(q.actions, i));
		q.deletes |= v == &verbs[DELETE];
		q.changes |= v == &verbs[CHANGE];
		if (v != q.verb)
			q.verb = &verbs[VARIOUS];
	}
	return q;
}

static bool
state_is(const struct asked *q, const char *state)
{
	return strcmp(q->state, state) == 0;
}

static const char *
card_title(struct arena *a, const struct asked *q)
{
	if (q->n == 0)
		return plain(a, js_text(q->question, "summary", ""),
		    SHOWN_VALUE);
	if (q->verb == &verbs[VARIOUS])
		return arena_printf(a, "Make %s?", count_of(a, q->n,
		    "change"));
	return q->n == 1 ? arena_printf(a, "%s this task?", q->verb->ask) :
	    arena_printf(a, "%s %s?", q->verb->ask, count_of(a, q->n, "task"));
}

/* What an update makes of a task: `title: “New”, due: 1 Dec 2026`. */
static const char *
changes_text(struct arena *a, struct json_object *arguments)
{
	static const char *const names[][2] = { { "title", "title" },
	    { "description", "description" }, { "priority", "priority" },
	    { "due_at", "due" } };
	struct buf b;

	buf_init(&b, a, CHANGES_MAX);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *v = js_text(arguments, names[i][0], NULL);
		if (v == NULL)
			continue;
		buf_printf(&b, "%s%s", b.n > 0 ? ", " : "", names[i][1]);
		if (v[0] == '\0')
			buf_puts(&b, " removed");
		else if (i < 2)
			buf_printf(&b, ": “%s”", plain(a, v, i == 0 ?
			    MAX_TITLE : SHOWN_VALUE));
		else
			buf_printf(&b, ": %s", plain(a, date_text(a, v),
			    SHOWN_VALUE));
	}
	return capital(a, buf_str(&b));
}

static void
action_show(struct arena *a, struct json_object *children,
    const struct asked *q, struct json_object *act)
{
	const char *title = plain(a, js_text(act, "title", ""), MAX_TITLE);
	const char *changes = "";
	const struct verb *v = verb_of(act);

	child(children, "Text", "value", arena_printf(a, "%s%s#%lld %s",
	    q->verb == v ? "" : v->ask, q->verb == v ? "" : " ",
	    (long long)js_int(act, "task_id", 0), title));
	if (v == &verbs[CHANGE])
		changes = changes_text(a, js_get(act, "arguments"));
	if (changes[0] != '\0')
		child(children, "Caption", "value", changes);
}

static void
actions_show(struct arena *a, struct json_object *children,
    const struct asked *q)
{
	for (size_t i = 0; i < q->n && i < ACTIONS_SHOWN; i++)
		action_show(a, children, q, js_at(q->actions, i));
	if (q->n > ACTIONS_SHOWN)
		child(children, "Text", "value", arena_printf(a,
		    "and %zu more", q->n - ACTIONS_SHOWN));
}

/* May what is deleted be had back, and how long? */
static const char *
undo_text(struct arena *a, const struct asked *q)
{
	bool only = q->verb == &verbs[DELETE];
	const char *until = js_text(q->question, "undo_until", NULL);
	int64_t days = js_int(q->question, "undo_days", 0);

	if (days == 0)
		return only ? "This cannot be undone." :
		    "What is deleted cannot be restored.";
	return arena_printf(a, "%s be restored %s.", only ? "Can" :
	    "What is deleted can", until != NULL ? arena_printf(a,
	    "until %s", date_text(a, until)) : arena_printf(a, "for %s",
	    count_of(a, (size_t)days, "day")));
}

/* How many actions of an approved question were carried out. */
static size_t
carried_out(const struct asked *q)
{
	int64_t n = js_int(q->question, "done", (int64_t)q->n);

	return n > 0 && state_is(q, "approved") ? (size_t)n : 0;
}

static void
captions_show(struct arena *a, struct json_object *children,
    const struct asked *q)
{
	const char *until = js_text(q->question, "open_until", NULL);
	bool pending = state_is(q, "pending");

	if (q->deletes && (pending || carried_out(q) > 0))
		child(children, "Caption", "value", undo_text(a, q));
	if (!pending)
		return;
	if (q->changes)
		child(children, "Caption", "value",
		    "The old values will not be kept.");
	else if (!q->deletes)
		child(children, "Caption", "value",
		    "This can be taken back at any time.");
	if (until != NULL)
		child(children, "Caption", "value", arena_printf(a,
		    "Open until %s.", date_text(a, until)));
}

static struct json_object *
status_approved(struct arena *a, const struct asked *q)
{
	size_t n = carried_out(q);

	if (n == 0)
		return status_new("Nothing was changed", "info");
	return status_new(n >= q->n ? q->verb->done : arena_printf(a,
	    "%zu of %zu: %s", n, q->n, q->verb->done), "check-circle");
}

static struct json_object *
card_status(struct arena *a, const struct asked *q)
{
	if (state_is(q, "pending"))
		return status_new("Needs your answer", "circle-question");
	if (state_is(q, "approved"))
		return status_approved(a, q);
	if (state_is(q, "rejected"))
		return status_new(q->verb->kept, "info");
	if (state_is(q, "expired"))
		return status_new("Expired, nothing was changed", "info");
	return status_new("Not answered, nothing was changed", "info");
}

static void
button_show(struct json_object *card, const struct asked *q, const char *name,
    const char *label, const char *type)
{
	struct json_object *v = js_new_object(), *payload = js_new_object();

	js_add_text(payload, "confirmation_id", js_text(q->question, "id",
	    ""));
	js_add_text(v, "label", label);
	js_add(v, "action", action(type, payload, true));
	js_add(card, name, v);
}

struct json_object *
ck_card_widget(struct arena *a, struct json_object *question)
{
	struct json_object *card = js_object(a), *children = js_new_array();
	struct asked q = asked_of(question);
	struct json_object *title;

	js_add_text(card, "type", "Card");
	js_add(card, "children", children);
	title = child(children, "Title", "value", card_title(a, &q));
	js_add_text(title, "size", "sm");
	actions_show(a, children, &q);
	captions_show(a, children, &q);
	js_add(card, "status", card_status(a, &q));
	if (state_is(&q, "pending")) {
		button_show(card, &q, "confirm", q.verb->ask,
		    "confirmation.approve");
		button_show(card, &q, "cancel", q.verb->keep,
		    "confirmation.reject");
	}
	return card;
}

const char *
ck_card_text(struct arena *a, struct json_object *question)
{
	struct json_object *card = ck_card_widget(a, question);
	struct json_object *children = js_get(card, "children");
	struct buf b;

	buf_init(&b, a, TEXT_MAX);
	for (size_t i = 0; i < js_len(children); i++)
		buf_printf(&b, "%s\n", js_text(js_at(children, i), "value",
		    ""));
	buf_puts(&b, js_text(js_get(card, "status"), "text", ""));
	return buf_str(&b);
}
