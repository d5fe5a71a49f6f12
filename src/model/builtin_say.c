/*
 * What is said.  A sentence that claims a change is made from the result
 * of a call of this turn and from nothing else.
 */
#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "model/builtin.h"

#define SHOWN_TITLE	160	/* bytes of a title in a sentence */
#define LAST_MINUTE	(23 * 60 + 59)

static const char *
verb_of(enum bt_does does)
{
	switch (does) {
	case BT_COMPLETE:	return "complete";
	case BT_REOPEN:		return "reopen";
	case BT_DELETE:		return "delete";
	case BT_RESTORE:	return "restore";
	case BT_DETAIL:		return "show";
	default:		return "change";
	}
}

/* On one line and not too long: the numbered lines of a reply are read. */
const char *
bt_say_title(struct arena *a, struct str title)
{
	size_t n = utf8_fit(title, SHOWN_TITLE), i;
	char *s = arena_strndup(a, title.p != NULL ? title.p : "", n);

	for (i = 0; i < n; i++)
		if ((unsigned char)s[i] < ' ' || s[i] == 0x7f)
			s[i] = ' ';
	return n < title.n ? arena_printf(a, "%s…", s) : s;
}

const char *
bt_say_task(struct arena *a, int64_t id, struct str title)
{
	if (title.n == 0)
		return arena_printf(a, "#%" PRId64, id);
	return arena_printf(a, "#%" PRId64 " “%s”", id,
	    bt_say_title(a, title));
}

/* "due" is local; a day alone is kept as its last minute. */
bool
bt_due_of(struct json_object *item, struct bt_when *out)
{
	struct str s = js_str(js_get(item, "due"));

	if (s.n == 0)
		s = js_str(js_get(item, "due_at"));
	out->kind = BT_WHEN;
	if (!bt_stamp_read(s, &out->day, &out->minute))
		return false;
	if (out->minute == LAST_MINUTE)
		out->minute = -1;
	return true;
}

/* " (due Fri 27 Nov, high priority)", or nothing. */
static const char *
say_extras(struct bt_plan *p, struct json_object *item)
{
	const char *priority = js_text(item, "priority", "normal");
	bool odd = bt_in(priority, "high|low");
	struct bt_when due;
	const char *when = bt_due_of(item, &due) ?
	    bt_when_say(p->a, due, p->now) : NULL;
	bool late = when != NULL && p->now.known &&
	    !js_bool(item, "completed", false) && (due.day < p->now.day ||
	    (due.day == p->now.day && due.minute >= 0 &&
	    due.minute < p->now.minute));

	if (when == NULL && !odd)
		return "";
	return arena_printf(p->a, " (%s%s%s%s%s%s)", when != NULL ? "due " : "",
	    when != NULL ? when : "", late ? ", overdue" : "",
	    when != NULL && odd ? ", " : "", odd ? priority : "",
	    odd ? " priority" : "");
}

static void
say_line(struct bt_plan *p, struct buf *b, size_t place,
    const struct bt_task *t)
{
	buf_printf(b, "\n%zu. [%c] #%" PRId64 " %s%s", place,
	    t->completed ? 'x' : ' ', t->id, bt_say_title(p->a, t->title),
	    say_extras(p, t->item));
}

const char *
bt_ask_which(struct arena *a, enum bt_does does, struct bt_tasks among,
    struct str what)
{
	struct buf b;
	size_t i, n = among.n < BT_MAX_LINES ? among.n : BT_MAX_LINES;

	buf_init(&b, a, BT_MAX_SAY);
	if (what.n > 0)
		buf_printf(&b, "I found %zu tasks that fit “%s”. ", among.n,
		    bt_say_title(a, what));
	buf_printf(&b, "%s%s?", BT_WHICH_ONE, verb_of(does));
	for (i = 0; i < n; i++)
		buf_printf(&b, "\n%zu. #%" PRId64 " %s", i + 1, among.v[i].id,
		    bt_say_title(a, among.v[i].title));
	if (n < among.n)
		buf_printf(&b, "\n…and %zu more.", among.n - n);
	buf_printf(&b, "\nAnswer with a place in this list (1 to %zu), with a"
	    " few words of the title, or with “never mind”.", n);
	return buf_str(&b);
}

