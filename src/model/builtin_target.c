/* Which task is meant: numbers, places, "it", titles; and list filters. */
#include <string.h>

#include "base/bounds.h"
#include "model/builtin.h"

#define ANY	BT_TASK "|" BT_TASKS "|list|thing|things|everything|" \
	"entries|entry"

size_t
bt_priority_read(struct bt_span s, const char **out)
{
	static const struct { const char *words, *value; bool alone; } t[] = {
		{ "high|top|highest|higher", "high", false },
		{ "urgent|important", "high", true },
		{ "low|lowest|lower", "low", false },
		{ "unimportant", "low", true },
		{ "normal|medium|regular|default|standard", "normal", false },
		{ "high-priority|top-priority|high-prio", "high", true },
		{ "low-priority|low-prio", "low", true },
		{ "normal-priority|medium-priority", "normal", true },
	};
	size_t i = bt_at(s, 0, "very|really") ? 1 : 0, k;
	bool before = bt_at(s, i, "priority|prio");

	if (before)
		i += bt_at(s, i + 1, ":|is|of") ? 2 : 1;
	for (k = 0; k < sizeof(t) / sizeof(t[0]); k++) {
		if (!bt_at(s, i, t[k].words))
			continue;
		*out = t[k].value;
		if (before)
			return i + 1;
		if (bt_at(s, i + 1, "priority|prio"))
			return i + 2;
		return t[k].alone ? i + 1 : 0;
	}
	return 0;
}

/*
 * Filters
 */

static bool
negated(struct bt_span s, size_t i)
{
	size_t k;

	for (k = i; k > 0 && k + 3 > i; k--)
		if (bt_is(&s.w[k - 1], "not|n't|haven't|isn't|aren't|didn't|"
		    "hasn't|never|still|yet"))
			return true;
	return false;
}

static const char *
status_read(struct bt_span s, bool *used)
{
	const char *status = NULL;
	size_t i;

	for (i = 0; i < s.n; i++) {
		if (bt_is(&s.w[i], "completed|complete|done|finished|finish|"
		    "accomplished|accomplish|achieved|closed|checked|ticked"))
			status = negated(s, i) ? "pending" : "completed";
		else if (bt_is(&s.w[i], "pending|left|remaining|incomplete|"
		    "outstanding|unfinished|uncompleted|undone|active|open|"
		    "remains|plate|agenda|next") && (i == 0 ||
		    !bt_is(&s.w[i], "open") || bt_at(s, i + 1, ANY)))
			status = "pending";
		/* "to do", "should I do", but not "my to do list" */
		else if (bt_is(&s.w[i], "do") && i > 0 &&
		    bt_is(&s.w[i - 1], "to|i|must|should") &&
		    !bt_at(s, i + 1, "list|lists|i|" ANY))
			status = "pending";
	}
	if (status != NULL)
		*used = true;
	return status;
}

/* "overdue", "due this week", "today's tasks", "tasks for tomorrow" */
static void
due_read(struct bt_span s, struct bt_now now, struct bt_filter *f)
{
	struct bt_when w;
	size_t i, n;

	for (i = 0; i < s.n; i++) {
		struct bt_span rest = bt_sub(s, i + 1, s.n);

		if (bt_is(&s.w[i], "overdue|late") ||
		    (bt_is(&s.w[i], "past") && bt_at(rest, 0, "due"))) {
			f->due = BT_DUE_OVERDUE;
			return;
		}
		if (!now.known)
			continue;
		if (bt_is(&s.w[i], "today's|tomorrow's")) {
			f->due = BT_DUE_RANGE;
			f->from = f->to = now.day + (s.w[i].low[2] == 'm');
			return;
		}
		if (!bt_is(&s.w[i], "due") &&
		    !(bt_is(&s.w[i], "for") && i > 0 && bt_is(&s.w[i - 1],
		    ANY)))
			continue;
		if (bt_at(rest, 0, "soon")) {
			f->due = BT_DUE_RANGE;
			f->from = now.day - 365;
			f->to = now.day + 7;
			return;
		}
		n = bt_when_read(rest, now, &w);
		if (n == 0)
			continue;
		f->due = BT_DUE_RANGE;
		f->from = f->to = w.day;
		/* everything up to then, or within that week or month */
		if (bt_at(rest, 0, "by|before|until|till|within|in"))
			f->from = now.day;
		if (bt_is(&rest.w[n - 1], "week")) {
			f->from = w.day - bt_weekday(w.day);
			f->to = f->from + 6;
		} else if (bt_is(&rest.w[n - 1], "weekend")) {
			f->to = w.day + (bt_weekday(w.day) == 5);
		} else if (bt_is(&rest.w[n - 1], "month")) {
			f->from = bt_at(rest, 0, "next") ? w.day : now.day;
			f->to = bt_at(rest, 0, "next") ? w.day + 30 : w.day;
		}
		return;
	}
}

