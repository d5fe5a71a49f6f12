/*
 * The process: its listening socket, its threads, its end.
 */
#ifndef WORKER_H
#define WORKER_H

#include "base/arena.h"
#include "base/conf.h"
#include "base/err.h"

/*
 * Serve until SIGTERM or SIGINT, then drain: no new request is accepted,
 * those in flight get drain_seconds, and what is left then is stopped (a
 * turn cut this way is closed by whoever comes next).  Returns NULL after a
 * clean drain.  The socket is descriptor 0, or conf->listen when that is
 * not empty: "/path" (unix, mode 0660, replaced if nobody answers on it),
 * "host:port" or "[v6]:port".
 */
const struct err *worker_run(struct arena *a, const struct conf *c);

#endif
