#include <errno.h>
#include <inttypes.h>
#include <libpq-fe.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/bounds.h"
#include "base/clock.h"
#include "db/db.h"
#include "db/migrate.h"

enum { CONN_STATEMENTS = 128 };	/* more than all stores have together */

/*
 * The server gives a statement up a little before we do (DB_DEADLINE_MS):
 * then it is not carried out behind our back, and the connection stays.
 */
#define STATEMENT_MS "9000"

/*
 * Functions and operators are PostgreSQL's own and nobody else's: whoever
 * may create one in "public" could put it in the way of ours.
 */
#define SEARCH_PATH "pg_catalog, pg_temp"

struct conn {
	PGconn			*pg;		/* NULL: not connected */
	bool			 direct;	/* no pooler stands between */
	bool			 prepare;	/* may have named statements */
	bool			 stale;		/* prepared in vain */
	struct conn		*next;		/* in the idle list */
	int			 nprepared;
	const struct stmt	*prepared[CONN_STATEMENTS];
};

struct db {
	const struct conf	*conf;
	pthread_mutex_t		 lock;		/* guards what follows */
	pthread_cond_t		 freed;
	struct conn		*idle;		/* last in, first out */
	int			 made;
};

/* One statement of a round trip. */
enum { JOBS = 4 };	/* at most in one */
struct job {
	const struct stmt	*st;
	int			 n;
	const char *const	*args;
	struct rows		**out;	/* NULL: rows do not matter */
};

enum { DB_ACT_AS, DB_PID, DB_LIMIT, DB_SET_LIMIT, DB_VERSION, DB_ACCOUNTS,
    DB_ZONE, DB_ROLE, DB__N };

static const struct stmt db_sql[DB__N] = {
	[DB_ACT_AS] = { "act_as",
	    "SELECT pg_catalog.set_config('taskchat.user_id', $1, true)",
	    STMT_PLAIN },
	[DB_PID] = { "backend_pid", "SELECT pg_catalog.pg_backend_pid()",
	    STMT_PLAIN },
	/*
	 * UTC: Better Auth's tables may hold times without a zone, and its
	 * adapters write those so.
	 */
	[DB_SET_LIMIT] = { "set_limit",
	    "SELECT pg_catalog.set_config('statement_timeout', '" STATEMENT_MS
	    "', false), pg_catalog.set_config('search_path', '" SEARCH_PATH
	    "', false), pg_catalog.set_config('timezone', 'UTC', false)",
	    STMT_PLAIN },
	[DB_LIMIT] = { "limit",
	    "SELECT pg_catalog.set_config('statement_timeout', '" STATEMENT_MS
	    "', true), pg_catalog.set_config('search_path', '" SEARCH_PATH
	    "', true), pg_catalog.set_config('timezone', 'UTC', true)",
	    STMT_PLAIN },
	[DB_VERSION] = { "schema_version",
	    "SELECT max(version) FROM taskchat.migration", STMT_PLAIN },
	/* the views over Better Auth's tables, and those of that schema */
	[DB_ACCOUNTS] = { "accounts_ready",
	    "SELECT to_regprocedure('taskchat.account_session_key(text)')"
	    " IS NOT NULL AND coalesce(strpos(obj_description("
	    "to_regclass('taskchat.account_user'), 'pg_class'),"
	    " ' FROM ' || quote_ident($1) || '.') > 0, false)", STMT_PLAIN },
	[DB_ZONE] = { "zone_known", "SELECT now() AT TIME ZONE $1",
	    STMT_PLAIN },
	[DB_ROLE] = { "role", "SELECT rolname, rolsuper, rolbypassrls"
	    " FROM pg_roles WHERE rolname = current_user", STMT_PLAIN },
};

/*
 * What the schema's functions raise with SQLSTATE TC000, by message.
 * retry: seconds for Retry-After.
 */
