#include <stdlib.h>

#include "store/mail.h"

const struct err *
mail_take(struct db *db, struct arena *a, bool *found, struct mail_row *out)
{
	abort();
}

const struct err *
mail_done(struct db *db, struct arena *a, const char *id)
{
	abort();
}

const struct err *
mail_later(struct db *db, struct arena *a, const char *id, int seconds)
{
	abort();
}
