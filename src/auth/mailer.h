/*
 * One thread a process that sends what waits in Postgres: at once when a
 * request of this process has put something there, and what other workers
 * left behind within a minute.
 */
#ifndef AUTH_MAILER_H
#define AUTH_MAILER_H

#include "base/conf.h"
#include "db/db.h"

struct mailer;

/* NULL when no way to send mail is set.  Starts the thread. */
struct mailer	*mailer_start(const struct conf *c, struct db *db);
void		 mailer_wake(struct mailer *m);		/* m may be NULL */
/* Finishes the message it is at (ten seconds at most), then leaves. */
void		 mailer_stop(struct mailer *m);

#endif