const char *
bt_ask_free(struct arena *a, enum bt_does does)
{
	return arena_printf(a, "%s%s? Tell me its number or its title, for"
	    " example “task 3”, or say “show my tasks” to see them.",
	    BT_WHICH_TASK, verb_of(does));
}

const char *
bt_say_lost(struct arena *a, struct str what)
{
	return arena_printf(a, "I couldn't find a task that fits “%s”, so"
	    " nothing was changed. Say “show my tasks” to see your list, or"
	    " name the task by its number.", bt_say_title(a, what));
}

/*
 * Results of effects
 */

static const char *
say_failure(struct bt_plan *p, struct json_object *r, const char *which)
{
	const char *code = js_text(r, "error", "");

	if (strcmp(code, "task_not_found") == 0)
		return arena_printf(p->a, "I couldn't find %s. Say “show my"
		    " tasks” to see what is on your list.", which);
	if (strcmp(code, "not_confirmed") == 0)
		return arena_printf(p->a, "You did not confirm, so %s was left"
		    " as it is.", which);
	if (strcmp(code, "task_changed") == 0)
		return arena_printf(p->a, "%s was changed in the meantime, so I"
		    " left it alone. Look at it again and tell me anew.",
		    which);
	if (strcmp(code, "invalid_arguments") == 0)
		return arena_printf(p->a, "That did not work for %s, so it was"
		    " left as it is. Please try it in other words, or say"
		    " “help” for examples.", which);
	return arena_printf(p->a, "Something went wrong and %s was left as it"
	    " is. Please try again in a moment.", which);
}

static const char *
sentence_start(struct arena *a, const char *s)
{
	char *out;

	if (*s < 'a' || *s > 'z')
		return s;
	out = arena_strdup(a, s);
	out[0] = (char)(out[0] - 'a' + 'A');
	return out;
}

static const char *
say_update(struct bt_plan *p, const struct bt_change *c,
    struct json_object *r, const char *task)
{
	struct bt_when due;
	struct buf b;

	buf_init(&b, p->a, 4096);
	if (c->has_title)
		buf_printf(&b, "Renamed %s.", task);
	else if (c->has_description && c->append)
		buf_printf(&b, "Updated %s: that is now in its description.",
		    task);
	else if (c->has_description && c->description.n == 0)
		buf_printf(&b, "Removed the description of %s.", task);
	else if (c->has_description)
		buf_printf(&b, "Updated the description of %s.", task);
	else if (c->priority != NULL)
		buf_printf(&b, "Updated %s: it now has %s priority.", task,
		    c->priority);
	else if (c->due.kind == BT_CLEAR)
		buf_printf(&b, "Updated %s: it has no due date any more.",
		    task);
	else if (c->due.kind == BT_WHEN)
		buf_printf(&b, "Updated %s: it is now due %s.", task,
		    bt_when_say(p->a, bt_due_of(r, &due) ? due : c->due,
		    p->now));
	else
		buf_printf(&b, "Updated %s.", task);
	return buf_str(&b);
}

/* One result in one sentence. */
static const char *
say_result(struct bt_plan *p, const struct bt_job *j, struct json_object *r,
    int64_t id)
{
	const char *status = js_text(r, "status", "");
	int64_t known = js_int(r, "task_id", id);
	const char *task = bt_say_task(p->a, known, js_str(js_get(r, "title")));
	bool already = js_bool(r, "already", false);

	if (js_has(r, "error") || js_type(r) != JS_OBJ)
		return sentence_start(p->a, say_failure(p, r, known >= 0 ?
		    arena_printf(p->a, "task %s", bt_say_task(p->a, known,
		    js_str(js_get(r, "title")))) : "that task"));
	if (strcmp(status, "awaiting_confirmation") == 0)
		return "That waits for your yes or no.";
	if (strcmp(status, "created") == 0)
		return arena_printf(p->a, "Added %s%s.", task,
		    say_extras(p, r));
	if (strcmp(status, "completed") == 0)
		return arena_printf(p->a, already ? "%s was already done. Say"
		    " “what's pending” to see what is left." :
		    "Done! I marked %s as complete.", task);
	if (strcmp(status, "pending") == 0)
		return arena_printf(p->a, already ? "%s was still open, so"
		    " there was nothing to take back." :
		    "Reopened %s: it is pending again.", task);
	if (strcmp(status, "deleted") == 0)
		return arena_printf(p->a, "Deleted %s. Say “undo that” to"
		    " bring it back.", task);
	if (strcmp(status, "restored") == 0)
		return arena_printf(p->a, already ? "%s was not deleted, so it"
		    " is still on your list." :
		    "Restored %s: it is back on your list.", task);
	if (strcmp(status, "updated") == 0)
		return say_update(p, &j->intent->change, r, task);
	return "I could not tell what came of that. Say “show my tasks” to"
	    " look.";
}

