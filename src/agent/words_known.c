/* The English that words_claims.c understands. */
#include <string.h>

#include "agent/words.h"
#include "agent/words_split.h"

static const struct group {
	uint32_t	 is;
	unsigned char	 claim, how;
	const char	*words;
} groups[] = {
	{ W_ME, 0, 0, "i we i've we've" },
	{ W_OTHER, 0, 0, "you you've you'd you'll you're they he she they'll"
	    " they'd someone somebody" },
	{ W_HAVE, 0, 0, "has have they've" },
	{ W_BE, 0, 0, "is are it's that's they're everything's" },
	{ W_WAS, 0, 0, "was were" },
	{ W_BEEN, 0, 0, "been" },
	{ W_NEG, 0, 0, "not no nothing none never neither nor nobody isn't"
	    " aren't wasn't weren't hasn't haven't hadn't didn't don't"
	    " doesn't won't wouldn't can't cannot couldn't shouldn't without"
	    " unable failed fail zero 0 unsuccessful" },
	{ W_MODAL, 0, 0, "will would can could may might should must to shall"
	    " i'll i'd it'll we'll they'll you'll you'd they'd be being" },
	{ W_SUB, 0, 0, "if once when whenever after before until till unless"
	    " whether case soon how why assuming provided" },
	{ W_HEDGE, 0, 0, "seems seem seemed appears appear appeared looks"
	    " look maybe perhaps probably possibly apparently likely think"
	    " believe thought guess assume suspect says say said shows show"
	    " indicates suggests means meant mean unsure sure ensure see"
	    " noticed notice understand told tell check verify wonder know"
	    " according remember hope wish" },
	{ W_REL, 0, 0, "which who whose what" },
	{ W_ADV, 0, 0, "just now also successfully then permanently safely"
	    " finally quickly officially indeed promptly properly fully"
	    " immediately instantly gladly happily simply only actually"
	    " again therefore instead hereby duly completely both all each" },
	{ W_OLD, 0, 0, "already yesterday earlier previously ago" },
	{ W_GENERIC, 0, 0, "a an each every any another" },
	{ W_DET, 0, 0, "the your all both new this that these those my our"
	    " its their following selected first second third last next old"
	    " duplicate high low medium normal top urgent important overdue"
	    " remaining other entire whole more few several requested"
	    " specified existing current matching extra single recurring" },
	{ W_TASK, 0, 0, "task tasks item items todo todos reminder reminders"
	    " entry entries everything" },
	{ W_PLURAL, 0, 0, "tasks items todos reminders entries ones" },
	{ W_FIELD, 0, 0, "due date dates deadline priority title description"
	    " details status name duedate time tag tags category label" },
	{ W_LINK, 0, 0, "of for from in on called titled named id number" },
	{ W_LEAD, 0, 0, "ok okay sure great alright perfect got it of course"
	    " yes yep yeah yup no problem as requested thanks thank you"
	    " absolutely done all set right excellent awesome sounds good hi"
	    " hello hey there sorry certainly understood worries news nice"
	    " fantastic wonderful cool again well success successful job"
	    " work congratulations congrats oh ah alrighty very much for"
	    " asked wished now brilliant amazing gotcha boom poof" },
	{ W_AND, 0, 0, "and then plus" },
	{ W_CUT, 0, 0, "but so however although though" },
	{ W_NUM, 0, 0, "one two three four five six seven eight nine ten" },
	{ W_UNDONE, 0, 0, "pending incomplete undone active open unfinished"
	    " uncompleted outstanding progress left remaining remain" },
	{ W_DONE, 0, 0, "done complete completed finished" },
	{ W_LIST, 0, 0, "list lists checklist" },
	{ W_DAY, 0, 0, "monday tuesday wednesday thursday friday saturday"
	    " sunday january february march april may june july august"
	    " september october november december jan feb mar apr jun jul"
	    " aug sep sept oct nov dec today tonight tomorrow yesterday" },
	{ W_ASK, 0, 0, "would should shall do does did is are was were has"
	    " have had can could may might will what which who when where"
	    " why how want need shouldn't wouldn't ready care isn't aren't"
	    " don't didn't anything" },
	{ W_HIGH, 0, 0, "priority important urgent high low medium normal"
	    " critical" },

	{ W_BASE, CLAIM_CREATED, HOW_ADD, "add" },
	{ W_BASE, CLAIM_CREATED, HOW_PLAIN, "create" },
	{ W_BASE, CLAIM_DELETED, HOW_REMOVE, "delete remove clear" },
	{ W_BASE, CLAIM_DELETED, HOW_PLAIN, "erase" },
	{ W_BASE, CLAIM_DELETED, HOW_CANCEL, "cancel" },
	{ W_BASE, CLAIM_COMPLETED, HOW_COMPLETE, "complete" },
	{ W_BASE, CLAIM_COMPLETED, HOW_FINISH, "finish" },
	{ W_BASE, CLAIM_ANY, HOW_MARK, "mark" },
	{ W_BASE, CLAIM_UPDATED, HOW_CHANGE, "update change move" },
	{ W_BASE, CLAIM_UPDATED, HOW_PLAIN, "rename edit reschedule" },
	{ W_BASE, CLAIM_RESTORED, HOW_PLAIN, "restore recover" },
	{ W_BASE, CLAIM_ANY, HOW_UNDO, "undo" },

	{ W_VERB, CLAIM_CREATED, HOW_ADD, "added" },
	{ W_VERB, CLAIM_CREATED, HOW_PLAIN, "created inserted jotted" },
	{ W_VERB, CLAIM_CREATED, HOW_PUT, "put" },
	{ W_VERB, CLAIM_COMPLETED, HOW_COMPLETE, "completed" },
	{ W_VERB, CLAIM_COMPLETED, HOW_FINISH, "finished" },
	{ W_VERB, CLAIM_COMPLETED, HOW_OFF, "checked ticked crossed" },
	{ W_VERB, CLAIM_ANY, HOW_MARK, "marked" },
	{ W_VERB, CLAIM_UPDATED, HOW_CHANGE, "updated changed moved"
	    " switched" },
	{ W_VERB, CLAIM_UPDATED, HOW_SET, "set" },
	{ W_VERB, CLAIM_UPDATED, HOW_PLAIN, "edited renamed modified adjusted"
	    " rescheduled postponed pushed delayed prioritized prioritised"
	    " reprioritized revised replaced corrected bumped raised lowered"
	    " increased decreased extended shifted retitled rewritten"
	    " reworded amended altered" },
	{ W_VERB, CLAIM_DELETED, HOW_REMOVE, "deleted removed cleared" },
	{ W_VERB, CLAIM_DELETED, HOW_PLAIN, "erased wiped purged discarded"
	    " trashed emptied" },
	{ W_VERB, CLAIM_DELETED, HOW_CANCEL, "cancelled canceled dropped" },
	{ W_VERB, CLAIM_DELETED, HOW_RID, "got gotten" },
	{ W_VERB, CLAIM_RESTORED, HOW_PLAIN, "restored recovered undeleted"
	    " reinstated" },
	{ W_VERB, CLAIM_RESTORED, HOW_BACK, "brought" },
	{ W_VERB, CLAIM_ANY, HOW_UNDO, "undone undid" },
	{ W_VERB, CLAIM_ANY, HOW_TAKE, "taken took" },
	{ W_VERB, CLAIM_ANY, HOW_OUT, "carried" },
	{ W_VERB, CLAIM_ANY, HOW_MAKE, "made" },
	{ W_VERB, CLAIM_ANY, HOW_PLAIN, "saved scheduled handled applied"
	    " processed recorded logged registered booked reopened unmarked"
	    " uncompleted unchecked readded reset archived duplicated copied"
	    " merged assigned tagged labelled labeled flagged reverted"
	    " executed implemented closed combined swapped split" },
};

