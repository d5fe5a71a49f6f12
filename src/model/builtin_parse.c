/* From a message to intents: what each of its clauses asks for. */
#include <string.h>

#include "model/builtin.h"

struct bt_intent *
bt_intent_push(struct bt_intents *out, enum bt_does does, struct bt_span said)
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

/* "do something", "add stuff": asked for a task without saying which. */
static bool
vague_read(struct arena *a, struct bt_span s, struct bt_intents *out)
{
	struct bt_intent *in;

	if (!bt_in(bt_flat(a, bt_sub(s, 0, 6)), "do something|do stuff|"
	    "do something for me|add|create|new|remind me|make|create "
	    "something|"
	    "do things|create one|make one|make a new one|do it for me|"
	    "create a new one|remember something|remember|create stuff"))
		return false;
	in = bt_intent_push(out, BT_ADD, s);
	if (in != NULL)
		in->change.title = (struct str){ "", 0 };
	return true;
}

/* Is this a note on a task rather than a new one?  Then the rules know. */
static bool
rules_first(struct bt_span s)
{
	size_t n;

	if (bt_reminder_head(s) > 0)
		return false;
	if (bt_at(s, 0, "add|append|put|write|attach|include|insert|leave|give|"
	    "set|make|note|log|schedule|save|record"))
		return true;
	if (bt_at(s, 0, "todo|new|create|another|jot"))
		return false;
	n = bt_duty_head(s);
	/* "I need to finish the report" is a task, "… task 3" is a command */
	return n == 0;
}

static bool
rule_read(struct arena *a, struct bt_span s, struct bt_now now,
    struct bt_intents *out)
{
	struct bt_intent in;
	int tails = 0;

	memset(&in, 0, sizeof(in));
	while (!bt_rules(a, s, now, &in)) {
		/* "mark it as done again", "delete it now" */
		if (s.n < 3 || ++tails > 3 || !bt_is(&s.w[s.n - 1], "again|"
		    "now|too|already|instead|also|today|anyway|immediately|"
		    "asap|well|as|me|for|finally|quickly|then|first"))
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
	size_t n = bt_duty_head(s);
	struct bt_span rest = bt_sub(s, n, s.n);

	if (n == 0 || !bt_starts_command(rest, true, false))
		return false;
	return rule_read(a, rest, now, out) || bt_list_read(a, rest, now,
	    out) ||
	    bt_add_read(a, rest, now, out);
}

/* A question about the list stands before rules like "<t> is done". */
static bool
asks_list(struct bt_span s)
{
	return bt_phrase(s, "what|what's|whats|which|how many|do i have|have i|"
	    "did i|any|is there|are there|anything|how much|show|list|"
	    "display|find|search|tell me what|tell me which") > 0;
}

static void
clause_read(struct arena *a, struct bt_span said, struct bt_now now,
    struct bt_intents *out)
{
	struct bt_span s = bt_polite_cut(said);
	enum bt_does does = bt_talk_read(a, s);
	struct bt_intent *in;

	if (does == BT_UNKNOWN)
		does = bt_talk_read(a, bt_bare(said));
	if (does != BT_UNKNOWN) {
		bt_intent_push(out, does, s);
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
		    bt_within(s, s.n, BT_TASKS))) {
			if ((in = bt_intent_push(out, BT_DETAIL, s)) != NULL)
				*in = v[0];
			return;
		}
		if (bt_list_read(a, s, now, out))
			return;
	}
	if (rules_first(s) && !bt_is_plain_list(s) &&
	    rule_read(a, s, now, out))
		return;
	if (bt_add_read(a, s, now, out) || bt_list_read(a, s, now, out))
		return;
	/* "task 3", "the second one": let me see it */
	in = bt_intent_push(out, BT_UNKNOWN, s);
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
	struct bt_clauses c = { v, 0, 2 * BT_MAX_INTENTS };
	size_t i;

	out->n = 0;
	out->cut = false;
	out->v = arena_alloc(a, BT_MAX_INTENTS * sizeof(*out->v));
	bt_clauses_cut(text, now, &c);
	for (i = 0; i < c.n; i++)
		clause_read(a, c.v[i], now, out);
	if (c.n == c.cap)
		out->cut = true;
	unknown_join(out, text);
}