static const char *
heading_of(const char *status)
{
	static const struct { const char *status, *text; } t[] = {
		{ "created", "Added" }, { "completed", "Completed" },
		{ "pending", "Reopened" }, { "updated", "Updated" },
		{ "deleted", "Deleted" }, { "restored", "Restored" },
	};
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		if (strcmp(t[i].status, status) == 0)
			return t[i].text;
	return NULL;
}

static bool
plain_success(struct json_object *r, const char *status)
{
	return r != NULL && !js_has(r, "error") && !js_bool(r, "already", false)
	    && strcmp(js_text(r, "status", ""), status) == 0;
}

static void
line_break(struct buf *b)
{
	if (b->n > 0)
		buf_putc(b, '\n');
}

/* One result of the turn with what it belongs to. */
struct outcome {
	const struct bt_job	*job;
	struct json_object	*result;
	int64_t			 id;
};

/*
 * Sentences for results in a row; three or more alike become a numbered
 * list, so that "the second one" can be said of them.
 */
static void
say_outcomes(struct bt_plan *p, const struct outcome *v, size_t n,
    struct buf *b)
{
	size_t i = 0, k, end;

	while (i < n) {
		const char *status = js_text(v[i].result, "status", "");

		for (end = i; end < n && plain_success(v[end].result, status);
		    end++)
			;
		if (end - i < 2 || heading_of(status) == NULL) {
			line_break(b);
			buf_puts(b, say_result(p, v[i].job, v[i].result,
			    v[i].id));
			i++;
			continue;
		}
		line_break(b);
		buf_printf(b, "%s %zu tasks:", heading_of(status), end - i);
		for (k = 0; i < end; i++) {
			struct bt_task t = { js_int(v[i].result, "task_id", 0),
			    js_str(js_get(v[i].result, "title")),
			    strcmp(status, "completed") == 0, v[i].result };

			say_line(p, b, ++k, &t);
		}
	}
}

/*
 * Lists
 */

static const char *
say_kind(struct arena *a, const struct bt_filter *f, size_t n)
{
	const char *due = f->due == BT_DUE_OVERDUE ? "overdue " : "";
	const char *status = strcmp(f->status, "all") == 0 ||
	    f->due == BT_DUE_OVERDUE ? "" : f->status;

	return arena_printf(a, "%s%s%s%s%stask%s%s%s%s",
	    due, status, *status != '\0' ? " " : "",
	    f->priority != NULL ? f->priority : "",
	    f->priority != NULL ? "-priority " : "", n == 1 ? "" : "s",
	    f->search != NULL ? " about “" : "",
	    f->search != NULL ? bt_say_title(a, str_of(f->search)) : "",
	    f->search != NULL ? "”" : "");
}

static const char *
say_range(struct bt_plan *p, const struct bt_filter *f)
{
	struct bt_when from = { BT_WHEN, f->from, -1 };
	struct bt_when to = { BT_WHEN, f->to, -1 };

	if (f->due != BT_DUE_RANGE)
		return "";
	if (f->from == f->to)
		return arena_printf(p->a, " due %s",
		    bt_when_say(p->a, to, p->now));
	if (f->from < p->now.day - 31)
		return arena_printf(p->a, " due by %s",
		    bt_when_say(p->a, to, p->now));
	return arena_printf(p->a, " due from %s to %s",
	    bt_when_say(p->a, from, p->now), bt_when_say(p->a, to, p->now));
}

