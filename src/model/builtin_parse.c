/*
 * From a message to intents: cut it into clauses, strip what people say
 * around a command, and read each clause.
 */
#include <string.h>

#include "base/text.h"
#include "model/builtin.h"

#define TASK	"task|todo|to-do|item|reminder"
#define TASKS	"tasks|todos|to-dos|items|reminders"
#define FREE	"add|create|make|new|put|remind|remember|jot|note|rename|change|" \
		"update|insert|schedule|append|describe|call|edit|set"
#define VERBS	"add|create|complete|finish|delete|remove|show|list|display|" \
		"view|mark|update|change|rename|edit|set|move|reopen|restore|" \
		"cancel|drop|check|tick|cross|undo|uncomplete|unfinish|make|" \
		"postpone|reschedule|prioritize|clear|erase|remind|bring|" \
		"trash|close|push|delay|get|raise|lower|deprioritize|tell|give"

static bool
word_at(struct bt_span s, size_t i, const char *alternatives)
{
	return i < s.n && bt_is(&s.w[i], alternatives);
}

/* Do these words, "a b|c d", stand at the start?  How many, or 0. */
static size_t
phrase_at(struct bt_span s, const char *phrases)
{
	const char *p = phrases;
	size_t i, n;

	while (*p != '\0') {
		for (i = 0; *p != '\0' && *p != '|'; i++) {
			n = strcspn(p, " |");
			if (i < s.n && s.w[i].kind != BT_QUOTE &&
			    strlen(s.w[i].low) == n &&
			    memcmp(s.w[i].low, p, n) == 0) {
				p += n;
				p += *p == ' ';
				continue;
			}
			p += strcspn(p, "|");
			i = 0;
			break;
		}
		if (i > 0)
			return i;
		p += *p == '|';
	}
	return 0;
}

/*
 * Politeness around a command
 */

static struct bt_span
polite_cut(struct bt_span s)
{
	static const char *const fillers[] = {
		"could you|can you|would you|will you|can u|could u|"
		"i'd like you to|i would like you to|i want you to|"
		"i need you to|i'd like to|i would like to|i'd love to|"
		"i want to|i wanna|let's|let us|go ahead and|help me to|"
		"would you mind|do you mind|you can|you should|"
		"you could|can we|could we|may i|could i|can i|i wish to|"
		"i am going to need you to|i'm trying to|we need to "
		"please|hey there|hi there|hello there|good morning|"
		"good afternoon|good evening|the next step is to",
		"please|pls|plz|kindly|hey|hi|hello|ok|okay|so|well|then|and|"
		"also|just|now|alright|next|first|firstly|finally|lastly|yo|"
		"great|thanks|thx|cool|actually|perfect|oh|um|uh|hmm|maybe|"
		"second|secondly|plus|afterwards|assistant|bot|computer|"
		"taskchat|but|quickly|yes|yeah|sure|sorry",
	};
	size_t n;

	for (;;) {
		s = bt_bare(s);
		n = phrase_at(s, fillers[0]);
		if (n == 0)
			n = phrase_at(s, fillers[1]);
		/* never the whole of it: "hi" is a greeting, not a filler */
		if (n == 0 || n >= s.n || (n == 1 &&
		    bt_is(&s.w[0], "first|second|next") &&
		    word_at(s, 1, "one|" TASK)))
			break;
		s = bt_sub(s, n, s.n);
	}
	while (s.n > 1 && (bt_is(&s.w[s.n - 1], "please|pls|thanks|thx|ty") ||
	    s.w[s.n - 1].kind == BT_MARK)) {
		if (bt_is(&s.w[s.n - 1], ")|]"))
			break;
		s.n--;
	}
	if (s.n > 2 && bt_is(&s.w[s.n - 2], "thank") &&
	    bt_is(&s.w[s.n - 1], "you"))
		s.n -= 2;
	return bt_bare(s);
}

/*
 * Where a clause begins
 */

