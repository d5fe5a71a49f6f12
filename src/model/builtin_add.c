/* "Add …", "remind me to …", "three tasks: …": one or more new tasks. */
#include <string.h>

#include "model/builtin.h"

static void
add_one(struct arena *a, struct bt_span s, struct bt_now now,
    const struct bt_change *all, struct bt_intents *out)
{
	struct bt_intent *in = bt_intent_push(out, BT_ADD, s);

	if (in == NULL)
		return;
	in->change.priority = all->priority;
	in->change.due = all->due;
	bt_new_task(a, s, now, &in->change);
}

/* Cut a list of tasks at commas, lines and, where asked, at "and". */
static size_t
items_cut(struct bt_span s, bool ands, struct bt_span *v, size_t cap)
{
	size_t i, from = 0, n = 0;

	for (i = 0; i <= s.n && n < cap; i++) {
		if (i < s.n && !bt_is(&s.w[i], ",|;|\n") &&
		    !(ands && bt_is(&s.w[i], "and|&")))
			continue;
		v[n] = bt_bare(bt_sub(s, from, i));
		while (v[n].n > 1 && bt_is(&v[n].w[0], "and|&|-|*|then"))
			v[n] = bt_bare(bt_sub(v[n], 1, v[n].n));
		/* "1. buy milk" or "2) walk dog" */
		if (v[n].n > 2 && bt_number(&v[n].w[0]) >= 0 &&
		    bt_is(&v[n].w[1], ".|)|:"))
			v[n] = bt_bare(bt_sub(v[n], 2, v[n].n));
		if (v[n].n > 0 && !(v[n].n == 1 && bt_is(&v[n].w[0], "and")))
			n++;
		from = i + 1;
	}
	return n;
}

/*
 * "buy milk, walk the dog and pay bills": commas part the tasks; "and" does
 * where no comma stands before it, unless the number of tasks was said and
 * fits without.
 */
static void
add_many(struct arena *a, struct bt_span s, struct bt_now now,
    const struct bt_change *all, int64_t count, struct bt_intents *out)
{
	struct bt_span v[BT_MAX_INTENTS + 1], last[2];
	size_t n, cap = BT_MAX_INTENTS + 1, i, k = 0;
	bool lines = bt_within(s, s.n, "\n|;");

	n = items_cut(s, false, v, cap);
	if (n > 0 && !lines && (count < 0 || (int64_t)n != count)) {
		for (i = 0; i < v[n - 1].n; i++)
			k += bt_is(&v[n - 1].w[i], "and|&");
		/* an Oxford comma has said where the last one begins */
		if (n == 1 || (k == 1 && !(n > 2 && v[n - 1].w > s.w &&
		    bt_is(&v[n - 1].w[-1], "and")))) {
			if (count > 0 && n > 1 &&
			    items_cut(s, true, v, cap) == (size_t)count) {
				n = (size_t)count;
			} else if (n == 1) {
				n = items_cut(s, true, v, cap);
			} else if (items_cut(v[n - 1], true, last, 2) == 2 &&
			    n < cap) {
				v[n - 1] = last[0];
				v[n++] = last[1];
			}
		}
	}
	for (i = 0; i < n; i++)
		add_one(a, v[i], now, all, out);
}

/* Several quotations and only commas and "and" between them. */
static bool
quotes_only(struct bt_span s, size_t *count)
{
	size_t i;

	*count = 0;
	for (i = 0; i < s.n; i++) {
		if (s.w[i].kind == BT_QUOTE)
			(*count)++;
		else if (!bt_is(&s.w[i], ",|and|&|;|\n|-|*"))
			return false;
	}
	return *count > 1;
}

