/* The schema's version, and how it grows. */
#ifndef DB_MIGRATE_H
#define DB_MIGRATE_H

#include "base/conf.h"

/* Built from schema/NNN_what.sql by src/embed.sh. */
struct migration { int version; const char *name; const char *sql; };
extern const struct migration migrations[];
extern const int migrations_n;

int	 migrate_latest(void);

/*
 * Apply what is missing, each file in a transaction of its own together
 * with its version, under an advisory lock; then, with accounts = on, attach
 * Better Auth's tables, and grant the workers' role (that of database_url,
 * when it differs from migrate_url's) what it needs.  Prints a line for each
 * on standard output, and what the operator should know about the tables.
 */
const struct err *migrate_run(struct arena *a, const struct conf *c);

#endif
