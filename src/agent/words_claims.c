/*
 * Does a reply claim a change?  Four shapes do, in a clause that neither
 * asks, negates, doubts nor makes conditions:
 *
 *	active	I've added …, I was able to delete …, … and marked it done
 *	passive	… has been deleted, … was moved, … is now complete
 *	bare	Removed., Added "milk" to your list.
 *	headed	Task created: …, "Milk" marked as done
 *
 * and a few fixed phrases ("Done!").  "Task 3 is complete" may as well
 * report what stands in the list: such weak claims count only beside one
 * of those phrases.
 */
#include <string.h>

#include "agent/words.h"
#include "agent/words_split.h"

/*
 * A detail of a task (a date, a priority) was set.  Beside a creation that
 * is part of it, otherwise it is an update.
 */
#define CLAIM_DETAIL	64

#define AHEAD	40	/* how far behind a verb its meaning may stand */

struct judge {
	unsigned	 mask, weak;
	/* of the sentence being judged */
	bool		 me;	/* the last subject is the speaker */
	bool		 lead;	/* only "Okay," and the like so far */
	bool		 yes;	/* … and that answered a question */
	bool		 cond;	/* a clause before said if, once, when */
	bool		 old;	/* it began with "earlier today," */
};

struct clause {
	const struct sentence *s;
	size_t		 from, to;
};

static bool
is(const struct sentence *s, size_t i, uint32_t what)
{
	return i < s->n && (s->t[i].is & what) != 0;
}

static bool
word(const struct sentence *s, size_t i, const char *w)
{
	return i < s->n && s->t[i].mark == 'w' && strcmp(s->t[i].w, w) == 0;
}

/* One of several words, given with a blank around each. */
static bool
word_in(const struct sentence *s, size_t i, const char *words)
{
	const char *w, *p = words;
	size_t n;

	if (i >= s->n || s->t[i].mark != 'w' || s->t[i].w[0] == '\0')
		return false;
	w = s->t[i].w;
	n = strlen(w);
	while ((p = strstr(p, w)) != NULL) {
		if (p > words && p[-1] == ' ' && p[n] == ' ')
			return true;
		p += n;
	}
	return false;
}

static bool
mark(const struct sentence *s, size_t i, char m)
{
	return i < s->n && s->t[i].mark == m;
}

static bool
breaks(const struct sentence *s, size_t i)
{
	return i >= s->n || s->t[i].mark == ',' || s->t[i].mark == ':' ||
	    is(s, i, W_CUT);
}

static size_t
skip(const struct sentence *s, size_t i, uint32_t what)
{
	while (is(s, i, what))
		i++;
	return i;
}

/* Does one of the words stand among the next n of the same clause? */
static bool
near(const struct sentence *s, size_t i, size_t n, const char *words)
{
	for (; n > 0 && !breaks(s, i); i++, n--)
		if (word_in(s, i, words))
			return true;
	return false;
}

static bool
near_is(const struct sentence *s, size_t i, size_t n, uint32_t what)
{
	for (; n > 0 && !breaks(s, i); i++, n--)
		if (is(s, i, what))
			return true;
	return false;
}

/* "the due date", "a high priority", but not "the high priority task" */
static bool
field_at(const struct sentence *s, size_t i)
{
	size_t k = skip(s, i, W_DET | W_GENERIC | W_NUM);

	if (k > i + 5)
		return false;
	if (is(s, k, W_TASK) && is(s, k + 1, W_NUM))
		k += 2;			/* "task 3's due date" */
	else if (is(s, k, W_TASK) && is(s, k + 1, W_FIELD))
		k++;
	if (!is(s, k, W_FIELD))
		return false;
	return !is(s, skip(s, k, W_FIELD), W_TASK | W_LIST);
}

/* "to the description", "from its title" */
static bool
field_after(const struct sentence *s, size_t i, const char *preposition)
{
	size_t end = i + 12;

	for (; i < end && !breaks(s, i) && !is(s, i, W_AND); i++)
		if (word(s, i, preposition) && field_at(s, i + 1))
			return true;
	return false;
}

/* "your list", "the tasks": the whole of it, no task in particular */
static bool
list_at(const struct sentence *s, size_t i)
{
	size_t k = skip(s, i, W_DET);

	if (is(s, k, W_TASK) && is(s, k + 1, W_LIST))
		return true;
	return is(s, k, W_LIST) || (is(s, k, W_PLURAL) && k > i &&
	    !is(s, k + 1, W_NUM));
}

