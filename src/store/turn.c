#include <string.h>

#include "base/bounds.h"
#include "base/text.h"
#include "store/turn.h"

enum { TURN_BEGIN, TURN_DECIDE, TURN_RETRY, TURN_ACT, TURN_RENEW, TURN_CALL,
    TURN_CONFIRM, TURN_END, TURN_FOLLOW, TURN_STOP, TURN__N };

static const struct stmt turn_sql[TURN__N] = {
	[TURN_BEGIN] = { "turn_begin",
	    "SELECT kind, conversation, message, confirmation, local_now,"
	    " asked, title, started_at, question, effects,"
	    " taskchat.zone_keep($1, $15)"
	    " FROM taskchat.turn_begin($1, $2, $3, $4, $5, $6, $7, $8, $9,"
	    " $10, $11, $12, $13, $14)", STMT_PLAIN },
	[TURN_DECIDE] = { "turn_decide",
	    "SELECT kind, message, started_at"
	    " FROM taskchat.decide_begin($1, $2, $3, $4, $5, $6, $7)",
	    STMT_PLAIN },
	[TURN_RETRY] = { "turn_retry",
	    "SELECT message, started_at, local_now, effects"
	    " FROM taskchat.turn_retry($1, $2, $3, $4, $5, $6, $7, $8, $9)",
	    STMT_PLAIN },
	[TURN_ACT] = { "turn_act",
	    "SELECT message, started_at, local_now, question"
	    " FROM taskchat.turn_act($1, $2, $3, $4, $5, $6)", STMT_PLAIN },
	[TURN_RENEW] = { "turn_renew",
	    "SELECT taskchat.turn_keep($1, $2, $3, $4, $5, $6)", STMT_PLAIN },
	[TURN_CALL] = { "turn_call",
	    "SELECT taskchat.call_run($1, $2, $3, $4, $5, $6, $7, $8, $9,"
	    " $10, $11, $12, $13, $14, $15, $16)", STMT_PLAIN },
	[TURN_CONFIRM] = { "turn_confirm",
	    "SELECT taskchat.confirm_run($1, $2, $3, $4, $5, $6, $7, $8, $9)",
	    STMT_PLAIN },
	[TURN_END] = { "turn_end",
	    "SELECT taskchat.turn_end($1, $2, $3, $4, $5, $6, $7, $8, $9,"
	    " $10, $11, $12)", STMT_PLAIN },
	[TURN_FOLLOW] = { "turn_follow",
	    "SELECT c.lease_until IS NOT NULL, CASE WHEN c.lease_until IS NULL"
	    " THEN (SELECT max(m.id) FROM taskchat.message m"
	    "  WHERE m.user_id = $1 AND m.conversation_id = c.id"
	    "  AND m.removed_at IS NULL) ELSE c.turn_message END,"
	    " taskchat.rfc3339_us(c.updated_at),"
	    " substr(c.turn_text, $3::integer + 1),"
	    " CASE WHEN c.lease_until IS NOT NULL THEN ("
	    MESSAGE_CALLS("c.turn_message") ") END,"
	    /* the newest question there was, if it is this turn's */
	    " (SELECT q.message_id FROM (SELECT f.* FROM"
	    "   taskchat.confirmation f WHERE f.user_id = $1"
	    "   AND f.conversation_id = c.id AND f.message_id <"
	    "   c.turn_message ORDER BY f.message_id DESC LIMIT 1) q"
	    "  WHERE q.state = 'pending' OR q.decided_at >= c.updated_at"
	    "  OR q.decided_message = c.turn_message)"
	    " FROM taskchat.conversation_open($1, $2) c", STMT_PLAIN },
	[TURN_STOP] = { "turn_stop", "SELECT taskchat.turn_stop($1, $2)",
	    STMT_PLAIN },
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

static const char *
yes_no(bool b)
{
	return b ? "true" : "false";
}

static enum turn_kind
kind_of(const char *s)
{
	if (strcmp(s, "replay") == 0)
		return TURN_REPLAY;
	return strcmp(s, "continue") == 0 ? TURN_CONTINUE : TURN_NEW;
}

/* What was done by answers taken back: a cell, *out NULL when it is null. */
static const struct err *
effects_read(struct arena *a, const char *cell, struct json_object **out)
{
	*out = NULL;
	return cell == NULL ? NULL :
	    js_parse(a, str_of(cell), JSON_DEPTH, out);
}

const struct err *
turn_begin(struct db *db, struct arena *a, struct turn *t,
    const struct turn_opening *o, struct messages *history,
    struct json_object **effects)
{
	const char *answer = o->answer == NULL ? NULL : yes_no(*o->answer);
	const char *id = o->conversation == NULL ? uuid_new(a) : NULL;
	const char *args[] = { t->user, o->conversation, id,
	    arena_strndup(a, o->content.p, o->content.n), o->key, t->zone,
	    num(a, t->lease), answer, uuid_new(a), yes_no(t->followed),
	    json(a, o->input), o->edits > 0 ? num(a, o->edits) : NULL,
	    num(a, t->limit_turns), num(a, t->limit_tokens),
	    t->zone_said ? t->zone : NULL };
	const char *page[] = { t->user, o->conversation, "2147483647",
	    num(a, o->history) };
	const struct err *e;
	struct rows *r, *h = NULL;

	t->token = args[8];
	/* a new conversation has no history to ask for */
	if (o->conversation == NULL)
		e = db_run(db, a, &turn_sql[TURN_BEGIN], 15, args, &r);
	else
		e = db_run2(db, a, &turn_sql[TURN_BEGIN], 15, args, &r,
		    &message_history_sql, 4, page, &h);
	if (e == NULL)
		e = effects_read(a, rows_get(r, 0, 9), effects);
	if (e != NULL)
		return e;
	t->kind = kind_of(rows_get(r, 0, 0));
	t->conversation = rows_get(r, 0, 1);
	t->message = (int)rows_int(r, 0, 2);
	t->confirmation = rows_get(r, 0, 3);
	t->local_now = rows_get(r, 0, 4);
	t->asked = (int)rows_int(r, 0, 5);
	t->title = rows_get(r, 0, 6);
	t->started_at = rows_get(r, 0, 7);
	t->question = (int)rows_int(r, 0, 8);
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
	    yes_no(approve), num(a, t->lease), uuid_new(a),
	    yes_no(t->followed) };
	const struct err *e;
	struct rows *r;

	e = db_run(db, a, &turn_sql[TURN_DECIDE], 7, args, &r);
	if (e != NULL)
		return e;
	t->token = args[5];
	t->kind = kind_of(rows_get(r, 0, 0));
	t->message = (int)rows_int(r, 0, 1);
	t->confirmation = confirmation;
	t->started_at = rows_get(r, 0, 2);
	return NULL;
}

