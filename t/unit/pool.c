/*
 * The connection pool against a real Postgres: many threads on a few
 * connections, none free, one killed, one that waits too long.
 *
 *	pool			says that it was skipped
 *	pool URL		everything; URL for libpq, a migrated database
 *	pool URL storm N	only the threads, N rounds each (for helgrind)
 */
#include <pthread.h>
#include <stdlib.h>

#include "base/conf.h"
#include "base/text.h"
#include "db/db.h"
#include "tap.h"

enum { THREADS = 16, CONNECTIONS = 3 };

/* A lock that a session keeps until it is told otherwise. */
#define LOCK	"7307200"

static const struct stmt
sql_one = { "one", "SELECT 1", STMT_PLAIN },
sql_pid = { "pid", "SELECT pg_backend_pid()", STMT_PLAIN },
sql_user = { "user", "SELECT current_setting('taskchat.user_id', true),"
    " $2::text WHERE $1::text <> ''", STMT_AS_USER },
sql_user_left = { "user_left",
    "SELECT current_setting('taskchat.user_id', true)", STMT_PLAIN },
sql_tool = { "tool", "SELECT taskchat.tool_run($1, $2, $3, 'UTC', 30)"
    "->'result'->>'status'", STMT_PLAIN },
sql_count = { "count",
    "SELECT count(*), count(DISTINCT id), max(id) FROM taskchat.task"
    " WHERE user_id = $1", STMT_AS_USER },
sql_wipe = { "wipe",
    "DELETE FROM taskchat.task WHERE user_id = $1 RETURNING id",
    STMT_AS_USER },
sql_wipe_counter = { "wipe_counter",
    "DELETE FROM taskchat.task_counter WHERE user_id = $1 RETURNING 1",
    STMT_AS_USER },
sql_lock = { "lock", "SELECT pg_advisory_lock(" LOCK ")", STMT_ONCE },
sql_unlock = { "unlock", "SELECT pg_advisory_unlock(" LOCK ")", STMT_PLAIN },
sql_waiters = { "waiters", "SELECT count(*), min(pid) FROM pg_locks"
    " WHERE locktype = 'advisory' AND objid = " LOCK " AND NOT granted",
    STMT_PLAIN },
sql_kill = { "kill", "SELECT pg_terminate_backend($1::integer)", STMT_PLAIN },
sql_there = { "there", "SELECT count(*) FROM pg_stat_activity"
    " WHERE pid = $1::integer", STMT_PLAIN },
sql_bad = { "bad", "SELECT 1 / $1::integer", STMT_PLAIN },
sql_typo = { "typo", "SELEKT 1", STMT_PLAIN },
sql_raise = { "raise", "SELECT taskchat.lease_hold($1,"
    " '00000000-0000-4000-8000-000000000000', NULL, 30)", STMT_PLAIN },
sql_zone = { "zone", "SELECT now() AT TIME ZONE $1", STMT_PLAIN },
sql_values = { "values", "SELECT NULL, '', 'é', 42, true, false", STMT_PLAIN },
sql_add = { "add", "INSERT INTO taskchat.task_counter VALUES ($1, 5)"
    " RETURNING last_id", STMT_AS_USER };

/* A pool of so many connections to url; its settings live in a. */
static struct db *
pool_of(struct arena *a, const char *url, int connections,
    const char *prepare)
{
	char *env[] = { arena_printf(a, "TASKCHAT_DATABASE_URL=%s", url),
	    arena_printf(a, "TASKCHAT_DB_CONNECTIONS=%d", connections),
	    arena_printf(a, "TASKCHAT_DB_PREPARE=%s", prepare),
	    arena_strdup(a, "TASKCHAT_JWT_SECRET="
	    "0123456789abcdef0123456789abcdef"), NULL };
	struct conf *c = arena_alloc(a, sizeof(*c));
	const struct err *e = conf_load(a, NULL, env, c);

	if (e != NULL) {
		diag("settings: %s", e->say);
		exit(1);
	}
	return db_open(c);
}

