#include <string.h>

#include "base/bounds.h"
#include "base/text.h"
#include "store/turn.h"

enum { TURN_BEGIN, TURN_DECIDE, TURN_RENEW, TURN_CALL, TURN_CONFIRM,
    TURN_END, TURN__N };

static const struct stmt turn_sql[TURN__N] = {
	[TURN_BEGIN] = { "turn_begin",
	    "SELECT kind, conversation, message, confirmation, local_now"
	    " FROM taskchat.turn_begin($1, $2, $3, $4, $5, $6, $7, $8, $9)",
	    STMT_PLAIN },
	[TURN_DECIDE] = { "turn_decide",
	    "SELECT kind, message"
	    " FROM taskchat.decide_begin($1, $2, $3, $4, $5, $6)", STMT_PLAIN },
	[TURN_RENEW] = { "turn_renew",
	    "SELECT taskchat.lease_hold($1, $2, $3, $4)", STMT_PLAIN },
	[TURN_CALL] = { "turn_call",
	    "SELECT taskchat.call_run($1, $2, $3, $4, $5, $6, $7, $8, $9,"
	    " $10, $11, $12, $13, $14, $15)", STMT_PLAIN },
	[TURN_CONFIRM] = { "turn_confirm",
	    "SELECT taskchat.confirm_run($1, $2, $3, $4, $5, $6, $7, $8, $9)",
	    STMT_PLAIN },
	[TURN_END] = { "turn_end",
	    "SELECT taskchat.turn_end($1, $2, $3, $4, $5, $6, $7, $8, $9,"
	    " $10, $11, $12)", STMT_PLAIN },
};

static const char *
num(struct arena *a, int n)
{
	return arena_printf(a, "%d", n);
}

static const char *
json(struct arena *a, struct json_object *v)
{
	return v != NULL ? js_dump(a, v) : NULL;
}

static enum turn_kind
kind_of(const char *s)
{
	if (strcmp(s, "replay") == 0)
		return TURN_REPLAY;
	return strcmp(s, "continue") == 0 ? TURN_CONTINUE : TURN_NEW;
}

const struct err *
turn_begin(struct db *db, struct arena *a, struct turn *t,
    const struct turn_opening *o, struct messages *history)
{
	const char *answer = o->answer == NULL ? NULL :
	    *o->answer ? "true" : "false";
	const char *id = o->conversation == NULL ? uuid_new(a) : NULL;
	const char *args[] = { t->user, o->conversation, id,
	    arena_strndup(a, o->content.p, o->content.n), o->key, t->zone,
	    num(a, t->lease), answer, uuid_new(a) };
	const char *page[] = { t->user, o->conversation, "2147483647",
	    num(a, o->history) };
	const struct err *e;
	struct rows *r, *h = NULL;

	t->token = args[8];
	/* a new conversation has no history to ask for */
	if (o->conversation == NULL)
		e = db_run(db, a, &turn_sql[TURN_BEGIN], 9, args, &r);
	else
		e = db_run2(db, a, &turn_sql[TURN_BEGIN], 9, args, &r,
		    &message_history_sql, 4, page, &h);
	if (e != NULL)
		return e;
	t->kind = kind_of(rows_get(r, 0, 0));
	t->conversation = rows_get(r, 0, 1);
	t->message = (int)rows_int(r, 0, 2);
	t->confirmation = rows_get(r, 0, 3);
	t->local_now = rows_get(r, 0, 4);
	t->created = id != NULL && strcmp(t->conversation, id) == 0;
	if (h != NULL)
		return message_rows(a, h, history);
	if (t->kind == TURN_CONTINUE)
		return message_history(db, a, t->user, t->conversation, 0,
		    o->history, history);
	history->n = 1;
	history->m = arena_alloc(a, sizeof(*history->m));
	history->m[0] = (struct message){ .id = t->message - 1, .user = true,
	    .content = o->content, .state = "done", .weight = o->content.n };
	return NULL;
}

const struct err *
turn_decide(struct db *db, struct arena *a, struct turn *t,
    const char *confirmation, bool approve)
{
	const char *args[] = { t->user, t->conversation, confirmation,
	    approve ? "true" : "false", num(a, t->lease), uuid_new(a) };
	const struct err *e;
	struct rows *r;

	e = db_run(db, a, &turn_sql[TURN_DECIDE], 6, args, &r);
	if (e != NULL)
		return e;
	t->token = args[5];
	t->kind = kind_of(rows_get(r, 0, 0));
	t->message = (int)rows_int(r, 0, 1);
	t->confirmation = confirmation;
	return NULL;
}

const struct err *
turn_renew(struct db *db, struct arena *a, const struct turn *t)
{
	const char *args[] = { t->user, t->conversation, t->token,
	    num(a, t->lease) };

	return db_run(db, a, &turn_sql[TURN_RENEW], 4, args, NULL);
}

const struct err *
turn_call(struct db *db, struct arena *a, const struct turn *t,
    const struct call *c, struct json_object *wrong, struct json_object *rest,
    struct json_object **result)
{
	const char *args[] = { t->user, t->conversation, num(a, t->message),
	    t->token, num(a, t->lease), num(a, c->step), num(a, c->position),
	    c->id, c->name, json(a, c->arguments), json(a, c->provider),
	    t->zone, num(a, t->undo_days), json(a, wrong), json(a, rest) };
	const struct err *e;
	struct rows *r;

	e = db_run(db, a, &turn_sql[TURN_CALL], 15, args, &r);
	if (e != NULL)
		return e;
	return js_parse(a, str_of(rows_get(r, 0, 0)), JSON_DEPTH, result);
}

const struct err *
turn_confirm(struct db *db, struct arena *a, const struct turn *t,
    bool approve, const char **state, struct call **calls, size_t *ncalls)
{
	const char *args[] = { t->user, t->conversation, t->confirmation,
	    approve ? "true" : "false", num(a, t->message), t->token,
	    num(a, t->lease), t->zone, num(a, t->undo_days) };
	const char *done[] = { t->user, t->conversation, args[4] };
	const struct err *e;
	struct rows *r, *c;

	e = db_run2(db, a, &turn_sql[TURN_CONFIRM], 9, args, &r,
	    &message_calls_sql, 3, done, &c);
	if (e != NULL)
		return e;
	*state = rows_get(r, 0, 0);
	return message_calls(a, rows_get(c, 0, 0), calls, ncalls);
}

const struct err *
turn_end(struct db *db, struct arena *a, const struct turn *t,
    const struct turn_ending *end, const char **expires_at)
{
	const char *args[] = { t->user, t->conversation, num(a, t->message),
	    t->token, arena_strndup(a, end->content.p != NULL ?
	    end->content.p : "", end->content.n), end->state,
	    num(a, end->calls), end->model, json(a, end->usage),
	    json(a, end->provider), json(a, end->confirmation),
	    json(a, end->held) };
	const struct err *e;
	struct rows *r;

	e = db_run(db, a, &turn_sql[TURN_END], 12, args, &r);
	if (e == NULL)
		*expires_at = rows_get(r, 0, 0);
	return e;
}