const struct err *
turn_retry(struct db *db, struct arena *a, struct turn *t, int asked,
    int history_max, struct messages *history, struct json_object **effects)
{
	const char *args[] = { t->user, t->conversation, num(a, asked),
	    t->zone, num(a, t->lease), uuid_new(a), yes_no(t->followed),
	    num(a, t->limit_turns), num(a, t->limit_tokens) };
	const char *page[] = { t->user, t->conversation, num(a, asked + 1),
	    num(a, history_max) };
	const struct err *e;
	struct rows *r, *h;

	e = db_run2(db, a, &turn_sql[TURN_RETRY], 9, args, &r,
	    &message_history_sql, 4, page, &h);
	if (e != NULL)
		return e;
	t->token = args[5];
	t->kind = TURN_NEW;
	t->message = (int)rows_int(r, 0, 0);
	t->started_at = rows_get(r, 0, 1);
	t->local_now = rows_get(r, 0, 2);
	e = effects_read(a, rows_get(r, 0, 3), effects);
	return e != NULL ? e : message_rows(a, h, history);
}

const struct err *
turn_act(struct db *db, struct arena *a, struct turn *t)
{
	const char *args[] = { t->user, t->conversation, t->zone,
	    num(a, t->lease), uuid_new(a), yes_no(t->followed) };
	const struct err *e;
	struct rows *r;

	e = db_run(db, a, &turn_sql[TURN_ACT], 6, args, &r);
	if (e != NULL)
		return e;
	t->token = args[4];
	t->kind = TURN_NEW;
	t->message = (int)rows_int(r, 0, 0);
	t->started_at = rows_get(r, 0, 1);
	t->local_now = rows_get(r, 0, 2);
	t->question = (int)rows_int(r, 0, 3);
	return NULL;
}

const struct err *
turn_renew(struct db *db, struct arena *a, const struct turn *t, size_t have,
    struct str more, bool *stop)
{
	const char *args[] = { t->user, t->conversation, t->token,
	    num(a, t->lease), num(a, (int)have),
	    arena_strndup(a, more.p != NULL ? more.p : "", more.n) };
	const struct err *e;
	struct rows *r;

	e = db_run(db, a, &turn_sql[TURN_RENEW], 6, args, &r);
	if (e == NULL)
		*stop = rows_bool(r, 0, 0);
	return e;
}

const struct err *
turn_follow(struct db *db, struct arena *a, const char *user,
    const char *conversation, size_t said, struct turn_state *out)
{
	const char *args[] = { user, conversation, num(a, (int)said) };
	const struct err *e;
	struct rows *r;

	e = db_run(db, a, &turn_sql[TURN_FOLLOW], 3, args, &r);
	if (e != NULL)
		return e;
	out->running = rows_bool(r, 0, 0);
	out->message = (int)rows_int(r, 0, 1);
	out->started_at = rows_get(r, 0, 2);
	out->text = str_of(rows_get(r, 0, 3));
	out->question = (int)rows_int(r, 0, 5);
	return message_calls(a, rows_get(r, 0, 4), &out->calls, &out->ncalls);
}

const struct err *
turn_stop(struct db *db, struct arena *a, const char *user,
    const char *conversation)
{
	const char *args[] = { user, conversation };

	return db_run(db, a, &turn_sql[TURN_STOP], 2, args, NULL);
}

const struct err *
turn_call(struct db *db, struct arena *a, const struct turn *t,
    const struct call *c, struct json_object *wrong, struct json_object *rest,
    struct json_object **result)
{
	const char *args[] = { t->user, t->conversation, num(a, t->message),
	    t->token, num(a, t->lease), num(a, c->step), num(a, c->position),
	    c->id, c->name, json(a, c->arguments), json(a, c->provider),
	    t->zone, num(a, t->undo_days), json(a, wrong), json(a, rest),
	    num(a, c->said) };
	const struct err *e;
	struct rows *r;

	e = db_run(db, a, &turn_sql[TURN_CALL], 16, args, &r);
	if (e != NULL)
		return e;
	return js_parse(a, str_of(rows_get(r, 0, 0)), JSON_DEPTH, result);
}

const struct err *
turn_confirm(struct db *db, struct arena *a, const struct turn *t,
    bool approve, const char **state, struct call **calls, size_t *ncalls)
{
	const char *args[] = { t->user, t->conversation, t->confirmation,
	    yes_no(approve), num(a, t->message), t->token,
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