static const char *
search_read(struct arena *a, struct bt_span s)
{
	size_t i, from = s.n, to = s.n;
	const char *in = "about|regarding|containing|contain|mentioning|"
	    "mention|matching|concerning|named|called|titled|related|"
	    "involving|contains";

	for (i = 0; i < s.n; i++)
		if (s.w[i].kind == BT_QUOTE || bt_is(&s.w[i], in))
			break;
	if (i < s.n) {
		from = s.w[i].kind == BT_QUOTE ? i : i + 1;
		if (bt_at(s, from, "to|the|my|with"))
			from++;
	} else {
		/* "my meeting tasks": what stands before the word itself */
		for (to = 0; to < s.n; to++)
			if (bt_is(&s.w[to], BT_TASK "|" BT_TASKS))
				break;
		if (to == s.n)
			return NULL;
		for (from = to; from > 0; from--)
			if (bt_is(&s.w[from - 1], "my|the|all|me|of|any|many|"
			    "what|which|show|list|see|view|are|have|every|some|"
			    "other|a|an|high|low|normal|medium|priority|done|"
			    "urgent|important|pending|completed|complete|do|"
			    "finished|remaining|incomplete|outstanding|open|"
			    "unfinished|active|overdue|current|existing|due|"
			    "today's|tomorrow's|and|latest|recent|new|old|next|"
			    "upcoming|full|entire|those|these|whole|past|no|"
			    "undone|uncompleted|accomplished|display|get|our|"
			    "closed|late|first|last|high-priority|is|in|"
			    "low-priority|only|just|to|not|right|now|still") ||
			    s.w[from - 1].kind != BT_TEXT ||
			    bt_number(&s.w[from - 1]) >= 0)
				break;
	}
	while (to > from && bt_is(&s.w[to - 1], "in|them|it|.|?|!|,|please|"
	    BT_TASK "|" BT_TASKS))
		to--;
	if (from >= to)
		return NULL;
	return bt_needle(a, bt_sub(s, from, to));
}

void
bt_filter_read(struct arena *a, struct bt_span s, struct bt_now now,
    struct bt_filter *f, bool *used)
{
	const char *p;
	size_t i;

	memset(f, 0, sizeof(*f));
	*used = false;
	f->search = search_read(a, s);
	f->status = status_read(s, used);
	due_read(s, now, f);
	for (i = 0; i < s.n && f->priority == NULL; i++)
		if (bt_priority_read(bt_sub(s, i, s.n), &p) > 0 ||
		    (bt_at(s, i + 1, BT_TASKS) && bt_is(&s.w[i], "high|low") &&
		    (p = s.w[i].low) != NULL))
			f->priority = p;
	if (f->search != NULL || f->due != BT_DUE_ANY || f->priority != NULL)
		*used = true;
	if (f->status == NULL)
		f->status = f->due != BT_DUE_ANY ? "pending" : "all";
}

/*
 * Targets
 */

/* "#12", "12", "twelve" */
static int64_t
id_read(const struct bt_word *w)
{
	struct bt_word bare = *w;

	if (w->kind == BT_TEXT && w->low[0] == '#') {
		bare.low = w->low + 1;
		return bare.low[0] >= '0' && bare.low[0] <= '9' ?
		    bt_number(&bare) : -1;
	}
	return bt_number(w);
}

/* "2-4" in one word */
static bool
range_read(const struct bt_word *w, int64_t *from, int64_t *to)
{
	const char *dash = w->kind == BT_TEXT ? strchr(w->low, '-') : NULL;
	struct bt_word x = *w;
	char half[16];

	if (dash == NULL || dash == w->low || dash - w->low > 12)
		return false;
	memset(half, 0, sizeof(half));
	memcpy(half, w->low, (size_t)(dash - w->low));
	x.low = half;
	*from = id_read(&x);
	x.low = dash + 1;
	*to = id_read(&x);
	return *from >= 0 && *to >= *from;
}

static void
num_push(int64_t *num, size_t *n, int64_t v)
{
	size_t i;

	for (i = 0; i < *n; i++)
		if (num[i] == v)
			return;
	if (*n < MAX_CALLS)
		num[(*n)++] = v;
}

