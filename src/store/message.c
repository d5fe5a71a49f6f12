#include <stdint.h>
#include <string.h>

#include "base/bounds.h"
#include "store/message.h"

/* $1 user, $2 conversation, $3 before, $4 limit */
#define MESSAGE_COLUMNS \
	"SELECT m.id, m.role, m.content, m.state, m.model, m.provider_data," \
	" CASE WHEN m.calls > 0 THEN (" MESSAGE_CALLS("m.id") ") END, m.usage"
#define MESSAGE_NEWEST \
	" FROM taskchat.message m" \
	" WHERE m.user_id = $1 AND m.conversation_id = $2 AND m.id < $3" \
	" AND m.removed_at IS NULL ORDER BY m.id DESC LIMIT $4"

const struct stmt message_history_sql = { "message_history",
    MESSAGE_COLUMNS MESSAGE_NEWEST, STMT_AS_USER };

static const struct stmt message_page_sql = { "message_page",
    MESSAGE_COLUMNS
    ", taskchat.rfc3339(m.created_at),"
    " (SELECT taskchat.confirmation_full(f) FROM taskchat.confirmation f"
    "  WHERE f.user_id = $1 AND f.conversation_id = $2"
    "  AND f.message_id = m.id)"
    MESSAGE_NEWEST, STMT_AS_USER };

/* $5 zone, $6 days of undo; who uses it says what of removed_at it wants */
#define RANGE_COLUMNS \
	MESSAGE_COLUMNS \
	", taskchat.rfc3339(m.created_at), NULL," \
	" taskchat.rfc3339_us(coalesce(m.started_at, m.created_at)), m.input," \
	" (SELECT taskchat.question(f, $5, $6) FROM taskchat.confirmation f" \
	"  WHERE f.user_id = $1 AND f.conversation_id = $2" \
	"  AND f.message_id = m.id), m.feedback" \
	" FROM taskchat.message m" \
	" WHERE m.user_id = $1 AND m.conversation_id = $2"

enum { RANGE_UP, RANGE_DOWN, TAKEN_BACK, FEEDBACK, MESSAGE__N };

static const struct stmt message_sql[MESSAGE__N] = {
	[RANGE_UP] = { "message_range_up",
	    RANGE_COLUMNS " AND m.removed_at IS NULL AND m.id >= $3"
	    " ORDER BY m.id LIMIT $4", STMT_AS_USER },
	[RANGE_DOWN] = { "message_range_down",
	    RANGE_COLUMNS " AND m.removed_at IS NULL AND m.id <= $3"
	    " ORDER BY m.id DESC LIMIT $4", STMT_AS_USER },
	/* $7 the message that did it, in the same transaction */
	[TAKEN_BACK] = { "message_taken_back",
	    RANGE_COLUMNS " AND m.id >= $3 AND m.id < $7 AND m.removed_at ="
	    " (SELECT b.created_at FROM taskchat.message b"
	    "  WHERE b.user_id = $1 AND b.conversation_id = $2"
	    "  AND b.id = $7) ORDER BY m.id LIMIT $4", STMT_AS_USER },
	[FEEDBACK] = { "message_feedback",
	    "UPDATE taskchat.message m SET feedback = $4::taskchat.feedback"
	    " WHERE m.user_id = $1 AND m.conversation_id = $2"
	    " AND m.id = ANY ($3::integer[]) AND m.role = 'assistant'",
	    STMT_AS_USER },
};

const struct stmt message_calls_sql = { "message_calls",
    MESSAGE_CALLS("$3"), STMT_AS_USER };

enum { ID, ROLE, CONTENT, STATE, MODEL, PROVIDER, CALLS, USAGE, CREATED,
    ASKED, STARTED, INPUT, QUESTION, OPINION };

bool
message_held(const struct call *c)
{
	static const char *const states[] = { "held", "confirmed", "rejected",
	    "superseded", "expired" };

	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (strcmp(c->state, states[i]) == 0)
			return true;
	return false;
}

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
	c->said = (int)js_number_int(js_at(row, 8));
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
	m->usage = rows_get(r, row, USAGE);
	m->weight = m->content.n + str_of(rows_get(r, row, CALLS)).n;
	e = cell_json(a, r, row, PROVIDER, &m->provider);
	if (e == NULL)
		e = message_calls(a, rows_get(r, row, CALLS), &m->calls,
		    &m->ncalls);
	if (e == NULL && r->cols > CREATED) {
		m->created_at = rows_get(r, row, CREATED);
		e = cell_json(a, r, row, ASKED, &m->confirmation);
	}
	if (e != NULL || r->cols <= STARTED)
		return e;
	m->started_at = rows_get(r, row, STARTED);
	m->feedback = rows_get(r, row, OPINION);
	e = cell_json(a, r, row, INPUT, &m->input);
	return e != NULL ? e : cell_json(a, r, row, QUESTION, &m->question);
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

const struct err *
message_range(struct db *db, struct arena *a, const char *user,
    const char *conversation, const struct message_range *g,
    struct messages *out)
{
	const char *args[] = { user, conversation,
	    arena_printf(a, "%d", g->from), arena_printf(a, "%d", g->limit),
	    g->zone, arena_printf(a, "%d", g->undo_days) };
	const struct err *e;
	struct rows *r;

	e = db_run(db, a, &message_sql[g->ascending ? RANGE_UP : RANGE_DOWN],
	    6, args, &r);
	return e != NULL ? e : message_rows(a, r, out);
}

const struct err *
message_taken_back(struct db *db, struct arena *a, const char *user,
    const char *conversation, const struct message_range *g, int by,
    struct messages *out)
{
	const char *args[] = { user, conversation,
	    arena_printf(a, "%d", g->from), arena_printf(a, "%d", g->limit),
	    g->zone, arena_printf(a, "%d", g->undo_days),
	    arena_printf(a, "%d", by) };
	const struct err *e;
	struct rows *r;

	e = db_run(db, a, &message_sql[TAKEN_BACK], 7, args, &r);
	return e != NULL ? e : message_rows(a, r, out);
}

const struct err *
message_feedback(struct db *db, struct arena *a, const char *user,
    const char *conversation, const int *ids, size_t n, const char *kind)
{
	const char *args[] = { user, conversation, NULL, kind };
	struct buf b;

	buf_init(&b, a, 16 * n + 2);
	buf_puts(&b, "{");
	for (size_t i = 0; i < n; i++)
		buf_printf(&b, "%s%d", i > 0 ? "," : "", ids[i]);
	buf_puts(&b, "}");
	args[2] = buf_str(&b);
	return db_run(db, a, &message_sql[FEEDBACK], 4, args, NULL);
}