/* One statement without arguments, its first cell; NULL after an error. */
static const char *
cell(struct db *db, struct arena *a, const struct stmt *st)
{
	struct rows *r;
	const struct err *e = db_run(db, a, st, 0, NULL, &r);

	if (e != NULL) {
		diag("%s: %s", st->name, e->log);
		return NULL;
	}
	return r->n > 0 ? rows_get(r, 0, 0) : NULL;
}

static const char *
cell1(struct db *db, struct arena *a, const struct stmt *st, const char *arg)
{
	struct rows *r;
	const struct err *e = db_run(db, a, st, 1, &arg, &r);

	if (e != NULL) {
		diag("%s: %s", st->name, e->log);
		return NULL;
	}
	return r->n > 0 ? rows_get(r, 0, 0) : NULL;
}

static void
is_away(const struct err *e, const char *name)
{
	is_str(e != NULL ? e->code : "no error", "database_unavailable",
	    "%s: database_unavailable", name);
	ok(e != NULL && e->kind == ERR_DB && e->retry_after > 0,
	    "%s: to be tried again", name);
}

/* ------------------------------------------------- many threads */

struct actor {
	pthread_t	 id;
	struct db	*db;
	const char	*user;
	int		 rounds;
	int		 good;		/* of them */
	int		 foreign;	/* answers meant for somebody else */
};

/* Each adds tasks of its own, and asks who it is in between. */
static void *
act(void *arg)
{
	struct actor *me = arg;
	const char *add[] = { me->user, "add_task", "{\"title\":\"x\"}" };

	for (int i = 0; i < me->rounds; i++) {
		struct arena *a = arena_new();
		const char *word = arena_printf(a, "%s-%d", me->user, i);
		const char *ask[] = { me->user, word };
		struct rows *r, *u;
		const struct err *e;

		e = db_run(me->db, a, &sql_tool, 3, add, &r);
		if (e == NULL)
			e = db_run2(me->db, a, &sql_user, 2, ask, &u,
			    &sql_one, 0, NULL, NULL);
		if (e == NULL) {
			me->good += strcmp(rows_get(r, 0, 0), "created") == 0;
			me->foreign +=
			    strcmp(rows_get(u, 0, 0), me->user) != 0 ||
			    strcmp(rows_get(u, 0, 1), word) != 0;
		}
		arena_free(a);
	}
	return NULL;
}

static void
storm(struct arena *a, const char *url, const char *prepare, int rounds)
{
	struct db *db = pool_of(a, url, CONNECTIONS, prepare);
	struct actor actors[THREADS];
	int good = 0, foreign = 0;

	for (int i = 0; i < THREADS; i++) {
		actors[i] = (struct actor){ .db = db, .rounds = rounds,
		    .user = arena_printf(a, "storm-%d", i) };
		(void)cell1(db, a, &sql_wipe, actors[i].user);
		(void)cell1(db, a, &sql_wipe_counter, actors[i].user);
	}
	for (int i = 0; i < THREADS; i++)
		pthread_create(&actors[i].id, NULL, act, &actors[i]);
	for (int i = 0; i < THREADS; i++) {
		pthread_join(actors[i].id, NULL);
		good += actors[i].good;
		foreign += actors[i].foreign;
	}
	is_int(good, THREADS * rounds, "prepare %s: every statement ran",
	    prepare);
	is_int(foreign, 0, "each answer reached who had asked");
	for (int i = 0; i < THREADS; i++) {
		struct rows *r;
		const struct err *e = db_run(db, a, &sql_count, 1,
		    &actors[i].user, &r);
		ok(e == NULL && rows_int(r, 0, 0) == rounds &&
		    rows_int(r, 0, 1) == rounds && rows_int(r, 0, 2) == rounds,
		    "%s has its %d tasks", actors[i].user, rounds);
	}
	db_close(db);
}

/* --------------------------------------------- one at a time */