/* "your list", "our shopping list", not far behind "to" or "on" */
static bool
list_near(const struct sentence *s, size_t i)
{
	return near_is(s, i, 5, W_LIST | W_PLURAL);
}

enum state { STATE_NONE, STATE_DONE, STATE_UNDONE, STATE_HIGH };

/*
 * What a task was marked as, set or moved to.  loose: the state may follow
 * the task without "as" ("marked Buy milk complete").
 */
static enum state
state_after(const struct sentence *s, size_t j, bool loose)
{
	bool linked = false, denied = false;
	size_t i;

	for (i = j + 1; i < s->n && i <= j + AHEAD; i++) {
		if (is(s, i, W_AND) && is(s, skip(s, i + 1, W_ADV), W_VERB) &&
		    !is(s, i + 1, W_DONE))
			return STATE_NONE;
		if (is(s, i, W_CUT | W_ME) || mark(s, i, ':'))
			return STATE_NONE;
		if (word_in(s, i, " as to "))
			linked = true;
		if (is(s, i, W_NEG))
			denied = true;
		if (!linked && (!loose || is(s, i + 1, W_TASK | W_LIST)))
			continue;
		if (is(s, i, W_UNDONE))
			return STATE_UNDONE;
		if (is(s, i, W_DONE))
			return denied ? STATE_UNDONE : STATE_DONE;
		if (is(s, i, W_HIGH))
			return STATE_HIGH;
	}
	return STATE_NONE;
}

static unsigned
claim_add(const struct sentence *s, size_t j)
{
	size_t i;

	for (i = j + 1; i <= j + 6 && !breaks(s, i); i++)
		if (word(s, i, "back") && (breaks(s, i + 1) ||
		    mark(s, i + 1, 'q') ||
		    word_in(s, i + 1, " to on in onto ")))
			return CLAIM_RESTORED;
	i = skip(s, j + 1, W_DET | W_GENERIC | W_NUM);
	if (word_in(s, i, " note notes comment comments "))
		return CLAIM_ANY;
	if (field_at(s, j + 1) || field_after(s, j + 1, "to"))
		return CLAIM_DETAIL;
	return CLAIM_CREATED;
}

static unsigned
claim_remove(const struct sentence *s, size_t j)
{
	size_t i;

	if (word(s, j + 1, "up"))
		return 0;
	if (field_at(s, j + 1) || field_after(s, j + 1, "from"))
		return CLAIM_DETAIL;
	for (i = j + 1; i < j + 12 && !breaks(s, i); i++)
		if (word(s, i, "from") && near_is(s, i + 1, 3, W_UNDONE))
			return CLAIM_ANY;	/* it may have been finished */
	return CLAIM_DELETED;
}

static unsigned
claim_change(const struct sentence *s, size_t j)
{
	size_t i;

	if (word_in(s, j + 1, " on my "))
		return 0;
	switch (state_after(s, j, false)) {
	case STATE_DONE:
		return CLAIM_COMPLETED;
	case STATE_UNDONE:
		return CLAIM_ANY;
	default:
		break;
	}
	if (near(s, j + 1, 12, " trash bin "))
		return CLAIM_DELETED;
	if (list_at(s, j + 1) || near(s, j + 1, 4, " status "))
		return CLAIM_ANY;
	for (i = j + 1; i < j + 12 && !breaks(s, i); i++)
		if (is(s, i, W_AND) && is(s, i + 1, W_VERB) &&
		    (s->t[i + 1].how == HOW_MARK ||
		    s->t[i + 1].how == HOW_COMPLETE ||
		    s->t[i + 1].how == HOW_OFF))
			return CLAIM_ANY;	/* the other verb says what */
	return CLAIM_UPDATED;
}

static unsigned
claim_mark(const struct sentence *s, size_t j)
{
	switch (state_after(s, j, true)) {
	case STATE_DONE:
		return CLAIM_COMPLETED;
	case STATE_HIGH:
		return CLAIM_DETAIL;
	default:
		return CLAIM_ANY;
	}
}

static unsigned
claim_set(const struct sentence *s, size_t j)
{
	switch (state_after(s, j, false)) {
	case STATE_DONE:
		return CLAIM_COMPLETED;
	case STATE_UNDONE:
		return CLAIM_ANY;
	default:
		break;
	}
	if (word_in(s, j + 1, " up aside ") || near(s, j + 1, 4,
	    " reminder reminders status "))
		return CLAIM_ANY;
	return CLAIM_DETAIL;
}

