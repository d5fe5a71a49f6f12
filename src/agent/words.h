/* Reading people's and models' words where code, not a model, must decide. */
#ifndef AGENT_WORDS_H
#define AGENT_WORDS_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"

enum answer { ANSWER_NONE, ANSWER_YES, ANSWER_NO };

/*
 * Is this message, as a whole, a plain yes or no?  Case, blanks and
 * punctuation around it ("Yes!", "yes please.") do not matter; a thumb up or
 * down counts as well.  Word lists
 * for English, German, Spanish, French, Italian, Portuguese, Dutch, Arabic,
 * Urdu, Hindi, Turkish, Russian.  "delete" alone is not a yes.
 */
enum answer words_answer(struct arena *a, struct str message);

/* Kinds of change a sentence can claim; a bit each. */
enum {
	CLAIM_CREATED = 1, CLAIM_COMPLETED = 2, CLAIM_UPDATED = 4,
	CLAIM_DELETED = 8, CLAIM_RESTORED = 16,
	CLAIM_ANY = 32		/* "Done!", "All set": some change, unnamed */
};

/*
 * Which changes does this reply claim to have made just now?  English.
 * Questions, offers ("I can delete…", "Would you like…"), negations, and
 * reports about the past ("you have completed 3 tasks", a list of tasks)
 * claim nothing.
 */
unsigned words_claims(struct arena *a, struct str reply);

#endif