/* Something that can only be a task: "task 3", "#3", "it", "the … one". */
static bool
points_at_task(struct bt_span s)
{
	size_t i;

	if (s.n == 0)
		return false;
	if (s.w[0].kind == BT_QUOTE)
		return true;
	if (bt_is(&s.w[0], TASK "|" TASKS "|it|that|this|them|those|these|both|"
	    "all|everything|its|number|every|completed") ||
	    s.w[0].low[0] == '#' ||
	    (s.w[0].low[0] >= '0' && s.w[0].low[0] <= '9'))
		return true;
	if (!bt_is(&s.w[0], "the|my|a|an|any"))
		return bt_place(&s.w[0]) != 0;
	if (s.n > 1 && (bt_place(&s.w[1]) != 0 || bt_is(&s.w[1],
	    "priority|due|title|description|name|deadline|completion")))
		return true;
	for (i = 1; i < s.n && i < 7; i++) {
		if (bt_is(&s.w[i], TASK "|" TASKS "|one|ones|list"))
			return true;
		if (bt_is(&s.w[i], ",|and|.|;|then|\n"))
			return false;
	}
	return false;
}

static bool
word_within(struct bt_span s, size_t most, const char *alternatives)
{
	size_t i;

	for (i = 0; i < s.n && i < most; i++)
		if (bt_is(&s.w[i], alternatives))
			return true;
	return false;
}

static bool
starts_add(struct bt_span s, bool bare)
{
	size_t i = 1;
	const char *p;

	if (phrase_at(s, "remind me|don't forget to|don't let me forget|"
	    "remember to|do not forget|another one|another task|"
	    "another to|one more|i need to|i have to|i must|i should|"
	    "i also need to|i also have to") > 0)
		return true;
	if (phrase_at(s, "a task|a reminder|another reminder|new task|"
	    "one to|one for|one called|a second task|a third task") > 0)
		return phrase_at(bt_sub(s, s.n > 1 && bt_is(&s.w[0], "one") ?
		    1 : 2, s.n), "to|for|called|named|:") > 0;
	if (!word_at(s, 0, "add|create|make|put|schedule|insert"))
		return false;
	if (bare && bt_is(&s.w[0], "add"))
		return true;
	while (word_at(s, i, "a|an|another|one|the|new|two|three|four|five|"
	    "some|these|following|my|also"))
		i++;
	i += bt_priority_read(bt_sub(s, i, s.n), &p);
	if (word_at(s, i, "new"))
		i++;
	if (i < s.n && s.w[i].kind == BT_QUOTE && bt_is(&s.w[0], "add|create"))
		return true;
	return word_at(s, i, TASK "|" TASKS "|note|description|notes");
}

/*
 * Does a new command begin here?  Where the words before are free text
 * (a title), only what cannot well be a part of it counts.
 */
static bool
starts_command(struct bt_span s, bool strong, bool bare)
{
	if (s.n == 0 || s.w[0].kind == BT_QUOTE)
		return false;
	if (phrase_at(s, "please|then|also|can you|could you|just|next|finally") >
	    0 && s.n > 1)
		return starts_command(bt_sub(s, phrase_at(s, "please|then|also|"
		    "can you|could you|just|next|finally"), s.n), strong, bare);
	if (starts_add(s, bare))
		return true;
	if (phrase_at(s, "what's|whats|what|which|how many|i finished|"
	    "i've finished|i completed|i've completed|i have finished|"
	    "i already|i'm done|never mind|nevermind|undo that|undo it|"
	    "remind me|who am i|help me") > 0)
		return word_within(bt_sub(s, 0, 9), 9, TASK "|" TASKS "|list|"
		    "left|pending|due|remaining|finished|completed|done|mind|"
		    "undo|nevermind|next|have|am|do|plate");
	if (word_at(s, 0, "show|list|display|view|see|give|tell"))
		return word_within(bt_sub(s, 1, 9), 8, TASKS "|" TASK "|list|"
		    "what|what's|everything|all|pending|completed|remaining|"
		    "overdue|left|me|them|it");
	if (!word_at(s, 0, VERBS))
		return false;
	if (!strong)
		return true;
	if (bt_is(&s.w[0], "mark|check|tick|cross") &&
	    word_within(bt_sub(s, 1, 14), 13, "done|complete|completed|"
	    "finished|off|urgent|important|pending"))
		return true;
	if (bt_is(&s.w[0], "get|tell|give|add|create|make|remind|clear"))
		return bt_is(&s.w[0], "make|clear") &&
		    points_at_task(bt_sub(s, 1, s.n));
	return points_at_task(bt_sub(s, 1, s.n));
}

static bool
is_free(struct bt_span s)
{
	if (s.n == 0)
		return false;
	if (bt_is(&s.w[0], FREE))
		return true;
	return phrase_at(s, "i need to|i have to|i must|i should|don't forget|"
	    "do not forget|don't let|" TASK "|todo :|we need to|i gotta|"
	    "i've got to|another|one more|a task|one to") > 0;
}