static unsigned
claim_make(const struct sentence *s, size_t j)
{
	if (near_is(s, j + 1, 2, W_NEG))
		return 0;
	if (near(s, j + 1, 5, " change changes update updates edit edits"
	    " adjustment adjustments modification modifications "))
		return CLAIM_ANY;
	if (near(s, j + 1, 4, " task item todo reminder "))
		return CLAIM_CREATED;
	return near(s, j + 1, 8, " priority urgent ") ? CLAIM_DETAIL : 0;
}

static unsigned
claim_complete(const struct sentence *s, size_t j)
{
	if (near(s, j + 1, 3, " request requests action operation "))
		return CLAIM_ANY;
	return near(s, j + 1, 4, " search review analysis check lookup scan ")
	    ? 0 : CLAIM_COMPLETED;
}

static unsigned
claim_finish(const struct sentence *s, size_t j)
{
	size_t i = j + 1;
	const char *w = i < s->n ? s->t[i].w : "";
	size_t n = strlen(w);

	if (n > 4 && strcmp(w + n - 3, "ing") == 0)
		return 0;
	if (mark(s, i, 'q') ||
	    is(s, skip(s, i, W_DET | W_NUM), W_TASK | W_NUM))
		return CLAIM_COMPLETED;
	return CLAIM_ANY;
}

/* "off" somewhere behind, or a state: "checked off", "ticked it as done" */
static unsigned
claim_off(const struct sentence *s, size_t j)
{
	size_t i;

	for (i = j + 1; i < s->n && i < j + 16; i++) {
		if (is(s, i, W_AND) && is(s, i + 1, W_VERB))
			break;
		if (word(s, i, "off"))
			return CLAIM_COMPLETED;
	}
	return state_after(s, j, false) == STATE_DONE ? CLAIM_COMPLETED : 0;
}

/* What a person said no to is cancelled as well: want a task beside it. */
static unsigned
claim_cancel(const struct sentence *s, size_t j)
{
	if (near(s, j + 1, 5, " deletion removal request operation action "))
		return 0;
	if (mark(s, j + 1, 'q') || near_is(s, j + 1, 4, W_TASK))
		return CLAIM_DELETED;
	return 0;
}

static unsigned
claim_put(const struct sentence *s, size_t j)
{
	size_t i;

	if (near(s, j + 1, 10, " back "))
		return CLAIM_RESTORED;
	for (i = j + 1; i < j + 20 && !breaks(s, i); i++)
		if (word_in(s, i, " on in to onto ") && list_near(s, i + 1))
			return CLAIM_CREATED;
	return 0;
}

static unsigned
claim_take(const struct sentence *s, size_t j)
{
	return near(s, j + 1, 1, " care ") || near(s, j + 1, 12, " off ") ?
	    CLAIM_ANY : 0;
}

/*
 * "deleted nothing", "marked for deletion", "set to be removed": said of a
 * verb, they take the claim away.
 */
static bool
hollow(const struct sentence *s, size_t j)
{
	size_t i = skip(s, j + 1, W_ADV);

	if (is(s, i, W_NEG))
		return true;
	for (i = j + 1; i < j + 12 && !breaks(s, i) && !is(s, i, W_AND); i++) {
		if (word(s, i, "to") && word(s, i + 1, "be"))
			return true;
		if (word(s, i, "for") && word_in(s, i + 1, " deletion removal"
		    " confirmation approval review deleting removing "))
			return true;
	}
	return false;
}

/* What the verb at j claims with what stands behind it. */
static unsigned
claim_of(const struct sentence *s, size_t j)
{
	if (hollow(s, j))
		return 0;
	switch (s->t[j].how) {
	case HOW_ADD:
		return claim_add(s, j);
	case HOW_REMOVE:
		return claim_remove(s, j);
	case HOW_COMPLETE:
		return claim_complete(s, j);
	case HOW_FINISH:
		return claim_finish(s, j);
	case HOW_MARK:
		return claim_mark(s, j);
	case HOW_OFF:
		return claim_off(s, j);
	case HOW_CHANGE:
		return claim_change(s, j);
	case HOW_SET:
		return claim_set(s, j);
	case HOW_CANCEL:
		return claim_cancel(s, j);
	case HOW_RID:
		return word(s, j + 1, "rid") ? CLAIM_DELETED : 0;
	case HOW_BACK:
		return near(s, j + 1, 10, " back ") ? CLAIM_RESTORED : 0;
	case HOW_UNDO:
		return near(s, j + 1, 6, " deletion delete removal ") ?
		    CLAIM_RESTORED : CLAIM_ANY;
	case HOW_TAKE:
		return claim_take(s, j);
	case HOW_OUT:
		return word(s, j + 1, "out") ? CLAIM_ANY : 0;
	case HOW_MAKE:
		return claim_make(s, j);
	case HOW_PUT:
		return claim_put(s, j);
	default:
		return s->t[j].claim;
	}
}