static void
test_answers(struct arena *a, const char *url, const char *prepare)
{
	struct db *db = pool_of(a, url, 1, prepare);
	const char *ann[] = { "ann", "x" }, *zero = "0", *zone = "Mars/Base";
	const char *left;
	const struct err *e;
	struct rows *r, *s;

	diag("prepare %s", prepare);
	e = db_run(db, a, &sql_values, 0, NULL, &r);
	ok(e == NULL && r->n == 1 && r->cols == 6, "one row of six");
	ok(rows_get(r, 0, 0) == NULL, "null is NULL");
	is_int(rows_int(r, 0, 0), 0, "and as a number 0");
	ok(!rows_bool(r, 0, 0), "and no truth");
	is_str(rows_get(r, 0, 1), "", "an empty text is none of that");
	is_str(rows_get(r, 0, 2), "é", "UTF-8 both ways");
	is_int(rows_int(r, 0, 3), 42, "a number");
	ok(rows_bool(r, 0, 4) && !rows_bool(r, 0, 5), "true and false");

	for (int i = 0; i < 2; i++) {
		e = db_run(db, a, &sql_user, 2, ann, &r);
		is_str(e == NULL ? rows_get(r, 0, 0) : NULL, "ann",
		    "the transaction knows for whom it works");
		left = cell(db, a, &sql_user_left);
		ok(left == NULL || left[0] == '\0', "the next one does not");
	}
	e = db_run2(db, a, &sql_user, 2, ann, &r, &sql_user_left, 0, NULL,
	    &s);
	is_str(e == NULL ? rows_get(s, 0, 0) : NULL, "ann",
	    "two statements are one transaction");

	(void)cell1(db, a, &sql_wipe_counter, "ann");
	s = NULL;
	e = db_run2(db, a, &sql_add, 1, ann, &r, &sql_bad, 1, &zero, &s);
	is_str(e != NULL ? e->code : NULL, "internal_error",
	    "a second statement that fails is our mistake");
	ok(s == NULL, "and has no rows");
	e = db_run(db, a, &sql_add, 1, ann, &r);
	ok(e == NULL, "what the first one did is undone");
	e = db_run2(db, a, &sql_bad, 1, &zero, &r, &sql_one, 0, NULL, &s);
	ok(e != NULL && e->kind == ERR_BUG && strstr(e->log, "22012"),
	    "a first one that fails is told, not the second one's silence");

	e = db_run(db, a, &sql_typo, 0, NULL, &r);
	ok(e != NULL && e->kind == ERR_BUG, "a statement that is refused");
	ok(e != NULL && strstr(e->say, "SELEKT") == NULL,
	    "does not show to the caller");
	e = db_run(db, a, &sql_raise, 1, ann, &r);
	ok(e != NULL && e->kind == ERR_CONFLICT &&
	    strcmp(e->code, "turn_lost") == 0, "an error with our code");
	e = db_run(db, a, &sql_zone, 1, &zone, &r);
	is_str(e != NULL ? e->code : NULL, "invalid_timezone",
	    "a time zone nobody knows");
	is_str(cell(db, a, &sql_one), "1", "the connection is as good as new");
	ok(db_ready(db, a) == NULL, "the schema is ours");
	ok(db_spent()->calls > 0, "and it was counted");
	db_close(db);
}

/* Wait for something another connection reports. */
static bool
until_count(struct db *db, struct arena *a, const struct stmt *st,
    const char *arg, const char *want)
{
	for (int i = 0; i < 2000; i++) {
		const char *got = arg != NULL ? cell1(db, a, st, arg) :
		    cell(db, a, st);
		if (got != NULL && strcmp(got, want) == 0)
			return true;
	}
	return false;
}

static void
test_killed_idle(struct arena *a, const char *url, const char *prepare)
{
	struct db *db = pool_of(a, url, 1, prepare);
	struct db *other = pool_of(a, url, 1, "off");
	const char *before, *after;

	for (int i = 0; i < 5; i++) {
		before = cell(db, a, &sql_pid);
		(void)cell1(other, a, &sql_kill, before);
		ok(until_count(other, a, &sql_there, before, "0"),
		    "an idle connection is ended");
		after = cell(db, a, &sql_pid);
		ok(after != NULL && strcmp(before, after) != 0,
		    "prepare %s: the next statement has a new one", prepare);
	}
	db_close(other);
	db_close(db);
}

