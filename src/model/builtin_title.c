/* One new task: its title, description, priority and due date. */
#include <string.h>

#include "base/text.h"
#include "model/builtin.h"

struct str
bt_title(struct arena *a, struct bt_span s)
{
	struct str v;
	char *p;

	s = bt_bare(s);
	v = text_trim(bt_value(s));
	if (bt_quoted(s) || v.n == 0 || v.p[0] < 'a' || v.p[0] > 'z')
		return v;
	/* "iPhone" and "eBay" know better */
	if (v.n > 1 && v.p[1] >= 'A' && v.p[1] <= 'Z')
		return v;
	p = arena_strndup(a, v.p, v.n);
	p[0] = (char)(p[0] - 'a' + 'A');
	return (struct str){ p, v.n };
}

/* Where a description begins: its place, and where its words start. */
static bool
description_at(struct bt_span s, size_t *from, size_t *words)
{
	size_t i, j;

	for (i = 1; i < s.n; i++) {
		j = i;
		if (bt_at(s, j, ","))
			j++;
		if (bt_at(s, j, "with|and|including|has|having|using|(")) {
			if (bt_at(s, j, "with") &&
			    bt_at(s, j + 1, "detailed")) {
				*from = i;
				*words = j + 1;
				return true;
			}
			j++;
		}
		if (bt_at(s, j, "the|a|an|this|following|as|its"))
			j++;
		if (!bt_at(s, j, "description|desc|note|notes|details|"
		    "description:|comment"))
			continue;
		/* "read the notes" is a title: a description is announced */
		if (j == i && !bt_at(s, j + 1, ":") && !(j + 1 < s.n &&
		    s.w[j + 1].kind == BT_QUOTE))
			continue;
		if (j == i + 1 && bt_is(&s.w[i], "the|a|an|this|its") &&
		    !bt_at(s, j + 1, ":") && !bt_at(s, j + 1, "of"))
			continue;
		j++;
		while (bt_at(s, j, ":|of|saying|that|is|as|says|-"))
			j++;
		if (j >= s.n)
			continue;
		*from = i;
		*words = j;
		return true;
	}
	return false;
}

/* "high priority", "with low priority", "it's urgent" at the end. */
static bool
priority_tail(struct bt_span *s, const char **out)
{
	size_t i, j, n;
	const char *p;

	for (i = s->n > 7 ? s->n - 7 : 0; i < s->n; i++) {
		j = i;
		if (bt_at(*s, j, ",|(|-|."))
			j++;
		if (bt_at(*s, j, "with|as|at|it's|and|make|it"))
			j++;
		if (bt_at(*s, j, "it|is|a|its"))
			j++;
		if (bt_at(*s, j, "is|a|an"))
			j++;
		/* "something urgent" is a title; a bare word needs a comma */
		if (j == i && !bt_at(*s, j + 1, "priority|prio") &&
		    !bt_at(*s, j, "priority|prio|high-priority|low-priority"))
			continue;
		n = bt_priority_read(bt_sub(*s, j, s->n), &p);
		if (n == 0)
			continue;
		j += n;
		if (bt_at(*s, j, ")"))
			j++;
		if (j != s->n)
			continue;
		*out = p;
		s->n = i;
		return true;
	}
	return false;
}

static bool
dangles(struct bt_span s)
{
	s = bt_bare(s);
	return s.n == 0 || bt_at(s, s.n - 1, "for|to|of|with|about|in|from|"
	    "the|and|until|a|an|or|every|each|by|on|at|my|before|after|since|"
	    "next|this|last");
}

/* A date at the end, or one followed by "about …", "with …". */
static bool
date_cut(struct arena *a, struct bt_span *s, struct bt_now now,
    struct bt_when *out, bool inside)
{
	size_t i, n, from = !inside && s->n > 14 ? s->n - 14 : 1;
	size_t until = inside && s->n > 40 ? 40 : s->n;
	struct bt_word *w;
	struct bt_when when;

	for (i = from; i < until; i++) {
		if (s->w[i].kind == BT_QUOTE ||
		    bt_at(*s, i - 1, "every|each|last|since|from|between"))
			continue;
		n = bt_when_read(bt_sub(*s, i, s->n), now, &when);
		if (n == 0 || dangles(bt_sub(*s, 0, i)))
			continue;
		if (i + n == s->n) {
			*out = when;
			s->n = i;
			return true;
		}
		if (!inside || !bt_at(*s, i + n, "about|with|for|to|in|from|"
		    "regarding|because|so|at") || bt_is(&s->w[i], ",|("))
			continue;
		w = arena_alloc(a, s->n * sizeof(*w));
		memcpy(w, s->w, i * sizeof(*w));
		memcpy(w + i, s->w + i + n, (s->n - i - n) * sizeof(*w));
		*out = when;
		*s = (struct bt_span){ w, s->n - n };
		return true;
	}
	return false;
}

/* Words that no longer stand side by side in the message. */
static struct bt_span
respell(struct arena *a, struct bt_span s)
{
	struct buf b;
	size_t i;

	buf_init(&b, a, 1 << 20);
	for (i = 0; i < s.n; i++) {
		const struct bt_word *w = &s.w[i];

		if (i > 0 && (w->raw.p != s.w[i - 1].raw.p +
		    s.w[i - 1].raw.n))
			buf_putc(&b, ' ');
		buf_put(&b, w->raw.p, w->raw.n);
	}
	return bt_words(a, str_of(buf_str(&b)));
}