/* "this week", "last time", "so far" */
static bool
span_at(const struct sentence *s, size_t i)
{
	if (word(s, i, "far"))
		return i > 0 && word(s, i - 1, "so");
	return word_in(s, i, " last this past ") && (is(s, i + 1, W_DAY) ||
	    word_in(s, i + 1, " week month year night time morning afternoon"
	    " evening few two chat session conversation "));
}

/*
 * Was it long ago?  Looks from i to the end of the clause, or to where
 * somebody else acts; a date that something was moved to says nothing.
 */
static bool
past(const struct sentence *s, size_t i)
{
	size_t end = i + AHEAD;

	if (word(s, i, "earlier"))
		return true;
	for (; i < s->n && i < end; i++) {
		if (is(s, i, W_OTHER | W_REL | W_ME) ||
		    s->t[i].mark == ',' || s->t[i].mark == ':' ||
		    (is(s, i, W_CUT) && !word(s, i + 1, "far")))
			return false;
		if (i > 0 && word_in(s, i - 1,
		    " from to for due until by on an the "))
			continue;
		if (is(s, i, W_OLD) || span_at(s, i))
			return true;
	}
	return false;
}

/* "A minute ago I …" */
static bool
began_past(const struct clause *c, size_t to)
{
	size_t i;

	for (i = c->from; i < to; i++)
		if (is(c->s, i, W_OLD) || span_at(c->s, i))
			return true;
	return false;
}

/* Did the speaker start to act at i, and not in "if I", "have I"? */
static bool
me_acts(const struct clause *c, size_t i)
{
	if (i == c->from)
		return true;
	return !is(c->s, i - 1, W_SUB | W_ASK | W_HEDGE | W_REL | W_MODAL) &&
	    !word_in(c->s, i - 1, " thing things one ones ");
}

static unsigned
active(struct judge *d, const struct clause *c, size_t i)
{
	const struct sentence *s = c->s;
	size_t j = i + 1;

	d->me = me_acts(c, i) && !began_past(c, i);
	if (!d->me)
		return 0;
	if (is(s, j, W_HAVE))
		j++;
	if (word(s, j, "not") && word(s, j + 1, "only"))
		j++;
	j = skip(s, j, W_ADV);
	if ((word(s, j, "was") || word(s, j, "were")) &&
	    word(s, j + 1, "able"))
		j += 2;
	else if (word(s, j, "managed"))
		j++;
	if (j > i + 1 && word(s, j, "to")) {
		j = skip(s, j + 1, W_ADV);
		return is(s, j, W_BASE) && !past(s, j) ? claim_of(s, j) : 0;
	}
	if (word_in(s, j, " did done ") && (breaks(s, j + 1) ||
	    word_in(s, j + 1, " it that so this those everything ")))
		return breaks(s, j + 1) && s->t[j].w[2] == 'd' ? 0 : CLAIM_ANY;
	if (is(s, j, W_NEG | W_MODAL | W_OLD))
		d->me = false;
	if (!is(s, j, W_VERB) || past(s, j))
		return 0;
	return claim_of(s, j);
}

/* Is the verb at j an adjective: "completed tasks", "deleted items"? */
static bool
adjective(const struct sentence *s, size_t j)
{
	size_t i = j + 1;

	if (is(s, i, W_PLURAL | W_LIST))
		return true;
	return is(s, i, W_TASK) && is(s, i + 1, W_LIST | W_HAVE);
}

/* "… and marked it done", ", deleted the other", with the same subject */
static unsigned
chained(const struct judge *d, const struct sentence *s, size_t i)
{
	size_t j = skip(s, i, W_AND | W_ADV);

	if (!d->me || !is(s, j, W_VERB) || adjective(s, j) ||
	    word_in(s, j + 1, " by ") || past(s, j))
		return 0;
	return claim_of(s, j);
}

