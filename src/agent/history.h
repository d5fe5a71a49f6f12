/*
 * From stored messages to what a model reads.  Everything that comes out is
 * healthy: it begins with the person, every call is followed by its result.
 */
#ifndef AGENT_HISTORY_H
#define AGENT_HISTORY_H

#include "model/model.h"
#include "store/message.h"

struct wire {			/* a growing list, in reading order */
	struct arena		*a;
	size_t			 n, cap;
	struct model_message	*m;
};

void	 wire_init(struct wire *w, struct arena *a);
/*
 * One step of an assistant: what it said, its calls (n of them) and their
 * results.
 */
void	 wire_step(struct wire *w, struct str said, const struct call *calls,
	    size_t n);

/*
 * What a step's text is kept as when it is not to be found in the message's:
 * beside the opaque data of its first call.
 */
void	 history_keep_text(struct arena *a, struct call *first,
	    struct str said);

/* How much a model is given to read. */
struct history_max {
	int		 messages;	/* as many were asked for; when so many
					   came there may be older ones */
	size_t		 bytes;		/* of stored messages */
	int64_t		 tokens;	/* of all that comes out, as tokens.h
					   estimates; 0: as many as there are */
};

/*
 * The newest whole turns of rows (newest first) that fit, and behind them
 * steps, what the turn being answered has added since.  That turn is always
 * there; when it is too much alone, long lists in its results are shortened,
 * the oldest first.  open: id of the message being written, whose text is
 * not there yet.  Opaque provider data goes along: a provider knows its own.
 *
 * Prompt caches hold from the first byte on as far as nothing changes.  So
 * when turns have to go, up to a third more go than have to: those before
 * the roundest message id (divided by two most often) of where the cut may
 * be.  That is the same number for many turns, whoever computes it.
 */
void	 history_build(struct wire *w, const struct messages *rows, int open,
	    const struct wire *steps, const struct history_max *max);

#endif
