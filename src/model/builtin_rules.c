/*
 * The rules for one clause that changes something, as a table.  A pattern
 * is read against all words of a clause:
 *
 *	a|b	one of these words		a|b?	or none of them
 *	$note	one of a named set of words	$note?	or none of them
 *	<t>	words that name a task		<v>	a new title
 *	<d>	words of a description		<p>	a priority, maybe
 *	<P>	words that are a priority	<W>	words that are a date
 *	<w>	a date, maybe			<R>	a task beyond doubt
 *
 * The first rule that fits wins, so the narrow ones stand first.  A capture
 * takes as few words as it can.
 */
#include <string.h>

#include "model/builtin.h"

#define LONGEST	8	/* words of a date or a priority */

enum act {
	NOTE_ADD, NOTE_SET, NOTE_NONE, PRIO_SET, PRIO_HIGH, PRIO_LOW,
	PRIO_NONE, DUE_SET, DUE_NONE, TITLE_SET, TITLE_ASK, CHANGE_ASK,
	DONE, NOT_DONE, GONE, BACK, UNDO, DETAIL
};

struct rule {
	enum act	 act;
	const char	*pattern;
};

static const struct rule rules[] = {
	/* taking back */
	{ NOT_DONE, "undo|revert|reverse the? completion|completing of <t>" },
	{ NOT_DONE, "undo|revert completing <t>" },
	{ BACK, "undo|revert the? deletion|delete|removal of <t>" },
	{ BACK, "undo|revert deleting|removing <t>" },
	{ UNDO, "undo|revert|reverse that|it|this|everything? please?" },
	{ UNDO, "undo|revert|reverse the|my|your|that? last|previous|latest? "
	    "action|change|thing|step|command|deletion|delete|completion|one|"
	    "update|edit|removal|operation" },
	{ UNDO, "undo what you|i just? did" },
	{ NOT_DONE, "undo|uncomplete <R>" },
	{ UNDO, "take|put that|it|this back" },
	{ BACK, "restore|undelete|un-delete|recover|retrieve|unremove <t>" },
	{ BACK, "bring|get|put back <t>" },
	{ BACK, "bring|get|put <t> back" },
	{ UNDO, "undelete|restore" },

	/* descriptions; before all that begins with "add" or "remove" */
	{ NOTE_ADD, "$put a|another|the? new? $note to|on|for|in|into <t> "
	    "saying|that|with|: that|says? :? <d>" },
	{ NOTE_ADD, "$put to <t> 's? $note : <d>" },
	{ NOTE_ADD, "$put <d> to|in|into|as the|its|a|that? $note of|for|on|to|"
	    "in <t>" },
	{ NOTE_ADD, "$put <d> to|in|into|as the|its|a|that|it|my? $note" },
	{ NOTE_ADD, "$put <d> to|in|into <R> $note" },
	{ NOTE_ADD, "$put the|a? $note :? <d> to|on|for|in <R>" },
	{ NOTE_ADD, "$put a|the|another? $note : <d>" },
	{ NOTE_ADD, "$put a|the? $note saying|that :? <d>" },
	{ NOTE_ADD, "note on|for|about <R> : <d>" },
	{ NOTE_ADD, "note that <d> for|on <R>" },
	{ NOTE_ADD, "$change the? $note of|for|on <t> to also? include|"
	    "mention|add|contain|cover <d>" },
	{ NOTE_ADD, "$change <t> $note to also? include|mention|add|contain|"
	    "cover <d>" },
	{ NOTE_ADD, "$change <t> to also? include|mention|add|contain|cover "
	    "<d>" },
	{ NOTE_NONE, "$delete the|its|all|a|any? $note of|from|for|on <t>" },
	{ NOTE_NONE, "$delete its|the $note" },
	{ NOTE_SET, "$change the|a? $note of|for|on <t> to|as|:|with :? <d>" },
	{ NOTE_SET, "$change its|the $note to|as|:|with <d>" },
	{ NOTE_SET, "$change <t> $note to|as|:|with <d>" },
	{ NOTE_SET, "describe <t> as|: <d>" },

	/* priorities */
	{ PRIO_SET, "$change the|its|a? $prio level? of|for|on <t> to|as|at|:|"
	    "from :? <p>" },
	{ PRIO_SET, "give <t> a|an|the? <P>" },
	{ PRIO_SET, "$change <t> 's? $prio level? to|as|at|:|is :? <p>" },
	{ PRIO_SET, "$change its|the|a? $prio level? to|as|at|: <p>" },
	{ PRIO_SET, "$change <t> as|to|at|a|an|into|is|with|of? a|an|the|be? "
	    "<P>" },
	{ PRIO_SET, "$change <t> as|to|at|a|an a|an? <p> $prio" },
	{ PRIO_SET, "<t> is|are|has now|a? a? <P>" },
	{ PRIO_SET, "$prio :|of? <P> for|on|to <t>" },
	{ PRIO_HIGH, "prioritize|prioritise|prio|star <t>" },
	{ PRIO_LOW, "deprioritize|deprioritise|unstar <t>" },
	{ PRIO_HIGH, "raise|increase|up|bump up? the|its? $prio of|for|on "
	    "<t>" },
	{ PRIO_HIGH, "raise|increase|bump its|the $prio" },
	{ PRIO_LOW, "lower|decrease|reduce|drop the|its? $prio of|for|on <t>" },
	{ PRIO_LOW, "lower|decrease|reduce its|the $prio" },
	{ PRIO_NONE, "$delete|reset the|its? $prio of|from|for|on <t>" },

	/* due dates */
	{ DUE_NONE, "$delete the|its|any|a? due|deadline date? of|from|for|on "
	    "<t>" },
	{ DUE_NONE, "$delete its|the|any? due|deadline date?" },
	{ DUE_NONE, "$delete <R> due|deadline date?" },
	{ DUE_NONE, "<t> has|have|with|needs? no due|deadline date?" },
	{ DUE_NONE, "no due|deadline date? for|on <t>" },
	{ DUE_NONE, "no due|deadline date? please?" },
	{ DUE_NONE, "make <t> have? no due|deadline date?" },
	{ DUE_NONE, "$change the|its? due|deadline date? of|for|on <t> to none|"
	    "nothing|never|empty" },
	{ DUE_SET, "$change the|its|a? due|deadline date|time? of|for|on <t> "
	    "to|as|at|until|:|by|from be|:? <w>" },
	{ DUE_SET, "$put|give|assign a|the? due|deadline date? of|:? <W> to|"
	    "for|on <t>" },
	{ DUE_SET, "$change|give <t> a|the? due|deadline date|time? to|as|of|:|"
	    "until|by|on|at? <W>" },
	{ DUE_SET, "$change <t> 's? due|deadline date? to|as|:|until|by <w>" },
	{ DUE_SET, "$change its|the|a? due|deadline date|time? to|as|until|: "
	    "<w>" },
	{ DUE_SET, "$move <t> back|out|forward|up|off? to|until|till|for|on|"
	    "by? "
	    "<W>" },
	{ DUE_SET, "schedule|plan <R> for|on|to|at? <W>" },
	{ DUE_SET, "$move the|its? due|deadline date? of|for|on <t> to|until "
	    "<w>" },
	{ DUE_SET, "postpone|reschedule|delay|defer|snooze <t> to|until|till|"
	    "for|on|by <w>" },
	{ DUE_SET, "postpone|reschedule|delay|defer|snooze <t>" },
	{ DUE_SET, "$change <t> to|for|until? be? <W>" },
	{ DUE_SET, "remind me of|about <R> <W>" },
	{ DUE_SET, "<t> is|are|should|must be? <W>" },

	/* done and not done */
	{ NOT_DONE, "$mark <t> as|to|back? as|to? not|still|no|un longer? "
	    "$done yet?" },
	{ NOT_DONE, "$mark <t> as|to|back as|to? $open again?" },
	{ NOT_DONE, "$mark <t> $open" },
	{ NOT_DONE, "uncomplete|unfinish|reopen|re-open|unmark|uncheck|untick|"
	    "restart|un-complete|reactivate <t>" },
	{ NOT_DONE, "i haven't|didn't|hadn't actually|really? $done <t>" },
	{ NOT_DONE, "i have|did not actually|really? $done <t>" },
	{ NOT_DONE, "<t> is|are|isn't|aren't|was|wasn't|still not|actually? "
	    "not|actually? pending|open|unfinished|undone|incomplete" },
	{ NOT_DONE, "<t> isn't|aren't|wasn't|hasn't been? actually? $done "
	    "yet?" },
	{ NOT_DONE, "<t> is|are|was|has|have not been? actually? $done yet?" },
	{ DONE, "$mark <t> as|to|off|:|is|being as? $done" },
	{ DONE, "$mark <R> $done" },
	{ DONE, "check|tick|cross|strike|mark off <t>" },
	{ DONE, "check|tick|cross|strike|mark <t> off" },
	{ DONE, "check|tick|cross|strike|mark <t> off my|the|of my|the? list" },
	{ DONE, "complete|finish|close|accomplish|resolve|completed|finished "
	    "off|up|with? <t>" },
	{ DONE, "i have|'ve|already|just|finally|actually? already|just|"
	    "finally|"
	    "now? finished|completed|done|did|accomplished|finish|complete "
	    "with|off|up? <t>" },
	{ DONE, "i've|we've|we already|just|finally|now? finished|completed|"
	    "done|did|accomplished with|off|up? <t>" },
	{ DONE, "i'm|i am|already|just|now? already|now|all? done|finished "
	    "with <t>" },
	{ DONE, "all? done with <t>" },
	{ DONE, "done :? <R>" },
	{ DONE, "i got|have|had <t> done|finished|completed" },
	{ DONE, "<t> is|are|was|were|has|have|got already|now|been|all|"
	    "finally? "
	    "been? $done now|already?" },
	{ DONE, "<R> $done" },

	/* gone */
	{ GONE, "$delete out? <t>" },
	{ GONE, "delete|remove|erase|discard" },
	{ GONE, "get rid of <t>" },
	{ GONE, "throw|toss away|out <t>" },
	{ GONE, "take|strike <t> off|out" },
	{ GONE, "take <t> off|out|from of? my|the? to-do|todo|task? list" },
	{ GONE, "i don't need|want <R> anymore?" },
	{ GONE, "i no longer need|want <R>" },

	/* titles */
	{ TITLE_SET, "rename|retitle|re-title|relabel <t> to|as|into|: :? "
	    "<v>" },
	{ TITLE_SET, "$change the? title|name|text|wording of|for|on <t> to|as|"
	    "into|: :? <v>" },
	{ TITLE_SET, "$change <t> 's? title|name|text to|as|into|: :? <v>" },
	{ TITLE_SET, "$change its|the title|name|text to|as|into|: :? <v>" },
	{ TITLE_SET, "call <R> <v> instead?" },
	{ TITLE_SET, "change|update|edit|modify|replace|turn|switch|correct|"
	    "fix "
	    "<t> to|into|with|by|->|=>|: :? say|read|be? <v>" },
	{ TITLE_ASK, "rename|retitle|relabel <t>" },
	{ TITLE_ASK, "$change the? title|name of|for|on <t>" },
	{ TITLE_ASK, "rename|retitle" },
	{ DUE_SET, "$change the|its? due|deadline date? of|for|on <t>" },
	{ DUE_SET, "$change the|its|a? due|deadline date?" },
	{ PRIO_SET, "$change the|its? $prio of|for|on <t>" },
	{ CHANGE_ASK, "change|update|edit|modify|adjust <t>" },
	{ CHANGE_ASK, "change|update|edit|modify" },

	{ DETAIL, "show|open|view|display|describe|read|see|get|give me? the|"
	    "more? details|detail|info|information|description|about? of|"
	    "about|on|for? <R>" },
	{ DETAIL, "what is|about|was|are|are? <R> about?" },
	{ DETAIL, "what's|whats in? <R> about?" },
	{ DETAIL, "tell me more? about <R>" },
	{ DETAIL, "when is|are <R> due" },
	{ DETAIL, "details|info of|about|on|for <R>" },
	{ DETAIL, "is|are <R> $done yet?" },

	{ DONE, "complete|finish|close|done|finished|completed" },
	{ DONE, "mark as? done|complete" },
	{ NOT_DONE, "reopen|uncomplete|unfinish" },
};