static const struct db_raise {
	const char	*code;
	enum err_kind	 kind;
	int		 retry;
	const char	*say;
} db_raises[] = {
	{ "conversation_not_found", ERR_NOTFOUND, 0, "No such conversation." },
	{ "turn_in_progress", ERR_CONFLICT, 1,
	    "The last message of this conversation is still being answered." },
	{ "message_not_found", ERR_NOTFOUND, 0, "No such message." },
	{ "message_removed", ERR_CONFLICT, 0,
	    "This message was taken back; read the conversation again." },
	{ "turn_lost", ERR_CONFLICT, 0,
	    "This conversation went on elsewhere; read it again." },
	{ "idempotency_key_reused", ERR_CONFLICT, 0,
	    "This Idempotency-Key came with another message before." },
	{ "confirmation_not_found", ERR_NOTFOUND, 0, "No such confirmation." },
	{ "confirmation_expired", ERR_CONFLICT, 0,
	    "This confirmation has expired; nothing was changed." },
	{ "confirmation_superseded", ERR_CONFLICT, 0,
	    "Something else was said since; nothing was changed." },
	{ "confirmation_decided", ERR_CONFLICT, 0,
	    "This was decided the other way already." },
	{ "too_many_access_tokens", ERR_CONFLICT, 0,
	    "There are as many access tokens as may be: revoke one first." },
	{ "too_many_apps", ERR_CONFLICT, 0,
	    "There are as many connected programs as may be: disconnect one"
	    " first." },
	{ "client_invalid", ERR_INPUT, 0,
	    "There is no such program any more." },
	{ "user_exists", ERR_CONFLICT, 0,
	    "Somebody has this e-mail address already." },
	{ "limit_turns", ERR_LIMIT, 0,
	    "You have had as many answers as one may have in a day. Please come"
	    " back on" },
	{ "limit_tokens", ERR_LIMIT, 0,
	    "You have used as much of the language model as one may in a day."
	    " Please come back on" },
};

struct db_spent *
db_spent(void)
{
	/* a request stays on its thread: what it cost is counted there */
	static _Thread_local struct db_spent spent;

	return &spent;
}

struct db *
db_open(const struct conf *c)
{
	struct db *db = calloc(1, sizeof(*db));
	pthread_condattr_t attr;

	if (db == NULL)
		abort();
	db->conf = c;
	pthread_mutex_init(&db->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&db->freed, &attr);
	pthread_condattr_destroy(&attr);
	return db;
}

void
db_close(struct db *db)
{
	struct conn *c;

	while ((c = db->idle) != NULL) {
		db->idle = c->next;
		PQfinish(c->pg);
		free(c);
	}
	pthread_cond_destroy(&db->freed);
	pthread_mutex_destroy(&db->lock);
	free(db);
}

static const struct err *
unavailable(struct arena *a, const char *log)
{
	return err_retry(a, err_new(a, ERR_DB, "database_unavailable",
	    "The service cannot reach its database just now. Please try again"
	    " in a moment.", "%s", log), 2);
}

/* libpq's messages end in newlines and may have several lines. */
static const char *
one_line(struct arena *a, const char *s)
{
	char *t = arena_strdup(a, s);
	size_t n = strlen(t);

	while (n > 0 && (t[n - 1] == '\n' || t[n - 1] == ' '))
		t[--n] = '\0';
	for (char *p = t; *p != '\0'; p++)
		if (*p == '\n' || *p == '\t')
			*p = ' ';
	return t;
}

/* ------------------------------------------------------- the pool */

/* Nobody speaks to an idle connection except to say that it ends. */
static bool
conn_alive(struct conn *c)
{
	struct pollfd p = { .fd = PQsocket(c->pg), .events = POLLIN };

	return PQstatus(c->pg) == CONNECTION_OK && poll(&p, 1, 0) == 0;
}

/* A connection for this thread alone, waiting for one if all are lent. */
static const struct err *
pool_borrow(struct db *db, struct arena *a, int64_t deadline,
    struct conn **out)
{
	struct timespec ts = { deadline / 1000, deadline % 1000 * 1000000 };
	struct conn *c;
	int timeout = 0;

	pthread_mutex_lock(&db->lock);
	while (db->idle == NULL && db->made >= db->conf->db_connections &&
	    timeout != ETIMEDOUT)
		timeout = pthread_cond_timedwait(&db->freed, &db->lock, &ts);
	c = db->idle;
	if (c != NULL)
		db->idle = c->next;
	else if (db->made < db->conf->db_connections)
		db->made++;
	else
		timeout = ETIMEDOUT;
	pthread_mutex_unlock(&db->lock);
	if (c == NULL && timeout == ETIMEDOUT)
		return unavailable(a,
		    "all database connections are busy (db_connections)");
	if (c == NULL && (c = calloc(1, sizeof(*c))) == NULL)
		abort();
	*out = c;
	return NULL;
}

static void
pool_return(struct db *db, struct conn *c)
{
	pthread_mutex_lock(&db->lock);
	c->next = db->idle;
	db->idle = c;
	pthread_cond_signal(&db->freed);
	pthread_mutex_unlock(&db->lock);
}