static void
say_empty(struct bt_plan *p, const struct bt_filter *f, struct buf *b)
{
	bool any = strcmp(f->status, "all") == 0 && f->priority == NULL &&
	    f->search == NULL && f->due == BT_DUE_ANY;

	if (any)
		buf_puts(b, "You have no tasks. Would you like to create one?"
		    " Just say, for example, “add buy milk”.");
	else if (strcmp(f->status, "pending") == 0 && f->search == NULL &&
	    f->priority == NULL && f->due == BT_DUE_ANY)
		buf_puts(b, "You have no pending tasks. Nothing left to do!"
		    " Say “add …” when something comes up.");
	else
		buf_printf(b, "You have no %s%s. Say “show my tasks” to see"
		    " everything.", say_kind(p->a, f, 0), say_range(p, f));
}

static void
say_list(struct bt_plan *p, const struct bt_job *j, struct buf *b)
{
	const struct bt_filter *f = &j->intent->filter;
	struct bt_tasks t = bt_tasks_of(p->a, j->list);
	size_t i, n = t.n < BT_MAX_LINES ? t.n : BT_MAX_LINES, open = 0;

	if (js_type(j->list) == JS_OBJ && js_has(j->list, "error")) {
		buf_puts(b, "I could not read your tasks just now. Please try"
		    " again in a moment.");
		return;
	}
	if (t.n == 0) {
		say_empty(p, f, b);
		return;
	}
	for (i = 0; i < t.n; i++)
		open += !t.v[i].completed;
	buf_printf(b, "You have %zu %s%s", t.n, say_kind(p->a, f, t.n),
	    say_range(p, f));
	if (strcmp(f->status, "all") == 0 && open < t.n && open > 0)
		buf_printf(b, ", %zu of them still pending", open);
	buf_putc(b, ':');
	for (i = 0; i < n; i++)
		say_line(p, b, i + 1, &t.v[i]);
	if (n < t.n)
		buf_printf(b, "\n…and %zu more. Narrow it down with “show"
		    " tasks about …”.", t.n - n);
}

static void
say_detail(struct bt_plan *p, const struct bt_job *j, struct buf *b)
{
	struct str d;
	size_t i;

	for (i = 0; i < j->targets.n; i++) {
		const struct bt_task *t = &j->targets.v[i];

		line_break(b);
		if (t->item == NULL) {
			buf_printf(b, "I couldn't find task #%" PRId64 ". Say"
			    " “show my tasks” to see what is on your list.",
			    t->id);
			continue;
		}
		buf_printf(b, "%s is %s%s.", bt_say_task(p->a, t->id,
		    t->title), t->completed ? "complete" : "pending",
		    say_extras(p, t->item));
		d = js_str(js_get(t->item, "description"));
		if (d.n > 0)
			buf_printf(b, "\nDescription: %.*s",
			    (int)utf8_fit(d, 6000), d.p);
	}
}

/*
 * All of a turn
 */

static bool
is_effect(enum bt_does does)
{
	return does == BT_ADD || does == BT_COMPLETE || does == BT_REOPEN ||
	    does == BT_UPDATE || does == BT_DELETE || does == BT_RESTORE ||
	    does == BT_UNDO;
}

static size_t
outcomes_of(const struct bt_job *j, struct outcome *v)
{
	size_t i;

	for (i = 0; i < j->ndone; i++)
		v[i] = (struct outcome){ j, j->done[i],
		    j->does != BT_UNDO && i < j->targets.n ?
		    j->targets.v[i].id : -1 };
	return j->ndone;
}

static bool
is_told(const struct bt_plan *p, const struct bt_job *j, bool late)
{
	return j->late ? false : p->told && !late;
}