/* Leading words of an add that say how many and how pressing. */
static size_t
add_head(struct bt_span s, size_t i, struct bt_change *all, int64_t *count,
    bool *task, bool *many)
{
	size_t n, start = i, before;

	do {
		before = i;
		if (i < s.n && bt_number(&s.w[i]) >= 0 && i + 1 < s.n &&
		    (bt_at(s, i + 1, BT_TASKS "|new|more|" BT_TASK "|high|low|"
		    "urgent|important|separate|different")))
			*count = bt_number(&s.w[i++]);
		while (bt_at(s, i, "a|an|another|the|new|my|these|following|"
		    "some|few|more|separate|different|couple|of|me|down|up|in|"
		    "multiple|several|also"))
			i++;
		n = bt_priority_read(bt_sub(s, i, s.n), &all->priority);
		if (n > 0 && !bt_at(s, i + n, BT_TASK "|" BT_TASKS "|new"))
			all->priority = NULL;
		else
			i += n;
	} while (i > before);
	if (bt_at(s, i, "to") && bt_at(s, i + 1, "do"))
		i++;
	if (bt_at(s, i, BT_TASK "|" BT_TASKS "|do")) {
		*task = true;
		*many = bt_is(&s.w[i], BT_TASKS);
		return i + 1;
	}
	all->priority = NULL;
	*count = -1;
	return start;
}

/* "buy milk tomorrow and call mom on Friday": a date ends the first task. */
static size_t
second_task(struct bt_span s, struct bt_now now)
{
	struct bt_when w;
	size_t i, k;

	for (i = 2; i + 2 < s.n && i < 40; i++) {
		if (!bt_is(&s.w[i], "and") ||
		    bt_when_read(bt_sub(s, i + 1, s.n), now, &w) > 0)
			continue;
		for (k = i > 6 ? i - 6 : 1; k < i; k++)
			if (bt_when_read(bt_sub(s, k, i), now, &w) == i - k)
				return i;
	}
	return 0;
}

static void
add_rest(struct arena *a, struct bt_span s, struct bt_now now,
    struct bt_change *all, int64_t count, bool many, struct bt_intents *out)
{
	struct bt_when w;
	size_t n, quotes;

	n = bt_phrase(s, "to my list|to the list|to my to-do list|"
	    "to my todo list|on my list|for me|to my tasks|to my task list");
	s = bt_sub(s, n, s.n);
	n = bt_when_read(s, now, &w);
	/* "add a task for tomorrow: …", "remind me at 5pm to …" */
	if (n > 0 && n < s.n && bt_at(s, n, "to|that|about|:|called|named")) {
		all->due = w;
		s = bt_sub(s, n, s.n);
	}
	/* "a task with high priority called …" */
	if (bt_at(s, 0, "with|of") && (n = bt_priority_read(bt_sub(s, 1,
	    s.n), &all->priority)) > 0)
		s = bt_sub(s, 1 + n, s.n);
	n = bt_phrase(s, "with the title|with title|by the name of|"
	    "that says|which says|with the name|with name|called|named|titled|"
	    "entitled|saying|labelled|labeled|name|title");
	s = bt_sub(s, n, s.n);
	if (n > 0 && bt_at(s, 0, "as|is|of"))
		s = bt_sub(s, 1, s.n);
	while (s.n > 0 && bt_is(&s.w[0], ":|-|,|\n"))
		s = bt_sub(s, 1, s.n);
	if (n == 0 && s.n > 1 && bt_is(&s.w[0], "to|for|about|that|of|which"))
		s = bt_sub(s, 1, s.n);
	while (s.n > 0 && bt_is(&s.w[0], ":|-"))
		s = bt_sub(s, 1, s.n);
	if (quotes_only(bt_bare(s), &quotes) || (many && s.n > 0))
		add_many(a, s, now, all, count, out);
	else if ((n = second_task(s, now)) > 0) {
		add_one(a, bt_sub(s, 0, n), now, all, out);
		add_rest(a, bt_sub(s, n + 1, s.n), now, all, count, many, out);
	} else
		add_one(a, s, now, all, out);
}