static const struct { const char *name, *words; } sets[] = {
	{ "$note", "note|notes|description|descriptions|details|detail|desc|"
	    "comment|comments" },
	{ "$put", "add|append|attach|put|write|include|insert|leave" },
	{ "$change", "change|update|set|edit|modify|make|adjust|mark|flag|"
	    "label|tag|raise|lower|increase|decrease|put|turn|expand|extend|"
	    "replace|bump|switch|upgrade|downgrade" },
	{ "$prio", "priority|prio|importance|urgency" },
	{ "$move", "move|push|shift|reschedule|postpone|delay|defer|snooze|"
	    "bring|pull" },
	{ "$mark", "mark|set|flag|check|tick|change|update|move|put|make|"
	    "switch|turn" },
	{ "$done", "done|complete|completed|finished|finish|accomplished|"
	    "closed|resolved|off" },
	{ "$open", "pending|open|incomplete|undone|unfinished|uncompleted|todo|"
	    "unchecked|active|to-do" },
	{ "$delete", "delete|remove|erase|drop|discard|trash|cancel|clear|"
	    "scrap|purge|destroy|wipe|del|bin|dump" },
};

struct matcher {
	struct arena	*a;
	struct bt_now	 now;
	struct bt_span	 s;
	struct bt_span	 got[128];	/* by the capture's letter */
	size_t		 steps;		/* left to spend on this clause */
};

