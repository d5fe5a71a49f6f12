/*
 * Messages that wait to be sent.  A row is leased by the worker that sends
 * it, so a worker that dies loses none; a row without an address stands for
 * the same work done for an address nobody has, and is only deleted.
 */
#ifndef STORE_MAIL_H
#define STORE_MAIL_H

#include "db/db.h"

struct mail_row {
	const char	*id, *to, *subject, *body;
	int		 attempts;	/* this one included */
};

/* Lease the next that is due (for two minutes).  *found false: none. */
const struct err *mail_take(struct db *db, struct arena *a, bool *found,
    struct mail_row *out);

/* It was sent, or given up: forget it. */
const struct err *mail_done(struct db *db, struct arena *a, const char *id);

/* It was not: again after so many seconds. */
const struct err *mail_later(struct db *db, struct arena *a, const char *id,
    int seconds);

#endif
