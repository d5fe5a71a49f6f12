/*
 * Lends database connections and runs statements.  One call is one round
 * trip and one transaction; rows come back copied into the arena, so no
 * connection is ever held while anybody thinks.  Works behind PgBouncer in
 * transaction mode: no session state, no named statement unless told.
 */
#ifndef DB_DB_H
#define DB_DB_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/conf.h"
#include "base/err.h"

struct db;

/* Make the pool; connects on first need.  c must outlive it. */
struct db	*db_open(const struct conf *c);
void		 db_close(struct db *db);	/* when no thread uses it */

enum stmt_kind {	/* bits */
	/* Calls a function that says for whom it works, or concerns nobody. */
	STMT_PLAIN = 0,
	/*
	 * $1 is the user: told to the row-level security policies in the same
	 * round trip, before the statement.
	 */
	STMT_AS_USER = 1,
	/*
	 * Not to be run twice.  Any other is tried once more when an idle
	 * connection turns out to be dead, whether or not the first attempt
	 * had reached the server.
	 */
	STMT_ONCE = 2
};

struct stmt {
	const char	*name;		/* for logs and prepared statements */
	const char	*sql;
	int		 kind;		/* enum stmt_kind */
};

struct rows {
	int		 n, cols;
	const char	**cell;		/* n * cols, NULL for SQL null */
};

const char	*rows_get(const struct rows *r, int row, int col);
long long	 rows_int(const struct rows *r, int row, int col); /* null: 0 */
bool		 rows_bool(const struct rows *r, int row, int col);

/*
 * Run one statement with text arguments ($1…$n; NULL is SQL null).  Errors:
 * ERR_DB "database_unavailable" (no connection, lost, timed out: with
 * retry_after), ERR_BUG for a statement the server refuses, or, when the
 * function raised SQLSTATE TC000, the error its message names: see
 * db_raises in db.c ("turn_in_progress", "task_not_found", …).
 */
const struct err *db_run(struct db *db, struct arena *a,
    const struct stmt *st, int n, const char *const *args, struct rows **out);

/* Two statements in one transaction and one round trip. */
const struct err *db_run2(struct db *db, struct arena *a,
    const struct stmt *s1, int n1, const char *const *args1, struct rows **out1,
    const struct stmt *s2, int n2, const char *const *args2,
    struct rows **out2);

/*
 * Database reached, its schema at least as new as this binary wants
 * (migrations only grow), the setting timezone one that it knows, and, with
 * accounts = on, the tables of accounts_schema attached?  ERR_DB says why
 * not.
 */
const struct err *db_ready(struct db *db, struct arena *a);

/*
 * What is wrong with the role we work as, in a sentence for the operator,
 * or NULL: a superuser or a role with BYPASSRLS switches the row-level
 * security off that this program relies on.
 */
const struct err *db_role_warning(struct db *db, struct arena *a,
    const char **warning);

/* Milliseconds this thread has spent in the calls above, and how many. */
struct db_spent { long long ms; int calls; };
struct db_spent	*db_spent(void);

#endif