#define SLOTS	2048		/* a power of two, several times the words */

struct words_known {
	struct known {
		const char	*p;	/* into groups; NULL: free */
		size_t		 n;
		uint32_t	 is;
		unsigned char	 claim, how;
	} slot[SLOTS];
};

static uint32_t
hash_of(const char *p, size_t n)
{
	uint32_t h = 2166136261u;		/* FNV-1a */
	size_t i;

	for (i = 0; i < n; i++)
		h = (h ^ (unsigned char)p[i]) * 16777619u;
	return h;
}

/* The word's slot, or the free one where it would stand. */
static size_t
slot_of(const struct words_known *k, const char *p, size_t n)
{
	size_t i = hash_of(p, n) % SLOTS;

	while (k->slot[i].p != NULL &&
	    (k->slot[i].n != n || memcmp(k->slot[i].p, p, n) != 0))
		i = (i + 1) % SLOTS;
	return i;
}

static void
group_learn(struct words_known *k, const struct group *g)
{
	const char *p = g->words;
	struct known *w;
	size_t n;

	while (*p != '\0') {
		n = strcspn(p, " ");
		w = &k->slot[slot_of(k, p, n)];
		w->p = p;
		w->n = n;
		w->is |= g->is;
		if (g->claim != 0) {
			w->claim = g->claim;
			w->how = g->how;
		}
		p += n + strspn(p + n, " ");
	}
}

struct words_known *
words_known_new(struct arena *a)
{
	struct words_known *k;
	size_t i;

	k = arena_alloc(a, sizeof(*k));
	for (i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
		group_learn(k, &groups[i]);
	return k;
}

static bool
all_digits(const char *w, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (w[i] < '0' || w[i] > '9')
			return false;
	return n > 0;
}

void
words_know(const struct words_known *k, const char *w, size_t n,
    struct token *t)
{
	const struct known *found;

	memset(t, 0, sizeof(*t));
	t->mark = 'w';
	if (all_digits(w, n))
		t->is = W_NUM;
	if (n >= sizeof(t->w))
		return;
	memcpy(t->w, w, n);
	found = &k->slot[slot_of(k, w, n)];
	if (found->p == NULL)
		return;
	t->is |= found->is;
	t->claim = found->claim;
	t->how = found->how;
}
