/*
 * Chat Completions, spoken to OpenAI and everybody who speaks like it.
 * Between model.c, which chooses, and openai.c, which calls.
 */
#ifndef MODEL_OPENAI_H
#define MODEL_OPENAI_H

#include <pthread.h>

#include "base/arena.h"
#include "base/conf.h"
#include "base/err.h"
#include "fetch/fetch.h"
#include "model/model.h"
#include "model/profile.h"

struct openai {			/* one a process */
	const struct conf *conf;
	const struct profile *profile;
	const char	*url;
	const char	*family;	/* profile's name; generic: the host */
	const char	*const *headers;	/* the key is in here */
	_Atomic unsigned int lessons;	/* wire_lesson bits: what it refused */
	pthread_mutex_t	 lock;		/* of the two below */
	struct arena	*kept;
	struct str	 tools;		/* as it wants them; empty: not yet */
};

/* ERR_INPUT: say is one line about the setting that is wrong. */
const struct err *openai_open(struct arena *a, const struct conf *c,
    struct openai *out);

/* One step; as model_step(). */
const struct err *openai_step(struct openai *o, struct fetch *f,
    struct arena *a, const struct model_request *req,
    const struct model_events *ev, struct model_answer *out);

#endif
