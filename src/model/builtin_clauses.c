/*
 * Cutting a message into clauses: where a new command begins, and what
 * people say around it.
 */
#include "model/builtin.h"

#define FREE	"add|create|make|new|put|remind|remember|jot|note|rename|" \
	"change|" \
		"update|insert|schedule|append|describe|call|edit|set"
#define VERBS	"add|create|complete|finish|delete|remove|show|list|display|" \
		"view|mark|update|change|rename|edit|set|move|reopen|restore|" \
		"cancel|drop|check|tick|cross|undo|uncomplete|unfinish|make|" \
		"postpone|reschedule|prioritize|clear|erase|remind|bring|" \
		"trash|close|push|delay|get|raise|lower|deprioritize|tell|give"

/*
 * Politeness around a command
 */

struct bt_span
bt_polite_cut(struct bt_span s)
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
		n = bt_phrase(s, fillers[0]);
		if (n == 0)
			n = bt_phrase(s, fillers[1]);
		/* never the whole of it: "hi" is a greeting, not a filler */
		if (n == 0 || n >= s.n || (n == 1 &&
		    bt_is(&s.w[0], "first|second|next") &&
		    bt_at(s, 1, "one|" BT_TASK)))
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
	if (bt_is(&s.w[0], BT_TASK "|" BT_TASKS "|it|that|this|them|those|"
	    "these|both|all|everything|its|number|every|completed") ||
	    s.w[0].low[0] == '#' ||
	    (s.w[0].low[0] >= '0' && s.w[0].low[0] <= '9'))
		return true;
	if (!bt_is(&s.w[0], "the|my|a|an|any"))
		return bt_place(&s.w[0]) != 0;
	if (s.n > 1 && (bt_place(&s.w[1]) != 0 || bt_is(&s.w[1],
	    "priority|due|title|description|name|deadline|completion")))
		return true;
	for (i = 1; i < s.n && i < 7; i++) {
		if (bt_is(&s.w[i], BT_TASK "|" BT_TASKS "|one|ones|list"))
			return true;
		if (bt_is(&s.w[i], ",|and|.|;|then|\n"))
			return false;
	}
	return false;
}

static bool
starts_add(struct bt_span s, bool bare)
{
	size_t i = 1;
	const char *p;

	if (bt_phrase(s, "remind me|don't forget to|don't let me forget|"
	    "remember to|do not forget|another one|another task|"
	    "another to|one more|i need to|i have to|i must|i should|"
	    "i also need to|i also have to") > 0)
		return true;
	if (bt_phrase(s, "a task|a reminder|another reminder|new task|"
	    "one to|one for|one called|a second task|a third task") > 0)
		return bt_phrase(bt_sub(s, s.n > 1 && bt_is(&s.w[0], "one") ?
		    1 : 2, s.n), "to|for|called|named|:") > 0;
	if (!bt_at(s, 0, "add|create|make|put|schedule|insert"))
		return false;
	if (bare && bt_is(&s.w[0], "add"))
		return true;
	while (bt_at(s, i, "a|an|another|one|the|new|two|three|four|five|"
	    "some|these|following|my|also"))
		i++;
	i += bt_priority_read(bt_sub(s, i, s.n), &p);
	if (bt_at(s, i, "new"))
		i++;
	if (i < s.n && s.w[i].kind == BT_QUOTE && bt_is(&s.w[0], "add|create"))
		return true;
	return bt_at(s, i, BT_TASK "|" BT_TASKS "|note|description|notes");
}

/*
 * Does a new command begin here?  Where the words before are free text
 * (a title), only what cannot well be a part of it counts.
 */
bool
bt_starts_command(struct bt_span s, bool strong, bool bare)
{
	size_t n;

	while ((n = bt_phrase(s, "please|then|also|can you|could you|just|next|"
	    "finally")) > 0 && n < s.n)
		s = bt_sub(s, n, s.n);
	if (s.n == 0 || s.w[0].kind == BT_QUOTE)
		return false;
	if (starts_add(s, bare))
		return true;
	if (bt_phrase(s, "what's|whats|what|which|how many|i finished|"
	    "i've finished|i completed|i've completed|i have finished|"
	    "i already|i'm done|never mind|nevermind|undo that|undo it|"
	    "remind me|who am i|help me") > 0)
		return bt_within(bt_sub(s, 0, 9), 9, BT_TASK "|" BT_TASKS "|"
		    "list|left|pending|due|remaining|finished|completed|done|"
		    "mind|undo|nevermind|next|have|am|do|plate");
	if (bt_at(s, 0, "show|list|display|view|see|give|tell"))
		return bt_within(bt_sub(s, 1, 9), 8, BT_TASKS "|" BT_TASK "|"
		    "list|what|what's|everything|all|pending|completed|"
		    "remaining|overdue|left|me|them|it");
	if (!bt_at(s, 0, VERBS))
		return false;
	if (!strong)
		return true;
	if (bt_is(&s.w[0], "mark|check|tick|cross") &&
	    bt_within(bt_sub(s, 1, 14), 13, "done|complete|completed|"
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
	return bt_phrase(s, "i need to|i have to|i must|i should|don't forget|"
	    "do not forget|don't let|" BT_TASK "|todo :|we need to|i gotta|"
	    "i've got to|another|one more|a task|one to") > 0;
}

/* "add buy milk and add …": a bare add may be followed by a bare add. */
static bool
is_bare_add(struct bt_span s)
{
	return bt_at(s, 0, "add") && !bt_within(bt_sub(s, 1, 6), 5,
	    BT_TASK "|" BT_TASKS);
}

/* Separators and joining words between clauses: how many at i. */
static size_t
joint(struct bt_span s, size_t i)
{
	size_t n = i;

	while (n < s.n && bt_is(&s.w[n], "and|then|,|;|.|!|?|\n|also|plus|&|-|"
	    "*|afterwards|after|finally|next|:") && (n > i ||
	    !bt_is(&s.w[n], "-|*|:|after|next|finally")))
		n += bt_at(s, n, "after") ? (bt_at(s, n + 1, "that") ? 2 :
		    s.n) : 1;
	return n > s.n ? 0 : n - i;
}

static void
clause_push(struct bt_clauses *c, struct bt_span s)
{
	s = bt_bare(s);
	if (s.n > 0 && c->n < c->cap)
		c->v[c->n++] = s;
}

/* At a sentence's end: does the text go on as a description or a list? */
static bool
goes_on(struct bt_span clause)
{
	return is_free(clause) && bt_within(clause, 40, BT_TASK "|" BT_TASKS
	    "|remind|add|:");
}

void
bt_clauses_cut(struct bt_span s, struct bt_now now, struct bt_clauses *c)
{
	struct bt_when when;
	struct bt_span clause, rest;
	size_t from = 0, i = 0, n;
	bool strong = false, bare = false, fresh = true;

	while (i < s.n) {
		if (fresh) {
			/* judge the clause by its first words, once */
			clause = bt_polite_cut(bt_sub(s, from, from + 12));
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
		    (bt_starts_command(rest, strong, bare) ||
		    (bt_hard(s, i) && !goes_on(bt_polite_cut(bt_sub(s, from,
		    i)))))) {
			clause_push(c, bt_sub(s, from, i));
			from = i + n;
			fresh = true;
		}
		i += n;
	}
	clause_push(c, bt_sub(s, from, s.n));
}
