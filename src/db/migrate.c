#include <inttypes.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db/migrate.h"

/* Any number nobody else would choose: "task" and "chat" in ASCII. */
#define MIGRATE_LOCK "8386103224909097332"

int
migrate_latest(void)
{
	return migrations_n > 0 ? migrations[migrations_n - 1].version : 0;
}

static const struct err *
refused(struct arena *a, const char *doing, const char *why)
{
	return err_new(a, ERR_DB, "database_unavailable",
	    "The database cannot be set up.", "%s: %s", doing, why);
}

/* Our own complaints (SQLSTATE TC000) without where in which function. */
static const char *
complaint(PGconn *pg, const PGresult *res)
{
	const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);

	if (state != NULL && strcmp(state, "TC000") == 0)
		return PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
	return PQerrorMessage(pg);
}

/* Look at what came of it; the first cell in *cell. */
static const struct err *
outcome(struct arena *a, PGconn *pg, const char *doing, PGresult *res,
    const char **cell)
{
	const struct err *e = NULL;

	switch (PQresultStatus(res)) {
	case PGRES_TUPLES_OK:
	case PGRES_COMMAND_OK:
		if (cell != NULL)
			*cell = PQntuples(res) > 0 ?
			    arena_strdup(a, PQgetvalue(res, 0, 0)) : NULL;
		break;
	default:
		e = refused(a, doing, complaint(pg, res));
		break;
	}
	PQclear(res);
	return e;
}

/* Run one or several statements; the last one's first cell in *cell. */
static const struct err *
run(struct arena *a, PGconn *pg, const char *doing, const char *sql,
    const char **cell)
{
	return outcome(a, pg, doing, PQexec(pg, sql), cell);
}

/* Connect with a setting's value. */
static const struct err *
dial(struct arena *a, const char *url, PGconn **out)
{
	const char *const keys[] = { "connect_timeout", "dbname",
	    "client_encoding", "fallback_application_name", NULL };
	const char *const values[] = { "10", url, "UTF8",
	    "taskchat-migrate", NULL };

	*out = PQconnectdbParams(keys, values, 1);
	if (PQstatus(*out) == CONNECTION_OK)
		return NULL;
	return refused(a, "connect", PQerrorMessage(*out));
}

/*
 * The role the workers use, when it is another than ours: the user in
 * database_url, or whom libpq would take.
 */
static const char *
worker_role(struct arena *a, const struct conf *c, PGconn *pg)
{
	PQconninfoOption *given = PQconninfoParse(c->database_url, NULL);
	PQconninfoOption *usual = PQconndefaults();
	const char *role = NULL;

	for (PQconninfoOption *o = given; o != NULL && o->keyword; o++)
		if (strcmp(o->keyword, "user") == 0 && o->val != NULL)
			role = arena_strdup(a, o->val);
	for (PQconninfoOption *o = usual; role == NULL && o != NULL &&
	    o->keyword; o++)
		if (strcmp(o->keyword, "user") == 0 && o->val != NULL)
			role = arena_strdup(a, o->val);
	PQconninfoFree(given);
	PQconninfoFree(usual);
	if (role != NULL && strcmp(role, PQuser(pg)) == 0)
		return NULL;
	return role;
}

static const struct err *
grant(struct arena *a, PGconn *pg, const char *role)
{
	char *name = PQescapeIdentifier(pg, role, strlen(role));
	const struct err *e;

	e = run(a, pg, arena_printf(a, "grant to the workers' role %s", role),
	    arena_printf(a,
	    "GRANT USAGE ON SCHEMA taskchat TO %s;"
	    "GRANT SELECT, INSERT, UPDATE, DELETE"
	    " ON ALL TABLES IN SCHEMA taskchat TO %s;"
	    "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA taskchat TO %s;"
	    "REVOKE INSERT, UPDATE, DELETE ON taskchat.migration FROM %s",
	    name, name, name, name), NULL);
	PQfreemem(name);
	return e;
}

/*
 * Begin a transaction that nobody else who migrates runs beside, and read
 * the schema's version in it.  The lock is the transaction's, so that this
 * works through a transaction pooler too.
 */
