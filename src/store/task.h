/*
 * Tasks.  They are read here; every change goes through task_tool(), the
 * same SQL functions the agent's calls run.
 */
#ifndef STORE_TASK_H
#define STORE_TASK_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/json.h"
#include "db/db.h"

struct task_filter {
	const char	*status;	/* all pending completed deleted, or
					   NULL: all that are not deleted */
	const char	*search;	/* words, or NULL */
	int		 after;		/* ids above it */
	int		 limit;
	int		 undo_days;	/* deleted longer ago: not there */
};

/*
 * *tasks: a JSON array of whole tasks, by id; deleted ones have a
 * "deleted_at" more.  *stamp: as below, and not newer than the tasks.
 */
const struct err *task_list(struct db *db, struct arena *a, const char *user,
    const struct task_filter *f, const char **stamp,
    struct json_object **tasks);

/*
 * A short text of [0-9-] that is another one after every change of the
 * user's tasks, and when a deleted one cannot be restored any more.
 */
const struct err *task_stamp(struct db *db, struct arena *a,
    const char *user, int undo_days, const char **stamp);

/* Like task_list() without a filter, but deleted ones are among them. */
const struct err *task_every(struct db *db, struct arena *a,
    const char *user, int after, int limit, int undo_days,
    struct json_object **tasks);

/* ERR_NOTFOUND "task_not_found": none, deleted, or somebody else's. */
const struct err *task_read(struct db *db, struct arena *a, const char *user,
    int id, struct json_object **task);

/*
 * Run a tool of the registry on its own, outside any conversation.  *task
 * is the whole task it left.  ERR_NOTFOUND as above.
 */
const struct err *task_tool(struct db *db, struct arena *a, const char *user,
    const char *tool, struct json_object *arguments, int undo_days,
    struct json_object **task);

/*
 * The same, if the task has still this version.  If it has not, nothing is
 * done, *done is false, and *task is the task as it stands.
 */
struct task_version { int id, version; };
const struct err *task_tool_if(struct db *db, struct arena *a,
    const char *user, const char *tool, struct json_object *arguments,
    int undo_days, struct task_version is, bool *done,
    struct json_object **task);

/*
 * Tasks as they stand, deleted ones too, by ids (an array of integers, at
 * most MAX_LIST * MAX_CALLS): an object of
 * "7": {"id","title","completed","priority"?,"due"?,"deleted"?}, due local
 * to zone ("2026-12-01T17:30").  Ids that never were are not in it.
 */
const struct err *task_briefs(struct db *db, struct arena *a,
    const char *user, struct json_object *ids, const char *zone,
    struct json_object **out);

/* What a question must name: a task as it stands. */
struct task_name { int id, version; const char *title; };

/* Those of the n ids that exist, by id.  out has room for n. */
const struct err *task_names(struct db *db, struct arena *a, const char *user,
    const int *ids, size_t n, struct task_name *out, size_t *found);

#endif
