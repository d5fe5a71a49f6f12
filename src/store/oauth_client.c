#include "base/bounds.h"
#include "store/oauth.h"

enum { CLIENT_READ, CLIENT_KEEP, CLIENT_ADD, CLIENT_LIST, CLIENT_REMOVE,
    CLIENT__N };

static const struct stmt client_sql[CLIENT__N] = {
	/* a document may have been stale for longer than an int has seconds */
	[CLIENT_READ] = { "oauth_client_read",
	    "SELECT c.id, c.name, c.uri, c.host, c.redirect_uris,"
	    " encode(c.secret_hash, 'hex'), c.registered,"
	    " coalesce(greatest(-1000000000, extract(epoch FROM"
	    " c.fresh_until - now())), 0)::integer"
	    " FROM taskchat.oauth_client c WHERE c.id = $1", STMT_PLAIN },
	[CLIENT_KEEP] = { "oauth_client_keep",
	    "SELECT taskchat.oauth_client_keep($1, $2, $3, $4, $5, $6)",
	    STMT_PLAIN },
	[CLIENT_ADD] = { "oauth_client_add",
	    "INSERT INTO taskchat.oauth_client (id, registered, name, uri,"
	    " host, redirect_uris, secret_hash) VALUES ($1, true, $2, $3, $4,"
	    " $5, decode($6, 'hex'))", STMT_ONCE },
	[CLIENT_LIST] = { "oauth_client_list",
	    "SELECT coalesce(json_agg(json_build_object('id', c.id,"
	    " 'name', c.name, 'uri', c.uri, 'redirect_uris', c.redirect_uris,"
	    " 'secret', c.secret_hash IS NOT NULL,"
	    " 'created_at', taskchat.rfc3339(c.created_at))"
	    " ORDER BY c.created_at, c.id), '[]')"
	    " FROM taskchat.oauth_client c WHERE c.registered", STMT_PLAIN },
	[CLIENT_REMOVE] = { "oauth_client_remove",
	    "DELETE FROM taskchat.oauth_client c"
	    " WHERE c.id = $1 AND c.registered RETURNING 1", STMT_ONCE },
};

const struct err *
oauth_client_read(struct db *db, struct arena *a, const char *id,
    bool *found, struct oauth_client *out)
{
	const char *args[] = { id };
	struct json_object *uris;
	const struct err *e;
	struct rows *r;

	e = db_run(db, a, &client_sql[CLIENT_READ], 1, args, &r);
	if (e != NULL)
		return e;
	if (r->n == 0) {
		*found = false;
		return NULL;
	}
	e = js_parse(a, str_of(rows_get(r, 0, 4)), JSON_DEPTH, &uris);
	if (e != NULL)
		return e;
	*found = true;
	*out = (struct oauth_client){ .id = rows_get(r, 0, 0),
	    .name = rows_get(r, 0, 1), .uri = rows_get(r, 0, 2),
	    .host = rows_get(r, 0, 3), .redirect_uris = uris,
	    .secret_hash = rows_get(r, 0, 5),
	    .registered = rows_bool(r, 0, 6),
	    .fresh = (int)rows_int(r, 0, 7) };
	return NULL;
}

const struct err *
oauth_client_keep(struct db *db, struct arena *a,
    const struct oauth_client *c)
{
	const char *args[] = { c->id, c->name, c->uri, c->host,
	    js_dump(a, c->redirect_uris), arena_printf(a, "%d", c->fresh) };
	struct rows *r;

	return db_run(db, a, &client_sql[CLIENT_KEEP], 6, args, &r);
}

const struct err *
oauth_client_add(struct db *db, struct arena *a,
    const struct oauth_client *c)
{
	const char *args[] = { c->id, c->name, c->uri, c->host,
	    js_dump(a, c->redirect_uris), c->secret_hash };
	struct rows *r;

	return db_run(db, a, &client_sql[CLIENT_ADD], 6, args, &r);
}

const struct err *
oauth_client_list(struct db *db, struct arena *a, struct json_object **out)
{
	const struct err *e;
	struct rows *r;

	e = db_run(db, a, &client_sql[CLIENT_LIST], 0, NULL, &r);
	return e != NULL ? e : js_parse(a, str_of(rows_get(r, 0, 0)),
	    JSON_DEPTH, out);
}

const struct err *
oauth_client_remove(struct db *db, struct arena *a, const char *id,
    bool *found)
{
	const char *args[] = { id };
	const struct err *e;
	struct rows *r;

	e = db_run(db, a, &client_sql[CLIENT_REMOVE], 1, args, &r);
	if (e == NULL)
		*found = r->n > 0;
	return e;
}