static void
conn_drop(struct conn *c)
{
	PQfinish(c->pg);
	c->pg = NULL;
	c->nprepared = 0;
}

/* ------------------------------------------------- one round trip */

/* Wait for the socket and move bytes both ways; false when lost or late. */
static bool
conn_wait(struct conn *c, int64_t deadline, bool write)
{
	struct pollfd p = { .fd = PQsocket(c->pg),
	    .events = write ? POLLIN | POLLOUT : POLLIN };
	int64_t left = deadline - clock_ms();

	if (left <= 0 || (poll(&p, 1, (int)left) == -1 && errno != EINTR))
		return false;
	return PQconsumeInput(c->pg) == 1;
}

static bool
conn_flush(struct conn *c, int64_t deadline)
{
	int more;

	while ((more = PQflush(c->pg)) == 1)
		if (!conn_wait(c, deadline, true))
			return false;
	return more == 0;
}

/* The next result, NULL between two statements; false: lost or late. */
static bool
conn_result(struct conn *c, int64_t deadline, PGresult **out)
{
	while (PQisBusy(c->pg))
		if (!conn_wait(c, deadline, false))
			return false;
	*out = PQgetResult(c->pg);
	return true;
}

static bool
conn_knows(const struct conn *c, const struct stmt *st)
{
	for (int i = 0; i < c->nprepared; i++)
		if (c->prepared[i] == st)
			return true;
	return false;
}

/* Put one statement into the pipeline; *parse: preceded by a Parse. */
static bool
job_send(struct conn *c, const struct job *j, bool *parse)
{
	*parse = false;
	if (!c->prepare)
		return PQsendQueryParams(c->pg, j->st->sql, j->n, NULL,
		    j->args, NULL, NULL, 0) == 1;
	*parse = !conn_knows(c, j->st);
	if (*parse && PQsendPrepare(c->pg, j->st->name, j->st->sql, j->n,
	    NULL) != 1)
		return false;
	return PQsendQueryPrepared(c->pg, j->st->name, j->n, j->args, NULL,
	    NULL, 0) == 1;
}

static struct rows *
rows_copy(struct arena *a, const PGresult *res)
{
	struct rows *r = arena_alloc(a, sizeof(*r));

	r->n = PQntuples(res);
	r->cols = PQnfields(res);
	r->cell = arena_alloc(a,
	    ((size_t)r->n * (size_t)r->cols + 1) * sizeof(*r->cell));
	for (int i = 0; i < r->n; i++)
		for (int k = 0; k < r->cols; k++)
			if (!PQgetisnull(res, i, k))
				r->cell[i * r->cols + k] = arena_strndup(a,
				    PQgetvalue(res, i, k),
				    (size_t)PQgetlength(res, i, k));
	return r;
}

/* Empty when the error is libpq's own: the connection was lost. */
static const char *
sqlstate(const PGresult *res)
{
	const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);

	return state != NULL ? state : "";
}

/* A prepared statement is gone, there twice, or planned for another schema. */
static bool
stale(const char *state)
{
	return strcmp(state, "26000") == 0 || strcmp(state, "42P05") == 0 ||
	    strcmp(state, "0A000") == 0;
}

/* Does the SQLSTATE begin like one of these? */
static bool
state_in(const char *state, const char *const *any)
{
	for (; *any != NULL; any++)
		if (strncmp(state, *any, strlen(*any)) == 0)
			return true;
	return false;
}

/* What a function of the schema raised; NULL: nothing of the kind. */
static const struct err *
raised_err(struct arena *a, const char *code, const char *log)
{
	for (size_t i = 0; i < sizeof(db_raises) / sizeof(db_raises[0]); i++) {
		const struct db_raise *r = &db_raises[i];
		if (strcmp(r->code, code) == 0)
			return err_retry(a, err_new(a, r->kind, r->code,
			    r->say, "%s", log), r->retry);
	}
	return NULL;
}

/*
 * The function may know when it will be another thing to ask: HINT is in how
 * many seconds, and DETAIL when, for the end of the sentence.
 */
static const struct err *
raised_until(struct arena *a, const struct err *e, const PGresult *res)
{
	const char *when = PQresultErrorField(res, PG_DIAG_MESSAGE_DETAIL);
	const char *wait = PQresultErrorField(res, PG_DIAG_MESSAGE_HINT);

	if (when == NULL || wait == NULL)
		return e;
	return err_retry(a, err_new(a, e->kind, e->code,
	    arena_printf(a, "%s %s.", e->say, when), "%s", e->log),
	    (int)strtol(wait, NULL, 10));
}