void
bt_say_jobs(struct bt_plan *p, bool late, struct buf *b)
{
	struct outcome *v;
	size_t i, n = 0, cap = 1;
	bool alone = false;

	for (i = 0; i < p->intents.n; i++)
		cap += p->jobs[i].ndone;
	v = arena_alloc(p->a, cap * sizeof(*v));
	for (i = 0; i < p->intents.n; i++) {
		const struct bt_job *j = &p->jobs[i];

		if (late != j->late && late)
			continue;
		if (is_told(p, j, false))
			continue;
		if (is_effect(j->does) && j->instead == NULL &&
		    j->left_out == 0) {
			n += outcomes_of(j, v + n);
			continue;
		}
		say_outcomes(p, v, n, b);
		n = outcomes_of(j, v);
		say_outcomes(p, v, n, b);
		n = 0;
		if (j->instead != NULL) {
			line_break(b);
			buf_puts(b, j->instead);
		} else if (j->left_out > 0) {
			line_break(b);
			buf_printf(b, "I can take at most %zu tasks at a time;"
			    " %zu more are left for another go.",
			    j->targets.n, j->left_out);
		} else if (j->does == BT_LIST && j->list != NULL) {
			line_break(b);
			say_list(p, j, b);
		} else if (j->does == BT_DETAIL && j->finished) {
			line_break(b);
			say_detail(p, j, b);
		} else if (p->intents.n == 1 || (j->does == BT_UNKNOWN &&
		    !alone)) {
			alone = true;
			line_break(b);
			bt_say_alone(p, j->intent, b);
		}
	}
	say_outcomes(p, v, n, b);
	if (p->intents.cut && !late) {
		line_break(b);
		buf_printf(b, "That was a lot at once: I did the first %zu"
		    " things. Please tell me the rest again.", p->intents.n);
	}
}

void
bt_say_tape(struct bt_plan *p, struct buf *b)
{
	static const struct bt_intent none = { .does = BT_UNKNOWN };
	struct bt_job j = { .intent = &none };
	struct outcome *v = arena_alloc(p->a, (p->ntape + 1) * sizeof(*v));
	struct bt_intent list = { .does = BT_LIST };
	size_t i, n = 0;

	list.filter.status = "all";
	for (i = 0; i < p->ntape; i++)
		if (strcmp(p->tape[i].name, "list_tasks") != 0)
			v[n++] = (struct outcome){ &j, p->tape[i].result, -1 };
	if (n > 0) {
		say_outcomes(p, v, n, b);
		return;
	}
	j.intent = &list;
	j.does = BT_LIST;
	j.list = p->ntape > 0 ? p->tape[p->ntape - 1].result : NULL;
	if (j.list != NULL)
		say_list(p, &j, b);
}

/*
 * Talk
 */

#define EXAMPLES \
	"\n• Add: “add buy milk tomorrow, high priority”" \
	"\n• List: “show my tasks”, “what's pending?”, “what's due this " \
	    "week?”" \
	"\n• Complete: “mark task 3 as done”, “I finished buying milk”" \
	"\n• Change: “rename task 1 to Call mom”, “move task 2 to Friday”," \
	" “make it urgent”" \
	"\n• Delete and restore: “delete the milk task”, “undo that”"

static void
say_help(struct buf *b)
{
	buf_puts(b, "I can add, list, complete, change and delete your tasks."
	    " Say it in plain English:" EXAMPLES "\nI am the built-in command"
	    " mode, not an AI model, so short and direct sentences work"
	    " best.");
}

static void
say_hello(struct buf *b)
{
	buf_puts(b, "Hello! I keep your task list. I am the built-in command"
	    " mode (no AI model is connected), and I understand sentences like"
	    " these:" EXAMPLES);
}

/* What begins like this is nobody's task. */
#define NO_TASK \
	"what|what's|whats|how|who|who's|where|why|when|which|is|are|am|do|" \
	"does|did|can|could|will|would|should|tasks|task|make|tell|give|" \
	"mark|complete|delete|remove|change|update|show|undo|set|i|you|he|" \
	"she|we|they|it|that|this|the|no|yes|not|restore|reopen"