static void
num_push_range(int64_t *num, size_t *n, int64_t from, int64_t to)
{
	int64_t i;

	for (i = from; i <= to && i - from < MAX_CALLS; i++)
		num_push(num, n, i);
}

/* "task 3", "#3", "tasks 1, 2 and 3", "2-4": only such words. */
static bool
ids_read(struct arena *a, struct bt_span s, struct bt_target *t)
{
	int64_t *num = arena_alloc(a, MAX_CALLS * sizeof(*num));
	int64_t from, to, id;
	size_t n = 0, i;
	bool digit = false, named = false, number = false;

	for (i = 0; i < s.n; i++) {
		if (bt_is(&s.w[i], BT_TASK "|" BT_TASKS "|#")) {
			named = true;
			continue;
		}
		if (bt_is(&s.w[i], "number|no|nr|id|num")) {
			number = true;
			continue;
		}
		if (bt_is(&s.w[i], "and|,|the|my|also|plus|&|:|.|with|both"))
			continue;
		if (range_read(&s.w[i], &from, &to)) {
			num_push_range(num, &n, from, to);
			digit = true;
			continue;
		}
		id = id_read(&s.w[i]);
		if (id < 0)
			return false;
		digit = digit || s.w[i].low[0] <= '9';
		num_push(num, &n, id);
		if (bt_at(s, i + 1, "to|through|thru|until|-") &&
		    i + 2 < s.n && (to = id_read(&s.w[i + 2])) >= id) {
			num_push_range(num, &n, id, to);
			i += 2;
		}
	}
	/* "one" alone is no number, "task one" is */
	if (n == 0 || !(digit || named || number))
		return false;
	t->or_ids = number && !named;
	t->at = t->or_ids ? BT_AT_PLACES : BT_AT_IDS;
	t->num = num;
	t->n = n;
	t->firm = true;
	return true;
}

/* "the first one", "the second and third", "the last two tasks" */
static bool
places_read(struct arena *a, struct bt_span s, struct bt_target *t)
{
	int64_t *num = arena_alloc(a, MAX_CALLS * sizeof(*num));
	int64_t place, many, k;
	size_t n = 0, i;
	bool named = false;

	for (i = 0; i < s.n; i++) {
		place = bt_place(&s.w[i]);
		if (place == 0) {
			if (!bt_is(&s.w[i], "and|,|the|one|my|of|in|on|this|"
			    "that|those|these|them|also|&|" ANY))
				return false;
			named = named || bt_is(&s.w[i], "one|" ANY);
			continue;
		}
		many = i + 1 < s.n ? bt_number(&s.w[i + 1]) : -1;
		if (many >= 2 && many <= MAX_CALLS &&
		    (place == 1 || place == -1)) {
			for (k = 1; k <= many; k++)
				num_push(num, &n, place == 1 ? k :
				    k - many - 1);
			i++;
		} else {
			num_push(num, &n, place);
		}
	}
	if (n == 0 || (!named && s.n > 2 * n + 2))
		return false;
	t->at = BT_AT_PLACES;
	t->num = num;
	t->n = n;
	t->firm = true;
	return true;
}

static bool
pronoun_read(struct arena *a, struct bt_span s, struct bt_target *t)
{
	const char *flat = s.n <= 8 ? bt_flat(a, s) : "";

	t->firm = true;
	if (bt_in(flat, "it|that|this|that one|this one|that task|this task|"
	    "the task|the same|the same one|the same task|the one|this item|"
	    "that item|it again|that thing|the task i just added|"
	    "the one i just added|the task you just added|"
	    "the task i just created|the one i just created|"
	    "the task you just created|the task we just created|"
	    "the one you just added|the one you just created|"
	    "the last task i added|the last one i added|the last added task|"
	    "the new task|the new one|what i just added|that last one"))
		t->at = BT_AT_IT;
	else if (bt_in(flat, "them|those|these|them all|all of them|both|"
	    "both of them|all of those|all of these|all those|all these|"
	    "both tasks|those tasks|these tasks|all of those tasks|"
	    "all of these tasks|all those tasks|all these tasks|those two|"
	    "these two|the two|each of them|every one of them|the lot|"
	    "them both|all three|all three of them|those ones"))
		t->at = BT_AT_THEM;
	else
		t->firm = false;
	return t->firm;
}