/* The schema is not what this program needs. */
static const struct err *
mismatch(struct arena *a, const char *log)
{
	return err_retry(a, err_new(a, ERR_DB, "schema_mismatch",
	    "The service is being set up. Please try again in a moment.",
	    "%s (run: taskchat migrate)", log), 30);
}

/* What a refused statement means; SQLSTATE classes: PostgreSQL appendix A. */
static const struct err *
result_err(struct arena *a, const PGresult *res, const struct stmt *st)
{
	/* a table, schema, function, column or type that is not there; 42501:
	   a right that was not granted */
	static const char *const set_up[] = { "42P01", "3F000", "42883",
	    "42703", "42704", "42501", NULL };
	/* connection, resources, operator, system, deadlock, a standby */
	static const char *const passing[] = { "08", "53", "57", "58", "40",
	    "25006", NULL };
	const char *state = sqlstate(res);
	const char *msg = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
	const char *key = PQresultErrorField(res, PG_DIAG_CONSTRAINT_NAME);
	const struct err *e;
	const char *log;

	msg = msg != NULL ? msg : "";
	log = arena_printf(a, "%s: %s: %s", st->name, state, one_line(a, msg));
	e = strcmp(state, "TC000") == 0 ? raised_err(a, msg, log) : NULL;
	if (e != NULL)
		return raised_until(a, e, res);
	/* the same Idempotency-Key, at the same moment */
	if (strcmp(state, "23505") == 0 && key != NULL &&
	    strcmp(key, "message_key") == 0)
		return raised_err(a, "turn_in_progress", log);
	if (strcmp(state, "22023") == 0 && strstr(msg, "time zone") != NULL)
		return err_new(a, ERR_INPUT, "invalid_timezone",
		    "timezone: expected an IANA name such as Europe/Berlin.",
		    "%s", log);
	if (state_in(state, set_up))
		return mismatch(a, log);
	if (state[0] == '\0' || state_in(state, passing) || stale(state))
		return unavailable(a, log);
	return err_new(a, ERR_BUG, "internal_error",
	    "Something went wrong on our side.", "%s", log);
}

/*
 * Read one command's results up to the NULL that ends them.  *e is set by
 * the first that failed and then left alone.
 */
static bool
job_read(struct conn *c, struct arena *a, const struct job *j,
    int64_t deadline, struct rows **rows, bool *done, const struct err **e)
{
	PGresult *res;

	*done = false;
	for (;;) {
		if (!conn_result(c, deadline, &res))
			return false;
		if (res == NULL)
			return true;
		switch (PQresultStatus(res)) {
		case PGRES_TUPLES_OK:
			*rows = rows_copy(a, res);
			/* FALLTHROUGH */
		case PGRES_COMMAND_OK:
			*done = true;
			break;
		case PGRES_PIPELINE_ABORTED:
			break;
		default:
			if (*e == NULL)
				*e = result_err(a, res, j->st);
			c->stale |= c->prepare &&
			    stale(sqlstate(res));
			break;
		}
		PQclear(res);
		if (PQstatus(c->pg) != CONNECTION_OK)
			return false;
	}
}

/* Send all, read all.  False: the connection is of no more use. */
static bool
conn_run(struct conn *c, struct arena *a, const struct job *jobs, int njobs,
    int64_t deadline, struct rows **rows, const struct err **e)
{
	bool parse[JOBS], done;
	struct rows *ignored;
	PGresult *res;

	for (int i = 0; i < njobs; i++)
		if (!job_send(c, &jobs[i], &parse[i]))
			return false;
	if (PQpipelineSync(c->pg) != 1 || !conn_flush(c, deadline))
		return false;
	for (int i = 0; i < njobs; i++) {
		if (parse[i]) {
			if (!job_read(c, a, &jobs[i], deadline, &ignored,
			    &done, e))
				return false;
			if (done && c->nprepared < CONN_STATEMENTS)
				c->prepared[c->nprepared++] = jobs[i].st;
		}
		if (!job_read(c, a, &jobs[i], deadline, &rows[i], &done, e))
			return false;
	}
	if (!conn_result(c, deadline, &res) || res == NULL)
		return false;
	done = PQresultStatus(res) == PGRES_PIPELINE_SYNC;
	PQclear(res);
	return done && !c->stale;
}

