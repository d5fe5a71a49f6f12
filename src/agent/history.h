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
void	 wire_text(struct wire *w, enum model_role role, struct str text,
	    struct json_object *extra);
/* One step of an assistant, its calls (n of them) and their results. */
void	 wire_step(struct wire *w, const struct call *calls, size_t n);

/*
 * The newest whole turns of rows (newest first) that weigh at most max
 * bytes together; the turn being answered is always among them.  open: id
 * of the message being written, whose text is not there yet.  Opaque
 * provider data goes along: a provider knows its own.
 */
void	 history_build(struct wire *w, const struct messages *rows, int open,
	    size_t max);

#endif