/* Words of a pattern's element, without its question mark. */
static const char *
element_words(const char *p, size_t n, char *out, size_t size)
{
	size_t i;

	if (n >= size)
		n = size - 1;
	memcpy(out, p, n);
	out[n] = '\0';
	for (i = 0; i < sizeof(sets) / sizeof(sets[0]); i++)
		if (strcmp(out, sets[i].name) == 0)
			return sets[i].words;
	return out;
}

/* Sets may stand among words: "$put|give". */
static bool
element_fits(const struct bt_word *w, const char *p, size_t n)
{
	char one[32];
	size_t i = 0, len;

	if (w->kind == BT_QUOTE)
		return false;
	while (i < n) {
		const char *bar = memchr(p + i, '|', n - i);

		len = bar != NULL ? (size_t)(bar - (p + i)) : n - i;
		if (p[i] == '$') {
			if (bt_in(w->low, element_words(p + i, len, one,
			    sizeof(one))))
				return true;
		} else if (strlen(w->low) == len &&
		    memcmp(w->low, p + i, len) == 0) {
			return true;
		}
		i += len + 1;
	}
	return false;
}

/* May these words be what the capture wants? */
static bool
capture_fits(struct matcher *m, char kind, struct bt_span s)
{
	struct bt_target t;
	struct bt_when w;
	const char *p;

	switch (kind) {
	case 'P':
		if (s.n == 1 && bt_is(&s.w[0], "high|low|normal|medium"))
			return true;
		return bt_priority_read(s, &p) == s.n;
	case 'W':
		return bt_when_all(s, m->now, &w);
	case 'R':
		bt_target_read(m->a, s, m->now, &t);
		return t.firm;
	case 't':
		return bt_bare(s).n > 0;
	default:
		return true;
	}
}