/* "add buy milk and add …": a bare add may be followed by a bare add. */
static bool
is_bare_add(struct bt_span s)
{
	return word_at(s, 0, "add") && !word_within(bt_sub(s, 1, 6), 5,
	    TASK "|" TASKS);
}

/* Separators and joining words between clauses: how many at i. */
static size_t
joint(struct bt_span s, size_t i)
{
	size_t n = i;

	while (n < s.n && bt_is(&s.w[n], "and|then|,|;|.|!|?|\n|also|plus|&|-|"
	    "*|afterwards|after|finally|next|:") && (n > i ||
	    !bt_is(&s.w[n], "-|*|:|after|next|finally")))
		n += word_at(s, n, "after") ? (word_at(s, n + 1, "that") ? 2 :
		    s.n) : 1;
	return n > s.n ? 0 : n - i;
}

struct clauses {
	struct bt_span	*v;
	size_t		 n, cap;
};

static void
clause_push(struct clauses *c, struct bt_span s)
{
	s = bt_bare(s);
	if (s.n > 0 && c->n < c->cap)
		c->v[c->n++] = s;
}

/* At a sentence's end: does the text go on as a description or a list? */
static bool
goes_on(struct bt_span clause)
{
	return is_free(clause) && word_within(clause, 40, TASK "|" TASKS
	    "|remind|add|:");
}

static void
clauses_cut(struct bt_span s, struct bt_now now, struct clauses *c)
{
	struct bt_when when;
	struct bt_span clause, rest;
	size_t from = 0, i = 0, n;
	bool strong = false, bare = false, fresh = true;

	while (i < s.n) {
		if (fresh) {
			/* judge the clause by its first words, once */
			clause = polite_cut(bt_sub(s, from, from + 12));
			strong = is_free(clause);
			bare = is_bare_add(clause);
			fresh = false;
		}
		n = joint(s, i);
		if (n == 0) {
			i++;
			continue;
		}
		rest = bt_sub(s, i + n, s.n);
		if (i > from && !bt_when_all(bt_sub(s, from, i), now, &when) &&
		    (starts_command(rest, strong, bare) ||
		    (bt_hard(s, i) && !goes_on(polite_cut(bt_sub(s, from,
		    i)))))) {
			clause_push(c, bt_sub(s, from, i));
			from = i + n;
			fresh = true;
		}
		i += n;
	}
	clause_push(c, bt_sub(s, from, s.n));
}