/* ---------------------------------------------------- connecting */

/*
 * Behind a transaction pooler the next statement may reach another server
 * process, which has not heard of what was set or prepared.  A pooler gives
 * itself away: it made up the process number that libpq was told.
 */
static const struct err *
conn_look(struct db *db, struct arena *a, struct conn *c, int64_t deadline)
{
	static const struct job ask = { &db_sql[DB_PID], 0, NULL, NULL };
	static const struct job set = { &db_sql[DB_SET_LIMIT], 0, NULL, NULL };
	const struct err *e = NULL;
	struct rows *r = NULL;

	c->prepare = false;
	if (!conn_run(c, a, &ask, 1, deadline, &r, &e) || e != NULL)
		return e != NULL ? e : unavailable(a, "a new database"
		    " connection does not answer");
	c->direct = rows_int(r, 0, 0) == PQbackendPID(c->pg);
	if (c->direct && !conn_run(c, a, &set, 1, deadline, &r, &e))
		e = unavailable(a, "a new database connection was lost");
	c->prepare = strcmp(db->conf->db_prepare, "auto") == 0 ? c->direct :
	    strcmp(db->conf->db_prepare, "on") == 0;
	return e;
}

/* libpq would write notices to standard error, past our log. */
static void
notice_drop(void *ctx, const char *message)
{
	(void)ctx;
	(void)message;
}

static const struct err *
conn_connect(struct db *db, struct arena *a, struct conn *c, int64_t deadline)
{
	/* what stands before dbname is a default the setting can override */
	static const char *const keys[] = { "connect_timeout",
	    "tcp_user_timeout", "dbname", "client_encoding",
	    "fallback_application_name", NULL };
	const char *const values[] = { "5", "15000", db->conf->database_url,
	    "UTF8", "taskchat", NULL };
	const struct err *e;

	conn_drop(c);
	c->stale = false;
	c->pg = PQconnectdbParams(keys, values, 1);
	PQsetNoticeProcessor(c->pg, notice_drop, NULL);
	if (PQstatus(c->pg) == CONNECTION_OK &&
	    PQsetnonblocking(c->pg, 1) == 0 && PQenterPipelineMode(c->pg) == 1)
		e = conn_look(db, a, c, deadline);
	else
		e = unavailable(a, arena_printf(a,
		    "connect to the database: %s",
		    one_line(a, PQerrorMessage(c->pg))));
	if (e != NULL)
		conn_drop(c);
	return e;
}

/* ------------------------------------------------- the whole of it */

/*
 * Run jobs[1] to jobs[end - 1]; jobs[0] is for the limit that a pooled
 * connection needs in each transaction.  A connection that is lost, or of
 * no more use, is dropped.
 */
static const struct err *
conn_try(struct conn *c, struct arena *a, struct job *jobs, int end,
    int64_t deadline)
{
	struct rows *rows[JOBS] = { NULL };
	const struct err *e = NULL;
	int first = c->direct ? 1 : 0;

	jobs[0] = (struct job){ &db_sql[DB_LIMIT], 0, NULL, NULL };
	if (!conn_run(c, a, jobs + first, end - first, deadline, rows + first,
	    &e)) {
		if (e == NULL)
			e = unavailable(a, clock_ms() >= deadline ?
			    "the database took too long" :
			    arena_printf(a, "lost the database: %s",
			    one_line(a, PQerrorMessage(c->pg))));
		conn_drop(c);
	}
	for (int i = first; e == NULL && i < end; i++)
		if (jobs[i].out != NULL)
			*jobs[i].out = rows[i];
	return e;
}

static bool
repeatable(const struct job *jobs, int end)
{
	for (int i = 1; i < end; i++)
		if ((jobs[i].st->kind & STMT_ONCE) != 0)
			return false;
	return true;
}

static const struct err *
db_jobs(struct db *db, struct arena *a, struct job *jobs, int end)
{
	int64_t start = clock_ms(), deadline = start + DB_DEADLINE_MS;
	struct conn *c = NULL;
	const struct err *e;
	bool used;

	e = pool_borrow(db, a, deadline, &c);
	if (e != NULL)
		goto out;
	if (c->pg != NULL && !conn_alive(c))
		conn_drop(c);
	used = c->pg != NULL;
	if (!used && (e = conn_connect(db, a, c, deadline)) != NULL)
		goto out;
	e = conn_try(c, a, jobs, end, deadline);
	/* what was refused as stale was certainly not carried out */
	if (c->pg == NULL && used && clock_ms() < deadline &&
	    (c->stale || repeatable(jobs, end))) {
		e = conn_connect(db, a, c, deadline);
		if (e == NULL)
			e = conn_try(c, a, jobs, end, deadline);
	}
out:
	if (c != NULL)
		pool_return(db, c);
	db_spent()->ms += clock_ms() - start;
	db_spent()->calls++;
	return e;
}

