#include <string.h>

#include "base/bounds.h"
#include "store/oauth.h"

enum { OAUTH_APPS, OAUTH_APP_REMOVE, OAUTH_CONSENT, OAUTH_OWNER,
    OAUTH_EXCHANGE, OAUTH_REFRESH, OAUTH_REVOKE, OAUTH_END, OAUTH_USE,
    OAUTH__N };

static const struct stmt oauth_sql[OAUTH__N] = {
	[OAUTH_APPS] = { "oauth_app_list",
	    "SELECT coalesce(json_agg(taskchat.oauth_app(g)"
	    " ORDER BY g.created_at DESC, g.id), '[]')"
	    " FROM taskchat.oauth_grant g WHERE g.user_id = $1"
	    " AND g.turn IS NOT NULL AND g.expires_at > now()",
	    STMT_AS_USER },
	[OAUTH_APP_REMOVE] = { "oauth_app_remove",
	    "DELETE FROM taskchat.oauth_grant g"
	    " WHERE g.user_id = $1 AND g.id = $2 RETURNING 1",
	    STMT_AS_USER | STMT_ONCE },
	[OAUTH_CONSENT] = { "oauth_consent",
	    "SELECT taskchat.oauth_consent($1, $2, $3, $4, $5, $6,"
	    " string_to_array($7, ' '), $8, $9, $10, $11, $12, $13)",
	    STMT_ONCE },
	[OAUTH_OWNER] = { "oauth_owner",
	    "SELECT taskchat.oauth_owner($1)", STMT_PLAIN },
	[OAUTH_EXCHANGE] = { "oauth_exchange",
	    "SELECT x.state, x.owner, x.granted, x.scopes"
	    " FROM taskchat.oauth_exchange($1, $2, $3, $4, $5, $6, $7, $8, $9)"
	    " x", STMT_ONCE },
	[OAUTH_REFRESH] = { "oauth_refresh",
	    "SELECT x.state, x.owner, x.granted, x.scopes, x.wait"
	    " FROM taskchat.oauth_refresh($1, $2, $3,"
	    " string_to_array($4, ' '), $5, $6, $7, $8, $9) x", STMT_ONCE },
	[OAUTH_REVOKE] = { "oauth_revoke",
	    "SELECT taskchat.oauth_revoke($1, $2)", STMT_PLAIN },
	[OAUTH_END] = { "oauth_grant_end",
	    "DELETE FROM taskchat.oauth_grant g"
	    " WHERE g.user_id = $1 AND g.id IN (SELECT t.grant_id"
	    " FROM taskchat.oauth_token t"
	    " WHERE t.user_id = $1 AND t.hash = decode($2, 'hex'))",
	    STMT_AS_USER },
	[OAUTH_USE] = { "oauth_access_use",
	    "SELECT u.owner, u.granted, u.scopes, u.resource"
	    " FROM taskchat.oauth_access_use($1) u", STMT_PLAIN },
};

const struct err *
oauth_app_list(struct db *db, struct arena *a, const char *user,
    struct json_object **apps)
{
	const char *args[] = { user };
	const struct err *e;
	struct rows *r;

	e = db_run(db, a, &oauth_sql[OAUTH_APPS], 1, args, &r);
	return e != NULL ? e : js_parse(a, str_of(rows_get(r, 0, 0)),
	    JSON_DEPTH, apps);
}

const struct err *
oauth_app_remove(struct db *db, struct arena *a, const char *user,
    const char *id)
{
	const char *args[] = { user, id };
	const struct err *e;
	struct rows *r;

	e = db_run(db, a, &oauth_sql[OAUTH_APP_REMOVE], 2, args, &r);
	if (e != NULL || r->n > 0)
		return e;
	return err_new(a, ERR_NOTFOUND, "app_not_found",
	    "No such connected program.", "no such grant of this user");
}

const struct err *
oauth_consent_add(struct db *db, struct arena *a, const char *user,
    const struct oauth_consent *c)
{
	const char *args[] = { user, c->grant, c->client->id,
	    c->client->registered ? "t" : "f", c->client->name,
	    c->client->host, c->scopes, c->resource, c->code_hash,
	    c->redirect_uri, c->challenge,
	    arena_printf(a, "%d", OAUTH_CODE_SECONDS),
	    arena_printf(a, "%d", MAX_APPS) };
	struct rows *r;

	return db_run(db, a, &oauth_sql[OAUTH_CONSENT], 13, args, &r);
}