struct waiter {
	pthread_t	 id;
	struct db	*db;
	struct arena	*a;
	const struct err *e;
};

static void *
wait_for_lock(void *arg)
{
	struct waiter *w = arg;

	w->e = db_run(w->db, w->a, &sql_lock, 0, NULL, NULL);
	return NULL;
}

static void
waiter_start(struct waiter *w, struct db *db)
{
	*w = (struct waiter){ .db = db, .a = arena_new() };
	pthread_create(&w->id, NULL, wait_for_lock, w);
}

static void
test_killed_busy(struct arena *a, const char *url)
{
	struct db *db = pool_of(a, url, 1, "off");
	struct db *other = pool_of(a, url, 1, "off");
	struct waiter w;
	struct rows *r;

	(void)cell(other, a, &sql_lock);
	waiter_start(&w, db);
	ok(until_count(other, a, &sql_waiters, NULL, "1"), "it waits");
	if (db_run(other, a, &sql_waiters, 0, NULL, &r) == NULL)
		(void)cell1(other, a, &sql_kill, rows_get(r, 0, 1));
	pthread_join(w.id, NULL);
	is_away(w.e, "a connection lost under way");
	arena_free(w.a);
	is_str(cell(db, a, &sql_one), "1", "the next statement is served");
	(void)cell(other, a, &sql_unlock);
	db_close(other);
	db_close(db);
}

/*
 * Two threads, one connection, a lock that nobody gives: the first waits
 * for the lock, the second for the connection, both in vain.
 */
static void
test_late(struct arena *a, const char *url)
{
	struct db *db = pool_of(a, url, 1, "off");
	struct db *other = pool_of(a, url, 1, "off");
	struct waiter one, two;

	(void)cell(other, a, &sql_lock);
	waiter_start(&one, db);
	ok(until_count(other, a, &sql_waiters, NULL, "1"), "it waits");
	waiter_start(&two, db);
	pthread_join(one.id, NULL);
	pthread_join(two.id, NULL);
	is_away(one.e, "a statement that takes too long");
	is_away(two.e, "no connection is free");
	ok(strstr(one.e->log, "too long") != NULL ||
	    strstr(one.e->log, "57014") != NULL, "the log says which: %s",
	    one.e->log);
	arena_free(one.a);
	arena_free(two.a);
	is_str(cell(db, a, &sql_one), "1", "the next statement is served");
	(void)cell(other, a, &sql_unlock);
	db_close(other);
	db_close(db);
}

static void
test_nobody_there(struct arena *a)
{
	struct db *db = pool_of(a, "host=/nonexistent dbname=none", 2, "auto");
	const struct err *e;
	struct rows *r;

	for (int i = 0; i < 3; i++) {
		e = db_run(db, a, &sql_one, 0, NULL, &r);
		is_away(e, "no server");
		ok(e != NULL && strstr(e->say, "nonexistent") == NULL &&
		    strchr(e->log, '\n') == NULL,
		    "the caller is not shown where it would be");
	}
	is_away(db_ready(db, a), "not ready");
	db_close(db);
}

int
main(int argc, char **argv)
{
	static const char *const prepare[] = { "off", "on", "auto" };
	struct arena *a;

	if (argc < 2) {
		puts("1..0 # SKIP no database: t/330-pool.t brings one");
		return 0;
	}
	a = arena_new();
	if (argc == 4) {
		storm(a, argv[1], "auto", (int)strtol(argv[3], NULL, 10));
		arena_free(a);
		return tap_done();
	}
	for (size_t i = 0; i < 3; i++) {
		test_answers(a, argv[1], prepare[i]);
		test_killed_idle(a, argv[1], prepare[i]);
		storm(a, argv[1], prepare[i], 25);
	}
	test_killed_busy(a, argv[1]);
	test_late(a, argv[1]);
	test_nobody_there(a);
	arena_free(a);
	return tap_done();
}
