#include <string.h>

#include "base/bounds.h"
#include "base/buf.h"
#include "store/task.h"

enum { TASK_LIST, TASK_DELETED, TASK_EVERY, TASK_STAMP, TASK_READ, TASK_TOOL,
    TASK_TOOL_IF, TASK_NAMES, TASK_BRIEFS, TASK__N };

/* Deleted, and not too long ago to be restored. */
#define RESTORABLE(days) \
	"t.deleted_at > now() - make_interval(days => " days "::integer)"
#define KEPT_COLUMNS \
	"SELECT taskchat.task_full(t), taskchat.rfc3339(t.deleted_at)" \
	" FROM taskchat.task t WHERE t.user_id = $1 AND t.id > $2::integer"

static const struct stmt task_sql[TASK__N] = {
	[TASK_LIST] = { "task_list",
	    "SELECT coalesce("
	    " json_agg(taskchat.task_full(t) ORDER BY t.id), '[]')"
	    " FROM taskchat.task_find($1, $2, $3, NULL, NULL, $4, $5) t",
	    STMT_AS_USER },
	/* $4 as taskchat.task_find() reads it */
	[TASK_DELETED] = { "task_deleted",
	    KEPT_COLUMNS " AND " RESTORABLE("$5")
	    " AND ($4::text IS NULL OR NOT EXISTS ("
	    "  SELECT FROM regexp_split_to_table(lower($4), '\\s+') w"
	    "  WHERE strpos(lower(t.title || ' ' || t.description), w) = 0))"
	    " ORDER BY t.id LIMIT $3::integer", STMT_AS_USER },
	[TASK_EVERY] = { "task_every",
	    KEPT_COLUMNS " AND (t.deleted_at IS NULL OR " RESTORABLE("$4") ")"
	    " ORDER BY t.id LIMIT $3::integer", STMT_AS_USER },
	/*
	 * A new task makes last_id grow, and any change its version; rows
	 * that go for good make the count less, and it never grows without
	 * last_id.  The time is for a database that was restored.
	 */
	[TASK_STAMP] = { "task_stamp",
	    "SELECT concat_ws('-', (SELECT c.last_id"
	    "  FROM taskchat.task_counter c WHERE c.user_id = $1),"
	    " count(*), count(*) FILTER (WHERE " RESTORABLE("$2") "),"
	    " sum(t.version),"
	    " (extract(epoch FROM max(t.updated_at)) * 1000000)::bigint)"
	    " FROM taskchat.task t WHERE t.user_id = $1", STMT_AS_USER },
	[TASK_READ] = { "task_read",
	    "SELECT taskchat.task_full(t) FROM taskchat.task t"
	    " WHERE t.user_id = $1 AND t.id = $2 AND t.deleted_at IS NULL",
	    STMT_AS_USER },
	[TASK_TOOL] = { "task_tool",
	    "SELECT taskchat.tool_run($1, $2, $3, 'UTC', $4)->'task'",
	    STMT_ONCE },
	/* the row is locked first, and looked at as it is then */
	[TASK_TOOL_IF] = { "task_tool_if",
	    "WITH n AS MATERIALIZED (SELECT t.version,"
	    "  taskchat.task_full(t) AS task FROM taskchat.task t"
	    "  WHERE t.user_id = $1 AND t.id = $5 AND t.deleted_at IS NULL"
	    "  FOR NO KEY UPDATE)"
	    " SELECT CASE WHEN n.version = $6 THEN"
	    "  taskchat.tool_run($1, $2, $3, 'UTC', $4)->'task'"
	    "  ELSE n.task END, n.version = $6 FROM n",
	    STMT_AS_USER | STMT_ONCE },
	[TASK_NAMES] = { "task_names",
	    "SELECT t.id, t.version, t.title FROM taskchat.task t"
	    " WHERE t.user_id = $1 AND t.id = ANY ($2::integer[])"
	    " AND t.deleted_at IS NULL ORDER BY t.id", STMT_AS_USER },
	[TASK_BRIEFS] = { "task_briefs",
	    "SELECT coalesce(taskchat.task_briefs($1, $2, $3), '{}')",
	    STMT_PLAIN },
};

static const char *
number(struct arena *a, int n)
{
	return arena_printf(a, "%d", n);
}

static const struct err *
missing(struct arena *a)
{
	return err_new(a, ERR_NOTFOUND, "task_not_found", "No such task.",
	    "no such task of this user");
}

/* The one JSON cell of a row; no row or null: no such task. */
static const struct err *
task_cell(struct arena *a, const struct rows *r, struct json_object **out)
{
	if (r->n == 0 || rows_get(r, 0, 0) == NULL)
		return missing(a);
	return js_parse(a, str_of(rows_get(r, 0, 0)), JSON_DEPTH, out);
}