const struct err *
db_run(struct db *db, struct arena *a, const struct stmt *st, int n,
    const char *const *args, struct rows **out)
{
	struct job jobs[JOBS];
	int k = 1;

	if ((st->kind & STMT_AS_USER) != 0)
		jobs[k++] = (struct job){ &db_sql[DB_ACT_AS], 1, args, NULL };
	jobs[k++] = (struct job){ st, n, args, out };
	return db_jobs(db, a, jobs, k);
}

const struct err *
db_run2(struct db *db, struct arena *a,
    const struct stmt *s1, int n1, const char *const *args1,
    struct rows **out1,
    const struct stmt *s2, int n2, const char *const *args2,
    struct rows **out2)
{
	struct job jobs[JOBS];
	int k = 1;

	if ((s1->kind & STMT_AS_USER) != 0)
		jobs[k++] = (struct job){ &db_sql[DB_ACT_AS], 1, args1, NULL };
	jobs[k++] = (struct job){ s1, n1, args1, out1 };
	jobs[k++] = (struct job){ s2, n2, args2, out2 };
	return db_jobs(db, a, jobs, k);
}

/* ------------------------------------------------------------ rows */

const char *
rows_get(const struct rows *r, int row, int col)
{
	return r->cell[row * r->cols + col];
}

long long
rows_int(const struct rows *r, int row, int col)
{
	const char *s = rows_get(r, row, col);

	return s != NULL ? strtoll(s, NULL, 10) : 0;
}

bool
rows_bool(const struct rows *r, int row, int col)
{
	const char *s = rows_get(r, row, col);

	return s != NULL && s[0] == 't';
}

/* ------------------------------------------------- health, checks */

/* Every database knows UTC. */
static const struct err *
zone_known(struct db *db, struct arena *a)
{
	const char *zone[] = { db->conf->timezone };
	const struct err *e = NULL;

	if (strcmp(zone[0], "UTC") != 0)
		e = db_run(db, a, &db_sql[DB_ZONE], 1, zone, NULL);
	if (e == NULL || e->kind != ERR_INPUT)
		return e;
	return err_retry(a, err_new(a, ERR_DB, "schema_mismatch",
	    "The service is being set up. Please try again in a moment.",
	    "timezone: the database knows no zone \"%s\"", zone[0]), 30);
}

const struct err *
db_ready(struct db *db, struct arena *a)
{
	const char *schema[] = { db->conf->accounts_schema };
	const struct err *e;
	struct rows *r;

	e = db_run(db, a, &db_sql[DB_VERSION], 0, NULL, &r);
	if (e != NULL)
		return e;
	if (rows_int(r, 0, 0) < migrate_latest())
		return mismatch(a, arena_printf(a, "the schema has version"
		    " %lld, this program needs %d", rows_int(r, 0, 0),
		    migrate_latest()));
	if ((e = zone_known(db, a)) != NULL || !db->conf->accounts)
		return e;
	e = db_run(db, a, &db_sql[DB_ACCOUNTS], 1, schema, &r);
	if (e == NULL && !rows_bool(r, 0, 0))
		e = mismatch(a, arena_printf(a, "the accounts' tables in the"
		    " schema %s are not attached", schema[0]));
	return e;
}

const struct err *
db_role_warning(struct db *db, struct arena *a, const char **warning)
{
	const struct err *e;
	struct rows *r;

	*warning = NULL;
	e = db_run(db, a, &db_sql[DB_ROLE], 0, NULL, &r);
	if (e != NULL || r->n == 0)
		return e;
	if (rows_bool(r, 0, 1) || rows_bool(r, 0, 2))
		*warning = arena_printf(a, "the database role %s %s, so"
		    " row-level security does not bind it: give the workers a"
		    " role of their own", rows_get(r, 0, 0),
		    rows_bool(r, 0, 1) ? "is a superuser" : "has BYPASSRLS");
	return NULL;
}
