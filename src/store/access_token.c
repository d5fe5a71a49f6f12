#include "base/bounds.h"
#include "store/access_token.h"

enum { TOKEN_LIST, TOKEN_ADD, TOKEN_REMOVE, TOKEN_USE, TOKEN__N };

static const struct stmt token_sql[TOKEN__N] = {
	[TOKEN_LIST] = { "access_token_list",
	    "SELECT coalesce(json_agg(taskchat.access_token_full(t)"
	    " ORDER BY t.created_at DESC, t.id), '[]')"
	    " FROM taskchat.access_token t WHERE t.user_id = $1",
	    STMT_AS_USER },
	[TOKEN_ADD] = { "access_token_add",
	    "SELECT taskchat.access_token_add($1, $2, $3, $4, $5, $6, $7)",
	    STMT_ONCE },
	[TOKEN_REMOVE] = { "access_token_remove",
	    "DELETE FROM taskchat.access_token t"
	    " WHERE t.user_id = $1 AND t.id = $2 RETURNING 1",
	    STMT_AS_USER | STMT_ONCE },
	[TOKEN_USE] = { "access_token_use",
	    "SELECT u.owner, u.token, u.scopes"
	    " FROM taskchat.access_token_use($1) u", STMT_PLAIN },
};

const struct err *
access_token_list(struct db *db, struct arena *a, const char *user,
    struct json_object **tokens)
{
	const char *args[] = { user };
	const struct err *e;
	struct rows *r;

	e = db_run(db, a, &token_sql[TOKEN_LIST], 1, args, &r);
	return e != NULL ? e : js_parse(a, str_of(rows_get(r, 0, 0)),
	    JSON_DEPTH, tokens);
}

const struct err *
access_token_add(struct db *db, struct arena *a, const char *user,
    const struct access_token_wish *w, struct json_object **token)
{
	const char *args[] = { user, w->id, w->name, w->scopes, w->hash,
	    w->days == 0 ? NULL : arena_printf(a, "%d", w->days),
	    arena_printf(a, "%d", MAX_ACCESS_TOKENS) };
	const struct err *e;
	struct rows *r;

	e = db_run(db, a, &token_sql[TOKEN_ADD], 7, args, &r);
	return e != NULL ? e : js_parse(a, str_of(rows_get(r, 0, 0)),
	    JSON_DEPTH, token);
}

const struct err *
access_token_remove(struct db *db, struct arena *a, const char *user,
    const char *id)
{
	const char *args[] = { user, id };
	const struct err *e;
	struct rows *r;

	e = db_run(db, a, &token_sql[TOKEN_REMOVE], 2, args, &r);
	if (e != NULL || r->n > 0)
		return e;
	return err_new(a, ERR_NOTFOUND, "access_token_not_found",
	    "No such access token.", "no such access token of this user");
}

const struct err *
access_token_use(struct db *db, struct arena *a, const char *hash,
    bool *found, struct access_token *out)
{
	const char *args[] = { hash };
	const struct err *e;
	struct rows *r;

	e = db_run(db, a, &token_sql[TOKEN_USE], 1, args, &r);
	if (e != NULL)
		return e;
	*found = rows_get(r, 0, 0) != NULL;
	if (*found)
		*out = (struct access_token){ .user = rows_get(r, 0, 0),
		    .id = rows_get(r, 0, 1), .scopes = rows_get(r, 0, 2) };
	return NULL;
}
