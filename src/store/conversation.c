#include <stdlib.h>
#include <string.h>

#include "base/bounds.h"
#include "base/text.h"
#include "store/conversation.h"

enum { SEARCH_READ = 8 * 1024 * 1024 };	/* bytes one search reads */

enum { CONV_LIST, CONV_NEWEST, CONV_OLDEST, CONV_SINCE, CONV_KNOWN,
    CONV_SEARCH, CONV_OPEN, CONV_RENAME, CONV_DELETE, CONV__N };

#define FIRST_ID	"00000000-0000-0000-0000-000000000000"
#define LAST_ID		"ffffffff-ffff-ffff-ffff-ffffffffffff"

/* The reply of an open turn has its id, but mostly is not there yet. */
#define CONV_COLUMNS \
	" c.id, c.title, taskchat.rfc3339(c.created_at)," \
	" taskchat.rfc3339(c.updated_at)," \
	" c.last_message - c.removed - CASE WHEN c.lease_until IS NULL" \
	" THEN 0 ELSE (" \
	"  SELECT 1 - count(*) FROM taskchat.message m WHERE m.user_id = $1" \
	"  AND m.conversation_id = c.id AND m.id = c.turn_message) END," \
	" c.lease_until IS NOT NULL," \
	" (extract(epoch FROM c.updated_at) * 1000000)::bigint" \
	" || '_' || c.id, taskchat.rfc3339_us(c.created_at)," \
	" c.turn_message"

/*
 * $2 is the one before the first, or NULL: all from the end; $3 its id, or
 * that end's.
 */
#define CONV_BEGUN(than, end) \
	"SELECT" CONV_COLUMNS " FROM taskchat.conversation c" \
	" WHERE c.user_id = $1 AND (c.created_at, c.id) " than \
	" (CASE WHEN $2::uuid IS NULL THEN '" end "'::timestamptz ELSE" \
	"  (SELECT b.created_at FROM taskchat.conversation b" \
	"   WHERE b.user_id = $1 AND b.id = $2) END, $3::uuid)"

static const struct stmt conv_sql[CONV__N] = {
	[CONV_LIST] = { "conversation_list",
	    "SELECT" CONV_COLUMNS " FROM taskchat.conversation c"
	    " WHERE c.user_id = $1 AND (c.updated_at, c.id) <"
	    " (CASE WHEN $2::float8 IS NULL THEN 'infinity' ELSE"
	    "  to_timestamp(0) + $2::float8 * interval '1 us' END, $3::uuid)"
	    " ORDER BY c.updated_at DESC, c.id DESC LIMIT $4", STMT_AS_USER },
	[CONV_NEWEST] = { "conversation_newest", CONV_BEGUN("<", "infinity")
	    " ORDER BY c.created_at DESC, c.id DESC LIMIT $4", STMT_AS_USER },
	[CONV_OLDEST] = { "conversation_oldest", CONV_BEGUN(">", "-infinity")
	    " ORDER BY c.created_at, c.id LIMIT $4", STMT_AS_USER },
	[CONV_SINCE] = { "conversation_since",
	    "SELECT" CONV_COLUMNS " FROM taskchat.conversation c"
	    " WHERE c.user_id = $1 AND (c.created_at, c.id) >"
	    " ($2::timestamptz, $3::uuid)"
	    " ORDER BY c.created_at, c.id LIMIT $4", STMT_AS_USER },
	[CONV_KNOWN] = { "conversation_known",
	    "SELECT 1 FROM taskchat.conversation c"
	    " WHERE c.user_id = $1 AND c.id = $2", STMT_AS_USER },
	[CONV_SEARCH] = { "conversation_search",
	    "SELECT" CONV_COLUMNS ", h.snippet, h.hit, h.hit_user,"
	    " h.hit_text, (SELECT json_agg(json_build_array(k.step,"
	    "  k.position, k.call_id, k.name, k.state, '{}'::json,"
	    "  '{}'::json, NULL::json, k.said) ORDER BY k.step, k.position)"
	    "  FROM taskchat.tool_call k WHERE k.user_id = $1"
	    "  AND k.conversation_id = c.id AND k.message_id = h.hit"
	    "  AND k.said <= h.hit_at)"
	    " FROM taskchat.conversation_search($1, lower($2), $3, $4, $5) h,"
	    " LATERAL (SELECT (h.thread).*) c ORDER BY h.place",
	    STMT_AS_USER },
	[CONV_OPEN] = { "conversation_open",
	    "SELECT" CONV_COLUMNS ", (SELECT taskchat.confirmation_full(f)"
	    "  FROM taskchat.confirmation f WHERE f.user_id = $1"
	    "  AND f.id = c.pending AND f.expires_at > now())"
	    " FROM taskchat.conversation_open($1, $2) c", STMT_PLAIN },
	[CONV_RENAME] = { "conversation_rename",
	    "UPDATE taskchat.conversation c SET title = $3"
	    " WHERE c.user_id = $1 AND c.id = $2 RETURNING" CONV_COLUMNS,
	    STMT_AS_USER },
	[CONV_DELETE] = { "conversation_delete",
	    "DELETE FROM taskchat.conversation c"
	    " WHERE c.user_id = $1 AND c.id = $2 RETURNING 1",
	    STMT_AS_USER | STMT_ONCE },
};