/* "3 tasks completed, 2 pending" counts what is there. */
static bool
counts(const struct clause *c)
{
	size_t i = skip(c->s, c->from, W_DET | W_ADV);
	size_t k;

	if (!is(c->s, i, W_NUM) || (is(c->s, i - 1, W_TASK) && i > c->from))
		return false;
	if (word(c->s, i + 1, "of") || word(c->s, i + 1, "out"))
		return true;
	for (k = i; k < c->s->n; k++)
		if (is(c->s, k, W_UNDONE))
			return true;
	return false;
}

/* Who or when stands right behind a passive verb: a report. */
static bool
reported(const struct sentence *s, size_t j, bool was)
{
	if (word(s, j + 1, "by") && !is(s, j + 2, W_NUM | W_GENERIC) &&
	    !word(s, j + 2, "me"))
		return true;
	if (past(s, j))
		return true;
	if (!was)
		return false;
	if (word_in(s, j + 1, " at today between during before after when"
	    " while since "))
		return true;
	return word_in(s, j + 1, " on in ") && is(s, j + 2, W_NUM | W_DAY);
}

/* "The due date has been removed" removes no task. */
static unsigned
of_subject(const struct clause *c, size_t verb, unsigned claim)
{
	size_t i = skip(c->s, c->from, W_ADV | W_AND);

	if (c->s->t[verb].how == HOW_CANCEL)
		return mark(c->s, i, 'q') ||
		    is(c->s, skip(c->s, i, W_DET), W_TASK) ?
		    CLAIM_DELETED : claim;
	if ((claim & CLAIM_DETAIL) && near(c->s, i, 3, " reminder reminders "))
		return CLAIM_ANY;
	if (i < verb && field_at(c->s, i) &&
	    (claim & (CLAIM_CREATED | CLAIM_DELETED | CLAIM_UPDATED)))
		return near(c->s, i, 4, " status ") ? CLAIM_ANY : CLAIM_DETAIL;
	if (i < verb && (claim & CLAIM_UPDATED) && list_at(c->s, i))
		return CLAIM_ANY;
	for (; i < verb; i++)
		if ((claim & CLAIM_COMPLETED) && word_in(c->s, i,
		    " request requests action actions operation changes "))
			return CLAIM_ANY;
	return claim;
}

static unsigned
passive_verb(struct judge *d, const struct clause *c, size_t aux, size_t j,
    bool now)
{
	const struct sentence *s = c->s;
	bool be = is(s, aux, W_BE) && !is(s, aux + 1, W_BEEN);
	unsigned claim;

	if (reported(s, j, is(s, aux, W_WAS)))
		return 0;
	claim = of_subject(c, j, claim_of(s, j));
	if ((claim & CLAIM_COMPLETED) && counts(c))
		return 0;
	if (be && (is(s, c->from, W_GENERIC) || near(s, j + 1, AHEAD,
	    " after when within every if unless until once by ")))
		return 0;
	if ((be && !now && (claim & (CLAIM_COMPLETED | CLAIM_DETAIL |
	    CLAIM_ANY))) || ((claim & CLAIM_COMPLETED) && (d->yes ||
	    mark(s, c->to, ':')))) {
		d->weak |= claim;
		return 0;
	}
	return claim;
}

/* What "is" says without a verb: complete, gone, on your list. */
static unsigned
stands(struct judge *d, const struct clause *c, size_t aux, size_t j,
    bool now)
{
	const struct sentence *s = c->s;
	size_t to = word(s, c->to - 1, "now") ? c->to - 1 : c->to;
	unsigned claim = 0;

	if (is(s, aux, W_HAVE) && word(s, j, "done"))
		return CLAIM_ANY;
	if (!is(s, aux, W_BE))
		return 0;
	if (is(s, j, W_DONE))
		claim = counts(c) || is(s, j + 1, W_PLURAL | W_TASK) ? 0 :
		    CLAIM_COMPLETED;
	else if (word(s, j, "gone"))
		return j + 1 == to ? CLAIM_DELETED : 0;
	else if (word(s, j, "back") && word_in(s, j + 1, " on in "))
		return CLAIM_RESTORED;
	else if (word_in(s, j, " on in ") && is(s, to - 1, W_LIST) &&
	    to - j < 6)
		claim = CLAIM_CREATED;
	else if (now && (word_in(s, j, " due called titled named ") ||
	    is(s, j, W_HIGH) || field_at(s, c->from)))
		claim = CLAIM_DETAIL;
	if (now)
		return claim;
	d->weak |= claim;
	return 0;
}

