/*
 * What a program outside does with somebody's tasks, one round trip and one
 * transaction a call: the limit, the person's zone, the question whether it
 * may be done, and the tool itself.  schema/007 says more.
 */
#ifndef STORE_MCP_H
#define STORE_MCP_H

#include "base/arena.h"
#include "base/err.h"
#include "base/json.h"
#include "db/db.h"

struct mcp_wish {
	const char	*user;
	const char	*tool;		/* its name in the registry */
	struct json_object *arguments;	/* as tool_arguments() gave them */
	bool		 read_only;
	const char	*zone;		/* if the person never said theirs */
	int		 undo_days;
	int		 calls;		/* so many a minute */
	/* the rest is for a call that may have to be asked about */
	const char	*ask;		/* hash of what a new answer is to
					   bring; NULL: runs at once */
	int		 minutes;	/* that such an answer is good for */
	const char	*given;		/* hash of what came with this one;
					   NULL: nothing did */
	const bool	*agreed;	/* the answer; NULL: not understood */
	bool		 again;		/* ask anew when given is refused */
};

enum mcp_state { MCP_DONE, MCP_LIMIT, MCP_ASK, MCP_CHANGED, MCP_DECLINED,
    MCP_REFUSED };

struct mcp_outcome {
	enum mcp_state	 state;
	struct json_object *result;	/* of MCP_DONE: also {"error",…} */
	int		 wait;		/* of MCP_LIMIT: seconds */
	const char	*title;		/* of the task that is asked about;
					   NULL: nobody is to be asked */
};

/*
 * Carry out one call, or say why not.  A hash is 64 hex digits; any other
 * given one is no question's, "" too.  Also raises invalid_timezone: the
 * database does not know the setting's.
 */
const struct err *mcp_run(struct db *db, struct arena *a,
    const struct mcp_wish *w, struct mcp_outcome *out);

/* The zone their page named last; *zone NULL: none has. */
const struct err *mcp_zone(struct db *db, struct arena *a, const char *user,
    const char **zone);

struct mcp_open {
	struct json_object *tasks;	/* as list_tasks answers, pending */
	const char	*zone;
	const char	*local_now;	/* "2026-11-20T09:30 Friday" in zone */
	const char	*day;		/* "Friday, 2026-11-20" */
};

/* What is open.  day: "today", "tomorrow" or a date that exists. */
const struct err *mcp_open(struct db *db, struct arena *a, const char *user,
    const char *zone, const char *day, struct mcp_open *out);

/*
 * Numbers of open tasks that begin with these digits, or whose title has
 * these words in it, in any case: at most MAX_LIST of them, in order, as
 * texts.  *total: how many there are.
 */
const struct err *mcp_numbers(struct db *db, struct arena *a,
    const char *user, const char *begun, struct json_object **numbers,
    int *total);

#endif