static void
conversation_row(const struct rows *r, int row, struct conversation *c)
{
	c->id = rows_get(r, row, 0);
	c->title = rows_get(r, row, 1);
	c->created_at = rows_get(r, row, 2);
	c->updated_at = rows_get(r, row, 3);
	c->messages = rows_int(r, row, 4);
	c->open = rows_bool(r, row, 5);
	c->cursor = rows_get(r, row, 6);
	c->begun_at = rows_get(r, row, 7);
	c->turn_message = (int)rows_int(r, row, 8);
	c->confirmation = NULL;
}

static void
conversation_rows(struct arena *a, const struct rows *r,
    struct conversations *out)
{
	out->n = (size_t)r->n;
	out->c = arena_alloc(a, (out->n + 1) * sizeof(*out->c));
	for (int i = 0; i < r->n; i++)
		conversation_row(r, i, &out->c[i]);
}

static const struct err *
missing(struct arena *a)
{
	return err_new(a, ERR_NOTFOUND, "conversation_not_found",
	    "No such conversation.", "no such conversation of this user");
}

static const struct err *
no_cursor(struct arena *a)
{
	return err_new(a, ERR_INPUT, "invalid_cursor",
	    "No such conversation to go on from: begin with the first page.",
	    "cursor names no conversation of this user");
}

/* Microseconds since 1970, an underscore, a UUID. */
bool
conversation_cursor_ok(const char *cursor)
{
	size_t digits = strspn(cursor, "0123456789");

	return digits >= 1 && digits <= 17 && cursor[digits] == '_' &&
	    uuid_ok(str_of(cursor + digits + 1));
}

const struct err *
conversation_list(struct db *db, struct arena *a, const char *user,
    const char *cursor, int limit, struct conversations *out)
{
	const char *args[] = { user, NULL, LAST_ID,
	    arena_printf(a, "%d", limit) };
	const struct err *e;
	struct rows *r;

	if (cursor != NULL) {
		size_t digits = strcspn(cursor, "_");
		args[1] = arena_strndup(a, cursor, digits);
		args[2] = cursor + digits + 1;
	}
	e = db_run(db, a, &conv_sql[CONV_LIST], 4, args, &r);
	if (e == NULL)
		conversation_rows(a, r, out);
	return e;
}

const struct err *
conversation_threads(struct db *db, struct arena *a, const char *user,
    const char *after, bool ascending, int limit, struct conversations *out)
{
	const char *end = ascending ? FIRST_ID : LAST_ID;
	const char *args[] = { user, after, after != NULL ? after : end,
	    arena_printf(a, "%d", limit) };
	const struct err *e;
	struct rows *r, *known;

	e = db_run2(db, a, &conv_sql[CONV_KNOWN], 2, args, &known,
	    &conv_sql[ascending ? CONV_OLDEST : CONV_NEWEST], 4, args, &r);
	if (e != NULL)
		return e;
	if (after != NULL && known->n == 0)
		return no_cursor(a);
	conversation_rows(a, r, out);
	return NULL;
}

