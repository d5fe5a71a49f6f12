#include "store/keys.h"

enum { KEYS_READ, KEYS_ADD, KEYS_READY, KEYS__N };

static const struct stmt keys_sql[KEYS__N] = {
	[KEYS_READ] = { "keys_read",
	    "SELECT k.id::text, k.public_key, k.private_key, k.alg,"
	    " taskchat.rfc3339(k.created_at), taskchat.rfc3339(k.expires_at),"
	    " k.expires_at IS NULL OR k.expires_at > now(),"
	    " k.expires_at IS NULL"
	    " OR k.expires_at > now() - make_interval(days => $2)"
	    " FROM taskchat.account_jwks k"
	    " ORDER BY k.created_at DESC, k.id DESC LIMIT $1", STMT_PLAIN },
	[KEYS_ADD] = { "keys_add",
	    "SELECT taskchat.account_key_add($1, $2, $3)", STMT_ONCE },
	[KEYS_READY] = { "keys_ready",
	    "SELECT to_regclass('taskchat.account_jwks') IS NOT NULL",
	    STMT_PLAIN },
};

const struct err *
keys_read(struct db *db, struct arena *a, int most, int grace_days,
    struct key_rows *out)
{
	const char *args[] = { arena_printf(a, "%d", most),
	    arena_printf(a, "%d", grace_days) };
	const struct err *e;
	struct rows *r;

	e = db_run(db, a, &keys_sql[KEYS_READ], 2, args, &r);
	if (e != NULL)
		return e;
	out->n = (size_t)r->n;
	out->row = arena_alloc(a, out->n * sizeof(*out->row));
	for (int i = 0; i < r->n; i++)
		out->row[i] = (struct key_row){
			.id = rows_get(r, i, 0),
			.public_key = rows_get(r, i, 1),
			.private_key = rows_get(r, i, 2),
			.alg = rows_get(r, i, 3),
			.created_at = rows_get(r, i, 4),
			.expires_at = rows_get(r, i, 5),
			.live = rows_bool(r, i, 6),
			.published = rows_bool(r, i, 7),
		};
	return NULL;
}

const struct err *
keys_add(struct db *db, struct arena *a, const char *public_key,
    const char *private_key, bool only_if_none, const char **id)
{
	const char *args[] = { public_key, private_key,
	    only_if_none ? "true" : "false" };
	const struct err *e;
	struct rows *r;

	e = db_run(db, a, &keys_sql[KEYS_ADD], 3, args, &r);
	if (e == NULL)
		*id = rows_get(r, 0, 0);
	return e;
}

const struct err *
keys_ready(struct db *db, struct arena *a)
{
	const struct err *e;
	struct rows *r;

	e = db_run(db, a, &keys_sql[KEYS_READY], 0, NULL, &r);
	if (e != NULL || rows_bool(r, 0, 0))
		return e;
	return err_new(a, ERR_INPUT, "no_accounts",
	    "The accounts have no tables yet.",
	    "accounts: their tables are not known yet; run taskchat migrate");
}
