/*
 * One thread a process that sends what waits in Postgres: at once when a
 * request of this process has put something there, and what other workers
 * left behind within a minute.
 *
 * A message that cannot be sent is tried six times within about two hours;
 * one that is refused for good is not tried again.  A worker that dies
 * between sending and forgetting sends twice: better than never.
 */
#ifndef AUTH_MAILER_H
#define AUTH_MAILER_H

#include <stdbool.h>

#include "base/conf.h"
#include "db/db.h"

struct mailer;

/*
 * Starts the thread; c and db must outlive it.  NULL when no way to send
 * mail is set, or when it cannot start, which the log then says.  SIGCHLD
 * gets its default meaning, which a mail command needs.
 */
struct mailer	*mailer_start(const struct conf *c, struct db *db);
void		 mailer_wake(struct mailer *m);		/* m may be NULL */

/*
 * Finish the message it is at, and leave.  False: it is still at work after
 * ten seconds, so nothing it uses may be freed.  m may be NULL.
 */
bool		 mailer_stop(struct mailer *m);

#endif