static bool match(struct matcher *m, const char *p, size_t i);

static bool
match_capture(struct matcher *m, char kind, const char *rest, size_t i)
{
	size_t n, most = m->s.n - i;

	if (kind == 'P' || kind == 'W' || kind == 'p')
		most = most < LONGEST ? most : LONGEST;
	if (kind == 'R')
		most = most < 24 ? most : 24;
	/* the last capture takes all that is left */
	for (n = *rest == '\0' ? m->s.n - i : 1; n <= most && n > 0; n++) {
		if (m->steps == 0)
			return false;
		m->steps--;
		/* what follows is the cheaper question, so it comes first */
		if (!match(m, rest, i + n))
			continue;
		if (!capture_fits(m, kind, bt_sub(m->s, i, i + n)))
			continue;
		m->got[(unsigned char)kind] = bt_sub(m->s, i, i + n);
		return true;
	}
	return false;
}

static bool
match(struct matcher *m, const char *p, size_t i)
{
	size_t n = strcspn(p, " ");
	const char *rest = p + n + (p[n] == ' ');
	bool maybe = n > 0 && p[n - 1] == '?';

	if (m->steps == 0)
		return false;
	m->steps--;
	if (*p == '\0')
		return i == m->s.n;
	if (*p == '<')
		return match_capture(m, p[1], rest, i);
	if (i < m->s.n && element_fits(&m->s.w[i], p, n - maybe) &&
	    match(m, rest, i + 1))
		return true;
	return maybe && match(m, rest, i);
}

