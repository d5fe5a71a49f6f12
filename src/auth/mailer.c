#include "auth/mailer.h"

struct mailer *
mailer_start(const struct conf *c, struct db *db)
{
	(void)c;
	(void)db;
	return NULL;
}

void
mailer_wake(struct mailer *m)
{
	(void)m;
}

void
mailer_stop(struct mailer *m)
{
	(void)m;
}
