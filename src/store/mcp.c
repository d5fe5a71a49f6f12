#include <string.h>

#include "base/bounds.h"
#include "store/mcp.h"

enum { MCP_RUN, MCP_READ, MCP_ZONE, MCP_OPEN, MCP_NUMBERS, MCP__N };

#define RUN \
	"SELECT r.state, r.result, r.wait, r.title FROM taskchat.mcp_run(" \
	"$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) r"

static const struct stmt mcp_sql[MCP__N] = {
	[MCP_RUN] = { "mcp_run", RUN, STMT_ONCE },
	[MCP_READ] = { "mcp_read", RUN, STMT_PLAIN },
	[MCP_ZONE] = { "mcp_zone",
	    "SELECT z.zone FROM taskchat.user_zone z WHERE z.user_id = $1",
	    STMT_AS_USER },
	[MCP_OPEN] = { "mcp_open",
	    "SELECT o.tasks, o.zone, o.local_now, o.day"
	    " FROM taskchat.mcp_open($1, $2, $3) o", STMT_PLAIN },
	[MCP_NUMBERS] = { "mcp_numbers",
	    "SELECT t.id, count(*) OVER () FROM taskchat.task t"
	    " WHERE t.user_id = $1 AND t.deleted_at IS NULL"
	    " AND NOT t.completed AND CASE WHEN $2 ~ '^[0-9]*$'"
	    "  THEN starts_with(t.id::text, $2)"
	    "  ELSE strpos(lower(t.title), lower($2)) > 0 END"
	    " ORDER BY t.id LIMIT $3::integer", STMT_AS_USER },
};

static const char *
number(struct arena *a, int n)
{
	return arena_printf(a, "%d", n);
}

static enum mcp_state
state_of(const char *s)
{
	static const char *const names[] = { [MCP_DONE] = "done",
	    [MCP_LIMIT] = "limit", [MCP_ASK] = "ask",
	    [MCP_CHANGED] = "changed", [MCP_DECLINED] = "declined",
	    [MCP_REFUSED] = "refused" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i], s) == 0)
			return (enum mcp_state)i;
	return MCP_REFUSED;
}

/* Hex digits in pairs, or the database would stumble over it. */
static const char *
hash_text(const char *hash)
{
	if (hash != NULL && (strlen(hash) != 64 ||
	    strspn(hash, "0123456789abcdef") != 64))
		return "";
	return hash;
}

const struct err *
mcp_run(struct db *db, struct arena *a, const struct mcp_wish *w,
    struct mcp_outcome *out)
{
	const char *args[] = { w->user, w->tool, js_dump(a, w->arguments),
	    w->zone, number(a, w->undo_days), number(a, w->calls), w->ask,
	    number(a, w->minutes), hash_text(w->given),
	    w->agreed == NULL ? NULL : *w->agreed ? "t" : "f",
	    w->again ? "t" : "f" };
	const struct stmt *st = &mcp_sql[w->read_only ? MCP_READ : MCP_RUN];
	struct json_object *result = NULL;
	const struct err *e;
	struct rows *r;

	e = db_run(db, a, st, 11, args, &r);
	if (e == NULL && rows_get(r, 0, 1) != NULL)
		e = js_parse(a, str_of(rows_get(r, 0, 1)), JSON_DEPTH,
		    &result);
	if (e != NULL)
		return e;
	*out = (struct mcp_outcome){ .state = state_of(rows_get(r, 0, 0)),
	    .result = result, .wait = (int)rows_int(r, 0, 2),
	    .title = rows_get(r, 0, 3) };
	return NULL;
}

const struct err *
mcp_zone(struct db *db, struct arena *a, const char *user, const char **zone)
{
	const char *args[] = { user };
	const struct err *e;
	struct rows *r;

	e = db_run(db, a, &mcp_sql[MCP_ZONE], 1, args, &r);
	if (e == NULL)
		*zone = r->n > 0 ? rows_get(r, 0, 0) : NULL;
	return e;
}

const struct err *
mcp_open(struct db *db, struct arena *a, const char *user, const char *zone,
    const char *day, struct mcp_open *out)
{
	const char *args[] = { user, zone, day };
	struct json_object *tasks;
	const struct err *e;
	struct rows *r;

	e = db_run(db, a, &mcp_sql[MCP_OPEN], 3, args, &r);
	if (e == NULL)
		e = js_parse(a, str_of(rows_get(r, 0, 0)), JSON_DEPTH,
		    &tasks);
	if (e != NULL)
		return e;
	*out = (struct mcp_open){ .tasks = tasks, .zone = rows_get(r, 0, 1),
	    .local_now = rows_get(r, 0, 2), .day = rows_get(r, 0, 3) };
	return NULL;
}

const struct err *
mcp_numbers(struct db *db, struct arena *a, const char *user,
    const char *begun, struct json_object **numbers, int *total)
{
	const char *args[] = { user, begun, number(a, MAX_LIST) };
	struct json_object *list = js_array(a);
	const struct err *e;
	struct rows *r;

	e = db_run(db, a, &mcp_sql[MCP_NUMBERS], 3, args, &r);
	if (e != NULL)
		return e;
	for (int i = 0; i < r->n; i++)
		js_push(list, js_new_str(str_of(rows_get(r, i, 0))));
	*total = r->n > 0 ? (int)rows_int(r, 0, 1) : 0;
	*numbers = list;
	return NULL;
}