static const struct err *
begin(struct arena *a, PGconn *pg, int *version)
{
	const struct err *e;
	const char *cell;

	e = run(a, pg, "begin", "BEGIN;"
	    "SET LOCAL search_path = pg_catalog, pg_temp", NULL);
	if (e == NULL)
		e = run(a, pg, "lock", "SELECT pg_advisory_xact_lock("
		    MIGRATE_LOCK ")", NULL);
	if (e == NULL)
		e = run(a, pg, "look for the schema",
		    "SELECT to_regclass('taskchat.migration')", &cell);
	if (e == NULL && cell[0] == '\0')
		e = run(a, pg, "make the schema",
		    "CREATE SCHEMA IF NOT EXISTS taskchat;"
		    "CREATE TABLE taskchat.migration ("
		    " version integer PRIMARY KEY,"
		    " applied_at timestamptz NOT NULL DEFAULT now())", NULL);
	if (e == NULL)
		e = run(a, pg, "read the schema's version", "SELECT coalesce("
		    "max(version), 0) FROM taskchat.migration", &cell);
	if (e == NULL)
		*version = (int)strtol(cell, NULL, 10);
	return e;
}

/* One file, together with its number, or not at all. */
static const struct err *
apply(struct arena *a, PGconn *pg, const struct migration *m, int *version)
{
	const char *doing = arena_printf(a, "apply %s", m->name);
	const struct err *e;
	bool needed = false;

	e = begin(a, pg, version);
	if (e == NULL && (needed = m->version > *version))
		e = run(a, pg, doing, m->sql, NULL);
	if (e == NULL && needed)
		e = run(a, pg, doing, arena_printf(a,
		    "INSERT INTO taskchat.migration (version) VALUES (%d)",
		    m->version), NULL);
	if (e == NULL)
		e = run(a, pg, doing, "COMMIT", NULL);
	if (e == NULL && needed) {
		*version = m->version;
		printf("applied %s\n", m->name);
	}
	return e;	/* hanging up undoes what was not committed */
}

/*
 * Lay our views over Better Auth's tables, or make those.  role: the
 * workers', NULL: ours.  *notes: lines for the operator.
 */
static const struct err *
attach(struct arena *a, PGconn *pg, const char *schema, const char *role,
    const char **notes)
{
	const char *const args[] = { schema, role };

	return outcome(a, pg, "attach the accounts' tables", PQexecParams(pg,
	    "SELECT taskchat.accounts_attach($1, $2)", 2, NULL, args, NULL,
	    NULL, 0), notes);
}

/*
 * Accounts and rights, in one transaction: nobody sees a view that was laid
 * anew and not yet granted.
 */
static const struct err *
finish(struct arena *a, PGconn *pg, const struct conf *c, int *version)
{
	const char *role = worker_role(a, c, pg), *notes = "";
	const struct err *e;

	e = begin(a, pg, version);
	if (e == NULL && c->accounts)
		e = attach(a, pg, c->accounts_schema, role, &notes);
	if (e == NULL && role != NULL)
		e = grant(a, pg, role);
	if (e == NULL)
		e = run(a, pg, "grant", "COMMIT", NULL);
	if (e != NULL)
		return e;
	if (c->accounts)
		printf("attached the accounts' tables in the schema %s\n",
		    c->accounts_schema);
	for (size_t n; *notes != '\0'; notes += n + (notes[n] == '\n')) {
		n = strcspn(notes, "\n");
		printf("accounts: %.*s\n", (int)n, notes);
	}
	if (role != NULL)
		printf("granted to %s\n", role);
	return NULL;
}

/* "already exists, skipping": nobody's news. */
static void
hush(void *ctx, const PGresult *res)
{
	(void)ctx;
	(void)res;
}

const struct err *
migrate_run(struct arena *a, const struct conf *c)
{
	const char *url = c->migrate_url[0] != '\0' ? c->migrate_url :
	    c->database_url;
	const struct err *e;
	PGconn *pg = NULL;
	int version = 0;

	e = dial(a, url, &pg);
	if (e != NULL)
		goto out;
	PQsetNoticeReceiver(pg, hush, NULL);
	for (int i = 0; i < migrations_n && e == NULL; i++)
		e = apply(a, pg, &migrations[i], &version);
	if (e == NULL)
		e = finish(a, pg, c, &version);
	if (e == NULL)
		printf("the schema has version %d\n", version);
out:
	PQfinish(pg);
	return e;
}