struct bt_span
bt_list_tail_cut(struct bt_span s)
{
	static const char *const tails[] = {
		"to my to-do list", "to my to do list", "to my todo list",
		"to my task list", "to my tasks list", "to my list",
		"to my tasks", "to the to-do list", "to the todo list",
		"to the task list", "to the list", "to my todos", "to list",
		"on my to-do list", "on my to do list", "on my todo list",
		"on my task list", "on my list", "on the list",
		"on the to-do list", "in my list", "in my tasks",
		"in my task list", "in my todo list", "as a task",
		"as a new task", "as a todo", "as a reminder", "as task",
		"as a to-do", "into my list", "to tasks", "to my to-dos",
	};
	size_t i, n;

	for (i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
		const char *p = tails[i];

		for (n = 1; *p != '\0'; p++)
			n += *p == ' ';
		if (s.n > n && bt_phrase(bt_sub(s, s.n - n, s.n), tails[i]) ==
		    n) {
			s.n -= n;
			return s;
		}
	}
	return s;
}

/* A date, a priority and "to my list" at the end, in any order. */
static struct bt_span
tails_read(struct arena *a, struct bt_span s, struct bt_now now,
    struct bt_change *c)
{
	struct bt_span cut;
	size_t n;

	do {
		s = bt_bare(s);
		n = s.n;
		if (n > 1 && bt_is(&s.w[n - 1], "please|thanks"))
			s.n--;
		cut = bt_list_tail_cut(s);
		s = cut.n > 0 ? cut : s;
		if (c->priority == NULL)
			priority_tail(&s, &c->priority);
		if (c->due.kind == BT_NEVER)
			date_cut(a, &s, now, &c->due, false);
		/* "and" left of "urgent and by Friday" */
		if (s.n != n && s.n > 1 && bt_is(&s.w[s.n - 1], "and|due"))
			s.n--;
	} while (s.n != n && s.n > 0);
	return s;
}

/* The sentences after a title: modifiers, pleasantries or a description. */
static struct bt_span
sentences_read(struct bt_span s, struct bt_now now, struct bt_change *c)
{
	struct bt_span rest, bare;
	const char *p;
	size_t i;

	for (i = 1; i + 1 < s.n && !bt_hard(s, i); i++)
		;
	if (i + 1 >= s.n)
		return s;
	rest = bt_bare(bt_sub(s, i + 1, s.n));
	s.n = i;
	bare = rest;
	if (bt_phrase(bare, "it's|its|make it|it is|set it to|this is") > 0)
		bare = bt_sub(bare, bt_phrase(bare, "it's|its|make it|it is|"
		    "set it to|this is"), bare.n);
	if (bare.n > 0 && bt_priority_read(bare, &p) == bare.n)
		c->priority = p;
	else if (c->due.kind == BT_NEVER && bt_when_all(bare, now, &c->due))
		;
	else if (rest.n > 0 && bt_phrase(rest, "thanks|thank you|please|thx|"
	    "cheers") != rest.n && !c->has_description) {
		c->has_description = true;
		c->description = bt_value(rest);
	}
	return s;
}

/* "see the log, due Friday, high priority": commas end a description. */
static struct bt_span
commas_read(struct bt_span d, struct bt_now now, struct bt_change *c)
{
	struct bt_span last;
	const char *p;
	size_t i;

	for (;;) {
		d = bt_bare(d);
		for (i = d.n; i > 1 && !bt_is(&d.w[i - 1], ",|;|("); i--)
			;
		if (i < 2)
			return d;
		last = bt_bare(bt_sub(d, i, d.n));
		if (bt_at(last, last.n - 1, ")"))
			last.n--;
		if (bt_at(last, 0, "and|with"))
			last = bt_sub(last, 1, last.n);
		if (last.n > 0 && bt_priority_read(last, &p) == last.n)
			c->priority = p;
		else if (!bt_when_all(last, now, &c->due))
			return d;
		d.n = i - 1;
	}
}

void
bt_new_task(struct arena *a, struct bt_span s, struct bt_now now,
    struct bt_change *c)
{
	struct bt_span d;
	size_t from, words;

	s = bt_bare(s);
	if (!bt_quoted(s) && description_at(s, &from, &words)) {
		d = bt_sub(s, words, s.n);
		/* a quoted description ends with its quotation */
		if (d.w[0].kind == BT_QUOTE && d.n > 1) {
			tails_read(a, bt_sub(d, 0, d.n), now, c);
			d.n = 1;
		}
		else
			d = commas_read(d, now, c);
		c->has_description = true;
		c->description = bt_value(d);
		s.n = from;
	}
	s = sentences_read(s, now, c);
	/* "remind me tomorrow": when is known, what is not */
	if (c->due.kind == BT_NEVER && bt_when_all(s, now, &c->due))
		s.n = 0;
	s = tails_read(a, s, now, c);
	if (c->due.kind == BT_NEVER && !bt_quoted(s) &&
	    date_cut(a, &s, now, &c->due, true))
		s = respell(a, s);
	if (s.n > 1 && bt_is(&s.w[0], "to|that|about|:|-|*"))
		s = bt_sub(s, 1, s.n);
	c->has_title = true;
	c->title = bt_title(a, s);
	if (!bt_quoted(s) && bt_in(bt_flat(a, s), "|stuff|something|things|"
	    "thing|"
	    "a thing|some things|anything|it|that|this|one|a task|task|tasks|"
	    "some tasks|some stuff|another|another one|more|new|them|a new one|"
	    "something new|something else|a todo|todo|reminder|to|new task|"
	    "a few things|a few tasks|me|list|to my list|some|to do|for|called|"
	    "do something|do stuff|do things|i don't know|not sure|whatever|"
	    "no idea|dunno"))
		c->title = (struct str){ "", 0 };
	if (s.n == 0)
		c->title = (struct str){ "", 0 };
}