/* "all my tasks", "everything", "completed tasks", "my whole list" */
static bool
filter_target(struct arena *a, struct bt_span s, struct bt_now now,
    struct bt_target *t)
{
	bool all = false, many = false, used;
	size_t i;

	for (i = 0; i < s.n; i++) {
		if (s.w[i].kind == BT_QUOTE)
			return false;
		if (bt_is(&s.w[i], "all|every|each|everything|whole|entire|"
		    "any"))
			all = true;
		if (bt_is(&s.w[i], BT_TASKS "|everything|things|stuff|list") ||
		    (all && bt_is(&s.w[i], BT_TASK)))
			many = true;
	}
	bt_filter_read(a, s, now, &t->filter, &used);
	/* "the completed ones", "all completed"; "all" by itself */
	if (!(many && (all || used)) && !(all && (used || s.n <= 2)))
		return false;
	/* "the meeting tasks" is a title unless all of them are meant */
	if (!all && t->filter.search != NULL)
		return false;
	t->at = BT_AT_FILTER;
	t->firm = true;
	return true;
}

static bool
filler_before(struct bt_span s)
{
	return s.n > 1 && bt_is(&s.w[0], "the|my|a|an|that|this|our|called|"
	    "named|titled|about|regarding|to|for|with|entitled|" BT_TASK "|one|"
	    BT_TASKS "|:|-");
}

/* Take "the … task" and the like away from a title. */
static struct bt_span
title_words(struct bt_span s, bool *firm)
{
	bool task;

	for (;;) {
		s = bt_bare(s);
		if (filler_before(s)) {
			*firm = *firm || bt_is(&s.w[0], BT_TASK);
			s = bt_sub(s, 1, s.n);
			continue;
		}
		task = s.n > 1 && bt_is(&s.w[s.n - 1], BT_TASK "|" BT_TASKS "|"
		    "one");
		if (!task)
			break;
		*firm = true;
		s.n--;
	}
	return s;
}

/* Without "from my list", "on the list", "again", "please". */
static struct bt_span
tail_cut(struct bt_span s)
{
	size_t n;

	for (;;) {
		s = bt_bare(s);
		if (s.n > 1 && bt_is(&s.w[s.n - 1], "please|again|now|already|"
		    "instead|too|altogether|completely|permanently|forever|"
		    "yet|today")) {
			s.n--;
			continue;
		}
		n = s.n;
		if (n > 3 && bt_is(&s.w[n - 1], "list|lists|tasks|todos") &&
		    bt_is(&s.w[n - 2], "list|todo|to-do|task|my|the|do") ) {
			while (n > 1 && bt_is(&s.w[n - 1], "list|lists|tasks|"
			    "my|the|todo|to-do|todos|task|to|do"))
				n--;
			if (n > 1 && bt_is(&s.w[n - 1], "from|off|on|of|in")) {
				s.n = n - 1;
				continue;
			}
		}
		return s;
	}
}

void
bt_target_read(struct arena *a, struct bt_span s, struct bt_now now,
    struct bt_target *t)
{
	struct bt_span cut = tail_cut(s);

	memset(t, 0, sizeof(*t));
	if (cut.n == 0)
		return;
	/* "task 3's", "task 3 'Buy milk'": the number decides */
	if (cut.n > 1 && cut.w[cut.n - 1].kind == BT_QUOTE &&
	    ids_read(a, bt_sub(cut, 0, cut.n - 1), t))
		return;
	if (ids_read(a, cut, t) || pronoun_read(a, cut, t) ||
	    places_read(a, cut, t))
		return;
	if (cut.n == 1 && bt_is(&cut.w[0], BT_TASK "|" BT_TASKS "|one|the|a|my|"
	    "something|some"))
		return;
	if (bt_in(bt_flat(a, bt_sub(cut, 0, 6)), "my tasks|my list|the list|"
	    "my to-do list|my todo list|my task list|the tasks|my todos|"
	    "list|my to do list|the todo list|the to-do list|our list")) {
		t->at = BT_AT_FILTER;
		t->filter.status = "all";
		t->firm = true;
		return;
	}
	if (cut.n == 2 && bt_is(&cut.w[0], "a|my|any|some|one") &&
	    bt_is(&cut.w[1], BT_TASK "|" BT_TASKS))
		return;
	if (filter_target(a, cut, now, t))
		return;
	t->at = BT_AT_TITLE;
	t->firm = bt_quoted(cut);
	t->words = title_words(cut, &t->firm);
	if (t->words.n == 0)
		t->at = BT_AT_NONE;
}