static unsigned
passive(struct judge *d, const struct clause *c, size_t i)
{
	const struct sentence *s = c->s;
	size_t j = i + 1, k;
	bool now = word(s, c->to - 1, "now");

	if (i > c->from && (is(s, i - 1, W_MODAL | W_REL) ||
	    word_in(s, i - 1, " you you've ")))
		return 0;
	if (i > c->from + 1 && word(s, i - 1, "that"))
		return 0;		/* tasks that were … */
	for (k = j; is(s, k, W_ADV | W_BEEN); k++)
		now = now || word_in(s, k, " now successfully ");
	if (is(s, i, W_HAVE) && !is(s, k - 1, W_BEEN | W_ADV))
		return 0;
	for (j = i + 1; j < k && !is(s, j, W_BEEN); j++)
		;
	if (is(s, i, W_HAVE) && j == k)
		return 0;		/* "has now added" */
	if (is(s, i, W_BE) && j == k && d->cond)
		return 0;		/* "once you agree, it is deleted" */
	if (is(s, k, W_VERB) && !(is(s, i, W_BE) && is(s, k, W_DONE) &&
	    is(s, k + 1, W_TASK)))
		return passive_verb(d, c, i, k, now);
	return stands(d, c, i, k, now);
}

/* Does a clause that ends here say something whole? */
static bool
closed(const struct sentence *s, size_t to)
{
	if (to < s->n)
		return s->t[to].mark != ':';
	return s->end == '.' || s->end == '!' || s->alone || s->ticked;
}

/* After "Deleted:" must stand what was deleted, no number and no date. */
static bool
label_claims(const struct sentence *s, size_t colon)
{
	size_t i = colon + 1;

	return i < s->n && !word_in(s, i, " yes no ") &&
	    !is(s, i, W_NUM | W_DAY | W_OLD | W_NEG | W_UNDONE);
}

/* A verb without a subject, first in its sentence. */
static unsigned
bare(const struct judge *d, const struct clause *c)
{
	const struct sentence *s = c->s;
	size_t j = skip(s, c->from, W_ADV);
	bool whole = s->t[j].claim == CLAIM_COMPLETED;

	if (!d->lead || !is(s, j, W_VERB) || adjective(s, j) ||
	    word_in(s, j, " set put got made taken took brought ") ||
	    past(s, j))
		return 0;
	if (mark(s, j + 1, ':'))
		return label_claims(s, j + 1) && (!whole || s->ticked) ?
		    claim_of(s, j) : 0;
	if (j + 1 >= c->to)
		return closed(s, c->to) && (!whole || c->to == s->n) ?
		    claim_of(s, j) : 0;
	if (word_in(s, j + 1, " by at on in since before after between during"
	    " within today or vs ") || (whole && (is(s, j + 1, W_AND) ||
	    word_in(s, j + 2, " of out "))))
		return 0;
	if (near_is(s, j + 1, 3, W_BE | W_WAS | W_HAVE | W_MODAL) &&
	    !mark(s, j + 1, 'q') && !word_in(s, j + 1, " to it "))
		return 0;
	if (whole && is(s, j + 1, W_NUM) && near_is(s, j, AHEAD, W_UNDONE))
		return 0;
	return claim_of(s, j);
}

/* Where the noun that begins a clause ends; from if there is none. */
static size_t
noun_end(const struct clause *c)
{
	const struct sentence *s = c->s;
	const uint32_t part = W_TASK | W_FIELD | W_LIST;
	size_t i = c->from, noun;

	while (is(s, i, W_DET | W_NUM | W_ADV) ||
	    (is(s, i, W_DONE | W_UNDONE | W_HIGH) && is(s, i + 1, part)))
		i++;
	if (is(s, i, W_GENERIC) || (!is(s, i, part) && !mark(s, i, 'q') &&
	    !word_in(s, i, " changes updates ")))
		return c->from;
	noun = i++;
	while (i < c->to && i < noun + 10 && (mark(s, i, 'q') ||
	    (is(s, i, part | W_NUM | W_LINK | W_DET) && !is(s, i, W_VERB))))
		i++;
	return i;
}