/*
 * New tasks
 */

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
		if (word_at(s, j, ","))
			j++;
		if (word_at(s, j, "with|and|including|has|having|using|(")) {
			if (word_at(s, j, "with") &&
			    word_at(s, j + 1, "detailed")) {
				*from = i;
				*words = j + 1;
				return true;
			}
			j++;
		}
		if (word_at(s, j, "the|a|an|this|following|as|its"))
			j++;
		if (!word_at(s, j, "description|desc|note|notes|details|"
		    "description:|comment"))
			continue;
		/* "read the notes" is a title: a description is announced */
		if (j == i && !word_at(s, j + 1, ":") && !(j + 1 < s.n &&
		    s.w[j + 1].kind == BT_QUOTE))
			continue;
		if (j == i + 1 && bt_is(&s.w[i], "the|a|an|this|its") &&
		    !word_at(s, j + 1, ":") && !word_at(s, j + 1, "of"))
			continue;
		j++;
		while (word_at(s, j, ":|of|saying|that|is|as|says|-"))
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
		if (word_at(*s, j, ",|(|-|."))
			j++;
		if (word_at(*s, j, "with|as|at|it's|and|make|it"))
			j++;
		if (word_at(*s, j, "it|is|a|its"))
			j++;
		if (word_at(*s, j, "is|a|an"))
			j++;
		/* "something urgent" is a title; a bare word needs a comma */
		if (j == i && !word_at(*s, j + 1, "priority|prio") &&
		    !word_at(*s, j, "priority|prio|high-priority|low-priority"))
			continue;
		n = bt_priority_read(bt_sub(*s, j, s->n), &p);
		if (n == 0)
			continue;
		j += n;
		if (word_at(*s, j, ")"))
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
	return s.n == 0 || word_at(s, s.n - 1, "for|to|of|with|about|in|from|"
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
		    word_at(*s, i - 1, "every|each|last|since|from|between"))
			continue;
		n = bt_when_read(bt_sub(*s, i, s->n), now, &when);
		if (n == 0 || dangles(bt_sub(*s, 0, i)))
			continue;
		if (i + n == s->n) {
			*out = when;
			s->n = i;
			return true;
		}
		if (!inside || !word_at(*s, i + n, "about|with|for|to|in|from|"
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

static struct bt_span
list_tail_cut(struct bt_span s)
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
		if (s.n > n && phrase_at(bt_sub(s, s.n - n, s.n), tails[i]) ==
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
		cut = list_tail_cut(s);
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
	if (phrase_at(bare, "it's|its|make it|it is|set it to|this is") > 0)
		bare = bt_sub(bare, phrase_at(bare, "it's|its|make it|it is|"
		    "set it to|this is"), bare.n);
	if (bare.n > 0 && bt_priority_read(bare, &p) == bare.n)
		c->priority = p;
	else if (c->due.kind == BT_NEVER && bt_when_all(bare, now, &c->due))
		;
	else if (rest.n > 0 && phrase_at(rest, "thanks|thank you|please|thx|"
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
		if (word_at(last, last.n - 1, ")"))
			last.n--;
		if (word_at(last, 0, "and|with"))
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
	if (!bt_quoted(s) && bt_in(bt_flat(a, s), "|stuff|something|things|thing|"
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

static struct bt_intent *
intent_push(struct bt_intents *out, enum bt_does does, struct bt_span said)
{
	struct bt_intent *in;

	if (out->n == BT_MAX_INTENTS) {
		out->cut = true;
		return NULL;
	}
	in = &out->v[out->n++];
	memset(in, 0, sizeof(*in));
	in->does = does;
	in->said = said;
	return in;
}

static void
add_one(struct arena *a, struct bt_span s, struct bt_now now,
    const struct bt_change *all, struct bt_intents *out)
{
	struct bt_intent *in = intent_push(out, BT_ADD, s);

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
	bool lines = word_within(s, s.n, "\n|;");

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
		    (word_at(s, i + 1, TASKS "|new|more|" TASK "|high|low|"
		    "urgent|important|separate|different")))
			*count = bt_number(&s.w[i++]);
		while (word_at(s, i, "a|an|another|the|new|my|these|following|"
		    "some|few|more|separate|different|couple|of|me|down|up|in|"
		    "multiple|several|also"))
			i++;
		n = bt_priority_read(bt_sub(s, i, s.n), &all->priority);
		if (n > 0 && !word_at(s, i + n, TASK "|" TASKS "|new"))
			all->priority = NULL;
		else
			i += n;
	} while (i > before);
	if (word_at(s, i, "to") && word_at(s, i + 1, "do"))
		i++;
	if (word_at(s, i, TASK "|" TASKS "|do")) {
		*task = true;
		*many = bt_is(&s.w[i], TASKS);
		return i + 1;
	}
	all->priority = NULL;
	*count = -1;
	return start;
}

static void
add_rest(struct arena *a, struct bt_span s, struct bt_now now,
    struct bt_change *all, int64_t count, bool many, struct bt_intents *out)
{
	struct bt_when w;
	size_t n, quotes;

	n = phrase_at(s, "to my list|to the list|to my to-do list|"
	    "to my todo list|on my list|for me|to my tasks|to my task list");
	s = bt_sub(s, n, s.n);
	n = bt_when_read(s, now, &w);
	/* "add a task for tomorrow: …", "remind me at 5pm to …" */
	if (n > 0 && n < s.n && word_at(s, n, "to|that|about|:|called|named")) {
		all->due = w;
		s = bt_sub(s, n, s.n);
	}
	/* "a task with high priority called …" */
	if (word_at(s, 0, "with|of") && (n = bt_priority_read(bt_sub(s, 1,
	    s.n), &all->priority)) > 0)
		s = bt_sub(s, 1 + n, s.n);
	n = phrase_at(s, "with the title|with title|by the name of|"
	    "that says|which says|with the name|with name|called|named|titled|"
	    "entitled|saying|labelled|labeled|name|title");
	s = bt_sub(s, n, s.n);
	if (n > 0 && word_at(s, 0, "as|is|of"))
		s = bt_sub(s, 1, s.n);
	while (s.n > 0 && bt_is(&s.w[0], ":|-|,|\n"))
		s = bt_sub(s, 1, s.n);
	if (n == 0 && s.n > 1 && bt_is(&s.w[0], "to|for|about|that|of|which"))
		s = bt_sub(s, 1, s.n);
	while (s.n > 0 && bt_is(&s.w[0], ":|-"))
		s = bt_sub(s, 1, s.n);
	if (quotes_only(bt_bare(s), &quotes) || (many && s.n > 0))
		add_many(a, s, now, all, count, out);
	else
		add_one(a, s, now, all, out);
}

/* "remind me to", "I need to", "don't forget to": what is left is a task. */
static size_t
reminder_head(struct bt_span s)
{
	return phrase_at(s, "remind me|i need to remember to|"
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
	    "dont forget to|dont let me forget to");
}

static size_t
duty_head(struct bt_span s)
{
	return phrase_at(s, "i need to|i have to|i've got to|i must|i should|"
	    "i gotta|i ought to|we need to|need to|have to|gotta|"
	    "i really need to|i also need to|i still need to|"
	    "i still have to|i also have to|i'd better|i had better");
}

static bool
add_read(struct arena *a, struct bt_span s, struct bt_now now,
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
	if (n > 0 && n < s.n && (reminder_head(bt_bare(bt_sub(s, n, s.n))) ||
	    duty_head(bt_bare(bt_sub(s, n, s.n))))) {
		all.due = w;
		s = bt_bare(bt_sub(s, n, s.n));
	}
	if ((n = reminder_head(s)) > 0 || (n = duty_head(s)) > 0) {
		add_rest(a, bt_sub(s, n, s.n), now, &all, -1, false, out);
		return true;
	}
	/* "todo: buy milk", "new task: …", "task: …", "another to …" */
	if (s.n > 1 && (n = phrase_at(s, "todo :|to-do :|task :|new task|"
	    "new todo|to do :|tasks :|another one|another task|another|"
	    "one more|one more task|a task|a reminder|one|todo|new tasks|"
	    "a new task")) > 0) {
		if (word_at(s, n, TASK))
			n++;
		many = word_at(s, 0, "tasks") || word_at(s, 1, "tasks");
		if (word_at(s, 0, "todo|new|task|tasks|to-do|to") ||
		    word_at(s, n, "to|called|named|:|for")) {
			add_rest(a, bt_sub(s, n, s.n), now, &all, -1, many, out);
			return true;
		}
	}
	if (!word_at(s, 0, "add|create|make|new|insert|put|jot|note|write|"
	    "record|schedule|start|set|log|save|track|enter|register|give"))
		return false;
	i = add_head(s, 1, &all, &count, &task, &many);
	if (!task) {
		/* without the word only some verbs can mean a task */
		if (word_at(s, 0, "jot|note|write") &&
		    word_at(s, 1, "down|:")) {
			i = word_at(s, 2, ":|that") ? 3 : 2;
		} else if (word_at(s, 0, "put|save|enter|track|write|record|log")) {
			if (list_tail_cut(bt_bare(s)).n == bt_bare(s).n)
				return false;
		} else if (word_at(s, 0, "create|insert")) {
			if (s.n > 1 && s.w[1].kind != BT_QUOTE &&
			    !word_at(s, 1, ":"))
				return false;
		} else if (word_at(s, 0, "schedule")) {
			i = 1;
		} else if (!word_at(s, 0, "add")) {
			return false;
		}
		while (s.n > i + 1 && bt_is(&s.w[i], "a|an|the|another|:|me"))
			i++;
	} else if (word_at(s, 0, "give|set") && !word_at(s, 1, "a|an|me|up")) {
		return false;
	}
	add_rest(a, bt_sub(s, i, s.n), now, &all, count, many, out);
	return true;
}

/*
 * Lists
 */

#define EVIDENCE TASK "|" TASKS "|list|lists|everything|pending|completed|" \
	"overdue|due|left|remaining|plate|agenda|outstanding|unfinished|" \
	"incomplete|done|finished|accomplished|next|open|all|todo|finish|" \
	"complete|remains|accomplish|achieved|urgent|priorities|important"

/* "my tasks", "pending", "tasks due today", "all completed" */
static bool
is_plain_list(struct bt_span s)
{
	size_t i;

	if (s.n > 7 || s.n == 0 || bt_is(&s.w[0], "complete|finish|open") ||
	    !word_within(s, s.n, TASKS "|list|pending|overdue|completed|"
	    "everything|agenda|todo"))
		return false;
	for (i = 0; i < s.n; i++)
		if (!bt_is(&s.w[i], EVIDENCE "|my|the|for|today|tomorrow|this|"
		    "week|month|high|low|normal|medium|priority|important|"
		    "today's|tomorrow's|in|by|active|full|whole|of|current|"
		    "about|?|to-do|to|do|that|are|not|friday|monday|tuesday|"
		    "wednesday|thursday|saturday|sunday|high-priority"))
			return false;
	return true;
}

static bool
list_head(struct bt_span s)
{
	size_t i;

	if (phrase_at(s, "show|list|display|view|see|print|get|give|read|fetch|"
	    "check|review|open|tell me|pull up|go over|let me see|look at|"
	    "find|search|search for|look for|look up|filter|count|summarize|"
	    "summarise|sum up|enumerate|bring up") > 0)
		return word_within(s, s.n, EVIDENCE) ||
		    word_at(s, 0, "find|search|look|list");
	if (phrase_at(s, "what|what's|whats|what're|which|how|do i|have i|any|"
	    "anything|is there|are there|is anything|did i|am i|where|when|"
	    "who|got|can i see|could i see") > 0) {
		for (i = 0; i < s.n; i++)
			if (bt_is(&s.w[i], "do") && i > 0 &&
			    bt_is(&s.w[i - 1], "to|i|must|should"))
				return !word_within(s, s.n, "you|your");
		return word_within(s, s.n, EVIDENCE) &&
		    !word_within(s, s.n, "you|your|weather|joke");
	}
	return is_plain_list(s);
}

static bool
list_read(struct arena *a, struct bt_span s, struct bt_now now,
    struct bt_intents *out)
{
	struct bt_intent *in;
	bool used;
	size_t n;

	s = bt_bare(s);
	if (!list_head(s))
		return false;
	/* "show" and "list" with a stranger after them are no list */
	in = intent_push(out, BT_LIST, s);
	if (in == NULL)
		return true;
	in->count = phrase_at(s, "how many|count") > 0;
	bt_filter_read(a, s, now, &in->filter, &used);
	n = phrase_at(s, "find|search for|search|look for|look up|list");
	if (n > 0 && !used && !word_within(s, s.n, TASKS "|all|everything|"
	    "todo|" TASK "|list") && n < s.n)
		in->filter.search = bt_needle(a, bt_sub(s, n, s.n));
	else if (n > 0 && !used && !bt_is(&s.w[0], "list") && n < s.n) {
		while (n < s.n && bt_is(&s.w[n], "my|all|the|for|in|" TASK "|"
		    TASKS))
			n++;
		if (n < s.n && !bt_is(&s.w[n], "list"))
			in->filter.search = bt_needle(a, bt_sub(s, n, s.n));
	}
	return true;
}

/*
 * Small talk: whole clauses
 */

static const struct { enum bt_does does; const char *phrases; } talk[] = {
	{ BT_CANCEL, "never mind|nevermind|forget it|cancel|cancel that|stop|"
	    "nothing|no thanks|no thank you|scratch that|forget that|"
	    "never mind that|nvm|nm|cancel it|forget about it|abort|"
	    "leave it|leave it as it is|don't bother|not now|none|"
	    "neither|none of them|no never mind|cancel this|quit" },
	{ BT_YES, "yes|y|yeah|yep|sure|yes please|confirm|do it|go ahead|ok do it|"
	    "yup|affirmative|proceed|of course|absolutely|yes do it|"
	    "i'm sure|i am sure|approve|confirmed|yes delete it|"
	    "yes delete them|correct|right" },
	{ BT_NO, "no|n|nope|nah|don't|do not|no don't|negative|not really|"
	    "please don't|no way|reject|don't do it|do not do it" },
	{ BT_THANKS, "thanks|thank you|thanks a lot|thank you so much|thx|ty|"
	    "many thanks|thank you very much|cheers|great thanks|"
	    "perfect thanks|ok thanks|okay thanks|cool thanks|"
	    "thanks so much|much appreciated|awesome thanks" },
	{ BT_FINE, "ok|okay|cool|great|nice|perfect|good|awesome|alright|got it|"
	    "i see|fine|wonderful|excellent|good job|well done|nice one|"
	    "all good|sounds good|bye|goodbye|good night|see you|k|lol" },
	{ BT_HELLO, "hi|hello|hey|good morning|good afternoon|good evening|"
	    "hi there|hello there|hey there|yo|howdy|greetings|start|sup|"
	    "hiya|good day|what's up|whats up|how are you|hey bot|"
	    "hello how are you|hi how are you|who are you|what are you|"
	    "are you an ai|are you a bot|are you a robot|are you real|"
	    "are you human|what is this|introduce yourself|"
	    "what's your name|what is your name|are you there|"
	    "is this an ai|which model are you|what model are you" },
	{ BT_HELP, "help|what can you do|how does this work|commands|"
	    "what can i say|what can i do|what can i do here|how do i use this|"
	    "what do you do|help me|i need help|can you help me|can you help|"
	    "what are your capabilities|how can you help|"
	    "how can you help me|what commands are there|show help|"
	    "show commands|what else can you do|what can you help me with|"
	    "what can you help with|list commands|options|menu|?|examples|"
	    "show me what you can do|tell me what you can do|usage|"
	    "what are my options|what do you know|how do you work|"
	    "what should i say|what can i ask|what can i ask you|"
	    "give me examples|show me examples|features|you do|do" },
	{ BT_TALK, "what were we discussing|what were we talking about|"
	    "what did we talk about|what did we discuss|where were we|"
	    "what did i ask|what did i ask you|what did i just ask|"
	    "what happened last time|summarize our conversation|"
	    "summarise our conversation|what have we discussed|"
	    "what have we talked about|what was i doing|"
	    "remind me what we discussed|what did i say|what did you do|"
	    "what did you just do|what have you done|what did i do|"
	    "what did we do|recap|where did we leave off|what was that|"
	    "what were we doing|what did i last ask|what just happened|"
	    "summarize this conversation|what did i say before|"
	    "what did we do last time|what have we done|"
	    "what did we do yesterday|what did we discuss yesterday|"
	    "what were we discussing yesterday|"
	    "what were we talking about yesterday|"
	    "what did we talk about yesterday|what was i saying|"
	    "what did we discuss last time|"
	    "remind me what we were discussing|"
	    "remind me what we were talking about|"
	    "what did we talk about last time|do you remember me|"
	    "do you remember what we discussed|what was the last thing i said" },
	{ BT_WHO, "who am i|who am i signed in as|who am i logged in as|"
	    "what's my username|what is my username|what is my user id|"
	    "what's my user id|which account is this|which account am i using|"
	    "what account is this|what is my name|what's my name|whoami|"
	    "what's my account|what is my account|am i signed in|"
	    "am i logged in|who is signed in|who's signed in|"
	    "what account am i using|do you know who i am|"
	    "what user am i|which user am i|what's my email|"
	    "what is my email|who is logged in|what is my id|what's my id|"
	    "whose account is this|do you know my name" },
	{ BT_TIME, "what time is it|what's the time|what is the time|"
	    "what day is it|what day is today|what's the date|"
	    "what is the date|what is today's date|what's today's date|"
	    "what date is it|what day is it today|what's today|"
	    "what date is today|what is the date today|"
	    "what's the date today|today's date|what time is it now" },
};

static enum bt_does
talk_read(struct arena *a, struct bt_span s)
{
	const char *flat = s.n <= 12 ? bt_flat(a, s) : "";
	size_t i;

	if (*flat == '\0')
		return BT_UNKNOWN;
	for (i = 0; i < sizeof(talk) / sizeof(talk[0]); i++)
		if (bt_in(flat, talk[i].phrases))
			return talk[i].does;
	if (phrase_at(s, "what did we talk|what did we discuss|what were we|"
	    "what did i ask|what did i say|what did you do|what did i tell|"
	    "summarize our|do you remember|remind me what we|"
	    "what have we") > 0 && !word_within(s, s.n, TASKS))
		return BT_TALK;
	return BT_UNKNOWN;
}

/* "do something", "add stuff": asked for a task without saying which. */
static bool
vague_read(struct arena *a, struct bt_span s, struct bt_intents *out)
{
	struct bt_intent *in;

	if (!bt_in(bt_flat(a, bt_sub(s, 0, 6)), "do something|do stuff|"
	    "do something for me|add|create|new|remind me|make|create something|"
	    "do things|create one|make one|make a new one|do it for me|"
	    "create a new one|remember something|remember|create stuff"))
		return false;
	in = intent_push(out, BT_ADD, s);
	if (in != NULL)
		in->change.title = (struct str){ "", 0 };
	return true;
}

/* Is this a note on a task rather than a new one?  Then the rules know. */
static bool
rules_first(struct bt_span s)
{
	size_t n;

	if (reminder_head(s) > 0)
		return false;
	if (word_at(s, 0, "add|append|put|write|attach|include|insert|leave|give|"
	    "set|make|note|log|schedule|save|record"))
		return true;
	if (word_at(s, 0, "todo|new|create|another|jot"))
		return false;
	n = duty_head(s);
	/* "I need to finish the report" is a task, "… task 3" is a command */
	return n == 0;
}

static bool
rule_read(struct arena *a, struct bt_span s, struct bt_now now,
    struct bt_intents *out)
{
	struct bt_intent in;

	memset(&in, 0, sizeof(in));
	while (!bt_rules(a, s, now, &in)) {
		/* "mark it as done again", "delete it now" */
		if (s.n < 3 || !bt_is(&s.w[s.n - 1], "again|now|too|already|"
		    "instead|also|today|anyway|immediately|asap|well|as|me|for|"
		    "finally|quickly|then|first"))
			return false;
		s.n--;
		memset(&in, 0, sizeof(in));
	}
	in.said = s;
	if (out->n == BT_MAX_INTENTS)
		out->cut = true;
	else
		out->v[out->n++] = in;
	return true;
}

/* "I need to see my tasks", "I have to delete task 3" */
static bool
duty_read(struct arena *a, struct bt_span s, struct bt_now now,
    struct bt_intents *out)
{
	size_t n = duty_head(s);
	struct bt_span rest = bt_sub(s, n, s.n);

	if (n == 0 || !starts_command(rest, true, false))
		return false;
	return rule_read(a, rest, now, out) || list_read(a, rest, now, out) ||
	    add_read(a, rest, now, out);
}

/* A question about the list stands before rules like "<t> is done". */
static bool
asks_list(struct bt_span s)
{
	return phrase_at(s, "what|what's|whats|which|how many|do i have|have i|"
	    "did i|any|is there|are there|anything|how much|show|list|"
	    "display|find|search|tell me what|tell me which") > 0;
}

static void
clause_read(struct arena *a, struct bt_span said, struct bt_now now,
    struct bt_intents *out)
{
	struct bt_span s = polite_cut(said);
	enum bt_does does = talk_read(a, s);
	struct bt_intent *in;

	if (does == BT_UNKNOWN)
		does = talk_read(a, bt_bare(said));
	if (does != BT_UNKNOWN) {
		intent_push(out, does, s);
		return;
	}
	if (s.n == 0 || vague_read(a, s, out) || duty_read(a, s, now, out))
		return;
	if (asks_list(s)) {
		struct bt_intents one = { 0, NULL, false };
		struct bt_intent v[1];

		/* "show me task 3", "what is task 3 about" */
		one.v = v;
		if (rule_read(a, s, now, &one) && v[0].does == BT_DETAIL &&
		    v[0].target.at != BT_AT_FILTER &&
		    !(v[0].target.at == BT_AT_TITLE &&
		    word_within(s, s.n, TASKS))) {
			if ((in = intent_push(out, BT_DETAIL, s)) != NULL)
				*in = v[0];
			return;
		}
		if (list_read(a, s, now, out))
			return;
	}
	if (rules_first(s) && !is_plain_list(s) &&
	    rule_read(a, s, now, out))
		return;
	if (add_read(a, s, now, out) || list_read(a, s, now, out))
		return;
	/* "task 3", "the second one": let me see it */
	in = intent_push(out, BT_UNKNOWN, s);
	if (in == NULL || s.n > 6)
		return;
	bt_target_read(a, s, now, &in->target);
	if (in->target.at == BT_AT_PLACES || (in->target.at == BT_AT_IDS &&
	    bt_number(&s.w[0]) < 0))
		in->does = BT_DETAIL;
}

/* Nothing at all was understood: one answer to the whole of it. */
static void
unknown_join(struct bt_intents *in, struct bt_span all)
{
	size_t i;

	for (i = 0; i < in->n; i++)
		if (in->v[i].does != BT_UNKNOWN)
			return;
	if (in->n > 1) {
		in->n = 1;
		in->cut = false;
		in->v[0].said = bt_bare(all);
	}
}

void
bt_parse(struct arena *a, struct bt_span text, struct bt_now now,
    struct bt_intents *out)
{
	struct bt_span v[2 * BT_MAX_INTENTS];
	struct clauses c = { v, 0, 2 * BT_MAX_INTENTS };
	size_t i;

	out->n = 0;
	out->cut = false;
	out->v = arena_alloc(a, BT_MAX_INTENTS * sizeof(*out->v));
	clauses_cut(text, now, &c);
	for (i = 0; i < c.n; i++)
		clause_read(a, c.v[i], now, out);
	if (c.n == c.cap)
		out->cut = true;
	unknown_join(out, text);
}