const struct err *
oauth_owner(struct db *db, struct arena *a, const char *hash,
    const char **user)
{
	const char *args[] = { hash };
	const struct err *e;
	struct rows *r;

	e = db_run(db, a, &oauth_sql[OAUTH_OWNER], 1, args, &r);
	if (e == NULL)
		*user = rows_get(r, 0, 0);
	return e;
}

/* As the schema's functions call them. */
static enum oauth_state
state_named(const char *name)
{
	static const char *const names[] = {
		[OAUTH_OK] = "ok",
		[OAUTH_UNKNOWN] = "unknown",
		[OAUTH_MISMATCH] = "mismatch",
		[OAUTH_TARGET] = "target",
		[OAUTH_SCOPE] = "scope",
		[OAUTH_REPLAYED] = "replayed",
		[OAUTH_WAIT] = "wait",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i], name) == 0)
			return (enum oauth_state)i;
	return OAUTH_UNKNOWN;
}

static void
answer_read(const struct rows *r, struct oauth_answer *out)
{
	*out = (struct oauth_answer){
	    .state = state_named(rows_get(r, 0, 0)),
	    .user = rows_get(r, 0, 1), .grant = rows_get(r, 0, 2),
	    .scopes = rows_get(r, 0, 3) };
}

const struct err *
oauth_exchange(struct db *db, struct arena *a, const struct oauth_ask *ask,
    struct oauth_answer *out)
{
	const char *args[] = { ask->hash, ask->client, ask->resource,
	    ask->redirect_uri, ask->challenge, ask->access_hash,
	    ask->refresh_hash, arena_printf(a, "%d", OAUTH_ACCESS_SECONDS),
	    arena_printf(a, "%d", OAUTH_REFRESH_DAYS) };
	const struct err *e;
	struct rows *r;

	e = db_run(db, a, &oauth_sql[OAUTH_EXCHANGE], 9, args, &r);
	if (e == NULL)
		answer_read(r, out);
	return e;
}

const struct err *
oauth_refresh(struct db *db, struct arena *a, const struct oauth_ask *ask,
    struct oauth_answer *out)
{
	const char *args[] = { ask->hash, ask->client, ask->resource,
	    ask->scopes, ask->access_hash, ask->refresh_hash,
	    arena_printf(a, "%d", OAUTH_ACCESS_SECONDS),
	    arena_printf(a, "%d", OAUTH_REFRESH_DAYS),
	    arena_printf(a, "%d", OAUTH_GRACE_SECONDS) };
	const struct err *e;
	struct rows *r;

	e = db_run(db, a, &oauth_sql[OAUTH_REFRESH], 9, args, &r);
	if (e != NULL)
		return e;
	answer_read(r, out);
	out->wait = (int)rows_int(r, 0, 4);
	return NULL;
}

const struct err *
oauth_revoke(struct db *db, struct arena *a, const char *hash,
    const char *client, bool *foreign)
{
	const char *args[] = { hash, client };
	const struct err *e;
	struct rows *r;

	e = db_run(db, a, &oauth_sql[OAUTH_REVOKE], 2, args, &r);
	if (e == NULL)
		*foreign = rows_bool(r, 0, 0);
	return e;
}

const struct err *
oauth_grant_end(struct db *db, struct arena *a, const char *user,
    const char *hash)
{
	const char *args[] = { user, hash };
	struct rows *r;

	return db_run(db, a, &oauth_sql[OAUTH_END], 2, args, &r);
}

const struct err *
oauth_access_use(struct db *db, struct arena *a, const char *hash,
    bool *found, struct oauth_access *out)
{
	const char *args[] = { hash };
	const struct err *e;
	struct rows *r;

	e = db_run(db, a, &oauth_sql[OAUTH_USE], 1, args, &r);
	if (e != NULL)
		return e;
	*found = rows_get(r, 0, 0) != NULL;
	if (*found)
		*out = (struct oauth_access){ .user = rows_get(r, 0, 0),
		    .grant = rows_get(r, 0, 1), .scopes = rows_get(r, 0, 2),
		    .resource = rows_get(r, 0, 3) };
	return NULL;
}