static void
change_read(struct matcher *m, const struct rule *r, struct bt_change *c)
{
	struct bt_span d = m->got['d'], v = m->got['v'];
	struct bt_span p = m->got['p'].n > 0 ? m->got['p'] : m->got['P'];
	struct bt_span w = m->got['w'].n > 0 ? m->got['w'] : m->got['W'];

	switch (r->act) {
	case NOTE_ADD:
	case NOTE_SET:
	case NOTE_NONE:
		c->has_description = true;
		c->append = r->act == NOTE_ADD;
		c->description = r->act == NOTE_NONE ?
		    (struct str){ "", 0 } : bt_value(d);
		break;
	case PRIO_SET:
		c->has_priority = true;
		p = bt_bare(p);
		if (p.n == 1 && bt_is(&p.w[0], "high|low|normal"))
			c->priority = p.w[0].low;
		else if (p.n == 1 && bt_is(&p.w[0], "medium|regular|default"))
			c->priority = "normal";
		else if (p.n == 1 && bt_is(&p.w[0], "top|highest|higher"))
			c->priority = "high";
		else if (p.n == 1 && bt_is(&p.w[0], "lowest|lower"))
			c->priority = "low";
		else if (bt_priority_read(p, &c->priority) != p.n)
			c->priority = NULL;
		break;
	case PRIO_HIGH:
	case PRIO_LOW:
	case PRIO_NONE:
		c->has_priority = true;
		c->priority = r->act == PRIO_HIGH ? "high" :
		    r->act == PRIO_LOW ? "low" : "normal";
		break;
	case DUE_SET:
		if (bt_is(&m->s.w[m->s.n - 1], "none|nothing|never"))
			c->due.kind = BT_CLEAR;
		else if (!bt_when_all(w, m->now, &c->due))
			c->bad_due = true;
		break;
	case DUE_NONE:
		c->due.kind = BT_CLEAR;
		break;
	case TITLE_SET:
		c->has_title = true;
		c->title = bt_title(m->a, v);
		break;
	case TITLE_ASK:
		c->bad_title = true;
		break;
	default:
		break;
	}
}

static enum bt_does
act_does(enum act act)
{
	switch (act) {
	case DONE:	return BT_COMPLETE;
	case NOT_DONE:	return BT_REOPEN;
	case GONE:	return BT_DELETE;
	case BACK:	return BT_RESTORE;
	case UNDO:	return BT_UNDO;
	case DETAIL:	return BT_DETAIL;
	default:	return BT_UPDATE;
	}
}

/* "task 3's": the owner without its 's; the text is not shown anywhere. */
static struct bt_span
possessive(struct arena *a, struct bt_span s)
{
	const struct bt_word *last = s.n > 0 ? &s.w[s.n - 1] : NULL;
	struct bt_word *w;
	size_t n;

	if (last == NULL || last->kind != BT_TEXT ||
	    (n = strlen(last->low)) < 3 || strcmp(last->low + n - 2, "'s") != 0)
		return s;
	w = arena_alloc(a, s.n * sizeof(*w));
	memcpy(w, s.w, s.n * sizeof(*w));
	w[s.n - 1].low = arena_strndup(a, last->low, n - 2);
	w[s.n - 1].raw.n = last->raw.n - (last->raw.p[last->raw.n - 2] == '\''
	    ? 2 : last->raw.n > 4 ? 4 : 0);
	return (struct bt_span){ w, s.n };
}

bool
bt_rules(struct arena *a, struct bt_span s, struct bt_now now,
    struct bt_intent *out)
{
	struct matcher m = { .a = a, .now = now, .s = s,
	    .steps = BT_MAX_STEPS };
	struct bt_span t;
	size_t i;

	if (s.n == 0)
		return false;
	for (i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		memset(m.got, 0, sizeof(m.got));
		if (!match(&m, rules[i].pattern, 0))
			continue;
		out->does = act_does(rules[i].act);
		t = m.got['t'].n > 0 ? m.got['t'] : m.got['R'];
		bt_target_read(a, possessive(a, t), now, &out->target);
		change_read(&m, &rules[i], &out->change);
		return true;
	}
	return false;
}