/* "remind me to", "I need to", "don't forget to": what is left is a task. */
size_t
bt_reminder_head(struct bt_span s)
{
	return bt_phrase(s, "remind me|i need to remember to|"
	    "i have to remember to|i must remember to|i want to remember to|"
	    "i should remember to|help me remember to|remember to|"
	    "remember that i need to|don't let me forget to|"
	    "do not let me forget to|don't let me forget|make sure i|"
	    "make sure to|don't forget to|do not forget to|don't forget|"
	    "i need a reminder to|set a reminder to|set a reminder for me to|"
	    "i gotta remember to|need to remember to|i can't forget to|"
	    "i mustn't forget to|i must not forget to|note to self|"
	    "remember|reminder|set reminder to|set me a reminder to|"
	    "set up a reminder to|set a reminder|i don't want to forget to|"
	    "dont forget to|dont let me forget to|set reminder");
}

size_t
bt_duty_head(struct bt_span s)
{
	return bt_phrase(s, "i need to|i have to|i've got to|i must|i should|"
	    "i gotta|i ought to|we need to|need to|have to|gotta|"
	    "i really need to|i also need to|i still need to|"
	    "i still have to|i also have to|i'd better|i had better");
}

bool
bt_add_read(struct arena *a, struct bt_span s, struct bt_now now,
    struct bt_intents *out)
{
	struct bt_change all;
	struct bt_when w;
	bool task = false, many = false;
	int64_t count = -1;
	size_t i, n;

	memset(&all, 0, sizeof(all));
	/* "tomorrow, remind me to call mom" */
	n = bt_when_read(s, now, &w);
	if (n > 0 && n < s.n && (bt_reminder_head(bt_bare(bt_sub(s, n, s.n))) ||
	    bt_duty_head(bt_bare(bt_sub(s, n, s.n))))) {
		all.due = w;
		s = bt_bare(bt_sub(s, n, s.n));
	}
	if ((n = bt_reminder_head(s)) > 0 || (n = bt_duty_head(s)) > 0) {
		add_rest(a, bt_sub(s, n, s.n), now, &all, -1, false, out);
		return true;
	}
	/* "todo: buy milk", "new task: …", "task: …", "another to …" */
	if (s.n > 1 && (n = bt_phrase(s, "todo :|to-do :|task :|new task|"
	    "new todo|to do :|tasks :|another one|another task|another|"
	    "one more|one more task|a task|a reminder|one|todo|new tasks|"
	    "a new task")) > 0) {
		if (bt_at(s, n, BT_TASK))
			n++;
		many = bt_at(s, 0, "tasks") || bt_at(s, 1, "tasks");
		if (bt_at(s, 0, "todo|new|task|tasks|to-do|to") ||
		    bt_at(s, n, "to|called|named|:|for")) {
			add_rest(a, bt_sub(s, n, s.n), now, &all, -1, many,
			    out);
			return true;
		}
	}
	if (!bt_at(s, 0, "add|create|make|new|insert|put|jot|note|write|"
	    "record|schedule|start|set|log|save|track|enter|register|give"))
		return false;
	i = add_head(s, 1, &all, &count, &task, &many);
	if (!task) {
		/* without the word only some verbs can mean a task */
		if (bt_at(s, 0, "jot|note|write") &&
		    bt_at(s, 1, "down|:")) {
			i = bt_at(s, 2, ":|that") ? 3 : 2;
		} else if (bt_at(s, 0, "put|save|enter|track|write|record|"
		    "log")) {
			if (bt_list_tail_cut(bt_bare(s)).n == bt_bare(s).n)
				return false;
		} else if (bt_at(s, 0, "create|insert")) {
			if (s.n > 1 && s.w[1].kind != BT_QUOTE &&
			    !bt_at(s, 1, ":"))
				return false;
		} else if (bt_at(s, 0, "schedule")) {
			i = 1;
		} else if (!bt_at(s, 0, "add")) {
			return false;
		}
		while (s.n > i + 1 && bt_is(&s.w[i], "a|an|the|another|:|me"))
			i++;
	} else if (bt_at(s, 0, "give|set") && !bt_at(s, 1, "a|an|me|up")) {
		return false;
	}
	add_rest(a, bt_sub(s, i, s.n), now, &all, count, many, out);
	return true;
}
