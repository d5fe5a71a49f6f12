/* Asking to see tasks. */
#include "model/builtin.h"

/* Words that tell of a task list; the weak ones stand in any question. */
#define STRONG BT_TASK "|" BT_TASKS "|list|lists|everything|pending|due|" \
	"completed|overdue|left|remaining|plate|agenda|outstanding|" \
	"unfinished|incomplete|done|finished|accomplished|finish|complete|" \
	"remains|accomplish|achieved|urgent|priorities|important"
#define WEAK "next|open|all"
#define EVIDENCE STRONG "|" WEAK
#define SHORT 5

/* "my tasks", "pending", "tasks due today", "all completed" */
bool
bt_is_plain_list(struct bt_span s)
{
	size_t i;

	if (s.n > 7 || s.n == 0 || bt_is(&s.w[0], "complete|finish|open") ||
	    !bt_within(s, s.n, BT_TASKS "|list|pending|overdue|completed|"
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

	if (bt_phrase(s, "show|list|display|view|see|print|get|give|read|fetch|"
	    "check|review|open|tell me|pull up|go over|let me see|look at|"
	    "find|search|search for|look for|look up|filter|count|summarize|"
	    "summarise|sum up|enumerate|bring up") > 0)
		return bt_within(s, s.n, EVIDENCE) ||
		    bt_at(s, 0, "find|search|look|list");
	if (bt_phrase(s, "what|what's|whats|what're|which|how|do i|have i|any|"
	    "anything|is there|are there|is anything|did i|am i|where|when|"
	    "who|got|can i see|could i see") > 0) {
		for (i = 0; i < s.n; i++)
			if (bt_is(&s.w[i], "do") && i > 0 &&
			    bt_is(&s.w[i - 1], "to|i|must|should"))
				return !bt_within(s, s.n, "you|your");
		return (bt_within(s, s.n, STRONG) ||
		    (s.n <= SHORT && bt_within(s, s.n, WEAK))) &&
		    !bt_within(s, s.n, "you|your|weather|joke");
	}
	return bt_is_plain_list(s);
}

bool
bt_list_read(struct arena *a, struct bt_span s, struct bt_now now,
    struct bt_intents *out)
{
	struct bt_intent *in;
	bool used;
	size_t n;

	s = bt_bare(s);
	if (!list_head(s))
		return false;
	in = bt_intent_push(out, BT_LIST, s);
	if (in == NULL)
		return true;
	bt_filter_read(a, s, now, &in->filter, &used);
	n = bt_phrase(s, "find|search for|search|look for|look up|list");
	if (n > 0 && !used && !bt_within(s, s.n, BT_TASKS "|all|everything|"
	    "todo|" BT_TASK "|list") && n < s.n)
		in->filter.search = bt_needle(a, bt_sub(s, n, s.n));
	else if (n > 0 && !used && !bt_is(&s.w[0], "list") && n < s.n) {
		while (n < s.n && bt_is(&s.w[n], "my|all|the|for|in|"
		    BT_TASK "|" BT_TASKS))
			n++;
		if (n < s.n && !bt_is(&s.w[n], "list"))
			in->filter.search = bt_needle(a, bt_sub(s, n, s.n));
	}
	return true;
}
