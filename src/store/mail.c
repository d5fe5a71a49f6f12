#include "store/mail.h"

enum { TAKE, DONE, LATER, MAIL__N };

static const struct stmt mail_sql[MAIL__N] = {
	/* those that others are just taking are passed by, not waited for */
	[TAKE] = { "mail_take",
	    "UPDATE taskchat.mail m SET attempts = m.attempts + 1,"
	    " leased_until = now() + interval '2 minutes'"
	    " WHERE m.id = (SELECT d.id FROM taskchat.mail d"
	    "  WHERE d.due_at <= now()"
	    "  AND (d.leased_until IS NULL OR d.leased_until <= now())"
	    "  ORDER BY d.due_at LIMIT 1 FOR UPDATE SKIP LOCKED)"
	    " RETURNING m.id, m.to_address, m.subject, m.body, m.attempts",
	    STMT_PLAIN },
	[DONE] = { "mail_done", "DELETE FROM taskchat.mail m"
	    " WHERE m.id = $1::bigint", STMT_PLAIN },
	[LATER] = { "mail_later", "UPDATE taskchat.mail m"
	    " SET leased_until = NULL,"
	    " due_at = now() + make_interval(secs => $2::integer)"
	    " WHERE m.id = $1::bigint", STMT_PLAIN },
};

const struct err *
mail_take(struct db *db, struct arena *a, bool *found, struct mail_row *out)
{
	const struct err *e;
	struct rows *r;

	e = db_run(db, a, &mail_sql[TAKE], 0, NULL, &r);
	if (e != NULL)
		return e;
	*found = r->n > 0;
	if (*found)
		*out = (struct mail_row){ rows_get(r, 0, 0), rows_get(r, 0, 1),
		    rows_get(r, 0, 2), rows_get(r, 0, 3),
		    (int)rows_int(r, 0, 4) };
	return NULL;
}

const struct err *
mail_done(struct db *db, struct arena *a, const char *id)
{
	const char *args[] = { id };
	struct rows *r;

	return db_run(db, a, &mail_sql[DONE], 1, args, &r);
}

const struct err *
mail_later(struct db *db, struct arena *a, const char *id, int seconds)
{
	const char *args[] = { id, arena_printf(a, "%d", seconds) };
	struct rows *r;

	return db_run(db, a, &mail_sql[LATER], 2, args, &r);
}