/* A noun and a verb without "is": "Task 3 deleted." */
static unsigned
headed(struct judge *d, const struct clause *c)
{
	const struct sentence *s = c->s;
	size_t end = noun_end(c), j = skip(s, end, W_ADV);
	bool quoted = mark(s, c->from, 'q');
	unsigned claim;

	if (end == c->from || !is(s, j, W_VERB) || adjective(s, j) ||
	    reported(s, j, true) || is(s, j + 1, W_ME | W_OTHER) ||
	    near(s, j + 1, 8, " is are was were has have will would can could"
	    " should might must "))
		return 0;
	if (mark(s, j + 1, ':') && !label_claims(s, j + 1) &&
	    (j + 2 < s->n || s->t[j].claim == CLAIM_COMPLETED))
		return 0;
	claim = of_subject(c, j, claim_of(s, j));
	if (!(claim & CLAIM_COMPLETED) || s->t[j].how == HOW_MARK ||
	    s->t[j].how == HOW_CHANGE || j > end)
		return claim;
	if (counts(c))
		return 0;
	if (is(s, c->from, W_NUM | W_ADV) || !closed(s, c->to) ||
	    (quoted && s->end != '!')) {
		if (!mark(s, c->to, ':')) {
			d->weak |= claim;
			return 0;
		}
	}
	return claim;
}

/* "Buy milk added to your list": a title without quotes. */
static unsigned
listed(const struct clause *c)
{
	const uint32_t other = W_ME | W_OTHER | W_NEG | W_SUB | W_HEDGE |
	    W_MODAL | W_REL | W_HAVE | W_BE | W_WAS | W_GENERIC | W_PLURAL;
	const struct sentence *s = c->s;
	size_t j;

	for (j = c->from; j < c->to && j < c->from + 12; j++) {
		if (is(s, j, other))
			return 0;
		if (j > c->from && is(s, j, W_VERB) &&
		    (s->t[j].how == HOW_ADD || s->t[j].how == HOW_REMOVE) &&
		    word_in(s, j + 1, " to from ") &&
		    list_at(s, j + 2) && is(s, c->to - 1, W_LIST))
			return claim_of(s, j);
	}
	return 0;
}

/* Whole clauses that say something was done. */
static const struct phrase {
	const char	*text;
	unsigned	 claim;
} phrases[] = {
	{ "done", CLAIM_ANY }, { "all done", CLAIM_ANY },
	{ "all set", CLAIM_ANY }, { "it's done", CLAIM_ANY },
	{ "that's done", CLAIM_ANY }, { "they're done", CLAIM_ANY },
	{ "it is done", CLAIM_ANY }, { "that is done", CLAIM_ANY },
	{ "you're all set", CLAIM_ANY }, { "you are all set", CLAIM_ANY },
	{ "we're all set", CLAIM_ANY }, { "it's all set", CLAIM_ANY },
	{ "everything's set", CLAIM_ANY },
	{ "everything is set", CLAIM_ANY },
	{ "everything is all set", CLAIM_ANY },
	{ "everything is done", CLAIM_ANY },
	{ "consider it done", CLAIM_ANY },
	{ "consider that done", CLAIM_ANY },
	{ "taken care of", CLAIM_ANY }, { "all taken care of", CLAIM_ANY },
	{ "it's taken care of", CLAIM_ANY },
	{ "that's taken care of", CLAIM_ANY },
	{ "it's all taken care of", CLAIM_ANY },
	{ "done and done", CLAIM_ANY }, { "done and dusted", CLAIM_ANY },
	{ "all finished", CLAIM_ANY }, { "success", CLAIM_ANY },
	{ "mission accomplished", CLAIM_ANY }, { "job done", CLAIM_ANY },
	{ "deletion complete", CLAIM_DELETED },
	{ "deletion completed", CLAIM_DELETED },
	{ "deletion successful", CLAIM_DELETED },
	{ "removal complete", CLAIM_DELETED },
	{ "update complete", CLAIM_UPDATED },
	{ "update successful", CLAIM_UPDATED },
	{ "restore complete", CLAIM_RESTORED },
	{ "task complete", CLAIM_COMPLETED },
};

