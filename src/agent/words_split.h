/*
 * A model's reply as sentences of known words: what words_claims.c judges.
 * Nobody else needs this.
 */
#ifndef AGENT_WORDS_SPLIT_H
#define AGENT_WORDS_SPLIT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"

/* What a word can be in a sentence; most can be several things. */
enum {
	W_ME	  = 1 << 0,	/* i, we, i've: who replies */
	W_OTHER	  = 1 << 1,	/* you, they: somebody else did it */
	W_HAVE	  = 1 << 2,
	W_BE	  = 1 << 3,	/* is, are, it's */
	W_WAS	  = 1 << 4,
	W_BEEN	  = 1 << 5,
	W_NEG	  = 1 << 6,	/* not, nothing, couldn't */
	W_MODAL	  = 1 << 7,	/* will, would, to: not done yet */
	W_SUB	  = 1 << 8,	/* if, once, when: opens a condition */
	W_HEDGE	  = 1 << 9,	/* seems, shows: not the speaker's own word */
	W_REL	  = 1 << 10,	/* which, what */
	W_ADV	  = 1 << 11,	/* may stand before a verb: just, now */
	W_OLD	  = 1 << 12,	/* already, yesterday: not just now */
	W_GENERIC = 1 << 13,	/* a, every: any task, not this one */
	W_DET	  = 1 << 14,	/* may stand before the noun */
	W_TASK	  = 1 << 15,
	W_PLURAL  = 1 << 16,
	W_FIELD	  = 1 << 17,	/* due, title: a part of a task */
	W_LINK	  = 1 << 18,	/* between two nouns: of, titled */
	W_LEAD	  = 1 << 19,	/* okay, sure: before the sentence proper */
	W_AND	  = 1 << 20,
	W_CUT	  = 1 << 21,	/* but, so: a new clause */
	W_NUM	  = 1 << 22,
	W_UNDONE  = 1 << 23,	/* pending, incomplete */
	W_DONE	  = 1 << 24,	/* done, complete */
	W_LIST	  = 1 << 25,
	W_DAY	  = 1 << 26,	/* friday, may */
	W_ASK	  = 1 << 27,	/* begins a question */
	W_HIGH	  = 1 << 28,	/* urgent, low: a priority */
	W_BASE	  = 1 << 29,	/* add, delete: after "was able to" */
	W_VERB	  = 1 << 30	/* added, deleted: what a claim is made with */
};

/* Where a verb's meaning hides behind it. */
enum words_how {
	HOW_PLAIN, HOW_ADD, HOW_REMOVE, HOW_COMPLETE, HOW_FINISH, HOW_MARK,
	HOW_OFF, HOW_CHANGE, HOW_SET, HOW_CANCEL, HOW_RID, HOW_BACK,
	HOW_UNDO, HOW_TAKE, HOW_OUT, HOW_MAKE, HOW_PUT
};

#define WORD_MAX	16	/* the longest known word, and a NUL */

/* No pointers in it: then its pages are the same in every process. */
struct known {
	char		 w[WORD_MAX];
	uint32_t	 is;
	unsigned char	 claim, how;
};

extern const struct known words_known[];	/* the vocabulary, sorted */
extern const size_t words_known_n;

struct token {
	char		 mark;	/* 'w' word, 'q' quoted, ',' or ':' break */
	uint32_t	 is;
	unsigned char	 claim, how;
	char		 w[WORD_MAX];	/* lower case; "" when too long */
};

/* Fill in a token from a word in lower case. */
void	 words_know(const char *w, size_t n, struct token *t);

#define SENTENCE_MAX	256	/* a longer one is read in pieces */
#define NOTHING		8	/* empty tokens after the last: look ahead */

struct sentence {
	struct token	 t[SENTENCE_MAX + NOTHING];
	size_t		 n;
	char		 end;	/* '.', '!', '?', '\n', or ' ' for a piece */
	bool		 ticked;	/* a check mark stands before it */
	bool		 alone;		/* its line is the whole reply */
};

/*
 * Call each() for every sentence that may claim something: no list lines,
 * no code, no quoted lines.  Quoted text inside a sentence is one token.
 */
void	 words_split(struct arena *a, struct str reply,
	    void (*each)(void *ctx, const struct sentence *s), void *ctx);

#endif