static void
say_unknown(struct bt_plan *p, const struct bt_intent *in, struct buf *b)
{
	struct str said = bt_raw(in->said);

	if (p->intents.n > 1) {
		buf_printf(b, "I left this out, because I did not understand"
		    " it: “%s”.", bt_say_title(p->a, said));
		return;
	}
	buf_puts(b, "I can only help with your task list, and I did not find"
	    " something to do with it in that. Try “show my tasks” or “help”");
	/* "buy milk": perhaps it was meant as a task */
	if (said.n < 80 && in->said.n < 10 && in->said.n > 1 &&
	    !bt_is(&in->said.w[0], NO_TASK) &&
	    memchr(said.p, '?', said.n) == NULL)
		buf_printf(b, ". If it is something to remember, say “add:"
		    " %s”", bt_say_title(p->a, said));
	buf_putc(b, '.');
}

static void
say_talk(struct bt_plan *p, struct buf *b)
{
	struct str last[3];
	struct bt_scene past;
	size_t i = p->user, n = 0, k;

	while (n < 3 && (i = bt_user_before(p->req, i)) != BT_NOBODY)
		if (p->req->messages[i].text.n > 0 &&
		    p->req->messages[i].text.p[0] != '[')
			last[n++] = p->req->messages[i].text;
	if (n == 0) {
		buf_puts(b, "We have just begun: there is nothing before this"
		    " in our conversation. Say “show my tasks” or “help” to"
		    " start.");
		return;
	}
	buf_puts(b, "We were talking about your tasks. Before this you said:");
	for (k = n; k-- > 0;)
		buf_printf(b, "\n• “%s”", bt_say_title(p->a, last[k]));
	bt_scene_read(p->a, p->req, p->user, &past);
	if (past.focus.n > 0) {
		buf_puts(b, "\nThe tasks we had before us:");
		for (k = 0; k < past.focus.n && k < 5; k++)
			buf_printf(b, "%s %s", k > 0 ? "," : "",
			    bt_say_task(p->a, past.focus.v[k].id,
			    past.focus.v[k].title));
		if (past.focus.n > 5)
			buf_printf(b, " and %zu more", past.focus.n - 5);
		buf_putc(b, '.');
	}
}

/* The line "User: ann" of what the program tells about this turn. */
static void
say_who(struct bt_plan *p, struct buf *b)
{
	const char *c = p->req->context, *end;

	while (c != NULL && strncmp(c, "User: ", 6) != 0) {
		c = strchr(c, '\n');
		c = c != NULL ? c + 1 : NULL;
	}
	if (c == NULL) {
		buf_puts(b, "You are signed in, but I was not told under which"
		    " name. The menu of this page shows it.");
		return;
	}
	c += 6;
	end = strchr(c, '\n');
	buf_printf(b, "You are signed in as %s.", bt_say_title(p->a,
	    end != NULL ? (struct str){ c, (size_t)(end - c) } : str_of(c)));
}

static void
say_time(struct bt_plan *p, struct buf *b)
{
	struct bt_when now = { BT_WHEN, p->now.day, p->now.minute };
	struct bt_now other = { .known = false };

	if (!p->now.known)
		buf_puts(b, "I do not know what time it is where you are.");
	else
		buf_printf(b, "It is %s.", bt_when_say(p->a, now, other));
}

void
bt_say_alone(struct bt_plan *p, const struct bt_intent *in, struct buf *b)
{
	switch (in->does) {
	case BT_HELP:
		say_help(b);
		break;
	case BT_HELLO:
		say_hello(b);
		break;
	case BT_THANKS:
		buf_puts(b, "You're welcome! Anything else for your list?");
		break;
	case BT_FINE:
		buf_puts(b, "Good. Tell me when there is something to do for"
		    " your list.");
		break;
	case BT_CANCEL:
		buf_puts(b, "All right, nothing was changed.");
		break;
	case BT_YES:
		buf_puts(b, "There is nothing waiting for a yes. Tell me what"
		    " to do, for example “add buy milk” or “show my tasks”.");
		break;
	case BT_NO:
		buf_puts(b, "All right. There was nothing waiting for an"
		    " answer, and nothing was changed.");
		break;
	case BT_TALK:
		say_talk(p, b);
		break;
	case BT_WHO:
		say_who(p, b);
		break;
	case BT_TIME:
		say_time(p, b);
		break;
	default:
		say_unknown(p, in, b);
		break;
	}
}
