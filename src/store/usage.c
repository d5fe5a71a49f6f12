#include <inttypes.h>

#include "base/bounds.h"
#include "store/usage.h"

enum { USAGE_DAYS, USAGE_LOST, USAGE__N };

static const struct stmt usage_sql[USAGE__N] = {
	[USAGE_DAYS] = { "usage_days",
	    "SELECT json_build_object('day', d.day, 'turns', d.turns,"
	    " 'prompt_tokens', d.prompt_tokens,"
	    " 'completion_tokens', d.completion_tokens)"
	    " FROM taskchat.usage_day d WHERE d.user_id = $1"
	    " AND d.day > $2::date ORDER BY d.day LIMIT $3::integer",
	    STMT_AS_USER },
	[USAGE_LOST] = { "usage_lost",
	    "UPDATE taskchat.usage_day d"
	    " SET prompt_tokens = d.prompt_tokens + $2::bigint,"
	    " completion_tokens = d.completion_tokens + $3::bigint"
	    " WHERE d.user_id = $1 AND d.day = taskchat.usage_today()",
	    STMT_AS_USER | STMT_ONCE },
};

const struct err *
usage_days(struct db *db, struct arena *a, const char *user,
    const char *after, int limit, struct json_object **days)
{
	const char *args[] = { user, after, arena_printf(a, "%d", limit) };
	struct json_object *list = js_array(a), *day;
	const struct err *e;
	struct rows *r;

	e = db_run(db, a, &usage_sql[USAGE_DAYS], 3, args, &r);
	for (int i = 0; e == NULL && i < r->n; i++) {
		e = js_parse(a, str_of(rows_get(r, i, 0)), JSON_DEPTH, &day);
		if (e == NULL)
			js_push(list, js_share(day));
	}
	if (e == NULL)
		*days = list;
	return e;
}

const struct err *
usage_lost(struct db *db, struct arena *a, const char *user,
    int64_t prompt_tokens, int64_t completion_tokens)
{
	const char *args[] = { user,
	    arena_printf(a, "%" PRId64, prompt_tokens),
	    arena_printf(a, "%" PRId64, completion_tokens) };

	return db_run(db, a, &usage_sql[USAGE_LOST], 3, args, NULL);
}