static unsigned
fixed(const struct judge *d, const struct clause *c)
{
	const struct sentence *s = c->s;
	char text[64];
	size_t i, n = 0, to = c->to, len;

	if (to - c->from > 2 && word(s, to - 2, "for") &&
	    word(s, to - 1, "you"))
		to -= 2;
	if (to - c->from > 1 && word_in(s, to - 1, " now then "))
		to--;
	if (!d->lead || to - c->from > 5 || !closed(s, c->to))
		return 0;
	for (i = c->from; i < to; i++) {
		len = strlen(s->t[i].w);
		if (len == 0 || n + len + 2 > sizeof(text))
			return 0;
		if (n > 0)
			text[n++] = ' ';
		memcpy(text + n, s->t[i].w, len);
		n += len;
	}
	text[n] = '\0';
	for (i = 0; i < sizeof(phrases) / sizeof(phrases[0]); i++)
		if (strcmp(text, phrases[i].text) == 0)
			return phrases[i].claim;
	return 0;
}

/* Is the clause an "Okay", behind which a sentence may begin anew? */
static bool
leads(const struct clause *c)
{
	size_t i;

	for (i = c->from; i < c->to; i++)
		if (!is(c->s, i, W_LEAD))
			return false;
	return c->to - c->from <= 5;
}

static bool
predicated(const struct clause *c)
{
	size_t i;

	for (i = c->from; i < c->to; i++)
		if (is(c->s, i, W_ME | W_OTHER | W_BE | W_WAS | W_HAVE |
		    W_VERB))
			return true;
	return false;
}

static unsigned
clause_judge(struct judge *d, const struct clause *c)
{
	const struct sentence *s = c->s;
	bool off = false, predicate = false;
	unsigned claim = fixed(d, c);
	size_t i;

	if (claim != 0)
		return claim;
	if (d->old)
		return 0;
	claim = bare(d, c);
	if (claim == 0 && !d->me)
		claim = headed(d, c) | listed(c);
	if (claim == 0)
		claim = chained(d, s, c->from);
	for (i = c->from; i < c->to; i++) {
		if (is(s, i, W_ME))
			claim |= active(d, c, i);
		if (is(s, i, W_OTHER))
			d->me = false;
		if (is(s, i, W_AND) && i > c->from)
			claim |= chained(d, s, i);
		if (!off && is(s, i, W_HAVE | W_BE | W_WAS))
			claim |= passive(d, c, i);
		predicate = predicate ||
		    is(s, i, W_HAVE | W_BE | W_WAS | W_VERB);
		if (is(s, i, W_AND) && predicate)
			off = predicate = false;
		if (is(s, i, W_NEG | W_SUB | W_HEDGE | W_REL))
			off = true;
	}
	if (is(s, c->from, W_SUB) || word(s, c->from, "as"))
		d->cond = d->cond || !word(s, c->from + 1, "requested");
	return claim;
}

/*
 * How much of a question is a statement: "I've added it, anything else?"
 * states its beginning; "Was it deleted, or …?" and "It was deleted,
 * right?" state nothing.
 */
static size_t
stated(const struct sentence *s)
{
	size_t i, last = 0;

	if (s->end != '?')
		return s->n;
	if (is(s, 0, W_ASK))
		return 0;
	for (i = 0; i < s->n; i++)
		if (breaks(s, i))
			last = i;
	if (s->n - last <= 3 && !is(s, last + 1, W_ASK))
		return 0;
	return last;
}

static void
sentence_judge(void *ctx, const struct sentence *s)
{
	struct judge *d = ctx;
	struct clause c = { s, 0, 0 };
	size_t n = stated(s);

	d->me = d->yes = d->cond = d->old = false;
	d->lead = true;
	for (; c.from < n; c.from = c.to + 1) {
		for (c.to = c.from; c.to < n && !breaks(s, c.to); c.to++)
			;
		if (c.to == c.from)
			continue;
		d->mask |= clause_judge(d, &c);
		d->yes = d->yes || (d->lead && word_in(s, c.from,
		    " yes yep yeah yup correct "));
		d->old = d->old || (c.from == 0 && mark(s, c.to, ',') &&
		    began_past(&c, c.to) && !predicated(&c));
		d->lead = d->lead && leads(&c);
	}
}

unsigned
words_claims(struct arena *a, struct str reply)
{
	struct judge d = { 0 };
	unsigned mask;

	words_split(a, reply, sentence_judge, &d);
	mask = d.mask;
	if (mask & CLAIM_ANY)
		mask |= d.weak;
	if ((mask & CLAIM_DETAIL) && !(mask & CLAIM_CREATED))
		mask |= CLAIM_UPDATED;
	return mask & ~(unsigned)CLAIM_DETAIL;
}