/* Rows of KEPT_COLUMNS. */
static const struct err *
task_rows(struct arena *a, const struct rows *r, struct json_object **out)
{
	struct json_object *list = js_array(a), *task;
	const struct err *e;

	for (int i = 0; i < r->n; i++) {
		e = js_parse(a, str_of(rows_get(r, i, 0)), JSON_DEPTH, &task);
		if (e != NULL)
			return e;
		if (rows_get(r, i, 1) != NULL)
			js_add_text(task, "deleted_at", rows_get(r, i, 1));
		js_push(list, js_share(task));
	}
	*out = list;
	return NULL;
}

const struct err *
task_list(struct db *db, struct arena *a, const char *user,
    const struct task_filter *f, const char **stamp,
    struct json_object **tasks)
{
	const char *days = number(a, f->undo_days);
	const char *args[] = { user, f->status, f->search,
	    number(a, f->after), number(a, f->limit) };
	const char *deleted[] = { user, number(a, f->after),
	    number(a, f->limit), f->search, days };
	const char *whose[] = { user, days };
	bool gone = f->status != NULL && strcmp(f->status, "deleted") == 0;
	const struct err *e;
	struct rows *s, *r;

	/* the stamp first: what changes between the two is asked for again */
	e = db_run2(db, a, &task_sql[TASK_STAMP], 2, whose, &s,
	    &task_sql[gone ? TASK_DELETED : TASK_LIST], 5,
	    gone ? deleted : args, &r);
	if (e != NULL)
		return e;
	*stamp = rows_get(s, 0, 0);
	return gone ? task_rows(a, r, tasks) : task_cell(a, r, tasks);
}

const struct err *
task_stamp(struct db *db, struct arena *a, const char *user, int undo_days,
    const char **stamp)
{
	const char *args[] = { user, number(a, undo_days) };
	const struct err *e;
	struct rows *r;

	e = db_run(db, a, &task_sql[TASK_STAMP], 2, args, &r);
	if (e == NULL)
		*stamp = rows_get(r, 0, 0);
	return e;
}

const struct err *
task_every(struct db *db, struct arena *a, const char *user, int after,
    int limit, int undo_days, struct json_object **tasks)
{
	const char *args[] = { user, number(a, after), number(a, limit),
	    number(a, undo_days) };
	const struct err *e;
	struct rows *r;

	e = db_run(db, a, &task_sql[TASK_EVERY], 4, args, &r);
	return e != NULL ? e : task_rows(a, r, tasks);
}

const struct err *
task_read(struct db *db, struct arena *a, const char *user, int id,
    struct json_object **task)
{
	const char *args[] = { user, number(a, id) };
	const struct err *e;
	struct rows *r;

	e = db_run(db, a, &task_sql[TASK_READ], 2, args, &r);
	return e != NULL ? e : task_cell(a, r, task);
}

const struct err *
task_tool(struct db *db, struct arena *a, const char *user, const char *tool,
    struct json_object *arguments, int undo_days, struct json_object **task)
{
	const char *args[] = { user, tool, js_dump(a, arguments),
	    number(a, undo_days) };
	const struct err *e;
	struct rows *r;

	e = db_run(db, a, &task_sql[TASK_TOOL], 4, args, &r);
	return e != NULL ? e : task_cell(a, r, task);
}

const struct err *
task_tool_if(struct db *db, struct arena *a, const char *user,
    const char *tool, struct json_object *arguments, int undo_days,
    struct task_version is, bool *done, struct json_object **task)
{
	const char *args[] = { user, tool, js_dump(a, arguments),
	    number(a, undo_days), number(a, is.id), number(a, is.version) };
	const struct err *e;
	struct rows *r;

	e = db_run(db, a, &task_sql[TASK_TOOL_IF], 6, args, &r);
	if (e != NULL)
		return e;
	if ((e = task_cell(a, r, task)) == NULL)
		*done = rows_bool(r, 0, 1);
	return e;
}

const struct err *
task_names(struct db *db, struct arena *a, const char *user, const int *ids,
    size_t n, struct task_name *out, size_t *found)
{
	const char *args[2] = { user };
	const struct err *e;
	struct rows *r;
	struct buf b;

	buf_init(&b, a, 16 * (n + 1));
	for (size_t i = 0; i < n; i++)
		buf_printf(&b, "%c%d", i == 0 ? '{' : ',', ids[i]);
	buf_puts(&b, n == 0 ? "{}" : "}");
	args[1] = buf_str(&b);
	e = db_run(db, a, &task_sql[TASK_NAMES], 2, args, &r);
	if (e != NULL)
		return e;
	*found = (size_t)r->n;
	for (int i = 0; i < r->n; i++)
		out[i] = (struct task_name){ (int)rows_int(r, i, 0),
		    (int)rows_int(r, i, 1), rows_get(r, i, 2) };
	return NULL;
}

const struct err *
task_briefs(struct db *db, struct arena *a, const char *user,
    struct json_object *ids, const char *zone, struct json_object **out)
{
	const char *args[] = { user, js_dump(a, ids), zone };
	const struct err *e;
	struct rows *r;

	e = db_run(db, a, &task_sql[TASK_BRIEFS], 3, args, &r);
	return e != NULL ? e : task_cell(a, r, out);
}
