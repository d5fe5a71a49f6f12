#include <assert.h>

#include "store/account.h"

enum { THROTTLE_KEYS = 4 };

enum { HIT, CLEAR, THROTTLE__N };

static const struct stmt throttle_sql[THROTTLE__N] = {
	[HIT] = { "throttle_hit", "SELECT taskchat.throttle_hit("
	    "ARRAY[$1, $5, $9, $13]::text[],"
	    " ARRAY[$2, $6, $10, $14]::integer[],"
	    " ARRAY[$3, $7, $11, $15]::integer[],"
	    " ARRAY[$4, $8, $12, $16]::boolean[])", STMT_PLAIN },
	[CLEAR] = { "throttle_clear", "DELETE FROM taskchat.throttle t"
	    " WHERE t.key = taskchat.throttle_key($1)", STMT_PLAIN },
};

const struct err *
throttle_hit(struct db *db, struct arena *a, size_t n,
    const struct throttle *t, int *wait)
{
	const char *args[4 * THROTTLE_KEYS] = { NULL };
	const struct err *e;
	struct rows *r;

	assert(n >= 1 && n <= THROTTLE_KEYS);
	for (size_t i = 0; i < n; i++) {
		args[4 * i] = t[i].key;
		args[4 * i + 1] = arena_printf(a, "%d", t[i].limit);
		args[4 * i + 2] = arena_printf(a, "%d", t[i].seconds);
		args[4 * i + 3] = t[i].growing ? "t" : "f";
	}
	e = db_run(db, a, &throttle_sql[HIT], 4 * THROTTLE_KEYS, args, &r);
	if (e == NULL)
		*wait = (int)rows_int(r, 0, 0);
	return e;
}

const struct err *
throttle_clear(struct db *db, struct arena *a, const char *key)
{
	const char *args[] = { key };
	struct rows *r;

	return db_run(db, a, &throttle_sql[CLEAR], 1, args, &r);
}
