/*
 * A configured model over HTTP, whichever API it speaks: attempts, clocks,
 * and what was learnt about it.  Between model.c, which chooses, and api.h,
 * which knows what is said.
 */
#ifndef MODEL_UPSTREAM_H
#define MODEL_UPSTREAM_H

#include <pthread.h>

#include "base/arena.h"
#include "base/conf.h"
#include "base/err.h"
#include "fetch/fetch.h"
#include "model/api.h"
#include "model/model.h"
#include "model/profile.h"

struct upstream {		/* one a process and configured model */
	const struct conf *conf;
	const struct model_conf *model;
	const struct model_api *api;
	const struct profile *profile;
	const char	*url;
	const char	*family;	/* of opaque data: API, server, model */
	const char	*const *headers;	/* the key is in here */
	_Atomic unsigned int lessons;	/* api_lesson bits: what it refused */
	pthread_mutex_t	 lock;		/* of the two below */
	struct arena	*kept;
	struct str	 tools[2];	/* as it wants them, and without strict;
					   empty: not yet */
};

/* ERR_INPUT: say is one line about the setting that is wrong. */
const struct err *upstream_open(struct arena *a, const struct conf *c,
    const struct model_conf *model, struct upstream *out);

/* One step; as model_step(). */
const struct err *upstream_step(struct upstream *u, struct fetch *f,
    struct arena *a, const struct model_request *req,
    const struct model_events *ev, struct model_answer *out);

#endif
