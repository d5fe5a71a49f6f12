#include <stdint.h>
#include <string.h>

#include "base/bounds.h"
#include "store/message.h"

#define CALLS_OF(message) \
	"SELECT json_agg(json_build_array(c.step, c.position, c.call_id," \
	" c.name, c.state, c.arguments, c.result, c.provider_data)" \
	" ORDER BY c.step, c.position)" \
	" FROM taskchat.tool_call c WHERE c.user_id = $1" \
	" AND c.conversation_id = $2 AND c.message_id = " message

/* $1 user, $2 conversation, $3 before, $4 limit */
#define MESSAGE_COLUMNS \
	"SELECT m.id, m.role, m.content, m.state, m.model, m.provider_data," \
	" CASE WHEN m.calls > 0 THEN (" CALLS_OF("m.id") ") END"
#define MESSAGE_NEWEST \
	" FROM taskchat.message m" \
	" WHERE m.user_id = $1 AND m.conversation_id = $2 AND m.id < $3" \
	" ORDER BY m.id DESC LIMIT $4"

const struct stmt message_history_sql = { "message_history",
    MESSAGE_COLUMNS MESSAGE_NEWEST, STMT_AS_USER };

static const struct stmt message_page_sql = { "message_page",
    MESSAGE_COLUMNS
    ", taskchat.rfc3339(m.created_at),"
    " (SELECT taskchat.confirmation_full(f) FROM taskchat.confirmation f"
    "  WHERE f.user_id = $1 AND f.conversation_id = $2"
    "  AND f.message_id = m.id)"
    MESSAGE_NEWEST, STMT_AS_USER };

const struct stmt message_calls_sql = { "message_calls",
    CALLS_OF("$3"), STMT_AS_USER };

enum { ID, ROLE, CONTENT, STATE, MODEL, PROVIDER, CALLS, CREATED, ASKED };

/*
 * A cell of type json; SQL null is NULL.  What we stored is read back
 * however much it is: a conversation must stay readable.
 */
static const struct err *
cell_json(struct arena *a, const struct rows *r, int row, int col,
    struct json_object **out)
{
	const char *s = rows_get(r, row, col);
	const struct err *e;

	*out = NULL;
	if (s == NULL)
		return NULL;
	e = js_parse_few(a, str_of(s), JSON_DEPTH, SIZE_MAX, out);
	return e != NULL ? err_new(a, ERR_BUG, "internal_error",
	    "Something went wrong on our side.", "stored JSON: %s", e->log) :
	    NULL;
}

static const char *
text_at(struct arena *a, struct json_object *row, size_t i)
{
	struct str s = js_str(js_at(row, i));

	return arena_strndup(a, s.p != NULL ? s.p : "", s.n);
}

static void
call_read(struct arena *a, struct json_object *row, struct call *c)
{
	c->step = (int)js_number_int(js_at(row, 0));
	c->position = (int)js_number_int(js_at(row, 1));
	c->id = text_at(a, row, 2);
	c->name = text_at(a, row, 3);
	c->state = text_at(a, row, 4);
	c->arguments = js_at(row, 5);
	c->result = js_at(row, 6);
	c->provider = js_at(row, 7);
}

const struct err *
message_calls(struct arena *a, const char *json, struct call **out,
    size_t *n)
{
	struct json_object *calls = NULL;
	const struct err *e = NULL;

	if (json != NULL)
		e = js_parse_few(a, str_of(json), JSON_DEPTH, SIZE_MAX,
		    &calls);
	if (e != NULL)
		return err_new(a, ERR_BUG, "internal_error",
		    "Something went wrong on our side.", "stored calls: %s",
		    e->log);
	*n = js_len(calls);
	*out = arena_alloc(a, (*n + 1) * sizeof(**out));
	for (size_t i = 0; i < *n; i++)
		call_read(a, js_at(calls, i), &(*out)[i]);
	return NULL;
}

static const struct err *
message_row(struct arena *a, const struct rows *r, int row,
    struct message *m)
{
	const struct err *e;

	m->id = (int)rows_int(r, row, ID);
	m->user = strcmp(rows_get(r, row, ROLE), "user") == 0;
	m->content = str_of(rows_get(r, row, CONTENT));
	m->state = rows_get(r, row, STATE);
	m->model = rows_get(r, row, MODEL);
	m->weight = m->content.n + str_of(rows_get(r, row, CALLS)).n;
	e = cell_json(a, r, row, PROVIDER, &m->provider);
	if (e == NULL)
		e = message_calls(a, rows_get(r, row, CALLS), &m->calls,
		    &m->ncalls);
	if (e == NULL && r->cols > CREATED) {
		m->created_at = rows_get(r, row, CREATED);
		e = cell_json(a, r, row, ASKED, &m->confirmation);
	}
	return e;
}

const struct err *
message_rows(struct arena *a, const struct rows *r, struct messages *out)
{
	const struct err *e;

	out->n = (size_t)r->n;
	out->m = arena_alloc(a, (out->n + 1) * sizeof(*out->m));
	for (int i = 0; i < r->n; i++)
		if ((e = message_row(a, r, i, &out->m[i])) != NULL)
			return e;
	return NULL;
}

static const struct err *
message_read(struct db *db, struct arena *a, const struct stmt *st,
    const char *user, const char *conversation, int before, int limit,
    struct messages *out)
{
	const char *args[] = { user, conversation,
	    before > 0 ? arena_printf(a, "%d", before) : "2147483647",
	    arena_printf(a, "%d", limit) };
	const struct err *e;
	struct rows *r;

	e = db_run(db, a, st, 4, args, &r);
	return e != NULL ? e : message_rows(a, r, out);
}

const struct err *
message_page(struct db *db, struct arena *a, const char *user,
    const char *conversation, int before, int limit, struct messages *out)
{
	return message_read(db, a, &message_page_sql, user, conversation,
	    before, limit, out);
}

const struct err *
message_history(struct db *db, struct arena *a, const char *user,
    const char *conversation, int before, int limit, struct messages *out)
{
	return message_read(db, a, &message_history_sql, user, conversation,
	    before, limit, out);
}