/* What was found in the title alone has no message. */
static const struct err *
hit_row(struct arena *a, const struct rows *r, int row,
    struct conversation_hit *h)
{
	conversation_row(r, row, &h->c);
	h->snippet = rows_get(r, row, 9);
	h->m = (struct message){ .id = (int)rows_int(r, row, 10),
	    .user = rows_bool(r, row, 11), .state = "done",
	    .content = str_of(rows_get(r, row, 12)),
	    .started_at = h->c.begun_at };
	return message_calls(a, rows_get(r, row, 13), &h->m.calls,
	    &h->m.ncalls);
}

const struct err *
conversation_search(struct db *db, struct arena *a, const char *user,
    const char *text, const char *after, int limit,
    struct conversation_hits *out)
{
	const char *known_args[] = { user, after };
	const char *args[] = { user, text, after,
	    arena_printf(a, "%d", limit), arena_printf(a, "%d", SEARCH_READ) };
	struct rows *r, *known;
	const struct err *e;

	e = db_run2(db, a, &conv_sql[CONV_KNOWN], 2, known_args, &known,
	    &conv_sql[CONV_SEARCH], 5, args, &r);
	if (e != NULL)
		return e;
	if (after != NULL && known->n == 0)
		return no_cursor(a);
	*out = (struct conversation_hits){ .n = (size_t)r->n };
	out->h = arena_alloc(a, (out->n + 1) * sizeof(*out->h));
	for (int i = 0; e == NULL && i < r->n; i++)
		e = hit_row(a, r, i, &out->h[i]);
	if (e == NULL && out->n > 0 && out->h[out->n - 1].snippet == NULL)
		out->stopped = out->h[--out->n].c.id;
	return e;
}

const struct err *
conversation_since(struct db *db, struct arena *a, const char *user,
    const struct conversation_place *after, int limit,
    struct conversations *out)
{
	const char *args[] = { user, "-infinity", FIRST_ID,
	    arena_printf(a, "%d", limit) };
	const struct err *e;
	struct rows *r;

	if (after != NULL) {
		args[1] = after->begun_at;
		args[2] = after->id;
	}
	e = db_run(db, a, &conv_sql[CONV_SINCE], 4, args, &r);
	if (e == NULL)
		conversation_rows(a, r, out);
	return e;
}

const struct err *
conversation_find(struct db *db, struct arena *a, const char *user,
    const char *id, struct conversation *out)
{
	const char *args[] = { user, id };
	const struct err *e;
	struct rows *r;

	e = db_run(db, a, &conv_sql[CONV_OPEN], 2, args, &r);
	if (e != NULL)
		return e;
	conversation_row(r, 0, out);
	if (rows_get(r, 0, 9) == NULL)
		return NULL;
	return js_parse(a, str_of(rows_get(r, 0, 9)), JSON_DEPTH,
	    &out->confirmation);
}

const struct err *
conversation_read(struct db *db, struct arena *a, const char *user,
    const char *id, int before, int limit, struct conversation *out,
    struct messages *messages)
{
	const struct err *e;

	e = conversation_find(db, a, user, id, out);
	return e != NULL ? e :
	    message_page(db, a, user, id, before, limit, messages);
}

const struct err *
conversation_rename(struct db *db, struct arena *a, const char *user,
    const char *id, const char *title, struct conversation *out)
{
	const char *args[] = { user, id, title };
	const struct err *e;
	struct rows *r;

	e = db_run(db, a, &conv_sql[CONV_RENAME], 3, args, &r);
	if (e != NULL)
		return e;
	if (r->n == 0)
		return missing(a);
	conversation_row(r, 0, out);
	return NULL;
}

const struct err *
conversation_delete(struct db *db, struct arena *a, const char *user,
    const char *id)
{
	const char *args[] = { user, id };
	const struct err *e;
	struct rows *r;

	e = db_run(db, a, &conv_sql[CONV_DELETE], 2, args, &r);
	return e == NULL && r->n == 0 ? missing(a) : e;
}
