#include "base/bounds.h"
#include "base/buf.h"
#include "store/task.h"

enum { TASK_LIST, TASK_READ, TASK_TOOL, TASK_NAMES, TASK_BRIEFS, TASK__N };

static const struct stmt task_sql[TASK__N] = {
	[TASK_LIST] = { "task_list",
	    "SELECT coalesce("
	    " json_agg(taskchat.task_full(t) ORDER BY t.id), '[]')"
	    " FROM taskchat.task_find($1, $2, $3, NULL, NULL, $4, $5) t",
	    STMT_AS_USER },
	[TASK_READ] = { "task_read",
	    "SELECT taskchat.task_full(t) FROM taskchat.task t"
	    " WHERE t.user_id = $1 AND t.id = $2 AND t.deleted_at IS NULL",
	    STMT_AS_USER },
	[TASK_TOOL] = { "task_tool",
	    "SELECT taskchat.tool_run($1, $2, $3, 'UTC', $4)->'task'",
	    STMT_ONCE },
	[TASK_NAMES] = { "task_names",
	    "SELECT t.id, t.version, t.title FROM taskchat.task t"
	    " WHERE t.user_id = $1 AND t.id = ANY ($2::integer[])"
	    " AND t.deleted_at IS NULL ORDER BY t.id", STMT_AS_USER },
	[TASK_BRIEFS] = { "task_briefs",
	    "SELECT coalesce(taskchat.task_briefs($1, $2, $3), '{}')",
	    STMT_PLAIN },
};

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

const struct err *
task_list(struct db *db, struct arena *a, const char *user,
    const struct task_filter *f, struct json_object **tasks)
{
	const char *args[] = { user, f->status, f->search,
	    arena_printf(a, "%d", f->after), arena_printf(a, "%d", f->limit) };
	const struct err *e;
	struct rows *r;

	e = db_run(db, a, &task_sql[TASK_LIST], 5, args, &r);
	return e != NULL ? e : task_cell(a, r, tasks);
}

const struct err *
task_read(struct db *db, struct arena *a, const char *user, int id,
    struct json_object **task)
{
	const char *args[] = { user, arena_printf(a, "%d", id) };
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
	    arena_printf(a, "%d", undo_days) };
	const struct err *e;
	struct rows *r;

	e = db_run(db, a, &task_sql[TASK_TOOL], 4, args, &r);
	return e != NULL ? e : task_cell(a, r, task);
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
