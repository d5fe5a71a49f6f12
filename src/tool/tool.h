/*
 * The registry: what the agent, MCP and the REST doors can do to tasks.
 * A tool is a row here and a SQL function of the same name in schema/
 * (taskchat.tool_<name>), which carries out the work; nothing else in the
 * program changes a task.
 */
#ifndef TOOL_TOOL_H
#define TOOL_TOOL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"

struct tool {
	const char	*name;		/* "add_task" */
	const char	*title;		/* "Add a task" */
	const char	*description;	/* for models, true at every door */
	const char	*in_chat;	/* what is true in our own chat alone,
					   or NULL */
	/*
	 * JSON schema text of the arguments: an object of scalar properties
	 * with type, description, enum, minimum, maximum, minLength,
	 * maxLength, format (local-date-time: tool_time_ok()), and required
	 * and minProperties on top.  tool_arguments() knows just these.
	 */
	const char	*input;
	/*
	 * JSON schema text of what it answers outside of chats when it
	 * succeeds (2020-12, an object that has no other members).
	 */
	const char	*output;
	/* the four MCP hints */
	bool		 read_only, destructive, idempotent, open_world;
	bool		 changes_existing;	/* for confirm_bulk_from */
	bool		 asks;		/* runs only when confirmed */
};

extern const struct tool tools[];
extern const size_t tools_n;

/*
 * By name, also as some models write it ("functions.add_task",
 * "default_api:Add_Task"); or NULL.
 */
const struct tool *tool_find(const char *name);

/*
 * Read arguments against the tool's schema.  *out is a fresh object in a:
 * nulls left out, strings trimmed, an integer given as digits made one.
 * ERR_INPUT, code "invalid_arguments": say tells the model how to do it
 * right, names the property, is at most 300 bytes and repeats no value.
 */
const struct err *tool_arguments(struct arena *a, const struct tool *t,
    struct json_object *given, struct json_object **out);

/*
 * The schema of the arguments for those who do not know our words: JSON
 * Schema 2020-12, nothing but what it names, and a pattern in place of our
 * format.  What it accepts tool_arguments() does, but for days that do not
 * exist.  A fresh object in a.
 */
struct json_object *tool_input_schema(struct arena *a, const struct tool *t);

/*
 * "2026-12-01", "2026-12-01T17:30", the same with seconds and with an
 * offset or Z (RFC 3339); a day that exists, from 1970 to 2999.
 */
bool	 tool_time_ok(struct str s);

/* {"error": code, "detail": say}: what a failed call answers. */
struct json_object *tool_error(struct arena *a, const char *code,
    const char *detail);

#endif
